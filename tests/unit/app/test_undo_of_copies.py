"""Each file has versions of its own: a copy takes none from its original and makes none of them go, a moved book takes its own along."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakosheet import files
from kakosheet.core.issues import KakosheetError
from kakosheet.files import backups

V0, V1, V2 = b"0" * 500, b"1" * 500, b"2" * 500


@pytest.fixture(autouse=True)
def _state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Written once by us: V0, then V1."""
    folder = tmp_path / "books"
    folder.mkdir()
    path = folder / "orders.xlsx"
    path.write_bytes(V0)
    save(path, V1)
    return path


def save(path: Path, data: bytes, book_id: str = "7f3a") -> None:
    files.save(files.load(path), data, book_id=book_id, check=lambda _: None)


def refused(path: Path) -> KakosheetError:
    before = path.read_bytes()
    with pytest.raises(KakosheetError) as caught:
        files.undo(path)
    assert caught.value.code in ("K704", "K702")
    assert path.read_bytes() == before
    return caught.value


def copied(book: Path, name: str = "copy.xlsx", *, how: Callable[[Path, Path], object] = shutil.copyfile) -> Path:
    how(book, book.with_name(name))
    return book.with_name(name)


@pytest.mark.parametrize("how", [shutil.copyfile, shutil.copy2])
def test_undo_of_a_copy_does_not_take_the_originals_version(book: Path, how: Callable[[Path, Path], object]) -> None:
    copy = copied(book, how=how)
    error = refused(copy)
    assert error.code == "K704" and str(book) in error.hint
    files.undo(book)
    assert (book.read_bytes(), copy.read_bytes()) == (V0, V1)
    refused(copy)


def test_many_writes_of_one_make_none_of_the_other_go(book: Path) -> None:
    copies = [copied(book, f"copy {n}.xlsx") for n in range(3)]
    for path in copies:
        for n in range(2 * files.KEPT):
            save(path, b"%d" % n)
    files.undo(book)
    assert book.read_bytes() == V0
    for path in copies:
        files.undo(path)
        assert path.read_bytes() == b"%d" % (2 * files.KEPT - 2)
    kept = list((files.state_folder() / "backups" / "7f3a").glob("*.bak"))
    assert len(kept) == files.KEPT * len(copies) + 1


MOVES: dict[str, Callable[[Path], Path]] = {
    "renamed": lambda book: book.rename(book.with_name("renamed.xlsx")),
    "to another folder": lambda book: Path(shutil.move(book, made(book.parent / "trade") / "orders.xlsx")),
    "with its folder": lambda book: book.parent.rename(book.parent.with_name("moved")) / book.name,
    "copied, then the original deleted": lambda book: (copied(book), book.unlink())[0],
    "renamed, and a copy takes its old name": lambda book: (
        book.rename(book.with_name("renamed.xlsx")),
        copied(book.with_name("renamed.xlsx"), "orders.xlsx"),
    )[0],
    "renamed over another book": lambda book: (
        save_new(book.with_name("other.xlsx")),
        book.replace(book.with_name("other.xlsx")),
    )[1],
    "to a name with stray bytes": lambda book: book.rename(book.with_name(os.fsdecode(b"caf\xe9.xlsx"))),
}


def made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def save_new(path: Path) -> None:
    path.write_bytes(b"another book")
    save(path, b"another book, written")


@pytest.mark.parametrize("move", MOVES)
def test_a_moved_book_takes_its_versions_along(book: Path, move: str) -> None:
    moved = MOVES[move](book)
    assert moved.read_bytes() == V1
    for wanted in (V0, V1, V0):
        files.undo(moved)
        assert moved.read_bytes() == wanted


def test_two_books_that_swap_their_names_keep_their_own_versions(book: Path) -> None:
    other = copied(book, "other.xlsx")
    save(other, V2)
    book.rename(book.with_name("x"))
    other.rename(book)
    book.with_name("x").rename(other)
    files.undo(other)
    files.undo(book)
    assert (other.read_bytes(), book.read_bytes()) == (V0, V1)


def test_a_book_on_a_disk_that_is_away_gets_its_version_back_although_a_copy_took_it(book: Path) -> None:
    copy = copied(book)
    away = book.rename(book.parent.parent / "away")
    files.undo(copy)
    for n in range(2 * files.KEPT):
        save(copy, b"%d" % n)
    away.rename(book)
    files.undo(book)
    assert book.read_bytes() == V0


def test_a_link_is_the_book_itself(book: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.xlsx"
    link.symlink_to(book)
    files.undo(link)
    assert book.read_bytes() == V0 and link.is_symlink()
    save(link, V2)
    files.undo(book)
    assert book.read_bytes() == V0


def test_a_second_name_of_the_file_is_a_copy(book: Path) -> None:
    second = book.with_name("second.xlsx")
    second.hardlink_to(book)
    refused(second)
    book.unlink()
    files.undo(second)
    assert second.read_bytes() == V0


def test_names_that_differ_in_case_are_two_books_where_the_disk_tells_them_apart(book: Path) -> None:
    upper = copied(book, "ORDERS.xlsx")
    if os.path.samefile(upper, book):
        return
    refused(upper)
    upper.unlink()
    upper.hardlink_to(book)
    refused(upper)


def test_names_that_differ_in_case_are_one_book_where_the_disk_takes_them_for_one(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a disk of macOS: every spelling opens the same file, and the folder lists one."""
    real = os.stat
    monkeypatch.setattr(
        os,
        "stat",
        lambda path, **options: real(
            str(path).replace("ORDERS", "orders") if isinstance(path, str | Path) else path, **options
        ),
    )
    record = backups.latest(book, files.load(book).sha256)
    assert backups.is_at(record, book.with_name("ORDERS.xlsx"))
    assert not backups.is_at(record, book.with_name("ORDERS 2.xlsx"))


def test_names_with_stray_bytes_are_told_apart(book: Path) -> None:
    first, second = (copied(book, os.fsdecode(name)) for name in (b"caf\xe9.xlsx", rb"caf\xe9.xlsx"))
    save(first, V2)
    refused(second)
    files.undo(first)
    assert first.read_bytes() == V1


# Stores of earlier versions: notes without the file's number


def as_earlier(book: Path, shown: str | None = None) -> None:
    """The notes as an earlier version wrote them."""
    for note in (files.state_folder() / "backups").rglob("*.json"):
        entry = json.loads(note.read_bytes())
        note.write_text(
            json.dumps({"book": shown or entry["book"], "before": entry["before"], "after": entry["after"]})
        )


@pytest.mark.parametrize("move", [name for name in MOVES if "takes its old name" not in name])
def test_an_older_store_is_understood(book: Path, move: str) -> None:
    as_earlier(book)
    copy = copied(book, "a copy.xlsx")
    refused(copy)
    copy.unlink()
    moved = MOVES[move](book)
    files.undo(moved)
    assert moved.read_bytes() == V0


def test_an_older_store_with_stray_bytes_in_a_name_is_understood(book: Path) -> None:
    stray = book.rename(book.with_name(os.fsdecode(b"caf\xe9.xlsx")))
    as_earlier(stray, os.fsencode(stray).decode("utf-8", "backslashreplace"))
    files.undo(stray)
    assert stray.read_bytes() == V0


def test_in_an_older_store_that_copies_shared_nothing_is_lost(book: Path) -> None:
    copy = copied(book)
    for n in range(3):
        save(copy, b"copy %d" % n)
    as_earlier(book)
    for n in range(2 * files.KEPT):
        save(copy, b"later %d" % n)
    files.undo(book)
    assert book.read_bytes() == V0


def test_versions_of_files_that_are_gone_do_not_pile_up(book: Path) -> None:
    for n in range(3 * backups.KEPT_FOR_THE_GONE):
        copy = copied(book, f"copy {n}.xlsx")
        save(copy, b"%d" % n)
        copy.unlink()
    kept = list((files.state_folder() / "backups" / "7f3a").glob("*.bak"))
    assert len(kept) <= backups.KEPT_FOR_THE_GONE + 2
    files.undo(book)
    assert book.read_bytes() == V0


def test_a_file_of_another_run_that_has_no_note_yet_is_left_alone(book: Path) -> None:
    young = files.state_folder() / "backups" / "7f3a" / "000050.bak"
    young.write_bytes(b"being written")
    for n in range(files.KEPT - 1):
        save(book, b"%d" % n)
    assert young.exists()
    for n in range(files.KEPT):
        save(book, b"later %d" % n)
    assert not young.exists()


# Any way of writing, copying, moving, deleting and undoing


@dataclass
class File:
    content: bytes
    back: bytes | None = None
    """What undo has to bring back; None: nothing of its own."""
    at: str = ""
    number: int = 0


@dataclass
class Desk:
    """What stands there, and every write there has been: (path, before, after)."""

    folder: Path
    files: dict[str, File] = field(default_factory=dict)
    writes: list[tuple[str, bytes, bytes]] = field(default_factory=list)
    contents: count[int] = field(default_factory=count)

    def new(self) -> bytes:
        return b"content %d" % next(self.contents)

    def note(self, name: str, file: File, before: bytes, after: bytes) -> None:
        self.writes.append((name, before, after))
        file.content, file.back, file.at, file.number = after, before, name, len(self.writes)

    def write(self, name: str, _: str) -> None:
        path = self.folder / name
        if name not in self.files:
            self.edit(name, _)
            return
        file, data = self.files[name], self.new()
        save(path, data)
        self.note(name, file, file.content, data)

    def edit(self, name: str, _: str) -> None:
        data = self.new()
        (self.folder / name).write_bytes(data)
        self.files[name] = File(data)

    def copy(self, name: str, other: str) -> None:
        if name in self.files and name != other:
            shutil.copyfile(self.folder / name, self.folder / other)
            self.files[other] = File(self.files[name].content)

    def move(self, name: str, other: str) -> None:
        if name in self.files and name != other:
            (self.folder / name).replace(self.folder / other)
            self.files[other] = self.files.pop(name)

    def delete(self, name: str, _: str) -> None:
        if self.files.pop(name, None):
            (self.folder / name).unlink()

    def undo(self, name: str, _: str) -> None:
        if name not in self.files:
            return
        file, path = self.files[name], self.folder / name
        try:
            files.undo(path)
        except KakosheetError as error:
            assert error.code in ("K702", "K704")
            assert path.read_bytes() == file.content
            assert file.back is None or self.pushed_out(name, file)
            return
        found = path.read_bytes()
        if file.back is not None and not self.pushed_out(name, file):
            assert found == file.back
        allowed = {
            before
            for at, before, after in self.writes
            if after == file.content and (at == name or at not in self.files or file.back is not None)
        }
        assert found in allowed, "a copy took what is another's"
        self.note(name, file, file.content, found)

    def pushed_out(self, name: str, file: File) -> bool:
        """Whether other books at the path where this one was written have used up that path's versions since."""
        return file.at != name and sum(at == file.at for at, _, _ in self.writes[file.number :]) >= files.KEPT


NAMES = st.sampled_from(["a.xlsx", "b.xlsx", "c.xlsx"])
STEPS = st.lists(
    st.tuples(st.sampled_from(["write", "write", "undo", "undo", "copy", "move", "edit", "delete"]), NAMES, NAMES),
    max_size=25,
)


@given(STEPS)
def test_whatever_is_done_undo_brings_back_a_files_own_version(steps: list[tuple[str, str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", folder + "/state")
        desk = Desk(Path(folder))
        for what, name, other in steps:
            getattr(desk, what)(name, other)
        assert all((desk.folder / name).read_bytes() == file.content for name, file in desk.files.items())
        for name in list(desk.files):
            desk.undo(name, name)
