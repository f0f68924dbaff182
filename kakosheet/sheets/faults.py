"""What can be wrong in a row of several sheets alike: days that are still to come or contradict each other, currencies
without a rate, problems of no known type. Of cells that cannot be known nothing is said; what is wrong with the others
is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

from kakosheet.core.records import Record, attempt, values_of
from kakosheet.core.rules import Fault
from kakosheet.core.text import cut
from kakosheet.policy.model import Policy
from kakosheet.sheets.words import Say

GRACE = timedelta(days=1)
"""Somewhere it is tomorrow already."""


class Contradiction(NamedTuple):
    """Two days of a row, by their keys, of which the second lies before the first."""

    first: str
    second: str
    before: date
    after: date


def days_of(record: Record, keys: tuple[str, ...]) -> dict[str, date]:
    """The days that stand under these keys, whatever the hour; without those that cannot be known."""
    days = zip(keys, values_of(record, keys), strict=True)
    return {key: at.date() if isinstance(at, datetime) else at for key, at in days if at is not None}


def still_to_come(days: Mapping[str, date | None], today: date, say: Say) -> Iterator[Fault]:
    """Days (by the key of their column) on which something is said to have happened, but which lie ahead."""
    last = today + GRACE
    for column, day in days.items():
        if day is not None and (plain := day.date() if isinstance(day, datetime) else day) > last:
            yield Fault(
                column, "K312", say("faults.future", day=plain.isoformat()), say("faults.cure_future"), "warning"
            )


def contradictions(record: Record, pairs: tuple[tuple[str, str], ...]) -> Iterator[Contradiction]:
    """The pairs of keys whose second day lies before the first; of each second key one."""
    days, told = days_of(record, _keys(pairs)), set[str]()
    for first, second in pairs:
        if first in days and second in days and days[second] < days[first] and second not in told:
            told.add(second)
            yield Contradiction(first, second, days[first], days[second])


@cache
def _keys(pairs: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """Each key of the pairs once."""
    return tuple(dict.fromkeys(chain.from_iterable(pairs)))


def if_known(tell: Callable[..., Fault | None], *args: Any) -> Iterator[Fault]:
    """The fault that `tell` finds, if there is one and it can be known."""
    found = attempt(tell, *args)
    if isinstance(found, Fault):
        yield found


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
