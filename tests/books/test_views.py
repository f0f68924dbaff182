"""What people type into views is never lost in silence: those are computed anew with every refresh, and people write everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import kakosheet
from kakosheet.app.new import new_book
from kakosheet.core.patch import Formula, Patch, SheetPatch
from kakosheet.core.raw import FormulaCell
from kakosheet.formats import apply, read
from kakosheet.sheets import SCHEMA
from tests.books.sample import TODAY

LATER = TODAY + timedelta(days=1)


@cache
def made(kind: str) -> bytes:
    births = {
        "purchases": [
            {
                "item": item,
                "seller": "Lux",
                "price": 5.0,
                "platform": "ebay",
                "problem": "product_damage",
                "noticed_on": TODAY,
            }
            for item in ("Lamp", "Cup", "Chair")
        ]
    }
    return new_book(
        profile="merchant", lang="en", today=TODAY, settings={"zone": "UTC"}, births=births, kind=kind, book_id="views"
    )[0]


@pytest.fixture
def book(path: Path) -> Path:
    path.write_bytes(made(path.suffix.removeprefix(".")))
    return path


def cells(path: Path, sheet: str) -> dict[tuple[int, int], Any]:
    return {
        (row, column): value
        for row, values in read(path.read_bytes()).sheets[sheet].rows.items()
        for column, value in values.items()
    }


def typed(path: Path, sheet: str, change: Mapping[tuple[int, int], Any]) -> None:
    """What people type, or paste: formulas too."""
    patch = SheetPatch()
    for (row, column), value in change.items():
        patch.cells.setdefault(row, {})[column] = value
    path.write_bytes(apply(path.read_bytes(), Patch({sheet: patch})).data)


def told(done: Mapping[str, Any]) -> dict[str, str]:
    return {
        f"{issue['sheet']}!{issue['cell']}": issue["message"] for issue in done["issues"] if issue["code"] == "K308"
    }


def test_nothing_is_claimed_where_nobody_typed(book: Path) -> None:
    before = book.read_bytes()
    assert told(kakosheet.refresh(book, today=TODAY)) == {} and book.read_bytes() == before
    for days in (40,):
        assert told(kakosheet.refresh(book, today=TODAY + timedelta(days=days))) == {}


def test_a_link_that_a_program_did_not_compute_was_typed_by_nobody(book: Path) -> None:
    links = {place: cell for place, cell in cells(book, "Alerts").items() if isinstance(cell, FormulaCell)}
    stale = {place: Formula(cell.text, 0) for place, cell in links.items() if (cell.text or "").startswith("HYPERLINK")}
    assert len(stale) > 2
    typed(book, "Alerts", stale)
    assert told(kakosheet.check(book, today=LATER)) == told(kakosheet.refresh(book, today=TODAY)) == {}


def test_a_note_in_a_line_of_a_view_is_told_before_and_when_the_line_comes_back(book: Path) -> None:
    lines = cells(book, "Alerts")
    typed(book, "Alerts", {(6, 4): "call Li Wei", (7, 8): 4711, (8, 6): "D-soon"})
    for done in (kakosheet.check(book, today=LATER), kakosheet.refresh(book, today=TODAY)):
        assert {place: message.split('"')[1] for place, message in told(done).items()} == {
            "Alerts!D6": "call Li Wei",
            "Alerts!H7": "4711",
            "Alerts!F8": "D-soon",
        }
        assert all('under "Note" of Deadlines' in issue["hint"] for issue in done["issues"] if issue["code"] == "K308")
    assert cells(book, "Alerts") == lines
    assert told(kakosheet.refresh(book, today=LATER)) == {}


def test_what_was_typed_over_comes_back_with_undo(book: Path) -> None:
    typed(book, "Alerts", {(6, 4): "call Li Wei"})
    mine = book.read_bytes()
    kakosheet.refresh(book, today=TODAY)
    kakosheet.undo(book)
    assert book.read_bytes() == mine


@pytest.mark.parametrize(
    ("sheet", "block", "column", "slot"),
    [
        ("Alerts", "alerts", "what_to_do", 150),
        ("Start", "start_alerts", "dispute", 9),
        ("Review Dashboard", "dashboard_sellers", "seller", 10),
    ],
)
def test_a_note_where_a_view_says_nothing_stays_and_is_told(
    book: Path, sheet: str, block: str, column: str, slot: int
) -> None:
    place = slot_of(book, block, column, slot)
    typed(book, sheet, {place: "my note"})
    for day in (LATER, LATER):
        done = kakosheet.refresh(book, today=day)
        assert [message for told_at, message in told(done).items() if told_at.startswith(sheet)] == [
            '"my note" stands in a computed cell, and stays until that is needed'
        ]
        assert cells(book, sheet)[place] == "my note"
    assert not done["written"]


def slot_of(book: Path, block: str, column: str, number: int) -> tuple[int, int]:
    area = read(book.read_bytes()).names[f"_kako_{block}_{column}"]
    assert area is not None
    return area.row + number, area.column


def test_a_formula_of_ones_own_in_a_blank_line_stays(book: Path) -> None:
    typed(book, "Alerts", {(150, 4): Formula("1+1", 2)})
    done = kakosheet.refresh(book, today=LATER)
    assert "=1+1" in told(done)["Alerts!D150"]
    assert cells(book, "Alerts")[150, 4].text == "1+1"


def test_a_note_that_is_in_the_way_is_told_when_its_line_is_needed(path: Path) -> None:
    kakosheet.new(path, today=TODAY, launcher=False, settings={"zone": "UTC"})
    row, column = slot_of(path, "alerts", "what_to_do", 2)
    typed(path, "Alerts", {(row, column): "my note"})
    assert "stays" in next(iter(told(kakosheet.refresh(path, today=TODAY)).values()))
    done = kakosheet.add(
        path,
        "purchases",
        {
            "item": "Lamp",
            "seller": "Lux",
            "price": 5,
            "platform": "eBay",
            "problem": "product_damage",
            "noticed_on": date(2026, 11, 20),
        },
        today=TODAY,
    )
    assert "my note" in next(iter(told(done).values())) and "puts the computed value back" in next(
        iter(told(done).values())
    )
    assert cells(path, "Alerts")[row, column] != "my note"


def test_lines_that_people_sorted_are_not_taken_for_typed(book: Path) -> None:
    before = cells(book, "Alerts")
    swapped = {
        (row, column): before.get((13 - row, column))
        for row in range(5, 9)
        for column in (2, 4, 5, 7, 8, 9, 10, 11, 12)
    }
    typed(book, "Alerts", swapped)
    assert told(kakosheet.refresh(book, today=TODAY)) == {}
    assert cells(book, "Alerts") == before


def test_words_beside_below_and_above_the_blocks_are_never_touched(book: Path) -> None:
    beyond = {
        "Alerts": {(6, 14): "right", (300, 1): "below", (1, 4): "above"},
        "Start": {(80, 26): "far", (3, 9): "=1"},
        "Review Dashboard": {(2, 60): "far", (400, 2): "below"},
    }
    for sheet, change in beyond.items():
        typed(book, sheet, change)
    for days in (0, 40):
        done = kakosheet.refresh(book, today=TODAY + timedelta(days=days))
        assert told(done) == {}
        for sheet, change in beyond.items():
            held = cells(book, sheet)
            assert {place: held.get(place) for place in change} == change


def test_a_book_that_notes_nothing_claims_nothing_and_notes_from_then_on(book: Path) -> None:
    raw = read(book.read_bytes()).sheets["Lists"].rows
    typed(
        book,
        "Lists",
        {(row, at): None for row, values in raw.items() if str(values.get(1)).startswith("left in ") for at in values},
    )
    typed(book, "Alerts", {(6, 4): "call Li Wei"})
    assert told(kakosheet.refresh(book, today=TODAY)) == {}
    typed(book, "Alerts", {(6, 4): "call Li Wei"})
    assert list(told(kakosheet.refresh(book, today=TODAY))) == ["Alerts!D6"]


def test_a_formula_that_another_version_wrote_is_not_taken_for_typed(book: Path) -> None:
    """Of the block with the headline of Alerts, and of every other, the label says which version left it."""
    typed(book, "Alerts", {(3, 1): Formula("1+1", 2)})
    assert list(told(kakosheet.check(book, today=TODAY))) == ["Alerts!A3"]
    labels = {
        place: text.replace(f" {SCHEMA.version}:", f" {SCHEMA.version - 1}:")
        for place, text in cells(book, "Lists").items()
        if place[1] == 1 and str(text).startswith("left in ")
    }
    typed(book, "Lists", labels)
    assert told(kakosheet.refresh(book, today=TODAY)) == {}
    assert cells(book, "Alerts")[3, 1].text != "1+1"
