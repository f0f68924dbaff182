"""Two cells start a dispute: *Problem?* and *Noticed on* of an order that no case names yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, NamedTuple

from kakosheet.core.rules import Wanted, rows
from kakosheet.core.titles import fold
from kakosheet.policy.model import Policy

_ORDER = ("id", "problem", "noticed_on", "assigned_to", "price", "currency", "platform")


class Order(NamedTuple):
    """The cells of one line of Purchase Checklist or Sales & Dispatch that a case starts with."""

    id: str | None
    problem: str | None
    noticed_on: date | None
    assigned_to: str | None
    price: float | None
    currency: str | None
    platform: str | None
    customer: str | None = None


class Unnamed(NamedTuple):
    """A case whose order cannot be read: what else it says of itself."""

    type: str | None
    opened_on: datetime | None

    def may_be(self, order: Order) -> bool:
        """Whether nothing speaks against its being the case of that order."""
        fits = self.type is None or order.problem is None or fold(self.type) == fold(order.problem)
        return fits and (self.opened_on is None or self.opened_on.date() == order.noticed_on)


@rows(
    "disputes",
    reads=(
        "disputes.order@any",
        "disputes.closed_on@any",
        "disputes.order@unreadable",
        "disputes.type@any",
        "disputes.opened_on@any",
        *(f"purchases.{key}" for key in _ORDER),
        *(f"sales.{key}" for key in _ORDER),
        "sales.customer",
    ),
)
def wanted_cases(*columns: list[Any], policy: Policy) -> Iterator[Wanted]:
    """One case for each order with a problem and its day, unless one names it that was not closed before that day.

    A case whose closing day cannot be read counts as open, and one whose order cannot be read may be the order's own,
    lest a slip of the pen start a second one."""
    until, unnamed = (
        _named_until(*columns[:2]),
        [Unnamed(*cells) for bad, *cells in zip(*columns[2:5], strict=True) if bad],
    )
    split = 5 + len(_ORDER)
    for role, part in (("buyer", columns[5:split]), ("seller", columns[split:])):
        for row in zip(*part, strict=True):
            if row[0] is not None and row[1] is not None and row[2] is not None:
                order = Order(*row)
                named = until.get(fold(str(order.id)))
                if named is None and any(case.may_be(order) for case in unnamed):
                    continue
                if (named or date.min) < (order.noticed_on or date.min):
                    yield Wanted(None, birth(order, role, policy))


def _named_until(orders: list[Any], closed: list[Any]) -> dict[str, date]:
    """Until which day each order (folded id) has a case; for ever where it is open."""
    found: dict[str, date] = {}
    for order, day in zip(orders, closed, strict=True):
        if order is not None:
            key = fold(order)
            found[key] = max(found.get(key, date.min), day or date.max)
    return found


def birth(order: Order, role: str, policy: Policy) -> dict[str, Any]:
    """What a case knows when it is born. Afterwards these cells are people's."""
    known = policy.types.get(order.problem or "")
    demand = "release" if role == "seller" else known.demand if known else "refund"
    noticed = order.noticed_on
    return {
        "order": order.id,
        "type": order.problem,
        "opened_on": datetime.combine(noticed, time()) if noticed else None,
        "assigned_to": order.assigned_to,
        "demand": demand,
        "amount": order.price,
        "currency": order.currency,
        "platform": order.platform,
        "grade": known.grade if known else "refund",
        "customer": order.customer,
        "loss": order.price,
    }
