"""Sheets of .xlsx and .ods exports → records of typed cells, as a person sees them: dates and times by how they are
shown, errors as errors.

What reads a workbook is handed in. A library that reads fast and gives an error, or a formula without a stored value,
as a blank cell is of no use here: nobody could be told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple, overload

from kakosheet.core.dates import EPOCH_1900, EPOCH_1904
from kakosheet.core.issues import KakosheetError
from kakosheet.core.raw import DAY, TIME, CellValue, FormulaCell, RawBook, RawSheet, SheetLook
from kakosheet.importers.values import Amount, Cell, Linked, NoValue
from kakosheet.policy.resources import read_regular

_HYPERLINK = re.compile(r'\s*HYPERLINK\s*\(\s*"((?:[^"]|"")+)"\s*[,)]', re.IGNORECASE)
_PLAIN: dict[int, str] = {}
LARGEST_WORKBOOK = 1 << 29  # bytes


class Workbooks(NamedTuple):
    """Bytes → the values of a workbook; bytes and a sheet's name → what it shows beyond them."""

    read: Callable[[bytes], RawBook]
    look: Callable[[bytes, str], SheetLook]


@dataclass(frozen=True)
class Opened:
    """A workbook that is being imported."""

    data: bytes
    book: RawBook
    workbooks: Workbooks

    def sheets(self, path: Path, wanted: str) -> list[RawSheet]:
        """Those to choose from: the wanted one, else all, the hidden ones last. K113 if there is none of that name."""
        known = list(self.book.sheets.values())
        if wanted and wanted not in self.book.sheets:
            raise KakosheetError(
                "K113", f'{path.name} has no sheet "{wanted}"', f"it has {', '.join(self.book.sheets)}"
            )
        return [self.book.sheets[wanted]] if wanted else sorted(known, key=lambda sheet: sheet.hidden)

    def look(self, sheet: RawSheet) -> SheetLook:
        return self.workbooks.look(self.data, sheet.name)

    def records(self, sheet: RawSheet, look: SheetLook) -> list[tuple[int, Sequence[Cell]]]:
        """The rows that are not blank, each with its number in the sheet."""
        return [(number, Cells(number, sheet.rows[number], look, self.book.date1904)) for number in sorted(sheet.rows)]


def open_book(path: Path, workbooks: Workbooks) -> Opened:
    """K107 if the file is too large; and whatever `workbooks.read` refuses."""
    data = read_regular(path, LARGEST_WORKBOOK, cure="import it in parts")[0]
    try:
        return Opened(data, workbooks.read(data), workbooks)
    except KakosheetError as error:  # two files are at work: the message is to say which
        raise KakosheetError(
            error.code, f"{path.name}: {error.message}", error.hint, exit_code=error.exit_code
        ) from None


class Cells(Sequence[Cell]):
    """The cells of one row from column A to its last one; nothing is laid out, so that a far cell costs nothing."""

    __slots__ = ("_date1904", "_last", "_look", "_number", "_row", "_shown")

    def __init__(self, number: int, row: dict[int, CellValue], look: SheetLook, date1904: bool) -> None:
        self._number, self._row, self._look, self._date1904 = number, row, look, date1904
        self._last, self._shown = max(row, default=0), look.shown.get(number, _PLAIN)

    def __len__(self) -> int:
        return self._last

    def filled(self) -> list[int]:
        """The indices of the cells that hold something."""
        return [column - 1 for column in self._row]

    @overload
    def __getitem__(self, index: int) -> Cell: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Cell]: ...
    def __getitem__(self, index: int | slice) -> Cell | Sequence[Cell]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if not 0 <= index < self._last:
            raise IndexError(index)
        value, place = self._row.get(index + 1), (self._number, index + 1)
        if value is None:
            return None
        shown = _as_shown(value, self._shown.get(index + 1, ""), self._date1904)
        link = self._look.links.get(place) or _written_link(value)
        return Linked(shown, link) if link and type(shown) is str else shown


def _as_shown(value: CellValue, shown: str, date1904: bool) -> Cell:
    if isinstance(value, FormulaCell):
        if not value.cached:
            return NoValue(f"={value.text}" if value.text else "")
        if value.value is None:
            return None
        value = value.value
    if not shown or isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if shown == DAY:
        return _moment(value, date1904)
    return _time(value) if shown == TIME else Amount(value, shown)


def _moment(days: float, date1904: bool) -> Cell:
    """The day or moment that a number is shown as, be it one that nobody can mean: a column of dates will say so.
    Before the first day of the count there is none, and the number stays."""
    if not 1 <= days < 2_958_466:
        return days
    before_leap_bug = not date1904 and days < 60  # the 1900 system counts 29 February 1900, a day that never was
    moment = (EPOCH_1904 if date1904 else EPOCH_1900) + timedelta(days=days + before_leap_bug, microseconds=500_000)
    moment = moment.replace(microsecond=0)
    return moment if moment.time() != moment.min.time() else moment.date()


def _written_link(value: CellValue) -> str:
    """The address that a formula leads to, where it is written out."""
    match = _HYPERLINK.match(value.text) if isinstance(value, FormulaCell) and value.text else None
    return match[1].replace('""', '"') if match and not match[1].startswith("#") else ""


def _time(days: float) -> str:
    """Hours, which may be more than a day's, minutes and seconds: 1.5 → "36:00:00"."""
    seconds = round(abs(days) * 86_400)
    return f"{'-' if days < 0 else ''}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
