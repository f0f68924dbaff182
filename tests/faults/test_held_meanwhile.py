"""A book that somebody opens while it is being written is left alone, whichever command writes it and however late it is opened."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from kakosheet import files
from kakosheet.book.computing import VERSION
from kakosheet.cli import main
from kakosheet.core.issues import KakosheetError
from kakosheet.core.patch import Patch
from kakosheet.formats import apply
from kakosheet.sheets import SCHEMA
from tests.books.sample import sample
from tests.books.test_repair import changed, without_names

EXCEL = (b"\x03Mei" + b" " * 51 + b"\x03\x00" + "Mei".encode("utf-16-le")).ljust(165)
LIBREOFFICE = b",mei,elsewhere,28.11.2026 06:00,file:///home/mei/profile;"
OWNERS = {
    "~$orders.xlsx": (EXCEL, "open in Excel by Mei"),
    ".~lock.orders.xlsx#": (LIBREOFFICE, "open in LibreOffice by mei on elsewhere"),
}


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    path = tmp_path / "books" / "orders.xlsx"
    path.parent.mkdir()
    path.write_bytes(sample())
    return path


@contextmanager
def opened_at(call: str, book: Path, name: str, data: bytes) -> Iterator[None]:
    """At the first such call of the system library, another program opens the book."""
    real = getattr(os, call)

    def opens(*args: object, **options: object) -> object:
        if not (book.parent / name).exists():
            (book.parent / name).write_bytes(data)
        return real(*args, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, call, opens)
        yield


def older(book: Path) -> None:
    book.write_bytes(apply(book.read_bytes(), Patch(properties={VERSION: SCHEMA.version - 1})).data)


def unmarked(book: Path) -> None:
    book.write_bytes(changed(book.read_bytes(), "xl/workbook.xml", without_names(r"_kako_purchases_\w+")))


def written_once(book: Path) -> None:
    files.save(
        files.load(book),
        apply(book.read_bytes(), Patch(properties={"other": "1"})).data,
        book_id="i",
        check=lambda _: None,
    )


def nothing(book: Path) -> None:
    """The book is fit for the command as it is."""


def with_orders(book: Path) -> None:
    (book.parent / "bought.csv").write_text("order_ref,item\nX-1,Lamp\n", "utf-8")


WRITERS: dict[str, tuple[Callable[[Path], None], list[str]]] = {
    "refresh": (nothing, ["--today", "2031-01-15"]),
    "add": (nothing, ["purchases", "item=Lamp"]),
    "set": (nothing, ["Purchase Checklist!B60=Lamp"]),
    "import": (with_orders, ["bought.csv"]),
    "undo": (written_once, []),
    "repair": (unmarked, ["--yes"]),
    "upgrade": (older, []),
    "new": (nothing, ["--force", "--no-launcher"]),
}


def run(command: str, book: Path, monkeypatch: pytest.MonkeyPatch, *more: str) -> tuple[int, str]:
    monkeypatch.chdir(book.parent)
    done = CliRunner().invoke(main, [command, book.name, *WRITERS[command][1], *more])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


@pytest.mark.parametrize("name", OWNERS)
@pytest.mark.parametrize("command", WRITERS)
def test_no_command_writes_a_book_that_is_opened_while_the_new_version_goes_to_the_disk(
    book: Path, monkeypatch: pytest.MonkeyPatch, command: str, name: str
) -> None:
    WRITERS[command][0](book)
    before, kept, beside = book.read_bytes(), backups(), names(book)
    data, sentence = OWNERS[name]
    with opened_at("fsync", book, name, data):
        code, said = run(command, book, monkeypatch)
    assert (code, sentence in said) == (4, True), said
    assert book.read_bytes() == before
    assert names(book) == sorted([*beside, name])
    assert backups() == kept
    (book.parent / name).unlink()
    code, said = run(command, book, monkeypatch)
    assert code in (0, 1) and book.read_bytes() != before, said


def names(book: Path) -> list[str]:
    return sorted(path.name for path in book.parent.iterdir())


def backups() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (files.state_folder() / "backups").rglob("*") if path.is_file()}


NEW = b"new" * 3000


def save(book: Path, *, force: bool = False) -> files.Saved:
    return files.save(files.load(book), NEW, book_id="i", check=lambda _: None, force=force)


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("call", ["open", "fsync", "access"])
@pytest.mark.parametrize("name", OWNERS)
def test_force_passes_an_owner_file_that_was_left_behind_and_none_that_appears_meanwhile(
    book: Path, name: str, call: str, force: bool
) -> None:
    before, snapshot = book.read_bytes(), files.load(book)
    with opened_at(call, book, name, OWNERS[name][0]), pytest.raises(KakosheetError) as caught:
        files.save(snapshot, NEW, book_id="i", check=lambda _: None, force=force)
    assert (caught.value.code, caught.value.exit_code) == ("K701", 4)
    assert ("--force" in str(caught.value)) is False
    assert book.read_bytes() == before
    assert save(book, force=True).written


def test_an_old_owner_file_does_not_hide_a_new_one(book: Path) -> None:
    before = book.read_bytes()
    (book.parent / ".~lock.orders.xlsx#").write_bytes(LIBREOFFICE)
    with opened_at("fsync", book, "~$orders.xlsx", EXCEL), pytest.raises(KakosheetError) as caught:
        save(book, force=True)
    assert "open in Excel by Mei" in str(caught.value)
    assert book.read_bytes() == before


def test_an_owner_file_that_is_written_anew_was_not_left_behind(book: Path) -> None:
    owner = book.with_name("~$orders.xlsx")
    owner.write_bytes(EXCEL)
    snapshot = files.load(book)
    owner.unlink()
    (book.parent / "other").touch()
    owner.write_bytes(EXCEL)
    with pytest.raises(KakosheetError) as caught:
        files.save(snapshot, NEW, book_id="i", check=lambda _: None, force=True)
    assert caught.value.exit_code == 4


def test_a_book_reached_through_a_link_is_seen_to_be_opened_under_either_name(book: Path, tmp_path: Path) -> None:
    before, link = book.read_bytes(), tmp_path / "link.xlsx"
    link.symlink_to(book)
    for owner in (book.with_name("~$orders.xlsx"), tmp_path / "~$link.xlsx"):
        with (
            opened_at("fsync", tmp_path / "x" if owner.parent == tmp_path else book, owner.name, EXCEL),
            pytest.raises(KakosheetError) as caught,
        ):
            save(link)
        assert caught.value.exit_code == 4
        owner.unlink()
    assert book.read_bytes() == before


def test_a_program_that_opens_the_book_while_a_synced_folder_is_waited_for_keeps_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    book = tmp_path / "Dropbox" / "orders.xlsx"
    book.parent.mkdir()
    book.write_bytes(b"old")
    other = f"import time, pathlib; time.sleep(0.5); pathlib.Path({str(book.with_name('~$orders.xlsx'))!r}).write_bytes({EXCEL!r})"
    with subprocess.Popen([sys.executable, "-c", other]), pytest.raises(KakosheetError) as caught:
        save(book)
    assert caught.value.code == "K701" and caught.value.exit_code == 4
    assert book.read_bytes() == b"old"
    assert names(book) == ["orders.xlsx", "~$orders.xlsx"]
