"""What follows from an offer, from its answer, and from silence."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from kakosheet.sheets.casework.case import Offer
from kakosheet.sheets.casework.verdicts import NodeDate
from kakosheet.sheets.offers.rules import effect

LAST = date(2026, 3, 8)
DEFAULTING, PLAIN = (
    NodeDate(due=datetime(2026, 3, 8), last_day=LAST, when_late=word) for word in ("defaulted", "overdue")
)
ON_DAY_FIVE, ON_DAY_SIX = datetime(2026, 3, 8, 23, 59), datetime(2026, 3, 9)


@pytest.mark.parametrize(
    ("reply", "answered", "wait", "today", "word"),
    [
        (None, None, DEFAULTING, LAST, "waiting"),
        (None, None, DEFAULTING, date(2026, 3, 9), "buyers_choice"),
        (None, None, PLAIN, date(2026, 3, 9), "late"),
        (None, None, None, date(2026, 3, 9), "waiting"),
        ("accepted", ON_DAY_FIVE, DEFAULTING, date(2026, 4, 1), "settled"),
        ("accepted", ON_DAY_SIX, DEFAULTING, date(2026, 4, 1), "buyers_choice"),
        ("accepted", ON_DAY_SIX, PLAIN, date(2026, 4, 1), "settled"),
        ("rejected", ON_DAY_FIVE, DEFAULTING, date(2026, 4, 1), "escalates"),
        ("countered", ON_DAY_FIVE, DEFAULTING, date(2026, 4, 1), "next_offer"),
        ("withdrawn", ON_DAY_SIX, DEFAULTING, date(2026, 4, 1), "ended"),
        ("modified", ON_DAY_FIVE, DEFAULTING, LAST, "restarted"),
        ("modified", ON_DAY_FIVE, DEFAULTING, date(2026, 3, 9), "buyers_choice"),
    ],
)
def test_effect(reply: str | None, answered: datetime | None, wait: NodeDate | None, today: date, word: str) -> None:
    assert effect(Offer(answer=reply, answered_on=answered, kind="full_refund"), wait, False, today) == word


def test_a_withdrawn_offer_that_was_followed_by_another_ends_nothing() -> None:
    assert (
        effect(Offer(answer="withdrawn", answered_on=ON_DAY_FIVE, kind="full_refund"), DEFAULTING, True, LAST)
        == "next_offer"
    )


def test_asking_the_platform_escalates() -> None:
    assert effect(Offer(kind="platform_decides"), None, False, LAST) == "escalates"


def test_the_latest_offer_gives_the_case_its_offer_state(refreshed: Any) -> None:
    offer = {"dispute": "D-2026-0001", "by": "buyer", "kind": "full_refund"}
    book = {
        "disputes": [
            {
                "dispute_id": "D-2026-0001",
                "type": "product_damage",
                "opened_on": datetime(2026, 3, 2),
                "filed_on": datetime(2026, 3, 2),
                "platform": "agreement",
                "currency": "CNY",
            }
        ],
        "offers": [
            {**offer, "id": "O-0002", "on": datetime(2026, 3, 5)},
            {
                **offer,
                "id": "O-0001",
                "on": datetime(2026, 3, 3),
                "answer": "rejected",
                "answered_on": datetime(2026, 3, 4),
            },
        ],
    }
    assert refreshed(book, date(2026, 3, 6)).case["offer_state"] == "open"
    late = refreshed(book, date(2026, 3, 12))
    assert late.case["offer_state"] == "silent"
    assert {row["currency"] for row in late.rows("offers")} == {"CNY"}


def test_an_offer_without_a_case_or_a_day_is_left_blank(refreshed: Any) -> None:
    rows = refreshed(
        {"offers": [{"id": "O-0001", "by": "buyer"}, {"id": "O-0002", "dispute": "D-1", "on": datetime(2026, 3, 3)}]},
        date(2026, 3, 6),
    ).rows("offers")
    assert "effect" not in rows[0] and rows[1]["effect"] == "waiting"


def test_faults_of_offers(refreshed: Any) -> None:
    offer = {
        "id": "O-0001",
        "dispute": "D-1",
        "on": datetime(2026, 3, 3),
        "by": "buyer",
        "kind": "coupon",
        "answer": "accepted",
        "answered_on": datetime(2026, 3, 2),
        "amount": 5.0,
        "percent": 0.5,
    }
    run = refreshed({"offers": [offer]}, date(2026, 3, 6)).run
    found = [(fault.column, fault.code) for table, _, fault in run.faults if table == "offers"]
    assert found == [("answered_on", "K312"), ("percent", "K309")]
