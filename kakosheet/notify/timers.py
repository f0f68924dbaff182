"""One command every day at one time, in the words of each system's own timetable: cron, launchd, Task Scheduler. Pure
text and arguments.

cron: crontab(5) of cronie and Vixie cron: a percent sign ends the command unless it is escaped. launchd:
launchd.plist(5). Windows: schtasks.exe, whose task command has 261 characters at most. Checked 2026-11-21.
"""

from __future__ import annotations

import plistlib
import re
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kakosheet.core.issues import EXIT_USAGE, KakosheetError

_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
LONGEST_TASK = 261


class At(NamedTuple):
    """A time of day on this computer's clock."""

    hour: int
    minute: int

    def __str__(self) -> str:
        return f"{self.hour:02}:{self.minute:02}"


class DailyJob(NamedTuple):
    """What runs every day: `name` tells it apart (letters, digits, hyphens), `log` is where its talk goes, `env` what
    it needs to know."""

    name: str
    command: Sequence[str]
    at: At
    log: str
    env: Mapping[str, str]


def parse_at(text: str) -> At:
    """ "8:00" → (8, 0). KakosheetError K302 otherwise."""
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        raise KakosheetError("K302", f'"{text}" is not a time of day', "write it like 08:00", exit_code=EXIT_USAGE)
    return At(int(match[1]), int(match[2]))


def cron_mark(name: str) -> str:
    """The comment above a line of ours."""
    return f"# {name}: made by kakosheet schedule"


def cron_line(job: DailyJob) -> str:
    """The line of a crontab. Every argument is quoted for the shell, percent signs for cron. KakosheetError K804 for a
    line end in it."""
    words = [*(("env", *(f"{key}={value}" for key, value in job.env.items())) if job.env else ()), *job.command]
    command = f"{shlex.join(words)} >>{shlex.quote(job.log)} 2>&1"
    if not command.isprintable():
        raise KakosheetError("K804", "the name of the book has a character that cron cannot hold", "rename the book")
    return f"{job.at.minute} {job.at.hour} * * * " + command.replace("%", "\\%")


def cron_with(table: str, job: DailyJob) -> str:
    """The crontab with this job; one of the same name is replaced, everything else stays as it is."""
    rest = cron_without(table, job.name)
    return f"{rest}{'' if not rest or rest.endswith(chr(10)) else chr(10)}{cron_mark(job.name)}\n{cron_line(job)}\n"


def cron_without(table: str, name: str) -> str:
    """The crontab without the job of that name. A line below our comment that is none of ours, since people changed the
    table, stays."""
    kept: list[str] = []
    below = False
    for line in re.findall(r"[^\n]*\n|[^\n]+", table):
        if line.rstrip("\r\n") == cron_mark(name):
            below = True
        elif not (below and _is_ours(line)):
            kept.append(line)
            below = False
        else:
            below = False
    return "".join(kept)


def _is_ours(line: str) -> bool:
    """Whether a line, perhaps commented out, runs reminders of a book."""
    return " kakosheet remind " in line


def cron_found(table: str, name: str) -> str | None:
    """The line of the job of that name."""
    lines = [line.rstrip("\r") for line in table.split("\n")]
    return next(
        (lines[at + 1] for at, line in enumerate(lines[:-1]) if line == cron_mark(name) and _is_ours(lines[at + 1])),
        None,
    )


def launchd_label(name: str) -> str:
    return f"org.kakosheet.{name}"


def launchd_plist(job: DailyJob) -> bytes:
    """The property list of a launch agent."""
    return plistlib.dumps(
        {
            "Label": launchd_label(job.name),
            "ProgramArguments": list(job.command),
            "StartCalendarInterval": {"Hour": job.at.hour, "Minute": job.at.minute},
            "EnvironmentVariables": dict(job.env),
            "StandardOutPath": job.log,
            "StandardErrorPath": job.log,
            "ProcessType": "Background",
        }
    )


def schtasks_create(job: DailyJob) -> list[str]:
    """The arguments that make the task, or replace it. KakosheetError K804 if its command is too long."""
    command = subprocess.list2cmdline(job.command)
    if len(command) > LONGEST_TASK:
        raise KakosheetError(
            "K804",
            f"the command has {len(command)} characters; Task Scheduler takes {LONGEST_TASK}",
            "move the book to a folder with a shorter name",
        )
    return [
        "schtasks",
        "/Create",
        "/F",
        "/SC",
        "DAILY",
        "/ST",
        str(job.at),
        "/TN",
        schtasks_name(job.name),
        "/TR",
        command,
    ]


def schtasks_name(name: str) -> str:
    return f"kakosheet\\{name}"
