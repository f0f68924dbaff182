"""The page of how long cases took until they were closed."""

from __future__ import annotations

from kakosheet.core.layout import ChartKind, Ink, Stroke
from kakosheet.core.schema import Kind
from kakosheet.policy.model import Policy
from kakosheet.policy.stats import mean
from kakosheet.reviews import findings
from kakosheet.reviews.figures import Figures, groups
from kakosheet.reviews.grouping import WAYS
from kakosheet.reviews.heading import about, head, label
from kakosheet.reviews.page import Drawn, Field, ReviewPage, series

_I, _N, _P = Kind.INTEGER, Kind.NUMBER, Kind.PERCENT


def resolution(page: ReviewPage, found: Figures, policy: Policy) -> None:
    head(page, found, policy.settings["base_currency"])
    lines = (
        series(page.key, "quarters", "slowest", Ink.GREY, Stroke.THIN),
        series(page.key, "quarters", "median_days", Ink.BLUE, Stroke.THICK),
        series(page.key, "quarters", "target", Ink.LOST, Stroke.DASHED),
    )
    page.band(
        Drawn("quarters", ChartKind.LINE, "quarter", lines, findings.days(page, found), about(page, "days", "quarters"))
    )
    page.table(
        "quarters",
        (
            Field("quarter"),
            Field("closed", _I),
            Field("median_days", _N),
            Field("mean_days", _N),
            Field("slowest", _N),
            Field("target", _I),
        ),
        (
            [label(q.period, found), q.closed, q.median_days, mean(q.days), q.slow_days, policy.settings["target_days"]]
            for q in found.quarters
        ),
        section="section_quarters",
    )
    fields = (
        Field("closed", _I),
        Field("median_days", _N),
        Field("mean_days", _N),
        Field("settled_share", _P),
        Field("opened", _I),
    )
    for key, kind, choices, by in WAYS:
        rows = (
            [row.name or page.say("unnamed"), row.closed, row.median_days, row.mean_days, row.settled_share, row.opened]
            for row in groups(found, by)
        )
        page.table(key, (Field(key, kind, choices), *fields), rows, section=f"section_by_{key}")
