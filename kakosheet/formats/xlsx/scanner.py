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
from kakosheet.formats.xlsx.markup import blanked, resolved, tag_pattern, unescape
from kakosheet.formats.xlsx.parts import parse_range

Rows = dict[int, dict[int, CellValue]]


class SheetData(NamedTuple):
    """Where sheetData stands: its tag from `tag` to `start`, its content from `start` to `end` (equal if it closes itself).

    `odd` if the rows hold what only a real parser understands, such as extensions, or rows without a number.
    """

    prefix: bytes
    tag: int
    start: int
    end: int
    closed: bool
    odd: bool


class Patterns(NamedTuple):
    """The marks of rows and cells for a namespace prefix."""

    row: re.Pattern[bytes]
    row_start: bytes
    row_end: bytes
    cell_start: bytes
    cell_with_address: bytes


# Columns by the bytes of their letters; filled as sheets use them, so that a run pays for no more than it reads.
COLUMNS: dict[bytes, int] = {column_letters(column).encode(): column for column in range(1, 79)}
_COLUMNS = {letters.decode(): column for letters, column in COLUMNS.items()}
_PLAIN_FORMULAS = frozenset({"f", 'f aca="false"'})
_SHARED = re.compile(r'f t="shared"(?: ref="[^"]*")? si="([0-9]+)"')
_STRETCH = 1 << 18  # bytes that are decoded at a time: patterns over text are a third faster than over bytes


@lru_cache(maxsize=64)
def patterns(prefix: bytes) -> Patterns:
    return Patterns(re.compile(rb'<%srow r="(\d{1,7})"[^<>]*>' % re.escape(prefix)),
                    b"<%srow" % prefix, b"</%srow" % prefix, b"<%sc" % prefix, b'<%sc r="' % prefix)


@lru_cache(maxsize=64)
def _read_patterns(prefix: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A row's start tag and a cell. Groups of the cell: letters, type, `f` with its attributes, formula, value."""
    p = re.escape(prefix)
    cell = (r'<%sc r="([A-Z]+)\d+"(?: s="\d+")?(?: t="(\w+)")?>(?:<%s(f[^<>]*)(?:/>|>([^<]*)</%sf>))?'
            r'(?:(?:<%sv>|<%sis><%st>|<%sis><%st xml:space="preserve">)([^<]*)(?:</%sv>|</%st></%sis>))?</%sc>')
    return re.compile(rf'<{p}row r="(\d{{1,7}})"[^<>]*>', re.ASCII), re.compile(cell % ((p,) * 12), re.ASCII)


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
    if any(xml.find(name, start, end) >= 0 for name in (b"AlternateContent", b"extLst")):
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
        self._known: dict[str, str] = {}
        self._masters: dict[str, tuple[Template, int, int]] = {}
        self._orphans: list[tuple[int, int, str, Scalar, bool]] = []
        self._areas: list[tuple[int, int, int, int]] = []

    def take(self, xml: bytes, extent: SheetData) -> None:
        row_start = patterns(extent.prefix).row_start
        position = xml.find(row_start, extent.start, extent.end)
        while 0 <= position < extent.end:
            cut = xml.find(row_start, min(position + _STRETCH, extent.end), extent.end)
            cut = extent.end if cut < 0 else cut
            self._take_stretch(xml[position:cut].decode("utf-8", "replace"), extent.prefix.decode())
            position = cut

    def _take_stretch(self, stretch: str, prefix: str) -> None:
        """Whole rows."""
        row_pattern, cell_pattern = _read_patterns(prefix)
        find_cells, find, count = cell_pattern.findall, stretch.find, stretch.count
        row_start, row_end, cell_start, cell_end = f"<{prefix}row", f"</{prefix}row", f"<{prefix}c", f"</{prefix}c"
        position = 0
        while (start := find(row_start, position)) >= 0:
            tag = row_pattern.match(stretch, start)
            if tag is None:
                raise KakosheetError("K104", "a row of a worksheet cannot be read")
            number, position = int(tag[1]), tag.end()
            if stretch[position - 2] == "/":  # the row closes itself
                continue
            close = find(row_end, position)
            if close < 0 or not 1 <= number <= MAX_ROW:
                raise KakosheetError("K104", f"row {number} of a worksheet cannot be read")
            cells = find_cells(stretch, position, close)
            if len(cells) != count(cell_end, position, close) or not self._take_cells(number, cells):
                self.take_loose(parse_row(f"{stretch[start:close]}{row_end}>".encode()), number)
            elif cells or find(cell_start, position, close) >= 0:
                self.last_row = max(self.last_row, number)
            position = close

    def _take_cells(self, number: int, cells: list[tuple[str, str, str, str, str]]) -> bool:
        """The hot loop. False if a cell needs the slow way; the row is then read again as a whole."""
        row: dict[int, CellValue] = {}
        columns, strings, known, make = _COLUMNS, self._strings, self._known, tuple.__new__
        try:
            for letters, kind, tag, formula, value in cells:
                if tag:
                    if tag not in _PLAIN_FORMULAS and "t=" in tag:
                        formula = self._shared(tag, formula, number, columns[letters])
                        if not formula:
                            return False
                    cached = value != "" or kind == "str"
                    if kind == "str":
                        value = known.setdefault(value, value)  # a column of states holds few texts, many times
                    row[columns[letters]] = make(FormulaCell, (
                        resolved(formula) if "&" in formula else formula, _formula_value(kind, value) if cached else None, cached))
                elif kind == "s":
                    row[columns[letters]] = strings[int(value)]
                elif not kind:
                    if value.isdigit() and len(value) < 309:  # a double holds no more
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

    def _shared(self, tag: str, formula: str, number: int, column: int) -> str:
        """The text, escaped as in the part, of a cell with a shared formula; "" if it must be read the slow way."""
        match = _SHARED.fullmatch(tag)
        if match is None:
            return ""
        if formula:
            self._masters[match[1]] = (template(resolved(formula)), number, column)
            return formula
        if match[1] not in self._masters:
            return ""
        master, top, left = self._masters[match[1]]
        return master.at(number - top, column - left).replace("&", "&amp;")

    def take_loose(self, source: LooseRow, number: int) -> None:
        row = self.rows.get(number, {})
        for cell in source.cells:
            if cell.column <= 1024:
                COLUMNS.setdefault(column_letters(cell.column).encode(), cell.column)
                _COLUMNS.setdefault(column_letters(cell.column), cell.column)
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


def _formula_value(kind: str, value: str) -> Scalar:
    """`_typed`, the commonest of it first."""
    return value if kind == "str" and "&" not in value and "_x" not in value and "\r" not in value else _typed(kind, value)


def _typed(kind: str, value: str) -> bool | int | float | str | date:
    """The value of a cell by its type (18.18.11). Raises ValueError."""
    if not kind or kind == "n":
        return _number(value)
    if kind in ("str", "inlineStr"):
        return unescape(resolved(value))
    if kind == "b":
        return value in ("1", "true")
    if kind == "e":
        return ErrorValue(resolved(value))
    if kind == "d":
        return iso_value(value)
    raise ValueError(kind)


def _number(value: str) -> int | float:
    value = value.strip()
    if value.isascii() and value.isdigit() and len(value) < 309:
        return int(value)
    number = float(value)
    if number - number != 0.0 or "_" in value:
        raise ValueError(value)
    return number


def iso_value(value: str) -> date | datetime | str:
    """What t="d" holds: a day, a day with a time (a zone is left out, since cells have none), or text if it is neither."""
    try:
        moment = datetime.fromisoformat(value).replace(tzinfo=None)
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
        return _typed(cell.type, cell.value.strip()) if cell.value.strip() else None
    except ValueError:
        return cell.value


def has_cache(cell: LooseCell) -> bool:
    """Whether a formula cell holds a value: an empty `v` is one only where it is typed as text."""
    return cell.inline is not None or cell.type == "str" or bool(cell.value and cell.value.strip())


__all__ = ["COLUMNS", "MAX_COLUMN", "Patterns", "Rows", "SheetData", "find_sheet_data", "has_cache", "iso_value", "loose_value",
           "patterns", "read_rows"]
