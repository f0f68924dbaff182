"""What cannot be true in a row of Sales & Dispatch, whatever the other rows say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from kakosheet.core.rules import Fault, check
from kakosheet.policy.model import Policy
from kakosheet.sheets import faults
from kakosheet.sheets.casework.orders import Sale

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


@check("sales", reads=(Sale,))
def days_ahead(sale: Sale, *, today: date, say: Callable[..., str]) -> Iterator[Fault]:
    """Days that are still to come."""
    return faults.still_to_come(faults.days_of(sale, PAST), today, say)


@check("sales", reads=("sales.currency",))
def currency_known(currency: str | None, *, policy: Policy, say: Callable[..., str]) -> Iterator[Fault]:
    """A currency without an exchange rate."""
    return faults.without_rate("currency", currency, policy, say)


@check("sales", reads=("sales.problem", "sales.noticed_on", "sales.dispute"))
def problem_known(
    problem: str | None, noticed_on: date | None, dispute: str | None, *, policy: Policy, say: Callable[..., str]
) -> Iterator[Fault]:
    """A problem that is none of the known ones, or without its day."""
    yield from faults.unknown_type("problem", problem, policy, say)
    yield from faults.half_told(problem, noticed_on, dispute, say)
