"""Carriers: one row is one logistics company; those named in purchases and sales are added by themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

from kakosheet.core.records import Record, attempt, cell, known, spread
from kakosheet.core.rules import Wanted, rows, table_rule
from kakosheet.core.schema import Column, Kind, Owner, SheetKind, SheetSchema, TableSchema
from kakosheet.core.titles import fold
from kakosheet.policy.model import Policy
from kakosheet.policy.score import Parcels, carrier_proposal, shrunk
from kakosheet.policy.stats import share, wilson
from kakosheet.sheets.blocks import block
from kakosheet.sheets.casework.case import Case, folded
from kakosheet.sheets.casework.names import Carrier, index_of, unlisted
from kakosheet.sheets.casework.orders import Purchase, Sale
from kakosheet.sheets.words import Say, told_values

Line = TypeVar("Line", bound=Purchase | Sale)

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


class ListedCarrier(Record, of="carriers"):
    """What a row of the register is called, as it was read."""

    carrier: str | None = cell("carrier@read")


@rows("carriers", reads=(Purchase, Sale, ListedCarrier))
def named(bought: Sequence[Purchase], sold: Sequence[Sale], listed: Sequence[ListedCarrier]) -> Iterator[Wanted]:
    """A row for every carrier that purchases or sales name."""
    names = known(lambda line: line.carrier, (*bought, *sold))
    for name in unlisted(names, listed, lambda row: row.carrier):
        yield Wanted(name, {"carrier": name})


@table_rule(
    *(
        f"carriers.{key}"
        for key in ("proposed", "because", "parcels", "damage_rate", "rate_low", "rate_high", "late_rate", "lost")
    ),
    reads=(Carrier, Purchase, Sale, Case),
)
def scores(
    carriers: Sequence[Carrier],
    bought: Sequence[Purchase],
    sold: Sequence[Sale],
    cases: Sequence[Case],
    *,
    policy: Policy,
    today: date,
    say: Say,
) -> list[list[Any]]:
    """All figures of all carriers. Parcels are lines that were shipped or received."""
    index, records = index_of(carriers, lambda carrier: carrier.carrier), [Parcels() for _ in carriers]
    received = [*_carried(index, bought, lambda line: line.shipped or line.received)]
    sent = [*_carried(index, sold, lambda line: line.shipped or line.delivered)]
    for at, _ in (*received, *sent):
        records[at].parcels += 1
    for at, late in filter(None, known(lambda parcel: _timed(parcel, today), received)):
        records[at].timed += 1
        records[at].late += late
    numbers = known(lambda parcel: (folded(parcel[1].id), parcel[0]), (*received, *sent))
    _count(records, {number: at for number, at in numbers if number is not None}, cases, policy)
    average = share(sum(r.damaged for r in records), sum(r.parcels for r in records))
    return spread(
        [
            attempt(_row, carrier, record, average, policy, say)
            for carrier, record in zip(carriers, records, strict=True)
        ],
        8,
    )


def _carried(
    index: dict[str, int], lines: Iterable[Line], on_its_way: Callable[[Line], date | None]
) -> Iterator[tuple[int, Line]]:
    """The lines that were shipped, each with the row of its carrier."""

    def placed(line: Line) -> tuple[int, Line] | None:
        at = index.get(fold(line.carrier)) if line.carrier is not None and on_its_way(line) else None
        return None if at is None else (at, line)

    return filter(None, known(placed, lines))


def _timed(parcel: tuple[int, Purchase], today: date) -> tuple[int, bool] | None:
    """The row of the carrier, and whether it came after its promised day; None where there is none, or it has not come
    yet."""
    at, line = parcel
    if line.bought_on is None or line.delivery_days is None or line.delivery_days >= 3650:
        return None
    due = line.bought_on + timedelta(days=line.delivery_days)
    if line.received is None:
        return (at, True) if due < today else None
    return at, line.received > due


def _count(records: list[Parcels], carried: dict[str, int], cases: Iterable[Case], policy: Policy) -> None:
    """Damage and loss by the cases about what a carrier brought, unless seller or buyer was found to be the cause."""
    words = policy.risk
    damage, lost = words["types"]["damage"], words["types"]["lost"]
    others = {*words["root_causes"]["seller"], *words["root_causes"]["personal"]}

    def blamed(case: Case) -> tuple[str, str] | None:
        """The order (folded id), and damaged or lost; of the cases about it that tell the same, one counts."""
        kind = "damaged" if case.type in damage else "lost" if case.type in lost else ""
        name = folded(case.order)
        return (name, kind) if name is not None and kind and name in carried and case.root_cause not in others else None

    for name, kind in {found for found in known(blamed, cases) if found is not None}:
        records[carried[name]].damaged += kind == "damaged"
        records[carried[name]].lost += kind == "lost"


def _row(carrier: Carrier, record: Parcels, average: float | None, policy: Policy, say: Say) -> tuple[Any, ...]:
    """The cells of a row; they cannot be known where the row cannot tell whose it is."""
    _ = carrier.carrier
    return figures(record, average, policy, say)


def figures(record: Parcels, average: float | None, policy: Policy, say: Say) -> tuple[Any, ...]:
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
