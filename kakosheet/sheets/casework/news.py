"""The last word on what was agreed: an update is a message in the Conversation Log, with its time and whom it is from,
or what the case shows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from kakosheet.core.records import Record, groups
from kakosheet.sheets.casework.case import Case, Moment, folded, moment

_SELLERS = ("seller", "agent", None)


class Word(Record, of="log"):
    """One message: when, with whom (choice list `counterpart`), in or out, what kind it is, what was said, and what
    came of it."""

    dispute: str | None
    at: datetime | None
    kind: str | None
    direction: str | None
    counterpart: str | None
    customer: str | None
    what_was_said: str | None
    result: str | None


def words_by_case(log: Iterable[Word]) -> dict[str, list[Word]]:
    """The messages of each case (folded number)."""
    return groups(log, lambda word: folded(word.dispute))


def last_word(case: Case, agreed: Moment, words: Iterable[Word]) -> Moment:
    """When whoever has to do what was agreed was heard of last: the seller, or who is held responsible; on a sale it is
    we who tell the buyer. The agreement itself counts where nothing was said since."""
    signs = [case.return_received, case.refund_promised]
    said = [
        word.at for word in words if word.at is not None and word.at.date() >= agreed.date() and _is_theirs(word, case)
    ]
    return max([agreed, *said, *(at for day in signs if (at := moment(day)) is not None)])


def is_outgoing(word: Word, case: Case) -> bool:
    """Whether we wrote to the other side of the case: the seller or agent, on a sale the customer."""
    to = ("customer", None) if case.role == "seller" else _SELLERS
    return word.direction == "out" and word.counterpart in to


def _is_theirs(word: Word, case: Case) -> bool:
    if case.role == "seller":
        return is_outgoing(word, case)
    return word.direction == "in" and (word.counterpart in _SELLERS or word.counterpart == case.your_decision)
