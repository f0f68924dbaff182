"""The last five versions of each book, kept in the state folder with the hash of what we wrote over them.

A backup is two files in `backups/<id of the book>/`: `000007.bak`, the bytes before a write, and then `000007.json`,
which completes it: `{"book": path, "before": sha256, "after": sha256, "old": [number, time], "new": [number, time]}`,
the last two of the file that was replaced and of the one that took its place; notes of earlier versions have neither.

Copies of a book share its id, and so the folder; a version is that of the file at its path, and no other file takes it
or makes it go. A file that was moved takes its versions along: it has the bytes that were written, and either it is the
very file (number and time, which a rename keeps), or nothing stands at the old path any more. What it takes then stays
for whoever comes back to that path.
"""

from __future__ import annotations

import errno
import json
import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kakosheet.core.issues import EXIT_LOCKED, KakosheetError
from kakosheet.files.fresh import NEW, write_whole
from kakosheet.files.snapshot import Snapshot, digest, not_written, stamp
from kakosheet.files.state import is_trusted, lock_key, private_folder, state_folder, sync_folder

# How many versions of a book are kept.
KEPT = 5
# How many versions of one id are kept for files that are not at their paths: moved, deleted, or on a disk that is away.
KEPT_FOR_THE_GONE = 4 * KEPT
_SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}")


Mark = tuple[int, ...]
"""Number and time (ns) of a file, as a rename leaves them."""


@dataclass(frozen=True, slots=True)
class KeptVersion:
    """One kept version: at `book`, the file `old` with the bytes `before` was replaced by the file `new` with `after`
    (SHA-256)."""

    number: int
    folder: Path
    book: str
    before: str
    after: str
    old: Mark | None
    new: Mark | None

    @property
    def file(self) -> Path:
        return self.folder / f"{self.number:06d}.bak"

    @property
    def note(self) -> Path:
        return self.folder / f"{self.number:06d}.json"


def folder_name(book_id: str, target: Path) -> str:
    """The folder of a book: its id, which comes from the file and so is trusted only if plain; without one, the place
    of the file."""
    if not book_id:
        return f"at-{lock_key(target)}"
    return book_id if _SAFE_ID.fullmatch(book_id) else f"id-{digest(book_id.encode('utf-8', 'surrogatepass'))[:32]}"


def store(name: str, snapshot: Snapshot, after: str, new: Path) -> KeptVersion:
    """Keep the bytes of a book that the file `new` is about to replace. Raises K703: no backup, no write."""
    folder = private_folder(f"backups/{name}")
    try:
        record = KeptVersion(
            _write_next(folder, snapshot.data),
            folder,
            os.fspath(snapshot.target),
            snapshot.sha256,
            after,
            snapshot.stamp[:2],
            _mark(new),
        )
        entry = {"book": record.book, "before": record.before, "after": after, "old": record.old, "new": record.new}
        text = json.dumps(entry).encode()
        temporary = record.note.with_suffix(".tmp")
        _write(os.open(temporary, NEW, 0o600), text)
        os.replace(temporary, record.note)
        sync_folder(folder)
    except OSError as error:
        raise not_written(folder, error, "a backup has to be kept before the book is changed") from None
    return record


def settle(record: KeptVersion, instead_of: KeptVersion | None = None) -> None:
    """After the book was replaced: forget what this backup stands for, what is too old, and attempts that never came to
    replacing it."""
    if instead_of:
        drop(instead_of)
    known = sorted(_records(record.folder), key=lambda r: r.number, reverse=True)
    own = [other for other in known if is_at(other, Path(record.book))]
    others = [other for other in known if other not in own]
    same = [other for other in own if (other.old, other.before) == (record.old, record.before)]
    for again in [other for other in same if other.number < record.number]:
        own.remove(again)
        drop(again)
    for other in (*own[KEPT:], *_gone(others)[KEPT_FOR_THE_GONE:]):
        drop(other)
    _sweep(record.folder, known)


def _gone(others: list[KeptVersion]) -> list[KeptVersion]:
    """Those whose file is not there; asked only once there are many: a path may lead to a network that is away."""
    return [] if len(others) <= KEPT_FOR_THE_GONE else [other for other in others if not os.path.lexists(other.book)]


def _sweep(folder: Path, known: list[KeptVersion]) -> None:
    """Remove old files that no note completes; a young one may be of another run that is about to write its note."""
    oldest = known[KEPT - 1].number if len(known) >= KEPT else 0
    noted = {record.number for record in known}
    for file in _listing(folder):
        if file.stem.isdigit() and int(file.stem) < oldest and int(file.stem) not in noted:
            _remove(file)


def drop(record: KeptVersion) -> None:
    """Forget one version."""
    _remove(record.note)
    _remove(record.file)


def latest(target: Path, sha256: str) -> KeptVersion:
    """The newest version of this file that was replaced by the bytes that stand there now.

    Raises K704 if no version of this file is kept, K702 if one is but the book is no longer as we wrote it.
    """
    everything = [record for folder in _listing(state_folder() / "backups") for record in _records(folder)]
    fitting = [record for record in everything if record.after == sha256]
    own = [record for record in everything if is_at(record, target)]
    mine = [record for record in fitting if record in own] or [record for record in fitting if _moved(record, target)]
    if mine:
        return max(mine, key=_age)
    if not own:
        raise _nothing_kept(target, fitting)
    newest = max(own, key=_age)
    raise KakosheetError(
        "K702",
        f"{target.name} was changed after kakosheet wrote it, so going back would lose that change",
        f"the version before stands in {newest.file}",
        exit_code=EXIT_LOCKED,
    )


def bytes_of(record: KeptVersion) -> bytes:
    """The kept bytes; raises K704 if they are no longer what was kept, or others may have written them."""
    try:
        data = _own(record.file)
    except OSError:
        data = b""
    if digest(data) != record.before:
        raise KakosheetError("K704", f"the earlier version in {record.file} is damaged")
    return data


def is_at(record: KeptVersion, target: Path) -> bool:
    """Whether a version is of the file at this path. Notes of earlier versions have names with stray bytes spelled
    out."""
    return record.book == _printable(target) or _same_place(record.book, os.fspath(target))


def _same_place(one: str, other: str) -> bool:
    """Whether two paths are one place; on a disk that takes `Orders.xlsx` and `orders.xlsx` for one name, they are."""
    if os.path.normcase(one) == os.path.normcase(other):
        return True
    if _folded(one) != _folded(other):
        return False
    try:
        names = [name for name in os.listdir(os.path.dirname(one)) if _folded(name) == _folded(os.path.basename(one))]
        return os.path.samefile(one, other) and len(names) == 1
    except (OSError, ValueError):
        return False


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _moved(record: KeptVersion, target: Path) -> bool:
    """Whether the file that was written came from its path to this one; a second name of one that is still there is a
    copy."""
    there = _mark(Path(record.book))
    if record.new is not None and record.new == _mark(target):
        return there != record.new
    return there is None


def _nothing_kept(target: Path, of_others: list[KeptVersion]) -> KakosheetError:
    """K704; a copy is told where its original stands."""
    hint = "undo works after a refresh that changed the book"
    if of_others:
        original = _printable(Path(max(of_others, key=_age).book))
        hint = f"it is a copy of {original}; its own versions are kept from its next change on"
    return KakosheetError("K704", f"no earlier version of {target.name} is kept", hint)


def _printable(target: Path) -> str:
    """A path as text that can be shown, whatever bytes its name has."""
    return os.fsencode(target).decode("utf-8", "backslashreplace")


def _mark(file: Path) -> Mark | None:
    found = stamp(file)
    return found[:2] if found else None


def _records(folder: Path) -> Iterator[KeptVersion]:
    for file in _listing(folder):
        if file.suffix == ".json" and file.stem.isdigit():
            try:
                entry = json.loads(_own(file))
                old, new = (tuple(map(int, entry[name])) if entry.get(name) else None for name in ("old", "new"))
                book, before, after = (str(entry[name]) for name in ("book", "before", "after"))
                yield KeptVersion(int(file.stem), folder, book, before, after, old, new)
            except (OSError, ValueError, KeyError, TypeError, AttributeError):
                continue


def _own(file: Path) -> bytes:
    """The bytes of a file that nobody else can have written; else PermissionError, as for what may not be read."""
    with open(file, "rb") as opened:
        if not is_trusted(os.fstat(opened.fileno())):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return opened.read()


def _listing(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _age(record: KeptVersion) -> tuple[int, int]:
    """What is higher for a newer version."""
    found = stamp(record.note)
    return (found[1] if found else 0, record.number)


def _remove(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError:
        return


def _write_next(folder: Path, data: bytes) -> int:
    """Write the bytes under the next free number; copies of one book share its id, so another run may be taking numbers
    too."""
    number = max((int(file.stem) for file in _listing(folder) if file.stem.isdigit()), default=0) + 1
    while True:
        file = folder / f"{number:06d}.bak"
        try:
            handle = os.open(file, NEW, 0o600)
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
    try:
        write_whole(handle, data)
        os.fsync(handle)
    finally:
        os.close(handle)
