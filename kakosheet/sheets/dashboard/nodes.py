"""Dates of cases as the review sees them: kept or missed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from kakosheet.sheets.dashboard.cases import day_of

NODE_READS = (
    "deadlines.state",
    "deadlines.acts",
    "deadlines.agreed_date",
    "deadlines.last_day",
    "deadlines.done_on",
    "deadlines.what_to_do",
    "deadlines.dispute",
    "deadlines.ended",
)

_NOT_RUNNING = frozenset({None, "waived", "not_applicable", "waiting", "paused"})


class Node(NamedTuple):
    """A date that really ran. `day` is its last good day; `done` the day it was done; `over` says that it is done,
    whenever that was."""

    day: date
    done: date | None
    over: bool
    acts: str | None
    what: str | None
    dispute: str | None

    def kept(self, as_of: date) -> bool | None:
        """Done in time or not, as far as known at the end of that day; None if it is not over yet, or if nobody knows
        when it was done."""
        if self.done is not None and self.done <= as_of:
            return self.done <= self.day
        if self.over and self.done is None:
            return None
        return False if self.day < as_of else None


def read_nodes(columns: Iterable[list[Any]]) -> list[Node]:
    """The dates in columns of NODE_READS, without those that never ran or were waived."""
    found = []
    for state, acts, agreed, last_day, done, what, dispute, ended in zip(*columns, strict=True):
        day = last_day if agreed is None else agreed.date()
        if state not in _NOT_RUNNING and day is not None:
            found.append(Node(day, day_of(done or ended), state == "done", acts, what, dispute))
    return found
