"""The last word on what was agreed: an update is a message in the Conversation Log, with its time and whom it is from,
or what the case shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from kakosheet.core.titles import fold
from kakosheet.sheets.casework.case import Case, Moment, moment

NEWS_READS = ("log.counterpart",)
"""Beside those of pauses.LOG_READS, row by row."""
_SELLERS = ("seller", "agent", None)


class Word(NamedTuple):
    """One message: when, with whom (choice list `counterpart`), and in or out."""

    at: datetime
    counterpart: str | None
    direction: str


def words_by_case(log: Sequence[list[Any]], more: Sequence[list[Any]]) -> dict[str, list[Word]]:
    """The messages of each case (folded number); `log` are the columns of LOG_READS, `more` those of NEWS_READS."""
    found: dict[str, list[Word]] = {}
    for dispute, at, _, direction, counterpart in zip(*log, *more, strict=True):
        if dispute is not None and at is not None and direction is not None:
            found.setdefault(fold(dispute), []).append(Word(at, counterpart, direction))
    return found


def last_word(case: Case, agreed: Moment, words: Iterable[Word]) -> Moment:
    """When whoever has to do what was agreed was heard of last: the seller, or who is held responsible; on a sale it is
    we who tell the buyer. The agreement itself counts where nothing was said since."""
    signs = [case.return_received, case.refund_promised]
    said = [word.at for word in words if word.at.date() >= agreed.date() and _is_theirs(word, case)]
    return max([agreed, *said, *(at for day in signs if (at := moment(day)) is not None)])


def _is_theirs(word: Word, case: Case) -> bool:
    if case.role == "seller":
        return word.direction == "out" and word.counterpart in ("customer", None)
    return word.direction == "in" and (word.counterpart in _SELLERS or word.counterpart == case.your_decision)
