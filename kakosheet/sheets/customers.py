"""Customers: one row is one person we sell to; those named elsewhere are added by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from kakosheet.core.rules import Fault, Wanted, check, rows, table_rule
from kakosheet.core.schema import Column, Kind, Owner, SheetKind, SheetSchema, TableSchema
from kakosheet.core.titles import fold
from kakosheet.policy.model import Policy
from kakosheet.policy.risk import Mood, customer_risk, segment
from kakosheet.sheets.blocks import block
from kakosheet.sheets.cases import index_of, unlisted
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
LOG = tuple(f"log.{key}" for key in ("customer", "at", "direction", "feeling", "needs_a_person"))
DISPUTES = tuple(f"disputes.{key}" for key in ("customer", "closed_on", "waived"))


@rows("customers", reads=("sales.customer", "log.customer", "disputes.customer", "customers.customer@read"))
def named(
    sold: Sequence[str | None], said: Sequence[str | None], disputed: Sequence[str | None], listed: Sequence[str | None]
) -> Iterator[Wanted]:
    """A row for every customer that a sale, a message or a case names."""
    for name in unlisted([*sold, *said, *disputed], index_of(listed)):
        yield Wanted(name, {"customer": name})


@dataclass(slots=True)
class History:
    """What is known of one customer. `felt` is the newest feeling with its time."""

    mood: Mood = field(default_factory=Mood)
    contact: datetime | None = None
    felt: datetime | None = None
    closed: date | None = None


@table_rule(
    *(f"customers.{key}" for key in WRITES),
    reads=("customers.customer", "customers.satisfaction", "customers.followed_up_on", *LOG, *DISPUTES),
)
def profiles(
    names: Sequence[str | None],
    satisfaction: Sequence[float | None],
    followed: Sequence[date | None],
    *columns: Sequence[Any],
    policy: Policy,
    today: date,
) -> list[list[Any]]:
    """Segment, risk, cases, newest contact and feeling, and the day by which to get in touch."""
    index, known = (
        index_of(names),
        [History(Mood(satisfaction=stars, known=stars is not None)) for stars in satisfaction],
    )
    _listen(index, known, columns[: len(LOG)], today - timedelta(days=policy.risk["days"]["negative_message"]))
    for customer, closed_on, waived in zip(*columns[len(LOG) :], strict=True):
        at = index.get(fold(customer)) if customer is not None else None
        if at is not None:
            _add_case(known[at], closed_on, waived is not None)
    result = [
        (
            segment(h.mood),
            customer_risk(h.mood),
            h.mood.cases,
            h.mood.open,
            h.contact and h.contact.date(),
            h.mood.feeling,
            follow_up_by(h, done, policy),
        )
        for h, done in zip(known, followed, strict=True)
    ]
    return [list(column) for column in zip(*result, strict=True)] if result else [[] for _ in WRITES]


def _listen(index: dict[str, int], known: list[History], columns: Sequence[Sequence[Any]], since: date) -> None:
    for customer, at, direction, feeling, needs in zip(*columns, strict=True):
        row = index.get(fold(customer)) if customer is not None and at is not None else None
        if row is None:
            continue
        history = known[row]
        history.mood.known = True
        history.contact = at if history.contact is None else max(history.contact, at)
        if direction == "out" or feeling is None:
            continue
        history.mood.bad += feeling == "negative" and at.date() >= since
        history.mood.waiting += feeling == "negative" and needs is not None and at.date() >= since
        if history.felt is None or (at, feeling == "negative") > (history.felt, history.mood.feeling == "negative"):
            history.felt, history.mood.feeling = at, feeling


def _add_case(history: History, closed_on: date | None, waived: bool) -> None:
    mood = history.mood
    mood.known, mood.cases = True, mood.cases + 1
    if closed_on is None:
        mood.open += not waived
    else:
        history.closed = closed_on if history.closed is None else max(history.closed, closed_on)


def follow_up_by(history: History, done: date | None, policy: Policy) -> date | None:
    """Soon after an unhappy message; some days after a closed case, until satisfaction is known. None once it is
    done."""
    mood, wanted = history.mood, []
    if history.felt is not None and mood.feeling == "negative" and (done is None or done < history.felt.date()):
        wanted.append(history.felt.date() + timedelta(days=policy.risk["days"]["answer_unhappy"]))
    if history.closed is not None and mood.satisfaction is None and (done is None or done < history.closed):
        wanted.append(history.closed + timedelta(days=policy.settings["follow_up_days"]))
    return min(wanted, default=None)


@check("customers", reads=("customers.followed_up_on",))
def days_ahead(followed_up_on: date | None, *, today: date, say: Say) -> Iterator[Fault]:
    """A day that is still to come."""
    return still_to_come([("followed_up_on", followed_up_on)], today, say)
