"""Help on header cells and drop-downs below them, written with XlsxWriter."""

from __future__ import annotations

from typing import Any

from kakosheet.core.schema import Column, TableSchema
from kakosheet.formats.plan.plan import LAST
from kakosheet.formats.plan.validations import Validation, data_validation, header_help
from kakosheet.formats.xlsx.write.job import XlsxJob


def add_validations(job: XlsxJob, sheet: Any, table: TableSchema) -> None:
    """Of a register: an input message on every header cell, drop-downs and hints down to the sheet's last row."""
    place = job.place(table)
    for column in table.columns:
        at = place.columns[column.key] - 1
        add_header_help(job, sheet, table, column, place.header_row - 1, at)
        if (validation := data_validation(job, table, column)) is not None:
            sheet.data_validation(place.header_row, at, LAST - 1, at, _options(validation))


def add_header_help(job: XlsxJob, sheet: Any, table: TableSchema, column: Column, row: int, at: int) -> None:
    """`row` and `at` count from 0."""
    if (validation := header_help(job, table, column)) is not None:
        sheet.data_validation(row, at, row, at, _options(validation))


def _options(validation: Validation) -> dict[str, Any]:
    options: dict[str, Any] = {"validate": "any"}
    if validation.source:
        options = {
            "validate": "list",
            "source": f"={validation.source}",
            "error_type": "warning",
            "show_error": validation.strict,
        }
    texts = {
        "input_title": validation.title,
        "input_message": validation.message,
        "error_title": validation.error_title,
        "error_message": validation.error_message,
    }
    return options | {key: text for key, text in texts.items() if text}
