"""What people have to mend before something can be known, in words that stay true after the next sort: column, row and
sheet by their names."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kakosheet.core.records import Cell
from kakosheet.core.schema import WorkbookSchema
from kakosheet.core.table import Tables
from kakosheet.core.text import cut
from kakosheet.core.titles import Titles

Mend = Callable[[Iterable[Cell]], str]
"""Cells to mend → "Done on of T-0001 (Tasks)"."""

MOST = 5
"""Cells that a sentence names before it only counts."""


def mender(schema: WorkbookSchema, tables: Tables, titles: Titles) -> Mend:
    """The words for cells of these tables, in the language of the book."""

    def told(cell: Cell) -> str:
        table = schema.tables[cell.table]
        column = cut(titles.columns.get(f"{cell.table}.{cell.column}", table.by_key[cell.column].title))
        sheet = cut(titles.sheets.get(table.sheet, schema.sheet_by_key[table.sheet].title))
        name = table.id_column or table.key_column
        row = cut(str(tables[cell.table].columns[name][cell.at] or "")) if name and name != cell.column else ""
        if row:
            return titles.say("mend.cell", column=column, row=row, sheet=sheet)
        at = tables[cell.table].rows[cell.at]  # all that there is to name a row whose key is what cannot be known
        return (
            titles.say("mend.cell_of_row", column=column, at=at, sheet=sheet)
            if at
            else titles.say("mend.cell_of_new_row", column=column, sheet=sheet)
        )

    def words(cells: Iterable[Cell]) -> str:
        ordered = sorted(cells)
        shown = titles.say("mend.between").join(dict.fromkeys(map(told, ordered[:MOST])))
        more = len(ordered) - MOST
        return titles.say("mend.and_more", what=shown, count=more) if more > 0 else shown

    return words
