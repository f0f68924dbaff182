"""The verdict on a purchase: risk, why, what to do next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from kakosheet.core.rules import rule
from kakosheet.policy.model import Policy
from kakosheet.policy.risk import CarrierFacts, Promises, Reason, SellerFacts, level, purchase_reasons, traits
from kakosheet.sheets.purchases.promises import GOODS, columns

MAX_WORDS = 24
"""Characters that quoted words may take of a reason, which is to stay within 60."""

OF_SELLER = tuple(
    f"purchases.seller -> sellers.{key}"
    for key in ("list_status", "proposed", "because", "sure", "orders", "authorised", "insured_shipping")
)
OF_CARRIER = tuple(f"purchases.carrier -> carriers.{key}" for key in ("list_status", "proposed", "because"))
SAID = columns(
    "return_policy",
    "authenticity_guarantee",
    "official_channel",
    "packaging",
    "insured",
    "vague_words",
    "confirmed_on",
    "size_chart_checked",
    "qc_verdict",
    "platform",
)
DATES = columns("item", "seller", "bought_on", "delivery_days", "received", "noticed_on")
CASE = (
    "purchases.problem",
    "purchases.dispute",
    *(f"purchases.dispute -> disputes.{key}" for key in ("closed_on", "waived")),
)
READS = (*DATES, *columns(*GOODS), *SAID, *OF_SELLER, *OF_CARRIER, *CASE)


def late_since(bought_on: date | None, delivery_days: int | None, received: date | None, today: date) -> date | None:
    """The promised day, if it is over and nothing has come."""
    if bought_on is None or delivery_days is None or received is not None:
        return None
    promised = bought_on + timedelta(days=min(delivery_days, 3650))
    return promised if promised < today else None


def is_open(problem: str | None, dispute: str | None, closed_on: date | None, waived: str | None) -> bool:
    """Whether a problem of the line still waits for its end."""
    return (problem is not None or dispute is not None) and closed_on is None and waived is None


def is_over(problem: str | None, dispute: str | None, closed_on: date | None, waived: str | None) -> bool:
    """Whether the problem of the line has found its end."""
    return dispute is not None and (closed_on is not None or waived is not None)


def _reasons(values: tuple[Any, ...], policy: Policy, today: date) -> tuple[list[Reason], bool]:
    """All reasons of a row, and whether seller and price are known. A line whose case is over has none: what was to be
    learnt from it stands in its case and in the seller's record."""
    if is_over(*values[31:35]):
        return [], True
    seller, bought_on, delivery_days, received, noticed_on = values[1:6]
    category, fragile, branded, price, currency = values[6:11]
    base = policy.to_base(price, currency)
    late = None if noticed_on else late_since(bought_on, delivery_days, received, today)
    said = Promises._make((*values[11:17], values[17] is not None, *values[18:21], late, is_open(*values[31:35])))
    reasons = purchase_reasons(
        policy,
        SellerFacts._make(values[21:28]),
        CarrierFacts._make(values[28:31]),
        traits(policy, category, fragile, branded, base),
        said,
        received=received is not None,
    )
    return reasons, seller is not None and price is not None


def tell(reason: Reason, say: Callable[..., str]) -> str:
    """The sentence of a reason, at most about 60 characters."""
    if reason.told:
        return reason.told
    values = {key: _short(str(value)) for key, value in reason.values.items()}
    return say(f"purchases.why_{reason.name}", **values)


def _short(text: str) -> str:
    return text if len(text) <= MAX_WORDS else text[: MAX_WORDS - 1].rstrip(" ,") + "…"


def explain_risk(*values: Any, policy: Policy, today: date, say: Callable[..., str]) -> list[str]:
    """Every reason with its points."""
    reasons, _ = _reasons(values, policy, today)
    return [say("purchases.points", reason=tell(reason, say), points=reason.points) for reason in reasons]


@rule("purchases.risk", "purchases.why", reads=READS, why=explain_risk)
def risk(*values: Any, policy: Policy, today: date, say: Callable[..., str]) -> tuple[str | None, str | None]:
    """The level, and the strongest reason; empty without an item."""
    if values[0] is None:
        return None, None
    reasons, known = _reasons(values, policy, today)
    found = level(policy, reasons, known=known)
    if found == "unknown":
        return found, say("purchases.why_unknown")
    if reasons:
        return found, tell(reasons[0], say)
    past = "closed" if is_over(*values[31:35]) else "nothing" if values[4] is None else "received"
    return found, say(f"purchases.why_{past}")


@rule(
    "purchases.do_next",
    reads=(
        *columns(
            "item",
            "seller",
            "price",
            "platform",
            "bought_on",
            "received",
            "noticed_on",
            "delivery_days",
            "return_window_ends",
            "risk",
            "ask_the_seller",
            "risk_accepted",
        ),
        *CASE,
    ),
)
def do_next(
    item: str | None,
    seller: str | None,
    price: float | None,
    platform: str | None,
    bought_on: date | None,
    received: date | None,
    noticed_on: date | None,
    delivery_days: int | None,
    window: date | None,
    risk: str | None,
    ask: str | None,
    accepted: str | None,
    problem: str | None,
    dispute: str | None,
    closed_on: date | None,
    waived: str | None,
    *,
    today: date,
    say: Callable[..., str],
) -> str | None:
    """One step: the problem first, then the dates, then the questions."""
    if item is None or closed_on is not None or waived is not None:
        return None
    if problem or noticed_on or dispute:
        return say(f"purchases.next_{_about_case(platform, problem, noticed_on, dispute)}", dispute=dispute)
    if seller is None or price is None:
        return say("purchases.next_fill_in")
    if window is not None and window >= today:
        if window == today:
            return say("purchases.next_return_today")
        return say("purchases.next_return_window", date=window.isoformat())
    if received is not None:
        return None
    late = late_since(bought_on, delivery_days, received, today)
    if late is not None:
        return say("purchases.next_late", date=late.isoformat())
    return _before(platform, bought_on, risk, ask, accepted, say)


def _about_case(platform: str | None, problem: str | None, noticed_on: date | None, dispute: str | None) -> str:
    if dispute is not None:
        return "see_dispute" if platform else "platform_dispute"
    return "notice_day" if noticed_on is None else "choose_problem" if problem is None else "case_soon"


def _before(
    platform: str | None,
    bought_on: date | None,
    risk: str | None,
    ask: str | None,
    accepted: str | None,
    say: Callable[..., str],
) -> str | None:
    """What to do while the goods are not here."""
    if risk == "high" and not accepted and bought_on is None:
        return say("purchases.next_ask_or_leave" if ask else "purchases.next_leave_or_accept")
    if ask and bought_on is None:
        return say("purchases.next_ask")
    if platform is None:
        return say("purchases.next_platform")
    if ask:
        return say("purchases.next_ask_now")
    return say("purchases.next_buy") if bought_on is None else None
