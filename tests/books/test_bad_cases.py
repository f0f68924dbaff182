"""What people may get wrong in a case: an issue with the cell and the cure; the verdict stays empty, the rest of the book still refreshes."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

import kakosheet
from kakosheet.app.new import new_book
from kakosheet.book.computing import compute, read_book
from kakosheet.core.address import quote_sheet
from kakosheet.core.issues import KakosheetError
from kakosheet.formats import read

TODAY = date(2026, 3, 20)


@pytest.fixture(scope="module")
def clean() -> bytes:
    case: dict[str, Any] = {
        "type": "product_damage",
        "opened_on": datetime(2026, 3, 16),
        "demand": "refund",
        "amount": 10.0,
        "loss": 10.0,
        "currency": "EUR",
        "grade": "refund",
        "description": "broken",
    }
    births = {
        "purchases": [
            {"id": f"P-000{n}", "item": "Tent", "seller": f"Shop {n}", "price": 10.0, "currency": "EUR"}
            for n in range(1, 4)
        ],
        "disputes": [{**case, "dispute_id": f"D-2026-000{n}", "order": f"P-000{n}"} for n in range(1, 4)],
        "offers": [
            {
                "id": "O-0001",
                "dispute": "D-2026-0001",
                "on": datetime(2026, 3, 17),
                "by": "seller",
                "kind": "full_refund",
            }
        ],
    }
    return new_book(profile="procurement", lang="en", births=births, today=TODAY)[0]


def at(book: Any, table: str, row: str, column: str) -> str:
    found = book.tables[table]
    key = "key" if table in ("deadlines", "settings", "rules") else found.schema.id_column
    return book.cell(table, column, found.rows[found.columns[key].index(row)])


def spoilt(clean: bytes, tmp_path: Path, cells: list[tuple[str, str, str, Any]]) -> tuple[Path, list[str]]:
    """The book with something else typed into those cells (table, row, column, value), and where they are."""
    path = tmp_path / "book.xlsx"
    path.write_bytes(clean)
    book = read_book(read(clean))[0]
    places = [
        f"{quote_sheet(book.binding[table].sheet)}!{at(book, table, row, column)}" for table, row, column, _ in cells
    ]
    kakosheet.set_cells(path, {place: cell[3] for place, cell in zip(places, cells, strict=True)})
    return path, [place.rpartition("!")[2] for place in places]


BAD: list[tuple[str, list[tuple[str, str, str, Any]], str, str]] = [
    (
        "circular parents",
        [("disputes", "D-2026-0001", "parent", "D-2026-0002"), ("disputes", "D-2026-0002", "parent", "D-2026-0001")],
        "K401",
        "error",
    ),
    ("done before it began", [("deadlines", "D-2026-0001/evidence/1", "done_on", date(2026, 3, 1))], "K312", "error"),
    ("an unknown platform", [("disputes", "D-2026-0001", "platform", "Bazaar 24")], "K304", "warning"),
    (
        "a step done in the future",
        [("deadlines", "D-2026-0001/evidence/1", "done_on", date(2026, 5, 1))],
        "K312",
        "error",
    ),
    ("an appeal in the future", [("disputes", "D-2026-0001", "appealed_on", date(2026, 5, 1))], "K312", "warning"),
    ("an offer in the future", [("offers", "O-0001", "on", date(2026, 5, 1))], "K312", "warning"),
    ("opened in the future", [("disputes", "D-2026-0001", "opened_on", date(2026, 5, 1))], "K312", "error"),
    ("a date that is none", [("disputes", "D-2026-0001", "opened_on", "31/02/2026")], "K302", "error"),
    ("a parent that is not there", [("disputes", "D-2026-0001", "parent", "D-2020-0099")], "K401", "error"),
]


@pytest.mark.parametrize(("what", "cells", "code", "severity"), BAD, ids=[bad[0] for bad in BAD])
def test_it_is_an_issue_at_its_cell_with_a_cure_and_the_rest_refreshes(
    clean: bytes, tmp_path: Path, what: str, cells: list[tuple[str, str, str, Any]], code: str, severity: str
) -> None:
    path, places = spoilt(clean, tmp_path, cells)
    done = kakosheet.refresh(path, today=TODAY)
    found = {(issue["cell"], issue["code"], issue["severity"]): issue["hint"] for issue in done["issues"]}
    for place in places:
        assert found.get((place, code, severity)), (what, done["issues"])
    other = compute(read(path.read_bytes()), today=TODAY).book.tables["disputes"]
    row = other.columns["dispute_id"].index("D-2026-0003")
    assert all(other.columns[key][row] is not None for key in ("stage", "due", "next_step", "demand_check", "summary"))


def test_the_verdicts_of_a_case_that_cannot_be_read_are_empty(clean: bytes, tmp_path: Path) -> None:
    path, _ = spoilt(clean, tmp_path, [("disputes", "D-2026-0001", "opened_on", "31/02/2026")])
    kakosheet.refresh(path, today=TODAY)
    tables = kakosheet.export(path)
    case = next(row for row in tables["disputes"] if row["dispute_id"] == "D-2026-0001")
    assert not any(case[key] for key in ("stage", "stage_needs", "due", "days_open", "refund_due"))
    assert case["next_step"].startswith("Mend Noticed on of D-2026-0001 (Dispute Workflow)")
    dates = [row for row in tables["deadlines"] if row["dispute"] == "D-2026-0001"]
    assert dates and not any(row["due"] or row["state"] or row["last_day"] for row in dates)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "12"])
def test_a_zone_that_is_none_stops_with_its_cell_and_writes_nothing(clean: bytes, tmp_path: Path, zone: str) -> None:
    path, places = spoilt(clean, tmp_path, [("settings", "zone", "yours", zone)])
    before = path.read_bytes()
    with pytest.raises(KakosheetError) as caught:
        kakosheet.refresh(path, today=TODAY)
    assert caught.value.code == "K502" and path.read_bytes() == before
    assert [(issue.cell, bool(issue.hint)) for issue in caught.value.issues if issue.code == "K502"] == [
        (places[0], True)
    ]


def test_a_blank_zone_is_the_shipped_one(clean: bytes, tmp_path: Path) -> None:
    path, _ = spoilt(clean, tmp_path, [("settings", "zone", "yours", None)])
    assert not [issue for issue in kakosheet.refresh(path, today=TODAY)["issues"] if issue["severity"] == "error"]


def test_a_clock_without_a_start_is_named_and_counts_from_the_opening(clean: bytes, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(clean)
    book = read_book(read(clean))[0]
    table, place = book.tables["rules"], book.binding["rules"]
    row, sheet = max(table.rows) + 1, quote_sheet(place.sheet)
    typed = {"platform": "Bazaar 24", "role": "Seller", "step": "Send a photo", "limit": 5, "unit": "days"}
    kakosheet.set_cells(path, {f"{sheet}!{book.cell('rules', key, row)}": value for key, value in typed.items()})
    done = kakosheet.refresh(path, today=TODAY)
    found = [
        (issue["cell"], issue["severity"], bool(issue["hint"])) for issue in done["issues"] if issue["code"] == "K503"
    ]
    assert found == [(book.cell("rules", "starts_at", row), "warning", True)] and done["written"]


def test_a_rule_of_ones_own_is_told_as_it_is_in_force_from_the_first_refresh(clean: bytes, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(clean)
    done = kakosheet.add(
        path,
        "rules",
        {"platform": "Bazaar 24", "role": "Seller", "step": "Send a photo", "limit": "5", "starts_at": "Case opened"},
        today=TODAY,
    )
    rule = next(row for row in kakosheet.export(path)["rules"] if row["key"] in done["ids"])
    assert rule["in_force"] == "5 days, weekends count; from: Case filed."
    before = path.read_bytes()
    assert not kakosheet.refresh(path, today=TODAY)["written"] and path.read_bytes() == before
