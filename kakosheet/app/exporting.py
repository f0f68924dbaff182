"""`export` and `schema`: a book, and what a book is, as plain data by column key."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from kakosheet.app import files
from kakosheet.app.computing import read_book
from kakosheet.app.refreshing import PathLike, plain
from kakosheet.core.issues import EXIT_USAGE, KakosheetError
from kakosheet.core.schema import SheetKind
from kakosheet.core.text import quoted
from kakosheet.formats import read
from kakosheet.sheets import SCHEMA

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def export(path: PathLike) -> dict[str, list[dict[str, Any]]]:
    """Every table as it stands in the file: `{"disputes": [{"_row": 5, "dispute_id": …}, …], …}`, choices by key, dates in ISO form."""
    every = frozenset(f"{table.key}.{column.key}" for table in SCHEMA.tables.values() for column in table.columns)
    book, _, _ = read_book(read(files.load(path).data), also_read=every)
    result: dict[str, list[dict[str, Any]]] = {}
    for key, table in book.tables.items():
        keys = list(table.columns)
        rows = zip(*(table.columns[k] for k in keys), strict=True) if keys else iter(())
        result[key] = [{"_row": number, **{k: plain(v) for k, v in zip(keys, values, strict=True)}}
                       for number, values in zip(table.rows, rows, strict=True)
                       if table.schema.slots is None or any(value is not None for value in values)]
    return result


def as_json(tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    return json.dumps(tables, ensure_ascii=False, indent=1) + "\n"


def as_csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """One table as CSV (RFC 4180). A text that a spreadsheet would take for a formula gets an apostrophe in front."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_harmless(row.get(column)) for column in columns] for row in rows)
    return out.getvalue()


def csv_columns(table: str) -> list[str]:
    """The columns of a table's CSV: the row number, then the keys."""
    if table not in SCHEMA.tables:
        raise KakosheetError("K113", f"there is no table {quoted(table)}", f"choose one of: {', '.join(SCHEMA.tables)}", exit_code=EXIT_USAGE)
    return ["_row", *(column.key for column in SCHEMA.tables[table].columns)]


def _harmless(value: Any) -> Any:
    return "'" + value if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value


def schema() -> dict[str, Any]:
    """What a workbook is: `{"version": …, "sheets": [{"key", "title", "kind", "columns": [{"key", "title", …}]}]}`."""
    return {"version": SCHEMA.version, "sheets": [
        {"key": sheet.key, "title": sheet.title, "kind": str(sheet.kind), "tables": [table.key for table in sheet.tables],
         "columns": [{"key": column.key, "title": column.title, "kind": str(column.kind), "owner": str(column.owner), "help": column.help,
                      "required": column.required, "prefilled": column.prefill, "choices": column.choices, "table": table.key}
                     for table in sheet.tables for column in table.columns]}
        for sheet in SCHEMA.sheets]}


def schema_markdown() -> str:
    """The same for people: a table of columns for each register."""
    lines = [f"# The workbook (schema {SCHEMA.version})", ""]
    for sheet in SCHEMA.sheets:
        if sheet.kind is SheetKind.REGISTER:
            lines += [f"## {sheet.title} (`{sheet.key}`)", "", "| Column | Key | Kind | Who fills it | Meaning |", "|---|---|---|---|---|"]
            lines += [f"| {c.title}{' *' if c.required else ''} | `{c.key}` | {c.kind} "
                      f"| {c.owner}{', prefilled' if c.prefill else ''} | {c.help} |" for c in sheet.tables[0].columns]
            lines.append("")
    return "\n".join(lines)
