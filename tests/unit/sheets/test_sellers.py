from datetime import date
from typing import Any

import pytest

from kakosheet.sheets import sellers
from tests.unit.sheets.prevention import Rows, made, table


def orders(seller: str, count: int, first: int = 0) -> Rows:
    return [
        {"id": f"P-{first + at}", "seller": seller, "bought_on": date(2026, 1, 1 + at % 28), "price": 50.0}
        for at in range(count)
    ]


def case(seller: str, order: int, **values: Any) -> dict[str, Any]:
    """A case that hangs on a purchase from that seller."""
    hangs = {"order": f"P-{order}", "purchases_id": f"P-{order}", "purchases_seller": seller}
    return hangs | {"type": "quality_defect", "loss_in_base_currency": 50.0} | values


def scored(purchases: Rows, disputes: Rows, *names: str, **values: Any) -> Rows:
    return table(
        sellers.scores, sellers=[{"seller": name} | values for name in names], purchases=purchases, disputes=disputes
    )


def test_a_seller_named_in_purchases_is_added_once_unless_known_by_an_alias() -> None:
    bought = [{"seller": name} for name in ("Lamp Co", "lamp  co", "GZ Lamp", "New Shop", None, " ")]
    listed = [{"seller": "Old Shop", "also_written_as": "gz lamp; 广州灯具"}]
    assert made(sellers.named, purchases=bought, sellers=listed) == [
        ("Lamp Co", {"seller": "Lamp Co"}),
        ("New Shop", {"seller": "New Shop"}),
    ]


def test_orders_under_an_alias_count_for_the_seller() -> None:
    (found,) = table(
        sellers.scores,
        sellers=[{"seller": "Lamp Co", "also_written_as": "广州灯具"}],
        purchases=[*orders("LAMP CO", 2), *orders("广州灯具", 3, 10)],
        disputes=[case("广州灯具", 10)],
    )
    assert (found["orders"], found["disputes"], found["last_order"]) == (5, 1, date(2026, 1, 3))


def test_one_bad_order_condemns_nobody() -> None:
    bought = [*orders("Big", 100), *orders("New", 1, 500)]
    _, new = scored(bought, [case("New", 500), *(case("Big", at) for at in range(5))], "Big", "New")
    assert new["dispute_rate"] < 0.2
    assert (new["sure"], new["proposed"]) == ("few", "trial")


def test_plans_and_sales_are_no_orders_of_a_seller() -> None:
    (found,) = scored(
        [*orders("Lamp", 2), {"id": "P-9", "seller": "Lamp"}],
        [case("Lamp", 1, purchases_id=None, sales_id="S-1")],
        "Lamp",
    )
    assert (found["orders"], found["disputes"]) == (2, 0)


def test_a_seller_clearly_above_the_average_is_proposed_for_the_blacklist_with_the_numbers() -> None:
    bought = [*orders("Good", 200), *orders("Bad", 20, 500)]
    good, bad = scored(bought, [case("Bad", 500 + at) for at in range(8)], "Good", "Bad")
    assert (bad["proposed"], bad["because"]) == ("black", "Problems in 8 of 20 orders; 1 would be usual.")
    assert (good["proposed"], good["sure"]) == ("white", "solid")
    assert good["score"] > 90 > 50 > bad["score"]


def test_the_carriers_and_our_own_mistakes_are_not_held_against_the_seller() -> None:
    bought = [*orders("A", 20), *orders("B", 20, 100)]
    rough = [case("A", at, root_cause="rough_handling") for at in range(8)]
    poor = [case("B", 100 + at, root_cause="poor_quality") for at in range(8)]
    a, b = scored(bought, rough + poor, "A", "B")
    assert a["disputes"] == b["disputes"] == 8
    assert a["score"] > b["score"]


def test_lost_disputes_are_compared_with_what_is_usual() -> None:
    closed = {"closed_on": date(2026, 6, 1), "money_back": 50.0}
    lost = [case("Bad", at, result="ruled_for_us", **closed) for at in range(4)]
    others = [case("Ok", 100 + at, result="agreed", **closed) for at in range(40)]
    bad, _ = scored([*orders("Bad", 30), *orders("Ok", 400, 100)], lost + others, "Bad", "Ok")
    assert (bad["proposed"], bad["because"]) == ("black", "Seller lost 4 of 4 disputes; none would be usual.")


def test_confirmed_fakes_propose_the_blacklist() -> None:
    (found,) = scored(
        orders("Fake", 30), [case("Fake", 1, type="counterfeit", closed_on=date(2026, 6, 1), result="agreed")], "Fake"
    )
    assert (found["proposed"], found["because"], found["points"]) == ("black", "Sold fake goods (1 confirmed).", 3)


def test_refusing_and_losing_counts() -> None:
    (found,) = scored(
        orders("A", 30), [case("A", 1, closed_on=date(2026, 6, 1), result="ruled_for_us", their_answer="refuses")], "A"
    )
    assert (found["refused_then_ruled_against"], found["points"], found["proposed"]) == (1, 2, "watch")


def test_points_fade_after_a_year() -> None:
    (found,) = scored(orders("A", 30), [case("A", 1, closed_on=date(2025, 6, 1), result="ruled_for_us")], "A")
    assert found["points"] == 0


def test_money_returns_and_refunds() -> None:
    closed = {"closed_on": date(2026, 6, 20), "result": "agreed"}
    closed |= {"return_sent": date(2026, 6, 1)}
    cases = [
        case("A", 1, money_back=30.0, refund_due=date(2026, 6, 10), refund_received_on=date(2026, 6, 9), **closed),
        case("A", 2, refund_promised=date(2026, 6, 10), refund_received_on=date(2026, 6, 19), **closed),
        case("A", 3, refund_promised=date(2026, 6, 10)),
        case("A", 4, refund_promised=date(2026, 12, 10)),
    ]
    (found,) = scored(orders("A", 30), cases, "A")
    assert found["lost_amount"] == pytest.approx(20 + 50)
    assert found["return_days"] == pytest.approx((8 + 18) / 2)
    assert found["refund_on_time"] == pytest.approx(1 / 3)
    assert found["resolution_rate"] == 1


def test_bad_feedback_lowers_the_score() -> None:
    cases = [case("A", 1), case("A", 2)]
    one_star, none = scored(orders("A", 30), cases, "A", feedback=1.0), scored(orders("A", 30), cases, "A")
    assert one_star[0]["score"] < none[0]["score"]


def test_a_listed_seller_without_orders_has_no_score() -> None:
    (found,) = scored([], [], "Unused")
    assert found["score"] is found["sure"] is found["dispute_rate"] is found["proposed"] is None
    assert found["orders"] == 0


def test_no_sellers_give_no_rows() -> None:
    assert scored([], []) == []
