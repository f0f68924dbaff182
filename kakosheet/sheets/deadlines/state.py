"""The twins of the live formulas of Deadlines, and what a row is about."""

from __future__ import annotations

from datetime import date, datetime

from kakosheet.core.rules import rule
from kakosheet.policy.model import Policy
from kakosheet.sheets.alerts import open_state
from kakosheet.sheets.words import Say, days_text

SETTLED = ("done", "not_applicable")
_READS = (
    "deadlines.waived",
    "deadlines.done_on",
    "deadlines.agreed_date",
    "deadlines.phase",
    "deadlines.last_day",
    "deadlines.when_late",
)


def _why_state(
    waived: str | None,
    done_on: datetime | None,
    agreed_date: datetime | None,
    phase: str | None,
    last_day: date | None,
    when_late: str | None,
    *,
    today: date,
    policy: Policy,
    say: Say,
) -> list[str]:
    """The sentences by which `explain` tells a state."""
    soon = policy.settings["due_soon_days"]
    if waived is not None:
        return [say("deadlines.why_waived", reason=waived)]
    if done_on is not None:
        return [say("deadlines.why_done", day=done_on.date())]
    if phase in SETTLED or (agreed_date is None and phase is not None):
        return [say("deadlines.why_over" if phase == "done" else f"deadlines.why_{phase}")]
    last = agreed_date.date() if agreed_date is not None else last_day
    if last is None:
        return [say("deadlines.why_no_date")]
    lines = [
        say("deadlines.why_agreed", day=last) if agreed_date is not None else say("deadlines.why_last_day", day=last)
    ]
    return [*lines, left_text(last, today, soon, say)]


def left_text(last: date, today: date, soon: int, say: Say) -> str:
    """How many days are left, or have passed."""
    days = (last - today).days
    return (
        say("deadlines.why_late", days=days_text(-days, say))
        if days < 0
        else say("deadlines.why_left", days=days_text(days, say), soon=soon)
    )


@rule("deadlines.state", reads=_READS, why=_why_state)
def state(
    waived: str | None,
    done_on: datetime | None,
    agreed_date: datetime | None,
    phase: str | None,
    last_day: date | None,
    when_late: str | None,
    *,
    today: date,
    policy: Policy,
) -> str | None:
    """Twin of the live formula (columns.STATE): waived, done, the phase, or how near the last good day is."""
    if waived is not None:
        return "waived"
    if done_on is not None:
        return "done"
    if phase in SETTLED or (agreed_date is None and phase is not None):
        return phase
    last = agreed_date.date() if agreed_date is not None else last_day
    return open_state(last, when_late, today, policy.settings["due_soon_days"])


@rule("deadlines.days_left", reads=_READS[:5])
def days_left(
    waived: str | None,
    done_on: datetime | None,
    agreed_date: datetime | None,
    phase: str | None,
    last_day: date | None,
    *,
    today: date,
) -> int | None:
    """Twin of the live formula (columns.DAYS_LEFT)."""
    if waived is not None or done_on is not None or phase in SETTLED:
        return None
    last = agreed_date.date() if agreed_date is not None else last_day
    return None if last is None else (last - today).days


@rule("deadlines.days_taken", reads=("deadlines.started", "deadlines.ended", "deadlines.done_on"))
def days_taken(started: datetime | None, ended: datetime | None, done_on: datetime | None) -> int | None:
    """Calendar days from the start until it was done; empty while it is not, or if it was done before it began."""
    done = ended or done_on
    return (
        None if started is None or done is None or done.date() < started.date() else (done.date() - started.date()).days
    )


@rule(
    "deadlines.item_and_seller",
    reads=(
        "deadlines.dispute -> disputes.item",
        "deadlines.dispute -> disputes.seller",
        "deadlines.dispute -> disputes.customer",
        "deadlines.dispute -> disputes.our_role",
    ),
)
def item_and_seller(item: str | None, seller: str | None, customer: str | None, our_role: str | None) -> str | None:
    """What the case is about, and whom we deal with: the seller, or on a sale the customer."""
    other = customer if our_role == "seller" else seller
    return " · ".join(part for part in (item, other) if part) or None
