"""`watch`: a save and close wakes it once; our own write, other books, copies and owner files do not."""

from __future__ import annotations

import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import kakosheet
from kakosheet.app.export import export
from kakosheet.app.watch import watch
from kakosheet.book.cells import set_cells

TODAY = date(2026, 11, 24)
ROOT = Path(__file__).parents[2]
PATIENCE = 60.0


class Watched:
    """A watch in a thread; `next()` waits for a refresh."""

    def __init__(self, book: Path) -> None:
        self.book, self.told, self.stop = book, queue.Queue[dict[str, Any]](), threading.Event()
        ready = threading.Event()
        self.thread = threading.Thread(
            target=watch,
            args=(book, lambda done, _: self.told.put(done)),
            kwargs={"today": TODAY, "stop": self.stop, "ready": ready.set},
            daemon=True,
        )
        self.thread.start()
        assert ready.wait(PATIENCE)

    def next(self) -> dict[str, Any]:
        return self.told.get(timeout=PATIENCE)

    def quiet(self, seconds: float = 2.5) -> bool:
        """Whether nothing is told for a while."""
        try:
            self.told.get(timeout=seconds)
        except queue.Empty:
            return True
        return False


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = tmp_path / "books"
    folder.mkdir()
    kakosheet.new(folder / "orders.xlsx", today=TODAY, launcher=False)
    return folder / "orders.xlsx"


@pytest.fixture
def watched(book: Path) -> Iterator[Watched]:
    made = Watched(book)
    yield made
    made.stop.set()
    made.thread.join(PATIENCE)
    assert not made.thread.is_alive()


def save_as_programs_do(book: Path, cell: str, value: Any) -> None:
    """A new file beside the book, then put in its place."""
    new = book.with_name("A1B2C3D4.tmp")
    new.write_bytes(set_cells(book.read_bytes(), {cell: value}).data)
    os.replace(new, book)


def test_a_save_is_refreshed_once_and_our_own_write_wakes_nobody(watched: Watched, book: Path) -> None:
    save_as_programs_do(book, "Deadlines!D4", "Ask the bank")
    done = watched.next()
    assert done["written"]
    assert [row["key"] for row in export(book)["deadlines"]] == ["R-0001"]
    assert watched.quiet()
    save_as_programs_do(book, "Deadlines!D5", "Ask again")
    assert watched.next()["written"]


def test_a_book_that_is_open_waits_for_its_close(watched: Watched, book: Path) -> None:
    owner = book.with_name("~$orders.xlsx")
    owner.write_bytes(bytes([3]) + b"Mei".ljust(164))
    save_as_programs_do(book, "Deadlines!D4", "Ask the bank")
    assert watched.quiet()
    owner.unlink()
    assert watched.next()["written"]


def test_other_files_wake_nobody(watched: Watched, book: Path) -> None:
    for name in (
        "other.xlsx",
        "orders (conflicted copy 2026-11-24).xlsx",
        ".~lock.orders.xlsx#",
        "orders.xlsx.bak",
        "~$other.xlsx",
    ):
        (book.parent / name).write_bytes(book.read_bytes())
    (book.parent / ".~lock.orders.xlsx#").unlink()
    os.utime(book)
    assert watched.quiet()


def test_a_book_that_cannot_be_used_is_told_and_watching_goes_on(watched: Watched, book: Path) -> None:
    good = book.read_bytes()
    book.write_bytes(b"no workbook")
    assert watched.next()["error"]["code"].startswith("K1")
    book.write_bytes(good)
    assert not watched.next().get("error")


def test_a_book_that_is_still_being_written_is_no_damaged_book(watched: Watched, book: Path) -> None:
    whole = set_cells(book.read_bytes(), {"Deadlines!D4": "Ask the bank"}).data
    with book.open("wb") as file:
        for half in (whole[: len(whole) // 2], whole[len(whole) // 2 :]):
            file.write(half)
            file.flush()
            time.sleep(1.5)
    assert watched.next()["written"]


Saves = Callable[[Path], None]


def junk(book: Path) -> None:
    book.write_bytes(b"no workbook")


def good(book: Path) -> None:
    """The book as it stood when the watching began, with a line more."""
    mended(book)
    save_as_programs_do(book, "Deadlines!D4", "Ask the bank")


def better(book: Path) -> None:
    save_as_programs_do(book, "Deadlines!D5", "Ask again")


def mended(book: Path) -> None:
    """The very bytes that stood there when the watching began."""
    shutil.copyfile(book.with_name("kept"), book.with_name("back"))
    os.replace(book.with_name("back"), book)


def told_of(book: Path, at_ready: Saves, *while_told: Saves) -> list[dict[str, Any]]:
    """What is told when the user saves the moment that watching is said to have begun, and then each time while the result is being told."""
    told, stop, saves = list[dict[str, Any]](), threading.Event(), iter(while_told)
    (book.parent / "kept").write_bytes(book.read_bytes())

    def tell(done: dict[str, Any], _: object) -> None:
        told.append(done)
        save = next(saves, None)
        save(book) if save else stop.set()

    late = threading.Timer(PATIENCE, stop.set)
    late.start()
    watch(book, tell, today=TODAY, stop=stop, ready=lambda: at_ready(book))
    late.cancel()
    return told


def test_a_save_in_the_moment_in_which_watching_begins_is_not_missed(book: Path) -> None:
    assert [done["written"] for done in told_of(book, good)] == [True]


def test_a_save_while_the_last_refresh_is_told_of_is_not_taken_for_our_own_write(book: Path) -> None:
    assert [done["written"] for done in told_of(book, good, better)] == [True, True]
    assert len(export(book)["deadlines"]) == 2


@pytest.mark.parametrize("again", [good, mended])
def test_a_book_that_is_mended_while_it_is_told_to_be_of_no_use_is_refreshed(book: Path, again: Saves) -> None:
    first, second = told_of(book, junk, again)
    assert first["error"]["code"].startswith("K1")
    assert not second.get("error")


def test_a_book_that_is_damaged_while_the_last_refresh_is_told_of_is_told(book: Path) -> None:
    first, second, third = told_of(book, good, junk, mended)
    assert first["written"] and second["error"] and not third.get("error")


def heeds_ctrl_c() -> None:
    """As in a terminal: what is started in the background of a script inherits that it is ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_the_command_ends_on_ctrl_c(book: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kakosheet", "watch", str(book), "--json", "--today", "2026-11-24"]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=heeds_ctrl_c,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert "Watching orders.xlsx" in process.stderr.readline()
    save_as_programs_do(book, "Deadlines!D4", "Ask the bank")
    assert json.loads(process.stdout.readline())["written"]
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE) == 0
