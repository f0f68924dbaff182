"""A book is read whole, written whole or not at all, put back by undo, and left alone while another program has it open."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kakosheet import files
from kakosheet.core.issues import KakosheetError
from kakosheet.files import backups, state, syncing

OLD, NEW = b"old" * 1000, b"new" * 2000


def fine(data: bytes) -> None:
    """The self-check of a caller who has nothing to say."""


@pytest.fixture(autouse=True)
def _state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def book(tmp_path: Path) -> Path:
    folder = tmp_path / "books"
    folder.mkdir()
    path = folder / "orders.xlsx"
    path.write_bytes(OLD)
    return path


def save(book: Path, data: bytes = NEW, *, book_id: str = "7f3a", force: bool = False) -> files.Saved:
    return files.save(files.load(book), data, book_id=book_id, check=fine, force=force)


def refused(code: str, exit_code: int) -> object:
    class Refused:
        def __enter__(self) -> None:
            self.raises = pytest.raises(KakosheetError)
            self.caught = self.raises.__enter__()

        def __exit__(self, *what: object) -> bool:
            done = self.raises.__exit__(*what)  # type: ignore[arg-type]
            error = self.caught.value
            assert (error.code, error.exit_code) == (code, exit_code), str(error)
            assert "\n" not in str(error)
            return bool(done)

    return Refused()


# Reading


def test_a_book_is_read_with_its_hash_and_its_real_place(book: Path) -> None:
    link = book.with_name("link.xlsx")
    link.symlink_to(book.name)
    snapshot = files.load(link)
    assert (snapshot.path, snapshot.target, snapshot.data) == (link, book.resolve(), OLD)
    assert len(snapshot.sha256) == 64


@pytest.mark.parametrize("name", ["nothing.xlsx", ".", "orders.xlsx/inside", "x" * 300, "a\0b", "/dev/null"])
def test_what_is_no_readable_file_is_named_in_one_line(book: Path, name: str) -> None:
    with refused("K109", 3):
        files.load(book.parent / name if name.startswith(("nothing", ".", "orders", "x")) else name)


def test_a_named_pipe_does_not_make_us_wait(book: Path) -> None:
    pipe = book.with_name("pipe.xlsx")
    os.mkfifo(pipe)
    with refused("K109", 3):
        files.load(pipe)


def test_the_moment_in_which_excel_renames_is_waited_out(book: Path) -> None:
    book.with_name("~$orders.xlsx").write_bytes(b"\x03Mei")
    book.unlink()
    timer = threading.Timer(0.2, book.write_bytes, [OLD])
    timer.start()
    assert files.load(book).data == OLD
    timer.join()


# Writing


def test_a_save_replaces_all_bytes_and_leaves_nothing_behind(book: Path) -> None:
    assert save(book) == files.Saved(True)
    assert book.read_bytes() == NEW
    assert [p.name for p in book.parent.iterdir()] == ["orders.xlsx"]


def test_equal_bytes_are_not_written(book: Path, tmp_path: Path) -> None:
    before = book.stat()
    assert save(book, OLD) == files.Saved(False)
    after = book.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert not (tmp_path / "state").exists()


def test_a_link_stays_a_link_and_the_mode_is_kept(book: Path) -> None:
    book.chmod(0o640)
    link = book.with_name("link.xlsx")
    link.symlink_to(book.name)
    save(link)
    assert link.is_symlink()
    assert book.read_bytes() == NEW
    assert stat.S_IMODE(book.stat().st_mode) == 0o640


def test_extended_attributes_are_kept(book: Path) -> None:
    if sys.platform != "linux":
        return
    try:
        os.setxattr(book, "user.tag", b"mine")
    except OSError as error:
        if error.errno == errno.ENOTSUP:
            return
        raise
    save(book)
    assert os.getxattr(book, "user.tag") == b"mine"


def test_a_second_name_of_the_same_file_is_told_and_keeps_the_old_content(book: Path) -> None:
    other = book.with_name("other.xlsx")
    other.hardlink_to(book)
    assert "hard link" in " ".join(save(book).notes)
    assert (book.read_bytes(), other.read_bytes()) == (NEW, OLD)


def test_a_book_changed_meanwhile_is_left_alone(book: Path) -> None:
    snapshot = files.load(book)
    book.write_bytes(b"typed by the user")
    with refused("K702", 4):
        files.save(snapshot, NEW, book_id="7f3a", check=fine)
    assert book.read_bytes() == b"typed by the user"
    assert not list((files.state_folder() / "backups" / "7f3a").iterdir())


@pytest.mark.parametrize("fate", ["gone", "folder"])
def test_a_book_that_vanished_meanwhile_is_not_made_anew(book: Path, fate: str) -> None:
    snapshot = files.load(book)
    book.unlink()
    if fate == "folder":
        book.mkdir()
    with pytest.raises(KakosheetError):
        files.save(snapshot, NEW, book_id="7f3a", check=fine)
    assert not book.is_file()


def test_touching_a_book_without_changing_it_is_no_change(book: Path) -> None:
    snapshot = files.load(book)
    os.utime(book, (1, 1))
    assert files.save(snapshot, NEW, book_id="7f3a", check=fine).written


def test_bytes_that_fail_their_check_are_never_written(book: Path) -> None:
    def broken(data: bytes) -> None:
        raise KakosheetError("K104", "the new book does not open")

    with refused("K104", 3):
        files.save(files.load(book), NEW, book_id="7f3a", check=broken)
    assert book.read_bytes() == OLD
    assert [p.name for p in book.parent.iterdir()] == ["orders.xlsx"]


def test_leftovers_of_killed_runs_are_cleared_but_nothing_else(book: Path) -> None:
    own = f".~kakosheet-{state.lock_key(book.resolve())}-00000000.tmp"
    foreign = f".~kakosheet-{'0' * 16}-00000000.tmp"
    for name in (own, foreign, ".~kakosheet-mine.tmp", "~$other.xlsx"):
        book.with_name(name).write_bytes(b"half")
    save(book, OLD)
    assert sorted(p.name for p in book.parent.iterdir()) == sorted(
        [foreign, ".~kakosheet-mine.tmp", "~$other.xlsx", "orders.xlsx"]
    )


def test_leftovers_of_another_book_are_cleared_only_when_its_lock_is_free(book: Path) -> None:
    other = book.with_name("other.xlsx")
    key = state.lock_key(other.resolve())
    left = book.with_name(f".~kakosheet-{key}-00000000.tmp")
    left.write_bytes(b"half")
    with files.lock(other):
        save(book, b"1")
        assert left.exists()
    save(book, b"2")
    assert not left.exists()


# A replacement that Windows refuses while a program has the book open


class _Windows:
    """os.replace as Windows behaves: refused with a sharing violation a number of times."""

    def __init__(self, times: int, only: str) -> None:
        self.times, self.only, self.real = times, only, os.replace

    def __call__(self, source: Path, target: Path) -> None:
        if self.times and Path(target).name == self.only:
            self.times -= 1
            error = PermissionError(errno.EACCES, "in use")
            error.winerror = 32  # type: ignore[attr-defined]
            raise error
        self.real(source, target)


def test_a_book_held_for_a_moment_is_replaced_when_it_is_let_go(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "replace", _Windows(2, book.name))
    assert save(book).written
    assert book.read_bytes() == NEW


def test_a_book_held_for_long_stays_and_the_new_version_is_put_aside(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "replace", _Windows(99, book.name))
    monkeypatch.setattr(files.writing, "_BACK_OFF", (0.001,))
    with refused("K701", 4):
        save(book)
    assert book.read_bytes() == OLD
    (aside,) = (p for p in book.parent.iterdir() if p != book)
    assert aside.read_bytes() == NEW
    monkeypatch.undo()


# New files


def test_a_new_file_appears_whole_with_the_usual_mode(tmp_path: Path) -> None:
    path = tmp_path / "new.xlsx"
    usual = tmp_path / "usual"
    usual.touch()
    assert files.create(path, NEW).written
    assert path.read_bytes() == NEW
    assert path.stat().st_mode == usual.stat().st_mode
    assert sorted(p.name for p in tmp_path.iterdir()) == ["new.xlsx", "state", "usual"]


def test_a_new_file_never_replaces_one_unless_told_and_then_undo_brings_it_back(book: Path) -> None:
    with refused("K705", 5):
        files.create(book, NEW)
    assert book.read_bytes() == OLD
    files.create(book, NEW, force=True)
    assert book.read_bytes() == NEW
    files.undo(book)
    assert book.read_bytes() == OLD


def test_a_new_file_is_made_where_hard_links_are_not_to_be_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(source: Path, target: Path) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", no_links)
    files.create(tmp_path / "new.xlsx", NEW)
    assert (tmp_path / "new.xlsx").read_bytes() == NEW
    with refused("K705", 5):
        files.create(tmp_path / "new.xlsx", OLD)


def test_a_new_file_in_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with refused("K703", 5):
        files.create(tmp_path / "nowhere" / "new.xlsx", NEW)


def test_a_new_file_through_a_dangling_link_is_made_at_its_end(tmp_path: Path) -> None:
    (tmp_path / "link.xlsx").symlink_to("end.xlsx")
    files.create(tmp_path / "link.xlsx", NEW)
    assert (tmp_path / "link.xlsx").is_symlink()
    assert (tmp_path / "end.xlsx").read_bytes() == NEW


# Undo


def test_undo_swaps_with_the_last_backup_and_undo_twice_is_redo(book: Path) -> None:
    save(book)
    files.undo(book)
    assert book.read_bytes() == OLD
    files.undo(book)
    assert book.read_bytes() == NEW
    files.undo(book)
    assert book.read_bytes() == OLD


def test_undo_refuses_when_the_book_changed_since_and_names_the_backup(book: Path) -> None:
    save(book)
    book.write_bytes(b"typed by the user")
    with pytest.raises(KakosheetError) as caught:
        files.undo(book)
    assert (caught.value.code, caught.value.exit_code) == ("K702", 4)
    assert Path(caught.value.hint.split(" in ", 1)[1]).read_bytes() == OLD
    assert book.read_bytes() == b"typed by the user"


def test_undo_without_a_backup_says_so(book: Path) -> None:
    with refused("K704", 5):
        files.undo(book)


def test_undo_finds_its_backup_after_the_book_was_renamed(book: Path) -> None:
    save(book)
    moved = book.rename(book.with_name("moved.xlsx"))
    files.undo(moved)
    assert moved.read_bytes() == OLD


def test_undo_of_a_copy_never_takes_the_bytes_of_the_original(book: Path) -> None:
    save(book, b"1")
    copy = book.with_name("copy.xlsx")
    copy.write_bytes(b"1")
    save(copy, b"copy")
    save(book, b"2")
    files.undo(copy)
    assert copy.read_bytes() == b"1"
    files.undo(book)
    assert book.read_bytes() == b"1"


def test_a_damaged_backup_is_not_put_back(book: Path) -> None:
    save(book)
    (kept,) = (files.state_folder() / "backups" / "7f3a").glob("*.bak")
    kept.write_bytes(b"rotten")
    with refused("K704", 5):
        files.undo(book)
    assert book.read_bytes() == NEW


def test_the_last_five_versions_are_kept(book: Path) -> None:
    for number in range(9):
        save(book, b"%d" % number)
    folder = files.state_folder() / "backups" / "7f3a"
    assert [p.read_bytes() for p in sorted(folder.glob("*.bak"))] == [b"3", b"4", b"5", b"6", b"7"]
    assert len(list(folder.iterdir())) == 2 * files.KEPT


def test_undoing_back_and_forth_uses_up_no_backups(book: Path) -> None:
    for number in range(9):
        save(book, b"%d" % number)
    for _ in range(9):
        files.undo(book)
    assert len(list((files.state_folder() / "backups" / "7f3a").glob("*.bak"))) == files.KEPT


@pytest.mark.parametrize("book_id", ["../../escape", "a/b", "", "x" * 300, "a\0b", "..", "\ud800", "CON:"])
def test_an_id_from_the_file_is_never_a_path(book: Path, book_id: str) -> None:
    save(book, book_id=book_id)
    kept = list((files.state_folder() / "backups").rglob("*.bak"))
    assert [p.parent.parent for p in kept] == [files.state_folder() / "backups"]
    files.undo(book)
    assert book.read_bytes() == OLD


def test_backups_are_for_the_users_eyes_only(book: Path) -> None:
    save(book)
    folder = files.state_folder() / "backups" / "7f3a"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(p.stat().st_mode) for p in folder.iterdir()} == {0o600}


def test_notes_that_are_no_records_are_passed_over(book: Path) -> None:
    save(book)
    folder = files.state_folder() / "backups" / "7f3a"
    (folder / "000000.json").write_text("[]")
    (folder / "000009.json").write_bytes(b"\xff{")
    files.undo(book)
    assert book.read_bytes() == OLD


# Who holds the book


def excel_owner(book: Path, name: str) -> Path:
    """The 165 bytes that Excel writes."""
    eight = name.encode("cp1252", "replace")
    data = bytes([len(eight)]) + eight.ljust(54, b" ") + len(name).to_bytes(2, "little") + name.encode("utf-16-le")
    file = book.with_name(f"~${book.name}")
    file.write_bytes((data + b" \0" * 60)[:165])
    return file


def office_lock(book: Path, profile: str, *, user: str = "Mei \\, Lin", host: str | None = None) -> Path:
    file = book.with_name(f".~lock.{book.name}#")
    file.write_text(f"{user},mei,{state.machine() if host is None else host},21.11.2026 21:24,{profile};", "utf-8")
    return file


@pytest.fixture
def running_office(tmp_path: Path) -> Iterator[str]:
    """The profile of a process that looks like a running LibreOffice."""
    profile = tmp_path / "profile"
    profile.mkdir()
    arguments = [
        "soffice.bin",
        "-c",
        "import time; print(1, flush=True); time.sleep(60)",
        f"-env:UserInstallation={profile.as_uri()}",
    ]
    process = subprocess.Popen(arguments, executable=sys.executable, stdout=subprocess.PIPE)
    assert process.stdout and process.stdout.readline()
    yield profile.as_uri()
    process.kill()
    process.communicate()


def test_a_book_that_nobody_holds_has_no_owner(book: Path) -> None:
    assert files.owner(book) is None


@pytest.mark.parametrize("name", ["Mei", "林美", "Zoë O'Neil", "x" * 52])
def test_excels_owner_is_named_and_only_force_passes_it(book: Path, name: str) -> None:
    excel_owner(book, name)
    assert files.owner(book) == f"open in Excel by {name}"
    with refused("K701", 4):
        save(book)
    assert book.read_bytes() == OLD
    assert save(book, force=True).written


@pytest.mark.parametrize("data", [b"", b"\x00", b"\xff" * 165, b"\x05Me", b"\x03Mei\n\x1b[31m"])
def test_a_strange_owner_file_still_counts_and_prints_on_one_line(book: Path, data: bytes) -> None:
    book.with_name(f"~${book.name}").write_bytes(data)
    sentence = files.owner(book)
    assert sentence and sentence.startswith("open in Excel") and sentence.isprintable()


def test_a_book_open_in_libreoffice_is_left_alone_even_with_force(book: Path, running_office: str) -> None:
    office_lock(book, running_office)
    assert files.owner(book) == f"open in LibreOffice by Mei , Lin on {state.machine()} since 21.11.2026 21:24"
    for force in (False, True):
        with refused("K701", 4):
            save(book, force=force)
    assert book.read_bytes() == OLD


def test_a_lock_that_libreoffice_left_behind_is_passed_by_force(book: Path, tmp_path: Path) -> None:
    office_lock(book, (tmp_path / "gone").as_uri())
    assert "left behind" in (files.owner(book) or "")
    with refused("K701", 4):
        save(book)
    assert save(book, force=True).written


def test_a_lock_of_another_profile_is_left_behind_while_libreoffice_runs(
    book: Path, tmp_path: Path, running_office: str
) -> None:
    (tmp_path / "other").mkdir()
    office_lock(book, (tmp_path / "other").as_uri())
    found = files.holder(book)
    assert found and found.held.value == "stale"


def test_a_lock_from_another_computer_proves_nothing(book: Path) -> None:
    office_lock(book, "file:///home/mei/profile", host="elsewhere")
    found = files.holder(book)
    assert found and found.held.value == "unknown"
    assert save(book, force=True).written


def test_the_owner_is_found_through_a_link(book: Path, tmp_path: Path) -> None:
    excel_owner(book, "Mei")
    (tmp_path / "link.xlsx").symlink_to(book)
    assert files.owner(tmp_path / "link.xlsx") == "open in Excel by Mei"


def test_an_unchanged_book_is_no_reason_to_complain_about_its_owner(book: Path) -> None:
    excel_owner(book, "Mei")
    assert save(book, OLD) == files.Saved(False)


def test_waiting_ends_when_the_program_lets_go(book: Path) -> None:
    file = excel_owner(book, "Mei")
    timer = threading.Timer(0.1, file.unlink)
    timer.start()
    assert files.wait_until_free(book, 20, poll=0.01) is None
    timer.join()


def test_waiting_ends_with_the_holder_when_it_stays(book: Path) -> None:
    excel_owner(book, "Mei")
    found = files.wait_until_free(book, 0.05, poll=0.01)
    assert found and found.who == "Mei"


# One at a time


def test_the_lock_keeps_others_out_and_lets_its_own_thread_in_again(book: Path) -> None:
    caught: list[str] = []

    def other() -> None:
        try:
            with files.lock(book, wait_seconds=0):
                caught.append("in")
        except KakosheetError as error:
            caught.append(f"{error.code} {error.exit_code}")

    with files.lock(book), files.lock(book):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert caught == ["K701 4"]
    other()
    assert caught[1:] == ["in"]


def test_the_state_folder_follows_the_platform(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert files.state_folder() == tmp_path / "state" / "kakosheet"
    monkeypatch.setenv("XDG_STATE_HOME", "relative/is/ignored")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert files.state_folder().is_relative_to(tmp_path)


def test_backup_folders_differ_for_ids_that_differ() -> None:
    here = Path("/books/orders.xlsx")
    names = {backups.folder_name(book_id, here) for book_id in ("a", "A/", "A\\", "", "a b", "at-0")}
    assert len(names) == 6


# Copies that sync programs set aside

COPIES = [
    "orders (Mei's conflicted copy 2026-11-21).xlsx",
    "orders (conflicted copy 2026-11-21 212400).xlsx",
    "orders (Mei 的冲突副本 2026-11-21).xlsx",
    "orders.sync-conflict-20261121-212400-ABCDEFG.xlsx",
    "orders-DESKTOP-7QK2M1A.xlsx",
    "orders-LAPTOP-ABC123-2.xlsx",
    "orders_conflict-20261121-212400.xlsx",
]


@pytest.mark.parametrize("name", COPIES)
def test_conflict_copies_are_named(book: Path, name: str) -> None:
    book.with_name(name).touch()
    assert [p.name for p in files.conflict_copies(book)] == [name]


@pytest.mark.parametrize(
    "name",
    [
        "orders-review.xlsx",
        "orders 2026Q3.xlsx",
        "orders (1).xlsx",
        "my orders (conflicted copy 2026-11-21).xlsx",
        "orders-DESKTOP-7QK2M1A.ods",
        "orders.xlsx.bak",
    ],
)
def test_other_siblings_are_no_conflict_copies(book: Path, name: str) -> None:
    book.with_name(name).touch()
    assert files.conflict_copies(book) == []


def test_the_own_computers_name_marks_a_conflict_copy(book: Path) -> None:
    name = f"orders-{state.machine().split('.')[0]}.xlsx"
    book.with_name(name).touch()
    assert [p.name for p in files.conflict_copies(book)] == [name]


def test_conflict_copies_are_found_beside_the_target_of_a_link(book: Path, tmp_path: Path) -> None:
    book.with_name(COPIES[0]).touch()
    (tmp_path / "link.xlsx").symlink_to(book)
    assert [p.name for p in files.conflict_copies(tmp_path / "link.xlsx")] == [COPIES[0]]


@pytest.mark.parametrize(
    "folder",
    ["Dropbox", "Dropbox (Mei's team)", "OneDrive", "OneDrive - Lamps Ltd", "Nextcloud", "GoogleDrive-mei@example.com"],
)
def test_folders_of_sync_programs_are_known(tmp_path: Path, folder: str) -> None:
    assert files.is_synced(tmp_path / folder / "trade" / "orders.xlsx")
    assert not files.is_synced(tmp_path / f"not {folder}" / "orders.xlsx")


def test_a_folder_of_syncthing_is_known_by_its_mark(tmp_path: Path) -> None:
    (tmp_path / ".stfolder").mkdir()
    assert files.is_synced(tmp_path / "trade" / "orders.xlsx")


def test_in_a_synced_folder_a_change_that_comes_down_during_the_refresh_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(syncing, "STILL_SECONDS", 0.3)
    book = tmp_path / "Dropbox" / "orders.xlsx"
    book.parent.mkdir()
    book.write_bytes(OLD)
    timer = threading.Timer(0.1, book.write_bytes, [b"from the other computer"])
    timer.start()
    with refused("K702", 4):
        save(book)
    timer.join()
    assert book.read_bytes() == b"from the other computer"


def test_a_clock_that_is_wrong_does_not_hold_up_a_synced_book(tmp_path: Path) -> None:
    book = tmp_path / "Dropbox" / "orders.xlsx"
    book.parent.mkdir()
    book.write_bytes(OLD)
    os.utime(book, (4e9, 4e9))
    assert save(book).written
