"""Single cases of what people do to the structure of a real book: each is understood, or refused with the cell and the cure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache

import pytest

from kakosheet.app.new import new_book
from kakosheet.book.computing import Computed, compute
from kakosheet.core.diff import Comparer, Difference
from kakosheet.core.issues import Issue
from kakosheet.core.locate import locate
from kakosheet.core.patch import Formula
from kakosheet.core.raw import Area, ErrorValue, FormulaCell, RawBook, RawSheet, TableRange
from kakosheet.core.repair import repairs
from kakosheet.core.room import RoomTaken
from kakosheet.formats import read
from kakosheet.formats.formula import same
from kakosheet.policy.loader import load_titles
from kakosheet.sheets import SCHEMA

TODAY = date(2026, 11, 21)
ROWS = [
    {"item": f"Lamp {i}", "seller": "Volt Audio", "price": 10.0 * i, "bought_on": date(2026, 11, i)}
    for i in range(1, 6)
]
FIRST, LAST = 4, 8
"""The rows of the five purchases."""


@cache
def made() -> bytes:
    return new_book(profile="shopper", lang="en", today=TODAY, births={"purchases": ROWS})[0]


@pytest.fixture
def raw() -> RawBook:
    return read(made())


def computed(raw: RawBook) -> Computed:
    return compute(raw, today=TODAY)


def compared(book: Computed) -> Difference:
    return Comparer(book.book, SCHEMA, book.titles, same).compare()


def structure(book: Computed) -> list[Issue]:
    return [issue for issue in book.issues if issue.code.startswith("K2")]


def sheet(raw: RawBook) -> RawSheet:
    return raw.sheets["Purchase Checklist"]


def items(book: Computed) -> list[str]:
    return list(book.book.tables["purchases"].columns["item"])


def test_the_book_as_made_has_no_issue(raw: RawBook) -> None:
    book = computed(raw)
    assert not book.issues and items(book) == [row["item"] for row in ROWS]


@pytest.mark.parametrize(
    "cells",
    [
        {4: FormulaCell(f"SUM(D{FIRST}:D{LAST})", 150.0, True)},
        {2: "Total", 4: FormulaCell(f"SUBTOTAL(109,D{FIRST}:D{LAST})", 150.0, True)},
        {2: "合计", 4: 150.0},
        {
            3: "Total:",
            4: FormulaCell("SUM(kako_purchases[Price])", 150.0, True),
            7: FormulaCell("MAX(G4:G8)", 46350.0, True),
        },
    ],
)
def test_a_row_of_totals_is_told_and_never_gets_an_id(raw: RawBook, cells: dict[int, object]) -> None:
    sheet(raw).rows[LAST + 1] = cells  # type: ignore[assignment]
    book = computed(raw)
    assert len(items(book)) == 5 and [(i.code, i.severity) for i in structure(book)] == [("K208", "warning")]
    assert LAST + 1 not in compared(book).sheet("Purchase Checklist").cells and book.run.tables["sellers"].columns[
        "seller"
    ] == ["Volt Audio"]


@pytest.mark.parametrize(
    "cells",
    [
        {2: "Total", 3: "Drugstore", 4: 3.5},  # a toothpaste
        {2: "Bundle", 4: FormulaCell(f"SUM(D{FIRST}:D{LAST})", 150.0, True)},
        {2: "Kettle"},
        {4: FormulaCell("2*9.5", 19.0, True)},
    ],
)
def test_a_row_that_is_no_total_is_a_row(raw: RawBook, cells: dict[int, object]) -> None:
    sheet(raw).rows[LAST + 1] = cells  # type: ignore[assignment]
    book = computed(raw)
    assert (
        len(items(book)) == 6
        and not structure(book)
        and compared(book).sheet("Purchase Checklist").cells[LAST + 1][1] == "P-0006"
    )


def test_the_totals_row_of_a_table_is_no_row(raw: RawBook) -> None:
    sheet(raw).rows[LAST + 1] = {2: "Total", 4: FormulaCell("SUBTOTAL(109,kako_purchases[Price])", 150.0, True)}
    (table,) = sheet(raw).tables
    sheet(raw).tables[0] = TableRange(table.name, table.area._replace(last_row=LAST + 1), True)
    book = computed(raw)
    assert len(items(book)) == 5 and not structure(book)


def test_nothing_is_added_where_a_row_of_totals_stands(raw: RawBook) -> None:
    sellers = raw.sheets["Seller Scores"]
    sellers.rows[5] = {1: "Total", 16: 4.0}
    sheet(raw).rows[LAST + 1] = {2: "Kettle", 3: "Somebody new", 4: 9.0}
    book = computed(raw)
    with pytest.raises(RoomTaken, match="Seller Scores!A5"):
        compared(book)


def test_a_copied_row_is_told_from_the_one_that_was_copied_even_after_a_refresh(raw: RawBook) -> None:
    rows = sheet(raw).rows
    rows[LAST + 1] = {**rows[FIRST], 2: "Lamp, another one", 4: 99.0}
    for _ in range(2):
        issues = [issue for issue in computed(raw).issues if issue.code == "K402"]
        assert {issue.cell: "keeps its id" in issue.hint for issue in issues} == {"A4": True, "A9": False}
        for row, cells in compared(computed(raw)).sheet("Purchase Checklist").cells.items():
            rows.setdefault(row, {}).update(
                {at: value.value if hasattr(value, "value") else value for at, value in cells.items()}
            )  # type: ignore[misc]


def test_a_copied_sheet_does_not_confuse(raw: RawBook) -> None:
    original = sheet(raw)
    raw.sheets = {
        "Purchase Checklist (2)": RawSheet(
            "Purchase Checklist (2)", rows={r: dict(c) for r, c in original.rows.items()}
        ),
        **raw.sheets,
    }
    assert not structure(computed(raw))


def test_the_copy_is_taken_where_the_original_was_deleted(raw: RawBook) -> None:
    original = raw.sheets.pop("Purchase Checklist")
    raw.sheets["Purchase Checklist (2)"] = RawSheet("Purchase Checklist (2)", rows=original.rows)
    raw.names = {
        name: None if area is not None and area.sheet == "Purchase Checklist" else area
        for name, area in raw.names.items()
    }
    book = computed(raw)
    assert not structure(book) and len(items(book)) == 5


def test_of_two_copies_none_is_guessed(raw: RawBook) -> None:
    original = raw.sheets.pop("Purchase Checklist")
    for name in ("Mine", "Mine (2)"):
        raw.sheets[name] = RawSheet(name, rows={row: dict(cells) for row, cells in original.rows.items()})
    raw.names = {
        name: None if area is not None and area.sheet == "Purchase Checklist" else area
        for name, area in raw.names.items()
    }
    (issue,) = structure(computed(raw))
    assert issue.code == "K201" and "'Mine' and 'Mine (2)'" in issue.message and "name one of them" in issue.hint


def without_marks(raw: RawBook) -> None:
    raw.names = {name: area for name, area in raw.names.items() if not name.startswith("_kako_")}


def test_a_book_whose_names_a_program_dropped_is_understood_as_it_stands(raw: RawBook) -> None:
    without_marks(raw)
    book = computed(raw)
    assert not structure(book) and items(book) == [row["item"] for row in ROWS]


def test_without_names_somebodys_table_beside_ours_is_not_taken_for_it(raw: RawBook) -> None:
    without_marks(raw)
    right = max(sheet(raw).rows[3]) + 2
    for row, cells in sheet(raw).rows.items():
        if row >= 3:
            cells |= {right: "Item", right + 1: "Price"} if row == 3 else {right: "not ours", right + 1: 1.0}
    book = computed(raw)
    assert not structure(book) and items(book) == [row["item"] for row in ROWS]


def blank(raw: RawBook) -> None:
    """A program that knows no merged cells leaves the covered header blank; its mark stands."""
    sheet(raw).rows[3].pop(6)


def swap(raw: RawBook) -> None:
    header = sheet(raw).rows[3]
    header[2], header[3] = header[3], header[2]


def double_mark(raw: RawBook) -> None:
    raw.names["_kako_purchases_seller"] = raw.names["_kako_purchases_item"]


def stray_mark(raw: RawBook) -> None:
    raw.names["_kako_purchases_item"] = Area("Settings", 3, 1, 3, 1)


def shifted(raw: RawBook) -> None:
    sheet(raw).rows = {row + 2: cells for row, cells in sheet(raw).rows.items()}


def sorted_header(raw: RawBook) -> None:
    rows = sheet(raw).rows
    rows[3], rows[6] = rows[6], rows[3]


def shifted_view(raw: RawBook) -> None:
    raw.sheets["Review Dashboard"].rows = {row + 1: cells for row, cells in raw.sheets["Review Dashboard"].rows.items()}


def no_lists(raw: RawBook) -> None:
    del raw.sheets["Lists"]
    raw.names = {name: None if area is not None and area.sheet == "Lists" else area for name, area in raw.names.items()}


@pytest.mark.parametrize("edit", [blank, stray_mark])
def test_is_understood(raw: RawBook, edit: Callable[[RawBook], None]) -> None:
    edit(raw)
    book = computed(raw)
    assert not structure(book) and items(book) == [row["item"] for row in ROWS]


@pytest.mark.parametrize(
    ("edit", "code"),
    [(swap, "K203"), (double_mark, "K203"), (shifted, "K204"), (sorted_header, "K204"), (shifted_view, "K204")],
)
def test_is_refused_with_the_cure(raw: RawBook, edit: Callable[[RawBook], None], code: str) -> None:
    edit(raw)
    book = computed(raw)
    issues = structure(book)
    assert (
        code in {issue.code for issue in issues}
        and book.stops
        and all(issue.hint and issue.cell for issue in issues if issue.code == code)
    )
    compared(book)


SOME_COLUMNS = (
    "purchases.id",
    "purchases.seller",
    "purchases.risk",
    "purchases.dispute",
    "disputes.dispute_id",
    "disputes.state",
    "disputes.last_day",
    "deadlines.state",
    "deadlines.key",
    "sellers.seller",
    "settings.yours",
    "settings.key",
    "rules.limit",
    "alerts.last_day",
    "start_alerts.when_late",
)


@pytest.mark.parametrize("reference", SOME_COLUMNS)
def test_any_column_may_be_gone_and_check_goes_on(raw: RawBook, reference: str) -> None:
    name = f"_kako_{reference.replace('.', '_')}"
    area = raw.names[name]
    assert area is not None
    for cells in raw.sheets[area.sheet].rows.values():
        cells.pop(area.column, None)
    raw.names[name] = None
    book = computed(raw)
    assert "K202" in {issue.code for issue in structure(book)} and book.stops
    compared(book)


def test_a_header_row_that_was_sorted_into_the_rows_is_never_repaired_over_them(raw: RawBook) -> None:
    sorted_header(raw)
    sheet(raw).rows[3].pop(6, None)
    titles = load_titles("en", "shopper")
    done = repairs(raw, locate(raw, SCHEMA, titles, headers_decide=True), SCHEMA, titles)
    assert "Purchase Checklist" not in done.patch.sheets and not [
        name for name in done.patch.names if name.startswith("_kako_purchases_")
    ]


def test_without_the_sheet_behind_the_lists_nothing_is_written(raw: RawBook) -> None:
    no_lists(raw)
    book = computed(raw)
    assert [(issue.code, issue.sheet) for issue in structure(book)] == [("K201", "Lists")] and book.stops


def with_a_case(raw: RawBook) -> None:
    """A dispute about the first purchase, with the cells that a refresh writes."""
    sheet(raw).rows[FIRST] |= {12: "Not received", 13: 46346}
    for name, patch in compared(computed(raw)).sheets.items():
        for row, cells in patch.cells.items():
            raw.sheets[name].rows.setdefault(row, {}).update(
                {at: FormulaCell(v.text, v.value, True) if isinstance(v, Formula) else v for at, v in cells.items()}
            )  # type: ignore[misc]


def test_what_refers_to_rows_that_cannot_be_found_is_not_told_as_well(raw: RawBook) -> None:
    with_a_case(raw)
    assert not computed(raw).issues
    area = raw.names["_kako_purchases_id"]
    assert area is not None
    for cells in sheet(raw).rows.values():
        cells.pop(area.column, None)
    raw.names["_kako_purchases_id"] = None
    assert {issue.code for issue in computed(raw).issues} == {"K202"}


def test_names_that_live_formulas_miss_are_told_and_their_errors_are_not_taken_for_typing(raw: RawBook) -> None:
    with_a_case(raw)
    without_marks(raw)
    link = sheet(raw).rows[FIRST][14]
    assert isinstance(link, FormulaCell)
    sheet(raw).rows[FIRST][14] = link._replace(value=ErrorValue("#NAME?"))
    book = computed(raw)
    assert [(issue.code, issue.severity) for issue in book.issues] == [("K603", "warning")] and not compared(
        book
    ).issues
