"""`upgrade`: a book of an older schema gets the columns that it did not know; what people typed stays where and what it was."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import kakosheet
from kakosheet.app import new as creating
from kakosheet.book.computing import VERSION, usual_places
from kakosheet.book.moment import moment_of
from kakosheet.book.sample import sample_tables
from kakosheet.cli import main
from kakosheet.core.address import cell_name
from kakosheet.core.bind import typed_by_people
from kakosheet.core.layout import ViewLayout
from kakosheet.core.locate import locate
from kakosheet.core.schema import Owner, TableSchema, WorkbookSchema
from kakosheet.formats import WRITERS, read
from kakosheet.policy.loader import load_policy, load_titles
from kakosheet.sheets import SCHEMA
from tests.books.sample import TODAY

NEWER = {
    "purchases": {"size_chart_checked", "delivery_promise", "return_window_ends"},
    "disputes": {"summary"},
    "deadlines": {"days_left"},
    "sellers": {"last_order", "notes"},
}
"""Columns that the older schema did not have: of every hand, in the middle and at the end."""
BLOCKS = {"dashboard_ages", "dashboard_handling", "dashboard_findings"}
"""Blocks of a view that it did not have."""
COMPUTED = "days_open"
"""A column that was computed then, and is a live formula now."""


def older_table(table: TableSchema) -> TableSchema:
    columns = tuple(c for c in table.columns if c.key not in NEWER.get(table.key, ()))
    return replace(
        table, columns=tuple(replace(c, owner=Owner.TOOL, formula="") if c.key == COMPUTED else c for c in columns)
    )


def older_schema() -> WorkbookSchema:
    return WorkbookSchema(
        SCHEMA.version - 1,
        tuple(
            replace(s, tables=tuple(older_table(table) for table in s.tables if table.key not in BLOCKS))
            for s in SCHEMA.sheets
        ),
    )


def older_layout(layout: ViewLayout) -> ViewLayout:
    return replace(
        layout,
        blocks=tuple(block for block in layout.blocks if block.block not in BLOCKS),
        charts=tuple(chart for chart in layout.charts if chart.categories.partition(".")[0] not in BLOCKS),
    )


@cache
def older_book(kind: str = "xlsx") -> bytes:
    """A sample as an older version would have written it."""
    titles, policy = load_titles("en", "shopper"), load_policy("shopper", "en")
    moment = moment_of(TODAY, None, policy.settings["zone"])
    tables, in_force, sequences = creating._settled(sample_tables(TODAY, "shopper", titles), {}, policy, titles, moment)
    book = creating._as_new_book(tables, in_force, titles, moment, sequences, "shopper", "an-older-book")
    return WRITERS[kind](
        replace(
            book,
            schema=older_schema(),
            layouts={key: older_layout(layout) for key, layout in book.layouts.items()},
            properties={**book.properties, VERSION: SCHEMA.version - 1},
        )
    )


@pytest.fixture
def book(path: Path) -> Path:
    path.write_bytes(older_book(path.suffix[1:]))
    return path


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def typed(book: Path) -> dict[str, list[dict[str, Any]]]:
    """What people's columns hold, without those that are new."""
    keys = {
        key: {c.key for c in table.columns if typed_by_people(c) and c.key not in NEWER.get(key, ())}
        for key, table in SCHEMA.tables.items()
    }
    return {
        key: [{name: value for name, value in row.items() if name in keys[key]} for row in rows]
        for key, rows in kakosheet.export(book).items()
        if key in ("purchases", "disputes", "deadlines", "sellers", "evidence", "log")
    }


def test_an_older_book_is_not_refreshed_but_told_to_be_upgraded(book: Path) -> None:
    result = CliRunner().invoke(main, ["refresh", str(book)])
    assert (
        result.exit_code == 1
        and "K209" in result.stderr
        and "kakosheet upgrade" in result.stderr
        and book.read_bytes() == older_book(book.suffix[1:])
    )
    assert "K202" not in result.stderr, "what the upgrade brings is not told column by column"


def test_a_dry_run_shows_every_new_column_and_writes_nothing(book: Path) -> None:
    result = CliRunner().invoke(main, ["upgrade", str(book), "--dry-run"])
    assert result.exit_code == 0 and book.read_bytes() == older_book(book.suffix[1:])
    for title in ("Size chart checked", "Return window ends", "Summary", "Days left", "Last order"):
        assert f"header: (none) → {title}" in result.stdout.replace("\n", " ")
    assert f"property {VERSION}: {SCHEMA.version - 1} → {SCHEMA.version}" in result.stdout


def test_an_upgraded_book_refreshes_and_keeps_what_was_typed(book: Path) -> None:
    before = typed(book)
    done = kakosheet.upgrade(book)
    assert (
        done["written"] and done["issues"] == [] and (done["from"], done["to"]) == (SCHEMA.version - 1, SCHEMA.version)
    )
    assert typed(book) == before
    refreshed = kakosheet.refresh(book, today=TODAY)
    assert refreshed["written"] and not [issue for issue in refreshed["issues"] if issue["severity"] == "error"]
    assert not [issue for issue in refreshed["issues"] if issue["code"] == "K308"], (
        "nobody typed over what the older version wrote"
    )
    exported = kakosheet.export(book)
    assert (
        typed(book) == before
        and any(row["last_order"] for row in exported["sellers"])
        and any(row["summary"] for row in exported["disputes"])
    )
    assert any(row["days_left"] is not None for row in exported["deadlines"])
    assert not kakosheet.refresh(book, today=TODAY)["written"]


@pytest.mark.parametrize("path", ["xlsx"], indirect=True)
def test_an_upgrade_touches_only_headers_marks_and_properties(book: Path) -> None:
    kakosheet.upgrade(book)
    old, new = parts(older_book()), parts(book.read_bytes())
    assert old.keys() == new.keys()
    kinds = {name.split("/")[1] if name.startswith("xl/") else name for name in new if new[name] != old[name]}
    assert kinds <= {"worksheets", "tables", "workbook.xml", "sharedStrings.xml", "docProps/custom.xml"}
    before, after = read(older_book()).sheets, read(book.read_bytes()).sheets
    for name, sheet in after.items():
        changed = {
            (row, column)
            for row, cells in sheet.rows.items()
            for column, value in cells.items()
            if before[name].rows.get(row, {}).get(column) != value
        }
        assert all(row == 3 or name == "Lists" or (name == "Review Dashboard" and row > 88) for row, _ in changed), (
            name,
            changed,
        )


def test_a_second_upgrade_does_nothing(book: Path) -> None:
    kakosheet.upgrade(book)
    before = book.read_bytes()
    result = CliRunner().invoke(main, ["upgrade", str(book)])
    assert (result.exit_code, result.stdout) == (0, "nothing to upgrade\n") and book.read_bytes() == before


def test_a_column_of_the_users_that_stands_in_the_way_is_left_in_place(book: Path) -> None:
    last = max(table.area.last_column for table in read(older_book()).sheets["Seller Scores"].tables)
    kakosheet.set_cells(
        book,
        {f"Seller Scores!{cell_name(3, last + 1)}": "My notes", f"Seller Scores!{cell_name(9, last + 1)}": "a friend"},
    )
    kakosheet.upgrade(book)
    rows = read(book.read_bytes()).sheets["Seller Scores"].rows
    assert (rows[3][last + 1], rows[9][last + 1]) == ("My notes", "a friend") and {
        rows[3][last + 2],
        rows[3][last + 3],
    } == {"Last order", "Notes"}
    kakosheet.refresh(book, today=TODAY)
    assert read(book.read_bytes()).sheets["Seller Scores"].rows[9][last + 1] == "a friend"


def block(book: Path) -> list[dict[str, Any]]:
    """The rows of a block that an upgrade brings, as they stand in the book."""
    place = places(book)["dashboard_handling"]
    rows = read(book.read_bytes()).sheets[place.sheet].rows
    return [
        {key: rows.get(row, {}).get(column) for key, column in place.columns.items()}
        for row in range(place.header_row, place.header_row + 9)
    ]


def places(book: Path) -> Any:
    return locate(read(book.read_bytes()), SCHEMA, load_titles("en", "shopper")).binding


def test_a_view_gets_the_blocks_that_it_lacks_where_a_new_book_has_them(book: Path) -> None:
    kakosheet.upgrade(book)
    kakosheet.refresh(book, today=TODAY)
    made, place = block(book), places(book)["dashboard_handling"]
    assert place == usual_places(load_titles("en", "shopper"), "shopper")["dashboard_handling"]
    assert made[8]["quarter"] == "2026 Q4*" and any(row["first_answer"] for row in made[1:])
    assert not kakosheet.refresh(book, today=TODAY)["written"]


@pytest.mark.parametrize("path", ["xlsx"], indirect=True)
def test_what_people_wrote_where_a_block_would_stand_is_left_alone(book: Path) -> None:
    kakosheet.set_cells(book, {"Review Dashboard!D92": "our notes", "Review Dashboard!AZ5": "far"})
    kakosheet.upgrade(book)
    kakosheet.refresh(book, today=TODAY)
    rows, place = read(book.read_bytes()).sheets["Review Dashboard"].rows, places(book)["dashboard_handling"]
    assert rows[92][4] == "our notes" and rows[5][52] == "far" and min(place.columns.values()) > 52
    assert block(book)[8]["quarter"] == "2026 Q4*" and not kakosheet.refresh(book, today=TODAY)["written"]


@pytest.mark.parametrize("path", ["xlsx"], indirect=True)
def test_a_repair_writes_the_headers_of_a_block_whose_cells_were_cleared(book: Path) -> None:
    kakosheet.upgrade(book)
    kakosheet.refresh(book, today=TODAY)
    before, place = block(book), places(book)["dashboard_handling"]
    kakosheet.set_cells(
        book,
        {
            f"Review Dashboard!{cell_name(row, column)}": None
            for row in range(place.header_row, place.header_row + 9)
            for column in place.columns.values()
        },
    )
    kakosheet.repair(book, dry_run=False)
    kakosheet.refresh(book, today=TODAY)
    assert block(book) == before
