"""Which dated steps a dispute has, by type, platform, role and grade."""

from __future__ import annotations

from datetime import date
from typing import Any

from kakosheet.policy.loader import load_policy
from kakosheet.policy.model import STAGES, ClockRule, NodeSpec, Policy
from kakosheet.policy.nodes import nodes as nodes_of
from kakosheet.policy.overlay import Overrides, overlay

DAY = date(2026, 11, 21)
SHOPPER, PROCUREMENT = load_policy("shopper"), load_policy("procurement")


def nodes(
    policy: Policy,
    kind: str = "product_damage",
    platform: str | None = None,
    role: str = "buyer",
    grade: str = "refund",
    on: date = DAY,
    served: bool | None = None,
) -> dict[str, NodeSpec]:
    return {node.key: node for node in nodes_of(policy, kind, platform, role, grade, on, served)}


def test_procurement_has_its_six_nodes_for_whom_it_serves() -> None:
    every = ["report", "responsibility", "plan", "implementation", "completion", "feedback"]
    for role, served, six in (("buyer", True, every), ("seller", None, every), ("buyer", None, ["implementation"])):
        found = nodes_of(PROCUREMENT, "quality_defect", None, role, "refund", DAY, served)
        assert [node.key for node in found if node.key in every] == six


def test_a_shopper_gets_few_dates_of_their_own() -> None:
    def ours(**of: Any) -> set[str]:
        return {key for key, node in nodes(SHOPPER, **of).items() if node.clock == "ours"}

    assert ours() == {"tell", "chase", "evidence", "refund"}
    assert ours(served=True) == ours() | {"plan", "completion"}
    assert ours(role="seller") == {"evidence", "plan", "completion", "refund"}


def test_a_buyer_tells_then_waits_and_a_seller_is_told() -> None:
    found = nodes(SHOPPER)
    assert [(found[key].start, found[key].ends, found[key].acts) for key in ("tell", "chase")] == [
        ("noticed", "told", "we"),
        ("told", "answered", "seller"),
    ]
    assert not {"tell", "chase"} & nodes(SHOPPER, role="seller").keys()
    assert nodes(overlay(SHOPPER, Overrides(settings={"chase_days": 5})))["chase"].limit == 5


def test_the_agreement_procedure_holds_where_the_platform_is_called_so() -> None:
    found = nodes(SHOPPER, platform="agreement")
    assert (found["seller_answer"].limit, found["seller_answer"].unit, found["seller_answer"].late) == (
        5,
        "natural_days",
        "defaulted",
    )
    assert (found["vouchers"].limit, found["vouchers"].start) == (3, "escalated")
    assert (found["ruling"].limit, found["ruling"].unit, found["ruling"].calendar) == (2, "working_days", "CN")


def test_a_platform_without_a_book_has_only_our_own_dates() -> None:
    for platform in (None, "taobao", "own shop", "Some shop"):
        for role in ("buyer", "seller"):
            assert {node.clock for node in nodes(PROCUREMENT, platform=platform, role=role).values()} == {"ours"}


def test_the_role_decides_whose_clock_it_is() -> None:
    assert nodes(SHOPPER, platform="agreement", role="buyer")["seller_answer"].acts == "seller"
    assert nodes(SHOPPER, platform="agreement", role="seller")["seller_answer"].acts == "we"
    assert nodes(SHOPPER, platform="agreement", role="seller")["seller_answer"].todo == "nodes.seller_answer_we"


def test_our_promise_is_24_or_72_hours_by_grade() -> None:
    assert nodes(SHOPPER, grade="minor", served=True)["completion"].limit == 24
    assert nodes(SHOPPER, grade="escalation", served=True)["completion"].limit == 72
    changed = overlay(SHOPPER, Overrides(settings={"promise_minor": 12.0}))
    assert nodes(changed, grade="minor", served=True)["completion"].limit == 12


def test_what_a_platform_asks_for_or_decided_starts_its_own_clocks() -> None:
    """Nothing of a platform counts from the day on which the problem was noticed."""
    starts = {rule.step: rule.start for rules in SHOPPER.clocks.values() for rule in rules}
    assert {starts[step] for step in ("chargeback_answer", "info_answer")} == {"asked"}
    assert starts["appeal"] == "ruled_against" and starts["appeal_rejection"] == "rejected"
    noticed = {name for name, rules in SHOPPER.clocks.items() for rule in rules if rule.start == "noticed"}
    assert noticed <= {"own"}


def test_a_grade_brings_dates_of_its_own() -> None:
    def steps(grade: str, role: str = "seller") -> set[str]:
        return set(nodes(PROCUREMENT, grade=grade, role=role))

    assert steps("review_risk") - steps("minor") == {"calm"}
    assert steps("escalation") - steps("minor") == {"lead"}
    assert steps("review_risk", "buyer") == steps("minor", "buyer")


def test_our_own_clock_never_defaults() -> None:
    assert {node.late for node in nodes(PROCUREMENT, platform="paypal").values() if node.clock == "ours"} == {"overdue"}


def test_a_mere_right_of_the_other_side_is_overdue_not_defaulted() -> None:
    assert nodes(SHOPPER, platform="ebay")["seller_answer"].late == "overdue"
    assert nodes(SHOPPER, platform="ebay")["activity"].late == "defaulted"


def test_a_clock_of_the_buyer_is_no_row_of_the_seller() -> None:
    assert "open_case" in nodes(SHOPPER, platform="paypal", role="buyer")
    assert "open_case" not in nodes(SHOPPER, platform="paypal", role="seller")


def test_a_branch_only_has_its_own_clocks() -> None:
    assert "seller_answer" in nodes(SHOPPER, "not_received", "1688")
    assert "seller_answer" not in nodes(SHOPPER, "size_mismatch", "1688")


def test_laws_hold_where_settings_name_them() -> None:
    assert "damage_notice" not in nodes(SHOPPER)
    with_law = overlay(SHOPPER, Overrides(settings={"also_rules": "air_waybill, eu_law"}))
    assert {"damage_notice", "withdrawal"} <= set(nodes(with_law))


def test_stages_come_in_their_order() -> None:
    for platform in SHOPPER.clocks:
        stages = [
            STAGES.index(node.stage)
            for node in nodes_of(PROCUREMENT, "not_received", platform, "seller", "refund", DAY)
        ]
        assert stages == sorted(stages)


def test_a_rule_holds_for_disputes_opened_while_it_was_valid() -> None:
    old, new = (
        SHOPPER.shipped_rules["paypal/escalate/buyer"]._replace(key=key, limit=limit, own=True)
        for key, limit in (("a", 7.0), ("b", 9.0))
    )
    rules = [old._replace(valid_to=date(2026, 6, 30)), new._replace(valid_from=date(2026, 7, 1))]
    policy = overlay(SHOPPER, Overrides(own_rules=rules))
    assert nodes(policy, platform="paypal", on=date(2026, 6, 30))["escalate"].limit == 7
    assert nodes(policy, platform="paypal", on=date(2026, 7, 1))["escalate"].limit == 9


def test_a_rule_of_ones_own_wins_and_the_others_of_its_book_stay_beside_it() -> None:
    own = ClockRule(
        "U-0001", "agreement", "seller_answer", "seller", "negotiation", 2, "calendar_hours", "filed", own=True
    )
    found = nodes(overlay(SHOPPER, Overrides(own_rules=[own])), platform="agreement")
    assert (found["seller_answer"].limit, found["seller_answer"].unit) == (2, "calendar_hours")
    assert found["vouchers"].limit == 3
    alone = own._replace(platform="taobao")
    found = nodes(overlay(SHOPPER, Overrides(own_rules=[alone])), platform="taobao")
    assert [key for key, node in found.items() if node.clock == "platform"] == ["seller_answer"]


def test_a_rule_switched_off_makes_no_row() -> None:
    policy = overlay(SHOPPER, Overrides(rules={"paypal/escalate/buyer": None}))
    assert "escalate" not in nodes(policy, platform="paypal")
    assert "escalate" in nodes(SHOPPER, platform="paypal")


def test_an_unknown_type_and_platform_have_dates_too() -> None:
    assert {"tell", "chase", "evidence", "refund"} == nodes(SHOPPER, "something else", "Some shop").keys()
