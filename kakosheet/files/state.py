"""The state folder: locks and backups stand there, never beside the user's book."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kakosheet.core.issues import EXIT_LOCKED, KakosheetError
from kakosheet.files.snapshot import not_written, resolve

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

# How long a save waits for another run of ours on the same book, in seconds.
LOCK_SECONDS = 30.0
_NO_LINK = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
_held: set[tuple[int, str]] = set()


def state_folder() -> Path:
    """Where state is kept: `$XDG_STATE_HOME` or its default (XDG Base Directory 0.8), on macOS and Windows the
    platform's own place."""
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


_ELSEWHERE = "set XDG_STATE_HOME to a folder that you may write"


def private_folder(name: str) -> Path:
    """A folder inside the state folder, for the user's eyes only whatever the umask is; one that was left open is shut.

    Raises K703, also where another user could put something there. A link to a folder is as good as the folder, if it
    is the user's own.
    """
    state = state_folder()
    folder = state / name
    inside = [above for above in (*reversed(folder.parents), folder) if above.is_relative_to(state)]
    try:
        for above in reversed(state.parents):
            if not above.is_dir():
                _make(above)
        for one in inside:
            _make(one)
            _shut(one)
    except OSError as error:
        raise not_written(folder, error, _ELSEWHERE) from None
    return folder


def private_file(folder: str, name: str) -> Path:
    """A file in a private folder, made empty if it is not there, that nobody else may read. Raises K703."""
    file = private_folder(folder) / name
    try:
        close(os.open(file, os.O_RDWR | os.O_CREAT | _NO_LINK, 0o600))
    except OSError as error:
        raise not_written(file, error, _ELSEWHERE) from None
    return file


def is_trusted(info: os.stat_result) -> bool:
    """Whether only the user (or root) can have made or changed what this is about."""
    if sys.platform == "win32":
        return True
    return _owners(info) and not info.st_mode & stat.S_IWOTH


def _make(folder: Path) -> None:
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)


def _shut(folder: Path) -> None:
    """Take away what others may do in a folder; refuse one that is not the user's to shut."""
    if sys.platform == "win32":
        return
    info = os.stat(folder)
    if not stat.S_ISDIR(info.st_mode):
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    if not (_owners(info) and _owners(os.lstat(folder))):
        raise KakosheetError("K703", f"{folder} belongs to another user", _ELSEWHERE)
    if info.st_mode & 0o077:
        if not folder.is_symlink():  # what a link leads to is in use elsewhere too
            with suppress(PermissionError):
                os.chmod(folder, 0o700)
        if os.stat(folder).st_mode & 0o022:
            raise KakosheetError("K703", f"other users may write in {folder}", _ELSEWHERE)


def _owners(info: os.stat_result) -> bool:
    """The user's own or root's; for root any, since people run a program as root in their own home."""
    return os.geteuid() == 0 or info.st_uid in (0, os.geteuid())


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
        raise KakosheetError(
            "K701",
            f"another kakosheet is at work on {os.fspath(path)}",
            "run it again when that one is done",
            exit_code=EXIT_LOCKED,
        )
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
        handle = os.open(file, os.O_RDWR | os.O_CREAT | _NO_LINK, 0o600)
    except OSError as error:
        raise not_written(file, error, _ELSEWHERE) from None
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
