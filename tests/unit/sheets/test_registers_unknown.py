"""Sellers, carriers, customers, messages and improvements: a cell that cannot be known takes away what reads it, and nothing else."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from kakosheet.core.records import Cell
from kakosheet.core.schema import Owner
from kakosheet.sheets import SCHEMA, carriers, customers, sellers
from kakosheet.sheets.improvements.effects import WRITES as EFFECTS
from kakosheet.sheets.sellers.scores import WRITES as SCORES
from tests.unit.sheets.conftest import Refreshed
from tests.unit.sheets.prevention import Rows, made, refreshed

KINDS = pytest.mark.parametrize("kind", ["bad", "unknown"])
PROFILE = set(customers.WRITES)
CARRIED = {name.partition(".")[2] for name in carriers.scores.writes}
NAMES = {"seller", "also_written_as", "carrier"}
"""By which lines are counted, and so what is usual."""
READ = {"language", "feeling", "wants", "words_noticed", "needs_a_person", "suggested_reply"}


def bought(number: int, **values: Any) -> dict[str, Any]:
    return {
        "id": f"P-{number:04}",
        "item": "lamp",
        "seller": "Lamp Co",
        "price": 50.0,
        "currency": "EUR",
        "bought_on": date(2026, 9, 1),
        "order_no": str(number),
        "carrier": "SF",
        "shipped": date(2026, 9, 3),
        "received": date(2026, 9, 20),
        "delivery_days": 10,
    } | values


def case(number: int, order: str, **values: Any) -> dict[str, Any]:
    return {
        "dispute_id": f"D-2026-{number:04}",
        "order": order,
        "type": "product_damage",
        "opened_on": datetime(2026, 10, 1),
        "loss": 50.0,
        "currency": "EUR",
    } | values


def said(text: str, **values: Any) -> dict[str, Any]:
    return {
        "at": datetime(2026, 11, 18, 9),
        "customer": "Ana",
        "direction": "in",
        "counterpart": "customer",
        "what_was_said": text,
    } | values


def book() -> dict[str, Rows]:
    closed = {
        "closed_on": date(2026, 11, 1),
        "result": "ruled_for_us",
        "money_back": 20.0,
        "root_cause": "poor_quality",
    }
    return {
        "purchases": [
            *(bought(n) for n in range(1, 9)),
            *(bought(n, seller="Fake Ltd", carrier="DHL") for n in range(11, 17)),
        ],
        "sales": [
            {
                "id": "S-0001",
                "item": "lamp",
                "customer": "Ana",
                "price": 80.0,
                "sold_on": date(2026, 9, 1),
                "carrier": "DHL",
                "shipped": date(2026, 9, 3),
            }
        ],
        "disputes": [
            case(1, "P-0001", **closed),
            case(2, "P-0011", **closed | {"root_cause": "counterfeit"}),
            case(3, "S-0001", **closed | {"customer": "Ana"}),
            case(4, "P-0002"),
        ],
        "log": [
            said("It arrived broken"),
            said("blue 42", at=datetime(2026, 11, 10)),
            said("We are sorry", direction="out"),
            said("I will leave a bad review", customer="Bo"),
        ],
        "sellers": [
            {"seller": "Lamp Co", "feedback": 3.0, "also_written_as": "Lamps"},
            {"seller": "Fake Ltd", "feedback": 2.0},
        ],
        "carriers": [{"carrier": "SF"}, {"carrier": "DHL"}],
        "customers": [{"customer": "Ana"}, {"customer": "Bo", "satisfaction": 4.0}],
        "improvements": [
            {"what": "new packing", "metric": "damage_rate", "started_on": date(2026, 10, 1), "linked_to": "lamp co"},
            {"what": "ask first", "metric": "dispute_rate", "started_on": date(2026, 9, 1)},
        ],
    }


def marked(found: Refreshed, table: str) -> set[tuple[str, int]]:
    """The computed cells of a table that cannot be known: column and row."""
    ours = [
        column.key for column in SCHEMA.tables[table].columns if column.owner is Owner.TOOL and column.key != "mend"
    ]
    return {(key, at) for key in ours for at in found.run.tables[table].faults(key)}


def left_out(found: Refreshed, rule: str, table: str) -> int:
    return sum(left.count for left in found.run.left_out if (left.rule, left.table) == (rule, table))


@KINDS
@pytest.mark.parametrize(
    ("table", "column", "at", "columns"),
    [
        ("sellers", "seller", 0, set(SCORES)),
        ("sellers", "also_written_as", 0, set(SCORES)),
        ("sellers", "feedback", 0, {"score", "proposed", "because"}),
        ("sellers", "feedback", 1, {"score"}),
        ("sellers", "list_status", 0, set()),
        ("sellers", "notes", 0, set()),
        ("sellers", "country", 1, set()),
        ("carriers", "carrier", 0, CARRIED),
        ("carriers", "list_status", 0, set()),
        ("carriers", "tracked", 1, set()),
        ("customers", "customer", 0, PROFILE),
        ("customers", "satisfaction", 0, {"segment", "risk", "follow_up_by"}),
        ("customers", "satisfaction", 1, {"segment", "risk"}),
        ("customers", "followed_up_on", 0, {"follow_up_by"}),
        ("customers", "notes", 0, set()),
        ("log", "what_was_said", 0, READ),
        ("log", "direction", 0, READ - {"language"}),
        ("log", "counterpart", 0, READ - {"language", "words_noticed"}),
        ("log", "dispute", 0, {"needs_a_person"}),
        ("log", "dispute", 3, set()),
        ("log", "result", 0, {"needs_a_person", "suggested_reply"}),
        ("log", "at", 0, set()),
        ("log", "handler", 0, set()),
        ("log", "counterpart", 2, set()),
        ("log", "result", 2, set()),
        ("log", "dispute", 2, set()),
        ("improvements", "what", 0, set(EFFECTS)),
        ("improvements", "metric", 0, set(EFFECTS)),
        ("improvements", "linked_to", 0, set(EFFECTS)),
        ("improvements", "started_on", 1, set(EFFECTS)),
        ("improvements", "owner", 0, set()),
        ("improvements", "decision", 0, set()),
    ],
)
def test_only_what_reads_the_cell_is_marked_and_names_it(
    kind: str, table: str, column: str, at: int, columns: set[str]
) -> None:
    found, clean = refreshed(book(), [Cell(table, column, at)], kind), refreshed(book())
    assert marked(found, table) == {(key, at) for key in columns}
    now, before = found.run.tables[table], clean.run.tables[table]
    for key in (
        column.key for column in SCHEMA.tables[table].columns if column.owner is Owner.TOOL and column.key != "mend"
    ):
        assert all(cells == {Cell(table, column, at)} for cells in now.faults(key).values())
        for row, value in enumerate(now.columns[key]):
            if key in columns and row == at:
                assert value is None
            elif column not in NAMES:
                assert value == before.columns[key][row]


@KINDS
@pytest.mark.parametrize(
    ("table", "column", "at"),
    [
        ("purchases", "price", 0),
        ("purchases", "seller", 0),
        ("purchases", "carrier", 3),
        ("purchases", "received", 0),
        ("purchases", "id", 0),
        ("disputes", "root_cause", 0),
        ("disputes", "closed_on", 0),
        ("disputes", "order", 0),
        ("disputes", "result", 0),
        ("disputes", "money_back", 1),
        ("disputes", "type", 0),
        ("sales", "carrier", 0),
        ("sales", "customer", 0),
        ("log", "customer", 0),
        ("log", "at", 0),
        ("log", "what_was_said", 0),
    ],
)
def test_a_line_or_case_that_cannot_be_known_empties_no_register(kind: str, table: str, column: str, at: int) -> None:
    found = refreshed(book(), [Cell(table, column, at)], kind)
    assert not any(marked(found, name) for name in ("sellers", "carriers", "customers", "improvements"))


@KINDS
def test_a_price_is_left_out_of_sums_alone_and_counted(kind: str) -> None:
    found, clean = (
        refreshed(book(), spots, kind).rows("sellers")[0] for spots in ([Cell("purchases", "price", 3)], [])
    )
    assert (found["orders"], found["disputes"], found["dispute_rate"]) == (
        clean["orders"],
        clean["disputes"],
        clean["dispute_rate"],
    )
    assert left_out(refreshed(book(), [Cell("purchases", "price", 3)], kind), "scores", "purchases") == 1


@KINDS
def test_a_case_whose_end_cannot_be_judged_counts_on_neither_side_of_a_rate(kind: str) -> None:
    rows = book()
    rows["disputes"] = [
        case(n, f"P-{n:04}", closed_on=date(2026, 11, 1), result=result)
        for n, result in enumerate(("agreed", "agreed", "withdrawn", "ruled_against_us"), start=1)
    ]
    assert refreshed(rows).rows("sellers")[0]["resolution_rate"] == pytest.approx(2 / 3, abs=1e-4)
    found = refreshed(rows, [Cell("disputes", "money_back", 3)], kind).rows("sellers")[0]
    assert (found["resolution_rate"], found["disputes"]) == (1, 4)


@KINDS
def test_a_message_whose_words_cannot_be_known_is_still_a_contact(kind: str) -> None:
    found = refreshed(book(), [Cell("log", "what_was_said", 0)], kind)
    ana = found.rows("customers")[0]
    assert (ana["last_contact"], ana["feeling"]) == (date(2026, 11, 18), "neutral")
    assert left_out(found, "profiles", "log") == 1


@KINDS
@pytest.mark.parametrize(
    ("column", "gone"), [("id", 1), ("bought_on", 1), ("carrier", 0), ("seller", 1), ("category", 0)]
)
def test_an_improvement_counts_the_orders_of_which_it_knows_enough(kind: str, column: str, gone: int) -> None:
    rows = book() | {"improvements": [{"what": "x", "metric": "dispute_rate", "linked_to": "Lamp Co"}]}
    because = refreshed(rows, [Cell("purchases", column, 7)], kind).rows("improvements")[0]["because"]
    assert because.startswith(f"2 of {8 - gone} orders in a year;")


@KINDS
@pytest.mark.parametrize(
    ("maker", "table", "column", "other"),
    [
        (sellers.named, "sellers", "seller", "purchases"),
        (sellers.named, "sellers", "also_written_as", "purchases"),
        (carriers.named, "carriers", "carrier", "purchases"),
        (customers.named, "customers", "customer", "sales"),
    ],
)
def test_nobody_is_added_while_a_row_cannot_tell_what_it_is_called(
    kind: str, maker: Any, table: str, column: str, other: str
) -> None:
    key = "seller" if table == "sellers" else column
    rows = {other: [{"id": "X-1", "item": "lamp", key: "New"}], table: [{key: "Old"}]}
    assert made(maker, **rows) and len(refreshed(rows).rows(table)) == 2
    assert len(refreshed(rows, [Cell(table, column, 0)], kind).rows(table)) == 1


@KINDS
@pytest.mark.parametrize("column", ["seller", "carrier"])
def test_of_a_line_that_cannot_tell_nobody_is_added_and_of_the_others_they_are(kind: str, column: str) -> None:
    rows = {"purchases": [bought(1), bought(2, seller="Tent Co", carrier="DHL")]}
    found = refreshed(rows, [Cell("purchases", column, 0)], kind)
    assert [row[column] for row in found.rows(f"{column}s")] == [{"seller": "Tent Co", "carrier": "DHL"}[column]]


@KINDS
@pytest.mark.parametrize("column", ["seller", "also_written_as", "list_status", "feedback"])
def test_nothing_is_proposed_about_a_seller_whose_record_cannot_be_known(kind: str, column: str) -> None:
    rows = {
        "purchases": [bought(n, seller="Good" if n > 20 else "Bad") for n in range(1, 220)],
        "disputes": [case(n, f"P-{n:04}") for n in range(1, 9)],
        "sellers": [{"seller": "Bad"}, {"seller": "Good"}],
    }
    assert "seller:bad" in [row["key"] for row in refreshed(rows).rows("improvements")]
    found = refreshed(rows, [Cell("sellers", column, 0)], kind)
    assert "seller:bad" not in [row["key"] for row in found.rows("improvements")]


@KINDS
def test_the_only_case_of_a_line_is_told_whatever_else_it_says(kind: str) -> None:
    for column in ("closed_on", "opened_on", "type"):
        found = refreshed(book(), [Cell("disputes", column, 3)], kind)
        assert found.rows("purchases")[1]["dispute"] == "D-2026-0004" and not found.run.tables["purchases"].faults(
            "dispute"
        )


@KINDS
@pytest.mark.parametrize("table", ["purchases", "sales"])
def test_of_two_cases_of_a_line_nobody_guesses_which_counts(kind: str, table: str) -> None:
    rows, number = book(), {"purchases": "P-0001", "sales": "S-0001"}[table]
    rows["disputes"] += [case(5, number)]
    assert refreshed(rows).rows(table)[0]["dispute"] == "D-2026-0005"
    found = refreshed(rows, [Cell("disputes", "closed_on", 4)], kind).run.tables[table]
    assert found.faults("dispute") == {0: {Cell("disputes", "closed_on", 4)}}
