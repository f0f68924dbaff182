"""The page of the money: claimed, recovered and lost."""

from __future__ import annotations

from kakosheet.core.layout import MONEY_AXIS, ChartKind, Ink
from kakosheet.core.schema import Kind
from kakosheet.policy.model import Policy
from kakosheet.reviews import findings
from kakosheet.reviews.figures import Figures
from kakosheet.reviews.grouping import WAYS, costliest, lost_chart
from kakosheet.reviews.heading import about, head, label
from kakosheet.reviews.page import Drawn, Field, ReviewPage, series

_I, _P, _M = Kind.INTEGER, Kind.PERCENT, Kind.MONEY


def losses(page: ReviewPage, found: Figures, policy: Policy) -> None:
    head(page, found, policy.settings["base_currency"])
    by_carrier = costliest(found, lambda dispute: dispute.carrier)
    page.band(money_chart(page, found, policy), *lost_chart(page, "carrier", by_carrier, policy, what="lost_carriers"))
    page.table(
        "quarters",
        (
            Field("quarter"),
            Field("claimed", _M),
            Field("recovered", _M),
            Field("lost", _M),
            Field("recovered_share", _P),
        ),
        ([label(q.period, found), q.claimed, q.recovered, q.lost, q.recovered_share] for q in found.quarters),
        section="section_quarters",
    )
    money = (Field("closed", _I), Field("claimed", _M), Field("recovered", _M), Field("lost", _M))
    ways = (
        *WAYS,
        ("seller", Kind.TEXT, "", lambda dispute: dispute.seller),
        ("carrier", Kind.TEXT, "", lambda dispute: dispute.carrier),
        ("currency", Kind.TEXT, "", lambda dispute: dispute.case.currency),
    )
    for key, kind, choices, by in ways:
        if key != "handler":
            page.table(
                key,
                (Field(key, kind, choices), *money),
                (
                    [row.name or page.say("unnamed"), row.closed, row.claimed, row.recovered, row.lost]
                    for row in costliest(found, by)
                ),
                section=f"section_by_{key}",
            )


def money_chart(page: ReviewPage, found: Figures, policy: Policy) -> Drawn:
    bars = (series(page.key, "quarters", "recovered"), series(page.key, "quarters", "lost", Ink.LOST))
    return Drawn(
        "quarters",
        ChartKind.STACKED,
        "quarter",
        bars,
        findings.money(page, found, policy),
        about(page, "money", "quarters"),
        MONEY_AXIS,
    )
