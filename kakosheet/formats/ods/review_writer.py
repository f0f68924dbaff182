"""A workbook of views alone, to be read and passed on: no names, no properties of ours, so that nobody takes it for a
book to refresh."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

from kakosheet.core.newbook import NewBook
from kakosheet.core.schema import SheetSchema
from kakosheet.formats.ods.write.job import OdsJob, SheetMarkup
from kakosheet.formats.ods.write.registers import filter_range
from kakosheet.formats.ods.write.views import view_sheet
from kakosheet.formats.ods.writer import pack


def write_views(book: NewBook) -> bytes:
    """The sheets of `book` in their order; frozen tables can be filtered. The same plain data give the same bytes."""
    job, buffer = OdsJob.start(book), BytesIO()
    pack(job, [_sheet(job, schema) for schema in book.schema.sheets], buffer)
    return buffer.getvalue()


def _sheet(job: OdsJob, schema: SheetSchema) -> SheetMarkup:
    layout = job.book.layouts[schema.key]
    sheet = view_sheet(job, schema, layout)
    if not layout.frozen_rows or len(schema.tables) != 1:
        return sheet
    place, columns = job.place(schema.tables[0]), job.place(schema.tables[0]).columns.values()
    first = place.header_row
    return replace(
        sheet,
        database=filter_range(
            schema.tables[0], (sheet.name, first, min(columns), first + (schema.tables[0].slots or 0), max(columns))
        ),
    )
