"""Rules: a row for every shipped limit, in words; a row changed or added wins; what cannot be read."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kakosheet.core.table import Table
from kakosheet.policy.loader import load_policy, load_titles
from kakosheet.policy.model import ClockRule, Policy
from kakosheet.policy.overlay import Overrides, overlay
from kakosheet.sheets import rules, settings

POLICY, TITLES = load_policy(), load_titles()
ESCALATE = "paypal/escalate/buyer"


def read(*rows: dict[str, Any]) -> Overrides:
    made = Table.empty(rules.SHEET.tables[0])
    for at, row in enumerate(rows, start=4):
        made.append(row)
        made.rows[-1] = at
    return settings.overrides(Table.empty(settings.SHEET.tables[0]), made, POLICY)


def changed(**cells: Any) -> ClockRule:
    rule = read({"key": ESCALATE, "platform": "paypal", "role": "buyer", "step": "escalate", **cells}).rules[ESCALATE]
    assert rule is not None
    return rule


def told(policy: Policy, key: str, off: bool | None = None) -> tuple[Any, ...]:
    found: tuple[Any, ...] = rules.described(key, off, policy=policy, titles=TITLES, say=TITLES.say)
    return found


def test_every_shipped_rule_has_a_row() -> None:
    wanted = rules.rule_rows(policy=POLICY)
    assert len({row.key for row in wanted}) == len(wanted) == len(POLICY.shipped_rules)
    assert next(row for row in wanted if row.key == ESCALATE).values == {
        "platform": "paypal",
        "role": "buyer",
        "step": "escalate",
    }


def test_a_rule_is_told_in_a_sentence_with_its_source() -> None:
    shipped, in_force, source, checked = told(POLICY, ESCALATE)
    assert shipped == in_force == "20 days, weekends count; from: Case filed. On silence: The case closes for good."
    assert source and checked == date(2026, 11, 28)
    assert "moves to the next working day" in told(POLICY, "eu_law/withdrawal/buyer")[0]


def test_one_day_is_no_days() -> None:
    assert told(POLICY, "own/report/we")[0].startswith("1 day;")


def test_blank_cells_leave_the_rule_as_shipped() -> None:
    assert not read({"key": ESCALATE, "platform": "paypal", "role": "buyer", "step": "escalate"}).rules
    assert not read({"key": ESCALATE, "switched_off": False}).rules


def test_a_limit_of_ones_own_wins_and_the_rest_stays_shipped() -> None:
    rule = changed(limit=10.0)
    assert (rule.limit, rule.unit, rule.start, rule.own) == (10, "natural_days", "filed", True)
    policy = overlay(POLICY, read({"key": ESCALATE, "limit": 10.0}))
    shipped, in_force, _, _ = told(policy, ESCALATE)
    assert shipped.startswith("20 days") and in_force.startswith("10 days")


def test_unit_calendar_start_silence_and_source_can_be_changed() -> None:
    rule = changed(
        unit="working_days",
        calendar="cn",
        starts_at="paid",
        on_silence="ask_platform",
        your_source="mail of 21 Nov 2026",
    )
    assert (rule.unit, rule.calendar, rule.start, rule.silence, rule.defaults, rule.source) == (
        "working_days",
        "CN",
        "paid",
        "ask_platform",
        False,
        "mail of 21 Nov 2026",
    )
    assert told(overlay(POLICY, Overrides(rules={ESCALATE: rule})), ESCALATE)[3] is None


def test_a_limit_typed_wins_over_the_setting_that_rules_it() -> None:
    rule = read({"key": "own/completion/we", "limit": 48.0}).rules["own/completion/we"]
    assert rule is not None and (rule.limit, rule.limit_setting) == (48, "")


def test_a_limit_for_some_days_leaves_the_others_as_shipped() -> None:
    policy = overlay(POLICY, read({"key": ESCALATE, "limit": 10.0, "valid_from": date(2026, 7, 1)}))
    limits = [
        next(rule.limit for rule in policy.platform_rules("paypal", day) if rule.step == "escalate")
        for day in (date(2026, 6, 30), date(2026, 7, 1))
    ]
    assert limits == [20, 10]
    assert (
        told(policy, ESCALATE)[1]
        == "10 days, weekends count; from: Case filed. On silence: The case closes for good. For problems noticed from 2026-07-01 on."
    )
    ended = overlay(POLICY, read({"key": ESCALATE, "valid_to": date(2026, 6, 30), "your_source": "mail"}))
    assert [
        [rule.limit for rule in ended.platform_rules("paypal", day) if rule.step == "escalate"]
        for day in (date(2026, 6, 30), date(2026, 7, 1))
    ] == [[20], []]


def test_rules_that_changed_hold_for_the_cases_of_their_time() -> None:
    def answer(platform: str, day: date) -> tuple[float, str]:
        rule = next(rule for rule in POLICY.platform_rules(platform, day) if rule.step == "seller_answer")
        return rule.limit, rule.silence

    assert answer("aliexpress", date(2014, 5, 1)) == (15, "auto_escalates")
    assert answer("aliexpress", date(2026, 5, 1)) == (5, "buyers_choice")
    singapore = overlay(POLICY, read({"key": "shopee/seller_answer/seller", "switched_off": True}))
    assert [rule.limit for rule in singapore.platform_rules("shopee", date(2026, 5, 1))] == [2]
    assert "2021-04-26" in told(POLICY, "shopee/seller_answer/seller/sg")[0]


def test_a_rule_switched_off_is_told_so() -> None:
    found = read({"key": ESCALATE, "switched_off": True})
    assert found.rules == {ESCALATE: None}
    assert told(overlay(POLICY, found), ESCALATE, True)[1] == "Switched off."


def test_a_row_without_a_shipped_key_is_peoples_own() -> None:
    found = read(
        {
            "key": "U-0001",
            "platform": "taobao",
            "role": "seller",
            "step": "seller_answer",
            "limit": 48.0,
            "unit": "calendar_hours",
        }
    )
    (rule,) = found.own_rules
    assert (rule.platform, rule.step, rule.stage, rule.limit, rule.unit, rule.start) == (
        "taobao",
        "seller_answer",
        "negotiation",
        48,
        "calendar_hours",
        "filed",
    )
    assert told(overlay(POLICY, found), "U-0001")[:2] == (None, "48 hours; from: Case filed.")
    (unlike,) = read({"key": "U-0002", "platform": "taobao", "step": "Send the form", "limit": 3.0}).own_rules
    assert unlike.start == "noticed", "of a step that no rule of ours has, nothing else is known"


def test_a_rule_that_is_shipped_no_more_is_told_so_and_stays_only_where_people_wrote_a_limit() -> None:
    row = {"key": "paypal/gone/buyer", "platform": "paypal", "role": "buyer", "step": "escalate"}
    left = read(row)
    assert not (left.issues or left.rules or left.own_rules)
    assert told(overlay(POLICY, left), row["key"])[:2] == (None, TITLES.say("rules.retired"))
    (kept,) = read({**row, "limit": 9.0}).own_rules
    assert (kept.platform, kept.step, kept.limit) == ("paypal", "escalate", 9)


def test_a_step_in_words_of_ones_own_keeps_them() -> None:
    (rule,) = read(
        {"key": "U-0001", "platform": "Some shop", "step": "Send the form / by post", "limit": 3.0}
    ).own_rules
    assert rule.title == "Send the form / by post" and "/" not in rule.step and rule.role == "we"


def test_an_own_row_switched_off_or_blank_is_no_rule() -> None:
    assert not read(
        {"key": "U-0001", "platform": "taobao", "step": "x", "limit": 3.0, "switched_off": True}, {"key": "U-0002"}
    ).own_rules


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"key": "U-0001", "platform": "taobao", "step": "appeal"}, "limit"),
        ({"key": "U-0001", "step": "appeal", "limit": 3.0}, "platform"),
        ({"key": "U-0001", "platform": "taobao", "limit": 3.0}, "step"),
        ({"key": ESCALATE, "limit": 2.5}, "limit"),
        ({"key": ESCALATE, "calendar": "Germany"}, "calendar"),
        ({"key": ESCALATE, "limit": 2.0, "valid_from": date(2026, 2, 1), "valid_to": date(2026, 1, 1)}, "valid_to"),
    ],
)
def test_a_row_that_makes_no_rule_is_named_with_its_cell(cells: dict[str, Any], column: str) -> None:
    found = read(cells)
    assert [(issue.code, issue.sheet, issue.cell) for issue in found.issues] == [("K503", "rules", f"{column}:4")]
    assert found.issues[0].hint and not found.rules and not found.own_rules


def test_a_tainted_cell_stops_the_row() -> None:
    made = Table.empty(rules.SHEET.tables[0])
    made.append({"key": ESCALATE, "limit": None})
    made.rows[-1] = 4
    made.bad["limit"] = {0}
    found = settings.overrides(Table.empty(settings.SHEET.tables[0]), made, POLICY)
    assert [(issue.code, issue.cell) for issue in found.issues] == [("K503", "limit:4")]
