"""`remind`: who is to be told of which date today; as a list, as mails to look at, as a calendar, or sent."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kakosheet import files
from kakosheet.app.refresh import refresh
from kakosheet.core.issues import EXIT_LOCKED, KakosheetError
from kakosheet.core.titles import fold
from kakosheet.files import PathLike
from kakosheet.notify.digests import Told, digests, grouped, reminders
from kakosheet.notify.ladder import needs_telling, quiet_until
from kakosheet.notify.model import Digest, one_line
from kakosheet.notify.people import is_email
from kakosheet.notify.wording import draft, listing
from kakosheet.reminders.diary import export, opened_record, put, safe_name
from kakosheet.reminders.open_dates import Dates, read_dates


def remind(
    path: PathLike,
    *,
    today: date | None = None,
    who: str | None = None,
    calendar: PathLike | None = None,
    mails: PathLike | None = None,
    send: bool = False,
    refresh_first: bool = False,
    dry_run: bool = False,
    force: bool = False,
) -> dict[str, Any]:
    """What each person is to be told today, and what was done about it: the object that `--json` prints."""
    notes = _refreshed(path, today, force) if refresh_first and not dry_run else []
    dates = read_dates(path, today=today)
    found = reminders(dates.of(who), dates.ladder, dates.people, dates.today, dates.setting("escalate_to"))
    all_ = grouped(found, dates.today)
    done: dict[str, Any] = {
        "file": str(path),
        "today": dates.today.isoformat(),
        "digests": [as_dict(one, dates) for one in all_],
    }
    done["silent"] = sum(1 for one in dates.open if not needs_telling(one))
    if calendar is not None:
        done["calendar"] = export(dates, calendar, who, dry_run=dry_run, force=force)
    if mails is not None:
        done["mails"] = [] if dry_run else _mails(dates, all_, Path(mails), force)
    if send:

        def build(told: Told) -> list[Digest]:
            return digests(found, dates.ladder, dates.today, told)

        done |= _send(dates, build, today, dry_run=dry_run)
    return done | {"issues": [issue.as_dict() for issue in dates.computed.issues], "notes": [*notes, *_doubts(dates)]}


def _doubts(dates: Dates) -> Iterator[str]:
    """What in Settings keeps somebody from being told."""
    for person in dates.people:
        if person.wrong:
            yield f'{person.name}: "{person.wrong}" is no mail address and no phone number; write one under Contact in Settings'
    chosen = one_line(dates.setting("escalate_to"), 80)
    if chosen and fold(chosen) not in {fold(person.name) for person in dates.people}:
        yield f'"{chosen}" is to hear of missed dates (Next person in Settings), but is nobody of People'


def as_dict(digest: Digest, dates: Dates) -> dict[str, Any]:
    """A digest as plain data."""
    person, titles = digest.person, dates.titles(digest.person)
    return {
        "who": person.name,
        "email": person.email,
        "phone": person.phone,
        "language": titles.lang,
        "reminders": [
            {
                "key": one.date.key,
                "dispute": one.date.dispute or None,
                "what_to_do": one.date.what,
                "acts": one.date.acts or "we",
                "about": one.date.about or None,
                "due": one.date.due.isoformat(),
                "last_day": one.date.last_day.isoformat(),
                "days_left": (one.date.last_day - digest.day).days,
                "state": one.date.state,
                "level": one.rung.level,
                "rung": one.rung.days,
                "behind": one.behind or None,
                "if_nothing_happens": one.date.silence or None,
                "draft": draft(one) or None,
            }
            for one in digest.news
        ],
        "text": "\n".join(listing(digest, titles)),
    }


def _refreshed(path: PathLike, today: date | None, force: bool) -> list[str]:
    """Refresh first; a book that somebody has open, or that another computer refreshes, is told from as it was
    saved."""
    elsewhere = read_dates(path, today=today).elsewhere
    if elsewhere is not None:
        return [f"not refreshed: {elsewhere} is the computer that refreshes this book (Settings)"]
    try:
        return [*refresh(path, today=today, force=force)["notes"]]
    except KakosheetError as error:
        if error.exit_code != EXIT_LOCKED:
            raise
        return [f"not refreshed: {error.message}; the reminders are those of the book as it was saved"]


def _send(dates: Dates, build: Callable[[Told], list[Digest]], given: date | None, *, dry_run: bool) -> dict[str, Any]:
    from kakosheet.notify import sending

    ways = sending.ways(os.environ)
    if dates.elsewhere is not None:
        return {"sent": [], "not_sent": f"{dates.elsewhere} is the computer that sends for this book (Settings)"}
    quiet = quiet_until(dates.setting("quiet_hours"), dates.now) if _has_time(given, dates.setting("as_of")) else None
    if quiet is not None:
        return {"sent": [], "not_sent": f"quiet hours until {quiet:%H:%M}"}
    with opened_record(dates) as kept:
        if dry_run:
            return {
                "sent": [
                    {"who": one.person.name, "state": "would_be_sent", "told": len(one.news)}
                    for one in build(lambda person, date_: kept.told(person, date_, "mail", dates.today))
                ]
            }
        done = sending.send(ways, kept, build, dates.write, book_id=dates.book_id, now=dates.now)
    return {
        "sent": [
            {"who": one.who, "channel": one.channel, "state": one.state, "reason": one.reason, "told": one.told}
            for one in done
        ]
    }


def _has_time(given: date | None, as_of: date | None) -> bool:
    """Whether the moment of this run has a time of day: a day that was only named is never in quiet hours."""
    named = given if given is not None else as_of
    return named is None or isinstance(named, datetime)


def _mails(dates: Dates, all_: Iterable[Digest], folder: Path, force: bool) -> list[str]:
    from kakosheet.notify.mail import MARK, digest_name, mail

    given = (os.environ.get(name, "").strip() for name in ("KAKOSHEET_SMTP_FROM", "KAKOSHEET_SMTP_USER"))
    sender = next(filter(is_email, given), "")
    files.made_folder(folder)
    written = []
    for digest in all_:
        made = mail(digest, dates.write(digest), sender=sender, at=dates.now, name=digest_name(dates.book_id, digest))
        file = folder / f"{digest.day} {safe_name(digest.person, 'reminders')}.eml"
        put(file, made.as_bytes(), lambda data: f"\n{MARK}:".encode() in data, force)
        written.append(str(file))
    return written
