"""Registers: title, bands, one header row that repeats in print, rows as they come, and columns whose styles reach the
sheet's end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from kakosheet.core.issues import KakosheetError
from kakosheet.core.newbook import row_seals
from kakosheet.core.schema import SEAL, Owner, SheetSchema, TableSchema
from kakosheet.formats.ods.write.cells import BLANK, cell, column_writer, plain_cell, validated
from kakosheet.formats.ods.write.columns import LAST_COLUMN, ColumnPlan, columns
from kakosheet.formats.ods.write.conditions import conditional_formats
from kakosheet.formats.ods.write.job import OdsJob, SheetMarkup
from kakosheet.formats.ods.write.pages import PageSetup
from kakosheet.formats.ods.write.rows import row
from kakosheet.formats.ods.write.xml import address, area, element
from kakosheet.formats.palette import HEADER_HEIGHT, ROW_HEIGHT, TABS
from kakosheet.formats.plan.conditions import Ground
from kakosheet.formats.plan.lanes import (
    BAND_HEIGHT,
    TITLE_HEIGHT,
    Lane,
    frozen_columns,
    lane_header,
    lane_style,
    pages_across,
    register_lanes,
    top_cells,
)
from kakosheet.formats.plan.plan import LAST
from kakosheet.formats.plan.validations import data_validation, header_help
from kakosheet.formats.plan.widths import UNSET


def register_sheet(job: OdsJob, schema: SheetSchema) -> SheetMarkup:
    """A register, its rows still to be made."""
    table, title = schema.tables[0], job.title(schema)
    lanes = register_lanes(job, schema, table)
    frozen, last = frozen_columns(schema, lanes), schema.header_row + max(1, len(job.table(table)))
    if last > LAST:
        raise KakosheetError("K207", f"{title} would have {len(job.table(table)):,} rows", "split the book by year")
    wide, pages = pages_across(lanes)
    page = PageSetup("A3" if wide else "A4", across=pages)
    style = job.styles.table(
        job.page(page), visible=schema.key in job.book.visible, colour=TABS.get(schema.tab, TABS["settings"])
    )
    rules = conditional_formats(
        job, table, Ground(schema.header_row + 1, LAST), {lane.at: lane_style(lane) for lane in lanes}
    )
    return SheetMarkup(
        title,
        style,
        _columns(job, lanes, frozen if pages > 1 else 0),
        _rows(job, schema, table, lanes, title),
        f"<calcext:conditional-formats>{rules}</calcext:conditional-formats>" if rules else "",
        frozen=(schema.header_row, frozen),
        database=filter_range(table, (title, schema.header_row, 1, last, len(lanes))),
    )


def _columns(job: OdsJob, lanes: Sequence[Lane], repeated: int) -> str:
    plans = [
        ColumnPlan(
            job.styles.column(lane.width), job.styles.cell(lane_style(lane)), hidden=lane.hidden, level=lane.level
        )
        for lane in lanes
    ]
    rest = ColumnPlan(job.styles.column(UNSET), "Default", LAST_COLUMN - len(lanes))
    return columns([*plans, rest], repeated)


def filter_range(table: TableSchema, place: tuple[str, int, int, int, int]) -> str:
    """The database range: what is filtered and sorted, with its buttons. `place` is sheet, row, column, last row, last
    column."""
    return element(
        "table:database-range",
        {
            "table:name": f"kako_{table.key}",
            "table:display-filter-buttons": "true",
            "table:target-range-address": area(*place),
        },
    )


# -- rows --------------------------------------------------------------------------------------------------------------


def _rows(job: OdsJob, schema: SheetSchema, table: TableSchema, lanes: Sequence[Lane], title: str) -> Iterable[str]:
    """What has to be known before the content begins is asked for here; the rows themselves are made one by one."""
    heights = {
        1: job.styles.row(TITLE_HEIGHT),
        2: job.styles.row(BAND_HEIGHT),
        schema.header_row: job.styles.row(HEADER_HEIGHT),
    }
    default = job.styles.row(ROW_HEIGHT)
    above = _above(job, schema, table, lanes, title)
    validations = {
        lane.at: job.validation(
            data_validation(job, table, lane.column), address(title, schema.header_row + 1, lane.at)
        )
        for lane in lanes[:-1]
    }
    return chain(
        _head(above, heights, default, schema.header_row), _data(job, schema, table, lanes, validations, default)
    )


def _above(
    job: OdsJob, schema: SheetSchema, table: TableSchema, lanes: Sequence[Lane], title: str
) -> dict[int, dict[int, str]]:
    """The cells above the data, by row and column."""
    found: dict[int, dict[int, str]] = {}
    for given in top_cells(job, schema, table, lanes):
        found.setdefault(given.row, {})[given.column] = plain_cell(job, given)
    for lane in lanes:
        style = lane_header(lane)
        about = header_help(job, table, lane.column) if lane is not lanes[-1] else None
        name = job.validation(about, address(title, schema.header_row, lane.at))
        attributes = f' table:style-name="{job.styles.cell(style)}"{validated(name)}'
        found.setdefault(schema.header_row, {})[lane.at] = cell(attributes, style, lane.title)
    return found


def _head(
    above: Mapping[int, Mapping[int, str]], heights: Mapping[int, str], default: str, header_row: int
) -> Iterator[str]:
    """The rows down to the header; those from the bands on stand on every printed page."""
    for number in range(1, header_row + 1):
        if number == 2:
            yield "<table:table-header-rows>"
        cells = above.get(number, {})
        yield row(
            heights.get(number, default),
            [cells.get(column, BLANK) for column in range(1, max(cells, default=0) + 1)],
            width=LAST_COLUMN,
        )
    yield "</table:table-header-rows>"


def _data(
    job: OdsJob,
    schema: SheetSchema,
    table: TableSchema,
    lanes: Sequence[Lane],
    validations: Mapping[int, str],
    default: str,
) -> Iterator[str]:
    """One row after another, then the blank rest of the sheet."""
    data, first = job.table(table), schema.header_row + 1
    blanks, makers = [], []
    for lane in lanes[:-1]:
        blank, write = column_writer(job, table, lane.column, lane_style(lane), validations[lane.at])
        blanks.append(blank)
        makers.append((write, blank, lane.column.owner is Owner.FORMULA))
    values = [data.columns.get(lane.column.key, ()) for lane in lanes[:-1]]
    seals = data.columns.get(SEAL.key) or (
        row_seals(job.book, table) if job.book.sealed and len(data) else [None] * len(data)
    )
    seal_style = lane_style(lanes[-1])
    seal_cell = f' table:style-name="{job.styles.cell(seal_style)}"'
    for number, *given in zip(range(first, first + len(data)), *values, seals, strict=False):
        seal = given.pop()
        cells = [
            write(number, value) if value is not None or live else blank
            for value, (write, blank, live) in zip(given, makers, strict=True)
        ]
        cells.append(cell(seal_cell, seal_style, seal) if seal else BLANK)
        yield row(default, cells, width=LAST_COLUMN)
    if (left := LAST - first - len(data) + 1) > 0:
        yield row(default, [*blanks, BLANK], left, width=LAST_COLUMN)
