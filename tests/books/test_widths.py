"""People start with a blank book: its columns are wide enough for what will stand in them."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from zipfile import ZipFile

from kakosheet.app.new import new_book
from kakosheet.sheets import SCHEMA
from tests.books.sample import TODAY, bound, sample

COLUMN = re.compile(rb'<col min="(\d+)" max="(\d+)" width="([\d.]+)"')


def widths(data: bytes) -> dict[tuple[str, int], float]:
    """Characters by sheet and column, of a book as it was just made."""
    package = ZipFile(BytesIO(data))
    names = re.findall(r'<sheet name="([^"]*)"', package.read("xl/workbook.xml").decode())
    found = {}
    for number, name in enumerate(names, 1):
        head = package.read(f"xl/worksheets/sheet{number}.xml").partition(b"<sheetData")[0]
        for first, last, width in COLUMN.findall(head):
            found |= {(unescape(name), at): float(width) for at in range(int(first), int(last) + 1)}
    return found


def test_a_blank_book_is_as_wide_as_one_with_rows() -> None:
    filled, blank = widths(sample()), widths(new_book(profile="shopper", lang="en", today=TODAY)[0])
    narrow = []
    for table in SCHEMA.tables.values():
        if table.slots is None:
            place = bound().binding[table.key]
            for column in table.columns:
                at = place.sheet, place.columns[column.key]
                if not column.hidden and blank[at] < 0.8 * filled[at]:
                    narrow.append(f"{table.key}.{column.key}: {blank[at]:.0f} for {filled[at]:.0f}")
    assert narrow == []
