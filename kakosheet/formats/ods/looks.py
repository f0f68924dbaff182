"""What a sheet shows beyond its values: times, currencies, what is merged, what is hidden (ODF 1.3 part 3, 9.1.3 and
9.1.4)."""

from __future__ import annotations

import re

from kakosheet.core.raw import TIME, Area, SheetLook
from kakosheet.formats.markup import attributes, text
from kakosheet.formats.ods.content import Content, RowRun, cell_starts, open_content, rows, tag_end
from kakosheet.formats.package import Package

_MOST_ALIKE = 100_000  # rows or cells that are repeated more often are the looks of an empty sheet
_SEEN = (b"-spanned", b"currency", b'"time"', b"'time'", b":href")
Alike = dict[tuple[tuple[int, str], ...], dict[int, str]]
"""Most rows of a table look alike: they share what is said of them."""
_LINK = re.compile(rb"<[\w.\-]+:a(?=\s)[^<>]*?\s[\w.\-]+:href\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def look(data: bytes, name: str) -> SheetLook:
    """Raises K113 and other K1 errors."""
    content = open_content(Package(data), plain=True)
    table = content.table(name)
    result, known = SheetLook(), Alike()
    hidden = content.dialect.table_attribute.decode() + "visibility"
    for span in rows(content, table):
        if span.repeat > _MOST_ALIKE:
            continue
        if b"visibility" in content.clear[span.start : span.open_end]:
            given = attributes(content.clear[span.start : span.open_end])
            if given.get(hidden) in ("collapse", "filter"):
                result.hidden_rows.update(range(span.number, span.number + span.repeat))
        if any(content.clear.find(mark, span.open_end, span.close) >= 0 for mark in _SEEN):
            _take_cells(content, table.name, span, known, result)
    return result


def _take_cells(content: Content, sheet: str, span: RowRun, known: Alike, result: SheetLook) -> None:
    here: dict[int, str] = {}
    o, t = content.dialect.office_attribute.decode(), content.dialect.table_attribute.decode()
    starts, columns = cell_starts(content, span)
    for index, start in enumerate(starts):
        given = attributes(content.clear[start : tag_end(content.clear, start)])
        column = columns[index] if columns is not None else index + 1
        height, width = (_count(given.get(f"{t}number-{which}-spanned", "")) for which in ("rows", "columns"))
        if (height, width) != (1, 1):
            result.merged.append(Area(sheet, span.number, column, span.number + height - 1, column + width - 1))
        link = _LINK.search(content.clear, start, starts[index + 1] if index + 1 < len(starts) else span.close)
        if link is not None and span.repeat == 1 and not (link[1] or link[2] or b"#").startswith(b"#"):
            result.links[span.number, column] = text(link[1] or link[2])
        shown = TIME if given.get(o + "value-type") == "time" else given.get(o + "currency", "")
        repeat = _count(given.get(t + "number-columns-repeated", ""))
        if shown and repeat * span.repeat <= _MOST_ALIKE:
            here.update(dict.fromkeys(range(column, column + repeat), shown))
    if here:
        here = known.setdefault(tuple(here.items()), here)
        result.shown.update(dict.fromkeys(range(span.number, span.number + span.repeat), here))


def _count(written: str) -> int:
    return max(1, int(written)) if written.isdecimal() and len(written) < 8 else 1
