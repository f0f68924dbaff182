"""A workbook of views alone, to be read and passed on: no names, no properties of ours, so that nobody takes it for a
book to refresh."""

from __future__ import annotations

from io import BytesIO

from kakosheet.core.newbook import NewBook
from kakosheet.formats.palette import FONT, SIZE
from kakosheet.formats.xlsx.write.job import XlsxJob
from kakosheet.formats.xlsx.write.views import write_view


def write_views(book: NewBook) -> bytes:
    """The sheets of `book` in their order; frozen tables can be filtered. The same plain data give the same bytes."""
    import xlsxwriter

    buffer = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": FONT, "font_size": SIZE},
    }
    workbook = xlsxwriter.Workbook(buffer, options)
    workbook.set_properties({"created": book.created})
    job = XlsxJob.start(book, workbook)
    for schema in book.schema.sheets:
        job.sheets[schema.key] = workbook.add_worksheet(job.title(schema))
    for schema in book.schema.sheets:
        layout, sheet = book.layouts[schema.key], job.sheets[schema.key]
        write_view(job, sheet, schema, layout)
        if layout.frozen_rows and len(schema.tables) == 1:
            place = job.place(schema.tables[0])
            columns = place.columns.values()
            sheet.autofilter(
                place.header_row - 1,
                min(columns) - 1,
                place.header_row - 1 + (schema.tables[0].slots or 0),
                max(columns) - 1,
            )
    job.sheets[book.schema.sheets[0].key].activate()
    workbook.close()
    return buffer.getvalue()
