"""A workbook that is to be written anew: everything that a writer needs, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from kakosheet.core import seal
from kakosheet.core.dates import to_serial
from kakosheet.core.formulas import NamedCell, Placement
from kakosheet.core.layout import Marks, Placed, ViewLayout
from kakosheet.core.raw import Scalar
from kakosheet.core.schema import SEAL, Column, Owner, SheetKind, SheetSchema, TableSchema, WorkbookSchema
from kakosheet.core.table import Tables
from kakosheet.core.titles import Titles
from kakosheet.core.values import encoder


@dataclass(kw_only=True)
class NewBook:
    """`tables` hold computed values for tool and formula columns and people's own values; a missing table is written
    empty.

    `visible` are sheet keys in the order of the tabs; the others follow, hidden. `properties` become custom document
    properties. `hidden_columns` are references ("orders.assigned_to") hidden on top of what the schema hides. `marks`
    go by `Column.style`. `named_cells` stand on the lists sheet; their formulas may name columns of any table.
    `created` is written as the time of creation. `home` is the sheet that every register's way back leads to. Unless
    `sealed` is off, every row of a register is written with its seal.
    """

    schema: WorkbookSchema
    titles: Titles
    tables: Tables
    visible: tuple[str, ...]
    created: datetime
    layouts: Mapping[str, ViewLayout] = field(default_factory=dict)
    marks: Mapping[str, Marks] = field(default_factory=dict)
    named_cells: tuple[NamedCell, ...] = ()
    properties: Mapping[str, Scalar] = field(default_factory=dict)
    hidden_columns: frozenset[str] = frozenset()
    home: str = "start"
    sealed: bool = True

    def hidden(self, table: str, column: Column) -> bool:
        """Whether a column is hidden in this workbook."""
        return column.hidden or f"{table}.{column.key}" in self.hidden_columns


def sheet_title(book: NewBook, sheet: SheetSchema) -> str:
    """What the sheet's tab says."""
    return book.titles.sheets.get(sheet.key, sheet.title)


def placements(book: NewBook) -> dict[str, Placement]:
    """Where every table of a new workbook stands: registers from column A in the schema's order, their seal last;
    blocks as laid out."""
    found: dict[str, Placement] = {}
    for sheet in book.schema.sheets:
        title, hidden = sheet_title(book, sheet), sheet.key not in book.visible
        for table in sheet.tables:
            if sheet.kind is SheetKind.REGISTER:
                keys = [column.key for column in table.columns] + [SEAL.key]
                found[table.key] = Placement(
                    title, sheet.header_row, {key: at for at, key in enumerate(keys, 1)}, hidden=hidden
                )
            elif sheet.kind is SheetKind.VIEW:
                found[table.key] = _block(title, hidden, table, book.layouts[sheet.key].placed(table.key))
    return found


def _block(title: str, hidden: bool, table: TableSchema, placed: Placed) -> Placement:
    cells = {column.key: placed.header_cell(column.key) for column in table.columns}
    top = min(row for row, _ in cells.values())
    offsets = {key: row - top for key, (row, _) in cells.items() if row != top}
    return Placement(title, top, {key: at for key, (_, at) in cells.items()}, offsets, table.slots, hidden)


def row_seals(book: NewBook, table: TableSchema) -> list[str]:
    """The seal of every row of a register, as a refresh would leave it (dates by their serial in the 1900 system)."""
    values = book.tables[table.key].columns
    people = {c.key: _texts(book, c, values) for c in table.columns if c.owner in (Owner.USER, Owner.ID)}
    tools = [_texts(book, column, values) for column in table.columns if column.owner is Owner.TOOL]
    count, version = len(book.tables[table.key]), book.schema.version
    typed = seal.user_digests({key: [text or None for text in texts] for key, texts in people.items()}, count)
    return [seal.make(version, typed[i], (seal.digest(texts[i]) for texts in tools)) for i in range(count)]


def _texts(book: NewBook, column: Column, values: Mapping[str, list[Any]]) -> list[str]:
    encode = encoder(column, book.titles)
    return [
        seal.canonical(to_serial(value, date1904=False) if isinstance(value, date) else encode(value))
        for value in values[column.key]
    ]
