"""Reading the rows of a worksheet part: about a microsecond a cell, by patterns over the bytes of sheetData only.

A row is read by one pattern whose matches are counted against the row's end tags of cells: if one cell is written in a way that the
pattern does not know, the row is read by `loose`. A sheet with comments, CDATA and the like, or rows without a number, is
read by `loose` as a whole.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from kakosheet.core.address import MAX_COLUMN, MAX_ROW, column_letters
from kakosheet.core.issues import KakosheetError
from kakosheet.core.raw import CellValue, ErrorValue, FormulaCell, Scalar
from kakosheet.formats.formula import Template, template
from kakosheet.formats.xlsx.loose import LooseCell, LooseRow, parse_row, parse_sheet
from kakosheet.formats.xlsx.markup import blanked, tag_pattern, text, unescape, xstring
from kakosheet.formats.xlsx.parts import parse_range

Rows = dict[int, dict[int, CellValue]]


class SheetData(NamedTuple):
    """Where sheetData stands: its tag from `tag` to `start`, its content from `start` to `end` (equal if it closes itself).

    `odd` if the rows hold what only a real parser understands, or rows without a number.
    """

    prefix: bytes
    tag: int
    start: int
    end: int
    closed: bool
    odd: bool


class Patterns(NamedTuple):
    """The fast patterns for a namespace prefix. Groups of `cell`: letters, type, `f` with its attributes, formula, value."""

    row: re.Pattern[bytes]
    cell: re.Pattern[bytes]
    row_start: bytes
    row_end: bytes
    cell_start: bytes
    cell_with_address: bytes
    cell_end: bytes


# Columns by the bytes of their letters; filled as sheets use them, so that a run pays for no more than it reads.
COLUMNS: dict[bytes, int] = {column_letters(column).encode(): column for column in range(1, 79)}
_PLAIN_FORMULAS = frozenset({b"f", b'f aca="false"'})


@lru_cache(maxsize=64)
def patterns(prefix: bytes) -> Patterns:
    p = re.escape(prefix)
    cell = (rb'<%sc r="([A-Z]+)\d+"(?: s="\d+")?(?: t="(\w+)")?>(?:<%s(f[^>]*)(?:/>|>([^<]*)</%sf>))?'
            rb'(?:(?:<%sv>|<%sis><%st>|<%sis><%st xml:space="preserve">)([^<]*)(?:</%sv>|</%st></%sis>))?</%sc>')
    return Patterns(re.compile(rb'<%srow r="(\d{1,7})"[^>]*>' % p), re.compile(cell % ((p,) * 12)),
                    b"<%srow" % prefix, b"</%srow" % prefix, b"<%sc" % prefix, b'<%sc r="' % prefix, b"</%sc" % prefix)


def find_sheet_data(xml: bytes) -> SheetData:
    """Raises K104 if the part has no sheetData."""
    match = tag_pattern("sheetData").search(xml)
    if match is not None and b"<!--" in xml[:match.start()]:
        match = tag_pattern("sheetData").search(blanked(xml))
    if match is None:
        raise KakosheetError("K104", "a worksheet has no sheetData element")
    if match[2]:
        return SheetData(match[1], match.start(), match.end(), match.end(), True, False)
    end = xml.find(b"</" + match[1] + b"sheetData", match.end())
    if end < 0:
        raise KakosheetError("K104", "a worksheet is cut off")
    return SheetData(match[1], match.start(), match.end(), end, False, _is_odd(xml, match[1], match.end(), end))


def _is_odd(xml: bytes, prefix: bytes, start: int, end: int) -> bool:
    # A lone "!" or "?" is found many times sooner than "<!".
    if any(xml.find(mark[1:], start, end) >= 0 and xml.find(mark, start, end) >= 0 for mark in (b"<!", b"<?")):
        return True
    if xml.find(b"AlternateContent", start, end) >= 0:
        return True
    row = patterns(prefix).row_start
    return xml.count(row, start, end) != xml.count(row + b' r="', start, end)


def read_rows(xml: bytes, strings: list[str]) -> tuple[Rows, int]:
    """The filled cells of a worksheet part by row and column, and the last row with a cell, be it only a styled one.

    Whole numbers written with digits alone are `int`, other numbers `float`. Raises K104.
    """
    extent = find_sheet_data(xml)
    reader = _Reader(strings)
    if not extent.closed:
        if extent.odd:
            for row in parse_sheet(xml):
                reader.take_loose(row, row.number)
        else:
            reader.take(xml, extent)
    reader.finish()
    return reader.rows, reader.last_row


class _Reader:
    """Collects rows; knows the shared formulas met so far."""

    def __init__(self, strings: list[str]) -> None:
        self.rows: Rows = {}
        self.last_row = 0
        self._strings = strings
        self._masters: dict[str, tuple[Template, int, int]] = {}
        self._orphans: list[tuple[int, int, str, Scalar, bool]] = []
        self._areas: list[tuple[int, int, int, int]] = []

    def take(self, xml: bytes, extent: SheetData) -> None:
        known = patterns(extent.prefix)
        match_row, find_cells, find = known.row.match, known.cell.findall, xml.find
        count, cell_end, row_start, row_end = xml.count, known.cell_end, known.row_start, known.row_end
        position, end = extent.start, extent.end
        while (start := find(row_start, position, end)) >= 0:
            tag = match_row(xml, start, end)
            if tag is None:
                raise KakosheetError("K104", "a row of a worksheet cannot be read")
            number, position = int(tag[1]), tag.end()
            if xml[position - 2] == 47:  # "/": the row closes itself
                continue
            close = find(row_end, position, end)
            if close < 0 or not 1 <= number <= MAX_ROW:
                raise KakosheetError("K104", f"row {number} of a worksheet cannot be read")
            cells = find_cells(xml, position, close)
            if len(cells) != count(cell_end, position, close) or not self._take_cells(number, cells):
                row = parse_row(xml[start:close] + row_end + b">")
                self.take_loose(row, number)
            elif cells or find(known.cell_start, position, close) >= 0:
                self.last_row = max(self.last_row, number)
            position = close

    def _take_cells(self, number: int, cells: list[tuple[bytes, bytes, bytes, bytes, bytes]]) -> bool:
        """The hot loop. False if a cell needs the slow way; the row is then read again as a whole."""
        row: dict[int, CellValue] = {}
        columns, strings, make = COLUMNS, self._strings, tuple.__new__
        try:
            for letters, kind, tag, formula, value in cells:
                if tag:
                    if tag not in _PLAIN_FORMULAS and b"t=" in tag:
                        return False
                    cached = value != b"" or kind == b"str"
                    read = formula.decode() if b"&" not in formula else text(formula)
                    row[columns[letters]] = make(FormulaCell, (read, _formula_value(kind, value) if cached else None, cached))
                elif kind == b"s":
                    row[columns[letters]] = strings[int(value)]
                elif not kind:
                    if value.isdigit():
                        row[columns[letters]] = int(value)
                    elif value:
                        number_read = float(value)
                        if number_read - number_read != 0.0:
                            return False
                        row[columns[letters]] = number_read
                elif value:
                    row[columns[letters]] = _typed(kind, value)
        except (KeyError, IndexError, ValueError):
            return False
        if row:
            if number in self.rows:
                self.rows[number].update(row)
            else:
                self.rows[number] = row
        return True

    def take_loose(self, source: LooseRow, number: int) -> None:
        row = self.rows.get(number, {})
        for cell in source.cells:
            if cell.column <= 1024:
                COLUMNS.setdefault(column_letters(cell.column).encode(), cell.column)
            value = loose_value(cell, self._strings)
            if cell.formula is not None:
                self._take_formula(number, cell, value, row)
            elif value is not None:
                row[cell.column] = value
        if source.cells:
            self.last_row = max(self.last_row, number)
        if row:
            self.rows[number] = row

    def _take_formula(self, number: int, cell: LooseCell, value: Scalar, row: dict[int, CellValue]) -> None:
        given, cached = cell.formula_attributes, has_cache(cell)
        kind, text_read = given.get("t", "normal"), cell.formula or ""
        if kind == "shared":
            group = given.get("si", "")
            if text_read:
                self._masters[group] = (template(text_read), number, cell.column)
            elif group in self._masters:
                master, top, left = self._masters[group]
                row[cell.column] = FormulaCell(master.at(number - top, cell.column - left), value, cached)
                return
            else:
                self._orphans.append((number, cell.column, group, value, cached))
        elif kind in ("array", "dataTable"):
            area = parse_range(given.get("ref", ""))
            if area is not None and area[:2] != area[2:]:
                self._areas.append(area)
        row[cell.column] = FormulaCell(text_read or None, value, cached)

    def finish(self) -> None:
        """Shared formulas whose master came later, and the cells that an array formula or a data table fills."""
        for number, column, group, value, cached in self._orphans:
            if group in self._masters:
                master, top, left = self._masters[group]
                self.rows[number][column] = FormulaCell(master.at(number - top, column - left), value, cached)
        for top, left, bottom, right in self._areas:
            numbers = range(top, bottom + 1) if bottom - top < len(self.rows) else [n for n in self.rows if top <= n <= bottom]
            for number in numbers:
                row = self.rows.get(number, {})
                for column in [column for column in row if left <= column <= right]:
                    filled = row[column]
                    if not isinstance(filled, FormulaCell):
                        row[column] = FormulaCell(None, filled, True)


def _formula_value(kind: bytes, value: bytes) -> Scalar:
    """`_typed`, the commonest of it first."""
    if kind == b"str" and b"&" not in value and b"_x" not in value and b"\r" not in value:
        return value.decode()
    return _typed(kind, value)


def _typed(kind: bytes, value: bytes) -> bool | int | float | str | date:
    """The value of a cell by its type (18.18.11). Raises ValueError."""
    if not kind or kind == b"n":
        return _number(value.decode("ascii", "replace"))
    if kind in (b"str", b"inlineStr"):
        return xstring(value)
    if kind == b"b":
        return value in (b"1", b"true")
    if kind == b"e":
        return ErrorValue(text(value))
    if kind == b"d":
        return iso_value(value.decode("ascii", "replace"))
    raise ValueError(kind)


def _number(value: str) -> int | float:
    value = value.strip()
    if value.isascii() and value.isdigit() and len(value) < 400:
        return int(value)
    number = float(value)
    if number - number != 0.0 or "_" in value:
        raise ValueError(value)
    return number


def iso_value(value: str) -> date | datetime | str:
    """What t="d" holds: a day, a day with a time, or text if it is neither (a time of day alone)."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    return moment if "T" in value else moment.date()


def loose_value(cell: LooseCell, strings: list[str]) -> Scalar:
    """The value that a cell holds or has cached; None if it is blank or cannot be made out."""
    if cell.inline is not None and cell.type == "inlineStr":
        return unescape(cell.inline) or None
    if cell.value is None:
        return None
    if cell.type == "s":
        index = cell.value.strip()
        return strings[int(index)] if index.isdigit() and len(index) < 10 and int(index) < len(strings) else None
    if cell.type in ("str", "inlineStr"):
        return unescape(cell.value) if cell.value or cell.formula is not None else None
    try:
        return _typed(cell.type.encode(), cell.value.strip().encode()) if cell.value.strip() else None
    except ValueError:
        return cell.value


def has_cache(cell: LooseCell) -> bool:
    """Whether a formula cell holds a value: an empty `v` is one only where it is typed as text."""
    return cell.inline is not None or cell.type == "str" or bool(cell.value and cell.value.strip())


__all__ = ["COLUMNS", "MAX_COLUMN", "Patterns", "Rows", "SheetData", "find_sheet_data", "has_cache", "iso_value", "loose_value",
           "patterns", "read_rows"]
