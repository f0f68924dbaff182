"""Text as it comes out of cells and web pages: what nobody sees does not count."""

from __future__ import annotations

import math
import shlex
import unicodedata

INVISIBLE = "\u200b\u200e\u200f\u2060\ufeff"
"""Zero-width characters that are copied along from web pages and chats."""


def tidy(text: str) -> str:
    """The text in plain width, without white space and invisible characters at its ends."""
    return unicodedata.normalize("NFKC", text).strip().strip(INVISIBLE).strip()


def blank(text: str) -> bool:
    """Whether there is nothing to see."""
    return not text.strip(INVISIBLE).strip()


def whole(text: str) -> str:
    """The text with a mark in place of halves of surrogate pairs, which are no characters and cannot be stored;
    everything else stays."""
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def quoted(value: object) -> str:
    """What a person wrote, in quotation marks, cut to what a message can show."""
    if isinstance(value, int) and abs(value) >= 10**60:
        return f'"1e{math.log10(abs(value)):.0f}"'  # Python refuses to write out thousands of digits
    text = str(int(value)) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else str(value)
    return f'"{cut(text)}"'


SHOWN = 60
"""Characters of a text that a message shows whole."""


def cut(text: str) -> str:
    """As much of a text as a message can show."""
    return text if len(text) <= SHOWN else text[: SHOWN - 3] + "…"


_CALCULATED = frozenset("=+-@\u2212")
_OPENING = ("\t", "\r", "\n")


def guarded(text: str) -> str:
    """The text as a file of plain text may hold it: an apostrophe stands before what a spreadsheet could take for a
    formula."""
    return text if text[:1].isalnum() or not _calculated(text.lstrip("'")) else f"'{text}"


def unguarded(text: str) -> str:
    """The text without the apostrophe of `guarded`."""
    return text[1:] if text[:1] == "'" and _calculated(text.lstrip("'")) else text


def _calculated(text: str) -> bool:
    """Whether the first character that is seen opens a formula, in any width, or a sign that programs pass over stands
    first."""
    seen = next((char for char in text if not char.isspace() and unicodedata.category(char)[0] not in "CZ"), "")
    return text.startswith(_OPENING) or unicodedata.normalize("NFKC", seen)[:1] in _CALCULATED


def as_typed(path: object) -> str:
    """A path as it is typed into a shell, after the name of a command: an argument, never an option or a command."""
    name = str(path)
    return shlex.quote(f"./{name}" if name.startswith("-") else name)
