"""One case as table rules see it: the cells of its row, and what has happened in it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from kakosheet.core.titles import fold

Moment = datetime
MONEY_KINDS = frozenset(
    {"full_refund", "partial_refund", "refund_with_return", "partial_refund_with_return", "compensation"}
)
RETURN_KINDS = frozenset({"refund_with_return", "partial_refund_with_return", "replacement_with_return"})
MONEY_PLANS = frozenset({"refund", "partial_refund", "return_refund", "compensation"})
RULED = frozenset({"ruled_against_us", "ruled_shared", "defaulted"})
"""Results that others decided, and against which one may appeal."""
REFUSALS = frozenset({"refuses", "silent"})
"""Answers of the other side by which it does not stand up for what it is held responsible for."""
_UNDATED = frozenset({"reported", "evidence_complete", "platform_answered"})

CASE_READS = (
    "disputes.dispute_id",
    "disputes.type",
    "disputes.platform",
    "disputes.grade",
    "disputes.our_role",
    "disputes.opened_on",
    "disputes.customer",
    "disputes.seller",
    "disputes.amount",
    "disputes.currency",
    "disputes.closed_on",
    "disputes.waived",
    "disputes.occurred_at",
    "disputes.expected_by",
    "disputes.description",
    "disputes.customers_words",
    "disputes.your_decision",
    "disputes.answered_on",
    "disputes.their_answer",
    "disputes.plan",
    "disputes.plan_due",
    "disputes.confirmed_by_us_on",
    "disputes.confirmed_by_customer_on",
    "disputes.appealed_on",
    "disputes.platforms_answer",
    "disputes.return_sent",
    "disputes.return_received",
    "disputes.refund_promised",
    "disputes.refund_received_on",
    "disputes.refund_due",
    "disputes.result",
    "disputes.waiting_since",
    "disputes.order -> purchases.noticed_on",
    "disputes.order -> sales.noticed_on",
    "disputes.order -> purchases.bought_on",
    "disputes.order -> sales.sold_on",
    "disputes.order -> purchases.shipped",
    "disputes.order -> sales.shipped",
    "disputes.order -> purchases.received",
    "disputes.order -> sales.delivered",
    "disputes.order -> purchases.delivery_days",
    "disputes.protected_until",
)


class Case(NamedTuple):
    """The cells of CASE_READS, in that order."""

    dispute_id: str | None
    type: str | None
    platform: str | None
    grade: str | None
    our_role: str | None
    opened_on: Moment | None
    customer: str | None
    seller: str | None
    amount: float | None
    currency: str | None
    closed_on: date | None
    waived: str | None
    occurred_at: Moment | None
    expected_by: date | None
    description: str | None
    customers_words: str | None
    your_decision: str | None
    answered_on: date | None
    their_answer: str | None
    plan: str | None
    plan_due: date | None
    confirmed_by_us_on: date | None
    confirmed_by_customer_on: date | None
    appealed_on: Moment | None
    platforms_answer: str | None
    return_sent: date | None
    return_received: date | None
    refund_promised: date | None
    refund_received_on: date | None
    refund_due: date | None
    result: str | None
    waiting_since: Moment | None
    purchase_noticed: date | None
    sale_noticed: date | None
    bought_on: date | None
    sold_on: date | None
    purchase_shipped: date | None
    sale_shipped: date | None
    purchase_received: date | None
    sale_delivered: date | None
    delivery_days: int | None
    protected_until: date | None = None

    @property
    def role(self) -> str:
        """The side that we are on; a case without an order is taken for a buyer's."""
        return self.our_role or "buyer"

    @property
    def planned(self) -> date | None:
        """When the plan was agreed; None while it is only a proposal."""
        return planned(self.plan, self.confirmed_by_us_on, self.confirmed_by_customer_on, self.customer)

    @property
    def exposed(self) -> bool:
        """Whether the refund is due only when nothing protects the money any more."""
        return (
            self.protected_until is not None and self.refund_due is not None and self.protected_until < self.refund_due
        )

    @property
    def promised_arrival(self) -> date | None:
        """The day by which the seller promised it to our door."""
        return (
            None
            if self.bought_on is None or self.delivery_days is None
            else self.bought_on + timedelta(self.delivery_days)
        )

    @property
    def settled(self) -> bool:
        """Nothing more is to be decided: closed, or let rest."""
        return self.closed_on is not None or self.waived is not None


OFFER_READS = (
    "offers.id",
    "offers.dispute",
    "offers.on",
    "offers.by",
    "offers.kind",
    "offers.with_return",
    "offers.answer",
    "offers.answered_on",
)


class Offer(NamedTuple):
    """The cells of OFFER_READS, in that order."""

    id: str | None
    dispute: str | None
    on: Moment | None
    by: str | None
    kind: str | None
    with_return: bool | None
    answer: str | None
    answered_on: Moment | None

    @property
    def answered(self) -> Moment | None:
        """When it was answered; an answer without a day counts from the offer itself."""
        return None if self.answer is None else self.answered_on or self.on


def moment(day: date | None) -> Moment | None:
    """A plain date as 00:00 of it."""
    return day if day is None or isinstance(day, datetime) else datetime.combine(day, time())


def too_late(at: datetime, due: datetime | None, last_day: date) -> bool:
    """Whether something was done after its last good day, or on that day at the due hour or later; a day without an
    hour is taken kindly."""
    if at.date() != last_day:
        return at.date() > last_day
    return due is not None and due.time() != time() and at.time() != time() and at >= due


def day_of(at: date) -> date:
    return at.date() if isinstance(at, datetime) else at


def cases_by_id(columns: Iterable[list[Any]]) -> dict[str, Case]:
    """Cases by folded number; the first of two with one number counts."""
    found: dict[str, Case] = {}
    for row in zip(*columns, strict=True):
        if row[0] is not None:
            found.setdefault(fold(str(row[0])), Case(*row))
    return found


def offers_by_case(columns: Iterable[list[Any]]) -> dict[str, list[Offer]]:
    """The offers of each case (its folded number), in the order of their dates and then of their numbers."""
    found: dict[str, list[Offer]] = {}
    for row in zip(*columns, strict=True):
        offer = Offer(*row)
        if offer.dispute is not None and offer.on is not None:
            found.setdefault(fold(offer.dispute), []).append(offer)
    for offers in found.values():
        offers.sort(key=lambda offer: (offer.on or datetime.max, offer.id or ""))
    return found


def events(case: Case, offers: list[Offer], evidence_complete: bool) -> dict[str, Moment]:
    """What has happened, by the name of the event (policy/model.py, EVENTS).

    An event whose day nobody typed (a filled text, complete evidence) counts from the opening: so no date that follows
    from it is too late. Besides EVENTS: "money_agreed", a plan or an accepted offer of money;
    "withdrawn", the last offer was; "settled", that, or an offer was accepted, or a result is typed.
    """
    opened = case.opened_on
    happened: dict[str, date | None] = {
        "opened": opened,
        "noticed": case.purchase_noticed or case.sale_noticed or opened,
        "occurred": case.occurred_at,
        "paid": case.bought_on or case.sold_on,
        "shipped": case.purchase_shipped or case.sale_shipped,
        "expected": case.promised_arrival,
        "delivered": case.purchase_received or case.sale_delivered,
        "reported": opened if case.description or case.customers_words else None,
        "decided": case.answered_on or (opened if case.your_decision else None),
        "evidence_complete": opened if evidence_complete else None,
        "platform_answered": opened if case.platforms_answer else None,
        "return_sent": case.return_sent,
        "return_received": case.return_received,
        "refund_received": case.refund_received_on,
        "closed": case.closed_on,
        "ruled": case.closed_on if case.result in RULED else None,
        **_offer_events(case, offers),
    }
    promised = moment(happened["refund_promised"])
    if case.exposed and promised is not None and promised.date() <= (case.protected_until or promised.date()):
        happened["exposed"] = promised
    return {name: at for name, day in happened.items() if (at := moment(day)) is not None}


def undated(case: Case) -> frozenset[str]:
    """The events of `events` of which nobody typed the day: that they happened is known, not when."""
    return _UNDATED if case.answered_on is not None else _UNDATED | {"decided"}


def planned(plan: str | None, ours: date | None, theirs: date | None, customer: str | None) -> date | None:
    """A plan holds when we have agreed, and the customer too where there is one."""
    if plan is None or ours is None or (customer is not None and theirs is None):
        return None
    return max(ours, theirs or ours)


def with_return(kind: str | None, returned: bool | None) -> bool:
    """Whether an offer brings the goods back."""
    return bool(returned) or kind in RETURN_KINDS


def _offer_events(case: Case, offers: list[Offer]) -> dict[str, date | None]:
    asked = [offer.on for offer in offers if offer.kind == "platform_decides"]
    appealed = _first([case.appealed_on, *asked])
    rejected = _first(offer.answered for offer in offers if offer.answer == "rejected")
    accepted = [offer for offer in offers if offer.answer == "accepted"]
    agreed = _first(offer.answered for offer in accepted)
    plan = moment(case.planned)
    returns = _first(
        [
            plan if case.plan == "return_refund" else None,
            *(offer.answered for offer in accepted if with_return(offer.kind, offer.with_return)),
        ]
    )
    promised = _first(
        [
            plan if case.plan in MONEY_PLANS else None,
            *(offer.answered for offer in accepted if offer.kind in MONEY_KINDS),
        ]
    )
    withdrawn = offers[-1].answered if offers and offers[-1].answer == "withdrawn" else None
    return {
        "withdrawn": withdrawn,
        "settled": agreed or withdrawn or (case.opened_on if case.result else None),
        "planned": _first([plan, agreed]),
        "money_agreed": promised,
        "appealed": appealed,
        "escalated": _first([appealed, rejected]),
        "rejected": rejected,
        "return_agreed": returns,
        "refund_promised": case.refund_promised or (None if returns else promised) or case.return_received,
        "offer_answered": _first(offer.answered for offer in offers if offer.answered),
        "refused": case.answered_on or case.opened_on
        if case.their_answer in REFUSALS and plan is None and agreed is None
        else None,
        "news": _first([plan, agreed, moment(case.refund_promised)]),
    }


def _first(moments: Iterable[Moment | None]) -> Moment | None:
    return min((at for at in moments if at is not None), default=None)
