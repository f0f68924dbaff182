"""Whether a change helped: the rate of orders with a problem before and since its first day.

Orders count by the day on which they were bought (or sold), so that a problem that shows late belongs
to the way in which it was ordered."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple, TypeVar

from kakosheet.core.records import CannotKnow, Record, attempt, known, spread
from kakosheet.core.rules import Fault, check, table_rule
from kakosheet.core.titles import Titles, fold
from kakosheet.policy.model import Policy
from kakosheet.policy.score import change_word
from kakosheet.policy.stats import mean, share
from kakosheet.sheets.casework.case import Case, folded
from kakosheet.sheets.casework.orders import Purchase, Sale
from kakosheet.sheets.casework.verdicts import CaseLoss
from kakosheet.sheets.faults import still_to_come
from kakosheet.sheets.words import Say, usual_text

Line = TypeVar("Line", bound=Purchase | Sale)

WRITES = ("because", "expected_saving", "before", "after", "effect", "word")
EVERY = "dispute_rate"
SOLD = "sales_dispute_rate"
YEAR = 365


class OrderSeries(NamedTuple):
    """The days of the orders of one scope, sorted, and of those with a problem of each metric."""

    days: list[date]
    hits: dict[str, list[date]]

    def within(self, metric: str, first: date, last: date) -> tuple[int, int]:
        """Orders with the problem, and all orders, from `first` up to the day before `last`."""
        return (_between(self.hits.get(metric, []), first, last), _between(self.days, first, last))


def _between(days: list[date], first: date, last: date) -> int:
    return max(0, bisect_left(days, last) - bisect_left(days, first))


class Improvement(Record, of="improvements"):
    """What people typed about one change."""

    what: str | None
    kind: str | None
    metric: str | None
    linked_to: str | None
    decision: str | None
    decided_on: date | None
    started_on: date | None


@table_rule(*(f"improvements.{key}" for key in WRITES), reads=(Improvement, Purchase, Sale, Case, CaseLoss))
def effects(
    changes: Sequence[Improvement],
    bought: Sequence[Purchase],
    sold: Sequence[Sale],
    cases: Sequence[Case],
    losses: Sequence[CaseLoss],
    *,
    policy: Policy,
    today: date,
    titles: Titles,
    say: Say,
) -> list[list[Any]]:
    """The numbers behind each row, and what became of them."""
    scopes = {"", *known(lambda change: _scope(change.linked_to, titles), changes)}
    problems, loss = _problems(cases, policy), mean(known(lambda case: case.loss_in_base_currency, losses))
    of_bought = _series(bought, lambda line: line.bought_on, lambda line: line.seller, problems, scopes)
    of_sold = _series(sold, lambda line: line.sold_on, lambda line: line.customer, problems, scopes)

    def row(change: Improvement) -> tuple[Any, ...]:
        if change.what is None or change.metric is None:
            return (None,) * len(WRITES)
        series, scope, since = (
            of_sold if change.metric == SOLD else of_bought,
            _scope(change.linked_to, titles),
            change.started_on,
        )
        return (
            *_reason(series, change.metric, scope, since or today, loss, say),
            *_effect(series, change.metric, scope, since, policy, today),
        )

    return spread([attempt(row, change) for change in changes], len(WRITES))


def _scope(name: str | None, titles: Titles) -> str:
    """What a row is linked to, folded; the title of a category as its key; "" is everything."""
    folded = fold(name or "")
    return titles.readings.get("category", {}).get(folded, folded)


def _problems(cases: Iterable[Case], policy: Policy) -> dict[str, set[str]]:
    """The metrics that count each order (folded id)."""
    groups = policy.risk["types"]
    metric_of = {
        **dict.fromkeys(groups["damage"], "damage_rate"),
        **dict.fromkeys((*groups["late"], *groups["lost"]), "late_rate"),
        **dict.fromkeys(groups["counterfeit"], "counterfeit_rate"),
    }
    found: dict[str, set[str]] = {}
    for order, case in known(lambda case: (folded(case.order), case), cases):
        if order is not None:
            found.setdefault(order, {EVERY, SOLD}).update(
                known(lambda case: metric_of.get(case.type or "", EVERY), (case,))
            )
    return found


def _series(
    lines: Iterable[Line],
    day: Callable[[Line], date | None],
    whom: Callable[[Line], str | None],
    problems: Mapping[str, set[str]],
    scopes: set[str],
) -> dict[str, OrderSeries]:
    """Days by scope, for the scopes that are asked for."""
    found = {scope: OrderSeries([], {}) for scope in scopes}
    for at, number, line in known(lambda one: (day(one), folded(one.id), one), lines):
        if at is None:
            continue
        for scope in {"", *_names(line, whom)} & scopes if len(scopes) > 1 else scopes:
            series = found[scope]
            series.days.append(at)
            for metric in problems.get(number or "", ()):
                series.hits.setdefault(metric, []).append(at)
    for series in found.values():
        series.days.sort()
        for days in series.hits.values():
            days.sort()
    return found


def _names(line: Line, whom: Callable[[Line], str | None]) -> set[str]:
    """What can be known of whom and what an order is about, folded."""
    names: Iterable[str | None]
    try:
        names = whom(line), line.carrier, line.category
    except CannotKnow:
        names = known(lambda tell: tell(), (lambda: whom(line), lambda: line.carrier, lambda: line.category))
    return {fold(name) for name in names if name is not None}


def _reason(
    series: dict[str, OrderSeries], metric: str, scope: str, until: date, loss: float | None, say: Say
) -> tuple[str | None, float | None]:
    """The numbers of the year before, and what being usual would save in a year; for a row about everything only the
    numbers."""
    first = until - timedelta(days=YEAR)
    count, of = series[scope].within(metric, first, until)
    if not of:
        return None, None
    if not scope:
        return say("improvements.because_all", count=count, of=of), None
    every, all_ = series[""].within(metric, first, until)
    usual = of * every / all_
    saving = None if loss is None else max(0.0, count - usual) * loss
    return say("improvements.because", count=count, of=of, usual=usual_text(usual, say)), saving


def _effect(
    series: dict[str, OrderSeries], metric: str, scope: str, since: date | None, policy: Policy, today: date
) -> tuple[float | None, float | None, float | None, str | None]:
    """Rates before and after, the change as a share of the rate before, and the word for it."""
    if since is None or since > today:
        return None, None, None, None
    span = timedelta(days=policy.risk["days"]["compared"])
    before = series[scope].within(metric, since - span, since)
    after = series[scope].within(metric, since, min(since + span, today + timedelta(days=1)))
    old, new = share(*before), share(*after)
    change = new / old - 1 if old and new is not None else None
    return old, new, change, change_word(*before, *after)


@check("improvements", reads=("improvements.decided_on",))
def days_ahead(decided_on: date | None, *, today: date, say: Say) -> Iterator[Fault]:
    """A day that is still to come."""
    return still_to_come({"decided_on": decided_on}, today, say)
