"""Finds tables again after people renamed, moved, inserted or sorted: by names on header cells, then by header text, position last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kakosheet.core.address import cell_name
from kakosheet.core.formulas import Placement
from kakosheet.core.issues import Issue
from kakosheet.core.raw import FormulaCell, RawBook, RawSheet
from kakosheet.core.schema import SEAL, SheetKind, SheetSchema, TableSchema, WorkbookSchema
from kakosheet.core.titles import Titles, fold

HEADER_SEARCH = 40
"""Rows from the top in which a header row without names is looked for."""

OtherTitles = Callable[[], Mapping[str, Mapping[str, set[str]]]]
"""Folded titles of sheets ("" key) and columns in the other shipped languages: `[table][column]`, loaded only when they are needed."""


@dataclass(slots=True)
class Found:
    """Where every table stands, and what is wrong with the structure."""

    binding: dict[str, Placement] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)


def name_of(table: str, column: str) -> str:
    """The defined name of a header cell."""
    return f"_kako_{table}_{column}"


def locate(book: RawBook, schema: WorkbookSchema, titles: Titles, other_titles: OtherTitles = dict) -> Found:
    """Place every table of the schema in the workbook; a table that is nowhere is an issue and has no placement."""
    found = Found()
    for sheet in schema.sheets:
        for table in sheet.tables:
            _Locator(book, sheet, table, titles, other_titles, found).run()
    return found


class _Locator:
    """The search for one table."""

    def __init__(self, book: RawBook, sheet: SheetSchema, table: TableSchema, titles: Titles, other: OtherTitles, found: Found) -> None:
        self.book, self.sheet, self.table, self.titles, self.other, self.found = book, sheet, table, titles, other, found
        self.keys = [column.key for column in table.columns] + ([SEAL.key] if sheet.kind is SheetKind.REGISTER else [])
        self.title = titles.sheets.get(sheet.key, sheet.title)

    def run(self) -> None:
        marked, dead = self._by_names()
        raw = self._sheet(marked)
        if raw is None:
            self._issue("K201", f"the sheet {self.title!r} is gone", "undo the deletion, or make a new book with `kakosheet new` and copy your rows")
            return
        cells = {key: (row, column) for key, (name, row, column) in marked.items() if name == raw.name}
        header_row = self._header_row(raw, cells)
        if header_row is None:
            self._issue("K202", f"the header row of {self.title!r} is not found", "put the headers back as they were", raw.name)
            return
        if self.sheet.kind is SheetKind.REGISTER:
            cells = {key: place for key, place in cells.items() if place[0] == header_row}
            self._by_text(raw, header_row, cells)
            self._same_text(raw, header_row, cells)
        self._missing(raw, cells, dead)
        self._conflicts(raw, cells)
        offsets = {key: row - header_row for key, (row, _) in cells.items() if row != header_row}
        self.found.binding[self.table.key] = Placement(
            raw.name, header_row, {key: column for key, (_, column) in cells.items()}, offsets, self.table.slots, raw.hidden)

    def _issue(self, code: str, message: str, hint: str, sheet: str = "", cell: str = "") -> None:
        self.found.issues.append(Issue(code, message, hint, sheet or self.title, cell))

    def _by_names(self) -> tuple[dict[str, tuple[str, int, int]], set[str]]:
        """Header cells by defined name, and the keys whose name points nowhere any more."""
        cells: dict[str, tuple[str, int, int]] = {}
        dead: set[str] = set()
        for key in self.keys:
            name = name_of(self.table.key, key)
            if name not in self.book.names:
                continue
            area = self.book.names[name]
            if area is None or area.sheet not in self.book.sheets:
                dead.add(key)
            else:
                cells[key] = (area.sheet, area.row, area.column)
        return cells, dead

    def _sheet(self, cells: Mapping[str, tuple[str, int, int]]) -> RawSheet | None:
        if cells:
            return self.book.sheets[Counter(name for name, _, _ in cells.values()).most_common(1)[0][0]]
        wanted = {fold(self.title), fold(self.sheet.title)} | self.other().get(self.sheet.key, {}).get("", set())
        return next((raw for name, raw in self.book.sheets.items() if fold(name) in wanted), None)

    def _header_row(self, raw: RawSheet, cells: Mapping[str, tuple[int, int]]) -> int | None:
        if cells:
            return Counter(row for row, _ in cells.values()).most_common(1)[0][0] if self.sheet.kind is SheetKind.REGISTER else min(
                row for row, _ in cells.values())
        if self.sheet.kind is not SheetKind.REGISTER:
            return None
        words: set[str] = set().union(*self._words().values())
        scored = [(sum(fold(_text(v)) in words for v in raw.rows[row].values()), -row) for row in raw.rows if row <= HEADER_SEARCH]
        best, row = max(scored, default=(0, 0))
        return -row if best >= max(2, len(self.keys) // 4) else None

    def _words(self) -> dict[str, set[str]]:
        """Folded titles of each column: in the book's language, in English, in the other shipped ones."""
        others = self.other().get(self.table.key, {})
        return {column.key: {fold(self.titles.columns.get(f"{self.table.key}.{column.key}", column.title)), fold(column.title)}
                | others.get(column.key, set()) for column in (*self.table.columns, SEAL)}

    def _by_text(self, raw: RawSheet, header_row: int, cells: dict[str, tuple[int, int]]) -> None:
        """Place the columns that no name places by the text of header cells that nobody claims."""
        missing = [key for key in self.keys if key not in cells]
        if not missing:
            return
        words, claimed = self._words(), set(cells.values())
        for column, value in raw.rows.get(header_row, {}).items():
            key = next((key for key in missing if fold(_text(value)) in words[key]), None)
            if key is None or (header_row, column) in claimed:
                continue
            if key in cells:
                self._issue("K203", f"two headers say {_text(value)!r}", "rename the one that is not kakosheet's", raw.name,
                            cell_name(header_row, column))
            else:
                cells[key] = (header_row, column)

    def _same_text(self, raw: RawSheet, header_row: int, cells: Mapping[str, tuple[int, int]]) -> None:
        """A header that carries another column's very title, while that column stands under another text: the marks disagree."""
        headers = raw.rows.get(header_row, {})
        texts = {key: fold(_text(headers.get(place[1], ""))) for key, place in cells.items()}
        own = {key: fold(self.titles.columns.get(f"{self.table.key}.{key}", "") or (self.table.by_key.get(key, SEAL).title)) for key in cells}
        for key, text in texts.items():
            other = next((k for k, title in own.items() if k != key and title == text and texts[k] != text), None)
            if text and text != own[key] and other is not None and list(own.values()).count(text) == 1:
                self._issue("K203", f"the header {_text(headers[cells[key][1]])!r} stands on the column that was {own[key]!r}",
                            "give the two columns their headers back", raw.name, cell_name(*cells[key]))

    def _missing(self, raw: RawSheet, cells: Mapping[str, tuple[int, int]], dead: set[str]) -> None:
        for key in self.keys:
            if key not in cells and key != SEAL.key:
                column = self.table.by_key[key]
                title = self.titles.columns.get(f"{self.table.key}.{key}", column.title)
                how = "was deleted" if key in dead else "is not found"
                self._issue("K202", f"the column {title!r} {how}", "undo the deletion, or insert a column with that header", raw.name)

    def _conflicts(self, raw: RawSheet, cells: dict[str, tuple[int, int]]) -> None:
        places = Counter(cells.values())
        for key, place in list(cells.items()):
            if places[place] > 1:
                self._issue("K203", f"two columns claim this header, one is {key!r}", "give each column its own header cell", raw.name,
                            cell_name(*place))
                del cells[key]


def _text(value: object) -> str:
    if isinstance(value, FormulaCell):
        value = value.value
    return "" if value is None else str(value)
