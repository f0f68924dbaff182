"""What cannot be true in a row of the Purchase Checklist."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from kakosheet.core.rules import Fault, check
from kakosheet.policy.model import Policy
from kakosheet.sheets import faults
from kakosheet.sheets.purchases.promises import columns

ORDER = (
    ("bought_on", "shipped"),
    ("bought_on", "arrived_at_warehouse"),
    ("bought_on", "received"),
    ("shipped", "received"),
    ("bought_on", "noticed_on"),
)
"""Pairs of dates of which the first cannot be later than the second."""


@check("purchases", reads=columns("bought_on", "shipped", "arrived_at_warehouse", "received", "noticed_on"))
def dates(
    bought_on: date | None,
    shipped: date | None,
    arrived: date | None,
    received: date | None,
    noticed_on: date | None,
    *,
    say: Callable[..., str],
) -> Iterator[Fault]:
    """Dates that contradict each other; one fault for each later column."""
    found = {
        "bought_on": bought_on,
        "shipped": shipped,
        "arrived_at_warehouse": arrived,
        "received": received,
        "noticed_on": noticed_on,
    }
    told = set()
    for first, second in ORDER:
        before, after = found[first], found[second]
        if before is not None and after is not None and after < before and second not in told:
            told.add(second)
            yield Fault(
                second,
                "K312",
                say(f"purchases.fault_{first}_{second}", first=before.isoformat(), second=after.isoformat()),
                say("purchases.cure_dates"),
            )


PAST = ("bought_on", "shipped", "arrived_at_warehouse", "received", "noticed_on", "confirmed_on")


@check("purchases", reads=columns(*PAST))
def days_ahead(*days: date | None, today: date, say: Callable[..., str]) -> Iterator[Fault]:
    """Days that are still to come."""
    return faults.still_to_come(PAST, days, today, say)


@check("purchases", reads=columns("currency"))
def currency_known(currency: str | None, *, policy: Policy, say: Callable[..., str]) -> Iterator[Fault]:
    """A currency without an exchange rate."""
    return faults.without_rate("currency", currency, policy, say)


@check("purchases", reads=columns("problem", "noticed_on", "dispute"))
def problem_known(
    problem: str | None, noticed_on: date | None, dispute: str | None, *, policy: Policy, say: Callable[..., str]
) -> Iterator[Fault]:
    """A problem that is none of the known ones, or without its day."""
    yield from faults.unknown_type("problem", problem, policy, say)
    yield from faults.half_told(problem, noticed_on, dispute, say)
