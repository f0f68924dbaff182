"""An import adds each order line once, and what stands is never changed."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, datetime
from typing import Any

import pytest

from kakosheet.book.merging import ImportPlan, plan_import, same
from kakosheet.core.issues import Severity
from kakosheet.core.schema import Column, Kind, Owner, TableSchema
from kakosheet.core.table import Table
from kakosheet.core.titles import Titles
from kakosheet.importers import ImportedRow, ImportedRows

SCHEMA = TableSchema(
    key="purchases",
    sheet="purchases",
    key_column="id",
    id_column="id",
    columns=(
        Column("id", "ID", owner=Owner.ID),
        Column("item", "Item"),
        Column("seller", "Seller"),
        Column("price", "Price", Kind.MONEY),
        Column("currency", "Cur.", Kind.CURRENCY),
        Column("platform", "Platform", Kind.CHOICE, choices="platform", open_choices=True),
        Column("bought_on", "Bought on", Kind.DATE),
        Column("order_no", "Order no."),
        Column("line_no", "Line", Kind.INTEGER),
        Column("tracking", "Tracking"),
    ),
)
TITLES = Titles("en", choices={"platform": {"ebay": "eBay"}})

LAMP = {
    "item": "Lamp",
    "seller": "Lux",
    "price": 12.5,
    "currency": "EUR",
    "platform": "ebay",
    "bought_on": date(2026, 3, 1),
    "order_no": "A1",
    "line_no": 1,
}
CUP = {**LAMP, "item": "Cup", "price": 4.0, "line_no": 2}


def standing(*rows: dict[str, Any]) -> Table:
    table = Table.empty(SCHEMA)
    for number, row in enumerate(rows, 4):
        table.append({"id": f"P-{number:04}", **row})
        table.rows[-1] = number
    return table


def lay(table: Table, *rows: dict[str, Any]) -> ImportPlan:
    imported = ImportedRows(
        "purchases", "export.csv", [ImportedRow(line, dict(row)) for line, row in enumerate(rows, 2)]
    )
    return plan_import(table, imported, TITLES, "Purchase Checklist", lambda column, row: f"{column}{row}")


def without(row: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in keys}


def test_new_lines_are_added_as_they_are() -> None:
    plan = lay(standing(), LAMP, CUP)
    assert plan.rows == [LAMP, CUP]
    assert not plan.issues


@pytest.mark.parametrize(
    "rows",
    [
        (LAMP, CUP),
        (without(LAMP, "line_no"), without(CUP, "line_no")),
        (without(LAMP, "platform"), without(CUP, "platform")),
        (without(LAMP, "order_no", "line_no"), without(CUP, "order_no", "line_no")),
        (without(LAMP, "line_no"), without(LAMP, "line_no")),
        (without(LAMP, "order_no", "line_no"), without(LAMP, "order_no", "line_no")),
    ],
)
def test_a_second_import_adds_nothing_and_says_nothing(rows: tuple[dict[str, Any], ...]) -> None:
    first = lay(standing(), *rows)
    assert len(first.rows) == len(rows)
    for again in (rows, rows[::-1]):
        second = lay(standing(*first.rows), *again)
        assert (second.rows, second.same, second.issues) == ([], len(rows), [])


def test_lines_that_the_export_does_not_count_get_the_next_number_of_their_order() -> None:
    plan = lay(standing(LAMP), without(CUP, "line_no"), without({**CUP, "item": "Pot"}, "line_no"))
    assert [row["line_no"] for row in plan.rows] == [2, 3]


def test_one_number_on_two_platforms_is_two_orders() -> None:
    assert len(lay(standing(LAMP), {**LAMP, "platform": "amazon"}).rows) == 1


def test_a_hand_typed_order_without_line_or_platform_is_known_again() -> None:
    plan = lay(standing(without(CUP, "line_no", "platform"), without(LAMP, "line_no", "platform")), LAMP, CUP)
    assert (plan.rows, plan.same, plan.issues) == ([], 2, [])


def test_a_cell_that_differs_is_a_conflict_and_is_kept() -> None:
    table = standing({**LAMP, "price": 13.0, "bought_on": date(2026, 3, 2)})
    before = deepcopy(table.columns)
    plan = lay(table, LAMP)
    assert [(i.code, i.severity, i.sheet, i.cell) for i in plan.issues] == [
        ("K405", Severity.WARNING, "Purchase Checklist", "price4"),
        ("K405", Severity.WARNING, "Purchase Checklist", "bought_on4"),
    ]
    assert plan.issues[0].message == "Price is 13.00, the import says 12.50 (export.csv line 2)"
    assert plan.rows == [] and table.columns == before


def test_a_blank_cell_stays_blank_and_a_note_says_what_the_export_has() -> None:
    plan = lay(standing(LAMP), {**LAMP, "tracking": "SF100"})
    assert plan.rows == []
    assert [(i.severity, i.cell) for i in plan.issues] == [(Severity.NOTE, "tracking4")]
    assert 'Tracking "SF100"' in plan.issues[0].message


def test_a_cell_that_cannot_be_read_is_no_conflict() -> None:
    table = standing({**LAMP, "price": None})
    table.bad["price"] = {0}
    assert lay(table, LAMP).issues == []


def test_a_planned_row_is_proposed_and_never_doubled() -> None:
    planned = without(LAMP, "order_no", "line_no", "bought_on", "currency")
    plan = lay(standing(planned), LAMP, {**LAMP, "order_no": "A2"})
    assert (plan.proposed, [row["order_no"] for row in plan.rows]) == (1, ["A2"])
    assert [(i.severity, i.cell) for i in plan.issues] == [(Severity.NOTE, "order_no4")]
    assert plan.issues[0].message.startswith('P-0004 is planned and looks like Platform "eBay", Order no. "A1", Line 1')


def test_an_order_line_whose_number_could_not_be_read_is_not_doubled_once_it_can() -> None:
    plan = lay(standing(without(LAMP, "order_no", "line_no")), LAMP)
    assert (plan.proposed, plan.rows) == (1, [])
    assert plan.issues[0].message.startswith("P-0004 has no order number and looks like")
    assert lay(standing({**without(LAMP, "order_no", "line_no"), "bought_on": date(2020, 1, 1)}), LAMP).proposed == 0


@pytest.mark.parametrize(
    "other", [{"price": 12.6}, {"seller": "Other"}, {"currency": "USD"}, {"bought_on": date(2026, 1, 1)}]
)
def test_a_row_that_is_another_or_not_planned_is_not_proposed(other: dict[str, Any]) -> None:
    plan = lay(standing({**without(LAMP, "order_no", "line_no", "bought_on"), **other}), LAMP)
    assert (plan.proposed, len(plan.rows)) == (0, 1)


def test_an_order_line_that_stands_twice_in_the_export_is_taken_once() -> None:
    plan = lay(standing(), LAMP, LAMP, {**LAMP, "price": 1.0})
    assert plan.rows == [LAMP]
    assert [(i.code, i.cell) for i in plan.issues] == [("K402", "line 4")]


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("ＬＡＭＰ  a", "lamp A", True),
        (1.0, 1.001, True),
        (1.0, 1.01, False),
        (True, 1, False),
        (date(2026, 1, 1), datetime(2026, 1, 1, 9), True),
        (datetime(2026, 1, 1, 8), datetime(2026, 1, 1, 9), False),
        ("1", 1, False),
    ],
)
def test_values_are_the_same_when_they_mean_the_same(one: Any, other: Any, equal: bool) -> None:
    assert same(one, other) is equal
