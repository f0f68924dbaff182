"""Names of files that we put beside a book, made from its own: never longer than the disk takes, never one for two
books."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

# What every usual file system takes, in bytes of UTF-8; those that count UTF-16 units take at least as much.
LONGEST = 255
_DIGITS = 8


def beside(book: Path, before: str, name: str, after: str) -> Path:
    """`before` + `name` + `after` beside a book; a name too long is cut between two characters and told apart by a
    hash."""
    room = _room(book.parent) - len(os.fsencode(before + after))
    if len(os.fsencode(name)) > room:
        digits = hashlib.sha256(os.fsencode(name)).hexdigest()[:_DIGITS]
        name = f"{_cut(name, room - _DIGITS - 1)}-{digits}"
    return book.with_name(before + name + after)


def _cut(name: str, size: int) -> str:
    """The longest beginning that takes at most so many bytes, without a blank or a joiner left hanging at its end."""
    data = os.fsencode(name)[: max(size, 0)]
    while data and not name.startswith(os.fsdecode(data)):
        data = data[:-1]
    return os.fsdecode(data).rstrip(" .\u200d\ufe0f")


def _room(folder: Path) -> int:
    """How many bytes a name may have in a folder, where the system says so."""
    try:
        return min(LONGEST, os.pathconf(folder, "PC_NAME_MAX"))
    except (AttributeError, OSError, ValueError):
        return LONGEST
