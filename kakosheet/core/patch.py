"""What a refresh wants written, as plain data. A format splices it into the user's bytes; nothing else may change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from kakosheet.core.raw import Area, Scalar


class Formula(NamedTuple):
    """A formula of our own (OOXML grammar, no "=") and the value that it has now."""

    text: str
    value: Scalar


class Cached(NamedTuple):
    """Keep the formula that stands in the cell; only the value that it has now changes."""

    value: Scalar


CellInput = Scalar | Formula | Cached


class TableGrowth(NamedTuple):
    """A table object and its filter are to reach down to `last_row`.

    `titles` are those of columns added at its right end (their header cells stand in the patch), `renamed` the new
    titles of columns that it has, by sheet column: a table repeats what its header cells say.
    """

    name: str
    last_row: int
    titles: tuple[str, ...] = ()
    renamed: tuple[tuple[int, str], ...] = ()


@dataclass(slots=True)
class SheetPatch:
    """`cells[row][column]` is what to write; None empties a cell and keeps its style.

    Rows from `first_new_row` on are new: they take their cells' styles from the column, or from `style_row` where the
    column has none. `own` are areas whose formulas are ours: the caller keeps their cached values true, so that none of
    them is ever dropped as stale; a value that changed there stands in `cells` like any other. (An area's `sheet` is
    not looked at.) `added` are new columns, each with the column that it is to look like: width, the style of its cells
    and of its header.
    """

    cells: dict[int, dict[int, CellInput]] = field(default_factory=dict)
    first_new_row: int | None = None
    style_row: int | None = None
    tables: list[TableGrowth] = field(default_factory=list)
    own: list[Area] = field(default_factory=list)
    added: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class Patch:
    """Changes by sheet name, custom document properties to set (None removes one), and workbook-scope names with where
    they are to point.

    A date is written as the file counts dates, in the format that the cell has; with `dates_as_text` it becomes ISO
    text in a cell that has no date format, where people could not read the count.
    """

    sheets: dict[str, SheetPatch] = field(default_factory=dict)
    properties: dict[str, Scalar] = field(default_factory=dict)
    names: dict[str, Area] = field(default_factory=dict)
    dates_as_text: bool = False

    def __bool__(self) -> bool:
        return bool(self.properties or self.names) or any(sheet.cells or sheet.tables for sheet in self.sheets.values())


class PatchResult(NamedTuple):
    """`data` is the new file, the very bytes given if nothing changed; `stale` counts formulas whose cached value was
    dropped, `outdated` those that keep an old one, since the book is calculated only when its owner asks for it."""

    data: bytes
    stale: int
    notes: tuple[str, ...] = ()
    outdated: int = 0
