"""Tables are found again after people's edits, and only what differs is patched."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kakosheet.core.audit import audit
from kakosheet.core.bind import MOST_ROWS, Book, bind
from kakosheet.core.diff import Comparer, Difference
from kakosheet.core.ids import Sequences, give_ids
from kakosheet.core.locate import Located, locate, name_of
from kakosheet.core.patch import Formula
from kakosheet.core.raw import Area, FormulaCell, RawBook, RawSheet, TableRange
from kakosheet.core.room import RoomTaken
from kakosheet.core.schema import SEAL, Column, Kind, Owner, SheetKind, SheetSchema, TableSchema, WorkbookSchema
from kakosheet.core.titles import Titles, fold

COLUMNS = (
    Column("id", "ID", owner=Owner.ID),
    Column("what", "What", required=True),
    Column("on", "Due on", Kind.DATE),
    Column("days", "Days", Kind.DAYS, owner=Owner.TOOL),
    Column("late", "Late", owner=Owner.FORMULA, formula='IF([on]="","",[on]<_kako_today)'),
)
TABLE = TableSchema(key="tasks", sheet="tasks", columns=COLUMNS, id_column="id", id_format="T-{number:04}")
SCHEMA = WorkbookSchema(
    1, (SheetSchema(key="tasks", title="Tasks", kind=SheetKind.REGISTER, tables=(TABLE,), tab="x"),)
)
TITLES = Titles("en")
TITLE_ROW = {1: "ID", 2: "What", 3: "Due on", 4: "Days", 5: "Late", 6: "Seal"}
KEYS = ("id", "what", "on", "days", "late", SEAL.key)


def _raw(
    rows: dict[int, dict[int, Any]], *, header: dict[int, Any] | None = None, names: bool = True, first: int = 3
) -> RawBook:
    sheet = RawSheet("Tasks", rows={first: header or dict(TITLE_ROW), **rows})
    sheet.tables = [TableRange("kako_tasks", Area("Tasks", first, 1, first + 1, 6), False)]
    marks: dict[str, Area | None] = {}
    if names:
        marks = {name_of("tasks", key): Area("Tasks", first, i, first, i) for i, key in enumerate(KEYS, 1)}
    return RawBook("x", {"Tasks": sheet}, marks)


def _bound(raw: RawBook) -> Book:
    return bind(raw, locate(raw, SCHEMA, TITLES), SCHEMA, TITLES)


def _compared(book: Book, days: list[Any], late: list[Any]) -> Difference:
    table = book.tables["tasks"]
    table.columns["days"], table.columns["late"] = days, late
    return Comparer(book, SCHEMA, TITLES, lambda a, b: a.replace(" ", "") == b.replace(" ", "")).compare()


ROW = {2: "Answer", 3: 46347.0}


def test_a_row_is_one_with_something_that_people_write() -> None:
    book = _bound(_raw({4: dict(ROW), 5: {4: 7.0}, 6: {}, 9: {2: "Ask"}}))
    assert book.tables["tasks"].rows == [4, 9]
    assert book.tables["tasks"].columns["on"] == [date(2026, 11, 21), None]


def test_a_column_is_found_by_the_name_on_its_header_whatever_the_header_says() -> None:
    book = _bound(_raw({4: dict(ROW)}, header={**TITLE_ROW, 2: "Renamed", 3: ""}))
    assert not book.issues and book.tables["tasks"].columns["what"] == ["Answer"]


def test_without_names_a_column_is_found_by_its_header() -> None:
    swapped = {1: "days", 2: "ＩＤ", 3: "Due  on", 4: "What", 5: "Late", 6: "Notes"}
    book = _bound(_raw({4: {4: "Answer", 3: 46347.0}}, header=swapped, names=False))
    assert not book.issues and book.binding["tasks"].columns == {"days": 1, "id": 2, "on": 3, "what": 4, "late": 5}


def test_headers_in_another_shipped_language_are_understood() -> None:
    raw = _raw({4: {2: "Answer"}}, header={1: "编号", 2: "事项", 3: "日期", 4: "天数", 5: "逾期"}, names=False)
    words = {"id": "编号", "what": "事项", "on": "日期", "days": "天数", "late": "逾期"}
    found = locate(raw, SCHEMA, TITLES, lambda: {"tasks": {key: {fold(text)} for key, text in words.items()}})
    assert not found.issues and found.binding["tasks"].columns["what"] == 2


def _codes(found: Located) -> list[str]:
    return [issue.code for issue in found.issues]


def test_a_deleted_column_is_reported_not_guessed() -> None:
    raw = _raw({4: {2: "Answer"}}, header={key: text for key, text in TITLE_ROW.items() if key != 4})
    raw.names[name_of("tasks", "days")] = None
    found = locate(raw, SCHEMA, TITLES)
    assert _codes(found) == ["K202"] and "days" not in found.binding["tasks"].columns


def test_two_columns_that_claim_one_header_are_both_left_out() -> None:
    raw = _raw({4: {2: "Answer"}})
    raw.names[name_of("tasks", "days")] = raw.names[name_of("tasks", "on")]
    found = locate(raw, SCHEMA, TITLES)
    assert "K203" in _codes(found) and not {"days", "on"} & found.binding["tasks"].columns.keys()


def test_marks_that_disagree_with_headers_are_reported() -> None:
    found = locate(_raw({4: {2: "Answer"}}, header={**TITLE_ROW, 2: "Due on", 3: "Other"}), SCHEMA, TITLES)
    assert _codes(found) == ["K203"]


def test_a_sheet_that_is_gone_is_reported() -> None:
    assert _codes(locate(RawBook("x", {"Mine": RawSheet("Mine")}), SCHEMA, TITLES)) == ["K201"]


def test_a_repeated_refresh_changes_nothing() -> None:
    book = _bound(_raw({4: {1: "T-0001", **ROW}}))
    first = _compared(book, [3], ["no"])
    cells = first.sheets["Tasks"].cells[4]
    after = {key: FormulaCell(v.text, v.value, True) if isinstance(v, Formula) else v for key, v in cells.items()}
    again = _compared(_bound(_raw({4: {1: "T-0001", **ROW, **after}})), [3], ["no"])
    assert (
        cells[4] == 3
        and cells[5] == Formula('IF(C4="","",C4<_kako_today)', "no")
        and not again.sheets.get("Tasks", None)
    )


def test_a_tool_cell_that_was_typed_over_is_put_back_and_its_text_is_told() -> None:
    sealed = _compared(_bound(_raw({4: {1: "T-0001", **ROW}})), [3], ["no"]).sheets["Tasks"].cells[4][6]
    rows = {4: {1: "T-0001", **ROW, 4: "my note", 5: FormulaCell('IF(C4="","",C4<_kako_today)', "no", True), 6: sealed}}
    found = _compared(_bound(_raw(rows)), [3], ["no"])
    assert [(i.code, i.cell) for i in found.issues] == [("K308", "D4")] and '"my note"' in found.issues[0].message
    assert found.sheets["Tasks"].cells[4][4] == 3


def test_a_result_that_changes_is_not_taken_for_typing() -> None:
    sealed = _compared(_bound(_raw({4: {1: "T-0001", **ROW}})), [3], ["no"]).sheets["Tasks"].cells[4][6]
    rows = {4: {1: "T-0001", **ROW, 4: 3.0, 5: FormulaCell('IF(C4="","",C4<_kako_today)', "no", True), 6: sealed}}
    assert not _compared(_bound(_raw(rows)), [2], ["no"]).issues


def test_an_unknown_result_leaves_the_cell_alone() -> None:
    book = _bound(_raw({4: {1: "T-0001", **ROW, 4: 9.0}}))
    book.tables["tasks"].unknown["days"] = {0}
    assert 4 not in _compared(book, [None], ["no"]).sheets["Tasks"].cells[4]


def test_new_rows_go_below_the_last_and_the_table_grows_over_them() -> None:
    book = _bound(_raw({4: {1: "T-0001", **ROW}, 7: {2: "typed below"}}))
    book.tables["tasks"].append({"what": "made", "id": "T-0009"})
    found = _compared(book, [1, 2, 3], ["", "", ""])
    sheet = found.sheets["Tasks"]
    assert (
        sheet.first_new_row == 8 and sheet.cells[8][2] == "made" and sheet.tables[0].last_row == 8 and found.added == 1
    )


def test_new_rows_never_overwrite_what_stands_below_the_table() -> None:
    book = _bound(_raw({4: {1: "T-0001", **ROW}}, header={**TITLE_ROW, 6: "mine", 7: "Seal"}, names=False))
    book.raw.sheets["Tasks"].rows[5] = {6: "total"}
    book.tables["tasks"].append({"what": "made"})
    with pytest.raises(RoomTaken, match="Tasks!F5"):
        _compared(book, [1, 2], ["", ""])


@pytest.mark.parametrize("at", [2, 4, 5])
def test_what_people_wrote_below_the_table_is_never_overwritten_in_whatever_column(at: int) -> None:
    book = _bound(_raw({4: {1: "T-0001", **ROW}}))
    book.raw.sheets["Tasks"].rows[5] = {at: FormulaCell("SUM(C4:C4)", 7.0, True) if at == 5 else "my words"}
    book.tables["tasks"].append({"what": "made"})
    with pytest.raises(RoomTaken) as caught:
        _compared(book, [1, 2], ["", ""])
    assert [(issue.code, issue.cell) for issue in caught.value.issues] == [("K205", f"{'ABCDE'[at - 1]}5")]


def test_a_row_that_people_emptied_makes_room_with_the_computed_cells_that_are_left() -> None:
    cells = (
        _compared(_bound(_raw({4: {1: "T-0001", **ROW}, 5: {1: "T-0002", **ROW}})), [3, 4], ["no", "no"])
        .sheets["Tasks"]
        .cells[5]
    )
    left = {at: FormulaCell(v.text, v.value, True) if isinstance(v, Formula) else v for at, v in cells.items()}
    book = _bound(_raw({4: {1: "T-0001", **ROW}, 5: left}))
    book.tables["tasks"].append({"what": "made"})
    assert _compared(book, [3, 4], ["no", "no"]).sheets["Tasks"].cells[5][2] == "made"


def test_words_in_a_computed_cell_of_a_row_that_is_new_are_told_whole() -> None:
    sealed = _compared(_bound(_raw({4: {1: "T-0001", **ROW}})), [3], ["no"]).sheets["Tasks"].cells[4][6]
    words = "my own words " * 20
    book = _bound(
        _raw(
            {
                4: {1: "T-0001", **ROW, 4: 3, 5: FormulaCell('IF(C4="","",C4<_kako_today)', "no", True), 6: sealed},
                5: {2: "new", 4: words},
            }
        )
    )
    assert [(i.code, i.cell, words in i.message) for i in _compared(book, [3, 4], ["no", "no"]).issues] == [
        ("K308", "D5", True)
    ]


def test_an_id_is_written_over_blanks_and_never_over_a_formula() -> None:
    book = _bound(_raw({4: {1: "  ", **ROW}, 5: {1: FormulaCell('""', "", True), **ROW}}))
    assert [(issue.code, issue.cell) for issue in book.issues] == [("K306", "A5")]
    give_ids(book.tables["tasks"], Sequences(), date(2026, 11, 21))
    cells = _compared(book, [1, 2], ["", ""]).sheets["Tasks"].cells
    assert cells[4][1] == "T-0001" and 1 not in cells[5]


def test_rows_of_blanks_are_no_rows() -> None:
    blanks = {
        4: {2: "  "},
        5: {2: "\u00a0"},
        6: {2: FormulaCell('IF(A9="","","x")', "", True)},
        7: {2: FormulaCell("A9", None, False)},
    }
    assert _bound(_raw(blanks)).tables["tasks"].rows == [7]


def test_an_id_that_stands_twice_is_an_issue_on_both_rows() -> None:
    book = _bound(_raw({4: {1: "T-0001", **ROW}, 5: {1: "t-0001", **ROW}}))
    assert [(i.code, i.cell) for i in audit(book, SCHEMA)] == [("K402", "A4"), ("K402", "A5")]


def test_more_rows_than_are_supported_are_refused_with_the_limit() -> None:
    book = _bound(_raw({row: {2: "x"} for row in range(4, 4 + MOST_ROWS + 1)}))
    assert [(i.code, i.cell) for i in book.issues] == [("K207", f"A{4 + MOST_ROWS}")] and "250,000" in book.issues[
        0
    ].message
    assert book.tables["tasks"].rows == []


def test_an_empty_required_cell_is_named() -> None:
    book = _bound(_raw({4: {1: "T-0001", 3: 46347.0}}))
    assert [(i.code, i.cell) for i in audit(book, SCHEMA)] == [("K307", "B4")]
