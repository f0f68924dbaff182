"""Rows that we propose, each once: for sellers and carriers that stand out, and for problems that can be prevented."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta

from kakosheet.core.rules import Wanted, rows
from kakosheet.core.titles import fold
from kakosheet.policy.model import Policy

MOST = 5
"""Proposals about sellers, and about carriers, in one refresh: the worst first."""
MANY, SHARE = 3, 0.25
"""A kind of problem is worth a proposal from so many cases in a year, and from this share of all."""

READS = (
    "sellers.seller",
    "sellers.list_status",
    "sellers.proposed",
    "sellers.dispute_rate",
    "sellers.orders",
    "carriers.carrier",
    "carriers.list_status",
    "carriers.proposed",
    "carriers.damage_rate",
    "carriers.parcels",
    "disputes.type",
    "disputes.opened_on",
)


@rows("improvements", reads=READS)
def proposed(
    sellers: Sequence[str | None],
    seller_status: Sequence[str | None],
    seller_proposed: Sequence[str | None],
    seller_rates: Sequence[float | None],
    orders: Sequence[int | None],
    carriers: Sequence[str | None],
    carrier_status: Sequence[str | None],
    carrier_proposed: Sequence[str | None],
    carrier_rates: Sequence[float | None],
    parcels: Sequence[int | None],
    types: Sequence[str | None],
    opened: Sequence[datetime | None],
    *,
    policy: Policy,
    today: date,
    say: Callable[..., str],
) -> Iterator[Wanted]:
    """New proposals by key: `seller:<name>`, `carrier:<name>`, `problem:<group>`."""
    for name, status in _worst(sellers, seller_status, seller_proposed, seller_rates, orders):
        yield _row(f"seller:{fold(name)}", say(f"improvements.seller_{status}", seller=name), "dispute_rate", name)
    for name, status in _worst(carriers, carrier_status, carrier_proposed, carrier_rates, parcels):
        yield _row(f"carrier:{fold(name)}", say(f"improvements.carrier_{status}", carrier=name), "damage_rate", name)
    since = today - timedelta(days=policy.risk["days"]["penalty"])
    recent = [type_ for type_, at in zip(types, opened, strict=True) if at is not None and at.date() > since]
    groups = policy.risk["types"]
    for group, metric, kinds in (
        ("damage", "damage_rate", groups["damage"]),
        ("late", "late_rate", (*groups["late"], *groups["lost"])),
    ):
        count = sum(type_ in kinds for type_ in recent)
        if count >= MANY and count >= SHARE * len(recent):
            yield _row(f"problem:{group}", say(f"improvements.problem_{group}"), metric, None)


def _worst(
    names: Sequence[str | None],
    statuses: Sequence[str | None],
    proposals: Sequence[str | None],
    rates: Sequence[float | None],
    counts: Sequence[int | None],
) -> list[tuple[str, str]]:
    """Names with what is proposed for them (watch, black), where the user has not decided; the most expected trouble
    first."""
    found = [
        (-(rate or 0) * (count or 0), name, proposal)
        for name, status, proposal, rate, count in zip(names, statuses, proposals, rates, counts, strict=True)
        if name is not None and status is None and proposal in ("watch", "black")
    ]
    return [(name, proposal) for _, name, proposal in sorted(found)[:MOST]]


def _row(key: str, what: str, metric: str, linked_to: str | None) -> Wanted:
    return Wanted(key, {"what": what, "kind": "proposal", "metric": metric, "linked_to": linked_to})
