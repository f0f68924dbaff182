"""Where rows and cells stand in a worksheet part, so that a splice can touch them and nothing else."""

from __future__ import annotations

import bisect
import operator
import re
from functools import cached_property, lru_cache
from typing import NamedTuple

from kakosheet.core.address import column_letters, column_number
from kakosheet.core.issues import KakosheetError
from kakosheet.formats.xlsx.loose import parse_row, parse_sheet
from kakosheet.formats.xlsx.markup import TAG_END, attributes, tag_pattern
from kakosheet.formats.xlsx.scanner import SheetData, patterns


class RowSpan(NamedTuple):
    """`start` to `open_end` is the start tag, `close` where the end tag starts; `closed` if it closes itself.

    `cells` are (column, start) if the row needed a parser.
    """

    number: int
    start: int
    open_end: int
    close: int
    closed: bool
    cells: list[tuple[int, int]] | None


@lru_cache(maxsize=64)
def _cell_starts(prefix: bytes) -> re.Pattern[bytes]:
    return re.compile(rb'<%sc r="([^"]*)"' % re.escape(prefix))


_ADDRESS = re.compile(rb"\$?([A-Z]{1,3})\$?[0-9]+")


class RowIndex:
    """The rows of a part by number. Empty rows that close themselves have a span, too.

    `fixed` are the cells inside of mc:AlternateContent, which are written more than once. `straight` if the rows need
    no parser and stand once each, in ascending order.
    """

    def __init__(self, xml: bytes, extent: SheetData) -> None:
        self._xml, self._extent = xml, extent
        self._known = patterns(extent.prefix)
        self._loose: dict[int, list[RowSpan]] = {}
        self._pieces: dict[int, list[int]] = {}
        self.fixed: set[tuple[int, int]] = set()
        self._addresses: dict[int, bytes] = {}
        self.odd = extent.odd
        if self.odd:
            for row in parse_sheet(xml):
                self._loose.setdefault(row.number, []).append(
                    RowSpan(
                        row.number,
                        row.start,
                        row.open_end,
                        row.close,
                        row.end == row.open_end,
                        [(cell.column, cell.start) for cell in row.cells],
                    )
                )
                self.fixed |= {(row.number, cell.column) for cell in row.cells if cell.fixed}
            self._starts = {number: spans[-1].start for number, spans in self._loose.items()}
        else:
            found = [
                (int(match[1]), match.start()) for match in self._known.row.finditer(xml, extent.start, extent.end)
            ]
            self._starts = dict(found)
            if len(self._starts) < len(found):
                for number, start in found:
                    self._pieces.setdefault(number, []).append(start)
        self._numbers = list(self._starts)
        self.straight = not self.odd and not self._pieces and all(map(operator.lt, self._numbers, self._numbers[1:]))
        if not self.straight:
            self._numbers.sort()

    @cached_property
    def _plain(self) -> bool:
        """Whether every cell of the part has its address first: then no row needs a look of its own."""
        return self._known.odd_cell.search(self._xml, self._extent.start, self._extent.end) is None

    def last(self) -> int:
        return self._numbers[-1] if self._numbers else 0

    def span(self, number: int) -> RowSpan | None:
        if self.odd:
            return self._loose[number][-1] if number in self._loose else None
        start = self._starts.get(number)
        return None if start is None else self._span(number, start)

    def spans(self, number: int) -> list[RowSpan]:
        """The pieces of a row, the one that counts last: only a program with a fault writes a row, or a cell, more than
        once."""
        if self.odd:
            return self._loose.get(number, [])
        if self._pieces:
            return [self._span(number, start) for start in self._pieces.get(number, ())]
        start = self._starts.get(number)
        return [] if start is None else [self._span(number, start)]

    def _span(self, number: int, start: int) -> RowSpan:
        xml, end = self._xml, self._extent.end
        tag = TAG_END.match(xml, start + 1)
        open_end = tag.end() if tag else end
        if xml[open_end - 2] == 47:
            return RowSpan(number, start, open_end, open_end, True, None)
        close = xml.find(self._known.row_end, open_end, end)
        if close < 0:
            raise KakosheetError("K104", f"row {number} of a worksheet is cut off")
        known = self._known
        if self._plain or known.odd_cell.search(xml, open_end, close) is None:
            return RowSpan(number, start, open_end, close, False, None)
        loose = parse_row(xml[start:close] + known.row_end + b">")
        return RowSpan(
            number, start, open_end, close, False, [(cell.column, start + cell.start) for cell in loose.cells]
        )

    def before(self, number: int) -> int:
        """Where a row with that number belongs that is not there."""
        position = bisect.bisect(self._numbers, number)
        return self._starts[self._numbers[position]] if position < len(self._numbers) else self._extent.end

    def cell(self, row: RowSpan, column: int) -> int | None:
        """Where the row's cell of that column starts; of two the one that readers take, the last."""
        if row.cells is not None:
            return next((start for number, start in reversed(row.cells) if number == column), None)
        address = self._addresses.get(column)
        if address is None:
            address = self._addresses[column] = self._known.cell_with_address + column_letters(column).encode()
        start = self._xml.rfind(b'%b%d"' % (address, row.number), row.open_end, row.close)
        return None if start < 0 else start

    def cells(self, row: RowSpan) -> list[tuple[int, int]]:
        """(column, start) of every cell of the row. Raises K104 for an address that belongs to no row."""
        if row.cells is not None:
            return row.cells
        found = []
        for match in _cell_starts(self._extent.prefix).finditer(self._xml, row.open_end, row.close):
            letters = _ADDRESS.fullmatch(match[1].upper())
            if letters is None:
                raise KakosheetError("K104", f"row {row.number} of a worksheet holds a cell without a proper address")
            found.append((column_number(letters[1].decode()), match.start()))
        return found


class ColumnStyles:
    """The styles that columns give to cells which are not there (18.3.1.13)."""

    def __init__(self, head: bytes) -> None:
        self._ranges: list[tuple[int, int, bytes]] = []
        cols = tag_pattern("cols").search(head)
        if cols is None or cols[2]:
            return
        for match in tag_pattern("col").finditer(head, cols.end()):
            values = attributes(match[0])
            style = values.get("style", "0")
            ends = [values.get(end, "") for end in ("min", "max")]
            if style.isdecimal() and style != "0" and all(end.isdecimal() and len(end) < 10 for end in ends):
                self._ranges.append((int(ends[0]), int(ends[1]), style.encode()))

    def of(self, column: int) -> bytes:
        """The style's index, b"" for none."""
        return next((style for first, last, style in self._ranges if first <= column <= last), b"")
