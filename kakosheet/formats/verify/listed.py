"""What a patch lists, as a comparison asks for it, and what the comparison finds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from kakosheet.core.patch import CellInput, Patch, TableGrowth

MOST = 10
"""Differences that are told; one is enough to stop."""


class ListedSheet(NamedTuple):
    """`cells` are (row, column), `rows` their rows; from `first_new_row` on these may get blank cells that look like
    others.

    `values[row][column]` are what listed cells are to hold, as far as that is known.
    """

    cells: Collection[tuple[int, int]] = frozenset()
    rows: Collection[int] = frozenset()
    first_new_row: int | None = None
    tables: tuple[TableGrowth, ...] = ()
    columns: Collection[int] = ()
    values: Mapping[int, Mapping[int, CellInput]] = {}

    def dressed(self, row: int) -> bool:
        return self.first_new_row is not None and row >= self.first_new_row and row in self.rows


class Listed(NamedTuple):
    """All that may change: cells by the sheet's name, custom properties, and names of workbook scope."""

    sheets: Mapping[str, ListedSheet]
    properties: Collection[str] = ()
    names: Collection[str] = ()

    def sheet(self, name: str) -> ListedSheet:
        return self.sheets.get(name) or next(
            (sheet for other, sheet in self.sheets.items() if other.casefold() == name.casefold()), _NOTHING
        )

    @property
    def grows(self) -> bool:
        return any(sheet.tables for sheet in self.sheets.values())


_NOTHING = ListedSheet()


@dataclass(slots=True)
class Differences:
    """What differs: listed cells that changed, cached values that were dropped, and all else, a sentence each."""

    cells: int = 0
    dropped: int = 0
    differences: list[str] = field(default_factory=list)

    def differs(self, what: str) -> None:
        if len(self.differences) < MOST:
            self.differences.append(what)


def listed_by(patch: Patch) -> Listed:
    sheets = {}
    for name, sheet in patch.sheets.items():
        cells = frozenset((row, column) for row, wanted in sheet.cells.items() for column in wanted)
        sheets[name] = ListedSheet(
            cells, sheet.cells.keys(), sheet.first_new_row, tuple(sheet.tables), tuple(sheet.added), sheet.cells
        )
    return Listed(sheets, tuple(patch.properties), tuple(name.casefold() for name in patch.names))
