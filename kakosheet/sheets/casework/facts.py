"""What has happened in a case: each event, and the cells by which people tell it.

One fact has one place and several doors: *Done on* of the row of Deadlines that a fact ends is that fact, a message to
the other side is that they were told, and a plan or an accepted offer is what was agreed. The earliest counts. Nothing
that nobody typed has happened. An event is looked up when it is asked for, so that a cell which cannot be known takes
away what hangs on it, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from kakosheet.core.records import CannotKnow, Record, attempt, groups, is_faulty
from kakosheet.policy.model import RuleBook
from kakosheet.sheets.casework.case import (
    DECIDED,
    IN_KIND,
    MONEY_DEMANDS,
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
from kakosheet.sheets.casework.doors import Done
from kakosheet.sheets.casework.news import Word, is_outgoing, last_word
from kakosheet.sheets.casework.verdicts import CaseDates


@dataclass
class Happened:
    """The events of one case, by name (policy/model.py, EVENTS); asking raises CannotKnow where a cell stands in the
    way.

    An event whose day nobody typed (a filled text, complete evidence, a case number) counts from the day the problem
    was noticed: so no date that follows from it is too late. Besides EVENTS: "money_agreed", a plan or an accepted
    offer of money; "withdrawn", the last offer or the case was; "settled", that, or something was agreed, or a result is
    typed. `complete`: whether the evidence is; `words`: the messages of the case, where they are waited for; `done`:
    its doors in Deadlines; `books`: what holds for all rules of each platform; `typed_only`: whether an event without a
    day of its own counts as not happened.
    """

    case: Case
    offers: Sequence[Offer]
    dates: CaseDates = field(default_factory=CaseDates.blank)
    complete: bool | CannotKnow = False
    words: Sequence[Word] | CannotKnow = ()
    done: Sequence[Done] = ()
    books: Mapping[str, RuleBook] = field(default_factory=dict)
    typed_only: bool = False
    _found: dict[str, Moment | CannotKnow | None] = field(default_factory=dict)
    _typed: Happened | None = None

    def get(self, event: str) -> Moment | None:
        """When it happened; None if it has not, or there is no such event."""
        if event not in self._found:
            self._found[event] = attempt(self._latest if "|" in event else self._told, event)
        found = self._found[event]
        if isinstance(found, CannotKnow):
            raise found
        return found

    def _latest(self, events: str) -> Moment | None:
        """The latest of several, of those that are known."""
        return max((at for event in events.split("|") if (at := self.get(event)) is not None), default=None)

    def _told(self, event: str) -> Moment | None:
        tell = _EVENTS.get(event)
        return None if tell is None else moment(tell(self))

    @property
    def all_known(self) -> bool:
        """Whether nothing stands in the way of any event."""
        if isinstance(self.complete, CannotKnow) or isinstance(self.words, CannotKnow):
            return False
        rows = (done.row for done in self.done if isinstance(done.row, Record))
        return not any(map(is_faulty, (self.case, self.dates, *self.offers, *self.words, *rows)))

    def by_hand(self, event: str) -> Iterator[Moment | None]:
        """The days on which rows that the event ends were done."""
        return (done.row.done_on for done in self.done if done.event == event)

    @property
    def earliest(self) -> Moment | None:
        """The day from which an event counts whose own day nobody typed."""
        return None if self.typed_only else self.case.opened_on

    def is_dated(self, event: str) -> bool:
        """Whether the day of an event is typed; of others only that they happened is known, not when."""
        if self._typed is None:
            self._typed = replace(self, typed_only=True, _found={}, _typed=None)
        return event not in _EVENTS or self._typed.get(event) == self.get(event)

    def __contains__(self, event: str) -> bool:
        return self.get(event) is not None


def dates_by_case(cases: Iterable[Case], dates: Iterable[CaseDates]) -> dict[str, CaseDates]:
    """The days that each case (folded number) gives its own dates."""
    return {
        name: same[0][1]
        for name, same in groups(zip(cases, dates, strict=True), lambda pair: folded(pair[0].dispute_id)).items()
    }


def _reported(story: Happened) -> Moment | None:
    case = story.case
    written = case.description is not None or case.customers_words is not None
    return first(story.by_hand("reported")) or (story.earliest if written else None)


def _complete(story: Happened) -> Moment | None:
    if isinstance(story.complete, CannotKnow):
        raise story.complete
    return story.earliest if story.complete else None


def _other(case: Case) -> str:
    return "seller" if case.role == "buyer" else "buyer"


def _noticed(story: Happened) -> date | None:
    return story.case.opened_on or story.case.noticed_on


def _told(story: Happened) -> date | None:
    """We told the other side, or the platform did by opening the case."""
    case = story.case
    said = () if isinstance(story.words, CannotKnow) else (word.at for word in story.words if is_outgoing(word, case))
    ours = (offer.on for offer in story.offers if offer.by == case.role)
    found = first([moment(case.told_on), *story.by_hand("told"), *said, *ours, _filed(story)])
    if found is None and isinstance(story.words, CannotKnow):
        raise story.words
    return found


def _filed_on(story: Happened) -> Moment | None:
    """The day on which the platform got the case, as far as it is typed: that, or what shows that it had it by then."""
    case = story.case
    typed = None if case.is_filed_elsewhere else moment(case.filed_on)
    return first([typed, *story.by_hand("filed"), moment(case.asked_on), _appealed(story)])


def _filed(story: Happened) -> Moment | None:
    """When the platform got the case; where only a number or an answer of the platform shows that it has it, it may have
    been as early as the problem was noticed."""
    on, case = _filed_on(story), story.case
    if on is not None or case.is_filed_elsewhere:
        return on
    shown = case.case_no is not None or case.platforms_answer is not None or case.result in DECIDED
    return story.earliest if shown else None


def _filed_elsewhere(story: Happened) -> Moment | None:
    typed = moment(story.case.filed_on) if story.case.is_filed_elsewhere else None
    return first([typed, *story.by_hand("filed_elsewhere")])


def _asked(story: Happened) -> date | None:
    case = story.case
    return case.asked_on or (story.earliest if case.answer_by is not None else None)


def _answered(story: Happened) -> Moment | None:
    """The other side answered, whatever it said: by word, by an offer, by what it made of ours."""
    case, other = story.case, _other(story.case)
    word = case.their_answer is not None and case.their_answer != "silent"
    made = (offer.on for offer in story.offers if offer.by == other)
    said = (
        offer.answered
        for offer in story.offers
        if offer.by == case.role and offer.answer in ("accepted", "rejected", "countered")
    )
    own = moment(case.answered_on or story.earliest) if word else None
    return first([own, *made, *said, *story.by_hand("answered"), _agreed(story)])


def _plan(story: Happened) -> Moment | None:
    return moment(story.case.planned)


def _accepted(story: Happened) -> Moment | None:
    """When an offer was accepted."""
    return first(offer.answered for offer in accepted(story.offers))


def _planned(story: Happened) -> Moment | None:
    return first([_plan(story), _accepted(story), *story.by_hand("planned")])


def _accepts(story: Happened) -> Moment | None:
    """When the other side accepted what we hold against it."""
    case = story.case
    return moment(case.answered_on or story.earliest) if case.their_answer == "accepts" else None


def _agreed(story: Happened) -> Moment | None:
    return first([_planned(story), _accepts(story)])


def _appealed(story: Happened) -> Moment | None:
    asked = (offer.on for offer in story.offers if offer.kind == "platform_decides")
    return first([story.case.appealed_on, *story.by_hand("escalated"), *asked])


def _rejected(story: Happened) -> Moment | None:
    return first(offer.answered for offer in story.offers if offer.answer == "rejected")


def _refusal(story: Happened) -> date | None:
    """When the other side said no, in words or to an offer; their silence is none."""
    case = story.case
    word = moment(case.answered_on) or story.earliest if case.their_answer == "refuses" else None
    return first([word, _rejected(story)])


def _escalated(story: Happened) -> Moment | None:
    asked, rejected = _appealed(story), _rejected(story)
    if rejected is None or (asked is not None and asked <= rejected):
        return asked
    book = story.books.get(story.case.platform or "")
    return rejected if book is not None and book.rejection_escalates else asked


def _ruled(story: Happened) -> date | None:
    case = story.case
    return case.ruled_on or case.closed_on if case.result in DECIDED else None


def _ruled_against(story: Happened) -> date | None:
    return _ruled(story) if story.case.result in RULED else None


def _platform_answered(story: Happened) -> Moment | None:
    case = story.case
    shown = case.platforms_answer is not None or case.result in DECIDED
    on = first([moment(case.ruled_on), *story.by_hand("platform_answered"), moment(_ruled(story))])
    return on or (story.earliest if shown else None)


def _money_agreed(story: Happened) -> Moment | None:
    case = story.case
    plan = _plan(story) if case.plan in MONEY_PLANS else None
    said = _accepts(story) if case.plan is None and case.demand in MONEY_DEMANDS else None
    return first([plan, said, *(offer.answered for offer in accepted(story.offers) if offer.kind in MONEY_KINDS)])


def _return_agreed(story: Happened) -> Moment | None:
    case = story.case
    plan = _plan(story) if case.plan == "return_refund" else None
    asked = case.demand == "refund_with_return" and case.plan is None
    won = moment(_ruled_for_buyer(story)) if asked else None
    return first(
        [
            plan,
            _accepts(story) if asked else None,
            won,
            *(offer.answered for offer in accepted(story.offers) if offer.returns),
        ]
    )


def _refund_promised(story: Happened) -> date | None:
    """When money was promised: by word, by what was agreed, by the goods that came back, or by a ruling for the
    buyer."""
    case = story.case
    if _return_agreed(story) is not None:
        return case.refund_promised or case.return_received
    return case.refund_promised or _money_agreed(story) or case.return_received or _ruled_for_buyer(story)


def _ruled_for_buyer(story: Happened) -> date | None:
    case = story.case
    won = "ruled_for_us" if case.role == "buyer" else "ruled_against_us"
    if case.result not in (won, "ruled_shared") or case.demand in IN_KIND:
        return None
    return _ruled(story) or story.earliest


def _refund_received(story: Happened) -> date | None:
    """When the money came, all of it. Of money that covers the claim, without a day, it is only known that it did."""
    case = story.case
    if story.dates.still_owed is not None:
        return None
    on = first([moment(case.refund_received_on), *story.by_hand("refund_received")])
    return on or (case.closed_on or story.earliest if case.made_good else None)


def _withdrawn(story: Happened) -> Moment | None:
    newest, case = story.offers[-1] if story.offers else None, story.case
    if newest is not None and newest.answer == "withdrawn":
        return newest.answered
    return moment(case.ruled_on or case.closed_on or story.earliest) if case.result == "withdrawn" else None


def _standing_agreement(story: Happened) -> Moment | None:
    """What was agreed, unless the platform was asked to decide afterwards."""
    agreed, asked = _agreed(story), _appealed(story)
    return None if agreed is not None and asked is not None and asked > agreed else agreed


def _settled(story: Happened) -> date | None:
    """When nothing more was to be decided."""
    made_good = _refund_received(story) if story.case.made_good else None
    result = _ruled(story) or story.earliest if story.case.result else None
    return _standing_agreement(story) or _withdrawn(story) or result or made_good


def _refused(story: Happened) -> date | None:
    case = story.case
    if case.their_answer not in REFUSALS or _planned(story) is not None:
        return None
    return case.answered_on or story.earliest


def _news(story: Happened) -> Moment | None:
    since = first([_agreed(story), moment(story.case.refund_promised)])
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
    "noticed": _noticed,
    "occurred": lambda story: story.case.occurred_at,
    "told": _told,
    "filed": _filed,
    "filed_elsewhere": _filed_elsewhere,
    "asked": _asked,
    "answered": _answered,
    "agreed": _agreed,
    "paid": lambda story: story.case.ordered_on,
    "shipped": lambda story: story.case.shipped,
    "warehouse": lambda story: story.case.arrived_at_warehouse,
    "expected": lambda story: story.case.promised_arrival,
    "delivered": lambda story: story.case.delivered,
    "reported": _reported,
    "decided": lambda story: story.case.answered_on or (story.earliest if story.case.your_decision else None),
    "evidence_complete": _complete,
    "platform_answered": _platform_answered,
    "return_sent": lambda story: first([moment(story.case.return_sent), *story.by_hand("return_sent")]),
    "return_received": lambda story: first([moment(story.case.return_received), *story.by_hand("return_received")]),
    "refund_received": _refund_received,
    "closed": lambda story: story.case.closed_on,
    "ruled": _ruled,
    "ruled_against": _ruled_against,
    "withdrawn": _withdrawn,
    "settled": _settled,
    "planned": _planned,
    "money_agreed": _money_agreed,
    "appealed": _appealed,
    "escalated": _escalated,
    "rejected": _refusal,
    "return_agreed": _return_agreed,
    "refund_promised": _refund_promised,
    "offer_answered": lambda story: first(offer.answered for offer in story.offers),
    "refused": _refused,
    "news": _news,
    "exposed": _exposed,
}
