"""People edit the book in LibreOffice as they please; everything is found again and everything of theirs is kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

import kakosheet
from kakosheet.book.computing import Computed, compute, read_book
from kakosheet.core.address import cell_name, quote_sheet
from kakosheet.core.formulas import Placement
from kakosheet.core.raw import FormulaCell, RawBook
from kakosheet.formats import read
from tests.corpus.permitted import assert_only_permitted
from tests.parity.grafts import SHEET, graft
from tests.parity.test_recalculation import FILTERS, as_of_cell

TODAY, LATER = date(2026, 11, 21), date(2026, 11, 24)


@pytest.fixture(params=[".xlsx", ".ods"])
def book(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / f"book{request.param}"
    kakosheet.new(path, sample=True, today=TODAY, launcher=False)
    return path


def opened(path: Path, today: date = TODAY) -> Computed:
    return compute(read(path.read_bytes()), today=today)


def rows_by_id(computed: Computed, table: str) -> dict[str, dict[str, Any]]:
    found = computed.book.tables[table]
    key = found.schema.id_column or found.schema.key_column
    return {
        found.columns[key][i]: {name: values[i] for name, values in found.columns.items()} for i in range(len(found))
    }


def edited(office: Any, path: Path) -> Path:
    """Everything at once: renamed header, own column inserted, a column moved, disputes sorted, rows appended, rows and columns hidden."""
    found, _, _ = read_book(read(path.read_bytes()))
    purchases, disputes = found.binding["purchases"], found.binding["disputes"]
    last, end = max(found.tables["purchases"].rows), max(found.tables["disputes"].rows)
    at = purchases.columns
    office("open", path)
    office("set", [[purchases.sheet, purchases.header_row, at["item"], "What I bought"]])
    office(
        "set",
        [
            [purchases.sheet, last + 1, at[key], value]
            for key, value in (
                ("item", "Kettle"),
                ("seller", "A seller nobody knows"),
                ("price", 42),
                ("problem", "Not received"),
                ("noticed_on", "2026-11-18"),
            )
        ],
    )
    office("insert_columns", purchases.sheet, at["platform"])
    office(
        "set",
        [
            [purchases.sheet, purchases.header_row, at["platform"], "My stars"],
            [purchases.sheet, 5, at["platform"], "five"],
        ],
    )
    office("move_column", disputes.sheet, disputes.columns["result"], disputes.columns["demand"], end + 50)
    office(
        "sort",
        disputes.sheet,
        disputes.header_row + 1,
        end,
        max(disputes.columns.values()) + 1,
        disputes.columns["dispute_id"],
        True,
    )
    office("hide_rows", purchases.sheet, [6, 7])
    office("hide_columns", disputes.sheet, [disputes.columns["amount"]])
    office("comment", purchases.sheet, 8, at["item"], "my own remark")
    office("chart", purchases.sheet, "my own chart", purchases.header_row + 1, last, at["price"])
    office("rename_sheet", found.binding["evidence"].sheet, "Proof")
    saved = path.with_name(f"edited{path.suffix}")
    office("save", saved, FILTERS[path.suffix])
    office("close")
    return saved


def test_every_column_and_row_is_found_after_edits(office: Any, book: Path) -> None:
    before = opened(book)
    saved = edited(office, book)
    result = kakosheet.refresh(saved, today=TODAY)
    assert [issue for issue in result["issues"] if issue["severity"] == "error"] == []
    after = opened(saved)
    placed = after.book.binding["purchases"].columns
    assert placed.keys() >= before.book.binding["purchases"].columns.keys()
    assert placed["platform"] == before.book.binding["purchases"].columns["platform"] + 1
    assert after.book.raw.sheets[after.book.binding["purchases"].sheet].rows[5][placed["platform"] - 1] == "five"
    was, now = rows_by_id(before, "disputes"), rows_by_id(after, "disputes")
    typed = [c.key for c in before.book.tables["disputes"].schema.columns if c.owner == "user"]
    assert all(now[key][name] == row[name] for key, row in was.items() for name in typed)
    assert after.book.binding["evidence"].sheet == "Proof"


def test_two_typed_cells_in_a_row_below_the_table_start_one_dispute(office: Any, book: Path) -> None:
    before = opened(book)
    saved = edited(office, book)
    kakosheet.refresh(saved, today=TODAY)
    after = opened(saved)
    new = rows_by_id(after, "disputes").keys() - rows_by_id(before, "disputes").keys()
    assert len(new) == 1
    (dispute,) = new
    row = rows_by_id(after, "disputes")[dispute]
    assert (row["type"], row["amount"], row["seller"]) == ("not_received", 42, "A seller nobody knows")
    for table in ("deadlines", "evidence"):
        assert [r for r in rows_by_id(after, table).values() if r["dispute"] == dispute]
    assert "A seller nobody knows" in rows_by_id(after, "sellers")
    sheet = after.book.raw.sheets[after.book.binding["purchases"].sheet]
    assert sheet.tables[0].area.last_row == max(after.book.tables["purchases"].rows)


def test_a_chart_and_a_comment_of_ones_own_stay(office: Any, book: Path) -> None:
    saved = edited(office, book)
    sheet = opened(saved).book.binding["purchases"].sheet
    assert kakosheet.refresh(saved, today=TODAY)["written"]
    office("open", saved)
    assert office("comments", sheet) == ["my own remark"] and len(office("chart_names", sheet)) == 1
    office("close")


def test_both_formats_come_to_the_same_tables_after_the_same_edits(office: Any, tmp_path: Path) -> None:
    tables = []
    for suffix in (".xlsx", ".ods"):
        path = tmp_path / f"book{suffix}"
        kakosheet.new(path, sample=True, today=TODAY, launcher=False)
        saved = edited(office, path)
        kakosheet.refresh(saved, today=TODAY)
        tables.append({key: table.columns for key, table in opened(saved).book.tables.items()})
    assert tables[0] == tables[1]


def _named_cells(computed: Computed) -> set[tuple[str, int, int]]:
    return {
        (area.sheet, area.row, area.column)
        for name, area in computed.book.raw.names.items()
        if area is not None and name.startswith("_kako_")
    }


def _our_cells(path: Path, before: RawBook) -> dict[str, set[tuple[int, int]]]:
    """All cells that a refresh may write, by the name of the sheet: tool and formula columns, and ids that were blank."""
    computed = opened(path)
    cells: dict[str, set[tuple[int, int]]] = {}
    for key, place in computed.book.binding.items():
        table = computed.book.tables[key]
        for column, at in place.columns.items():
            owner = table.schema.by_key[column].owner if column in table.schema.by_key else "tool"
            was = before.sheets[place.sheet].rows
            rows = (
                table.rows
                if owner in ("tool", "formula")
                else [row for row in table.rows if owner == "id" and at not in was.get(row, {})]
            )
            cells.setdefault(place.sheet, set()).update((row + place.offsets.get(column, 0), at) for row in rows)
    for sheet, row, column in _named_cells(computed):
        cells.setdefault(sheet, set()).add((row, column))
    return cells


def _new_rows(before: bytes, after: bytes) -> dict[str, set[tuple[int, int]]]:
    old, new = read(before), read(after)
    return {
        name: {(row, column) for row in sheet.rows if not old.sheets[name].rows.get(row) for column in range(1, 120)}
        for name, sheet in new.sheets.items()
    }


def _lists_notes(path: Path) -> set[tuple[int, int]]:
    """What the program notes on its own sheet: copies of properties, and what it left in views."""
    raw = read(path.read_bytes())
    area = raw.names["_kako_today"]
    assert area is not None
    rows = raw.sheets[area.sheet].rows
    left = {row for row, cells in rows.items() if str(cells.get(1, "")).startswith("left in ")}
    return {(row, 2) for row, cells in rows.items() if str(cells.get(1, "")).startswith("kakosheet.")} | {
        (row, column) for row in left for column in range(2, 2 + 200 * 5)
    }


@pytest.mark.parametrize("book", [".xlsx"], indirect=True)
def test_a_refresh_changes_only_what_it_may_beside_everything_that_excel_users_add(
    office: Any, book: Path, tmp_path: Path
) -> None:
    saved = edited(office, book)
    sheet, row, column = as_of_cell(
        read(saved.read_bytes())
    )  # the day is set in the book, so that LibreOffice computes for the same one
    kakosheet.set_cells(saved, {f"{quote_sheet(sheet)}!{cell_name(row, column)}": LATER})
    place: Placement = opened(saved).book.binding["deadlines"]
    data = graft(saved.read_bytes(), f'{place.range_of("state")},"Overdue"')
    target = tmp_path / "grafted.xlsx"
    target.write_bytes(data)
    done = kakosheet.refresh(target)
    after = target.read_bytes()
    assert done["written"] and done["formulas_to_recalculate"] >= 2
    cells = _our_cells(target, read(data))
    for name, extra in _new_rows(data, after).items():
        cells.setdefault(name, set()).update(extra)
    lists = read(after).names["_kako_today"]
    assert lists is not None
    cells.setdefault(lists.sheet, set()).update(_lists_notes(target))
    assert_only_permitted(data, after, cells)
    assert not kakosheet.refresh(target)["written"] and target.read_bytes() == after

    raw = read(after)
    mine = raw.sheets[SHEET].rows
    assert mine[2][2] == FormulaCell("SUM(B11:B12)", 3, True)
    overdue = sum(state == "overdue" for state in opened(target, LATER).book.tables["deadlines"].columns["state"])
    office("open", target)
    assert [office("get", SHEET, 1, 2), office("get", SHEET, 1, 3)] == [overdue, overdue * 2]
    office("close")
