"""Help on header cells and drop-downs below them. Nothing is ever refused: lists warn, and a name that is new may simply be typed."""

from __future__ import annotations

from typing import Any

from kakosheet.core.schema import Column, Kind, Owner, TableSchema
from kakosheet.formats.xlsx.write.job import LAST, Job
from kakosheet.formats.xlsx.write.lists import choice_name, reference_name

MAX_TITLE, MAX_MESSAGE = 32, 255


def add_validations(job: Job, sheet: Any, table: TableSchema) -> None:
    """Of a register: an input message on every header cell, drop-downs and hints down to the sheet's last row."""
    place = job.place(table)
    for column in table.columns:
        at = place.columns[column.key] - 1
        header_help(job, sheet, table, column, place.header_row - 1, at)
        if column.owner is Owner.USER:
            options = _list_options(job, column) or _hint_options(job, column)
            if "input_message" in options:
                options["input_title"] = _cut(job.column_title(table, column), MAX_TITLE)
            if options:
                sheet.data_validation(place.header_row, at, LAST - 1, at, options)


def header_help(job: Job, sheet: Any, table: TableSchema, column: Column, row: int, at: int) -> None:
    """What a column is, an example, and whose it is; `row` and `at` count from 0."""
    text = job.book.titles.helps.get(f"{table.key}.{column.key}", column.help)
    whose = job.say(f"writer.owner_{column.owner.value}")
    message = _cut(" ".join(part for part in (text, whose) if part), MAX_MESSAGE)
    if message:
        sheet.data_validation(row, at, row, at, {"validate": "any", "input_title": _cut(job.column_title(table, column), MAX_TITLE),
                                                 "input_message": message})


def _list_options(job: Job, column: Column) -> dict[str, Any]:
    if column.choices or column.kind in (Kind.YESNO, Kind.CURRENCY):
        listing = column.choices or ("yes_no" if column.kind is Kind.YESNO else "currency")
        if not job.book.titles.choices.get(listing):
            return {}
        return _list(choice_name(listing), job, strict=not column.open_choices and column.kind is not Kind.CURRENCY)
    tables = [part.partition(".")[0] for part in column.ref.split("|") if part]
    known = [table for table in tables if table in job.binding]
    return _list(reference_name(known[0]), job, strict=False) if known else {}


def _list(name: str, job: Job, *, strict: bool) -> dict[str, Any]:
    """A drop-down of a named range; with `strict`, other words are asked about once, and kept if people say so."""
    options: dict[str, Any] = {"validate": "list", "source": f"={name}", "error_type": "warning", "show_error": strict}
    if strict:
        options |= {"error_title": job.say("writer.not_listed_title"), "error_message": job.say("writer.not_listed"),
                    "input_message": job.say("writer.choose")}
    else:
        options["input_message"] = job.say("writer.choose_or_type")
    return {key: value for key, value in options.items() if value != ""}


def _hint_options(job: Job, column: Column) -> dict[str, Any]:
    hint = {Kind.DATE: "writer.date", Kind.DATETIME: "writer.moment"}.get(column.kind, "")
    message = job.say(hint) if hint else ""
    return {"validate": "any", "input_message": message} if message else {}


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most - 1] + "…"
