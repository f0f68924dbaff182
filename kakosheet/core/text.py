"""Text as it comes out of cells and web pages: what nobody sees does not count."""

from __future__ import annotations

import unicodedata

INVISIBLE = "\u200b\u200e\u200f\u2060\ufeff"
"""Zero-width characters that are copied along from web pages and chats."""


def tidy(text: str) -> str:
    """The text in plain width, without white space and invisible characters at its ends."""
    return unicodedata.normalize("NFKC", text).strip().strip(INVISIBLE).strip()


def blank(text: str) -> bool:
    """Whether there is nothing to see."""
    return not text.strip(INVISIBLE).strip()
