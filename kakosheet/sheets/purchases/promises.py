"""What the seller promised: vague words, the share that is written down, the question to send, the end of the return
window."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from kakosheet.core.rules import rule
from kakosheet.policy.model import Policy
from kakosheet.policy.risk import required, traits
from kakosheet.policy.words import return_days, speaks_of_time, vague_words

MAX_QUESTIONS = 4

TEXTS = (
    "specification",
    "quality_guarantee",
    "authenticity_guarantee",
    "delivery_promise",
    "return_policy",
    "special_requirements",
)
CHECKED = (
    "specification",
    "quality_guarantee",
    "delivery_days",
    "return_policy",
    "refund_days",
    "authenticity_guarantee",
    "packaging",
    "insured",
    "size_chart_checked",
)
"""Columns that the checklist of some goods may need, in the order of the questions about them."""

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

GOODS = ("category", "fragile", "branded", "price", "currency")


def columns(*keys: str) -> tuple[str, ...]:
    return tuple(f"purchases.{key}" for key in keys)


@rule("purchases.vague_words", reads=columns(*TEXTS))
def vague(*texts: str | None, policy: Policy) -> str | None:
    """The words in the promises that bind nobody."""
    return ", ".join(vague_words(policy, *texts)) or None


def _missing(policy: Policy, goods: tuple[Any, ...], values: tuple[Any, ...]) -> tuple[list[str], list[str]]:
    """The needed columns, and those of them that are empty or answered with no."""
    category, fragile, branded, price, currency = goods
    needed = required(policy, traits(policy, category, fragile, branded, policy.to_base(price, currency)))
    said = dict(zip(CHECKED, values, strict=True))
    return needed, [key for key in needed if not said[key] and said[key] != 0]


@rule("purchases.checklist_percent", reads=columns("item", *GOODS, *CHECKED))
def checklist_percent(item: str | None, *values: Any, policy: Policy) -> float | None:
    """Share of the needed promises that are written down; empty without an item."""
    if item is None:
        return None
    needed, missing = _missing(policy, values[: len(GOODS)], values[len(GOODS) :])
    return 1 - len(missing) / len(needed)


@rule(
    "purchases.ask_the_seller",
    reads=columns(
        "item",
        "seller",
        "bought_on",
        "received",
        "confirmed_on",
        "risk_accepted",
        "vague_words",
        "dispute",
        *GOODS,
        *CHECKED,
    ),
)
def ask_the_seller(
    item: str | None,
    seller: str | None,
    bought_on: date | None,
    received: date | None,
    confirmed_on: date | None,
    risk_accepted: str | None,
    unclear: str | None,
    dispute: str | None,
    *values: Any,
    policy: Policy,
    say: Callable[..., str],
) -> str | None:
    """A message to the seller with at most four questions: vague words first, then the promises that matter most."""
    if item is None or seller is None or received or confirmed_on or risk_accepted or dispute:
        return None
    _, missing = _missing(policy, values[: len(GOODS)], values[len(GOODS) :])
    keys = [key for key in ASKED if key in missing and not (bought_on and key in TOO_LATE)]
    questions = [*_about(unclear, policy, say), *(say(f"purchases.ask_{key}") for key in keys)]
    if not questions:
        return None
    return say(
        "purchases.ask_bought" if bought_on else "purchases.ask",
        item=item,
        questions=say("purchases.ask_separator").join(questions[:MAX_QUESTIONS]),
    )


def _about(unclear: str | None, policy: Policy, say: Callable[..., str]) -> list[str]:
    if not unclear:
        return []
    first = unclear.split(", ")[0]
    return [say("purchases.ask_vague_time" if speaks_of_time(policy, first) else "purchases.ask_vague", word=first)]


@rule("purchases.return_window_ends", reads=columns("agent", "arrived_at_warehouse", "received", "return_policy"))
def return_window_ends(
    agent: str | None, arrived: date | None, received: date | None, return_policy: str | None, *, policy: Policy
) -> date | None:
    """From arrival at the agent's warehouse, else from receipt; days of the return policy, else the agent's free
    days."""
    days, start = return_days(policy, return_policy), arrived or received
    if days is None and arrived is not None:
        days = policy.risk["days"]["agent_return"]
    return None if days is None or start is None else start + timedelta(days=days)
