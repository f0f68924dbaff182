"""The case of a purchase, and what trouble may cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import fsum
from typing import Any

from kakosheet.core.records import attempt, groups, known
from kakosheet.core.rules import rule, table_rule
from kakosheet.policy.model import Policy
from kakosheet.sheets.casework.case import Case, folded
from kakosheet.sheets.casework.links import links, net_loss
from kakosheet.sheets.casework.orders import Purchase
from kakosheet.sheets.casework.verdicts import CaseLoss


@table_rule("purchases.dispute", reads=(Purchase, Case))
def dispute(purchases: Sequence[Purchase], cases: Sequence[Case]) -> list[Any]:
    """The case about each line."""
    return links(purchases, cases)


@table_rule("purchases.expected_loss", reads=(Purchase, Case, CaseLoss))
def expected_loss(
    purchases: Sequence[Purchase], cases: Sequence[Case], losses: Sequence[CaseLoss], *, policy: Policy
) -> list[Any]:
    """Price × the share that its category has lost, drawn towards the share in Settings while little was bought."""
    usual = policy.settings["contingency_rate"]
    shares = _lost_shares(purchases, _lost_by_order(cases, losses, policy), policy)

    def told(purchase: Purchase) -> float | None:
        return None if purchase.price is None else purchase.price * min(1.0, shares.get(purchase.category, usual))

    return [attempt(told, purchase) for purchase in purchases]


def _lost_shares(
    purchases: Iterable[Purchase], lost: Mapping[str | None, list[float]], policy: Policy
) -> dict[str | None, float]:
    """The share of what was spent that was lost, by category; what cannot be known counts in neither."""
    spent: defaultdict[str | None, list[float]] = defaultdict(list)
    gone: defaultdict[str | None, list[float]] = defaultdict(list)

    def spending(purchase: Purchase) -> tuple[float, str | None, str | None] | None:
        base = policy.to_base(purchase.price, purchase.currency) if purchase.ordered else None
        return None if base is None else (base, purchase.category, folded(purchase.id))

    for base, category, name in filter(None, known(spending, purchases)):
        spent[category].append(base)
        gone[category] += lost.get(name, ())
    count = sum(map(len, spent.values()))
    usual, prior = policy.settings["contingency_rate"], policy.settings["shrink_orders"]
    weight = prior * fsum(fsum(values) for values in spent.values()) / count if count else 0.0
    return {
        category: (fsum(gone[category]) + usual * weight) / (fsum(values) + weight)
        for category, values in spent.items()
        if fsum(values) + weight > 0
    }


def _lost_by_order(cases: Sequence[Case], losses: Sequence[CaseLoss], policy: Policy) -> dict[str | None, list[float]]:
    """What closed cases have cost, by order (folded id)."""

    def order_of_closed(pair: tuple[Case, CaseLoss]) -> str | None:
        case, _ = pair
        return None if case.closed_on is None else folded(case.order)

    def cost(pair: tuple[Case, CaseLoss]) -> float:
        case, loss = pair
        return net_loss(loss.loss_in_base_currency, case.money_back, case.currency, policy)

    closed = groups(zip(cases, losses, strict=True), order_of_closed)
    return {name: list(known(cost, pairs)) for name, pairs in closed.items()}


@rule("purchases.suggested_budget", reads=("purchases.price", "purchases.expected_loss", "purchases.risk"))
def suggested_budget(
    price: float | None, expected_loss: float | None, risk: str | None, *, policy: Policy
) -> float | None:
    """The expected loss and, on top of it, a share of the price by risk."""
    if price is None or expected_loss is None:
        return None
    shares: dict[str, float] = policy.risk["budget"]
    return min(price, expected_loss + price * shares.get(risk or "", shares["medium"]))
