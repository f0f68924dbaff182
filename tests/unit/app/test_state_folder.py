"""What is kept of a book is for its user's eyes only, whatever the umask is and however open the folder was left."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kakosheet import files
from kakosheet.core.issues import KakosheetError
from kakosheet.files import state

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="modes and owners are those of POSIX")
ROOT = Path(__file__).parents[3]
NOBODY, SOMEBODY = 65534, 65533
OLD, NEW = b"old" * 100, b"new" * 100


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that every user reaches."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    monkeypatch.setenv("XDG_STATE_HOME", str(folder / "deep" / "state"))
    (folder / "orders.xlsx").write_bytes(OLD)
    yield folder
    shutil.rmtree(folder)


def save(desk: Path, data: bytes = NEW) -> None:
    files.save(files.load(desk / "orders.xlsx"), data, book_id="i", check=lambda _: None)


def as_user(user: int, act: Callable[[], object]) -> str:
    """Run in a forked process as that user, under a umask that takes nothing away; the code of what was raised, "" without."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        said = "crashed"
        try:
            if os.getuid() == 0:
                os.setgroups([])
                os.setresgid(user, user, user)
                os.setresuid(user, user, user)
            os.umask(0)
            act()
            said = ""
        except KakosheetError as error:
            said = f"{error.code}: {error.message}"
        except BaseException as error:
            said = repr(error)
        finally:
            os.write(writing, said.encode())
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with open(reading) as pipe:
        return pipe.read()


def modes(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): stat.S_IMODE(path.lstat().st_mode) for path in [folder, *folder.rglob("*")]}


def assert_private(folder: Path) -> None:
    for name, mode in modes(folder).items():
        assert mode == (0o700 if (folder / name).is_dir() else 0o600), f"{name}: {mode:o}"


def test_under_a_umask_that_takes_nothing_away_everything_kept_is_private(desk: Path) -> None:
    before = os.umask(0)
    try:
        save(desk)
        files.undo(desk / "orders.xlsx")
    finally:
        os.umask(before)
    assert_private(desk / "deep")


def test_whatever_the_commands_keep_is_private(desk: Path) -> None:
    programs = desk / "bin"
    programs.mkdir()
    (programs / "crontab").write_text("#!/bin/sh\n[ $1 = -l ] && exit 0\ncat >/dev/null\n")
    (programs / "crontab").chmod(0o755)
    run = (
        f"umask 000; cd {desk}; for c in 'new book.xlsx --sample' 'refresh book.xlsx --today 2031-01-01' 'remind book.xlsx --ics dates.ics' "
        f"'schedule book.xlsx 08:00'; do {sys.executable} -m kakosheet $c || exit 1; done"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PATH": f"{programs}:/usr/bin:/bin"}
    done = subprocess.run(["sh", "-c", run], env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    kept = {path.suffix for path in files.state_folder().rglob("*") if path.is_file()}
    assert kept >= {".lock", ".bak", ".json", ".sqlite", ".log"}
    assert_private(desk / "deep")


@pytest.mark.parametrize("which", ["kakosheet", "kakosheet/backups", "kakosheet/backups/i", "kakosheet/locks"])
@pytest.mark.parametrize("mode", [0o777, 0o755, 0o770, 0o1777, 0o701])
def test_a_folder_that_was_left_open_is_shut(desk: Path, which: str, mode: int) -> None:
    save(desk)
    folder = files.state_folder().parent / which
    folder.chmod(mode)
    save(desk, OLD)
    assert_private(desk / "deep")
    files.undo(desk / "orders.xlsx")
    assert (desk / "orders.xlsx").read_bytes() == NEW


@pytest.mark.parametrize("which", ["", "kakosheet", "kakosheet/backups"])
def test_a_link_to_a_folder_of_the_users_own_is_as_good_as_the_folder(desk: Path, which: str) -> None:
    link, real = desk / "deep" / "state" / which, desk / "real"
    real.mkdir()
    link.parent.mkdir(parents=True)
    link.symlink_to(real)
    save(desk)
    files.undo(desk / "orders.xlsx")
    assert (desk / "orders.xlsx").read_bytes() == OLD
    assert any(real.rglob("*"))


def hand_over(path: Path, user: int) -> None:
    for one in [path, *path.rglob("*")]:
        os.lchown(one, user, user)


only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to other users")


@only_root
@pytest.mark.parametrize("which", ["kakosheet", "kakosheet/backups", "kakosheet/backups/i", "kakosheet/locks"])
@pytest.mark.parametrize("linked", [False, True])
def test_a_folder_that_another_user_put_there_is_not_used(desk: Path, which: str, linked: bool) -> None:
    folder = files.state_folder().parent / which
    folder.parent.mkdir(parents=True)
    hand_over(desk / "deep", NOBODY)
    os.chown(desk / "orders.xlsx", NOBODY, NOBODY)
    own = desk / "own"
    own.mkdir()
    hand_over(own, NOBODY)
    folder.symlink_to(own) if linked else folder.mkdir(mode=0o777)
    os.lchown(folder, SOMEBODY, SOMEBODY)
    os.chmod(folder, 0o777)
    said = as_user(NOBODY, lambda: save(desk))
    assert said.startswith("K703") and "another user" in said
    assert (desk / "orders.xlsx").read_bytes() == OLD
    assert not list(own.iterdir())


@only_root
def test_a_store_that_was_open_does_not_bring_back_what_another_user_put_there(desk: Path) -> None:
    os.chown(desk / "orders.xlsx", NOBODY, NOBODY)
    assert as_user(NOBODY, lambda: save(desk)) == ""
    store = files.state_folder() / "backups" / "i"
    entry = json.loads(next(store.glob("*.json")).read_bytes())
    (store / "000009.bak").write_bytes(b"evil")
    (store / "000009.json").write_text(json.dumps({**entry, "before": hashlib.sha256(b"evil").hexdigest()}))
    for file in store.glob("000009.*"):
        os.chown(file, SOMEBODY, SOMEBODY)
        file.chmod(0o644)
    assert as_user(NOBODY, lambda: files.undo(desk / "orders.xlsx")) == ""
    assert (desk / "orders.xlsx").read_bytes() == OLD


@pytest.mark.parametrize("kind", ["*.bak", "*.json"])
def test_a_backup_that_everybody_may_write_is_not_put_back(desk: Path, kind: str) -> None:
    save(desk)
    (file,) = (files.state_folder() / "backups" / "i").glob(kind)
    file.chmod(0o666)
    with pytest.raises(KakosheetError) as caught:
        files.undo(desk / "orders.xlsx")
    assert caught.value.code == "K704"
    assert (desk / "orders.xlsx").read_bytes() == NEW


def test_a_lock_that_is_a_link_makes_no_file_elsewhere(desk: Path) -> None:
    folder = state.private_folder("locks")
    (folder / f"{state.lock_key((desk / 'orders.xlsx').resolve())}.lock").symlink_to(desk / "elsewhere")
    with pytest.raises(KakosheetError) as caught:
        save(desk)
    assert caught.value.code == "K703"
    assert not (desk / "elsewhere").exists()


def test_a_file_where_the_folder_should_be_is_told(desk: Path) -> None:
    files.state_folder().parent.mkdir(parents=True)
    files.state_folder().write_text("a file")
    files.state_folder().chmod(0o644)
    with pytest.raises(KakosheetError) as caught:
        save(desk)
    assert caught.value.code == "K703"
    assert stat.S_IMODE(files.state_folder().stat().st_mode) == 0o644
