"""The twins of the live formulas of Deadlines, and what a row is about."""

from __future__ import annotations

from datetime import date

from kakosheet.core.records import via
from kakosheet.core.rules import rule
from kakosheet.policy.model import Policy
from kakosheet.sheets.alerts import open_state
from kakosheet.sheets.casework.case import Case
from kakosheet.sheets.casework.nodes import Node, last_good_day
from kakosheet.sheets.casework.verdicts import NodeDate
from kakosheet.sheets.words import Say, days_text

SETTLED = ("done", "not_applicable")


def _why_state(typed: Node, found: NodeDate, *, today: date, policy: Policy, say: Say) -> list[str]:
    """The sentences by which `explain` tells a state."""
    if typed.waived is not None:
        return [say("deadlines.why_waived", reason=typed.waived)]
    if typed.done_on is not None:
        return [say("deadlines.why_done", day=typed.done_on.date())]
    if found.phase in SETTLED or (typed.agreed_date is None and found.phase is not None):
        return [say("deadlines.why_over" if found.phase == "done" else f"deadlines.why_{found.phase}")]
    last = last_good_day(typed, found)
    if last is None:
        return [say("deadlines.why_no_date")]
    told = (
        say("deadlines.why_agreed", day=last)
        if typed.agreed_date is not None
        else say("deadlines.why_last_day", day=last)
    )
    return [told, left_text(last, today, policy.settings["due_soon_days"], say)]


def left_text(last: date, today: date, soon: int, say: Say) -> str:
    """How many days are left, or have passed."""
    days = (last - today).days
    return (
        say("deadlines.why_late", days=days_text(-days, say))
        if days < 0
        else say("deadlines.why_left", days=days_text(days, say), soon=soon)
    )


@rule("deadlines.state", reads=(Node, NodeDate), why=_why_state)
def state(typed: Node, found: NodeDate, *, today: date, policy: Policy) -> str | None:
    """Twin of the live formula (columns.STATE): waived, done, the phase, or how near the last good day is."""
    if typed.waived is not None:
        return "waived"
    if typed.done_on is not None:
        return "done"
    if found.phase in SETTLED or (typed.agreed_date is None and found.phase is not None):
        return found.phase
    return open_state(last_good_day(typed, found), _when_late(found, today), today, policy.settings["due_soon_days"])


def _when_late(found: NodeDate, today: date) -> str | None:
    """What the platform's silence decides, it decides on its own day, not on one that people agreed on."""
    return None if found.last_day is not None and found.last_day >= today else found.when_late


@rule("deadlines.days_left", reads=(Node, NodeDate))
def days_left(typed: Node, found: NodeDate, *, today: date) -> int | None:
    """Twin of the live formula (columns.DAYS_LEFT)."""
    if typed.waived is not None or typed.done_on is not None or found.phase in SETTLED:
        return None
    last = last_good_day(typed, found)
    return None if last is None else (last - today).days


@rule("deadlines.days_taken", reads=(Node, NodeDate))
def days_taken(typed: Node, found: NodeDate) -> int | None:
    """Calendar days from the start until it was done; empty while it is not, or if it was done before it began."""
    done = found.ended or typed.done_on
    if found.started is None or done is None or done.date() < found.started.date():
        return None
    return (done.date() - found.started.date()).days


@rule("deadlines.item_and_seller", reads=(via("deadlines.dispute", Case),))
def item_and_seller(case: Case | None) -> str | None:
    """What the case is about, and whom we deal with: the seller, or on a sale the customer."""
    if case is None:
        return None
    other = case.customer if case.our_role == "seller" else case.seller
    return " · ".join(part for part in (case.item, other) if part) or None
