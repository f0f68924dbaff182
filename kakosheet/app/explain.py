"""`explain`: how a value came about: who fills the cell, from what, and in plain words why; for a case the chain of all
its dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from functools import cache, partial
from typing import Any

from kakosheet import files
from kakosheet.book.computing import Computed, compute
from kakosheet.book.refreshed import plain
from kakosheet.core.address import cell_name, parse_cell
from kakosheet.core.issues import CODES, EXIT_USAGE, KakosheetError
from kakosheet.core.plan import Apply, Read, flat
from kakosheet.core.raw import FormulaCell
from kakosheet.core.records import CannotKnow, Cells, attempt
from kakosheet.core.rules import RowRule
from kakosheet.core.schema import Column, Kind, Owner
from kakosheet.core.table import Table
from kakosheet.core.text import quoted
from kakosheet.core.titles import fold
from kakosheet.files import PathLike
from kakosheet.formats import read
from kakosheet.sheets import plan
from kakosheet.sheets.alerts import LATE, LATER, SOON
from kakosheet.sheets.words import money_text

OPEN = (*LATE, *SOON, *LATER)
"""The states of dates that run."""

_DATE_COLUMNS = {
    "deadlines": (
        "state",
        "days_left",
        "last_day",
        "started",
        "ended",
        "phase",
        "if_nothing_happens",
        "where_the_date_comes_from",
    ),
    "disputes": ("due", "days_left", "last_day", "next_step", "state"),
    "offers": ("answer_due", "effect"),
    "alerts": ("state", "due", "days_left", "what_to_do", "if_nothing_happens", "last_day"),
    "start_alerts": ("state", "due", "days_left", "what_to_do", "last_day"),
}
"""Columns that repeat or judge a date of Deadlines: they are explained by that date."""


def explain(path: PathLike, where: str, *, today: date | None = None) -> dict[str, Any]:
    """What stands at a cell (`Dispute Workflow!F12`), in the row of an id, or behind an issue code. `why` are sentences
    in the book's language; the row of a dispute has `dates`, the chain from event to date of each of its nodes."""
    if where.upper() in CODES:
        return {"code": where.upper(), "meaning": CODES[where.upper()]}
    return explain_in(compute(read(files.load(path).data), today=today).trusted(), where)


def explain_in(computed: Computed, where: str) -> dict[str, Any]:
    """The same for a cell or an id of a book that is read and computed."""
    sheet, _, cell = where.rpartition("!")
    at = parse_cell(cell) if sheet else None
    if at is not None:
        return _cell(computed, sheet.strip("'").replace("''", "'"), *at)
    return _row(computed, where)


def _cell(computed: Computed, sheet: str, row: int, column: int) -> dict[str, Any]:
    for key, place in computed.book.binding.items():
        if fold(place.sheet) == fold(sheet):
            table = computed.book.tables[key]
            for name in (
                name for name, at in place.columns.items() if at == column and name in table.columns
            ):  # some stand below each other
                if (first := row - place.offsets.get(name, 0)) in table.rows:
                    return _value(computed, table, table.schema.by_key[name], table.rows.index(first))
    raise KakosheetError(
        "K113",
        f"{sheet}!{cell_name(row, column)} is no cell of a table of ours",
        "write it like 'Deadlines!B5'",
        exit_code=EXIT_USAGE,
    )


def _row(computed: Computed, name: str) -> dict[str, Any]:
    for table in computed.book.tables.values():
        key = table.schema.id_column or table.schema.key_column
        if key:
            index = next(
                (
                    i
                    for i, value in enumerate(table.columns[key])
                    if value is not None and fold(str(value)) == fold(name)
                ),
                None,
            )
            if index is not None:
                return _told_row(computed, table, index, table.columns[key][index])
    raise KakosheetError(
        "K401",
        f"{quoted(name)} is no id, no cell and no issue code",
        "write it like D-2026-0001, 'Deadlines!B5' or K302",
        exit_code=EXIT_USAGE,
    )


def _told_row(computed: Computed, table: Table, index: int, name: str) -> dict[str, Any]:
    ours = [
        c
        for c in table.schema.columns
        if c.owner in (Owner.TOOL, Owner.FORMULA)
        and (table.columns[c.key][index] is not None or index in table.faults(c.key))
    ]
    told: dict[str, Any] = {
        "table": table.schema.key,
        "id": name,
        "row": table.rows[index],
        "sheet": computed.book.binding[table.schema.key].sheet,
        "values": [_value(computed, table, column, index) for column in ours],
    }
    if table.schema.key == "disputes":
        told["dates"] = [date_of_row(computed, at) for at in dates_of(computed, name)]
    return told


# -- dates -------------------------------------------------------------------------------------------------------------


def dates_of(computed: Computed, dispute: str | None) -> list[int]:
    """The rows of Deadlines of a case, or of none: what runs, the soonest first; what waits; what is done or not called
    for."""
    columns = computed.book.tables["deadlines"].columns
    rows = [at for at, name in enumerate(columns["dispute"]) if fold(name or "") == fold(dispute or "")]

    def place(at: int) -> tuple[int, date, int]:
        state = columns["state"][at]
        rank = 0 if state in OPEN else 1 if state in ("waiting", "paused") else 2 if state == "done" else 3
        return rank, columns["last_day"][at] or date.max, at

    return sorted(rows, key=place)


def date_of_row(computed: Computed, at: int) -> dict[str, Any]:
    """One date of Deadlines with the words for it, where it stands, and how it came about."""
    table, titles = computed.book.tables["deadlines"], computed.titles
    cells = {key: values[at] for key, values in table.columns.items()}
    lists = {"state": "state", "acts": "actor", "clock": "clock"}
    return {
        "cell": computed.book.cell("deadlines", "due", table.rows[at]),
        "node": cells["node"],
        **{key: titles.choice(listing, cells[key]) for key, listing in lists.items()},
        **{
            key: plain(cells[key])
            for key in (
                "what_to_do",
                "started",
                "due",
                "last_day",
                "days_left",
                "done_on",
                "days_taken",
                "if_nothing_happens",
            )
        },
        "key": cells["key"],
        "state_key": cells["state"],
        "why": [*_cannot_tell(computed, table, "state", at), *_why(computed, "deadlines.due", at)],
    }


def _date_behind(computed: Computed, table: Table, column: Column, index: int) -> int | None:
    """The row of Deadlines that a cell repeats or judges."""
    if column.key not in _DATE_COLUMNS.get(table.schema.key, ()):
        return None
    deadlines = computed.book.tables["deadlines"].columns
    if table.schema.key == "deadlines":
        return index
    cells = {key: values[index] for key, values in table.columns.items()}
    if table.schema.key == "offers":
        wanted = f"/{cells['id']}"
        return next(
            (at for at, key in enumerate(deadlines["key"]) if cells["id"] and key and fold(key).endswith(fold(wanted))),
            None,
        )
    case = cells.get("dispute_id") or cells.get("dispute")
    for at in dates_of(computed, case):
        same_step = "what_to_do" not in cells or deadlines["what_to_do"][at] == cells["what_to_do"]
        if deadlines["state"][at] in OPEN and _good_until(deadlines, at) == cells["last_day"] and same_step:
            return at
    return None


def _good_until(deadlines: dict[str, list[Any]], at: int) -> date | None:
    agreed = deadlines["agreed_date"][at]
    day: date | None = agreed.date() if isinstance(agreed, datetime) else deadlines["last_day"][at]
    return day


# -- cells -------------------------------------------------------------------------------------------------------------


def _value(computed: Computed, table: Table, column: Column, index: int) -> dict[str, Any]:
    reference, titles = f"{table.schema.key}.{column.key}", computed.titles
    value = table.columns[column.key][index]
    told: dict[str, Any] = {
        "cell": computed.book.cell(table.schema.key, column.key, table.rows[index]),
        "column": reference,
        "owner": str(column.owner),
        "value": plain(value),
        "help": titles.helps.get(reference, column.help),
        "title": titles.columns.get(reference, column.title),
        "shown": _in_words(computed, column, value),
    }
    unread = _cannot_tell(computed, table, column.key, index)
    if unread and column.owner in (Owner.USER, Owner.ID):
        told["shown"], told["why"] = _as_it_stands(computed, table, column, index), unread
    step = _step_of(reference)
    if step is not None:
        told["rule"] = " ".join((step.rule.fn.__doc__ or "").strip().partition("\n\n")[0].split())
        told["lang"] = titles.lang
        told["from"] = [read.text for read in flat(step.reads)]
        if isinstance(step.rule, RowRule):
            fn = partial(step.rule.fn, **computed.run.context_of(step.rule.fn))
            inputs = computed.run.lookup.inputs(fn, step.reads, index)
            told["inputs"] = {read.text: plain(value) for read, value in inputs}
            told["seen"] = [_named(computed, table, read, value, index) for read, value in inputs if _is_cell(read)]
        behind = _date_behind(computed, table, column, index)
        why = _why(computed, reference, index) + (_why(computed, "deadlines.due", behind) if behind is not None else [])
        told["why"] = unread or list(dict.fromkeys(why))
    return told


def _cannot_tell(computed: Computed, table: Table, column: str, index: int) -> list[str]:
    """What is to be mended before anybody knows what a cell says."""
    return list(filter(None, [to_mend(computed, table.faults(column).get(index))]))


def to_mend(computed: Computed, cells: Cells | None) -> str:
    """What is to be mended before something can be known; "" where nothing is."""
    return computed.titles.say("mend.why", what=computed.run.context["mend"](cells)) if cells else ""


def _as_it_stands(computed: Computed, table: Table, column: Column, index: int) -> Any:
    """What a cell holds that cannot be read: what people typed, or the formula that has no stored value."""
    held = computed.book.column_cells(table.schema.key, column.key)[index]
    if isinstance(held, FormulaCell):
        return f"={held.text or ''}" if not held.cached else plain(held.value)
    return plain(held)


def _is_cell(read: Read) -> bool:
    """Whether what a rule reads is what a cell holds, and not whether the row is called for."""
    return read.column != "#wanted"


def _named(computed: Computed, table: Table, read: Read, value: Any, index: int) -> dict[str, Any]:
    """What a rule saw, as the sheet calls and shows it; of another sheet with that sheet's name. What it could not read
    says what is to be mended."""
    other = computed.book.tables[read.table].schema
    column = other.by_key[read.column]
    title = computed.titles.columns.get(f"{other.key}.{column.key}", column.title)
    if other.key != table.schema.key:
        title = f"{computed.book.binding[other.key].sheet}, {title}"
    unread = to_mend(computed, computed.run.lookup.column(read)[1].get(index)) if value is None else ""
    return {"title": title, "shown": unread or _in_words(computed, column, value)}


def _in_words(computed: Computed, column: Column, value: Any) -> Any:
    titles = computed.titles
    if column.kind is Kind.CHOICE:
        return titles.choice(column.choices, value)
    if isinstance(value, bool):
        return titles.choice("yes_no", "yes" if value else "no")
    if isinstance(value, int | float) and column.kind in (Kind.MONEY, Kind.PERCENT):
        return money_text(value, None) if column.kind is Kind.MONEY else f"{value:.1%}"
    return plain_day(value)


def plain_day(value: Any) -> Any:
    """A moment at 00:00 is how a cell holds a plain day."""
    return value.date().isoformat() if isinstance(value, datetime) and value.time() == time() else plain(value)


@cache
def _step_of(reference: str) -> Apply | None:
    return next((step for step in plan().steps if isinstance(step, Apply) and reference in step.rule.writes), None)


def _why(computed: Computed, reference: str, index: int) -> list[str]:
    """The sentences of the rule that writes a column, for one row."""
    step = _step_of(reference)
    if step is None or step.rule.why is None:
        return []
    if not isinstance(step.rule, RowRule):
        return list(_why_of_table(computed, step, index))
    row = [values[index] for values, _ in map(computed.run.lookup.seen, step.reads)]
    said = attempt(_asked(computed, step.rule.why), *row)
    return [] if isinstance(said, CannotKnow) else [said] if isinstance(said, str) else list(said)


def _why_of_table(computed: Computed, step: Apply, index: int) -> list[str]:
    if step.rule.why is None:
        return []
    seen = (computed.run.lookup.seen(read)[0] for read in step.reads)
    said = attempt(_asked(computed, step.rule.why), index, *seen)
    return [] if isinstance(said, CannotKnow) else list(said)


def _asked(computed: Computed, why: Callable[..., Any]) -> Callable[..., Any]:
    """A function that tells why, with what it asks for besides its rows."""
    return partial(why, **computed.run.context_of(why))
