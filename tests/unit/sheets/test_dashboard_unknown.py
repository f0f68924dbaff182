"""A cell that cannot be known takes a case, a date or an order out of what hangs on it, and of nothing else: dashboard and review."""

from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any

import pytest

from kakosheet.core.engine import Run
from kakosheet.core.ids import Sequences
from kakosheet.core.mending import mender
from kakosheet.core.table import Table, Tables
from kakosheet.policy.loader import load_policy, load_titles
from kakosheet.reviews import period_of, review_tables
from kakosheet.sheets import SCHEMA, plan

TODAY = date(2026, 11, 21)
POLICY, TITLES = load_policy("merchant", "en"), load_titles("en", "merchant")
DAY = datetime(2026, 8, 3)
ROWS: dict[str, list[dict[str, Any]]] = {
    "purchases": [
        {
            "id": f"P-{at:04}",
            "item": "Lamp",
            "seller": "Alpha" if at < 7 else "Beta",
            "category": "home",
            "carrier": "DHL",
            "price": 20.0,
            "currency": "EUR",
            "bought_on": date(2026, 7, 1),
            "platform": "ebay",
        }
        for at in range(1, 13)
    ],
    "sellers": [{"seller": "Alpha"}, {"seller": "Beta"}],
    "carriers": [{"carrier": "DHL"}],
    "disputes": [
        {
            "dispute_id": f"D-2026-{at:04}",
            "order": f"P-{at:04}",
            "type": "product_damage",
            "opened_on": DAY,
            "assigned_to": "Li",
            "demand": "refund",
            "closed_on": date(2026, 8, 20),
            "result": "agreed",
            "money_back": 5.0,
            "root_cause": "poor_quality",
        }
        for at in range(1, 7)
    ]
    + [{"dispute_id": "D-2026-0007", "order": "P-0007", "type": "wrong_item", "opened_on": DAY, "assigned_to": "Li"}],
    "log": [
        {
            "dispute": "D-2026-0001",
            "at": datetime(2026, 8, 5),
            "direction": "out",
            "counterpart": "seller",
            "kind": "follow_up",
        },
        {"dispute": "D-2026-0001", "at": datetime(2026, 8, 9), "direction": "in", "counterpart": "seller"},
        {
            "dispute": "D-2026-0001",
            "at": datetime(2026, 8, 6),
            "direction": "out",
            "counterpart": "carrier",
            "kind": "follow_up",
        },
    ],
}


def run(
    kind: str = "", cell: tuple[str, str, int] = ("", "", 0), rows: dict[str, list[dict[str, Any]]] = ROWS
) -> Tables:
    """The tables after a refresh; one cell is `bad` or `unknown`."""
    tables = {key: Table.empty(schema) for key, schema in SCHEMA.tables.items()}
    for key, lines in rows.items():
        for at, line in enumerate(lines, start=4):
            tables[key].append(line)
            tables[key].rows[-1], tables[key].wanted[-1] = at, None
    if kind:
        table, column, row = cell
        tables[table].columns[column][row] = None
        getattr(tables[table], kind)[column] = {row}
    for table in tables.values():
        table.old = {name: list(values) for name, values in table.columns.items()}
    sequences = Sequences()
    sequences.observe(tables, {})
    context = {
        "today": TODAY,
        "now": datetime.combine(TODAY, time(12), UTC),
        "policy": POLICY,
        "say": TITLES.say,
        "titles": TITLES,
        "mend": mender(SCHEMA, tables, TITLES),
    }
    Run(tables, context, sequences).execute(plan())
    return tables


@cache
def clean() -> Tables:
    return run()


def block(tables: Tables, name: str, *keys: str) -> list[list[Any]]:
    return [tables[f"dashboard_{name}"].columns[key] for key in keys]


def third(tables: Tables, name: str, *keys: str) -> list[Any]:
    """The figures of 2026 Q3, the last quarter but one."""
    return [column[-2] for column in block(tables, name, *keys)]


MONEY = ("claimed", "recovered", "lost")


@pytest.mark.parametrize("kind", ["bad", "unknown"])
@pytest.mark.parametrize(
    ("column", "counts", "money", "causes", "kinds"),
    [
        ("money_back", [7, 6, 1.0, 17.0], [100.0, 25.0, 75.0], 6, 6),
        ("amount", [7, 6, 1.0, 17.0], [100.0, 25.0, 75.0], 6, 6),
        ("loss", [7, 6, 1.0, 17.0], [120.0, 30.0, 75.0], 6, 6),
        ("result", [7, 6, 1.0, 17.0], [120.0, 30.0, 90.0], 6, 6),
        ("root_cause", [7, 6, 1.0, 17.0], [120.0, 30.0, 90.0], 5, 6),
        ("type", [7, 6, 1.0, 17.0], [120.0, 30.0, 90.0], 6, 5),
        ("opened_on", [6, 6, 1.0, 17.0], [120.0, 30.0, 90.0], 6, 5),
        ("closed_on", [7, 5, 1.0, 17.0], [100.0, 25.0, 75.0], 5, 6),
        ("waived", [6, 5, 1.0, 17.0], [100.0, 25.0, 75.0], 5, 5),
        ("assigned_to", [7, 6, 1.0, 17.0], [120.0, 30.0, 90.0], 6, 6),
    ],
)
def test_a_case_is_left_out_of_what_reads_the_cell(
    kind: str, column: str, counts: list[float], money: list[float], causes: int, kinds: int
) -> None:
    tables = run(kind, ("disputes", column, 0))
    assert third(tables, "quarters", "opened", "closed", "resolution_rate", "median_days") == counts
    assert third(tables, "outcomes", *MONEY) == money
    assert third(tables, "causes", "seller", "logistics", "personal", "other") == [causes, 0, 0, 0]
    assert block(tables, "types", "count")[0][:2] == [kinds, 1]
    assert tables["dashboard_sellers"].columns["hits"][:2] == ([5, 1] if column == "waived" else [6, 1])


@pytest.mark.parametrize("kind", ["bad", "unknown"])
def test_an_open_case_that_may_be_assigned_is_not_taken_for_one_without_a_person(kind: str) -> None:
    tables = run(kind, ("disputes", "assigned_to", 6))
    assert [column[-1] for column in block(tables, "ages", "open", "unassigned", "claimed")] == [1, 0, 20.0]


@pytest.mark.parametrize("kind", ["bad", "unknown"])
@pytest.mark.parametrize(
    ("column", "sellers", "categories"),
    [
        ("seller", [5, 6], [12]),
        ("category", [6, 6], [11]),
        ("bought_on", [5, 6], [11]),
        ("carrier", [6, 6], [12]),
        ("price", [6, 6], [12]),
    ],
)
def test_an_order_is_left_out_of_the_rates_that_read_the_cell(
    kind: str, column: str, sellers: list[int], categories: list[int]
) -> None:
    tables = run(kind, ("purchases", column, 0))
    assert sorted(of for of in tables["dashboard_sellers"].columns["of"] if of is not None) == sellers
    assert [of for of in tables["dashboard_categories"].columns["of"] if of is not None] == categories
    assert sum(of for of in tables["dashboard_carriers"].columns["of"] if of is not None) == 12 - (
        column in ("bought_on", "carrier")
    )


@pytest.mark.parametrize("kind", ["bad", "unknown"])
@pytest.mark.parametrize(
    ("cell", "paces"),
    [
        (("disputes", "refund_received_on", 0), [None, 1]),
        (("disputes", "your_decision", 0), [None, 0]),
        (("disputes", "closed_on", 0), [None, 0]),
        (("disputes", "waived", 0), [None, 0]),
        (("disputes", "root_cause", 0), [4.0, 1]),
        (("log", "kind", 0), [None, 1]),
        (("log", "at", 2), [4.0, 0]),
        (("log", "kind", 1), [4.0, 1]),
    ],
)
def test_a_reminder_of_which_nobody_knows_what_came_is_left_out(
    kind: str, cell: tuple[str, str, int], paces: list[float | None]
) -> None:
    changed = {**ROWS, "disputes": [{**ROWS["disputes"][0], "closed_on": date(2026, 10, 20)}, *ROWS["disputes"][1:]]}
    assert third(run(rows=changed), "handling", "reminder", "reminders_open") == [4.0, 1]
    assert third(run(kind, cell, changed), "handling", "reminder", "reminders_open") == paces


def pages(tables: Tables) -> dict[str, dict[str, list[Any]]]:
    made = review_tables(tables, POLICY, TITLES, period_of("2026Q3", TODAY), TODAY)
    return {key: table.columns for page in made for key, table in page.tables.items()}


@pytest.mark.parametrize("kind", ["bad", "unknown"])
@pytest.mark.parametrize(
    ("column", "blank"),
    [
        ("money_back", {"money_back", "recovered", "lost"}),
        ("root_cause", {"root_cause", "cause_group"}),
        ("type", {"type"}),
        ("assigned_to", {"handler"}),
        ("result", {"result", "settled"}),
        ("platform", {"platform"}),
        ("opened_on", {"opened_on", "days"}),
    ],
)
def test_the_review_shows_the_rest_of_the_row(kind: str, column: str, blank: set[str]) -> None:
    whole, found = (pages(tables)["data_cases"] for tables in (clean(), run(kind, ("disputes", column, 0))))
    assert {key: values[0] for key, values in found.items()} == {
        key: None if key in blank else values[0] for key, values in whole.items()
    }
    assert {key: values[1:] for key, values in found.items()} == {key: values[1:] for key, values in whole.items()}


@pytest.mark.parametrize("kind", ["bad", "unknown"])
def test_the_review_counts_by_what_it_knows(kind: str) -> None:
    found = pages(run(kind, ("disputes", "root_cause", 0)))
    assert found["causes_root_cause"]["closed"] == [5, 0] and found["types_type"]["closed"] == [6, 0]
    assert pages(run(kind, ("disputes", "type", 0)))["types_type"]["opened"] == [5, 1]
    assert pages(run(kind, ("purchases", "seller", 0)))["sellers_seller"]["opened"] == [5, 1, 1], (
        "a name that is only shown counts as none"
    )
    assert pages(run(kind, ("purchases", "category", 0)))["data_orders_lines"]["category"] == [None, *["home"] * 11]


@pytest.mark.parametrize("kind", ["bad", "unknown"])
def test_a_case_without_a_known_cause_is_not_said_to_have_none(kind: str) -> None:
    words = {
        key: text
        for page in review_tables(
            run(kind, ("disputes", "root_cause", 0)), POLICY, TITLES, period_of("2026Q3", TODAY), TODAY
        )
        if page.key == "summary"
        for key, text in page.words.items()
    }
    assert not [text for text in words.values() if "without" in text and "cause" in text]
