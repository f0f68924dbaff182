"""What may become a dispute with a line that we sold, its region, and its case."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from kakosheet.core.records import Record, far
from kakosheet.core.rules import Fault, check, rule, table_rule
from kakosheet.policy.model import Policy
from kakosheet.policy.places import region as region_of
from kakosheet.sheets import faults
from kakosheet.sheets.casework.case import Case
from kakosheet.sheets.casework.links import links
from kakosheet.sheets.casework.orders import Sale
from kakosheet.sheets.sales.dispatch import is_under_declared, shortened


class SaleCarrier(Record, of="sales"):
    """Cells of the line's carrier."""

    list_status: str | None = far("carrier -> carriers.list_status")
    tracked: bool | None = far("carrier -> carriers.tracked")


Named = Iterator[tuple[str, dict[str, Any]]]
"""Risks: the name of the sentence, and its values."""


@rule("sales.region", reads=("sales.destination",))
def region(destination: str | None, *, policy: Policy) -> str | None:
    """The part of the world of the destination; None if it is not known."""
    return region_of(policy, destination)


@rule("sales.risks", reads=(Sale, SaleCarrier))
def risks(sale: Sale, carrier: SaleCarrier, *, policy: Policy, today: date, say: Callable[..., str]) -> str | None:
    """The risks of a line in words, the gravest first; what does not fit is counted."""
    if sale.item is None:
        return None
    found = (*_declared(sale, policy), *_on_the_way(sale, carrier, policy, today))
    return shortened([say(f"sales.risk_{name}", **known) for name, known in found], say)


def _declared(sale: Sale, policy: Policy) -> Named:
    """False declarations: customs may fine or hold the parcel."""
    if is_under_declared(sale) and not _agreed_in_time(sale):
        yield ("under_declared_to", {"destination": sale.destination}) if sale.destination else ("under_declared", {})
    if sale.declared_quantity is not None and sale.quantity is not None and sale.declared_quantity != sale.quantity:
        yield "declared_quantity", {"declared": sale.declared_quantity, "quantity": sale.quantity}
    declared, gross = sale.declared_weight, sale.gross_weight
    if declared is not None and gross and abs(declared - gross) > policy.settings["weight_tolerance"] * gross + 1e-9:
        yield "declared_weight", {"declared": f"{declared:g}", "gross": f"{gross:g}"}


def _agreed_in_time(sale: Sale) -> bool:
    """Whether the buyer agreed to a lower value before it left."""
    consent = sale.consent_to_lower_value
    return consent is not None and (sale.shipped is None or consent <= sale.shipped)


def _on_the_way(sale: Sale, carrier: SaleCarrier, policy: Policy, today: date) -> Named:
    if sale.delivered is not None:
        return
    if carrier.list_status == "black":
        yield "carrier_black", {"carrier": sale.carrier}
    if sale.shipped is None:
        return
    trouble = sale.exception not in (None, "solved")
    if trouble and sale.carrier_cause is None:
        yield "ask_carrier", {}
    moved = max(sale.shipped, sale.last_movement or sale.shipped)
    still = today - moved >= timedelta(days=policy.settings["stall_days"])
    if still:
        yield "no_movement", {"date": moved.isoformat()}
    if (trouble or still) and (sale.told_the_buyer_on is None or sale.told_the_buyer_on < moved):
        yield "tell_buyer", {}
    if sale.tracking is None or carrier.tracked is False:
        yield "untracked", {}


@table_rule("sales.dispute", reads=(Sale, Case))
def dispute(sales: Sequence[Sale], cases: Sequence[Case]) -> list[Any]:
    """The case about each line."""
    return links(sales, cases)


ORDER = (
    ("sold_on", "shipped"),
    ("sold_on", "delivered"),
    ("shipped", "delivered"),
    ("shipped", "last_movement"),
    ("sold_on", "noticed_on"),
)
"""Pairs of dates of which the first cannot be later than the second."""


@check("sales", reads=(Sale,))
def contradictions(sale: Sale, *, say: Callable[..., str]) -> Iterator[Fault]:
    """Dates that contradict each other (one fault for each later column), and a parcel that weighs less than its
    content."""
    for found in faults.contradictions(sale, ORDER):
        sentence, first, second = f"sales.fault_{found.first}_{found.second}", found.before, found.after
        told = say(sentence, first=first.isoformat(), second=second.isoformat())
        yield Fault(found.second, "K312", told, say("sales.cure_dates"))
    yield from faults.if_known(_too_light, sale, say)


def _too_light(sale: Sale, say: Callable[..., str]) -> Fault | None:
    net, gross = sale.net_weight, sale.gross_weight
    if net is None or gross is None or gross >= net:
        return None
    told = say("sales.fault_weight", gross=f"{gross:g}", net=f"{net:g}")
    return Fault("gross_weight", "K309", told, say("sales.cure_weight"))
