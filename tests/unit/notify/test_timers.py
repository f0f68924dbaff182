"""Timetables: one job a book, whatever its name holds, and nobody else's lines touched."""

from __future__ import annotations

import plistlib
import subprocess

import pytest

from kakosheet.core.issues import KakosheetError
from kakosheet.notify.timers import (
    At,
    DailyJob,
    cron_found,
    cron_line,
    cron_with,
    cron_without,
    launchd_plist,
    parse_at,
    schtasks_create,
)

NASTY = 'it\'s $HOME `id` "50%" & more; rm -rf *.xlsx'
OTHERS = "MAILTO=me\n# my own\n0 3 * * * backup 50\\%\n"


def job(book: str = "/home/me/orders.xlsx", name: str = "kakosheet-1") -> DailyJob:
    return DailyJob(
        name,
        ("/usr/bin/python3", "-m", "kakosheet", "remind", "--", book),
        At(8, 5),
        "/tmp/log of mine",
        {"TZ": "Asia/Shanghai"},
    )


@pytest.mark.parametrize("text", ["8", "24:00", "08:60", "8:5", "noon", "", "08:00; rm", "-1:00"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(KakosheetError, match="K302"):
        parse_at(text)


def test_times_of_day() -> None:
    assert parse_at(" 8:05 ") == parse_at("08:05") == At(8, 5)
    assert str(At(8, 5)) == "08:05"


def test_a_cron_line_hands_over_the_very_arguments() -> None:
    line = cron_line(job(NASTY))
    assert line.startswith("5 8 * * * ")
    shell = line.removeprefix("5 8 * * * ").replace("\\%", "%").partition(" >>")[0]
    words = (
        subprocess.run(["sh", "-c", f"printf '%s\\0' {shell}"], capture_output=True, check=True)
        .stdout.decode()
        .split("\0")
    )
    assert words[:-1] == ["env", "TZ=Asia/Shanghai", *job(NASTY).command]


def test_a_name_with_a_line_end_never_reaches_cron() -> None:
    with pytest.raises(KakosheetError, match="K804"):
        cron_line(job("two\n* * * * * lines"))


def test_other_lines_stay_and_a_second_call_moves_the_time() -> None:
    once = cron_with(OTHERS, job())
    twice = cron_with(once, job()._replace(at=At(9, 0)))
    assert once.startswith(OTHERS)
    assert cron_found(twice, "kakosheet-1") == cron_line(job()._replace(at=At(9, 0)))
    assert twice.count("kakosheet remind") == 1
    both = cron_with(twice, job(name="kakosheet-2"))
    assert cron_without(cron_without(both, "kakosheet-1"), "kakosheet-2") == OTHERS
    assert cron_found(OTHERS, "kakosheet-1") is None


def test_what_people_changed_in_the_table_stays() -> None:
    mark, line = cron_with("", job()).splitlines()
    assert cron_without(f"{mark}\n0 3 * * * backup\n", "kakosheet-1") == "0 3 * * * backup\n"
    assert cron_without(f"{mark}\n# {line}\n0 3 * * * backup\n", "kakosheet-1") == "0 3 * * * backup\n"
    assert cron_found(f"{mark}\n0 3 * * * backup\n", "kakosheet-1") is None
    odd = "A=1\r\n\x0c# form\u2028feed\n\n\n*/5 * * * * x\udcff\r\n  @daily y"
    assert cron_without(cron_with(odd, job()), "kakosheet-1") == odd + "\n"


def test_a_table_without_a_last_line_end_is_not_joined() -> None:
    assert cron_with("0 3 * * * backup", job()).startswith("0 3 * * * backup\n#")


def test_the_launch_agent_has_the_very_arguments() -> None:
    found = plistlib.loads(launchd_plist(job(NASTY)))
    assert found["ProgramArguments"] == list(job(NASTY).command)
    assert found["StartCalendarInterval"] == {"Hour": 8, "Minute": 5}
    assert found["Label"] == "org.kakosheet.kakosheet-1"


def test_the_task_has_the_command_as_one_argument() -> None:
    arguments = schtasks_create(job("C:\\My Books\\orders.xlsx"))
    assert arguments[-1].endswith('"C:\\My Books\\orders.xlsx"')
    assert arguments[arguments.index("/ST") + 1] == "08:05"
    with pytest.raises(KakosheetError, match="261"):
        schtasks_create(job("C:\\" + "x" * 300))
