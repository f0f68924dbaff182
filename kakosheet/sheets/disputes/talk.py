"""What became of the offers, how long we waited for the other side, and how soon a complaint was answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from kakosheet.core.records import Record, attempt, groups, spread
from kakosheet.core.rules import rule, table_rule
from kakosheet.policy.clock import Pause
from kakosheet.sheets.casework.case import Case, Offer, folded
from kakosheet.sheets.casework.news import Word, words_by_case
from kakosheet.sheets.casework.pauses import pauses_of

DAY = timedelta(days=1)


class OfferEffect(Record, of="offers"):
    """What followed from an offer."""

    effect: str | None


@table_rule("disputes.offer_state", reads=(Case, Offer, OfferEffect))
def offer_state(cases: Sequence[Case], offers: Sequence[Offer], effects: Sequence[OfferEffect]) -> list[Any]:
    """The state of the latest offer: its answer, silence, or open."""
    own = groups(zip(offers, effects, strict=True), lambda pair: folded(pair[0].dispute))
    return [attempt(lambda case: _latest(own.get(folded(case.dispute_id) or "", ())), case) for case in cases]


def _latest(offers: Iterable[tuple[Offer, OfferEffect]]) -> str | None:
    """The word for the offer that was made last, among those with a day."""
    words = [
        (offer.on, offer.id or "", offer.answer or ("silent" if made.effect in ("late", "buyers_choice") else "open"))
        for offer, made in offers
        if offer.on is not None
    ]
    return max(words)[2] if words else None


@table_rule("disputes.waits_over", "disputes.waiting_from", reads=(Case, Word))
def waits(cases: Sequence[Case], log: Sequence[Word]) -> list[list[Any]]:
    """Days of the waits for the other side that are over, and when the one that goes on began; empty if there was
    none."""
    words = words_by_case(log)

    def told(case: Case) -> tuple[float | None, datetime | None]:
        found = pauses_of(case, words.get(folded(case.dispute_id) or "", ())) if case.dispute_id is not None else []
        return _length(found), next((_naive(pause.begin) for pause in found if pause.until is None), None)

    return spread([attempt(told, case) for case in cases], 2)


def _length(pauses: list[Pause]) -> float | None:
    spans = [_naive(pause.until) - _naive(pause.begin) for pause in pauses if pause.until is not None]
    return sum(spans, timedelta()) / DAY if spans else None


def _naive(moment: date) -> datetime:
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time())


@rule("disputes.waited_days", reads=("disputes.waits_over", "disputes.waiting_from"))
def waited_days(over: float | None, waiting_from: datetime | None, *, today: date) -> int | None:
    """Twin of the live formula (columns.WAITED_DAYS): whole days; a wait that goes on lasts until today."""
    if over is None and waiting_from is None:
        return None
    going_on = max(0.0, (_naive(today) - waiting_from) / DAY) if waiting_from is not None else 0.0
    return int(round((over or 0.0) + going_on, 4))


@table_rule("disputes.first_answer_days", reads=(Case, Word))
def first_answer_days(cases: Sequence[Case], log: Sequence[Word]) -> list[Any]:
    """Days, with one decimal, from the first message of the buyer's side (without one: from the opening) to the first
    of the seller's after it.

    A message without a time of day counts by its day. Empty while there is no answer.
    """
    words = words_by_case(log)
    return [
        attempt(
            lambda case: (
                None if case.dispute_id is None else _answered_after(words.get(folded(case.dispute_id) or "", ()), case)
            ),
            case,
        )
        for case in cases
    ]


def _answered_after(words: Iterable[Word], case: Case) -> float | None:
    asks, answers = ("in", "out") if case.our_role == "seller" else ("out", "in")
    said = [(word.at, word.direction) for word in words if word.at is not None and word.direction is not None]
    begun = min((at for at, direction in said if direction == asks), default=None) or case.opened_on
    if begun is None:
        return None
    waits = [days_between(begun, at) for at, direction in said if direction == answers]
    return min((wait for wait in waits if wait >= 0), default=None)


def days_between(begun: datetime, at: datetime) -> float:
    """Days between two messages: whole ones where one of the two has no time of day."""
    if begun.time() == time() or at.time() == time():
        return float((at.date() - begun.date()).days)
    return round((at - begun) / timedelta(days=1), 1) if at >= begun else -1.0
