"""How charts are drawn: the automatic styles of a chart's document."""

from __future__ import annotations

from kakosheet.core.layout import Chart, ChartKind, Ink, Series, Stroke
from kakosheet.formats.ods.write.numbers import data_style
from kakosheet.formats.ods.write.xml import element
from kakosheet.formats.palette import AXIS, FONT, GRIDLINE, INKS, SLATE, WHITE
from kakosheet.formats.plan.charts import GAP, OVERLAP

_HAIR = "0.026cm"
_DOT = "0.212cm"
_WIDTHS = {Stroke.THICK: 2.75, Stroke.PLAIN: 2.25, Stroke.THIN: 1.25, Stroke.DASHED: 1.5, Stroke.DOTS: 2.25}
DASH = "Dashes"
_MONTH = "yyyy-mm"
_LINES = (ChartKind.LINE, ChartKind.MONTHS)

Properties = dict[str, str | int | float | None]

_TEXT = element(
    "style:text-properties",
    {
        "fo:color": f"#{SLATE}",
        "fo:font-family": FONT,
        "fo:font-size": "9pt",
        "style:font-size-asian": "9pt",
        "style:font-size-complex": "9pt",
    },
)
_AXIS: Properties = {
    "chart:display-label": "true",
    "chart:tick-marks-major-inner": "false",
    "chart:tick-marks-major-outer": "false",
    "chart:logarithmic": "false",
}


class ChartStyles:
    """The styles of one chart's document, named when first asked for."""

    def __init__(self) -> None:
        self._made: dict[str, str] = {}
        self._numbers: dict[str, str] = {}

    def elements(self) -> str:
        styles = "".join(
            f'<style:style style:name="{name}" style:family="chart"{rest}</style:style>'
            for rest, name in self._made.items()
        )
        return "".join(data_style(name, code) for code, name in self._numbers.items()) + styles

    def _style(
        self,
        chart: Properties | None = None,
        graphic: Properties | None = None,
        text: str = "",
        numbers: str | None = None,
    ) -> str:
        given = ""
        if numbers is not None:
            given = f' style:data-style-name="{self._numbers.setdefault(numbers, f"N{len(self._numbers)}")}"'
        inside = element("style:chart-properties", chart) if chart else ""
        inside += element("style:graphic-properties", graphic) if graphic else ""
        return self._made.setdefault(f"{given}>{inside}{text}", f"ch{len(self._made) + 1}")

    # -- around the series ---------------------------------------------------------------------------------------------

    def background(self) -> str:
        return self._style(graphic={"draw:stroke": "none", "draw:fill": "solid", "draw:fill-color": f"#{WHITE}"})

    def wall(self) -> str:
        return self._style(graphic={"draw:stroke": "none", "draw:fill": "solid", "draw:fill-color": f"#{WHITE}"})

    def legend(self) -> str:
        return self._style({"chart:auto-position": "true"}, {"draw:stroke": "none", "draw:fill": "none"}, _TEXT)

    def plot(self, chart: Chart) -> str:
        return self._style(
            {
                "chart:vertical": "true" if chart.kind is ChartKind.BAR else None,
                "chart:stacked": "true" if chart.kind is ChartKind.STACKED else None,
                "chart:symbol-type": "automatic" if chart.kind in _LINES else None,
                "chart:include-hidden-cells": "false",
                "chart:auto-position": "true",
                "chart:auto-size": "true",
                "chart:treat-empty-cells": "leave-gap",
            }
        )

    def category_axis(self, chart: Chart) -> str:
        """Of lying bars the first category is on top, and each label on one line: where two of them touch, LibreOffice
        leaves one out."""
        months, turned = chart.kind is ChartKind.MONTHS, chart.kind is ChartKind.BAR
        line: Properties = {"svg:stroke-width": _HAIR, "svg:stroke-color": f"#{AXIS}"}
        return self._style(
            {
                **_AXIS,
                "chart:reverse-direction": "true" if turned else "false",
                "text:line-break": "false" if months or turned else "true",
                "chart:label-arrangement": "side-by-side",
                "chart:link-data-style-to-source": "false" if months else "true",
                "loext:major-origin": 0.5 if chart.kind in _LINES else None,
                "chart:axis-position": 0,
            },
            line,
            _TEXT,
            _MONTH if months else "",
        )

    def value_axis(self, chart: Chart) -> str:
        """Of lying bars it stays below, though the categories are turned round."""
        bars: Properties = (
            {"chart:gap-width": GAP, "chart:overlap": OVERLAP}
            if chart.kind in (ChartKind.BAR, ChartKind.STACKED)
            else {}
        )
        return self._style(
            {
                **_AXIS,
                "chart:minimum": 0,
                **bars,
                "chart:reverse-direction": "false",
                "text:line-break": "false",
                "chart:link-data-style-to-source": "false",
                "chart:visible": None if chart.axis else "false",
                "chart:axis-position": "end" if chart.kind is ChartKind.BAR else 0,
            },
            {"draw:stroke": "none"},
            _TEXT,
            chart.axis,
        )

    def grid(self) -> str:
        return self._style(graphic={"svg:stroke-width": _HAIR, "svg:stroke-color": f"#{GRIDLINE}"})

    # -- series --------------------------------------------------------------------------------------------------------

    def series(self, chart: Chart, series: Series) -> str:
        colour = f"#{INKS[series.ink]}"
        if chart.kind in _LINES:
            return self._style(*_line(series.stroke, colour))
        edge: Properties = {"draw:stroke": "none"}
        if chart.kind is ChartKind.STACKED:
            edge = {"draw:stroke": "solid", "svg:stroke-width": _HAIR, "svg:stroke-color": f"#{WHITE}"}
        labels: Properties = (
            {
                "chart:data-label-number": "value",
                "chart:label-position": "outside",
                "chart:link-data-style-to-source": "false",
            }
            if series.labels
            else {}
        )
        return self._style(
            labels,
            {**edge, "draw:fill": "solid", "draw:fill-color": colour},
            _TEXT if series.labels else "",
            series.labels or None,
        )

    def invisible(self) -> str:
        """Of the series of upper ends: without it the axis ends before the intervals do. It has no place in the
        legend."""
        return self._style({"loext:hide-legend": "true"}, {"draw:stroke": "none", "draw:fill": "none"})

    def interval(self, plus: str, minus: str) -> str:
        return self._style(
            {
                "chart:error-upper-indicator": "true",
                "chart:error-lower-indicator": "true",
                "chart:error-category": "cell-range",
                "chart:error-upper-range": plus,
                "chart:error-lower-range": minus,
            },
            {"draw:stroke": "solid", "svg:stroke-width": "0.053cm", "svg:stroke-color": f"#{INKS[Ink.DARK]}"},
        )


def _line(stroke: Stroke, colour: str) -> tuple[Properties, Properties]:
    dots = stroke in (Stroke.DOTS, Stroke.THICK)
    symbol: Properties = (
        {
            "chart:symbol-type": "named-symbol",
            "chart:symbol-name": "circle",
            "chart:symbol-width": _DOT,
            "chart:symbol-height": _DOT,
        }
        if dots
        else {"chart:symbol-type": "none"}
    )
    kind = {Stroke.DOTS: "none", Stroke.DASHED: "dash"}.get(stroke, "solid")
    return symbol, {
        "draw:stroke": kind,
        "draw:stroke-dash": DASH if stroke is Stroke.DASHED else None,
        "svg:stroke-width": f"{_WIDTHS[stroke] * 2.54 / 72:.3f}cm",
        "svg:stroke-color": colour,
        "draw:fill-color": colour,
    }


def dashes() -> str:
    """The styles part of a chart's document, which holds what dashes look like."""
    return element(
        "draw:stroke-dash",
        {
            "draw:name": DASH,
            "draw:style": "rect",
            "draw:dots1": 1,
            "draw:dots1-length": "400%",
            "draw:distance": "300%",
        },
    )
