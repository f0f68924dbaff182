"""What was agreed, in money and days: the plan's amount, when a refund is due, what is still owed, and whether a return
is worth it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, NamedTuple

from kakosheet.core.rules import rule, table_rule
from kakosheet.core.titles import fold
from kakosheet.policy.model import Policy
from kakosheet.sheets.casework.case import MONEY_KINDS, MONEY_PLANS, day_of, planned, with_return
from kakosheet.sheets.words import Say, money_text

_PRICES = ("disputes.order -> purchases.price", "disputes.order -> sales.price")
_WHOLE = ("refund", "return_refund")


@rule("disputes.plan_amount", reads=("disputes.plan", "disputes.plan_percent", "disputes.amount", *_PRICES))
def plan_amount(
    plan: str | None, percent: float | None, amount: float | None, bought: float | None, sold: float | None
) -> float | None:
    """The share of the payment that the plan gives back; without a share all of it, or for a part what is asked for.
    Only for money."""
    if plan not in MONEY_PLANS:
        return None
    price = amount if bought is None and sold is None else bought if bought is not None else sold
    if percent is not None:
        return None if price is None else price * percent
    return price if plan in _WHOLE else amount


def _why_offer(
    cost: float | None,
    loss: float | None,
    currency: str | None,
    bought: float | None,
    sold: float | None,
    closed: date | None,
    *,
    policy: Policy,
    say: Say,
) -> list[str]:
    figures = _figures(cost, currency, bought, sold, policy)
    if figures is None or closed is not None:
        return [say("disputes.why_no_cost")]
    base = policy.settings["base_currency"]
    return [say("disputes.why_return", cost=money_text(figures[0], base), worth=money_text(figures[1], base))]


@rule(
    "disputes.suggested_offer",
    reads=("disputes.return_cost", "disputes.loss", "disputes.currency", *_PRICES, "disputes.closed_on"),
    why=_why_offer,
)
def suggested_offer(
    cost: float | None,
    loss: float | None,
    currency: str | None,
    bought: float | None,
    sold: float | None,
    closed: date | None,
    *,
    policy: Policy,
) -> str | None:
    """Without return where that costs more than the goods bring: all of the money, or a part where the loss is only a
    part of the price."""
    figures, price = _figures(cost, currency, bought, sold, policy), bought if bought is not None else sold
    if figures is None or closed is not None or price is None:
        return None
    if figures[0] <= figures[1]:
        return "refund_with_return"
    return "full_refund" if loss is None or loss >= price else "partial_refund"


def _figures(
    cost: float | None, currency: str | None, bought: float | None, sold: float | None, policy: Policy
) -> tuple[float, float] | None:
    """What a return costs and what the goods still bring, in the base currency; None where either is not known."""
    price = policy.to_base(bought if bought is not None else sold, currency)
    usual = policy.settings.get("return_cost")
    costs = policy.to_base(cost, currency) if cost is not None else usual
    return None if price is None or costs is None else (costs, price * float(policy.settings["resale_share"]))


class Accepted(NamedTuple):
    """An offer that was accepted."""

    day: date
    kind: str | None
    amount: float | None
    percent: float | None
    returned: bool


_OFFERS = (
    "offers.dispute",
    "offers.answer",
    "offers.on",
    "offers.answered_on",
    "offers.kind",
    "offers.amount",
    "offers.percent",
    "offers.with_return",
)


def _accepted(columns: Iterable[list[Any]]) -> dict[str, Accepted]:
    """The last accepted offer of each case (folded number)."""
    found: dict[str, Accepted] = {}
    for dispute, answer, on, answered, kind, amount, percent, back in zip(*columns, strict=True):
        if dispute is not None and answer == "accepted" and (answered or on) is not None:
            offer = Accepted(day_of(answered or on), kind, amount, percent, with_return(kind, back))
            known = found.get(fold(dispute))
            if known is None or known.day <= offer.day:
                found[fold(dispute)] = offer
    return found


_PLAN = ("disputes.plan", "disputes.confirmed_by_us_on", "disputes.confirmed_by_customer_on", "disputes.customer")


@table_rule(
    "disputes.refund_due",
    reads=(
        "disputes.dispute_id",
        "disputes.refund_promised",
        "disputes.return_received",
        "disputes.plan_due",
        *_PLAN,
        "disputes.order -> purchases.refund_days",
        *_OFFERS,
    ),
)
def refund_due(*columns: list[Any], policy: Policy) -> list[date | None]:
    """The day that the plan names; else the seller's refund days (or those in Settings) after the promise, or the goods
    if they came later."""
    offers = _accepted(columns[9:])
    return [
        _refund_day(offers.get(fold(name)) if name is not None else None, policy, *row)
        for name, *row in zip(*columns[:9], strict=True)
    ]


def _refund_day(
    offer: Accepted | None,
    policy: Policy,
    promised: date | None,
    received: date | None,
    plan_due: date | None,
    plan: str | None,
    ours: date | None,
    theirs: date | None,
    customer: str | None,
    days: int | None,
) -> date | None:
    agreed = planned(plan, ours, theirs, customer) if plan in MONEY_PLANS else None
    if agreed is not None and plan_due is not None:
        return plan_due
    goods_first = plan == "return_refund" if agreed is not None else offer is not None and offer.returned
    by_offer = offer.day if offer is not None and offer.kind in MONEY_KINDS else None
    starts = [day for day in (promised, received) if day is not None]
    if not goods_first:
        starts += [day for day in (agreed, by_offer) if day is not None and promised is None]
    if not starts:
        return None
    return max(starts) + timedelta(days if days is not None else policy.settings["refund_days"])


@table_rule(
    "disputes.still_owed",
    reads=(
        "disputes.dispute_id",
        "disputes.amount",
        "disputes.money_back",
        "disputes.refund_promised",
        "disputes.refund_received_on",
        "disputes.plan_amount",
        *_PLAN,
        "disputes.result",
        *_PRICES,
        *_OFFERS,
    ),
)
def still_owed(*columns: list[Any]) -> list[float | None]:
    """What was agreed (a confirmed plan, an accepted offer, a promise, a ruling) less what came back; empty where
    nothing is left."""
    offers = _accepted(columns[13:])
    return [
        _owed(offers.get(fold(name)) if name is not None else None, *row)
        for name, *row in zip(*columns[:13], strict=True)
    ]


def _owed(
    offer: Accepted | None,
    amount: float | None,
    back: float | None,
    promised: date | None,
    received: date | None,
    by_plan: float | None,
    plan: str | None,
    ours: date | None,
    theirs: date | None,
    customer: str | None,
    result: str | None,
    bought: float | None,
    sold: float | None,
) -> float | None:
    price = bought if bought is not None else sold if sold is not None else amount
    agreed: float | None = None
    if by_plan is not None and planned(plan, ours, theirs, customer) is not None:
        agreed = by_plan
    elif offer is not None and offer.kind in MONEY_KINDS:
        share = None if offer.percent is None or price is None else price * offer.percent
        agreed = offer.amount if offer.amount is not None else share if share is not None else amount
    elif promised is not None or result == "ruled_for_us":
        agreed = amount
    if agreed is None or (received is not None and back is None):
        return None
    left = agreed - (back or 0)
    return left if left > 0.004 else None
