"""The slow, sure way to read rows: expat over one row or over a whole sheet, with the byte offsets of every cell.

Taken for whatever the fast patterns of `scanner` do not cover: attributes in another order, rich inline strings, CDATA,
comments, processing instructions, rows and cells without an address, mc:AlternateContent.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from xml.parsers import expat

from kakosheet.core.address import MAX_COLUMN, MAX_ROW, column_number
from kakosheet.core.issues import KakosheetError
from kakosheet.formats.xlsx.markup import TAG_END

_LETTERS = re.compile(r"\$?([A-Za-z]{1,3})")


class LooseCell(NamedTuple):
    """A cell as written: `start` to `end` in the bytes given; `formula` is None without an `f`, its text otherwise.

    `value` is the text of `v`, `inline` that of `is`, None where the element is missing. `fixed` cells stand in
    mc:Fallback.
    """

    column: int
    start: int
    end: int
    type: str
    formula: str | None
    formula_attributes: dict[str, str]
    value: str | None
    inline: str | None
    fixed: bool


class LooseRow(NamedTuple):
    """`start` to `end` is the row, `open_end` the end of its start tag, `close` the start of its end tag.

    A row that closes itself has all three ends at `open_end`.
    """

    number: int
    start: int
    open_end: int
    close: int
    end: int
    cells: list[LooseCell]


class _Cell:
    __slots__ = ("attributes", "formula", "formula_attributes", "inline", "start", "value")

    def __init__(self, start: int, attributes: dict[str, str]) -> None:
        self.start, self.attributes = start, attributes
        self.formula: list[str] | None = None
        self.formula_attributes: dict[str, str] = {}
        self.value: list[str] | None = None
        self.inline: list[str] | None = None


class _LooseRows:
    """Expat handlers. `path` holds the local names of the open elements; elements of AlternateContent leave no trace in
    it."""

    def __init__(self, xml: bytes, parser: expat.XMLParserType, fragment: bool) -> None:
        self.xml, self.parser = xml, parser
        self.rows: list[LooseRow] = []
        self.extent: tuple[int, int] | None = None
        self._path: list[str] = ["worksheet", "sheetData"] if fragment else []
        self._skipped = 0
        self._alternate = 0
        self._row: tuple[int, int, int] | None = None
        self._cells: list[LooseCell] = []
        self._cell: _Cell | None = None
        self._text: list[str] | None = None
        self._number = 0
        self._column = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if self._skipped or local == "Choice":
            self._skipped += 1
            return
        if local in ("AlternateContent", "Fallback"):
            self._alternate += local == "Fallback"
            return
        path = self._path
        path.append(local)
        if len(path) == 2 and local == "sheetData":
            index = self.parser.CurrentByteIndex
            self.extent = (index, self._tag_end(index))
        if len(path) < 3 or path[1] != "sheetData":
            return
        if len(path) == 3 and local == "row":
            self._start_row(attributes)
        elif len(path) == 4 and local == "c" and self._row is not None:
            self._start_cell(attributes)
        elif self._cell is not None:
            self._start_content(local, attributes)

    def _tag_end(self, index: int) -> int:
        match = TAG_END.match(self.xml, index + 1)
        return match.end() if match else len(self.xml)

    def _closes_itself(self, end: int) -> bool:
        return self.xml[end - 2 : end - 1] == b"/"

    def _start_row(self, attributes: dict[str, str]) -> None:
        given = attributes.get("r", "")
        self._number = int(given) if given.isdecimal() and len(given) < 8 else self._number + 1
        if not 1 <= self._number <= MAX_ROW:
            raise KakosheetError("K104", f"row {self._number} lies outside of a sheet")
        start = self.parser.CurrentByteIndex
        self._row, self._cells, self._column = (self._number, start, self._tag_end(start)), [], 0

    def _start_cell(self, attributes: dict[str, str]) -> None:
        letters = _LETTERS.match(attributes.get("r", ""))
        self._column = column_number(letters[1].upper()) if letters else self._column + 1
        if self._column > MAX_COLUMN:
            raise KakosheetError("K104", f"a cell of row {self._number} lies outside of the sheet")
        self._cell = _Cell(self.parser.CurrentByteIndex, attributes)

    def _start_content(self, local: str, attributes: dict[str, str]) -> None:
        cell, depth = self._cell, len(self._path)
        if cell is None:
            return
        if depth == 5 and local == "f":
            cell.formula_attributes = attributes
            self._text = cell.formula = []
        elif depth == 5 and local == "v":
            self._text = cell.value = []
        elif depth == 5 and local == "is":
            cell.inline = []
        elif local == "t" and cell.inline is not None and "rPh" not in self._path:
            self._text = cell.inline

    def end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if self._skipped:
            self._skipped -= 1
            return
        if local in ("AlternateContent", "Fallback"):
            self._alternate -= local == "Fallback"
            return
        depth = len(self._path)
        self._path.pop()
        if local in ("f", "v", "t"):
            self._text = None
        elif depth == 4 and local == "c" and self._cell is not None:
            self._end_cell(self._cell)
        elif depth == 3 and local == "row" and self._row is not None:
            self._end_row(self._row)

    def _end_cell(self, cell: _Cell) -> None:
        end = self._tag_end(cell.start)
        if not self._closes_itself(end):
            end = self._tag_end(self.parser.CurrentByteIndex)
        self._cells.append(
            LooseCell(
                self._column,
                cell.start,
                end,
                cell.attributes.get("t", "n"),
                None if cell.formula is None else "".join(cell.formula),
                cell.formula_attributes,
                None if cell.value is None else "".join(cell.value),
                None if cell.inline is None else "".join(cell.inline),
                self._alternate > 0,
            )
        )
        self._cell = None

    def _end_row(self, row: tuple[int, int, int]) -> None:
        number, start, open_end = row
        if self._closes_itself(open_end):
            close = end = open_end
        else:
            close = self.parser.CurrentByteIndex
            end = self._tag_end(close)
        self.rows.append(LooseRow(number, start, open_end, close, end, self._cells))
        self._row = None

    def data(self, characters: str) -> None:
        if self._text is not None:
            self._text.append(characters)


def _refuse_doctype(*_arguments: object) -> None:
    raise KakosheetError("K106", "a worksheet declares a DOCTYPE, which no spreadsheet program writes")


def _parse(xml: bytes, fragment: bool) -> _LooseRows:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    collected = _LooseRows(xml, parser, fragment)
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = (
        collected.start,
        collected.end,
        collected.data,
    )
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise KakosheetError(
            "K104", f"a worksheet is not well-formed: {error}", "open it in your spreadsheet and save it again"
        ) from error
    return collected


def parse_row(fragment: bytes) -> LooseRow:
    """One row by itself; offsets count from its start. A row without a number gets 1."""
    rows = _parse(fragment, True).rows
    if not rows:
        raise KakosheetError("K104", "a row of a worksheet cannot be read")
    return rows[0]


def parse_sheet(xml: bytes) -> list[LooseRow]:
    """All rows of a worksheet part, in the order of the file."""
    return _parse(xml, False).rows
