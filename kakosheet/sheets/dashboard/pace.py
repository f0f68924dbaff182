"""How fast cases are handled: days to the first answer, days that each step took, days from a reminder to an action,
the age of what is open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from kakosheet.core.records import Record, attempt, known
from kakosheet.policy.periods import Period
from kakosheet.policy.stats import median, quantile
from kakosheet.sheets.casework.case import Case
from kakosheet.sheets.casework.nodes import Node
from kakosheet.sheets.casework.verdicts import NodeDate
from kakosheet.sheets.dashboard.cases import Outcome, day_of
from kakosheet.sheets.dashboard.facts import SLOW, total
from kakosheet.sheets.dashboard.reminders import Urging

AGES = (3, 7, 14, 30, 60)
"""Upper ends, in days, of the groups of open cases; the last group is what is older."""
JUDGED = "responsibility"
"""The step of settling who is responsible."""


class FirstAnswer(Record, of="disputes"):
    """How soon a case was answered."""

    first_answer_days: float | None


class DaysTaken(Record, of="deadlines"):
    """How long a step took."""

    days_taken: int | None


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


def steps_taken(nodes: Iterable[Node], dates: Iterable[NodeDate], taken: Iterable[DaysTaken]) -> list[Taken]:
    """The steps that were done, in order or late; one that was waived never counts."""
    return [step for step in known(_taken, nodes, dates, taken) if step is not None]


def _taken(typed: Node, found: NodeDate, row: DaysTaken) -> Taken | None:
    if found.node is None or typed.waived is not None:
        return None
    days, done = row.days_taken, day_of(found.ended or typed.done_on)
    return None if days is None or done is None else Taken(found.node, done, days)


def first_answers(cases: Iterable[Case], rows: Iterable[FirstAnswer]) -> list[Answered]:
    """The cases that were answered; a waived one never counts."""
    return [answered for answered in known(_answered, cases, rows) if answered is not None]


def _answered(case: Case, row: FirstAnswer) -> Answered | None:
    if not case.counts:
        return None
    days, opened = row.first_answer_days, case.opened_on
    return None if days is None or opened is None else Answered(opened.date(), days)


def pace(period: Period, answers: Iterable[Answered], steps: Iterable[Taken], reminders: Sequence[Urging]) -> Pace:
    """The pace of the days of `period`, as of its last day."""
    return Pace(
        answers=tuple(case.days for case in answers if case.opened in period),
        responsibility=tuple(step.days for step in steps if step.node == JUDGED and step.done in period),
        acted=tuple(one.days for one in reminders if one.days is not None and one.acted in period),
        reminders_open=sum(one.open_at(period.last) for one in reminders),
    )


def ages(cases: Iterable[Outcome], day: date) -> list[Age]:
    """Cases that are open at the end of that day, by their age in days: one group for each of AGES and one more."""
    open_ = [(case, case.opened) for case in cases if attempt(case.open_at, day) is True]
    aged = [(case, opened, (day - opened).days) for case, opened in open_ if opened is not None]
    found, low = [], 0
    for high in (*AGES, None):
        members = [(case, opened) for case, opened, age in aged if age >= low and (high is None or age <= high)]
        found.append(
            Age(
                low,
                high,
                len(members),
                sum(known(lambda pair: pair[0].case.assigned_to is None, members)),
                total(known(lambda pair: pair[0].claimed, members)),
                min((opened for _, opened in members), default=None),
            )
        )
        low = (high or 0) + 1
    return found
