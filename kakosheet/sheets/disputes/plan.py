"""What was agreed, in money and days: the plan's amount, when a refund is due, what is still owed, and whether a return
is worth it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from kakosheet.core.records import Record, attempt, groups
from kakosheet.core.rules import rule, table_rule
from kakosheet.policy.model import Policy
from kakosheet.sheets.casework.case import MONEY_KINDS, MONEY_PLANS, Case, Offer, accepted, day_of, folded
from kakosheet.sheets.casework.facts import Happened
from kakosheet.sheets.words import Say, money_text

_WHOLE = ("refund", "return_refund")


@rule("disputes.plan_amount", reads=(Case,))
def plan_amount(case: Case) -> float | None:
    """The share of the payment that the plan gives back; without a share all of it, or for a part what is asked for.
    Only for money."""
    if case.plan not in MONEY_PLANS:
        return None
    price = case.amount if case.price is None else case.price
    if case.plan_percent is not None:
        return None if price is None else price * case.plan_percent
    return price if case.plan in _WHOLE else case.amount


def _why_offer(case: Case, *, policy: Policy, say: Say) -> list[str]:
    figures = _figures(case, policy)
    if figures is None or case.closed_on is not None:
        return [say("disputes.why_no_cost")]
    base = policy.settings["base_currency"]
    return [say("disputes.why_return", cost=money_text(figures[0], base), worth=money_text(figures[1], base))]


@rule("disputes.suggested_offer", reads=(Case,), why=_why_offer)
def suggested_offer(case: Case, *, policy: Policy) -> str | None:
    """Without return where that costs more than the goods bring: all of the money, or a part where the loss is only a
    part of the price."""
    figures = _figures(case, policy)
    if figures is None or case.closed_on is not None or case.price is None:
        return None
    if figures[0] <= figures[1]:
        return "refund_with_return"
    return "full_refund" if case.loss is None or case.loss >= case.price else "partial_refund"


def _figures(case: Case, policy: Policy) -> tuple[float, float] | None:
    """What a return costs and what the goods still bring, in the base currency; None where either is not known."""
    price, usual = policy.to_base(case.price, case.currency), policy.settings.get("return_cost")
    costs = policy.to_base(case.return_cost, case.currency) if case.return_cost is not None else usual
    return None if price is None or costs is None else (costs, price * float(policy.settings["resale_share"]))


def _offers_of(offers: Iterable[Offer]) -> dict[str, list[Offer]]:
    """The offers of each case (folded number), those without a day left out."""
    return groups(offers, lambda offer: folded(offer.dispute))


def _agreed_offer(offers: Sequence[Offer]) -> Offer | None:
    """The last one that was accepted, by the day of the answer."""
    found = [(day_of(offer.answered), offer) for offer in accepted(offers) if offer.answered is not None]
    return max(reversed(found), key=lambda pair: pair[0])[1] if found else None


@table_rule("disputes.refund_due", reads=(Case, Offer))
def refund_due(cases: Sequence[Case], offers: Sequence[Offer], *, policy: Policy) -> list[Any]:
    """The day that the plan names; else the seller's refund days (or those in Settings) after the promise, or the goods
    if they came later."""
    own = _offers_of(offers)
    return [
        attempt(lambda case: _refund_day(case, own.get(folded(case.dispute_id) or "", []), policy), case)
        for case in cases
    ]


def _refund_day(case: Case, offers: Sequence[Offer], policy: Policy) -> date | None:
    offer = _agreed_offer(offers)
    agreed = case.planned if case.plan in MONEY_PLANS else None
    if agreed is not None and case.plan_due is not None:
        return case.plan_due
    goods_first = case.plan == "return_refund" if agreed is not None else offer is not None and offer.returns
    by_offer = (
        day_of(offer.answered)
        if offer is not None and offer.answered is not None and offer.kind in MONEY_KINDS
        else None
    )
    starts = [day for day in (case.refund_promised, case.return_received) if day is not None]
    if not goods_first:
        starts += [day for day in (agreed, by_offer) if day is not None and case.refund_promised is None]
    if not starts:
        promised = Happened(case, offers).get("refund_promised")
        starts = [day_of(promised)] if promised is not None and not goods_first else []
    if not starts:
        return None
    return max(starts) + timedelta(case.refund_days if case.refund_days is not None else policy.settings["refund_days"])


class Planned(Record, of="disputes"):
    """What the plan of a case comes to."""

    plan_amount: float | None


@table_rule("disputes.still_owed", reads=(Case, Planned, Offer))
def still_owed(cases: Sequence[Case], planned: Sequence[Planned], offers: Sequence[Offer]) -> list[Any]:
    """What was agreed (a confirmed plan, an accepted offer, a promise, a ruling) less what came back; empty where
    nothing is left."""
    own = _offers_of(offers)
    return [
        attempt(lambda case, plan: _owed(case, plan, own.get(folded(case.dispute_id) or "", [])), case, plan)
        for case, plan in zip(cases, planned, strict=True)
    ]


def _owed(case: Case, plan: Planned, offers: Sequence[Offer]) -> float | None:
    agreed = _agreed_amount(case, plan, _agreed_offer(offers))
    if agreed is None or (case.refund_received_on is not None and case.money_back is None):
        return None
    left = agreed - (case.money_back or 0)
    return left if left > 0.004 else None


def _agreed_amount(case: Case, plan: Planned, offer: Offer | None) -> float | None:
    if plan.plan_amount is not None and case.planned is not None:
        return plan.plan_amount
    if offer is not None and offer.kind in MONEY_KINDS:
        price = case.price if case.price is not None else case.amount
        share = None if offer.percent is None or price is None else price * offer.percent
        return offer.amount if offer.amount is not None else share if share is not None else case.amount
    promised = case.refund_promised is not None or "refund_promised" in Happened(case, ())
    return case.amount if promised and case.result != "ruled_shared" else None
