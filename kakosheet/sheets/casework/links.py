"""From an order line to its case, and what that has cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from kakosheet.core.records import CannotKnow, attempt, groups
from kakosheet.core.titles import fold
from kakosheet.policy.model import Policy
from kakosheet.sheets.casework.case import Case, folded
from kakosheet.sheets.casework.orders import Purchase, Sale


def links(lines: Iterable[Purchase | Sale], cases: Iterable[Case]) -> list[str | CannotKnow | None]:
    """The case of each line: an open one before a closed one, then the one opened last."""
    of_order = groups(cases, lambda case: folded(case.order))

    def case_of(line: Purchase | Sale) -> str | None:
        return None if line.id is None else _newest(of_order.get(fold(line.id), ()))

    return [attempt(case_of, line) for line in lines]


def _newest(cases: Sequence[Case]) -> str | None:
    """Which of the cases of one line counts; of a single one nobody has to know whether it is closed."""
    named = [case for case in cases if case.dispute_id is not None]
    if len(named) > 1:
        return max((case.closed_on is None, case.opened_on or datetime.min, case.dispute_id or "") for case in named)[
            -1
        ]
    return named[0].dispute_id if named else None


def net_loss(loss: float | None, money_back: float | None, currency: str | None, policy: Policy) -> float:
    """What a closed case has cost a buyer: the loss (in the base currency) less what came back; 0 at least."""
    return max(0.0, (loss or 0.0) - (policy.to_base(money_back, currency) or 0.0))
