"""Dates as an iCalendar file (RFC 5545): stable UIDs, so that a calendar that reads it again changes its entries and
doubles none.

A date that is good until its end is an entry of the whole day without a time zone; an instant stands in UTC: neither
moves when somebody travels or a zone changes. A calendar keeps the entry with the higher SEQUENCE, of two equal ones
the later DTSTAMP (RFC 5546 2.1.5); both change only together with the entry itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from kakosheet.notify.literal import untagged

PRODUCT = "-//kakosheet//reminders 1//EN"
_WIDEST = 75
"""Octets of a line before it is folded (RFC 5545 3.1)."""


class CalendarEntry(NamedTuple):
    """One entry: `due` an aware instant or a date. `alarms` are moments before it (as time before the instant, or
    before the day's midnight).

    A `cancelled` entry takes a date out of calendars that have it.
    """

    uid: str
    due: date | datetime
    title: str
    lines: tuple[str, ...] = ()
    alarms: tuple[timedelta, ...] = ()
    cancelled: bool = False


class Version(NamedTuple):
    """Which form of an entry this is: SEQUENCE and DTSTAMP (UTC)."""

    sequence: int
    stamp: datetime


def uid(book_id: str, key: str) -> str:
    """The same for a date in every export of its book."""
    return hashlib.sha256(f"{book_id}\0{key}".encode("utf-8", "surrogatepass")).hexdigest()[:32] + "@kakosheet"


def calendar(name: str, entries: Iterable[CalendarEntry], version: Callable[[CalendarEntry, str], Version]) -> bytes:
    """The file. `version` gives an entry's version for the fingerprint of its content."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", f"X-WR-CALNAME:{_text(name)}"]
    for entry in entries:
        content = list(_content(entry))
        sequence, stamp = version(entry, hashlib.sha256("\n".join(content).encode("utf-8", "replace")).hexdigest()[:16])
        lines += [
            "BEGIN:VEVENT",
            f"UID:{entry.uid}",
            f"DTSTAMP:{_utc(stamp)}",
            f"SEQUENCE:{sequence}",
            *content,
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def is_ours(data: bytes) -> bool:
    """Whether a file is a calendar of ours, which may be replaced."""
    return data.startswith(b"BEGIN:VCALENDAR") and PRODUCT.encode() in data[:500]


def _content(entry: CalendarEntry) -> Iterator[str]:
    if isinstance(entry.due, datetime):
        yield f"DTSTART:{_utc(entry.due)}"
    else:
        yield f"DTSTART;VALUE=DATE:{entry.due:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{entry.due + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_text(entry.title)}"
    if entry.lines:
        yield f"DESCRIPTION:{untagged(_text(chr(10).join(entry.lines)))}"
    yield f"STATUS:{'CANCELLED' if entry.cancelled else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT"
    for before in () if entry.cancelled else entry.alarms:
        yield "BEGIN:VALARM"
        yield "ACTION:DISPLAY"
        yield f"DESCRIPTION:{_text(entry.title)}"
        yield f"TRIGGER:{duration(-before)}"
        yield "END:VALARM"


def duration(length: timedelta) -> str:
    """ "-P6DT15H" (RFC 5545 3.3.6)."""
    seconds = round(abs(length.total_seconds()))
    days, rest = divmod(seconds, 86_400)
    clock = "".join(
        f"{number}{unit}" for number, unit in ((rest // 3600, "H"), (rest // 60 % 60, "M"), (rest % 60, "S")) if number
    )
    sign = "-" if length < timedelta(0) else ""
    return f"{sign}P{f'{days}D' if days or not clock else ''}{'T' + clock if clock else ''}"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """A TEXT value (3.3.11): escaped, line ends as \\n, without other control characters."""
    plain = (
        value.replace("\r\n", "\n").replace("\r", "\n").replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    )
    return "".join(c if c.isprintable() or c == "\n" else " " for c in plain).replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """A content line of at most 75 octets each, never cut inside a character."""
    rest, out, room = line.encode("utf-8", "replace"), b"", _WIDEST
    while len(rest) > room:
        cut = room
        while rest[cut] & 0xC0 == 0x80:
            cut -= 1
        out, rest, room = out + rest[:cut] + b"\r\n ", rest[cut:], _WIDEST - 1
    return out + rest + b"\r\n"
