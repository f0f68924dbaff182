"""The figures of a review as plain data: what happened in a period, beside the period before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import fsum
from typing import Any

from kakosheet.core.table import Tables
from kakosheet.policy.model import Policy
from kakosheet.policy.periods import Period, run_of
from kakosheet.policy.stats import mean, median, share
from kakosheet.review.columns import columns_of
from kakosheet.sheets.dashboard.cases import CASE_READS, Case, day_of, read_cases
from kakosheet.sheets.dashboard.charts import CARRIER_READS, CASES, CATEGORY_READS, SELLER_READS, WINDOW
from kakosheet.sheets.dashboard.columns import QUARTERS
from kakosheet.sheets.dashboard.facts import Facts, facts, quarters_to_date
from kakosheet.sheets.dashboard.nodes import NODE_READS, Node, read_nodes
from kakosheet.sheets.dashboard.orders import Line, Rate, disputed_ids, lines, rates_by_name

LABELS = (
    "disputes.seller",
    "disputes.platform",
    "disputes.assigned_to",
    "disputes.item",
    "disputes.order",
    "disputes.amount",
    "disputes.currency",
    "disputes.money_back",
    "disputes.result",
    "disputes.root_cause",
    "disputes.order -> purchases.category",
    "disputes.order -> sales.category",
    "disputes.order -> purchases.carrier",
    "disputes.order -> sales.carrier",
)


@dataclass(frozen=True)
class Dispute:
    """A case with what it is counted by, and the amounts as they stand in its row."""

    case: Case
    seller: str | None
    platform: str | None
    handler: str | None
    item: str | None
    order: str | None
    amount: float | None
    currency: str | None
    money_back: float | None
    result: str | None
    root_cause: str | None
    category: str | None
    carrier: str | None


@dataclass(frozen=True)
class Group:
    """What happened in a period with the cases that share something. Money is in the base currency."""

    name: str | None
    opened: int
    before: int  # opened in the period before
    closed: int
    settled: int
    days: tuple[int, ...]
    claimed: float
    recovered: float
    lost: float

    @property
    def settled_share(self) -> float | None:
        return share(self.settled, self.closed)

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
    nodes: list[Node]
    bought: list[Line]
    sold: list[Line]
    disputed: set[str]
    sellers: list[Rate]
    categories: list[Rate]
    carriers: list[Rate]
    without_rate: int

    @property
    def cases(self) -> list[Case]:
        return [dispute.case for dispute in self.disputes]

    def touched(self, case: Case) -> bool:
        """Whether a case is among those that the review is about: opened, closed or open in the period."""
        return case.opened in self.period or case.closed in self.period or case.open_at(self.period.last)

    @property
    def empty(self) -> bool:
        return not (
            self.now.ordered or self.now.kept or self.now.missed or any(self.touched(case) for case in self.cases)
        )


def figures(tables: Tables, policy: Policy, whole: Period, today: date) -> Figures:
    """The figures of a period that has begun, as of its end or of today, whichever comes first."""
    period, before = whole.until(today), whole.same_days_before(today)
    disputes = _disputes(tables, policy)
    cases = [dispute.case for dispute in disputes]
    nodes = read_nodes(columns_of(tables, NODE_READS))
    bought, sold = disputed_ids(cases)
    of_bought = _lines(tables, SELLER_READS[:2])
    of_sold = _lines(tables, CATEGORY_READS[3:5])
    ordered, disputed = of_bought + of_sold, bought | sold
    quarters = run_of("quarter", period.last, QUARTERS)
    window = (
        period
        if whole.unit == "year"
        else Period("quarter", run_of("quarter", period.last, WINDOW)[0].first, period.last)
    )
    damaged_bought, damaged_sold = disputed_ids(cases, policy.risk["types"]["damage"])
    carried = _lines(tables, CARRIER_READS[:3]) + _lines(tables, CARRIER_READS[3:])
    by_category = _lines(tables, CATEGORY_READS[:3]) + _lines(tables, CATEGORY_READS[3:])
    return Figures(
        period=period,
        whole=whole,
        before=before,
        window=window,
        now=facts(period, cases, nodes, ordered, disputed),
        then=facts(before, cases, nodes, ordered, disputed),
        quarters=quarters_to_date(quarters, period.last, cases, nodes),
        disputes=disputes,
        nodes=nodes,
        bought=of_bought,
        sold=of_sold,
        disputed=disputed,
        sellers=rates_by_name(_lines(tables, SELLER_READS), bought, window),
        categories=rates_by_name(by_category, disputed, window),
        carriers=rates_by_name(carried, damaged_bought | damaged_sold, window),
        without_rate=sum(
            dispute.amount is not None and dispute.case.claimed is None
            for dispute in disputes
            if dispute.case.opened in period or dispute.case.closed in period
        ),
    )


def _disputes(tables: Tables, policy: Policy) -> list[Dispute]:
    columns = columns_of(tables, CASE_READS, LABELS)
    found = []
    for row in zip(*columns, strict=True):
        for case in read_cases([[value] for value in row[:CASES]], policy):
            (
                seller,
                platform,
                handler,
                item,
                order,
                amount,
                currency,
                back,
                result,
                cause,
                category,
                sold_category,
                carrier,
                sold_carrier,
            ) = row[CASES:]
            found.append(
                Dispute(
                    case,
                    seller,
                    platform,
                    handler,
                    item,
                    order,
                    amount,
                    currency,
                    back,
                    result,
                    cause,
                    category or sold_category,
                    carrier or sold_carrier,
                )
            )
    return found


def _lines(tables: Tables, reads: Sequence[str]) -> list[Line]:
    return lines(*columns_of(tables, reads))


def groups(found: Figures, by: Callable[[Dispute], str | None]) -> list[Group]:
    """The cases of the period by what `by` says of them, the most frequent first; without a name last."""
    members: dict[str | None, list[Case]] = {}
    for dispute in found.disputes:
        case = dispute.case
        if case.opened in found.period or case.closed in found.period or case.opened in found.before:
            members.setdefault(by(dispute), []).append(case)
    rows = [_group(name, cases, found) for name, cases in members.items()]
    return sorted(rows, key=lambda row: (row.name is None, -row.opened, -row.closed, str(row.name)))


def _group(name: str | None, cases: Iterable[Case], found: Figures) -> Group:
    known = list(cases)
    closed = [case for case in known if case.closed in found.period]
    return Group(
        name=name,
        opened=sum(case.opened in found.period for case in known),
        before=sum(case.opened in found.before for case in known),
        closed=len(closed),
        settled=sum(case.settled for case in closed),
        days=tuple(case.days for case in closed if case.days is not None),
        claimed=_sum(case.claimed for case in closed if case.recovered is not None),
        recovered=_sum(case.recovered for case in closed),
        lost=_sum(case.lost for case in closed),
    )


def _sum(amounts: Iterable[float | None]) -> float:
    return fsum(amount for amount in amounts if amount is not None)


def register(tables: Tables, table: str, *keys: str) -> list[tuple[Any, ...]]:
    """Rows of a register as they stand, unreadable cells as None."""
    columns = columns_of(tables, (), [f"{table}.{key}" for key in keys])
    return [row for row in zip(*columns, strict=True) if any(value is not None for value in row)]


def on_day(value: Any) -> date | None:
    """The day of a date or an instant."""
    return day_of(value)
