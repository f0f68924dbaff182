"""What a patch of an .ods file may change, as one check: the patched cells, appended rows, dropped cached values; all else is as it was."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection, Iterator
from typing import Any

from lxml import etree

from tests.corpus.permitted import contents, stretches

_PARSER = etree.XMLParser(huge_tree=True, resolve_entities=False)
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALCEXT = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_VALUES = {_OFFICE + name for name in ("value-type", "value", "date-value", "time-value", "boolean-value", "string-value", "currency")} | {
    _CALCEXT + "value-type"}
_REPEATED = (_TABLE + "number-rows-repeated", _TABLE + "number-columns-repeated")
_ID = "{http://www.w3.org/XML/1998/namespace}id"
_OWN_PROPERTY = re.compile(rb'<meta:user-defined\b[^>]*meta:name="kakosheet\.[^"]*"[^>]*>.*?</meta:user-defined>', re.DOTALL)
Run = tuple[int, Any]


def assert_only_permitted(before: bytes, after: bytes, sheet: str, cells: Collection[tuple[int, int]]) -> None:
    """`cells` are the (row, column) of the patch in the first sheet of that name."""
    raw_before, raw_after = stretches(before), stretches(after)
    assert list(raw_before) == list(raw_after), "the members changed, or their order"
    for name in raw_before:
        if name == "meta.xml":
            assert _OWN_PROPERTY.sub(b"", contents(before)[name]) == _OWN_PROPERTY.sub(b"", contents(after)[name])
        elif name != "content.xml":
            assert raw_before[name] == raw_after[name], f"{name} changed"
    with zipfile.ZipFile(io.BytesIO(after)) as archive:
        first = archive.infolist()[0]
        if first.filename == "mimetype":
            assert first.compress_type == zipfile.ZIP_STORED or raw_before["mimetype"] == raw_after["mimetype"]
    _check_content(contents(before)["content.xml"], contents(after)["content.xml"], sheet, cells)


def _check_content(old: bytes, new: bytes, sheet: str, cells: Collection[tuple[int, int]]) -> None:
    trees = [etree.fromstring(content, _PARSER) for content in (old, new)]
    tables = [[table for table in tree.iter(_TABLE + "table") if table.getparent().tag == _OFFICE + "spreadsheet"] for tree in trees]
    assert len(tables[0]) == len(tables[1])
    patched = next(index for index, table in enumerate(tables[0]) if table.get(_TABLE + "name") == sheet)
    for index, (before, after) in enumerate(zip(*tables, strict=True)):
        _check_rows(_rows(before), _rows(after), cells if index == patched else ())
    for tree, found in zip(trees, tables, strict=True):
        for table in found:
            for row in list(_row_elements(table)):
                row.getparent().remove(row)
            if table is found[patched] and len(table) == 1 and table[0].tag == _TABLE + "table-column" and not table[0].attrib:
                table.remove(table[0])
        for area in tree.iter(_TABLE + "database-range"):
            area.attrib.pop(_TABLE + "target-range-address", None)
    assert _canonical(trees[0]) == _canonical(trees[1]), "something beside the rows changed"


def _row_elements(table: Any) -> Iterator[Any]:
    for row in table.iter(_TABLE + "table-row"):
        owner = row.getparent()
        while owner.tag != _TABLE + "table":
            owner = owner.getparent()
        if owner is table:
            yield row


def _rows(table: Any) -> list[Run]:
    return [(int(row.get(_REPEATED[0], "1")), row) for row in _row_elements(table)]


def aligned(first: list[Run], second: list[Run]) -> Iterator[tuple[int, int, Any, Any]]:
    """(start, length, one, other) of the stretches in which neither changes; None where one list has ended."""
    position, lists = 1, [list(first), list(second)]
    while lists[0] or lists[1]:
        length = min(runs[0][0] for runs in lists if runs)
        yield position, length, *(runs[0][1] if runs else None for runs in lists)
        for runs in lists:
            if runs:
                left = runs[0][0] - length
                runs[0:1] = [(left, runs[0][1])] if left else []
        position += length


def _check_rows(before: list[Run], after: list[Run], cells: Collection[tuple[int, int]]) -> None:
    for start, length, old, new in aligned(before, after):
        wanted = {column for row, column in cells if row == start} if length == 1 else set()
        assert new is not None, f"row {start} is gone"
        if old is not None:
            assert _attributes(old) == _attributes(new), f"the row {start} changed"
        if old is not new:
            _check_cells(start, old, new, wanted)


def _check_cells(row: int, old: Any, new: Any, wanted: set[int]) -> None:
    runs = [[] if element is None else [(int(cell.get(_REPEATED[1], "1")), cell) for cell in element if cell.tag in (
        _TABLE + "table-cell", _TABLE + "covered-table-cell")] for element in (old, new)]
    for column, length, before, after in aligned(*runs):
        if column in wanted and length == 1:
            continue
        assert after is not None, f"the cell {row}, {column} is gone"
        if before is None:
            assert not len(after) and _attributes(after) == {}, f"the cell {row}, {column} came up"
        else:
            _check_cell((row, column), before, after)


def _attributes(element: Any) -> dict[str, str]:
    return {name: value for name, value in element.attrib.items() if name not in (*_REPEATED, _ID)}


def _check_cell(place: tuple[int, int], old: Any, new: Any) -> None:
    first, second = _inside(old), _inside(new)
    if _attributes(old) == _attributes(new) and first == second:
        return
    assert old.get(_TABLE + "formula"), f"{place} changed"
    kept = {name: value for name, value in _attributes(old).items() if name not in _VALUES}
    assert _attributes(new) == kept, f"{place} changed"
    assert second == [child for child in first if not child.startswith(b"<text:p")], f"{place} changed"


def _inside(cell: Any) -> list[bytes]:
    return [_canonical(child) for child in cell] + [(cell.text or "").strip().encode()]


def _canonical(element: Any) -> bytes:
    tail, element.tail = element.tail, None
    written: bytes = etree.tostring(element, method="c14n")
    element.tail = tail
    return re.sub(rb' xml:id="[^"]*"', b"", written)
