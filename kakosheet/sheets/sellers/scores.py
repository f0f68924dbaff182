"""Seller Scores: the rows, and every figure of theirs in one rule, since all compare a seller with the average."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from kakosheet.core.records import CannotKnow, Record, attempt, cell, known, spread, sure
from kakosheet.core.rules import Wanted, rows, table_rule
from kakosheet.policy import score as scoring
from kakosheet.policy.model import Policy
from kakosheet.policy.score import Proposal, Usual, proposal, score, shrunk, sureness, usual
from kakosheet.policy.stats import share, wilson
from kakosheet.sheets.casework.case import Case
from kakosheet.sheets.casework.names import Seller, index_of, unlisted
from kakosheet.sheets.casework.orders import Purchase
from kakosheet.sheets.casework.verdicts import CaseDates, CaseLoss
from kakosheet.sheets.sellers.records import SellerCase, gather
from kakosheet.sheets.words import Say, told_values

WRITES = (
    "proposed",
    "because",
    "score",
    "sure",
    "orders",
    "disputes",
    "dispute_rate",
    "rate_low",
    "rate_high",
    "lost_amount",
    "return_days",
    "refund_on_time",
    "resolution_rate",
    "refused_then_ruled_against",
    "points",
    "last_order",
)


class ListedSeller(Record, of="sellers"):
    """What a row of the register is called, as it was read."""

    seller: str | None = cell("seller@read")
    also_written_as: str | None = cell("also_written_as@read")


@rows("sellers", reads=(Purchase, ListedSeller))
def named(lines: Sequence[Purchase], listed: Sequence[ListedSeller]) -> Iterator[Wanted]:
    """A row for every seller of the Purchase Checklist that no row carries as name or alias."""
    names = known(lambda line: line.seller, lines)
    for name in unlisted(names, listed, lambda row: row.seller, lambda row: row.also_written_as):
        yield Wanted(name, {"seller": name})


@table_rule(*(f"sellers.{key}" for key in WRITES), reads=(Seller, Purchase, Case, CaseDates, CaseLoss))
def scores(
    sellers: Sequence[Seller],
    lines: Sequence[Purchase],
    cases: Sequence[Case],
    dates: Sequence[CaseDates],
    losses: Sequence[CaseLoss],
    *,
    policy: Policy,
    today: date,
    say: Say,
) -> list[list[Any]]:
    """All figures of all sellers; the rates of a seller are drawn towards the average of all."""
    index = index_of(sellers, lambda seller: seller.seller, lambda seller: seller.also_written_as)
    disputes = [SellerCase(*row) for row in zip(cases, dates, losses, strict=True)]
    found, last = gather(index, len(sellers), lines, disputes, policy=policy, today=today)
    records = [attempt(_of, seller, record) for seller, record in zip(sellers, found, strict=True)]
    averages = usual(known(lambda record: record, records))
    result = [
        record if isinstance(record, CannotKnow) else (*figures(seller, record, averages, policy, say), day)
        for seller, record, day in zip(sellers, records, last, strict=True)
    ]
    return spread(result, len(WRITES))


def _of(seller: Seller, record: scoring.TrackRecord) -> scoring.TrackRecord:
    """The record of a row; it cannot be known where the row cannot tell whose it is."""
    _ = seller.seller, seller.also_written_as
    return record


def figures(seller: Seller, record: scoring.TrackRecord, averages: Usual, policy: Policy, say: Say) -> tuple[Any, ...]:
    """The cells of one seller, in the order of WRITES but for the last."""
    settings = policy.settings
    points = attempt(_score, seller, record, averages, policy)
    proposed = attempt(_proposal, record, averages, points, policy)
    interval = wilson(record.disputed, record.orders) or (None, None)
    return (
        *((proposed, proposed) if isinstance(proposed, CannotKnow) else _told(proposed, say)),
        points,
        sureness(record.orders, settings["some_orders"], settings["solid_orders"]),
        record.orders,
        record.disputes,
        shrunk(record.disputed, record.orders, averages.disputed, settings["shrink_orders"]),
        *interval,
        record.lost_amount,
        record.return_days,
        share(record.refunds_on_time, record.refunds),
        share(record.settled, record.closed),
        record.refused,
        record.points,
    )


def _score(seller: Seller, record: scoring.TrackRecord, averages: Usual, policy: Policy) -> float | None:
    record.feedback = seller.feedback
    return score(record, averages, policy)


def _proposal(
    record: scoring.TrackRecord, averages: Usual, points: float | CannotKnow | None, policy: Policy
) -> Proposal | None:
    """What the record suggests; of a seller whose score cannot be known only what outweighs every score."""
    if isinstance(points, CannotKnow):
        grave = proposal(record, averages, None, policy)
        return grave if grave is not None and grave.status == "black" else sure(points)
    return proposal(record, averages, points, policy)


def _told(proposed: Proposal | None, say: Say) -> tuple[str | None, str | None]:
    if proposed is None:
        return None, None
    return proposed.status, say(f"sellers.because_{proposed.because}", **told_values(proposed.values, say))
