from datetime import date, datetime, timedelta
from typing import Any

import pytest

from kakosheet.sheets import improvements
from tests.unit.sheets.prevention import Rows, made, table

START = date(2026, 6, 1)


def orders(count: int, first: date, prefix: str, **values: Any) -> Rows:
    return [{"id": f"{prefix}-{at}", "bought_on": first + timedelta(days=at % 100)} | values for at in range(count)]


def cases(count: int, prefix: str, type_: str = "quality_defect") -> Rows:
    return [{"order": f"{prefix}-{at}", "type": type_, "loss_in_base_currency": 40.0} for at in range(count)]


def effect(purchases: Rows, disputes: Rows, **values: Any) -> dict[str, Any]:
    own = {"what": "new packing", "metric": "dispute_rate", "started_on": START} | values
    (found,) = table(improvements.effects, improvements=[own], purchases=purchases, disputes=disputes)
    return found


def test_from_12_to_4_8_percent_is_minus_60_and_worked() -> None:
    bought = [*orders(500, START - timedelta(days=120), "A"), *orders(500, START, "B")]
    found = effect(bought, [*cases(60, "A"), *cases(24, "B")])
    assert (found["before"], found["after"]) == (pytest.approx(0.12), pytest.approx(0.048))
    assert found["effect"] == pytest.approx(-0.6)
    assert found["word"] == "worked"


def test_the_same_rates_of_few_orders_are_unclear() -> None:
    bought = [*orders(25, START - timedelta(days=120), "A"), *orders(21, START, "B")]
    assert effect(bought, [*cases(3, "A"), *cases(1, "B")])["word"] == "unclear"


def test_a_worse_rate_is_called_worse() -> None:
    bought = [*orders(300, START - timedelta(days=120), "A"), *orders(300, START, "B")]
    assert effect(bought, [*cases(10, "A"), *cases(60, "B")])["word"] == "worse"


def test_what_has_not_started_has_no_effect_yet() -> None:
    bought = orders(20, START, "A")
    for started in (None, date(2027, 1, 1)):
        found = effect(bought, cases(5, "A"), started_on=started)
        assert found["before"] is found["after"] is found["word"] is None


def test_a_row_linked_to_a_seller_or_category_counts_only_those_orders() -> None:
    bought = [*orders(20, START, "A", seller="Lamp Co", category="glass"), *orders(180, START, "B", seller="Other")]
    for link in ("lamp co", "Glass and ceramics", "glass"):
        found = effect(bought, cases(8, "A"), linked_to=link, started_on=None)
        assert found["because"] == "8 of 20 orders in a year; 1 would be usual."
        assert found["expected_saving"] == pytest.approx((8 - 0.8) * 40)


def test_a_metric_counts_its_own_types_only() -> None:
    found = effect(orders(50, START, "A"), cases(5, "A", "product_damage"), metric="late_rate", started_on=None)
    assert found["because"] == "0 of 50 orders in a year."


def test_sellers_that_stand_out_are_proposed_unless_the_user_has_decided() -> None:
    listed = [
        {"seller": "Bad", "proposed": "black", "dispute_rate": 0.4, "orders": 20},
        {"seller": "Poor", "proposed": "watch", "dispute_rate": 0.2, "orders": 20},
        {"seller": "Known", "proposed": "black", "list_status": "black", "dispute_rate": 0.5, "orders": 20},
        {"seller": "Fine", "proposed": "white"},
    ]
    found = made(improvements.proposed, sellers=listed)
    assert [key for key, _ in found] == ["seller:bad", "seller:poor"]
    assert found[0][1] == {
        "what": "Stop buying from Bad",
        "kind": "proposal",
        "metric": "dispute_rate",
        "linked_to": "Bad",
    }


def test_only_the_worst_five_are_proposed() -> None:
    listed = [{"seller": f"S{at}", "proposed": "watch", "dispute_rate": at / 100, "orders": 20} for at in range(9)]
    assert [key for key, _ in made(improvements.proposed, sellers=listed)] == [
        f"seller:s{at}" for at in (8, 7, 6, 5, 4)
    ]


def test_much_damage_calls_for_packaging() -> None:
    recent = [
        {"type": type_, "opened_on": datetime(2026, 9, 1)} for type_ in ["product_damage"] * 3 + ["size_mismatch"] * 5
    ]
    assert [key for key, _ in made(improvements.proposed, disputes=recent)] == ["problem:damage"]
    old = [line | {"opened_on": datetime(2024, 9, 1)} for line in recent]
    assert made(improvements.proposed, disputes=old) == []
