"""What stands in a cell of an export → the value of our column. What the map says about dates, decimals and words comes
first; the rest is read as if a person had typed it into the workbook (`core.values`)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from typing import Any

from kakosheet.core.dates import EARLIEST, LATEST, NotADate, from_serial
from kakosheet.core.raw import ErrorValue
from kakosheet.core.schema import Column, Kind
from kakosheet.core.text import INVISIBLE
from kakosheet.core.titles import Titles, fold
from kakosheet.core.values import MOST, Unreadable, parser


class NoValue(str):
    """A formula of which the file holds no value; its text with "=", or "" if that is not known either."""

    __slots__ = ()


class Amount(float):
    """A number that its cell shows as money; `currency` is the sign or code."""

    currency: str

    def __new__(cls, value: float, currency: str) -> Amount:
        amount = super().__new__(cls, value)
        amount.currency = currency
        return amount


class Linked(str):
    """A text that leads to an address."""

    target: str

    def __new__(cls, text: str, target: str) -> Linked:
        linked = super().__new__(cls, text)
        linked.target = target
        return linked


Cell = str | float | int | bool | date | datetime | None
"""Text may be an ErrorValue, NoValue or Linked, a number an Amount."""

LONGEST_TEXT = 32_767  # characters that a cell can hold

_NUMERIC = (Kind.INTEGER, Kind.DAYS, Kind.NUMBER, Kind.MONEY, Kind.PERCENT, Kind.SCORE)
_DECIMAL_COMMA = re.compile(r"-?(?:\d{1,3}(?:[. '\u00a0\u202f]\d{3})+|\d+)(?:,\d+)?")
_DECIMAL_POINT = re.compile(r"-?(?:\d{1,3}(?:[, '\u00a0\u202f]\d{3})+|\d+)(?:\.\d+)?")
_IN_BRACKETS = re.compile(r"\((.*)\)")
_SERIAL = re.compile(r"[2-7]\d{4}(?:\.\d+)?")  # how a spreadsheet writes a date where the column has no format of dates
_OFFSET = re.compile(r"(.*\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d+)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})", re.IGNORECASE)

# How spreadsheets show that a formula went wrong, in the languages in which their exports say so.
_ERROR_WORDS = (
    "#N/A #REF! #VALUE! #NAME? #NUM! #DIV/0! #NULL! #SPILL! #CALC! #FIELD! #BLOCKED! #CONNECT! #BUSY! #UNKNOWN! #GETTING_DATA #ERROR! "
    "#NV #BEZUG! #WERT! #ZAHL! #VALEUR! #NOM? #NOMBRE! #NUL! #N/D #RIF! #VALORE! #NOME? #NULLO! #VALOR! #¡REF! #¡VALOR! #¿NOMBRE? #¡NUM! "
    "#¡DIV/0! #¡NULO! #NULO! #N/B #VERW! #WAARDE! #NAAM? #GETAL! #DEEL/0! #LEEG! #Н/Д #ССЫЛКА! #ЗНАЧ! #ИМЯ? #ЧИСЛО! #ДЕЛ/0! #ПУСТО!"
)
_ERRORS = frozenset(_ERROR_WORDS.split())
_BREAKS = re.compile("\r\n|[\x0b\x0c\r]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\ufffe\uffff]")  # what XML, and so a workbook, cannot hold (XML 1.0, 2.2)
_OFFICE_ERROR = re.compile(r"(?:Err|Error|Fehler):5\d\d", re.IGNORECASE)


@dataclass(frozen=True)
class ColumnReader:
    """How the cells of one column are written. `parse` reads what nothing else here has read."""

    column: Column
    parse: Callable[[Any], Any]
    dates: tuple[str, ...] = ()
    decimal: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    zone: tzinfo | None = None


def reading(
    column: Column,
    titles: Titles,
    *,
    dates: tuple[str, ...] = (),
    decimal: str = "",
    words: Mapping[str, str] | None = None,
    zone: tzinfo | None = None,
    date1904: bool = False,
) -> ColumnReader:
    """`dates` are strptime formats, `decimal` is "," or "." (else only what is beyond doubt is read), `words` what
    stands for a value. Instants with an offset are converted to `zone`; without one they are taken to be in it."""
    meaning = {fold(word): value for word, value in (words or {}).items()}
    return ColumnReader(column, parser(column, titles, date1904=date1904), dates, decimal, meaning, zone)


def convert(cell: Cell, how: ColumnReader) -> Any:
    """The value in the Python type of the column's kind; None for a blank cell; Unreadable for what is no such
    value."""
    if isinstance(cell, Linked) and how.column.kind is Kind.LINK:
        cell = cell.target
    if isinstance(cell, str):
        refuse_error(cell)
        cell = _CONTROL.sub("", _BREAKS.sub("\n", cell)).strip().strip(INVISIBLE).strip()
    if cell is None or cell == "":
        return None
    if isinstance(cell, str) and len(cell) > LONGEST_TEXT:
        raise Unreadable("K310", f"the text has {len(cell):,} characters; a cell holds {LONGEST_TEXT:,}", "shorten it")
    known = how.words.get(fold(plain_text(cell)))
    if known == "":
        return None
    if known is not None:
        return how.parse(known)
    kind = how.column.kind
    if kind in (Kind.DATE, Kind.DATETIME):
        moment = _moment(cell, how)
        if moment is not None and not EARLIEST <= moment.date() <= LATEST:
            raise Unreadable("K302", f'"{plain_text(cell)}" is no date that can be meant', "write it like 2026-02-28")
        return moment if moment is None or kind is Kind.DATETIME else moment.date()
    if kind in _NUMERIC and isinstance(cell, str):
        return how.parse(_number(cell, how.decimal))
    return _text(cell, how) if kind in (Kind.TEXT, Kind.LINK) else how.parse(cell)


def refuse_error(cell: str) -> None:
    """Unreadable if the text is an error, or stands for a formula without a value."""
    if isinstance(cell, NoValue):
        raise Unreadable(
            "K305",
            f"the formula {cell} has no stored value".replace("  ", " "),
            "open the file in your spreadsheet and save it, or write the value",
        )
    text = cell.strip()
    if isinstance(cell, ErrorValue) or text.upper() in _ERRORS or _OFFICE_ERROR.fullmatch(text):
        raise Unreadable(
            "K306", f"the cell holds {text}, which is an error", "write the value there, or leave the cell empty"
        )


def plain_text(cell: Cell) -> str:
    """A cell as text: whole numbers without ".0" (order numbers), days as ISO."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ") if cell.time() != time() else cell.date().isoformat()
    return "" if cell is None else str(cell)


def has_controls(cell: Cell) -> bool:
    """Whether a text holds characters that `convert` leaves out, since no cell can show them."""
    return isinstance(cell, str) and _CONTROL.search(cell) is not None


def joined_text(cell: Cell) -> str:
    """A cell as part of a text. Unreadable like `convert`."""
    if isinstance(cell, str):
        refuse_error(cell)
    elif isinstance(cell, int | float) and abs(cell) >= MOST:
        raise Unreadable(
            "K313",
            f"{cell:g} is a number of more than 15 digits, the last of which a spreadsheet does not keep",
            "format the cell as text and write it again",
        )
    return plain_text(cell).strip()


def _text(cell: Cell, how: ColumnReader) -> str:
    return str(how.parse(cell)) if isinstance(cell, int | float) and not isinstance(cell, bool) else plain_text(cell)


def _number(text: str, decimal: str) -> str | float:
    """A number whose decimal sign the map tells; other text as it is."""
    if not decimal:
        return text
    plain = unicodedata.normalize("NFKC", text).replace("\u2212", "-").strip()
    bracketed = _IN_BRACKETS.fullmatch(plain)
    plain = f"-{bracketed[1]}" if bracketed else plain
    if not (_DECIMAL_COMMA if decimal == "," else _DECIMAL_POINT).fullmatch(plain):
        return text
    whole, _, fraction = plain.partition(decimal)
    return float(re.sub(r"[^\d-]", "", whole) + "." + (fraction or "0"))


def _moment(cell: Cell, how: ColumnReader) -> datetime | None:
    if isinstance(cell, str):
        text = unicodedata.normalize("NFKC", cell)
        for form in how.dates:
            try:
                return _local(datetime.strptime(text, form), how.zone)
            except ValueError:
                continue
        if _SERIAL.fullmatch(text):
            return _from_serial(float(text), text)
        with_offset = _OFFSET.fullmatch(text)
        if with_offset:
            offset = "+00:00" if with_offset[2].isalpha() else with_offset[2]
            local: date = how.parse(with_offset[1])
            return _local(datetime.fromisoformat(f"{_whole(with_offset[1], local).isoformat()}{offset}"), how.zone)
    value: date = how.parse(cell)
    return value if isinstance(value, datetime) else datetime.combine(value, time())


def _from_serial(number: float, text: str) -> datetime:
    try:
        return from_serial(number, date1904=False)
    except NotADate:
        raise Unreadable("K302", f'"{text}" is not a date', "write it like 2026-02-28") from None


def _whole(text: str, value: date) -> datetime:
    """The instant of a text that a day column read as a day only: an offset can move it to the day before or after."""
    if isinstance(value, datetime):
        return value
    clock = text.rsplit(maxsplit=1)[-1].rsplit("T", 1)[-1]
    return datetime.combine(value, time.fromisoformat(clock.zfill(8) if clock.count(":") == 2 else clock.zfill(5)))


def _local(moment: datetime, zone: tzinfo | None) -> datetime:
    if moment.tzinfo is None:
        return moment
    return moment.astimezone(zone).replace(tzinfo=None) if zone else moment.replace(tzinfo=None)
