"""A due moment in the zone of the other side: of the platform whose clock it is, else of the country of the seller or
customer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from kakosheet.core.rules import table_rule
from kakosheet.core.titles import fold
from kakosheet.policy.model import Policy
from kakosheet.policy.places import zone, zone_in
from kakosheet.sheets.casework.nodes import possible_specs

_DATES = (
    "deadlines.dispute",
    "deadlines.node",
    "deadlines.due",
    "deadlines.last_day",
    "deadlines.phase",
    "deadlines.agreed_date",
    "deadlines.done_on",
    "deadlines.waived",
    "deadlines.clock",
    "deadlines.acts",
)
_CASES = (
    "disputes.dispute_id",
    "disputes.type",
    "disputes.platform",
    "disputes.our_role",
    "disputes.grade",
    "disputes.opened_on",
    "disputes.seller -> sellers.country",
    "disputes.customer -> customers.country",
    "disputes.order -> sales.destination",
)


@table_rule("deadlines.due_there", reads=(*_DATES, *_CASES))
def due_there(*columns: list[Any], policy: Policy) -> list[str | None]:
    """ "2026-11-23 07:00 (Asia/Shanghai)": when a running date ends there; empty where that zone is not known or its
    clocks show the same.

    A day ends there when it ends here."""
    here = ZoneInfo(policy.settings["zone"])
    cases = {
        fold(row[0]): row[1:] for row in reversed(list(zip(*columns[len(_DATES) :], strict=True))) if row[0] is not None
    }
    return list(_each(columns[: len(_DATES)], cases, here, policy))


def _each(
    dates: Sequence[list[Any]], cases: dict[str, tuple[Any, ...]], here: tzinfo, policy: Policy
) -> Iterator[str | None]:
    for dispute, node, due, last_day, phase, agreed, done_on, waived, clock, acts in zip(*dates, strict=True):
        case = cases.get(fold(dispute or ""))
        runs = (
            done_on is None
            and waived is None
            and (phase is None or (agreed is not None and phase in ("waiting", "paused")))
        )
        if case is None or due is None or last_day is None or not runs:
            yield None
            continue
        name = (_platforms(node, case, policy) if clock == "platform" or acts == "platform" else None) or _partys(
            clock, acts, agreed, case, policy
        )
        yield None if name is None else _shown(due, last_day, here, name)


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


def _platforms(node: str | None, case: tuple[Any, ...], policy: Policy) -> str | None:
    """The zone that the platform's rule names, or that of its calendar."""
    type_, platform, role, grade, opened_on = case[:5]
    if opened_on is None:
        return None
    specs = possible_specs(policy, type_, platform, role or "buyer", grade, opened_on.date())
    spec = next((spec for spec in specs if spec.key == node), None)
    return None if spec is None else spec.zone or zone_in(policy.lexicons.get("zones", {}), spec.calendar)


def _partys(
    clock: str | None, acts: str | None, agreed: datetime | None, case: tuple[Any, ...], policy: Policy
) -> str | None:
    """The zone of whom we deal with: where they act, or agreed on the day, or we promised it to a customer; what a
    buyer's side sets itself is nobody else's. A carrier and a platform have none that is written down."""
    role, sellers, customers, destination = case[2], *case[5:]
    to_ourselves = clock == "ours" and acts == "we" and agreed is None and role != "seller"
    if to_ourselves or acts not in ("we", "seller", "buyer"):
        return None
    return zone(policy, customers) or zone(policy, destination) if role == "seller" else zone(policy, sellers)
