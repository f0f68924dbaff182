"""What can be wrong in a row of several sheets alike: days that are still to come, currencies without a rate, problems
of no known type."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from kakosheet.core.rules import Fault
from kakosheet.core.text import cut
from kakosheet.policy.model import Policy
from kakosheet.sheets.words import Say

GRACE = timedelta(days=1)
"""Somewhere it is tomorrow already."""


def still_to_come(columns: Sequence[str], days: Sequence[date | None], today: date, say: Say) -> Iterator[Fault]:
    """Days on which something is said to have happened, but which lie ahead; `columns` are their keys."""
    last = today + GRACE
    for column, day in zip(columns, days, strict=True):
        if day is not None and (plain := day.date() if isinstance(day, datetime) else day) > last:
            yield Fault(
                column, "K312", say("faults.future", day=plain.isoformat()), say("faults.cure_future"), "warning"
            )


def without_rate(column: str, currency: str | None, policy: Policy, say: Say) -> Iterator[Fault]:
    """A currency for which no exchange rate is known: amounts in it are left out of sums."""
    if currency is not None and policy.rate(currency) is None:
        yield Fault(
            column, "K404", say("faults.no_rate", currency=currency), say("faults.cure_no_rate", currency=currency)
        )


def unknown_type(column: str, problem: str | None, policy: Policy, say: Say) -> Iterator[Fault]:
    """A problem in words of one's own: the case has no steps and no evidence list of its own then."""
    if problem is not None and problem not in policy.types:
        yield Fault(
            column, "K304", say("faults.unknown_type", problem=cut(problem)), say("faults.cure_unknown_type"), "warning"
        )


def half_told(problem: str | None, noticed_on: date | None, dispute: str | None, say: Say) -> Iterator[Fault]:
    """One of the two cells that start a case, without the other."""
    if dispute is None and (problem is None) != (noticed_on is None):
        column = "noticed_on" if noticed_on is None else "problem"
        yield Fault(column, "K307", say(f"faults.no_{column}"), say(f"faults.cure_no_{column}"), "warning")
