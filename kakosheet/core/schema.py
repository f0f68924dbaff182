"""The schema: what a workbook is. Everything else (headers, rules' order, validations, documentation) is derived from
it."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from enum import StrEnum
from functools import cached_property


class Owner(StrEnum):
    """Who writes a column: exactly one hand."""

    USER = "user"  # typed by people; never written by us after the row's birth
    TOOL = "tool"  # exactly one rule writes it
    FORMULA = "formula"  # the spreadsheet computes it live; its twin rule gives the cached value
    ID = "id"  # given by us where blank in a row with user content; never changed


class Kind(StrEnum):
    """What a column holds, and the Python type that rules receive (None for an empty cell)."""

    TEXT = "text"  # str
    DATE = "date"  # date
    DATETIME = "datetime"  # datetime, naive in the book's zone; a plain date counts from 00:00
    INTEGER = "integer"  # int
    NUMBER = "number"  # float
    DAYS = "days"  # int, may be negative
    MONEY = "money"  # float, in the currency of its row
    CURRENCY = "currency"  # str, ISO 4217
    PERCENT = "percent"  # float, 0.25 for 25 %
    SCORE = "score"  # float, 0 to 100
    CHOICE = "choice"  # str, the key of a choice; in an open list also the text typed
    YESNO = "yesno"  # bool
    LINK = "link"  # str: an address or file that people typed, or the id a link of ours leads to


class SheetKind(StrEnum):
    REGISTER = "register"  # rows that people add, sort and filter
    VIEW = "view"  # a fixed shape that nobody types in
    LISTS = "lists"  # hidden: the choices and the cells behind our defined names


@dataclass(frozen=True)
class Column:
    """One column of a table.

    `formula` is written once over column keys, in the OOXML grammar without "=":
    `[due]` is the cell of that column in the same row, `[steps.state]` the whole data column of another table
    (absolute, down to the sheet's last row), `«state.overdue»` the title of a choice as a quoted string, `_kako_…` a
    defined name of ours.
    """

    key: str
    title: str
    kind: Kind = Kind.TEXT
    _: KW_ONLY
    owner: Owner = Owner.USER
    help: str = ""  # what it is, an example; at most 200 characters
    group: str = ""  # key of the band above the header; "" continues the one before
    required: bool = False  # needed for a useful result
    prefill: bool = False  # filled once at the row's birth
    choices: str = ""  # key of the list in templates/titles
    open_choices: bool = False  # other words than the listed ones are fine
    ref: str = ""  # "people.name": the cell names a row of that table; several joined by "|"
    source: tuple[str, ...] = ()  # "order -> orders.platform": what a blank cell reads as; the first that has a value
    formula: str = ""  # of Owner.FORMULA
    link_to: str = ""  # Kind.LINK of ours: the table whose id column it leads to; several joined by "|"
    hidden: bool = False
    collapsed: bool = False  # in an outline group that is closed at first
    width: float | None = None  # characters; None: from the kind and the values
    minimum: float | None = None  # a number below it is an issue (K309)
    maximum: float | None = None
    bar: bool = False  # drawn as a data bar, 0 to 1 (percent) or 0 to 100 (score)
    style: str = ""  # "state", "risk", …: the block of conditional formats that it wears

    @property
    def named(self) -> tuple[tuple[str, str], ...]:
        """The columns, as (table, column), of which a cell here names a row."""
        pairs = (one.partition(".") for one in self.ref.split("|") if one)
        return tuple((table, column) for table, _, column in pairs)


@dataclass(frozen=True, kw_only=True)
class TableSchema:
    """A register (one a sheet) or a block of a view: header cells, and rows below each of them.

    `slots` is None for a register; a block has exactly that many rows. In a register `key_column` holds what other
    tables refer to, `id_format` how a new id is made (`"D-{year}-{number:04}"`, the year from `id_year`), `row_key` the
    hidden column by which a row maker knows its rows again.
    """

    key: str
    sheet: str
    columns: tuple[Column, ...]
    slots: int | None = None
    key_column: str = ""
    id_column: str = ""
    id_format: str = ""
    id_year: str = ""  # the date column that gives an id its year
    row_key: str = ""
    natural_key: tuple[
        str, ...
    ] = ()  # what names a row outside of the workbook, the first blank or not: no two rows share it
    alias_column: str = ""  # further names of the same row, separated by ";" or a line break
    notes: str = ""  # of a block: the column of a register ("tasks.note") where remarks on its lines belong

    @cached_property
    def names_rows(self) -> frozenset[str]:
        """The columns by which other tables and later refreshes know the rows: what stood in them cannot be made
        again."""
        return frozenset({self.id_column, self.key_column, self.row_key} - {""})

    @cached_property
    def by_key(self) -> dict[str, Column]:
        return {column.key: column for column in self.columns}


@dataclass(frozen=True, kw_only=True)
class SheetSchema:
    """One sheet. `tab` is the role of its tab colour; `tables` holds one register, or the blocks of a view."""

    key: str
    title: str
    kind: SheetKind
    tables: tuple[TableSchema, ...]
    tab: str
    intro: str = ""  # one sentence of use, beside the title
    header_row: int = 3  # of a register
    frozen: str = ""  # registers: the last frozen column


@dataclass(frozen=True)
class WorkbookSchema:
    """All sheets in the order of the tabs. `version` goes up with every change that a workbook can notice."""

    version: int
    sheets: tuple[SheetSchema, ...]

    @cached_property
    def tables(self) -> dict[str, TableSchema]:
        return {table.key: table for sheet in self.sheets for table in sheet.tables}

    @cached_property
    def sheet_by_key(self) -> dict[str, SheetSchema]:
        return {sheet.key: sheet for sheet in self.sheets}

    def column(self, reference: str) -> Column:
        """ "tasks.opened_on" → its Column; KeyError if there is none."""
        table, _, column = reference.partition(".")
        return self.tables[table].by_key[column]


SEAL = Column(
    "seal",
    "Seal",
    Kind.TEXT,
    owner=Owner.TOOL,
    hidden=True,
    help="Tells kakosheet whether a computed cell of this row was typed over.",
)
"""The last column of every register; written by the mechanism, by no rule."""
