"""The page of root causes, and whose cases have which."""

from __future__ import annotations

from kakosheet.core.layout import ChartKind, Ink
from kakosheet.core.records import known
from kakosheet.core.schema import Kind
from kakosheet.policy.model import Policy
from kakosheet.reviews import findings
from kakosheet.reviews.figures import Figures
from kakosheet.reviews.grouping import By, group_table
from kakosheet.reviews.heading import about, head, label
from kakosheet.reviews.page import Drawn, Field, ReviewPage, series
from kakosheet.sheets.dashboard.cases import CAUSES

_I, _P = Kind.INTEGER, Kind.PERCENT


def causes(page: ReviewPage, found: Figures, policy: Policy) -> None:
    head(page, found, policy.settings["base_currency"])
    inks = (Ink.BLUE, Ink.ORANGE, Ink.GREY, Ink.PALE)
    page.band(
        Drawn(
            "quarters",
            ChartKind.STACKED,
            "quarter",
            tuple(series(page.key, "quarters", f"cause_{cause}", ink) for cause, ink in zip(CAUSES, inks, strict=True)),
            findings.causes(page, found),
            about(page, "causes", "quarters"),
        )
    )
    page.table(
        "quarters",
        (Field("quarter"), *(Field(f"cause_{cause}", _I) for cause in CAUSES)),
        ([label(q.period, found), *(q.causes.get(cause, 0) for cause in CAUSES)] for q in found.quarters),
        section="section_quarters",
    )
    group_table(
        page,
        found,
        Field("root_cause", Kind.CHOICE, "root_cause"),
        lambda dispute: dispute.case.root_cause,
        section="section_by_root_cause",
    )
    _pareto(page, found, "seller", lambda dispute: dispute.seller)
    _pareto(page, found, "carrier", lambda dispute: dispute.carrier)


def _pareto(page: ReviewPage, found: Figures, key: str, other: By) -> None:
    """Closed cases by cause and seller (or carrier), the most frequent pair first, with the running share."""
    counts: dict[tuple[str, str], int] = {}
    for cause, dispute in known(
        lambda one: (one.case.root_cause if one.outcome.closed in found.period else None, one), found.disputes
    ):
        if cause is not None:
            pair = (cause, other(dispute) or page.say("unnamed"))
            counts[pair] = counts.get(pair, 0) + 1
    total, running, rows = sum(counts.values()), 0, []
    for (cause, name), count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        running += count
        rows.append([cause, name, count, count / total, running / total])
    page.table(
        f"pareto_{key}",
        (
            Field("root_cause", Kind.CHOICE, "root_cause"),
            Field(key, wide=2),
            Field("closed", _I),
            Field("part", _P),
            Field("running", _P),
        ),
        rows,
        section=f"section_pareto_{key}",
    )
