"""The last five versions of each book, kept in the state folder with the hash of what we wrote over them.

A backup is two files in `backups/<book>/`: `000007.bak`, the bytes before a write, and then `000007.json`, which completes it:
`{"book": path, "before": sha256, "after": sha256}`.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kakosheet.app.files.snapshot import Snapshot, digest, not_written
from kakosheet.app.files.state import lock_key, private_folder, state_folder, sync_folder
from kakosheet.core.issues import EXIT_LOCKED, KakosheetError

# How many versions of a book are kept.
KEPT = 5
_SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}")


@dataclass(frozen=True, slots=True)
class Record:
    """One kept version: the bytes `before` were replaced by the bytes `after` (both SHA-256) at `book`."""

    number: int
    folder: Path
    book: str
    before: str
    after: str

    @property
    def file(self) -> Path:
        return self.folder / f"{self.number:06d}.bak"

    @property
    def note(self) -> Path:
        return self.folder / f"{self.number:06d}.json"


def folder_name(book_id: str, target: Path) -> str:
    """The folder of a book: its id, which comes from the file and so is trusted only if plain; without one, the place of the file."""
    if not book_id:
        return f"at-{lock_key(target)}"
    return book_id if _SAFE_ID.fullmatch(book_id) else f"id-{digest(book_id.encode('utf-8', 'surrogatepass'))[:32]}"


def store(name: str, snapshot: Snapshot, after: str) -> Record:
    """Keep the bytes of a book that is about to be replaced. Raises K703: without a backup nothing is written."""
    folder = private_folder(f"backups/{name}")
    try:
        record = Record(_write_next(folder, snapshot.data), folder, _printable(snapshot.target), snapshot.sha256, after)
        entry = {"book": record.book, "before": record.before, "after": after}
        text = json.dumps(entry).encode()
        temporary = record.note.with_suffix(".tmp")
        _write(os.open(temporary, _NEW, 0o600), text)
        os.replace(temporary, record.note)
        sync_folder(folder)
    except OSError as error:
        raise not_written(folder, error, "a backup has to be kept before the book is changed") from None
    return record


def settle(record: Record, instead_of: Record | None = None) -> None:
    """After the book was replaced: forget what this backup stands for, what is too old, and attempts that never came to replacing it."""
    if instead_of:
        drop(instead_of)
    known = sorted(_records(record.folder), key=lambda r: r.number, reverse=True)
    for other in known:
        if other.number < record.number and (other.book, other.before) == (record.book, record.before):
            drop(other)
    oldest = known[KEPT - 1].number if len(known) >= KEPT else 0
    for file in _listing(record.folder):
        if file.stem.isdigit() and int(file.stem) < oldest:
            _remove(file)


def drop(record: Record) -> None:
    """Forget one version."""
    _remove(record.note)
    _remove(record.file)


def latest(target: Path, sha256: str) -> Record:
    """The newest version that was replaced by the bytes that stand there now.

    Raises K704 if no version of this book is kept, K702 if one is but the book is no longer as we wrote it.
    """
    name = _printable(target)
    everything = [record for folder in _listing(state_folder() / "backups") for record in _records(folder)]
    fitting = [record for record in everything if record.after == sha256]
    if fitting:
        return max(fitting, key=lambda r: (r.book == name, _changed(r.note), r.number))
    others = [record for record in everything if record.book == name]
    if not others:
        raise KakosheetError("K704", f"no earlier version of {target.name} is kept", "undo works after a refresh that changed the book")
    newest = max(others, key=lambda r: _changed(r.note))
    raise KakosheetError("K702", f"{target.name} was changed after kakosheet wrote it, so going back would lose that change",
                         f"the version before stands in {newest.file}", exit_code=EXIT_LOCKED)


def bytes_of(record: Record) -> bytes:
    """The kept bytes; raises K704 if they are no longer what was kept."""
    try:
        data = record.file.read_bytes()
    except OSError:
        data = b""
    if digest(data) != record.before:
        raise KakosheetError("K704", f"the earlier version in {record.file} is damaged")
    return data


def _printable(target: Path) -> str:
    """A path as text that JSON can hold, whatever bytes its name has."""
    return os.fsencode(target).decode("utf-8", "backslashreplace")


def _records(folder: Path) -> Iterator[Record]:
    for file in _listing(folder):
        if file.suffix == ".json" and file.stem.isdigit():
            try:
                entry = json.loads(file.read_bytes())
                yield Record(int(file.stem), folder, str(entry["book"]), str(entry["before"]), str(entry["after"]))
            except (OSError, ValueError, KeyError, TypeError):
                continue


def _listing(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _changed(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


def _remove(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError:
        return


_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def _write_next(folder: Path, data: bytes) -> int:
    """Write the bytes under the next free number; copies of one book share its id, so another run may be taking numbers too."""
    number = max((int(file.stem) for file in _listing(folder) if file.stem.isdigit()), default=0) + 1
    while True:
        file = folder / f"{number:06d}.bak"
        try:
            handle = os.open(file, _NEW, 0o600)
        except FileExistsError:
            number += 1
            continue
        try:
            _write(handle, data)
        except BaseException:
            _remove(file)
            raise
        return number


def _write(handle: int, data: bytes) -> None:
    with open(handle, "wb", buffering=0) as file:
        rest = memoryview(data)
        while rest:
            rest = rest[file.write(rest) :]
        os.fsync(handle)
