"""Writing a book: all of it or nothing. See the package for the order of the steps.

A tiny window stays open between looking once more (the old bytes, then the owner files) and replacing: no portable call
replaces a file only if it is unchanged.
"""

from __future__ import annotations

import errno
import os
import re
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from kakosheet.core.issues import EXIT_LOCKED, KakosheetError
from kakosheet.files import backups
from kakosheet.files.fresh import NEW, write_whole
from kakosheet.files.owners import Held, Holder, holders
from kakosheet.files.snapshot import Snapshot, current_digest, digest, load, not_written, reason, resolve, stamp
from kakosheet.files.state import lock, lock_is_free, lock_key, sync_folder
from kakosheet.files.syncing import wait_until_still

# Sync programs pass over names that begin with ".~".
_TEMPORARY = re.compile(r"\.~kakosheet-([0-9a-f]{16})-[0-9a-f]{8}\.tmp")
# ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION (Windows system error codes).
_WINDOWS_HELD = (5, 32, 33)
_BACK_OFF = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
_NO_LINKS = (errno.EPERM, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK)


@dataclass(frozen=True, slots=True)
class Saved:
    """Whether anything was written, and what the user should know about it (each one sentence)."""

    written: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Undone:
    """A book put back: the bytes that stand there now, and those that a second undo brings back."""

    path: Path
    sha256: str
    before: str
    notes: tuple[str, ...] = ()


def save(
    snapshot: Snapshot, data: bytes, *, book_id: str, check: Callable[[bytes], None], force: bool = False
) -> Saved:
    """Replace the bytes of a book that was read as `snapshot`; equal bytes are not written.

    `check` opens the new bytes once more and raises if they are not what they should be. `force` passes an owner file
    unless its program is seen to run. Raises K701 (held), K702 (changed since it was read), both exit 4, K703 (could
    not be written, exit 5).
    """
    target = snapshot.target
    if data == snapshot.data:
        _sweep_if_free(target)
        return Saved(False)
    with lock(target):
        refuse_if_held(snapshot.path, force=force, read=snapshot)
        check(data)
        return Saved(True, _replace(snapshot, data, backups.folder_name(book_id, target), force=force))


def create(
    path: str | os.PathLike[str], data: bytes, *, force: bool = False, beside: str | os.PathLike[str] | None = None
) -> Saved:
    """Write a new file, which appears whole or not at all.

    Raises K705 if the name is taken; with `force` what stands there is backed up and replaced, unless it is the book
    `beside` which the file is to stand.
    """
    target = resolve(path)
    if beside is not None and target == resolve(beside):
        raise KakosheetError("K705", f"{os.fspath(path)} is the book itself", "choose another name")
    if os.path.lexists(target) and force:
        return save(load(path), data, book_id="", check=lambda _: None, force=True)
    with lock(target):
        _sweep(target)
        _place(path, target, data)
        return Saved(True, _settle_folder(target))


def made_folder(folder: Path) -> None:
    """Make a folder, unless it is there. Raises K703."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise KakosheetError(
            "K703", f"{folder} cannot be used as a folder: {reason(error)}", "name another one"
        ) from None


def undo(path: str | os.PathLike[str], *, force: bool = False, dry_run: bool = False) -> Undone:
    """Swap a book with its last backup; a second undo swaps back. Raises K704 without a backup, K702 if the book
    changed since."""
    if dry_run:
        snapshot = load(path)
        record = backups.latest(snapshot.target, snapshot.sha256)
        backups.bytes_of(record)
        return Undone(snapshot.path, record.before, snapshot.sha256)
    with lock(path):
        snapshot = load(path)
        record = backups.latest(snapshot.target, snapshot.sha256)
        data = backups.bytes_of(record)
        refuse_if_held(path, force=force, read=snapshot)
        own = record if backups.is_at(record, snapshot.target) else None
        notes = _replace(snapshot, data, record.folder.name, force=force, instead_of=own)
        return Undone(snapshot.path, record.before, snapshot.sha256, notes)


def refuse_if_held(path: str | os.PathLike[str], *, force: bool = False, read: Snapshot | None = None) -> None:
    """Raises K701 (exit 4) if another program has the book open; `force` passes owner files whose program is not seen
    to run.

    With the book as it was `read`, `force` passes only those that stood there then: a newer one was left behind by
    nobody.
    """
    for found in holders(path):
        left = found.held is not Held.LIVE and (read is None or read.owners.get(found.file) == stamp(found.file))
        if not (force and left):
            _refuse_held(path, found, left=left)


def _refuse_held(path: str | os.PathLike[str], found: Holder, *, left: bool) -> NoReturn:
    """Raises K701; `left` means that the owner file may have been left behind."""
    cure = "close it there and run again"
    if left:
        cure += ", or use --force if nobody has it open"
    raise KakosheetError("K701", f"{Path(path).name} is {found.sentence()}", cure, exit_code=EXIT_LOCKED)


def _replace(
    snapshot: Snapshot, data: bytes, backup_folder: str, *, force: bool, instead_of: backups.KeptVersion | None = None
) -> tuple[str, ...]:
    """Temporary file, backup (an undo's takes the place of the one it puts back), bytes and owner files once more,
    replace.

    The lock is held. Returns what the user should know.
    """
    target, temporary, record, placed = snapshot.target, None, None, False
    _sweep(target)
    try:
        _refuse_if_read_only(target)
        temporary, notes = _write_temporary(target, data, like=snapshot)
        record = backups.store(backup_folder, snapshot, digest(data), temporary)
        wait_until_still(target)
        _refuse_if_changed(snapshot)
        refuse_if_held(snapshot.path, force=force, read=snapshot)
        placed = _move(temporary, target)
    except BaseException as error:
        _discard(temporary)
        if record:
            backups.drop(record)
        if isinstance(error, OSError):
            raise not_written(snapshot.path, error) from None
        raise
    if not placed:
        backups.drop(record)
        raise KakosheetError(
            "K701",
            f"{snapshot.path} is held open by another program",
            f"close it there and run again; the new version stands in {temporary.name}",
            exit_code=EXIT_LOCKED,
        )
    backups.settle(record, instead_of)
    if snapshot.links > 1:
        notes += (f"{target.name} has a second name (a hard link); that one keeps the old content",)
    return notes + _settle_folder(target)


def _refuse_if_read_only(target: Path) -> None:
    if not os.access(target, os.W_OK):
        raise KakosheetError(
            "K703", f"{target} is read-only", "allow writing it, or write the result elsewhere with -o"
        )


def _refuse_if_changed(snapshot: Snapshot) -> None:
    try:
        same = current_digest(snapshot.target) == snapshot.sha256 and resolve(snapshot.path) == snapshot.target
    except (FileNotFoundError, KakosheetError):
        same = False
    if not same:
        raise KakosheetError(
            "K702",
            f"{snapshot.path} was changed by another program meanwhile; nothing was written",
            "run it again",
            exit_code=EXIT_LOCKED,
        )


def _temporary_name(target: Path) -> Path:
    return target.with_name(f".~kakosheet-{lock_key(target)}-{os.urandom(4).hex()}.tmp")


def _write_temporary(target: Path, data: bytes, *, like: Snapshot | None) -> tuple[Path, tuple[str, ...]]:
    """A new file beside the target with these bytes, on the disk; with the rights of the old one, if there is one."""
    temporary = _temporary_name(target)
    try:
        handle = os.open(temporary, NEW, 0o600 if like else 0o666)
    except FileNotFoundError:
        raise KakosheetError(
            "K703", f"the folder {target.parent} does not exist", "make it first, or name another one"
        ) from None
    except OSError as error:
        raise not_written(target.parent, error, "a new version is first written beside the old one") from None
    try:
        try:
            write_whole(handle, data)
            notes = _dress(handle, temporary, like) if like else ()
            _to_disk(handle)
        finally:
            os.close(handle)
    except BaseException:
        _discard(temporary)
        raise
    return temporary, notes


def _dress(handle: int, temporary: Path, like: Snapshot) -> tuple[str, ...]:
    """Owner, mode and extended attributes of the old file, as far as the system lets us."""
    notes: tuple[str, ...] = ()
    if sys.platform != "win32":
        own = os.fstat(handle)
        if (own.st_uid, own.st_gid) != (like.uid, like.gid):
            try:
                os.fchown(handle, like.uid, like.gid)
            except OSError:
                notes = (f"{like.target.name} now belongs to you; its former owner could not be kept",)
        with suppress(OSError):
            os.fchmod(handle, like.mode)
    if sys.platform == "linux":
        with suppress(OSError):
            for name in os.listxattr(like.target):
                with suppress(OSError):
                    os.setxattr(handle, name, os.getxattr(like.target, name))
    return notes


def _to_disk(handle: int) -> None:
    os.fsync(handle)
    if sys.platform == "darwin":
        import fcntl

        # fsync on macOS leaves the bytes in the drive's cache (fsync(2) there).
        with suppress(OSError):
            fcntl.fcntl(handle, fcntl.F_FULLFSYNC)


def _move(temporary: Path, target: Path) -> bool:
    """Replace the target; False where Windows keeps refusing because a program has it open."""
    for pause in (*_BACK_OFF, None):
        try:
            os.replace(temporary, target)
        except PermissionError as error:
            if getattr(error, "winerror", None) not in _WINDOWS_HELD:
                raise
        else:
            return True
        if pause:
            time.sleep(pause)
    return False


def _place(path: str | os.PathLike[str], target: Path, data: bytes) -> None:
    """Let a new file appear under a name that is free."""
    taken = KakosheetError(
        "K705", f"{os.fspath(path)} exists already", "choose another name, or use --force to replace it"
    )
    if os.path.lexists(target):
        raise taken
    try:
        temporary, _ = _write_temporary(target, data, like=None)
    except OSError as error:
        raise not_written(path, error) from None
    try:
        _rename_to_free(temporary, target)
    except FileExistsError:
        raise taken from None
    except OSError as error:
        raise not_written(path, error) from None
    finally:
        _discard(temporary)


def _rename_to_free(temporary: Path, target: Path) -> None:
    """Like rename, but raises FileExistsError instead of replacing."""
    if sys.platform == "win32":
        os.rename(temporary, target)
        return
    try:
        os.link(temporary, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # A file system without hard links (FAT): look, then rename.
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, "exists") from None
        os.replace(temporary, target)


def _settle_folder(target: Path) -> tuple[str, ...]:
    """Bring the new name to the disk. The book is in place already, so a failure here is told, not raised."""
    return (f"{target.name} is written, but the disk did not confirm it",) if sync_folder(target.parent) else ()


def _sweep(target: Path) -> None:
    """Remove what killed runs left in the folder: this book's temporary files (we hold its lock), and others of ours
    whose lock is free."""
    mine = lock_key(target)
    for name, key in _temporaries(target.parent):
        with suppress(OSError, KakosheetError):
            if key == mine or lock_is_free(key):
                _discard(target.with_name(name))


def _sweep_if_free(target: Path) -> None:
    with suppress(KakosheetError):
        if any(key == lock_key(target) for _, key in _temporaries(target.parent)):
            with lock(target, wait_seconds=0):
                _sweep(target)


def _temporaries(folder: Path) -> list[tuple[str, str]]:
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    found = (_TEMPORARY.fullmatch(name) for name in names)
    return [(match.group(), match.group(1)) for match in found if match]


def _discard(temporary: Path | None) -> None:
    if temporary:
        with suppress(OSError):
            os.unlink(temporary)
