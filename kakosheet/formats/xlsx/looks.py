"""What a worksheet shows beyond its values: how numbers look, what is merged, what is hidden. For exports; a refresh has no need of it."""

from __future__ import annotations

import re

from kakosheet.core.address import column_number
from kakosheet.core.raw import Area, SheetLook
from kakosheet.formats.package import Package
from kakosheet.formats.xlsx.markup import attributes, blanked, tag_pattern, utf8
from kakosheet.formats.xlsx.numberformats import shown_styles
from kakosheet.formats.xlsx.parts import open_workbook, parse_range
from kakosheet.formats.xlsx.scanner import SheetData, find_sheet_data

_PLACE = re.compile(rb"\sr\s*=\s*[\"']([A-Z]{0,3})(\d{1,7})[\"']")
_STYLE = re.compile(rb"\ss\s*=\s*[\"'](\d{1,9})[\"']")
_TRUE = ("1", "true")


def look(data: bytes, name: str) -> SheetLook:
    """Raises K113 and other K1 errors."""
    book = open_workbook(Package(data))
    sheet, styles = book.worksheet(name), book.target("styles")
    result = SheetLook()
    if sheet.part not in book.package:
        return result
    xml = blanked(utf8(book.package.read(sheet.part), sheet.part))
    extent = find_sheet_data(xml)
    _take_rows(xml, extent, shown_styles(utf8(book.package.read(styles), styles)) if styles else {}, result)
    for match in tag_pattern("mergeCell").finditer(xml, extent.end):
        corners = parse_range(attributes(match[0]).get("ref", ""))
        if corners is not None:
            result.merged.append(Area(sheet.name, *corners))
    return result


def _take_rows(xml: bytes, extent: SheetData, styles: dict[int, str], result: SheetLook) -> None:
    """Rows and cells without an address follow the one before (18.3.1.4, 18.3.1.73)."""
    p = re.escape(extent.prefix)
    tags = re.compile(rb"<%s(?:(row)|c)(?=[\s/>])([^<>]*)>" % p if styles else rb"<%s(row)(?=[\s/>])([^<>]*)>" % p)
    row = column = 0
    for match in tags.finditer(xml, extent.start, extent.end):
        place = _PLACE.search(match[2])
        if match[1]:
            row, column = int(place[2]) if place else row + 1, 0
            if b"hidden" in match[2] and attributes(match[0]).get("hidden") in _TRUE:
                result.hidden_rows.add(row)
            continue
        column = column_number(place[1].decode()) if place else column + 1
        style = _STYLE.search(match[2])
        shown = styles.get(int(style[1]) if style else 0)
        if shown:
            result.shown[row, column] = shown
