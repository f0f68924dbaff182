"""Open dates as a calendar file, and what the calendars and digests of a book were given before."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta

from kakosheet import files
from kakosheet.core.titles import fold
from kakosheet.files import PathLike
from kakosheet.files.backups import folder_name
from kakosheet.files.snapshot import resolve
from kakosheet.files.state import private_file
from kakosheet.notify import ics
from kakosheet.notify.digests import ladder_of
from kakosheet.notify.ladder import in_hand
from kakosheet.notify.model import OpenDate, Person
from kakosheet.notify.sent import SentLog, record
from kakosheet.policy.clock_text import parse_hours
from kakosheet.reminders.open_dates import Dates, unknown_keys

_DEVICE = re.compile(r"(?i)con|prn|aux|nul|com\d|lpt\d")
"""What Windows takes for a device, whatever stands behind the dot."""
EVERYBODY = "*"
"""Whose calendar it is, where it has the dates of all."""


def export(dates: Dates, file: PathLike, who: str | None, *, dry_run: bool = False, force: bool = False) -> str:
    """Write the calendar of all, or of one person. A calendar of ours is replaced, anything else only by `force`.
    Returns the path."""
    entries = [entry_of(dates, one) for one in dates.of(who)]
    scope = EVERYBODY if who is None else fold(dates.person(who).name)
    if not dry_run:
        with opened_record(dates) as kept:

            def version(entry: ics.CalendarEntry, fingerprint: str) -> ics.Version:
                return kept.version(scope, entry, fingerprint, dates.now)

            unknown = {ics.uid(dates.book_id, key) for key in unknown_keys(dates.computed)}
            everything = [*entries, *(one for one in kept.gone(scope, entries, dates.today) if one.uid not in unknown)]
            put(
                file,
                ics.calendar(dates.computed.titles.say("remind.calendar", book=dates.name), everything, version),
                ics.is_ours,
                force,
            )
    return str(file)


def entry_of(dates: Dates, one: OpenDate) -> ics.CalendarEntry:
    """A date as an entry of a calendar, with an alarm for each rung of the ladder."""
    say = dates.computed.titles.say
    told = (
        ("who", "name", dates.owner(one).name),
        ("case", "dispute", one.dispute),
        ("about", "what", one.about),
        ("acts", "actor", dates.computed.titles.choice("actor", one.acts)),
        ("silence", "what", one.silence),
        ("source", "what", one.source),
    )
    title = " · ".join(filter(None, (one.what or say("remind.no_words"), one.dispute)))
    return ics.CalendarEntry(
        ics.uid(dates.book_id, one.key),
        one.due,
        title,
        tuple(say(f"remind.{text}", **{place: value}) for text, place, value in told if value),
        _alarms(dates, one) if in_hand(one) else (),
    )


def _alarms(dates: Dates, one: OpenDate) -> tuple[timedelta, ...]:
    """Each rung at the hour when work begins; where that would be too late for an instant, an hour before it."""
    opens = parse_hours(dates.setting("business_hours") or "") or ((540, 1020),)
    begin = timedelta(minutes=opens[0][0])
    found = set()
    ladder = ladder_of(one, dates.ladder)
    for days in ladder.ahead:
        day = ladder.day_of(one.last_day, days)
        if isinstance(one.due, datetime):
            at = datetime.combine(day, time(), dates.now.tzinfo) + begin
            before = one.due - at
            found.add(before if before > timedelta(0) else timedelta(hours=1))
        else:
            found.add((one.last_day - day) - begin)
    return tuple(sorted(found, reverse=True))


def put(file: PathLike, data: bytes, is_ours: Callable[[bytes], bool], force: bool) -> None:
    """Write a file that may be written again and again. KakosheetError K705 if something that is not ours has its
    name."""
    ours = os.path.isfile(file) and is_ours(files.load(file).data)
    files.create(file, data, force=force or ours)


def safe_name(person: Person, fallback: str) -> str:
    """A person's name as part of a file name: letters, digits, hyphens; two people whose names come out alike are told
    apart."""
    plain = "-".join("".join(c if c.isalnum() else " " for c in person.name).split())[:40]
    if not person.name or (
        plain == person.name.replace(" ", "-") and "-" not in person.name and not _DEVICE.fullmatch(plain)
    ):
        return plain or fallback
    return f"{plain or fallback}-{hashlib.sha256(person.name.encode('utf-8', 'replace')).hexdigest()[:6]}"


@contextmanager
def opened_record(dates: Dates) -> Iterator[SentLog]:
    """The record of what was sent and exported, for this run alone."""
    file = private_file("sent", f"{folder_name(dates.book_id, resolve(dates.path))}.sqlite")
    with files.lock(file), record(file) as kept:
        kept.forget_old(dates.today)
        yield kept
