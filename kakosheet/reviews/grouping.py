"""The cases of the period by type, seller, carrier and the like: tables of them, and where the money went."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kakosheet.core.layout import ChartKind, Ink
from kakosheet.core.schema import Kind
from kakosheet.policy.model import Policy
from kakosheet.reviews import findings
from kakosheet.reviews.figures import Dispute, Figures, Group, groups
from kakosheet.reviews.heading import about
from kakosheet.reviews.page import Drawn, Field, ReviewPage, series

TOP = 10
By = Callable[[Dispute], str | None]
"""What a case is counted by; None where it says nothing."""

_I, _N, _P, _M = Kind.INTEGER, Kind.NUMBER, Kind.PERCENT, Kind.MONEY

_GROUP = (
    Field("opened", _I),
    Field("before", _I),
    Field("change", _I),
    Field("closed", _I),
    Field("settled_share", _P),
    Field("median_days", _N),
    Field("claimed", _M),
    Field("recovered", _M),
    Field("lost", _M),
)

WAYS: tuple[tuple[str, Kind, str, By], ...] = (
    ("type", Kind.CHOICE, "dispute_type", lambda dispute: dispute.outcome.type),
    ("platform", Kind.CHOICE, "platform", lambda dispute: dispute.platform),
    ("handler", Kind.TEXT, "", lambda dispute: dispute.handler),
)


def group_row(group: Group, unnamed: str) -> list[Any]:
    return [
        group.name or unnamed,
        group.opened,
        group.before,
        group.opened - group.before,
        group.closed,
        group.settled_share,
        group.median_days,
        group.claimed,
        group.recovered,
        group.lost,
    ]


def group_table(page: ReviewPage, found: Figures, name: Field, by: By, *, section: str = "") -> None:
    """A table of the period's cases by what `by` says."""
    page.table(
        name.key, (name, *_GROUP), (group_row(row, page.say("unnamed")) for row in groups(found, by)), section=section
    )


def costliest(found: Figures, by: By) -> list[Group]:
    """The closed cases of the period by what `by` says of them, the largest loss first."""
    return sorted(
        (row for row in groups(found, by) if row.closed), key=lambda row: (-row.lost, -row.closed, str(row.name))
    )


def lost_chart(
    page: ReviewPage, table: str, rows: Sequence[Group], policy: Policy, listing: str = "", what: str = "lost"
) -> list[Drawn]:
    """A chart of the money lost by group, if any was. `listing` names the choices that the groups are."""
    if not any(row.lost for row in rows):
        return []
    bars = (series(page.key, table, "lost", Ink.LOST, labels="#,##0"),)
    return [
        Drawn(
            table,
            ChartKind.BAR,
            table,
            bars,
            findings.costliest(page, rows, listing, policy),
            about(page, what, "period"),
            axis="",
            rows=TOP,
        )
    ]
