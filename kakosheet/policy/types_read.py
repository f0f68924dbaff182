"""The files of templates/disputes, looked over when they are read: a type that somebody adds is one file, and a slip in
it is said in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kakosheet.core.issues import KakosheetError
from kakosheet.policy.model import BRANCHES, DEMANDS, GRADES, ROLES, STAGES
from kakosheet.policy.responsibility import CONFIDENCE, FACTS, PARTIES

Row = Mapping[str, Any]
_ONE_OF = {"branch": BRANCHES, "grade": GRADES, "demand": DEMANDS}


def checked_types(types: dict[str, Any], items: Mapping[str, Any]) -> dict[str, Any]:
    """The same. KakosheetError K501 with the file and what is wrong in it; `items` are the pieces of evidence that may
    be asked for."""
    for name, row in types.items():
        wrong = next(_faults(row, items), None)
        if wrong is not None:
            raise KakosheetError(
                "K501",
                f"template disputes/{name}.toml cannot be used: {wrong}",
                "write it like the other files of its folder",
            )
    return types


def _faults(row: Row, items: Mapping[str, Any]) -> Iterator[str]:
    if not _is_words(row.get("title")):
        yield 'it has no title; write title = { en = "…" }'
    for key, known in _ONE_OF.items():
        if row.get(key) not in known:
            yield f'{key} is "{row.get(key, "")}"; it is one of: {", ".join(known)}'
    for key, check in (("steps", _step), ("evidence", _piece), ("responsibility", _rule)):
        entries = row.get(key, [] if key == "responsibility" else None)
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            yield f"it has no list of tables [[{key}]]"
        else:
            yield from (
                f"{key} {number}: {wrong}"
                for number, entry in enumerate(entries, start=1)
                for wrong in check(entry, items)
            )
    if not all(map(_is_words, row.get("tips", ()))):
        yield 'a tip is not written like { en = "…" }'


def _step(entry: Row, items: Mapping[str, Any]) -> Iterator[str]:
    if not entry.get("key") or not _is_words(entry.get("title")):
        yield "it needs a key and a title"
    if entry.get("stage") not in STAGES:
        yield f"stage is one of: {', '.join(STAGES)}"


def _piece(entry: Row, items: Mapping[str, Any]) -> Iterator[str]:
    if entry.get("item") not in items:
        yield f'"{entry.get("item", "")}" is no item of evidence/items.toml'
    if not isinstance(entry.get("required"), bool) or not isinstance(entry.get("days"), int):
        yield "it needs required = true or false, and days"
    if not set(entry.get("sides", ROLES)) <= set(ROLES):
        yield f"sides are of: {', '.join(ROLES)}"


def _rule(entry: Row, items: Mapping[str, Any]) -> Iterator[str]:
    if not entry.get("key") or not _is_words(entry.get("because")):
        yield "it needs a key and because"
    if entry.get("party") not in PARTIES or entry.get("confidence") not in CONFIDENCE:
        yield f"party is one of: {', '.join(PARTIES)}; confidence of: {', '.join(CONFIDENCE)}"
    if not set(entry.get("when", ())) <= set(FACTS):
        yield f"when asks for: {', '.join(FACTS)}"


def _is_words(words: object) -> bool:
    """Words by language, English among them."""
    return (
        isinstance(words, Mapping) and bool(words.get("en")) and all(isinstance(word, str) for word in words.values())
    )
