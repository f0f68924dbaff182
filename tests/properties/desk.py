"""A workbook on somebody's desk: the edits that people make, as a spreadsheet carries them out, and as a program does that forgets the names.

Every data cell holds a token that says where it belongs: `who@T-0002` is the *who* of row T-0002, `days!T-0002` a computed cell of it.
"""

from __future__ import annotations

from collections.abc import Callable

from kakosheet.core.locate import name_of
from kakosheet.core.raw import Area, FormulaCell, RawBook, RawSheet, TableRange
from kakosheet.core.schema import SEAL, Column, Owner, SheetKind, SheetSchema, TableSchema, WorkbookSchema
from kakosheet.core.titles import Titles, fold

TEXTS = ("what", "who", "where", "note")
COLUMNS = (
    Column("id", "ID", owner=Owner.ID),
    Column("what", "What"),
    Column("who", "Who"),
    Column("days", "Days", owner=Owner.TOOL),
    Column("where", "Where"),
    Column("note", "Note"),
    Column("word", "Word", owner=Owner.TOOL),
)
TASKS = TableSchema(key="tasks", sheet="tasks", columns=COLUMNS, id_column="id", id_format="T-{number:04}")
BOARD = TableSchema(
    key="board_tiles",
    sheet="board",
    columns=(Column("open", "Open", owner=Owner.TOOL), Column("late", "Late", owner=Owner.TOOL)),
    slots=2,
)
SCHEMA = WorkbookSchema(
    1,
    (
        SheetSchema(key="tasks", title="Tasks", kind=SheetKind.REGISTER, tables=(TASKS,), tab="x"),
        SheetSchema(key="board", title="Board", kind=SheetKind.VIEW, tables=(BOARD,), tab="x"),
    ),
)
KEYS = (*(column.key for column in COLUMNS), SEAL.key)
TITLE = {column.key: column.title for column in (*COLUMNS, SEAL)}
CHINESE = {"what": "事项", "who": "负责人", "where": "地点", "note": "备注"}
OTHER_TITLES = {"tasks": {key: {fold(title)} for key, title in CHINESE.items()} | {"": {"任务"}}}
TITLES = Titles("en")
HEADER = 3

Cells = dict[int, dict[int, object]]


class Desk:
    """One workbook under edits. `home` is the sheet of tasks; the row below the header is the first one."""

    def __init__(self, rows: int) -> None:
        self.rows: Cells = {1: {1: "Tasks"}, HEADER: {at: TITLE[key] for at, key in enumerate(KEYS, 1)}}
        self.home, self.number, self.header = "Tasks", 0, HEADER
        tasks, board = RawSheet("Tasks", rows=self.rows), RawSheet("Board", rows={4: {2: "Open", 4: "Late"}})  # type: ignore[arg-type]
        for slot in (5, 6):
            board.rows[slot] = {2: f"open#{slot - 4}", 4: f"late#{slot - 4}"}
        self.names: dict[str, Area | None] = {
            name_of("tasks", key): _cell("Tasks", HEADER, at) for at, key in enumerate(KEYS, 1)
        }
        self.names |= {name_of("board_tiles", key): _cell("Board", 4, at) for key, at in (("open", 2), ("late", 4))}
        self.book = RawBook("x", {"Tasks": tasks, "Board": board}, self.names)
        for _ in range(rows):
            self.type_row(refreshed=True)

    # -- what there is -------------------------------------------------------------------------------------------------------

    @property
    def sheet(self) -> RawSheet:
        return self.book.sheets[self.home]

    def last(self) -> int:
        return max(self.sheet.rows, default=0)

    def width(self) -> int:
        return max((max(cells, default=0) for cells in self.sheet.rows.values()), default=0)

    def column_of(self, key: str) -> int | None:
        """Where a column's data really are: the leftmost column with its tokens."""
        marks = (f"{key}@", f"{key}!", *{"id": ("T-",), SEAL.key: ("1:",)}.get(key, ()))
        return min(
            (at for cells in self.sheet.rows.values() for at, value in cells.items() if str(value).startswith(marks)),
            default=None,
        )

    # -- rows ----------------------------------------------------------------------------------------------------------------

    def type_row(self, *, refreshed: bool = False) -> None:
        """A row below the last; a refreshed one has its id and its computed cells."""
        self.number += 1
        tag = f"T-{self.number:04}" if refreshed else f"new{self.number}"
        cells: dict[int, object] = {}
        for fallback, key in enumerate(KEYS, 1):
            at = fallback if self.number == 1 else self.column_of(key)
            if at is not None and key in TEXTS:
                cells[at] = f"{key}@{tag}"
            elif at is not None and refreshed:
                cells[at] = tag if key == "id" else f"1:AAAA{self.number:04}" if key == SEAL.key else f"{key}!{tag}"
        self.sheet.rows[self.last() + 1] = cells  # type: ignore[assignment]

    def copy_row(self, row: int) -> None:
        self.sheet.rows[self.last() + 1] = dict(self.sheet.rows.get(row, {}))

    def add_totals(self) -> None:
        at = self.column_of("where")
        first, last = self.header + 1, self.last()
        if at is not None and last > first:
            from kakosheet.core.address import column_letters as letters

            self.sheet.rows[last + 1] = {at: FormulaCell(f"SUM({letters(at)}{first}:{letters(at)}{last})", 0.0, True)}

    def sort(self, *, with_header: bool, backwards: bool) -> None:
        """By the text of the first column; the header row goes along if people forget to leave it out."""
        first = self.header + (0 if with_header else 1)
        rows = sorted(row for row in self.sheet.rows if row >= first)
        contents = sorted(
            (self.sheet.rows[row] for row in rows),
            key=lambda cells: str(cells.get(min(cells, default=0), "")),
            reverse=backwards,
        )
        for row, cells in zip(rows, contents, strict=True):
            self.sheet.rows[row] = cells

    def insert_row(self, at: int, *, aware: bool, sheet: str = "") -> None:
        self._rows(sheet or self.home, lambda row: row + 1 if row >= at else row, aware)

    def delete_row(self, at: int, *, aware: bool) -> None:
        self._rows(self.home, lambda row: None if row == at else row - 1 if row > at else row, aware)

    # -- columns -------------------------------------------------------------------------------------------------------------

    def insert_column(self, at: int, *, aware: bool, sheet: str = "") -> None:
        self._columns(sheet or self.home, lambda column: column + 1 if column >= at else column, aware)

    def delete_column(self, at: int, *, aware: bool) -> None:
        self._columns(self.home, lambda column: None if column == at else column - 1 if column > at else column, aware)

    def move_column(self, source: int, before: int, *, aware: bool) -> None:
        order = list(range(1, max(self.width(), source, before) + 2))
        order.remove(source)
        order.insert(order.index(before) if before in order else len(order), source)
        places = {column: at for at, column in enumerate(order, 1)}
        self._columns(self.home, lambda column: places.get(column, column), aware)

    def copy_column(self, source: int, to: int) -> None:
        """A copy of cells and header over what stands there; names stay with the original."""
        for cells in self.sheet.rows.values():
            if source in cells and (cells is self.sheet.rows.get(self.header) or "@" in str(cells[source])):
                cells[to] = cells[source]

    def rename_header(self, key: str, text: str) -> None:
        at = self.column_of(key)
        if at is not None:
            self.sheet.rows.setdefault(self.header, {})[at] = text

    def add_table_beside(self) -> None:
        """Somebody's own table right of ours, with some of the same headers."""
        at, header = self.width() + 2, self.header
        for offset, title in enumerate(("What", "Note", "Mine")):
            self.sheet.rows[header][at + offset] = title
            for row, cells in self.sheet.rows.items():
                if row > header:
                    cells[at + offset] = f"foreign@{offset}"
        self.sheet.tables.append(TableRange("theirs", Area(self.home, header, at, self.last(), at + 2), False))

    # -- sheets and names ----------------------------------------------------------------------------------------------------

    def rename_sheet(self, name: str, *, aware: bool) -> None:
        sheet = self.book.sheets.pop(self.home)
        self.book.sheets[name] = RawSheet(name, rows=sheet.rows, tables=sheet.tables)
        if aware:
            self._rename(lambda area: area._replace(sheet=name) if area.sheet == self.home else area)
        self.home = name

    def copy_sheet(self) -> None:
        """The copy's names are names of the copy alone, which a workbook's names do not show."""
        self.book.sheets[f"{self.home} (2)"] = RawSheet(
            f"{self.home} (2)", rows={row: dict(cells) for row, cells in self.sheet.rows.items()}
        )

    def drop_names(self, keys: set[str]) -> None:
        for key in keys:
            self.names.pop(name_of("tasks", key), None)

    # -- how programs move things --------------------------------------------------------------------------------------------

    def _rename(self, change: Callable[[Area], Area | None]) -> None:
        for name, area in self.names.items():
            self.names[name] = None if area is None else change(area)

    def _rows(self, sheet: str, place: Callable[[int], int | None], aware: bool) -> None:
        raw = self.book.sheets[sheet]
        raw.rows = {new: cells for row, cells in sorted(raw.rows.items()) if (new := place(row)) is not None}
        if sheet == self.home:
            self.header = place(self.header) or 0
        if aware:
            self._rename(
                lambda area: (
                    area
                    if area.sheet != sheet
                    else None
                    if (new := place(area.row)) is None
                    else area._replace(row=new, last_row=new)
                )
            )

    def _columns(self, sheet: str, place: Callable[[int], int | None], aware: bool) -> None:
        raw = self.book.sheets[sheet]
        raw.rows = {
            row: {new: cells[column] for column in sorted(cells) if (new := place(column)) is not None}
            for row, cells in raw.rows.items()
        }
        if aware:
            self._rename(
                lambda area: (
                    area
                    if area.sheet != sheet
                    else None
                    if (new := place(area.column)) is None
                    else area._replace(column=new, last_column=new)
                )
            )


def _cell(sheet: str, row: int, column: int) -> Area:
    return Area(sheet, row, column, row, column)
