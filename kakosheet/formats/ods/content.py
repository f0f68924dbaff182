"""Where tables, rows and cells stand in content.xml (ODF 1.3 part 3, 9): by namespace, whatever the prefixes; no tree
is built."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from kakosheet.core.address import MAX_ROW
from kakosheet.core.issues import KakosheetError
from kakosheet.formats.markup import attributes, splice, utf8
from kakosheet.formats.ods.dialect import ATTRIBUTES, Dialect, declares, find_dialect
from kakosheet.formats.package import Package

_NOT_MARKUP = re.compile(
    rb"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?.*?(?:\?>|\Z)", re.DOTALL
)  # one that is never closed: to the end
_TAG_END = re.compile(ATTRIBUTES + rb">")
_REPEATED = re.compile(rb"\s[^\s=:]+:number-(?:columns|rows)-repeated\s*=\s*[\"']\s*0*(\d*)\s*[\"']")
_SPACE = b" \t\r\n"
# What stands in a table before its rows; columns come last (9.1.2).
_BEFORE_ROWS = (
    b"title",
    b"desc",
    b"table-source",
    b"dde-source",
    b"scenario",
    b"forms",
    b"shapes",
    b"table-column",
    b"table-columns",
    b"table-header-columns",
    b"table-column-group",
    b"table-protection",
)


class TableSpan(NamedTuple):
    """A table: its start tag from `tag` to `start`, its content to `end`, its end tag to `close` (all equal if it
    closes itself)."""

    name: str
    style: str
    tag: int
    start: int
    end: int
    close: int


class RowRun(NamedTuple):
    """An element for `repeat` rows from `number` on: start tag `start` to `open_end`, content to `close`, in all to
    `end`."""

    number: int
    repeat: int
    start: int
    open_end: int
    close: int
    end: int


class Content(NamedTuple):
    """`xml` is the member in UTF-8; `clear` the same bytes with comments, CDATA and nested tables blanked, every offset
    kept."""

    xml: bytes
    clear: bytes
    odd: bool
    dialect: Dialect
    body: int
    body_end: int
    tables: list[TableSpan]

    def table(self, name: str) -> TableSpan:
        """The sheet of that name, else the first that differs by case alone. Raises K113."""
        alike = [table for table in self.tables if table.name.casefold() == name.casefold()]
        if alike:
            return next((table for table in alike if table.name == name), alike[0])
        raise KakosheetError(
            "K113", f'the workbook has no worksheet named "{name}"', f"it has: {', '.join(t.name for t in self.tables)}"
        )

    def outside(self, pattern: re.Pattern[bytes]) -> Iterator[tuple[int, bytes]]:
        """(where it stands, what it says) of the tags of a pattern that stand in no table."""
        position = self.body
        for stop, following in [*((table.tag, table.close) for table in self.tables), (self.body_end, 0)]:
            for match in pattern.finditer(self.clear, position, stop):
                yield match.start(), match[0]
            position = following


def open_content(package: Package, *, plain: bool) -> Content:
    """`plain` makes comments vanish and CDATA ordinary text, for reading; offsets are then those of another file.

    Raises K101, K102 (encrypted), K104 (damaged), K106 (DOCTYPE), K108 (no spreadsheet, or a dialect that is not
    supported).
    """
    _refuse_encrypted(package)
    if "content.xml" not in package:
        raise KakosheetError(
            "K101", "this is a zip file, but no workbook: it holds no content.xml", "give an .xlsx or .ods file"
        )
    xml = utf8(package.read("content.xml"), "content.xml")
    head = len(xml) - len(xml.lstrip(b"\xef\xbb\xbf" + _SPACE))
    declared = xml.find(b"?>", head) + 2 if xml[head : head + 5] == b"<?xml" else head
    odd = any(xml.find(mark, declared) >= 0 for mark in (b"!--", b"![CDATA[", b"?>"))
    if odd and plain:
        xml, odd = xml[:declared] + _NOT_MARKUP.sub(_as_text, xml[declared:]), False
    clear = xml[:declared] + _NOT_MARKUP.sub(lambda match: b" " * len(match[0]), xml[declared:]) if odd else xml
    dialect, root_end = find_dialect(clear, declared)
    body, body_end = _body(clear, dialect, root_end)
    tables, nested = _tables(clear, dialect, body, body_end)
    if nested:
        clear = splice(clear, [(start, end, b" " * (end - start)) for start, end in nested])
    if not tables:
        raise KakosheetError("K108", "the workbook holds no worksheet")
    if dialect.declared:
        _refuse_undeclared(clear, dialect, clear[root_end:body], tables)
    return Content(xml, clear, odd, dialect, body, body_end, tables)


def _refuse_encrypted(package: Package) -> None:
    if "META-INF/manifest.xml" in package and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise KakosheetError("K102", "the workbook is encrypted", "save it without a password")


def _refuse_undeclared(clear: bytes, dialect: Dialect, around: bytes, tables: list[TableSpan]) -> None:
    """New cells find their prefix declared by their table or around it; deeper down, it might be for its neighbours
    alone."""
    if not declares(around, dialect) and not all(declares(clear[table.tag : table.start], dialect) for table in tables):
        raise KakosheetError(
            "K108",
            "the workbook declares its namespaces deep inside its content, which is not supported",
            "open it in your spreadsheet and save it again",
        )


def _as_text(match: re.Match[bytes]) -> bytes:
    if not match[0].startswith(b"<![CDATA["):
        return b""
    return match[0][9:-3].replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")


def _body(clear: bytes, dialect: Dialect, start: int) -> tuple[int, int]:
    tag = next(_elements(clear, dialect.office + b"spreadsheet", start, len(clear)), None)
    if tag is None:
        raise KakosheetError("K108", "this is an OpenDocument file, but no spreadsheet", "give an .xlsx or .ods file")
    opened = tag_end(clear, tag)
    if clear[opened - 2] == 47:
        return opened, opened
    end = clear.rfind(b"</" + dialect.office + b"spreadsheet", opened)
    if end < 0:
        raise KakosheetError("K104", "the content is cut off")
    return opened, end


def tag_end(xml: bytes, start: int) -> int:
    """Where the tag that starts at `start` ends. Raises K104."""
    match = _TAG_END.match(xml, start + 1)
    if match is None:
        raise KakosheetError("K104", "the content is cut off")
    return match.end()


def _elements(xml: bytes, name: bytes, start: int, end: int) -> Iterator[int]:
    """Where start tags of an element are (or, with "/" before its name, end tags)."""
    needle, length = b"<" + name, len(name) + 1
    position = xml.find(needle, start, end)
    while position >= 0:
        if xml[position + length : position + length + 1] in (b">", b" ", b"/", b"\n", b"\t", b"\r"):
            yield position
        position = xml.find(needle, position + length, end)


def _stretches(clear: bytes, name: bytes, start: int, end: int) -> list[tuple[int, int]]:
    """(where one starts, where its end tag stands) of the elements of a name, one after the other."""
    found: list[tuple[int, int]] = []
    for opened in _elements(clear, name, start, end):
        if not found or opened > found[-1][1]:
            close = clear.find(b"</" + name, opened, end)
            found.append((opened, close if close >= 0 else end))
    return found


def _tables(clear: bytes, dialect: Dialect, start: int, end: int) -> tuple[list[TableSpan], list[tuple[int, int]]]:
    """The sheets, and the stretches of tables inside of them. Tables of DDE links are none (9.8.3)."""
    tables, nested = [], []
    links = dialect.table + b"dde-links"
    skipped = _stretches(clear, links, start, end)
    open_tags: list[tuple[int, int]] = []
    for match in re.compile(rb"<(/?)%stable(?=[\s/>])" % re.escape(dialect.table)).finditer(clear, start, end):
        position, opens = match.start(), not match[1]
        link = bisect_right(skipped, (position,)) - 1
        if link >= 0 and position < skipped[link][1]:
            continue
        after = tag_end(clear, position)
        if opens and clear[after - 2] != 47:
            open_tags.append((position, after))
            continue
        tag, content = (position, after) if opens else open_tags.pop() if open_tags else (-1, -1)
        if tag < 0:
            raise KakosheetError("K104", "a table ends that never began")
        if open_tags:
            if len(open_tags) == 1:
                nested.append((tag, after))
        else:
            given = attributes(clear[tag:content])
            name = given.get(dialect.table_attribute.decode() + "name", "")
            if name.startswith("'") and "'#" in name:
                continue  # cells of another workbook, kept for formulas that refer to it
            tables.append(
                TableSpan(
                    name,
                    given.get(dialect.table_attribute.decode() + "style-name", ""),
                    tag,
                    content,
                    content if opens else position,
                    after,
                )
            )
    if open_tags:
        raise KakosheetError("K104", "a table is cut off")
    return tables, nested


def rows(content: Content, table: TableSpan) -> Iterator[RowRun]:
    """The row elements of a table down to the sheet's last row, whatever groups or headers they stand in. Raises
    K104."""
    clear, number = content.clear, 1
    name = content.dialect.table + b"table-row"
    closing = b"</" + name
    position = table.start
    for start in _elements(clear, name, table.start, table.end):
        if start < position:
            raise KakosheetError("K104", f"row {number} of a worksheet cannot be read")
        opened = tag_end(clear, start)
        if clear[opened - 2] == 47:
            close = position = opened
        else:
            close = clear.find(closing, opened, table.end)
            if close < 0 or opened > table.end:
                raise KakosheetError("K104", f"row {number} of a worksheet is cut off")
            position = clear.index(b">", close) + 1
        repeat = min(repeated(clear[start:opened]), MAX_ROW + 1 - number)
        yield RowRun(number, repeat, start, opened, close, position)
        number += repeat
        if number > MAX_ROW:
            return


def repeated(tag: bytes) -> int:
    """How many rows or columns an element stands for (19.675, 19.678): at least one, at most more than any sheet
    has."""
    if b"-repeated" not in tag:
        return 1
    match = _REPEATED.search(tag)
    digits = match[1] if match else b""
    return max(1, int(digits)) if 0 < len(digits) < 19 else 1 if not digits else 10**18


def is_even(content: Content, span: RowRun) -> bool:
    """Whether each cell of the row stands for one column and none is covered: then cells can be counted."""
    clear = content.clear
    return (
        clear.find(b"-repeated", span.open_end, span.close) < 0
        and clear.find(b"covered-", span.open_end, span.close) < 0
    )


def cell_starts(content: Content, span: RowRun) -> tuple[list[int], list[int] | None]:
    """Where the row's cells start, and the columns that they stand in; None if that is one after the other from 1."""
    clear = content.clear
    starts = [match.start() for match in content.dialect.cell_start.finditer(clear, span.open_end, span.close)]
    if clear.find(b"-repeated", span.open_end, span.close) < 0:
        return starts, None
    columns, column = [], 1
    for start, stop in pairwise([*starts, span.close]):
        columns.append(column)
        column += repeated(clear[start : tag_end(clear, start)]) if clear.find(b"-repeated", start, stop) >= 0 else 1
    return starts, columns


def before_rows(content: Content, table: TableSpan) -> int:
    """Where the first row of a table without rows belongs."""
    place = table.start
    for name in _BEFORE_ROWS:
        pattern = re.compile(rb"</(?:[\w.\-]+:)?%s\s*>|<(?:[\w.\-]+:)?%s(?=[\s/>])%s(?<=/)>" % (name, name, ATTRIBUTES))
        for match in pattern.finditer(content.clear, table.start, table.end):
            place = max(place, match.end())
    return place
