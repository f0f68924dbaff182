"""Formulas of an .xlsx file that depend on a changed cell lose their cached value, so that no program shows a stale
number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from kakosheet.core.patch import SheetPatch
from kakosheet.formats.dependants import Changed, Columns, FormulaNode, Resolver, own_columns, spread
from kakosheet.formats.formula import shift
from kakosheet.formats.formula.patterns import Box
from kakosheet.formats.xlsx.calc import is_manual
from kakosheet.formats.xlsx.cells import CellSource, known_cell, read_existing
from kakosheet.formats.xlsx.markup import attributes, utf8
from kakosheet.formats.xlsx.parts import SheetPart, Workbook, parse_range
from kakosheet.formats.xlsx.scanner import SheetData, find_sheet_data
from kakosheet.formats.xlsx.shared import Edit, FormulaSpot, formula_spots

Source = Callable[[SheetPart], tuple[bytes, SheetData]]


class Stale(NamedTuple):
    """Edits by part, how many cached values they drop, whether anything depends on a change at all, and how many keep
    an old value."""

    edits: dict[str, list[Edit]]
    dropped: int
    depends: bool
    outdated: int = 0


def find_stale(book: Workbook, source: Source, changed: dict[str, Changed], patches: dict[str, SheetPatch]) -> Stale:
    """`changed` and `patches` go by the sheet's part; `source` gives a part as it is before the patch.

    In a book of manual calculation nothing is dropped, for nothing would compute it anew.
    """
    if not any(changed.values()):
        return Stale({}, 0, False)
    sheets = book.worksheets()
    resolver = _resolver(book, sheets)
    nodes = [
        node
        for index, sheet in enumerate(sheets)
        if sheet.part in book.package
        for node in _nodes(index, *source(sheet), patches.get(sheet.part, SheetPatch()), resolver)
    ]
    stale = spread(
        nodes, [{column: list(rows) for column, rows in changed.get(sheet.part, {}).items()} for sheet in sheets]
    )
    edits: dict[str, list[Edit]] = {}
    dropped = 0
    for index, sheet in enumerate(sheets):
        cells = [node.cell for node in stale if node.sheet == index and node.strip]
        stripped, count = _strip(*source(sheet), cells) if cells else ([], 0)
        if stripped:
            edits[sheet.part] = stripped
            dropped += count
    return Stale({}, 0, False, dropped) if is_manual(book.xml) else Stale(edits, dropped, bool(stale))


def _nodes(index: int, xml: bytes, extent: SheetData, patch: SheetPatch, resolver: Resolver) -> Iterator[FormulaNode]:
    if extent.closed:
        return
    spots = formula_spots(xml, extent, leave_out=own_columns(patch))
    masters = {
        _attributes(spot).get("si", ""): spot for spot in reversed(spots) if spot.text and b"shared" in spot.attributes
    }
    for spot in spots:
        given = _attributes(spot)
        formula = spot.text
        if given.get("t") == "shared":
            group = given.get("si", "")
            if formula:
                masters[group] = spot
            elif group in masters:
                formula = shift(masters[group].text, spot.row - masters[group].row, spot.column - masters[group].column)
        if spot.column in patch.cells.get(spot.row, ()):
            continue
        fills = (index, spot.row, spot.column, spot.row, spot.column)
        corners = parse_range(given.get("ref", "")) if given.get("t") in ("array", "dataTable") else None
        if corners is not None:
            fills = (index, *corners)
        if given.get("t") == "dataTable":
            yield FormulaNode(index, spot.cell, fills, _data_table_reads(index, given, fills), False, False)
        else:
            reads, unsure = resolver.reads(index, spot.row, formula)
            yield FormulaNode(index, spot.cell, fills, reads, unsure, True)


def _attributes(spot: FormulaSpot) -> dict[str, str]:
    return attributes(b"<f " + spot.attributes + b">") if spot.attributes else {}


def _resolver(book: Workbook, sheets: list[SheetPart]) -> Resolver:
    index = {sheet.name.casefold(): position for position, sheet in enumerate(sheets)}
    tabs = {position: index.get(sheet.name.casefold()) for position, sheet in enumerate(book.sheets)}
    names = {
        (None if name.scope is None else tabs.get(name.scope), name.name.casefold()): name.text for name in book.names
    }

    def tables() -> dict[str, Columns]:
        return {
            table.name.casefold(): Columns(position, table.area, table.columns)
            for position, sheet in enumerate(sheets)
            for table in book.tables(sheet)
        }

    return Resolver([sheet.name for sheet in sheets], names, tables)


def _data_table_reads(index: int, given: dict[str, str], fills: Box) -> tuple[Box, ...]:
    """A data table reads its input cells and the row and column of formulas beside it (18.3.1.40)."""
    boxes = [(index, max(1, fills[1] - 1), max(1, fills[2] - 1), fills[3], fills[4])]
    for key in ("r1", "r2"):
        corners = parse_range(given.get(key, ""))
        if corners is not None:
            boxes.append((index, *corners))
    return tuple(boxes)


def _strip(xml: bytes, extent: SheetData, cells: list[int]) -> tuple[list[Edit], int]:
    """The edits that take the cached value and its type out of these formula cells, and of how many; the `f` element,
    which may have its own, is left out."""
    edits: list[Edit] = []
    known, close, dropped = known_cell(extent.prefix).match, b"</%sc>" % extent.prefix, 0
    for start in sorted(cells):
        match = known(xml, start, extent.end)
        if match is not None and match[4] is not None:
            cached = bool(match[7]) or (match[7] is not None and match[3] == b"str")
            if cached and xml[match.end(2)] != 62:  # a type, or a blank
                edits.append((match.end(2), match.start(4), b">"))
            if cached:
                edits.append((match.end(4), match.end(), close))
        else:
            old = read_existing(xml, start, extent.end, extent.prefix, None)
            cached = old.cached
            if cached:
                edits += [edit for edit in _around(xml, extent.prefix, old) if edit[2] != xml[edit[0] : edit[1]]]
        dropped += cached
    return edits, dropped


def _around(xml: bytes, prefix: bytes, old: CellSource) -> list[Edit]:
    """A formula cell's start tag without a type, and what stands behind its `f` element without a value."""
    at = xml.index(old.formula_tag, old.start, old.end)
    address = b' r="%s"' % old.address if old.address else b""
    return [
        (old.start, at, b"<%sc%s%s%s>" % (prefix, address, old.keep, old.metadata)),
        (at + len(old.formula_tag), old.end, b"%s</%sc>" % (old.tail, prefix)),
    ]


def source_of(book: Workbook, known: dict[str, tuple[bytes, SheetData]]) -> Source:
    """Worksheet parts and where their rows stand: those at hand, others read from the package."""

    def source(sheet: SheetPart) -> tuple[bytes, SheetData]:
        if sheet.part in known:
            return known[sheet.part]
        xml = utf8(book.package.read(sheet.part), sheet.part)
        return xml, find_sheet_data(xml)

    return source
