"""From an order line to its case, and what that has cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from kakosheet.core.records import CannotKnow, attempt, groups, sure
from kakosheet.policy.model import Policy
from kakosheet.sheets.casework.case import Case, folded
from kakosheet.sheets.casework.orders import Purchase, Sale, may_be_of


def links(orders: Iterable[Purchase | Sale], cases: Sequence[Case]) -> list[str | CannotKnow | None]:
    """The number of the case about each order: an open one before a closed one, then the one opened last. A case of
    which nobody knows what it is about may be that of an order whose problem and day are its own."""
    numbers = {name: attempt(_newest, own) for name, own in groups(cases, lambda case: folded(case.order)).items()}
    abouts = [(case, attempt(lambda case: case.order, case)) for case in cases]
    unnamed = [(case, about) for case, about in abouts if isinstance(about, CannotKnow)]

    def told(order: Purchase | Sale) -> str | None:
        name = folded(order.id)
        number = None if name is None else sure(numbers.get(name))
        if unnamed and name is not None and number is None:
            _refuse_if_one_may_be_its(order, unnamed)
        return number

    return [attempt(told, order) for order in orders]


def _newest(cases: Iterable[Case]) -> str | None:
    numbered = [(case, case.dispute_id) for case in cases if case.dispute_id is not None]
    if len(numbered) < 2:
        return next((number for _, number in numbered), None)
    return max((case.closed_on is None, case.opened_on or datetime.min, number) for case, number in numbered)[-1]


def _refuse_if_one_may_be_its(order: Purchase | Sale, unnamed: Iterable[tuple[Case, CannotKnow]]) -> None:
    if order.problem is None or order.noticed_on is None:
        return
    for case, unknown in unnamed:
        if may_be_of(order, attempt(lambda case: case.type, case), attempt(lambda case: case.opened_on, case)):
            raise unknown


def net_loss(loss: float | None, money_back: float | None, currency: str | None, policy: Policy) -> float:
    """What a closed case has cost a buyer: the loss (in the base currency) less what came back; 0 at least."""
    return max(0.0, (loss or 0.0) - (policy.to_base(money_back, currency) or 0.0))
