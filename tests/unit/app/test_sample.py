"""The sample holds what it promises, in every profile and on every day."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from kakosheet.book.sample import sample_tables
from kakosheet.core.bind import typed_by_people
from kakosheet.core.schema import Kind
from kakosheet.core.titles import Titles
from kakosheet.policy.loader import load_titles
from kakosheet.sheets import SCHEMA

TODAY = date(2026, 11, 21)
DAYS = (TODAY, date(2024, 2, 29), date(2027, 1, 1), date(2031, 7, 31))
PROFILES = ("shopper", "merchant", "daigou", "groupbuy", "procurement")

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def titles() -> Titles:
    return load_titles("en", "shopper")


@pytest.fixture(scope="module")
def merchant(titles: Titles) -> Rows:
    return sample_tables(TODAY, "merchant", titles)


@pytest.mark.parametrize("profile", PROFILES)
def test_there_is_enough_of_everything(profile: str, titles: Titles) -> None:
    tables = sample_tables(TODAY, profile, titles)
    least = {
        "purchases": 60,
        "sellers": 15,
        "carriers": 6,
        "disputes": 25,
        "evidence": 50,
        "log": 30,
        "offers": 20,
        "improvements": 3,
    }
    if profile == "merchant":
        least["sales"] = 60
    assert {key: len(tables[key]) >= count for key, count in least.items()} == dict.fromkeys(least, True)


def test_only_cells_that_people_type_are_given_and_in_their_types(merchant: Rows) -> None:
    python = {
        Kind.DATE: date,
        Kind.DATETIME: datetime,
        Kind.INTEGER: int,
        Kind.DAYS: int,
        Kind.MONEY: float,
        Kind.NUMBER: float,
        Kind.PERCENT: float,
        Kind.YESNO: bool,
    }
    for table, rows in merchant.items():
        columns = SCHEMA.tables[table].by_key
        for row in rows:
            for key, value in row.items():
                assert typed_by_people(columns[key]), f"{table}.{key}"
                assert type(value) is python.get(columns[key].kind, str), f"{table}.{key} {value!r}"


def test_closed_choices_are_choices(merchant: Rows, titles: Titles) -> None:
    wrong = [
        f"{table}.{key} {value}"
        for table, rows in merchant.items()
        for row in rows
        for key, value in row.items()
        if (column := SCHEMA.tables[table].by_key[key]).kind is Kind.CHOICE
        and not column.open_choices
        and value not in titles.choices[column.choices]
    ]
    assert wrong == []


@pytest.mark.parametrize("today", DAYS)
def test_the_sample_never_ages(today: date, merchant: Rows, titles: Titles) -> None:
    def relative(tables: Rows, day: date) -> list[Any]:
        def at(value: Any) -> Any:
            if isinstance(value, datetime):
                return value - datetime.combine(day, datetime.min.time())
            return value - day if isinstance(value, date) else value

        return [
            [at(value) for key, value in row.items() if key not in ("dispute_id", "dispute", "key")]
            for rows in tables.values()
            for row in rows
        ]

    assert relative(sample_tables(today, "merchant", titles), today) == relative(merchant, TODAY)


def test_disputes_are_spread_over_eight_quarters_and_numbered_as_they_were_opened(merchant: Rows) -> None:
    opened = [row["opened_on"] for row in merchant["disputes"]]
    assert opened == sorted(opened)
    assert [row["dispute_id"] for row in merchant["disputes"]] == [
        f"D-{day.year}-{number:04}" for number, day in enumerate(opened, 1)
    ]
    quarters = Counter((day.year, (day.month - 1) // 3) for day in opened)
    assert 7 <= len(quarters) <= 8
    assert min(opened).date() > TODAY - timedelta(days=7 * 91)


def test_what_is_over_happened_before_today(merchant: Rows) -> None:
    ahead = {"agreed_date", "valid_until", "plan_due", "promised_by"}
    late = [
        f"{table}.{key} {value}"
        for table, rows in merchant.items()
        for row in rows
        for key, value in row.items()
        if isinstance(value, date)
        and key not in ahead
        and (value.date() if isinstance(value, datetime) else value) > TODAY
    ]
    assert late == []


def test_dates_of_a_row_follow_each_other(merchant: Rows) -> None:
    orders = [
        ("purchases", ("bought_on", "shipped", "received")),
        ("purchases", ("bought_on", "shipped", "noticed_on")),
        ("sales", ("sold_on", "shipped", "delivered")),
        ("sales", ("sold_on", "shipped", "noticed_on")),
    ]
    for table, keys in orders:
        for row in merchant[table]:
            days = [row[key] for key in keys if key in row]
            assert days == sorted(days), row["id"]
    for row in merchant["disputes"]:
        if "closed_on" in row:
            assert row["opened_on"].date() <= row["closed_on"]


def test_orders_are_counted_once_and_references_lead_somewhere(merchant: Rows) -> None:
    for table in ("purchases", "sales"):
        keys = [(row.get("platform"), row["order_no"], row["line_no"]) for row in merchant[table] if "order_no" in row]
        assert len(keys) == len(set(keys))
    cases = {row["dispute_id"] for row in merchant["disputes"]}
    ids = {row["id"] for table in ("purchases", "sales") for row in merchant[table]}
    assert {row["order"] for row in merchant["disputes"]} <= ids
    for table in ("offers", "log", "evidence", "deadlines"):
        assert {row["dispute"] for row in merchant[table] if "dispute" in row} <= cases
        assert {row["key"].split("/")[0] for row in merchant[table] if "key" in row} <= cases


def test_it_is_international(merchant: Rows) -> None:
    assert len({row["currency"] for row in merchant["purchases"]}) >= 6
    assert len({row["platform"] for row in merchant["purchases"] if "platform" in row}) >= 10
    assert any("一" <= letter <= "鿿" for row in merchant["purchases"] for letter in row["seller"])


def test_people_write_in_the_language_of_their_book() -> None:
    """What they call things and note down; other people's names, promises and messages stay as those wrote them."""
    english, chinese = (sample_tables(TODAY, "merchant", load_titles(lang, "merchant")) for lang in ("en", "zh"))
    assert {key: len(rows) for key, rows in english.items()} == {key: len(rows) for key, rows in chinese.items()}
    for table, column in (
        ("purchases", "item"),
        ("disputes", "description"),
        ("deadlines", "what_to_do"),
        ("improvements", "what"),
    ):
        own = [row[column] for row in chinese[table] if row.get(column)]
        assert own and all(any(ord(sign) > 0x2E80 for sign in text) for text in own), (table, column)
    assert [row.get("seller") for row in chinese["purchases"]] == [row.get("seller") for row in english["purchases"]]
    assert [row.get("return_policy") for row in chinese["purchases"]] == [
        row.get("return_policy") for row in english["purchases"]
    ]
