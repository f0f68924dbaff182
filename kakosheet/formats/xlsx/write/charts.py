"""Native charts over fixed blocks: made once, they follow the cells by themselves. Titles are cells, so a finding can
change without us."""

from __future__ import annotations

from typing import Any

from kakosheet.core.address import column_letters, quote_sheet
from kakosheet.core.layout import Chart, ChartKind, Ink, Series, Stroke, ViewLayout
from kakosheet.formats.palette import AXIS, FONT, GRIDLINE, INKS, SLATE, WHITE
from kakosheet.formats.plan.charts import BOX_GAP, GAP, OVERLAP, drawn_range, drawn_values, header_cell, size
from kakosheet.formats.xlsx.write.job import XlsxJob

_FONT = {"name": FONT, "size": 9, "color": "#" + SLATE, "bold": False}
_TYPES = {
    ChartKind.BAR: {"type": "bar"},
    ChartKind.STACKED: {"type": "column", "subtype": "stacked"},
    ChartKind.LINE: {"type": "line"},
    ChartKind.MONTHS: {"type": "line"},
}
_LYING = (ChartKind.BAR,)
_MOVE_DONT_SIZE = 2
_LEVEL = 1
"""A 60,000th of a degree. LibreOffice breaks level labels into lines, and where two would touch it leaves out every
other one; it keeps turned ones on one line. So small a turn is seen by nobody."""


def add_chart(job: XlsxJob, sheet: Any, layout: ViewLayout, chart: Chart) -> None:
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
    width, height = size(layout, chart)
    drawn.set_size({"width": width, "height": height})
    sheet.insert_chart(
        chart.row - 1,
        chart.column - 1,
        drawn,
        {
            "object_position": _MOVE_DONT_SIZE,
            "description": job.book.titles.say(chart.alt),
            "x_offset": 0,
            "y_offset": BOX_GAP // 2,
        },
    )


# -- series ------------------------------------------------------------------------------------------------------------


def _reference(job: XlsxJob, chart: Chart, column: str) -> str:
    """The range of a block column that is drawn."""
    area = drawn_range(job, chart, column)
    letters = column_letters(area.column)
    return f"={quote_sheet(area.sheet)}!${letters}${area.first}:${letters}${area.last}"


def _header_reference(job: XlsxJob, column: str) -> str:
    cell = header_cell(job, column)
    return f"={quote_sheet(cell.sheet)}!${column_letters(cell.column)}${cell.first}"


def _series(job: XlsxJob, chart: Chart, series: Series) -> dict[str, Any]:
    colour = "#" + INKS[series.ink]
    options: dict[str, Any] = {
        "name": _header_reference(job, series.values),
        "categories": _reference(job, chart, chart.categories),
        "values": _reference(job, chart, series.values),
    }
    if chart.kind in (ChartKind.BAR, ChartKind.STACKED):
        edge = {"color": "#" + WHITE, "width": 0.75} if chart.kind is ChartKind.STACKED else {"none": True}
        options |= {"fill": {"color": colour}, "border": edge, "gap": GAP}
        if chart.kind is ChartKind.BAR:
            options["overlap"] = OVERLAP
    else:
        options |= _stroke(series.stroke, colour)
    if series.plus and series.minus:
        options["y_error_bars"] = {
            "type": "custom",
            "plus_values": _reference(job, chart, series.plus),
            "minus_values": _reference(job, chart, series.minus),
            "plus_data": drawn_values(job, chart, series.plus),
            "minus_data": drawn_values(job, chart, series.minus),
            "end_style": 0,
            "line": {"color": "#" + INKS[Ink.DARK], "width": 1.5},
        }
    if series.labels:
        options["data_labels"] = {"value": True, "num_format": series.labels, "font": _FONT} | (
            {"position": "outside_end"} if chart.kind is ChartKind.BAR else {}
        )
    return options


def _stroke(stroke: Stroke, colour: str) -> dict[str, Any]:
    dot = {"type": "circle", "size": 6, "border": {"color": colour}, "fill": {"color": colour}}
    if stroke is Stroke.DOTS:
        return {"line": {"none": True}, "marker": dot}
    line = {
        "color": colour,
        "width": {Stroke.THICK: 2.75, Stroke.PLAIN: 2.25, Stroke.THIN: 1.25, Stroke.DASHED: 1.5}[stroke],
    }
    if stroke is Stroke.DASHED:
        line["dash_type"] = "dash"
    return {"line": line, "marker": dot if stroke is Stroke.THICK else {"type": "none"}}


def _reach(job: XlsxJob, chart: Chart, series: Series) -> dict[str, Any]:
    """The invisible series of upper ends: without it the axis ends before the intervals do."""
    return {
        "name": _header_reference(job, series.reach),
        "categories": _reference(job, chart, chart.categories),
        "values": _reference(job, chart, series.reach),
        "fill": {"none": True},
        "border": {"none": True},
        "overlap": OVERLAP,
        "gap": GAP,
    }


# -- axes and legend ---------------------------------------------------------------------------------------------------


def _axes(drawn: Any, chart: Chart) -> None:
    common = {"num_font": _FONT, "major_tick_mark": "none", "minor_tick_mark": "none"}
    category: dict[str, Any] = {**common, "line": {"color": "#" + AXIS}, "major_gridlines": {"visible": False}}
    value: dict[str, Any] = {
        **common,
        "line": {"none": True},
        "num_format": chart.axis or "General",
        "major_gridlines": {"visible": bool(chart.axis), "line": {"color": "#" + GRIDLINE, "width": 0.75}},
    }
    if not chart.axis:
        value["visible"] = False
    value["min"] = 0
    if chart.kind in _LYING:
        # The first category on top, and the value axis below all the same. XlsxWriter calls the category axis of lying
        # bars y.
        drawn.set_y_axis({**category, "interval_unit": 1, "reverse": True, "crossing": "max"})
        drawn.y_axis["num_font"]["rotation"] = _LEVEL
        drawn.set_x_axis(value)
        return
    if chart.kind is ChartKind.MONTHS:
        category |= {
            "date_axis": True,
            "num_format": "yyyy-mm",
            "major_unit": chart.month_step,
            "major_unit_type": "months",
        }
    drawn.set_x_axis(category)
    drawn.set_y_axis(value)


def _legend(chart: Chart, named: int, invisible: int) -> dict[str, Any]:
    if named < 2:
        return {"none": True}
    hidden = list(range(named, named + invisible))
    return {"position": "top", "font": _FONT} | ({"delete_series": hidden} if hidden else {})
