"""Whatever people do to a workbook, it is understood or refused: never is a value read from, or written to, a cell where it does not belong."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kakosheet.core.bind import Book, bind
from kakosheet.core.diff import Comparer
from kakosheet.core.formulas import Placement
from kakosheet.core.issues import Severity
from kakosheet.core.locate import Located, locate
from kakosheet.core.room import RoomTaken
from tests.properties.desk import CHINESE, KEYS, OTHER_TITLES, SCHEMA, TEXTS, TITLE, TITLES, Desk

EXPECTED = {
    "tasks": Placement("Tasks", 3, {key: at for at, key in enumerate(KEYS, 1)}),
    "board_tiles": Placement("Board", 4, {"open": 2, "late": 4}, slots=2),
}


def found_in(desk: Desk) -> Located:
    return locate(desk.book, SCHEMA, TITLES, lambda: OTHER_TITLES, lambda: EXPECTED)


def refusals(found: Located) -> list[str]:
    return [f"{issue.code} {issue.message}" for issue in found.issues if issue.severity is Severity.ERROR]


def tag_of(value: Any) -> str:
    return str(value).partition("@")[2]


def check_reading(desk: Desk, book: Book) -> None:
    """Every token under its own column, all of a row from one row, none left behind."""
    table = book.tables["tasks"]
    for i in range(len(table)):
        row = {key: table.columns[key][i] for key in TEXTS if table.columns[key][i] is not None}
        assert all(str(value).startswith(f"{key}@") for key, value in row.items()), row
        tags = {tag_of(value) for value in row.values()} | ({table.columns["id"][i]} - {None})
        assert len(tags) <= 1, (row, table.columns["id"][i])
    read = {value for key in TEXTS for value in table.columns[key]}
    there = {
        value
        for cells in book.raw.sheets[book.binding["tasks"].sheet].rows.values()
        for value in cells.values()
        if isinstance(value, str) and value.partition("@")[0] in TEXTS
    }
    assert there <= read, there - read


def check_writing(desk: Desk, book: Book) -> None:
    """Nothing is written over what people typed, nor a computed value into another column."""
    for key, table in book.tables.items():
        for column in table.schema.columns:
            if column.owner == "tool":
                table.columns[column.key] = (
                    [f"{column.key}#{slot}" for slot in (1, 2)]
                    if key == "board_tiles"
                    else [f"{column.key}!{table.columns['id'][i] or 'new'}" for i in range(len(table))]
                )
    difference = Comparer(book, SCHEMA, TITLES, str.__eq__).compare()
    for sheet, patch in difference.sheets.items():
        for row, cells in patch.cells.items():
            for at, value in cells.items():
                old = desk.book.sheets[sheet].rows.get(row, {}).get(at)
                seal = str(value).startswith("1:")
                assert old is None or (not seal and str(old) == str(value)) or (seal and str(old).startswith("1:")), (
                    sheet,
                    row,
                    at,
                    old,
                    value,
                )


class Structure(RuleBasedStateMachine):
    """Edits in any order; `harmless` while only those were made that a spreadsheet carries along."""

    def __init__(self) -> None:
        super().__init__()
        self.desk, self.harmless, self.renamed, self.foreign_titles = Desk(3), True, False, False
        self.header_gone, self.copied, self.typed = False, False, False

    @initialize(rows=st.integers(1, 4))
    def start(self, rows: int) -> None:
        self.desk = Desk(rows)

    def _column(self, share: float) -> int:
        return 1 + int(share * self.desk.width())

    # -- what a spreadsheet carries along ------------------------------------------------------------------------------------

    @rule(at=st.integers(1, 9))
    def insert_column(self, at: int) -> None:
        self.desk.insert_column(at, aware=True)

    @rule(source=st.integers(1, 8), before=st.integers(1, 9))
    def move_column(self, source: int, before: int) -> None:
        self.desk.move_column(source, before, aware=True)

    @rule(at=st.integers(1, 6))
    def insert_row(self, at: int) -> None:
        self.desk.insert_row(at, aware=True)

    @precondition(lambda self: not self.header_gone)
    @rule(backwards=st.booleans())
    def sort(self, backwards: bool) -> None:
        self.desk.sort(with_header=False, backwards=backwards)

    @precondition(lambda self: not (self.header_gone or self.copied))
    @rule(key=st.sampled_from(TEXTS), number=st.integers(1, 9))
    def rename_header(self, key: str, number: int) -> None:
        self.desk.rename_header(key, f"my own {key} {number}")
        self.renamed = True

    @precondition(lambda self: not self.header_gone)
    @rule(key=st.sampled_from(sorted(CHINESE)))
    def translate_header(self, key: str) -> None:
        self.desk.rename_header(key, CHINESE[key])

    @rule(name=st.sampled_from(["To do", "任务 2", "It's mine"]))
    def rename_sheet(self, name: str) -> None:
        if name not in self.desk.book.sheets:
            self.desk.rename_sheet(name, aware=True)

    @rule()
    def copy_sheet(self) -> None:
        self.desk.copy_sheet()

    @precondition(lambda self: not self.copied)
    @rule()
    def type_row(self) -> None:
        self.desk.type_row()
        self.typed = True

    @precondition(lambda self: not self.header_gone)
    @rule()
    def add_totals(self) -> None:
        self.desk.add_totals()

    @precondition(lambda self: not self.header_gone)
    @rule(share=st.floats(0, 0.99))
    def copy_row(self, share: float) -> None:
        first = self.desk.header + 1
        self.desk.copy_row(first + int(share * (self.desk.last() - first + 1)) if self.desk.last() > first else first)

    @precondition(lambda self: not self.header_gone)
    @rule()
    def add_table_beside(self) -> None:
        self.desk.add_table_beside()

    @precondition(lambda self: not (self.header_gone or self.renamed or self.foreign_titles))
    @rule(key=st.sampled_from(TEXTS))
    def copy_column_to_the_end(self, key: str) -> None:
        source = self.desk.column_of(key)
        if source is not None:
            self.desk.copy_column(source, self.desk.width() + 1)
            self.copied = True

    @rule(at=st.integers(1, 4))
    def insert_row_in_the_view(self, at: int) -> None:
        self.desk.insert_row(at, aware=True, sheet="Board")

    # -- what breaks marks ---------------------------------------------------------------------------------------------------

    @rule(share=st.floats(0, 0.99))
    def delete_column(self, share: float) -> None:
        at = self._column(share)
        if all(self.desk.column_of(key) != at for key in ("id",)):
            self.desk.delete_column(at, aware=True)
            self.harmless = False

    @precondition(lambda self: not self.renamed and not self.foreign_titles)
    @rule(at=st.integers(1, 9))
    def insert_column_without_names(self, at: int) -> None:
        self.desk.insert_column(at, aware=False)
        self.harmless = False

    @precondition(lambda self: not self.renamed and not self.foreign_titles)
    @rule(source=st.integers(1, 8), before=st.integers(1, 9))
    def move_column_without_names(self, source: int, before: int) -> None:
        self.desk.move_column(source, before, aware=False)
        self.harmless = False

    @precondition(lambda self: not self.renamed and not self.foreign_titles)
    @rule(at=st.integers(2, 8))
    def delete_column_without_names(self, at: int) -> None:
        if self.desk.column_of("id") != at:
            self.desk.delete_column(at, aware=False)
            self.harmless = False

    @rule(at=st.integers(1, 5))
    def insert_row_without_names(self, at: int) -> None:
        self.desk.insert_row(at, aware=False)
        self.harmless = False

    @precondition(lambda self: self.desk.header > 1)
    @rule()
    def delete_first_row_without_names(self) -> None:
        self.desk.delete_row(1, aware=False)
        self.harmless = False

    @rule(at=st.integers(1, 4), column=st.booleans())
    def shift_the_view_without_names(self, at: int, column: bool) -> None:
        (self.desk.insert_column if column else self.desk.insert_row)(at, aware=False, sheet="Board")
        self.harmless = False

    @precondition(lambda self: not (self.header_gone or self.typed))
    @rule(backwards=st.booleans())
    def sort_with_header(self, backwards: bool) -> None:
        self.desk.sort(with_header=True, backwards=backwards)
        self.harmless, self.header_gone = False, True

    @precondition(lambda self: not self.foreign_titles)
    @rule(keys=st.sets(st.sampled_from(KEYS), min_size=1))
    def drop_names(self, keys: set[str]) -> None:
        self.desk.drop_names(keys)
        self.harmless = False

    @precondition(
        lambda self: (
            all(area is not None for area in self.desk.names.values())
            and len(self.desk.names) == len(KEYS) + 2
            and self.harmless
            and not self.copied
        )
    )
    @precondition(lambda self: not self.header_gone)
    @rule(key=st.sampled_from(TEXTS), other=st.sampled_from([*TEXTS, "days"]))
    def give_a_header_another_title(self, key: str, other: str) -> None:
        self.desk.rename_header(key, TITLE[other])
        self.harmless = self.harmless and key == other
        self.foreign_titles = True

    @rule(name=st.sampled_from(["Renamed blindly", "Aufgaben"]))
    def rename_sheet_without_names(self, name: str) -> None:
        if name not in self.desk.book.sheets:
            self.desk.rename_sheet(name, aware=False)
            self.harmless = False

    # -- the promise ---------------------------------------------------------------------------------------------------------

    @invariant()
    def understood_or_refused(self) -> None:
        found = found_in(self.desk)
        refused = refusals(found)
        if refused:
            assert not self.harmless, refused
            return
        book = bind(self.desk.book, found, SCHEMA, TITLES)
        check_reading(self.desk, book)
        with suppress(RoomTaken):
            check_writing(self.desk, book)


TestStructure = Structure.TestCase
TestStructure.settings = settings(
    max_examples=int(os.environ.get("STRUCTURE_EXAMPLES", "120")), stateful_step_count=12, deadline=None
)
