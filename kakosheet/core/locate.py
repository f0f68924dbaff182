"""Finds tables again after people renamed, moved, inserted or sorted: by names on header cells, then by header text,
position last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kakosheet.core.address import cell_name
from kakosheet.core.formulas import Placement
from kakosheet.core.headers import HeaderRow, best_row, data_above, matches, text_of
from kakosheet.core.ids import id_pattern
from kakosheet.core.issues import Issue, Severity
from kakosheet.core.raw import RawBook, RawSheet
from kakosheet.core.schema import SEAL, SheetKind, SheetSchema, TableSchema, WorkbookSchema
from kakosheet.core.titles import Titles, fold

HEADER_SEARCH = 40
"""Rows from the top in which a header row without names is looked for."""
SHIFT = 60
"""Rows and columns by which a block may have been moved by a program that leaves names behind."""

OtherTitles = Callable[[], Mapping[str, Mapping[str, set[str]]]]
"""Folded titles of sheets ("" key) and columns in the other shipped languages: `[table][column]`, loaded only when they
are needed."""
Expected = Callable[[], Mapping[str, Placement]]
"""Where tables stand in a new workbook: the last resort, asked only when there are no names."""

GONE = "undo the deletion; or make a new book with `kakosheet new`, move its sheet into this one and run `kakosheet repair`"
"""The cure for a sheet that is nowhere."""

Cells = dict[str, tuple[int, int]]
"""(row, column) of header cells by column key."""


@dataclass(slots=True)
class Located:
    """Where every table stands, and what is wrong with the structure. `missing[table]` are the columns that are
    nowhere."""

    binding: dict[str, Placement] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    missing: dict[str, list[str]] = field(default_factory=dict)


def name_of(table: str, column: str) -> str:
    """The defined name of a header cell."""
    return f"_kako_{table}_{column}"


def locate(
    book: RawBook,
    schema: WorkbookSchema,
    titles: Titles,
    other_titles: OtherTitles = dict,
    expected: Expected = dict,
    *,
    headers_decide: bool = False,
) -> Located:
    """Place every table of the schema in the workbook; a table that is nowhere is an issue and has no placement.

    With `headers_decide` (to repair marks), titles win over marks that disagree with them.
    """
    found = Located()
    for sheet in schema.sheets:
        for table in sheet.tables:
            _Locator(book, sheet, table, _Language(titles, other_titles, expected), found, headers_decide).run()
    return found


@dataclass(frozen=True)
class _Language:
    titles: Titles
    other: OtherTitles
    expected: Expected


class _Locator:
    """The search for one table."""

    def __init__(
        self,
        book: RawBook,
        sheet: SheetSchema,
        table: TableSchema,
        language: _Language,
        found: Located,
        headers_decide: bool,
    ) -> None:
        self.book, self.sheet, self.table, self.found, self.headers_decide = book, sheet, table, found, headers_decide
        self.titles, self.other, self.expected = language.titles, language.other, language.expected
        self.columns = [*table.columns, SEAL] if sheet.kind is SheetKind.REGISTER else list(table.columns)
        self.title = self.titles.sheets.get(sheet.key, sheet.title)

    def run(self) -> None:
        marks, dead = self._marks()
        raw = self._sheet(marks)
        if raw is None:
            return
        here = {key: (row, column) for key, (name, row, column) in marks.items() if name == raw.name}
        cells = self._register(raw, here) if self.sheet.kind is SheetKind.REGISTER else self._block(raw, here)
        if cells is None:
            return
        self._missing(raw, cells, dead)
        top = min(row for row, _ in cells.values()) if cells else 0
        offsets = {key: row - top for key, (row, _) in cells.items() if row != top}
        if cells:
            self.found.binding[self.table.key] = Placement(
                raw.name,
                top,
                {key: column for key, (_, column) in cells.items()},
                offsets,
                self.table.slots,
                raw.hidden,
            )

    def _issue(
        self, code: str, message: str, hint: str, sheet: str = "", cell: str = "", severity: Severity = Severity.ERROR
    ) -> None:
        self.found.issues.append(Issue(code, message, hint, sheet or self.title, cell, severity))

    # -- marks and words -----------------------------------------------------------------------------------------------

    def _marks(self) -> tuple[dict[str, tuple[str, int, int]], set[str]]:
        """Header cells by defined name, and the keys whose name points nowhere any more."""
        cells: dict[str, tuple[str, int, int]] = {}
        dead: set[str] = set()
        for column in self.columns:
            name = name_of(self.table.key, column.key)
            if name not in self.book.names:
                continue
            area = self.book.names[name]
            if area is None or area.sheet not in self.book.sheets:
                dead.add(column.key)
            else:
                cells[column.key] = (area.sheet, area.row, area.column)
        return cells, dead

    def _own(self, key: str) -> str:
        """The column's title in the language of the book."""
        column = SEAL if key == SEAL.key else self.table.by_key[key]
        return self.titles.columns.get(f"{self.table.key}.{key}", column.title)

    def _words(self) -> dict[str, set[str]]:
        """Folded titles of each column: in the book's language, in English, in the other shipped ones."""
        others = self.other().get(self.table.key, {})
        return {
            column.key: {fold(self._own(column.key)), fold(column.title)} | others.get(column.key, set())
            for column in self.columns
        }

    # -- sheets --------------------------------------------------------------------------------------------------------

    def _sheet(self, marks: Mapping[str, tuple[str, int, int]]) -> RawSheet | None:
        """The sheet with most of the marks; else that of the title; else the only one that carries the headers."""
        if marks:
            return self.book.sheets[Counter(name for name, _, _ in marks.values()).most_common(1)[0][0]]
        wanted = {fold(self.title), fold(self.sheet.title)} | self.other().get(self.sheet.key, {}).get("", set())
        titled = next((raw for name, raw in self.book.sheets.items() if fold(name) in wanted), None)
        if titled is not None:
            return titled
        alike = [raw for raw in self.book.sheets.values() if self._looks_alike(raw)]
        if len(alike) == 1:
            return alike[0]
        names = " and ".join(repr(raw.name) for raw in alike)
        self._issue(
            "K201",
            f"the sheet {self.title!r} is gone" + (f"; {names} look like it" if alike else ""),
            f"name one of them {self.title!r}" if alike else GONE,
        )
        return None

    def _looks_alike(self, raw: RawSheet) -> bool:
        """Whether nearly all headers of the table stand in a row of a sheet that is not another table's."""
        if any(
            area is not None and area.sheet == raw.name
            for name, area in self.book.names.items()
            if name.startswith("_kako_")
        ):
            return False
        words = self._words()
        if self.sheet.kind is SheetKind.REGISTER:
            return best_row(raw, words)[0] >= max(3, 0.8 * len(words))
        place = self.expected().get(self.table.key)
        return place is not None and self._said(raw, _cells_of(place), words) == len(words)

    # -- registers -----------------------------------------------------------------------------------------------------

    def _register(self, raw: RawSheet, marks: Cells) -> Cells | None:
        row = self._header_row(raw, marks)
        if row is None:
            return None
        if self._data_above(raw, row):
            self._issue(
                "K204",
                f"rows of {self.title!r} stand above its headers in row {row}",
                "undo the sorting, or put the headers back above the rows",
                raw.name,
                cell_name(row, 1),
            )
        marked = {key: column for key, (at, column) in marks.items() if at == row}
        headers = raw.rows.get(row, {})
        if len(marked) == len(self.columns) == len(set(marked.values())) and all(
            fold(text_of(headers.get(column))) == fold(self._own(key)) for key, column in marked.items()
        ):
            return {key: (row, column) for key, column in marked.items()}
        line = HeaderRow(headers, row, self._words(), marked, SEAL.key)
        line.resolve(headers_decide=self.headers_decide)
        for conflict in line.conflicts:
            self._issue("K203", conflict.message, conflict.hint, raw.name, cell_name(row, conflict.column))
        self.told = {conflict.key for conflict in line.conflicts}
        return {key: (row, column) for key, column in line.placed.items()}

    def _data_above(self, raw: RawSheet, row: int) -> bool:
        return data_above(raw, row, id_pattern(self.table.id_format).fullmatch if self.table.id_format else None)

    def _header_row(self, raw: RawSheet, marks: Cells) -> int | None:
        """The row of most marks, without marks the row that says most titles; an issue and None if there is no such
        row, or another one."""
        if not marks:
            count, row = best_row(raw, self._words())
            if count < max(2, len(self.columns) // 4) or (row > HEADER_SEARCH and not self._data_above(raw, row)):
                self._issue(
                    "K202",
                    f"the header row of {self.title!r} is not found",
                    "put the headers back as they were",
                    raw.name,
                )
                return None
            return row
        row = Counter(row for row, _ in marks.values()).most_common(1)[0][0]
        headers = raw.rows.get(row, {})
        agree = sum(
            fold(text_of(headers.get(column))) == fold(self._own(key))
            for key, (at, column) in marks.items()
            if at == row
        )
        if 2 * agree >= len(marks) or 2 * matches(headers, words := self._words()) >= len(marks):
            return row
        count, elsewhere = best_row(raw, words)
        if elsewhere == row or 2 * count < len(self.columns):
            return row
        if self.headers_decide and not self._data_above(raw, elsewhere):
            return elsewhere
        self._issue(
            "K204",
            f"the headers of {self.title!r} stand in row {elsewhere}, but row {row} is marked as their row",
            "undo the sorting, or put the headers back above the rows"
            if self._data_above(raw, elsewhere)
            else "run `kakosheet repair`",
            raw.name,
            cell_name(elsewhere, 1),
        )
        return None

    # -- blocks of views -----------------------------------------------------------------------------------------------

    def _block(self, raw: RawSheet, marks: Cells) -> Cells | None:
        """Marks count where the titles stand; a block without any marks is looked for where a new workbook has it."""
        if len(marks) == len(self.columns) and all(
            fold(text_of(raw.rows.get(row, {}).get(column))) == fold(self._own(key))
            for key, (row, column) in marks.items()
        ):
            return marks
        words = self._words()
        place = self.expected().get(self.table.key)
        usual = _cells_of(place) if place is not None else {}
        known = (
            {**usual, **marks} if marks and (self.headers_decide or len(marks) < len(self.columns)) else marks or usual
        )
        if self.headers_decide or not marks:
            moved = self._moved(raw, known, words) or (self._moved(raw, usual, words) if usual else None)
            if moved is not None:
                return moved
        if not marks:
            self._issue(
                "K202",
                f"a block of {self.title!r} is not found: its headers have no names",
                "run `kakosheet repair`",
                raw.name,
            )
            return None
        self._check_titles(raw, marks, words)
        return marks

    def _said(self, raw: RawSheet, cells: Cells, words: Mapping[str, set[str]], down: int = 0, right: int = 0) -> int:
        return sum(
            fold(text_of(raw.rows.get(row + down, {}).get(column + right))) in words[key]
            for key, (row, column) in cells.items()
        )

    def _moved(self, raw: RawSheet, cells: Cells, words: Mapping[str, set[str]]) -> Cells | None:
        """The block's header cells, all by the same way from where they were thought to be: the nearest place where all
        titles stand."""
        if len(cells) < len(words):
            return None
        first = min(cells, key=lambda key: cells[key])
        at = [
            (row - cells[first][0], column - cells[first][1])
            for row, line in raw.rows.items()
            for column, value in line.items()
            if fold(text_of(value)) in words[first]
        ]
        near = sorted(
            (abs(down) + abs(right), down, right) for down, right in at if abs(down) <= SHIFT and abs(right) <= SHIFT
        )
        for _, down, right in near:
            if self._said(raw, cells, words, down, right) == len(words):
                return {key: (row + down, column + right) for key, (row, column) in cells.items()}
        return None

    def _check_titles(self, raw: RawSheet, cells: Cells, words: Mapping[str, set[str]]) -> None:
        """One header that says something else is a note; most of them mean that the block is no longer where its names
        are."""
        wrong = [
            key
            for key, (row, column) in cells.items()
            if fold(text_of(raw.rows.get(row, {}).get(column))) not in words[key]
        ]
        severity = Severity.ERROR if 2 * len(wrong) > len(cells) else Severity.WARNING
        for key in wrong[:1] if severity is Severity.ERROR else wrong:
            row, column = cells[key]
            shown = text_of(raw.rows.get(row, {}).get(column))
            self._issue(
                "K204",
                f"the header says {shown!r}, not {self._own(key)!r}",
                "run `kakosheet repair` to put it back",
                raw.name,
                cell_name(row, column),
                severity,
            )

    # -- what is left --------------------------------------------------------------------------------------------------

    told: set[str] = frozenset()  # type: ignore[assignment]

    def _missing(self, raw: RawSheet, cells: Cells, dead: set[str]) -> None:
        for column in self.columns:
            if column.key in cells or column.key == SEAL.key or column.key in self.told:
                continue
            how = "was deleted" if column.key in dead else "is not found"
            self.found.missing.setdefault(self.table.key, []).append(column.key)
            first = (
                "undo the deletion"
                if column.key in dead
                else f"write {self._own(column.key)!r} over its column if you renamed it"
            )
            if self.sheet.kind is not SheetKind.REGISTER:
                self._issue("K202", f"the column {self._own(column.key)!r} {how}", GONE, raw.name)
                continue
            last = (
                "put it back from a copy of the book: rows are known by what stood there"
                if column.key in self.table.names_rows
                else "run `kakosheet repair` to add it again"
            )
            cure = f"{first}, or {last}"
            self._issue("K202", f"the column {self._own(column.key)!r} {how}", cure, raw.name)


def _cells_of(place: Placement) -> Cells:
    return {key: (place.header_row + place.offsets.get(key, 0), column) for key, column in place.columns.items()}
