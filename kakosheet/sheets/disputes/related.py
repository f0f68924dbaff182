"""Cases of the same kind that are closed, and cases that may be the same one. Proposed, never merged."""

from __future__ import annotations

from collections import deque
from datetime import date, datetime, timedelta
from typing import Any

from kakosheet.core.rules import table_rule
from kakosheet.core.titles import Titles, fold
from kakosheet.sheets.words import Say

SHOWN = 2
WINDOW = timedelta(30)
"""Two cases of one customer, seller and type that begin within so many days may be one."""


@table_rule("disputes.similar", reads=("disputes.dispute_id", "disputes.type", "disputes.seller", "disputes.closed_on", "disputes.result"))
def similar(ids: list[Any], types: list[Any], sellers: list[Any], closed: list[Any], results: list[Any], *, say: Say,
            titles: Titles) -> list[Any]:
    """The last closed cases of the same type: of the same seller first, then of any; with their results."""
    rows = sorted((day, number, kind, seller, result) for day, number, kind, seller, result in
                  ((d, n, k, fold(s) if s else "", r or "") for d, n, k, s, r in zip(closed, ids, types, sellers, results, strict=True))
                  if day is not None and number is not None and kind is not None)
    latest: dict[tuple[str, ...], deque[tuple[str, str]]] = {}
    for _, number, kind, seller, result in rows:
        for key in ((kind,), (kind, seller)) if seller else ((kind,),):
            latest.setdefault(key, deque(maxlen=SHOWN + 1)).appendleft((number, result))
    return [_told(number, [*latest.get((kind, fold(seller) if seller else ""), ()), *latest.get((kind,), ())], say, titles)
            if kind is not None else None for number, kind, seller in zip(ids, types, sellers, strict=True)]


def _told(own: str | None, found: list[tuple[str, str]], say: Say, titles: Titles) -> str | None:
    others = [pair for pair in dict.fromkeys(found) if pair[0] != own][:SHOWN]
    told = [f"{number}: {titles.choice('result', result)}" if result else number for number, result in others]
    return say("disputes.between_pieces").join(told) or None


@table_rule("disputes.possible_duplicate", reads=("disputes.dispute_id", "disputes.order", "disputes.type", "disputes.seller",
                                                  "disputes.customer", "disputes.item", "disputes.opened_on", "disputes.closed_on"))
def possible_duplicate(*columns: list[Any], say: Say) -> list[Any]:
    """The case before it on the same order, or about the same thing with the same people within 30 days; open cases only."""
    rows = list(zip(*columns, strict=True))
    order = sorted((at for at, row in enumerate(rows) if row[0] is not None and row[6] is not None and row[7] is None),
                   key=lambda at: (rows[at][6], rows[at][0]))
    result: list[str | None] = [None] * len(rows)
    seen_order: dict[str, str] = {}
    seen_people: dict[tuple[str, ...], tuple[datetime | date, str]] = {}
    for at in order:
        number, on_order, kind, seller, customer, item, opened, _ = rows[at]
        people = tuple(fold(part) if part else "" for part in (kind, seller, customer, item))
        if on_order is not None and fold(on_order) in seen_order:
            result[at] = say("disputes.same_order", other=seen_order[fold(on_order)])
        elif people in seen_people and opened - seen_people[people][0] <= WINDOW:
            result[at] = say("disputes.same_people", other=seen_people[people][1])
        if on_order is not None:
            seen_order.setdefault(fold(on_order), number)
        if kind and item and (seller or customer):
            seen_people[people] = (opened, number)
    return result
