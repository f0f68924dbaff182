"""New workbooks as .xlsx, by XlsxWriter: the same plain data give the same bytes."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from kakosheet.core.newbook import NewBook
from kakosheet.core.schema import SheetKind, SheetSchema
from kakosheet.formats.palette import FONT, ROW_HEIGHT, SIZE
from kakosheet.formats.xlsx.write.job import XlsxJob
from kakosheet.formats.xlsx.write.lists import define_headers, define_references, write_lists
from kakosheet.formats.xlsx.write.registers import write_register
from kakosheet.formats.xlsx.write.views import write_view

TAB_RATIO = 85
"""Percent of the window's width for the tabs: there are many."""


def _options() -> dict[str, Any]:
    """Made anew for every workbook: XlsxWriter writes into what it is given."""
    return {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": FONT, "font_size": SIZE},
    }


def write_workbook(book: NewBook) -> bytes:
    """The whole workbook. KakosheetError K310 if a text is longer than a cell can hold."""
    import xlsxwriter

    buffer = BytesIO()
    workbook = xlsxwriter.Workbook(buffer, _options())
    workbook.set_properties({"created": book.created})
    workbook.set_tab_ratio(TAB_RATIO)
    job = XlsxJob.start(book, workbook)
    order = job.order()
    for schema in order:
        job.sheets[schema.key] = workbook.add_worksheet(job.title(schema))
    define_headers(job)
    define_references(job)
    for schema in order:
        _write_sheet(job, job.sheets[schema.key], schema)
    for name, value in book.properties.items():
        if value is not None:
            workbook.set_custom_property(name, value)
    job.sheets[order[0].key].activate()
    workbook.close()
    return buffer.getvalue()


def _write_sheet(job: XlsxJob, sheet: Any, schema: SheetSchema) -> None:
    sheet.set_default_row(ROW_HEIGHT)
    if schema.key not in job.book.visible:
        sheet.hide()
    if schema.kind is SheetKind.REGISTER:
        write_register(job, sheet, schema)
    elif schema.kind is SheetKind.VIEW:
        write_view(job, sheet, schema, job.book.layouts[schema.key])
    else:
        write_lists(job, sheet, schema)
