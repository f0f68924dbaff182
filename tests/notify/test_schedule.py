"""`schedule` on Linux, against a program `crontab` that keeps its table in a file."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import kakosheet
from kakosheet.cli import main
from tests.notify.conftest import PATIENCE

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="cron is Linux's timetable")
ROOT = Path(__file__).parents[2]
OTHERS = b"MAILTO=me@example.com\r\n0 3 * * * backup '50\\%'\n\t# Sch\xf6n\x0c\n"


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file behind the program `crontab` of this test; missing as long as the user has none."""
    file, programs = tmp_path / "table", tmp_path / "bin"
    programs.mkdir()
    program = programs / "crontab"
    program.write_text(
        "#!/bin/sh\n"
        f'case $1 in -l) [ -f "{file}" ] || {{ echo "no crontab for me" >&2; exit 1; }}; cat "{file}";; -) cat > "{file}";; esac\n',
        "utf-8",
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("TZ", raising=False)
    return file


@pytest.fixture
def book(tmp_path: Path, table: Path) -> Path:
    folder = tmp_path / 'it\'s $HOME `id` "50%" & more'
    folder.mkdir()
    made = folder / "my orders; touch pwned.xlsx"
    kakosheet.new(made, today=date(2026, 11, 24), launcher=False)
    return made


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)


def test_installed_shown_moved_and_removed(book: Path, table: Path) -> None:
    table.write_bytes(OTHERS)
    assert "not in the timetable" in run("schedule", book).output
    first = run("schedule", book, "12:00")
    assert first.exit_code == 0 and os.uname().nodename in first.output, "who sends, where several computers do"
    assert "0 12 * * *" in run("schedule", book, "--show").output
    assert run("schedule", book, "13:30").exit_code == 0
    text = table.read_bytes()
    assert text.startswith(OTHERS)
    assert text.count(b"-m kakosheet") == 1
    assert b"30 13 * * *" in text
    assert run("schedule", book, "--remove").exit_code == 0
    assert table.read_bytes() == OTHERS
    assert run("schedule", book, "--remove").exit_code == 0


def test_the_first_job_of_a_user_makes_the_table(book: Path, table: Path) -> None:
    assert run("schedule", book, "12:00").exit_code == 0
    assert len(table.read_text("utf-8").splitlines()) == 2


def test_the_line_that_stands_there_refreshes_and_reminds_of_this_very_book(
    book: Path, table: Path, tmp_path: Path
) -> None:
    from kakosheet.app.export import export
    from kakosheet.app.set_cells import set_cells

    set_cells(book, {"Deadlines!D4": "Ask the bank", "Deadlines!J4": date(2026, 11, 25)})
    run("schedule", book, "12:00")
    command = table.read_text("utf-8").splitlines()[1].removeprefix("0 12 * * * ").replace("\\%", "%")
    subprocess.run(
        ["sh", "-c", command],
        cwd=tmp_path,
        check=False,
        timeout=PATIENCE,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)},
    )
    (log,) = (tmp_path / "state" / "kakosheet" / "schedule").glob("*.log")
    assert "no way to send is set up" in log.read_text("utf-8")
    assert not (tmp_path / "pwned.xlsx").exists()
    assert [row["key"] for row in export(book)["deadlines"]] == ["R-0001"]  # refreshed: the reminder has its number


def test_a_time_in_quiet_hours_is_refused(book: Path, table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = run("schedule", book, "3:00")
    if os.path.realpath("/etc/localtime").endswith(("UTC", "UCT", "localtime")):
        assert done.exit_code == 2
        assert "quiet hours" in done.output
        assert not table.exists()


def test_a_table_that_cannot_be_read_is_not_overwritten(book: Path, table: Path) -> None:
    table.write_bytes(OTHERS)
    program = table.with_name("bin") / "crontab"
    program.write_text('#!/bin/sh\necho "you may not use this program" >&2\nexit 1\n', "utf-8")
    done = run("schedule", book, "12:00")
    assert done.exit_code == 5
    assert "you may not use this program" in done.output
    assert table.read_bytes() == OTHERS


def test_a_dry_run_changes_nothing_and_odd_calls_are_refused(book: Path, table: Path) -> None:
    assert run("schedule", book, "12:00", "--dry-run").exit_code == 0
    assert not table.exists()
    assert run("schedule", book, "12:00", "--remove").exit_code == 2
    assert run("schedule", book, "noon").exit_code == 2


def test_a_book_that_is_gone_can_still_be_removed(book: Path, table: Path) -> None:
    run("schedule", book, "12:00")
    book.unlink()
    assert run("schedule", book, "--remove").exit_code == 0
    assert table.read_text("utf-8") == ""


def test_the_timetable_knows_the_way_to_send_but_no_secret(
    book: Path, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "only refreshes" in run("schedule", book, "12:00").output
    for name, value in (
        ("HOST", "mail.example.com"),
        ("FROM", "me@example.com"),
        ("USER", "me@example.com"),
        ("PASSWORD", "CANARY%1"),
    ):
        monkeypatch.setenv(f"KAKOSHEET_SMTP_{name}", value)
    monkeypatch.setenv("KAKOSHEET_NOTIFY_URLS", "tgram://CANARY/42")
    done = run("schedule", book, "12:00")
    assert (
        "KAKOSHEET_SMTP_PASSWORD is not written" in done.output
        and "KAKOSHEET_NOTIFY_URLS is not written" in done.output
    )
    assert b"KAKOSHEET_SMTP_HOST=mail.example.com" in table.read_bytes() and b"CANARY" not in table.read_bytes()
    assert "CANARY" not in done.output
