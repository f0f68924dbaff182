"""How cases were handled: how soon they were answered, how long each step took, how old the open ones are, whose judgement stood."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kakosheet.app.review.columns import columns_of
from kakosheet.app.review.figures import Dispute, Figures
from kakosheet.app.review.page import Drawn, Field, Page, series
from kakosheet.app.review.pages import about, head
from kakosheet.core.layout import ChartKind
from kakosheet.core.schema import Kind
from kakosheet.core.table import Tables
from kakosheet.core.titles import fold
from kakosheet.policy.model import Policy
from kakosheet.policy.periods import Period
from kakosheet.policy.stats import change, median, quantile, share
from kakosheet.sheets.dashboard.cases import day_of
from kakosheet.sheets.dashboard.facts import SLOW

AGES = (3, 7, 14, 30, 60)
"""Upper ends, in days, of the groups of open cases; the last group is what is older."""
JUDGED = "responsibility"
"""The step of settling who is responsible."""
_I, _N, _P, _M, _D = Kind.INTEGER, Kind.NUMBER, Kind.PERCENT, Kind.MONEY, Kind.DATE
_NODE = ("deadlines.node", "deadlines.days_taken", "deadlines.ended", "deadlines.done_on")
_TALK = ("disputes.dispute_id", "disputes.first_answer_days", "disputes.your_decision", "disputes.suggested")


@dataclass(frozen=True)
class Taken:
    """A step that was done: its name, the day of its end, and how many days it took."""

    node: str
    done: date
    days: int


@dataclass(frozen=True)
class Judged:
    """One case: days until it was first answered; whether people judged where something was suggested, and whether otherwise."""

    answered_after: float | None
    decided: bool
    overridden: bool


@dataclass(frozen=True)
class Handled:
    """What the page says of one period."""

    answers: tuple[float, ...]
    responsibility: tuple[int, ...]
    decided: int
    overridden: int

    @property
    def override_rate(self) -> float | None:
        return share(self.overridden, self.decided)


def steps_taken(tables: Tables) -> list[Taken]:
    """Every step of every case that was done."""
    rows = zip(*columns_of(tables, _NODE), strict=True)
    found = ((node, day_of(ended or done), days) for node, days, ended, done in rows)
    return [Taken(node, done, days) for node, done, days in found if node is not None and done is not None and days is not None]


def judged(tables: Tables) -> dict[str, Judged]:
    """Each case by its folded number."""
    found = {}
    for name, days, decision, suggested in zip(*columns_of(tables, (), _TALK), strict=True):
        if name is not None:
            known = decision is not None and suggested not in (None, "unclear")
            found[fold(name)] = Judged(days, known, known and decision != suggested)
    return found


def handled(period: Period, disputes: Iterable[Dispute], steps: Iterable[Taken], of: dict[str, Judged]) -> Handled:
    """The cases that were opened in a period, and the steps that ended in it."""
    opened = [of[fold(d.case.number)] for d in disputes if d.case.opened in period and d.case.number is not None and fold(d.case.number) in of]
    return Handled(
        answers=tuple(case.answered_after for case in opened if case.answered_after is not None),
        responsibility=tuple(step.days for step in steps if step.node == JUDGED and step.done in period),
        decided=sum(case.decided for case in opened), overridden=sum(case.overridden for case in opened))


def handling(page: Page, found: Figures, policy: Policy, tables: Tables) -> None:
    """Numbers beside the period before, the age of what is open, and the days that each step took."""
    head(page, found, policy.settings["base_currency"])
    steps, of = steps_taken(tables), judged(tables)
    now, then = (handled(period, found.disputes, steps, of) for period in (found.period, found.before))
    ages = list(_ages(page, found))
    if any(row[1] for row in ages):
        oldest = min(row[4] for row in ages if row[4] is not None)
        page.band(Drawn("ages", ChartKind.BAR, "age", (series(page.key, "ages", "open", labels="0"),),
                        page.say("open_since", count=sum(row[1] for row in ages), day=oldest), about(page, "ages", "open"), axis=""))
    fields = (Field("measure"), Field("now", _N), Field("then", _N), Field("difference", _N), Field("from", wide=7))
    page.table("numbers", fields, _numbers(page, now, then), section="section_numbers")
    page.table("shares", (fields[0], *(Field(one.key, _P) for one in fields[1:4]), fields[4]),
               [[page.say("kpi_overridden"), now.override_rate, then.override_rate, change(now.override_rate, then.override_rate),
                 page.say("from_overridden")]], shown=False)
    page.table("ages", (Field("age"), Field("open", _I), Field("unassigned", _I), Field("claimed", _M), Field("oldest", _D)), ages,
               section="section_ages")
    page.table("steps", (Field("step", Kind.CHOICE, "node"), Field("done", _I), Field("median_days", _N), Field("slowest", _N),
                         Field("median_before", _N), Field("change", _N)), _steps(steps, found.period, found.before), section="section_steps")


def _numbers(page: Page, now: Handled, then: Handled) -> list[list[Any]]:
    def row(name: str, first: float | None, second: float | None) -> list[Any]:
        return [page.say(f"kpi_{name}"), first, second, change(first, second), page.say(f"from_{name}")]
    return [row("first_answer", median(now.answers), median(then.answers)),
            row("responsibility", median(now.responsibility), median(then.responsibility)),
            row("decided", now.decided, then.decided)]


def _ages(page: Page, found: Figures) -> Iterable[list[Any]]:
    """Cases that are open at the end of the period, by their age in days."""
    last = found.period.last
    open_ = [(dispute, (last - dispute.case.opened).days) for dispute in found.disputes
             if dispute.case.opened is not None and dispute.case.open_at(last)]
    low = 0
    for high in (*AGES, None):
        members = [dispute for dispute, age in open_ if age >= low and (high is None or age <= high)]
        words = page.say("age_over", low=low - 1) if high is None else page.say("age_span", low=low, high=high)
        yield [words, len(members), sum(dispute.handler is None for dispute in members),
               sum(dispute.case.claimed or 0 for dispute in members), min((d.case.opened for d in members if d.case.opened), default=None)]
        low = (high or 0) + 1


def _steps(steps: Sequence[Taken], period: Period, before: Period) -> list[list[Any]]:
    """The days that each kind of step took, those that took longest first."""
    rows = []
    for node in sorted({step.node for step in steps if step.done in period or step.done in before}):
        now, then = ([step.days for step in steps if step.node == node and step.done in span] for span in (period, before))
        rows.append([node, len(now), median(now), quantile(now, SLOW), median(then), change(median(now), median(then))])
    return sorted(rows, key=lambda row: (-(row[2] or 0), row[0]))
