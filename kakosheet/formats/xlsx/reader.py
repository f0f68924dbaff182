"""An .xlsx file as a raw workbook."""

from __future__ import annotations

from collections.abc import Collection

from kakosheet.core.raw import RawBook, RawSheet
from kakosheet.formats.package import Package
from kakosheet.formats.xlsx.markup import utf8
from kakosheet.formats.xlsx.parts import SheetPart, Workbook, open_workbook, plain_area
from kakosheet.formats.xlsx.properties import read_properties
from kakosheet.formats.xlsx.scanner import read_rows
from kakosheet.formats.xlsx.strings import read_strings


def read(data: bytes, sheets: Collection[str] | None = None) -> RawBook:
    """All worksheets with their values; with `sheets`, only those named have rows. Raises K1 errors."""
    book = open_workbook(Package(data))
    names = {name.name: plain_area(name.text) for name in book.names if name.scope is None}
    raw = RawBook("xlsx", names=names, properties=read_properties(book.package), date1904=book.date1904)
    wanted = [sheet for sheet in book.worksheets() if sheets is None or sheet.name in sheets]
    strings = shared_strings(book) if wanted else []
    for sheet in book.worksheets():
        raw.sheets[sheet.name] = _sheet(book, sheet, strings, sheet in wanted)
    return raw


def shared_strings(book: Workbook) -> list[str]:
    part = book.target("sharedStrings")
    return read_strings(utf8(book.package.read(part), part))[0] if part else []


def _sheet(book: Workbook, sheet: SheetPart, strings: list[str], with_rows: bool) -> RawSheet:
    raw = RawSheet(sheet.name, sheet.hidden, tables=[table.table_range for table in book.tables(sheet)])
    if with_rows and sheet.part in book.package:
        raw.rows, raw.last_row = read_rows(utf8(book.package.read(sheet.part), sheet.part), strings)
    return raw
