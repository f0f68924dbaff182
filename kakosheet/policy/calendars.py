"""Working days by country and region, a year at a time, from the `holidays` package, which is imported only when first
asked.

A code is an ISO 3166 country, or country-region ("CN", "GB-SCT", "DE-BY"); "" is Monday to Friday without holidays.
Only statutory days of the whole country count, and those of the region named. China's make-up days are working days,
also on a Sunday (State Council notices, as `holidays` has them; for years without a notice yet the statutory days and
no make-up days).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from kakosheet.core.text import quoted

OFF, WORK, MADE_UP = "0", "1", "2"
_CODE = re.compile(r"([A-Z]{2})(?:-([A-Z0-9]{1,3}))?", re.ASCII)
_DEFAULT_REGION = {"GB": "ENG"}
"""Where a country has no calendar of its own: without a region `holidays` leaves out Easter Monday and the August bank
holiday of GB."""

_ALSO_WRITTEN = {"UK": "GB"}
_ANNOUNCED = ("CN",)
"""Where the government announces each year which days are off and which weekend days are worked."""

_EVERYWHERE = {"IN": {(1, 26), (8, 15), (10, 2)}}
"""Of India's gazetted days without a state only these are observed everywhere."""


class Year(NamedTuple):
    """One year: `days[n]` says whether its n-th date is OFF, WORK or a MADE_UP working day; `names` are holidays by ISO
    date."""

    days: str
    names: Mapping[str, str]


_years: dict[tuple[str, int], Year] = {}
_calendars: dict[tuple[str, str], Any] = {}
_EMPTY: Mapping[str, str] = {}


def known_years() -> dict[tuple[str, int], Year]:
    """The years worked out or remembered so far: what a caller may keep for the next run."""
    return dict(_years)


def remember(years: Mapping[tuple[str, int], Year]) -> None:
    """Take over years that an earlier run worked out with the same version of `holidays`."""
    _years.update(years)


def year_of(code: str, year: int) -> Year:
    """The working days of a year. ValueError if the calendar is not known."""
    found = _years.get((code, year))
    if found is None:
        found = _years[code, year] = _plain_year(year) if not code else _country_year(code, year)
    return found


def is_working_day(day: date, code: str) -> bool:
    return year_of(code, day.year).days[_index(day)] != OFF


def why_off(day: date, code: str) -> str:
    """The holiday's name; "" if it is just a weekend day."""
    return year_of(code, day.year).names.get(day.isoformat(), "")


def holiday_in(day: date, code: str, lang: str) -> str:
    """The holiday's name in a language (its ISO 639 code) where `holidays` has it, else in English; "" if it is just a
    weekend day."""
    name = why_off(day, code)
    tag = (
        next((tag for tag in sorted(_calendar(code).supported_languages) if tag.partition("_")[0] == lang), None)
        if name
        else None
    )
    return name if tag is None or lang == "en" else str(_calendar(code, tag).get(day) or name)


def is_made_up(day: date, code: str) -> bool:
    """Whether the date is a weekend day that is worked to make up for a holiday."""
    return year_of(code, day.year).days[_index(day)] == MADE_UP


def unsure(code: str, year: int) -> str:
    """Why the working days of a year are not certain; "" if they are. "unannounced": the State Council's notice for it
    is not known, so make-up days are missing; "unknown": no holidays are known, only weekends."""
    calendar = _calendar(code) if code else None
    if calendar is None:
        return ""
    if not calendar.start_year <= year <= calendar.end_year:
        return "unknown"
    return "unannounced" if code in _ANNOUNCED and year not in calendar.special_public_holidays else ""


def check_code(code: str) -> str:
    """The code in its normal form. ValueError if it is none that can be counted with."""
    country, _, region = re.sub(r"[\s_-]+", "-", unicodedata.normalize("NFKC", code).strip().upper()).partition("-")
    tidy = "-".join(filter(None, (_ALSO_WRITTEN.get(country, country), region)))
    if tidy and not any(known == tidy for known, _ in _years):
        _calendar(tidy)
    return tidy


def _index(day: date) -> int:
    return day.toordinal() - date(day.year, 1, 1).toordinal()


def _dates(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(n) for n in range(366 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 365)]


def _plain_year(year: int) -> Year:
    return Year("".join(WORK if day.weekday() < 5 else OFF for day in _dates(year)), _EMPTY)


def _country_year(code: str, year: int) -> Year:
    calendar = _calendar(code)
    common = _EVERYWHERE.get(code)
    days, names = [], {}
    for day in _dates(year):
        works = (
            calendar.is_working_day(day) if common is None else day.weekday() < 5 and (day.month, day.day) not in common
        )
        made_up = works and day in calendar.weekend_workdays
        days.append(MADE_UP if made_up else WORK if works else OFF)
        name = calendar.get(day)
        if name and not works:
            names[day.isoformat()] = str(name)
    return Year("".join(days), names)


def _calendar(code: str, language: str = "en_US") -> Any:
    if (code, language) not in _calendars:
        match = _CODE.fullmatch(code)
        if match is None:
            raise ValueError(f"{quoted(code)} is no calendar")
        import holidays

        country, region = match[1], match[2] or _DEFAULT_REGION.get(match[1])
        try:
            _calendars[code, language] = holidays.country_holidays(country, subdiv=region, language=language)
        except NotImplementedError:
            raise ValueError(f"no calendar is known for {quoted(code)}{_regions(country)}") from None
    return _calendars[code, language]


def _regions(country: str) -> str:
    """Which regions a country has, where it is known itself."""
    import holidays

    known = holidays.list_supported_countries().get(country)
    return f": the regions of {country} are {', '.join(known)}" if known else ""
