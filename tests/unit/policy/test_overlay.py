"""What people type into Settings, read as its kind or refused; rates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from kakosheet.policy.loader import load_policy
from kakosheet.policy.model import Rate
from kakosheet.policy.overlay import Overrides, Refused, overlay, parse_setting

POLICY = load_policy()


@pytest.mark.parametrize(
    ("key", "typed", "expected"),
    [
        ("due_soon_days", "5", 5),
        ("due_soon_days", 5.0, 5),
        ("due_soon_days", "５天", 5),
        ("high_value", "1,000", 1000.0),
        ("high_dispute_rate", "12%", 0.12),
        ("high_dispute_rate", 0.2, 0.2),
        ("base_currency", "rmb", "CNY"),
        ("base_currency", " usd ", "USD"),
        ("zone", "Asia/Shanghai", "Asia/Shanghai"),
        ("as_of", "2026-11-21", date(2026, 11, 21)),
        ("as_of", "2026年11月21日", date(2026, 11, 21)),
        ("as_of", "46347", date(2026, 11, 21)),
        ("as_of", date(2026, 11, 21), date(2026, 11, 21)),
        ("as_of", 46347.5, datetime(2026, 11, 21, 12)),
        ("calendar", "gb-sct", "GB-SCT"),
        ("business_hours", "9-12, 13-18", "9-12, 13-18"),
        ("lead_days", "5，2、0", "5, 2, 0"),
        ("remind_on_working_days", "No", False),
        ("remind_on_working_days", "是", True),
        ("remind_on_working_days", True, True),
        ("language", "中文", "zh"),
        ("evidence_folder", " proofs ", "proofs"),
        ("own_nodes", "Evidence, plan，结案", "evidence, plan, completion"),
        ("also_rules", "EU consumer law, Our landlord", "eu_law, Our landlord"),
    ],
)
def test_what_people_type_is_understood(key: str, typed: Any, expected: Any) -> None:
    assert parse_setting(POLICY.shipped[key], typed) == expected


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("due_soon_days", "soon"),
        ("due_soon_days", "2.5"),
        ("due_soon_days", "-1"),
        ("due_soon_days", "nan"),
        ("due_soon_days", "1e400"),
        ("base_currency", "$"),
        ("zone", "Berlin"),
        ("zone", "../etc/passwd"),
        ("zone", ""),
        ("as_of", "31/02/2026"),
        ("as_of", "03/04/2026"),
        ("as_of", "5"),
        ("calendar", "Germany"),
        ("calendar", "XX"),
        ("business_hours", "9 to 5"),
        ("lead_days", "a week"),
        ("remind_on_working_days", "maybe"),
        ("language", "Klingon"),
        ("own_nodes", "evidence, dinner"),
        ("high_dispute_rate", "150"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_cure(key: str, typed: Any) -> None:
    with pytest.raises(Refused) as refused:
        parse_setting(POLICY.shipped[key], typed)
    assert refused.value.hint


def test_nothing_typed_leaves_what_is_shipped() -> None:
    assert overlay(POLICY, Overrides()) is POLICY


def test_yours_wins() -> None:
    policy = overlay(POLICY, Overrides(settings={"due_soon_days": 9}))
    assert policy.settings["due_soon_days"] == 9 and POLICY.settings["due_soon_days"] == 3


def test_amounts_in_the_base_currency() -> None:
    assert POLICY.to_base(10, "EUR") == 10 and POLICY.to_base(10, None) == 10
    assert POLICY.to_base(1.1172, "USD") == pytest.approx(1)
    assert POLICY.to_base(10, "XAU") is None and POLICY.to_base(None, "EUR") is None


def test_rates_of_ones_own_are_in_the_base_currency_and_join_the_shipped_ones() -> None:
    policy = overlay(
        POLICY, Overrides(settings={"base_currency": "CNY"}, rates={"USD": Rate("USD", 7.0, "CNY", own=True)})
    )
    assert policy.to_base(10, "USD") == 70
    assert policy.to_base(1, "EUR") == pytest.approx(7.4326)
    assert policy.to_base(175.68, "JPY") == pytest.approx(7.4326)


def test_a_day_as_a_number_is_counted_as_its_workbook_counts() -> None:
    setting = POLICY.shipped["as_of"]
    assert parse_setting(setting, "46380") == parse_setting(setting, "44918", date1904=True) == date(2026, 12, 24)
