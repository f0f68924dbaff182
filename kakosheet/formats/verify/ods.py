"""An .ods package before and after a patch: nothing but what is listed, and what must follow from it, may differ."""

from __future__ import annotations

import html
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any

from kakosheet.core.address import cell_name
from kakosheet.formats.verify.archive import Archive
from kakosheet.formats.verify.cells import NOTHING, Shown, holds
from kakosheet.formats.verify.listed import Differences, Listed, ListedSheet
from kakosheet.formats.verify.outline import Attributes, MarkupToken, Outline, RowMarkup, elements, local, outline
from kakosheet.formats.verify.parts import compare_properties, merged, without

_ROWS, _COLUMNS = "number-rows-repeated", "number-columns-repeated"
_VALUES = frozenset({"value-type", "value", "date-value", "time-value", "boolean-value", "string-value", "currency"})
_OF_CONTENT = _VALUES | {"formula", "number-matrix-columns-spanned", "number-matrix-rows-spanned"}
_TEXTS = ("p", "h", "list")
_LOOKS = frozenset({"style-name", "content-validation-name"})
_PROPERTIES, _MANIFEST, _CONTENT = "meta.xml", "META-INF/manifest.xml", "content.xml"
Runs = Sequence[tuple[int, Any]]


def compare(before: Archive, after: Archive, changed: Iterable[str], listed: Listed, found: Differences) -> None:
    """`changed` are the names of the members that differ; those that came or went are among them."""
    for name in changed:
        if name == _CONTENT and name in before.entries and name in after.entries:
            _compare_content(before.read(name), after.read(name), listed, found)
        elif name == _PROPERTIES and name in after.entries:
            old = before.read(name) if name in before.entries else None
            compare_properties(old, after.read(name), "user-defined", "meta", listed, found)
        elif name == _MANIFEST and name in before.entries and name in after.entries:
            _compare_manifest(before.read(name), after.read(name), found)
        else:
            found.differs(f"the part {name} {'is gone' if name not in after.entries else 'changed'}")


def _compare_manifest(old: bytes, new: bytes, found: Differences) -> None:
    def is_meta(token: MarkupToken) -> bool:
        return token.name == "file-entry" and _PROPERTIES in token.attributes.values()

    before, after = (list(merged(without(outline(part).tokens, is_meta))) for part in (old, new))
    if before != after:
        found.differs(f"the part {_MANIFEST} changed")


# The sheets.


def _is_sheet(path: list[str]) -> bool:
    return path[-2:] == ["spreadsheet", "table"]


def _compare_content(old: bytes, new: bytes, listed: Listed, found: Differences) -> None:
    before, after = (outline(part, ("table-row", "table-column"), _is_sheet) for part in (old, new))
    names = [[_of(sheet, "name") for sheet in part.regions] for part in (before, after)]
    if names[0] != names[1]:
        found.differs("the sheets changed")
        return
    grown = [name for name, sheet in listed.sheets.items() if sheet.tables]
    if list(_around(before, grown, listed)) != list(_around(after, grown, listed)):
        found.differs("something beside the rows changed")
    for index, name in enumerate(names[0]):
        sheet = listed.sheet(name) if names[0].index(name) == index else ListedSheet()
        left, right = ([row for row in part.rows if row.region == index] for part in (before, after))
        _compare_columns(
            name, _runs(left, "table-column", _COLUMNS), _runs(right, "table-column", _COLUMNS), sheet, found
        )
        _compare_rows(name, _runs(left, "table-row", _ROWS), _runs(right, "table-row", _ROWS), sheet, found)
        _compare_values(name, _runs(right, "table-row", _ROWS), sheet, found)


def _of(attributes: Attributes, name: str) -> str:
    return next((value for key, value in attributes.items() if local(key) == name), "")


def _around(part: Outline, grown: Sequence[str], listed: Listed) -> Iterator[object]:
    """What stands beside rows and columns, without how far a range reaches that was to grow, and without names that
    were to be set."""

    def is_listed(token: MarkupToken) -> bool:
        return token.name == "named-range" and _of(token.attributes, "name").casefold() in listed.names

    for token in merged(without(part.tokens, is_listed)):
        corner = _of(token.attributes, "target-range-address").rpartition(":")[0]
        if token.name == "database-range" and any(
            name.casefold() in corner.replace("''", "'").casefold() for name in grown
        ):
            yield (
                corner,
                {key: value if local(key) != "target-range-address" else "" for key, value in token.attributes.items()},
            )
        elif token.name == "named-expressions" and listed.names:
            continue
        elif token.kind == "" or token.name != "table":
            yield token.raw
        elif token.kind == "+":
            yield token.name, token.attributes


def _runs(rows: Iterable[RowMarkup], name: str, repeat: str) -> list[tuple[int, RowMarkup]]:
    return [(_count(row.attributes, repeat), row) for row in rows if row.name == name]


def _count(attributes: Attributes, name: str) -> int:
    given = _of(attributes, name)
    return int(given) if given.isdigit() and int(given) else 1


def _aligned(first: Runs, second: Runs) -> Iterator[tuple[int, int, Any, Any]]:
    """(start, length, one, other) of the stretches in which neither changes; None where one list has ended."""
    position, places, left = 1, [0, 0], [first[0][0] if first else 0, second[0][0] if second else 0]
    runs = (first, second)
    while any(left):
        length = min(count for count in left if count)
        one, other = (runs[side][places[side]][1] if left[side] else None for side in (0, 1))
        yield position, length, one, other
        position += length
        for side in (0, 1):
            if left[side]:
                left[side] -= length
                if not left[side]:
                    places[side] += 1
                    left[side] = runs[side][places[side]][0] if places[side] < len(runs[side]) else 0


def _compare_columns(name: str, old: Runs, new: Runs, sheet: ListedSheet, found: Differences) -> None:
    added = set(sheet.columns)
    for start, length, before, after in _aligned(old, new):
        if length == 1 and start in added:
            continue
        same = (
            _plain(before.attributes) == _plain(after.attributes)
            if before and after
            else (
                after is not None and not _plain(after.attributes) and bool(sheet.columns or (sheet.cells and not old))
            )
        )
        if not same:
            found.differs(f"{name}: column {start} changed")


def _plain(attributes: Attributes, but: Iterable[str] = ()) -> Attributes:
    return {
        key: value for key, value in attributes.items() if local(key) not in (_ROWS, _COLUMNS, *but) and key != "xml:id"
    }


def _compare_values(name: str, rows: Runs, sheet: ListedSheet, found: Differences) -> None:
    """The cells that were to be written hold what they are to hold."""
    row_at = _finder(rows)
    for number, wanted in sheet.values.items():
        row = row_at(number)
        cell_at = _finder(_cells(row) if row is not None else [])
        for column, value in wanted.items():
            cell = cell_at(column)
            if not holds(_shown(*cell) if cell is not None else NOTHING, value):
                found.differs(f"{name}!{cell_name(number, column)} does not hold what was to be written")


def _finder(runs: Runs) -> Callable[[int], Any]:
    """What stands at a place, counted from 1; None beyond the end."""
    ends = list(accumulate(count for count, _ in runs))

    def at(place: int) -> Any:
        index = bisect_left(ends, place)
        return runs[index][1] if index < len(runs) else None

    return at


def _compare_rows(name: str, old: Runs, new: Runs, sheet: ListedSheet, found: Differences) -> None:
    for start, length, before, after in _aligned(old, new):
        if after is None:
            found.differs(f"{name}: row {start} is gone")
        elif before is None:
            if (
                length > 1
                and _cells(after)
                and any(children or _plain(cell.attributes) for _, (cell, children) in _cells(after))
            ):
                found.differs(f"{name}: row {start} came up")
            elif length == 1:
                _compare_cells(name, start, [], _cells(after), sheet, found)
        elif before.raw != after.raw:
            if _plain(before.attributes) != _plain(after.attributes):
                found.differs(f"{name}: row {start} looks another way")
            _compare_cells(name, start, _cells(before), _cells(after), sheet if length == 1 else ListedSheet(), found)


def _cells(row: RowMarkup) -> list[tuple[int, tuple[RowMarkup, tuple[tuple[MarkupToken, bytes], ...]]]]:
    parts = outline(row.raw, ("table-cell", "covered-table-cell"), lambda path: path == ["table-row"])
    return [(_count(cell.attributes, _COLUMNS), (cell, tuple(elements(cell.raw)))) for cell in parts.rows]


def _compare_cells(name: str, row: int, old: Runs, new: Runs, sheet: ListedSheet, found: Differences) -> None:
    for column, length, before, after in _aligned(old, new):
        where = f"{name}!{cell_name(row, column)}"
        if after is None:
            found.differs(f"{where} is gone")
        elif before is not None and before[0].raw == after[0].raw:
            continue
        elif length == 1 and (row, column) in sheet.cells:
            _compare_listed(where, before, after, sheet, (row, column), found)
        elif before is None:
            if after[1] or _plain(after[0].attributes, _LOOKS if sheet.dressed(row) else ()):
                found.differs(f"{where} came up")
        else:
            _compare_kept(where, before, after, sheet.dressed(row), found, length)


def _compare_listed(
    where: str, old: Any, new: Any, sheet: ListedSheet, place: tuple[int, int], found: Differences
) -> None:
    """A cell that was to be written keeps its style and all else."""
    if old is not None and _same(old, new):
        return
    found.cells += 1
    if old is not None and not _keeps_rest(old, new, dressed=sheet.dressed(place[0]) or place[1] in sheet.columns):
        found.differs(f"{where} was to be written, and more than its value changed")


def _keeps_rest(old: Any, new: Any, *, dressed: bool) -> bool:
    before, after = (_plain(cell[0].attributes, _OF_CONTENT) for cell in (old, new))
    same = before == (_undressed(after, before) if dressed else after)
    return same and _children(old[1], *_TEXTS) == _children(new[1], *_TEXTS)


def _undressed(after: Attributes, before: Attributes) -> Attributes:
    """The attributes without a look that the cell did not have."""
    return {key: value for key, value in after.items() if local(key) not in _LOOKS or key in before}


def _same(old: Any, new: Any) -> bool:
    return _plain(old[0].attributes) == _plain(new[0].attributes) and _children(old[1]) == _children(new[1])


def _children(children: Iterable[tuple[MarkupToken, bytes]], *but: str) -> list[tuple[str, Attributes, bytes]]:
    return [(token.name, _plain(token.attributes), inner) for token, inner in children if token.name not in but]


def _compare_kept(where: str, old: Any, new: Any, dressed: bool, found: Differences, count: int) -> None:
    """A cell that was not to be written: a formula may lose its value, and a blank one of a new row may be given a
    look."""
    if _same(old, new):
        return
    (before, inside), (after, now) = old, new
    dropped = _plain(before.attributes, _VALUES) == _plain(after.attributes) and _children(inside, "p") == _children(
        now
    )
    looks = (
        dressed
        and not now
        and not inside
        and _plain(before.attributes) == _undressed(_plain(after.attributes), before.attributes)
    )
    if dropped and _of(before.attributes, "formula"):
        found.dropped += count
    elif not looks:
        found.differs(f"{where} changed, which is not listed")


def _shown(cell: RowMarkup, children: Iterable[tuple[MarkupToken, bytes]]) -> Shown:
    kind = next(
        (
            value
            for key, value in cell.attributes.items()
            if local(key) == "value-type" and not key.startswith("calcext:")
        ),
        "",
    )
    formula = _of(cell.attributes, "formula") or None
    if kind in ("float", "percentage", "currency"):
        return Shown(float(_of(cell.attributes, "value")), formula)
    if kind == "boolean":
        return Shown(_of(cell.attributes, "boolean-value") == "true", formula)
    if kind in ("date", "time"):
        return Shown(_of(cell.attributes, f"{kind}-value"), formula)
    texts = [html.unescape(inner.decode("utf-8", "replace")) for token, inner in children if token.name == "p"]
    return Shown("\n".join(texts) if kind == "string" else None, formula)
