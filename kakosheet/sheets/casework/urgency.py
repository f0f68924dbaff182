"""One order of urgency for every list of dates: what cannot be undone comes first."""

from __future__ import annotations

from datetime import date, timedelta

from kakosheet.sheets.casework.nodes import Node, last_good_day
from kakosheet.sheets.casework.verdicts import NodeDate

VERY_SOON, SOON = 3, 14
"""Days within which what cannot be undone comes before everything else, and before what merely is late."""

FOR_GOOD_VERY_SOON, FOR_GOOD_SOON, LATE, TODAY, NEAR, OURS_LATE, LATER = range(1, 8)
"""The ranks, the most pressing first."""


def is_for_good(acts: str | None, when_late: str | None) -> bool:
    """Whether what we do not do in time can never be done: the platform, bank or law decides without us."""
    return acts == "we" and when_late == "defaulted"


def is_ours(acts: str | None, clock: str | None) -> bool:
    """Whether it is a promise or a reminder of our own, which costs nothing by itself."""
    return acts in (None, "we") and clock != "platform"


def rank(day: date, acts: str | None, clock: str | None, when_late: str | None, today: date, due_soon: int) -> int:
    """How pressing an open date is. A last good day on a Saturday or Sunday presses from the Friday before as if it were
    that day."""
    left = (_working(day) - today).days
    if is_for_good(acts, when_late) and (day - today).days >= 0:
        return FOR_GOOD_VERY_SOON if left <= VERY_SOON else FOR_GOOD_SOON if left <= SOON else LATER
    if day < today:
        return OURS_LATE if is_ours(acts, clock) else LATE
    if day == today:
        return TODAY
    return NEAR if (day - today).days <= due_soon else LATER


def rank_of(typed: Node, found: NodeDate, today: date, due_soon: int) -> int:
    """The same of a row of Deadlines: of a day that was agreed and one of the platform the more pressing."""
    days = {day for day in (last_good_day(typed, found), found.last_day) if day is not None}
    ranks = (rank(day, found.acts, found.clock, found.when_late, today, due_soon) for day in days)
    return min(ranks, default=LATER)


def _working(day: date) -> date:
    """The day itself, or the Friday before its weekend."""
    return day - timedelta(max(0, day.weekday() - 4))
