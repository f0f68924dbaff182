"""What a worksheet shows beyond its values: how numbers look, what is merged, what is hidden. For exports; a refresh
has no need of it."""

from __future__ import annotations

import posixpath
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
_WIDEST = 1_000


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
    _take_links(xml, extent.end, _outside(book.package, sheet.part), result)
    return result


def _outside(package: Package, part: str) -> dict[str, str]:
    """By their id, the addresses outside of the package that a part refers to."""
    folder, name = posixpath.split(part)
    source = posixpath.join(folder, "_rels", name + ".rels")
    if source not in package:
        return {}
    tags = tag_pattern("Relationship").finditer(blanked(utf8(package.read(source), source)))
    given = [attributes(match[0]) for match in tags]
    return {
        values.get("Id", ""): values["Target"]
        for values in given
        if values.get("TargetMode") == "External" and "Target" in values
    }


def _take_links(xml: bytes, start: int, targets: dict[str, str], result: SheetLook) -> None:
    """The links of cells (18.3.1.47), the widest of which are left alone: nobody means a thousand cells."""
    for match in tag_pattern("hyperlink").finditer(xml, start) if targets else ():
        given = attributes(match[0])
        target = next(
            (targets[value] for name, value in given.items() if name.rpartition(":")[2] == "id" and value in targets),
            "",
        )
        corners = parse_range(given.get("ref", ""))
        if target and corners is not None and (corners[2] - corners[0] + 1) * (corners[3] - corners[1] + 1) <= _WIDEST:
            where = given.get("location", "")
            cells = (
                (row, column)
                for row in range(corners[0], corners[2] + 1)
                for column in range(corners[1], corners[3] + 1)
            )
            result.links.update(dict.fromkeys(cells, f"{target}#{where}" if where else target))


def _take_rows(xml: bytes, extent: SheetData, styles: dict[int, str], result: SheetLook) -> None:
    """Rows and cells without an address follow the one before (18.3.1.4, 18.3.1.73)."""
    p = re.escape(extent.prefix)
    tags = re.compile(rb"<%s(?:(row)|c)(?=[\s/>])([^<>]*)>" % p if styles else rb"<%s(row)(?=[\s/>])([^<>]*)>" % p)
    row = column = 0
    known: dict[tuple[tuple[int, str], ...], dict[int, str]] = {}
    here: dict[int, str] = {}
    for match in tags.finditer(xml, extent.start, extent.end):
        place = _PLACE.search(match[2])
        if match[1]:
            _keep(row, here, known, result)
            row, column, here = int(place[2]) if place else row + 1, 0, {}
            if b"hidden" in match[2] and attributes(match[0]).get("hidden") in _TRUE:
                result.hidden_rows.add(row)
            continue
        column = column_number(place[1].decode()) if place else column + 1
        style = _STYLE.search(match[2])
        shown = styles.get(int(style[1]) if style else 0)
        if shown:
            here[column] = shown
    _keep(row, here, known, result)


def _keep(
    row: int, here: dict[int, str], known: dict[tuple[tuple[int, str], ...], dict[int, str]], result: SheetLook
) -> None:
    """Most rows of a table look alike: they share what is said of them."""
    if here:
        result.shown[row] = known.setdefault(tuple(here.items()), here)
