"""The numbers behind the charts: one rule a block."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from kakosheet.core.rules import table_rule
from kakosheet.policy.model import Policy
from kakosheet.policy.periods import Period, period_of, run_of
from kakosheet.policy.stats import share
from kakosheet.sheets.dashboard.cases import CASE_READS, CAUSES, Case, read_cases
from kakosheet.sheets.dashboard.columns import MONTHS, QUARTERS, TOP
from kakosheet.sheets.dashboard.facts import Facts, quarters_to_date
from kakosheet.sheets.dashboard.nodes import NODE_READS, read_nodes
from kakosheet.sheets.dashboard.orders import (
    BOUGHT_READS,
    SOLD_READS,
    Rate,
    by_month,
    disputed_ids,
    lines,
    pooled,
    rates_by_name,
)

CASES = len(CASE_READS)
WINDOW = 4
"""Quarters, the current one among them, over which types and rates are counted."""

SELLER_READS = (*BOUGHT_READS, "purchases.seller -> sellers.seller")
CATEGORY_READS = (*BOUGHT_READS, "purchases.category", *SOLD_READS, "sales.category")
CARRIER_READS = (
    *BOUGHT_READS,
    "purchases.carrier -> carriers.carrier",
    *SOLD_READS,
    "sales.carrier -> carriers.carrier",
)
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


def eight_quarters(columns: tuple[list[Any], ...], today: date, policy: Policy) -> list[Facts]:
    """The figures of the last eight quarters, from the columns of CASE_READS and, if given, of NODE_READS."""
    return quarters_to_date(
        run_of("quarter", today, QUARTERS), today, read_cases(columns[:CASES], policy), read_nodes(columns[CASES:])
    )


def type_counts(cases: list[Case], period: Period) -> list[tuple[str, int]]:
    """Disputes opened in the period by type, the most frequent first."""
    found = Counter(case.type for case in cases if case.type is not None and case.opened in period)
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))


@table_rule("dashboard_types.type", "dashboard_types.count", reads=CASE_READS)
def types(*columns: list[Any], today: date, policy: Policy) -> tuple[list[str], list[int]]:
    """Disputes of the last four quarters by type."""
    found = type_counts(read_cases(columns, policy), window(today))[:TOP]
    return [kind for kind, _ in found], [count for _, count in found]


@table_rule("dashboard_causes.quarter", *(f"dashboard_causes.{cause}" for cause in CAUSES), reads=CASE_READS)
def causes(*columns: list[Any], today: date, policy: Policy) -> tuple[list[Any], ...]:
    """Closed disputes by quarter and group of root causes."""
    quarters = eight_quarters(columns, today, policy)
    return labels(today), *([quarter.causes.get(cause, 0) for quarter in quarters] for cause in CAUSES)


@table_rule(
    "dashboard_sellers.seller", *(f"dashboard_sellers.{key}" for key in _RATE), reads=(*CASE_READS, *SELLER_READS)
)
def sellers(*columns: list[Any], today: date, policy: Policy) -> tuple[list[Any], ...]:
    """Dispute rate by seller. What we sold does not count."""
    return _as_columns(seller_rates(columns[:CASES], columns[CASES:], window(today), policy)[:TOP])


@table_rule(
    "dashboard_categories.category",
    *(f"dashboard_categories.{key}" for key in _RATE),
    reads=(*CASE_READS, *CATEGORY_READS),
)
def categories(*columns: list[Any], today: date, policy: Policy) -> tuple[list[Any], ...]:
    """Dispute rate by product category, of what was bought and what was sold."""
    return _as_columns(category_rates(columns[:CASES], columns[CASES:], window(today), policy)[:TOP])


@table_rule(
    "dashboard_carriers.carrier", *(f"dashboard_carriers.{key}" for key in _RATE), reads=(*CASE_READS, *CARRIER_READS)
)
def carriers(*columns: list[Any], today: date, policy: Policy) -> tuple[list[Any], ...]:
    """Share of parcels that were damaged, by carrier."""
    return _as_columns(carrier_rates(columns[:CASES], columns[CASES:], window(today), policy)[:TOP])


def seller_rates(case_columns: Any, order_columns: Any, period: Period, policy: Policy) -> list[Rate]:
    bought, _ = disputed_ids(read_cases(case_columns, policy))
    return rates_by_name(lines(*order_columns), bought, period)


def category_rates(case_columns: Any, order_columns: Any, period: Period, policy: Policy) -> list[Rate]:
    bought, sold = disputed_ids(read_cases(case_columns, policy))
    return rates_by_name(lines(*order_columns[:3]) + lines(*order_columns[3:]), bought | sold, period)


def carrier_rates(case_columns: Any, order_columns: Any, period: Period, policy: Policy) -> list[Rate]:
    bought, sold = disputed_ids(read_cases(case_columns, policy), policy.risk["types"]["damage"])
    return rates_by_name(lines(*order_columns[:3]) + lines(*order_columns[3:]), bought | sold, period)


def _as_columns(rates: list[Rate]) -> tuple[list[Any], ...]:
    return [rate.name for rate in rates], *([getattr(rate, key) for rate in rates] for key in _RATE)


@table_rule(
    "dashboard_days.quarter",
    "dashboard_days.slowest",
    "dashboard_days.median",
    "dashboard_days.target",
    reads=CASE_READS,
)
def days(*columns: list[Any], today: date, policy: Policy) -> tuple[list[Any], ...]:
    """Days from opening to result, by quarter of closing."""
    quarters = eight_quarters(columns, today, policy)
    return (
        labels(today),
        [quarter.slow_days for quarter in quarters],
        [quarter.median_days for quarter in quarters],
        [policy.settings["target_days"]] * QUARTERS,
    )


@table_rule("dashboard_money.quarter", "dashboard_money.recovered", "dashboard_money.lost", reads=CASE_READS)
def money(*columns: list[Any], today: date, policy: Policy) -> tuple[list[Any], ...]:
    """Money of closed disputes, by quarter of closing."""
    quarters = eight_quarters(columns, today, policy)
    return labels(today), [quarter.recovered for quarter in quarters], [quarter.lost for quarter in quarters]


@table_rule(
    "dashboard_months.month",
    "dashboard_months.rate",
    "dashboard_months.mean",
    reads=(*CASE_READS, *BOUGHT_READS, *SOLD_READS),
)
def months(*columns: list[Any], today: date, policy: Policy) -> tuple[list[Any], ...]:
    """Disputes per order line by month of the order, bought and sold."""
    run = run_of("month", today, MONTHS)
    bought, sold = disputed_ids(read_cases(columns[:CASES], policy))
    ordered = lines(*columns[CASES : CASES + 2]) + lines(*columns[CASES + 2 :])
    counts = by_month(ordered, bought | sold, run)
    return [month.first for month in run], [share(hits, of) for hits, of in counts], pooled(counts, 3)


_COUNTS = ("opened", "closed", "resolution_rate", "median_days", "missed")
_OUTCOMES = ("claimed", "recovered", "lost", "recovered_share", "on_time")


@table_rule(
    "dashboard_quarters.quarter", *(f"dashboard_quarters.{key}" for key in _COUNTS), reads=(*CASE_READS, *NODE_READS)
)
def quarter_counts(*columns: list[Any], today: date, policy: Policy) -> tuple[list[Any], ...]:
    """Quarterly review: how many cases came and went, how fast, and how many dates were missed."""
    return _side_by_side(eight_quarters(columns, today, policy), _COUNTS, today)


@table_rule(
    "dashboard_outcomes.quarter", *(f"dashboard_outcomes.{key}" for key in _OUTCOMES), reads=(*CASE_READS, *NODE_READS)
)
def quarter_outcomes(*columns: list[Any], today: date, policy: Policy) -> tuple[list[Any], ...]:
    """Quarterly review: the money, and whether we kept our dates."""
    return _side_by_side(eight_quarters(columns, today, policy), _OUTCOMES, today)


def _side_by_side(quarters: list[Facts], keys: tuple[str, ...], today: date) -> tuple[list[Any], ...]:
    return labels(today), *([getattr(quarter, key) for quarter in quarters] for key in keys)
