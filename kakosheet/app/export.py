"""`export` and `schema`: a book, and what a book is, as plain data by column key."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from kakosheet import files
from kakosheet.book.computing import collector_at_rest, read_book
from kakosheet.book.refreshed import plain
from kakosheet.core.issues import EXIT_USAGE, KakosheetError
from kakosheet.core.table import Table, Tables
from kakosheet.core.text import guarded, quoted
from kakosheet.files import PathLike
from kakosheet.formats import read
from kakosheet.sheets import SCHEMA

_TO_QUOTE = re.compile('[,;|"\\t\\r\\n]')
"""What parts cells in files of plain text, whichever separator the reader takes."""


def export(path: PathLike) -> dict[str, list[dict[str, Any]]]:
    """Every table as it stands in the file: `{"disputes": [{"_row": 5, "dispute_id": …}, …], …}`, choices by key, dates
    in ISO form."""
    return {key: list(rows_of(table)) for key, table in tables_of(path).items()}


def tables_of(path: PathLike) -> Tables:
    """The tables of a book with all their columns as they stand in the file, nothing computed."""
    every = frozenset(f"{table.key}.{column.key}" for table in SCHEMA.tables.values() for column in table.columns)
    with collector_at_rest():
        return read_book(read(files.load(path).data), also_read=every)[0].tables


def rows_of(table: Table) -> Iterator[dict[str, Any]]:
    """The rows of a table as plain data, each with its number in the sheet; of a block those that hold something."""
    keys = list(table.columns)
    columns = zip(*table.columns.values(), strict=True) if keys else iter(())
    for number, values in zip(table.rows, columns, strict=True):
        if table.schema.slots is None or any(value is not None for value in values):
            yield {"_row": number, **{key: plain(value) for key, value in zip(keys, values, strict=True)}}


def json_pieces(tables: Mapping[str, Table]) -> Iterator[str]:
    """The JSON text of tables (as `json.dumps` of `export` writes it, indented by 1, and a line break), row by row."""
    between = "{"
    for key, table in tables.items():
        yield f"{between}\n {_scalar(key)}: ["
        between = "\n  "
        for row in rows_of(table):
            yield (
                between
                + "{"
                + ",".join(f"\n   {_scalar(name)}: {_scalar(value)}" for name, value in row.items())
                + "\n  }"
            )
            between = ",\n  "
        yield "]" if between == "\n  " else "\n ]"
        between = ","
    yield "{}\n" if between == "{" else "\n}\n"


_scalar = json.JSONEncoder(ensure_ascii=False).encode


def csv_pieces(table: Table) -> Iterator[str]:
    """One table as CSV (RFC 4180), row by row; no text in it is a formula to a spreadsheet."""
    columns = csv_columns(table.schema.key)
    yield ",".join(columns) + "\r\n"
    for row in rows_of(table):
        yield ",".join(csv_cell(row.get(column)) for column in columns) + "\r\n"


def csv_cell(value: Any) -> str:
    """A value as a cell of a CSV. A text that a spreadsheet could take for a formula gets an apostrophe in front;
    numbers stay numbers."""
    text = "" if value is None else guarded(value) if isinstance(value, str) else str(value)
    return '"' + text.replace('"', '""') + '"' if _TO_QUOTE.search(text) else text


def csv_columns(table: str) -> list[str]:
    """The columns of a table's CSV: the row number, then the keys."""
    if table not in SCHEMA.tables:
        raise KakosheetError(
            "K113",
            f"there is no table {quoted(table)}",
            f"choose one of: {', '.join(SCHEMA.tables)}",
            exit_code=EXIT_USAGE,
        )
    return ["_row", *(column.key for column in SCHEMA.tables[table].columns)]
