"""Asserts that a patch changed nothing but what it may: what that is says `kakosheet.formats.verify`, which shares nothing with the patcher."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from kakosheet import formats
from kakosheet.core.patch import TableGrowth
from kakosheet.formats.verify import Listed, ListedSheet, Verified, compare

Cells = Mapping[str, Collection[tuple[int, int]]]


def assert_only_permitted(before: bytes, after: bytes, cells: Cells) -> None:
    """`cells` are the (row, column) of the patch by sheet name. Properties of ours may be set, tables reach as far as they do now."""
    book = formats.read(after, sheets=())
    sheets = {
        name: ListedSheet(
            cells.get(name, frozenset()),
            {row for row, _ in cells.get(name, ())},
            tables=tuple(TableGrowth(table.name, table.area.last_row) for table in sheet.tables),
        )
        for name, sheet in book.sheets.items()
    }
    found = compare(before, after, Listed(sheets, [name for name in book.properties if name.startswith("kakosheet.")]))
    assert found == Verified(found.cells, found.dropped, ())
