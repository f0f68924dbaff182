"""What cannot be said is one line and exit code 5, whichever command speaks and however its output is shut; a full disk is the same."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from kakosheet import files
from kakosheet.app.new import new_book
from kakosheet.cli import COMMANDS, main
from kakosheet.core.patch import Patch
from kakosheet.formats import apply
from tests.books.sample import PURCHASES, TODAY

ROOT = Path(__file__).parents[2]
LATER = ["--today", "2031-01-15"]
SPEAKING: dict[str, list[str]] = {
    "new": ["other.xlsx", "--no-launcher"],
    "refresh": ["orders.xlsx", *LATER],
    "check": ["orders.xlsx", "--json"],
    "undo": ["orders.xlsx"],
    "repair": ["orders.xlsx"],
    "upgrade": ["orders.xlsx"],
    "add": ["orders.xlsx", "purchases", "item=Lamp"],
    "import": ["orders.xlsx", "bought.csv"],
    "export": ["orders.xlsx"],
    "set": ["orders.xlsx", "Purchase Checklist!B60=Lamp"],
    "did": ["orders.xlsx", "D-2025-0001", "told"],
    "review": ["orders.xlsx"],
    "explain": ["orders.xlsx", "K302"],
    "summary": ["orders.xlsx", "D-2025-0001"],
    "due": ["5 working_days", "--start", "2026-02-12"],
    "schema": [],
    "demo": ["demo"],
    "remind": ["orders.xlsx"],
    "watch": ["orders.xlsx", "--once"],
    "schedule": ["orders.xlsx", "--show"],
    "today": ["orders.xlsx"],
}
"""Each command as it says something on stdout."""
WRITING = {
    "new": "other.xlsx",
    **dict.fromkeys(("refresh", "undo", "add", "import", "set", "did", "watch"), "orders.xlsx"),
}
"""What is written, by those that write a book."""
LINE = re.compile(r"(The book was written; what|What) was to be said could not be: [^\n]+\.\n")


@cache
def written() -> bytes:
    """A book with a case."""
    case = {"problem": "product_damage", "noticed_on": date(2025, 12, 20), "bought_on": date(2025, 12, 1)}
    bought = [{**one, **(case if at == 0 else {})} for at, one in enumerate(PURCHASES)]
    return new_book(profile="shopper", lang="en", births={"purchases": bought}, today=TODAY)[0]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a book that was written before, so that undo has something to do."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder, programs = tmp_path / "desk", tmp_path / "bin"
    folder.mkdir()
    programs.mkdir()
    (programs / "crontab").write_text("#!/bin/sh\nexit 0\n")
    (programs / "crontab").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    book = folder / "orders.xlsx"
    book.write_bytes(written())
    files.save(
        files.load(book),
        apply(book.read_bytes(), Patch(properties={"other": "1"})).data,
        book_id="i",
        check=lambda _: None,
    )
    (folder / "bought.csv").write_text("order_ref,item\nX-1,Lamp\n", "utf-8")
    return folder


def full() -> int:
    return os.open("/dev/full", os.O_WRONLY)


def nobody_reads() -> int:
    reading, writing = os.pipe()
    os.close(reading)
    return writing


def shut() -> int:
    """Stands for a stream that the caller closed."""
    return -1


OUTPUTS: dict[str, Callable[[], int]] = {"full": full, "nobody reads": nobody_reads, "closed": shut}


@contextmanager
def started(
    desk: Path, arguments: list[str], out: int, *, before: Callable[[], object] = lambda: None, **more: str
) -> Iterator[subprocess.Popen[str]]:
    def prepare() -> None:
        before()
        if out < 0:
            os.close(1)

    environment = {**os.environ, "PYTHONPATH": str(ROOT), **more}
    process = subprocess.Popen(
        [sys.executable, "-m", "kakosheet", *arguments],
        cwd=desk,
        env=environment,
        text=True,
        preexec_fn=prepare,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL if out < 0 else out,
        stderr=subprocess.PIPE,
    )
    if out >= 0:
        os.close(out)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def said(desk: Path, arguments: list[str], out: int, **more: str) -> tuple[int, str]:
    """Exit code and stderr; a command that waits for a save of the book gets one."""
    with started(desk, arguments, out, **more) as process:
        first = ""
        if arguments[0] == "watch":
            assert process.stderr is not None
            first = process.stderr.readline()
            book = desk / "orders.xlsx"
            book.write_bytes(apply(book.read_bytes(), Patch(properties={"other": "2"})).data)
        rest = process.communicate(timeout=120)[1]
        return process.returncode, first + rest


def test_every_command_is_here() -> None:
    assert set(SPEAKING) == set(COMMANDS) == set(main.list_commands(None))  # type: ignore[arg-type]


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_that_cannot_say_what_came_of_it_tells_that_in_one_line(
    desk: Path, command: str, output: str
) -> None:
    before = (desk / "orders.xlsx").read_bytes()
    code, text = said(desk, [command, *SPEAKING[command]], OUTPUTS[output]())
    assert code == 5, text
    assert "Traceback" not in text and "Exception ignored" not in text, text
    found = LINE.findall(text)
    assert len(found) == 1 and LINE.search(text).end() == len(text), text  # type: ignore[union-attr]
    assert found[0].startswith("The book") is (command in WRITING), text
    if command in WRITING:
        assert (desk / WRITING[command]).read_bytes() != before
    else:
        assert (desk / "orders.xlsx").read_bytes() == before


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize(
    "arguments",
    [["--version"], ["--help"], ["due", "--help"], ["check", "nothing.xlsx", "--json"], ["schema", "--json"]],
    ids=" ".join,
)
def test_help_and_answers_of_any_kind_that_cannot_be_said_are_the_same(
    desk: Path, arguments: list[str], output: str
) -> None:
    code, text = said(desk, arguments, OUTPUTS[output]())
    if output == "closed" and arguments[0] != "check" and "--json" not in arguments:
        assert code in (0, 5) and "Traceback" not in text
        return
    assert code == 5 and LINE.fullmatch(text), text


@pytest.mark.parametrize(
    "arguments", [["bogus"], [], ["due"], ["check", "nothing.xlsx"], ["refresh", "orders.xlsx", *LATER]], ids=" ".join
)
def test_when_nothing_at_all_can_be_said_the_exit_code_says_it(desk: Path, arguments: list[str]) -> None:
    def also_stderr() -> None:
        for number in (1, 2):
            os.dup2(os.open("/dev/full", os.O_WRONLY), number)

    with started(desk, arguments, nobody_reads(), before=also_stderr) as process:
        assert process.communicate(timeout=60)[1] == ""
        assert process.returncode == 5


def test_with_all_streams_closed_the_book_is_whole(desk: Path) -> None:
    def close_all() -> None:
        for number in (0, 1, 2):
            os.close(number)

    book = desk / "orders.xlsx"
    before = book.read_bytes()
    with started(desk, ["refresh", "orders.xlsx", *LATER], nobody_reads(), before=close_all) as process:
        process.communicate(timeout=60)
        assert process.returncode == 5
    assert book.read_bytes() != before
    with started(desk, ["check", "orders.xlsx", *LATER], os.open(os.devnull, os.O_WRONLY)) as process:
        assert process.communicate(timeout=60)[0] is None and process.returncode in (0, 1)


@pytest.mark.parametrize("encoding", ["ascii", "utf-8", "cp1252"])
def test_a_character_that_the_other_side_does_not_have_is_spelled_out(desk: Path, encoding: str) -> None:
    name = os.fsdecode("订单 caf".encode() + b"\xe9.xlsx")
    (desk / "orders.xlsx").rename(desk / name)
    code, text = said(desk, ["check", name], os.open(os.devnull, os.O_WRONLY), PYTHONIOENCODING=encoding)
    assert code in (0, 1) and "Traceback" not in text, text
    code, text = said(desk, ["check", name + "x"], os.open(os.devnull, os.O_WRONLY), PYTHONIOENCODING=encoding)
    assert code == 3 and text.count("\n") == 1 and "K109" in text, text


# Reports on a full disk

REPORTS = {
    "refresh": ["refresh", "orders.xlsx", *LATER, "-o", "out/new.xlsx"],
    "set": ["set", "orders.xlsx", "Purchase Checklist!B60=Lamp", "-o", "out/new.xlsx"],
    "review": ["review", "orders.xlsx", "-o", "out/review.xlsx"],
    "review ods": ["review", "orders.xlsx", "-o", "out/review.ods"],
    "summary": ["summary", "orders.xlsx", "D-2025-0001", "-o", "out/case.md"],
    "export": ["export", "orders.xlsx", "-o", "out/all.json"],
    "export csv": ["export", "orders.xlsx", "--format", "csv", "-o", "out/all"],
    "new": ["new", "out/new.xlsx"],
    "demo": ["demo", "out/demo"],
    "calendar": ["remind", "orders.xlsx", *LATER, "--ics", "out/dates.ics"],
    "mails": ["remind", "orders.xlsx", *LATER, "--eml", "out/mails"],
    "today": ["today", "orders.xlsx", *LATER, "-o", "out/today"],
}


def no_room() -> None:
    """Files may hold next to nothing, as if the disk were full."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))


def refused(desk: Path, report: str, before: Callable[[], None]) -> None:
    (desk / "out").mkdir(exist_ok=True)
    book = (desk / "orders.xlsx").read_bytes()
    with started(desk, REPORTS[report], os.open(os.devnull, os.O_WRONLY), before=before) as process:
        text = process.communicate(timeout=120)[1]
    assert process.returncode == 5, text
    assert text.count("K703") == 1 and len(text.splitlines()) == 1, text
    assert (desk / "orders.xlsx").read_bytes() == book
    assert [path.name for path in (desk / "out").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("report", REPORTS)
def test_a_report_for_which_there_is_no_room_is_one_line_and_leaves_nothing_behind(desk: Path, report: str) -> None:
    refused(desk, report, no_room)


@pytest.fixture
def full_disk(desk: Path) -> Iterator[Path]:
    """A disk of the memory with one page left, mounted where the reports go."""
    place = desk / "out"
    place.mkdir()
    mount = shutil.which("mount", path="/usr/bin:/bin:/usr/sbin:/sbin")
    if (
        os.getuid() != 0
        or not mount
        or subprocess.run([mount, "-t", "tmpfs", "-o", "size=8k", "tmpfs", place], capture_output=True).returncode
    ):
        pytest.skip("a small disk cannot be mounted here")
    yield place
    subprocess.run(["umount", place], check=True, env={"PATH": "/usr/bin:/bin:/usr/sbin:/sbin"})


@pytest.mark.parametrize("report", ["refresh", "review", "export", "new"])
def test_a_full_disk_is_one_line_and_leaves_nothing_behind(desk: Path, full_disk: Path, report: str) -> None:
    refused(desk, report, lambda: None)


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_an_output_that_ends_on_a_full_disk_is_told(desk: Path, full_disk: Path, unbuffered: str) -> None:
    with tempfile.NamedTemporaryFile(dir=full_disk) as out:
        code, text = said(desk, ["schema"], os.dup(out.fileno()), PYTHONUNBUFFERED=unbuffered)
    assert code == 5 and text == "What was to be said could not be: the disk is full.\n"


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_an_output_that_is_read_slowly_is_whole(desk: Path, unbuffered: str) -> None:
    """A pipe takes its 64 KB at a time."""
    reading, writing = os.pipe()
    with started(desk, ["schema"], writing, PYTHONUNBUFFERED=unbuffered) as process, open(reading, "rb") as pipe:
        assert json.loads(pipe.read())["sheets"]
        assert process.wait(60) == 0
