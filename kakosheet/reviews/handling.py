"""How cases were handled: how soon they were answered, how long each step took, how old the open ones are, whose
judgement stood."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kakosheet.core.layout import ChartKind
from kakosheet.core.lookup import Lookup
from kakosheet.core.records import known
from kakosheet.core.schema import Kind
from kakosheet.core.titles import fold
from kakosheet.policy.model import Policy
from kakosheet.policy.periods import Period
from kakosheet.policy.stats import change, median, quantile, share
from kakosheet.reviews.figures import Dispute, Figures
from kakosheet.reviews.heading import about, head
from kakosheet.reviews.page import Drawn, Field, ReviewPage, series
from kakosheet.sheets.casework.case import Case, Offer
from kakosheet.sheets.casework.news import Word
from kakosheet.sheets.casework.nodes import Node
from kakosheet.sheets.casework.verdicts import NodeDate
from kakosheet.sheets.dashboard.facts import SLOW
from kakosheet.sheets.dashboard.handling import about_ages, age_text
from kakosheet.sheets.dashboard.pace import (
    Age,
    DaysTaken,
    FirstAnswer,
    Pace,
    Taken,
    ages,
    first_answers,
    pace,
    steps_taken,
)
from kakosheet.sheets.dashboard.reminders import Urging, read_reminders
from kakosheet.sheets.disputes.claims import ClaimVerdict as Proposed

_I, _N, _P, _M, _D = Kind.INTEGER, Kind.NUMBER, Kind.PERCENT, Kind.MONEY, Kind.DATE
_SPAN = (
    Field("done", _I),
    Field("median_days", _N),
    Field("slowest", _N),
    Field("median_before", _N),
    Field("change", _N),
)
_AGES = (Field("age"), Field("open", _I), Field("unassigned", _I), Field("claimed", _M), Field("oldest", _D))


@dataclass(frozen=True)
class Judgements:
    """The cases of a period in which people judged where something was suggested, and how many of them otherwise."""

    decided: int
    overridden: int

    @property
    def override_rate(self) -> float | None:
        return share(self.overridden, self.decided)


def judgements(cases: Iterable[Case], proposed: Iterable[Proposed]) -> dict[str, bool]:
    """Cases (folded numbers) in which people judged where something was suggested: whether otherwise."""
    return {fold(name): otherwise for name, otherwise in known(_judgement, cases, proposed) if name is not None}


def _judgement(case: Case, proposed: Proposed) -> tuple[str | None, bool]:
    if case.your_decision is None or proposed.suggested in (None, "unclear"):
        return None, False
    return case.dispute_id, case.your_decision != proposed.suggested


def judged(period: Period, disputes: Iterable[Dispute], judgements: dict[str, bool]) -> Judgements:
    """The judgements in cases that were opened in a period."""
    opened = known(lambda one: one.outcome.number if one.outcome.opened in period else None, disputes)
    found = [judgements[fold(name)] for name in opened if name is not None and fold(name) in judgements]
    return Judgements(len(found), sum(found))


def handling(page: ReviewPage, found: Figures, policy: Policy, lookup: Lookup) -> None:
    """Numbers beside the period before, the age of what is open, and the days that each step, and each who was
    reminded, took."""
    head(page, found, policy.settings["base_currency"])
    spans = (found.period, found.before)
    rows = lookup.rows
    cases, nodes, dates = rows(Case), rows(Node), rows(NodeDate)
    answers, steps = first_answers(cases, rows(FirstAnswer)), steps_taken(nodes, dates, rows(DaysTaken))
    urged, decided = read_reminders(cases, rows(Word), nodes, dates, rows(Offer)), judgements(cases, rows(Proposed))
    groups = ages([one.outcome for one in found.disputes], found.period.last)
    if any(group.open for group in groups):
        page.band(_ages_chart(page, groups))
    now, then = (judged(span, found.disputes, decided) for span in spans)
    fast, was = (pace(span, answers, steps, urged) for span in spans)
    _numbers(page, fast, was, now, then)
    page.table("ages", _AGES, (_age(page, group) for group in groups), section="section_ages")
    page.table("steps", (Field("step", Kind.CHOICE, "node"), *_SPAN), _steps(steps, *spans), section="section_steps")
    page.table(
        "reminders",
        (Field("whom", Kind.CHOICE, "counterpart"), *_SPAN, Field("reminders_open", _I)),
        _urged(urged, *spans),
        section="section_reminders",
    )


def _ages_chart(page: ReviewPage, groups: Sequence[Age]) -> Drawn:
    return Drawn(
        "ages",
        ChartKind.BAR,
        "age",
        (series(page.key, "ages", "open", labels="0"),),
        about_ages(groups, page.titles.say, page.titles),
        about(page, "ages", "open"),
        axis="",
    )


def _numbers(page: ReviewPage, fast: Pace, was: Pace, now: Judgements, then: Judgements) -> None:
    """How soon and by whose judgement, in this period (`fast`, `now`) and in the one before (`was`, `then`)."""
    page.table(
        "numbers",
        _measure(_N),
        [
            _row(page, "first_answer", fast.first_answer, was.first_answer),
            _row(page, "responsibility", fast.responsible, was.responsible),
            _row(page, "decided", now.decided, then.decided),
        ],
        section="section_numbers",
    )
    overridden = [_row(page, "overridden", now.override_rate, then.override_rate)]
    page.table("shares", _measure(_P), overridden, shown=False)
    page.table(
        "urged",
        _measure(_N),
        [
            _row(page, "reminder", fast.reminder, was.reminder),
            _row(page, "reminders_open", fast.reminders_open, was.reminders_open),
        ],
        shown=False,
    )


def _measure(kind: Kind) -> tuple[Field, ...]:
    return Field("measure"), Field("now", kind), Field("then", kind), Field("difference", kind), Field("from", wide=7)


def _row(page: ReviewPage, name: str, first: float | None, second: float | None) -> list[Any]:
    return [page.say(f"kpi_{name}"), first, second, change(first, second), page.say(f"from_{name}")]


def _age(page: ReviewPage, group: Age) -> list[Any]:
    return [age_text(group, page.titles.say), group.open, group.unassigned, group.claimed, group.oldest]


Span = tuple[str, Sequence[float], Sequence[float]]
"""A name, the days of this period and those of the one before."""


def _steps(steps: Sequence[Taken], period: Period, before: Period) -> list[list[Any]]:
    """The days that each kind of step took, those that took longest first."""

    def days(node: str, span: Period) -> list[float]:
        return [step.days for step in steps if step.node == node and step.done in span]

    names = {step.node for step in steps if step.done in period or step.done in before}
    return _by_length((name, days(name, period), days(name, before)) for name in names)


def _urged(urged: Sequence[Urging], period: Period, before: Period) -> list[list[Any]]:
    """The days until those who were reminded acted, by who that was, and how many had not acted at the period's end."""

    def days(whom: str, span: Period) -> list[float]:
        return [one.days for one in urged if one.whom == whom and one.days is not None and one.acted in span]

    waiting = [one.whom for one in urged if one.open_at(period.last)]
    names = {one.whom for one in urged if one.acted in period or one.acted in before}.union(waiting)
    return [
        [*row, waiting.count(row[0])]
        for row in _by_length((name, days(name, period), days(name, before)) for name in names)
    ]


def _by_length(rows: Iterable[Span]) -> list[list[Any]]:
    """Of each name how many, their median and slowest tenth, the median before and the change; those that took longest
    first."""
    found = [
        [name, len(now), median(now), quantile(now, SLOW), median(then), change(median(now), median(then))]
        for name, now, then in rows
    ]
    return sorted(found, key=lambda row: (-(row[2] or 0), row[0]))
