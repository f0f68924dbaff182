"""Cells to typed values and back: what people really type is understood where it is beyond doubt, and left as typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from kakosheet.core import dates, numbers
from kakosheet.core.raw import CellValue, ErrorValue, FormulaCell, Scalar
from kakosheet.core.schema import Column, Kind
from kakosheet.core.text import INVISIBLE, blank, quoted
from kakosheet.core.titles import Titles, fold


class Unreadable(Exception):
    """A cell that cannot be read as its column's kind."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


@dataclass(slots=True)
class ReadColumn:
    """A column's typed values, the indices that cannot be read (with what is wrong), and those whose formula has no
    value."""

    values: list[Any]
    bad: dict[int, Unreadable] = field(default_factory=dict)
    unknown: set[int] = field(default_factory=set)


def read_column(
    column: Column, cells: Sequence[CellValue | None], titles: Titles, *, date1904: bool = False
) -> ReadColumn:
    """Typed values of one column's cells; None for a blank one."""
    parse = parser(column, titles, date1904=date1904)
    result = ReadColumn([None] * len(cells))
    plain_text = column.kind in (Kind.TEXT, Kind.LINK)
    pending = (
        _take_texts(cells, result.values) if plain_text else [i for i, cell in enumerate(cells) if cell is not None]
    )
    known: dict[object, Any] = {}  # many cells of a column are alike; True equals 1, so booleans are left out
    for i in pending:
        cell = cells[i]
        plain = type(cell) is str or type(cell) is float or type(cell) is int
        if plain and cell in known:
            result.values[i] = known[cell]
        elif _read_cell(i, cell, parse, result) and plain:
            known[cell] = result.values[i]
    return result


def _take_texts(cells: Sequence[CellValue | None], values: list[Any]) -> list[int]:
    """Copy the plain texts of a column; the indices of the cells that want a closer look are given back."""
    pending = []
    for i, cell in enumerate(cells):
        if type(cell) is str and cell and cell[0] not in INVISIBLE and not cell[0].isspace():
            values[i] = cell
        elif cell is not None:
            pending.append(i)
    return pending


def _read_cell(i: int, cell: CellValue | None, parse: Callable[[Any], Any], result: ReadColumn) -> bool:
    """Read one cell into `result`; whether it could be read."""
    formula = isinstance(cell, FormulaCell)
    if isinstance(cell, FormulaCell):
        if not cell.cached:
            result.unknown.add(i)
            return False
        cell = cell.value
    if cell is None or (isinstance(cell, str) and blank(cell)):
        return True
    try:
        if isinstance(cell, ErrorValue):
            raise Unreadable(
                "K306",
                f"the formula gives {cell}" if formula else f"the cell holds {cell}",
                "mend the formula or type the value" if formula else "type the value",
            )
        result.values[i] = parse(cell)
    except Unreadable as problem:
        result.bad[i] = problem
        return False
    return True


def parser(column: Column, titles: Titles, *, date1904: bool = False) -> Callable[[Any], Any]:
    """The function that turns one cell of a column (not blank, no formula, no error) into its value, or raises
    Unreadable."""
    kind = column.kind
    if kind in (Kind.DATE, Kind.DATETIME):
        return lambda cell: _moment(cell, kind, date1904)
    if kind in (Kind.INTEGER, Kind.DAYS):
        return lambda cell: _integer(cell, column)
    if kind in (Kind.NUMBER, Kind.MONEY, Kind.PERCENT, Kind.SCORE):
        return lambda cell: _number(cell, column)
    if kind in (Kind.CHOICE, Kind.YESNO):
        listing = column.choices or "yes_no"
        return lambda cell: _choice(cell, column, listing, titles)
    return _currency if kind is Kind.CURRENCY else lambda cell: _text(cell, date1904)


MOST = 1e15
"""A spreadsheet keeps fifteen digits of a number; those beyond are lost."""


def _text(cell: CellValue, date1904: bool = False) -> str:
    """A date in a column of text reads as its serial, as it does from a format that has no type for dates."""
    if type(cell) is str:
        return cell
    if isinstance(cell, date):
        cell = dates.to_serial(cell, date1904=date1904)
    if isinstance(cell, int | float) and not abs(cell) < MOST:
        raise Unreadable(
            "K313",
            f"{quoted(cell)} is a number of more than 15 digits, the last of which a spreadsheet does not keep",
            "format the cell as text and write it again",
        )
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _moment(cell: CellValue, kind: Kind, date1904: bool) -> date:
    hint = "write it like 2026-02-28" if kind is Kind.DATE else "write it like 2026-02-28 or 2026-02-28 14:30"
    try:
        if isinstance(cell, bool) or not isinstance(cell, int | float | str | date):
            raise dates.NotADate
        if isinstance(cell, str):
            moment = dates.parse_date(cell)
        elif isinstance(cell, int | float):
            moment = (
                dates.parse_date(str(int(cell)))
                if 19_900_000 < cell < 22_000_000
                else dates.from_serial(cell, date1904=date1904)
            )
        else:
            moment = cell if isinstance(cell, datetime) else datetime(cell.year, cell.month, cell.day)
            if not dates.EARLIEST <= moment.date() <= dates.LATEST:
                raise dates.NotADate
    except dates.NotADate as problem:
        if problem.ambiguous:
            raise Unreadable("K303", f"{quoted(cell)} can be read as two dates", hint) from None
        raise Unreadable("K302", f"{quoted(cell)} is not a date", hint) from None
    return moment.date() if kind is Kind.DATE else moment


def _number(cell: CellValue, column: Column) -> float:
    kind = column.kind
    hint = f"write it like {_LIKE.get(kind, '1299.50')}"
    try:
        if isinstance(cell, bool) or not isinstance(cell, int | float | str):
            raise ValueError
        value = (
            numbers.parse_number(cell, money=kind is Kind.MONEY, share=kind is Kind.PERCENT)
            if isinstance(cell, str)
            else cell
        )
        if value != value:  # NaN
            raise ValueError
    except ValueError:
        raise Unreadable("K301", f"{quoted(cell)} is not a number", hint) from None
    if abs(value) >= MOST:
        raise Unreadable("K309", f"{quoted(cell)} is too large", hint)
    _within(float(value), cell, column)
    return float(value)


_LIKE = {Kind.INTEGER: "3", Kind.DAYS: "3", Kind.PERCENT: "50% or 0.5"}


def _within(value: float, cell: CellValue, column: Column) -> None:
    share = column.kind is Kind.PERCENT
    if share and column.maximum == 1 and 1 < value <= 100 and not isinstance(cell, str):
        raise Unreadable("K309", f"{quoted(cell)} would be {value * 100:g} %", f"write {value:g}% or {value / 100:g}")
    least, most = (
        f"{bound * 100:g} %" if share else f"{bound:g}" for bound in (column.minimum or 0, column.maximum or 0)
    )
    if column.minimum is not None and value < column.minimum:
        raise Unreadable("K309", f"{quoted(cell)} is less than {least}", f"write a number from {least}")
    if column.maximum is not None and value > column.maximum:
        raise Unreadable("K309", f"{quoted(cell)} is more than {most}", f"write a number up to {most}")


def _integer(cell: CellValue, column: Column) -> int:
    value = _number(cell, column)
    if not value.is_integer():
        raise Unreadable("K301", f"{quoted(cell)} is not a whole number", "write it like 3")
    return int(value)


def _choice(cell: CellValue, column: Column, listing: str, titles: Titles) -> str | bool:
    if column.kind is Kind.YESNO and (isinstance(cell, bool) or cell in (0, 1)):
        return bool(cell)
    text = _text(cell)
    key = titles.readings.get(listing, {}).get(fold(text))
    if key is None and column.open_choices:
        return text.strip()
    if key is None:
        known = list(titles.choices.get(listing, {}).values())
        between = "; " if any("," in title for title in known) else ", "
        shown = between.join(known[:8]) + (f"{between}…" if len(known) > 8 else "")
        raise Unreadable("K304", f"{quoted(text)} is not one of the choices", f"choose one of: {shown}")
    return key == "yes" if column.kind is Kind.YESNO else key


def _currency(cell: CellValue) -> str:
    try:
        return numbers.parse_currency(_text(cell))
    except ValueError:
        raise Unreadable(
            "K311", f"{quoted(cell)} is not a currency code", "write the code of three letters, like EUR"
        ) from None


def encoder(column: Column, titles: Titles) -> Callable[[Any], Scalar]:
    """The function that turns a value into what a cell holds: titles for choices, plain scalars else."""
    if column.kind is Kind.CHOICE:
        listing = titles.choices.get(column.choices, {})
        return lambda value: None if value is None else listing.get(value, value)
    if column.kind is Kind.YESNO:
        listing = titles.choices.get(column.choices or "yes_no", {})
        return lambda value: None if value is None else listing["yes" if value else "no"]
    return lambda value: value
