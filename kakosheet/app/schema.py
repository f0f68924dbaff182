"""`schema`: what a book is, as plain data by column key."""

from __future__ import annotations

from typing import Any

from kakosheet.core.schema import SheetKind
from kakosheet.sheets import SCHEMA


def schema() -> dict[str, Any]:
    """What a workbook is: `{"version": …, "sheets": [{"key", "title", "kind", "columns": [{"key", "title", …}]}]}`."""
    return {
        "version": SCHEMA.version,
        "sheets": [
            {
                "key": sheet.key,
                "title": sheet.title,
                "kind": str(sheet.kind),
                "tables": [table.key for table in sheet.tables],
                "columns": [
                    {
                        "key": column.key,
                        "title": column.title,
                        "kind": str(column.kind),
                        "owner": str(column.owner),
                        "help": column.help,
                        "required": column.required,
                        "prefilled": column.prefill,
                        "choices": column.choices,
                        "table": table.key,
                    }
                    for table in sheet.tables
                    for column in table.columns
                ],
            }
            for sheet in SCHEMA.sheets
        ],
    }


def schema_markdown() -> str:
    """The same for people: a table of columns for each register."""
    lines = [f"# The workbook (schema {SCHEMA.version})", ""]
    for sheet in SCHEMA.sheets:
        if sheet.kind is SheetKind.REGISTER:
            lines += [
                f"## {sheet.title} (`{sheet.key}`)",
                "",
                "| Column | Key | Kind | Who fills it | Meaning |",
                "|---|---|---|---|---|",
            ]
            lines += [
                f"| {c.title}{' *' if c.required else ''} | `{c.key}` | {c.kind} "
                f"| {c.owner}{', prefilled' if c.prefill else ''} | {c.help} |"
                for c in sheet.tables[0].columns
            ]
            lines.append("")
    return "\n".join(lines)
