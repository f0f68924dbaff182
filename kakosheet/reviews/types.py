"""The page of the types of dispute."""

from __future__ import annotations

from kakosheet.core.layout import ChartKind
from kakosheet.core.schema import Kind
from kakosheet.policy.model import Policy
from kakosheet.reviews import findings
from kakosheet.reviews.figures import Figures, groups
from kakosheet.reviews.grouping import TOP, group_table, lost_chart
from kakosheet.reviews.heading import about, head
from kakosheet.reviews.page import Drawn, Field, ReviewPage, series


def types(page: ReviewPage, found: Figures, policy: Policy) -> None:
    head(page, found, policy.settings["base_currency"])
    rows = groups(found, lambda dispute: dispute.outcome.type)
    if rows:
        counts = Drawn(
            "type",
            ChartKind.BAR,
            "type",
            (series(page.key, "type", "opened", labels="0"),),
            findings.types(page, rows),
            about(page, "types", "period"),
            axis="",
            rows=TOP,
        )
        page.band(counts, *lost_chart(page, "type", rows, policy, "dispute_type"))
    page.gap()
    group_table(page, found, Field("type", Kind.CHOICE, "dispute_type"), lambda dispute: dispute.outcome.type)
