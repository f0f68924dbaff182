"""Where everything stands on Review Dashboard: tiles, four bands of two charts, the Quarterly review with a band of its
own; the charts' numbers to the right."""

from __future__ import annotations

from kakosheet.core.layout import (
    COUNT_AXIS,
    MONEY_AXIS,
    SHARE_AXIS,
    Chart,
    ChartKind,
    Ink,
    Look,
    Placed,
    Series,
    Stroke,
    Text,
    ViewLayout,
)
from kakosheet.sheets.dashboard.columns import (
    AGES,
    BEFORE,
    CARRIERS,
    CATEGORIES,
    CHARTS,
    COUNTS,
    HANDLED,
    HANDLING,
    OUTCOMES,
    QUARTERS,
    SELLERS,
    TILES,
)

COLUMNS = (2, 4, 6, 8, 10, 12)
TILE, FIRST_BAND, BAND, CHART_ROWS = 6, 10, 14, 11
"""A band is a row of air, the headline, the line below it, and the rows of the chart."""

REVIEW_ROW = FIRST_BAND + 4 * BAND
_REVIEW = (COUNTS, OUTCOMES, HANDLING)
HANDLED_BAND = REVIEW_ROW + 3 + len(_REVIEW) * (QUARTERS + 2)
LAST_ROW = HANDLED_BAND + 2 + CHART_ROWS
LANES = (15, 24)
"""First column of the numbers behind the left and the right chart of a band."""


ALL = (*CHARTS, *HANDLED)


def _band(at: int) -> int:
    return HANDLED_BAND if at >= len(CHARTS) else FIRST_BAND + at // 2 * BAND


def _left(at: int) -> int:
    return COLUMNS[at % 2 * 3]


def _lane(at: int, *keys: str) -> Placed:
    """The block behind a chart, its header level with the chart's line of small print."""
    first = LANES[at % 2]
    return Placed(f"dashboard_{ALL[at]}", row=_band(at) + 2, columns={key: first + i for i, key in enumerate(keys)})


def _chart(
    key: str, kind: ChartKind, categories: str, *series: Series, axis: str = COUNT_AXIS, block: str = ""
) -> Chart:
    at = ALL.index(key)
    row, column = _band(at) + 3, _left(at)
    return Chart(
        key,
        kind,
        f"dashboard_{block or key}.{categories}",
        series,
        row=row,
        column=column,
        last_row=row + CHART_ROWS - 1,
        last_column=column + 4,
        alt=f"dashboard.alt_{key}",
        axis=axis,
    )


def _rates(key: str, name: str) -> Chart:
    column = f"dashboard_{key}."
    bars = Series(f"{column}rate", Ink.PALE, minus=f"{column}minus", plus=f"{column}plus", reach=f"{column}high")
    return _chart(key, ChartKind.BAR, name, bars, axis=SHARE_AXIS)


def _line(key: str, column: str, ink: Ink, stroke: Stroke = Stroke.PLAIN) -> Series:
    return Series(f"dashboard_{key}.{column}", ink, stroke)


_CHARTS = (
    _chart("types", ChartKind.BAR, "type", Series("dashboard_types.count", Ink.BLUE, labels="0"), axis=""),
    _chart(
        "causes",
        ChartKind.STACKED,
        "quarter",
        *(
            _line("causes", key, ink)
            for key, ink in (
                ("seller", Ink.BLUE),
                ("logistics", Ink.ORANGE),
                ("personal", Ink.GREY),
                ("other", Ink.PALE),
            )
        ),
    ),
    _rates("sellers", "seller"),
    _rates("categories", "category"),
    _chart(
        "days",
        ChartKind.LINE,
        "quarter",
        _line("days", "slowest", Ink.GREY, Stroke.THIN),
        _line("days", "median", Ink.BLUE, Stroke.THICK),
        _line("days", "target", Ink.LOST, Stroke.DASHED),
    ),
    _chart(
        "money",
        ChartKind.STACKED,
        "quarter",
        _line("money", "recovered", Ink.BLUE),
        _line("money", "lost", Ink.LOST),
        axis=MONEY_AXIS,
    ),
    _chart(
        "months",
        ChartKind.MONTHS,
        "month",
        _line("months", "rate", Ink.PALE, Stroke.DOTS),
        _line("months", "mean", Ink.BLUE),
        axis=SHARE_AXIS,
    ),
    _rates("carriers", "carrier"),
    _chart("ages", ChartKind.BAR, "age", Series("dashboard_ages.open", Ink.BLUE, labels="0"), axis=""),
    _chart(
        "pace",
        ChartKind.LINE,
        "quarter",
        *(
            _line("handling", key, ink, Stroke.THICK)
            for key, ink in (("first_answer", Ink.GREY), ("responsible", Ink.BLUE), ("reminder", Ink.ORANGE))
        ),
        block="handling",
    ),
)


def _texts() -> tuple[Text, ...]:
    lines = tuple(
        Text(_band(at) + 2, _left(at), Look.SUBLINE, text=f"dashboard.about_{key}") for at, key in enumerate(ALL)
    )
    return (
        Text(2, 2, Look.BOARD_TITLE, sheet_title=True),
        Text(2, 12, Look.LINK_SMALL, text="dashboard.back", link="start"),
        *lines,
        Text(REVIEW_ROW + 1, 2, Look.SECTION_REVIEW, text="dashboard.quarterly", last_column=12),
        Text(REVIEW_ROW + 2, 2, Look.SUBLINE, text="dashboard.about_quarterly"),
    )


def _review() -> tuple[Placed, ...]:
    """The Quarterly review: tables of eight quarters below one another."""
    beside = {column: column + 1 for column in COLUMNS[:-1]}
    return tuple(
        Placed(
            table.key,
            row=REVIEW_ROW + 3 + at * (QUARTERS + 2),
            columns=dict(zip(table.by_key, COLUMNS, strict=True)),
            value=Look.PAPER,
            spans=dict(zip(table.by_key, beside.values(), strict=False)),
        )
        for at, table in enumerate(_REVIEW)
    )


def _blocks() -> tuple[Placed, ...]:
    tiles = dict(zip(TILES.by_key, COLUMNS, strict=True))

    def findings(block: str, charts: tuple[str, ...]) -> Placed:
        places = {key: ALL.index(key) for key in charts}
        return Placed(
            block,
            row=min(map(_band, places.values())),
            columns={key: _left(at) for key, at in places.items()},
            rows={key: _band(at) for key, at in places.items()},
            header=Look.GHOST,
            value=Look.HEADLINE,
        )

    return (
        Placed("dashboard_period", row=3, columns={"line": 2}, header=Look.GHOST, value=Look.SUBTITLE),
        Placed("dashboard_tiles", row=TILE, columns=tiles, header=Look.TILE_REVIEW, value=Look.TILE_NUMBER),
        Placed(
            "dashboard_before",
            row=TILE + 2,
            columns=dict(zip(BEFORE.by_key, COLUMNS, strict=True)),
            header=Look.GHOST,
            value=Look.TILE_NOTE,
        ),
        findings("dashboard_headlines", CHARTS),
        findings("dashboard_findings", HANDLED),
        _lane(0, "type", "count"),
        _lane(1, "quarter", "seller", "logistics", "personal", "other"),
        _lane(2, *SELLERS.by_key),
        _lane(3, *CATEGORIES.by_key),
        _lane(4, "quarter", "slowest", "median", "target"),
        _lane(5, "quarter", "recovered", "lost"),
        _lane(6, "month", "rate", "mean"),
        _lane(7, *CARRIERS.by_key),
        _lane(len(CHARTS), *AGES.by_key),
        *_review(),
    )


def _heights() -> tuple[tuple[int, int, float], ...]:
    bands = []
    for top in (*(FIRST_BAND + band * BAND for band in range(4)), HANDLED_BAND):
        bands += [(top, top, 12.0), (top + 3, top + 2 + CHART_ROWS, 18.0)]
    return (
        (1, 1, 6),
        (2, 2, 27),
        (3, 3, 3),
        (4, 4, 16),
        (5, 5, 8),
        (TILE, TILE, 18),
        (TILE + 1, TILE + 1, 33),
        (TILE + 2, TILE + 2, 3),
        (TILE + 3, TILE + 3, 16),
        *bands,
        (REVIEW_ROW, REVIEW_ROW, 24),
        (REVIEW_ROW + 1, REVIEW_ROW + 1, 24),
    )


LAYOUT = ViewLayout(
    sheet="dashboard",
    print_area=(1, 1, LAST_ROW, 13),
    portrait=True,
    page_breaks=(REVIEW_ROW,),
    heights=_heights(),
    texts=_texts(),
    blocks=_blocks(),
    charts=_CHARTS,
)
