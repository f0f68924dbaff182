"""The figures of a review as plain data: what happened in a period, beside the period before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from kakosheet.core.lookup import Lookup
from kakosheet.core.records import attempt, known, or_blank
from kakosheet.policy.model import Policy
from kakosheet.policy.periods import Period, run_of
from kakosheet.policy.stats import mean, median, share
from kakosheet.sheets.casework.case import Case
from kakosheet.sheets.casework.nodes import Node
from kakosheet.sheets.casework.orders import Purchase, Sale
from kakosheet.sheets.casework.verdicts import CaseLoss, NodeDate, NodeState
from kakosheet.sheets.dashboard.cases import Outcome, outcomes
from kakosheet.sheets.dashboard.charts import WINDOW
from kakosheet.sheets.dashboard.columns import QUARTERS
from kakosheet.sheets.dashboard.facts import Facts, closed_in, facts, quarters_to_date, total
from kakosheet.sheets.dashboard.nodes import RanDate, dates_that_ran
from kakosheet.sheets.dashboard.orders import (
    BoughtFrom,
    DisputeRate,
    SentBy,
    bought,
    by_carrier,
    by_category,
    by_seller,
    disputed_ids,
    rates_by_name,
    sold,
)


@dataclass(frozen=True)
class Dispute:
    """What came of a case, with the names by which it is also counted: blank ones where the cell cannot be known."""

    outcome: Outcome
    seller: str | None
    platform: str | None
    handler: str | None
    item: str | None
    category: str | None
    carrier: str | None

    @property
    def case(self) -> Case:
        """Its row as it was typed."""
        return self.outcome.case


@dataclass(frozen=True)
class Group:
    """What happened in a period with the cases that share something. Money is in the base currency."""

    name: str | None
    opened: int
    before: int  # opened in the period before
    closed: int
    settled: int
    unsettled: int
    days: tuple[int, ...]
    claimed: float
    recovered: float
    lost: float

    @property
    def settled_share(self) -> float | None:
        return share(self.settled, self.settled + self.unsettled)

    @property
    def median_days(self) -> float | None:
        return median(self.days)

    @property
    def mean_days(self) -> float | None:
        return mean(self.days)


@dataclass(frozen=True)
class Figures:
    """All that a review says.

    `period` is `whole` up to the day of the review; `window` are the four quarters that end with it (of a year: the
    year itself).
    """

    period: Period
    whole: Period
    before: Period
    window: Period
    now: Facts
    then: Facts
    quarters: list[Facts]
    disputes: list[Dispute]
    dates: list[RanDate]
    disputed: set[str]
    sellers: list[DisputeRate]
    categories: list[DisputeRate]
    carriers: list[DisputeRate]
    without_rate: int

    @cached_property
    def recent(self) -> list[Dispute]:
        """The cases that were opened or closed in the period, or opened in the one before."""

        def is_recent(case: Outcome) -> bool:
            return any(
                attempt(tell) is True
                for tell in (
                    lambda: case.opened in self.period,
                    lambda: case.closed in self.period,
                    lambda: case.opened in self.before,
                )
            )

        return [dispute for dispute in self.disputes if is_recent(dispute.outcome)]

    def touched(self, case: Outcome) -> bool:
        """Whether a case is among those that the review is about: opened, closed or open in the period."""
        return any(
            attempt(tell) is True
            for tell in (
                lambda: case.opened in self.period,
                lambda: case.closed in self.period,
                lambda: case.open_at(self.period.last),
            )
        )

    @property
    def empty(self) -> bool:
        return not (
            self.now.ordered
            or self.now.kept
            or self.now.missed
            or any(self.touched(dispute.outcome) for dispute in self.disputes)
        )


def figures(lookup: Lookup, policy: Policy, whole: Period, today: date) -> Figures:
    """The figures of a period that has begun, as of its end or of today, whichever comes first."""
    period, before = whole.until(today), whole.same_days_before(today)
    rows = lookup.rows
    found, purchases, sales, lists = (
        outcomes(rows(Case), rows(CaseLoss), policy),
        rows(Purchase),
        rows(Sale),
        rows(BoughtFrom),
    )
    dates = dates_that_ran(rows(Node), rows(NodeDate), rows(NodeState))
    ours, theirs = disputed_ids(one.case for one in found)
    damaged_ours, damaged_theirs = disputed_ids((one.case for one in found), policy.risk["types"]["damage"])
    ordered, disputed = [*bought(purchases), *sold(sales)], ours | theirs
    window = (
        period
        if whole.unit == "year"
        else Period("quarter", run_of("quarter", period.last, WINDOW)[0].first, period.last)
    )
    carried = by_carrier(purchases, lists, sales, rows(SentBy))
    return Figures(
        period=period,
        whole=whole,
        before=before,
        window=window,
        now=facts(period, found, dates, ordered, disputed),
        then=facts(before, found, dates, ordered, disputed),
        quarters=quarters_to_date(run_of("quarter", period.last, QUARTERS), period.last, found, dates),
        disputes=list(map(_dispute, found)),
        dates=dates,
        disputed=disputed,
        sellers=rates_by_name(by_seller(purchases, lists), ours, window),
        categories=rates_by_name(by_category(purchases, sales), disputed, window),
        carriers=rates_by_name(carried, damaged_ours | damaged_theirs, window),
        without_rate=sum(known(lambda one: _lacks_rate(one) and (one.opened in period or one.closed in period), found)),
    )


def _lacks_rate(one: Outcome) -> bool:
    return one.case.amount is not None and one.claimed is None


def _dispute(outcome: Outcome) -> Dispute:
    case = outcome.case
    return Dispute(
        outcome,
        seller=or_blank(lambda: case.seller),
        platform=or_blank(lambda: case.platform),
        handler=or_blank(lambda: case.assigned_to),
        item=or_blank(lambda: case.item),
        category=or_blank(lambda: case.category),
        carrier=or_blank(lambda: case.carrier),
    )


def groups(found: Figures, by: Callable[[Dispute], str | None]) -> list[Group]:
    """The cases of the period by what `by` says of them, the most frequent first; without a name last."""
    members: dict[str | None, list[Outcome]] = {}
    for name, outcome in known(lambda dispute: (by(dispute), dispute.outcome), found.recent):
        members.setdefault(name, []).append(outcome)
    rows = [_group(name, cases, found) for name, cases in members.items()]
    return sorted(rows, key=lambda row: (row.name is None, -row.opened, -row.closed, str(row.name)))


def _group(name: str | None, cases: list[Outcome], found: Figures) -> Group:
    closed = closed_in(cases, found.period)
    settled = list(known(lambda case: case.settled, closed))
    return Group(
        name=name,
        opened=sum(known(lambda case: case.opened in found.period, cases)),
        before=sum(known(lambda case: case.opened in found.before, cases)),
        closed=len(closed),
        settled=settled.count(True),
        unsettled=settled.count(False),
        days=tuple(days for days in known(lambda case: case.days, closed) if days is not None),
        claimed=total(known(lambda case: case.claimed if case.recovered is not None else None, closed)),
        recovered=total(known(lambda case: case.recovered, closed)),
        lost=total(known(lambda case: case.lost, closed)),
    )
