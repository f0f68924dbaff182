"""Seller Scores: the rows, and every figure of theirs in one rule, since all compare a seller with the average."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from kakosheet.core.rules import Wanted, rows, table_rule
from kakosheet.policy.model import Policy
from kakosheet.policy.score import Record, Usual, proposal, score, shrunk, sureness, usual
from kakosheet.policy.stats import share, wilson
from kakosheet.sheets.cases import index_of, unlisted
from kakosheet.sheets.sellers.records import DISPUTES, PURCHASES, gather
from kakosheet.sheets.words import told_values

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
)


@rows("sellers", reads=("purchases.seller", "sellers.seller@read", "sellers.also_written_as@read"))
def named(
    sellers: Sequence[str | None], listed: Sequence[str | None], aliases: Sequence[str | None]
) -> Iterator[Wanted]:
    """A row for every seller of the Purchase Checklist that no row carries as name or alias."""
    for name in unlisted(sellers, index_of(listed, aliases)):
        yield Wanted(name, {"seller": name})


@table_rule(
    *(f"sellers.{key}" for key in WRITES),
    "sellers.last_order",
    reads=("sellers.seller", "sellers.also_written_as", "sellers.feedback", *PURCHASES, *DISPUTES),
)
def scores(
    names: Sequence[str | None],
    aliases: Sequence[str | None],
    feedback: Sequence[float | None],
    *columns: Sequence[Any],
    policy: Policy,
    today: date,
    say: Callable[..., str],
) -> list[list[Any]]:
    """All figures of all sellers; the rates of a seller are drawn towards the average of all."""
    index = index_of(names, aliases)
    records, last = gather(
        index, len(names), columns[: len(PURCHASES)], columns[len(PURCHASES) :], policy=policy, today=today
    )
    for record, stars in zip(records, feedback, strict=True):
        record.feedback = stars
    averages = usual(records)
    result = [figures(record, averages, policy, say) for record in records]
    return (
        [list(column) for column in zip(*result, strict=True)] + [last]
        if result
        else [[] for _ in range(len(WRITES) + 1)]
    )


def figures(record: Record, averages: Usual, policy: Policy, say: Callable[..., str]) -> tuple[Any, ...]:
    """The cells of one seller, in the order of WRITES."""
    settings = policy.settings
    points = score(record, averages, policy)
    proposed = proposal(record, averages, points, policy)
    interval = wilson(record.disputed, record.orders) or (None, None)
    return (
        proposed and proposed.status,
        proposed and say(f"sellers.because_{proposed.because}", **told_values(proposed.values, say)),
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
