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
from kakosheet.sheets.dashboard import reminders
from kakosheet.sheets.dashboard.cases import CASE_READS, read_cases
from kakosheet.sheets.dashboard.charts import CASES, WINDOW, labels
from kakosheet.sheets.dashboard.columns import QUARTERS
from kakosheet.sheets.dashboard.orders import FEW
from kakosheet.sheets.dashboard.pace import ANSWER_READS, JUDGED, STEP_READS, Age, Taken, ages, pace, read_answers, read_steps
from kakosheet.sheets.words import Say, days_text, full_day

OPEN_READS = (*CASE_READS, "disputes.assigned_to")
PACE_READS = (*ANSWER_READS, *STEP_READS, *reminders.READS)
_PACE = ("first_answer", "responsible", "slow_responsible", "reminder", "reminders_open")


@table_rule("dashboard_ages.age", "dashboard_ages.open", "dashboard_ages.unassigned", "dashboard_ages.claimed", reads=OPEN_READS)
def open_ages(*columns: list[Any], today: date, policy: Policy, say: Say) -> tuple[list[Any], ...]:
    """Cases that are open today, by age."""
    found = ages_of(columns, today, policy)
    return ([age_text(group, say) for group in found], [group.open for group in found], [group.unassigned for group in found],
            [group.claimed for group in found])


def ages_of(columns: Sequence[list[Any]], day: date, policy: Policy) -> list[Age]:
    """The groups of `pace.ages`, from columns of OPEN_READS."""
    cases = [(case, row[CASES]) for row in zip(*columns, strict=True) for case in read_cases([[value] for value in row[:CASES]], policy)]
    return ages(cases, day)


def age_text(group: Age, say: Say) -> str:
    """ "8–14 days", "over 60 days"."""
    return say("dashboard.age_over", low=group.low - 1) if group.high is None else say("dashboard.age_span", low=group.low, high=group.high)


@table_rule("dashboard_handling.quarter", *(f"dashboard_handling.{key}" for key in _PACE), reads=PACE_READS)
def quarter_pace(*columns: list[Any], today: date) -> tuple[list[Any], ...]:
    """Quarterly review: how soon cases were answered, responsibility was clear, and others acted once they were reminded."""
    first, then = len(ANSWER_READS), len(ANSWER_READS) + len(STEP_READS)
    answers, steps, urged = read_answers(columns[:first]), _judged(columns[first:then]), reminders.read_reminders(columns[then:])
    found = [pace(quarter.until(today), answers, steps, urged) for quarter in run_of("quarter", today, QUARTERS)]
    return labels(today), *([getattr(one, key) for one in found] for key in _PACE)


def _judged(columns: Sequence[list[Any]]) -> list[Taken]:
    return [step for step in read_steps(columns) if step.node == JUDGED]


@table_rule("dashboard_findings.ages", "dashboard_findings.pace", reads=(*OPEN_READS, *STEP_READS))
def findings(*columns: list[Any], today: date, policy: Policy, say: Say, titles: Titles) -> tuple[list[str], ...]:
    """What the two charts of handling show."""
    found = ages_of(columns[:len(OPEN_READS)], today, policy)
    return [about_ages(found, say, titles)], [about_responsibility(_judged(columns[len(OPEN_READS):]), today, say)]


def about_ages(found: Sequence[Age], say: Say, titles: Titles) -> str:
    """ "10 open cases, the oldest since 12 Aug 2026"."""
    oldest = min((group.oldest for group in found if group.oldest is not None), default=None)
    if oldest is None:
        return say("dashboard.none_open")
    return say("dashboard.open_since", count=sum(group.open for group in found), day=full_day(oldest, titles))


def about_responsibility(steps: Sequence[Taken], today: date, say: Say) -> str:
    """How soon responsibility was clear in the last four quarters, beside the four before."""
    quarters = run_of("quarter", today, 2 * WINDOW)
    spans = (Period("quarter", quarters[WINDOW].first, today), Period("quarter", quarters[0].first, quarters[WINDOW - 1].last))
    now, before = ([step.days for step in steps if step.done in span] for span in spans)
    middle, usual = median(now), median(before)
    if middle is None or len(now) < FEW:
        return say("dashboard.few_judged", count=len(now))
    days = days_text(middle, say)
    if usual is None or len(before) < FEW:
        return say("dashboard.clear_in", days=days)
    if middle == usual:
        return say("dashboard.clear_same", days=days)
    return say("dashboard.clear_faster" if middle < usual else "dashboard.clear_slower", days=days, change=days_text(abs(middle - usual), say))
