"""`add`: a new row in a register, with the id that it got and everything that follows from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from kakosheet import files
from kakosheet.app.refresh import Report, refresh
from kakosheet.book.computing import Births, read_book
from kakosheet.book.refreshed import Refreshed
from kakosheet.core.audit import by_id, like, named
from kakosheet.core.bind import Book, typed_by_people
from kakosheet.core.issues import EXIT_USAGE, KakosheetError
from kakosheet.core.schema import Column, Owner, SheetKind, TableSchema
from kakosheet.core.text import blank, quoted, whole
from kakosheet.core.titles import Titles, fold
from kakosheet.core.values import Unreadable, parser
from kakosheet.files import PathLike
from kakosheet.formats import read
from kakosheet.sheets import SCHEMA


def add(
    path: PathLike,
    sheet: str,
    values: Mapping[str, Any],
    *,
    today: date | None = None,
    dry_run: bool = False,
    force: bool = False,
    report: Report | None = None,
) -> dict[str, Any]:
    """Append one row; `values` go by column key or title, texts are read as if they had been typed. The result has the
    row's id."""
    return add_rows(path, sheet, [values], today=today, dry_run=dry_run, force=force, report=report)


def add_rows(
    path: PathLike,
    sheet: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    today: date | None = None,
    dry_run: bool = False,
    force: bool = False,
    report: Report | None = None,
) -> dict[str, Any]:
    """Append rows and refresh the book in one write. `ids` of the result are the new rows' ids (or names)."""
    raw = read(files.load(path).data)
    book, titles, _ = read_book(raw)
    table = register(sheet, titles)
    births: Births = {table.key: [_read_values(table, row, titles, date1904=raw.date1904) for row in rows]}
    _refuse_strangers(table, births[table.key], book)
    ids: list[Any] = []

    def seen(found: Refreshed) -> None:
        ids.extend(found.born[table.key])
        if report is not None:
            report(found)

    done = refresh(path, today=today, births=births, dry_run=dry_run, force=force, report=seen)
    return {"ids": ids, **done}


def register(sheet: str, titles: Titles) -> TableSchema:
    """The register of that key or title."""
    for schema in SCHEMA.sheets:
        names = {fold(schema.key), fold(schema.title), fold(titles.sheets.get(schema.key, schema.title))}
        if schema.kind is SheetKind.REGISTER and fold(sheet) in names:
            return schema.tables[0]
    known = ", ".join(schema.key for schema in SCHEMA.sheets if schema.kind is SheetKind.REGISTER)
    raise KakosheetError(
        "K113", f"there is no sheet {quoted(sheet)} with rows", f"choose one of: {known}", exit_code=EXIT_USAGE
    )


def _read_values(table: TableSchema, values: Mapping[str, Any], titles: Titles, *, date1904: bool) -> dict[str, Any]:
    wrong, row = [], {}
    for name, value in values.items():
        column = _column(table, name, titles)
        if value is None or (isinstance(value, str) and blank(value)):
            continue
        try:
            row[column.key] = parser(column, titles, date1904=date1904)(
                whole(value) if isinstance(value, str) else value
            )
        except Unreadable as problem:
            wrong.append(f"{name}: {problem.message}; {problem.hint}")
    if wrong:
        raise KakosheetError("K301", "; ".join(wrong), exit_code=EXIT_USAGE)
    if not row:
        raise KakosheetError(
            "K307", "the row would be empty", f"give values like {_first(table)}=…", exit_code=EXIT_USAGE
        )
    return row


def _first(table: TableSchema) -> str:
    return next(column.key for column in table.columns if column.owner is Owner.USER)


def _refuse_strangers(table: TableSchema, rows: Sequence[Mapping[str, Any]], book: Book) -> None:
    """A new row takes nobody's id or name, and names only what is there."""
    known = {key: named(other) for key, other in book.tables.items()}
    taken = known[table.key]
    for row in rows:
        for key, value in row.items():
            if key in (table.id_column, table.key_column):
                if fold(str(value)) in taken:
                    raise KakosheetError(
                        "K402",
                        f"there is a row {quoted(value)} already",
                        "choose another one, or change that row in your spreadsheet",
                        exit_code=EXIT_USAGE,
                    )
                taken.add(fold(str(value)))
            elif (targets := by_id(table.by_key[key], SCHEMA)) and not any(
                fold(str(value)) in known[target.key] for target in targets
            ):
                raise KakosheetError(
                    "K401", f"{key}: {quoted(value)} names no row", like(targets), exit_code=EXIT_USAGE
                )


def _column(table: TableSchema, name: str, titles: Titles) -> Column:
    for column in table.columns:
        title = titles.columns.get(f"{table.key}.{column.key}", column.title)
        if fold(name) in (fold(column.key), fold(column.title), fold(title)) and typed_by_people(column):
            return column
    known = ", ".join(column.key for column in table.columns if column.owner is Owner.USER)
    raise KakosheetError(
        "K202", f"{quoted(name)} is no column that people fill", f"choose from: {known}", exit_code=EXIT_USAGE
    )
