"""Help on header cells and drop-downs below them. Nothing is ever refused: lists warn, and a name that is new may
simply be typed."""

from __future__ import annotations

from typing import NamedTuple

from kakosheet.core.schema import Column, Kind, Owner, TableSchema
from kakosheet.formats.plan.lists import choice_name, reference_name
from kakosheet.formats.plan.plan import BookPlan

MAX_TITLE, MAX_MESSAGE = 32, 255


class Validation(NamedTuple):
    """What a cell says when it is selected, and what it offers: `source` is the name of a list ("" for any value).

    With `strict`, words that are not listed are asked about once, and kept if people say so.
    """

    title: str = ""
    message: str = ""
    source: str = ""
    strict: bool = False
    error_title: str = ""
    error_message: str = ""


def header_help(plan: BookPlan, table: TableSchema, column: Column) -> Validation | None:
    """What a column is, an example, and whose it is."""
    text = plan.book.titles.helps.get(f"{table.key}.{column.key}", column.help)
    whose = plan.say(f"writer.owner_{column.owner.value}")
    message = _cut(" ".join(part for part in (text, whose) if part), MAX_MESSAGE)
    return Validation(_title(plan, table, column), message) if message else None


def data_validation(plan: BookPlan, table: TableSchema, column: Column) -> Validation | None:
    """Of a register's data cells, down to the sheet's last row; None where anything goes without a word."""
    if column.owner is not Owner.USER:
        return None
    found = _list(plan, column) or _hint(plan, column)
    return found._replace(title=_title(plan, table, column)) if found is not None and found.message else found


def _list(plan: BookPlan, column: Column) -> Validation | None:
    if column.choices or column.kind in (Kind.YESNO, Kind.CURRENCY):
        listing = column.choices or ("yes_no" if column.kind is Kind.YESNO else "currency")
        if not plan.book.titles.choices.get(listing):
            return None
        return _drop_down(
            plan, choice_name(listing), strict=not column.open_choices and column.kind is not Kind.CURRENCY
        )
    known = [table for table, _ in column.named if table in plan.binding]
    return _drop_down(plan, reference_name(known[0]), strict=False) if known else None


def _drop_down(plan: BookPlan, source: str, *, strict: bool) -> Validation:
    if not strict:
        return Validation(source=source, message=plan.say("writer.choose_or_type"))
    return Validation(
        source=source,
        strict=True,
        message=plan.say("writer.choose"),
        error_title=plan.say("writer.not_listed_title"),
        error_message=plan.say("writer.not_listed"),
    )


def _hint(plan: BookPlan, column: Column) -> Validation | None:
    hint = {Kind.DATE: "writer.date", Kind.DATETIME: "writer.moment"}.get(column.kind, "")
    message = plan.say(hint) if hint else ""
    return Validation(message=message) if message else None


def _title(plan: BookPlan, table: TableSchema, column: Column) -> str:
    return _cut(plan.column_title(table, column), MAX_TITLE)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
