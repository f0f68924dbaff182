"""What messages say: one reading of each gives all computed cells."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from kakosheet.core.records import CannotKnow, attempt
from kakosheet.core.rules import Fault, check, rule
from kakosheet.policy.messages import MessageReading, language, read, reply
from kakosheet.policy.model import Policy
from kakosheet.sheets.casework.news import Word
from kakosheet.sheets.faults import still_to_come
from kakosheet.sheets.words import Say

MAX_WORDS = 8
PEOPLE = ("seller", "agent", "other")
"""Whose feelings count, besides customers': platforms, carriers and offices write to forms."""

Cells = tuple[str | CannotKnow | None, ...]


@rule(
    "log.language",
    "log.feeling",
    "log.wants",
    "log.words_noticed",
    "log.needs_a_person",
    "log.suggested_reply",
    reads=(Word,),
)
def reading(word: Word, *, policy: Policy, say: Say) -> Cells:
    """Language of any message; feeling and words of those that came in; wish, reply and call for a person of customers'
    only."""
    text = word.what_was_said
    if text is None:
        return (None,) * 6
    direction = attempt(lambda: word.direction)
    if direction == "out":
        return language(policy, text), None, None, None, None, None
    found = read(policy, text)
    if isinstance(direction, CannotKnow):
        return found.language, *(direction,) * 5
    words = ", ".join(found.words[:MAX_WORDS]) or None
    whom = attempt(lambda: word.counterpart)
    if isinstance(whom, CannotKnow):
        return found.language, whom, whom, words, whom, whom
    if whom not in ("customer", None):
        return found.language, found.feeling if whom in PEOPLE else None, None, words, None, None
    return (
        found.language,
        found.feeling,
        found.wants,
        words,
        attempt(needs, found, word, say),
        attempt(lambda: None if word.result else reply(policy, found.wants, found.language)),
    )


def needs(found: MessageReading, word: Word, say: Say) -> str | None:
    """Why somebody should look at it; None once there is a result."""
    if word.result:
        return None
    if found.threat:
        return say("log.needs_threat")
    if found.feeling == "negative" and word.dispute is None:
        return say("log.needs_case")
    return say("log.needs_question") if found.wants == "unclear" else None


@check("log", reads=("log.at", "log.promised_by"))
def dates(at: datetime | None, promised_by: date | None, *, today: date, say: Say) -> Iterator[Fault]:
    """A promise cannot be for a day before it was made, and what was said is not still to come."""
    yield from still_to_come({"at": at}, today, say)
    if at is not None and promised_by is not None and promised_by < at.date():
        yield Fault(
            "promised_by",
            "K312",
            say("log.fault_promised", first=at.date().isoformat(), second=promised_by.isoformat()),
            say("log.cure_dates"),
        )
