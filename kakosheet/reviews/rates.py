"""The pages of sellers and of categories: how many of the orders led to a case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kakosheet.core.layout import SHARE_AXIS, ChartKind
from kakosheet.core.schema import Kind
from kakosheet.policy.model import Policy
from kakosheet.reviews import findings
from kakosheet.reviews.figures import Figures, groups
from kakosheet.reviews.grouping import TOP, By, group_table, lost_chart
from kakosheet.reviews.heading import about, head
from kakosheet.reviews.page import Drawn, Field, ReviewPage, interval
from kakosheet.sheets.dashboard.orders import DisputeRate, certain

_I, _P = Kind.INTEGER, Kind.PERCENT
_RATE = (
    Field("of", _I),
    Field("hits", _I),
    Field("rate", _P),
    Field("low", _P),
    Field("high", _P),
    Field("minus", _P),
    Field("plus", _P),
    Field("verdict", wide=2),
)


def rates(page: ReviewPage, found: Figures, policy: Policy, rows: Sequence[DisputeRate], name: Field, by: By) -> None:
    """Sellers or categories: rates with their intervals, then the cases of the period."""
    head(page, found, policy.settings["base_currency"])
    limit = policy.settings["high_dispute_rate"]
    drawn = []
    if rows:
        when = about(
            page,
            f"rates_{page.key}",
            "window",
            first=found.window.first.isoformat(),
            last=found.window.last.isoformat(),
        )
        drawn.append(
            Drawn(
                "rates",
                ChartKind.BAR,
                name.key,
                (interval(page.key, "rates"),),
                findings.rates(page, rows, policy),
                when,
                SHARE_AXIS,
                TOP,
            )
        )
    page.band(*drawn, *lost_chart(page, name.key, groups(found, by), policy, name.choices))
    page.table(
        "rates",
        (name, *_RATE),
        (rate_row(page, rate, limit) for rate in rows),
        section="section_rates",
        note="note_rates",
    )
    group_table(page, found, name, by, section="section_cases")


def rate_row(page: ReviewPage, rate: DisputeRate, limit: float) -> list[Any]:
    """A rate, its interval, and whether it is above the limit of Settings: for certain or perhaps."""
    sure = certain(rate.of, rate.hits, rate.low, limit)
    verdict = "verdict_sure" if sure else "verdict_perhaps" if rate.rate > limit else "verdict_fine"
    return [rate.name, rate.of, rate.hits, rate.rate, rate.low, rate.high, rate.minus, rate.plus, page.say(verdict)]
