"""What cannot be true in a row of the Purchase Checklist."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from kakosheet.core.rules import Fault, check
from kakosheet.policy.model import Policy
from kakosheet.sheets import faults
from kakosheet.sheets.casework.orders import Purchase

ORDER = (
    ("bought_on", "shipped"),
    ("bought_on", "arrived_at_warehouse"),
    ("bought_on", "received"),
    ("shipped", "received"),
    ("bought_on", "noticed_on"),
)
"""Pairs of dates of which the first cannot be later than the second."""


PAST = ("bought_on", "shipped", "arrived_at_warehouse", "received", "noticed_on", "confirmed_on")


@check("purchases", reads=(Purchase,))
def dates(purchase: Purchase, *, say: Callable[..., str]) -> Iterator[Fault]:
    """Dates that contradict each other; one fault for each later column."""
    for found in faults.contradictions(purchase, ORDER):
        sentence, first, second = f"purchases.fault_{found.first}_{found.second}", found.before, found.after
        told = say(sentence, first=first.isoformat(), second=second.isoformat())
        yield Fault(found.second, "K312", told, say("purchases.cure_dates"))


@check("purchases", reads=(Purchase,))
def days_ahead(purchase: Purchase, *, today: date, say: Callable[..., str]) -> Iterator[Fault]:
    """Days that are still to come."""
    return faults.still_to_come(faults.days_of(purchase, PAST), today, say)


@check("purchases", reads=("purchases.currency",))
def currency_known(currency: str | None, *, policy: Policy, say: Callable[..., str]) -> Iterator[Fault]:
    """A currency without an exchange rate."""
    return faults.without_rate("currency", currency, policy, say)


@check("purchases", reads=("purchases.problem", "purchases.noticed_on", "purchases.dispute"))
def problem_known(
    problem: str | None, noticed_on: date | None, dispute: str | None, *, policy: Policy, say: Callable[..., str]
) -> Iterator[Fault]:
    """A problem that is none of the known ones, or without its day."""
    yield from faults.unknown_type("problem", problem, policy, say)
    yield from faults.half_told(problem, noticed_on, dispute, say)
