"""Reading the rows of a worksheet part: about a microsecond a cell, by patterns over the bytes of sheetData only.

A row is read by one pattern whose matches are counted against the row's end tags of cells: if one cell is written in a
way that the pattern does not know, the row is read by `loose`. A sheet with comments, CDATA and the like, or rows
without a number, is read by `loose` as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple

from kakosheet.core.address import MAX_COLUMN, MAX_ROW, column_letters
from kakosheet.core.issues import KakosheetError
from kakosheet.core.raw import CellValue, ErrorValue, FormulaCell, Scalar
from kakosheet.formats.arrays import fill_areas
from kakosheet.formats.formula import Template, template
from kakosheet.formats.xlsx import alike
from kakosheet.formats.xlsx.loose import LooseCell, LooseRow, parse_row, parse_sheet
from kakosheet.formats.xlsx.markup import blanked, resolved, tag_pattern, unescape
from kakosheet.formats.xlsx.parts import parse_range
from kakosheet.formats.xlsx.values import formula_value, typed

Rows = dict[int, dict[int, CellValue]]


class SheetData(NamedTuple):
    """Where sheetData stands: its tag from `tag` to `start`, its content from `start` to `end` (equal if it closes
    itself).

    `odd` if the rows hold what only a real parser understands, such as extensions, or rows without a number.
    """

    prefix: bytes
    tag: int
    start: int
    end: int
    closed: bool
    odd: bool


class Patterns(NamedTuple):
    """The marks of rows and cells for a namespace prefix; the odd ones do not have their address first."""

    row: re.Pattern[bytes]
    odd_row: re.Pattern[bytes]
    odd_cell: re.Pattern[bytes]
    row_start: bytes
    row_end: bytes
    cell_with_address: bytes


# Columns by the bytes of their letters; filled as sheets use them, so that a run pays for no more than it reads.
COLUMNS: dict[bytes, int] = {column_letters(column).encode(): column for column in range(1, 79)}
_COLUMNS = {letters.decode(): column for letters, column in COLUMNS.items()}
_SHARED = re.compile(r'f t="shared"(?: ref="[^"]*")? si="([0-9]+)"')
_STRETCH = 1 << 18  # bytes that are decoded at a time: patterns over text are a third faster than over bytes
_SHOWN = 1 << 15  # the last characters of a stretch, which show how cells are written
_MOST_MISSES = 4  # stretches that mostly were not as the one before, after which rows are no longer taken for alike
_WORTHWHILE = 4  # stretches to come for which it pays to learn how rows are written


@lru_cache(maxsize=64)
def patterns(prefix: bytes) -> Patterns:
    p = re.escape(prefix)
    return Patterns(
        re.compile(rb'<%srow r="(\d{1,7})"[^<>]*>' % p),
        re.compile(rb'<%srow(?! r=")' % p),
        re.compile(rb'<%sc(?! r=")' % p),
        b"<%srow" % prefix,
        b"</%srow" % prefix,
        b'<%sc r="' % prefix,
    )


@lru_cache(maxsize=64)
def _read_patterns(prefix: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A row's start tag and a cell. Groups of the cell: letters, type, `f` with its attributes, formula, value."""
    p = re.escape(prefix)
    cell = (
        rf'<%sc r="([A-Z]+)\d+"(?: s="\d+")?{alike.HELD}(?: t="(\w+)")? ?>(?:<%s(f[^<>]*)(?:/>|>([^<]*)</%sf>))?'
        r'(?:(?:<%sv>|<%sis><%st>|<%sis><%st xml:space="preserve">)([^<]*)(?:</%sv>|</%st></%sis>)|<%sv ?/>)?</%sc>'
    )
    return re.compile(rf'<{p}row r="(\d{{1,7}})"[^<>]*>', re.ASCII), re.compile(cell % ((p,) * 16), re.ASCII)


def form_of(stretch: str, prefix: str, wanted: Collection[int] | None = None) -> alike.Form | None:
    """How the rows of a stretch are written, which may begin and end anywhere; `wanted` as in `alike.learn`."""
    letters = set(re.findall(rf'<{re.escape(prefix)}c r="([A-Z]{{1,3}})\d', stretch))
    return alike.learn(
        _read_patterns(prefix)[1].findall(stretch, max(0, len(stretch) - _SHOWN)), letters, prefix, wanted
    )


def find_sheet_data(xml: bytes) -> SheetData:
    """Raises K104 if the part has no sheetData."""
    match = tag_pattern("sheetData").search(xml)
    if match is not None and b"<!--" in xml[: match.start()]:
        match = tag_pattern("sheetData").search(blanked(xml))
    if match is None:
        raise KakosheetError("K104", "a worksheet has no sheetData element")
    if match[2]:
        return SheetData(match[1], match.start(), match.end(), match.end(), True, False)
    end = xml.find(b"</" + match[1] + b"sheetData", match.end())
    if end < 0:
        raise KakosheetError("K104", "a worksheet is cut off")
    return SheetData(match[1], match.start(), match.end(), end, False, _is_odd(xml, match[1], match.end(), end))


def has(xml: bytes, rare: bytes, mark: bytes, start: int, end: int) -> bool:
    """Whether a mark stands there. Its rarest byte is found, or not found, many times sooner than the mark."""
    return xml.find(rare, start, end) >= 0 and xml.find(mark, start, end) >= 0


def _is_odd(xml: bytes, prefix: bytes, start: int, end: int) -> bool:
    if any(has(xml, rare, mark, start, end) for rare, mark in ((b"!", b"<!"), (b"?", b"<?"), (b"x", b"extLst"))):
        return True
    if xml.find(b"AlternateContent", start, end) >= 0:
        return True
    return patterns(prefix).odd_row.search(xml, start, end) is not None


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
    reader.finish(xml)
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
        row_start, prefix = patterns(extent.prefix).row_start, extent.prefix.decode()
        position = xml.find(row_start, extent.start, extent.end)
        form, misses = None, 0
        while 0 <= position < extent.end:
            cut = xml.find(row_start, min(position + _STRETCH, extent.end), extent.end)
            cut = extent.end if cut < 0 else cut
            stretch = xml[position:cut].decode("utf-8", "replace")
            taken = self._take_alike(stretch, form, prefix) if form is not None else 0
            if form is None:
                self._take_stretch(stretch, prefix)
            if taken < len(stretch) // 2:
                misses += 1
                form = (
                    form_of(stretch, prefix)
                    if misses < _MOST_MISSES and extent.end - cut > _WORTHWHILE * _STRETCH
                    else None
                )
            position = cut

    def _take_alike(self, stretch: str, form: alike.Form, prefix: str) -> int:
        """Whole rows, most of them of that form; how many characters were."""
        position = taken = 0
        for start, end, found in alike.runs(re.compile(form.pattern, re.ASCII), stretch):
            if position < start:
                self._take_stretch(stretch[position:start], prefix)
            rows = alike.read(form, found, self._strings, self._known)
            if rows is None:
                self._take_stretch(stretch[start:end], prefix)
            else:
                taken += end - start
                self.last_row = max(self.last_row, *(number for number, _ in rows))
                for number, row in rows:
                    self._add(number, row)
            position = end
        if position < len(stretch):
            self._take_stretch(stretch[position:], prefix)
        return taken

    def _add(self, number: int, row: dict[int, CellValue]) -> None:
        if row and number in self.rows:
            self.rows[number].update(row)
        elif row:
            self.rows[number] = row

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
                    if tag not in alike.PLAIN_FORMULAS and "t=" in tag:
                        formula = self._shared(tag, formula, number, columns[letters])
                        if not formula:
                            return False
                    cached = value != "" or kind == "str"
                    if kind == "str":
                        value = known.setdefault(value, value)  # a column of states holds few texts, many times
                    row[columns[letters]] = make(
                        FormulaCell,
                        (
                            resolved(formula) if "&" in formula or "\r" in formula else formula,
                            formula_value(kind, value) if cached else None,
                            cached,
                        ),
                    )
                elif kind == "s":
                    if not (value.isdecimal() and value.isascii()):
                        return False
                    row[columns[letters]] = strings[int(value)]
                elif not kind:
                    if value.isdecimal() and len(value) < 309 and value.isascii():  # a double holds no more
                        row[columns[letters]] = int(value)
                    elif value:
                        number_read = float(value)
                        if number_read - number_read != 0.0 or "_" in value or not value.isascii():
                            return False
                        row[columns[letters]] = number_read
                elif value or kind == "e":
                    if not value:
                        return False
                    row[columns[letters]] = typed(kind, value)
        except (KeyError, IndexError, ValueError):
            return False
        self._add(number, row)
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
        value = value if cached else None
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

    def finish(self, xml: bytes) -> None:
        """Shared formulas whose master came later, and the cells that an array formula or a data table fills."""
        for number, column, group, value, cached in self._orphans:
            if group in self._masters:
                master, top, left = self._masters[group]
                self.rows[number][column] = FormulaCell(master.at(number - top, column - left), value, cached)
        if self._areas:
            empty = _empty_texts(xml)
            fill_areas(self.rows, self._areas, lambda row, column: f"{column_letters(column)}{row}".encode() in empty)


def _empty_texts(xml: bytes) -> set[bytes]:
    """The addresses of cells that hold a text of no characters."""
    found = re.findall(
        rb'<(?:\w+:)?c r="([A-Z]+\d+)"(?: s="\d+")? t="(?:str|inlineStr)" ?>(?:<(?:\w+:)?(?:v|is><(?:\w+:)?t) ?/>|<(?:\w+:)?v></)',
        xml,
    )
    return set(found)


def loose_value(cell: LooseCell, strings: list[str]) -> Scalar:
    """The value that a cell holds or has cached; None if it is blank or cannot be made out."""
    if cell.inline is not None and cell.type == "inlineStr":
        return unescape(cell.inline) or None
    if cell.value is None:
        return ErrorValue("#N/A") if cell.type == "e" else None
    if cell.type == "s":
        index = cell.value.strip()
        if index.isdecimal() and index.isascii() and len(index) < 10 and int(index) < len(strings):
            return strings[int(index)]
        return ErrorValue("#REF!") if index else None  # a damaged part: which text stood there nobody knows
    if cell.type == "e":
        return typed("e", cell.value) or ErrorValue("#N/A")
    if cell.type in ("str", "inlineStr"):
        return unescape(cell.value) if cell.value or cell.formula is not None else None
    try:
        return typed(cell.type, cell.value.strip()) if cell.value.strip() else None
    except ValueError:
        return cell.value


def has_cache(cell: LooseCell) -> bool:
    """Whether a formula cell holds a value: an empty `v` is one only where it is typed as text."""
    if cell.inline is not None or cell.value is None:
        return bool(cell.inline)
    return cell.type == "str" or bool(cell.value.strip())


__all__ = [
    "COLUMNS",
    "MAX_COLUMN",
    "Patterns",
    "Rows",
    "SheetData",
    "find_sheet_data",
    "has",
    "has_cache",
    "loose_value",
    "patterns",
    "read_rows",
]
