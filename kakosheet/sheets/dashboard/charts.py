"""The numbers behind the charts: one rule a block."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from kakosheet.core.records import known
from kakosheet.core.rules import table_rule
from kakosheet.policy.model import Policy
from kakosheet.policy.periods import Period, period_of, run_of
from kakosheet.policy.stats import share
from kakosheet.sheets.casework.case import Case
from kakosheet.sheets.casework.nodes import Node
from kakosheet.sheets.casework.orders import Purchase, Sale
from kakosheet.sheets.casework.verdicts import CaseLoss, NodeDate, NodeState
from kakosheet.sheets.dashboard.cases import CAUSES, Outcome, counted, day_of, outcomes
from kakosheet.sheets.dashboard.columns import MONTHS, QUARTERS, TOP
from kakosheet.sheets.dashboard.facts import Facts, quarters_to_date
from kakosheet.sheets.dashboard.nodes import RanDate, dates_that_ran
from kakosheet.sheets.dashboard.orders import (
    BoughtFrom,
    DisputeRate,
    SentBy,
    bought,
    by_carrier,
    by_category,
    by_month,
    by_seller,
    disputed_ids,
    pooled,
    rates_by_name,
    sold,
)

WINDOW = 4
"""Quarters, the current one among them, over which types and rates are counted."""

_RATE = ("of", "hits", "rate", "low", "high", "minus", "plus")


def window(today: date) -> Period:
    """The last four quarters up to today."""
    quarters = run_of("quarter", today, WINDOW)
    return Period("quarter", quarters[0].first, today)


def labels(today: date) -> list[str]:
    """The quarters' names; the current one carries a star unless today is its last day."""
    current = period_of("quarter", today)
    return [
        quarter.label + ("*" if quarter == current and today < current.last else "")
        for quarter in run_of("quarter", today, QUARTERS)
    ]


def eight_quarters(found: Sequence[Outcome], today: date, dates: Iterable[RanDate] = ()) -> list[Facts]:
    """The figures of the last eight quarters."""
    return quarters_to_date(run_of("quarter", today, QUARTERS), today, found, dates)


def type_counts(cases: Iterable[Case], period: Period) -> list[tuple[str, int]]:
    """Disputes opened in the period by type, the most frequent first."""
    found = Counter(
        kind
        for kind in known(lambda case: case.type if day_of(case.opened_on) in period else None, cases)
        if kind is not None
    )
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))


@table_rule("dashboard_types.type", "dashboard_types.count", reads=(Case,))
def types(cases: Sequence[Case], *, today: date) -> tuple[list[str], list[int]]:
    """Disputes of the last four quarters by type."""
    found = type_counts(counted(cases), window(today))[:TOP]
    return [kind for kind, _ in found], [count for _, count in found]


@table_rule("dashboard_causes.quarter", *(f"dashboard_causes.{cause}" for cause in CAUSES), reads=(Case, CaseLoss))
def causes(cases: Sequence[Case], losses: Sequence[CaseLoss], *, today: date, policy: Policy) -> tuple[list[Any], ...]:
    """Closed disputes by quarter and group of root causes."""
    quarters = eight_quarters(outcomes(cases, losses, policy), today)
    return labels(today), *([quarter.causes.get(cause, 0) for quarter in quarters] for cause in CAUSES)


@table_rule(
    "dashboard_sellers.seller", *(f"dashboard_sellers.{key}" for key in _RATE), reads=(Case, Purchase, BoughtFrom)
)
def sellers(
    cases: Sequence[Case], purchases: Sequence[Purchase], lists: Sequence[BoughtFrom], *, today: date
) -> tuple[list[Any], ...]:
    """Dispute rate by seller. What we sold does not count."""
    ours, _ = disputed_ids(counted(cases))
    return _as_columns(rates_by_name(by_seller(purchases, lists), ours, window(today))[:TOP])


@table_rule(
    "dashboard_categories.category", *(f"dashboard_categories.{key}" for key in _RATE), reads=(Case, Purchase, Sale)
)
def categories(
    cases: Sequence[Case], purchases: Sequence[Purchase], sales: Sequence[Sale], *, today: date
) -> tuple[list[Any], ...]:
    """Dispute rate by product category, of what was bought and what was sold."""
    ours, theirs = disputed_ids(counted(cases))
    return _as_columns(rates_by_name(by_category(purchases, sales), ours | theirs, window(today))[:TOP])


@table_rule(
    "dashboard_carriers.carrier",
    *(f"dashboard_carriers.{key}" for key in _RATE),
    reads=(Case, Purchase, BoughtFrom, Sale, SentBy),
)
def carriers(
    cases: Sequence[Case],
    purchases: Sequence[Purchase],
    bought_lists: Sequence[BoughtFrom],
    sales: Sequence[Sale],
    sold_lists: Sequence[SentBy],
    *,
    today: date,
    policy: Policy,
) -> tuple[list[Any], ...]:
    """Share of parcels that were damaged, by carrier."""
    ours, theirs = disputed_ids(counted(cases), policy.risk["types"]["damage"])
    return _as_columns(
        rates_by_name(by_carrier(purchases, bought_lists, sales, sold_lists), ours | theirs, window(today))[:TOP]
    )


def _as_columns(rates: list[DisputeRate]) -> tuple[list[Any], ...]:
    return [rate.name for rate in rates], *([getattr(rate, key) for rate in rates] for key in _RATE)


@table_rule(
    "dashboard_days.quarter",
    "dashboard_days.slowest",
    "dashboard_days.median",
    "dashboard_days.target",
    reads=(Case, CaseLoss),
)
def days(cases: Sequence[Case], losses: Sequence[CaseLoss], *, today: date, policy: Policy) -> tuple[list[Any], ...]:
    """Days from opening to result, by quarter of closing."""
    quarters = eight_quarters(outcomes(cases, losses, policy), today)
    return (
        labels(today),
        [quarter.slow_days for quarter in quarters],
        [quarter.median_days for quarter in quarters],
        [policy.settings["target_days"]] * QUARTERS,
    )


@table_rule("dashboard_money.quarter", "dashboard_money.recovered", "dashboard_money.lost", reads=(Case, CaseLoss))
def money(cases: Sequence[Case], losses: Sequence[CaseLoss], *, today: date, policy: Policy) -> tuple[list[Any], ...]:
    """Money of closed disputes, by quarter of closing."""
    quarters = eight_quarters(outcomes(cases, losses, policy), today)
    return labels(today), [quarter.recovered for quarter in quarters], [quarter.lost for quarter in quarters]


@table_rule("dashboard_months.month", "dashboard_months.rate", "dashboard_months.mean", reads=(Case, Purchase, Sale))
def months(
    cases: Sequence[Case], purchases: Sequence[Purchase], sales: Sequence[Sale], *, today: date
) -> tuple[list[Any], ...]:
    """Disputes per order line by month of the order, bought and sold."""
    run = run_of("month", today, MONTHS)
    ours, theirs = disputed_ids(counted(cases))
    counts = by_month([*bought(purchases), *sold(sales)], ours | theirs, run)
    return [month.first for month in run], [share(hits, of) for hits, of in counts], pooled(counts, 3)


_COUNTS = ("opened", "closed", "resolution_rate", "median_days", "missed")
_OUTCOMES = ("claimed", "recovered", "lost", "recovered_share", "on_time")


@table_rule(
    "dashboard_quarters.quarter",
    *(f"dashboard_quarters.{key}" for key in _COUNTS),
    reads=(Case, CaseLoss, Node, NodeDate, NodeState),
)
def quarter_counts(
    cases: Sequence[Case],
    losses: Sequence[CaseLoss],
    nodes: Sequence[Node],
    dates: Sequence[NodeDate],
    states: Sequence[NodeState],
    *,
    today: date,
    policy: Policy,
) -> tuple[list[Any], ...]:
    """Quarterly review: how many cases came and went, how fast, and how many dates were missed."""
    return _side_by_side(
        eight_quarters(outcomes(cases, losses, policy), today, dates_that_ran(nodes, dates, states)), _COUNTS, today
    )


@table_rule(
    "dashboard_outcomes.quarter",
    *(f"dashboard_outcomes.{key}" for key in _OUTCOMES),
    reads=(Case, CaseLoss, Node, NodeDate, NodeState),
)
def quarter_outcomes(
    cases: Sequence[Case],
    losses: Sequence[CaseLoss],
    nodes: Sequence[Node],
    dates: Sequence[NodeDate],
    states: Sequence[NodeState],
    *,
    today: date,
    policy: Policy,
) -> tuple[list[Any], ...]:
    """Quarterly review: the money, and whether we kept our dates."""
    return _side_by_side(
        eight_quarters(outcomes(cases, losses, policy), today, dates_that_ran(nodes, dates, states)), _OUTCOMES, today
    )


def _side_by_side(quarters: list[Facts], keys: tuple[str, ...], today: date) -> tuple[list[Any], ...]:
    return labels(today), *([getattr(quarter, key) for quarter in quarters] for key in keys)
