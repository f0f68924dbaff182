"""`did` writes what was done into the one cell that holds it, and the book goes on from there."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

import kakosheet
from kakosheet.app.add import add_rows
from kakosheet.app.did import FACTS, could, did
from kakosheet.app.export import export
from kakosheet.cli import main
from kakosheet.core.issues import KakosheetError
from kakosheet.sheets import SCHEMA

NOTICED = date(2026, 11, 17)
TODAY = date(2026, 11, 18)
CASE = "D-2026-0001"


@pytest.fixture
def book(path: Path) -> Path:
    kakosheet.new(path, today=TODAY, launcher=False)
    order = {"item": "Lamp", "seller": "Shop", "price": "40", "platform": "AliExpress", "received": "2026-11-10"}
    add_rows(path, "purchases", [{**order, "problem": "Damaged goods", "noticed_on": str(NOTICED)}], today=TODAY)
    return path


def case(book: Path) -> dict[str, object]:
    found: dict[str, object] = export(book)["disputes"][0]
    return found


def test_every_fact_has_a_cell_of_a_day() -> None:
    columns = SCHEMA.tables["disputes"].by_key
    assert {columns[column].kind.value for column in FACTS.values()} <= {"date", "datetime"}


def test_what_could_be_done_is_listed_the_most_pressing_first(book: Path) -> None:
    listed = could(book, CASE.lower(), today=TODAY)
    assert [one["what"] for one in listed[:3]] == ["filed", "told", "evidence"]  # the platform's last day is in a week
    assert (listed[0]["due"], listed[0]["title"]) == ("2026-11-25", "Filed on")
    assert {one["what"] for one in listed} >= FACTS.keys()


def test_without_more_it_is_the_next_step_today(book: Path) -> None:
    assert "Filed on" in str(case(book)["next_step"])
    done = did(book, CASE, today=TODAY)
    assert (done["did"]["title"], done["did"]["day"]) == ("Filed on", "2026-11-18")
    assert str(case(book)["filed_on"]).startswith("2026-11-18")
    answer = next(row for row in export(book)["deadlines"] if row["node"] == "seller_answer")
    assert answer["due"].startswith("2026-11-23")
    opened = next(row for row in export(book)["deadlines"] if row["node"] == "open_case")
    assert opened["state"] == "done"


def test_a_step_without_a_cell_of_its_own_is_done_in_deadlines(book: Path) -> None:
    did(book, CASE, "evidence", today=TODAY)
    row = next(row for row in export(book)["deadlines"] if row["node"] == "evidence")
    assert (row["state"], row["done_on"]) == ("done", "2026-11-18T00:00:00")


@pytest.mark.parametrize(
    ("what", "day", "code"),
    [("sang", None, "K113"), ("told", date(2026, 11, 19), "K113"), ("told", date(2026, 11, 17), "K405")],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(book: Path, what: str, day: date | None, code: str) -> None:
    did(book, CASE, "told", TODAY, today=TODAY)
    before = book.read_bytes()
    with pytest.raises(KakosheetError) as refused:
        did(book, CASE, what, day, today=TODAY)
    assert refused.value.code == code and book.read_bytes() == before
    with pytest.raises(KakosheetError) as unknown:
        did(book, "D-2020-0001", today=TODAY)
    assert unknown.value.code == "K401"


def test_another_day_only_by_force_and_a_dry_run_writes_nothing(book: Path) -> None:
    did(book, CASE, "told", today=TODAY)
    before = book.read_bytes()
    assert not did(book, CASE, "told", NOTICED, today=TODAY, force=True, dry_run=True)["written"]
    assert book.read_bytes() == before
    did(book, CASE, "told", NOTICED, today=TODAY, force=True)
    assert case(book)["told_on"] == "2026-11-17"


def test_the_command_says_the_cell_and_the_day(book: Path) -> None:
    listed = CliRunner().invoke(main, ["did", str(book), CASE, "--list", "--today", str(TODAY)])
    assert listed.exit_code == 0 and listed.output.startswith(
        "filed · 2026-11-25 · Open the case on AliExpress · Filed on"
    )
    done = CliRunner().invoke(main, ["did", str(book), CASE, "told", "2026-11-17", "--today", str(TODAY), "--json"])
    assert done.exit_code == 0 and json.loads(done.stdout)["did"]["day"] == "2026-11-17"
