"""Words in what people write: those that promise nothing, and days in a return policy. Lexicons stand in templates."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import chain

from kakosheet.core.titles import fold
from kakosheet.policy.model import Policy

_SPACED = re.compile(r"[a-z0-9\u00c0-\u024f\u0370-\u052f\u0590-\u06ff]", re.IGNORECASE)


def _without_marks() -> dict[int, str]:
    """Latin, Greek and Cyrillic letters with marks → the bare letter; one for one, so that places stay."""
    parts = {code: unicodedata.normalize("NFD", chr(code)) for code in (*range(0xC0, 0x530), *range(0x1E00, 0x1F00))}
    return {
        code: text[0]
        for code, text in parts.items()
        if len(text) > 1 and all("\u0300" <= mark <= "\u036f" for mark in text[1:])
    }


_MARKS = _without_marks()


def plain(text: str) -> str:
    """A folded text without accents, which many people do not type; as long as the folded text."""
    folded = fold(text)
    return folded if folded.isascii() else folded.translate(_MARKS)


def finder(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds any of the words in a plain text, the longest first.

    Words of scripts that separate them with blanks count as whole words only; others wherever they stand."""
    known = sorted({plain(word) for word in words} - {""}, key=lambda word: (-len(word), word))
    groups: dict[tuple[str, str], list[str]] = {}
    for (
        word
    ) in known:  # one look-around for many words, so that the words of a group are told apart by their first letter
        groups.setdefault(_edges(word), []).append(re.escape(word))
    return re.compile(
        "|".join(f"{before}(?:{'|'.join(same)}){after}" for (before, after), same in groups.items()) or r"(?!)"
    )


def _edges(word: str) -> tuple[str, str]:
    """What may not stand before and after a word."""
    return r"(?<!\w)" if _SPACED.match(word[0]) else "", r"(?!\w)" if _SPACED.match(word[-1]) else ""


def found(pattern: re.Pattern[str], *texts: str | None) -> list[str]:
    """The different words of a pattern in the texts, in order, as they are written there (folded)."""
    words: dict[str, None] = {}
    for text in filter(None, texts):
        folded = fold(text)
        for match in pattern.finditer(plain(text)):
            words.setdefault(folded[match.start() : match.end()])
    return list(words)


def vague_words(policy: Policy, *texts: str | None) -> list[str]:
    """The words in these texts that bind nobody."""
    if not any(texts):
        return []
    pattern = policy._memo.get("vague")
    if pattern is None:
        pattern = policy._memo["vague"] = finder(chain.from_iterable(policy.vague.values()))
    return found(pattern, *texts)


def speaks_of_time(policy: Policy, word: str) -> bool:
    """Whether a vague word stands for a day."""
    known = policy._memo.get("time")
    if known is None:
        known = policy._memo["time"] = frozenset(plain(word) for word in policy.risk["vague"]["time"])
    return plain(word) in known


def takes_nothing_back(policy: Policy, return_policy: str | None) -> bool:
    """Whether a return policy says that there is none."""
    if not return_policy:
        return False
    pattern = policy._memo.get("never")
    if pattern is None:
        pattern = policy._memo["never"] = finder(policy.risk["return_policy"]["never"])
    return pattern.search(plain(return_policy)) is not None


def return_days(policy: Policy, return_policy: str | None) -> int | None:
    """The first number of days or weeks in a return policy, in days; None if it names none."""
    if not return_policy:
        return None
    pattern = policy._memo.get("return_days")
    if pattern is None:
        words = policy.risk["return_policy"]
        days, weeks = (
            "|".join(re.escape(plain(w)) for w in sorted(words[key], key=len, reverse=True))
            for key in ("days", "weeks")
        )
        pattern = policy._memo["return_days"] = re.compile(rf"(?<![\d.,])(\d{{1,3}})[\s-]*(?:(?P<week>{weeks})|{days})")
    match = pattern.search(plain(return_policy))
    return None if match is None else int(match.group(1)) * (7 if match.group("week") else 1)
