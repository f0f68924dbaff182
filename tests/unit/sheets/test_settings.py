"""Settings: shipped, yours, in force; rates and people as rows; what cannot be read."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kakosheet.core.issues import Severity
from kakosheet.core.rules import Wanted
from kakosheet.core.table import Table
from kakosheet.policy.loader import load_policy, load_titles
from kakosheet.policy.model import Staff
from kakosheet.policy.overlay import Overrides, overlay
from kakosheet.sheets import lists, rules, settings

POLICY, TITLES = load_policy(), load_titles()
SAY = TITLES.say


def table(*rows: dict[str, Any]) -> Table:
    made = Table.empty(settings.SHEET.tables[0])
    for at, row in enumerate(rows, start=4):
        made.append(row)
        made.rows[-1] = at
    return made


def read(*rows: dict[str, Any]) -> Overrides:
    return settings.overrides(table(*rows), Table.empty(rules.SHEET.tables[0]), POLICY)


def test_every_setting_and_rate_has_a_row() -> None:
    wanted = settings.setting_rows(policy=POLICY, titles=TITLES)
    assert Wanted("due_soon_days", {"group": "dates", "name": "Due soon"}) in wanted
    assert Wanted("rate/CNY", {"group": "rate", "name": "CNY"}) in wanted
    assert len({row.key for row in wanted}) == len(wanted) == len(POLICY.shipped) + len(POLICY.rates)


def test_rows_of_shipped_rates_stay_when_people_change_one() -> None:
    changed = overlay(POLICY, read({"key": "rate/CNY", "group": "rate", "name": "CNY", "yours": "0.13"}))
    assert settings.setting_rows(policy=changed, titles=TITLES) == settings.setting_rows(policy=POLICY, titles=TITLES)


def test_shipped_shows_value_unit_and_meaning() -> None:
    assert settings.shipped("due_soon_days", "dates", policy=POLICY, titles=TITLES, say=SAY) == (
        3,
        "days",
        "A date this many days ahead, or fewer, is due soon.",
    )
    assert settings.shipped("remind_on_working_days", "dates", policy=POLICY, titles=TITLES, say=SAY)[0] == "Yes"
    assert settings.shipped("U-0001", None, policy=POLICY, titles=TITLES, say=SAY) == (None, None, None)


def test_words_of_a_list_are_shown_in_the_language_of_the_book() -> None:
    policy, titles = load_policy("merchant", "zh"), load_titles("zh", "merchant")
    shown = {
        key: settings.shipped(key, None, policy=policy, titles=titles, say=titles.say)[0]
        for key in ("own_nodes", "language")
    }
    assert shown["language"] == "中文" and {"问题上报", "责任确认", "结案"} <= set(shown["own_nodes"].split(", "))


def test_a_book_keeps_its_language_and_says_so() -> None:
    found = read({"key": "language", "name": "Language", "yours": "zh"})
    assert [(issue.cell, issue.severity) for issue in found.issues] == [
        ("yours:4", Severity.WARNING)
    ] and not found.settings


def test_a_shipped_rate_is_told_in_the_base_currency_in_force() -> None:
    assert settings.shipped("rate/CNY", "rate", policy=POLICY, titles=TITLES, say=SAY)[:2] == (0.134542, "EUR")
    in_yuan = overlay(POLICY, read({"key": "base_currency", "yours": "CNY"}))
    assert settings.shipped("rate/EUR", "rate", policy=in_yuan, titles=TITLES, say=SAY)[:2] == (7.4326, "CNY")


def test_in_force_is_what_the_formula_gives() -> None:
    assert settings.in_force(None, 3) == 3
    assert settings.in_force("5", 3) == 5 and settings.in_force("0.25", 0.1) == 0.25
    assert (
        settings.in_force("Asia/Shanghai", "UTC") == "Asia/Shanghai"
        and settings.in_force("09:00-17:00", None) == "09:00-17:00"
    )
    assert settings.in_force(date(2026, 11, 21), None) == date(2026, 11, 21)


def test_yours_is_taken_by_key_wherever_the_row_stands_and_whatever_it_is_called() -> None:
    found = read({"key": "high_value", "group": "rate", "name": "renamed by hand", "yours": "¥500"})
    assert found.settings == {"high_value": 500.0} and not found.issues


def test_rows_of_peoples_own_are_rates_and_staff() -> None:
    found = read(
        {"group": "rate", "name": "TWD", "yours": "0.028", "as_of": date(2026, 11, 1)},
        {"group": "staff", "name": " Li Wei ", "contact": "wei@example.com", "language": "zh"},
        {"group": "staff", "name": None},
    )
    assert found.rates["TWD"].rate == 0.028 and found.rates["TWD"].to == "EUR" and found.rates["TWD"].own
    assert found.staff == [Staff("Li Wei", "wei@example.com", "zh")] and not found.issues
    assert overlay(POLICY, found).to_base(1000, "TWD") == 28


def test_a_rate_of_ones_own_is_in_the_base_currency_of_the_same_book() -> None:
    found = read({"group": "rate", "name": "TWD", "yours": "0.23"}, {"key": "base_currency", "yours": "CNY"})
    assert found.rates["TWD"].to == "CNY"


def test_what_cannot_be_read_is_named_with_its_cell_and_stays_as_shipped() -> None:
    found = read(
        {"key": "due_soon_days", "name": "Due soon", "yours": "soon"},
        {"group": "rate", "name": "dollars", "yours": "1"},
        {"key": "rate/USD", "name": "USD", "yours": "0"},
    )
    assert [(issue.code, issue.sheet, issue.cell) for issue in found.issues] == [
        ("K502", "settings", f"yours:{row}") for row in (4, 5, 6)
    ]
    assert '"soon" is not a number' in found.issues[0].message and found.issues[0].hint
    assert not found.settings and not found.rates


def test_a_cell_that_could_not_even_be_read_as_text_stops_too() -> None:
    book = table({"key": "due_soon_days", "name": "Due soon"}, {"key": "high_value"})
    book.bad["yours"], book.unknown["yours"] = {0}, {1}
    found = settings.overrides(book, Table.empty(rules.SHEET.tables[0]), POLICY)
    assert [issue.code for issue in found.issues] == ["K502", "K502"]


def test_a_row_that_means_nothing_is_only_a_warning() -> None:
    found = read({"name": "colour", "yours": "red"})
    assert [issue.severity for issue in found.issues] == [Severity.WARNING]


def test_live_names_are_found_by_key_not_by_place() -> None:
    cells = {cell.name: cell for cell in lists.named_cells(POLICY, date(2026, 11, 21))}
    assert cells["_kako_due_soon_days"].formula == 'INDEX([settings.in_force],MATCH("due_soon_days",[settings.key],0))'
    assert cells["_kako_due_soon_days"].value == 3 and cells["_kako_today"].value == date(2026, 11, 21)
    assert cells["_kako_today"].formula.startswith("IF(INDEX(") and "TODAY()" in cells["_kako_today"].formula
    assert set(lists.LIVE_SETTINGS) <= set(POLICY.shipped)


@pytest.mark.parametrize("kind", ["bad", "unknown"])
@pytest.mark.parametrize(
    ("row", "column", "told"),
    [
        ({"key": None, "group": "dates", "name": "Due soon", "yours": "20"}, "key", True),
        ({"key": "due_soon_days", "group": "dates", "name": None}, "name", False),
        ({"key": None, "group": "staff", "name": None, "contact": "zed@example.com"}, "name", True),
        ({"key": None, "group": "staff", "name": "Zed", "contact": None}, "contact", True),
        ({"key": None, "group": None, "name": "Zed", "contact": "zed@example.com"}, "group", True),
        ({"key": "rate/CNY", "group": "rate", "name": "CNY", "yours": 0.13, "as_of": None}, "as_of", True),
        ({"key": None, "group": "rate", "name": None, "yours": 0.13}, "name", True),
    ],
)
def test_a_row_of_which_nobody_knows_what_it_sets_is_an_error_with_its_cell(
    row: dict[str, Any], column: str, told: bool, kind: str
) -> None:
    typed = table(row)
    getattr(typed, kind)[column] = {0}
    found = settings.overrides(typed, Table.empty(rules.SHEET.tables[0]), POLICY)
    errors = [issue for issue in found.issues if issue.severity is Severity.ERROR]
    assert [(issue.code, issue.cell) for issue in errors] == ([("K502", f"{column}:4")] if told else [])
    assert not found.staff and not found.settings
