"""An .ods file taken apart for tests: its parts parsed, its repeats unrolled, names as the specification writes them."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element, fromstring
from zipfile import ZipFile

PREFIXES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
    "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
    "chart": "urn:oasis:names:tc:opendocument:xmlns:chart:1.0",
    "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
    "number": "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0",
    "config": "urn:oasis:names:tc:opendocument:xmlns:config:1.0",
    "manifest": "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0",
    "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
}


def full(name: str) -> str:
    """ "table:name" as the parser calls it."""
    prefix, _, local = name.partition(":")
    return f"{{{PREFIXES[prefix]}}}{local}"


def given(element: Element, name: str, default: str = "") -> str:
    """An attribute."""
    return element.get(full(name), default)


class Opened:
    """`part` parses a member; `cell` is the element that a cell shows, repeats counted."""

    def __init__(self, data: bytes) -> None:
        self.package = ZipFile(BytesIO(data))
        self._parts: dict[str, Element] = {}

    def part(self, name: str = "content.xml") -> Element:
        if name not in self._parts:
            self._parts[name] = fromstring(self.package.read(name))
        return self._parts[name]

    def all(self, path: str, part: str = "content.xml") -> list[Element]:
        """Every element of that name."""
        return list(self.part(part).iter(full(path)))

    def table(self, name: str) -> Element:
        return next(table for table in self.all("table:table") if given(table, "table:name") == name)

    def rows(self, sheet: str) -> dict[int, tuple[Element, int]]:
        """First row number → (row, how often it repeats)."""
        found, at = {}, 1
        for row in self.table(sheet).iter(full("table:table-row")):
            count = int(given(row, "table:number-rows-repeated", "1"))
            found[at] = row, count
            at += count
        return found

    def cell(self, sheet: str, row: int, column: int) -> Element:
        element = next(element for first, (element, count) in self.rows(sheet).items() if first <= row < first + count)
        at = 1
        for cell in element:
            at += int(given(cell, "table:number-columns-repeated", "1"))
            if at > column:
                return cell
        return Element("nothing")

    def text(self, sheet: str, row: int, column: int) -> str:
        return "\n".join("".join(p.itertext()) for p in self.cell(sheet, row, column).iter(full("text:p")))

    def columns(self, sheet: str) -> list[Element]:
        """One element a column, as far as they differ."""
        found: list[Element] = []
        for column in self.table(sheet).iter(full("table:table-column")):
            found += [column] * min(int(given(column, "table:number-columns-repeated", "1")), 50)
        return found

    def style(self, name: str) -> dict[str, str]:
        """All properties of a common or automatic style, and its parent and data style."""
        for part in ("styles.xml", "content.xml"):
            for style in self.all("style:style", part):
                if given(style, "style:name") == name:
                    found: dict[str, Any] = {
                        "parent": given(style, "style:parent-style-name"),
                        "data": given(style, "style:data-style-name"),
                    }
                    for properties in style:
                        found |= {key.partition("}")[2]: value for key, value in properties.attrib.items()}
                    return found
        raise KeyError(name)
