"""Whatever a person names as input is a regular file of a size that can be meant, or it is refused at once in one line."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.books.sample import small

ROOT = Path(__file__).parents[2]
RUN = """
import json, resource, sys, time
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
from click.testing import CliRunner
from kakosheet.cli import main
for line in sys.stdin:
    begun = time.monotonic()
    done = CliRunner().invoke(main, json.loads(line))
    fault = repr(done.exception) if done.exception and not isinstance(done.exception, SystemExit) else ""
    print(json.dumps([done.exit_code, done.stderr, fault, time.monotonic() - begun]), flush=True)
"""
"""Runs one command a line, in a process with bounded memory, and tells how it ended."""


def ran(commands: list[list[str]], **environment: str) -> list[tuple[int, str, str, float]]:
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        input="\n".join(map(json.dumps, commands)),
        text=True,
        capture_output=True,
        timeout=60,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        check=False,
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(told) == len(commands), done.stderr[-800:]
    return told


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "book.xlsx").write_bytes(small())
    (tmp_path / "fine.csv").write_text("Item,Price\nLamp,5\n")
    return tmp_path


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(path.name)


def _folder(path: Path) -> None:
    path.mkdir()


def _huge(path: Path) -> None:
    path.touch()
    os.truncate(path, 5 << 30)


KINDS = [pytest.param(make, id=make.__name__.strip("_")) for make in (_pipe, _device, _socket, _folder, _huge)]


@pytest.mark.parametrize("make", KINDS)
def test_no_source_hangs_or_fills_the_memory(folder: Path, make: object) -> None:
    commands = []
    for name in ("odd.csv", "odd.tsv", "odd.txt", "odd.xlsx", "odd.xlsm", "odd.ods"):
        make(folder / name)  # type: ignore[operator]
        commands.append(["import", "book.xlsx", name])
    make(folder / "odd.toml")  # type: ignore[operator]
    commands.append(["import", "book.xlsx", "fine.csv", "--map", "odd.toml"])
    commands += [
        [name, "odd.xlsx"]
        for name in ("refresh", "check", "review", "export", "repair", "upgrade", "undo", "remind", "today", "watch")
    ]
    commands += [
        ["set", "odd.xlsx", "Start!A1=1"],
        ["explain", "odd.xlsx", "P-0001"],
        ["summary", "odd.xlsx", "D-2026-0001"],
        ["add", "odd.xlsx", "purchases", "item=Lamp"],
        ["import", "odd.xlsx", "fine.csv"],
        ["schedule", "odd.xlsx", "08:00", "--dry-run"],
    ]
    before = (folder / "book.xlsx").read_bytes()
    for command, (code, said, fault, seconds) in zip(commands, ran(commands), strict=True):
        assert (code, fault, said.count("\n")) == (3, "", 1), (command, code, said, fault)
        assert "K109" in said or "K107" in said, (command, said)
        assert seconds < 3, command
    assert (folder / "book.xlsx").read_bytes() == before


@pytest.mark.parametrize("make", KINDS)
def test_no_template_of_ones_own_hangs_or_fills_the_memory(folder: Path, make: object) -> None:
    (folder / "templates" / "disputes").mkdir(parents=True)
    os.chdir(folder / "templates" / "disputes")
    make(Path("odd.toml"))  # type: ignore[operator]
    [(code, said, fault, _)] = ran(
        [["check", str(folder / "book.xlsx")]], KAKOSHEET_TEMPLATES=str(folder / "templates")
    )
    assert (code, fault, said.count("\n")) == (1, "", 1) and "K501" in said and "odd.toml" in said


@pytest.mark.parametrize(
    "command",
    [
        ["import", "book.xlsx", "/dev/stdin"],
        ["check", "/dev/stdin"],
        ["import", "book.xlsx", "fine.csv", "--map", "/dev/stdin"],
    ],
)
def test_what_is_piped_is_to_be_saved_first(folder: Path, command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kakosheet", *command],
        input="x" * 99,
        text=True,
        capture_output=True,
        timeout=60,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.returncode == 3 and done.stderr.count("\n") == 1 and "save it as a file first" in done.stderr


@pytest.mark.parametrize("odd", ["9" * 5_000, "1e400", "nan", "²", "\udcff", "=1", ""], ids=lambda odd: repr(odd[:4]))
def test_no_argument_ends_in_a_traceback(folder: Path, odd: str) -> None:
    commands = [
        ["add", "book.xlsx", "purchases", *more]
        for more in ([f"item={odd}"], [f"price={odd}"], [f"id={odd}", "item=x"], [f"{odd}=1"])
    ]
    commands += [
        ["add", "book.xlsx", odd, "item=1"],
        ["set", "book.xlsx", f"Start!Z99={odd}"],
        ["set", "book.xlsx", f"Start!Z{odd}=1"],
        ["explain", "book.xlsx", odd],
        ["explain", "book.xlsx", f"Start!A{odd}"],
        ["summary", "book.xlsx", odd],
        ["due", odd],
        ["check", odd],
        ["due", "5 days", "--start", odd],
        ["due", f"{odd} working_days", "--start", "2026-01-01", "--calendar", odd],
        ["export", "book.xlsx", "--sheet", odd],
        ["check", "book.xlsx", "--today", odd],
        ["review", "book.xlsx", "--period", odd],
        ["remind", "book.xlsx", "--who", odd],
        ["schedule", "book.xlsx", odd, "--dry-run"],
        ["import", "book.xlsx", odd],
        ["new", "new.xlsx", "--lang", odd],
        ["import", "book.xlsx", "fine.csv", "--from", odd],
    ]
    for command, (code, said, fault, _) in zip(commands, ran(commands), strict=True):
        assert not fault and code in (0, 1, 2, 3), (command[:2], code, said[-300:], fault)


@pytest.mark.parametrize("text", [",", '"a\n",', "\n", "a\n", '"', "a" * 99 + "\t", "\r", ";\r\n", "\0", "\u00e4"])
def test_a_text_of_one_thing_without_end_is_refused_within_bounds(folder: Path, text: str) -> None:
    (folder / "long.csv").write_text("Item,Price\n" + text * (4_500_000 // len(text)), newline="")
    [(code, said, fault, _)] = ran([["import", "book.xlsx", "long.csv", "--dry-run"]])
    assert not fault and code in (0, 3) and said.count("\n") <= 1, (code, said[:300], fault)


MAPS = [
    "a = " + "[" * 100_000,
    "a = " + "9" * 5_000,
    "a = 1e999",
    *(
        f'table = "purchases"\n{line}\n[columns]\nitem = "Item"'
        for line in (
            'delimiter = ";;"',
            'delimiter = "\\""',
            'encoding = "a\\u0000b"',
            'encoding = "idna"',
            'encoding = "hex"',
            'encoding = "punycode"',
            'decimal = "x"',
            'dates = ["%"]',
            'dates = ["%Q"]',
            'dates = ["\\u0000"]',
            'sheet = "x"',
            'needs = ["price"]',
            "about = 1979-05-27",
        )
    ),
]


def test_a_map_of_any_content_is_used_or_refused_in_words(folder: Path) -> None:
    for number, text in enumerate(MAPS):
        (folder / f"{number}.toml").write_text(text)
    for text, (code, said, fault, _) in zip(
        MAPS, ran([["import", "book.xlsx", "fine.csv", "--map", f"{i}.toml"] for i in range(len(MAPS))]), strict=True
    ):
        assert not fault and code in (0, 1, 3) and (code == 0 or "K" in said), (text[:80], code, said, fault)


@pytest.mark.parametrize("text", MAPS[:4])
def test_a_template_of_any_content_is_refused_in_words(folder: Path, text: str) -> None:
    (folder / "disputes").mkdir()
    (folder / "disputes" / "own.toml").write_text(text)
    [(code, said, fault, _)] = ran([["check", "book.xlsx"]], KAKOSHEET_TEMPLATES=str(folder))
    assert not fault and code == 1 and "K501" in said, (code, said, fault)
