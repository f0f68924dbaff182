"""Text as it comes out of cells and web pages: what nobody sees does not count."""

from __future__ import annotations

import math
import unicodedata

INVISIBLE = "\u200b\u200e\u200f\u2060\ufeff"
"""Zero-width characters that are copied along from web pages and chats."""


def tidy(text: str) -> str:
    """The text in plain width, without white space and invisible characters at its ends."""
    return unicodedata.normalize("NFKC", text).strip().strip(INVISIBLE).strip()


def blank(text: str) -> bool:
    """Whether there is nothing to see."""
    return not text.strip(INVISIBLE).strip()


def quoted(value: object) -> str:
    """What a person wrote, in quotation marks, cut to what a message can show."""
    if isinstance(value, int) and abs(value) >= 10**60:
        return f'"1e{math.log10(abs(value)):.0f}"'  # Python refuses to write out thousands of digits
    text = str(int(value)) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else str(value)
    return f'"{cut(text)}"'


def cut(text: str) -> str:
    """As much of a text as a message can show."""
    return text if len(text) <= 60 else text[:57] + "…"
