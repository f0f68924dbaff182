"""Where tables stand in a workbook, and our live formulas rendered for a row of them (OOXML grammar, A1 references)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from kakosheet.core.address import MAX_ROW, column_letters, quote_sheet
from kakosheet.core.raw import Scalar
from kakosheet.core.schema import Column, TableSchema
from kakosheet.core.titles import Titles

_PLACE = re.compile(r"\[([a-z0-9_]+(?:\.[a-z0-9_]+)?)\]|«([a-z0-9_]+)\.([a-z0-9_]+)»")
_ROW = "\0"
MAX_LITERAL = 255
"""Characters that a string constant of a formula may have (ECMA-376 part 1, 18.17.2.2 with Excel's published
limits)."""


@dataclass(frozen=True)
class Placement:
    """Where one table stands: its sheet's name, its header row and the column of each key.

    In a block of a view the header cells may stand in several rows: `offsets[key]` is how far below `header_row` that
    one stands.
    """

    sheet: str
    header_row: int
    columns: Mapping[str, int]
    offsets: Mapping[str, int] = field(default_factory=dict)
    slots: int | None = None
    hidden: bool = False

    def range_of(self, key: str) -> str:
        """The whole data column: absolute, down to the sheet's last row or to the block's last slot."""
        letters, first = column_letters(self.columns[key]), self.header_row + self.offsets.get(key, 0) + 1
        last = MAX_ROW if self.slots is None else first + self.slots - 1
        return f"{quote_sheet(self.sheet)}!${letters}${first}:${letters}${last}"


Binding = Mapping[str, Placement]
"""Table key → where it stands."""


class NamedCell(NamedTuple):
    """A cell of the hidden lists sheet with a workbook-scope name of its own ("_kako_today").

    `formula` is a template as in `Column.formula` (no "="), "" where the cell is a constant; `value` is what it gives
    now.
    """

    name: str
    formula: str
    value: Scalar


def literal(text: str) -> str:
    """A string constant of a formula."""
    return '"' + text.replace('"', '""') + '"'


def has_places(column: Column, table: TableSchema, binding: Binding) -> bool:
    """Whether all columns that a formula refers to stand somewhere."""
    for reference, _, _ in _PLACE.findall(column.formula):
        other, _, key = reference.rpartition(".")
        place = binding.get(other or table.key)
        if reference and (place is None or key not in place.columns):
            return False
    return True


def row_formula(column: Column, table: TableSchema, binding: Binding, titles: Titles) -> Callable[[int], str]:
    """The formula of a column as a function of the spreadsheet row (for a block: of the row that `Table.rows`
    gives)."""
    own = binding[table.key]

    def fill(match: re.Match[str]) -> str:
        reference, listing, choice = match.groups()
        if listing is not None:
            return literal(titles.choice(listing, choice) or "")
        if "." in reference:
            other, _, key = reference.partition(".")
            return binding[other].range_of(key)
        return f"{column_letters(own.columns[reference])}{_ROW}{own.offsets.get(reference, 0)}{_ROW}"

    template = _PLACE.sub(fill, column.formula)
    if not own.offsets:
        plain = template.replace(f"{_ROW}0{_ROW}", _ROW)
        return lambda row: plain.replace(_ROW, str(row))
    pieces = template.split(_ROW)
    return lambda row: "".join(str(row + int(piece)) if i % 2 else piece for i, piece in enumerate(pieces))


def link_formula(target: str, table: TableSchema, binding: Binding) -> str | None:
    """A link to the row with that id, which survives sorting; None where no link can be made (hidden sheet, overlong
    id)."""
    place = binding.get(table.key)
    ids_column = table.id_column or table.key_column
    if place is None or place.hidden or ids_column not in place.columns or len(target) > MAX_LITERAL:
        return None
    ids, name = place.range_of(ids_column), literal(target)
    return f'HYPERLINK("#"&SUBSTITUTE(CELL("address",INDEX({ids},MATCH({name},{ids},0))),"!",_kako_sep),{name})'


def link_table(target: str, column: Column, tables: Mapping[str, TableSchema]) -> TableSchema | None:
    """Which of the tables that a column links to gives ids of that form."""
    candidates = [tables[key] for key in column.link_to.split("|") if key in tables]
    for table in candidates:
        if table.id_format and target.startswith(table.id_format.partition("{")[0]):
            return table
    return candidates[0] if candidates else None
