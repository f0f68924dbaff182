"""Limits, opening hours, pauses, moments and zones as people write them."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from kakosheet.core.dates import NotADate, parse_date
from kakosheet.core.text import quoted
from kakosheet.policy.clock import ClockError, Hours, Moment, Pause, instant_of
from kakosheet.policy.model import UNITS

_AMOUNT = re.compile(r"\+?(\d+(?:\.\d+)?)[\s_-]*(\D*)")
_HOURS = re.compile(r"(\d{1,2})(?::(\d\d))?\s*[-\u2013\u2014~]\s*(\d{1,2})(?::(\d\d))?")
_UNIX = re.compile(r"\d{9,10}")
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?([0-5]\d))?", re.IGNORECASE)
_ALSO = {
    "business_days": "working_days",
    "calendar_days": "natural_days",
    "working_hours": "business_hours",
    "end_of_months": "end_of_month",
}
_EITHER = {"days": ("natural_days", "working_days"), "hours": ("calendar_hours", "business_hours")}
_SHORT = {"d": "days", "day": "days", "h": "hours", "hr": "hours", "hrs": "hours", "hour": "hours"}
_GOES_ON = ("", "..", "now", "open")

HOW_LIMIT = f'write one like "5 working_days" (units: {", ".join(UNITS)})'
HOW_CALENDAR = "write a country like CN, or a country and region like GB-SCT"
HOW_HOURS = "write them like 09:00-12:00,13:00-18:00"
HOW_MOMENT = "write it like 2026-02-28 or 2026-02-28T09:30+08:00"
HOW_PAUSE = "write it like 2026-02-03T10:00+08:00/2026-02-04T10:00+08:00, or with nothing behind the / while it goes on"
HOW_ZONE = "write it like Europe/Berlin or Asia/Shanghai"


def parse_amount(text: str) -> tuple[float, str]:
    """ "5 working_days" or "1 business hour" → (5, "working_days")."""
    match = _AMOUNT.fullmatch(unicodedata.normalize("NFKC", text).strip())
    unit = re.sub(r"[\s_-]+", "_", match[2].strip().lower()) if match else ""
    unit = _SHORT.get(unit, unit)
    if unit in _EITHER:
        one, other = (f'"{match[1]} {name}"' for name in _EITHER[unit]) if match else ("", "")
        raise ClockError(f"{quoted(text)} can be {one} or {other}", "write which of them")
    unit = next((name for name in (unit, unit + "s") if name in UNITS or name in _ALSO), "")
    if match is None or not unit:
        raise ClockError(f"{quoted(text)} is no limit", HOW_LIMIT)
    return float(match[1]), _ALSO.get(unit, unit)


def parse_hours(text: str) -> Hours:
    """ "09:00-12:00,13:00-18:00" → minutes from midnight, in order; one that ends before it begins goes past
    midnight."""
    periods = []
    for part in filter(None, (piece.strip() for piece in re.split("[,;、]", unicodedata.normalize("NFKC", text)))):
        match = _HOURS.fullmatch(part)
        if match is None:
            raise ClockError(f"{quoted(part)} are no opening hours", HOW_HOURS)
        opens, closes = (int(match[n]) * 60 + int(match[n + 1] or 0) for n in (1, 3))
        if opens >= 1440 or closes > 1440 or int(match[2] or 0) > 59 or int(match[4] or 0) > 59 or opens == closes > 0:
            raise ClockError(f"{quoted(part)} are no hours of a day", HOW_HOURS)
        if closes < opens <= 720 and ":" not in part:  # "9-5": by the clock face
            raise ClockError(f"{quoted(part)} can end in the afternoon or after midnight", HOW_HOURS)
        periods.append((opens, closes if closes > opens else closes + 1440))
    periods.sort()
    around = [*periods, *((opens + 1440, closes + 1440) for opens, closes in periods[:1])]
    if any(before[1] > after[0] for before, after in pairwise(around)):
        raise ClockError(f"the hours {quoted(text)} overlap", HOW_HOURS)
    return tuple(periods)


def parse_moment(text: str) -> Moment:
    """A date, or a date-time with or without an offset, as ISO writes it or beyond doubt; or seconds since 1970, UTC
    (C16)."""
    tidy = unicodedata.normalize("NFKC", text).strip()
    try:
        if _UNIX.fullmatch(tidy):
            return datetime.fromtimestamp(int(tidy), UTC)
        if ":" in tidy or "T" in tidy.upper():
            return datetime.fromisoformat(tidy.upper())
        return date.fromisoformat(tidy)
    except ValueError:
        try:
            moment = parse_date(tidy)
        except NotADate as error:
            raise ClockError(
                f"{quoted(text)} {'can be two dates' if error.ambiguous else 'is no date'}", HOW_MOMENT
            ) from None
        return moment if ":" in tidy else moment.date()


def parse_pause(text: str, zone: tzinfo = UTC) -> Pause:
    """ "A/B", or "A/" for a pause that goes on; what has no offset is in the zone."""
    begin, slash, until = (part.strip() for part in text.partition("/"))
    if not slash:
        raise ClockError(f"{quoted(text)} is no pause", HOW_PAUSE)
    pause = Pause(parse_moment(begin), None if until.lower() in _GOES_ON else parse_moment(until))
    if pause.until is not None and instant_of(pause.until, zone) < instant_of(pause.begin, zone):
        raise ClockError(f"the pause {quoted(text)} ends before it begins", HOW_PAUSE)
    return pause


def parse_zone(text: str) -> ZoneInfo:
    """The IANA zone of that name; lower case is understood."""
    name = text.strip()
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # KeyError: ZoneInfoNotFoundError
        known = next((zone for zone in available_timezones() if zone.lower() == name.lower().replace(" ", "_")), None)
    if known is None:
        raise ClockError(f"{quoted(text)} is not a time zone", HOW_ZONE)
    return ZoneInfo(known)


def parse_place(text: str) -> tzinfo:
    """A zone by its name, or by a fixed offset: +08:00, UTC+8, Z."""
    match = _OFFSET.fullmatch(text.strip())
    if text.strip().upper() == "Z":
        return UTC
    if match is None:
        return parse_zone(text)
    ahead = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    if ahead >= timedelta(days=1):
        raise ClockError(f"{quoted(text)} is not a time zone", HOW_ZONE)
    return timezone(ahead if match[1] == "+" else -ahead)
