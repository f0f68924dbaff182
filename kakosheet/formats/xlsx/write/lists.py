"""The hidden sheet: what drop-downs offer, and the cells behind our defined names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from kakosheet.core.address import column_letters, quote_sheet
from kakosheet.core.formulas import Placement, row_formula
from kakosheet.core.newbook import NamedCell
from kakosheet.core.schema import Column, Owner, SheetKind, SheetSchema, TableSchema
from kakosheet.formats.palette import DAY, Style
from kakosheet.formats.xlsx.write.cells import put, put_formula
from kakosheet.formats.xlsx.write.job import LAST, Job

FIRST_LIST = 5
"""The column of the first list; named cells stand in columns A (name) and B (value), properties in their rows below."""


def choice_name(listing: str) -> str:
    """The defined name of a list of choices."""
    return f"list_{listing}"


def reference_name(table: str) -> str:
    """The defined name of the ids or names in a register."""
    return f"list_of_{table}"


def write_lists(job: Job, sheet: Any, schema: SheetSchema) -> None:
    """Named cells, a copy of the properties, and one column for each list of choices."""
    title = quote_sheet(job.title(schema))
    sheet.set_column(0, 0, 28)
    for row, named in enumerate(job.book.named_cells, 2):
        put(sheet, row, 1, named.name)
        _put_named(job, sheet, schema, row, named)
        job.define_name(named.name, f"={title}!$B${row}")
    for row, (name, value) in enumerate(sorted(job.book.properties.items()), len(job.book.named_cells) + 3):
        put(sheet, row, 1, name)
        put(sheet, row, 2, value)
    for at, (listing, words) in enumerate(sorted(job.book.titles.choices.items()), FIRST_LIST):
        put(sheet, 1, at, listing)
        for below, word in enumerate(words.values(), 2):
            put(sheet, below, at, word)
        letters = column_letters(at)
        job.define_name(choice_name(listing), f"={title}!${letters}$2:${letters}${len(words) + 1}")


def _put_named(job: Job, sheet: Any, schema: SheetSchema, row: int, named: NamedCell) -> None:
    form = job.styles.cell(Style(numbers=DAY)) if isinstance(named.value, date) else None
    if not named.formula:
        put(sheet, row, 2, named.value, form)
        return
    own = TableSchema(key="", sheet=schema.key, columns=())
    binding = {**job.binding, "": Placement(job.title(schema), 1, {})}
    text = row_formula(Column("", "", owner=Owner.FORMULA, formula=named.formula), own, binding, job.book.titles)(row)
    put_formula(sheet, row, 2, text, named.value, form)


def define_references(job: Job) -> None:
    """For every register that others refer to, a name for its ids or names, as far down as they go."""
    for table in _referred(job):
        place = job.place(table)
        letters, first = column_letters(place.columns[table.key_column or table.id_column]), place.header_row + 1
        sheet = quote_sheet(place.sheet)
        whole = f"{sheet}!${letters}${first}:${letters}${LAST}"
        job.define_name(reference_name(table.key), f"={sheet}!${letters}${first}:INDEX({whole},MAX(1,COUNTA({whole})))")


def _referred(job: Job) -> Iterator[TableSchema]:
    schema = job.book.schema
    wanted = {part.partition(".")[0] for table in schema.tables.values() for column in table.columns for part in column.ref.split("|")}
    registers = (table for sheet in schema.sheets if sheet.kind is SheetKind.REGISTER for table in sheet.tables)
    return (table for table in registers if table.key in wanted and (table.key_column or table.id_column))


def define_headers(job: Job) -> None:
    """A name on every header cell, and one for every sheet that links lead to."""
    for key, place in job.binding.items():
        for column, at in place.columns.items():
            row = place.header_row + place.offsets.get(column, 0)
            job.define_name(f"_kako_{key}_{column}", f"={quote_sheet(place.sheet)}!{_absolute(row, at)}")
    for sheet in job.book.schema.sheets:
        job.define_name(f"_kako_go_{sheet.key}", f"={quote_sheet(job.title(sheet))}!$A$1")


def _absolute(row: int, column: int) -> str:
    return f"${column_letters(column)}${row}"
