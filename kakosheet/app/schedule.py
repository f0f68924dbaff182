"""`schedule`: the system's own timetable refreshes the book every day and sends the reminders; nothing of ours keeps
running."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any

from kakosheet.core.issues import EXIT_USAGE, KakosheetError
from kakosheet.files import PathLike
from kakosheet.files.snapshot import resolve
from kakosheet.files.state import lock_key, machine, private_file, private_folder
from kakosheet.notify import secrets, timers
from kakosheet.notify.ladder import quiet_until
from kakosheet.notify.timers import At, DailyJob
from kakosheet.reminders.open_dates import Dates, read_dates
from kakosheet.reminders.timetable import timetable


def schedule(path: PathLike, at: str | None = None, *, remove: bool = False, dry_run: bool = False) -> dict[str, Any]:
    """With a time, every day then: refresh, then send what is due to be told; a second call moves it. With `remove`,
    take the book out of the timetable; nothing happens if it is not there, or the book is gone. Else what the timetable
    has for it, `job` None if there is nothing. KakosheetError K804, K802."""
    if at is not None:
        return _install(path, timers.parse_at(at), dry_run=dry_run)
    found = timetable().show(name_of(path))
    if not remove:
        return {"file": str(path), "job": found}
    if found is not None and not dry_run:
        timetable().remove(name_of(path))
    return {"file": str(path), "job": found, "written": found is not None and not dry_run}


def _install(path: PathLike, at: At, *, dry_run: bool) -> dict[str, Any]:
    dates = read_dates(path)
    _refuse_quiet(dates, at)
    job = daily(path, at)
    if not dry_run:
        private_file("schedule", os.path.basename(job.log))
    shown = timetable().install(job, dry_run=dry_run)
    return {
        "file": str(path),
        "at": str(at),
        "job": shown,
        "log": job.log,
        "written": not dry_run,
        "notes": [*_who_sends(dates), *_unknown_there()],
    }


def name_of(path: PathLike) -> str:
    """What the job of a book is called: by its place, so that two copies of a book have two."""
    return f"kakosheet-{lock_key(resolve(path))}"


_PLACES = ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "KAKOSHEET_TEMPLATES", "TZ")
"""Where a run finds what is the owner's, so that tomorrow's finds the same."""


def daily(path: PathLike, at: At) -> DailyJob:
    """The command of every day. `-P` keeps Python from importing what lies in the folder where it happens to start."""
    place, name = os.path.abspath(path), name_of(path)
    command = (sys.executable, "-P", "-m", "kakosheet", "remind", "--refresh", "--send", "--", place)
    kept = {key: value for key in (*_PLACES, *secrets.OPEN) if (value := os.environ.get(key, ""))}
    return DailyJob(name, command, at, str(private_folder("schedule") / f"{name}.log"), kept)


def _who_sends(dates: Dates) -> Iterator[str]:
    """What keeps two computers from sending the same: each knows only what it has sent itself."""
    if dates.elsewhere is not None:
        yield f"{dates.elsewhere} is the computer that sends for this book (Settings): this one neither refreshes nor sends"
    elif not dates.setting("refreshing_computer"):
        yield f"if other computers do this too, write the name of one, such as {machine()}, under Computer that refreshes in Settings"


def _unknown_there() -> Iterator[str]:
    """Secrets that this shell knows and the timetable will not: it is a file that others may read."""
    for name in secrets.SECRET:
        if os.environ.get(name, ""):
            yield f"{name} is not written into the timetable: keep it in the keyring, or set it where the job runs (on Linux: crontab -e, at the top)"
    known = os.environ.get("KAKOSHEET_SMTP_HOST", "") or os.environ.get("KAKOSHEET_NOTIFY_URLS", "")
    if not known and not secrets.from_keyring("kakosheet", "notify-urls"):
        yield "no way to send is set up, so it only refreshes: set KAKOSHEET_SMTP_HOST and KAKOSHEET_SMTP_FROM, then run this again"


def _refuse_quiet(dates: Dates, at: At) -> None:
    """A job that always ran in quiet hours would never tell anybody anything."""
    here = dates.now.astimezone().replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    moment = here.astimezone(dates.now.tzinfo)
    until = quiet_until(dates.setting("quiet_hours"), moment)
    if until is not None:
        raise KakosheetError(
            "K802",
            f"{at} lies in the quiet hours of this book, when nothing is sent",
            f"choose a time from {until.astimezone():%H:%M} on, or change Quiet hours in Settings",
            exit_code=EXIT_USAGE,
        )
