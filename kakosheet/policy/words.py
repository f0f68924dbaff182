"""Words in what people write: those that promise nothing, and days in a return policy. Lexicons stand in templates."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain

from kakosheet.core.titles import fold
from kakosheet.policy.model import Policy

_SPACED = re.compile(r"[a-z0-9\u00c0-\u024f\u0370-\u052f\u0590-\u06ff]", re.IGNORECASE)


def finder(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds any of the words in a folded text, the longest first.

    Words of scripts that separate them with blanks count as whole words only; others wherever they stand."""
    known = sorted({fold(word) for word in words} - {""}, key=lambda word: (-len(word), word))
    return re.compile("|".join(_whole(word) for word in known) or r"(?!)")


def _whole(word: str) -> str:
    before = r"(?<!\w)" if _SPACED.match(word[0]) else ""
    after = r"(?!\w)" if _SPACED.match(word[-1]) else ""
    return f"{before}{re.escape(word)}{after}"


def found(pattern: re.Pattern[str], *texts: str | None) -> list[str]:
    """The different words of a pattern in the texts, in order."""
    return list(dict.fromkeys(match.group() for text in texts if text for match in pattern.finditer(fold(text))))


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
    return fold(word) in policy.risk["vague"]["time"]


def takes_nothing_back(policy: Policy, return_policy: str | None) -> bool:
    """Whether a return policy says that there is none."""
    if not return_policy:
        return False
    pattern = policy._memo.get("never")
    if pattern is None:
        pattern = policy._memo["never"] = finder(policy.risk["return_policy"]["never"])
    return pattern.search(fold(return_policy)) is not None


def return_days(policy: Policy, return_policy: str | None) -> int | None:
    """The first number of days or weeks in a return policy, in days; None if it names none."""
    if not return_policy:
        return None
    pattern = policy._memo.get("return_days")
    if pattern is None:
        words = policy.risk["return_policy"]
        days, weeks = ("|".join(re.escape(fold(w)) for w in sorted(words[key], key=len, reverse=True)) for key in ("days", "weeks"))
        pattern = policy._memo["return_days"] = re.compile(rf"(?<![\d.,])(\d{{1,3}})[\s-]*(?:(?P<week>{weeks})|{days})")
    match = pattern.search(fold(return_policy))
    return None if match is None else int(match.group(1)) * (7 if match.group("week") else 1)
