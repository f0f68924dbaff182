"""How risky a purchase is, and a customer: facts give reasons, each worth points; the sum is the level, the strongest
reason is told.

Points, groups of categories and thresholds stand in templates/risk.toml and in Settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import fsum
from typing import Any, NamedTuple

from kakosheet.policy.model import Policy
from kakosheet.policy.words import takes_nothing_back


@dataclass(frozen=True, slots=True)
class Reason:
    """`name` is a key of [points] and of the sentence that tells it; `told` is a sentence that stands already."""

    name: str
    points: float
    values: Mapping[str, Any] = field(default_factory=dict)
    told: str | None = None


class Traits(NamedTuple):
    """What goods are like: said by the row, else by its category; of high value by the price in the base currency."""

    fragile: bool
    branded: bool
    sizes: bool
    electric: bool
    high_value: bool


def traits(
    policy: Policy, category: str | None, fragile: bool | None, branded: bool | None, price: float | None
) -> Traits:
    """The traits of goods of a category; `price` in the base currency."""
    groups = policy.risk["categories"]
    return Traits(
        category in groups["fragile"] if fragile is None else fragile,
        category in groups["branded"] if branded is None else branded,
        category in groups["sizes"],
        category in groups["electric"],
        price is not None and price >= policy.settings["high_value"],
    )


def required(policy: Policy, goods: Traits) -> list[str]:
    """The columns of the checklist that such goods need."""
    known: dict[Traits, list[str]] = policy._memo.setdefault("required", {})
    if goods not in known:
        lists = policy.risk["checklist"]
        groups = ("always", *(name for name in ("branded", "fragile", "high_value", "sizes") if getattr(goods, name)))
        known[goods] = list(dict.fromkeys(column for group in groups for column in lists[group]))
    return known[goods]


class SellerFacts(NamedTuple):
    """What Seller Scores says of the seller. `status` is the user's decision, `proposed` ours, `because` our
    sentence."""

    status: str | None = None
    proposed: str | None = None
    because: str | None = None
    sure: str | None = None
    orders: int | None = None
    authorised: bool | None = None
    insured: bool | None = None


class CarrierFacts(NamedTuple):
    status: str | None = None
    proposed: str | None = None
    because: str | None = None


class Promises(NamedTuple):
    """What was agreed, as it stands in the checklist. `vague` are the vague words, `confirmed` whether the seller
    cleared them up, `late_since` the promised day that is over, `problem` whether one is open."""

    return_policy: str | None = None
    authenticity: str | None = None
    official: bool | None = None
    packaging: str | None = None
    insured: bool | None = None
    vague: str | None = None
    confirmed: bool = False
    size_checked: bool | None = None
    qc: str | None = None
    platform: str | None = None
    late_since: date | None = None
    problem: bool = False


def purchase_reasons(
    policy: Policy, seller: SellerFacts, carrier: CarrierFacts, goods: Traits, said: Promises, *, received: bool
) -> list[Reason]:
    """Every reason that holds, the strongest first. Once the goods are here, or a problem is open, only they count:
    who sold and who carried them, and what was promised, is past."""
    points = policy.risk["points"]
    reasons = [Reason("problem", points["problem"])] if said.problem else []
    if said.qc in ("fault", "doubt"):
        reasons.append(Reason(f"qc_{said.qc}", points[f"qc_{said.qc}"]))
    if goods.branded and not (said.authenticity or said.official or seller.authorised):
        reasons.append(Reason("branded_no_proof", points["branded_no_proof"]))
    if goods.high_value and goods.branded and not said.official:
        reasons.append(Reason("high_value_unofficial", points["high_value_unofficial"]))
    if not received and not said.problem:
        reasons += _of_seller(seller, points)
        reasons += _of_carrier(carrier, points)
        reasons += [Reason(name, points[name], values) for name, values in _before_arrival(policy, seller, goods, said)]
    return sorted(reasons, key=lambda reason: -reason.points)


def _of_seller(seller: SellerFacts, points: Mapping[str, float]) -> Iterable[Reason]:
    """The user's decision wins over our proposal."""
    if seller.status in ("black", "watch"):
        yield Reason(f"seller_{seller.status}", points[f"seller_{seller.status}"])
    elif seller.status is None and seller.proposed in ("black", "watch"):
        name = f"seller_proposed_{seller.proposed}"
        yield Reason(name, points[name], told=seller.because)
    elif seller.status != "white" and not seller.orders:
        yield Reason("seller_new", points["seller_new"])
    elif seller.status != "white" and seller.sure == "few":
        yield Reason("seller_few", points["seller_few"], {"of": seller.orders})


def _of_carrier(carrier: CarrierFacts, points: Mapping[str, float]) -> Iterable[Reason]:
    status = carrier.status or carrier.proposed
    if status in ("black", "watch"):
        told = carrier.because if carrier.status is None else None
        yield Reason(f"carrier_{status}", points[f"carrier_{status}"], told=told)


def _before_arrival(
    policy: Policy, seller: SellerFacts, goods: Traits, said: Promises
) -> Iterable[tuple[str, dict[str, Any]]]:
    insured = said.insured or (said.insured is None and seller.insured)
    if said.late_since is not None:
        yield "late", {"date": said.late_since.isoformat()}
    if goods.fragile and (said.packaging is None or said.packaging in policy.risk["packaging"]["weak"]):
        yield "fragile_packing", {}
    if goods.high_value and not insured:
        yield "high_value_uninsured", {}
    elif goods.fragile and not insured:
        yield "fragile_uninsured", {}
    if not said.return_policy:
        yield "no_return", {}
    elif takes_nothing_back(policy, said.return_policy):
        yield "final_sale", {}
    if said.vague and not said.confirmed:
        yield "vague", {"words": said.vague}
    if goods.sizes and not said.size_checked:
        yield "size_not_checked", {}
    if not said.platform:
        yield "no_platform", {}


def level(policy: Policy, reasons: Iterable[Reason], *, known: bool = True) -> str:
    """high, medium, low; unknown if too little is `known` to call it anything less than high."""
    total, levels = fsum(reason.points for reason in reasons), policy.risk["levels"]
    if total >= levels["high"]:
        return "high"
    if not known:
        return "unknown"
    return "medium" if total >= levels["medium"] else "low"


@dataclass(slots=True)
class Mood:
    """What is known of a customer. `bad` are negative messages of late, `waiting` those that nobody has dealt with.

    `satisfaction` is 1 to 5."""

    feeling: str | None = None
    bad: int = 0
    cases: int = 0
    open: int = 0
    waiting: int = 0
    satisfaction: float | None = None
    known: bool = False


def customer_risk(mood: Mood) -> str:
    """How likely the next trouble becomes a dispute: unhappy now, unhappy before, left waiting and open cases add up.

    Past trouble counts since customers with bad experiences escalate more often."""
    if not mood.known:
        return "unknown"
    points = (
        2 * (mood.feeling == "negative")
        + (mood.bad >= 2)
        + 2 * bool(mood.waiting)
        + (mood.cases >= 2)
        + bool(mood.open)
        + 2 * (mood.satisfaction is not None and mood.satisfaction <= 2)
    )
    return "high" if points >= 3 else "medium" if points >= 1 else "low"


def segment(mood: Mood) -> str | None:
    """high_satisfaction, neutral or high_risk (choice list `segment`); None if nothing is known."""
    if not mood.known:
        return None
    unhappy = mood.satisfaction is not None and mood.satisfaction <= 2
    if unhappy or mood.waiting or mood.feeling == "negative":
        return "high_risk"
    happy = mood.feeling == "positive" if mood.satisfaction is None else mood.satisfaction >= 4
    return "high_satisfaction" if happy and not mood.open else "neutral"
