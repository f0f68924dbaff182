"""Formulas of an .ods file that depend on a changed cell lose their cached value, so that no program shows a stale
number."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from kakosheet.core.issues import KakosheetError
from kakosheet.core.patch import SheetPatch
from kakosheet.formats.dependants import Changed, Columns, FormulaNode, Resolver, own_columns, spread
from kakosheet.formats.markup import attributes, blanked, tag_pattern, text, utf8
from kakosheet.formats.ods.cells import OdsCellWriter, cell_at
from kakosheet.formats.ods.content import Content, RowRun, cell_starts, is_even, repeated, rows, tag_end
from kakosheet.formats.ods.paragraphs import Allowance
from kakosheet.formats.ods.reader import NAME_TAGS, database_ranges, defined_names
from kakosheet.formats.ods.sheet import SheetChanges
from kakosheet.formats.package import Package

_FORMULA = re.compile(rb"[\w.\-]+:formula\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_MAX_FORMULAS = 4_000_000
_SETTINGS, _AUTO = "settings.xml", "AutoCalculate"


class _Spot(NamedTuple):
    """A formula in one column of one row of an element that may stand for more."""

    span: RowRun
    row: int
    column: int
    start: int


def drop_stale(
    plan: SheetChanges,
    changed: dict[int, Changed],
    patches: dict[int, SheetPatch],
    writer: OdsCellWriter,
    *,
    keep: bool = False,
) -> int:
    """Takes cached values out of the plan's file, or with `keep` leaves them; `changed` and `patches` go by the table's
    index.

    How many there are comes back.
    """
    if not any(changed.values()):
        return 0
    content = plan.content
    resolver = _resolver(content)
    spots: list[_Spot] = []
    allowance = Allowance(_MAX_FORMULAS)
    nodes = [
        node
        for index in range(len(content.tables))
        for node in _nodes(content, index, patches.get(index, SheetPatch()), resolver, writer, spots, allowance)
    ]
    dropped = 0
    for node in spread(
        nodes,
        [
            {column: list(numbers) for column, numbers in changed.get(index, {}).items()}
            for index in range(len(content.tables))
        ],
    ):
        span, row, column, start = spots[node.cell]
        cell = cell_at(content, start, column)
        if writer.existing(cell, row).cached:
            dropped += 1
            if not keep:
                plan.change(span, row, cell, writer.stripped(cell))
    return dropped


def is_manual(package: Package) -> bool:
    """Whether formulas are computed only when people ask for it (LibreOffice's AutoCalculate): then one without a
    cached value shows 0."""
    if _SETTINGS not in package:
        return False
    try:
        xml = blanked(utf8(package.read(_SETTINGS), _SETTINGS))
    except KakosheetError:  # what nobody can read sets nothing
        return False
    items = (match for match in tag_pattern("config-item").finditer(xml) if _AUTO in attributes(match[0]).values())
    return any(xml[match.end() : xml.find(b"<", match.end())].strip() == b"false" for match in items)


def _nodes(
    content: Content,
    index: int,
    patch: SheetPatch,
    resolver: Resolver,
    writer: OdsCellWriter,
    spots: list[_Spot],
    allowance: Allowance,
) -> Iterator[FormulaNode]:
    table, clear = content.tables[index], content.clear
    mark = content.dialect.table_attribute + b"formula"
    if clear.find(mark, table.start, table.end) < 0:
        return
    own = own_columns(patch)
    for span in rows(content, table):
        if clear.find(mark, span.open_end, span.close) < 0:
            continue
        for start, first, repeat, written, (height, width) in _formulas(content, span, mark, writer):
            allowance.take(span.repeat * repeat)
            for row in range(span.number, span.number + span.repeat):
                formula = writer.reader.formula(written, row)
                for column in range(first, first + repeat):
                    if column in patch.cells.get(row, ()) or any(
                        top <= row <= bottom for top, bottom in own.get(column, ())
                    ):
                        continue
                    reads, unsure = resolver.reads(index, row, formula)
                    spots.append(_Spot(span, row, column, start))
                    yield FormulaNode(
                        index,
                        len(spots) - 1,
                        (index, row, column, row + height - 1, column + width - 1),
                        reads,
                        unsure,
                        True,
                    )


def _formulas(
    content: Content, span: RowRun, mark: bytes, writer: OdsCellWriter
) -> Iterator[tuple[int, int, int, str, tuple[int, int]]]:
    """(where it starts, column, for how many columns it stands, formula as written, rows and columns that it fills) of
    formula cells."""
    clear, table = content.clear, content.dialect.table
    name, covered = b"<" + table + b"table-cell", b"<" + table + b"covered-table-cell"
    even = is_even(content, span)
    starts, columns = ([], None) if even else cell_starts(content, span)
    position, column, counted = -1, 0, span.open_end
    while (position := clear.find(mark, max(position + 1, span.open_end), span.close)) >= 0:
        start = clear.rfind(b"<", span.open_end, position)
        formula = _FORMULA.match(clear, position)
        if formula is None or not clear.startswith((name, covered), start):
            continue  # a text that says the words
        if even:
            column, counted = column + clear.count(name, counted, position), position
        else:
            index = bisect_right(starts, position) - 1
            column = columns[index] if columns else index + 1
        tag = clear[start + len(name) : tag_end(clear, start) - 1]
        matrix = writer.reader.given(tag).matrix if b"number-matrix" in tag else None
        yield start, column, repeated(tag), text(formula[1] or formula[2] or b""), matrix or (1, 1)


def _resolver(content: Content) -> Resolver:
    sheets = [table.name for table in content.tables]
    index = {name.casefold(): position for position, name in reversed(list(enumerate(sheets)))}
    workbook = (tag for _, tag in content.outside(NAME_TAGS))
    names: dict[tuple[int | None, str], str] = {
        (None, name.casefold()): text for name, text in defined_names(content, workbook)
    }
    start_tag = b"<" + content.dialect.table + b"named-expressions"
    for position, table in enumerate(content.tables):
        start = content.clear.find(start_tag, table.start, table.end)
        if start >= 0:
            local = defined_names(content, (match[0] for match in NAME_TAGS.finditer(content.clear, start, table.end)))
            names.update({(position, name.casefold()): text for name, text in local})

    def tables() -> dict[str, Columns]:
        return {
            name.casefold(): Columns(index[area.sheet.casefold()], area, ())
            for name, area, _ in database_ranges(content)
            if area.sheet.casefold() in index
        }

    return Resolver(sheets, names, tables)
