"""Reads a message: its language, feeling, wish, and what calls for a person. Lexicon: templates/lexicons/messages.toml.

Counting words of a short list is transparent (the words are shown) and needs no model; it sorts, people decide."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import chain
from typing import Any, NamedTuple

from kakosheet.core.titles import fold
from kakosheet.policy.model import Policy
from kakosheet.policy.words import finder, found, plain

SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
)
"""Scripts that tell the language by themselves (Unicode blocks); kana before ideographs, since Japanese has both."""

WISHES = (
    "refund_request",
    "return",
    "replacement",
    "compensation",
    "delivery_update",
    "complaint",
    "suggestion",
    "inquiry",
    "thanks",
)
"""In the order that decides between equals."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


class MessageReading(NamedTuple):
    """`feeling` and `wants` are choices; `words` the words behind them; `threat` whether consequences are spoken of."""

    language: str | None
    feeling: str
    wants: str
    words: tuple[str, ...]
    threat: bool


class Lexicon(NamedTuple):
    positive: re.Pattern[str]
    negative: re.Pattern[str]
    threat: re.Pattern[str]
    wishes: Mapping[str, re.Pattern[str]]


def language(policy: Policy, text: str) -> str | None:
    """The language of a text as ISO 639-1; None if it cannot be told."""
    folded = fold(text)
    scripts = {key: len(pattern.findall(folded)) for key, pattern in SCRIPTS}
    words = _WORD.findall(plain(text))
    latin = sum(len(word) for word in words if word[0] < "\u0250")
    if sum(scripts.values()) * 2 > latin:
        kana = scripts.pop("ja")
        return "ja" if kana and kana * 5 >= scripts["zh"] else max(scripts, key=lambda key: scripts[key])
    stops: Mapping[str, frozenset[str]] = _stops(policy)
    hits = {key: sum(map(known.__contains__, words)) for key, known in stops.items()}
    for key, letters in _content(policy).get("letters", {}).items():
        hits[key] = hits.get(key, 0) + sum(map(folded.count, letters))
    best = max(hits, key=lambda key: hits[key], default=None)
    return best if best is not None and hits[best] else None


def _stops(policy: Policy) -> Mapping[str, frozenset[str]]:
    known: Mapping[str, frozenset[str]] | None = policy._memo.get("stops")
    if known is None:
        known = policy._memo["stops"] = {
            key: frozenset(map(plain, words)) for key, words in _content(policy).get("stop", {}).items()
        }
    return known


def _content(policy: Policy) -> Mapping[str, Any]:
    content: Mapping[str, Any] = policy.lexicons.get("messages", {})
    return content


def lexicon(policy: Policy, lang: str | None) -> Lexicon:
    """The patterns for a language, those of English among them, since people mix; without a language those of all."""
    memo = ("messages", lang)
    known: Lexicon | None = policy._memo.get(memo)
    if known is None:
        content = _content(policy)

        def pattern(listing: Mapping[str, list[str]]) -> re.Pattern[str]:
            return finder(
                chain.from_iterable(words for key, words in listing.items() if lang is None or key in ("en", lang))
            )

        positive, negative, threat = (pattern(content.get(name, {})) for name in ("positive", "negative", "threat"))
        known = policy._memo[memo] = Lexicon(
            positive, negative, threat, {wish: pattern(content.get("wants", {}).get(wish, {})) for wish in WISHES}
        )
    return known


def read(policy: Policy, text: str) -> MessageReading:
    """What a message says. A question without a known word is an inquiry; nothing known at all is unclear."""
    lang = language(policy, text)
    words = lexicon(policy, lang)
    bad, threats = found(words.negative, text), found(words.threat, text)
    good = [word for word in found(words.positive, text) if not any(word in other for other in bad)]
    counts = {wish: found(pattern, text) for wish, pattern in words.wishes.items()}
    # Thanks are manners beside any other wish.
    wish = max(WISHES[:-1], key=lambda key: len(counts[key]))
    if not counts[wish]:
        wish = (
            "complaint"
            if bad or threats
            else "thanks"
            if counts["thanks"]
            else "inquiry"
            if "?" in fold(text)
            else "unclear"
        )
    feeling = "negative" if threats or len(bad) >= max(1, len(good)) else "positive" if good else "neutral"
    return MessageReading(
        lang, feeling, wish, tuple(dict.fromkeys([*threats, *bad, *good, *counts.get(wish, ())])), bool(threats)
    )


def reply(policy: Policy, wish: str, lang: str | None) -> str | None:
    """A first answer to such a wish in that language, else in English."""
    texts: Mapping[str, str] = _content(policy).get("reply", {}).get(wish, {})
    return texts.get(lang or "en") or texts.get("en")
