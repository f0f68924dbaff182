"""Cases of the same kind that are closed, and cases that may be the same one. Proposed, never merged."""

from __future__ import annotations

from collections import deque
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from kakosheet.core.rules import table_rule
from kakosheet.core.titles import Titles, fold
from kakosheet.sheets.words import Say

SHOWN = 2
WINDOW = timedelta(30)
"""Two cases of one customer, seller and type that begin within so many days may be one."""


@table_rule(
    "disputes.similar",
    reads=("disputes.dispute_id", "disputes.type", "disputes.seller", "disputes.closed_on", "disputes.result"),
)
def similar(
    ids: list[Any],
    types: list[Any],
    sellers: list[Any],
    closed: list[Any],
    results: list[Any],
    *,
    say: Say,
    titles: Titles,
) -> list[Any]:
    """The last closed cases of the same type: of the same seller first, then of any; with their results."""
    rows = sorted(
        (day, number, kind, seller, result)
        for day, number, kind, seller, result in (
            (d, n, k, fold(s) if s else "", r or "")
            for d, n, k, s, r in zip(closed, ids, types, sellers, results, strict=True)
        )
        if day is not None and number is not None and kind is not None
    )
    latest: dict[tuple[str, ...], deque[tuple[str, str]]] = {}
    for _, number, kind, seller, result in rows:
        for key in ((kind,), (kind, seller)) if seller else ((kind,),):
            latest.setdefault(key, deque(maxlen=SHOWN + 1)).appendleft((number, result))
    return [
        _told(number, [*latest.get((kind, fold(seller) if seller else ""), ()), *latest.get((kind,), ())], say, titles)
        if kind is not None
        else None
        for number, kind, seller in zip(ids, types, sellers, strict=True)
    ]


def _told(own: str | None, found: list[tuple[str, str]], say: Say, titles: Titles) -> str | None:
    others = [pair for pair in dict.fromkeys(found) if pair[0] != own][:SHOWN]
    told = [f"{number}: {titles.choice('result', result)}" if result else number for number, result in others]
    return say("disputes.between_pieces").join(told) or None


class Opened(NamedTuple):
    """One case, as far as it tells whether two are one."""

    number: str | None
    order: str | None
    type: str | None
    seller: str | None
    customer: str | None
    item: str | None
    opened_on: datetime | None
    closed_on: date | None
    parent: str | None
    linked: str | None
    platform: str | None
    case_no: str | None

    def belongs_to(self, other: Opened) -> bool:
        """Whether people have said how the two hang together: parent and participant, two participants, claims side by
        side."""
        own, theirs = fold(self.number or ""), fold(other.number or "")
        named = {fold(name) for name in (self.parent, self.linked) if name} | {own}
        named_there = {fold(name) for name in (other.parent, other.linked) if name} | {theirs}
        return (
            theirs in named
            or own in named_there
            or (self.parent is not None and fold(self.parent) == fold(other.parent or ""))
        )


@table_rule(
    "disputes.possible_duplicate",
    reads=(
        "disputes.dispute_id",
        "disputes.order",
        "disputes.type",
        "disputes.seller",
        "disputes.customer",
        "disputes.item",
        "disputes.opened_on",
        "disputes.closed_on",
        "disputes.parent",
        "disputes.linked_claim",
        "disputes.platform",
        "disputes.case_no",
    ),
)
def possible_duplicate(*columns: list[Any], say: Say) -> list[Any]:
    """The case before it with the same number of the platform, on the same order, or about the same thing with the same
    people within 30 days; open cases only."""
    rows = [Opened(*row) for row in zip(*columns, strict=True)]
    order = sorted(
        (
            at
            for at, row in enumerate(rows)
            if row.number is not None and row.opened_on is not None and row.closed_on is None
        ),
        key=lambda at: (rows[at].opened_on, rows[at].number),
    )
    result: list[str | None] = [None] * len(rows)
    seen_number: dict[tuple[str, str], Opened] = {}
    seen_order: dict[str, Opened] = {}
    seen_people: dict[tuple[str, ...], Opened] = {}
    for at in order:
        row = rows[at]
        people = tuple(fold(part) if part else "" for part in (row.type, row.seller, row.customer, row.item))
        number = (fold(row.platform or ""), fold(row.case_no or ""))
        same, first, alike = seen_number.get(number), seen_order.get(fold(row.order or "")), seen_people.get(people)
        if same is not None and row.case_no is not None:
            result[at] = say("disputes.same_number", other=same.number)
        elif first is not None and not row.belongs_to(first):
            result[at] = say("disputes.same_order", other=first.number)
        elif alike is not None and _near(row, alike) and not row.belongs_to(alike):
            result[at] = say("disputes.same_people", other=alike.number)
        seen_number.setdefault(number, row)
        if row.order is not None:
            seen_order.setdefault(fold(row.order), row)
        if row.type and row.item and (row.seller or row.customer):
            seen_people[people] = row
    return result


def _near(row: Opened, other: Opened) -> bool:
    return row.opened_on is not None and other.opened_on is not None and row.opened_on - other.opened_on <= WINDOW
