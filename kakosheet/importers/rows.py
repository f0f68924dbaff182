"""What an export gives: rows in schema terms, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kakosheet.core.issues import Issue


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """`line` counts from 1 in the source: a line of a text file, a row of a sheet. `values` go by column key; blank
    cells are left out."""

    line: int
    values: dict[str, Any]


@dataclass(slots=True)
class ImportedRows:
    """All rows of one source for one table. `encoding` is that of a text file, `sheet` that of a workbook."""

    table: str
    source: str
    rows: list[ImportedRow] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    encoding: str = ""
    sheet: str = ""
