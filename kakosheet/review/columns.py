"""Columns out of computed tables in the terms of rules' `reads`, so that the review and the dashboard count the same
rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kakosheet.core.lookup import index_of
from kakosheet.core.plan import Read, parse_read
from kakosheet.core.table import Table, Tables
from kakosheet.core.titles import fold


def columns_of(tables: Tables, reads: Sequence[str], labels: Sequence[str] = ()) -> list[list[Any]]:
    """The columns of `reads`, then those of `labels`, all of one table, row by row.

    A row with an unreadable cell in `reads` is left out, as rules do it; in `labels` such a cell is None.
    """
    parsed = [parse_read(read) for read in (*reads, *labels)]
    seen = [_seen(tables, read) for read in parsed]
    dropped = set().union(*(bad for _, bad in seen[: len(reads)]))
    found = []
    for values, bad in seen:
        found.append([None if at in bad else value for at, value in enumerate(values) if at not in dropped])
    return found


def _seen(tables: Tables, read: Read) -> tuple[list[Any], set[int]]:
    """The values of a read, and the indices at which they cannot be read."""
    table = tables[read.table]
    values, bad = table.columns[read.column], table.bad.get(read.column, set())
    if not read.via:
        return values, bad
    own, _, key = read.via.partition(".")
    here, index = tables[own], _index(table)
    at = [None if name is None else index.get(fold(str(name))) for name in here.columns[key]]
    broken = {n for n, i in enumerate(at) if i in bad} | here.bad.get(key, set())
    return [None if i is None else values[i] for i in at], broken


def _index(table: Table) -> dict[str, int]:
    return index_of(table, table.schema.id_column or table.schema.key_column)
