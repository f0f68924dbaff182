"""Claims side by side, such as those against the seller and the carrier: what each has brought, and whether a demand is
still fair."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from math import fsum
from typing import Any, NamedTuple

from kakosheet.core.rules import table_rule
from kakosheet.core.titles import Titles, fold
from kakosheet.policy.model import Policy
from kakosheet.policy.words import takes_nothing_back
from kakosheet.sheets.words import Say, money_text

_READS = (
    "dispute_id",
    "linked_claim",
    "your_decision",
    "suggested",
    "demand",
    "amount",
    "loss",
    "money_back",
    "currency",
    "evidence_percent",
    "closed_on",
    "suggested_offer",
    "our_role",
    "grade",
    "plan",
    "opened_on",
    "order -> purchases.return_window_ends",
    "order -> purchases.return_policy",
)
_WITHOUT_RETURN = ("full_refund", "partial_refund")
_BY_RETURN = ("refund_with_return", "replacement")
"""Demands for which the goods go back."""


class Claim(NamedTuple):
    """The cells of _READS, in that order."""

    dispute_id: str | None
    linked_claim: str | None
    your_decision: str | None
    suggested: str | None
    demand: str | None
    amount: float | None
    loss: float | None
    money_back: float | None
    currency: str | None
    evidence_percent: float | None
    closed_on: date | None
    suggested_offer: str | None
    our_role: str | None = None
    grade: str | None = None
    plan: str | None = None
    opened_on: datetime | None = None
    window_ends: date | None = None
    return_policy: str | None = None


@table_rule("disputes.side_by_side", "disputes.demand_check", reads=tuple(f"disputes.{key}" for key in _READS))
def side_by_side(*columns: list[Any], policy: Policy, say: Say, titles: Titles) -> tuple[list[Any], list[Any]]:
    """The claims beside each case, whichever of the two names the other; and whether the demand fits loss, proof and
    what came back there."""
    rows = [Claim(*row) for row in zip(*columns, strict=True)]
    beside = _beside(rows)
    found = [beside.get(fold(row.dispute_id), []) if row.dispute_id is not None else [] for row in rows]
    return (
        [
            say("disputes.between_pieces").join(_line(other, policy, say, titles) for other in others) or None
            for others in found
        ],
        [demand_text(row, others, policy, say, titles) for row, others in zip(rows, found, strict=True)],
    )


def _beside(rows: Iterable[Claim]) -> dict[str, list[Claim]]:
    """The linked claims of each case (folded number), in the order of their numbers."""
    known = {fold(row.dispute_id): row for row in rows if row.dispute_id is not None}
    links: dict[str, set[str]] = {}
    for name, row in known.items():
        other = fold(row.linked_claim) if row.linked_claim is not None else name
        if other != name and other in known:
            links.setdefault(name, set()).add(other)
            links.setdefault(other, set()).add(name)
    return {name: [known[other] for other in sorted(others)] for name, others in links.items()}


def _line(claim: Claim, policy: Policy, say: Say, titles: Titles) -> str:
    """ "D-2026-0008, Carrier: 40 of 120 EUR back"."""
    party = titles.choice("party", claim.your_decision or claim.suggested)
    head = say("disputes.between_parts").join(part for part in (claim.dispute_id, party) if part)
    asked = money_text(claim.amount or 0, claim.currency or policy.settings["base_currency"])
    return say("disputes.claim_line", head=head, back=money_text(claim.money_back or 0, None), asked=asked)


def demand_text(claim: Claim, others: Iterable[Claim], policy: Policy, say: Say, titles: Titles) -> str | None:
    """Whether the demand fits the loss, what the claims beside it brought, the cost of a return, what was agreed or is
    our own way with such cases, and the proof; nothing once it is closed."""
    if claim.closed_on is not None:
        return None
    if claim.demand is None:
        return say("disputes.demand_missing")
    amount, loss, currency = claim.amount, claim.loss, claim.currency or policy.settings["base_currency"]
    if amount is not None and loss is not None and amount > loss:
        return say("disputes.demand_over_loss", loss=money_text(loss, currency))
    if (twice := _paid_elsewhere(claim, others, policy, say)) is not None:
        return twice
    if claim.demand == "refund_with_return" and claim.suggested_offer in _WITHOUT_RETURN:
        return say("disputes.demand_return_costs")
    if (against := _against_policy(claim, policy, say, titles)) is not None:
        return against
    if claim.evidence_percent is not None and claim.evidence_percent < 1:
        return say("disputes.demand_unproved")
    return say("disputes.demand_fits") if amount is not None else None


def _against_policy(claim: Claim, policy: Policy, say: Say, titles: Titles) -> str | None:
    """A return that the seller's promises rule out; a plan of ours that is not what all our customers get."""
    if claim.demand in _BY_RETURN and takes_nothing_back(policy, claim.return_policy):
        return say("disputes.demand_no_return")
    if (
        claim.demand in _BY_RETURN
        and claim.window_ends is not None
        and claim.opened_on is not None
        and claim.opened_on.date() > claim.window_ends
    ):
        return say("disputes.demand_window", day=claim.window_ends)
    usual = policy.settings.get(f"remedy_{claim.grade}") if claim.our_role == "seller" else None
    if usual and claim.plan is not None and claim.plan != usual:
        return say(
            "disputes.demand_unusual", grade=titles.choice("grade", claim.grade), plan=titles.choice("plan", usual)
        )
    return None


def _paid_elsewhere(claim: Claim, others: Iterable[Claim], policy: Policy, say: Say) -> str | None:
    """A loss is made good once: what a claim beside it brought is not to be asked for again."""
    paid = [
        base
        for other in others
        if other.money_back and (base := policy.to_base(other.money_back, other.currency)) is not None
    ]
    asked, loss = policy.to_base(claim.amount, claim.currency), policy.to_base(claim.loss, claim.currency)
    rate = policy.rate(claim.currency)
    if not paid or asked is None or loss is None or not rate or asked + fsum(paid) <= loss + 0.005:
        return None
    left = max(0.0, loss - fsum(paid)) / rate
    return say(
        "disputes.demand_paid_elsewhere", left=money_text(left, claim.currency or policy.settings["base_currency"])
    )
