"""Where a scene of kept outputs is played: a folder of its own, the command line in this process, nothing that chance or the clock decides.

Only `kakosheet.cli:main` is called, so that whatever stands below may move. What each command says (exit code, stdout, stderr) and every
file that it makes or changes is an output, known by its digest.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path
from unittest import mock

from click.testing import CliRunner

ENVIRONMENT = {"TZ": "UTC", "COLUMNS": "120", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}
DIGITS = 24
"""Of SHA-256 in hex: what is kept of each."""
ARCHIVES = (".xlsx", ".ods")


@dataclass
class Stage:
    """One scene at play: its folder, and what came out so far (`label` → bytes, as they are compared)."""

    folder: Path
    outputs: dict[str, bytes] = field(default_factory=dict)

    def run(self, label: str, *args: str) -> str:
        """Run one command in the folder; what it says and writes is kept under `label`. Gives its stdout."""
        assert label not in self.outputs, f"two outputs are called {label}"
        before = self._files()
        said, out = call(args)
        self.outputs[label] = plain(said.encode(), self.folder)
        for name, data in self._files().items():
            if before.get(name) != data:
                self.outputs[f"{label}>{name}"] = data if name.endswith(ARCHIVES) else plain(data, self.folder)
        for name in before.keys() - self._files().keys():
            self.outputs[f"{label}>{name}"] = b"(gone)"
        return out

    def put(self, name: str, data: bytes | str) -> str:
        """A file that the scene starts from."""
        (self.folder / name).write_bytes(data.encode() if isinstance(data, str) else data)
        return name

    def _files(self) -> dict[str, bytes]:
        return {
            file.relative_to(self.folder).as_posix(): file.read_bytes()
            for file in sorted(self.folder.rglob("*"))
            if file.is_file()
        }


def call(args: tuple[str, ...]) -> tuple[str, str]:
    """What a command says: its code and both streams in one text, and its stdout alone."""
    from kakosheet.cli import main

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = CliRunner().invoke(main, list(args), prog_name="kakosheet")
    error = result.exception
    fell = (
        f"\n--- fell\n{type(error).__name__}: {error}"
        if error is not None and not isinstance(error, SystemExit)
        else ""
    )
    return (
        f"$ kakosheet {' '.join(args)}\nexit {result.exit_code}\n--- stdout\n{result.stdout}\n--- stderr\n{result.stderr}{fell}\n",
        result.stdout,
    )


def plain(data: bytes, folder: Path) -> bytes:
    """The same wherever it was made: the scene's folder and the interpreter by a word; of a PDF, which has fonts of the place, that it is one."""
    if data.startswith(b"%PDF-"):
        return data[:5] + str(data.count(b"/Type /Page ")).encode()
    data = data.replace(b"Matplotlib is building the font cache; this may take a moment.\n", b"")  # once on a computer
    for found, word in (
        (os.fspath(folder.resolve()), b"DIR"),
        (os.fspath(folder), b"DIR"),
        (sys.executable, b"PYTHON"),
    ):
        data = data.replace(found.encode(), word)
    return data


@contextmanager
def steady(seed: str) -> Iterator[Path]:
    """A new folder as the current one, with state, settings and home of its own; random bytes follow from the seed."""
    home, here, root = Path(tempfile.mkdtemp(prefix="kako-", dir=_memory())).resolve(), Path.cwd(), "play"
    folders = {"HOME": "home", "XDG_STATE_HOME": "state", "XDG_CONFIG_HOME": "config", "XDG_CACHE_HOME": "cache"}
    drawn = _drawn(seed)
    changed = {**ENVIRONMENT, **{name: os.fspath(home / folder) for name, folder in folders.items()}}
    for folder in (*folders.values(), root):
        (home / folder).mkdir()
    try:
        with mock.patch.dict(os.environ, changed), mock.patch("os.urandom", drawn):
            for name in [
                name for name in os.environ if name.startswith("KAKOSHEET_") and not name.startswith("KAKOSHEET_GOLDEN")
            ]:
                del os.environ[name]
            os.chdir(home / root)
            yield home / root
    finally:
        os.chdir(here)
        shutil.rmtree(home, ignore_errors=True)


def _memory() -> str | None:
    """A disk in memory, where there is one: each write waits for its disk."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def _drawn(seed: str) -> Callable[[int], bytes]:
    """Stands for `os.urandom`, from which ids and names of temporary files are made."""
    count = 0

    def draw(size: int) -> bytes:
        nonlocal count
        count += 1
        return hashlib.shake_128(f"{seed}/{count}".encode()).digest(size)

    return draw


def play(name: str, act: Callable[[Stage], None]) -> dict[str, bytes]:
    """All outputs of one scene by `scene/label`."""
    with steady(name) as folder:
        stage = Stage(folder)
        act(stage)
    return {f"{name}/{label}": data for label, data in stage.outputs.items()}


@cache
def book(profile: str, kind: str, lang: str, day: str, *, sample: bool = True) -> bytes:
    """A new book as the command makes it; the same bytes whoever asks first."""
    name, filled = f"new.{kind}", ("--sample",) if sample else ()
    with steady(f"book/{profile}/{kind}/{lang}/{day}/{sample}") as folder:
        said, _ = call(("new", name, "--profile", profile, "--lang", lang, "--today", day, "--no-launcher", *filled))
        assert "exit 0" in said, said
        return (folder / name).read_bytes()


# -- digests -------------------------------------------------------------------------------------------------------------------


def members(data: bytes) -> dict[str, bytes] | None:
    """The members of an archive in the order of their names; None for what is none."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            return {name: package.read(name) for name in sorted(package.namelist())}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):
        return None


def digest(name: str, data: bytes) -> str:
    """One output in one word. Of a workbook its members count, not how the zlib at hand packs them; two digits a member tell which differs."""
    parts = members(data) if name.endswith(ARCHIVES) else None
    if parts is None:
        return hashlib.sha256(data).hexdigest()[:DIGITS]
    each = [hashlib.sha256(f"{part}\0".encode() + content).hexdigest() for part, content in parts.items()]
    return hashlib.sha256("".join(each).encode()).hexdigest()[:DIGITS] + ":" + "".join(one[:2] for one in each)


def differing(kept: str, data: bytes) -> list[str]:
    """The members of a workbook whose digits are not those kept; [] where that cannot be told."""
    parts, marks = members(data) or {}, kept.partition(":")[2]
    if len(marks) != 2 * len(parts):
        return ["its list of members"]
    now = digest("x.xlsx", data).partition(":")[2]
    return [part for i, part in enumerate(parts) if marks[2 * i : 2 * i + 2] != now[2 * i : 2 * i + 2]]


def keep(folder: Path, outputs: Mapping[str, bytes]) -> None:
    """The outputs as files, workbooks unpacked: two such folders are compared by `diff -r`."""
    for name, data in outputs.items():
        file = folder / name.replace(">", "@")
        parts = members(data) if name.endswith(ARCHIVES) else None
        for place, content in (
            {file / _inside(part): content for part, content in parts.items()}.items() if parts else [(file, data)]
        ):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)


def _inside(part: str) -> str:
    """A member's name as a path that leads nowhere else; a folder is told by an empty file."""
    return part.replace("..", "__").lstrip("/") + ("folder" if part.endswith("/") else "")
