"""Values into cells: one function for each column, which knows how its values are written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from math import isfinite
from typing import Any

from kakosheet.core.address import cell_name
from kakosheet.core.dates import to_serial
from kakosheet.core.issues import KakosheetError
from kakosheet.core.raw import Scalar
from kakosheet.core.schema import Column, TableSchema
from kakosheet.core.text import whole
from kakosheet.core.values import encoder
from kakosheet.formats.plan.plan import MAX_TEXT, WrittenCell
from kakosheet.formats.xlsx.write.job import XlsxJob


class _EmptyText(str):
    """The empty text as a formula's value. XlsxWriter writes a plain "" as no value at all, which would have to be
    computed first."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        return other is self


_NO_TEXT = _EmptyText()

Put = Callable[[int, int, Any, Any], None]
"""(row, column, value, format): row and column count from 1."""


def column_writer(job: XlsxJob, sheet: Any, table: TableSchema, column: Column) -> Put:
    """How the values of a column are written: as formulas with their value, as links of ours, or plain."""
    encode, formula = encoder(column, job.book.titles), job.formula_of(table, column)

    def write(row: int, at: int, value: Any, form: Any) -> None:
        text = formula(row, value) if formula is not None else None
        if text is None:
            put(sheet, row, at, encode(value), form)
        else:
            put_formula(sheet, row, at, text, encode(value), form)

    return write


def put_cell(job: XlsxJob, sheet: Any, cell: WrittenCell) -> None:
    """A cell of the plan, with its style."""
    form = job.styles.cell(cell.style)
    if cell.formula:
        put_formula(sheet, cell.row, cell.column, cell.formula, cell.value, form)
    else:
        put(sheet, cell.row, cell.column, cell.value, form)


def put(sheet: Any, row: int, column: int, value: Scalar, form: Any = None) -> None:
    """A plain value; texts are always texts, whatever they begin with. An empty value leaves the cell to its column."""
    if value is None or value == "":
        if form is not None:
            sheet.write_blank(row - 1, column - 1, None, form)
    elif isinstance(value, str):
        _put_text(sheet, row, column, value, form)
    elif isinstance(value, bool):
        sheet.write_boolean(row - 1, column - 1, value, form)
    elif isinstance(value, date):
        _put_date(sheet, row, column, value, form)
    elif isfinite(value):
        sheet.write_number(row - 1, column - 1, value, form)


def _put_text(sheet: Any, row: int, column: int, text: str, form: Any) -> None:
    if len(text) > MAX_TEXT // 2 and len(text.encode("utf-16-le", "surrogatepass")) // 2 > MAX_TEXT:
        raise KakosheetError(
            "K310",
            f"the text for {sheet.get_name()}!{cell_name(row, column)} has more than {MAX_TEXT:,} characters",
            "shorten it, or keep it in a file and write the file's name",
        )
    sheet.write_string(row - 1, column - 1, whole(text), form)


def _put_date(sheet: Any, row: int, column: int, value: date, form: Any) -> None:
    """A serial date; days that the 1900 system cannot count right are kept as text."""
    if value.year < 1901:
        sheet.write_string(row - 1, column - 1, value.isoformat(), form)
    else:
        sheet.write_number(row - 1, column - 1, to_serial(value, date1904=False), form)


def put_formula(sheet: Any, row: int, column: int, text: str, value: Scalar, form: Any = None) -> None:
    """A formula of ours with the value that it has now ("" where it is empty).

    It is put in as it is: XlsxWriter would take a text constant like "MAP(1)" for a function of later Excel versions
    and prefix it.
    """
    if isinstance(value, date):
        value = to_serial(value, date1904=False)
    sheet.write_formula(row - 1, column - 1, "=0", form, _NO_TEXT if value is None or value == "" else value)
    cells = sheet.table[row - 1]
    cells[column - 1] = cells[column - 1]._replace(formula=text)
