"""A running date is shown in the zone of the other side too, where that is known and its clocks differ."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

Book = dict[str, list[dict[str, Any]]]
DAY = date(2026, 3, 2)
BERLIN = {"zone": "Europe/Berlin"}


def book(country: str | None, platform: str | None = "agreement", **cells: Any) -> Book:
    return {
        "purchases": [{"id": "P-0001", "item": "Tent", "seller": "Shop A", "price": 120.0, "platform": platform}],
        "sellers": [{"seller": "Shop A", "country": country}],
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
    ("country", "shown"),
    [
        ("China", "2026-03-08 07:00 (Asia/Shanghai)"),
        ("cn", "2026-03-08 07:00 (Asia/Shanghai)"),
        ("中国", "2026-03-08 07:00 (Asia/Shanghai)"),
        ("UK", "2026-03-07 23:00 (Europe/London)"),
        ("US-NY", "2026-03-07 18:00 (America/New_York)"),
        ("France", None),  # its clocks show the same
        ("USA", None),  # several zones
        ("Chile", None),
        ("Narnia", None),
        (None, None),
    ],
)
def test_a_day_ends_there_when_it_ends_here(
    refreshed: Callable[..., Any], country: str | None, shown: str | None
) -> None:
    node = refreshed(book(country), DAY, **BERLIN).node("seller_answer")
    assert node["last_day"] == date(2026, 3, 7)
    assert node.get("due_there") == shown


def test_an_hour_is_that_moment_there_also_over_a_change_of_the_clocks(refreshed: Callable[..., Any]) -> None:
    typed = book("China", "tiktok_shop", filed_on=datetime(2026, 3, 27, 10, 30))
    node = refreshed(typed, date(2026, 3, 28), **BERLIN).node("seller_answer")
    assert node["due"] == datetime(2026, 3, 29, 11, 30)
    assert node["due_there"] == "2026-03-29 17:30 (Asia/Shanghai)"


def test_the_platform_s_rule_names_its_own_zone(refreshed: Callable[..., Any]) -> None:
    node = refreshed(book(None, "ebay"), DAY, **BERLIN).node("seller_answer")
    assert node["due_there"].endswith("(Europe/London)")


def test_a_sale_has_the_zone_of_the_customer_or_of_where_it_goes(refreshed: Callable[..., Any]) -> None:
    sale = {
        "id": "S-0001",
        "item": "Tent",
        "customer": "Ana",
        "price": 120.0,
        "destination": "Japan",
        "platform": "agreement",
    }
    typed = {
        "sales": [sale],
        "disputes": [
            {
                "dispute_id": "D-2026-0001",
                "order": "S-0001",
                "type": "product_damage",
                "opened_on": datetime(2026, 3, 2),
                "filed_on": datetime(2026, 3, 2),
            }
        ],
    }
    assert refreshed(typed, DAY, **BERLIN).node("seller_answer")["due_there"] == "2026-03-08 08:00 (Asia/Tokyo)"
    typed["customers"] = [{"customer": "Ana", "country": "India"}]
    assert refreshed(typed, DAY, **BERLIN).node("seller_answer")["due_there"] == "2026-03-08 04:30 (Asia/Kolkata)"


def test_an_agreed_date_is_shown_there_and_what_is_done_or_waits_is_not(refreshed: Callable[..., Any]) -> None:
    typed = refreshed(book("China", customer="Ana"), DAY, **BERLIN).typed()
    rows = {row["key"].split("/")[1]: row for row in typed["deadlines"]}
    rows["seller_answer"]["agreed_date"] = datetime(2026, 3, 6, 18)
    rows["evidence"]["agreed_date"] = datetime(9999, 12, 31)
    after = refreshed(typed, date(2026, 3, 3), **BERLIN)
    assert "due_there" not in after.node("completion"), "our own promise to ourselves"
    assert after.node("seller_answer")["due_there"] == "2026-03-07 01:00 (Asia/Shanghai)"
    assert after.node("tell")["state"] == "done"
    assert not any("due_there" in after.node(step) for step in ("tell", "ruling", "evidence"))
    rows["seller_answer"]["agreed_date"] = datetime(2026, 3, 10, 18)
    later = refreshed(typed, date(2026, 3, 3), **BERLIN).node("seller_answer")
    assert later["due_there"] == "2026-03-08 07:00 (Asia/Shanghai)", "it hides no earlier day of the platform"
    rows["seller_answer"]["done_on"] = datetime(2026, 3, 3)
    assert "due_there" not in refreshed(typed, date(2026, 3, 3), **BERLIN).node("seller_answer")
