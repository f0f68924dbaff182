"""Two cells start a dispute: *Problem?* and *Noticed on* of an order that no case names yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any

from kakosheet.core.records import CannotKnow, Record, attempt, cell
from kakosheet.core.rules import Wanted, rows
from kakosheet.core.titles import fold
from kakosheet.policy.model import Policy
from kakosheet.sheets.casework.case import folded
from kakosheet.sheets.casework.orders import Purchase, Sale, may_be_of


class Standing(Record, of="disputes"):
    """A case as it was read: about which order it is, and until when."""

    order: str | None = cell("order@read")
    closed_on: date | None = cell("closed_on@read")
    type: str | None = cell("type@read")
    opened_on: datetime | None = cell("opened_on@read")

    @property
    def until(self) -> date | None:
        """The day on which it was closed; one before its own opening closes nothing."""
        if self.closed_on is None or self.opened_on is None or self.closed_on >= self.opened_on.date():
            return self.closed_on
        return None

    def may_be(self, order: Purchase | Sale) -> bool:
        """Whether nothing speaks against its being the case of that order."""
        return may_be_of(order, attempt(lambda: self.type), attempt(lambda: self.opened_on))


@rows("disputes", reads=(Standing, Purchase, Sale))
def wanted_cases(
    standing: Sequence[Standing], bought: Sequence[Purchase], sold: Sequence[Sale], *, policy: Policy
) -> Iterator[Wanted]:
    """One case for each order with a problem and its day, unless one names it that was not closed before that day.

    A case whose closing day cannot be read counts as open, and one whose order cannot be read may be the order's own,
    lest a slip of the pen start a second one. No case is made of a line with a fault in what it is made from."""
    until, unnamed = (
        _named_until(standing),
        [case for case in standing if isinstance(attempt(lambda case: case.order, case), CannotKnow)],
    )
    for order in (*bought, *sold):
        made = attempt(_case_of, order, until, unnamed, policy)
        if isinstance(made, Wanted):
            yield made


def _case_of(
    order: Purchase | Sale, until: dict[str, date], unnamed: Sequence[Standing], policy: Policy
) -> Wanted | None:
    """The case that an order calls for, if it has none."""
    if order.id is None or order.problem is None or order.noticed_on is None:
        return None
    named = until.get(fold(str(order.id)))
    if named is None and any(case.may_be(order) for case in unnamed):
        return None
    return Wanted(None, birth(order, policy)) if (named or date.min) < order.noticed_on else None


def _named_until(standing: Iterable[Standing]) -> dict[str, date]:
    """Until which day each order (folded id) has a case; for ever where it is open."""
    found: dict[str, date] = {}
    for case in standing:
        name, day = attempt(lambda case: folded(case.order), case), attempt(lambda case: case.until, case)
        if isinstance(name, str):
            found[name] = max(found.get(name, date.min), day if isinstance(day, date) else date.max)
    return found


def birth(order: Purchase | Sale, policy: Policy) -> dict[str, Any]:
    """What a case knows when it is born. Afterwards these cells are people's."""
    known = policy.types.get(order.problem or "")
    sold = isinstance(order, Sale)
    noticed = order.noticed_on
    return {
        "order": order.id,
        "type": order.problem,
        "opened_on": datetime.combine(noticed, time()) if noticed else None,
        "assigned_to": order.assigned_to,
        "demand": "release" if sold else known.demand if known else "refund",
        "amount": order.price,
        "currency": order.currency,
        "platform": order.platform,
        "grade": known.grade if known else "refund",
        "customer": order.customer if isinstance(order, Sale) else None,
        "loss": order.price,
    }
