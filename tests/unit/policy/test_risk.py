from dataclasses import replace

import pytest

from kakosheet.policy.loader import load_policy
from kakosheet.policy.risk import (
    CarrierFacts,
    Mood,
    Promises,
    Reason,
    SellerFacts,
    customer_risk,
    level,
    purchase_reasons,
    required,
    segment,
    traits,
)

POLICY = load_policy()
PLAIN = traits(POLICY, "books", None, None, 10.0)
KNOWN = SellerFacts(orders=50, sure="solid")
NOT_SHIPPED = CarrierFacts()
AGREED = Promises(return_policy="7 days", platform="taobao")


def names(
    seller: SellerFacts = KNOWN,
    carrier: CarrierFacts = NOT_SHIPPED,
    said: Promises = AGREED,
    category: str = "books",
    price: float = 10.0,
) -> list[str]:
    goods = traits(POLICY, category, None, None, price)
    return [reason.name for reason in purchase_reasons(POLICY, seller, carrier, goods, said, received=False)]


def test_a_category_tells_what_the_row_does_not() -> None:
    assert traits(POLICY, "glass", None, None, None).fragile
    assert not traits(POLICY, "glass", False, None, None).fragile
    assert traits(POLICY, None, None, None, POLICY.settings["high_value"]).high_value


def test_each_need_is_asked_once() -> None:
    needed = required(POLICY, traits(POLICY, "glass", None, True, 10_000.0))
    assert len(needed) == len(set(needed))
    assert {"insured", "packaging", "authenticity_guarantee", "return_policy"} <= set(needed)


def test_reasons_come_with_the_strongest_first() -> None:
    goods = traits(POLICY, "glass", None, None, 900.0)
    found = purchase_reasons(POLICY, SellerFacts(status="black"), CarrierFacts(), goods, Promises(), received=False)
    assert [reason.points for reason in found] == sorted((reason.points for reason in found), reverse=True)
    assert found[0].name == "seller_black"


def test_the_users_decision_wins_over_the_proposal() -> None:
    assert "seller_proposed_black" in names(SellerFacts(proposed="black", orders=9))
    assert names(SellerFacts(status="white", proposed="black", orders=9)) == []
    assert names(SellerFacts(status="trial", proposed="black", orders=9)) == []
    assert names(carrier=CarrierFacts(status="white", proposed="black")) == []


def test_insurance_by_the_seller_counts_unless_the_row_says_no() -> None:
    insured = KNOWN._replace(insured=True)
    assert "fragile_uninsured" not in names(insured, category="glass")
    assert "fragile_uninsured" in names(insured, said=AGREED._replace(insured=False), category="glass")


def test_levels_add_up_and_high_needs_no_price() -> None:
    assert level(POLICY, []) == "low"
    assert level(POLICY, [Reason("a", 20)]) == "medium"
    assert level(POLICY, [Reason("a", 30), Reason("b", 20)]) == "high"
    assert level(POLICY, [Reason("a", 30)], known=False) == "unknown"
    assert level(POLICY, [Reason("a", 100)], known=False) == "high"


def test_thresholds_come_from_settings() -> None:
    strict = replace(POLICY, settings={**POLICY.settings, "high_value": 5})
    assert traits(strict, None, None, None, 10.0).high_value and not PLAIN.high_value


@pytest.mark.parametrize(
    ("mood", "risk", "group"),
    [
        (Mood(), "unknown", None),
        (Mood(known=True), "low", "neutral"),
        (Mood("positive", known=True), "low", "high_satisfaction"),
        (Mood("negative", bad=1, known=True), "medium", "high_risk"),
        (Mood("negative", bad=2, known=True), "high", "high_risk"),
        (Mood("neutral", cases=2, open=1, known=True), "medium", "neutral"),
        (Mood("positive", satisfaction=1, cases=2, known=True), "high", "high_risk"),
    ],
)
def test_customers(mood: Mood, risk: str, group: str | None) -> None:
    assert (customer_risk(mood), segment(mood)) == (risk, group)
