"""The commands under faults: a book that is held, changed, killed over, or refreshed twenty times at once is never lost and never torn."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from kakosheet import files
from kakosheet.app.refresh import refresh
from kakosheet.core.issues import KakosheetError

ROOT = Path(__file__).parents[2]
LATER, LATER_STILL = "2031-01-15", "2031-01-20"


def kakosheet(*arguments: object, folder: Path, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    command = [*before, sys.executable, "-m", "kakosheet", *map(str, arguments)]
    return subprocess.run(command, cwd=folder, env=environment(folder), capture_output=True, text=True, timeout=300)


def environment(folder: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "HOME": str(folder.parent),
        "XDG_STATE_HOME": str(folder.parent / "state"),
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("made") / "books"
    folder.mkdir()
    done = kakosheet("new", "orders.xlsx", "--sample", "--no-launcher", "--today", "2031-01-10", folder=folder)
    assert done.returncode == 0, done.stderr
    return (folder / "orders.xlsx").read_bytes()


@pytest.fixture
def book(made: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    path = tmp_path / "books" / "orders.xlsx"
    path.parent.mkdir()
    path.write_bytes(made)
    return path


def refreshed(book: Path, today: str) -> bytes:
    done = kakosheet("refresh", book.name, "--today", today, folder=book.parent)
    assert done.returncode == 0, done.stderr
    return book.read_bytes()


def alone(book: Path) -> bool:
    return [path.name for path in book.parent.iterdir()] == [book.name]


def test_a_refresh_of_a_held_book_says_who_shows_what_is_due_and_writes_nothing(book: Path, made: bytes) -> None:
    owner = book.with_name(f"~${book.name}")
    owner.write_bytes(b"\x03Mei")
    done = kakosheet("refresh", book.name, "--today", LATER, folder=book.parent)
    assert done.returncode == 4
    assert "open in Excel by Mei" in done.stderr and "Traceback" not in done.stderr
    assert done.stdout.strip()
    assert book.read_bytes() == made
    assert kakosheet("refresh", book.name, "--today", LATER, "--force", folder=book.parent).returncode == 0
    assert book.read_bytes() != made


def test_undo_takes_a_refresh_back_and_undo_again_brings_it_back(book: Path, made: bytes) -> None:
    after = refreshed(book, LATER)
    assert after != made
    assert kakosheet("undo", book.name, folder=book.parent).returncode == 0
    assert book.read_bytes() == made
    assert kakosheet("undo", book.name, folder=book.parent).returncode == 0
    assert book.read_bytes() == after


def test_undo_after_a_change_by_hand_is_refused(book: Path, made: bytes) -> None:
    refreshed(book, LATER)
    book.write_bytes(made)
    done = kakosheet("undo", book.name, folder=book.parent)
    assert (done.returncode, book.read_bytes()) == (4, made)
    assert done.stderr.count("\n") == 1


def test_a_second_refresh_leaves_even_the_time_of_the_file_alone(book: Path) -> None:
    refreshed(book, LATER)
    before = book.stat()
    refreshed(book, LATER)
    assert (book.stat().st_ino, book.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_refresh_through_a_link_keeps_link_and_mode(book: Path, tmp_path: Path, made: bytes) -> None:
    book.chmod(0o640)
    link = tmp_path / "link.xlsx"
    link.symlink_to(book)
    done = kakosheet("refresh", link, "--today", LATER, folder=book.parent)
    assert done.returncode == 0
    assert link.is_symlink() and book.read_bytes() != made
    assert book.stat().st_mode & 0o777 == 0o640


def test_twenty_refreshes_at_once_leave_one_whole_book(book: Path, made: bytes) -> None:
    children = []
    for _ in range(20):
        child = os.fork()
        if child == 0:
            code = 99
            try:
                refresh(book, today=date.fromisoformat(LATER))
                code = 0
            except KakosheetError as error:
                code = error.exit_code
            finally:
                os._exit(code)
        children.append(child)
    codes = {os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children}
    assert 0 in codes
    assert codes <= {0, 4}
    after = book.read_bytes()
    assert after != made
    assert refreshed(book, LATER) == after
    assert alone(book)


def test_a_refresh_killed_at_any_rename_leaves_the_old_book_or_the_new_one(book: Path, made: bytes) -> None:
    if not shutil.which("strace"):
        pytest.skip("strace is not installed")
    after = refreshed(book, LATER)
    calls = "?rename,?renameat,renameat2"
    log = book.parent.parent / "log"
    met = set()
    for step in range(1, 50):
        book.write_bytes(made)
        tracing = (
            "strace",
            "-f",
            "-o",
            str(log),
            "-e",
            f"trace={calls}",
            "-e",
            f"inject={calls}:signal=SIGKILL:when={step}",
        )
        done = kakosheet("refresh", book.name, "--today", LATER, folder=book.parent, before=tracing)
        assert book.read_bytes() in (made, after)
        met.add(book.read_bytes() == after)
        if "killed by SIGKILL" not in log.read_text("utf-8", "replace"):
            assert done.returncode == 0
            break
    assert step > 2
    assert refreshed(book, LATER) == after
    assert refreshed(book, LATER_STILL) != after
    assert alone(book)


def test_a_book_changed_while_it_is_refreshed_keeps_the_change(book: Path, made: bytes) -> None:
    with pytest.raises(KakosheetError) as caught:
        refresh(book, today=date.fromisoformat(LATER), report=lambda _: drop(book.write_bytes(made + b"\0")))
    assert (caught.value.code, caught.value.exit_code) == ("K702", 4)
    assert book.read_bytes() == made + b"\0"
    assert alone(book)


def drop(result: object) -> None:
    """The caller needs no result."""


def test_dry_run_writes_nothing_at_all(book: Path, made: bytes, tmp_path: Path) -> None:
    done = kakosheet("refresh", book.name, "--today", LATER, "--dry-run", "--json", folder=book.parent)
    assert done.returncode == 0
    assert json.loads(done.stdout)["written"] is False
    assert book.read_bytes() == made
    assert not list(files.state_folder().rglob("*.bak"))
    assert alone(book)
