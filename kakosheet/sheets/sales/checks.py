"""What cannot be true in a row of Sales & Dispatch, whatever the other rows say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from kakosheet.core.rules import Fault, check
from kakosheet.policy.model import Policy
from kakosheet.sheets import faults
from kakosheet.sheets.sales.dispatch import columns

PAST = (
    "sold_on",
    "shipped",
    "last_movement",
    "delivered",
    "noticed_on",
    "consent_to_lower_value",
    "gift_confirmed_on",
    "told_the_buyer_on",
)


@check("sales", reads=columns(*PAST))
def days_ahead(*days: date | None, today: date, say: Callable[..., str]) -> Iterator[Fault]:
    """Days that are still to come."""
    return faults.still_to_come(PAST, days, today, say)


@check("sales", reads=columns("currency"))
def currency_known(currency: str | None, *, policy: Policy, say: Callable[..., str]) -> Iterator[Fault]:
    """A currency without an exchange rate."""
    return faults.without_rate("currency", currency, policy, say)


@check("sales", reads=columns("problem", "noticed_on", "dispute"))
def problem_known(
    problem: str | None, noticed_on: date | None, dispute: str | None, *, policy: Policy, say: Callable[..., str]
) -> Iterator[Fault]:
    """A problem that is none of the known ones, or without its day."""
    yield from faults.unknown_type("problem", problem, policy, say)
    yield from faults.half_told(problem, noticed_on, dispute, say)
