"""Reading a book: all its bytes at once, with what is needed to see later that nobody changed it."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import time
from dataclasses import dataclass, field
from pathlib import Path

from kakosheet.core.issues import KakosheetError
from kakosheet.policy.resources import read_regular, refuse_irregular

PathLike = str | os.PathLike[str]

# A workbook is far smaller; beyond this a mistake (a disk image, a video) would only fill the memory.
LARGEST = 1 << 30
# Excel deletes the old file and then renames the new one (Microsoft KB 814068): for a moment the name does not exist.
_EXCEL_SAVES = 2.0


Stamp = tuple[int, int, int]
"""What a file's number, time (ns) and size were: another one is another file, or was written since."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A book as it stood when it was read: `path` as given, `target` with every link resolved, the bytes and their
    SHA-256."""

    path: Path
    target: Path
    data: bytes = field(repr=False)
    sha256: str
    mode: int
    uid: int
    gid: int
    links: int
    stamp: Stamp
    owners: dict[Path, Stamp]
    """The owner files that stood beside it before it was read."""


def load(path: str | os.PathLike[str]) -> Snapshot:
    """Read the whole book. Raises K109 for what is missing, no file or unreadable, K107 for what is too large to be a
    workbook."""
    given, target = Path(path), resolve(path)
    owners = {file: found for book in names_of(path) for file in owner_files(book) if (found := stamp(file))}
    try:
        if not target.exists() and given.exists():  # /dev/stdin leads to a pipe that has no name
            refuse_irregular(given, given.stat())
        data, info = _read_still(target)
    except FileNotFoundError:
        raise KakosheetError("K109", f"{given} does not exist", "check the name and the folder") from None
    except PermissionError:
        raise KakosheetError("K109", f"{given} may not be read", "ask for the right to read it") from None
    except OSError as error:
        raise KakosheetError("K109", f"{given} cannot be read: {reason(error)}") from None
    return Snapshot(
        given,
        target,
        data,
        digest(data),
        stat.S_IMODE(info.st_mode),
        info.st_uid,
        info.st_gid,
        info.st_nlink,
        _stamp(info),
        owners,
    )


def resolve(path: str | os.PathLike[str]) -> Path:
    """The absolute path with every link followed. Raises K109 for what can be no file name."""
    try:
        return Path(os.path.realpath(path))
    except (OSError, ValueError):
        raise KakosheetError("K109", f"{os.fspath(path)!r} is no file name") from None


def names_of(path: str | os.PathLike[str]) -> list[Path]:
    """The places of a book that is named by a path: where its links end, and the path itself."""
    return list(dict.fromkeys((resolve(path), Path(os.path.abspath(path)))))


def owner_files(book: Path) -> tuple[Path, Path]:
    """Where LibreOffice, and where Excel says that it has a book open."""
    return book.with_name(f".~lock.{book.name}#"), book.with_name(f"~${book.name}")


def stamp(file: Path) -> Stamp | None:
    """The stamp of what stands there now, None if that cannot be seen."""
    try:
        return _stamp(os.stat(file))
    except (OSError, ValueError):
        return None


def _stamp(info: os.stat_result) -> Stamp:
    return info.st_ino, info.st_mtime_ns, info.st_size


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def current_digest(target: Path) -> str:
    """SHA-256 of what stands on the disk now; raises OSError."""
    return digest(_read_once(target)[0])


def _read_still(target: Path) -> tuple[bytes, os.stat_result]:
    """The bytes of a file that did not change while they were read; waits out the moment in which Excel renames."""
    until = time.monotonic() + _EXCEL_SAVES
    while True:
        try:
            data, info = _read_once(target)
        except FileNotFoundError:
            if time.monotonic() > until or not stamp(owner_files(target)[1]):
                raise
            time.sleep(0.05)
            continue
        if len(data) == info.st_size or time.monotonic() > until:
            return data, info
        time.sleep(0.05)


def _read_once(target: Path) -> tuple[bytes, os.stat_result]:
    return read_regular(target, LARGEST)


_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your share of the disk is used up",
    errno.EFBIG: "the file would be larger than is allowed here",
    errno.EACCES: "you may not write there",
    errno.EPERM: "you may not write there",
    errno.EROFS: "the disk is read-only",
    errno.EIO: "the disk reported an error",
    errno.ENOENT: "the folder or file is gone",
    errno.ENAMETOOLONG: "the name is too long",
    errno.EPIPE: "the program that was to read it has ended",
    errno.EBADF: "the output is closed",
}


def reason(error: OSError) -> str:
    """Why the system refused, in a few plain words on one line."""
    return _REASONS.get(error.errno or 0) or (error.strerror or type(error).__name__).lower()


def not_written(what: str | os.PathLike[str], error: OSError, hint: str = "") -> KakosheetError:
    """K703 for a system call that failed while writing."""
    return KakosheetError("K703", f"{os.fspath(what)} could not be written: {reason(error)}", hint)


def not_used(error: OSError) -> KakosheetError:
    """K703 for a system call that failed anywhere else."""
    return KakosheetError("K703", f"{os.fspath(error.filename or 'a file')} could not be used: {reason(error)}")
