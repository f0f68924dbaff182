"""The launcher refreshes its own book and nothing else, whatever characters the name of the book has."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kakosheet.core.issues import KakosheetError
from kakosheet.files import launcher

NAMES = [
    "orders.xlsx",
    "my orders.xlsx",
    'it\'s $HOME `id` "50%" & more; rm -rf *.xlsx',
    "订单 Zoë.ods",
    "-rf.xlsx",
    "100%k %f %% \\back\\.xlsx",
    " leading and trailing .xlsx",
    "$(touch pwned).xlsx",
    "two\nlines\ttab.xlsx",
    "'.xlsx",
    "!event #hash ~tilde [a-z]?.xlsx",
]


@pytest.fixture(autouse=True)
def _state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "my 'books' $x"
    folder.mkdir()
    return folder


def program(tmp_path: Path, code: int) -> Path:
    """A folder with a program called kakosheet that writes down its arguments, each ended by a zero byte."""
    place = tmp_path / "bin"
    place.mkdir(exist_ok=True)
    file = place / "kakosheet"
    file.write_text(f'#!/bin/sh\nprintf "%s\\0" "$@" > "$TOLD"\necho what it found\nexit {code}\n', "utf-8")
    file.chmod(0o755)
    return place


def run(command: list[str], tmp_path: Path, *, path: str) -> tuple[list[str], str]:
    """The arguments that kakosheet got (empty if it did not run), and what the window shows."""
    told = tmp_path / "told"
    told.unlink(missing_ok=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    environment = {"PATH": f"{path}:/usr/bin:/bin", "TOLD": str(told), "HOME": str(elsewhere)}
    done = subprocess.run(command, cwd=elsewhere, env=environment, input="\n", capture_output=True, text=True)
    assert not list(elsewhere.iterdir())
    return (told.read_bytes().decode().split("\0")[:-1] if told.exists() else []), done.stdout + done.stderr


def written(book: Path, platform: str, python: str = "/no/python") -> Path:
    path, data = launcher.launcher(book, platform, python)
    path.write_bytes(data)
    path.chmod(0o755)
    return path


def exec_of(desktop: Path, *, place: str) -> list[str]:
    """The command of a desktop entry, read by the letter of its specification: unescape the value, split into words, put in %k."""
    (value,) = (line[5:] for line in desktop.read_text("utf-8").split("\n") if line.startswith("Exec="))
    value = re.sub(
        r"\\([sntr\\])", lambda m: {"s": " ", "n": "\n", "t": "\t", "r": "\r", "\\": "\\"}[m.group(1)], value
    )
    words = []
    for quoted, plain in re.findall(r'"((?:[^"\\]|\\.)*)"|([^\s"]+)', value, re.DOTALL):
        assert not re.search(r"(?<!\\)(?:\\\\)*[`$]", quoted)
        word = re.sub(r'\\(["`$\\])', r"\1", quoted) if quoted else plain
        if word == "%k":
            words += [place] if place else []
        else:
            assert not re.search(r"%[^%]", word.replace("%%", ""))
            words.append(word.replace("%%", "%"))
    return words


@pytest.mark.parametrize("name", NAMES)
def test_the_macos_launcher_refreshes_its_book(folder: Path, tmp_path: Path, name: str) -> None:
    book = folder / name
    book.touch()
    arguments, shown = run(["/bin/sh", str(written(book, "darwin"))], tmp_path, path=str(program(tmp_path, 0)))
    assert arguments == ["refresh", str(book)]
    assert "what it found" in shown and "Done." in shown and "Press Enter" in shown


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("knows_its_place", [True, False])
def test_the_desktop_launcher_refreshes_its_book(
    folder: Path, tmp_path: Path, name: str, knows_its_place: bool
) -> None:
    book = folder / name
    book.touch()
    desktop = written(book, "linux")
    command = exec_of(desktop, place=str(desktop) if knows_its_place else "")
    arguments, shown = run(command, tmp_path, path=str(program(tmp_path, 0)))
    assert arguments == ["refresh", str(book)]
    assert "what it found" in shown and "Done." in shown


@pytest.mark.parametrize("name", NAMES)
def test_a_desktop_entry_has_one_line_a_key(folder: Path, name: str) -> None:
    _, data = launcher.launcher(folder / name, "linux", "/no/python")
    lines = data.decode().rstrip("\n").split("\n")
    assert lines[2] == "[Desktop Entry]"
    assert [line.split("=")[0] for line in lines[3:]] == [
        "Type",
        "Version",
        "Name",
        "Comment",
        "Icon",
        "Terminal",
        "Exec",
    ]


def test_launcher_and_book_may_be_moved_together(folder: Path, tmp_path: Path) -> None:
    book = folder / "orders.xlsx"
    book.touch()
    written(book, "linux")
    written(book, "darwin")
    moved = folder.rename(tmp_path / "moved")
    path = str(program(tmp_path, 0))
    desktop = moved / "Refresh orders.xlsx.desktop"
    assert run(exec_of(desktop, place=str(desktop)), tmp_path, path=path)[0] == ["refresh", str(moved / "orders.xlsx")]
    assert run(["/bin/sh", str(moved / "Refresh orders.xlsx.command")], tmp_path, path=path)[0] == [
        "refresh",
        str(moved / "orders.xlsx"),
    ]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0, "up to date"),
        (1, "some cells need you"),
        (3, "could not be used"),
        (4, "open in another program"),
        (5, "could not be written"),
        (77, "Something went wrong"),
    ],
)
def test_what_came_of_it_is_said_in_plain_words(folder: Path, tmp_path: Path, code: int, words: str) -> None:
    book = folder / "orders.xlsx"
    book.touch()
    _, shown = run(["/bin/sh", str(written(book, "darwin"))], tmp_path, path=str(program(tmp_path, code)))
    assert words in shown


def test_a_book_that_is_gone_is_said_and_nothing_is_run(folder: Path, tmp_path: Path) -> None:
    arguments, shown = run(
        ["/bin/sh", str(written(folder / "orders.xlsx", "darwin"))], tmp_path, path=str(program(tmp_path, 0))
    )
    assert arguments == []
    assert "not here any more" in shown


def test_without_the_program_the_recorded_python_runs_it_and_else_it_is_said(folder: Path, tmp_path: Path) -> None:
    book = folder / "orders.xlsx"
    book.touch()
    python = tmp_path / "a 'python' $x"
    python.write_text('#!/bin/sh\nprintf "%s\\0" "$@" > "$TOLD"\n', "utf-8")
    python.chmod(0o755)
    for platform in ("darwin", "linux"):
        path = written(book, platform, str(python))
        command = ["/bin/sh", str(path)] if platform == "darwin" else exec_of(path, place=str(path))
        assert run(command, tmp_path, path="/nothing")[0] == ["-P", "-m", "kakosheet", "refresh", str(book)]
    _, shown = run(["/bin/sh", str(written(book, "darwin"))], tmp_path, path="/nothing")
    assert "not found on this computer" in shown


def test_the_windows_launcher_is_the_same_for_every_name(folder: Path) -> None:
    texts = {launcher.launcher(folder / name, "win32", "C:/python.exe")[1] for name in NAMES}
    (text,) = texts
    assert text.isascii()
    assert text.count(b"\r\n") == text.count(b"\n")
    assert b"pause" in text


def test_the_launcher_is_written_beside_the_book_and_can_be_started(folder: Path) -> None:
    path = launcher.write_launcher(folder / "orders.xlsx")
    assert path.parent == folder
    assert path.name.startswith("Refresh orders.xlsx.")
    assert sys.platform == "win32" or stat.S_IMODE(path.stat().st_mode) & stat.S_IXUSR
    again = path.stat()
    assert launcher.write_launcher(folder / "orders.xlsx") == path
    assert os.path.samestat(path.stat(), again)


def test_an_older_launcher_of_ours_is_replaced(folder: Path) -> None:
    path = launcher.write_launcher(folder / "orders.xlsx")
    wanted = path.read_bytes()
    path.write_text(f"# {launcher.MARK}, an older one\n", "utf-8")
    launcher.write_launcher(folder / "orders.xlsx")
    assert path.read_bytes() == wanted


def test_a_file_that_is_not_ours_is_never_overwritten(folder: Path) -> None:
    path, _ = launcher.launcher(folder / "orders.xlsx", sys.platform, sys.executable)
    path.write_text("mine", "utf-8")
    with pytest.raises(KakosheetError) as caught:
        launcher.write_launcher(folder / "orders.xlsx")
    assert caught.value.code == "K705"
    assert path.read_text("utf-8") == "mine"
