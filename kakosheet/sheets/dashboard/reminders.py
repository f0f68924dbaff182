"""From a reminder to what it brought about: whom we urged, and how many days later they acted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple

from kakosheet.core.titles import fold
from kakosheet.sheets.disputes.talk import days_between

CASE_READS = (
    "disputes.dispute_id",
    "disputes.our_role",
    "disputes.closed_on",
    "disputes.waived",
    "disputes.refund_received_on",
    "disputes.your_decision",
    "disputes.answered_on",
)
LOG_READS = ("log.dispute", "log.at", "log.direction", "log.counterpart", "log.kind")
STEP_READS = ("deadlines.dispute", "deadlines.acts", "deadlines.done_on")
OFFER_READS = ("offers.dispute", "offers.by", "offers.on", "offers.answer", "offers.answered_on")
GROUPS = (CASE_READS, LOG_READS, STEP_READS, OFFER_READS)
"""What reminders are read from, by the sheet on which it stands."""
READS = tuple(read for group in GROUPS for read in group)

URGES = "follow_up"
"""The kind of message by which we urge somebody."""
_CUSTOMER = "customer"
_ANSWERED = ("accepted", "rejected", "countered")
_JUDGED = ("carrier", "customs", "platform")

Whom = tuple[str, str]
"""A case (its folded number) and the key of `counterpart`."""


class Reminder(NamedTuple):
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


class _Case(NamedTuple):
    role: str | None
    closed: date | None
    waived: str | None
    refund: date | None
    decision: str | None
    answered: date | None


def read_reminders(columns: Sequence[list[Any]]) -> list[Reminder]:
    """The reminders in columns of READS, in the order of their days.

    A reminder is an outgoing follow-up in the Conversation Log to anybody but the customer, about a case that is
    neither waived nor closed by then. They act by their next message, an offer or an answer to one of ours, a step of
    theirs that is done, the refund, or their answer to who is responsible. Without a time of day on both sides whole
    days count, and what is of the same day counts as after it.
    """
    cases, log, steps, offers = _split(columns)
    known = {fold(row[0]): _Case(*row[1:]) for row in reversed(list(zip(*cases, strict=True))) if row[0] is not None}
    urged: dict[Whom, list[datetime]] = {}
    for name, at, direction, whom, kind in zip(*log, strict=True):
        if (
            kind == URGES
            and direction == "out"
            and name is not None
            and at is not None
            and whom not in (None, _CUSTOMER)
        ):
            case = known.get(fold(name))
            if case is not None and case.waived is None and (case.closed is None or at.date() <= case.closed):
                urged.setdefault((fold(name), whom), []).append(at)
    acts: dict[Whom, list[datetime]] = {}
    for name, whom, at in (
        (*_said(log), *_done(steps, known), *_offered(offers, known), *_typed(known)) if urged else ()
    ):
        if at is not None and (name, whom) in urged:
            acts.setdefault((name, whom), []).append(at if isinstance(at, datetime) else datetime.combine(at, time()))
    found = [
        one
        for whom, moments in urged.items()
        for one in _reminders(whom, sorted(moments), acts.get(whom, ()), known[whom[0]].closed)
    ]
    return sorted(found, key=lambda one: (one.at, one.whom))


def _split(columns: Sequence[list[Any]]) -> Iterator[Sequence[list[Any]]]:
    at = 0
    for group in GROUPS:
        yield columns[at : at + len(group)]
        at += len(group)


def _reminders(
    whom: Whom, moments: Iterable[datetime], acts: Sequence[datetime], closed: date | None
) -> Iterator[Reminder]:
    """One for each time that they were urged anew: after they had acted. What they did counts once."""
    until: datetime | None = datetime.min
    for at in moments:
        if until is None or not _after(at, until):
            continue
        later = [(days, act) for act in acts if act > until and (days := days_between(at, act)) >= 0]
        found = min(later, default=None)
        until = found[1] if found is not None else None
        yield Reminder(
            whom[1], at, until.date() if until is not None else None, found[0] if found is not None else None, closed
        )


def _after(at: datetime, until: datetime) -> bool:
    """Whether it was surely later: on one day this needs the time of both."""
    return at > until and (at.date() > until.date() or time() not in (at.time(), until.time()))


Act = tuple[str, str, date | None]
"""The case, who acted (a key of `counterpart`), and when."""


def _said(log: Sequence[list[Any]]) -> Iterator[Act]:
    for name, at, direction, whom, _ in zip(*log, strict=True):
        if direction == "in" and name is not None and whom is not None:
            yield fold(name), whom, at


def _done(steps: Sequence[list[Any]], known: dict[str, _Case]) -> Iterator[Act]:
    """Steps on which they had to act, with the day that people wrote; a step that some event ended may be ended by
    us."""
    for name, who, done in zip(*steps, strict=True):
        if name is not None and who is not None and done is not None and fold(name) in known:
            yield fold(name), who, done


def _offered(offers: Sequence[list[Any]], known: dict[str, _Case]) -> Iterator[Act]:
    """What they offered, and when they answered an offer of ours; what is by the seller is ours where we sold."""
    for name, by, on, answer, answered in zip(*offers, strict=True):
        case = known.get(fold(name)) if name is not None else None
        if case is None:
            continue
        if by == "platform" or (by == "seller" and case.role != "seller"):
            yield fold(name), by, on
        if by == "buyer" and case.role != "seller" and answer in _ANSWERED:
            yield fold(name), "seller", answered or on


def _typed(known: dict[str, _Case]) -> Iterator[Act]:
    """Days that stand in the case itself."""
    for name, case in known.items():
        if case.role != "seller":
            yield name, "seller", case.refund
        yield name, case.decision if case.decision in _JUDGED else "seller", case.answered
