"""Views: white sheets with texts, links, blocks of computed values and charts, as their layout says."""

from __future__ import annotations

from kakosheet.core.layout import Look, ViewLayout
from kakosheet.core.schema import SheetSchema
from kakosheet.formats.ods.write.cells import plain_cell
from kakosheet.formats.ods.write.charts import chart_frame
from kakosheet.formats.ods.write.columns import LAST_COLUMN, ColumnPlan, columns
from kakosheet.formats.ods.write.conditions import conditional_formats, positive_in_red
from kakosheet.formats.ods.write.job import OdsJob, SheetMarkup
from kakosheet.formats.ods.write.pages import PageSetup
from kakosheet.formats.ods.write.rows import sparse_rows
from kakosheet.formats.ods.write.xml import address, area
from kakosheet.formats.palette import CANVAS, TABS, Style
from kakosheet.formats.plan.plan import WrittenCell
from kakosheet.formats.plan.validations import header_help
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
    value_style,
    view_widths,
)
from kakosheet.formats.plan.widths import REST


def view_sheet(job: OdsJob, schema: SheetSchema, layout: ViewLayout) -> SheetMarkup:
    """A view with all its cells made."""
    title, visible = job.title(schema), schema.key in job.book.visible
    page = PageSetup(
        portrait=layout.portrait,
        down=0 if layout.many_pages or layout.page_breaks else 1,
        scale=print_scale(layout) if layout.page_breaks else 0,
        centred=True,
    )
    style = job.styles.table(job.page(page), visible=visible, colour=TABS.get(schema.tab, TABS["settings"]))
    widths = view_widths(job, schema, layout)
    cells = _cells(job, schema, layout, title, widths)
    heights = {row: job.styles.row(height) for first, last, height in layout.heights for row in range(first, last + 1)}
    points = {row: height for first, last, height in layout.heights for row in range(first, last + 1)}
    heights |= {row: job.styles.row(points.get(row, layout.row_height), new_page=True) for row in layout.page_breaks}
    rules = _rules(job, schema, layout, title)
    top, left, bottom, right = layout.print_area
    rows = sparse_rows(cells, heights, job.styles.row(layout.row_height), layout.frozen_rows)
    return SheetMarkup(
        title,
        style,
        _columns(job, schema, layout, widths),
        rows,
        f"<calcext:conditional-formats>{rules}</calcext:conditional-formats>" if rules else "",
        print_area=area(title, top, left, bottom, right) if visible else "",
        printed=visible,
        frozen=(layout.frozen_rows, 0),
    )


def _columns(job: OdsJob, schema: SheetSchema, layout: ViewLayout, widths: dict[int, float]) -> str:
    """All columns are white to the sheet's end."""
    white, hidden, last = job.styles.cell(CANVAS), hidden_columns(job, schema, layout), max(widths)
    plans = [
        ColumnPlan(job.styles.column(widths.get(at, MARGIN_COLUMN)), white, hidden=at in hidden)
        for at in range(1, last + 1)
    ]
    return columns([*plans, ColumnPlan(job.styles.column(REST), white, LAST_COLUMN - last)])


def _cells(
    job: OdsJob, schema: SheetSchema, layout: ViewLayout, title: str, widths: dict[int, float]
) -> dict[int, dict[int, str]]:
    placed: dict[tuple[int, int], WrittenCell] = {
        (cell.row, cell.column): cell for cell in fixed_cells(job, schema, layout)
    }
    helps: dict[tuple[int, int], str] = {}
    for table in schema.tables:
        block = layout.placed(table.key)
        for column in table.columns:
            placed |= {(cell.row, cell.column): cell for cell in header_cells(job, table, column, block)}
            placed |= {(cell.row, cell.column): cell for cell in value_cells(job, table, column, block)}
            if header_look(block, column) is Look.HEADER:
                where = block.header_cell(column.key)
                helps[where] = job.validation(header_help(job, table, column), address(title, *where))
    frames: dict[tuple[int, int], str] = {}
    for number, chart in enumerate(layout.charts, 1):
        frames[chart.row, chart.column] = chart_frame(job, layout, chart, number, widths)
        placed.setdefault((chart.row, chart.column), WrittenCell(chart.row, chart.column, CANVAS))
    found: dict[int, dict[int, str]] = {}
    for where, cell in placed.items():
        found.setdefault(where[0], {})[where[1]] = plain_cell(job, cell, helps.get(where, ""), frames.get(where, ""))
    return found


def _rules(job: OdsJob, schema: SheetSchema, layout: ViewLayout, title: str) -> str:
    """Live colours of the blocks, and of tile numbers that are bad as soon as they are more than zero."""
    found = []
    for table in schema.tables:
        block = layout.placed(table.key)
        ground = block_ground(job, table, block)
        styles: dict[int, Style] = {}
        for column in table.columns:
            at = block.columns[column.key]
            if column.key not in ground.plain:
                styles |= dict.fromkeys(range(at, block.spans.get(column.key, at) + 1), value_style(block, column))
        found.append(conditional_formats(job, table, ground, styles))
        for column, row, at in bad_numbers(table, block):
            found.append(positive_in_red(job, title, row, at, row + (table.slots or 1) - 1, value_style(block, column)))
    return "".join(found)
