"""The hidden sheet and the defined names: what drop-downs offer, the cells behind our names, header cells, sheets that
links lead to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from kakosheet.core.address import column_letters, quote_sheet
from kakosheet.core.formulas import NamedCell, Placement, row_formula
from kakosheet.core.schema import Column, Owner, SheetKind, SheetSchema, TableSchema
from kakosheet.formats.palette import DAY, Style
from kakosheet.formats.plan.plan import LAST, BookPlan, WrittenCell

FIRST_LIST = 5
"""The column of the first list; named cells stand in columns A (name) and B (value), properties in their rows below."""
NAME_WIDTH = 28.0
PLAIN = Style(colour="", fill="", align="", middle=False)
"""Cells of the hidden sheet look like nothing in particular."""


class Name(NamedTuple):
    """A workbook-scope name of a range of one sheet, first and last cell included."""

    name: str
    sheet: str
    row: int
    column: int
    last_row: int
    last_column: int


def choice_name(listing: str) -> str:
    """The defined name of a list of choices."""
    return f"list_{listing}"


def reference_name(table: str) -> str:
    """The defined name of the ids or names in a register."""
    return f"list_of_{table}"


def list_cells(plan: BookPlan, schema: SheetSchema) -> Iterator[WrittenCell]:
    """Named cells, a copy of the properties, and one column for each list of choices."""
    book = plan.book
    for row, named in enumerate(book.named_cells, 2):
        yield WrittenCell(row, 1, PLAIN, named.name)
        yield _named(plan, schema, row, named)
    for row, (name, value) in enumerate(sorted(book.properties.items()), len(book.named_cells) + 3):
        yield WrittenCell(row, 1, PLAIN, name)
        yield WrittenCell(row, 2, PLAIN, value)
    for at, (listing, words) in enumerate(sorted(book.titles.choices.items()), FIRST_LIST):
        yield WrittenCell(1, at, PLAIN, listing)
        yield from (WrittenCell(below, at, PLAIN, word) for below, word in enumerate(words.values(), 2))


def _named(plan: BookPlan, schema: SheetSchema, row: int, named: NamedCell) -> WrittenCell:
    style = Style(numbers=DAY) if isinstance(named.value, date) else PLAIN
    if not named.formula:
        return WrittenCell(row, 2, style, named.value)
    own = TableSchema(key="", sheet=schema.key, columns=())
    binding = {**plan.binding, "": Placement(plan.title(schema), 1, {})}
    text = row_formula(Column("", "", owner=Owner.FORMULA, formula=named.formula), own, binding, plan.book.titles)(row)
    return WrittenCell(row, 2, style, named.value, text)


def list_names(plan: BookPlan, schema: SheetSchema) -> Iterator[Name]:
    """The names of the hidden sheet's cells and lists."""
    title = plan.title(schema)
    for row, named in enumerate(plan.book.named_cells, 2):
        yield Name(named.name, title, row, 2, row, 2)
    for at, (listing, words) in enumerate(sorted(plan.book.titles.choices.items()), FIRST_LIST):
        yield Name(choice_name(listing), title, 2, at, len(words) + 1, at)


def header_names(plan: BookPlan) -> Iterator[Name]:
    """A name on every header cell, and one for every sheet that links lead to."""
    for key, place in plan.binding.items():
        for column, at in place.columns.items():
            row = place.header_row + place.offsets.get(column, 0)
            yield Name(f"_kako_{key}_{column}", place.sheet, row, at, row, at)
    for sheet in plan.book.schema.sheets:
        yield Name(f"_kako_go_{sheet.key}", plan.title(sheet), 1, 1, 1, 1)


def reference_names(plan: BookPlan) -> Iterator[tuple[str, str]]:
    """For every register that others refer to, a name for its ids or names as far down as they go, and the formula it
    stands for."""
    for table in _referred(plan):
        place = plan.place(table)
        letters, first = column_letters(place.columns[table.key_column or table.id_column]), place.header_row + 1
        sheet = quote_sheet(place.sheet)
        whole = f"{sheet}!${letters}${first}:${letters}${LAST}"
        yield reference_name(table.key), f"{sheet}!${letters}${first}:INDEX({whole},MAX(1,COUNTA({whole})))"


def _referred(plan: BookPlan) -> Iterator[TableSchema]:
    schema = plan.book.schema
    wanted = {name for table in schema.tables.values() for column in table.columns for name, _ in column.named}
    registers = (table for sheet in schema.sheets if sheet.kind is SheetKind.REGISTER for table in sheet.tables)
    return (table for table in registers if table.key in wanted and (table.key_column or table.id_column))
