"""Whether a change helped: the rate of orders with a problem before and since its first day.

Orders count by the day on which they were bought (or sold), so that a problem that shows late belongs
to the way in which it was ordered."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from kakosheet.core.rules import Fault, check, table_rule
from kakosheet.core.titles import Titles, fold
from kakosheet.policy.model import Policy
from kakosheet.policy.score import change_word
from kakosheet.policy.stats import mean, share
from kakosheet.sheets.faults import still_to_come
from kakosheet.sheets.words import Say, usual_text

WRITES = ("because", "expected_saving", "before", "after", "effect", "word")
OWN = tuple(f"improvements.{key}" for key in ("what", "metric", "linked_to", "started_on"))
PURCHASES = tuple(f"purchases.{key}" for key in ("id", "bought_on", "seller", "carrier", "category"))
SALES = tuple(f"sales.{key}" for key in ("id", "sold_on", "customer", "carrier", "category"))
DISPUTES = ("disputes.order", "disputes.type", "disputes.loss_in_base_currency")

EVERY = "dispute_rate"
SOLD = "sales_dispute_rate"
YEAR = 365


class Series(NamedTuple):
    """The days of the orders of one scope, sorted, and of those with a problem of each metric."""

    days: list[date]
    hits: dict[str, list[date]]

    def within(self, metric: str, first: date, last: date) -> tuple[int, int]:
        """Orders with the problem, and all orders, from `first` up to the day before `last`."""
        return (_between(self.hits.get(metric, []), first, last), _between(self.days, first, last))


def _between(days: list[date], first: date, last: date) -> int:
    return max(0, bisect_left(days, last) - bisect_left(days, first))


@table_rule(*(f"improvements.{key}" for key in WRITES), reads=(*OWN, *PURCHASES, *SALES, *DISPUTES))
def effects(
    what: Sequence[str | None],
    metrics: Sequence[str | None],
    linked: Sequence[str | None],
    started: Sequence[date | None],
    *columns: Sequence[Any],
    policy: Policy,
    today: date,
    titles: Titles,
    say: Callable[..., str],
) -> list[list[Any]]:
    """The numbers behind each row, and what became of them."""
    scopes = [_scope(name, titles) for name in linked]
    problems, loss = _problems(columns[-len(DISPUTES) :], policy)
    bought = _series(columns[: len(PURCHASES)], problems, {"", *scopes})
    sold = _series(columns[len(PURCHASES) : -len(DISPUTES)], problems, {"", *scopes})
    result: list[tuple[Any, ...]] = []
    for text, metric, scope, since in zip(what, metrics, scopes, started, strict=True):
        if text is None or metric is None:
            result.append((None,) * len(WRITES))
            continue
        series = sold if metric == SOLD else bought
        result.append(
            (
                *_reason(series, metric, scope, since or today, loss, say),
                *_effect(series, metric, scope, since, policy, today),
            )
        )
    return [list(column) for column in zip(*result, strict=True)] if result else [[] for _ in WRITES]


def _scope(name: str | None, titles: Titles) -> str:
    """What a row is linked to, folded; the title of a category as its key; "" is everything."""
    folded = fold(name or "")
    return titles.readings.get("category", {}).get(folded, folded)


def _problems(columns: Sequence[Sequence[Any]], policy: Policy) -> tuple[dict[str, set[str]], float | None]:
    """The metrics that count each order (folded id), and the mean loss of a case."""
    groups = policy.risk["types"]
    metric_of = {
        **dict.fromkeys(groups["damage"], "damage_rate"),
        **dict.fromkeys((*groups["late"], *groups["lost"]), "late_rate"),
        **dict.fromkeys(groups["counterfeit"], "counterfeit_rate"),
    }
    found: dict[str, set[str]] = {}
    for order, type_, _ in zip(*columns, strict=True):
        if order is not None:
            found.setdefault(fold(order), {EVERY, SOLD}).add(metric_of.get(type_, EVERY))
    return found, mean(columns[2])


def _series(columns: Sequence[Sequence[Any]], problems: dict[str, set[str]], scopes: set[str]) -> dict[str, Series]:
    """Days by scope, for the scopes that are asked for."""
    found = {scope: Series([], {}) for scope in scopes}
    for row, day, *names in zip(*columns, strict=True):
        if day is None:
            continue
        hits = problems.get(fold(row), ()) if row is not None else ()
        for scope in {"", *(fold(name) for name in names if name is not None)} & scopes:
            series = found[scope]
            series.days.append(day)
            for metric in hits:
                series.hits.setdefault(metric, []).append(day)
    for series in found.values():
        series.days.sort()
        for days in series.hits.values():
            days.sort()
    return found


def _reason(
    series: dict[str, Series], metric: str, scope: str, until: date, loss: float | None, say: Callable[..., str]
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
    series: dict[str, Series], metric: str, scope: str, since: date | None, policy: Policy, today: date
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
    return still_to_come([("decided_on", decided_on)], today, say)
