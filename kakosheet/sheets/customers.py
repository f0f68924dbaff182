"""Customers: one row is one person we sell to; those named elsewhere are added by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from kakosheet.core.records import CannotKnow, Record, attempt, cell, groups, known, spread
from kakosheet.core.rules import Fault, Wanted, check, rows, table_rule
from kakosheet.core.schema import Column, Kind, Owner, SheetKind, SheetSchema, TableSchema
from kakosheet.core.titles import fold
from kakosheet.policy.model import Policy
from kakosheet.policy.risk import Mood, customer_risk, segment
from kakosheet.sheets.blocks import block
from kakosheet.sheets.casework.case import Case
from kakosheet.sheets.casework.names import Customer, index_of, unlisted
from kakosheet.sheets.casework.news import Word
from kakosheet.sheets.casework.orders import Sale
from kakosheet.sheets.casework.verdicts import Felt
from kakosheet.sheets.faults import still_to_come
from kakosheet.sheets.words import Say

_TOOL = Owner.TOOL

_COLUMNS = block(
    "core",
    Column("customer", "Customer", required=True, help="Name or nickname, for example Ana Silva.", width=22),
    Column(
        "language",
        "Language",
        Kind.CHOICE,
        choices="language",
        open_choices=True,
        help="Language the customer likes best, for example Portuguese.",
    ),
    Column("country", "Country", width=16, help="Where the customer lives, for example Brazil."),
    Column("contact", "Contact", width=28, help="E-mail or phone, for example ana@example.com."),
    Column("wechat", "WeChat", help="WeChat name, for example ana_silva88."),
    Column(
        "segment",
        "Segment",
        Kind.CHOICE,
        owner=_TOOL,
        choices="segment",
        style="segment",
        help="High satisfaction, neutral or high risk, from feelings, satisfaction and open cases.",
    ),
    Column(
        "risk",
        "Risk",
        Kind.CHOICE,
        owner=_TOOL,
        choices="customer_risk",
        style="risk",
        help="How likely the next trouble becomes a dispute.",
    ),
    Column("cases", "Cases", Kind.INTEGER, owner=_TOOL, help="All disputes of this customer."),
    Column("open", "Open", Kind.INTEGER, owner=_TOOL, help="Disputes of this customer that are not closed."),
    Column(
        "last_contact", "Last contact", Kind.DATE, owner=_TOOL, help="Day of the newest line in the Conversation Log."
    ),
    Column(
        "feeling",
        "Feeling",
        Kind.CHOICE,
        owner=_TOOL,
        choices="feeling",
        style="feeling",
        help="Of the newest message from the customer that shows one.",
    ),
    Column(
        "satisfaction",
        "Satisfaction",
        Kind.NUMBER,
        minimum=1,
        maximum=5,
        help="Answer to your survey, 1 to 5, for example 4.",
    ),
    Column(
        "follow_up_by", "Follow up by", Kind.DATE, owner=_TOOL, help="Get in touch by this day. Blank: nothing to do."
    ),
    Column("followed_up_on", "Followed up on", Kind.DATE, help="Day you got in touch, for example 2026-11-21."),
    Column(
        "notes", "Notes", width=36, help="Preferences and other things to remember, for example: no parcels on Mondays."
    ),
    collapsed=False,
)

SHEET = SheetSchema(
    key="customers",
    title="Customers",
    kind=SheetKind.REGISTER,
    tab="handling",
    frozen="customer",
    intro="Who you sell to and how they feel. Names from sales, messages and cases come by themselves.",
    tables=(
        TableSchema(key="customers", sheet="customers", columns=_COLUMNS, key_column="customer", row_key="customer"),
    ),
)

WRITES = ("segment", "risk", "cases", "open", "last_contact", "feeling", "follow_up_by")


class ListedCustomer(Record, of="customers"):
    """What a row of the register is called, as it was read."""

    customer: str | None = cell("customer@read")


@rows("customers", reads=(Sale, Word, Case, ListedCustomer))
def named(
    sold: Sequence[Sale], log: Sequence[Word], cases: Sequence[Case], listed: Sequence[ListedCustomer]
) -> Iterator[Wanted]:
    """A row for every customer that a sale, a message or a case names."""
    names = known(lambda row: row.customer, (*sold, *log, *cases))
    for name in unlisted(names, listed, lambda row: row.customer):
        yield Wanted(name, {"customer": name})


@dataclass(slots=True)
class History:
    """What is known of one customer. `felt` is the newest feeling with its time."""

    mood: Mood = field(default_factory=Mood)
    contact: datetime | None = None
    felt: datetime | None = None
    closed: date | None = None


@table_rule(*(f"customers.{key}" for key in WRITES), reads=(Customer, Word, Felt, Case))
def profiles(
    customers: Sequence[Customer],
    log: Sequence[Word],
    felt: Sequence[Felt],
    cases: Sequence[Case],
    *,
    policy: Policy,
    today: date,
) -> list[list[Any]]:
    """Segment, risk, cases, newest contact and feeling, and the day by which to get in touch."""
    index, histories = index_of(customers, lambda customer: customer.customer), [History() for _ in customers]
    since = today - timedelta(days=policy.risk["days"]["negative_message"])
    for row, words in groups(zip(log, felt, strict=True), lambda pair: _row_of(index, pair[0].customer)).items():
        _listen(histories[row], words, since)
    for row, own in groups(cases, lambda case: _row_of(index, case.customer)).items():
        _add_cases(histories[row], own)
    return spread([attempt(_profile, *row, policy) for row in zip(customers, histories, strict=True)], len(WRITES))


def _row_of(index: dict[str, int], customer: str | None) -> int | None:
    return None if customer is None else index.get(fold(customer))


def _profile(customer: Customer, history: History, policy: Policy) -> tuple[Any, ...]:
    """The cells of a row; they cannot be known where the row cannot tell whose it is."""
    _ = customer.customer
    judged = attempt(_judged, customer, history.mood)
    mood = history.mood
    return (
        *((judged, judged) if isinstance(judged, CannotKnow) else judged),
        mood.cases,
        mood.open,
        history.contact and history.contact.date(),
        mood.feeling,
        attempt(follow_up_by, history, customer, policy),
    )


def _judged(customer: Customer, mood: Mood) -> tuple[str | None, str]:
    """Segment and risk."""
    mood.satisfaction = customer.satisfaction
    mood.known = mood.known or mood.satisfaction is not None
    return segment(mood), customer_risk(mood)


def _listen(history: History, words: Iterable[tuple[Word, Felt]], since: date) -> None:
    """What a customer's messages say: each counts for what can be known of it."""
    dated = [(at, word, felt) for at, word, felt in known(lambda pair: (pair[0].at, *pair), words) if at is not None]
    history.mood.known = bool(dated)
    history.contact = max((at for at, _, _ in dated), default=None)
    for at, feeling, waits in known(_heard, dated):
        if feeling is None:
            continue
        recent = feeling == "negative" and at.date() >= since
        history.mood.bad += recent
        history.mood.waiting += recent and waits
        if history.felt is None or (at, feeling == "negative") > (history.felt, history.mood.feeling == "negative"):
            history.felt, history.mood.feeling = at, feeling


def _heard(message: tuple[datetime, Word, Felt]) -> tuple[datetime, str | None, bool]:
    """When, with which feeling, and whether somebody should read it; nothing of our own words."""
    at, word, felt = message
    feeling = None if word.direction == "out" else felt.feeling
    return at, feeling, feeling == "negative" and felt.needs_a_person is not None


def _add_cases(history: History, cases: Sequence[Case]) -> None:
    history.mood.known, history.mood.cases = True, len(cases)
    history.mood.open = sum(known(lambda case: not case.settled, cases))
    history.closed = max((day for day in known(lambda case: case.closed_on, cases) if day is not None), default=None)


def follow_up_by(history: History, customer: Customer, policy: Policy) -> date | None:
    """Soon after an unhappy message; some days after a closed case, until satisfaction is known. None once it is
    done."""
    wanted = []
    if history.felt is not None and history.mood.feeling == "negative" and _is_owed(customer, history.felt.date()):
        wanted.append(history.felt.date() + timedelta(days=policy.risk["days"]["answer_unhappy"]))
    if history.closed is not None and customer.satisfaction is None and _is_owed(customer, history.closed):
        wanted.append(history.closed + timedelta(days=policy.settings["follow_up_days"]))
    return min(wanted, default=None)


def _is_owed(customer: Customer, since: date) -> bool:
    """Whether nobody got in touch since that day."""
    return customer.followed_up_on is None or customer.followed_up_on < since


@check("customers", reads=("customers.followed_up_on",))
def days_ahead(followed_up_on: date | None, *, today: date, say: Say) -> Iterator[Fault]:
    """A day that is still to come."""
    return still_to_come({"followed_up_on": followed_up_on}, today, say)
