"""What a chart draws: the ranges behind it, their values now, and its size in pixels."""

from __future__ import annotations

from typing import Any, NamedTuple

from kakosheet.core.layout import Chart, ViewLayout
from kakosheet.core.values import encoder
from kakosheet.formats.plan.plan import BookPlan
from kakosheet.formats.plan.widths import pixels, row_pixels

BOX_GAP = 4
"""Pixels of air between a chart and the edges of its cells."""
GAP, OVERLAP = 50, 100
"""Percent of a bar's width between bars; bars of one category lie on each other."""


class Range(NamedTuple):
    """The cells of one block column."""

    sheet: str
    column: int
    first: int
    last: int


def drawn_range(plan: BookPlan, chart: Chart, column: str) -> Range:
    """The range of a block column that is drawn."""
    block, _, key = column.partition(".")
    place = plan.binding[block]
    first = place.header_row + place.offsets.get(key, 0) + 1
    slots = plan.book.schema.tables[block].slots or 1
    return Range(place.sheet, place.columns[key], first, first + (min(chart.rows, slots) if chart.rows else slots) - 1)


def header_cell(plan: BookPlan, column: str) -> Range:
    """The cell that names a series."""
    block, _, key = column.partition(".")
    place = plan.binding[block]
    row = place.header_row + place.offsets.get(key, 0)
    return Range(place.sheet, place.columns[key], row, row)


def drawn_values(plan: BookPlan, chart: Chart, column: str) -> list[Any]:
    """The values behind a range, for the file's own copy of them; None for unused slots."""
    block, _, key = column.partition(".")
    schema = plan.book.schema.tables[block]
    encode = encoder(schema.by_key[key], plan.book.titles)
    values = [encode(value) for value in list(plan.table(schema).columns.get(key, ()))[: schema.slots]]
    values += [None] * ((schema.slots or 1) - len(values))
    return values[: chart.rows] if chart.rows else values


def size(layout: ViewLayout, chart: Chart) -> tuple[int, int]:
    """Width and height in pixels of 1/96 inch."""
    widths = {at: width for first, last, width in layout.grid for at in range(first, last + 1)}
    heights = {row: height for first, last, height in layout.heights for row in range(first, last + 1)}
    across = sum(pixels(widths.get(at, layout.lane_width)) for at in range(chart.column, chart.last_column + 1))
    down = sum(row_pixels(heights.get(row, layout.row_height)) for row in range(chart.row, chart.last_row + 1))
    return across, down - BOX_GAP
