"""What the rule books say, from the fact that starts a clock to its last day: of two sources the shorter, and a day that the platform names wins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

TODAY = date(2026, 6, 1)


def book(platform: str | None, side: str = "purchases", order: dict[str, Any] | None = None, **cells: Any) -> Any:
    kind = {"purchases": "P-0001", "sales": "S-0001"}[side]
    known = {"id": kind, "item": "Tent", "price": 120.0, "currency": "EUR", "platform": platform, **(order or {})}
    case = {"dispute_id": "D-2026-0001", "order": kind, "type": "product_damage", "opened_on": datetime(2026, 5, 20)}
    return {side: [known], "disputes": [case | cells]}


@pytest.mark.parametrize(
    ("platform", "order", "cells", "step", "last_day"),
    [
        # Cards: from the later of payment, expected and real arrival, never more than 540 days from the payment.
        ("visa", {"bought_on": date(2026, 1, 10)}, {}, "open_case", date(2026, 5, 10)),
        ("visa", {"bought_on": date(2026, 1, 10), "delivery_days": 60}, {}, "open_case", date(2026, 7, 9)),
        ("visa", {"bought_on": date(2026, 1, 10), "received": date(2026, 4, 1)}, {}, "open_case", date(2026, 7, 30)),
        ("amex", {"bought_on": date(2025, 1, 1), "received": date(2026, 5, 15)}, {}, "open_case", date(2026, 6, 25)),
        ("mastercard", {"bought_on": date(2026, 5, 1)}, {}, "open_case", date(2026, 8, 29)),
        ("paypal", {"bought_on": date(2026, 1, 10)}, {}, "open_case", date(2026, 7, 9)),
        ("amazon", {"bought_on": date(2026, 4, 1), "delivery_days": 20}, {}, "open_case", date(2026, 7, 20)),
        ("ebay", {"received": date(2026, 5, 18)}, {}, "open_case", date(2026, 6, 17)),
        ("ebay", {"received": date(2026, 5, 18)}, {"type": "size_mismatch"}, "open_case", date(2026, 6, 17)),
        ("aliexpress", {"received": date(2026, 5, 18)}, {}, "open_case", date(2026, 6, 2)),
        ("etsy", {"bought_on": date(2026, 5, 1), "delivery_days": 10}, {}, "open_case", date(2026, 8, 19)),
        ("temu", {"bought_on": date(2026, 5, 1)}, {}, "open_case", date(2026, 7, 30)),
        ("alibaba", {"received": date(2026, 5, 18)}, {}, "open_case", date(2026, 6, 17)),
        ("vinted", {"received": date(2026, 5, 30)}, {}, "open_case", date(2026, 6, 1)),
        ("walmart", {"bought_on": date(2026, 5, 1), "delivery_days": 10}, {}, "open_case", date(2026, 8, 9)),
        ("klarna", {"bought_on": date(2026, 5, 1)}, {}, "open_case", date(2026, 10, 28)),
        ("paypal", {}, {"filed_on": datetime(2026, 5, 21)}, "escalate", date(2026, 6, 10)),
        ("vinted", {}, {"filed_on": datetime(2026, 5, 31)}, "seller_answer", date(2026, 6, 3)),
        (
            "tiktok_shop",
            {},
            {"their_answer": "refuses", "answered_on": date(2026, 5, 28)},
            "appeal_rejection",
            date(2026, 6, 7),
        ),
        ("ebay", {}, {"result": "ruled_against_us", "ruled_on": date(2026, 5, 25)}, "appeal", date(2026, 6, 24)),
    ],
)
def test_a_buyers_last_day(
    refreshed: Callable[..., Any],
    platform: str,
    order: dict[str, Any],
    cells: dict[str, Any],
    step: str,
    last_day: date,
) -> None:
    node = refreshed(book(platform, order=order, **cells), TODAY).node(step)
    assert node["last_day"] == last_day and node["acts"] in ("we", "seller")


@pytest.mark.parametrize(
    ("platform", "cells", "step", "last_day"),
    [
        ("amazon", {"asked_on": datetime(2026, 5, 31, 10)}, "info_answer", date(2026, 6, 2)),
        ("paypal", {"asked_on": datetime(2026, 5, 28)}, "info_answer", date(2026, 6, 7)),
        ("visa", {"asked_on": datetime(2026, 5, 28)}, "chargeback_answer", date(2026, 6, 27)),
        ("mastercard", {"asked_on": datetime(2026, 5, 28)}, "chargeback_answer", date(2026, 6, 27)),
        ("shopify", {"asked_on": datetime(2026, 5, 28)}, "chargeback_answer", date(2026, 6, 4)),
        ("klarna", {"asked_on": datetime(2026, 5, 28)}, "chargeback_answer", date(2026, 6, 4)),
        (
            "amazon",
            {"asked_on": datetime(2026, 5, 31), "answer_by": datetime(2026, 6, 9)},
            "info_answer",
            date(2026, 6, 9),
        ),
        ("visa", {"answer_by": datetime(2026, 6, 9, 17)}, "chargeback_answer", date(2026, 6, 9)),
        ("rakuten", {"answer_by": datetime(2026, 6, 9)}, "request", date(2026, 6, 9)),  # it has no rule book
        ("paypal", {"result": "ruled_against_us", "ruled_on": date(2026, 5, 25)}, "appeal", date(2026, 6, 4)),
        ("amazon", {"result": "ruled_against_us", "ruled_on": date(2026, 5, 25)}, "appeal", date(2026, 6, 24)),
    ],
)
def test_a_sellers_last_day(
    refreshed: Callable[..., Any], platform: str, cells: dict[str, Any], step: str, last_day: date
) -> None:
    node = refreshed(book(platform, "sales", **cells), TODAY).node(step)
    assert (node["last_day"], node["acts"], node["state"] != "waiting") == (last_day, "we", True)


@pytest.mark.parametrize("platform", ["taobao", "weidian", "My own list", "own_shop", None])
def test_a_platform_without_a_book_has_no_judge_and_decides_nothing(
    refreshed: Callable[..., Any], platform: str | None
) -> None:
    after = refreshed(book(platform, filed_on=datetime(2026, 5, 20), told_on=date(2026, 5, 20)), date(2026, 12, 1))
    rows = after.rows("deadlines")
    assert {row["clock"] for row in rows} == {"ours"} and not [row for row in rows if row["state"] == "defaulted"]
    told = refreshed(book(platform, told_on=date(2026, 5, 31)), TODAY).node("chase")["where_the_date_comes_from"]
    assert ("No rule book" in told) == (platform not in (None, "own_shop"))


@pytest.mark.parametrize(
    ("platform", "escalates"),
    [("agreement", True), ("vinted", True), ("paypal", False), ("ebay", False), ("aliexpress", False)],
)
def test_a_rejected_offer_brings_it_before_the_platform_only_where_its_rules_say_so(
    refreshed: Callable[..., Any], platform: str, escalates: bool
) -> None:
    typed = book(platform, filed_on=datetime(2026, 5, 21))
    typed["offers"] = [
        {"id": "O-0001", "dispute": "D-2026-0001", "on": datetime(2026, 5, 22), "by": "seller", "kind": "coupon",
         "amount": 5.0, "answer": "rejected", "answered_on": datetime(2026, 5, 23)}
    ]  # fmt: skip
    after = refreshed(typed, date(2026, 5, 24))
    assert (after.case["stage"] == "appeal") == escalates
    assert (after.case.get("escalation") == "escalated") == escalates


def test_who_was_paid_by_is_a_road_of_its_own(refreshed: Callable[..., Any]) -> None:
    typed = book("etsy", order={"bought_on": date(2026, 5, 1)}, paid_by="paypal", filed_on=datetime(2026, 5, 21))
    node = refreshed(typed, TODAY).node("bank")
    assert (node["last_day"], node["acts"], node["when_late"]) == (date(2026, 10, 28), "we", "defaulted")
    typed["disputes"][0] |= {"filed_with": "bank", "filed_on": datetime(2026, 5, 25)}
    assert refreshed(typed, TODAY).node("bank")["state"] == "done"
    typed["disputes"][0] |= {"filed_with": None, "money_back": 120.0, "amount": 120.0}
    assert refreshed(typed, TODAY).node("bank")["state"] == "not_applicable"


def test_an_agreed_date_hides_no_day_of_the_platform_and_decides_nothing(refreshed: Callable[..., Any]) -> None:
    typed = refreshed(book("paypal", filed_on=datetime(2026, 5, 21)), TODAY).typed()
    row = next(row for row in typed["deadlines"] if row["key"] == "D-2026-0001/escalate/1")
    row["agreed_date"] = datetime(2026, 6, 30)  # after PayPal's own last day, 10 June
    late = refreshed(typed, date(2026, 6, 9)).node("escalate")
    assert (late["last_day"], late["days_left"], late["state"]) == (date(2026, 6, 10), 1, "due_soon")
    assert refreshed(typed, date(2026, 6, 11)).node("escalate")["state"] == "defaulted"
    row["agreed_date"] = datetime(2026, 6, 3)  # before it
    early = refreshed(typed, date(2026, 6, 5)).node("escalate")
    assert (early["days_left"], early["state"]) == (-2, "overdue")
