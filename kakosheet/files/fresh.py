"""A file that is new: made by us or not at all, never what a link leads to."""

from __future__ import annotations

import os

NEW = (
    os.O_WRONLY
    | os.O_CREAT
    | os.O_EXCL
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
)
"""How `os.open` makes it."""


def write_whole(handle: int, data: bytes) -> None:
    """Write all of it, however little the system takes at a time; the handle stays open."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]
