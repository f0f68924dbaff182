"""What every part of a writer asks about the workbook that is being written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from kakosheet.core.address import MAX_ROW
from kakosheet.core.formulas import Binding, Placement, link_formula, link_table, literal, row_formula
from kakosheet.core.newbook import NewBook, placements, sheet_title
from kakosheet.core.raw import Scalar
from kakosheet.core.schema import Column, Kind, Owner, SheetSchema, TableSchema
from kakosheet.core.table import Table
from kakosheet.formats.palette import Style

LAST = MAX_ROW
"""Validations and conditional formats reach down to here."""
MAX_TEXT = 32_767
"""UTF-16 units that a cell can hold (Excel's published limits; LibreOffice 7.4 counts alike)."""


class WrittenCell(NamedTuple):
    """A cell that is written: a value, or with `formula` a formula (OOXML grammar, no "=") and the value it has now."""

    row: int
    column: int
    style: Style
    value: Scalar = None
    formula: str = ""


@dataclass
class BookPlan:
    """One workbook, and where its tables stand."""

    book: NewBook
    binding: Binding

    @classmethod
    def of(cls, book: NewBook) -> BookPlan:
        return BookPlan(book, placements(book))

    def title(self, sheet: SheetSchema) -> str:
        return sheet_title(self.book, sheet)

    def say(self, text: str) -> str:
        """A text without places; "" if the templates do not have it."""
        return self.book.titles.texts.get(text, "")

    def column_title(self, table: TableSchema, column: Column) -> str:
        return self.book.titles.columns.get(f"{table.key}.{column.key}", column.title)

    def table(self, schema: TableSchema) -> Table:
        return self.book.tables.get(schema.key) or Table.empty(schema)

    def place(self, schema: TableSchema) -> Placement:
        return self.binding[schema.key]

    def words(self, column: Column) -> dict[str, str]:
        """The titles of a column's choices by key; {} if it has none."""
        listing = column.choices or ("yes_no" if column.kind is Kind.YESNO else "")
        return dict(self.book.titles.choices.get(listing, {}))

    def order(self) -> list[SheetSchema]:
        """The visible sheets as the profile orders them, then the hidden ones in the order of the schema."""
        shown = [self.book.schema.sheet_by_key[key] for key in self.book.visible]
        return shown + [sheet for sheet in self.book.schema.sheets if sheet.key not in self.book.visible]

    def go_link(self, sheet: str, text: str) -> str:
        """A formula that leads to a sheet: by a name, which survives renaming."""
        return f'HYPERLINK("#_kako_go_{sheet}",{literal(text)})'

    def formula_of(self, table: TableSchema, column: Column) -> Callable[[int, Any], str | None] | None:
        """(row, value) → the formula of a column's cell, None where it is a plain value; None for columns that never
        have formulas."""
        if column.owner is Owner.FORMULA:
            render = row_formula(column, table, self.binding, self.book.titles)
            down = self.place(table).offsets.get(column.key, 0)
            return lambda row, value: render(row - down)
        return (lambda row, value: self._link_to(column, value)) if is_our_link(column) else None

    def _link_to(self, column: Column, value: Any) -> str | None:
        target = None if value is None else str(value)
        table = link_table(target, column, self.book.schema.tables) if target else None
        return link_formula(target, table, self.binding) if target and table is not None else None


def is_our_link(column: Column) -> bool:
    return column.kind is Kind.LINK and bool(column.link_to)
