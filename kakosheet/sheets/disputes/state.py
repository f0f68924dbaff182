"""The twins of the live formulas of Dispute Workflow."""

from __future__ import annotations

from datetime import date

from kakosheet.core.rules import rule
from kakosheet.core.titles import Titles
from kakosheet.policy.model import Policy
from kakosheet.sheets.alerts import open_state
from kakosheet.sheets.deadlines.state import left_text
from kakosheet.sheets.words import Say

_ENDS = ("disputes.waived", "disputes.rest", "disputes.closed_on", "disputes.last_day")
_READS = (*_ENDS, "disputes.when_late")


def _why_state(
    waived: str | None,
    rest: str | None,
    closed_on: date | None,
    last_day: date | None,
    when_late: str | None,
    *,
    today: date,
    policy: Policy,
    say: Say,
    titles: Titles,
) -> list[str]:
    """The sentences by which `explain` tells the state of a case."""
    if waived is not None or rest is not None:
        return [say("disputes.why_waived", reason=waived or titles.choice("rest", rest))]
    if closed_on is not None:
        return [say("disputes.why_closed", day=closed_on)]
    if last_day is None:
        return [say("disputes.why_no_date")]
    return [
        say("disputes.why_last_day", day=last_day),
        left_text(last_day, today, policy.settings["due_soon_days"], say),
    ]


@rule("disputes.state", reads=_READS, why=_why_state)
def state(
    waived: str | None,
    rest: str | None,
    closed_on: date | None,
    last_day: date | None,
    when_late: str | None,
    *,
    today: date,
    policy: Policy,
) -> str:
    """Twin of the live formula (columns.STATE): waived, closed, or how near the next date is."""
    if waived is not None or rest is not None:
        return "waived"
    if closed_on is not None:
        return "closed"
    return open_state(last_day, when_late, today, policy.settings["due_soon_days"]) or "open"


@rule("disputes.days_left", reads=_ENDS)
def days_left(
    waived: str | None, rest: str | None, closed_on: date | None, last_day: date | None, *, today: date
) -> int | None:
    """Twin of the live formula (columns.DAYS_LEFT)."""
    over = waived is not None or rest is not None or closed_on is not None
    return None if over or last_day is None else (last_day - today).days
