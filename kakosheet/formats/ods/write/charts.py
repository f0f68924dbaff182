"""Native charts over fixed blocks (ODF 1.3 part 3, chapter 11): each is a document of its own in the package, framed in
a cell.

They follow the cells by themselves. Titles are cells, so a finding can change without us.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kakosheet.core.dates import to_serial
from kakosheet.core.layout import Chart, ChartKind, Series, ViewLayout
from kakosheet.core.raw import Scalar
from kakosheet.formats.ods.write.chartstyles import ChartStyles
from kakosheet.formats.ods.write.job import OdsJob
from kakosheet.formats.ods.write.styles import inches
from kakosheet.formats.ods.write.xml import HEAD, VERSION, address, area, element, escape, namespaces
from kakosheet.formats.plan.charts import BOX_GAP, Range, drawn_range, drawn_values, header_cell, size

FRAME_STYLE = (
    '<style:style style:name="chartframe" style:family="graphic"><style:graphic-properties draw:stroke="none" draw:fill="none"/>'
    "</style:style>"
)
_CLASS = {
    ChartKind.BAR: "chart:bar",
    ChartKind.STACKED: "chart:bar",
    ChartKind.LINE: "chart:line",
    ChartKind.MONTHS: "chart:line",
}
_PIXEL = 1 / 96


def chart_frame(job: OdsJob, layout: ViewLayout, chart: Chart, number: int, widths: dict[int, float]) -> str:
    """The frame of a chart, anchored to its cell: it moves with the cell and keeps its size."""
    across = sum(inches(widths[at]) for at in range(chart.column, chart.last_column + 1))
    down = size(layout, chart)[1] * _PIXEL
    folder = job.chart(_document(job, chart, f"{across:.4f}in", f"{down:.4f}in"))
    drawn = [drawn_range(job, chart, chart.categories)]
    for series in _drawn(chart):
        drawn += [header_cell(job, series), drawn_range(job, chart, series)]
    title = ", ".join(_words(job, series.values) for series in chart.series)
    inside = element(
        "draw:object",
        {
            "draw:notify-on-update-of-ranges": " ".join(map(_area, drawn)),
            "xlink:href": f"./{folder}",
            "xlink:type": "simple",
            "xlink:show": "embed",
            "xlink:actuate": "onLoad",
        },
    )
    inside += f"<svg:title>{escape(title)}</svg:title><svg:desc>{escape(job.book.titles.say(chart.alt))}</svg:desc>"
    return element(
        "draw:frame",
        {
            "draw:z-index": number - 1,
            "draw:name": f"Chart {len(job.charts)}",
            "draw:style-name": "chartframe",
            "svg:width": f"{across:.4f}in",
            "svg:height": f"{down:.4f}in",
            "svg:x": "0in",
            "svg:y": f"{BOX_GAP // 2 * _PIXEL:.4f}in",
        },
        inside,
    )


def _drawn(chart: Chart) -> list[str]:
    """The columns of all series, invisible ones last."""
    return [series.values for series in chart.series] + [series.reach for series in chart.series if series.reach]


def _area(cells: Range) -> str:
    return area(cells.sheet, cells.first, cells.column, cells.last, cells.column)


def _words(job: OdsJob, column: str) -> str:
    """A block column's title."""
    block, _, key = column.partition(".")
    table = job.book.schema.tables[block]
    return job.column_title(table, table.by_key[key])


# -- the chart's document ----------------------------------------------------------------------------------------------


def _document(job: OdsJob, chart: Chart, width: str, height: str) -> str:
    styles = ChartStyles()
    legend = (
        element(
            "chart:legend",
            {"chart:legend-position": "top", "style:legend-expansion": "wide", "chart:style-name": styles.legend()},
        )
        if len(chart.series) > 1
        else ""
    )
    inside = legend + _plot_area(job, styles, chart) + _table(job, chart)
    body = element(
        "chart:chart",
        {
            "svg:width": width,
            "svg:height": height,
            "xlink:href": "..",
            "xlink:type": "simple",
            "chart:class": _CLASS[chart.kind],
            "chart:style-name": styles.background(),
        },
        inside,
    )
    spaces = namespaces(
        "office", "style", "text", "table", "draw", "fo", "xlink", "number", "svg", "chart", "chartooo", "loext"
    )
    return (
        f'{HEAD}<office:document-content {spaces} office:version="{VERSION}"><office:automatic-styles>{styles.elements()}'
        f"</office:automatic-styles><office:body><office:chart>{body}</office:chart></office:body></office:document-content>"
    )


def _plot_area(job: OdsJob, styles: ChartStyles, chart: Chart) -> str:
    points = len(drawn_values(job, chart, chart.categories))
    series = [_series(job, styles, chart, one, points) for one in chart.series]
    series += [_element(job, chart, one.reach, styles.invisible(), points) for one in chart.series if one.reach]
    wall = element("chart:wall", {"chart:style-name": styles.wall()})
    return element(
        "chart:plot-area",
        {"chart:style-name": styles.plot(chart), "chart:data-source-has-labels": "both"},
        _axes(job, styles, chart) + "".join(series) + wall,
    )


def _axes(job: OdsJob, styles: ChartStyles, chart: Chart) -> str:
    """LibreOffice's axis of dates: ODF has no word for it."""
    months = chart.kind is ChartKind.MONTHS
    step: dict[str, str | int | float | None] = {
        "chart:major-interval-value": chart.month_step,
        "chart:major-interval-unit": "months",
    }
    scale = element("chartooo:date-scale", step) if months else ""
    categories = element(
        "chart:categories", {"table:cell-range-address": _area(drawn_range(job, chart, chart.categories))}
    )
    across = element(
        "chart:axis",
        {
            "chart:dimension": "x",
            "chart:name": "primary-x",
            "chart:style-name": styles.category_axis(chart),
            "chartooo:axis-type": "date" if months else "text",
        },
        scale + categories,
    )
    grid = element("chart:grid", {"chart:style-name": styles.grid(), "chart:class": "major"}) if chart.axis else ""
    return across + element(
        "chart:axis",
        {"chart:dimension": "y", "chart:name": "primary-y", "chart:style-name": styles.value_axis(chart)},
        grid,
    )


def _series(job: OdsJob, styles: ChartStyles, chart: Chart, series: Series, points: int) -> str:
    interval = ""
    if series.plus and series.minus:
        plus, minus = (_area(drawn_range(job, chart, column)) for column in (series.plus, series.minus))
        interval = element(
            "chart:error-indicator", {"chart:style-name": styles.interval(plus, minus), "chart:dimension": "y"}
        )
    return _element(job, chart, series.values, styles.series(chart, series), points, interval)


def _element(job: OdsJob, chart: Chart, column: str, style: str, points: int, interval: str = "") -> str:
    name = header_cell(job, column)
    return element(
        "chart:series",
        {
            "chart:style-name": style,
            "chart:values-cell-range-address": _area(drawn_range(job, chart, column)),
            "chart:label-cell-address": address(name.sheet, name.first, name.column),
            "chart:class": _CLASS[chart.kind],
        },
        interval + element("chart:data-point", {"chart:repeated": points}),
    )


# -- the chart's own copy of the numbers -------------------------------------------------------------------------------


def _table(job: OdsJob, chart: Chart) -> str:
    drawn = _drawn(chart)
    columns = [drawn_values(job, chart, column) for column in (chart.categories, *drawn)]
    header = _row([None, *(_words(job, column) for column in drawn)])
    rows = "".join(_row(values) for values in zip(*columns, strict=True))
    return (
        '<table:table table:name="local-table"><table:table-header-columns><table:table-column/></table:table-header-columns>'
        f'<table:table-columns><table:table-column table:number-columns-repeated="{len(drawn)}"/></table:table-columns>'
        f"<table:table-header-rows>{header}</table:table-header-rows><table:table-rows>{rows}</table:table-rows></table:table>"
    )


def _row(values: Sequence[Scalar]) -> str:
    return f"<table:table-row>{''.join(map(_cell, values))}</table:table-row>"


def _cell(value: Scalar) -> str:
    if isinstance(value, date):
        value = to_serial(value, date1904=False)
    if isinstance(value, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value!r}"><text:p>{value!r}</text:p></table:table-cell>'
    if value is None:
        return "<table:table-cell><text:p/></table:table-cell>"
    return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
