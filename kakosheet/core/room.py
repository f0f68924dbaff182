"""Room for the rows that are to be added: nothing of people's may stand there."""

from __future__ import annotations

from kakosheet.core import seal
from kakosheet.core.address import cell_name
from kakosheet.core.bind import is_filled
from kakosheet.core.compared import Compared
from kakosheet.core.formulas import has_places, row_formula
from kakosheet.core.issues import Issue
from kakosheet.core.raw import CellValue, FormulaCell
from kakosheet.core.schema import SEAL, Column, Owner


class RoomTaken(Exception):
    """Something stands where rows are to be added. `issues` are all that comparing found, this among them."""

    def __init__(self, message: str, issues: list[Issue]) -> None:
        super().__init__(message)
        self.issues = issues

    @classmethod
    def at(cls, sheet: str, row: int, column: int, value: CellValue) -> RoomTaken:
        cell = cell_name(row, column)
        shown = f"={value.text}" if isinstance(value, FormulaCell) and value.text else seal.canonical(value)
        shown = shown if len(shown) <= 60 else shown[:59] + "…"
        issue = Issue(
            "K205",
            f'"{shown}" stands where a row is to be added' if shown else "a formula stands where a row is to be added",
            "move it to the side of the table or to another sheet",
            sheet,
            cell,
        )
        return cls(f"{sheet}!{cell}: {issue.message}", [issue])


def check_room(compared: Compared, first: int, last: int) -> None:
    """Nothing but what we left there may stand in rows `first` to `last`, across the table's width. RoomTaken if
    something does."""
    place, rows = compared.place, compared.sheet.rows
    left, right = min(place.columns.values()), max(place.columns.values())
    keys = {at: key for key, at in place.columns.items()}
    for row in sorted(rows.keys() & range(first, last + 1)):
        for column, value in rows[row].items():
            if (
                left <= column <= right
                and (isinstance(value, FormulaCell) or is_filled(value))
                and not _left_by_us(compared, row, keys.get(column), value)
            ):
                raise RoomTaken.at(place.sheet, row, column, value)


def _left_by_us(compared: Compared, row: int, key: str | None, cell: CellValue) -> bool:
    """Whether a cell of a row without anything typed is a computed one as a refresh left it: people empty rows of which
    those remain."""
    seals = compared.seal_parts(compared.sheet.rows[row].get(compared.place.columns.get(SEAL.key, 0)))
    if key is None or key == SEAL.key:
        return key is not None and seals is not None
    column = compared.table.schema.by_key[key]
    if column.owner is Owner.TOOL:
        return seals is not None and seals[1][compared.tool_at[key]] == seal.digest(compared.canonical(column, cell))
    return column.owner is Owner.FORMULA and _is_own_formula(compared, column, row, cell)


def _is_own_formula(compared: Compared, column: Column, row: int, cell: CellValue) -> bool:
    schema, binding = compared.table.schema, compared.book.binding
    if not isinstance(cell, FormulaCell) or not has_places(column, schema, binding):
        return False
    return compared.is_formula(cell, row_formula(column, schema, binding, compared.titles)(row))
