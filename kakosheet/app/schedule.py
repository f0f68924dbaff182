"""`schedule`: the system's own timetable refreshes the book every day and sends the reminders; nothing of ours keeps
running."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kakosheet import files
from kakosheet.core.issues import EXIT_USAGE, KakosheetError
from kakosheet.files import PathLike
from kakosheet.files.snapshot import resolve
from kakosheet.files.state import lock_key, machine, private_file, private_folder
from kakosheet.notify import secrets, timers
from kakosheet.notify.ladder import quiet_until
from kakosheet.notify.timers import At, DailyJob
from kakosheet.reminders.open_dates import Dates, read_dates

_SECONDS = 60


def install(path: PathLike, at_text: str, *, dry_run: bool = False) -> dict[str, Any]:
    """Every day at that time: refresh, then send what is due to be told. A second call moves the time. KakosheetError
    K804, K802."""
    at = timers.parse_at(at_text)
    dates = read_dates(path)
    _refuse_quiet(dates, at)
    job = daily(path, at)
    if not dry_run:
        private_file("schedule", os.path.basename(job.log))
    shown = _system().install(job, dry_run=dry_run)
    return {
        "file": str(path),
        "at": str(at),
        "job": shown,
        "log": job.log,
        "written": not dry_run,
        "notes": [*_who_sends(dates), *_unknown_there()],
    }


def show(path: PathLike) -> dict[str, Any]:
    """What the timetable has for this book; `job` is None if there is nothing."""
    return {"file": str(path), "job": _system().show(name_of(path))}


def remove(path: PathLike, *, dry_run: bool = False) -> dict[str, Any]:
    """Take the book out of the timetable. Nothing happens if it is not there, or the book is gone."""
    name, system = name_of(path), _system()
    found = system.show(name)
    if found is not None and not dry_run:
        system.remove(name)
    return {"file": str(path), "job": found, "written": found is not None and not dry_run}


def name_of(path: PathLike) -> str:
    """What the job of a book is called: by its place, so that two copies of a book have two."""
    return f"kakosheet-{lock_key(resolve(path))}"


def daily(path: PathLike, at: At) -> DailyJob:
    """The command of every day. `-P` keeps Python from importing what lies in the folder where it happens to start."""
    place, name = os.path.abspath(path), name_of(path)
    command = (sys.executable, "-P", "-m", "kakosheet", "remind", "--refresh", "--send", "--", place)
    kept = {key: value for key in ("XDG_STATE_HOME", "TZ", *secrets.OPEN) if (value := os.environ.get(key, ""))}
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


@dataclass(frozen=True)
class Cron:
    """The user's crontab. Everything in it that is not ours stays as it is."""

    def install(self, job: DailyJob, *, dry_run: bool) -> str:
        line = timers.cron_line(job)
        if not dry_run:
            self._write(timers.cron_with(self._read(), job))
        return line

    def show(self, name: str) -> str | None:
        return timers.cron_found(self._read(), name)

    def remove(self, name: str) -> None:
        self._write(timers.cron_without(self._read(), name))

    def _read(self) -> str:
        done = _run(("crontab", "-l"), env={**os.environ, "LC_ALL": "C"})
        if done.returncode and "no crontab" not in done.stderr.lower():
            raise _refused("crontab", done)
        return "" if done.returncode else done.stdout

    def _write(self, table: str) -> None:
        done = _run(("crontab", "-"), table)
        if done.returncode:
            raise _refused("crontab", done)


@dataclass(frozen=True)
class Launchd:
    """The user's launch agents on macOS."""

    def install(self, job: DailyJob, *, dry_run: bool) -> str:
        file = self._file(job.name)
        if not dry_run:
            file.parent.mkdir(parents=True, exist_ok=True)
            files.create(file, timers.launchd_plist(job), force=True)
            _run(("launchctl", "bootout", self._domain(), str(file)))
            done = _run(("launchctl", "bootstrap", self._domain(), str(file)))
            if done.returncode:
                raise _refused("launchctl", done)
        return str(file)

    def show(self, name: str) -> str | None:
        return str(self._file(name)) if self._file(name).exists() else None

    def remove(self, name: str) -> None:
        _run(("launchctl", "bootout", self._domain(), str(self._file(name))))
        with suppress(FileNotFoundError):
            self._file(name).unlink()

    def _file(self, name: str) -> Path:
        return Path.home() / "Library" / "LaunchAgents" / f"{timers.launchd_label(name)}.plist"

    def _domain(self) -> str:
        return f"gui/{os.getuid() if sys.platform != 'win32' else 0}"


@dataclass(frozen=True)
class TaskScheduler:
    """Task Scheduler on Windows."""

    def install(self, job: DailyJob, *, dry_run: bool) -> str:
        command = timers.schtasks_create(job)
        if not dry_run:
            self._do(command)
        return subprocess.list2cmdline(command)

    def show(self, name: str) -> str | None:
        done = _run(("schtasks", "/Query", "/FO", "LIST", "/TN", timers.schtasks_name(name)))
        return None if done.returncode else done.stdout.strip()

    def remove(self, name: str) -> None:
        self._do(("schtasks", "/Delete", "/F", "/TN", timers.schtasks_name(name)))

    def _do(self, command: Sequence[str]) -> None:
        done = _run(command)
        if done.returncode:
            raise _refused("schtasks", done)


def _system() -> Cron | Launchd | TaskScheduler:
    systems: dict[str, type[Cron] | type[Launchd] | type[TaskScheduler]] = {"darwin": Launchd, "win32": TaskScheduler}
    return systems.get(sys.platform, Cron)()


def _run(
    command: Sequence[str], text: str | None = None, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run one program, given as a list of arguments, never by a shell. Every byte, line ends too, goes in and comes out
    as it is."""
    try:
        done = subprocess.run(
            command,
            input=None if text is None else text.encode("utf-8", "surrogateescape"),
            env=env,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
        out, err = (part.decode("utf-8", "surrogateescape") for part in (done.stdout, done.stderr))
        return subprocess.CompletedProcess(command, done.returncode, out, err)
    except (OSError, subprocess.TimeoutExpired):
        raise KakosheetError(
            "K804",
            f"{command[0]} is not there, or does not answer",
            f"install {command[0]}, or run each day by other means: kakosheet remind BOOK --refresh --send",
        ) from None


def _refused(program: str, done: subprocess.CompletedProcess[str]) -> KakosheetError:
    said = " ".join(done.stderr.split())[:200]
    return KakosheetError("K804", f"{program} refused: {said or done.returncode}")
