"""Cases under a larger one, and claims side by side: amounts roll up, a loss is made good once, circles are named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

DAY = date(2026, 3, 2)


def case(number: int, **cells: Any) -> dict[str, Any]:
    return {
        "dispute_id": f"D-2026-000{number}",
        "type": "product_damage",
        "opened_on": datetime(2026, 3, 2),
        "filed_on": datetime(2026, 3, 2),
        "demand": "refund",
        "amount": 10.0 * number,
        "loss": 10.0 * number,
        "currency": "EUR",
        **cells,
    }


def under(parent: int, number: int, **cells: Any) -> dict[str, Any]:
    return case(number, parent=f"D-2026-000{parent}", customer=f"Member {number}", **cells)


def rows(refreshed: Callable[..., Any], *cases: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["dispute_id"]: row for row in refreshed({"disputes": list(cases)}, DAY).rows("disputes")}


def faults(refreshed: Callable[..., Any], *cases: dict[str, Any]) -> list[tuple[str, str, str]]:
    run = refreshed({"disputes": list(cases)}, DAY).run
    ids = run.tables["disputes"].columns["dispute_id"]
    return [
        (ids[at], fault.column, fault.code)
        for table, at, fault in run.faults
        if table == "disputes" and fault.severity == "error"
    ]


def test_the_amounts_of_participants_roll_up_to_their_parent(refreshed: Callable[..., Any]) -> None:
    found = rows(refreshed, case(1), under(1, 2, money_back=5.0), under(1, 3), under(1, 4, currency="USD"))
    parent = found["D-2026-0001"]
    assert parent["participants"] == 3 and parent["total_back"] == 5.0
    assert parent["total_amount"] == pytest.approx(50 + found["D-2026-0004"]["loss_in_base_currency"], abs=0.011)
    assert not {"participants", "total_amount", "total_back"} & found["D-2026-0002"].keys()


def test_cases_below_cases_count_for_all_above_them(refreshed: Callable[..., Any]) -> None:
    found = rows(refreshed, case(1), under(1, 2), under(2, 3))
    assert (found["D-2026-0001"]["participants"], found["D-2026-0001"]["total_amount"]) == (2, 50.0)
    assert (found["D-2026-0002"]["participants"], found["D-2026-0002"]["total_amount"]) == (1, 30.0)
    assert found["D-2026-0003"]["top"] == "D-2026-0001"


def test_an_amount_without_a_rate_is_left_out_of_the_sum(refreshed: Callable[..., Any]) -> None:
    found = rows(refreshed, case(1), under(1, 2), under(1, 3, currency="XXX"))
    assert (found["D-2026-0001"]["participants"], found["D-2026-0001"]["total_amount"]) == (2, 20.0)


def test_a_circle_of_parents_is_an_issue_on_each_and_has_no_sums(refreshed: Callable[..., Any]) -> None:
    circle = [under(3, 1), under(1, 2), under(2, 3), under(3, 4), case(5), under(5, 6)]
    assert faults(refreshed, *circle) == [(f"D-2026-000{n}", "parent", "K401") for n in (1, 2, 3)]
    found = rows(refreshed, *circle)
    for number in (1, 2, 3):
        assert not {"participants", "total_amount"} & found[f"D-2026-000{number}"].keys()
    assert found["D-2026-0005"]["total_amount"] == 60.0, "the rest of the book still refreshes"
    assert found["D-2026-0001"]["due"] and found["D-2026-0001"]["stage"]


def test_its_own_parent_is_named_once(refreshed: Callable[..., Any]) -> None:
    assert faults(refreshed, under(1, 1)) == [("D-2026-0001", "parent", "K401")]


def test_a_parent_that_cannot_be_read_gives_its_own_row_no_sum(
    refreshed: Callable[..., Any], unreadable: object
) -> None:
    found = rows(refreshed, case(1), under(1, 2), case(3, parent=unreadable), under(3, 4))
    assert found["D-2026-0001"]["total_amount"] == 20.0
    assert "total_amount" not in found["D-2026-0003"]


def test_the_order_of_rows_does_not_change_a_sum(refreshed: Callable[..., Any]) -> None:
    cases = [case(1), *(under(1, n, amount=0.1 * n) for n in range(2, 9))]
    assert rows(refreshed, *cases) == rows(refreshed, *cases[::-1])


def test_claims_side_by_side_show_each_other(refreshed: Callable[..., Any]) -> None:
    carrier = case(2, amount=100.0, linked_claim="D-2026-0001", your_decision="carrier", money_back=40.0)
    found = rows(refreshed, case(1, amount=100.0, loss=100.0, your_decision="seller"), carrier)
    assert found["D-2026-0001"]["side_by_side"] == "D-2026-0002, Carrier: 40 of 100 EUR back"
    assert found["D-2026-0002"]["side_by_side"] == "D-2026-0001, Seller: 0 of 100 EUR back"


def test_a_loss_is_made_good_once(refreshed: Callable[..., Any]) -> None:
    carrier = case(2, amount=100.0, linked_claim="D-2026-0001", your_decision="carrier")
    seller = case(1, amount=100.0, loss=100.0)
    assert rows(refreshed, seller, carrier)["D-2026-0001"]["demand_check"].startswith("Fits the loss"), (
        "asking both is usual"
    )
    paid = rows(refreshed, seller, {**carrier, "money_back": 40.0})["D-2026-0001"]
    assert paid["demand_check"] == "A claim beside it has paid; 60 EUR are left to ask for."


def test_linked_claims_and_participants_are_no_duplicates(refreshed: Callable[..., Any]) -> None:
    purchase = {"id": "P-0001", "item": "Tent", "seller": "Shop A"}
    same = [
        case(1, order="P-0001"),
        case(2, order="P-0001", linked_claim="D-2026-0001"),
        under(1, 3, order="P-0001"),
        case(4, order="P-0001"),
    ]
    after = refreshed({"purchases": [purchase], "disputes": same}, DAY)
    assert [row.get("possible_duplicate") for row in after.rows("disputes")] == [
        None,
        None,
        None,
        "Same order as D-2026-0001",
    ]
