"""Tables: typed columns, each row with its spreadsheet row number, so that any result has an address."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kakosheet.core.records import Cell, Cells
from kakosheet.core.schema import TableSchema

Values = list[Any]


@dataclass(slots=True)
class Table:
    """`columns[key][i]` belongs to spreadsheet row `rows[i]`; 0 is a row that is not in the sheet yet.

    `old` holds what was read, of the columns that were; `columns` what holds now (a blank cell with a source reads as
    its source). `bad[key]` are the indices whose cell cannot be read, `unknown[key]` those whose formula has no stored
    value: of both nobody knows what they say. In a column of ours they are the cells that could not be computed: those
    that are emptied, and those that keep what they show. `causes[key]` are for such an index the cells that people have
    to mend, where it is not that cell itself. `wanted[i]` is None for people's own rows; else whether a row maker calls
    for the row in this run.
    """

    schema: TableSchema
    rows: list[int] = field(default_factory=list)
    columns: dict[str, Values] = field(default_factory=dict)
    old: dict[str, Values] = field(default_factory=dict)
    bad: dict[str, set[int]] = field(default_factory=dict)
    unknown: dict[str, set[int]] = field(default_factory=dict)
    causes: dict[str, dict[int, Cells]] = field(default_factory=dict)
    wanted: list[bool | None] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.rows)

    @classmethod
    def empty(cls, schema: TableSchema) -> Table:
        """A register without rows, or a block with its slots blank."""
        count = schema.slots or 0
        table = cls(schema, rows=[0] * count, wanted=[None] * count)
        for column in schema.columns:
            table.old[column.key] = [None] * count
            table.columns[column.key] = table.old[column.key]
        return table

    def faults(self, key: str) -> dict[int, Cells]:
        """The rows of a column of which nobody knows what they say, with the cells to mend."""
        causes, name = self.causes.get(key, {}), self.schema.key
        marked = self.bad.get(key, set()) | self.unknown.get(key, set())
        return {at: causes.get(at) or frozenset((Cell(name, key, at),)) for at in marked} if marked else {}

    def tell(self, key: str, at: int, value: Any) -> None:
        """What a cell says after all, though it cannot be read: it is known in another way."""
        column = list(self.columns[key])
        column[at] = value
        self.columns[key] = column
        for marked in (self.bad, self.unknown):
            marked[key] = marked.get(key, set()) - {at}

    def append(self, values: dict[str, Any]) -> int:
        """Add a row that is not in the sheet yet; gives its index."""
        for key, column in self.columns.items():
            old = self.old.get(key)
            if old is not None and old is not column:
                old.append(None)
            column.append(values.get(key))
        self.rows.append(0)
        self.wanted.append(True)
        return len(self.rows) - 1


Tables = dict[str, Table]
