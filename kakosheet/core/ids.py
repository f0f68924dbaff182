"""Ids: given where blank, never changed, never re-used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from kakosheet.core.schema import Owner, TableSchema
from kakosheet.core.table import Table, Tables
from kakosheet.core.titles import fold

_PLACES = re.compile(r"\{(year|number)[^}]*\}")
MOST_DIGITS = 9
"""Digits of a number that is counted on from: an id with more of them comes from elsewhere."""


@lru_cache
def id_pattern(id_format: str) -> re.Pattern[str]:
    """A pattern that finds the number in any id of that form: group 1."""
    parts = _PLACES.split(id_format)
    groups = {"year": r"\d{4}", "number": r"(\d+)"}
    return re.compile(
        "".join(groups[part] if i % 2 else re.escape(part) for i, part in enumerate(parts)), re.IGNORECASE
    )


def noted_number(value: object) -> int:
    """The number that a book notes as the last one given; 0 if it can be none. It may have gone past the longest that
    is counted on from."""
    return int(value) if isinstance(value, int | float) and 0 <= value <= 10**MOST_DIGITS * 2 else 0


@dataclass
class Sequences:
    """The highest number of each table so far: what was noted in the book, and every occurrence in any sheet; and the
    ids in its form whose number is too long to be counted on from."""

    highest: dict[str, int] = field(default_factory=dict)
    foreign: dict[str, set[str]] = field(default_factory=dict)

    def observe(self, tables: Tables, references: Mapping[str, Iterable[tuple[str, str]]]) -> None:
        """Take in every id that stands in a table's own id column or in a column that refers to it
        (`references[table]`)."""
        for key, table in tables.items():
            if not table.schema.id_format:
                continue
            columns = [
                table.columns[table.schema.id_column],
                *(tables[t].columns[c] for t, c in references.get(key, ()) if t in tables),
            ]
            self._observe(
                key,
                id_pattern(table.schema.id_format),
                {value for column in columns for value in column if isinstance(value, str)},
            )

    def _observe(self, key: str, pattern: re.Pattern[str], ids: Iterable[str]) -> None:
        highest = self.highest.get(key, 0)
        for name in ids:
            match = pattern.fullmatch(name.strip())
            if match and len(match[1]) <= MOST_DIGITS:
                highest = max(highest, int(match[1]))
            elif match:
                self.foreign.setdefault(key, set()).add(fold(name))
        self.highest[key] = highest

    def next_id(self, schema: TableSchema, year: int) -> str:
        """The id after the highest; one that stands there already as a foreign one is passed over."""
        while True:
            number = self.highest[schema.key] = self.highest.get(schema.key, 0) + 1
            name = schema.id_format.format(year=year, number=number)
            if fold(name) not in self.foreign.get(schema.key, ()):
                return name


def give_ids(table: Table, sequences: Sequences, today: date) -> None:
    """Fill the blank ids of a table whose schema gives ids."""
    schema = table.schema
    if not schema.id_format:
        return
    ids = table.columns[schema.id_column]
    unread = table.bad.get(schema.id_column, set()) | table.unknown.get(schema.id_column, set())
    blank = [i for i, value in enumerate(ids) if value is None and i not in unread and _says(table, i)]
    if blank and ids is table.old[schema.id_column]:
        ids = table.columns[schema.id_column] = list(ids)
    years = table.columns[schema.id_year] if schema.id_year else [None] * len(ids)
    for i in blank:
        ids[i] = sequences.next_id(schema, _year(years[i], today))


def _says(table: Table, i: int) -> bool:
    """Whether a row holds more than formulas of which nobody knows whether they give anything."""
    unsure = [column.key for column in table.schema.columns if i in table.unknown.get(column.key, ())]
    typed = (column.key for column in table.schema.columns if column.owner is Owner.USER)
    return not unsure or any(table.columns[key][i] is not None or i in table.bad.get(key, ()) for key in typed)


def _year(value: Any, today: date) -> int:
    return value.year if isinstance(value, date) else today.year
