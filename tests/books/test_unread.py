"""A book in which something cannot be read: no figure is shown as if it were whole, and nothing else stops."""

from __future__ import annotations

import os
import stat
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import kakosheet
from kakosheet.app.export import export
from kakosheet.app.new import new
from kakosheet.book.computing import read_book
from kakosheet.core.ids import Sequences, give_ids
from kakosheet.core.issues import KakosheetError
from kakosheet.core.text import as_typed
from kakosheet.formats import read
from kakosheet.reminders.open_dates import read_dates

TODAY = date(2026, 11, 16)


@pytest.fixture
def book(path: Path) -> Path:
    new(path, profile="merchant", sample=True, today=TODAY, launcher=False)
    kakosheet.refresh(path, today=TODAY)
    return path


def write(book: Path, table: str, row: str, column: str, value: Any) -> str:
    """Type into the cell of the row with that key, and say where it is."""
    found = read_book(read(book.read_bytes()))[0]
    keys = found.tables[table].columns[found.tables[table].schema.id_column]
    cell = found.cell(table, column, found.tables[table].rows[keys.index(row)])
    kakosheet.set_cells(book, {f"'{found.binding[table].sheet}'!{cell}": value})
    return cell


def test_a_review_stops_where_the_settings_cannot_be_trusted(book: Path) -> None:
    cell = write(book, "settings", "rate/CNY", "yours", "abc")
    before = set(book.parent.iterdir())
    for command in (kakosheet.review, lambda path, today: kakosheet.summary(path, "D-2026-0001", today=today)):
        with pytest.raises(KakosheetError) as stopped:
            command(book, today=TODAY)
        assert (stopped.value.code, [issue.cell for issue in stopped.value.issues]) == ("K502", [cell])
    assert set(book.parent.iterdir()) == before


def test_a_review_names_what_it_leaves_out_on_its_first_page_and_to_who_made_it(book: Path) -> None:
    case = next(one for one in export(book)["disputes"] if one["closed_on"] and one["amount"])
    write(book, "disputes", case["dispute_id"], "amount", "much")
    done = kakosheet.review(book, period=case["closed_on"][:4], today=TODAY)
    (told,) = done["issues"]
    assert (told["code"], told["severity"]) == ("K601", "error")
    assert f"Amount of {case['dispute_id']}" in told["hint"]
    first = next(iter(read(Path(done["file"]).read_bytes()).sheets.values()))
    words = [str(value) for row in first.rows.values() for value in row.values()]
    assert any(f"Amount of {case['dispute_id']}" in line and "Left out" in line for line in words)


def test_a_review_of_a_sound_book_leaves_nothing_out(book: Path) -> None:
    assert kakosheet.review(book, today=TODAY)["issues"] == []


def test_open_cases_are_counted_whatever_of_them_cannot_be_dated(book: Path) -> None:
    before = export(book)
    open_ = [one for one in before["disputes"] if one["closed_on"] is None and one["waived"] is None]
    assert len(open_) == before["start_tiles"][0]["open_disputes"]
    write(book, "disputes", open_[0]["dispute_id"], "refund_promised", "next week")
    done = kakosheet.refresh(book, today=TODAY)
    assert "K604" in {issue["code"] for issue in done["issues"]}
    after = export(book)
    for tile in ("open_disputes", "at_stake", "evidence_missing"):
        assert after["start_tiles"][0][tile] == before["start_tiles"][0][tile], tile
    assert [row["count"] for row in after["start_handling"]] == [row["count"] for row in before["start_handling"]]


def test_a_case_has_no_date_where_one_of_those_that_hang_on_a_cell_has_none(path: Path) -> None:
    """One date of the case has a known day, of which only nobody knows whether it still runs; another has none."""
    day = date(2026, 3, 2)
    new(path, profile="merchant", sample=True, today=day, launcher=False)
    kakosheet.refresh(path, today=day)
    found = read_book(read(path.read_bytes()))[0]
    log, sheet = found.tables["log"], found.binding["log"].sheet
    named = [row for row, case in zip(log.rows, log.columns["dispute"], strict=True) if case]
    kakosheet.set_cells(path, {f"'{sheet}'!{found.cell('log', 'at', row)}": "yesterday evening" for row in named})
    told = read_dates(path, today=day).open
    mends = {one.dispute: one.what for one in told if one.key.startswith("undated/dates/D-")}
    lost = {one["dispute"] for one in export(path)["deadlines"] if one["dispute"]}
    assert mends and mends.keys() <= lost
    assert all("cannot be dated" in words for words in mends.values()), mends


def test_each_thing_to_mend_has_a_key_of_its_own(book: Path) -> None:
    made = export(book)
    waiting = {one["dispute_id"] for one in made["disputes"] if one["closed_on"] is None}
    heard = {one["dispute"]: one for one in made["log"] if one["dispute"] in waiting}
    offer = next(one for one in reversed(made["offers"]) if one["dispute"] in heard)
    word = heard[offer["dispute"]]
    write(book, "offers", offer["id"], "on", "next week")
    write(book, "log", word["id"], "at", "yesterday evening")
    write(book, "disputes", offer["dispute"], "refund_promised", "next week")
    keys = [one.key for one in read_dates(book, today=TODAY).open]
    mends = [key for key in keys if key.startswith(f"undated/dates/{offer['dispute']}/")]
    assert len(set(keys)) == len(keys) and len(mends) > 1


def test_an_offer_or_a_message_of_a_case_that_is_not_there_is_told_wherever_dates_are(book: Path) -> None:
    for table, what in (("offers", "offer"), ("log", "message")):
        row = next(one["id"] for one in export(book)[table] if one["dispute"])
        write(book, table, row, "dispute", "D-2026-00211")
        told = [one.what for one in read_dates(book, today=TODAY).open]
        assert any(row in words and what in words for words in told)


def test_rows_that_are_left_out_are_named(book: Path) -> None:
    case = next(one for one in export(book)["disputes"] if one["root_cause"])
    write(book, "disputes", case["dispute_id"], "opened_on", "some day")
    done = kakosheet.refresh(book, today=TODAY)
    (told,) = (issue for issue in done["issues"] if issue["code"] == "K601" and "Dispute" in issue["sheet"])
    assert case["dispute_id"] in told["hint"]


def test_where_a_rule_is_from_stops_nothing(book: Path) -> None:
    rule = next(one for one in export(book)["rules"] if "/" in str(one["key"]))
    cell = write(book, "rules", rule["key"], "your_source", 1e300)
    done = kakosheet.refresh(book, today=date(2026, 11, 20))
    assert done["written"] and cell in [issue["cell"] for issue in done["issues"]]


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="rights of folders are Unix's")
def test_a_state_folder_that_is_a_link_leaves_what_it_leads_to_as_it_is(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    docs, state = tmp_path / "docs", tmp_path / "other"
    docs.mkdir(mode=0o755)
    (state / "kakosheet").mkdir(parents=True)
    (state / "kakosheet" / "backups").symlink_to(docs)
    monkeypatch.setenv("XDG_STATE_HOME", str(state))
    kakosheet.refresh(book, today=date(2026, 11, 20))
    assert stat.S_IMODE(docs.stat().st_mode) == 0o755
    assert all(stat.S_IMODE(file.stat().st_mode) & 0o077 == 0 for file in docs.rglob("*"))


@pytest.mark.parametrize(
    ("name", "typed"),
    [("book.xlsx", "book.xlsx"), ("-rf.xlsx", "./-rf.xlsx"), ("a'b$(x).xlsx", "'a'\"'\"'b$(x).xlsx'")],
)
def test_a_command_to_type_names_the_book_so_that_a_shell_takes_it_for_a_file(name: str, typed: str) -> None:
    assert as_typed(Path(name)) == typed


def test_formulas_without_values_make_no_rows(path: Path) -> None:
    new(path, profile="shopper", sample=False, today=TODAY, launcher=False)
    found = read_book(read(path.read_bytes()))[0]
    table = found.tables["purchases"]
    at = table.append({"item": "Lamp"}), table.append({}), table.append({})
    table.unknown["notes"] = {at[0], at[1]}
    give_ids(table, Sequences(), TODAY)
    assert [name is not None for name in (table.columns["id"][one] for one in at)] == [True, False, True]
