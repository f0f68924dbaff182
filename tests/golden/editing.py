"""Cells typed into a book as a spreadsheet program would: the stored values of all formulas stay, nothing goes through our own code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from datetime import date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from lxml import etree

Cells = Mapping[tuple[str, int, str], Any]
"""(sheet, row, column letters) → a text, a number, a date, True or False, or None for an empty cell."""
X = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
T, OFFICE, TX = (f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("table", "office", "text"))


def edited(data: bytes, kind: str, cells: Cells) -> bytes:
    """The book with those cells typed."""
    with ZipFile(BytesIO(data)) as package:
        parts = {info.filename: (info, package.read(info)) for info in package.infolist()}
    sheets: dict[str, dict[tuple[int, int], Any]] = {}
    for (sheet, row, letters), value in cells.items():
        sheets.setdefault(sheet, {})[row, _number(letters)] = value
    changed = _xlsx(parts, sheets) if kind == "xlsx" else {"content.xml": _ods(parts["content.xml"][1], sheets)}
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as package:
        for name, (info, content) in parts.items():
            same = ZipInfo(name, info.date_time)
            same.compress_type, same.external_attr = info.compress_type, info.external_attr
            package.writestr(same, changed.get(name, content))
    return out.getvalue()


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _letters(number: int) -> str:
    return (_letters((number - 1) // 26) if number > 26 else "") + chr(65 + (number - 1) % 26)


# -- xlsx ----------------------------------------------------------------------------------------------------------------------


def _xlsx(
    parts: Mapping[str, tuple[ZipInfo, bytes]], sheets: Mapping[str, Mapping[tuple[int, int], Any]]
) -> dict[str, bytes]:
    relations = {one.get("Id"): one.get("Target") for one in etree.fromstring(parts["xl/_rels/workbook.xml.rels"][1])}
    names = {
        one.get("name"): f"xl/{relations[one.get(REL)]}"
        for one in etree.fromstring(parts["xl/workbook.xml"][1]).iter(f"{X}sheet")
    }
    changed = {}
    for sheet, cells in sheets.items():
        root = etree.fromstring(parts[names[sheet]][1])
        rows = {int(row.get("r")): row for row in root.iter(f"{X}row")}
        for (row, column), value in sorted(cells.items(), key=lambda item: item[0]):
            if row not in rows:
                rows[row] = _inserted(root.find(f"{X}sheetData"), f"{X}row", "r", row, int)
            _type_xlsx(rows, row, column, value)
        changed[names[sheet]] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return changed


def _column_of(reference: str) -> int:
    return _number(re.sub(r"\d", "", reference))


def _inserted(parent: Any, tag: str, name: str, value: Any, order: Any) -> Any:
    """A new child in its place."""
    one = etree.Element(tag, {name: str(value)})
    place = sum(order(child.get(name)) < order(str(value)) for child in parent)
    parent.insert(place, one)
    return one


def _cell_xlsx(row: Any, reference: str) -> Any:
    return next((cell for cell in row if cell.get("r") == reference), None)


def _type_xlsx(rows: Mapping[int, Any], row: int, column: int, value: Any) -> None:
    reference = f"{_letters(column)}{row}"
    cell = _cell_xlsx(rows[row], reference)
    if cell is None:
        cell = _inserted(rows[row], f"{X}c", "r", reference, _column_of)
        above = _cell_xlsx(rows[row - 1], f"{_letters(column)}{row - 1}") if row - 1 in rows else None
        if above is not None and above.get("s"):
            cell.set("s", above.get("s"))
    cell.attrib.pop("t", None)
    del cell[:]
    if isinstance(value, str):
        cell.set("t", "inlineStr")
        etree.SubElement(
            etree.SubElement(cell, f"{X}is"), f"{X}t", {"{http://www.w3.org/XML/1998/namespace}space": "preserve"}
        ).text = value
    elif value is not None:
        if isinstance(value, bool):
            cell.set("t", "b")
        etree.SubElement(cell, f"{X}v").text = str(int(value) if isinstance(value, bool) else _serial(value))


def _serial(value: Any) -> Any:
    """A day as spreadsheets count them, from 1899-12-30."""
    if not isinstance(value, date):
        return value
    days = (value.date() if isinstance(value, datetime) else value).toordinal() - date(1899, 12, 30).toordinal()
    return days + (value.hour * 60 + value.minute) / 1440 if isinstance(value, datetime) else days


# -- ods -----------------------------------------------------------------------------------------------------------------------


def _ods(content: bytes, sheets: Mapping[str, Mapping[tuple[int, int], Any]]) -> bytes:
    root = etree.fromstring(content)
    tables = {table.get(f"{T}name"): table for table in root.iter(f"{T}table")}
    for sheet, cells in sheets.items():
        wanted: dict[int, dict[int, Any]] = {}
        for (row, column), value in cells.items():
            wanted.setdefault(row, {})[column] = value
        rows = _single(tables[sheet].iter(f"{T}table-row"), f"{T}number-rows-repeated", wanted.keys())
        for row, values in wanted.items():
            found = _single(list(rows[row]), f"{T}number-columns-repeated", values.keys())
            for column, value in values.items():
                _type_ods(found[column], value)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _single(elements: Iterable[Any], repeated: str, wanted: Iterable[int]) -> dict[int, Any]:
    """The wanted ones among repeated elements, each made one by itself; counted from 1."""
    left, found, at = sorted(wanted), {}, 1
    for element in list(elements):
        count = int(element.get(repeated, 1))
        mine = [number for number in left if at <= number < at + count]
        start = at
        for number in mine:
            _split_before(element, repeated, number - start)
            rest = at + count - number - 1
            found[number] = element
            element.attrib.pop(repeated, None)
            if rest:
                after = deepcopy(element)
                _repeat(after, repeated, rest)
                element.addnext(after)
                element = after
            start = number + 1
        at += count
    assert len(found) == len(left), "the sheet is smaller than that"
    return found


def _split_before(element: Any, repeated: str, count: int) -> None:
    if count:
        before = deepcopy(element)
        _repeat(before, repeated, count)
        element.addprevious(before)


def _repeat(element: Any, repeated: str, count: int) -> None:
    element.attrib.pop(repeated, None)
    if count > 1:
        element.set(repeated, str(count))


def _type_ods(cell: Any, value: Any) -> None:
    for name in [name for name in cell.attrib if name.startswith(OFFICE) or name.endswith(("}value-type", "}formula"))]:
        del cell.attrib[name]
    del cell[:]
    kinds = {str: "string", bool: "boolean", date: "date", datetime: "date"}
    if value is None:
        return
    kind = kinds.get(type(value), "float")
    cell.set(f"{OFFICE}value-type", kind)
    text = (
        value.isoformat() if isinstance(value, date) else str(value).lower() if isinstance(value, bool) else str(value)
    )
    if kind != "string":
        cell.set(f"{OFFICE}value" if kind == "float" else f"{OFFICE}{kind}-value", text)
    etree.SubElement(cell, f"{TX}p").text = text
