"""What a repair or an upgrade asks for beside cells: defined names, columns that are added to a sheet and to its table
(ECMA-376 part 1, 18.2.5, 18.3.1.13, 18.5.1.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kakosheet.core.address import cell_name, column_letters, quote_sheet
from kakosheet.core.patch import SheetPatch, TableGrowth
from kakosheet.core.raw import Area
from kakosheet.formats.xlsx.markup import attributes, escape, quoted, tag_pattern, unescape
from kakosheet.formats.xlsx.parts import TablePart, Workbook
from kakosheet.formats.xlsx.shared import Edit

_BEFORE_NAMES = (b"externalReferences", b"functionGroups", b"sheets")
"""What stands right before the names, the last one first (18.2.27)."""
_LINE_BREAK = "_x000a_"
_KEPT = frozenset({"width", "style", "customWidth", "bestFit"})


def reference(area: Area) -> str:
    """'My sheet'!$A$3, or with a second corner."""
    corners = [
        f"${column_letters(column)}${row}"
        for row, column in dict.fromkeys(((area.row, area.column), (area.last_row, area.last_column)))
    ]
    return f"{quote_sheet(area.sheet)}!{':'.join(corners)}"


def name_edits(book: Workbook, names: Mapping[str, Area]) -> list[Edit]:
    """The edits of the workbook part by which workbook-scope names point where they are to."""
    known = {name.name.casefold(): name for name in book.names if name.scope is None}
    edits, fresh = [], []
    for name, area in names.items():
        old, text = known.get(name.casefold()), escape(reference(area))
        if old is None:
            fresh.append((name, text))
        elif book.xml[old.start : old.end] != text:
            edits.append((old.start, old.end, text))
    return edits + _new_names(book.xml, fresh)


def _new_names(xml: bytes, fresh: list[tuple[str, bytes]]) -> list[Edit]:
    if not fresh:
        return []
    root = tag_pattern("workbook").search(xml)
    p = root[1] if root is not None else b""
    elements = b"".join(
        b'<%sdefinedName name="%s">%s</%sdefinedName>' % (p, quoted(name), text, p) for name, text in fresh
    )
    close = xml.rfind(b"</" + p + b"definedNames")
    if close >= 0:
        return [(close, close, elements)]
    empty = re.search(rb"<" + re.escape(p) + rb"definedNames\s*/>", xml)
    at = (empty.start(), empty.end()) if empty is not None else (_after(xml, p),) * 2
    return [(*at, b"<%sdefinedNames>%s</%sdefinedNames>" % (p, elements, p))]


def _after(xml: bytes, prefix: bytes) -> int:
    """The end of the last element that must stand before the names."""
    for element in _BEFORE_NAMES:
        close = re.search(rb"</" + re.escape(prefix + element) + rb"\s*>", xml)
        if close is not None:
            return close.end()
    return xml.rfind(b"</")


def unlike_headers(tables: list[TablePart], patch: SheetPatch) -> list[tuple[str, str]]:
    """(table, cell) of the header cells that would say something else than their table does, which repeats their texts
    (18.5.1.3)."""
    return [
        (table.name, cell_name(table.area.row, column))
        for table in tables
        if table.header_rows
        for column, title in enumerate(table.columns, table.area.column)
        if patch.cells.get(table.area.row, {}).get(column, unescape(title)) != unescape(title)
    ]


def changed_table(table: TablePart, content: bytes, growth: TableGrowth) -> bytes:
    """The table's part with columns added at its right end, and columns renamed."""
    for column, title in growth.renamed:
        content = _renamed(content, column - table.area.column, title)
    if not growth.titles:
        return content
    ids = [_number(attributes(match[0]).get("id", "")) for match in tag_pattern("tableColumn").finditer(content)]
    root = tag_pattern("tableColumns").search(content)
    prefix = root[1] if root is not None else b""
    first = max(ids, default=0) + 1
    added = b"".join(
        b'<%stableColumn id="%d" name="%s"/>' % (prefix, number, _quoted(title))
        for number, title in enumerate(growth.titles, first)
    )
    close = content.rfind(b"</" + prefix + b"tableColumns")
    content = content[:close] + added + content[close:]
    if root is not None:
        counted = re.sub(rb'(\scount\s*=\s*["\'])\d+', rb"\g<1>%d" % (len(table.columns) + len(growth.titles)), root[0])
        content = content[: root.start()] + counted + content[root.end() :]
    return _wider(content, table.area, len(growth.titles))


def _wider(content: bytes, area: Area, more: int) -> bytes:
    """Every range of the part that ends at the table's last column, and starts at its corner, reaches over the new
    ones."""
    start = cell_name(area.row, area.column).encode()
    pattern = re.compile(
        rb'(\sref\s*=\s*["\']' + start + rb":)" + column_letters(area.last_column).encode() + rb"(\d+)"
    )
    wide = column_letters(area.last_column + more).encode()
    return pattern.sub(lambda match: match[1] + wide + match[2], content)


def _renamed(content: bytes, index: int, title: str) -> bytes:
    found = list(tag_pattern("tableColumn").finditer(content))
    if not 0 <= index < len(found):
        return content
    match = found[index]
    tag = re.sub(
        rb'(\sname\s*=\s*)(?:"[^"]*"|\'[^\']*\')',
        lambda name: name[1] + b'"' + _quoted(title) + b'"',
        match[0],
        count=1,
    )
    return content[: match.start()] + tag + content[match.end() :]


def _quoted(title: str) -> bytes:
    return quoted(title.replace("\n", _LINE_BREAK))


def column_edits(head: bytes, added: Mapping[int, int]) -> list[Edit]:
    """The edits of `cols` (in the part up to its rows, `head`) by which new columns look like others; one that has a
    look keeps it."""
    cols = tag_pattern("cols").search(head)
    if cols is None or cols[2]:
        return []
    known = [(match, attributes(match[0])) for match in tag_pattern("col").finditer(head, cols.end())]
    edits: list[Edit] = []
    for column, model in sorted(added.items()):
        look = next((values for _, values in known if _covers(values, model)), None)
        if look is None or any(_covers(values, column) for _, values in known):
            continue
        wanted = (
            _KEPT if "outlineLevel" in look else _KEPT | {"hidden"}
        )  # a column of a closed group is not hidden for good
        kept = "".join(f' {name}="{value}"' for name, value in look.items() if name in wanted).encode()
        at = next(
            (match.start() for match, values in known if _number(values.get("min", "")) > column), head.rfind(b"</")
        )
        edits.append((at, at, b'<%scol min="%d" max="%d"%s/>' % (cols[1], column, column, kept)))
    return edits


def _covers(values: Mapping[str, str], column: int) -> bool:
    return 0 < _number(values.get("min", "")) <= column <= _number(values.get("max", ""))


def _number(written: str) -> int:
    """A count or an index; 0 for what is none."""
    return int(written) if written.isdecimal() and len(written) < 10 else 0
