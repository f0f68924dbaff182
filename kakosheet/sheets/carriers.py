"""Carriers: one row is one logistics company; those named in purchases and sales are added by themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from kakosheet.core.rules import Wanted, rows, table_rule
from kakosheet.core.schema import Column, Kind, Owner, SheetKind, SheetSchema, TableSchema
from kakosheet.core.titles import fold
from kakosheet.policy.model import Policy
from kakosheet.policy.score import Parcels, carrier_proposal, shrunk
from kakosheet.policy.stats import share, wilson
from kakosheet.sheets.blocks import block
from kakosheet.sheets.cases import index_of, unlisted
from kakosheet.sheets.words import told_values

_COLUMNS = block(
    "core",
    Column("carrier", "Carrier", required=True, help="The logistics company, for example DHL.", width=22),
    Column(
        "list_status",
        "List status",
        Kind.CHOICE,
        choices="list_status",
        style="list_status",
        help="Your decision: White, Watch, Black or Trial. Lines sent with a blacklisted carrier are flagged.",
    ),
    Column(
        "proposed",
        "Proposed",
        Kind.CHOICE,
        owner=Owner.TOOL,
        choices="list_status",
        style="list_status",
        help="What the record of this carrier suggests. Copy it to List status if you agree.",
    ),
    Column(
        "because",
        "Because",
        owner=Owner.TOOL,
        help="Why we propose it, for example: 5 of 20 parcels damaged; 1 would be usual.",
        width=44,
    ),
    Column(
        "parcels",
        "Parcels",
        Kind.INTEGER,
        owner=Owner.TOOL,
        help="Lines of Purchase Checklist and Sales & Dispatch that it carried.",
    ),
    Column(
        "damage_rate",
        "Damage rate",
        Kind.PERCENT,
        owner=Owner.TOOL,
        help="Damaged parcels, drawn towards the average of all carriers while parcels are few.",
    ),
    Column(
        "rate_low",
        "between",
        Kind.PERCENT,
        owner=Owner.TOOL,
        help="Judged by its own parcels alone, the true rate most likely lies between this and the next number (Wilson, 95 %).",
    ),
    Column(
        "rate_high",
        "and",
        Kind.PERCENT,
        owner=Owner.TOOL,
        help="Upper end of the range in which the true rate most likely lies.",
    ),
    Column(
        "late_rate",
        "Late rate",
        Kind.PERCENT,
        owner=Owner.TOOL,
        help="Share of the parcels with a promised day that came after it.",
    ),
    Column("lost", "Lost", Kind.INTEGER, owner=Owner.TOOL, help="Parcels that never arrived."),
    Column("tracked", "Tracked", Kind.YESNO, help="Yes if every parcel can be followed."),
    Column("insured", "Insured", Kind.YESNO, help="Yes if parcels are insured."),
    Column("notes", "Notes", width=40, help="Anything you want to remember, for example: slow in December."),
    collapsed=False,
)

SHEET = SheetSchema(
    key="carriers",
    title="Carriers",
    kind=SheetKind.REGISTER,
    tab="prevention",
    frozen="carrier",
    intro="How parcels arrived. You decide which carrier is on which list.",
    tables=(TableSchema(key="carriers", sheet="carriers", columns=_COLUMNS, key_column="carrier", row_key="carrier"),),
)

PURCHASES = tuple(f"purchases.{key}" for key in ("id", "carrier", "bought_on", "delivery_days", "shipped", "received"))
SALES = tuple(f"sales.{key}" for key in ("id", "carrier", "shipped", "delivered"))
DISPUTES = ("disputes.order", "disputes.type", "disputes.root_cause")


@rows("carriers", reads=("purchases.carrier", "sales.carrier", "carriers.carrier@read"))
def named(bought: Sequence[str | None], sold: Sequence[str | None], listed: Sequence[str | None]) -> Iterator[Wanted]:
    """A row for every carrier that purchases or sales name."""
    for name in unlisted([*bought, *sold], index_of(listed)):
        yield Wanted(name, {"carrier": name})


@table_rule(
    *(
        f"carriers.{key}"
        for key in ("proposed", "because", "parcels", "damage_rate", "rate_low", "rate_high", "late_rate", "lost")
    ),
    reads=("carriers.carrier", *PURCHASES, *SALES, *DISPUTES),
)
def scores(
    names: Sequence[str | None], *columns: Sequence[Any], policy: Policy, today: date, say: Callable[..., str]
) -> list[list[Any]]:
    """All figures of all carriers. Parcels are lines that were shipped or received."""
    index, records = index_of(names), [Parcels() for _ in names]
    carried: dict[str, int] = {}
    _bought(index, records, carried, columns[: len(PURCHASES)], today)
    _sold(index, records, carried, columns[len(PURCHASES) : -len(DISPUTES)])
    _count(records, carried, columns[-len(DISPUTES) :], policy)
    average = share(sum(r.damaged for r in records), sum(r.parcels for r in records))
    result = [figures(record, average, policy, say) for record in records]
    return [list(column) for column in zip(*result, strict=True)] if result else [[] for _ in range(8)]


def _bought(
    index: dict[str, int],
    records: list[Parcels],
    carried: dict[str, int],
    columns: Sequence[Sequence[Any]],
    today: date,
) -> None:
    for row, carrier, bought_on, days, shipped, received in zip(*columns, strict=True):
        at = index.get(fold(carrier)) if carrier is not None and (shipped or received) else None
        if at is None:
            continue
        record = records[at]
        record.parcels += 1
        if row is not None:
            carried[fold(row)] = at
        if bought_on is not None and days is not None and days < 3650:
            due = bought_on + timedelta(days=days)
            if received is not None or due < today:
                record.timed += 1
                record.late += received is None or received > due


def _sold(
    index: dict[str, int], records: list[Parcels], carried: dict[str, int], columns: Sequence[Sequence[Any]]
) -> None:
    for row, carrier, shipped, delivered in zip(*columns, strict=True):
        at = index.get(fold(carrier)) if carrier is not None and (shipped or delivered) else None
        if at is not None:
            records[at].parcels += 1
            if row is not None:
                carried[fold(row)] = at


def _count(records: list[Parcels], carried: dict[str, int], columns: Sequence[Sequence[Any]], policy: Policy) -> None:
    """Damage and loss by the cases about what a carrier brought, unless seller or buyer was found to be the cause."""
    words = policy.risk
    others = {*words["root_causes"]["seller"], *words["root_causes"]["personal"]}
    seen: set[tuple[str, str]] = set()
    for order, type_, cause in zip(*columns, strict=True):
        key = fold(order) if order is not None else ""
        at = carried.get(key)
        kind = "damaged" if type_ in words["types"]["damage"] else "lost" if type_ in words["types"]["lost"] else ""
        if at is None or not kind or cause in others or (key, kind) in seen:
            continue
        seen.add((key, kind))
        records[at].damaged += kind == "damaged"
        records[at].lost += kind == "lost"


def figures(record: Parcels, average: float | None, policy: Policy, say: Callable[..., str]) -> tuple[Any, ...]:
    """The cells of one carrier, in the order of the rule."""
    proposed = carrier_proposal(record, average, policy)
    interval = wilson(record.damaged, record.parcels) or (None, None)
    because = proposed and say(f"carriers.because_{proposed.because}", **told_values(proposed.values, say))
    return (
        proposed and proposed.status,
        because,
        record.parcels,
        shrunk(record.damaged, record.parcels, average, policy.settings["shrink_orders"]),
        *interval,
        share(record.late, record.timed),
        record.lost,
    )
