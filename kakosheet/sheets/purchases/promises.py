"""What the seller promised: vague words, the share that is written down, the question to send, the end of the return
window."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from kakosheet.core.rules import rule
from kakosheet.policy.model import Policy
from kakosheet.policy.risk import Traits, required, traits
from kakosheet.policy.words import return_days, speaks_of_time, vague_words
from kakosheet.sheets.casework.orders import Purchase
from kakosheet.sheets.purchases.facts import OfCase, VagueWords

MAX_QUESTIONS = 4

TOO_LATE = ("specification", "quality_guarantee", "refund_days")
"""What is no longer worth a question once the order is placed."""

ASKED = (
    "return_policy",
    "delivery_days",
    "authenticity_guarantee",
    "packaging",
    "insured",
    "specification",
    "quality_guarantee",
    "refund_days",
)


@rule("purchases.vague_words", reads=(Purchase,))
def vague(purchase: Purchase, *, policy: Policy) -> str | None:
    """The words in the promises that bind nobody."""
    return (
        ", ".join(
            vague_words(
                policy,
                purchase.specification,
                purchase.quality_guarantee,
                purchase.authenticity_guarantee,
                purchase.delivery_promise,
                purchase.return_policy,
                purchase.special_requirements,
            )
        )
        or None
    )


def goods_of(purchase: Purchase, policy: Policy) -> Traits:
    """What the goods of a line are like."""
    price = policy.to_base(purchase.price, purchase.currency)
    return traits(policy, purchase.category, purchase.fragile, purchase.branded, price)


def _missing(purchase: Purchase, needed: Iterable[str]) -> list[str]:
    """The needed columns that are empty or answered with no."""
    return [key for key in needed if not (said := getattr(purchase, key)) and said != 0]


@rule("purchases.checklist_percent", reads=(Purchase,))
def checklist_percent(purchase: Purchase, *, policy: Policy) -> float | None:
    """Share of the needed promises that are written down; empty without an item."""
    if purchase.item is None:
        return None
    needed = required(policy, goods_of(purchase, policy))
    return 1 - len(_missing(purchase, needed)) / len(needed)


@rule("purchases.ask_the_seller", reads=(Purchase, OfCase, VagueWords))
def ask_the_seller(
    purchase: Purchase, case: OfCase, found: VagueWords, *, policy: Policy, say: Callable[..., str]
) -> str | None:
    """A message to the seller with at most four questions: vague words first, then the promises that matter most."""
    if purchase.item is None or purchase.seller is None or _is_settled(purchase) or case.dispute:
        return None
    missing = _missing(purchase, required(policy, goods_of(purchase, policy)))
    keys = [key for key in ASKED if key in missing and not (purchase.bought_on and key in TOO_LATE)]
    questions = [*_about(found.vague_words, policy, say), *(say(f"purchases.ask_{key}") for key in keys)]
    if not questions:
        return None
    return say(
        "purchases.ask_bought" if purchase.bought_on else "purchases.ask",
        item=purchase.item,
        questions=say("purchases.ask_separator").join(questions[:MAX_QUESTIONS]),
    )


def _is_settled(purchase: Purchase) -> bool:
    """Whether there is nothing left to ask: it is here, the seller has answered, or it is bought anyway."""
    return bool(purchase.received or purchase.confirmed_on or purchase.risk_accepted)


def _about(unclear: str | None, policy: Policy, say: Callable[..., str]) -> list[str]:
    if not unclear:
        return []
    first = unclear.split(", ")[0]
    return [say("purchases.ask_vague_time" if speaks_of_time(policy, first) else "purchases.ask_vague", word=first)]


@rule("purchases.return_window_ends", reads=(Purchase,))
def return_window_ends(purchase: Purchase, *, policy: Policy) -> date | None:
    """From arrival at the agent's warehouse, else from receipt; days of the return policy, else the agent's free
    days."""
    arrived = purchase.arrived_at_warehouse
    start = arrived or purchase.received
    if start is None:
        return None
    days = return_days(policy, purchase.return_policy)
    if days is None and arrived is not None:
        days = policy.risk["days"]["agent_return"]
    return None if days is None else start + timedelta(days=days)
