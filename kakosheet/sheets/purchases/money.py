"""The case of a purchase, and what trouble may cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from math import fsum

from kakosheet.core.rules import rule, table_rule
from kakosheet.core.titles import fold
from kakosheet.policy.model import Policy
from kakosheet.sheets.cases import bought, case_of, links, net_loss
from kakosheet.sheets.purchases.promises import columns

Texts = Sequence[str | None]
Amounts = Sequence[float | None]


@table_rule(
    "purchases.dispute",
    reads=("purchases.id", "disputes.order", "disputes.dispute_id", "disputes.opened_on", "disputes.closed_on"),
)
def dispute(
    ids: Sequence[str | None],
    orders: Sequence[str | None],
    cases: Sequence[str | None],
    opened: Sequence[datetime | None],
    closed: Sequence[date | None],
) -> list[str | None]:
    """The case about each line."""
    return links(ids, case_of(orders, cases, opened, closed))


@table_rule(
    "purchases.expected_loss",
    reads=(
        *columns("id", "category", "price", "currency", "bought_on", "order_no", "problem"),
        "disputes.order",
        "disputes.closed_on",
        "disputes.loss_in_base_currency",
        "disputes.money_back",
        "disputes.currency",
    ),
)
def expected_loss(
    ids: Texts,
    categories: Texts,
    prices: Amounts,
    currencies: Texts,
    days: Sequence[date | None],
    numbers: Texts,
    problems: Texts,
    orders: Texts,
    closed: Sequence[date | None],
    losses: Amounts,
    backs: Amounts,
    case_currencies: Texts,
    *,
    policy: Policy,
) -> list[float | None]:
    """Price × the share that its category has lost, drawn towards the share in Settings while little was bought."""
    lost = _lost_by_order(orders, closed, losses, backs, case_currencies, policy)
    spent: defaultdict[str | None, list[float]] = defaultdict(list)
    gone: defaultdict[str | None, list[float]] = defaultdict(list)
    for row, category, price, currency, *signs in zip(
        ids, categories, prices, currencies, days, numbers, problems, strict=True
    ):
        base = policy.to_base(price, currency)
        if base is not None and bought(*signs):
            spent[category].append(base)
            gone[category] += lost.get(fold(row), ()) if row else ()
    count = sum(map(len, spent.values()))
    usual, prior = policy.settings["contingency_rate"], policy.settings["shrink_orders"]
    weight = prior * fsum(fsum(values) for values in spent.values()) / count if count else 0.0
    shares = {
        category: (fsum(gone[category]) + usual * weight) / (fsum(values) + weight)
        for category, values in spent.items()
        if fsum(values) + weight > 0
    }
    return [
        None if price is None else price * min(1.0, shares.get(category, usual))
        for price, category in zip(prices, categories, strict=True)
    ]


def _lost_by_order(
    orders: Texts, closed: Sequence[date | None], losses: Amounts, backs: Amounts, currencies: Texts, policy: Policy
) -> dict[str, list[float]]:
    """What closed cases have cost, by order (folded id)."""
    lost: dict[str, list[float]] = {}
    for order, until, loss, back, currency in zip(orders, closed, losses, backs, currencies, strict=True):
        if order is not None and until is not None:
            lost.setdefault(fold(order), []).append(net_loss(loss, back, currency, policy))
    return lost


@rule("purchases.suggested_budget", reads=columns("price", "expected_loss", "risk"))
def suggested_budget(
    price: float | None, expected_loss: float | None, risk: str | None, *, policy: Policy
) -> float | None:
    """The expected loss and, on top of it, a share of the price by risk."""
    if price is None or expected_loss is None:
        return None
    shares: dict[str, float] = policy.risk["budget"]
    return min(price, expected_loss + price * shares.get(risk or "", shares["medium"]))
