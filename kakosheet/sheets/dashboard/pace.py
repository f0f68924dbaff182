"""How fast cases are handled: days to the first answer, days that each step took, days from a reminder to an action,
the age of what is open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import fsum
from typing import Any, NamedTuple

from kakosheet.policy.periods import Period
from kakosheet.policy.stats import median, quantile
from kakosheet.sheets.dashboard.cases import Case, day_of
from kakosheet.sheets.dashboard.facts import SLOW
from kakosheet.sheets.dashboard.reminders import Reminder

AGES = (3, 7, 14, 30, 60)
"""Upper ends, in days, of the groups of open cases; the last group is what is older."""
JUDGED = "responsibility"
"""The step of settling who is responsible."""
STEP_READS = ("deadlines.node", "deadlines.days_taken", "deadlines.ended", "deadlines.done_on", "deadlines.waived")
ANSWER_READS = ("disputes.opened_on", "disputes.first_answer_days", "disputes.waived")


class Taken(NamedTuple):
    """A step that was done: its name, the day of its end, and how many days it took."""

    node: str
    done: date
    days: int


class Answered(NamedTuple):
    """A case that was answered, and how many days after the first message."""

    opened: date
    days: float


@dataclass(frozen=True)
class Pace:
    """Of one period: cases opened in it, steps that ended in it, reminders that were acted upon in it, and those open
    at its end."""

    answers: tuple[float, ...]
    responsibility: tuple[int, ...]
    acted: tuple[float, ...]
    reminders_open: int

    @property
    def first_answer(self) -> float | None:
        return median(self.answers)

    @property
    def responsible(self) -> float | None:
        return median(self.responsibility)

    @property
    def slow_responsible(self) -> float | None:
        return quantile(self.responsibility, SLOW)

    @property
    def reminder(self) -> float | None:
        return median(self.acted)


class Age(NamedTuple):
    """Cases that are open and `low` to `high` days old (None: any older), and what is claimed in them, in the base
    currency."""

    low: int
    high: int | None
    open: int
    unassigned: int
    claimed: float
    oldest: date | None


def read_steps(columns: Iterable[list[Any]]) -> list[Taken]:
    """The steps in columns of STEP_READS that were done, in order or late; one that was waived never counts."""
    rows = (
        (node, days, day_of(ended or done))
        for node, days, ended, done, waived in zip(*columns, strict=True)
        if waived is None
    )
    return [
        Taken(node, done, days)
        for node, days, done in rows
        if node is not None and done is not None and days is not None
    ]


def read_answers(columns: Iterable[list[Any]]) -> list[Answered]:
    """The cases in columns of ANSWER_READS that were answered; a waived one never counts."""
    return [
        Answered(opened.date(), days)
        for opened, days, waived in zip(*columns, strict=True)
        if opened is not None and days is not None and waived is None
    ]


def pace(period: Period, answers: Iterable[Answered], steps: Iterable[Taken], reminders: Sequence[Reminder]) -> Pace:
    """The pace of the days of `period`, as of its last day."""
    return Pace(
        answers=tuple(case.days for case in answers if case.opened in period),
        responsibility=tuple(step.days for step in steps if step.node == JUDGED and step.done in period),
        acted=tuple(one.days for one in reminders if one.days is not None and one.acted in period),
        reminders_open=sum(one.open_at(period.last) for one in reminders),
    )


def ages(cases: Iterable[tuple[Case, str | None]], day: date) -> list[Age]:
    """Cases (each with who looks after it) that are open at the end of that day, by their age in days: one group for
    each of AGES and one more."""
    open_ = [
        (case, handler, (day - case.opened).days)
        for case, handler in cases
        if case.opened is not None and case.open_at(day)
    ]
    found, low = [], 0
    for high in (*AGES, None):
        members = [(case, handler) for case, handler, age in open_ if age >= low and (high is None or age <= high)]
        found.append(
            Age(
                low,
                high,
                len(members),
                sum(handler is None for _, handler in members),
                fsum(case.claimed for case, _ in members if case.claimed is not None),
                min((case.opened for case, _ in members if case.opened is not None), default=None),
            )
        )
        low = (high or 0) + 1
    return found
