"""What every part of the writer shares while one workbook is being written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kakosheet.core.address import MAX_ROW
from kakosheet.core.formulas import Binding, Placement, literal
from kakosheet.core.newbook import NewBook, placements, sheet_title
from kakosheet.core.schema import Column, Kind, SheetSchema, TableSchema
from kakosheet.core.table import Table
from kakosheet.formats.xlsx.write.styles import Styles

LAST = MAX_ROW
"""Validations and conditional formats reach down to here."""


@dataclass
class Job:
    """One workbook being written. `sheets` holds XlsxWriter's worksheets by sheet key."""

    book: NewBook
    workbook: Any
    styles: Styles
    binding: Binding
    sheets: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def start(cls, book: NewBook, workbook: Any) -> Job:
        return cls(book, workbook, Styles(workbook), placements(book))

    def define_name(self, name: str, formula: str) -> None:
        """A workbook-scope name. XlsxWriter only warns where it leaves one out; we would never find the column again."""
        if self.workbook.define_name(name, formula) == -1:
            raise ValueError(f"{name} cannot be a defined name")

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

    def go_link(self, sheet: str, text: str) -> str:
        """A formula that leads to a sheet: by a name, which survives renaming."""
        return f'HYPERLINK("#_kako_go_{sheet}",{literal(text)})'


def is_our_link(column: Column) -> bool:
    return column.kind is Kind.LINK and bool(column.link_to)
