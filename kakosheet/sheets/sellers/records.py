"""What happened with each seller, gathered in one pass over the purchases and one over the disputes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from math import fsum
from typing import NamedTuple

from kakosheet.core.records import attempt, groups, known
from kakosheet.core.titles import fold
from kakosheet.policy.model import Policy
from kakosheet.policy.score import TrackRecord
from kakosheet.policy.stats import mean
from kakosheet.sheets.casework.case import Case
from kakosheet.sheets.casework.links import net_loss
from kakosheet.sheets.casework.orders import Purchase
from kakosheet.sheets.casework.verdicts import CaseDates, CaseLoss

LOST = ("ruled_for_us", "ruled_shared")
"""Results with which the seller was found responsible."""


class SellerCase(NamedTuple):
    """One dispute, as far as it tells how its seller behaved."""

    case: Case
    dates: CaseDates
    loss: CaseLoss


def gather(
    index: Mapping[str, int],
    count: int,
    lines: Sequence[Purchase],
    disputes: Sequence[SellerCase],
    *,
    policy: Policy,
    today: date,
) -> tuple[list[TrackRecord], list[date | None]]:
    """A record for each row of the register and the day of its last order. `index` tells whose row a folded name means.

    Each figure is counted of what it can be known of."""
    records = [TrackRecord() for _ in range(count)]
    last: list[date | None] = [None] * count
    for at, own in groups(lines, lambda line: _row(index, line.seller) if line.ordered else None).items():
        records[at].orders = len(own)
        worth = known(lambda line: policy.to_base(line.price, line.currency), own)
        records[at].spent = fsum(amount for amount in worth if amount is not None)
        last[at] = max((day for day in known(lambda line: line.bought_on, own) if day is not None), default=None)
    of_seller = groups(disputes, lambda one: _row(index, one.case.seller) if one.case.our_role != "seller" else None)
    for at, found in of_seller.items():
        _count(records[at], found, policy, today)
    return records, last


def _row(index: Mapping[str, int], name: str | None) -> int | None:
    return None if name is None else index.get(fold(name))


def _count(record: TrackRecord, disputes: Sequence[SellerCase], policy: Policy, today: date) -> None:
    """Fill in what the disputes of one seller say."""
    words = policy.risk
    innocent = {*words["root_causes"]["logistics"], *words["root_causes"]["personal"]}
    cases = [one.case for one in disputes]
    ended = [one for one in disputes if attempt(_is_ended, one.case) is True]
    closed = [one.case for one in ended]
    blamed = set(known(lambda case: None if case.root_cause in innocent else case.order, cases))
    settled = list(known(resolved, closed))
    record.disputes = len(cases)
    record.disputed = min(record.orders, len(set(known(lambda case: case.order, cases))))
    record.blamed = min(record.orders, len(blamed - {None}))
    record.closed, record.settled = len(settled), sum(settled)
    record.lost = sum(known(lost, closed))
    record.refused = sum(known(lambda case: lost(case) and case.their_answer == "refuses", closed))
    record.counterfeit = sum(known(lambda case: is_counterfeit(case, policy), closed))
    record.lost_amount = fsum(known(lambda one: _cost(one, policy), ended))
    record.return_days = mean(known(_return_days, cases))
    refunds = [on_time for on_time in known(lambda one: _on_time(one, today), disputes) if on_time is not None]
    record.refunds, record.refunds_on_time = len(refunds), sum(refunds)
    since = today - timedelta(days=policy.risk["days"]["penalty"])
    record.points = sum(known(lambda case: _penalty(case, since, policy), closed))


def _is_ended(case: Case) -> bool:
    return case.closed_on is not None and case.result != "withdrawn"


def lost(case: Case) -> bool:
    """Whether it was the seller who lost the case."""
    return case.result in LOST or (case.result == "defaulted" and bool(case.money_back))


def resolved(case: Case) -> bool:
    """Whether a closed case ended with an agreement or money back."""
    return case.result == "agreed" or lost(case) or bool(case.money_back)


def is_counterfeit(case: Case, policy: Policy) -> bool:
    """Whether a closed case found the goods fake: by its root cause, or ruled for us in a case of that type."""
    return case.root_cause == "counterfeit" or (case.type in policy.risk["types"]["counterfeit"] and resolved(case))


def _cost(dispute: SellerCase, policy: Policy) -> float:
    case = dispute.case
    return net_loss(dispute.loss.loss_in_base_currency, case.money_back, case.currency, policy)


def _return_days(case: Case) -> int | None:
    """Days from sending the goods back to having the money."""
    sent, received = case.return_sent, case.refund_received_on
    return None if sent is None or received is None or received < sent else (received - sent).days


def _on_time(dispute: SellerCase, today: date) -> bool | None:
    """Whether a refund came by its day; None if its day has not come, or there is none."""
    case = dispute.case
    due = dispute.dates.refund_due or case.refund_promised
    if due is None:
        return None
    if case.refund_received_on is not None:
        return case.refund_received_on <= due
    return False if due < today and case.closed_on is None else None


def _penalty(case: Case, since: date, policy: Policy) -> int:
    """The points of a closed case; none once it is older."""
    points: Mapping[str, int] = policy.risk["penalty"]
    if case.closed_on is None or case.closed_on <= since:
        return 0
    if is_counterfeit(case, policy):
        return points["counterfeit"]
    if not lost(case):
        return 0
    return points["refused_and_lost" if case.their_answer == "refuses" else "lost"]
