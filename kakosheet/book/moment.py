"""Which moment a command works at: what was given, else *As of* in Settings, else the clock. The one place that reads
the clock."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kakosheet.core.dates import NotADate, parse_date
from kakosheet.core.issues import EXIT_USAGE, KakosheetError
from kakosheet.core.text import quoted


class Moment(NamedTuple):
    """`now` is aware, in the book's zone; `today` its date there."""

    now: datetime
    today: date


def parse_today(text: str) -> date:
    """A date or a date-time as `--today` takes it; a usage error otherwise."""
    try:
        moment = parse_date(text)
    except NotADate:
        raise KakosheetError(
            "K302",
            f"{quoted(text)} is not a date",
            "write it like 2026-02-28 or 2026-02-28T14:30",
            exit_code=EXIT_USAGE,
        ) from None
    return moment if ":" in text else moment.date()


def local_zone() -> str | None:
    """The IANA name of this computer's time zone; None where it does not tell (Windows)."""
    for name in (os.environ.get("TZ", "").lstrip(":"), os.path.realpath("/etc/localtime").rpartition("/zoneinfo/")[2]):
        try:
            if name and not name.startswith("/"):
                return ZoneInfo(name).key
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return None


def moment_of(given: date | None, as_of: date | None, zone: str) -> Moment:
    """The moment in that zone (IANA name). A plain date counts from 00:00."""
    try:
        place = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise KakosheetError(
            "K502", f"{quoted(zone)} is not a time zone", "write it like Europe/Berlin, in Settings"
        ) from None
    chosen = given if given is not None else as_of
    if chosen is None:
        now = datetime.now(UTC).astimezone(place)
    else:
        moment = chosen if isinstance(chosen, datetime) else datetime.combine(chosen, time())
        now = moment.replace(tzinfo=place) if moment.tzinfo is None else moment.astimezone(place)
    return Moment(now, now.date())
