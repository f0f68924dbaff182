"""Sheets of .xlsx and .ods exports → records of typed cells.

python-calamine reads fast, but lays a sheet out densely: one far cell makes it abort the process. So the package is looked through first,
inflated under caps, and the cells that its sheets would span are counted.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from kakosheet.core.address import MAX_COLUMN, MAX_ROW, column_number
from kakosheet.core.issues import KakosheetError
from kakosheet.importers.values import Cell

MOST_CELLS = 20_000_000        # of one sheet, laid out densely
MOST_BYTES = 1 << 29           # of one member, inflated
MOST_MEMBERS = 10_000
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_CHUNK = 1 << 20
_CELL_PLACE = re.compile(rb'<(?:\w+:)?(?:c|row|dimension)\b[^>]*?\s(?:r|ref)="(?:[A-Z]{1,3}\d+:)?([A-Z]{0,3})(\d+)"')
_ODS_MARK = re.compile(rb"<(/?)table:(table-row|table-cell|covered-table-cell|table)\b([^>]*?)(/?)>")
_ODS_ROWS = re.compile(rb'number-rows-repeated="(\d+)"')
_ODS_COLUMNS = re.compile(rb'number-columns-repeated="(\d+)"')
_ODS_VALUE = re.compile(rb"(?:office|calcext):value")

Sheet = tuple[str, list[tuple[int, list[Cell]]]]


def sheets(path: Path, wanted: str = "") -> Iterator[Sheet]:
    """(name, records) of each sheet, or of the wanted one: rows that are not blank, each with its number in the sheet.

    K101 or K102: no such workbook; K104: damaged; K106: a DOCTYPE; K107: spans too much; K113: no sheet of that name.
    """
    _refuse_hostile(path)
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        if wanted and wanted not in book.sheet_names:
            raise KakosheetError("K113", f'{path.name} has no sheet "{wanted}"', f"it has {', '.join(book.sheet_names)}")
        for name in [wanted] if wanted else book.sheet_names:
            sheet: Any = book.get_sheet_by_name(name)
            rows = sheet.to_python(skip_empty_area=False)
            yield name, [(number, [_cell(value) for value in row]) for number, row in enumerate(rows, 1) if any(v != "" for v in row)]
    except (CalamineError, OSError, ValueError) as error:
        raise KakosheetError("K104", f"{path.name} cannot be read: {error}", "open it in your spreadsheet and save it anew") from None


def _cell(value: Any) -> Cell:
    if value == "":
        return None
    if isinstance(value, timedelta | time):
        return str(value)
    return value if isinstance(value, str | bool | int | float | datetime | date) else str(value)


def _refuse_hostile(path: Path) -> None:
    try:
        with path.open("rb") as file:
            head = file.read(8)
        if head == _OLE:
            raise KakosheetError("K102", f"{path.name} is an old .xls workbook or is encrypted", "save it as .xlsx without a password")
        with zipfile.ZipFile(path) as package:
            members = package.infolist()
            if len(members) > MOST_MEMBERS:
                raise KakosheetError("K107", f"{path.name} holds {len(members):,} members", "this is not an export")
            for member in members:
                _look_through(package, member, path.name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise KakosheetError("K101", f"{path.name} is not a workbook: {error}", "export it again") from None


def _look_through(package: zipfile.ZipFile, member: zipfile.ZipInfo, book: str) -> None:
    """Inflate a member under the cap; refuse DOCTYPE and sheets that span too many cells."""
    is_sheet = member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml")
    data = bytearray()
    size = 0
    with package.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > MOST_BYTES:
                raise KakosheetError("K107", f"{member.filename} in {book} unfolds to more than {MOST_BYTES >> 20} MB", "split the export")
            if is_sheet or member.filename == "content.xml":
                data += chunk
            elif size == len(chunk) and b"<!DOCTYPE" in chunk:
                raise KakosheetError("K106", f"{member.filename} in {book} declares a DOCTYPE", "export it again")
    if b"<!DOCTYPE" in data[:4096]:
        raise KakosheetError("K106", f"{member.filename} in {book} declares a DOCTYPE", "export it again")
    rows, columns = _xlsx_span(data) if is_sheet else _ods_span(data) if member.filename == "content.xml" else (0, 0)
    if rows > MAX_ROW or columns > MAX_COLUMN or rows * columns > MOST_CELLS:
        raise KakosheetError("K107", f"a sheet of {book} spans {rows:,} rows and {columns:,} columns", "delete the far cells and save it")


def _xlsx_span(data: bytes | bytearray) -> tuple[int, int]:
    rows = columns = 0
    for letters, number in set(_CELL_PLACE.findall(data)):
        rows, columns = max(rows, int(number)), max(columns, column_number(letters.decode()))
    return rows, columns


def _ods_span(data: bytes | bytearray) -> tuple[int, int]:
    """The larger (rows, columns) up to the last cell with a value, over the sheets; repeats without a value at the end do not count."""
    best = (0, 0)
    row = last_row = columns = column = repeat = 0
    filled = False
    for closing, tag, attributes, _ in _ODS_MARK.findall(data):
        if tag == b"table":
            best = max(best, (last_row, columns), key=lambda pair: pair[0] * pair[1])
            row = last_row = columns = 0
        elif tag == b"table-row":
            if closing:
                row += repeat
                last_row = row if filled else last_row
            else:
                repeat, column, filled = _repeat(_ODS_ROWS, attributes), 0, False
        elif not closing:
            column += _repeat(_ODS_COLUMNS, attributes)
            if _ODS_VALUE.search(attributes):
                columns, filled = max(columns, column), True
    return best


def _repeat(pattern: re.Pattern[bytes], attributes: bytes) -> int:
    match = pattern.search(attributes)
    return int(match[1]) if match else 1
