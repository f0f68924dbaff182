"""Native charts over fixed blocks: made once, they follow the cells by themselves. Titles are cells, so a finding can change without us."""

from __future__ import annotations

from typing import Any

from kakosheet.core.address import cell_name, column_letters, quote_sheet
from kakosheet.core.layout import Chart, ChartKind, Ink, Series, Stroke, ViewLayout
from kakosheet.core.schema import SheetSchema
from kakosheet.formats.palette import AXIS, FONT, GRIDLINE, INKS, SLATE, WHITE
from kakosheet.formats.xlsx.write.job import Job
from kakosheet.formats.xlsx.write.widths import pixels, row_pixels

_FONT = {"name": FONT, "size": 9, "color": "#" + SLATE, "bold": False}
_TYPES = {ChartKind.BAR: {"type": "bar"}, ChartKind.STACKED: {"type": "column", "subtype": "stacked"}, ChartKind.LINE: {"type": "line"},
          ChartKind.MONTHS: {"type": "line"}}
_LYING = (ChartKind.BAR,)
_MOVE_DONT_SIZE = 2
BOX_GAP = 4
"""Pixels of air between a chart and the edges of its cells."""


def add_chart(job: Job, sheet: Any, schema: SheetSchema, layout: ViewLayout, chart: Chart) -> None:
    """Draw one chart over the cells that its layout names."""
    drawn = job.workbook.add_chart(_TYPES[chart.kind])
    named = 0
    for series in chart.series:
        drawn.add_series(_series(job, chart, series))
        named += 1
    reaches = [series for series in chart.series if series.reach]
    for series in reaches:
        drawn.add_series(_reach(job, chart, series))
    _axes(drawn, chart)
    drawn.set_legend(_legend(chart, named, len(reaches)))
    drawn.set_chartarea({"border": {"none": True}, "fill": {"color": "#" + WHITE}})
    drawn.set_plotarea({"border": {"none": True}, "fill": {"color": "#" + WHITE}})
    drawn.set_title({"none": True})
    drawn.show_blanks_as("gap")
    width, height = _size(layout, chart)
    drawn.set_size({"width": width, "height": height})
    sheet.insert_chart(chart.row - 1, chart.column - 1, drawn, {
        "object_position": _MOVE_DONT_SIZE, "description": job.book.titles.say(chart.alt), "x_offset": 0, "y_offset": BOX_GAP // 2})


def _size(layout: ViewLayout, chart: Chart) -> tuple[int, int]:
    widths = {at: width for first, last, width in layout.grid for at in range(first, last + 1)}
    heights = {row: height for first, last, height in layout.heights for row in range(first, last + 1)}
    across = sum(pixels(widths.get(at, layout.lane_width)) for at in range(chart.column, chart.last_column + 1))
    down = sum(row_pixels(heights.get(row, layout.row_height)) for row in range(chart.row, chart.last_row + 1))
    return across, down - BOX_GAP


# -- series -------------------------------------------------------------------------------------------------------------------


def _reference(job: Job, chart: Chart, column: str) -> str:
    """The range of a block column that is drawn."""
    block, _, key = column.partition(".")
    place = job.binding[block]
    first = place.header_row + place.offsets.get(key, 0) + 1
    slots = job.book.schema.tables[block].slots or 1
    last = first + (min(chart.rows, slots) if chart.rows else slots) - 1
    letters = column_letters(place.columns[key])
    return f"={quote_sheet(place.sheet)}!${letters}${first}:${letters}${last}"


def _values(job: Job, chart: Chart, column: str) -> list[Any]:
    """The values behind a range, for the file's own copy of them."""
    block, _, key = column.partition(".")
    schema = job.book.schema.tables[block]
    values = list(job.table(schema).columns.get(key, ()))[:schema.slots]
    values += [None] * ((schema.slots or 1) - len(values))
    return values[:chart.rows] if chart.rows else values


def _header_reference(job: Job, column: str) -> str:
    block, _, key = column.partition(".")
    place = job.binding[block]
    cell = cell_name(place.header_row + place.offsets.get(key, 0), place.columns[key])
    letters = cell.rstrip("0123456789")
    return f"={quote_sheet(place.sheet)}!${letters}${cell[len(letters):]}"


def _series(job: Job, chart: Chart, series: Series) -> dict[str, Any]:
    colour = "#" + INKS[series.ink]
    options: dict[str, Any] = {"name": _header_reference(job, series.values), "categories": _reference(job, chart, chart.categories),
                               "values": _reference(job, chart, series.values)}
    if chart.kind in (ChartKind.BAR, ChartKind.STACKED):
        edge = {"color": "#" + WHITE, "width": 0.75} if chart.kind is ChartKind.STACKED else {"none": True}
        options |= {"fill": {"color": colour}, "border": edge, "gap": 50}
        if chart.kind is ChartKind.BAR:
            options["overlap"] = 100
    else:
        options |= _stroke(series.stroke, colour)
    if series.plus and series.minus:
        options["y_error_bars"] = {
            "type": "custom", "plus_values": _reference(job, chart, series.plus), "minus_values": _reference(job, chart, series.minus),
            "plus_data": _values(job, chart, series.plus), "minus_data": _values(job, chart, series.minus), "end_style": 0,
            "line": {"color": "#" + INKS[Ink.DARK], "width": 1.5}}
    if series.labels:
        options["data_labels"] = {"value": True, "num_format": series.labels, "font": _FONT} | (
            {"position": "outside_end"} if chart.kind is ChartKind.BAR else {})
    return options


def _stroke(stroke: Stroke, colour: str) -> dict[str, Any]:
    dot = {"type": "circle", "size": 6, "border": {"color": colour}, "fill": {"color": colour}}
    if stroke is Stroke.DOTS:
        return {"line": {"none": True}, "marker": dot}
    line = {"color": colour, "width": {Stroke.THICK: 2.75, Stroke.PLAIN: 2.25, Stroke.THIN: 1.25, Stroke.DASHED: 1.5}[stroke]}
    if stroke is Stroke.DASHED:
        line["dash_type"] = "dash"
    return {"line": line, "marker": dot if stroke is Stroke.THICK else {"type": "none"}}


def _reach(job: Job, chart: Chart, series: Series) -> dict[str, Any]:
    """The invisible series of upper ends: without it the axis ends before the intervals do."""
    return {"name": _header_reference(job, series.reach), "categories": _reference(job, chart, chart.categories),
            "values": _reference(job, chart, series.reach), "fill": {"none": True}, "border": {"none": True}, "overlap": 100, "gap": 50}


# -- axes and legend ----------------------------------------------------------------------------------------------------------


def _axes(drawn: Any, chart: Chart) -> None:
    common = {"num_font": _FONT, "major_tick_mark": "none", "minor_tick_mark": "none"}
    category: dict[str, Any] = {**common, "line": {"color": "#" + AXIS}, "major_gridlines": {"visible": False}}
    value: dict[str, Any] = {**common, "line": {"none": True}, "num_format": chart.axis or "General",
                             "major_gridlines": {"visible": bool(chart.axis), "line": {"color": "#" + GRIDLINE, "width": 0.75}}}
    if not chart.axis:
        value["visible"] = False
    value["min"] = 0
    if chart.kind in _LYING:
        # The first category on top, and the value axis below all the same. XlsxWriter calls the category axis of lying bars y.
        drawn.set_y_axis({**category, "reverse": True, "crossing": "max"})
        drawn.set_x_axis(value)
        return
    if chart.kind is ChartKind.MONTHS:
        category |= {"date_axis": True, "num_format": "yyyy-mm", "major_unit": chart.month_step, "major_unit_type": "months"}
    drawn.set_x_axis(category)
    drawn.set_y_axis(value)


def _legend(chart: Chart, named: int, invisible: int) -> dict[str, Any]:
    if named < 2:
        return {"none": True}
    hidden = list(range(named, named + invisible))
    return {"position": "top", "font": _FONT} | ({"delete_series": hidden} if hidden else {})
