"""Alerts: every open date, what cannot be undone first. A view of 200 slots; nobody types here, notes belong in Deadlines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time
from functools import partial
from typing import Any, NamedTuple, TypeVar

from kakosheet.core.mending import Mend
from kakosheet.core.records import CannotKnow, Record, attempt, far, groups, known, or_blank, spread
from kakosheet.core.rules import rule, table_rule
from kakosheet.core.schema import Column, Kind, Owner, SheetKind, SheetSchema, TableSchema
from kakosheet.core.titles import Titles, fold
from kakosheet.policy.model import Policy
from kakosheet.sheets.alerts.undated import READS as UNDATED_READS
from kakosheet.sheets.alerts.undated import Inputs, undated
from kakosheet.sheets.casework.case import Case, Offer, folded
from kakosheet.sheets.casework.news import Word
from kakosheet.sheets.casework.nodes import Node, last_good_day
from kakosheet.sheets.casework.orders import Purchase, Sale
from kakosheet.sheets.casework.pieces import Piece
from kakosheet.sheets.casework.urgency import rank, rank_of
from kakosheet.sheets.casework.verdicts import (
    Accepted,
    CaseDates,
    CaseDue,
    NodeDate,
    NodeState,
    PieceState,
    PurchaseRisk,
    ReturnWindow,
)
from kakosheet.sheets.evidence import expiry
from kakosheet.sheets.words import Say

T = TypeVar("T")

_TOOL, _FORMULA = Owner.TOOL, Owner.FORMULA

SLOTS = 200
LATE, SOON, LATER = ("overdue", "defaulted"), ("due_today", "due_soon"), ("on_track",)
_RUNNING = frozenset((*LATE, *SOON, *LATER))
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
    intro="Every open date, what cannot be undone first. Write in Deadlines when it is done.",
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


@table_rule("alerts_count.line", reads=(NodeState, PieceState))
def count_line(
    states: Sequence[NodeState], pieces: Sequence[PieceState], *, policy: Policy, titles: Titles
) -> list[str]:
    """Twin of the live line: all dates of Deadlines, also those beyond the last slot."""
    found = Counter(known(lambda node: node.state, states))
    late, soon, later = (sum(found[state] for state in group) for group in (LATE, SOON, LATER))
    words = {
        key: titles.choice("alert_count", key) or ""
        for key in ("before_late", "late", "within", "day", "days", "later", "expiring")
    }
    days, expiring = policy.settings["due_soon_days"], sum(known(lambda piece: piece.state == "expiring", pieces))
    return [
        f"{words['before_late']}{late}{words['late']}{soon}{words['within']}{days}{words['day' if days == 1 else 'days']}"
        f"{later}{words['later']}{words['expiring'] + str(expiring) if expiring else ''}"
    ]


class About(Record, of="deadlines"):
    """What a date is about."""

    item_and_seller: str | None
    amount: float | None = far("dispute -> disputes.amount")
    currency: str | None = far("dispute -> disputes.currency")


class AlertLine(NamedTuple):
    """One line of the view, in the order of its computed columns."""

    due: date | None
    what_to_do: str
    acts: str | None = None
    dispute: str | None = None
    item_and_seller: str | None = None
    at_stake: float | None = None
    currency: str | None = None
    if_nothing_happens: str | None = None
    last_day: date | None = None
    when_late: str | None = None


Placed = tuple[tuple[int, date, time, float, int], AlertLine]
"""A line and its place: how pressing it is, day, time of day, then the larger sum, then as they stand in Deadlines."""


def _amount(about: About) -> float | None:
    return about.amount


def _currency(about: About) -> str | None:
    return about.currency


def _item_and_seller(about: About) -> str | None:
    return about.item_and_seller


def _words(node: Node, say: Say, mend: Mend) -> str:
    """What is to be done; where nobody can read it, what is to be mended."""
    found = attempt(lambda: node.what_to_do)
    return say("mend.why", what=mend(found.cells)) if isinstance(found, CannotKnow) else found or ""


def _open_date(
    policy: Policy,
    today: date,
    words: Callable[[Node], str],
    at: int,
    node: Node,
    found: NodeDate,
    state: NodeState,
    about: About,
) -> Placed | None:
    """An open date with its place; None for any other."""
    day = last_good_day(node, found) if state.state in _RUNNING else None
    if day is None:
        return None
    moment = found.due or node.agreed_date
    clock = moment.time() if isinstance(moment, datetime) and moment.date() == day else time.max
    amount, currency = or_blank(_amount, about), or_blank(_currency, about)
    line = AlertLine(
        moment or day,
        words(node),
        found.acts,
        or_blank(lambda: node.dispute),
        or_blank(_item_and_seller, about),
        amount,
        currency if amount is not None else None,
        or_blank(lambda: found.if_nothing_happens),
        day,
        found.when_late,
    )
    pressing = rank_of(node, found, today, policy.settings["due_soon_days"])
    return (pressing, day, clock, -(policy.to_base(amount, currency) or 0), at), line


def _expiring(
    found: Iterable[expiry.Expiry],
    nodes: Sequence[Node],
    abouts: Sequence[About],
    today: date,
    policy: Policy,
    say: Say,
) -> Iterator[Placed]:
    """Evidence that expires soon; what a case is about stands beside its dates."""
    expiring = list(found)
    if not expiring:
        return
    cases = {
        name: same[-1][1]
        for name, same in groups(zip(nodes, abouts, strict=True), lambda pair: folded(pair[0].dispute)).items()
    }
    for at, one in enumerate(expiring):
        about = cases.get(fold(one.dispute or ""), About.blank())
        amount, currency = or_blank(_amount, about), or_blank(_currency, about)
        line = AlertLine(
            one.day,
            one.text(say),
            "we",
            one.dispute,
            or_blank(_item_and_seller, about),
            amount,
            currency if amount is not None else None,
            say("evidence.too_late"),
            one.day,
        )
        pressing = rank(one.day, "we", "platform", None, today, policy.settings["due_soon_days"])
        yield (pressing, one.day, time.max, -(policy.to_base(amount, currency) or 0), len(nodes) + at), line


@table_rule(
    *(f"alerts.{key}" for key in AlertLine._fields),
    reads=(*UNDATED_READS, About, Accepted),
)
def soonest(
    nodes: Sequence[Node],
    dates: Sequence[NodeDate],
    states: Sequence[NodeState],
    pieces: Sequence[Piece],
    piece_states: Sequence[PieceState],
    offers: Sequence[Offer],
    log: Sequence[Word],
    bought: Sequence[Purchase],
    risks: Sequence[PurchaseRisk],
    windows: Sequence[ReturnWindow],
    sold: Sequence[Sale],
    cases: Sequence[Case],
    case_dates: Sequence[CaseDates],
    dues: Sequence[CaseDue],
    abouts: Sequence[About],
    accepted: Sequence[Accepted],
    *,
    today: date,
    policy: Policy,
    say: Say,
    titles: Titles,
    mend: Mend,
) -> list[list[Any]]:
    """What cannot be dated, then the open dates and evidence that expires soon, what cannot be undone first. What does not fit is
    counted in the last slot; the first one says so if there are none."""
    seen = Inputs(
        nodes, dates, states, pieces, piece_states, offers, log, bought, risks, windows, sold, cases, case_dates, dues
    )
    bad = [AlertLine(one.day, one.text(say, mend), "we", one.dispute, last_day=one.day) for one in undated(seen, today)]
    tell = partial(_open_date, policy, today, partial(_words, say=say, mend=mend))
    open_ = known(tell, range(len(nodes)), nodes, dates, states, abouts)
    expires = expiry.expiries(pieces, piece_states, accepted, nodes, dates, states, titles)
    expiring = _expiring(expires, nodes, abouts, today, policy, say)
    placed = sorted([*(one for one in open_ if one is not None), *expiring], key=lambda one: one[0])
    return _slots([*bad, *(line for _, line in placed)], say)


def _slots(lines: list[AlertLine], say: Say) -> list[list[Any]]:
    """The columns of the lines that fit; the last slot counts the others."""
    more = len(lines) - SLOTS + 1
    kept = lines if more <= 1 else [*lines[: SLOTS - 1], AlertLine(None, say("alerts.more", count=more))]
    return spread(kept or [AlertLine(None, say("alerts.nothing"))], len(AlertLine._fields))
