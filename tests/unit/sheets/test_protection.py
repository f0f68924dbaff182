"""Until when a buyer's money is protected, and the date that says so where the refund is due only later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from kakosheet.sheets.casework.case import Case
from kakosheet.sheets.disputes import protected_until
from kakosheet.sheets.disputes.protection import Owed

Book = dict[str, list[dict[str, Any]]]
DAY = date(2026, 3, 2)


def book(platform: str | None = None, order: dict[str, Any] | None = None, **cells: Any) -> Book:
    bought = {
        "id": "P-0001",
        "item": "Tent",
        "seller": "Shop A",
        "price": 120.0,
        "bought_on": date(2026, 2, 1),
        "received": date(2026, 2, 27),
        "platform": platform,
        **(order or {}),
    }
    return {
        "purchases": [bought],
        "disputes": [
            {
                "dispute_id": "D-2026-0001",
                "order": "P-0001",
                "type": "product_damage",
                "opened_on": datetime(2026, 3, 2),
                "filed_on": datetime(2026, 3, 2),
                **cells,
            }
        ],
    }


@pytest.mark.parametrize(
    ("platform", "cells", "until"),
    [
        ("aliexpress", {"filed_on": None}, date(2026, 3, 14)),  # to file it: 15 days after the goods came
        ("aliexpress", {}, None),  # filed: that day can no longer be missed
        ("aliexpress", {"paid_by": "visa"}, date(2026, 6, 27)),  # 120 days after the goods came, later than the payment
        (None, {"paid_by": "paypal"}, date(2026, 7, 31)),  # 180 days after it
        (None, {"paid_by": "cash"}, None),
        (None, {}, None),
        ("paypal", {}, date(2026, 3, 22)),  # open there: it closes for good after 20 days
        (
            "paypal",
            {"appealed_on": datetime(2026, 3, 5)},
            None,
        ),  # escalated: nothing of ours can be missed any more
        ("aliexpress", {"type": "not_received"}, None),  # counts from a day of arrival that nobody promised
        ("aliexpress", {"refund_received_on": date(2026, 3, 2)}, None),
        ("aliexpress", {"closed_on": date(2026, 3, 2)}, None),
        (
            "aliexpress",
            {"filed_on": None, "closed_on": date(2026, 3, 2), "refund_promised": date(2026, 3, 2), "amount": 120.0},
            date(2026, 3, 14),
        ),
        ("aliexpress", {"waived": "not worth it"}, None),
    ],
)
def test_the_later_of_the_platform_s_and_the_payment_s_windows(
    refreshed: Callable[..., Any], platform: str | None, cells: dict[str, Any], until: date | None
) -> None:
    assert refreshed(book(platform, **cells), DAY).case.get("protected_until") == until


def test_what_we_sold_is_not_protected_for_us(refreshed: Callable[..., Any]) -> None:
    sold = {
        "id": "S-0001",
        "item": "Tent",
        "customer": "Ana",
        "price": 120.0,
        "sold_on": date(2026, 2, 1),
        "platform": "paypal",
    }
    typed = {**book(), "sales": [sold]}
    typed["disputes"][0]["order"] = "S-0001"
    assert "protected_until" not in refreshed(typed, DAY).case


def test_a_refund_due_after_the_protection_ends_brings_a_date_before_it(refreshed: Callable[..., Any]) -> None:
    typed = book("aliexpress", refund_promised=date(2026, 3, 3), filed_on=None)
    after = refreshed(typed, date(2026, 3, 12))
    assert after.case["refund_due"] == date(2026, 3, 17)
    node = after.node("protection")
    assert (node["last_day"], node["state"], node["acts"], node["if_nothing_happens"]) == (
        date(2026, 3, 14),
        "due_soon",
        "we",
        "The right to it is lost.",
    )
    assert (
        node["where_the_date_comes_from"]
        == "The last day on which the platform, or whoever was paid, protects the money."
    )
    typed["disputes"][0]["refund_received_on"] = date(2026, 3, 13)
    assert not any(
        row["state"] in ("due_soon", "overdue")
        for row in refreshed(typed, date(2026, 3, 14)).rows("deadlines")
        if "/protection/" in row["key"]
    )


@pytest.mark.parametrize(
    "cells", [{"refund_promised": date(2026, 3, 3), "paid_by": "visa"}, {}, {"refund_promised": date(2026, 3, 16)}]
)
def test_there_is_no_such_date_while_the_money_is_protected_or_where_it_comes_too_late(
    refreshed: Callable[..., Any], cells: dict[str, Any]
) -> None:
    assert not any(
        "/protection/" in row["key"] for row in refreshed(book("aliexpress", **cells), DAY).rows("deadlines")
    )


def test_a_limit_of_ones_own_moves_the_end_of_the_protection(policy: Any) -> None:
    rules = tuple(rule._replace(limit=30) if rule.step == "open_case" else rule for rule in policy.clocks["aliexpress"])
    own = replace(policy, clocks={**policy.clocks, "aliexpress": rules}, _memo={})
    case = Case(
        dispute_id="D-1",
        opened_on=datetime(2026, 3, 2),
        platform="aliexpress",
        type="product_damage",
        purchase="P-0001",
        delivered=date(2026, 2, 27),
    )
    assert protected_until([case], [Owed.blank()], [], [], now=datetime(2026, 3, 2, tzinfo=UTC), policy=own) == [
        date(2026, 3, 29)
    ]
