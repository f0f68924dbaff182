"""How a seller or carrier did: rates that a few orders cannot distort, a score of 0 to 100, and what the record
suggests.

The workbook shows every ingredient, so that people can follow and disagree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import fsum, sqrt
from typing import Any

from kakosheet.policy.model import Policy
from kakosheet.policy.stats import share, wilson

OFTEN, OFTEN_TIMES = 3, 1.5
"""So many problems, and so many times the usual rate, before a rate that Settings call high counts without being above
chance."""


def shrunk(hits: float, of: float, average: float | None, strength: float) -> float | None:
    """A rate drawn towards the average, as if `strength` average trials stood beside it (the mean of a beta posterior;
    empirical Bayes).

    None without trials: no record is not an average record."""
    if of <= 0 or average is None:
        return None
    return (hits + strength * average) / (of + strength)


def sureness(of: int, some: int, solid: int) -> str | None:
    """few, some or solid (choice list `sure`); None without any."""
    if of <= 0:
        return None
    return "solid" if of >= solid else "some" if of >= some else "few"


def weighted(parts: Iterable[tuple[float | None, float]]) -> float | None:
    """The mean of indicators (each 0 bad to 1 good, with its weight) as 0 to 100; what is not known does not count.
    None if nothing is."""
    known = [(min(1.0, max(0.0, value)), weight) for value, weight in parts if value is not None and weight > 0]
    total = fsum(weight for _, weight in known)
    return 100 * fsum(value * weight for value, weight in known) / total if total else None


def stands_out(hits: int, of: int, average: float | None) -> bool:
    """Whether a rate is above the average by more than chance: the lower end of its Wilson interval is."""
    interval = wilson(hits, of)
    return interval is not None and average is not None and hits >= 2 and interval[0] > average


def change_word(hits_before: int, before: int, hits_after: int, after: int) -> str | None:
    """worked, worse or unclear: whether two shares differ by more than chance (R. G. Newcombe, Stat. Med. 17 (1998)
    873-890, method 10).

    None where one side has no trials."""
    first, second = wilson(hits_before, before), wilson(hits_after, after)
    if first is None or second is None:
        return None
    p, q = hits_before / before, hits_after / after
    low = p - q - sqrt((p - first[0]) ** 2 + (second[1] - q) ** 2)
    high = p - q + sqrt((first[1] - p) ** 2 + (q - second[0]) ** 2)
    return "worked" if low > 0 else "worse" if high < 0 else "unclear"


@dataclass(slots=True)
class TrackRecord:
    """What happened with one seller. Amounts in the base currency; a dispute that others caused is in `disputes`, not
    in `blamed`."""

    orders: int = 0
    spent: float = 0.0
    disputes: int = 0
    disputed: int = 0  # orders with a dispute
    blamed: int = 0  # of these, not caused by the carrier or by us
    settled: int = 0  # closed with an agreement or money back
    closed: int = 0
    lost: int = 0  # ruled against the seller
    refused: int = 0  # of these, after refusing responsibility
    counterfeit: int = 0
    lost_amount: float = 0.0
    refunds: int = 0  # whose day has come
    refunds_on_time: int = 0
    return_days: float | None = None
    feedback: float | None = None  # 1 to 5
    points: int = 0


@dataclass(frozen=True, slots=True)
class Usual:
    """The averages of all records: of disputed orders, of orders blamed on the seller, and of disputes that the seller
    lost."""

    disputed: float | None
    blamed: float | None
    lost: float | None


def usual(records: Iterable[TrackRecord]) -> Usual:
    """The averages over all records together."""
    known = list(records)
    orders, disputes = sum(r.orders for r in known), sum(r.disputes for r in known)
    return Usual(
        share(sum(r.disputed for r in known), orders),
        share(sum(r.blamed for r in known), orders),
        share(sum(r.lost for r in known), disputes),
    )


def score(record: TrackRecord, averages: Usual, policy: Policy) -> float | None:
    """0 to 100 by the weights in Settings; None without orders. No disputes, no returns: those indicators do not count.

    Problems and losses score nothing at twice the usual rate, or twice the rate that Settings call high if that is
    more."""
    settings, strength = policy.settings, policy.settings["shrink_orders"]
    if not record.orders:
        return None
    rate = shrunk(record.blamed, record.orders, averages.blamed, strength)
    limit = 2 * max(settings["high_dispute_rate"], averages.blamed or 0, 1e-9)
    slow = policy.risk["days"]["slow_return"]
    return weighted(
        (
            (None if rate is None else 1 - rate / limit, settings["weight_dispute_rate"]),
            (share(record.settled, record.closed), settings["weight_resolution"]),
            (share(record.refunds_on_time, record.refunds), settings["weight_refund_on_time"]),
            (None if record.return_days is None else 1 - record.return_days / slow, settings["weight_return_speed"]),
            (None if record.feedback is None else (record.feedback - 1) / 4, settings["weight_feedback"]),
            (
                None if not record.spent else 1 - record.lost_amount / record.spent / limit,
                settings["weight_lost_amount"],
            ),
        )
    )


@dataclass(frozen=True, slots=True)
class Proposal:
    """A list status (choice list `list_status`), the name of the sentence that tells why, and its values."""

    status: str
    because: str
    values: Mapping[str, Any]


def proposal(record: TrackRecord, averages: Usual, points: float | None, policy: Policy) -> Proposal | None:
    """What the record of a seller suggests; None if nothing. The user decides."""
    settings = policy.settings
    sure = sureness(record.orders, settings["some_orders"], settings["solid_orders"])
    if record.counterfeit:
        return Proposal("black", "counterfeit", {"count": record.counterfeit})
    lost = {"lost": record.lost, "of": record.disputes, "usual": round(record.disputes * (averages.lost or 0))}
    if record.lost >= settings["black_lost_disputes"] and record.lost > lost["usual"]:
        return Proposal("black", "lost", lost)
    clear = stands_out(record.blamed, record.orders, averages.blamed)
    rate = {"count": record.blamed, "of": record.orders, "usual": round(record.orders * (averages.blamed or 0))}
    if points is not None and points < settings["black_score"] and sure in ("some", "solid"):
        return Proposal("black", "rate" if clear else "low_score", rate | {"score": round(points)})
    if clear or _often(record, averages, sure, policy):
        return Proposal("watch", "rate", rate)
    if record.refused or (record.lost >= 2 and record.lost > lost["usual"]):
        return Proposal("watch", "refused" if record.refused else "lost", {**lost, "count": record.refused})
    if points is not None and points < settings["low_score"] and sure in ("some", "solid"):
        return Proposal("watch", "low_score", {"score": round(points)})
    if points is not None and points >= settings["white_score"] and sure == "solid" and not record.lost:
        return Proposal("white", "good", rate | {"score": round(points)})
    if sure == "few":
        return Proposal("trial", "few", {"of": record.orders})
    return None


def _often(record: TrackRecord, averages: Usual, sure: str | None, policy: Policy) -> bool:
    """Whether problems are as frequent as Settings call high, and clearly more frequent than usual, once there is some
    experience."""
    rate = shrunk(record.blamed, record.orders, averages.blamed, policy.settings["shrink_orders"])
    high = max(policy.settings["high_dispute_rate"], OFTEN_TIMES * (averages.blamed or 0))
    return rate is not None and sure != "few" and record.blamed >= OFTEN and rate >= high


@dataclass(slots=True)
class Parcels:
    """What happened with one carrier's parcels. `timed` are those with a promised day."""

    parcels: int = 0
    damaged: int = 0
    lost: int = 0
    timed: int = 0
    late: int = 0


def carrier_proposal(record: Parcels, average: float | None, policy: Policy) -> Proposal | None:
    """What the record of a carrier suggests, from damaged and lost parcels; None if nothing."""
    settings = policy.settings
    sure = sureness(record.parcels, settings["some_orders"], settings["solid_orders"])
    values = {
        "count": record.damaged,
        "of": record.parcels,
        "usual": round(record.parcels * (average or 0)),
        "lost": record.lost,
    }
    limit, interval = settings["high_dispute_rate"], wilson(record.damaged, record.parcels)
    if interval is not None and sure != "few" and record.damaged >= 2 and interval[0] > limit:
        return Proposal("black", "damage", values)
    if stands_out(record.damaged, record.parcels, average):
        return Proposal("watch", "damage", values)
    if record.lost >= 2 and record.lost > limit * record.parcels:
        return Proposal("watch", "lost", values)
    if sure == "solid" and not record.damaged and not record.lost:
        return Proposal("white", "good", values)
    return Proposal("trial", "few", values) if sure == "few" else None
