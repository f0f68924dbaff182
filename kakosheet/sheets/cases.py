"""What several sheets ask of the disputes: which case is about an order, whose row a name means, what a case has
cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from kakosheet.core.titles import fold
from kakosheet.policy.model import Policy


def case_of(
    orders: Sequence[str | None],
    ids: Sequence[str | None],
    opened: Sequence[datetime | None],
    closed: Sequence[date | None],
) -> dict[str, str]:
    """The case of each order (folded id): an open one before a closed one, then the one opened last."""
    best: dict[str, tuple[bool, datetime, str]] = {}
    for order, case, since, until in zip(orders, ids, opened, closed, strict=True):
        if order is None or case is None:
            continue
        rank = (until is None, since or datetime.min, case)
        key = fold(order)
        if key not in best or rank > best[key]:
            best[key] = rank
    return {order: rank[2] for order, rank in best.items()}


def links(ids: Sequence[str | None], cases: dict[str, str]) -> list[str | None]:
    """The case of each row."""
    return [None if row is None else cases.get(fold(row)) for row in ids]


def index_of(names: Sequence[str | None], aliases: Sequence[str | None] = ()) -> dict[str, int]:
    """Which row a name (folded) means; a name wins over another row's alias, the first of two equal names."""
    found: dict[str, int] = {}
    for at, text in enumerate(aliases):
        for alias in (text or "").replace("\n", ";").split(";"):
            found.setdefault(fold(alias), at)
    own: dict[str, int] = {}
    for at, name in enumerate(names):
        if name is not None:
            own.setdefault(fold(name), at)
    found.update(own)
    found.pop("", None)
    return found


def unlisted(named: Iterable[str | None], listed: dict[str, int]) -> list[str]:
    """The names that no row carries yet, each once, as first written."""
    new = {fold(name): name for name in reversed([name for name in named if name is not None])}
    return [name.strip() for key, name in reversed(new.items()) if key and key not in listed]


def net_loss(loss: float | None, money_back: float | None, currency: str | None, policy: Policy) -> float:
    """What a closed case has cost a buyer: the loss (in the base currency) less what came back; 0 at least."""
    return max(0.0, (loss or 0.0) - (policy.to_base(money_back, currency) or 0.0))


def bought(*signs: Any) -> bool:
    """Whether a row is an order, not a plan: it has a day, a number or a problem."""
    return any(sign is not None for sign in signs)
