"""Dates of cases as the review sees them: kept or missed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from kakosheet.core.records import known
from kakosheet.sheets.casework.nodes import Node, last_good_day
from kakosheet.sheets.casework.verdicts import NodeDate, NodeState
from kakosheet.sheets.dashboard.cases import day_of

_NOT_RUNNING = frozenset({None, "waived", "not_applicable", "waiting", "paused"})


class RanDate(NamedTuple):
    """A date that really ran. `day` is its last good day; `over` says that it is done, whenever that was.

    What else it tells raises CannotKnow where its cell stands in the way.
    """

    day: date
    over: bool
    typed: Node
    found: NodeDate

    @property
    def done(self) -> date | None:
        """The day it was done."""
        return day_of(self.typed.done_on or self.found.ended)

    @property
    def acts(self) -> str | None:
        return self.found.acts

    @property
    def what(self) -> str | None:
        return self.typed.what_to_do

    @property
    def dispute(self) -> str | None:
        return self.typed.dispute

    def kept(self, as_of: date) -> bool | None:
        """Done in time or not, as far as known at the end of that day; None if it is not over yet, or if nobody knows
        when it was done."""
        done = self.done
        if done is not None and done <= as_of:
            return done <= self.day
        if self.over and done is None:
            return None
        return False if self.day < as_of else None


def dates_that_ran(nodes: Iterable[Node], dates: Iterable[NodeDate], states: Iterable[NodeState]) -> list[RanDate]:
    """The dates of Deadlines, without those that never ran or were waived."""
    return [one for one in known(_ran, nodes, dates, states) if one is not None]


def _ran(typed: Node, found: NodeDate, row: NodeState) -> RanDate | None:
    day = None if row.state in _NOT_RUNNING else last_good_day(typed, found)
    return None if day is None else RanDate(day, row.state == "done", typed, found)
