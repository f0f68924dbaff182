"""Lays the schema over a raw workbook: typed tables with addresses, and everything in them that cannot be read."""

from __future__ import annotations

from dataclasses import dataclass, field

from kakosheet.core.address import cell_name
from kakosheet.core.formulas import Placement
from kakosheet.core.issues import Issue, Severity
from kakosheet.core.locate import Located
from kakosheet.core.raw import CellValue, FormulaCell, RawBook, RawSheet
from kakosheet.core.schema import Column, Owner, TableSchema, WorkbookSchema
from kakosheet.core.table import Table, Tables
from kakosheet.core.text import blank
from kakosheet.core.titles import Titles
from kakosheet.core.totals import is_totals
from kakosheet.core.values import Unreadable, read_column


@dataclass(slots=True)
class Book:
    """A workbook read: the raw cells, where its tables stand, the tables, and what is wrong with them."""

    raw: RawBook
    binding: dict[str, Placement]
    tables: Tables = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    _grids: dict[str, dict[str, list[CellValue | None]]] = field(default_factory=dict)

    def cell(self, table: str, column: str, row: int) -> str:
        """The A1 name of a table's cell in spreadsheet row `row`; "" if it stands nowhere yet."""
        place = self.binding.get(table)
        if place is None or not row or column not in place.columns:
            return ""
        return cell_name(row + place.offsets.get(column, 0), place.columns[column])

    def column_cells(self, table: str, column: str) -> list[CellValue | None]:
        """The raw cells of a column, aligned with the table's rows (those of the file first); None where there is no
        cell."""
        grid = self._grids.get(table)
        if grid is None:
            grid = self._grids[table] = self._grid(table)
        cells, missing = grid.get(column), len(self.tables[table].rows)
        if cells is None:
            return [None] * missing
        cells.extend([None] * (missing - len(cells)))
        return cells

    def _grid(self, table: str) -> dict[str, list[CellValue | None]]:
        """All columns of a table that have cells, turned round once: the cost is that of the filled cells."""
        place, rows = self.binding[table], self.tables[table].rows
        sheet = self.raw.sheets[place.sheet].rows
        downs: dict[int, dict[int, str]] = {}
        for key, at in place.columns.items():
            downs.setdefault(place.offsets.get(key, 0), {})[at] = key
        grid: dict[str, list[CellValue | None]] = {}
        for down, keys in downs.items():
            columns: dict[int, list[CellValue | None]] = {at: [None] * len(rows) for at in keys}
            for i, row in enumerate(rows):
                for at, value in sheet.get(row + down, {}).items():
                    if at in columns:
                        columns[at][i] = value
            grid |= {keys[at]: cells for at, cells in columns.items() if cells.count(None) < len(cells)}
        return grid


def bind(
    raw: RawBook, found: Located, schema: WorkbookSchema, titles: Titles, also_read: frozenset[str] = frozenset()
) -> Book:
    """Typed tables of everything that people write, and of the tool columns named in `also_read` ("table.column")."""
    book = Book(raw, found.binding, issues=list(found.issues))
    for table in schema.tables.values():
        place = found.binding.get(table.key)
        book.tables[table.key] = Table.empty(table)
        if place is not None:
            book.tables[table.key].rows = _rows(book, raw.sheets[place.sheet], table, place)
            _fill(book, book.tables[table.key], place, titles, also_read)
    return book


MOST_ROWS = 250_000
"""Rows of a register that are computed: beyond it a refresh is refused, before it takes a computer's memory."""


def is_filled(cell: CellValue | None) -> bool:
    """Whether a cell holds something: a text of blanks is nothing, nor is a formula that gives one; of one without a
    value nobody knows."""
    if isinstance(cell, FormulaCell):
        return not cell.cached or is_filled(cell.value)
    return cell is not None and not (isinstance(cell, str) and blank(cell))


def typed_by_people(column: Column) -> bool:
    return column.owner in (Owner.USER, Owner.ID)


def _rows(book: Book, sheet: RawSheet, table: TableSchema, place: Placement) -> list[int]:
    """The spreadsheet rows of a table: a block's slots, or the rows below the header with something in a user or id
    column.

    The totals row of a table object is none of them, nor is a row of totals that people made: that one is an issue.
    """
    if table.slots is not None:
        return list(range(place.header_row + 1, place.header_row + 1 + table.slots))
    own = {place.columns[c.key] for c in table.columns if typed_by_people(c) and c.key in place.columns}
    skipped = {part.area.last_row for part in sheet.tables if part.totals and part.area.row == place.header_row}
    rows = [
        row
        for row in sorted(sheet.rows)
        if row > place.header_row
        and not own.isdisjoint(sheet.rows[row])
        and row not in skipped
        and any(is_filled(sheet.rows[row].get(column)) for column in own)
    ]
    if len(rows) > MOST_ROWS:
        book.issues.append(
            Issue(
                "K207",
                f"{len(rows):,} rows are more than the {MOST_ROWS:,} that are supported",
                "split the book by year",
                place.sheet,
                cell_name(rows[MOST_ROWS], min(own)),
            )
        )
        return []
    named = place.columns.get(table.id_column) if table.id_format else None
    totals = [
        row
        for row in rows
        if sheet.rows[row].get(named or 0) in (None, "")
        and (row == rows[-1] or any(type(value) is FormulaCell for value in sheet.rows[row].values()))
        and is_totals(sheet.rows[row], own, last=row == rows[-1])
    ]
    for row in totals:
        at = min(column for column in own if column in sheet.rows[row])
        book.issues.append(
            Issue(
                "K208",
                "this looks like a row of totals; it is left out",
                "move it above the headers or to another sheet",
                place.sheet,
                cell_name(row, at),
                Severity.WARNING,
            )
        )
    return [row for row in rows if row not in totals] if totals else rows


def _fill(book: Book, table: Table, place: Placement, titles: Titles, also_read: frozenset[str]) -> None:
    count = len(table.rows)
    table.wanted = [None] * count
    for column in table.schema.columns:
        if not typed_by_people(column) and f"{table.schema.key}.{column.key}" not in also_read:
            table.columns[column.key] = [None] * count
            continue
        read = read_column(column, book.column_cells(table.schema.key, column.key), titles, date1904=book.raw.date1904)
        table.old[column.key] = table.columns[column.key] = read.values
        if column.owner is Owner.ID:
            read.bad |= {
                i: _NO_ID
                for i, cell in enumerate(book.column_cells(table.schema.key, column.key))
                if isinstance(cell, FormulaCell) and cell.cached and read.values[i] is None and i not in read.bad
            }
        table.bad[column.key], table.unknown[column.key] = set(read.bad), read.unknown
        if typed_by_people(column) and table.schema.slots is None and column.key not in place.columns:
            table.unknown[column.key] = set(range(count))  # of a column that is gone nobody knows what it says
        elif typed_by_people(column):
            book.issues += [_unreadable(book, table, column, i, problem) for i, problem in read.bad.items()]
            book.issues += [_no_value(book, table, column, i) for i in sorted(read.unknown)]


_NO_ID = Unreadable("K306", "the formula gives no id", "clear the cell and refresh gives an id")


def place_issue(
    book: Book,
    table: Table,
    column: str,
    index: int,
    code: str,
    message: str,
    hint: str = "",
    severity: Severity = Severity.ERROR,
) -> Issue:
    """An issue at a table's cell."""
    place = book.binding[table.schema.key]
    return Issue(code, message, hint, place.sheet, book.cell(table.schema.key, column, table.rows[index]), severity)


def _unreadable(book: Book, table: Table, column: Column, index: int, problem: Unreadable) -> Issue:
    return place_issue(book, table, column.key, index, problem.code, problem.message, problem.hint)


def _no_value(book: Book, table: Table, column: Column, index: int) -> Issue:
    return place_issue(
        book,
        table,
        column.key,
        index,
        "K305",
        "the formula has no stored value yet",
        "open the book in your spreadsheet and save it",
        Severity.WARNING,
    )
