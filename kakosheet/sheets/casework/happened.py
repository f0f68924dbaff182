"""What has happened in a case, event by event: each is looked up when it is asked for, so that a cell which cannot be
known takes away what hangs on it, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from kakosheet.core.records import CannotKnow, attempt, groups, is_faulty
from kakosheet.sheets.casework.case import (
    MONEY_KINDS,
    MONEY_PLANS,
    REFUSALS,
    RULED,
    Case,
    Moment,
    Offer,
    accepted,
    first,
    folded,
    moment,
)
from kakosheet.sheets.casework.news import Word, last_word
from kakosheet.sheets.casework.verdicts import CaseDates

_UNDATED = frozenset({"reported", "evidence_complete", "platform_answered"})


@dataclass
class Happened:
    """The events of one case, by name (policy/model.py, EVENTS); asking raises CannotKnow where a cell stands in the
    way.

    An event whose day nobody typed (a filled text, complete evidence) counts from the opening: so no date that follows
    from it is too late. Besides EVENTS: "money_agreed", a plan or an accepted offer of money; "withdrawn", the last
    offer was; "settled", that, or an offer was accepted, or a result is typed. `complete`: whether the evidence is;
    `words`: the messages of the case, where news are waited for.
    """

    case: Case
    offers: Sequence[Offer]
    dates: CaseDates = field(default_factory=CaseDates.blank)
    complete: bool | CannotKnow = False
    words: Sequence[Word] | CannotKnow = ()
    _found: dict[str, Moment | CannotKnow | None] = field(default_factory=dict)

    def get(self, event: str) -> Moment | None:
        """When it happened; None if it has not, or there is no such event."""
        if event not in self._found:
            self._found[event] = attempt(self._told, event)
        found = self._found[event]
        if isinstance(found, CannotKnow):
            raise found
        return found

    def _told(self, event: str) -> Moment | None:
        tell = _EVENTS.get(event)
        return None if tell is None else moment(tell(self))

    @property
    def all_known(self) -> bool:
        """Whether nothing stands in the way of any event."""
        if isinstance(self.complete, CannotKnow) or isinstance(self.words, CannotKnow):
            return False
        return not any(map(is_faulty, (self.case, self.dates, *self.offers, *self.words)))

    def __contains__(self, event: str) -> bool:
        return self.get(event) is not None


def dates_by_case(cases: Iterable[Case], dates: Iterable[CaseDates]) -> dict[str, CaseDates]:
    """The days that each case (folded number) gives its own dates."""
    return {
        name: same[0][1]
        for name, same in groups(zip(cases, dates, strict=True), lambda pair: folded(pair[0].dispute_id)).items()
    }


def is_dated(event: str, case: Case) -> bool:
    """Whether the day of an event is typed; of the others only that they happened is known, not when."""
    return event not in _UNDATED and (event != "decided" or case.answered_on is not None)


def _opening_if(tells: Callable[[Case], object]) -> Callable[[Happened], Moment | None]:
    """An event whose day nobody typed."""
    return lambda story: story.case.opened_on if tells(story.case) else None


def _complete(story: Happened) -> Moment | None:
    if isinstance(story.complete, CannotKnow):
        raise story.complete
    return story.case.opened_on if story.complete else None


def _plan(story: Happened) -> Moment | None:
    return moment(story.case.planned)


def _agreed(story: Happened) -> Moment | None:
    """When an offer was accepted."""
    return first(offer.answered for offer in accepted(story.offers))


def _appealed(story: Happened) -> Moment | None:
    return first([story.case.appealed_on, *(offer.on for offer in story.offers if offer.kind == "platform_decides")])


def _rejected(story: Happened) -> Moment | None:
    return first(offer.answered for offer in story.offers if offer.answer == "rejected")


def _money_agreed(story: Happened) -> Moment | None:
    plan = _plan(story) if story.case.plan in MONEY_PLANS else None
    return first([plan, *(offer.answered for offer in accepted(story.offers) if offer.kind in MONEY_KINDS)])


def _return_agreed(story: Happened) -> Moment | None:
    plan = _plan(story) if story.case.plan == "return_refund" else None
    return first([plan, *(offer.answered for offer in accepted(story.offers) if offer.returns)])


def _refund_promised(story: Happened) -> date | None:
    case = story.case
    return case.refund_promised or (None if _return_agreed(story) else _money_agreed(story)) or case.return_received


def _withdrawn(story: Happened) -> Moment | None:
    newest = story.offers[-1] if story.offers else None
    return newest.answered if newest is not None and newest.answer == "withdrawn" else None


def _settled(story: Happened) -> Moment | None:
    return _agreed(story) or _withdrawn(story) or (story.case.opened_on if story.case.result else None)


def _refused(story: Happened) -> date | None:
    case = story.case
    if case.their_answer not in REFUSALS or _plan(story) is not None or _agreed(story) is not None:
        return None
    return case.answered_on or case.opened_on


def _news(story: Happened) -> Moment | None:
    since = first([_plan(story), _agreed(story), moment(story.case.refund_promised)])
    if isinstance(story.words, CannotKnow):
        raise story.words
    return since if since is None else last_word(story.case, since, story.words)


def _exposed(story: Happened) -> date | None:
    """When a refund was promised that is due only after the money's protection ends."""
    until, due = story.dates.protected_until, story.dates.refund_due
    promised = moment(_refund_promised(story))
    if until is None or due is None or until >= due or promised is None or promised.date() > until:
        return None
    return promised


_EVENTS: dict[str, Callable[[Happened], date | None]] = {
    "opened": lambda story: story.case.opened_on,
    "noticed": lambda story: story.case.noticed_on or story.case.opened_on,
    "occurred": lambda story: story.case.occurred_at,
    "paid": lambda story: story.case.ordered_on,
    "shipped": lambda story: story.case.shipped,
    "expected": lambda story: story.case.promised_arrival,
    "delivered": lambda story: story.case.delivered,
    "reported": _opening_if(lambda case: case.description or case.customers_words),
    "decided": lambda story: story.case.answered_on or (story.case.opened_on if story.case.your_decision else None),
    "evidence_complete": _complete,
    "platform_answered": _opening_if(lambda case: case.platforms_answer),
    "return_sent": lambda story: story.case.return_sent,
    "return_received": lambda story: story.case.return_received,
    "refund_received": lambda story: story.case.refund_received_on,
    "closed": lambda story: story.case.closed_on,
    "ruled": lambda story: story.case.closed_on if story.case.result in RULED else None,
    "withdrawn": _withdrawn,
    "settled": _settled,
    "planned": lambda story: first([_plan(story), _agreed(story)]),
    "money_agreed": _money_agreed,
    "appealed": _appealed,
    "escalated": lambda story: first([_appealed(story), _rejected(story)]),
    "rejected": _rejected,
    "return_agreed": _return_agreed,
    "refund_promised": _refund_promised,
    "offer_answered": lambda story: first(offer.answered for offer in story.offers),
    "refused": _refused,
    "news": _news,
    "exposed": _exposed,
}
