"""What follows from a case's own cells and its order."""

from __future__ import annotations

from datetime import date, datetime

from kakosheet.core.rules import rule
from kakosheet.core.titles import Titles
from kakosheet.policy.model import Policy
from kakosheet.sheets.casework.case import Case
from kakosheet.sheets.words import Say, days_text, full_day, money_text


@rule("disputes.our_role", reads=(Case,))
def our_role(case: Case) -> str | None:
    """Buyer if the case hangs on a purchase, seller if on a sale."""
    return case.our_role


@rule("disputes.item", reads=(Case,))
def item(case: Case) -> str | None:
    """From the order."""
    return case.item


@rule("disputes.seller", reads=(Case,))
def seller(case: Case) -> str | None:
    """From the order. A sale has no seller but ourselves."""
    return case.seller


@rule("disputes.loss_in_base_currency", reads=("disputes.loss", "disputes.amount", "disputes.currency"))
def loss_in_base_currency(
    loss: float | None, amount: float | None, currency: str | None, *, policy: Policy
) -> float | None:
    """The loss, else the amount, with the rate in Settings; empty without a rate."""
    return policy.to_base(loss if loss is not None else amount, currency)


@rule("disputes.opened_day", "disputes.closed_day", reads=("disputes.opened_on", "disputes.closed_on"))
def open_days(opened_on: datetime | None, closed_on: date | None) -> tuple[date | None, date | None]:
    """What people typed, as plain days that a formula can count from."""
    return None if opened_on is None else opened_on.date(), closed_on


@rule("disputes.days_open", reads=("disputes.opened_day", "disputes.closed_day"))
def days_open(opened_day: date | None, closed_day: date | None, *, today: date) -> int | None:
    """Twin of the live formula (columns.DAYS_OPEN): from opening to closing, or to today; empty without an opening
    date."""
    return None if opened_day is None else ((closed_day or today) - opened_day).days


@rule("disputes.summary", reads=(Case, "disputes.days_open"))
def summary(case: Case, days: int | None, *, policy: Policy, say: Say, titles: Titles) -> str | None:
    """The case in one line: what, how much, with whom; since when, or how it ended and what came back."""
    if case.type is None:
        return None
    what, currency = titles.choice("dispute_type", case.type), case.currency or policy.settings["base_currency"]
    parts = [
        what,
        money_text(case.amount, currency) if case.amount is not None else None,
        case.customer if case.seller is None else case.seller,
    ]
    head = say("disputes.between_parts").join(part for part in parts if part)
    if case.closed_on is None:
        return (
            head
            if case.opened_on is None
            else say("disputes.summary_open", head=head, day=full_day(case.opened_on.date(), titles))
        )
    ended = titles.choice("result", case.result) or titles.choice("state", "closed")
    if days is None:
        return say("disputes.summary_ended", head=head, result=ended)
    took = days_text(days, say)
    if case.money_back is None:
        return say("disputes.summary_closed", head=head, result=ended, days=took)
    return say("disputes.summary_paid", head=head, result=ended, days=took, back=money_text(case.money_back, currency))
