"""Views, written with XlsxWriter."""

from __future__ import annotations

from typing import Any

from kakosheet.core.layout import Emphasis, Look, Placed, ViewLayout
from kakosheet.core.schema import SheetSchema, TableSchema
from kakosheet.formats.palette import CANVAS, TABS, TONES
from kakosheet.formats.plan.views import (
    MARGIN_COLUMN,
    bad_numbers,
    block_ground,
    fixed_cells,
    header_cells,
    header_look,
    hidden_columns,
    print_scale,
    value_cells,
    view_widths,
)
from kakosheet.formats.xlsx.write.cells import put_cell
from kakosheet.formats.xlsx.write.charts import add_chart
from kakosheet.formats.xlsx.write.conditions import add_conditions
from kakosheet.formats.xlsx.write.job import XlsxJob
from kakosheet.formats.xlsx.write.registers import A4, print_set_up
from kakosheet.formats.xlsx.write.validations import add_header_help

LAST_COLUMN = 16_384


def write_view(job: XlsxJob, sheet: Any, schema: SheetSchema, layout: ViewLayout) -> None:
    sheet.set_default_row(layout.row_height)
    _set_columns(job, sheet, schema, layout)
    for first, last, height in layout.heights:
        for row in range(first, last + 1):
            sheet.set_row(row - 1, height)
    for cell in fixed_cells(job, schema, layout):
        put_cell(job, sheet, cell)
    for table in schema.tables:
        _write_block(job, sheet, table, layout.placed(table.key))
    for chart in layout.charts:
        add_chart(job, sheet, layout, chart)
    _set_up(job, sheet, schema, layout)


def _set_columns(job: XlsxJob, sheet: Any, schema: SheetSchema, layout: ViewLayout) -> None:
    """All columns are white to the sheet's end."""
    white, widths = job.styles.cell(CANVAS), view_widths(job, schema, layout)
    hidden = hidden_columns(job, schema, layout)
    last = max(widths)
    for at in range(1, last + 1):
        sheet.set_column(at - 1, at - 1, widths.get(at, MARGIN_COLUMN), white, {"hidden": True} if at in hidden else {})
    used = sheet.dim_colmax
    sheet.set_column(last, LAST_COLUMN - 1, None, white)
    sheet.dim_colmax = used  # else XlsxWriter walks through all 16,384 columns of every row


def _set_up(job: XlsxJob, sheet: Any, schema: SheetSchema, layout: ViewLayout) -> None:
    """Print area, panes, tab. A hidden sheet has no print area: LibreOffice 7.4 would print it with the others."""
    top, left, bottom, right = layout.print_area
    if schema.key in job.book.visible:
        sheet.print_area(top - 1, left - 1, bottom - 1, right - 1)
    sheet.hide_gridlines(2)
    sheet.set_tab_color("#" + TABS.get(schema.tab, TABS["settings"]))
    print_set_up(sheet, paper=A4, portrait=layout.portrait)
    if layout.page_breaks:
        sheet.set_print_scale(print_scale(layout))
        sheet.set_h_pagebreaks([row - 1 for row in layout.page_breaks])
    else:
        sheet.fit_to_pages(1, 0 if layout.many_pages else 1)
    sheet.center_horizontally()
    if layout.frozen_rows:
        sheet.freeze_panes(layout.frozen_rows, 0)
        sheet.repeat_rows(layout.frozen_rows - 1)


def _write_block(job: XlsxJob, sheet: Any, table: TableSchema, placed: Placed) -> None:
    for column in table.columns:
        for cell in header_cells(job, table, column, placed):
            put_cell(job, sheet, cell)
        if header_look(placed, column) is Look.HEADER:
            row, at = placed.header_cell(column.key)
            add_header_help(job, sheet, table, column, row - 1, at - 1)
        for cell in value_cells(job, table, column, placed):
            put_cell(job, sheet, cell)
    add_conditions(job, sheet, table, block_ground(job, table, placed))
    for _, row, at in bad_numbers(table, placed):
        sheet.conditional_format(
            row - 1,
            at - 1,
            row + (table.slots or 1) - 2,
            at - 1,
            {
                "type": "cell",
                "criteria": ">",
                "value": 0,
                "format": job.styles.differential(colour=TONES[Emphasis.BAD].colour),
            },
        )
