"""What a refresh notes of the cells that it leaves: the seals of a register's rows, and the checksums of a view's
slots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from kakosheet.core import seal
from kakosheet.core.bind import typed_by_people
from kakosheet.core.compared import Compared, plain_text
from kakosheet.core.dates import to_serial
from kakosheet.core.left import Left
from kakosheet.core.patch import CellInput
from kakosheet.core.values import encoder

Changes = Mapping[int, Mapping[str, CellInput]]
"""What the patch writes: by row of the table, by column key."""


def changed_seals(compared: Compared, changes: Changes) -> Iterator[tuple[int, str]]:
    """(row, seal) of the rows of which a computed or a typed cell changed."""
    encoders = [(c, encoder(c, compared.titles), compared.table.columns[c.key]) for c in compared.tools]
    twins = _twins(compared)
    for i, user in enumerate(_typed_digests(compared, changes)):
        before = compared.seal_parts(compared.seals[i])
        if i in twins and before is not None:
            user = before[0]  # until the ids differ, the seal goes on telling the copy from the row that was copied
        if before is not None and before[0] == user and compared.tool_at.keys().isdisjoint(changes.get(i, ())):
            continue
        tools = (seal.digest(compared.canonical(c, encode(values[i]))) for c, encode, values in encoders)
        text = seal.make(compared.schema.version, user, tools)
        if text != plain_text(compared.seals[i]):
            yield i, text


def _twins(compared: Compared) -> set[int]:
    """The rows that share their id with another one."""
    schema = compared.table.schema
    if not schema.id_format:
        return set()
    ids = compared.table.columns[schema.id_column]
    if len(set(ids)) == len(ids):
        return set()
    rows: dict[object, list[int]] = {}
    for i, value in enumerate(ids):
        rows.setdefault(value, []).append(i)
    return {i for value, same in rows.items() if value is not None and len(same) > 1 for i in same}


def _typed_digests(compared: Compared, changes: Changes) -> list[str]:
    """Of each row the digest of what people's cells hold after the patch."""
    columns, placed = compared.table.schema.columns, compared.place.columns
    people = [c.key for c in columns if typed_by_people(c) and c.key in placed]
    return seal.user_digests({key: _typed(compared, changes, key) for key in people}, len(compared.table))


def _typed(compared: Compared, changes: Changes, key: str) -> list[object]:
    cells: list[object] = list(compared.book.column_cells(compared.table.schema.key, key))
    for i, changed in changes.items():
        if key in changed:
            cells[i] = changed[key]
    if not any(issubclass(kind, date) for kind in set(map(type, cells))):
        return cells
    epoch = compared.book.raw.date1904
    return [to_serial(cell, date1904=epoch) if isinstance(cell, date) else cell for cell in cells]


def changed_notes(compared: Compared, left: Left) -> Iterator[tuple[int, int, int | str | None]]:
    """(row, column, value) on the program's own sheet, for what this refresh leaves in a view's computed cells."""
    table, tools = compared.table, compared.tools
    columns = [
        (
            c,
            encoder(c, compared.titles),
            table.columns[c.key],
            table.unknown.get(c.key, ()),
            compared.book.column_cells(table.schema.key, c.key),
        )
        for c in tools
        if c.key in compared.place.columns
    ]
    slots = []
    for i in range(len(table)):
        values = {
            c.key: cells[i] if i in unknown else encode(column[i]) for c, encode, column, unknown, cells in columns
        }
        ours = any(value is not None for value in values.values())
        slots.append([compared.canonical(c, values.get(c.key)) for c in tools] if ours else None)
    return left.differences(table.schema.key, len(tools), slots)
