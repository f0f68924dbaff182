"""What may be lost for good stays in sight until the money is there: a word, a part of it or a slip of the pen ends nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

NOTICED = date(2026, 3, 2)


def book(platform: str = "paypal", order: dict[str, Any] | None = None, **cells: Any) -> Any:
    known = {
        "id": "P-0001",
        "item": "Tent",
        "seller": "Shop A",
        "price": 100.0,
        "currency": "EUR",
        "platform": platform,
    }
    dates = {"bought_on": date(2026, 2, 1), "received": date(2026, 2, 25)}
    case = {
        "dispute_id": "D-2026-0001",
        "order": "P-0001",
        "type": "product_damage",
        "opened_on": datetime(2026, 3, 2),
        "demand": "refund",
        "amount": 100.0,
        "currency": "EUR",
        "filed_on": datetime(2026, 3, 3),
    }
    return {"purchases": [known | (dates if order is None else order)], "disputes": [case | cells]}


@pytest.mark.parametrize(
    "agreed",
    [
        {"their_answer": "accepts", "answered_on": date(2026, 3, 4)},
        {"plan": "replacement", "confirmed_by_us_on": date(2026, 3, 5)},
        {"plan": "refund", "confirmed_by_us_on": date(2026, 3, 5)},
    ],
)
def test_what_was_agreed_does_not_end_the_last_day_of_the_platform(
    refreshed: Callable[..., Any], agreed: dict[str, Any]
) -> None:
    after = refreshed(book(**agreed), date(2026, 3, 20))
    assert (after.node("escalate")["last_day"], after.case["last_chance"]) == (date(2026, 3, 23), date(2026, 3, 23))
    assert "Asked to decide on" in after.case["next_step"]
    paid = book(**agreed, refund_received_on=date(2026, 3, 10), money_back=100.0)
    assert refreshed(paid, date(2026, 3, 20)).node("escalate")["state"] == "not_applicable"


def test_who_has_filed_is_not_told_that_the_day_to_file_is_near(refreshed: Callable[..., Any]) -> None:
    typed = book("aliexpress", their_answer="accepts", answered_on=date(2026, 3, 5))
    after = refreshed(typed, date(2026, 3, 8))
    assert after.case.get("last_chance") is None and "protected" not in after.case["next_step"]


def test_a_refusal_before_the_filing_is_no_answer_to_it(refreshed: Callable[..., Any]) -> None:
    said = {"their_answer": "refuses", "answered_on": date(2026, 3, 2)}
    assert refreshed(book("ebay", **said), date(2026, 3, 4)).node("seller_answer")["state"] != "done"
    later = said | {"answered_on": date(2026, 3, 4)}
    assert refreshed(book("ebay", **later), date(2026, 3, 4)).node("seller_answer")["state"] == "done"


def test_a_part_of_the_money_is_not_the_money(refreshed: Callable[..., Any]) -> None:
    won = {"result": "ruled_for_us", "ruled_on": date(2026, 3, 10), "paid_by": "visa"}
    part = refreshed(book(**won, money_back=60.0, refund_received_on=date(2026, 3, 15)), date(2026, 3, 20))
    assert part.node("refund")["state"] != "done" and part.node("bank")["state"] == "on_track"
    assert part.case["still_owed"] == 40.0 and part.case["due"] is not None
    whole = refreshed(book(**won, money_back=100.0, refund_received_on=date(2026, 3, 15)), date(2026, 3, 20))
    assert (whole.node("refund")["state"], whole.node("bank")["state"]) == ("done", "not_applicable")


def test_that_a_step_was_done_is_not_that_the_money_came(refreshed: Callable[..., Any]) -> None:
    typed = refreshed(book(their_answer="accepts", answered_on=date(2026, 3, 18)), date(2026, 3, 19)).typed()
    rows = {row["key"].split("/")[1]: row for row in typed["deadlines"]}
    for step in {"protection", "escalate"} & rows.keys():
        rows[step]["done_on"] = datetime(2026, 3, 19)
    assert refreshed(typed, date(2026, 3, 20)).node("refund")["state"] in ("on_track", "due_soon")


def test_the_claim_on_the_bank_is_told_by_its_own_row_too(refreshed: Callable[..., Any]) -> None:
    lost = {"result": "ruled_against_us", "ruled_on": date(2026, 3, 10), "paid_by": "visa"}
    before = refreshed(book("aliexpress", **lost), date(2026, 3, 20))
    assert before.node("bank")["state"] == "on_track"
    typed = before.typed()
    row = next(row for row in typed["deadlines"] if row["key"].endswith("/bank/1"))
    row["done_on"] = datetime(2026, 3, 21)
    assert refreshed(typed, date(2026, 3, 22)).node("bank")["state"] == "done"


@pytest.mark.parametrize(
    ("platform", "how", "last"),
    [
        ("tiktok_shop", {"their_answer": "accepts", "answered_on": date(2026, 3, 4)}, date(2026, 3, 9)),
        ("paypal", {"result": "ruled_for_us", "ruled_on": date(2026, 3, 10)}, date(2026, 3, 20)),
    ],
)
def test_a_return_that_was_asked_for_and_granted_has_its_date(
    refreshed: Callable[..., Any], platform: str, how: dict[str, Any], last: date
) -> None:
    after = refreshed(book(platform, demand="refund_with_return", **how), date(2026, 3, 5))
    assert (after.node("return_ship")["last_day"], after.node("refund")["state"]) == (last, "waiting")


def test_a_filing_whose_day_nobody_wrote_decides_nothing_and_is_asked_for(refreshed: Callable[..., Any]) -> None:
    typed = book(filed_on=None, case_no="PP-D-1")
    soon = refreshed(typed, date(2026, 3, 20))
    assert soon.case["last_chance"] == date(2026, 3, 22)  # the earliest that it can be
    late = refreshed(typed, date(2026, 3, 24))
    assert late.node("escalate")["state"] == "overdue" and "Time ran out" not in late.case["next_step"]
    faults = [fault for _, _, fault in late.run.faults if fault.column == "filed_on"]
    assert [(fault.code, fault.severity) for fault in faults] == [("K307", "warning")]


@pytest.mark.parametrize(
    ("platform", "type_", "order"),
    [
        ("aliexpress", "not_received", {"bought_on": date(2026, 2, 1)}),
        ("ebay", "product_damage", {"bought_on": date(2026, 2, 1)}),
        ("etsy", "product_damage", {"bought_on": date(2026, 2, 1), "received": date(2026, 2, 25)}),
    ],
)
def test_a_last_day_that_nobody_can_know_is_said(
    refreshed: Callable[..., Any], platform: str, type_: str, order: dict[str, Any]
) -> None:
    def said(**more: Any) -> bool:
        after = refreshed(book(platform, order | more, type=type_, filed_on=None), date(2026, 3, 5))
        return any(fault.column == "filed_on" and fault.code == "K307" for _, _, fault in after.run.faults)

    assert said() and not said(delivery_days=20)


def test_who_asks_the_platform_after_an_agreement_waits_for_its_ruling(refreshed: Callable[..., Any]) -> None:
    typed = book(their_answer="accepts", answered_on=date(2026, 3, 10), appealed_on=datetime(2026, 3, 20))
    after = refreshed(typed, date(2026, 3, 21))
    assert (after.case["stage"], after.node("ruling")["state"]) == ("appeal", "on_track")
    assert after.case["next_step"].startswith("Waiting for")
