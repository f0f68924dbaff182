"""Disputes as the review sees them: when they opened and closed, how they ended, and what they cost in the base
currency."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from kakosheet.policy.model import Policy

CASE_READS = (
    "disputes.dispute_id",
    "disputes.type",
    "disputes.opened_on",
    "disputes.closed_on",
    "disputes.waived",
    "disputes.result",
    "disputes.root_cause",
    "disputes.our_role",
    "disputes.demand",
    "disputes.amount",
    "disputes.currency",
    "disputes.loss_in_base_currency",
    "disputes.money_back",
    "disputes.order -> purchases.id",
    "disputes.order -> sales.id",
)

CAUSES = ("seller", "logistics", "personal", "other")
"""The groups of root causes: keys of the choice list `cause_group`. What policy.risk does not place is `other`."""

SETTLED = ("agreed", "ruled_for_us")
IN_KIND = ("replacement", "missing_parts", "repair")
"""Demands that are met without money."""


class Case(NamedTuple):
    """One dispute that was not waived. Amounts are in the base currency; None where no rate is known or nothing is
    written.

    `claimed` is what was asked for (if we sold: of us). `recovered` and `lost` are of closed cases only. `cause` is one
    of CAUSES.
    """

    number: str | None
    type: str | None
    opened: date | None
    closed: date | None
    settled: bool
    cause: str | None
    claimed: float | None
    recovered: float | None
    lost: float | None
    purchase: str | None
    sale: str | None

    @property
    def days(self) -> int | None:
        """Days from opening to result; None while it is open, or if it closed before it opened."""
        if self.opened is None or self.closed is None or self.closed < self.opened:
            return None
        return (self.closed - self.opened).days

    def open_at(self, day: date) -> bool:
        """Whether it was open at the end of that day."""
        return self.opened is not None and self.opened <= day and (self.closed is None or self.closed > day)


def read_cases(columns: Iterable[list[Any]], policy: Policy) -> list[Case]:
    """The cases in columns of CASE_READS; a waived one never counts."""
    groups = {cause: group for group, causes in policy.risk["root_causes"].items() for cause in causes}
    return [_case(row, policy, groups) for row in zip(*columns, strict=True) if row[0] is not None and row[4] is None]


def _case(row: tuple[Any, ...], policy: Policy, groups: Mapping[str, str]) -> Case:
    number, kind, opened, closed, _, result, cause, role, demand, amount, currency, loss, back, purchase, sale = row
    claimed, paid = policy.to_base(amount, currency), policy.to_base(back or 0.0, currency)
    recovered = lost = None
    if closed is not None:
        recovered, lost = money(role, claimed, loss, paid, result in SETTLED and back is None and demand in IN_KIND)
    return Case(
        number,
        kind,
        day_of(opened),
        day_of(closed),
        is_settled(role, result, back),
        None if cause is None else groups.get(cause, "other"),
        claimed,
        recovered,
        lost,
        purchase,
        sale,
    )


Money = float | None
_NO_CENT = 0.00501
"""*Loss in base currency* is in whole cents, what came back is not: of a loss that was made good less than half a cent
may seem left."""


def money(role: str | None, claimed: Money, loss: Money, paid: Money, in_kind: bool) -> tuple[Money, Money]:
    """(recovered, lost) of a closed case.

    A buyer gets money back and loses the rest of the loss; goods replaced are no loss. A seller pays, or keeps what was
    claimed."""
    if paid is None:
        return None, None
    if role == "seller":
        return (None if claimed is None else max(0.0, claimed - paid)), paid
    if in_kind:
        return 0.0, 0.0
    whole = claimed if loss is None else loss
    return paid, None if whole is None else whole - paid if whole - paid > _NO_CENT else 0.0


def is_settled(role: str | None, result: str | None, back: float | None) -> bool:
    """Ended with an agreement, with a ruling for us, or (if we bought) with money back."""
    return result in SETTLED or (role != "seller" and bool(back))


def day_of(at: datetime | date | None) -> date | None:
    return at.date() if isinstance(at, datetime) else at
