"""A due moment in the zone of the other side: of the platform whose clock it is, else of the country of the seller or
customer."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from kakosheet.core.records import Record, far, via
from kakosheet.core.rules import rule
from kakosheet.policy.model import Policy
from kakosheet.policy.places import zone, zone_in
from kakosheet.sheets.casework.case import Case
from kakosheet.sheets.casework.nodes import Node
from kakosheet.sheets.casework.verdicts import NodeDate
from kakosheet.sheets.deadlines.source import spec_of


class Whereabouts(Record, of="disputes"):
    """Where the other side of a case is."""

    seller: str | None = far("seller -> sellers.country")
    customer: str | None = far("customer -> customers.country")
    destination: str | None = far("order -> sales.destination")


@rule(
    "deadlines.due_there", reads=(Node, NodeDate, via("deadlines.dispute", Case), via("deadlines.dispute", Whereabouts))
)
def due_there(
    node: Node, found: NodeDate, case: Case | None, where: Whereabouts | None, *, policy: Policy
) -> str | None:
    """ "2026-11-23 07:00 (Asia/Shanghai)": when a running date ends there; empty where that zone is not known or its
    clocks show the same.

    A day ends there when it ends here."""
    if case is None or where is None or found.due is None or found.last_day is None or not _runs(node, found):
        return None
    ours = found.clock != "platform" and found.acts != "platform"
    name = (None if ours else _platforms(found.node, case, policy)) or _partys(node, found, case, where, policy)
    return None if name is None else _shown(found.due, found.last_day, ZoneInfo(policy.settings["zone"]), name)


def _runs(node: Node, found: NodeDate) -> bool:
    waits = found.phase in ("waiting", "paused") and node.agreed_date is not None
    return node.done_on is None and node.waived is None and (found.phase is None or waits)


def _shown(due: datetime, last_day: date, here: tzinfo, name: str) -> str | None:
    """The moment at which it is over, in that zone; None if its clocks show the same then, or there is no such
    moment."""
    whole = due.time() == time() and due.date() == last_day
    try:
        end = datetime.combine(last_day + timedelta(1), time()) if whole else due
        there = end.replace(tzinfo=here).astimezone(ZoneInfo(name))
    except OverflowError:
        return None
    return None if there.replace(tzinfo=None) == end else f"{there:%Y-%m-%d %H:%M} ({name})"


def _platforms(node: str | None, case: Case, policy: Policy) -> str | None:
    """The zone that the platform's rule names, or that of its calendar."""
    spec = spec_of(node, case, policy)
    return None if spec is None else spec.zone or zone_in(policy.lexicons.get("zones", {}), spec.calendar)


def _partys(node: Node, found: NodeDate, case: Case, where: Whereabouts, policy: Policy) -> str | None:
    """The zone of whom we deal with: where they act, or agreed on the day, or we promised it to a customer; what a
    buyer's side sets itself is nobody else's. A carrier and a platform have none that is written down."""
    to_ourselves = (
        found.clock == "ours" and found.acts == "we" and node.agreed_date is None and case.our_role != "seller"
    )
    if to_ourselves or found.acts not in ("we", "seller", "buyer"):
        return None
    if case.our_role == "seller":
        return zone(policy, where.customer) or zone(policy, where.destination)
    return zone(policy, where.seller)
