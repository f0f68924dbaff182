"""By when an offer is to be answered, and what follows from the answer or from silence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from kakosheet.core.records import CannotKnow, attempt, groups, spread, sure
from kakosheet.core.rules import Fault, check, rule, table_rule
from kakosheet.core.titles import fold
from kakosheet.policy.model import Policy
from kakosheet.sheets.casework.case import Offer, folded, too_late
from kakosheet.sheets.casework.nodes import FIRST, Node, parse_key
from kakosheet.sheets.casework.verdicts import NodeDate
from kakosheet.sheets.faults import still_to_come
from kakosheet.sheets.words import Say, money_text

_EFFECTS = {"accepted": "settled", "countered": "next_offer", "rejected": "escalates"}


@rule("offers.currency", reads=("offers.dispute -> disputes.currency",))
def currency(of_case: str | None) -> str | None:
    """The currency of the case."""
    return of_case


@table_rule("offers.answer_due", "offers.effect", reads=(Offer, Node, NodeDate))
def answer(
    offers: Sequence[Offer], nodes: Sequence[Node], dates: Sequence[NodeDate], *, today: date, policy: Policy
) -> list[list[Any]]:
    """The date of the answer from Deadlines, the soonest if several hang on it, and the effect as of today."""
    waits = groups(zip(nodes, dates, strict=True), lambda pair: _answers(pair[0]))
    newest = {
        name: attempt(lambda own: max((offer.on for offer in own if offer.on is not None), default=None), own)
        for name, own in groups(offers, lambda offer: folded(offer.dispute)).items()
    }

    def told(offer: Offer) -> tuple[Any, Any]:
        wait = attempt(lambda: _soonest(found for _, found in waits.get(folded(offer.id) or "", ())))
        return attempt(lambda: w.due if (w := sure(wait)) else None), attempt(
            lambda: _effect(offer, sure(wait), newest, today, policy)
        )

    return spread([attempt(told, offer) for offer in offers], 2)


def _effect(
    offer: Offer, wait: NodeDate | None, newest: Mapping[str, datetime | CannotKnow | None], today: date, policy: Policy
) -> str | None:
    """What follows from an offer; nothing without a case or a day. With *modified* the wait starts anew only where
    Settings say so."""
    if offer.dispute is None or offer.on is None:
        return None
    latest = newest[fold(offer.dispute)]
    followed = attempt(lambda: offer.on < (sure(latest) or offer.on) if offer.on else False)
    return effect(offer, wait, followed, today, anew=bool(policy.settings["restart_on_change"]))


def effect(offer: Offer, wait: NodeDate | None, followed: bool | CannotKnow, today: date, *, anew: bool = True) -> str:
    """What follows. `followed`: a later offer stands in the same case; `anew`: with a change of the offer the wait
    begins again. An answer after the end of a defaulting date comes too late."""
    if offer.kind == "platform_decides":
        return "escalates"
    last = wait.last_day if wait else None
    silence = "buyers_choice" if wait is not None and wait.when_late == "defaulted" else "late"
    reply = offer.answer
    if reply in (None, "modified"):
        if last is not None and last < today:
            return silence
        return "restarted" if reply == "modified" and anew else "waiting"
    if reply == "withdrawn":
        return "next_offer" if sure(followed) else "ended"
    at = offer.answered_on
    if (
        silence == "buyers_choice"
        and wait is not None
        and last is not None
        and at is not None
        and too_late(at, wait.due, last)
    ):
        return silence
    return _EFFECTS.get(reply or "", "waiting")


def _answers(node: Node) -> str | None:
    """The offer (folded id) whose answer a date waits for."""
    key = parse_key(node.key)
    return key.offer if key is not None and key.offer != FIRST else None


def _soonest(dates: Iterable[NodeDate]) -> NodeDate | None:
    known = [found for found in dates if found.last_day is not None]
    return min(known, key=lambda found: found.last_day or date.max, default=None)


@check("offers", reads=(Offer,))
def offer_makes_sense(offer: Offer, *, today: date, say: Say) -> Iterator[Fault]:
    """Answered before it was made, days still to come, an answer without a day, amount and share at once."""
    on, answered_on = offer.on, offer.answered_on
    yield from still_to_come({"on": on, "answered_on": answered_on}, today, say)
    if on is not None and answered_on is not None and answered_on.date() < on.date():
        yield Fault(
            "answered_on",
            "K312",
            say("offers.fault_order", answered=answered_on.date(), on=on.date()),
            say("offers.cure_order"),
        )
    if offer.answer is not None and answered_on is None:
        yield Fault("answered_on", "K307", say("offers.fault_no_day"), say("offers.cure_no_day"), "warning")
    if offer.amount is not None and offer.percent is not None:
        yield Fault("percent", "K309", say("offers.fault_twice"), say("offers.cure_twice"), "warning")


@check(
    "offers",
    reads=("offers.amount", "offers.currency", "offers.dispute -> disputes.amount", "offers.dispute -> disputes.loss"),
)
def amount_fits(
    amount: float | None, currency: str | None, asked: float | None, loss: float | None, *, say: Say
) -> Iterator[Fault]:
    """More offered than was lost or asked for."""
    most = max(asked or 0, loss or 0)
    if amount is not None and asked is not None and amount > most:
        yield Fault(
            "amount",
            "K309",
            say("offers.fault_over_amount", amount=money_text(amount, currency), asked=money_text(most, currency)),
            say("offers.cure_over_amount"),
            "warning",
        )
