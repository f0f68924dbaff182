"""An .ods file as a raw workbook, by patterns over the bytes: equal start tags are read once, equal rows are one
object."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from kakosheet.core.address import MAX_COLUMN, MAX_ROW
from kakosheet.core.issues import KakosheetError
from kakosheet.core.raw import Area, CellValue, FormulaCell, RawBook, RawSheet, TableRange
from kakosheet.formats.arrays import fill_areas
from kakosheet.formats.markup import attributes, tag_pattern
from kakosheet.formats.ods.addresses import parse_area
from kakosheet.formats.ods.content import Content, RowRun, TableSpan, open_content, rows
from kakosheet.formats.ods.dialect import ATTRIBUTES
from kakosheet.formats.ods.openformula import reference_to_ooxml
from kakosheet.formats.ods.paragraphs import Allowance, cell_text, plain_text
from kakosheet.formats.ods.properties import read_properties
from kakosheet.formats.ods.values import Reader, ValueSource, formula_text, valued
from kakosheet.formats.package import Package

MAX_REPEATED = 8_000_000
_MAX_MATRIX_ROWS = 20_000_000  # array formulas do not overlap: so many rows of them are no sheet's
_TAIL = 1_000  # styled blank rows repeated more often than this are the looks of an empty sheet, not rows
NAME_TAGS = re.compile(rb"<(?:[\w.\-]+:)?(?:named-range|named-expression)(?=[\s/>])" + ATTRIBUTES + rb">")


def read(data: bytes, sheets: Collection[str] | None = None) -> RawBook:
    """All sheets with their values; with `sheets`, only those named have rows. Raises K1 errors."""
    package = Package(data)
    content = open_content(package, plain=True)
    raw = RawBook("ods", names=_names(content), properties=read_properties(package), date1904=is_1904(content))
    hidden, ranges = hidden_styles(content), database_ranges(content)
    allowance = Allowance(MAX_REPEATED)
    for table in content.tables:
        here = [
            (name, area) for name, area, header in ranges if header and area.sheet.casefold() == table.name.casefold()
        ]
        sheet = RawSheet(
            table.name, table.style in hidden, tables=[TableRange(name, area, False) for name, area in here]
        )
        if sheets is None or table.name in sheets:
            _SheetReader(content, allowance, sheet).take(table)
        raw.sheets.setdefault(table.name, sheet)
    return raw


def hidden_styles(content: Content) -> frozenset[str]:
    """The styles of tables that are not shown (17.16, 20.385)."""
    style = content.dialect.style.decode()
    hidden, name = set(), ""
    for match in re.finditer(
        rb"<(?:[\w.\-]+:)?(style|table-properties)(?=[\s/>])(" + ATTRIBUTES + rb")>", content.clear[: content.body]
    ):
        given = attributes(match[2])
        if match[1] == b"style":
            name = given.get(style + "name", "") if given.get(style + "family") == "table" else ""
        elif given.get(content.dialect.table_attribute.decode() + "display") == "false" and name:
            hidden.add(name)
    return frozenset(hidden)


def database_ranges(content: Content) -> list[tuple[str, Area, bool]]:
    """(name, area, whether its first row is a header) of the database ranges (9.4.15)."""
    t = content.dialect.table_attribute.decode()
    found = []
    for _, tag in content.outside(tag_pattern("database-range")):
        given = attributes(tag)
        area = parse_area(given.get(t + "target-range-address", ""))
        if area is not None:
            header = (
                given.get(t + "contains-header", "true") != "false" and given.get(t + "orientation", "row") == "row"
            )
            found.append((given.get(t + "name", ""), area, header))
    return found


def defined_names(content: Content, tags: Iterable[bytes]) -> list[tuple[str, str]]:
    """(name, text in the OOXML grammar) of the names that these tags define (9.4.12)."""
    t = content.dialect.table_attribute.decode()
    found = []
    for tag in tags:
        given = attributes(tag)
        if t + "cell-range-address" in given:
            found.append((given.get(t + "name", ""), reference_to_ooxml(given[t + "cell-range-address"])))
        elif t + "expression" in given:
            found.append((given.get(t + "name", ""), formula_text(given[t + "expression"])))
    return found


def _names(content: Content) -> dict[str, Area | None]:
    t = content.dialect.table_attribute.decode()
    names: dict[str, Area | None] = {}
    for _, tag in content.outside(NAME_TAGS):
        given = attributes(tag)
        address = given.get(
            t + "cell-range-address", given.get(t + "expression", "").partition("[")[2].removesuffix("]")
        )
        if t + "cell-range-address" in given or t + "expression" in given:
            names[given.get(t + "name", "")] = parse_area(address)
    return names


def is_1904(content: Content) -> bool:
    return any(b'"1904-01-01' in tag for _, tag in content.outside(tag_pattern("null-date")))


class _SheetReader:
    """Fills one sheet."""

    def __init__(self, content: Content, allowance: Allowance, sheet: RawSheet) -> None:
        self._content, self._allowance, self._sheet = content, allowance, sheet
        self._reader = Reader(content.dialect)
        self._matrices: list[tuple[int, int, int, int]] = []
        self._empty: set[tuple[int, int]] = set()
        self._cell, self._covered = (
            b"<" + content.dialect.table + name for name in (b"table-cell", b"covered-table-cell")
        )
        self._style = content.dialect.table_attribute + b"style-name"

    def take(self, table: TableSpan) -> None:
        sheet, clear = self._sheet, self._content.clear
        for span in rows(self._content, table):
            if span.open_end == span.end:
                continue
            row = self._row(span)
            if row:
                sheet.rows[span.number] = row
                if span.repeat > 1:
                    self._allowance.take(len(row) * (span.repeat - 1))
                    for number in range(span.number + 1, span.number + span.repeat):
                        sheet.rows[number] = row
                sheet.last_row = span.number + span.repeat - 1
            elif span.repeat <= _TAIL and clear.find(self._style, span.open_end, span.close) >= 0:
                sheet.last_row = span.number + span.repeat - 1
        self._fill_matrices()

    def _row(self, span: RowRun) -> dict[int, CellValue]:
        """The hot loop."""
        found: dict[int, CellValue] = {}
        column, number = 1, span.number
        given_of, clear = self._reader.given, self._content.clear
        cells = self._content.dialect.cell.findall(clear, span.open_end, span.close)
        if len(cells) != clear.count(self._cell, span.open_end, span.close) + clear.count(
            self._covered, span.open_end, span.close
        ):
            raise KakosheetError("K104", f"row {number} of a worksheet cannot be read")
        for tag, simple, rich in cells:
            if column > MAX_COLUMN:
                break
            given = given_of(tag)
            if given.source is ValueSource.NOTHING and not simple and not rich and given.formula is None:
                column += given.repeat
                continue
            value: CellValue | None
            text = None
            if given.source is not ValueSource.ATTRIBUTE or given.formula is not None:
                text = (
                    plain_text(simple)
                    if simple
                    else cell_text(rich, self._content.dialect, self._allowance)
                    if rich
                    else None
                )
            if given.formula is not None:
                held, cached = valued(given, text)
                value = FormulaCell(self._reader.formula(given.formula, number), held if cached else None, cached)
                if given.matrix is not None:
                    self._matrices.append((number, column, number + given.matrix[0] - 1, column + given.matrix[1] - 1))
            else:
                plain = given.source is ValueSource.TEXT or given.source is ValueSource.NOTHING
                value = text if plain else valued(given, text)[0]
                if value is None and given.source is ValueSource.TEXT:
                    value = ""
            if value is not None and value != "":
                found[column] = value
                if given.repeat > 1:
                    self._repeat(found, column, value, given.repeat)
            elif value == "" and self._matrices:
                self._empty.update((number, column + more) for more in range(min(given.repeat, MAX_COLUMN)))
            column += given.repeat
        return found

    def _repeat(self, found: dict[int, CellValue], column: int, value: CellValue, repeat: int) -> None:
        last = min(column + repeat - 1, MAX_COLUMN)
        self._allowance.take(last - column)
        for place in range(column + 1, last + 1):
            found[place] = value

    def _fill_matrices(self) -> None:
        """The cells that an array formula fills have no formula of their own (9.1.4, 19.681)."""
        known, allowance, areas = self._sheet.rows, Allowance(_MAX_MATRIX_ROWS), []
        for top, left, bottom, right in self._matrices:
            if (top, left) != (bottom, right):
                allowance.take(min(bottom - top + 1, len(known)))
                areas.append((top, left, min(bottom, MAX_ROW), min(right, MAX_COLUMN)))
        fill_areas(known, areas, lambda row, column: (row, column) in self._empty)
