"""Folders that a sync program keeps the same on several computers.

There a book is written only after its bytes have been still, and copies that the program set aside because two people
changed the book at once are named, never merged. Patterns of the programs' help pages as known on 2026-11-21: Dropbox
`book (Mei's conflicted copy 2026-11-21).xlsx`, Nextcloud and ownCloud `book (conflicted copy 2026-11-21 212400).xlsx`
(before 2.4 `book_conflict-20261121-212400.xlsx`), Syncthing `book.sync-conflict-20261121-212400-ABCDEFG.xlsx`, OneDrive
`book-COMPUTERNAME.xlsx`.
"""

from __future__ import annotations

import os
import re
import time
import unicodedata
from pathlib import Path

from kakosheet.files.snapshot import resolve
from kakosheet.files.state import machine

_WORDS = r"conflicted copy|conflict copy|case conflict|冲突副本|衝突副本|in konflikt stehende kopie|copie en conflit|copia en conflicto"
_PATTERNS = (
    rf" \([^()]*(?:{_WORDS})[^()]*\)(?: ?\(\d+\))?",
    r"_conflict-\d{8}-\d{6}",
    r"\.sync-conflict-\d{8}-\d{6}(?:-[A-Z0-9]+)?",
    r"-(?:DESKTOP|LAPTOP|WIN|PC|MACBOOK|SURFACE)-[A-Z0-9]+(?:-\d+)?",
)
_FOLDERS = re.compile(
    r"Dropbox(?: \(.+\))?|OneDrive(?:[ -].+)?|Nextcloud\d*|ownCloud\d*|Google Drive|GoogleDrive-.+|My Drive|iCloud ?Drive"
    r"|com~apple~CloudDocs",
    re.IGNORECASE,
)
# How long a book must have been still before it is written, in seconds: programs bring a changed file down in one
# piece, but late.
STILL_SECONDS = 2.0


def is_synced(path: str | os.PathLike[str]) -> bool:
    """Whether a book stands in a folder of Dropbox, OneDrive, Nextcloud, ownCloud, Google Drive, iCloud (by name),
    Syncthing (by mark)."""
    folders = resolve(path).parents
    return any(_FOLDERS.fullmatch(folder.name) or os.path.isdir(folder / ".stfolder") for folder in folders)


def wait_until_still(path: str | os.PathLike[str]) -> None:
    """In a synced folder, wait until nobody has written the book for `STILL_SECONDS`, at most twice that long. May
    raise OSError."""
    if not is_synced(path):
        return
    until = time.monotonic() + 2 * STILL_SECONDS
    while 0 <= time.time() - os.stat(path).st_mtime < STILL_SECONDS and time.monotonic() < until:
        time.sleep(0.05)


def conflict_copies(path: str | os.PathLike[str]) -> list[Path]:
    """The siblings of a book that look like conflict copies of it, in the order of their names; empty where the folder
    cannot be read."""
    books = dict.fromkeys((Path(path), resolve(path) if os.path.islink(path) else Path(path)))
    return [copy for book in books for copy in _copies(book)]


def _copies(book: Path) -> list[Path]:
    here = machine().split(".")[0]
    patterns = (*_PATTERNS, rf"-{re.escape(here)}(?:-\d+)?") if here else _PATTERNS
    stem, suffix = re.escape(_plain(book.stem)), re.escape(_plain(book.suffix))
    wanted = re.compile(rf"{stem}(?:{'|'.join(patterns)}){suffix}", re.IGNORECASE)
    try:
        names = os.listdir(book.parent)
    except OSError:
        return []
    return [book.with_name(name) for name in sorted(names) if wanted.fullmatch(_plain(name))]


def _plain(name: str) -> str:
    """macOS may give names decomposed; compare them composed."""
    return unicodedata.normalize("NFC", name)
