"""Dates as people type them, and as a spreadsheet counts them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from kakosheet.core.text import tidy

EPOCH_1900 = datetime(1899, 12, 30)
EPOCH_1904 = datetime(1904, 1, 1)
EARLIEST, LATEST = date(1990, 1, 1), date(2199, 12, 31)
"""What a date of the trade can be; a number outside is no date that anybody meant."""

LONGEST = 100
"""Characters: no date that a person writes is longer."""
_TIME = (
    r"(?:[T ,]+(?:(上午|下午)\s*)?(\d{1,2})[:h](\d{2})(?::(\d{2})(?:\.\d+)?)?(?:\s*([AaPp])\.?[Mm]\.?)?"
    r"\s*(Z|[+-]\d{2}:?\d{2})?)?"
)
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?" + _TIME)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YEAR_LAST = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})" + _TIME)
_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-/.\s]\s*([A-Za-z]{3,9})\.?,?[-/\s]\s*(\d{4})" + _TIME)
_NAMED_US = re.compile(r"([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})" + _TIME)
_WEEKDAY = re.compile(
    r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[.,]*\s+|"
    r"\s*(?:星期|周|週)[一二三四五六日天](?=\s|$)",
    re.IGNORECASE,
)
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)


class NotADate(ValueError):
    """No date can be read; `ambiguous` if two could."""

    def __init__(self, *, ambiguous: bool = False) -> None:
        super().__init__()
        self.ambiguous = ambiguous


def from_serial(number: float, *, date1904: bool) -> datetime:
    """A serial date (ECMA-376 part 1, 18.17.4.1) as a moment, to the second; NotADate outside the range of the trade.

    The 1900 system counts a day that never was (29 February 1900); it lies before every date that we accept.
    """
    if not -700_000 < number < 2_958_466:
        raise NotADate
    moment = (EPOCH_1904 if date1904 else EPOCH_1900) + timedelta(days=number)
    moment = (moment + timedelta(microseconds=500_000)).replace(microsecond=0)
    if not EARLIEST <= moment.date() <= LATEST:
        raise NotADate
    return moment


def to_serial(value: date, *, date1904: bool) -> float:
    """The serial date of a day or a moment; an integer for a day."""
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    past = moment - (EPOCH_1904 if date1904 else EPOCH_1900)
    return past.days + past.seconds / 86400 if past.seconds else past.days


def parse_date(text: str) -> datetime:
    """A moment from text whose meaning is beyond doubt: the year first, or a month by name, or a day above 12."""
    if len(text) > LONGEST:
        raise NotADate
    text = _WEEKDAY.sub("", tidy(text).translate(_DASHES), count=1)
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day, *time = match.groups()
    elif match := _COMPACT.fullmatch(text):
        (year, month, day), time = match.groups(), []
    elif match := _YEAR_LAST.fullmatch(text):
        first, second, year, *time = match.groups()
        day, month = _day_and_month(int(first), int(second))
    elif match := _NAMED.fullmatch(text):
        day, name, year, *time = match.groups()
        month = _month(name)
    elif match := _NAMED_US.fullmatch(text):
        name, day, year, *time = match.groups()
        month = _month(name)
    else:
        raise NotADate
    return _moment(int(year), int(month), int(day), time)


def _day_and_month(first: int, second: int) -> tuple[int, int]:
    if first <= 12 and second <= 12 and first != second:
        raise NotADate(ambiguous=True)
    return (second, first) if second > 12 else (first, second)


def _month(name: str) -> int:
    for number, month in enumerate(_MONTHS, 1):
        if month.startswith(name.casefold()[:9]) and len(name) >= 3:
            return number
    raise NotADate


def _moment(year: int, month: int, day: int, time: list[str | None]) -> datetime:
    before, hour, minute, second, after, offset = time or [None] * 6
    if offset:  # cells hold local time; an offset would have to be converted, and into which zone is not ours to guess
        raise NotADate
    half = {"上午": "a", "下午": "p"}.get(before, before) if before else after
    try:
        moment = datetime(year, month, day, _hour(int(hour or 0), half), int(minute or 0), int(second or 0))
    except ValueError:
        raise NotADate from None
    if not EARLIEST <= moment.date() <= LATEST:
        raise NotADate
    return moment


def _hour(hour: int, half: str | None) -> int:
    """The hour of the day; `half` is "a" or "p" on a clock of twelve hours. ValueError if there is no such hour."""
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError
    return hour % 12 + (12 if half in "pP" else 0)
