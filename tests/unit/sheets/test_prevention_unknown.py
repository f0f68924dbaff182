"""Cells of orders that cannot be known: what reads them is marked with them, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakosheet.core.records import Cell
from kakosheet.core.schema import Owner
from kakosheet.sheets import SCHEMA
from tests.unit.sheets.conftest import Refreshed
from tests.unit.sheets.prevention import TODAY, Rows, refreshed

KINDS = pytest.mark.parametrize("kind", ["bad", "unknown"])
BOUGHT: dict[str, Any] = {
    "item": "lamp",
    "seller": "Lamp Co",
    "price": 50.0,
    "currency": "EUR",
    "platform": "taobao",
    "bought_on": date(2026, 9, 1),
    "carrier": "SF",
    "category": "glass",
    "return_policy": "7 days",
    "specification": "12 W",
}
SOLD: dict[str, Any] = {
    "item": "lamp",
    "customer": "Ana",
    "price": 50.0,
    "currency": "EUR",
    "sold_on": date(2026, 11, 1),
    "carrier": "SF",
    "declared_value": 10.0,
    "category": "glass",
}
CASE: dict[str, Any] = {
    "type": "product_damage",
    "opened_on": datetime(2026, 10, 1),
    "filed_on": datetime(2026, 10, 1),
    "demand": "refund",
    "amount": 50.0,
    "currency": "EUR",
}


def book() -> dict[str, Rows]:
    """P-0001 planned, P-0002 bought, P-0003 here with a closed case, P-0004 with an open one; S-0001 to leave, S-0002 gone."""
    return {
        "purchases": [
            BOUGHT | {"id": "P-0001", "bought_on": None},
            BOUGHT | {"id": "P-0002"},
            BOUGHT | {"id": "P-0003", "received": TODAY},
            BOUGHT
            | {
                "id": "P-0004",
                "seller": "Other",
                "carrier": "DHL",
                "problem": "product_damage",
                "noticed_on": date(2026, 10, 1),
            },
        ],
        "sales": [SOLD | {"id": "S-0001"}, SOLD | {"id": "S-0002", "shipped": date(2026, 11, 2), "tracking": "RB1"}],
        "disputes": [
            CASE | {"dispute_id": "D-2026-0001", "order": "P-0003", "closed_on": date(2026, 11, 1), "result": "agreed"},
            CASE | {"dispute_id": "D-2026-0002", "order": "P-0004"},
        ],
        "sellers": [{"seller": "Lamp Co", "list_status": "watch"}, {"seller": "Other"}],
        "carriers": [{"carrier": "SF"}, {"carrier": "DHL"}],
    }


OURS = {
    table: [column.key for column in SCHEMA.tables[table].columns if column.owner is Owner.TOOL]
    for table in ("purchases", "sales")
}


def marked(found: Refreshed, table: str) -> dict[int, set[str]]:
    """The computed cells that cannot be known, by row."""
    result: dict[int, set[str]] = {}
    for key in OURS[table]:
        for at in found.run.tables[table].faults(key):
            result.setdefault(at, set()).add(key)
    return result


VERDICT = {"risk", "why", "do_next", "suggested_budget"}


@KINDS
@pytest.mark.parametrize(
    ("cell", "table", "marks"),
    [
        (Cell("purchases", "packaging", 0), "purchases", {0: VERDICT | {"checklist_percent", "ask_the_seller"}}),
        (Cell("purchases", "packaging", 2), "purchases", {2: {"checklist_percent"}}),
        (Cell("purchases", "agent", 1), "purchases", {}),
        (Cell("purchases", "shipped", 1), "purchases", {}),
        (
            Cell("purchases", "return_policy", 2),
            "purchases",
            {2: {"vague_words", "checklist_percent", "return_window_ends"}},
        ),
        (
            Cell("purchases", "delivery_promise", 3),
            "purchases",
            {3: {"vague_words", "risk", "why", "suggested_budget"}},
        ),
        (Cell("sellers", "list_status", 0), "purchases", {0: VERDICT, 1: {"risk", "why", "suggested_budget"}}),
        (Cell("carriers", "list_status", 1), "purchases", {3: {"risk", "why", "suggested_budget"}}),
        (Cell("disputes", "waived", 1), "purchases", {3: VERDICT}),
        (Cell("disputes", "waived", 0), "purchases", {}),
        (Cell("disputes", "closed_on", 1), "purchases", {3: VERDICT}),
        (Cell("sales", "declared_value", 0), "sales", {0: {"ready_to_ship", "missing", "risks"}}),
        (Cell("sales", "qc_passed", 1), "sales", {}),
        (Cell("sales", "photo_before", 1), "sales", {1: {"missing"}}),
        (Cell("sales", "declared_quantity", 0), "sales", {0: {"risks"}}),
        (Cell("sales", "exception", 0), "sales", {}),
        (Cell("sales", "destination", 0), "sales", {0: {"region", "risks"}}),
        (Cell("carriers", "tracked", 0), "sales", {1: {"risks"}}),
        (Cell("carriers", "list_status", 0), "sales", {0: {"risks"}, 1: {"risks"}}),
    ],
)
def test_only_what_hangs_on_it_is_marked(cell: Cell, table: str, marks: dict[int, set[str]], kind: str) -> None:
    found, clean = refreshed(book(), [cell], kind), refreshed(book())
    assert marked(found, table) == marks
    for key in OURS[table]:
        for at, faults in found.run.tables[table].faults(key).items():
            assert faults == {cell}, (key, at)
    emptied = {(at, key) for at, keys in marks.items() for key in keys}
    for key in OURS[table]:
        for at, value in enumerate(clean.run.tables[table].columns[key]):
            assert (at, key) in emptied or found.run.tables[table].columns[key][at] == value, (at, key)


@KINDS
def test_what_a_category_lost_leaves_out_what_cannot_be_known_and_counts_it(kind: str) -> None:
    lines = [BOUGHT | {"id": f"P-{n:04}", "order_no": str(n)} for n in range(1, 5)]
    found = refreshed({"purchases": lines}, [Cell("purchases", "price", 0), Cell("purchases", "currency", 1)], kind)
    table = found.run.tables["purchases"]
    assert set(table.faults("expected_loss")) == {0}
    assert table.columns["expected_loss"] == [None, *[round(50 * 0.05 * 500 / (500 + 2 * 50), 2)] * 3]
    assert ("expected_loss", "purchases", 2) in [(left.rule, left.table, left.count) for left in found.run.left_out]


# -- the case of a line --------------------------------------------------------------------------------------------------------------


@KINDS
@pytest.mark.parametrize("column", ["closed_on", "opened_on"])
def test_the_only_case_of_a_line_is_its_own_whatever_else_is_known(column: str, kind: str) -> None:
    assert refreshed(book(), [Cell("disputes", column, 1)], kind).rows("purchases")[3]["dispute"] == "D-2026-0002"


@KINDS
def test_which_of_two_cases_counts_cannot_be_known_without_their_days(kind: str) -> None:
    rows = book()
    rows["disputes"].append(CASE | {"dispute_id": "D-2026-0003", "order": "P-0004"})
    found = refreshed(rows, [Cell("disputes", "closed_on", 1)], kind).run.tables["purchases"]
    assert found.faults("dispute") == {3: {Cell("disputes", "closed_on", 1)}}


@KINDS
def test_a_case_of_an_order_that_cannot_be_known_may_be_that_of_a_line_with_its_problem_and_day(kind: str) -> None:
    rows = book()
    rows["purchases"].append(BOUGHT | {"id": "P-0005", "problem": "counterfeit", "noticed_on": date(2026, 11, 3)})
    found = refreshed(rows, [Cell("disputes", "order", 1)], kind)
    assert found.run.tables["purchases"].faults("dispute") == {3: {Cell("disputes", "order", 1)}}
    assert found.rows("purchases")[4]["dispute"] == "D-2026-0003"
    assert len(found.rows("disputes")) == 3


# -- checks --------------------------------------------------------------------------------------------------------------------------


AHEAD = TODAY + timedelta(days=9)
DAYS = {
    "purchases": ("bought_on", "shipped", "arrived_at_warehouse", "received", "noticed_on", "confirmed_on"),
    "sales": (
        "sold_on",
        "shipped",
        "last_movement",
        "delivered",
        "noticed_on",
        "consent_to_lower_value",
        "gift_confirmed_on",
        "told_the_buyer_on",
    ),
    "disputes": (
        "closed_on",
        "refund_received_on",
        "occurred_at",
        "answered_on",
        "waiting_since",
        "confirmed_by_us_on",
        "confirmed_by_customer_on",
        "appealed_on",
        "return_sent",
        "return_received",
        "refund_promised",
        "duty_back_on",
    ),
}
FIRST: dict[str, dict[str, Any]] = {
    "purchases": BOUGHT | {"id": "P-0001", "bought_on": None},
    "sales": SOLD | {"id": "S-0001", "sold_on": None},
    "disputes": CASE | {"dispute_id": "D-2026-0001"},
}


def ahead(found: Refreshed, table: str) -> set[str]:
    return {
        fault.column
        for name, _, fault in found.run.faults
        if name == table and fault.code == "K312" and fault.severity == "warning"
    }


@pytest.mark.parametrize("table", DAYS)
@given(st.data())
def test_every_day_ahead_is_pointed_out_unless_it_cannot_be_known(table: str, data: st.DataObject) -> None:
    days = data.draw(st.sets(st.sampled_from(DAYS[table])))
    spoilt = data.draw(st.sets(st.sampled_from(DAYS[table])))
    filled = {
        key: datetime.combine(AHEAD, datetime.min.time())
        if key in ("occurred_at", "waiting_since", "appealed_on")
        else AHEAD
        for key in days
    }
    kind = data.draw(st.sampled_from(["bad", "unknown"]))
    found = refreshed({table: [FIRST[table] | filled]}, [Cell(table, key, 0) for key in spoilt], kind)
    assert ahead(found, table) == days - spoilt


def faults(rows: dict[str, Rows], table: str, spoilt: Iterable[Cell] = ()) -> set[tuple[str, str]]:
    return {
        (fault.column, fault.code)
        for name, _, fault in refreshed(rows, spoilt).run.faults
        if name == table and fault.severity == "error"
    }


def test_a_cell_that_cannot_be_known_hides_no_contradiction_of_others() -> None:
    line = BOUGHT | {
        "id": "P-0001",
        "received": date(2026, 8, 1),
        "shipped": date(2026, 9, 3),
        "noticed_on": date(2026, 7, 1),
    }
    assert faults({"purchases": [line]}, "purchases") == {("received", "K312"), ("noticed_on", "K312")}
    assert faults({"purchases": [line]}, "purchases", [Cell("purchases", "bought_on", 0)]) == {("received", "K312")}
    sale = SOLD | {"id": "S-0001", "delivered": date(2026, 10, 1), "net_weight": 2.0, "gross_weight": 1.0}
    assert faults({"sales": [sale]}, "sales", [Cell("sales", "delivered", 0)]) == {("gross_weight", "K309")}
    assert faults({"sales": [sale]}, "sales", [Cell("sales", "net_weight", 0)]) == {("delivered", "K312")}
    case = CASE | {
        "dispute_id": "D-2026-0001",
        "closed_on": date(2026, 9, 1),
        "occurred_at": datetime(2026, 10, 9),
        "return_received": TODAY,
    }
    assert faults({"disputes": [case]}, "disputes", [Cell("disputes", "return_sent", 0)]) == {
        ("closed_on", "K312"),
        ("occurred_at", "K312"),
    }


def test_more_back_than_was_asked_for_is_seen_without_the_price_s_currency() -> None:
    rows = {
        "purchases": [BOUGHT | {"id": "P-0001"}],
        "disputes": [CASE | {"dispute_id": "D-2026-0001", "order": "P-0001", "money_back": 90.0}],
    }
    found = refreshed(rows, [Cell("purchases", "currency", 0)]).run.faults
    assert [fault.column for name, _, fault in found if name == "disputes" and fault.code == "K309"] == ["money_back"]
