"""A workbook as the bytes say it: sheets of sparse values, before any schema has been laid over them.

Every file format reads into these types, so that nothing above `formats` knows which format it was.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

Scalar = None | bool | int | float | str | date | datetime


class ErrorValue(str):
    """The text of an error cell, such as "#N/A"."""

    __slots__ = ()


DAY, TIME = "day", "time"
"""How a sheet shows a number that counts days; see SheetLook."""


class FormulaCell(NamedTuple):
    """A cell that holds a formula.

    `text` is in the OOXML grammar without the leading "="; None where the file gives a formula that has no text of its
    own (a spilled or data-table cell). `cached` says whether the file holds a value; without one `value` is None and
    *unknown*.
    """

    text: str | None
    value: Scalar
    cached: bool


CellValue = bool | int | float | str | date | datetime | FormulaCell


class Area(NamedTuple):
    """A rectangle of one sheet, all four borders inclusive, from 1."""

    sheet: str
    row: int
    column: int
    last_row: int
    last_column: int


class TableRange(NamedTuple):
    """A table object (ListObject, database range): `area` includes its header row and, if `totals`, its totals row."""

    name: str
    area: Area
    totals: bool


@dataclass(slots=True)
class RawSheet:
    """`rows[row][column]` is a value; blank cells are absent. `last_row` is the last row with a cell, valued or only
    styled."""

    name: str
    hidden: bool = False
    rows: dict[int, dict[int, CellValue]] = field(default_factory=dict)
    last_row: int = 0
    tables: list[TableRange] = field(default_factory=list)


@dataclass(slots=True)
class RawBook:
    """`names` are the workbook-scope defined names; None where one points nowhere (#REF!) or at no plain rectangle.

    Dates are `date`/`datetime` where the file itself types them; numbers otherwise, counted in the epoch that
    `date1904` tells.
    """

    format: str
    sheets: dict[str, RawSheet] = field(default_factory=dict)
    names: dict[str, Area | None] = field(default_factory=dict)
    properties: dict[str, Scalar] = field(default_factory=dict)
    date1904: bool = False


@dataclass(slots=True)
class SheetLook:
    """What a sheet shows beyond its values, for readers of files that are not ours.

    `shown[row][column]` says which numbers are shown as DAY, as TIME (hours and minutes), or as money: then it holds
    the sign or the code of the currency. Rows that are alike may share one object. `merged` are the merged ranges,
    `hidden_rows` the rows that are hidden or filtered away, `links` the addresses outside of the workbook that cells
    lead to, by row and column.
    """

    shown: dict[int, dict[int, str]] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    links: dict[tuple[int, int], str] = field(default_factory=dict)
