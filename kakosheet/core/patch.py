"""What a refresh wants written, as plain data. A format splices it into the user's bytes; nothing else may change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from kakosheet.core.raw import Scalar


class Formula(NamedTuple):
    """A formula of our own (OOXML grammar, no "=") and the value that it has now."""

    text: str
    value: Scalar


class Cached(NamedTuple):
    """Keep the formula that stands in the cell; only the value that it has now changes."""

    value: Scalar


CellInput = Scalar | Formula | Cached


class TableGrowth(NamedTuple):
    """A table object and its filter are to reach down to `last_row`."""

    name: str
    last_row: int


@dataclass(slots=True)
class SheetPatch:
    """`cells[row][column]` is what to write; None empties a cell and keeps its style.

    Rows from `first_new_row` on are new: they take their cells' styles from the column, or from `style_row` where the column has none.
    """

    cells: dict[int, dict[int, CellInput]] = field(default_factory=dict)
    first_new_row: int | None = None
    style_row: int | None = None
    tables: list[TableGrowth] = field(default_factory=list)


@dataclass(slots=True)
class Patch:
    """Changes by sheet name, and custom document properties to set (None removes one)."""

    sheets: dict[str, SheetPatch] = field(default_factory=dict)
    properties: dict[str, Scalar] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.properties) or any(sheet.cells or sheet.tables for sheet in self.sheets.values())


class PatchResult(NamedTuple):
    """`data` is the new file, the very bytes given if nothing changed. `stale` counts formulas of the user's whose cached value was dropped."""

    data: bytes
    stale: int
    notes: tuple[str, ...] = ()
