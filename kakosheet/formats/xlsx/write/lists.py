"""The hidden sheet and the defined names, written with XlsxWriter."""

from __future__ import annotations

from typing import Any

from kakosheet.core.address import column_letters, quote_sheet
from kakosheet.core.schema import SheetSchema
from kakosheet.formats.plan.lists import NAME_WIDTH, PLAIN, Name, header_names, list_cells, list_names, reference_names
from kakosheet.formats.xlsx.write.cells import put, put_cell, put_formula
from kakosheet.formats.xlsx.write.job import XlsxJob


def write_lists(job: XlsxJob, sheet: Any, schema: SheetSchema) -> None:
    """Named cells, a copy of the properties, and one column for each list of choices."""
    sheet.set_column(0, 0, NAME_WIDTH)
    for cell in list_cells(job, schema):
        if cell.style is not PLAIN:
            put_cell(job, sheet, cell)
        elif cell.formula:
            put_formula(sheet, cell.row, cell.column, cell.formula, cell.value)
        else:
            put(sheet, cell.row, cell.column, cell.value)
    for name in list_names(job, schema):
        _define(job, name)


def define_headers(job: XlsxJob) -> None:
    """A name on every header cell, and one for every sheet that links lead to."""
    for name in header_names(job):
        _define(job, name)


def define_references(job: XlsxJob) -> None:
    for name, formula in reference_names(job):
        job.define_name(name, "=" + formula)


def _define(job: XlsxJob, name: Name) -> None:
    first, last = _absolute(name.row, name.column), _absolute(name.last_row, name.last_column)
    area = first if first == last and not name.name.startswith("list_") else f"{first}:{last}"
    job.define_name(name.name, f"={quote_sheet(name.sheet)}!{area}")


def _absolute(row: int, column: int) -> str:
    return f"${column_letters(column)}${row}"
