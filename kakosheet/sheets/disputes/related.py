"""Cases of the same kind that are closed, and cases that may be the same one. Proposed, never merged."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from kakosheet.core.records import CannotKnow, attempt, known
from kakosheet.core.rules import table_rule
from kakosheet.core.titles import Titles, fold
from kakosheet.sheets.casework.case import Case, folded
from kakosheet.sheets.words import Say

SHOWN = 2
WINDOW = timedelta(30)
"""Two cases of one customer, seller and type that begin within so many days may be one."""


@table_rule("disputes.similar", reads=(Case,))
def similar(cases: Sequence[Case], *, say: Say, titles: Titles) -> list[Any]:
    """The last closed cases of the same type: of the same seller first, then of any; with their results."""
    latest: dict[tuple[str, ...], deque[tuple[str, str]]] = {}
    for _, number, kind, seller, result in sorted(row for row in known(_ended, cases) if row is not None):
        for key in ((kind,), (kind, seller)) if seller else ((kind,),):
            latest.setdefault(key, deque(maxlen=SHOWN + 1)).appendleft((number, result))
    return [
        attempt(
            lambda case: (
                None
                if case.type is None
                else _told(
                    case.dispute_id,
                    [*latest.get((case.type, folded(case.seller) or ""), ()), *latest.get((case.type,), ())],
                    say,
                    titles,
                )
            ),
            case,
        )
        for case in cases
    ]


def _ended(case: Case) -> tuple[date, str, str, str, str] | None:
    """Day, number, type, seller and result of a closed case."""
    if case.closed_on is None or case.dispute_id is None or case.type is None:
        return None
    return case.closed_on, case.dispute_id, case.type, folded(case.seller) or "", case.result or ""


def _told(own: str | None, found: list[tuple[str, str]], say: Say, titles: Titles) -> str | None:
    others = [pair for pair in dict.fromkeys(found) if pair[0] != own][:SHOWN]
    told = [f"{number}: {titles.choice('result', result)}" if result else number for number, result in others]
    return say("disputes.between_pieces").join(told) or None


def _hang_together(case: Case, other: Case) -> bool:
    """Whether people have said how the two hang together: parent and participant, two participants, claims side by
    side."""
    own, theirs = fold(case.dispute_id or ""), fold(other.dispute_id or "")
    named = {fold(name) for name in (case.parent, case.linked_claim) if name} | {own}
    named_there = {fold(name) for name in (other.parent, other.linked_claim) if name} | {theirs}
    return (
        theirs in named
        or own in named_there
        or (case.parent is not None and fold(case.parent) == fold(other.parent or ""))
    )


@dataclass
class _Before:
    """The cases seen so far: by their number with the platform, by their order, and by what they are about."""

    numbers: dict[tuple[str, str], Case] = field(default_factory=dict)
    orders: dict[str, Case] = field(default_factory=dict)
    people: dict[tuple[str, ...], Case] = field(default_factory=dict)

    def alike(self, case: Case, say: Say) -> str | None:
        """Which of them may be the same one."""
        same, first, alike = (
            self.numbers.get(_number(case)),
            self.orders.get(fold(case.order or "")),
            self.people.get(_people(case)),
        )
        if same is not None and case.case_no is not None:
            return say("disputes.same_number", other=same.dispute_id)
        if first is not None and not _hang_together(case, first):
            return say("disputes.same_order", other=first.dispute_id)
        if alike is not None and _near(case, alike) and not _hang_together(case, alike):
            return say("disputes.same_people", other=alike.dispute_id)
        return None

    def add(self, case: Case) -> None:
        for note in (self._add_number, self._add_order, self._add_people):
            attempt(note, case)

    def _add_number(self, case: Case) -> None:
        self.numbers.setdefault(_number(case), case)

    def _add_order(self, case: Case) -> None:
        if case.order is not None:
            self.orders.setdefault(fold(case.order), case)

    def _add_people(self, case: Case) -> None:
        if case.type and case.item and (case.seller or case.customer):
            self.people[_people(case)] = case


def _number(case: Case) -> tuple[str, str]:
    return fold(case.platform or ""), fold(case.case_no or "")


def _people(case: Case) -> tuple[str, ...]:
    return tuple(fold(part) if part else "" for part in (case.type, case.seller, case.customer, case.item))


@table_rule("disputes.possible_duplicate", reads=(Case,))
def possible_duplicate(cases: Sequence[Case], *, say: Say) -> list[Any]:
    """The case before it with the same number of the platform, on the same order, or about the same thing with the same
    people within 30 days; open cases only."""
    places = [attempt(_place, case) for case in cases]
    result: list[str | CannotKnow | None] = [place if isinstance(place, CannotKnow) else None for place in places]
    before = _Before()
    for _, at in sorted((place, at) for at, place in enumerate(places) if isinstance(place, tuple)):
        result[at] = attempt(before.alike, cases[at], say)
        before.add(cases[at])
    return result


def _place(case: Case) -> tuple[datetime, str] | None:
    """An open case's place in time."""
    if case.dispute_id is None or case.opened_on is None or case.closed_on is not None:
        return None
    return case.opened_on, case.dispute_id


def _near(case: Case, other: Case) -> bool:
    return case.opened_on is not None and other.opened_on is not None and case.opened_on - other.opened_on <= WINDOW
