"""Full disks, folders that may not be written, many writers at once, and a book that is open in a real LibreOffice."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kakosheet import files
from kakosheet.core.issues import KakosheetError
from kakosheet.files.owners import Held

DRIVER = Path(__file__).with_name("one_write.py")
OLD, NEW = b"old" * 9000, b"new" * 9000
NOBODY = 65534
WRITERS = 20


def fine(data: bytes) -> None:
    """The self-check of a caller who has nothing to say."""


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    path = tmp_path / "books" / "orders.xlsx"
    path.parent.mkdir()
    path.write_bytes(OLD)
    return path


def in_child(act: Callable[[], None], *, user: int | None = None) -> int:
    """Run in a forked process, as another user if asked; its exit code is the error's, 0 without one, 99 for anything else."""
    child = os.fork()
    if child == 0:
        code = 99
        try:
            if user is not None and os.getuid() == 0:
                os.setgroups([])
                os.setresgid(user, user, user)
                os.setresuid(user, user, user)
            act()
            code = 0
        except KakosheetError as error:
            code = error.exit_code
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


# Disk and rights


@pytest.mark.parametrize("action", ["save", "create"])
def test_a_file_larger_than_the_limit_is_one_line_and_the_old_book_stays(book: Path, action: str) -> None:
    if action == "create":
        book.unlink()

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    command = [sys.executable, "-I", "-S", "-B", str(DRIVER), action, str(book)]
    done = subprocess.run(command, preexec_fn=limit, capture_output=True, text=True)
    assert done.returncode == 5
    assert done.stderr.startswith("error K703: ") and done.stderr.count("\n") == 1
    assert "larger than is allowed" in done.stderr
    assert [(p.name, p.read_bytes()) for p in book.parent.iterdir()] == (
        [("orders.xlsx", OLD)] if action == "save" else []
    )


@pytest.fixture
def open_to_nobody(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that an unprivileged user reaches and owns; root is not stopped by modes, so that user has to try."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    (folder / "state").mkdir()
    (folder / "books").mkdir()
    (folder / "books" / "orders.xlsx").write_bytes(OLD)
    if os.getuid() == 0:
        for path in (folder / "state", folder / "books", folder / "books" / "orders.xlsx"):
            os.chown(path, NOBODY, NOBODY)
    monkeypatch.setenv("XDG_STATE_HOME", str(folder / "state"))
    yield folder
    (folder / "books").chmod(0o755)
    (folder / "state").chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.parametrize(("what", "mode"), [("books", 0o555), ("books/orders.xlsx", 0o444), ("state", 0o555)])
def test_what_may_not_be_written_is_refused_and_stays(open_to_nobody: Path, what: str, mode: int) -> None:
    book = open_to_nobody / "books" / "orders.xlsx"
    (open_to_nobody / what).chmod(mode)
    assert in_child(lambda: drop(files.save(files.load(book), NEW, book_id="i", check=fine)), user=NOBODY) == 5
    assert [(p.name, p.read_bytes()) for p in book.parent.iterdir()] == [("orders.xlsx", OLD)]


def test_a_book_in_a_folder_that_may_not_be_written_can_still_be_found_unchanged(open_to_nobody: Path) -> None:
    book = open_to_nobody / "books" / "orders.xlsx"
    for folder in (book.parent, open_to_nobody / "state"):
        folder.chmod(0o555)
    assert in_child(lambda: drop(files.save(files.load(book), OLD, book_id="i", check=fine)), user=NOBODY) == 0


def test_a_book_that_may_not_be_read_is_refused(open_to_nobody: Path) -> None:
    book = open_to_nobody / "books" / "orders.xlsx"
    book.chmod(0)
    assert in_child(lambda: drop(files.load(book)), user=NOBODY) == 3


def test_a_book_of_another_user_is_told_to_change_hands(open_to_nobody: Path) -> None:
    if os.getuid() != 0:
        return
    book = open_to_nobody / "books" / "orders.xlsx"
    os.chown(book, 0, 0)
    book.chmod(0o666)

    def act() -> None:
        saved = files.save(files.load(book), NEW, book_id="i", check=fine)
        assert "belongs to you" in " ".join(saved.notes)

    assert in_child(act, user=NOBODY) == 0
    assert (book.read_bytes(), book.stat().st_mode & 0o777) == (NEW, 0o666)


def drop(result: object) -> None:
    """Callers in a child need no result."""


# Others at work


def test_a_book_that_excel_saves_meanwhile_keeps_what_excel_wrote(book: Path) -> None:
    def excel_saves(data: bytes) -> None:
        temporary = book.with_name("1A2B3C00")
        temporary.write_bytes(b"typed in Excel")
        book.unlink()
        temporary.rename(book)

    with pytest.raises(KakosheetError) as caught:
        files.save(files.load(book), NEW, book_id="i", check=excel_saves)
    assert (caught.value.code, caught.value.exit_code) == ("K702", 4)
    assert [(p.name, p.read_bytes()) for p in book.parent.iterdir()] == [("orders.xlsx", b"typed in Excel")]


def test_the_same_size_and_time_do_not_hide_a_change(book: Path) -> None:
    info = book.stat()

    def sly(data: bytes) -> None:
        with book.open("r+b") as file:
            file.write(b"OLD")
        os.utime(book, ns=(info.st_atime_ns, info.st_mtime_ns))

    with pytest.raises(KakosheetError) as caught:
        files.save(files.load(book), NEW, book_id="i", check=sly)
    assert caught.value.code == "K702"


def test_twenty_writers_who_lock_first_all_get_their_line_in(book: Path) -> None:
    book.write_bytes(b"")

    def write(number: int) -> None:
        with files.lock(book):
            snapshot = files.load(book)
            files.save(snapshot, snapshot.data + b"%d\n" % number, book_id="i", check=fine)

    codes = at_once(write)
    assert codes == [0] * WRITERS
    assert sorted(map(int, book.read_bytes().split())) == list(range(WRITERS))


def test_of_twenty_writers_who_read_first_nobody_overwrites_another(book: Path) -> None:
    book.write_bytes(b"")

    def write(number: int) -> None:
        snapshot = files.load(book)
        time.sleep(0.05)
        files.save(snapshot, snapshot.data + b"%d\n" % number, book_id="i", check=fine)

    codes = at_once(write)
    assert set(codes) == {0, 4}
    winners = [number for number, code in enumerate(codes) if code == 0]
    assert sorted(map(int, book.read_bytes().split())) == winners
    assert [p.name for p in book.parent.iterdir()] == ["orders.xlsx"]


def at_once(write: Callable[[int], None]) -> list[int]:
    """Exit codes of as many processes as there are writers, started together."""
    children = []
    for number in range(WRITERS):
        child = os.fork()
        if child == 0:
            os._exit(in_child(lambda number=number: write(number)))
        children.append(child)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


# A real LibreOffice

OPEN_AND_HOLD = """
import sys, time, uno
local = uno.getComponentContext()
resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
until = time.monotonic() + 60
while True:
    try:
        context = resolver.resolve("uno:pipe,name=" + sys.argv[1] + ";urp;StarOffice.ComponentContext")
        break
    except Exception:
        if time.monotonic() > until:
            raise
        time.sleep(0.2)
desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
hidden = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
hidden.Name, hidden.Value = "Hidden", True
document = desktop.loadComponentFromURL(sys.argv[2], "_blank", 0, (hidden,))
print("open", flush=True)
sys.stdin.readline()
document.close(True)
print("closed", flush=True)
sys.stdin.readline()
"""
UNO_PYTHON = "/usr/bin/python3"


def no_office() -> str:
    if not shutil.which("soffice"):
        return "LibreOffice is not installed"
    if (
        not Path(UNO_PYTHON).exists()
        or subprocess.run([UNO_PYTHON, "-c", "import uno"], capture_output=True).returncode
    ):
        return "python3-uno is not installed"
    return ""


@pytest.mark.skipif(bool(no_office()), reason=no_office())
def test_a_book_open_in_a_real_libreoffice_is_refused_until_it_is_closed_or_the_program_died(
    book: Path, tmp_path: Path
) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(book) as workbook:
        workbook.add_worksheet().write(0, 0, 1)
    name = f"kakosheet{os.getpid()}"
    profile = tmp_path / "profile"
    soffice = [
        "soffice",
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless",
        "--norestore",
        f"--accept=pipe,name={name};urp;",
    ]
    office = subprocess.Popen(
        soffice,
        env={**os.environ, "SAL_USE_VCLPLUGIN": "svp"},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    person = subprocess.Popen(
        [UNO_PYTHON, "-c", OPEN_AND_HOLD, name, book.as_uri()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
    )
    assert person.stdin and person.stdout
    try:
        assert person.stdout.readline() == "open\n"
        found = files.holder(book)
        assert found and (found.program, found.held) == ("LibreOffice", Held.LIVE)
        for force in (False, True):
            with pytest.raises(KakosheetError, match="open in LibreOffice"):
                files.save(files.load(book), NEW, book_id="i", check=fine, force=force)
        left = found.file.read_bytes()
        person.stdin.write("\n")
        person.stdin.flush()
        assert person.stdout.readline() == "closed\n"
        assert files.holder(book) is None
    finally:
        os.killpg(office.pid, 9)
        office.wait()
        person.kill()
        person.communicate()
    found.file.write_bytes(left)
    crashed = files.holder(book)
    assert crashed and crashed.held is Held.STALE
    assert files.save(files.load(book), NEW, book_id="i", check=fine, force=True).written
