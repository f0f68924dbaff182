"""The difference between a workbook as it stands and the tables as they should be: a patch, and a word on each cell
typed over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from kakosheet.core import seal
from kakosheet.core.address import cell_name
from kakosheet.core.areas import table_area
from kakosheet.core.bind import Book, is_filled, place_issue, typed_by_people
from kakosheet.core.dates import to_serial
from kakosheet.core.formulas import Placement, has_places, link_formula, link_table, row_formula
from kakosheet.core.issues import Issue, Severity
from kakosheet.core.left import Left, checksum
from kakosheet.core.patch import CellInput, Formula, SheetPatch, TableGrowth
from kakosheet.core.raw import CellValue, FormulaCell
from kakosheet.core.schema import SEAL, Column, Kind, Owner, WorkbookSchema
from kakosheet.core.table import Table
from kakosheet.core.titles import Titles
from kakosheet.core.values import encoder

SameFormula = Callable[[str, str], bool]


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
                _TableDiff(self, self.book.tables[key], place, difference).run()
            except RoomTaken as found:
                taken.append(found)
        if taken:
            raise RoomTaken(str(taken[0]), difference.issues + [issue for found in taken for issue in found.issues])
        return difference


class _TableDiff:
    """The comparison of one table."""

    def __init__(self, comparer: Comparer, table: Table, place: Placement, difference: Difference) -> None:
        self.book, self.schema, self.titles = comparer.book, comparer.schema, comparer.titles
        self.same_formula = comparer.same_formula
        self.table, self.place, self.difference = table, place, difference
        self.sheet = self.book.raw.sheets[place.sheet]
        self.known = sum(1 for row in table.rows if row)
        self.tools = [c for c in table.schema.columns if c.owner is Owner.TOOL]
        self.tool_at = {c.key: i for i, c in enumerate(self.tools)}
        self.changes: dict[int, dict[str, CellInput]] = {}
        self.left = comparer.left if table.schema.slots is not None else None

    def run(self) -> None:
        self._number_new_rows()
        self.sealed = SEAL.key in self.place.columns
        self.seals = self.book.column_cells(self.table.schema.key, SEAL.key) if self.sealed else []
        for column in self.table.schema.columns:
            if column.key in self.place.columns:
                self._column(column)
        if self.sealed:
            self._seal()
        self._emit()
        if self.left is not None:
            self._remember(self.left)

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
        self._check_room(last + 1, last + len(new))

    def _check_room(self, first: int, last: int) -> None:
        """Nothing but what we left there may stand where rows are to be added, across the table's width."""
        columns = self.place.columns.values()
        left, right = min(columns), max(columns)
        keys = {at: key for key, at in self.place.columns.items()}
        for row in sorted(self.sheet.rows.keys() & range(first, last + 1)):
            for column, value in self.sheet.rows[row].items():
                if (
                    left <= column <= right
                    and (isinstance(value, FormulaCell) or is_filled(value))
                    and not self._left_by_us(row, keys.get(column), value)
                ):
                    raise RoomTaken.at(self.place.sheet, row, column, value)

    def _left_by_us(self, row: int, key: str | None, cell: CellValue) -> bool:
        """Whether a cell of a row without anything typed is a computed one as a refresh left it: people empty rows of
        which those remain."""
        at = self.place.columns
        seals = seal.parts(
            _plain_text(self.sheet.rows[row].get(at.get(SEAL.key, 0))), self.schema.version, len(self.tools)
        )
        if key is None or key == SEAL.key:
            return key is not None and seals is not None
        column = self.table.schema.by_key[key]
        if column.owner is Owner.TOOL:
            return seals is not None and seals[1][self.tool_at[key]] == seal.digest(self._canonical(column, cell))
        if (
            column.owner is not Owner.FORMULA
            or not isinstance(cell, FormulaCell)
            or not has_places(column, self.table.schema, self.book.binding)
        ):
            return False
        text = row_formula(column, self.table.schema, self.book.binding, self.titles)(row)
        return cell.text is not None and (cell.text == text or self.same_formula(cell.text, text))

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
            if (
                isinstance(cell, FormulaCell)
                and cell.text is not None
                and (cell.text == text or self.same_formula(cell.text, text))
            ):
                if i not in unknown and not (cell.cached and self._same(cell.value, wanted)):
                    self._set(i, column.key, Formula(cell.text, self._plain(wanted)))
            else:
                self._lost(column, i, cell, known=not self._is_new(i) and not self._of_another_version(i))
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
                    if self._theirs_in_view(column, cell):
                        self._lost(column, i, cell, known=True, stays=wanted is None)
                        if wanted is None:
                            continue
                    self._typed_over(column, i, cell)
                self._set(i, column.key, self._plain(wanted) if not isinstance(wanted, Formula) else wanted)

    def _stored(self, column: Column, values: Sequence[Any]) -> Sequence[Any]:
        """The values as this file stores them: serials for dates, where it counts dates by number."""
        if column.kind not in (Kind.DATE, Kind.DATETIME):
            return values
        known = {value: to_serial(value, date1904=self.book.raw.date1904) for value in set(values) if value is not None}
        return [known.get(value) for value in values]

    def _link(self, column: Column, target: str) -> CellInput:
        table = link_table(target, column, self.schema.tables)
        text = link_formula(target, table, self.book.binding) if table is not None else None
        return target if text is None else Formula(text, target)

    def _is_ours(self, cell: CellValue | None, wanted: CellInput) -> bool:
        """Whether a cell holds the wanted formula, whatever a program made of its value."""
        return (
            isinstance(wanted, Formula)
            and isinstance(cell, FormulaCell)
            and cell.text is not None
            and (cell.text == wanted.text or self.same_formula(cell.text, wanted.text))
        )

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

    # -- typed over ----------------------------------------------------------------------------------------------------

    def _typed_over(self, column: Column, i: int, cell: CellValue) -> None:
        """Report the text of a tool cell that is not the one we left there; without any seals or a stored value nothing
        is claimed."""
        if not self.sealed or (isinstance(cell, FormulaCell) and not cell.cached):
            return
        known = seal.parts(_plain_text(self.seals[i]), self.schema.version, len(self.tools))
        if known is not None:
            theirs = known[1][self.tool_at[column.key]] != seal.digest(self._canonical(column, cell))
        else:  # a row that was never refreshed, among others that were
            theirs = self.seals[i] is None and any(cell is not None for cell in self.seals)
        if theirs:
            self._lost(column, i, cell, known=True)

    def _theirs_in_view(self, column: Column, cell: CellValue) -> bool:
        """Whether a cell of a view holds what no refresh left there. People may have sorted the view: what stood in any
        of its slots is ours."""
        if self.left is None:
            return False
        if isinstance(cell, FormulaCell):
            if column.kind is not Kind.LINK or not (cell.text or "").upper().startswith("HYPERLINK("):
                return True
            if not cell.cached:
                return False
        known = self.left.known(self.table.schema.key, len(self.tools))
        return known is not None and checksum(self._canonical(column, cell)) not in known[self.tool_at[column.key]]

    def _remember(self, left: Left) -> None:
        """Note what this refresh leaves in a view's computed cells."""
        encoders = [
            (
                c,
                encoder(c, self.titles),
                self.table.columns[c.key],
                self.table.unknown.get(c.key, ()),
                self.book.column_cells(self.table.schema.key, c.key),
            )
            for c in self.tools
            if c.key in self.place.columns
        ]
        slots = []
        for i in range(len(self.table)):
            values = {
                c.key: cells[i] if i in unknown else encode(column[i]) for c, encode, column, unknown, cells in encoders
            }
            ours = any(value is not None for value in values.values())
            slots.append([self._canonical(c, values.get(c.key)) for c in self.tools] if ours else None)
        for row, column, number in left.differences(self.table.schema.key, len(self.tools), slots):
            self.difference.sheet(left.sheet.name).cells.setdefault(row, {})[column] = number

    def _of_another_version(self, i: int) -> bool:
        """Whether the row was, or may have been, written by another version of the schema, in which the column was of
        another owner or formula."""
        if self.table.schema.slots is not None:
            return self.left is None or self.left.known(self.table.schema.key, len(self.tools)) is None
        text = _plain_text(self.seals[i]) if self.sealed else None
        return isinstance(text, str) and text != "" and not text.startswith(f"{self.schema.version}:")

    def _canonical(self, column: Column, cell: object) -> str:
        """The text that stands for a cell in a seal: dates by their serial in the 1900 system."""
        if isinstance(cell, FormulaCell):
            cell = cell.value
        if isinstance(cell, date):
            return seal.canonical(to_serial(cell, date1904=self.book.raw.date1904))
        return seal.canonical(cell)

    def _lost(self, column: Column, i: int, cell: CellValue | None, *, known: bool, stays: bool = False) -> None:
        shown = f"={cell.text}" if isinstance(cell, FormulaCell) and cell.text else seal.canonical(cell)
        if not known or cell is None or not shown.strip():
            return
        what = (
            "stands in a computed cell, and stays until that is needed"
            if stays
            else ("was typed over a computed cell; refresh puts the computed value back")
        )
        self.difference.issues.append(
            place_issue(
                self.book, self.table, column.key, i, "K308", f'"{shown}" {what}', self._cure(), Severity.WARNING
            )
        )

    def _cure(self) -> str:
        """Where people's own words belong."""
        table, _, key = self.table.schema.notes.partition(".")
        if table in self.book.binding:
            title = self.titles.columns.get(f"{table}.{key}", self.schema.tables[table].by_key[key].title)
            return f'write it under "{title}" of {self.book.binding[table].sheet}'
        return (
            "write it in a column of your own"
            if self.table.schema.slots is None
            else "write it beside the block, or on a sheet of your own"
        )

    # -- seals and output ----------------------------------------------------------------------------------------------

    def _seal(self) -> None:
        """Every row's seal anew where a computed or a typed cell of it changed."""
        schema, version = self.table.schema, self.schema.version
        people = [c.key for c in schema.columns if typed_by_people(c) and c.key in self.place.columns]
        typed = seal.user_digests({key: self._typed(key) for key in people}, len(self.table))
        encoders = [(c, encoder(c, self.titles), self.table.columns[c.key]) for c in self.tools]
        twins = self._twins()
        for i, user in enumerate(typed):
            changed = self.changes.get(i)
            before = seal.parts(_plain_text(self.seals[i]), version, len(self.tools))
            if i in twins and before is not None:
                user = before[0]  # until the ids differ, the seal goes on telling the copy from the row that was copied
            if (
                before is not None
                and before[0] == user
                and not (changed and not self.tool_at.keys().isdisjoint(changed))
            ):
                continue
            tools = (seal.digest(self._canonical(c, encode(values[i]))) for c, encode, values in encoders)
            text = seal.make(version, user, tools)
            if text != _plain_text(self.seals[i]):
                self._set(i, SEAL.key, text, counted=False)

    def _twins(self) -> set[int]:
        """The rows that share their id with another one."""
        schema = self.table.schema
        if not schema.id_format:
            return set()
        rows: dict[object, list[int]] = {}
        for i, value in enumerate(self.table.columns[schema.id_column]):
            rows.setdefault(value, []).append(i)
        return {i for value, same in rows.items() if value is not None and len(same) > 1 for i in same}

    def _typed(self, key: str) -> list[object]:
        """What people's cells of a column hold after the patch."""
        cells: list[object] = list(self.book.column_cells(self.table.schema.key, key))
        for i, changed in self.changes.items():
            if key in changed:
                cells[i] = self._serial(changed[key])
        return [self._serial(cell) if isinstance(cell, date) else cell for cell in cells]

    def _serial(self, value: object) -> object:
        return to_serial(value, date1904=self.book.raw.date1904) if isinstance(value, date) else value

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
        area = table_area(self.sheet, self.place)
        if area is not None and area[1].last_row < last:
            self.difference.sheet(self.place.sheet).tables.append(TableGrowth(area[0], last))


class RoomTaken(Exception):
    """Something stands where rows are to be added. `issues` are all that comparing found, this among them."""

    def __init__(self, message: str, issues: list[Issue]) -> None:
        super().__init__(message)
        self.issues = issues

    @classmethod
    def at(cls, sheet: str, row: int, column: int, value: CellValue) -> RoomTaken:
        cell = cell_name(row, column)
        shown = f"={value.text}" if isinstance(value, FormulaCell) and value.text else seal.canonical(value)
        shown = shown if len(shown) <= 60 else shown[:59] + "…"
        issue = Issue(
            "K205",
            f'"{shown}" stands where a row is to be added' if shown else "a formula stands where a row is to be added",
            "move it to the side of the table or to another sheet",
            sheet,
            cell,
        )
        return cls(f"{sheet}!{cell}: {issue.message}", [issue])


def _plain_text(cell: CellValue | None) -> object:
    return cell.value if isinstance(cell, FormulaCell) else cell
