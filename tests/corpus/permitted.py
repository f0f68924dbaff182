"""What a patch may change in an .xlsx file, and nothing else: the one place that says so.

The cells of the patch and its new rows; `dimension`, `spans`, table and filter ranges; appended shared strings; the cached value and its type of
formulas that depend on the patch; a re-homed shared formula; entries of the calculation chain; calcPr; custom properties. All else is compared byte
for byte: members raw as they lie in the archive, a patched sheet before and after its rows as bytes, its rows cell by cell as canonical XML.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from typing import Any

from lxml import etree

Cells = Mapping[str, set[tuple[int, int]]]
_PARSER = etree.XMLParser(huge_tree=True, resolve_entities=False, remove_blank_text=False)
_OWN_PROPERTY = re.compile(rb'<property\b[^>]*name="kakosheet\.[^"]*"[^>]*>.*?</property>', re.DOTALL)
_LEFT_TO_PATCH = re.compile(rb'\s(?:ref|spans)="[^"]*"')


def stretches(data: bytes) -> dict[str, bytes]:
    """Each member as it lies in the archive, from its local header to the next one."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = sorted(archive.infolist(), key=lambda info: info.header_offset)
        ends = [info.header_offset for info in infos[1:]] + [archive.start_dir]
    return {info.filename: data[info.header_offset:end] for info, end in zip(infos, ends, strict=True)}


def contents(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def assert_only_permitted(before: bytes, after: bytes, cells: Cells) -> None:
    """`cells` are the (row, column) of the patch by sheet part name, without regard to case."""
    raw_before, raw_after = stretches(before), stretches(after)
    old, new = contents(before), contents(after)
    gone = set(old) - set(new)
    assert all("calcchain" in name.lower() for name in gone), f"members that are gone: {gone}"
    assert [name for name in raw_before if name not in gone] == [name for name in raw_after if name in old], "the order of members changed"
    assert all(name == "docProps/custom.xml" for name in set(new) - set(old)), "members that are new"
    patched = {name.lower(): wanted for name, wanted in cells.items()}
    for name in new:
        if name in old and raw_before[name] != raw_after[name]:
            _check_member(name.replace("\\", "/").lstrip("/").lower(), old[name], new[name], patched, bool(gone))


def _check_member(name: str, old: bytes, new: bytes, cells: Cells, chain_gone: bool) -> None:
    if "sharedstrings" in name:
        _check_strings(old, new)
    elif name in cells or "/worksheets/" in name or "/sheets/" in name:
        check_sheet(old, new, cells.get(name, set()))
    elif "calcchain" in name:
        left = _chain(new)
        kept = set(left)
        assert left == [entry for entry in _chain(old) if entry in kept]
    elif name.endswith("workbook.xml") or b"calcPr" in new:
        assert _without_calc(old) == _without_calc(new), name
    elif name == "[content_types].xml" or name.endswith(".rels"):
        assert chain_gone, f"{name} changed"
        assert re.sub(rb"<[^<>]*calcChain[^<>]*/>", b"", old) == new
    elif "/tables/" in name:
        assert _LEFT_TO_PATCH.sub(b"", old) == _LEFT_TO_PATCH.sub(b"", new), name
    elif name == "docprops/custom.xml":
        assert _OWN_PROPERTY.sub(b"", old) == _OWN_PROPERTY.sub(b"", new), name
    else:
        raise AssertionError(f"{name} changed")


def _without_calc(xml: bytes) -> bytes:
    text = xml.decode("utf-16") if xml[:2] in (b"\xff\xfe", b"\xfe\xff") else xml.decode("utf-8-sig", "replace")
    text = re.sub(r"<\?xml[^>]*\?>|\ufeff", "", text)
    return re.sub(r"<(?:\w+:)?calcPr\b[^>]*?/>|<(?:\w+:)?calcPr\b[^>]*>\s*</(?:\w+:)?calcPr>", "", text).encode()


def _check_strings(old: bytes, new: bytes) -> None:
    before, after = etree.fromstring(old, _PARSER), etree.fromstring(new, _PARSER)
    items = [etree.tostring(item, method="c14n") for item in before]
    assert [etree.tostring(item, method="c14n") for item in after][:len(items)] == items, "shared strings changed"


def _chain(xml: bytes) -> list[tuple[str, str]]:
    entries, sheet = [], ""
    for entry in etree.fromstring(xml, _PARSER):
        sheet = entry.get("i", sheet)
        entries.append((sheet, entry.get("r", "")))
    return entries


def _utf8(xml: bytes) -> bytes:
    if xml[:2] in (b"\xff\xfe", b"\xfe\xff"):
        xml = xml.decode("utf-16").encode()
    declared = re.match(rb"<\?xml[^>]*encoding=[\"']([\w-]+)", xml)
    if declared and declared[1].lower() not in (b"utf-8", b"utf-16", b"us-ascii"):
        xml = xml.decode(declared[1].decode()).encode()
    return re.sub(rb"<\?xml[^>]*\?>", b"", xml, count=1)


def check_sheet(old: bytes, new: bytes, cells: set[tuple[int, int]]) -> None:
    """The rows cell by cell, everything around them byte for byte."""
    old, new = _utf8(old), _utf8(new)
    for part_old, part_new in zip(_around(old), _around(new), strict=True):
        assert _LEFT_TO_PATCH.sub(b"", part_old) == _LEFT_TO_PATCH.sub(b"", part_new), "something beside the rows changed"
    before, after = _cells(old), _cells(new)
    for place, cell in before.items():
        if place not in cells:
            assert place in after, f"cell {place} is gone"
            _check_cell(place, cell, after[place])
    extra = {place for place in after if place not in before and place not in cells}
    new_rows = {row for row, _ in cells}
    assert all(row in new_rows and len(after[row, column]) == 0 for row, column in extra), f"cells came up: {extra}"


def _around(xml: bytes) -> tuple[bytes, bytes]:
    """What stands before and after the rows."""
    blank = re.sub(rb"<!--.*?-->", lambda match: b" " * len(match[0]), xml, flags=re.DOTALL)
    start = re.search(rb"<(?:[\w.-]+:)?sheetData\b[^>]*>", blank)
    assert start is not None
    if start[0].endswith(b"/>"):
        return xml[:start.start()], xml[start.end():]
    end = re.search(rb"</(?:[\w.-]+:)?sheetData\s*>", blank[start.end():])
    assert end is not None
    return xml[:start.start()], xml[start.end() + end.end():]


def _local(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _cells(xml: bytes) -> dict[tuple[int, int], Any]:
    root = etree.fromstring(xml, _PARSER)
    found, number = {}, 0
    data = next(child for child in root if _local(child) == "sheetData")
    for row in data.iter():
        if _local(row) != "row":
            continue
        number, column = int(row.get("r", number + 1)), 0
        for cell in row.iter():
            if _local(cell) == "c":
                letters = re.match(r"[A-Za-z]+", cell.get("r", ""))
                column = _number(letters[0]) if letters else column + 1
                found[number, column] = cell
    return found


def _number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _canonical(cell: Any) -> bytes:
    tail, cell.tail = cell.tail, None
    text: bytes = etree.tostring(cell, method="c14n")
    cell.tail = tail
    return text


def _check_cell(place: tuple[int, int], old: Any, new: Any) -> None:
    if _canonical(old) == _canonical(new):
        return
    formula_old, formula_new = (next((child for child in cell if _local(child) == "f"), None) for cell in (old, new))
    assert formula_old is not None and formula_new is not None, f"{place}: {_canonical(old)!r} became {_canonical(new)!r}"
    if _canonical(formula_old) != _canonical(formula_new):
        assert formula_old.get("t") == "shared" and not formula_old.text, f"the formula in {place} changed"
        assert formula_new.get("t") == "shared" and formula_new.get("si") == formula_old.get("si") and formula_new.text
    same_value = [_canonical(child) for child in old if _local(child) == "v"] == [_canonical(child) for child in new if _local(child) == "v"]
    dropped = all(_local(child) != "v" for child in new) and new.get("t") is None
    assert same_value or dropped, f"the value in {place} changed"
    assert {k: v for k, v in old.attrib.items() if k not in ("t", "vm")} == {k: v for k, v in new.attrib.items() if k not in ("t", "vm")}
