"""The difference between a workbook as it stands and the tables as they should be: a patch, and a word on each cell
typed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from kakosheet.core.areas import table_area
from kakosheet.core.bind import Book, is_filled, typed_by_people
from kakosheet.core.compared import Compared, SameFormula
from kakosheet.core.dates import to_serial
from kakosheet.core.formulas import Placement, has_places, link_formula, link_table, row_formula
from kakosheet.core.issues import Issue
from kakosheet.core.left import Left
from kakosheet.core.patch import CellInput, Formula, SheetPatch, TableGrowth
from kakosheet.core.raw import CellValue, FormulaCell
from kakosheet.core.room import RoomTaken, check_room
from kakosheet.core.schema import SEAL, Column, Kind, Owner, WorkbookSchema
from kakosheet.core.sealing import changed_notes, changed_seals
from kakosheet.core.table import Table
from kakosheet.core.titles import Titles
from kakosheet.core.typed_over import of_another_version, theirs_by_seal, theirs_in_view, typed_over_issues
from kakosheet.core.values import encoder


@dataclass
class Difference:
    """`sheets` by sheet name; `issues` tell of cells typed over; `changed` counts cells, `added` rows."""

    sheets: dict[str, SheetPatch] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    changed: int = 0
    added: int = 0

    def sheet(self, name: str) -> SheetPatch:
        return self.sheets.setdefault(name, SheetPatch())


@dataclass(frozen=True)
class Comparer:
    """Everything that comparing needs: the book as read, the schema, the words, how formulas are compared, and the
    sheet that is the program's own ("" if there is none: then nothing is known of what was left in views)."""

    book: Book
    schema: WorkbookSchema
    titles: Titles
    same_formula: SameFormula
    own_sheet: str = ""

    @cached_property
    def left(self) -> Left | None:
        sheet = self.book.raw.sheets.get(self.own_sheet)
        return None if sheet is None else Left(sheet, self.schema.version)

    def compare(self) -> Difference:
        """RoomTaken, with everything that was found, if something stands where rows are to be added."""
        difference = Difference()
        taken = []
        for key, place in self.book.binding.items():
            try:
                _TableDiff(self._compared(self.book.tables[key], place), difference).run()
            except RoomTaken as found:
                taken.append(found)
        if taken:
            raise RoomTaken(str(taken[0]), difference.issues + [issue for found in taken for issue in found.issues])
        return difference

    def _compared(self, table: Table, place: Placement) -> Compared:
        left = self.left if table.schema.slots is not None else None
        return Compared(self.book, self.schema, self.titles, self.same_formula, table, place, left)


class _TableDiff:
    """The comparison of one table."""

    def __init__(self, compared: Compared, difference: Difference) -> None:
        self.compared, self.difference = compared, difference
        self.book, self.titles = compared.book, compared.titles
        self.table, self.place = compared.table, compared.place
        self.known = sum(1 for row in self.table.rows if row)
        self.changes: dict[int, dict[str, CellInput]] = {}

    def run(self) -> None:
        self._number_new_rows()
        for column in self.table.schema.columns:
            if column.key in self.place.columns:
                self._column(column)
        if self.compared.sealed:
            for i, text in changed_seals(self.compared, self.changes):
                self._set(i, SEAL.key, text, counted=False)
        self._emit()
        if self.compared.left is not None:
            self._remember(self.compared.left)

    # -- where new rows go ---------------------------------------------------------------------------------------------

    def _number_new_rows(self) -> None:
        rows = self.table.rows
        new = [i for i, row in enumerate(rows) if not row]
        if self.table.schema.slots is not None or not new:
            return
        last = max((row for row in rows if row), default=self.place.header_row)
        for offset, i in enumerate(new, 1):
            rows[i] = last + offset
        patch = self.difference.sheet(self.place.sheet)
        patch.first_new_row, patch.style_row = last + 1, last if last > self.place.header_row else None
        self.difference.added += len(new)
        check_room(self.compared, last + 1, last + len(new))

    # -- columns -------------------------------------------------------------------------------------------------------

    def _column(self, column: Column) -> None:
        values, cells = self.table.columns[column.key], self.book.column_cells(self.table.schema.key, column.key)
        if typed_by_people(column):
            self._born(column, values, cells)
        elif column.owner is Owner.FORMULA:
            self._formula(column, values, cells)
        else:
            self._tool(column, values, cells)

    def _born(self, column: Column, values: Sequence[Any], cells: Sequence[CellValue | None]) -> None:
        """User cells of new rows, once; ids where there is none."""
        encode = encoder(column, self.titles)
        old = self.table.old[column.key] if column.owner is Owner.USER else values
        for i in range(self.known, len(values)) if self.table.schema.slots is None else ():
            if old[i] is not None:
                self._set(i, column.key, encode(old[i]))
        if column.owner is Owner.ID:
            for i in range(self.known):
                if values[i] is not None and not isinstance(cells[i], FormulaCell) and not is_filled(cells[i]):
                    self._set(i, column.key, encode(values[i]))

    def _is_new(self, i: int) -> bool:
        return self.table.schema.slots is None and i >= self.known

    def _formula(self, column: Column, values: Sequence[Any], cells: Sequence[CellValue | None]) -> None:
        if not has_places(column, self.table.schema, self.book.binding):
            return
        render = row_formula(column, self.table.schema, self.book.binding, self.titles)
        encode, unknown = encoder(column, self.titles), self.table.unknown.get(column.key, ())
        for i, (value, cell) in enumerate(zip(values, cells, strict=True)):
            text, wanted = render(self.table.rows[i]), encode(value)
            wanted = "" if wanted is None else wanted
            if self.compared.is_formula(cell, text) and cell.text is not None:
                if i not in unknown and not (cell.cached and self._same(cell.value, wanted)):
                    self._set(i, column.key, Formula(cell.text, self._plain(wanted)))
            else:
                if not self._is_new(i) and not of_another_version(self.compared, i):
                    self._lost(column, i, cell)
                self._set(i, column.key, Formula(text, self._plain(wanted)))

    def _tool(self, column: Column, values: Sequence[Any], cells: Sequence[CellValue | None]) -> None:
        encode, unknown = encoder(column, self.titles), self.table.unknown.get(column.key, ())
        link = column.kind is Kind.LINK and bool(column.link_to)
        encoded = list(map(encode, values)) if column.kind in (Kind.CHOICE, Kind.YESNO) else values
        stored = self._stored(column, encoded)
        for i, (value, shown, cell) in enumerate(zip(encoded, stored, cells, strict=True)):
            if shown == cell:
                continue
            wanted: CellInput = value
            if link and wanted is not None:
                wanted = self._link(column, str(wanted))
            if i in unknown or (wanted is None and (cell is None or cell == "")):
                continue
            if not self._stands(cell, wanted):
                if cell is not None and not self._is_new(i) and not self._is_ours(cell, wanted):
                    if theirs_in_view(self.compared, column, cell):
                        self._lost(column, i, cell, stays=wanted is None)
                        if wanted is None:
                            continue
                    if theirs_by_seal(self.compared, column, i, cell):
                        self._lost(column, i, cell)
                self._set(i, column.key, self._plain(wanted) if not isinstance(wanted, Formula) else wanted)

    def _stored(self, column: Column, values: Sequence[Any]) -> Sequence[Any]:
        """The values as this file stores them: serials for dates, where it counts dates by number."""
        if column.kind not in (Kind.DATE, Kind.DATETIME):
            return values
        known = {value: to_serial(value, date1904=self.book.raw.date1904) for value in set(values) if value is not None}
        return [known.get(value) for value in values]

    def _link(self, column: Column, target: str) -> CellInput:
        table = link_table(target, column, self.compared.schema.tables)
        text = link_formula(target, table, self.book.binding) if table is not None else None
        return target if text is None else Formula(text, target)

    def _is_ours(self, cell: CellValue | None, wanted: CellInput) -> bool:
        """Whether a cell holds the wanted formula, whatever a program made of its value."""
        return isinstance(wanted, Formula) and self.compared.is_formula(cell, wanted.text)

    def _stands(self, cell: CellValue | None, wanted: CellInput) -> bool:
        if isinstance(wanted, Formula):
            return (
                isinstance(cell, FormulaCell)
                and cell.cached
                and cell.value == wanted.value
                and self._is_ours(cell, wanted)
            )
        return not isinstance(cell, FormulaCell) and self._same(cell, wanted)

    def _same(self, cell: object, wanted: object) -> bool:
        """Whether a cell's value is the wanted one, as this file stores values."""
        if isinstance(wanted, date) and isinstance(cell, int | float | date):
            epoch = self.book.raw.date1904
            held = to_serial(cell, date1904=epoch) if isinstance(cell, date) else cell
            return abs(held - to_serial(wanted, date1904=epoch)) < 1e-6
        if isinstance(wanted, float) and isinstance(cell, int | float) and not isinstance(cell, bool):
            return cell == wanted or abs(cell - wanted) <= 1e-12 * abs(wanted)
        return (None if cell == "" else cell) == (None if wanted == "" else wanted) and isinstance(
            cell, bool
        ) == isinstance(wanted, bool)

    def _plain(self, wanted: Any) -> Any:
        return int(wanted) if isinstance(wanted, float) and wanted.is_integer() and abs(wanted) < 1e15 else wanted

    # -- output --------------------------------------------------------------------------------------------------------

    def _lost(self, column: Column, i: int, cell: CellValue | None, *, stays: bool = False) -> None:
        self.difference.issues += typed_over_issues(self.compared, column, i, cell, stays=stays)

    def _set(self, i: int, key: str, value: CellInput, *, counted: bool = True) -> None:
        self.changes.setdefault(i, {})[key] = value
        self.difference.changed += counted

    def _emit(self) -> None:
        place = self.place
        if self.changes:
            cells = self.difference.sheet(place.sheet).cells
            for i, changed in self.changes.items():
                for key, value in changed.items():
                    cells.setdefault(self.table.rows[i] + place.offsets.get(key, 0), {})[place.columns[key]] = value
        if self.table.schema.slots is None and self.table.rows:
            self._grow(max(self.table.rows))

    def _grow(self, last: int) -> None:
        area = table_area(self.compared.sheet, self.place)
        if area is not None and area[1].last_row < last:
            self.difference.sheet(self.place.sheet).tables.append(TableGrowth(area[0], last))

    def _remember(self, left: Left) -> None:
        """Note what this refresh leaves in a view's computed cells."""
        for row, column, value in changed_notes(self.compared, left):
            self.difference.sheet(left.sheet.name).cells.setdefault(row, {})[column] = value
