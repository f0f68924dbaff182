"""What happened with each seller, gathered in one pass over the purchases and one over the disputes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from math import fsum
from typing import Any, NamedTuple

from kakosheet.core.titles import fold
from kakosheet.policy.model import Policy
from kakosheet.policy.score import Record
from kakosheet.policy.stats import mean
from kakosheet.sheets.cases import bought, net_loss

LOST = ("ruled_for_us", "ruled_shared")
"""Results with which the seller was found responsible."""

PURCHASES = tuple(f"purchases.{key}" for key in ("seller", "bought_on", "order_no", "problem", "price", "currency"))
DISPUTES = tuple(
    f"disputes.{key}"
    for key in (
        "seller",
        "our_role",
        "order",
        "type",
        "closed_on",
        "result",
        "money_back",
        "currency",
        "loss_in_base_currency",
        "root_cause",
        "their_answer",
        "return_sent",
        "refund_due",
        "refund_promised",
        "refund_received_on",
    )
)


class Case(NamedTuple):
    """One dispute, as DISPUTES reads it."""

    seller: str | None
    our_role: str | None
    order: str | None
    type: str | None
    closed_on: date | None
    result: str | None
    money_back: float | None
    currency: str | None
    loss: float | None
    root_cause: str | None
    their_answer: str | None
    return_sent: date | None
    refund_due: date | None
    refund_promised: date | None
    refund_received_on: date | None

    @property
    def lost(self) -> bool:
        return self.result in LOST or (self.result == "defaulted" and bool(self.money_back))

    @property
    def settled(self) -> bool:
        return self.result == "agreed" or self.lost or bool(self.money_back)

    @property
    def return_days(self) -> int | None:
        """Days from sending the goods back to having the money."""
        sent, received = self.return_sent, self.refund_received_on
        return None if sent is None or received is None or received < sent else (received - sent).days


def gather(
    index: Mapping[str, int],
    count: int,
    purchases: Sequence[Sequence[Any]],
    disputes: Sequence[Sequence[Any]],
    *,
    policy: Policy,
    today: date,
) -> tuple[list[Record], list[date | None]]:
    """A record for each row of the register and the day of its last order. `index` tells whose row a folded name
    means."""
    records = [Record() for _ in range(count)]
    last: list[date | None] = [None] * count
    _orders(index, records, last, purchases, policy)
    cases: list[list[Case]] = [[] for _ in range(count)]
    for values in zip(*disputes, strict=True):
        case = Case(*values)
        at = index.get(fold(case.seller)) if case.seller is not None and case.our_role != "seller" else None
        if at is not None:
            cases[at].append(case)
    for record, own in zip(records, cases, strict=True):
        if own:
            _count(record, own, policy, today)
    return records, last


def _orders(
    index: Mapping[str, int],
    records: list[Record],
    last: list[date | None],
    purchases: Sequence[Sequence[Any]],
    policy: Policy,
) -> None:
    spent: list[list[float]] = [[] for _ in records]
    for seller, bought_on, order_no, problem, price, currency in zip(*purchases, strict=True):
        at = index.get(fold(seller)) if seller is not None and bought(bought_on, order_no, problem) else None
        if at is None:
            continue
        records[at].orders += 1
        base = policy.to_base(price, currency)
        if base is not None:
            spent[at].append(base)
        known = last[at]
        if bought_on is not None and (known is None or bought_on > known):
            last[at] = bought_on
    for record, amounts in zip(records, spent, strict=True):
        record.spent = fsum(amounts)


def _count(record: Record, cases: list[Case], policy: Policy, today: date) -> None:
    """Fill in what the disputes of one seller say."""
    words = policy.risk
    innocent = {*words["root_causes"]["logistics"], *words["root_causes"]["personal"]}
    closed = [case for case in cases if case.closed_on is not None and case.result != "withdrawn"]
    record.disputes = len(cases)
    record.disputed = min(record.orders, len({case.order for case in cases}))
    record.blamed = min(record.orders, len({case.order for case in cases if case.root_cause not in innocent}))
    record.closed, record.settled = len(closed), sum(case.settled for case in closed)
    record.lost = sum(case.lost for case in closed)
    record.refused = sum(case.lost and case.their_answer == "refuses" for case in closed)
    record.counterfeit = sum(is_counterfeit(case, policy) for case in closed)
    record.lost_amount = fsum(net_loss(case.loss, case.money_back, case.currency, policy) for case in closed)
    record.return_days = mean(case.return_days for case in cases)
    refunds = [on_time for on_time in (_on_time(case, today) for case in cases) if on_time is not None]
    record.refunds, record.refunds_on_time = len(refunds), sum(refunds)
    since = today - timedelta(days=policy.risk["days"]["penalty"])
    record.points = sum(
        _penalty(case, policy) for case in closed if case.closed_on is not None and case.closed_on > since
    )


def is_counterfeit(case: Case, policy: Policy) -> bool:
    """Whether a closed case found the goods fake: by its root cause, or ruled for us in a case of that type."""
    return case.root_cause == "counterfeit" or (case.type in policy.risk["types"]["counterfeit"] and case.settled)


def _on_time(case: Case, today: date) -> bool | None:
    """Whether a refund came by its day; None if its day has not come, or there is none."""
    due = case.refund_due or case.refund_promised
    if due is None:
        return None
    if case.refund_received_on is not None:
        return case.refund_received_on <= due
    return False if due < today and case.closed_on is None else None


def _penalty(case: Case, policy: Policy) -> int:
    points: Mapping[str, int] = policy.risk["penalty"]
    if is_counterfeit(case, policy):
        return points["counterfeit"]
    if not case.lost:
        return 0
    return points["refused_and_lost" if case.their_answer == "refuses" else "lost"]
