"""The verdict on a purchase: risk, why, what to do next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from kakosheet.core.rules import rule
from kakosheet.policy.model import Policy
from kakosheet.policy.risk import Promises, Reason, level, purchase_reasons
from kakosheet.sheets.casework.orders import Purchase
from kakosheet.sheets.purchases.facts import Advice, OfCase, OfSeller, PurchaseCarrier, VagueWords
from kakosheet.sheets.purchases.promises import goods_of

MAX_WORDS = 24
"""Characters that quoted words may take of a reason, which is to stay within 60."""


def late_since(purchase: Purchase, today: date) -> date | None:
    """The promised day, if it is over and nothing has come."""
    if purchase.received is not None or purchase.bought_on is None or purchase.delivery_days is None:
        return None
    promised = purchase.bought_on + timedelta(days=min(purchase.delivery_days, 3650))
    return promised if promised < today else None


def _reasons(
    purchase: Purchase,
    case: OfCase,
    seller: OfSeller,
    carrier: PurchaseCarrier,
    found: VagueWords,
    policy: Policy,
    today: date,
) -> tuple[list[Reason], bool]:
    """All reasons of a row, and whether seller and price are known. A line whose case is over has none: what was to be
    learnt from it stands in its case and in the seller's record."""
    if case.is_over:
        return [], True
    goods, said = goods_of(purchase, policy), _promises(purchase, case, found, today)
    received = purchase.received is not None
    reasons = purchase_reasons(policy, seller.facts(), carrier.facts(), goods, said, received=received)
    return reasons, purchase.seller is not None and purchase.price is not None


def _promises(purchase: Purchase, case: OfCase, found: VagueWords, today: date) -> Promises:
    """What was agreed, and what has come of it."""
    return Promises(
        return_policy=purchase.return_policy,
        authenticity=purchase.authenticity_guarantee,
        official=purchase.official_channel,
        packaging=purchase.packaging,
        insured=purchase.insured,
        vague=found.vague_words,
        confirmed=purchase.confirmed_on is not None,
        size_checked=purchase.size_chart_checked,
        qc=purchase.qc_verdict,
        platform=purchase.platform,
        late_since=None if purchase.noticed_on else late_since(purchase, today),
        problem=case.is_open(purchase),
    )


def tell(reason: Reason, say: Callable[..., str]) -> str:
    """The sentence of a reason, at most about 60 characters."""
    if reason.told:
        return reason.told
    values = {key: _short(str(value)) for key, value in reason.values.items()}
    return say(f"purchases.why_{reason.name}", **values)


def _short(text: str) -> str:
    return text if len(text) <= MAX_WORDS else text[: MAX_WORDS - 1].rstrip(" ,") + "…"


def explain_risk(
    purchase: Purchase,
    case: OfCase,
    seller: OfSeller,
    carrier: PurchaseCarrier,
    found: VagueWords,
    *,
    policy: Policy,
    today: date,
    say: Callable[..., str],
) -> list[str]:
    """Every reason with its points."""
    reasons, _ = _reasons(purchase, case, seller, carrier, found, policy, today)
    return [say("purchases.points", reason=tell(reason, say), points=reason.points) for reason in reasons]


@rule(
    "purchases.risk", "purchases.why", reads=(Purchase, OfCase, OfSeller, PurchaseCarrier, VagueWords), why=explain_risk
)
def risk(
    purchase: Purchase,
    case: OfCase,
    seller: OfSeller,
    carrier: PurchaseCarrier,
    found: VagueWords,
    *,
    policy: Policy,
    today: date,
    say: Callable[..., str],
) -> tuple[str | None, str | None]:
    """The level, and the strongest reason; empty without an item."""
    if purchase.item is None:
        return None, None
    reasons, known = _reasons(purchase, case, seller, carrier, found, policy, today)
    verdict = level(policy, reasons, known=known)
    if verdict == "unknown":
        return verdict, say("purchases.why_unknown")
    if reasons:
        return verdict, tell(reasons[0], say)
    past = "closed" if case.is_over else "nothing" if purchase.received is None else "received"
    return verdict, say(f"purchases.why_{past}")


@rule("purchases.do_next", reads=(Purchase, OfCase, Advice))
def do_next(purchase: Purchase, case: OfCase, advice: Advice, *, today: date, say: Callable[..., str]) -> str | None:
    """One step: the problem first, then the dates, then the questions."""
    if purchase.item is None or case.is_settled:
        return None
    if case.dispute or purchase.problem or purchase.noticed_on:
        return say(f"purchases.next_{_about_case(purchase, case.dispute)}", dispute=case.dispute)
    if purchase.seller is None or purchase.price is None:
        return say("purchases.next_fill_in")
    window = advice.return_window_ends
    if window is not None and window >= today:
        if window == today:
            return say("purchases.next_return_today")
        return say("purchases.next_return_window", date=window.isoformat())
    if purchase.received is not None:
        return None
    late = late_since(purchase, today)
    if late is not None:
        return say("purchases.next_late", date=late.isoformat())
    return _before(purchase, advice, say)


def _about_case(purchase: Purchase, dispute: str | None) -> str:
    if dispute is not None:
        return "see_dispute" if purchase.platform else "platform_dispute"
    if purchase.noticed_on is None:
        return "notice_day"
    return "choose_problem" if purchase.problem is None else "case_soon"


def _before(purchase: Purchase, advice: Advice, say: Callable[..., str]) -> str | None:
    """What to do while the goods are not here."""
    if purchase.bought_on is None and not purchase.risk_accepted and advice.risk == "high":
        return say("purchases.next_ask_or_leave" if advice.ask_the_seller else "purchases.next_leave_or_accept")
    if purchase.bought_on is None and advice.ask_the_seller:
        return say("purchases.next_ask")
    if purchase.platform is None:
        return say("purchases.next_platform")
    if advice.ask_the_seller:
        return say("purchases.next_ask_now")
    return say("purchases.next_buy") if purchase.bought_on is None else None
