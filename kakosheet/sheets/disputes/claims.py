"""Claims side by side, such as those against the seller and the carrier: what each has brought, and whether a demand is
still fair."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from math import fsum
from typing import Any, NamedTuple

from kakosheet.core.records import CannotKnow, Record, attempt, far, groups, spread, sure
from kakosheet.core.rules import table_rule
from kakosheet.core.titles import Titles
from kakosheet.policy.model import Policy
from kakosheet.policy.words import takes_nothing_back
from kakosheet.sheets.casework.case import Case, folded
from kakosheet.sheets.words import Say, money_text

_WITHOUT_RETURN = ("full_refund", "partial_refund")
_BY_RETURN = ("refund_with_return", "replacement")
"""Demands for which the goods go back."""


class ClaimVerdict(Record, of="disputes"):
    """What is proposed in a case, and how well it is proved."""

    suggested: str | None
    suggested_offer: str | None
    evidence_percent: float | None


class Promised(Record, of="disputes"):
    """What the seller promised of taking the goods back."""

    window_ends: date | None = far("order -> purchases.return_window_ends")
    return_policy: str | None = far("order -> purchases.return_policy")


class Claim(NamedTuple):
    """One case, as far as it tells what it may ask for."""

    case: Case
    judged: ClaimVerdict
    promised: Promised


@table_rule("disputes.side_by_side", "disputes.demand_check", reads=(Case, ClaimVerdict, Promised))
def side_by_side(
    cases: Sequence[Case],
    judged: Sequence[ClaimVerdict],
    promised: Sequence[Promised],
    *,
    policy: Policy,
    say: Say,
    titles: Titles,
) -> list[list[Any]]:
    """The claims beside each case, whichever of the two names the other; and whether the demand fits loss, proof and
    what came back there."""
    rows = [Claim(*row) for row in zip(cases, judged, promised, strict=True)]
    beside = _beside(rows)

    def told(row: Claim) -> tuple[str | CannotKnow | None, str | CannotKnow | None]:
        others = sure(beside.get(folded(row.case.dispute_id) or "", []))
        lines = attempt(
            lambda: say("disputes.between_pieces").join(_line(other, policy, say, titles) for other in others) or None
        )
        return lines, attempt(demand_text, row, others, policy, say, titles)

    return spread([attempt(told, row) for row in rows], 2)


def _beside(rows: Iterable[Claim]) -> dict[str, list[Claim] | CannotKnow]:
    """The linked claims of each case (folded number), in the order of their numbers; a mark where nobody knows which it
    names."""
    known = {name: same[-1] for name, same in groups(rows, lambda row: folded(row.case.dispute_id)).items()}
    links: dict[str, set[str]] = {}
    unsure: dict[str, CannotKnow] = {}
    for name, row in known.items():
        other = attempt(lambda row: folded(row.case.linked_claim), row)
        if isinstance(other, CannotKnow):
            unsure[name] = other
        elif other is not None and other != name and other in known:
            links.setdefault(name, set()).add(other)
            links.setdefault(other, set()).add(name)
    found: dict[str, list[Claim] | CannotKnow] = {
        name: [known[other] for other in sorted(others)] for name, others in links.items()
    }
    return found | unsure


def _line(claim: Claim, policy: Policy, say: Say, titles: Titles) -> str:
    """ "D-2026-0008, Carrier: 40 of 120 EUR back"."""
    party = titles.choice("party", claim.case.your_decision or claim.judged.suggested)
    head = say("disputes.between_parts").join(part for part in (claim.case.dispute_id, party) if part)
    asked = money_text(claim.case.amount or 0, claim.case.currency or policy.settings["base_currency"])
    return say("disputes.claim_line", head=head, back=money_text(claim.case.money_back or 0, None), asked=asked)


def demand_text(claim: Claim, others: Iterable[Claim], policy: Policy, say: Say, titles: Titles) -> str | None:
    """Whether the demand fits the loss, what the claims beside it brought, the cost of a return, what was agreed or is
    our own way with such cases, and the proof; nothing once it is closed."""
    if claim.case.closed_on is not None:
        return None
    if claim.case.demand is None:
        return say("disputes.demand_missing")
    amount, loss, currency = claim.case.amount, claim.case.loss, claim.case.currency or policy.settings["base_currency"]
    if amount is not None and loss is not None and amount > loss:
        return say("disputes.demand_over_loss", loss=money_text(loss, currency))
    if (twice := _paid_elsewhere(claim, others, policy, say)) is not None:
        return twice
    if claim.case.demand == "refund_with_return" and claim.judged.suggested_offer in _WITHOUT_RETURN:
        return say("disputes.demand_return_costs")
    if (against := _against_policy(claim, policy, say, titles)) is not None:
        return against
    if claim.judged.evidence_percent is not None and claim.judged.evidence_percent < 1:
        return say("disputes.demand_unproved")
    return say("disputes.demand_fits") if amount is not None else None


def _against_policy(claim: Claim, policy: Policy, say: Say, titles: Titles) -> str | None:
    """A return that the seller's promises rule out; a plan of ours that is not what all our customers get."""
    if claim.case.demand in _BY_RETURN and takes_nothing_back(policy, claim.promised.return_policy):
        return say("disputes.demand_no_return")
    if (
        claim.case.demand in _BY_RETURN
        and claim.promised.window_ends is not None
        and claim.case.opened_on is not None
        and claim.case.opened_on.date() > claim.promised.window_ends
    ):
        return say("disputes.demand_window", day=claim.promised.window_ends)
    usual = policy.settings.get(f"remedy_{claim.case.grade}") if claim.case.our_role == "seller" else None
    if usual and claim.case.plan is not None and claim.case.plan != usual:
        return say(
            "disputes.demand_unusual", grade=titles.choice("grade", claim.case.grade), plan=titles.choice("plan", usual)
        )
    return None


def _paid_elsewhere(claim: Claim, others: Iterable[Claim], policy: Policy, say: Say) -> str | None:
    """A loss is made good once: what a claim beside it brought is not to be asked for again."""
    paid = [
        base
        for other in others
        if other.case.money_back and (base := policy.to_base(other.case.money_back, other.case.currency)) is not None
    ]
    asked, loss = (
        policy.to_base(claim.case.amount, claim.case.currency),
        policy.to_base(claim.case.loss, claim.case.currency),
    )
    rate = policy.rate(claim.case.currency)
    if not paid or asked is None or loss is None or not rate or asked + fsum(paid) <= loss + 0.005:
        return None
    left = max(0.0, loss - fsum(paid)) / rate
    return say(
        "disputes.demand_paid_elsewhere", left=money_text(left, claim.case.currency or policy.settings["base_currency"])
    )
