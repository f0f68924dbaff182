"""What stands in a cell of an export → the value of our column. What the map says about dates, decimals and words comes first; the rest is
read as if a person had typed it into the workbook (`core.values`)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from typing import Any

from kakosheet.core.dates import NotADate, from_serial
from kakosheet.core.schema import Column, Kind
from kakosheet.core.text import INVISIBLE
from kakosheet.core.titles import Titles, fold
from kakosheet.core.values import Unreadable, parser

Cell = str | float | int | bool | date | datetime | None

LONGEST_TEXT = 32_767  # characters that a cell can hold

_NUMERIC = (Kind.INTEGER, Kind.DAYS, Kind.NUMBER, Kind.MONEY, Kind.PERCENT, Kind.SCORE)
_DECIMAL_COMMA = re.compile(r"-?(?:\d{1,3}(?:[. '\u00a0\u202f]\d{3})+|\d+)(?:,\d+)?")
_DECIMAL_POINT = re.compile(r"-?(?:\d{1,3}(?:[, '\u00a0\u202f]\d{3})+|\d+)(?:\.\d+)?")
_IN_BRACKETS = re.compile(r"\((.*)\)")
_SERIAL = re.compile(r"[2-7]\d{4}(?:\.\d+)?")  # how a spreadsheet writes a date where the column has no format of dates
_OFFSET = re.compile(r"(.*\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d+)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})", re.IGNORECASE)


@dataclass(frozen=True)
class Reading:
    """How the cells of one column are written. `parse` reads what nothing else here has read."""

    column: Column
    parse: Callable[[Any], Any]
    dates: tuple[str, ...] = ()
    decimal: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    zone: tzinfo | None = None


def reading(column: Column, titles: Titles, *, dates: tuple[str, ...] = (), decimal: str = "", words: Mapping[str, str] | None = None,
            zone: tzinfo | None = None) -> Reading:
    """`dates` are strptime formats, `decimal` is "," or "." (else only what is beyond doubt is read), `words` what stands for a value.
    Instants with an offset are converted to `zone`; without one they are taken to be in it."""
    return Reading(column, parser(column, titles), dates, decimal, {fold(word): value for word, value in (words or {}).items()}, zone)


def convert(cell: Cell, how: Reading) -> Any:
    """The value in the Python type of the column's kind; None for a blank cell; Unreadable for what is no such value."""
    if isinstance(cell, str):
        cell = cell.strip().strip(INVISIBLE).strip()
    if cell is None or cell == "":
        return None
    known = how.words.get(fold(plain_text(cell)))
    if known == "":
        return None
    if known is not None:
        return how.parse(known)
    kind = how.column.kind
    if kind in (Kind.DATE, Kind.DATETIME):
        moment = _moment(cell, how)
        return moment if moment is None or kind is Kind.DATETIME else moment.date()
    if kind in _NUMERIC and isinstance(cell, str):
        return how.parse(_number(cell, how.decimal))
    return _text(cell, how) if kind in (Kind.TEXT, Kind.LINK) else how.parse(cell)


def plain_text(cell: Cell) -> str:
    """A cell as text: whole numbers without ".0" (order numbers), days as ISO."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ") if cell.time() != time() else cell.date().isoformat()
    return "" if cell is None else str(cell)


def _text(cell: Cell, how: Reading) -> str:
    text = str(how.parse(cell)) if isinstance(cell, int | float) and not isinstance(cell, bool) else plain_text(cell)
    if len(text) > LONGEST_TEXT:
        raise Unreadable("K310", f"the text has {len(text):,} characters; a cell holds {LONGEST_TEXT:,}", "shorten it")
    return text


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


def _moment(cell: Cell, how: Reading) -> datetime | None:
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
