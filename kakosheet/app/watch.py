"""`watch`: the book is refreshed after each save, as soon as the program that has it open lets go of it.

The folder is watched, not the file, since programs save by putting a new file in its place. What wakes us: the book
itself, or its owner file going away; and every few seconds another number, time or size of the book, since a wake can
be missed (before the watching has begun, or in a folder of the network). What counts: bytes other than those that we
read or wrote last. So our own write is no reason to refresh, and neither are conflict copies, backups and other books
of the folder. What we wrote is known from the write, never read back: a save of the user's may stand there by then.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from kakosheet import files
from kakosheet.app.refresh import refresh
from kakosheet.book.refreshed import Refreshed
from kakosheet.core.issues import EXIT_FILE, EXIT_LOCKED, KakosheetError
from kakosheet.files import PathLike
from kakosheet.files.owners import Held
from kakosheet.files.snapshot import Stamp, current_digest, digest, owner_files, stamp

DEBOUNCE_MS, PATIENCE_MS = 400, 3000
"""How long a folder has to be still before we look, and how often we look whether a book that waits has been closed."""

Tell = Callable[[dict[str, Any], Refreshed | None], None]
"""Gets the result of a refresh, or `{"error": …}` where there was none."""


def watch(
    path: PathLike,
    tell: Tell,
    *,
    today: date | None = None,
    stop: threading.Event | None = None,
    once: bool = False,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Refresh after each save and close, until `stop` is set or Ctrl+C is pressed. KakosheetError K803 without
    watchfiles, K109 without the book."""
    first = files.load(path)
    target, seen = first.target, first.sha256
    looked_at: Stamp | None = first.stamp
    del first
    waits, tried = False, ""
    for woken in _wakes(target, stop, ready):
        now = stamp(target)
        if not (woken or waits or now != looked_at):
            continue
        found = _digest(target)
        looked_at = now if found else None
        waits = found not in (None, seen) and _is_held(path)
        if found in (None, seen) or waits:
            continue
        dealt_with = _refresh(path, today, tell, found, growing=found != tried)
        seen, tried, waits = dealt_with or seen, found, dealt_with is None
        if once and not waits:
            return


def _refresh(path: PathLike, today: date | None, tell: Tell, found: str, *, growing: bool) -> str | None:
    """Refresh and tell; returns the digest of the bytes that are dealt with by it: those `found`, or those that were
    written.

    None if it has to be tried again: somebody holds the book after all, or it may be still `growing`, by a slow copy.
    """
    reports: list[Refreshed] = []
    try:
        done = refresh(path, today=today, report=reports.append)
    except KakosheetError as error:
        if error.exit_code == EXIT_LOCKED or (growing and error.exit_code == EXIT_FILE):
            return None
        tell(
            {
                "file": str(path),
                "error": {"code": error.code, "message": error.message, "hint": error.hint},
                "issues": [issue.as_dict() for issue in error.issues],
            },
            None,
        )
        return found
    tell(done, reports[0])
    return digest(reports[0].result.data)


def _wakes(target: Path, stop: threading.Event | None, ready: Callable[[], None]) -> Iterator[bool]:
    """True when the book or its owner file changed, False when only time has passed."""
    try:
        import watchfiles
    except ImportError:
        raise KakosheetError(
            "K803", "watching needs the package watchfiles", "install it: pip install 'kakosheet[watch]'"
        ) from None
    names = {target.name, *(file.name for file in owner_files(target))}
    changes = watchfiles.watch(
        target.parent,
        watch_filter=lambda _, name: Path(name).name in names,
        debounce=4 * DEBOUNCE_MS,
        step=DEBOUNCE_MS,
        stop_event=stop,
        rust_timeout=PATIENCE_MS,
        yield_on_timeout=True,
        recursive=False,
        raise_interrupt=False,
    )
    ready()
    for found in changes:
        yield bool(found)


def _is_held(path: PathLike) -> bool:
    found = files.holder(path)
    return found is not None and found.held is not Held.STALE


def _digest(target: Path) -> str | None:
    """What stands there now; None while a program is putting a new file in its place."""
    with suppress(OSError, KakosheetError):
        return current_digest(target)
    return None
