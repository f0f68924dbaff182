"""Quarters, months and years as spans of dates, for reviews. Pure; a period knows no clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_WRITTEN = re.compile(r"(?P<year>\d{4})(?:[ -]?[Qq](?P<quarter>[1-4])|-(?P<month>0?[1-9]|1[0-2]))?")


@dataclass(frozen=True, slots=True)
class Period:
    """All days from `first` to `last`, both included. `unit` is month, quarter or year."""

    unit: str
    first: date
    last: date

    @property
    def key(self) -> str:
        """As it is typed: 2026Q3, 2026-09 or 2026."""
        if self.unit == "quarter":
            return f"{self.first.year}Q{(self.first.month + 2) // 3}"
        return f"{self.first.year}-{self.first.month:02}" if self.unit == "month" else str(self.first.year)

    @property
    def label(self) -> str:
        """As it is read: 2026 Q3, 2026-09 or 2026."""
        return self.key.replace("Q", " Q")

    def __str__(self) -> str:
        return self.key

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last

    def until(self, day: date) -> Period:
        """The part of the period up to that day; the whole period if it is over by then."""
        return self if day >= self.last else Period(self.unit, self.first, max(day, self.first))

    def shifted(self, count: int) -> Period:
        """The whole period that many periods later; earlier, if negative."""
        return _from_month(self.unit, _month_number(self.first) + count * _MONTHS[self.unit])

    def same_days_before(self, day: date) -> Period:
        """The period before, as far as this one has come by `day`: the same number of days, all of it once this one is
        over."""
        before = self.shifted(-1)
        return before if day >= self.last else before.until(before.first + (day - self.first))


def period_of(unit: str, day: date) -> Period:
    """The month, quarter or year in which that day lies."""
    size = _MONTHS[unit]
    return _from_month(unit, _month_number(day) // size * size)


def parse_period(text: str) -> Period | None:
    """2026Q3, 2026-09 or 2026, as people write them; None if it is none of these."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None or not 1900 <= int(found["year"]) < 9999:
        return None
    year, quarter, month = int(found["year"]), found["quarter"], found["month"]
    if quarter:
        return period_of("quarter", date(year, 3 * int(quarter), 1))
    return period_of("month", date(year, int(month), 1)) if month else period_of("year", date(year, 1, 1))


def last_finished(unit: str, today: date) -> Period:
    """The latest period of which no day is left."""
    current = period_of(unit, today)
    return current if today > current.last else current.shifted(-1)


def run_of(unit: str, day: date, count: int) -> list[Period]:
    """The last `count` periods, the one of that day last."""
    current = period_of(unit, day)
    return [current.shifted(step) for step in range(1 - count, 1)]


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _from_month(unit: str, number: int) -> Period:
    first = date(number // 12, number % 12 + 1, 1)
    after = number + _MONTHS[unit]
    return Period(unit, first, date(after // 12, after % 12 + 1, 1) - timedelta(days=1))
