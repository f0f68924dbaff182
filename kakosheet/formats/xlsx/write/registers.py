"""Registers: title, bands, one header row, a table over the filled rows, and columns whose styles reach the sheet's
end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kakosheet.core.address import cell_name
from kakosheet.core.issues import KakosheetError
from kakosheet.core.newbook import row_seals
from kakosheet.core.schema import SEAL, Owner, SheetSchema, TableSchema
from kakosheet.formats.palette import CANVAS, FOOTER, HEADER_HEIGHT, MARGIN, TABS
from kakosheet.formats.plan.conditions import Ground
from kakosheet.formats.plan.lanes import (
    BAND_HEIGHT,
    BAND_ROW,
    TITLE_HEIGHT,
    TITLE_ROW,
    Lane,
    frozen_columns,
    lane_header,
    lane_style,
    pages_across,
    register_lanes,
    top_cells,
)
from kakosheet.formats.plan.plan import LAST
from kakosheet.formats.xlsx.write.cells import column_writer, put, put_cell
from kakosheet.formats.xlsx.write.conditions import add_conditions
from kakosheet.formats.xlsx.write.job import XlsxJob
from kakosheet.formats.xlsx.write.validations import add_validations

A4, A3 = 9, 8
_NO_WARNINGS = (
    "number_stored_as_text",
    "calculated_column",
    "formula_differs",
    "empty_cell_reference",
    "list_data_validation",
    "formula_range",
)
"""Green triangles that would only disturb: an order number is a text on purpose."""


def write_register(job: XlsxJob, sheet: Any, schema: SheetSchema) -> None:
    table = schema.tables[0]
    lanes = register_lanes(job, schema, table)
    formats = {lane.at: job.styles.cell(lane_style(lane)) for lane in lanes}
    _set_columns(sheet, lanes, formats)
    _write_top(job, sheet, schema, table, lanes)
    _write_table(job, sheet, schema, table, lanes)
    _write_rows(job, sheet, schema, table, lanes, formats)
    add_validations(job, sheet, table)
    add_conditions(job, sheet, table, Ground(schema.header_row + 1, LAST))
    _set_up(job, sheet, schema, lanes)
    reach = f"A{schema.header_row + 1}:{cell_name(LAST, len(lanes))}"
    sheet.ignore_errors(dict.fromkeys(_NO_WARNINGS, reach))


def _set_columns(sheet: Any, lanes: Sequence[Lane], formats: dict[int, Any]) -> None:
    """Widths, styles, and outline levels; a button stands left of what it opens."""
    for lane, after in zip(lanes, [*lanes[1:], None], strict=True):
        options: dict[str, Any] = {}
        if lane.level:
            options |= {"level": lane.level, "hidden": True}
        if lane.hidden:
            options["hidden"] = True
        if after is not None and after.level > lane.level:
            options["collapsed"] = True
        sheet.set_column(lane.at - 1, lane.at - 1, lane.width, formats[lane.at], options)
    sheet.outline_settings(True, True, False, False)


def _write_top(job: XlsxJob, sheet: Any, schema: SheetSchema, table: TableSchema, lanes: Sequence[Lane]) -> None:
    white = job.styles.cell(CANVAS)
    sheet.set_row(TITLE_ROW - 1, TITLE_HEIGHT, white)
    sheet.set_row(BAND_ROW - 1, BAND_HEIGHT, white)
    sheet.set_row(schema.header_row - 1, HEADER_HEIGHT)
    for cell in top_cells(job, schema, table, lanes):
        put_cell(job, sheet, cell)


def _write_table(job: XlsxJob, sheet: Any, schema: SheetSchema, table: TableSchema, lanes: Sequence[Lane]) -> None:
    """The table object with its header cells. A register without rows has one blank row."""
    first, last = schema.header_row, schema.header_row + max(1, len(job.table(table)))
    columns = [{"header": lane.title, "header_format": job.styles.cell(lane_header(lane))} for lane in lanes]
    options = {"name": f"kako_{table.key}", "style": None, "banded_rows": False, "columns": columns}
    if last > LAST:
        raise KakosheetError(
            "K207", f"{job.title(schema)} would have {len(job.table(table)):,} rows", "split the book by year"
        )
    if sheet.add_table(first - 1, 0, first, len(lanes) - 1, options) != 0:
        raise ValueError(f"{table.key}: two columns have one title")
    # XlsxWriter notes every cell of a table, to see whether two overlap; of a large one that takes longer than writing
    # it.
    reach = f"A{first}:{cell_name(last, len(lanes))}"
    sheet.tables[-1].update(range=reach, a_range=reach, autofilter=reach)


def _write_rows(
    job: XlsxJob, sheet: Any, schema: SheetSchema, table: TableSchema, lanes: Sequence[Lane], formats: dict[int, Any]
) -> None:
    data = job.table(table)
    first = schema.header_row + 1
    for lane in lanes[:-1]:
        write, at, form = column_writer(job, sheet, table, lane.column), lane.at, formats[lane.at]
        live = lane.column.owner is Owner.FORMULA
        for row, value in enumerate(data.columns.get(lane.column.key, ()), first):
            if value is not None or live:
                write(row, at, value, form)
    seals = data.columns.get(SEAL.key) or (row_seals(job.book, table) if job.book.sealed and len(data) else [])
    for row, seal in enumerate(seals, first):
        put(sheet, row, len(lanes), seal, formats[len(lanes)])


def _set_up(job: XlsxJob, sheet: Any, schema: SheetSchema, lanes: Sequence[Lane]) -> None:
    """Panes, tab, paper: landscape and one page wide; wide registers on A3, the widest on several pages, so that they
    can be read."""
    sheet.freeze_panes(schema.header_row, frozen_columns(schema, lanes))
    sheet.hide_gridlines(2)
    sheet.set_tab_color("#" + TABS.get(schema.tab, TABS["settings"]))
    wide, pages = pages_across(lanes)
    print_set_up(sheet, paper=A3 if wide else A4)
    sheet.fit_to_pages(pages, 0)
    sheet.repeat_rows(BAND_ROW - 1, schema.header_row - 1)
    if pages > 1:
        sheet.repeat_columns(0, frozen_columns(schema, lanes) - 1)


def print_set_up(sheet: Any, *, paper: int = A4, portrait: bool = False) -> None:
    sheet.set_portrait() if portrait else sheet.set_landscape()
    sheet.set_paper(paper)
    sheet.set_margins(MARGIN, MARGIN, MARGIN, MARGIN)
    grey = f"&8&K{FOOTER}"
    sheet.set_footer(f"&L{grey}&F · &A&R{grey}&P / &N", {"margin": MARGIN / 2})
