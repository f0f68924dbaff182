"""A fault at every system call of the write path: the book is the old one or the new one, whole, and the next run clears up.

The loop of SQLite's tests: fail at call 1, 2, 3 … until a run goes through without meeting the fault.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kakosheet import files

DRIVER = Path(__file__).with_name("one_write.py")
OLDER, OLD, NEWER = b"older" * 9000, b"old" * 9000, b"newer" * 9000
NEW = b"the new version" * 4000

# Calls by what they do; a `?` lets strace pass over a name that this processor does not have.
CALLS = {
    "open": "openat",
    "read": "read",
    "list": "getdents64",
    "look": "?newfstatat,?stat,?lstat,?access,?faccessat,?faccessat2,?readlink,?readlinkat",
    "mkdir": "?mkdir,mkdirat",
    "lock": "flock",
    "write": "write",
    "mode": "fchmod",
    "sync": "fsync",
    "close": "close",
    "link": "?link,linkat",
    "move": "?rename,?renameat,renameat2",
    "remove": "?unlink,unlinkat",
}
FAULTS = {
    "kill": ("open", "mkdir", "lock", "write", "mode", "sync", "move", "remove"),
    "EIO": tuple(call for call in CALLS if call != "link"),
    "ENOSPC": ("open", "mkdir", "write", "move"),
    "EACCES": ("open", "mkdir", "move", "remove"),
    "EDQUOT": ("write", "sync"),
}
MATRIX = [("save", fault, call) for fault, calls in FAULTS.items() for call in calls]
MATRIX += [("create", fault, call) for fault in ("kill", "EIO") for call in ("open", "write", "sync", "link", "remove")]
MATRIX += [("undo", fault, call) for fault in ("kill", "EIO") for call in ("open", "write", "sync", "move", "remove")]


def why_not() -> str:
    if not shutil.which("strace"):
        return "strace is not installed"
    tried = subprocess.run(
        ["strace", "-f", "--seccomp-bpf", "-e", "trace=close", "true"], capture_output=True, text=True
    )
    return "" if tried.returncode == 0 else f"strace cannot trace here: {tried.stderr.strip()[:200]}"


pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not())


class Stage:
    """A book that was written so often that one more write also drops the oldest backup; every fault starts from the same state."""

    def __init__(self, root: Path, action: str) -> None:
        self.action, self.root, self.pristine, self.log = action, root / "stage", root / "pristine", root / "log"
        self.book = self.root / "books" / "orders.xlsx"
        self.book.parent.mkdir(parents=True)
        if action != "create":
            self.book.write_bytes(b"")
            for data in (*(b"%d" % number for number in range(files.KEPT - 1)), OLDER, OLD):
                files.save(files.load(self.book), data, book_id="matrix", check=lambda _: None)
        shutil.copytree(self.root, self.pristine)

    def reset(self) -> None:
        shutil.rmtree(self.root)
        shutil.copytree(self.pristine, self.root)

    def run(self, *, calls: str, inject: str = "") -> tuple[int, str]:
        """Exit code (negative: killed by that signal) and stderr of the driver; the trace goes to `log`."""
        tracing = ["strace", "-f", "-o", str(self.log), "-e", f"trace={calls}"]
        # Killing needs the slower way of tracing.
        tracing += ["--seccomp-bpf"] if "signal" not in inject else []
        tracing += ["-e", f"inject={calls}:{inject}"] if inject else []
        command = [sys.executable, "-I", "-S", "-B", str(DRIVER), self.action, str(self.book)]
        done = subprocess.run([*tracing, *command], capture_output=True, text=True, timeout=60)
        return done.returncode, done.stderr

    def first_call(self, calls: str) -> int:
        """How many of these calls start-up makes, plus one; the marker itself is not part of the write path."""
        code, _ = self.run(calls=f"openat,{calls}")
        assert code == 0
        names = {name.strip("?") for name in calls.split(",")}
        before = self.trace().split("kakosheet-write-begins")[0].splitlines()
        return 1 + sum(1 for line in before if (match := re.match(r"\d+\s+(\w+)\(", line)) and match.group(1) in names)

    def trace(self) -> str:
        return self.log.read_text("utf-8", "replace")

    def content(self) -> bytes | None:
        return self.book.read_bytes() if self.book.exists() else None


@pytest.fixture
def stage(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "stage" / "state"))
    return Stage(tmp_path, request.param)


@pytest.mark.parametrize(("stage", "fault", "call"), MATRIX, ids=lambda part: part, indirect=["stage"])
def test_a_fault_at_any_call_leaves_the_old_book_or_the_new_one(stage: Stage, fault: str, call: str) -> None:
    calls = CALLS[call]
    first = stage.first_call(calls)
    effect = "signal=SIGKILL" if fault == "kill" else f"error={fault}"
    for step in range(first, first + 200):
        stage.reset()
        code, text = stage.run(calls=calls, inject=f"{effect}:when={step}")
        fired = "INJECTED" in stage.trace() or "killed by SIGKILL" in stage.trace()
        check_the_book(stage, fault, code, text)
        check_the_next_run(stage)
        if not fired:
            assert code == 0
            assert step > first, "no such call was met"
            return
    pytest.fail("the fault fired without end")


def check_the_book(stage: Stage, fault: str, code: int, text: str) -> None:
    old = None if stage.action == "create" else OLD
    new = OLDER if stage.action == "undo" else NEW
    where = f"{stage.action} ended with {code}: {text!r}"
    if code == -9 or code == 137:
        assert fault == "kill", where
        assert stage.content() in (old, new), where
        return
    assert "Traceback" not in text, where
    assert code in (0, 3, 4, 5), where
    assert stage.content() == (old if code else new), where
    assert text == "" if code == 0 else re.fullmatch(r"error K\d{3}: [^\n]+\n", text), where


def check_the_next_run(stage: Stage) -> None:
    """It works, it clears what was left behind, and what stood there before can be brought back."""
    before = stage.content()
    if before is None:
        files.create(stage.book, NEWER)
        assert stage.book.read_bytes() == NEWER
    else:
        files.save(files.load(stage.book), NEWER, book_id="matrix", check=lambda _: None)
        files.undo(stage.book)
        assert stage.content() == before
    assert [path.name for path in stage.book.parent.iterdir()] == [stage.book.name]
    kept = files.state_folder() / "backups" / "matrix"
    assert not kept.exists() or len(list(kept.glob("*.json"))) <= files.KEPT


@pytest.mark.parametrize("stage", ["save"], indirect=True)
def test_the_bytes_are_on_the_disk_before_the_name_and_the_name_before_the_end(stage: Stage) -> None:
    assert stage.run(calls="openat,close,fsync,?rename,?renameat,renameat2")[0] == 0
    lines = stage.trace().split("kakosheet-write-begins")[1].splitlines()
    moved = next(i for i, line in enumerate(lines) if "rename" in line and '/orders.xlsx"' in line)
    made = next(i for i, line in enumerate(lines) if "openat" in line and "/.~kakosheet-" in line)
    handle = lines[made].rsplit("= ", 1)[1].strip()
    closed = next(i for i, line in enumerate(lines) if i > made and f"close({handle})" in line)
    assert made < closed < moved
    assert any(f"fsync({handle})" in line for line in lines[made:closed])
    after = lines[moved + 1 :]
    opened = next(i for i, line in enumerate(after) if "openat" in line and f'"{stage.book.parent}"' in line)
    assert "fsync(" in after[opened + 1]
