"""Whatever stands in a cell or an argument: a value, or an issue with its cell and a cure; never an exception, and ids stay sane."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kakosheet.app.due import due
from kakosheet.book.cells import parse_assignment, parse_value
from kakosheet.book.moment import moment_of, parse_today
from kakosheet.core.address import parse_cell
from kakosheet.core.ids import Sequences, give_ids, noted_number
from kakosheet.core.issues import Issue, KakosheetError
from kakosheet.core.raw import ErrorValue, FormulaCell
from kakosheet.core.schema import Column
from kakosheet.core.table import Table
from kakosheet.core.values import read_column
from kakosheet.importers.values import convert, joined_text, plain_text, reading
from kakosheet.policy.loader import load_policy, load_titles
from kakosheet.policy.overlay import Refused, overlay, parse_setting
from kakosheet.reviews import period_of
from kakosheet.sheets import SCHEMA
from kakosheet.sheets.settings import as_stored, in_force, overrides
from tests.properties.hostile import CELLS, NUMBERS, SEEDS, TEXTS

TITLES, POLICY = load_titles("en"), load_policy()
COLUMNS = [column for table in SCHEMA.tables.values() for column in table.columns]
KINDS = list({(c.kind, c.choices, c.open_choices, c.minimum, c.maximum): c for c in COLUMNS}.values())
"""One of each way to read a cell."""
ODD = [
    *SEEDS,
    10**400,
    10**5_000,
    -(10**5_000),
    float("nan"),
    float("inf"),
    float("-inf"),
    -0.0,
    1e308,
    5e-324,
    True,
    ErrorValue("#N/A"),
    FormulaCell("A1", "9" * 5_000, True),
    FormulaCell("A1", 10**5_000, True),
    FormulaCell("A1", float("nan"), True),
    FormulaCell(None, None, False),
]


def is_told(column: Column, cells: list[Any]) -> None:
    """Each cell gives a value of some plain type, or says what is wrong in a line that is no novel."""
    found = read_column(column, cells, TITLES)
    for problem in found.bad.values():
        assert problem.code and problem.hint and len(problem.message) < 400, (column.key, problem.message[:99])
    for value in found.values:
        assert not isinstance(value, float) or abs(value) < 1e15, column.key  # so neither nan nor inf


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.key)
def test_every_column_reads_or_refuses_what_is_odd(column: Column) -> None:
    is_told(column, ODD)


@given(st.sampled_from(KINDS), st.lists(CELLS, min_size=1, max_size=5))
def test_every_kind_of_column_reads_or_refuses_anything(column: Column, cells: list[Any]) -> None:
    is_told(column, cells)


@pytest.mark.parametrize("decimal", ["", ",", "."])
@pytest.mark.parametrize("column", KINDS, ids=lambda column: column.key)
def test_every_kind_of_column_imports_or_refuses_what_is_odd(column: Column, decimal: str) -> None:
    from kakosheet.core.values import Unreadable

    how = reading(column, TITLES, dates=("%d/%m/%Y", "%Y%m%d", "%s"), decimal=decimal, words={"x": "9" * 5_000})
    for cell in ODD:
        if isinstance(cell, FormulaCell) or (isinstance(cell, int) and abs(cell) > 10**308):
            continue  # no file gives such a number
        for read in (lambda c: convert(c, how), joined_text, plain_text):
            try:
                value = read(cell)
            except Unreadable as problem:
                assert problem.code and len(problem.message) < 400
            else:
                assert not isinstance(value, float) or abs(value) < 1e15


def policy_tables(**typed: Any) -> tuple[Table, Table]:
    """The tables Settings and Rules with one row for every shipped setting and some of people's own, all of them with this typed."""
    settings, rules = Table.empty(SCHEMA.tables["settings"]), Table.empty(SCHEMA.tables["rules"])
    for key in [*POLICY.shipped, "rate/USD", None]:
        for group in ("rate", "staff", None) if key is None else (None,):
            settings.append({"key": key, "group": group, "name": typed.get("text"), **typed})
    for key in [*list(POLICY.shipped_rules)[:3], "U-0001", None]:
        number = typed["yours"] if isinstance(typed["yours"], float) and 0 <= typed["yours"] <= 40_000 else 5.0
        rules.append(
            {
                "key": key,
                "platform": typed.get("text") or "x",
                "step": typed.get("text") or "y",
                "limit": number,
                "calendar": typed.get("text"),
            }
        )
    return settings, rules


@given(CELLS)
@example("9" * 5_000)
@example("7," * 5_000 + "9" * 5_000)
@example(10**400)
def test_settings_and_rules_are_read_or_refused_whatever_is_typed(typed: Any) -> None:
    settings, rules = policy_tables(yours=typed, text=typed if isinstance(typed, str) else None)
    found = overrides(settings, rules, POLICY)
    assert all(isinstance(issue, Issue) and issue.hint and len(issue.message) < 500 for issue in found.issues)
    policy = overlay(POLICY, found)
    for value in policy.settings.values():
        assert not isinstance(value, float) or abs(value) < 1e15
    as_stored(in_force(typed, None))


@pytest.mark.parametrize("key", list(POLICY.shipped))
def test_every_setting_takes_or_refuses_what_is_odd(key: str) -> None:
    for typed in ODD:
        if not isinstance(typed, FormulaCell):
            try:
                parse_setting(POLICY.shipped[key], typed)
            except Refused as problem:
                assert problem.hint and len(str(problem)) < 400
            as_stored(typed)


PURCHASES = SCHEMA.tables["purchases"]


def next_of(*ids: Any, noted: object = 0) -> list[str]:
    """The ids that two new rows get beside these."""
    table = Table.empty(PURCHASES)
    for name in [*ids, None, None]:
        table.append({"id": name})
    sequences = Sequences({"purchases": noted_number(noted)})
    sequences.observe({"purchases": table}, {})
    give_ids(table, sequences, date(2026, 1, 1))
    return table.columns["id"][-2:]


@given(st.lists(TEXTS | st.just("P-0007"), max_size=6), NUMBERS)
def test_new_ids_are_new_and_short_whatever_stands_there(ids: list[str], noted: object) -> None:
    given_ids = next_of(*ids, noted=noted)
    assert len({*ids, *given_ids}) == len({*ids}) + 2 and all(len(name) <= 12 for name in given_ids)


def test_a_foreign_id_of_many_digits_is_not_counted_on_from() -> None:
    assert next_of("P-0007", "P-" + "9" * 400, "P-" + "9" * 5_000, "P-20261121000017") == ["P-0008", "P-0009"]
    assert next_of("P-999999999", "P-1000000000") == ["P-1000000001", "P-1000000002"]
    for noted in (10**400, float("inf"), float("nan"), -5, "9" * 5_000, None):
        assert next_of("P-0007", noted=noted) == ["P-0008", "P-0009"]
    assert next_of("P-0007", noted=41) == ["P-0042", "P-0043"]


def refuses_in_words(call: Any, *texts: str, **named: str) -> None:
    try:
        call(*texts, **named)
    except KakosheetError as problem:
        assert problem.code and len(problem.message) < 12_000


@given(TEXTS)
def test_arguments_of_commands_are_taken_or_refused_in_words(text: str) -> None:
    parse_cell(text)
    parse_value(text)
    refuses_in_words(parse_assignment, text)
    refuses_in_words(parse_assignment, f"Sheet1!B2={text}")
    refuses_in_words(parse_assignment, f"{text}!B{text}=1")
    refuses_in_words(parse_today, text)
    refuses_in_words(lambda given: period_of(given, date(2026, 1, 1)), text)
    refuses_in_words(lambda given: moment_of(None, None, given), text)


@given(
    TEXTS,
    st.sampled_from(("working_days", "natural_days", "calendar_hours", "business_hours", "months", "end_of_month", "")),
)
@example("9" * 5_000, "working_days")
@example("9" * 12, "natural_days")
@example("1e400", "business_hours")
def test_a_due_date_is_counted_or_refused_in_words(text: str, unit: str) -> None:
    now = "2026-02-28T10:00Z"
    for amount in (text, f"{text} {unit}"):
        refuses_in_words(due, amount, "2026-02-12", now=now)
    refuses_in_words(due, f"5 {unit}", text, now=now)
    for name in ("calendar", "zone", "hours", "now"):
        refuses_in_words(due, f"5 {unit}", "2026-02-12", **{"now": now, name: text})
    refuses_in_words(lambda pause: due(f"5 {unit}", "2026-02-12", pauses=[pause, f"2026-02-13/{pause}"], now=now), text)
