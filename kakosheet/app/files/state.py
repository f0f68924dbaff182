"""The state folder: locks and backups stand there, never beside the user's book."""

from __future__ import annotations

import errno
import hashlib
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kakosheet.app.files.snapshot import not_written, resolve
from kakosheet.core.issues import EXIT_LOCKED, KakosheetError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

# How long a save waits for another run of ours on the same book, in seconds.
LOCK_SECONDS = 30.0
_held: set[tuple[int, str]] = set()


def state_folder() -> Path:
    """Where state is kept: `$XDG_STATE_HOME` or its default (XDG Base Directory 0.8), on macOS and Windows the platform's own place."""
    given = os.environ.get("XDG_STATE_HOME", "")
    if os.path.isabs(given):
        return Path(given, "kakosheet")
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path(home, "AppData", "Local"), "kakosheet")
    if sys.platform == "darwin":
        return Path(home, "Library", "Application Support", "kakosheet")
    return Path(home, ".local", "state", "kakosheet")


def machine() -> str:
    """The name of this computer."""
    return os.environ.get("COMPUTERNAME", "") if sys.platform == "win32" else os.uname().nodename


def lock_key(target: Path) -> str:
    """Sixteen hexadecimal digits for this book, this machine and this state folder: the reach of its lock."""
    scope = "\0".join((machine(), os.path.normcase(state_folder()), os.path.normcase(target)))
    return hashlib.sha256(scope.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def private_folder(name: str) -> Path:
    """A folder inside the state folder, made for the user's eyes only. Raises K703."""
    folder = state_folder() / name
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise not_written(folder, error, "set XDG_STATE_HOME to a folder that you may write") from None
    return folder


@contextmanager
def lock(path: str | os.PathLike[str], *, wait_seconds: float = LOCK_SECONDS) -> Iterator[None]:
    """Keep other runs away from a book; the same thread may take it twice. The system frees it if we die.

    Held around load and save, it makes runs at the same time follow one another. Raises K701 after `wait_seconds`.
    """
    key = lock_key(resolve(path))
    mine = (threading.get_ident(), key)
    if mine in _held:
        yield
        return
    handle = _acquire(key, wait_seconds)
    if handle is None:
        raise KakosheetError("K701", f"another kakosheet is at work on {os.fspath(path)}", "run it again when that one is done",
                             exit_code=EXIT_LOCKED)
    _held.add(mine)
    try:
        yield
    finally:
        _held.discard(mine)
        close(handle)


def lock_is_free(key: str) -> bool:
    """Whether a lock of ours exists under this key and nobody holds it."""
    if not _lock_file(key).exists():
        return False
    handle = _acquire(key, 0)
    if handle is None:
        return False
    close(handle)
    return True


def close(handle: int) -> None:
    """Close a handle that was only read or locked: whatever goes wrong there harms nobody."""
    with suppress(OSError):
        os.close(handle)


def sync_folder(folder: Path) -> OSError | None:
    """Bring new names in a folder to the disk; what went wrong, where folders can be synced at all."""
    if sys.platform == "win32":
        return None
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            close(handle)
    except OSError as error:
        return None if error.errno in (errno.EINVAL, errno.ENOTSUP, errno.EACCES) else error
    return None


def _lock_file(key: str) -> Path:
    return state_folder() / "locks" / f"{key}.lock"


def _acquire(key: str, wait_seconds: float) -> int | None:
    """An open handle that holds the lock; closing it frees the lock. None when it stays taken."""
    private_folder("locks")
    file = _lock_file(key)
    try:
        handle = os.open(file, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    except OSError as error:
        raise not_written(file, error, "set XDG_STATE_HOME to a folder that you may write") from None
    until = time.monotonic() + wait_seconds
    try:
        while not _try(handle):
            if time.monotonic() >= until:
                close(handle)
                return None
            time.sleep(0.02)
    except OSError as error:
        close(handle)
        raise not_written(file, error) from None
    except BaseException:
        close(handle)
        raise
    return handle


def _try(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
