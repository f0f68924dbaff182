"""Alerts: every open date, the soonest first. A view of 200 slots; nobody types here, notes belong in Deadlines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from kakosheet.core.rules import rule, table_rule
from kakosheet.core.schema import Column, Kind, Owner, SheetKind, SheetSchema, TableSchema
from kakosheet.core.titles import fold
from kakosheet.policy.model import Policy
from kakosheet.sheets.evidence import expiry

_TOOL, _FORMULA = Owner.TOOL, Owner.FORMULA

SLOTS = 200
LATE, SOON, LATER = ("overdue", "defaulted"), ("due_today", "due_soon"), ("on_track",)
"""The states of open dates, in the three groups that the line above the list counts."""

STATE = (
    'IF([last_day]="","",IF([last_day]<_kako_today,IF([when_late]="",«state.overdue»,[when_late]),'
    "IF([last_day]=_kako_today,«state.due_today»,IF([last_day]-_kako_today<=_kako_due_soon_days,«state.due_soon»,«state.on_track»))))"
)
DAYS_LEFT = 'IF([last_day]="","",[last_day]-_kako_today)'


_EXPIRING = "COUNTIF([evidence.state],«evidence_state.expiring»)"


def _count(states: tuple[str, ...]) -> str:
    """The live count of dates in one of these states."""
    return "+".join(f"COUNTIF([deadlines.state],«state.{state}»)" for state in states)


COUNTS = (
    f"«alert_count.before_late»&({_count(LATE)})&«alert_count.late»&({_count(SOON)})&«alert_count.within»"
    f"&_kako_due_soon_days&IF(_kako_due_soon_days=1,«alert_count.day»,«alert_count.days»)&({_count(LATER)})&«alert_count.later»"
    f'&IF({_EXPIRING}=0,"",«alert_count.expiring»&{_EXPIRING})'
)

COUNT = TableSchema(
    key="alerts_count",
    sheet="alerts",
    slots=1,
    columns=(
        Column(
            "line",
            "In short",
            owner=_FORMULA,
            formula=COUNTS,
            help="How many dates are overdue, due soon and later, and how many pieces of evidence expire soon. Live.",
        ),
    ),
)

ALERTS = TableSchema(
    key="alerts",
    sheet="alerts",
    slots=SLOTS,
    notes="deadlines.note",
    columns=(
        Column(
            "state",
            "State",
            Kind.CHOICE,
            owner=_FORMULA,
            choices="state",
            formula=STATE,
            style="state",
            help="How urgent it is today. Live.",
        ),
        Column("due", "Due", Kind.DATETIME, owner=_TOOL, style="due", help="By when. A day is good until its end."),
        Column(
            "days_left",
            "Days left",
            Kind.DAYS,
            owner=_FORMULA,
            formula=DAYS_LEFT,
            style="days_left",
            help="Days until then. Live.",
        ),
        Column("what_to_do", "What to do", owner=_TOOL, help="The step. Write in Deadlines when it is done."),
        Column(
            "acts",
            "Who acts",
            Kind.CHOICE,
            owner=_TOOL,
            choices="actor",
            style="actor",
            help="You, or whom you wait for.",
        ),
        Column("dispute", "Dispute", Kind.LINK, owner=_TOOL, link_to="disputes", help="The case; follow the link."),
        Column("item_and_seller", "Item and seller", owner=_TOOL, help="What it is about, and with whom."),
        Column("at_stake", "At stake", Kind.MONEY, owner=_TOOL, help="The amount of the case."),
        Column("currency", "Cur.", Kind.CURRENCY, owner=_TOOL, help="The currency of that amount."),
        Column("if_nothing_happens", "If nothing happens", owner=_TOOL, help="What follows if the date is missed."),
        Column("last_day", "Last day", Kind.DATE, owner=_TOOL, hidden=True, help="The day of the last good moment."),
        Column(
            "when_late",
            "When late",
            Kind.CHOICE,
            owner=_TOOL,
            choices="state",
            hidden=True,
            help="The word for a missed date.",
        ),
    ),
)

SHEET = SheetSchema(
    key="alerts",
    title="Alerts",
    kind=SheetKind.VIEW,
    tab="start",
    tables=(COUNT, ALERTS),
    intro="Every open date, the soonest first. Write in Deadlines when it is done.",
)


def open_state(last_day: date | None, when_late: str | None, today: date, due_soon_days: int) -> str | None:
    """The state of an open date on a day: overdue (or the word given for it), due_today, due_soon or on_track."""
    if last_day is None:
        return None
    left = (last_day - today).days
    if left < 0:
        return when_late or "overdue"
    return "due_today" if left == 0 else "due_soon" if left <= due_soon_days else "on_track"


@rule("alerts.state", reads=("alerts.last_day", "alerts.when_late"))
def state(last_day: date | None, when_late: str | None, *, today: date, policy: Policy) -> str | None:
    """Twin of the live formula."""
    return open_state(last_day, when_late, today, policy.settings["due_soon_days"])


@rule("alerts.days_left", reads=("alerts.last_day",))
def days_left(last_day: date | None, *, today: date) -> int | None:
    """Twin of the live formula."""
    return None if last_day is None else (last_day - today).days


@table_rule("alerts_count.line", reads=("deadlines.state", "evidence.state"))
def count_line(states: list[str | None], pieces: list[str | None], *, policy: Policy, titles: Any) -> list[str]:
    """Twin of the live line: all dates of Deadlines, also those beyond the last slot."""
    found = Counter(states)
    late, soon, later = (sum(found[state] for state in group) for group in (LATE, SOON, LATER))
    words = {
        key: titles.choice("alert_count", key)
        for key in ("before_late", "late", "within", "day", "days", "later", "expiring")
    }
    days, expiring = policy.settings["due_soon_days"], pieces.count("expiring")
    return [
        f"{words['before_late']}{late}{words['late']}{soon}{words['within']}{days}{words['day' if days == 1 else 'days']}"
        f"{later}{words['later']}{words['expiring'] + str(expiring) if expiring else ''}"
    ]


def last_good_day(agreed: datetime | date | None, last_day: date | None) -> date | None:
    """The day by which it must be done: what was agreed wins over what was computed."""
    if agreed is None:
        return last_day
    return agreed.date() if isinstance(agreed, datetime) else agreed


def by_urgency(columns: tuple[list[Any], ...], policy: Policy) -> list[tuple[Any, ...]]:
    """The open dates in the order of the view: day, time of day, then the larger sum, then as they stand in
    Deadlines."""
    rows = []
    for at, (kind, agreed, last_day, due, *rest, amount, currency) in enumerate(zip(*columns, strict=True)):
        day = last_good_day(agreed, last_day)
        if kind is None or kind not in (*LATE, *SOON, *LATER) or day is None:
            continue
        moment = agreed if agreed is not None else due
        clock = moment.time() if isinstance(moment, datetime) and moment.date() == day else time.max
        rows.append((day, clock, -(policy.to_base(amount, currency) or 0), at, moment or day, *rest, amount, currency))
    return sorted(rows, key=lambda row: row[:4])


def _expiring(
    proof: tuple[list[Any], ...], own: tuple[list[Any], ...], policy: Policy, say: Any, titles: Any
) -> Iterator[tuple[Any, ...]]:
    """Evidence that expires soon, as rows of by_urgency; what a case is about stands beside its dates."""
    cases = {fold(row[6]): row for row in zip(*own, strict=True) if row[6] is not None}
    for at, one in enumerate(expiry.expiries(proof, titles)):
        known = cases.get(fold(one.dispute or ""), (None,) * len(own))
        item, amount, currency = known[7], known[10], known[11]
        yield (
            one.day,
            time.max,
            -(policy.to_base(amount, currency) or 0),
            len(own[0]) + at,
            one.day,
            one.text(say),
            "we",
            one.dispute,
            item,
            say("evidence.too_late"),
            None,
            amount,
            currency,
        )


@table_rule(
    *(
        f"alerts.{key}"
        for key in (
            "due",
            "what_to_do",
            "acts",
            "dispute",
            "item_and_seller",
            "at_stake",
            "currency",
            "if_nothing_happens",
            "last_day",
            "when_late",
        )
    ),
    reads=(
        "deadlines.state",
        "deadlines.agreed_date",
        "deadlines.last_day",
        "deadlines.due",
        "deadlines.what_to_do",
        "deadlines.acts",
        "deadlines.dispute",
        "deadlines.item_and_seller",
        "deadlines.if_nothing_happens",
        "deadlines.when_late",
        "deadlines.dispute -> disputes.amount",
        "deadlines.dispute -> disputes.currency",
        *expiry.READS,
    ),
)
def soonest(*columns: list[Any], policy: Policy, say: Any, titles: Any) -> tuple[list[Any], ...]:
    """The open dates, and evidence that expires soon, by urgency. What does not fit is counted in the last slot; the
    first one says so if there are none."""
    own, proof = columns[: -len(expiry.READS)], columns[-len(expiry.READS) :]
    rows = sorted([*by_urgency(own, policy), *_expiring(proof, own, policy, say, titles)], key=lambda row: row[:4])
    kept = rows if len(rows) <= SLOTS else rows[: SLOTS - 1]
    lines: list[tuple[Any, ...]] = []
    for day, _, _, _, due, what, acts, dispute, item, silence, late, amount, currency in kept:
        lines.append(
            (due, what, acts, dispute, item, amount, currency if amount is not None else None, silence, day, late)
        )
    if len(kept) < len(rows):
        lines.append((None, say("alerts.more", count=len(rows) - len(kept)), *(None,) * 8))
    if not lines:
        lines.append((None, say("alerts.nothing"), *(None,) * 8))
    return tuple(list(column) for column in zip(*lines, strict=True))
