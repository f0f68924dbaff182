"""What happened in a case, as people typed it: the records Case and Offer, and what follows from one row alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from kakosheet.core.records import CannotKnow, Cells, Record, attempt, far, groups
from kakosheet.core.titles import fold

Moment = datetime
BANK = "bank"
"""The step of claiming from whoever was paid by: a road of its own beside the platform."""
MONEY_KINDS = frozenset(
    {"full_refund", "partial_refund", "refund_with_return", "partial_refund_with_return", "compensation"}
)
RETURN_KINDS = frozenset({"refund_with_return", "partial_refund_with_return", "replacement_with_return"})
MONEY_PLANS = frozenset({"refund", "partial_refund", "return_refund", "compensation"})
IN_KIND = frozenset({"replacement", "missing_parts", "repair"})
"""Demands that are met with goods or work, not with money."""
MONEY_DEMANDS = frozenset({"refund", "partial_refund", "refund_with_return", "compensation"})
RULED = frozenset({"ruled_against_us", "ruled_shared", "defaulted"})
"""Results that others decided, and against which one may appeal."""
DECIDED = RULED | {"ruled_for_us"}
"""Results that others decided."""
REFUSALS = frozenset({"refuses", "silent"})
"""Answers of the other side by which it does not stand up for what it is held responsible for."""


class Case(Record, of="disputes"):
    """What people typed about one case, and of the order that it hangs on. Nothing that is computed."""

    dispute_id: str | None
    order: str | None
    type: str | None
    opened_on: Moment | None
    assigned_to: str | None
    demand: str | None
    amount: float | None
    currency: str | None
    result: str | None
    closed_on: date | None
    money_back: float | None
    root_cause: str | None
    customer: str | None
    platform: str | None
    case_no: str | None
    told_on: date | None
    filed_on: Moment | None
    filed_with: str | None
    asked_on: Moment | None
    answer_by: Moment | None
    ruled_on: date | None
    rest: str | None
    grade: str | None
    description: str | None
    customers_words: str | None
    occurred_at: Moment | None
    expected_by: date | None
    parent: str | None
    linked_claim: str | None
    loss: float | None
    outer_box: str | None
    packing_photo: str | None
    tracking_events: str | None
    customs_event: str | None
    incoterm: str | None
    carrier_chosen_by: str | None
    when_opened: str | None
    your_decision: str | None
    their_answer: str | None
    answered_on: date | None
    waiting_since: Moment | None
    plan: str | None
    plan_percent: float | None
    plan_due: date | None
    confirmed_by_us_on: date | None
    confirmed_by_customer_on: date | None
    appealed_on: Moment | None
    platforms_answer: str | None
    return_cost: float | None
    return_sent: date | None
    return_received: date | None
    refund_promised: date | None
    paid_by: str | None
    refund_received_on: date | None
    duty_back_on: date | None
    waived: str | None
    purchase: str | None = far("order -> purchases.id")
    sale: str | None = far("order -> sales.id")
    item: str | None = far("order -> purchases.item", "order -> sales.item")
    seller: str | None = far("order -> purchases.seller")
    price: float | None = far("order -> purchases.price", "order -> sales.price")
    priced_in: str | None = far("order -> purchases.currency", "order -> sales.currency")
    category: str | None = far("order -> purchases.category", "order -> sales.category")
    carrier: str | None = far("order -> purchases.carrier", "order -> sales.carrier")
    noticed_on: date | None = far("order -> purchases.noticed_on", "order -> sales.noticed_on")
    ordered_on: date | None = far("order -> purchases.bought_on", "order -> sales.sold_on")
    bought_on: date | None = far("order -> purchases.bought_on")
    arrived_at_warehouse: date | None = far("order -> purchases.arrived_at_warehouse")
    shipped: date | None = far("order -> purchases.shipped", "order -> sales.shipped")
    delivered: date | None = far("order -> purchases.received", "order -> sales.delivered")
    delivery_days: int | None = far("order -> purchases.delivery_days")
    refund_days: int | None = far("order -> purchases.refund_days")

    @property
    def our_role(self) -> str | None:
        """buyer where it hangs on a purchase, seller where on a sale."""
        return "buyer" if self.purchase is not None else "seller" if self.sale is not None else None

    @property
    def role(self) -> str:
        """The side that we are on; a case without an order is taken for a buyer's."""
        return self.our_role or "buyer"

    @property
    def planned(self) -> date | None:
        """When the plan was agreed: we have confirmed it, and the customer too where there is one. None while it is
        only a proposal, and where the other side refused on that day or later."""
        if self.plan is None or self.confirmed_by_us_on is None:
            return None
        if (
            self.their_answer in REFUSALS
            and self.answered_on is not None
            and self.answered_on >= self.confirmed_by_us_on
        ):
            return None
        if self.customer is None:
            return self.confirmed_by_us_on
        theirs = self.confirmed_by_customer_on
        return None if theirs is None else max(self.confirmed_by_us_on, theirs)

    @property
    def promised_arrival(self) -> date | None:
        """The day by which the seller promised it to our door."""
        return (
            None
            if self.bought_on is None or self.delivery_days is None
            else self.bought_on + timedelta(self.delivery_days)
        )

    @property
    def served(self) -> bool:
        """Whether somebody is served, to whom we have promised to be quick: a customer."""
        return self.role == "seller" or self.customer is not None

    @property
    def is_filed_elsewhere(self) -> bool:
        """Whether what was filed is not the case on the platform, but a claim on a bank, carrier or insurer."""
        return self.filed_with not in (None, "platform")

    @property
    def made_good(self) -> bool:
        """Whether all that was asked for came back."""
        return self.money_back is not None and self.amount is not None and self.money_back >= self.amount - 0.004 > 0

    @property
    def rests(self) -> bool:
        """Whether it is let rest."""
        return self.waived is not None or self.rest is not None

    @property
    def counts(self) -> bool:
        """Whether it counts in figures: it was not entered by mistake, nor let rest in words alone."""
        return self.waived is None and self.rest != "mistake"

    @property
    def settled(self) -> bool:
        """Nothing more is to be decided: closed, or let rest."""
        return self.closed_on is not None or self.rests


class Offer(Record, of="offers"):
    """What people typed about one offer."""

    id: str | None
    dispute: str | None
    on: Moment | None
    by: str | None
    kind: str | None
    amount: float | None
    percent: float | None
    with_return: bool | None
    answer: str | None
    answered_on: Moment | None

    @property
    def answered(self) -> Moment | None:
        """When it was answered; an answer without a day counts from the offer itself."""
        return None if self.answer is None else self.answered_on or self.on

    @property
    def returns(self) -> bool:
        """Whether it brings the goods back."""
        return bool(self.with_return) or self.kind in RETURN_KINDS


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


def folded(name: str | None) -> str | None:
    """A name as others refer to it; None for none."""
    return None if name is None else fold(str(name))


def cases_by_id(cases: Iterable[Case]) -> dict[str, Case]:
    """Cases by folded number; the first of two with one number counts."""
    return {name: same[0] for name, same in groups(cases, lambda case: folded(case.dispute_id)).items()}


def unnamed(cases: Iterable[Case]) -> Cells:
    """The cells of numbers that cannot be known: a row that hangs on no case may hang on one of theirs."""
    found = (attempt(lambda case: case.dispute_id, case) for case in cases)
    return frozenset(cell for number in found if isinstance(number, CannotKnow) for cell in number.cells)


def offers_by_case(offers: Iterable[Offer]) -> dict[str, list[Offer]]:
    """The offers of each case (its folded number), in the order of their dates and then of their numbers; those without
    a day are left out, those whose day cannot be known stand last."""
    found = groups(offers, lambda offer: folded(offer.dispute))
    dated = {
        name: [offer for offer in own if attempt(lambda offer: offer.on, offer) is not None]
        for name, own in found.items()
    }
    return {name: sorted(own, key=_place) for name, own in dated.items() if own}


def _place(offer: Offer) -> tuple[datetime, str]:
    on, number = attempt(lambda: offer.on), attempt(lambda: offer.id)
    return (on if isinstance(on, datetime) else datetime.max, number if isinstance(number, str) else "")


def first(moments: Iterable[Moment | None]) -> Moment | None:
    """The earliest of what has a day."""
    return min((at for at in moments if at is not None), default=None)


def accepted(offers: Sequence[Offer]) -> list[Offer]:
    return [offer for offer in offers if offer.answer == "accepted"]
