"""How cases are handled: the age of what is open today, and by quarter how fast things went."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from kakosheet.core.rules import table_rule
from kakosheet.core.titles import Titles
from kakosheet.policy.model import Policy
from kakosheet.policy.periods import Period, run_of
from kakosheet.policy.stats import median
from kakosheet.sheets.casework.case import Case, Offer
from kakosheet.sheets.casework.news import Word
from kakosheet.sheets.casework.nodes import Node
from kakosheet.sheets.casework.verdicts import CaseLoss, NodeDate
from kakosheet.sheets.dashboard.cases import outcomes
from kakosheet.sheets.dashboard.charts import WINDOW, labels
from kakosheet.sheets.dashboard.columns import QUARTERS
from kakosheet.sheets.dashboard.orders import FEW
from kakosheet.sheets.dashboard.pace import (
    JUDGED,
    Age,
    Answered,
    DaysTaken,
    FirstAnswer,
    Taken,
    ages,
    first_answers,
    pace,
    steps_taken,
)
from kakosheet.sheets.dashboard.reminders import read_reminders
from kakosheet.sheets.words import Say, days_text, full_day

_PACE = ("first_answer", "responsible", "slow_responsible", "reminder", "reminders_open")


@table_rule(
    "dashboard_ages.age",
    "dashboard_ages.open",
    "dashboard_ages.unassigned",
    "dashboard_ages.claimed",
    reads=(Case, CaseLoss),
)
def open_ages(
    cases: Sequence[Case], losses: Sequence[CaseLoss], *, today: date, policy: Policy, say: Say
) -> tuple[list[Any], ...]:
    """Cases that are open today, by age."""
    found = ages(outcomes(cases, losses, policy), today)
    return (
        [age_text(group, say) for group in found],
        [group.open for group in found],
        [group.unassigned for group in found],
        [group.claimed for group in found],
    )


def age_text(group: Age, say: Say) -> str:
    """ "8–14 days", "over 60 days"."""
    return (
        say("dashboard.age_over", low=group.low - 1)
        if group.high is None
        else say("dashboard.age_span", low=group.low, high=group.high)
    )


@table_rule(
    "dashboard_handling.quarter",
    *(f"dashboard_handling.{key}" for key in _PACE),
    reads=(Case, FirstAnswer, Node, NodeDate, DaysTaken, Word, Offer),
)
def quarter_pace(
    cases: Sequence[Case],
    answered: Sequence[FirstAnswer],
    nodes: Sequence[Node],
    dates: Sequence[NodeDate],
    taken: Sequence[DaysTaken],
    log: Sequence[Word],
    offers: Sequence[Offer],
    *,
    today: date,
) -> tuple[list[Any], ...]:
    """Quarterly review: how soon cases were answered, responsibility was clear, and others acted once they were
    reminded."""
    answers, steps = first_answers(cases, answered), _judged(steps_taken(nodes, dates, taken))
    urged = read_reminders(cases, log, nodes, dates, offers)
    found = [pace(quarter.until(today), answers, steps, urged) for quarter in run_of("quarter", today, QUARTERS)]
    return labels(today), *([getattr(one, key) for one in found] for key in _PACE)


def _judged(steps: Sequence[Taken]) -> list[Taken]:
    return [step for step in steps if step.node == JUDGED]


@table_rule(
    "dashboard_findings.ages", "dashboard_findings.pace", reads=(Case, CaseLoss, FirstAnswer, Node, NodeDate, DaysTaken)
)
def findings(
    cases: Sequence[Case],
    losses: Sequence[CaseLoss],
    answered: Sequence[FirstAnswer],
    nodes: Sequence[Node],
    dates: Sequence[NodeDate],
    taken: Sequence[DaysTaken],
    *,
    today: date,
    policy: Policy,
    say: Say,
    titles: Titles,
) -> tuple[list[str], ...]:
    """What the two charts of handling show."""
    found, steps = ages(outcomes(cases, losses, policy), today), _judged(steps_taken(nodes, dates, taken))
    return [about_ages(found, say, titles)], [about_pace(steps, first_answers(cases, answered), today, say)]


def about_ages(found: Sequence[Age], say: Say, titles: Titles) -> str:
    """ "10 open cases, the oldest since 12 Aug 2026"."""
    oldest = min((group.oldest for group in found if group.oldest is not None), default=None)
    if oldest is None:
        return say("dashboard.none_open")
    return say("dashboard.open_since", count=sum(group.open for group in found), day=full_day(oldest, titles))


def about_pace(steps: Sequence[Taken], answers: Sequence[Answered], today: date, say: Say) -> str:
    """How soon responsibility was clear in the last four quarters, beside the four before; where nobody settles that,
    how soon came an answer."""
    dated = {
        "clear": [(step.done, float(step.days)) for step in steps],
        "answered": [(case.opened, case.days) for case in answers],
    }
    quarters = run_of("quarter", today, 2 * WINDOW)
    spans = (
        Period("quarter", quarters[WINDOW].first, today),
        Period("quarter", quarters[0].first, quarters[WINDOW - 1].last),
    )
    for what, known in dated.items():
        now, before = ([days for day, days in known if day in span] for span in spans)
        if len(now) >= FEW:
            return _beside(what, median(now), median(before) if len(before) >= FEW else None, say)
    return say(
        "dashboard.few_paces", count=max(len([day for day, _ in known if day in spans[0]]) for known in dated.values())
    )


def _beside(what: str, now: float | None, before: float | None, say: Say) -> str:
    assert now is not None
    if before is None:
        return say(f"dashboard.{what}_in", days=days_text(now, say))
    if now == before:
        return say(f"dashboard.{what}_same", days=days_text(now, say))
    change = days_text(round(abs(now - before), 2), say)
    return say(
        f"dashboard.{what}_faster" if now < before else f"dashboard.{what}_slower",
        days=days_text(now, say),
        change=change,
    )
