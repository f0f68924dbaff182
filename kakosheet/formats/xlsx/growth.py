"""Tables and filters that are to reach further down (ECMA-376 part 1, 18.5.1.2 and 18.3.1.2)."""

from __future__ import annotations

import re

from kakosheet.core.address import cell_name
from kakosheet.core.issues import KakosheetError
from kakosheet.core.patch import TableGrowth
from kakosheet.core.raw import Area
from kakosheet.formats.xlsx.markup import tag_pattern
from kakosheet.formats.xlsx.parts import SheetPart, TablePart, Workbook, parse_range, plain_area
from kakosheet.formats.xlsx.shared import Edit

_FILTER_NAME = "_xlnm._filterdatabase"


def grown_table(table: TablePart, last_row: int) -> bytes:
    """The table's part with its range and its filter's reaching down to `last_row`. Raises K205 if it has a totals
    row."""
    if table.totals_rows:
        raise KakosheetError(
            "K205",
            f'the table "{table.name}" on "{table.sheet}" has a totals row, below which no row can be added',
            "switch the totals row off, or move it above the table",
        )
    content = _reaching(table.content, "table", table.area, last_row)
    return _reaching(content, "autoFilter", table.area, last_row)


def _reaching(content: bytes, element: str, area: Area, last_row: int, start: int = 0) -> bytes:
    edit = _reach(content, element, area, last_row, start)
    return content if edit is None else content[: edit[0]] + edit[2] + content[edit[1] :]


def _reach(content: bytes, element: str, area: Area, last_row: int, start: int = 0) -> Edit | None:
    """The edit of an element's `ref` if it covers the table as it was."""
    match = tag_pattern(element).search(content, start)
    found = re.search(rb"\sref\s*=\s*[\"']([^\"']*)[\"']", match[0]) if match else None
    if match is None or found is None or parse_range(found[1].decode("ascii", "replace")) != tuple(area[1:]):
        return None
    at = match.start() + found.start(1)
    return (
        at,
        at + len(found[1]),
        f"{cell_name(area.row, area.column)}:{cell_name(last_row, area.last_column)}".encode(),
    )


def filter_area(xml: bytes, sheet: str, start: int) -> Area | None:
    """The range of the sheet's own filter; `start` is the end of its rows."""
    match = tag_pattern("autoFilter").search(xml, start)
    found = re.search(rb"\sref\s*=\s*[\"']([^\"']*)[\"']", match[0]) if match else None
    corners = parse_range(found[1].decode("ascii", "replace")) if found else None
    return Area(sheet, *corners) if corners else None


def filter_edits(xml: bytes, start: int, area: Area, last_row: int) -> list[Edit]:
    """The edit that makes the sheet's own filter reach down, if it covers the table as it was."""
    edit = _reach(xml, "autoFilter", area, last_row, start)
    return [] if edit is None else [edit]


def filter_name_edits(book: Workbook, sheet: SheetPart, area: Area, last_row: int) -> list[Edit]:
    """The edits of the hidden name that repeats the filter's range in the workbook part (18.2.5)."""
    edits = []
    for name in book.names:
        covered = plain_area(name.text)
        if (
            name.name.casefold() == _FILTER_NAME
            and covered is not None
            and covered[1:] == area[1:]
            and covered.sheet == sheet.name
        ):
            digits = re.search(rb"\d+\s*$", book.xml[name.start : name.end])
            if digits is not None:
                edits.append((name.start + digits.start(), name.end, str(last_row).encode()))
    return edits


def growth_area(
    book: Workbook, sheet: SheetPart, growth: TableGrowth, xml: bytes, rows_end: int
) -> tuple[TablePart | None, Area] | None:
    """The table of that name and its range, without one the range of the sheet's own filter.

    None if there is neither, or if it reaches far enough.
    """
    table = next((table for table in book.tables(sheet) if table.name.casefold() == growth.name.casefold()), None)
    area = table.area if table is not None else filter_area(xml, sheet.name, rows_end)
    return None if area is None or area.last_row >= growth.last_row else (table, area)
