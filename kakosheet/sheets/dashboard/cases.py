"""Disputes as the review sees them: when they opened and closed, how they ended, and what they cost in the base
currency."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from kakosheet.core.records import attempt
from kakosheet.policy.model import Policy
from kakosheet.sheets.casework.case import Case
from kakosheet.sheets.casework.verdicts import CaseLoss

CAUSES = ("seller", "logistics", "personal", "other")
"""The groups of root causes: keys of the choice list `cause_group`. What policy.risk does not place is `other`."""

SETTLED = ("agreed", "ruled_for_us")
IN_KIND = ("replacement", "missing_parts", "repair")
"""Demands that are met without money."""


class Outcome(NamedTuple):
    """What came of one case that was not waived. Amounts are in the base currency; None where no rate is known or
    nothing is written.

    Each figure is computed when it is asked for, and raises CannotKnow where one of its cells stands in the way: so a
    case is left out of what hangs on that cell, and of nothing else.
    """

    case: Case
    loss: CaseLoss
    policy: Policy
    groups: Mapping[str, str]

    @property
    def number(self) -> str | None:
        return self.case.dispute_id

    @property
    def type(self) -> str | None:
        return self.case.type

    @property
    def opened(self) -> date | None:
        return day_of(self.case.opened_on)

    @property
    def closed(self) -> date | None:
        return self.case.closed_on

    @property
    def settled(self) -> bool:
        """Ended with an agreement, with a ruling for us, or (if we bought) with money back."""
        return self.case.result in SETTLED or (self.case.our_role != "seller" and bool(self.case.money_back))

    @property
    def cause(self) -> str | None:
        """One of CAUSES; None while nobody named a root cause."""
        cause = self.case.root_cause
        return None if cause is None else self.groups.get(cause, "other")

    @property
    def claimed(self) -> float | None:
        """What was asked for; if we sold: of us."""
        return self.policy.to_base(self.case.amount, self.case.currency)

    @property
    def recovered(self) -> float | None:
        """Of a closed case; see `money`."""
        case = self.case
        return None if self.closed is None else money(case.our_role, self.claimed, None, self._paid, self._in_kind)[0]

    @property
    def lost(self) -> float | None:
        """Of a closed case; see `money`."""
        if self.closed is None:
            return None
        return money(self.case.our_role, self.claimed, self.loss.loss_in_base_currency, self._paid, self._in_kind)[1]

    @property
    def _paid(self) -> float | None:
        return self.policy.to_base(self.case.money_back or 0.0, self.case.currency)

    @property
    def _in_kind(self) -> bool:
        case = self.case
        return (
            case.our_role != "seller" and case.money_back is None and case.result in SETTLED and case.demand in IN_KIND
        )

    @property
    def days(self) -> int | None:
        """Days from opening to result; None while it is open, or if it closed before it opened."""
        if self.opened is None or self.closed is None or self.closed < self.opened:
            return None
        return (self.closed - self.opened).days

    def open_at(self, day: date) -> bool:
        """Whether it was open at the end of that day."""
        return self.opened is not None and self.opened <= day and (self.closed is None or self.closed > day)


def counted(cases: Iterable[Case]) -> list[Case]:
    """The cases that a review counts: those with a number that were not waived."""
    return [case for case in cases if attempt(_counts, case) is True]


def _counts(case: Case) -> bool:
    return case.dispute_id is not None and case.counts


def outcomes(cases: Iterable[Case], losses: Iterable[CaseLoss], policy: Policy) -> list[Outcome]:
    """What came of the cases that count."""
    groups = {cause: group for group, causes in policy.risk["root_causes"].items() for cause in causes}
    return [
        Outcome(case, loss, policy, groups)
        for case, loss in zip(cases, losses, strict=True)
        if attempt(_counts, case) is True
    ]


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


def day_of(at: datetime | date | None) -> date | None:
    return at.date() if isinstance(at, datetime) else at
