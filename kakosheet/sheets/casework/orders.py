"""Order lines: what was bought and what was sold, as people typed it. A case hangs on one of them."""

from __future__ import annotations

from datetime import date, datetime

from kakosheet.core.records import CannotKnow, Record
from kakosheet.core.titles import fold


class Purchase(Record, of="purchases"):
    """What people typed about one line of the Purchase Checklist."""

    id: str | None
    item: str | None
    seller: str | None
    price: float | None
    currency: str | None
    platform: str | None
    bought_on: date | None
    assigned_to: str | None
    problem: str | None
    noticed_on: date | None
    agent: str | None
    order_no: str | None
    arrived_at_warehouse: date | None
    qc_verdict: str | None
    carrier: str | None
    shipped: date | None
    received: date | None
    category: str | None
    specification: str | None
    quality_guarantee: str | None
    authenticity_guarantee: str | None
    delivery_days: int | None
    delivery_promise: str | None
    return_policy: str | None
    refund_days: int | None
    confirmed_on: date | None
    fragile: bool | None
    branded: bool | None
    official_channel: bool | None
    packaging: str | None
    insured: bool | None
    special_requirements: str | None
    risk_accepted: str | None
    size_chart_checked: bool | None

    @property
    def ordered(self) -> bool:
        """Whether it is an order, not a plan: it has a day, a number or a problem."""
        return self.bought_on is not None or self.order_no is not None or self.problem is not None


class Sale(Record, of="sales"):
    """What people typed about one line of Sales & Dispatch."""

    id: str | None
    item: str | None
    customer: str | None
    price: float | None
    currency: str | None
    platform: str | None
    sold_on: date | None
    assigned_to: str | None
    problem: str | None
    noticed_on: date | None
    quantity: int | None
    destination: str | None
    category: str | None
    fragile: bool | None
    branded: bool | None
    page_is_true: bool | None
    qc_passed: bool | None
    appearance: bool | None
    functions: bool | None
    packaging: str | None
    photo_before: str | None
    photo_after: str | None
    net_weight: float | None
    gross_weight: float | None
    receipt: str | None
    declared_value: float | None
    declared_quantity: int | None
    declared_weight: float | None
    consent_to_lower_value: date | None
    gift: str | None
    gift_matches_page: bool | None
    gift_confirmed_on: date | None
    authorisation: str | None
    functions_text: bool | None
    usage_text: bool | None
    carrier: str | None
    tracking: str | None
    shipped: date | None
    last_movement: date | None
    exception: str | None
    carrier_cause: str | None
    told_the_buyer_on: date | None
    delivered: date | None


def may_be_of(order: Purchase | Sale, type_: str | CannotKnow | None, opened_on: datetime | CannotKnow | None) -> bool:
    """Whether neither its type nor its day speaks against its being the case of that order, which names both."""
    other = isinstance(type_, str) and order.problem is not None and fold(type_) != fold(order.problem)
    return not other and (not isinstance(opened_on, datetime) or opened_on.date() == order.noticed_on)
