"""A book whose name is as long as the disk takes goes through every command; what is put beside it gets a name that fits."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from kakosheet.cli import main
from kakosheet.core.issues import KakosheetError
from kakosheet.files import launcher
from kakosheet.files.names import LONGEST, beside

TODAY = ["--today", "2026-11-24"]
CHARACTERS = {"ascii": "x", "cjk": "订", "emoji": "🧾", "family": "👩\u200d👧", "accent": "é", "decomposed": "e\u0301"}


def long_name(character: str, suffix: str = ".xlsx", size: int = LONGEST) -> str:
    """As many of them as fit into so many bytes, filled up with digits."""
    room = size - len(suffix.encode())
    text = character * (room // len(character.encode()))
    return text + "7" * (room - len(text.encode())) + suffix


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = tmp_path / "desk"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def run(*arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(main, arguments)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code == code, done.output
    return done.output


@pytest.mark.parametrize("character", CHARACTERS)
@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
def test_a_book_with_a_long_name_goes_through_every_command(desk: Path, character: str, suffix: str) -> None:
    name = long_name(CHARACTERS[character], suffix)
    assert len(os.fsencode(name)) == LONGEST
    run("new", name, *TODAY)
    made = (desk / name).read_bytes()
    run("add", name, "deadlines", "what_to_do=Ask the bank", "agreed_date=2026-11-25", *TODAY)
    changed = (desk / name).read_bytes()
    run("refresh", name, "--today", "2031-01-15")
    run("check", name, *TODAY)
    run("review", name, *TODAY)
    run("review", name, *TODAY)
    run("today", name, *TODAY)
    run("remind", name, *TODAY, "--ics", "dates.ics", "--eml", "mails")
    run("set", name, "Deadlines!D5=Ask again")
    for wanted in ("Ask again", None):
        run("undo", name)
        assert (b"" if wanted else made) != (desk / name).read_bytes()
    assert changed != made
    names = os.listdir(desk)
    assert sum("review" in one for one in names) == 1
    assert sum(one.endswith(" today") for one in names) == 1
    assert sum(one.startswith("Refresh ") for one in names) == 1
    assert not any("kakosheet" in one for one in names)


def test_undo_of_a_book_with_a_long_name_brings_it_back(desk: Path) -> None:
    name = long_name("订")
    run("new", name, *TODAY)
    made = (desk / name).read_bytes()
    run("add", name, "deadlines", "what_to_do=Ask the bank", *TODAY)
    run("undo", name)
    assert (desk / name).read_bytes() == made


@pytest.mark.parametrize("size", [LONGEST + 1, LONGEST + 9, 3000])
def test_a_name_that_no_disk_takes_is_one_line(desk: Path, size: int) -> None:
    name = long_name("x", size=size)
    for command, code in (("new", 5), ("refresh", 3), ("review", 3), ("undo", 3), ("check", 3)):
        said = run(command, name, code=code)
        assert said.count("\n") == 1 and "too long" in said, said
    assert os.listdir(desk) == []


@pytest.mark.parametrize("size", [LONGEST, LONGEST - 1, LONGEST - 2, LONGEST - 8])
def test_a_long_name_that_is_not_there_is_told_as_missing(desk: Path, size: int) -> None:
    assert "does not exist" in run("check", long_name("x", size=size), code=3)


@pytest.mark.skipif(sys.platform == "win32", reason="run by a shell")
@pytest.mark.parametrize("character", CHARACTERS)
def test_a_launcher_with_a_shortened_name_refreshes_its_book(desk: Path, character: str) -> None:
    book = desk / long_name(CHARACTERS[character])
    book.touch()
    path, data = launcher.launcher(book, "darwin", "/no/python")
    path.write_bytes(data)
    programs = desk.parent / "bin"
    programs.mkdir()
    (programs / "kakosheet").write_text('#!/bin/sh\nprintf "%s" "$2" > "$TOLD"\n', "utf-8")
    (programs / "kakosheet").chmod(0o755)
    told = desk.parent / "told"
    subprocess.run(
        ["/bin/sh", path],
        env={"PATH": f"{programs}:/usr/bin:/bin", "TOLD": str(told)},
        input="\n",
        text=True,
        capture_output=True,
        check=True,
    )
    assert told.read_bytes() == os.fsencode(book)
    desktop, data = launcher.launcher(book, "linux", "/no/python")
    desktop.write_bytes(data)
    assert os.fsencode(book.name) in data


def test_a_launcher_of_windows_is_left_out_where_its_name_would_be_too_long(desk: Path) -> None:
    assert launcher.launcher(desk / long_name("订"), "win32", "")[0].name.startswith("Refresh 订")
    with pytest.raises(KakosheetError) as caught:
        launcher.launcher(desk / long_name("x"), "win32", "")
    assert caught.value.code == "K703"


def test_a_launcher_that_cannot_be_made_is_said_and_the_book_is_there(desk: Path) -> None:
    launcher.launcher(desk / "orders.xlsx", sys.platform, sys.executable)[0].write_text("mine")
    said = run("new", "orders.xlsx", *TODAY)
    assert "No launcher was made: " in said and "exists already" in said
    assert (desk / "orders.xlsx").exists()
    assert run("new", "other.xlsx", "--json", *TODAY).count('"notes": []') == 1


@given(
    st.text(st.characters(blacklist_characters="/\0", blacklist_categories=["Cs"]), min_size=1, max_size=300),
    st.sampled_from(["-review-2026Q3.xlsx", " today", ".desktop"]),
)
def test_a_name_beside_fits_begins_as_the_book_does_and_is_its_own(name: str, after: str) -> None:
    book = Path("/books/orders.xlsx")
    made, other = beside(book, "Refresh ", name, after).name, beside(book, "Refresh ", name + "x", after).name
    assert len(os.fsencode(made)) <= LONGEST and len(os.fsencode(other)) <= LONGEST
    assert made != other
    made.encode("utf-8")
    if len(os.fsencode("Refresh " + name + after)) <= LONGEST:
        assert made == "Refresh " + name + after
    else:
        kept = made.removeprefix("Refresh ").removesuffix(after)[:-9]
        assert name.startswith(kept)
