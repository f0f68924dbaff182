"""The blocks of Start."""

from __future__ import annotations

from kakosheet.core.schema import Column, Kind, Owner, SheetKind, SheetSchema, TableSchema
from kakosheet.sheets.alerts import DAYS_LEFT, LATE, LATER, SOON, STATE

_TOOL, _FORMULA = Owner.TOOL, Owner.FORMULA

OPEN_STATES = (*LATE, *SOON, *LATER, "open")
"""The states of a dispute that is not over."""

TOP = 10
LINES = 5


def _counted(column: str, states: tuple[str, ...]) -> str:
    return "+".join(f"COUNTIF([{column}],«state.{state}»)" for state in states)


REFRESHED = (
    'IF(_kako_today-_kako_refreshed<1,«refreshed.today»,IF(_kako_today-_kako_refreshed<2,«refreshed.yesterday»,'
    '«refreshed.before»&(_kako_today-_kako_refreshed)&«refreshed.after»))'
)

AGE = TableSchema(key="start_age", sheet="start", slots=1, columns=(
    Column("line", "Last refresh", owner=_FORMULA, formula=REFRESHED, help="How long ago kakosheet last wrote into this book. Live."),))

TILES = TableSchema(key="start_tiles", sheet="start", slots=1, columns=(
    Column("overdue", "Overdue", Kind.INTEGER, owner=_FORMULA, formula=_counted("deadlines.state", LATE), help="Dates that were missed. Live."),
    Column("due_soon", "Due soon", Kind.INTEGER, owner=_FORMULA, formula=_counted("deadlines.state", SOON),
           help="Dates of today and the next days. Live."),
    Column("open_disputes", "Open disputes", Kind.INTEGER, owner=_FORMULA, formula=_counted("disputes.state", OPEN_STATES),
           help="Cases without a closing date. Live."),
    Column("at_stake", "At stake", Kind.INTEGER, owner=_TOOL, help="The sum of the amounts of open cases, in the base currency."),
    Column("evidence_missing", "Evidence missing", Kind.INTEGER, owner=_TOOL, help="Required pieces of open cases that are not there yet."),
    Column("high_risk", "High-risk purchases", Kind.INTEGER, owner=_TOOL, help="Planned purchases of high risk that nobody has accepted."),
))

NOTES = TableSchema(key="start_notes", sheet="start", slots=1, columns=(
    Column("overdue", "Overdue, note", owner=_TOOL, help="Since when the oldest of them is late."),
    Column("due_soon", "Due soon, note", owner=_TOOL, help="The next date."),
    Column("open_disputes", "Open disputes, note", owner=_TOOL, help="How many of them are at the platform."),
    Column("at_stake", "At stake, note", owner=_TOOL, help="The currency, and how many cases lack an exchange rate."),
))

ALERTS = TableSchema(key="start_alerts", sheet="start", slots=TOP, notes="deadlines.note", columns=(
    Column("state", "State", Kind.CHOICE, owner=_FORMULA, choices="state", formula=STATE, style="state", help="How urgent it is today. Live."),
    Column("due", "Due", Kind.DATETIME, owner=_TOOL, style="due", help="By when."),
    Column("what_to_do", "What to do", owner=_TOOL, help="The step. Write in Deadlines when it is done."),
    Column("dispute", "Dispute", Kind.LINK, owner=_TOOL, link_to="disputes", help="The case; follow the link."),
    Column("days_left", "Days left", Kind.DAYS, owner=_FORMULA, formula=DAYS_LEFT, style="days_left", help="Days until then. Live."),
    Column("last_day", "Last day", Kind.DATE, owner=_TOOL, hidden=True, help="The day of the last good moment."),
    Column("when_late", "When late", Kind.CHOICE, owner=_TOOL, choices="state", hidden=True, help="The word for a missed date."),
))


def _counts(key: str, title: str) -> TableSchema:
    return TableSchema(key=f"start_{key}", sheet="start", slots=LINES, columns=(
        Column("count", title, Kind.INTEGER, owner=_TOOL, help="As of the last refresh."),))


SHEET = SheetSchema(
    key="start", title="Start", kind=SheetKind.VIEW, tab="start", intro="Type in the white cells. Grey cells fill themselves.",
    tables=(AGE, TILES, NOTES, ALERTS, _counts("prevention", "Prevention, count"), _counts("handling", "Handling, count"),
            _counts("review", "Review, count")))
