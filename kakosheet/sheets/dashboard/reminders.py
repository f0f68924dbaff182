"""From a reminder to what it brought about: whom we urged, and how many days later they acted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from functools import partial
from itertools import chain
from typing import NamedTuple

from kakosheet.core.records import known
from kakosheet.sheets.casework.case import Case, Offer, cases_by_id, folded, moment
from kakosheet.sheets.casework.news import Word
from kakosheet.sheets.casework.nodes import Node
from kakosheet.sheets.casework.verdicts import NodeDate
from kakosheet.sheets.disputes.talk import days_between

URGES = "follow_up"
"""The kind of message by which we urge somebody."""
_CUSTOMER = "customer"
_ANSWERED = ("accepted", "rejected", "countered")
_JUDGED = ("carrier", "customs", "platform")

Whom = tuple[str, str]
"""A case (its folded number) and the key of `counterpart`."""


class Urging(NamedTuple):
    """Somebody who was urged in a case and had not acted yet. `at` is when first, `acted` when they acted, `days` how
    much later.

    `closed` is the day on which the case ended: from then on nothing is waited for. Further reminders before they act
    are part of this one.
    """

    whom: str
    at: datetime
    acted: date | None
    days: float | None
    closed: date | None

    def open_at(self, day: date) -> bool:
        """Whether the action was still awaited at the end of that day."""
        return self.at.date() <= day and not any(end is not None and end <= day for end in (self.acted, self.closed))


Act = tuple[Whom, date | None]
"""Who acted, and when."""


def read_reminders(
    cases: Iterable[Case],
    log: Sequence[Word],
    nodes: Iterable[Node],
    dates: Iterable[NodeDate],
    offers: Iterable[Offer],
) -> list[Urging]:
    """The reminders of a book, in the order of their days.

    A reminder is an outgoing follow-up in the Conversation Log to anybody but the customer, about a case that is
    neither waived nor closed by then. They act by their next message, an offer or an answer to one of ours, a step of
    theirs that is done, the refund, or their answer to who is responsible. Without a time of day on both sides whole
    days count, and what is of the same day counts as after it.
    """
    by_id = cases_by_id(cases)
    urged: dict[Whom, list[datetime]] = {}
    for one in known(partial(_urge, by_id), log):
        if one is not None:
            urged.setdefault(one[0], []).append(one[1])
    acts: dict[Whom, list[datetime]] = {}
    each = chain(known(_said, log), known(partial(_done, by_id), nodes, dates), known(partial(_offered, by_id), offers))
    for whom, day in each if urged else ():
        if whom in urged and (at := moment(day)) is not None:
            acts.setdefault(whom, []).append(at)

    def of(whom: Whom) -> list[Urging]:
        case = by_id[whom[0]]
        return list(
            _reminders(whom, sorted(urged[whom]), [*acts.get(whom, ()), *_typed(case, whom[1])], case.closed_on)
        )

    return sorted(chain.from_iterable(known(of, urged)), key=lambda one: (one.at, one.whom))


def _urge(by_id: Mapping[str, Case], word: Word) -> tuple[Whom, datetime] | None:
    """Whom a message reminds, and when."""
    if word.kind != URGES or word.direction != "out" or word.at is None or word.counterpart in (None, _CUSTOMER):
        return None
    name, whom = folded(word.dispute), word.counterpart
    case = by_id.get(name) if name is not None else None
    if case is None or name is None or whom is None or case.rests:
        return None
    return ((name, whom), word.at) if case.closed_on is None or word.at.date() <= case.closed_on else None


def _reminders(
    whom: Whom, moments: Iterable[datetime], acts: Sequence[datetime], closed: date | None
) -> Iterator[Urging]:
    """One for each time that they were urged anew: after they had acted. What they did counts once."""
    until: datetime | None = datetime.min
    for at in moments:
        if until is None or not _after(at, until):
            continue
        later = [(days, act) for act in acts if act > until and (days := days_between(at, act)) >= 0]
        found = min(later, default=None)
        until = found[1] if found is not None else None
        yield Urging(
            whom[1], at, until.date() if until is not None else None, found[0] if found is not None else None, closed
        )


def _after(at: datetime, until: datetime) -> bool:
    """Whether it was surely later: on one day this needs the time of both."""
    return at > until and (at.date() > until.date() or time() not in (at.time(), until.time()))


_NOBODY: Act = (("", ""), None)


def _said(word: Word) -> Act:
    name = folded(word.dispute) if word.direction == "in" else None
    return _NOBODY if name is None or word.counterpart is None else ((name, word.counterpart), word.at)


def _done(by_id: Mapping[str, Case], step: Node, found: NodeDate) -> Act:
    """A step on which they had to act, with the day that people wrote: what some event ended may be ended by us."""
    name = folded(step.dispute) if step.done_on is not None else None
    return _NOBODY if name is None or name not in by_id or found.acts is None else ((name, found.acts), step.done_on)


def _offered(by_id: Mapping[str, Case], offer: Offer) -> Act:
    """What they offered, or when they answered an offer of ours; what is by the seller is ours where we sold."""
    name = folded(offer.dispute)
    if name is None or name not in by_id:
        return _NOBODY
    if offer.by == "platform" or (offer.by == "seller" and by_id[name].our_role != "seller"):
        return (name, offer.by), offer.on
    ours = offer.by == "buyer" and by_id[name].our_role != "seller" and offer.answer in _ANSWERED
    return ((name, "seller"), offer.answered) if ours else _NOBODY


def _typed(case: Case, whom: str) -> Iterator[datetime]:
    """When somebody acted, by the days that stand in the case itself."""
    refund = case.refund_received_on if whom == "seller" and case.our_role != "seller" else None
    judge = case.your_decision if case.your_decision in _JUDGED else "seller"
    for day in (refund, case.answered_on if judge == whom else None):
        if (at := moment(day)) is not None:
            yield at
