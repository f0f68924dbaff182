"""Rows that we propose, each once: for sellers and carriers that stand out, and for problems that can be prevented."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta

from kakosheet.core.records import known
from kakosheet.core.rules import Wanted, rows
from kakosheet.core.titles import fold
from kakosheet.policy.model import Policy
from kakosheet.sheets.casework.case import Case
from kakosheet.sheets.casework.names import Carrier, Seller
from kakosheet.sheets.casework.verdicts import CarrierRecord, SellerRecord
from kakosheet.sheets.words import Say

MOST = 5
"""Proposals about sellers, and about carriers, in one refresh: the worst first."""
MANY, SHARE = 3, 0.25
"""A kind of problem is worth a proposal from so many cases in a year, and from this share of all."""


@rows("improvements", reads=(Seller, SellerRecord, Carrier, CarrierRecord, Case))
def proposed(
    sellers: Sequence[Seller],
    of_sellers: Sequence[SellerRecord],
    carriers: Sequence[Carrier],
    of_carriers: Sequence[CarrierRecord],
    cases: Sequence[Case],
    *,
    policy: Policy,
    today: date,
    say: Say,
) -> Iterator[Wanted]:
    """New proposals by key: `seller:<name>`, `carrier:<name>`, `problem:<group>`. None about a seller or carrier of
    whom not all can be known."""
    for name, status in _worst(known(_seller, sellers, of_sellers)):
        yield _row(f"seller:{fold(name)}", say(f"improvements.seller_{status}", seller=name), "dispute_rate", name)
    for name, status in _worst(known(_carrier, carriers, of_carriers)):
        yield _row(f"carrier:{fold(name)}", say(f"improvements.carrier_{status}", carrier=name), "damage_rate", name)
    since = today - timedelta(days=policy.risk["days"]["penalty"])
    recent = [
        type_
        for at, type_ in known(lambda case: (case.opened_on, case.type), cases)
        if at is not None and at.date() > since
    ]
    groups = policy.risk["types"]
    for group, metric, kinds in (
        ("damage", "damage_rate", groups["damage"]),
        ("late", "late_rate", (*groups["late"], *groups["lost"])),
    ):
        count = sum(type_ in kinds for type_ in recent)
        if count >= MANY and count >= SHARE * len(recent):
            yield _row(f"problem:{group}", say(f"improvements.problem_{group}"), metric, None)


Standout = tuple[float, str, str]
"""The trouble to expect (the more, the less), a name, and what is proposed."""


def _seller(seller: Seller, found: SellerRecord) -> Standout | None:
    return _standout(seller.seller, seller.list_status, found.proposed, lambda: (found.dispute_rate, found.orders))


def _carrier(carrier: Carrier, found: CarrierRecord) -> Standout | None:
    return _standout(carrier.carrier, carrier.list_status, found.proposed, lambda: (found.damage_rate, found.parcels))


def _standout(
    name: str | None, status: str | None, proposal: str | None, trouble: Callable[[], tuple[float | None, int | None]]
) -> Standout | None:
    """Whom watch or black is proposed for, where the user has not decided."""
    if name is None or status is not None or proposal not in ("watch", "black"):
        return None
    rate, count = trouble()
    return -(rate or 0) * (count or 0), name, proposal


def _worst(found: Iterable[Standout | None]) -> list[tuple[str, str]]:
    """Names with what is proposed for them; the most expected trouble first."""
    return [(name, proposal) for _, name, proposal in sorted(one for one in found if one is not None)[:MOST]]


def _row(key: str, what: str, metric: str, linked_to: str | None) -> Wanted:
    return Wanted(key, {"what": what, "kind": "proposal", "metric": metric, "linked_to": linked_to})
