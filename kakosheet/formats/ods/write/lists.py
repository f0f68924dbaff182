"""The hidden sheet: what drop-downs offer, and the cells behind our defined names."""

from __future__ import annotations

from kakosheet.core.schema import SheetSchema
from kakosheet.formats.ods.write.cells import plain_cell
from kakosheet.formats.ods.write.columns import LAST_COLUMN, ColumnPlan, columns
from kakosheet.formats.ods.write.job import OdsJob, SheetMarkup
from kakosheet.formats.ods.write.pages import PageSetup
from kakosheet.formats.ods.write.rows import sparse_rows
from kakosheet.formats.palette import ROW_HEIGHT
from kakosheet.formats.plan.lists import NAME_WIDTH, list_cells
from kakosheet.formats.plan.widths import UNSET


def lists_sheet(job: OdsJob, schema: SheetSchema) -> SheetMarkup:
    cells: dict[int, dict[int, str]] = {}
    for cell in list_cells(job, schema):
        cells.setdefault(cell.row, {})[cell.column] = plain_cell(job, cell)
    style = job.styles.table(job.page(PageSetup()), visible=schema.key in job.book.visible, colour="")
    plans = [
        ColumnPlan(job.styles.column(NAME_WIDTH), "Default"),
        ColumnPlan(job.styles.column(UNSET), "Default", LAST_COLUMN - 1),
    ]
    return SheetMarkup(
        job.title(schema), style, columns(plans), sparse_rows(cells, {}, job.styles.row(ROW_HEIGHT)), printed=False
    )
