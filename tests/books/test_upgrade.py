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
from kakosheet.app import creating
from kakosheet.app.computing import VERSION
from kakosheet.app.moment import moment_of
from kakosheet.app.sample import sample_tables
from kakosheet.cli import main
from kakosheet.core.bind import typed_by_people
from kakosheet.core.schema import Owner, TableSchema, WorkbookSchema
from kakosheet.formats import WRITERS, read
from kakosheet.policy.loader import load_policy, load_titles
from kakosheet.sheets import SCHEMA
from tests.books.sample import TODAY

NEWER = {"purchases": {"size_chart_checked", "delivery_promise", "return_window_ends"}, "disputes": {"summary"}, "deadlines": {"days_left"},
         "sellers": {"last_order", "notes"}}
"""Columns that the older schema did not have: of every hand, in the middle and at the end."""
COMPUTED = "days_open"
"""A column that was computed then, and is a live formula now."""


def older_table(table: TableSchema) -> TableSchema:
    columns = tuple(c for c in table.columns if c.key not in NEWER.get(table.key, ()))
    return replace(table, columns=tuple(replace(c, owner=Owner.TOOL, formula="") if c.key == COMPUTED else c for c in columns))


def older_schema() -> WorkbookSchema:
    return WorkbookSchema(SCHEMA.version - 1, tuple(replace(s, tables=tuple(map(older_table, s.tables))) for s in SCHEMA.sheets))


@cache
def older_book(kind: str = "xlsx") -> bytes:
    """A sample as an older version would have written it."""
    titles, policy = load_titles("en", "shopper"), load_policy("shopper", "en")
    moment = moment_of(TODAY, None, policy.settings["zone"])
    tables, in_force, sequences = creating._settled(sample_tables(TODAY, "shopper", titles), {}, policy, titles, moment)
    book = creating._as_new_book(tables, in_force, titles, moment, sequences, "shopper", "an-older-book")
    return WRITERS[kind](replace(book, schema=older_schema(), properties={**book.properties, VERSION: SCHEMA.version - 1}))


@pytest.fixture
def book(path: Path) -> Path:
    path.write_bytes(older_book(path.suffix[1:]))
    return path


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def typed(book: Path) -> dict[str, list[dict[str, Any]]]:
    """What people's columns hold, without those that are new."""
    keys = {key: {c.key for c in table.columns if typed_by_people(c) and c.key not in NEWER.get(key, ())} for key, table in SCHEMA.tables.items()}
    return {key: [{name: value for name, value in row.items() if name in keys[key]} for row in rows]
            for key, rows in kakosheet.export(book).items() if key in ("purchases", "disputes", "deadlines", "sellers", "evidence", "log")}


def test_an_older_book_is_not_refreshed_but_told_to_be_upgraded(book: Path) -> None:
    result = CliRunner().invoke(main, ["refresh", str(book)])
    assert result.exit_code == 1 and "K209" in result.stderr and "kakosheet upgrade" in result.stderr and book.read_bytes() == older_book(book.suffix[1:])
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
    assert done["written"] and done["issues"] == [] and (done["from"], done["to"]) == (SCHEMA.version - 1, SCHEMA.version)
    assert typed(book) == before
    refreshed = kakosheet.refresh(book, today=TODAY)
    assert refreshed["written"] and not [issue for issue in refreshed["issues"] if issue["severity"] == "error"]
    assert not [issue for issue in refreshed["issues"] if issue["code"] == "K308"], "nobody typed over what the older version wrote"
    exported = kakosheet.export(book)
    assert typed(book) == before and any(row["last_order"] for row in exported["sellers"]) and any(row["summary"] for row in exported["disputes"])
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
        changed = {(row, column) for row, cells in sheet.rows.items() for column, value in cells.items()
                   if before[name].rows.get(row, {}).get(column) != value}
        assert all(row == 3 or name == "Lists" for row, _ in changed), (name, changed)


def test_a_second_upgrade_does_nothing(book: Path) -> None:
    kakosheet.upgrade(book)
    before = book.read_bytes()
    result = CliRunner().invoke(main, ["upgrade", str(book)])
    assert (result.exit_code, result.stdout) == (0, "nothing to upgrade\n") and book.read_bytes() == before


def test_a_column_of_the_users_that_stands_in_the_way_is_left_in_place(book: Path) -> None:
    last = max(table.area.last_column for table in read(older_book()).sheets["Seller Scores"].tables)
    from kakosheet.core.address import cell_name
    kakosheet.set_cells(book, {f"Seller Scores!{cell_name(3, last + 1)}": "My notes", f"Seller Scores!{cell_name(9, last + 1)}": "a friend"})
    kakosheet.upgrade(book)
    rows = read(book.read_bytes()).sheets["Seller Scores"].rows
    assert (rows[3][last + 1], rows[9][last + 1]) == ("My notes", "a friend") and {rows[3][last + 2], rows[3][last + 3]} == {"Last order", "Notes"}
    kakosheet.refresh(book, today=TODAY)
    assert read(book.read_bytes()).sheets["Seller Scores"].rows[9][last + 1] == "a friend"
