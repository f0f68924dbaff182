"""The timetable of this computer: cron, launchd or Task Scheduler, of this user alone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kakosheet import files
from kakosheet.core.issues import KakosheetError
from kakosheet.notify import timers
from kakosheet.notify.timers import DailyJob

_SECONDS = 60


def timetable() -> Cron | Launchd | TaskScheduler:
    """That of this system."""
    systems: dict[str, type[Cron] | type[Launchd] | type[TaskScheduler]] = {"darwin": Launchd, "win32": TaskScheduler}
    return systems.get(sys.platform, Cron)()


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
