"""What brings a workbook's structure in order again: marks set anew, header texts, columns that are missing; never a
user's value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from kakosheet.core.address import cell_name
from kakosheet.core.areas import table_area
from kakosheet.core.bind import typed_by_people
from kakosheet.core.formulas import Placement
from kakosheet.core.headers import text_of
from kakosheet.core.locate import Located, name_of
from kakosheet.core.patch import Patch, SheetPatch, TableGrowth
from kakosheet.core.raw import Area, RawBook, RawSheet
from kakosheet.core.schema import SEAL, Column, SheetKind, SheetSchema, TableSchema, WorkbookSchema
from kakosheet.core.titles import Titles, fold

GO = "_kako_go_"
"""Names of sheets that links lead to."""


class Change(NamedTuple):
    """One line of the difference: where, what it is about, what stood there and what is to stand there."""

    sheet: str
    cell: str
    what: str
    old: str
    new: str


@dataclass
class Repairs:
    """The patch, and the same as lines for people."""

    patch: Patch = field(default_factory=Patch)
    changes: list[Change] = field(default_factory=list)

    def sheet(self, name: str) -> SheetPatch:
        return self.patch.sheets.setdefault(name, SheetPatch())


def repairs(
    raw: RawBook,
    found: Located,
    schema: WorkbookSchema,
    titles: Titles,
    usual: Callable[[], Mapping[str, Placement]] = dict,
) -> Repairs:
    """The repairs of all tables that were found (with titles deciding); what stays missing is in the issues of `found`.

    Blocks that a view lacks are made where a new workbook has them (`usual`), as far as the view itself is there.
    """
    done = Repairs()
    for key, place in found.binding.items():
        _Table(raw, schema, schema.tables[key], place, titles, done).run(found.missing.get(key, ()))
    for sheet in schema.sheets:
        if sheet.kind is SheetKind.VIEW and any(table.key not in found.binding for table in sheet.tables):
            _add_blocks(raw, found, sheet, usual(), titles, done)
        home = next((found.binding[table.key].sheet for table in sheet.tables if table.key in found.binding), None)
        if home is not None and GO + sheet.key in raw.names:
            _mark(raw, done, GO + sheet.key, f"link to {home}", Area(home, 1, 1, 1, 1), only_dead=True)
    _named_cells(raw, done)
    return done


def _mark(raw: RawBook, done: Repairs, name: str, what: str, area: Area, *, only_dead: bool = False) -> None:
    """Let a name point where it is to, if it does not."""
    old = raw.names.get(name)
    alive = old is not None and old.sheet in raw.sheets
    if (only_dead and alive) or (old is not None and old[:3] == area[:3]):
        return
    done.patch.names[name] = area
    was = (
        ""
        if old is None or not alive
        else cell_name(old.row, old.column) + ("" if old.sheet == area.sheet else f" of {old.sheet}")
    )
    done.changes.append(
        Change(area.sheet, cell_name(area.row, area.column), what, was, cell_name(area.row, area.column))
    )


def _named_cells(raw: RawBook, done: Repairs) -> None:
    """The cells behind our names stand beside their names; a name that is gone is found again by that."""
    gone = {name for name in raw.names if name.startswith("_kako_") and raw.names[name] is None}
    for sheet in raw.sheets.values():
        labels = {
            row: cells[1]
            for row, cells in sheet.rows.items()
            if isinstance(cells.get(1), str) and str(cells[1]).startswith("_kako_")
        }
        for row, label in labels.items():
            if (label in gone or label not in raw.names) and label not in done.patch.names and len(labels) > 1:
                _mark(raw, done, str(label), f"name {label}", Area(sheet.name, row, 2, row, 2))


# -- blocks of views ---------------------------------------------------------------------------------------------------


def _add_blocks(
    raw: RawBook, found: Located, sheet: SheetSchema, usual: Mapping[str, Placement], titles: Titles, done: Repairs
) -> None:
    """Headers and marks of blocks that are nowhere, as far from the view's last block as in a new workbook; where
    something stands there, right of everything on the sheet."""
    beside = [table.key for table in sheet.tables if table.key in found.binding and table.key in usual]
    if not beside:
        return
    here, there = found.binding[beside[-1]], usual[beside[-1]]
    (row, column), (usual_row, usual_column) = _first(here), _first(there)
    for table in sheet.tables:
        if table.key in found.binding or table.key not in usual:
            continue
        cells = {
            key: (at + row - usual_row, across + column - usual_column)
            for key, (at, across) in _header_cells(usual[table.key]).items()
        }
        taken = {
            (at, across)
            for rows in (raw.sheets[here.sheet].rows, done.sheet(here.sheet).cells)
            for at, line in rows.items()
            for across in line
        }
        if any(
            (at + below, across) in taken for at, across in cells.values() for below in range((table.slots or 1) + 1)
        ):
            beyond = 2 + max(across for _, across in taken) - min(across for _, across in cells.values())
            cells = {key: (at, across + beyond) for key, (at, across) in cells.items()}
        for key, (at, across) in cells.items():
            title = titles.columns.get(f"{table.key}.{key}", table.by_key[key].title)
            done.changes.append(Change(here.sheet, cell_name(at, across), "header", "", title))
            done.sheet(here.sheet).cells.setdefault(at, {})[across] = title
            _mark(raw, done, name_of(table.key, key), f"mark of {title!r}", Area(here.sheet, at, across, at, across))


def _header_cells(place: Placement) -> dict[str, tuple[int, int]]:
    return {key: (place.header_row + place.offsets.get(key, 0), column) for key, column in place.columns.items()}


def _first(place: Placement) -> tuple[int, int]:
    return min(_header_cells(place).values())


class _Table:
    """The repair of one table."""

    def __init__(
        self, raw: RawBook, schema: WorkbookSchema, table: TableSchema, place: Placement, titles: Titles, done: Repairs
    ) -> None:
        self.raw, self.table, self.place, self.titles, self.done = raw, table, place, titles, done
        self.sheet: RawSheet = raw.sheets[place.sheet]
        self.register = schema.sheet_by_key[table.sheet].kind is SheetKind.REGISTER
        self.by_key: Mapping[str, Column] = {**table.by_key, SEAL.key: SEAL}

    def run(self, missing: Iterable[str]) -> None:
        for key, (row, column) in self._cells():
            self._mark(key, row, column)
        self._titles()
        wanted = [key for key in missing if key not in self.table.names_rows or not self._has_rows()]
        if SEAL.key not in self.place.columns:
            wanted.append(SEAL.key)
        if self.register and wanted:
            self._add(wanted)

    def _has_rows(self) -> bool:
        """Whether people's values stand below the headers: then a column that names the rows cannot be made anew."""
        own = {column for key, column in self.place.columns.items() if typed_by_people(self.by_key[key])}
        return any(row > self.place.header_row and not own.isdisjoint(cells) for row, cells in self.sheet.rows.items())

    def _cells(self) -> Iterator[tuple[str, tuple[int, int]]]:
        for key, column in self.place.columns.items():
            yield key, (self.place.header_row + self.place.offsets.get(key, 0), column)

    def _title(self, key: str) -> str:
        return self.titles.columns.get(f"{self.table.key}.{key}", self.by_key[key].title)

    def _text(self, row: int, column: int) -> str:
        return text_of(self.sheet.rows.get(row, {}).get(column)).strip()

    def _mark(self, key: str, row: int, column: int) -> None:
        area = Area(self.place.sheet, row, column, row, column)
        _mark(self.raw, self.done, name_of(self.table.key, key), f"mark of {self._title(key)!r}", area)

    # -- header texts --------------------------------------------------------------------------------------------------

    def _titles(self) -> None:
        """Titles of header cells: in a register where one is blank (people may rename theirs), in a view where one says
        something else (where most do, they are another thing's)."""
        cells = dict(self._cells())
        wrong = {key: at for key, at in cells.items() if fold(self._text(*at)) != fold(self._title(key))}
        if self.register:
            wrong = {key: at for key, at in wrong.items() if not self._text(*at)}
        elif 2 * len(wrong) > len(cells) and any(self._text(*at) for at in wrong.values()):
            return
        area = table_area(self.sheet, self.place)
        for key, (row, column) in wrong.items():
            self._write(row, column, self._title(key))
        if area is not None and wrong:
            renamed = tuple((column, self._title(key)) for key, (_, column) in wrong.items())
            self.done.sheet(self.place.sheet).tables.append(TableGrowth(area[0], area[1].last_row, renamed=renamed))

    def _write(self, row: int, column: int, title: str) -> None:
        self.done.changes.append(
            Change(self.place.sheet, cell_name(row, column), "header", self._text(row, column), title)
        )
        self.done.sheet(self.place.sheet).cells.setdefault(row, {})[column] = title

    # -- columns -------------------------------------------------------------------------------------------------------

    def _add(self, keys: list[str]) -> None:
        """Missing columns at the table's right end; where something stands there, right of everything on the sheet."""
        row, area = self.place.header_row, table_area(self.sheet, self.place)
        first = 1 + max(max(self.place.columns.values()), area[1].last_column if area is not None else 0)
        beside = self._is_free(first, len(keys), row, max(self.sheet.last_row, *(self.sheet.rows or (0,))))
        if not beside:
            first = 1 + max(max(cells, default=0) for cells in self.sheet.rows.values())
        patch = self.done.sheet(self.place.sheet)
        for column, key in enumerate(keys, first):
            self._write(row, column, self._title(key))
            patch.added[column] = self._model(self.by_key[key])
            self._mark(key, row, column)
        if area is not None and beside and area[1].last_column == first - 1:
            patch.tables.append(TableGrowth(area[0], area[1].last_row, titles=tuple(self._title(key) for key in keys)))

    def _is_free(self, first: int, count: int, top: int, bottom: int) -> bool:
        span = range(first, first + count)
        taken = any(not cells.keys().isdisjoint(span) for row, cells in self.sheet.rows.items() if top <= row <= bottom)
        return not taken and not any(
            t.area.column <= span[-1] and t.area.last_column >= first and t.area.last_row >= top
            for t in self.sheet.tables
            if t.area.row != self.place.header_row or t.area.column >= first
        )

    def _model(self, wanted: Column) -> int:
        """The column of the table that a new one is to look like: the same hand and kind, as visible."""

        def likeness(item: tuple[str, int]) -> tuple[bool, bool, bool]:
            column = self.by_key[item[0]]
            return column.hidden == wanted.hidden, column.kind is wanted.kind, column.owner is wanted.owner

        return max(self.place.columns.items(), key=likeness)[1]
