"""Ids: given where blank, never changed, never re-used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from kakosheet.core.schema import TableSchema
from kakosheet.core.table import Table, Tables

_PLACES = re.compile(r"\{(year|number)[^}]*\}")


@lru_cache
def id_pattern(id_format: str) -> re.Pattern[str]:
    """A pattern that finds the number in any id of that form: group 1."""
    parts = _PLACES.split(id_format)
    groups = {"year": r"\d{4}", "number": r"(\d+)"}
    return re.compile("".join(groups[part] if i % 2 else re.escape(part) for i, part in enumerate(parts)), re.IGNORECASE)


@dataclass
class Sequences:
    """The highest number of each table so far: what was noted in the book, and every occurrence in any sheet."""

    highest: dict[str, int] = field(default_factory=dict)

    def observe(self, tables: Tables, references: Mapping[str, Iterable[tuple[str, str]]]) -> None:
        """Take in every id that stands in a table's own id column or in a column that refers to it (`references[table]`)."""
        for key, table in tables.items():
            if not table.schema.id_format:
                continue
            matches = id_pattern(table.schema.id_format).fullmatch
            columns = [table.columns[table.schema.id_column], *(tables[t].columns[c] for t, c in references.get(key, ()) if t in tables)]
            numbers = (int(match[1]) for column in columns for value in set(column)
                       if isinstance(value, str) and (match := matches(value.strip())))
            self.highest[key] = max(self.highest.get(key, 0), max(numbers, default=0))

    def next_id(self, schema: TableSchema, year: int) -> str:
        number = self.highest[schema.key] = self.highest.get(schema.key, 0) + 1
        return schema.id_format.format(year=year, number=number)


def give_ids(table: Table, sequences: Sequences, today: date) -> None:
    """Fill the blank ids of a table whose schema gives ids."""
    schema = table.schema
    if not schema.id_format:
        return
    ids = table.columns[schema.id_column]
    unread = table.bad.get(schema.id_column, set()) | table.unknown.get(schema.id_column, set())
    blank = [i for i, value in enumerate(ids) if value is None and i not in unread]
    if blank and ids is table.old[schema.id_column]:
        ids = table.columns[schema.id_column] = list(ids)
    years = table.columns[schema.id_year] if schema.id_year else [None] * len(ids)
    for i in blank:
        ids[i] = sequences.next_id(schema, _year(years[i], today))


def _year(value: Any, today: date) -> int:
    return value.year if isinstance(value, date) else today.year
