"""Copies that a sync program set aside because two people changed the book at once; they are named, never merged.

Patterns of the programs' help pages as known on 2026-11-21: Dropbox `book (Mei's conflicted copy 2026-11-21).xlsx`, Nextcloud and
ownCloud `book (conflicted copy 2026-11-21 212400).xlsx` (before 2.4 `book_conflict-20261121-212400.xlsx`), Syncthing
`book.sync-conflict-20261121-212400-ABCDEFG.xlsx`, OneDrive `book-COMPUTERNAME.xlsx`.
"""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path

from kakosheet.app.files.state import machine

_WORDS = r"conflicted copy|conflict copy|case conflict|冲突副本|衝突副本|in konflikt stehende kopie|copie en conflit|copia en conflicto"
_PATTERNS = (
    rf" \([^()]*(?:{_WORDS})[^()]*\)(?: ?\(\d+\))?",
    r"_conflict-\d{8}-\d{6}",
    r"\.sync-conflict-\d{8}-\d{6}(?:-[A-Z0-9]+)?",
    r"-(?:DESKTOP|LAPTOP|WIN|PC|MACBOOK|SURFACE)-[A-Z0-9]+(?:-\d+)?",
)


def conflict_copies(path: str | os.PathLike[str]) -> list[Path]:
    """The siblings of a book that look like conflict copies of it, in the order of their names; empty where the folder cannot be read."""
    book = Path(path)
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
