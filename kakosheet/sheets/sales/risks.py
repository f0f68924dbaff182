"""What may become a dispute with a line that we sold, its region, and its case."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from kakosheet.core.rules import Fault, check, rule, table_rule
from kakosheet.policy.model import Policy
from kakosheet.policy.places import region as region_of
from kakosheet.sheets.cases import case_of, links
from kakosheet.sheets.sales.dispatch import columns, shortened, under_declared

READS = (
    "item",
    "price",
    "quantity",
    "destination",
    "declared_value",
    "declared_quantity",
    "declared_weight",
    "gross_weight",
    "consent_to_lower_value",
    "carrier",
    "tracking",
    "shipped",
    "last_movement",
    "exception",
    "carrier_cause",
    "told_the_buyer_on",
    "delivered",
)
CARRIER = ("sales.carrier -> carriers.list_status", "sales.carrier -> carriers.tracked")


@rule("sales.region", reads=columns("destination"))
def region(destination: str | None, *, policy: Policy) -> str | None:
    """The part of the world of the destination; None if it is not known."""
    return region_of(policy, destination)


@rule("sales.risks", reads=(*columns(*READS), *CARRIER))
def risks(*values: Any, policy: Policy, today: date, say: Callable[..., str]) -> str | None:
    """The risks of a line in words, the gravest first; what does not fit is counted."""
    row = dict(zip((*READS, "list_status", "tracked"), values, strict=True))
    if row["item"] is None:
        return None
    found = (*_declared(row, policy), *_on_the_way(row, policy, today))
    return shortened([say(f"sales.risk_{name}", **known) for name, known in found], say)


def _declared(row: dict[str, Any], policy: Policy) -> Iterator[tuple[str, dict[str, Any]]]:
    """False declarations: customs may fine or hold the parcel."""
    consent, shipped = row["consent_to_lower_value"], row["shipped"]
    if under_declared(row["declared_value"], row["price"]) and (
        consent is None or (shipped is not None and consent > shipped)
    ):
        yield (
            ("under_declared_to", {"destination": row["destination"]}) if row["destination"] else ("under_declared", {})
        )
    if (
        row["declared_quantity"] is not None
        and row["quantity"] is not None
        and row["declared_quantity"] != row["quantity"]
    ):
        yield "declared_quantity", {"declared": row["declared_quantity"], "quantity": row["quantity"]}
    declared, gross = row["declared_weight"], row["gross_weight"]
    if declared is not None and gross and abs(declared - gross) > policy.settings["weight_tolerance"] * gross + 1e-9:
        yield "declared_weight", {"declared": f"{declared:g}", "gross": f"{gross:g}"}


def _on_the_way(row: dict[str, Any], policy: Policy, today: date) -> Iterator[tuple[str, dict[str, Any]]]:
    if row["list_status"] == "black" and not row["delivered"]:
        yield "carrier_black", {"carrier": row["carrier"]}
    if row["shipped"] is None or row["delivered"] is not None:
        return
    trouble = row["exception"] not in (None, "solved")
    if trouble and row["carrier_cause"] is None:
        yield "ask_carrier", {}
    moved = max(row["shipped"], row["last_movement"] or row["shipped"])
    still = today - moved >= timedelta(days=policy.settings["stall_days"])
    if still:
        yield "no_movement", {"date": moved.isoformat()}
    if (trouble or still) and (row["told_the_buyer_on"] is None or row["told_the_buyer_on"] < moved):
        yield "tell_buyer", {}
    if row["tracking"] is None or row["tracked"] is False:
        yield "untracked", {}


@table_rule(
    "sales.dispute",
    reads=("sales.id", "disputes.order", "disputes.dispute_id", "disputes.opened_on", "disputes.closed_on"),
)
def dispute(
    ids: Sequence[str | None],
    orders: Sequence[str | None],
    cases: Sequence[str | None],
    opened: Sequence[datetime | None],
    closed: Sequence[date | None],
) -> list[str | None]:
    """The case about each line."""
    return links(ids, case_of(orders, cases, opened, closed))


ORDER = (
    ("sold_on", "shipped"),
    ("sold_on", "delivered"),
    ("shipped", "delivered"),
    ("shipped", "last_movement"),
    ("sold_on", "noticed_on"),
)
"""Pairs of dates of which the first cannot be later than the second."""


@check(
    "sales",
    reads=columns("sold_on", "shipped", "last_movement", "delivered", "noticed_on", "net_weight", "gross_weight"),
)
def contradictions(
    sold_on: date | None,
    shipped: date | None,
    last_movement: date | None,
    delivered: date | None,
    noticed_on: date | None,
    net: float | None,
    gross: float | None,
    *,
    say: Callable[..., str],
) -> Iterator[Fault]:
    """Dates that contradict each other (one fault for each later column), and a parcel that weighs less than its
    content."""
    found = {
        "sold_on": sold_on,
        "shipped": shipped,
        "last_movement": last_movement,
        "delivered": delivered,
        "noticed_on": noticed_on,
    }
    told = set()
    for first, second in ORDER:
        before, after = found[first], found[second]
        if before is not None and after is not None and after < before and second not in told:
            told.add(second)
            yield Fault(
                second,
                "K312",
                say(f"sales.fault_{first}_{second}", first=before.isoformat(), second=after.isoformat()),
                say("sales.cure_dates"),
            )
    if net is not None and gross is not None and gross < net:
        yield Fault(
            "gross_weight",
            "K309",
            say("sales.fault_weight", gross=f"{gross:g}", net=f"{net:g}"),
            say("sales.cure_weight"),
        )
