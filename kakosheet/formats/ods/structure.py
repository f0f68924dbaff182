"""What a patch asks for beside cells: database ranges that grow, defined names, the looks of added columns (ODF 1.3
part 3, 9.1.6, 9.4.11-15)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kakosheet.core.address import column_letters, quote_sheet
from kakosheet.core.patch import TableGrowth
from kakosheet.core.raw import Area
from kakosheet.formats.markup import Edit, attributes, quoted, tag_pattern
from kakosheet.formats.ods.addresses import parse_area
from kakosheet.formats.ods.cells import with_repeat
from kakosheet.formats.ods.content import Content, TableSpan, before_rows, repeated
from kakosheet.formats.ods.reader import NAME_TAGS

_ANONYMOUS = "__anonymous"
_AFTER_NAMES = ("database-ranges", "data-pilot-tables", "consolidation", "dde-links")
_VISIBILITY = re.compile(rb"\s[\w.\-]+:visibility\s*=\s*(?:\"[^\"]*\"|'[^']*')")


def growth_edits(content: Content, table: TableSpan, growth: TableGrowth) -> list[Edit]:
    """The edit that makes the database range of that name reach down and right, without one the sheet's own filter."""
    t = content.dialect.table_attribute
    here = []
    for start, tag in content.outside(tag_pattern("database-range")):
        given = attributes(tag)
        area = parse_area(given.get(t.decode() + "target-range-address", ""))
        if area is not None and area.sheet.casefold() == table.name.casefold():
            here.append((given.get(t.decode() + "name", "").casefold(), area, start, tag))
    found = next((one for one in here if one[0] == growth.name.casefold()), None) or next(
        (one for one in here if one[0].startswith(_ANONYMOUS)), None
    )
    if found is None or (found[1].last_row >= growth.last_row and not growth.titles):
        return []
    corner = re.search(
        rb"\s%starget-range-address\s*=\s*(?:\"[^\"]*|'[^']*?)(?<=[.:$])([A-Za-z]{1,3})(\$?)(\d+)[\"']" % re.escape(t),
        found[3],
    )
    if corner is None:
        return []
    letters = column_letters(found[1].last_column + len(growth.titles)).encode()
    written = b"%s%s%d" % (letters, corner[2], max(growth.last_row, found[1].last_row))
    return [(found[2] + corner.start(1), found[2] + corner.end(3), written)]


def _address(area: Area) -> str:
    corners = [
        f"${column_letters(column)}${row}"
        for row, column in dict.fromkeys(((area.row, area.column), (area.last_row, area.last_column)))
    ]
    return f"${quote_sheet(area.sheet)}.{':.'.join(corners)}"


def name_edits(content: Content, names: Mapping[str, Area]) -> list[Edit]:
    """The edits by which workbook-scope names point where they are to."""
    t, p = content.dialect.table_attribute, content.dialect.table
    known = (
        {
            attributes(tag).get(t.decode() + "name", "").casefold(): (start, tag)
            for start, tag in content.outside(NAME_TAGS)
        }
        if names
        else {}
    )
    edits, fresh = [], []
    for name, area in names.items():
        element = b'<%snamed-range%s %sname="%s" %sbase-cell-address="%s" %scell-range-address="%s"' % (
            p,
            content.dialect.declared,
            t,
            quoted(name),
            t,
            quoted(_address(Area(area.sheet, 1, 1, 1, 1))),
            t,
            quoted(_address(area)),
        )
        start, tag = known.get(name.casefold(), (-1, b""))
        if start < 0:
            fresh.append(element + b"/>")
        elif parse_area(attributes(tag).get(t.decode() + "cell-range-address", "")) != area:
            end = (
                start + len(tag)
                if tag.endswith(b"/>")
                else content.clear.index(b">", content.clear.index(b"</", start)) + 1
            )
            edits.append((start, end, element + b"/>"))
    return edits + (_new_names(content, b"".join(fresh)) if fresh else [])


def _new_names(content: Content, elements: bytes) -> list[Edit]:
    p = content.dialect.table
    for start, tag in content.outside(tag_pattern("named-expressions")):
        if tag.endswith(b"/>"):
            return [(start, start + len(tag), tag[:-2].rstrip() + b">" + elements + b"</%snamed-expressions>" % p)]
        close = content.clear.index(b"</%snamed-expressions" % p, start)
        return [(close, close, elements)]
    later = [start for name in _AFTER_NAMES for start, _ in content.outside(tag_pattern(name))]
    at = min(later, default=content.body_end)
    return [(at, at, b"<%snamed-expressions%s>%s</%snamed-expressions>" % (p, content.dialect.declared, elements, p))]


def column_edits(content: Content, table: TableSpan, added: Mapping[int, int]) -> list[Edit]:
    """The edits by which new columns are as wide as others and have their cells' style; one that has a style keeps
    it."""
    if not added:
        return []
    first, known = 1, []
    stop = content.clear.find(b"<" + content.dialect.table + b"table-row", table.start, table.end)
    for match in content.dialect.column.finditer(content.clear, table.start, stop if stop >= 0 else table.end):
        known.append((first, first + repeated(match[1]) - 1, match.start(), match.end()))
        first += repeated(match[1])
    attribute = content.dialect.table_attribute + b"number-columns-repeated"
    looks = {column: _look(content, known, model, attribute) for column, model in added.items()}
    edits: list[Edit] = []
    for left, right, start, end in known:
        tag = content.xml[start:end]
        inside = sorted(column for column, look in looks.items() if look and left <= column <= right)
        if not inside or not tag.endswith(b"/>") or _is_styled(content, tag):
            continue
        pieces, position = [], left
        for column in [*inside, right + 1]:
            if column > position:
                pieces.append(with_repeat(tag, attribute, column - position))
            pieces.append(looks.get(column, b"") if column <= right else b"")
            position = column + 1
        edits.append((start, end, b"".join(pieces)))
    beyond = sorted(column for column, look in looks.items() if look and column >= first)
    return edits + _columns_beyond(
        content, table, known, first, [(column, looks[column]) for column in beyond], attribute
    )


def _columns_beyond(
    content: Content,
    table: TableSpan,
    known: list[tuple[int, int, int, int]],
    first: int,
    wanted: list[tuple[int, bytes]],
    attribute: bytes,
) -> list[Edit]:
    pieces = []
    for column, look in wanted:
        if column > first:
            pieces.append(with_repeat(b"<%stable-column/>" % content.dialect.table, attribute, column - first))
        pieces.append(look)
        first = column + 1
    at = before_rows(content, table) if known else table.start
    return [(at, at, b"".join(pieces))] if pieces else []


def _look(content: Content, known: list[tuple[int, int, int, int]], model: int, attribute: bytes) -> bytes:
    for left, right, start, end in known:
        if left <= model <= right and content.xml[end - 2] == 47:
            return _VISIBILITY.sub(b"", with_repeat(content.xml[start:end], attribute, 1))
    return b""


def _is_styled(content: Content, tag: bytes) -> bool:
    style = attributes(tag).get(content.dialect.table_attribute.decode() + "default-cell-style-name", "Default")
    return style != "Default"
