"""A table of a workbook as it stands beside what it should be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeGuard

from kakosheet.core import seal
from kakosheet.core.bind import Book
from kakosheet.core.dates import to_serial
from kakosheet.core.formulas import Placement
from kakosheet.core.left import Left
from kakosheet.core.raw import CellValue, FormulaCell, RawSheet
from kakosheet.core.schema import SEAL, Column, Owner, WorkbookSchema
from kakosheet.core.table import Table
from kakosheet.core.titles import Titles

SameFormula = Callable[[str, str], bool]


@dataclass(frozen=True)
class Compared:
    """`table` holds what should stand at `place`, `book` what stands there. `left` is None where nothing is noted of
    what was left: in registers, and in books without the program's own sheet."""

    book: Book
    schema: WorkbookSchema
    titles: Titles
    same_formula: SameFormula
    table: Table
    place: Placement
    left: Left | None

    @cached_property
    def sheet(self) -> RawSheet:
        return self.book.raw.sheets[self.place.sheet]

    @cached_property
    def tools(self) -> list[Column]:
        return [column for column in self.table.schema.columns if column.owner is Owner.TOOL]

    @cached_property
    def tool_at(self) -> dict[str, int]:
        return {column.key: i for i, column in enumerate(self.tools)}

    @cached_property
    def sealed(self) -> bool:
        return SEAL.key in self.place.columns

    @cached_property
    def seals(self) -> list[CellValue | None]:
        """The seal cells of the rows, once new rows have their numbers; empty if the table has no such column."""
        return self.book.column_cells(self.table.schema.key, SEAL.key) if self.sealed else []

    def seal_parts(self, cell: CellValue | None) -> tuple[str, Sequence[str]] | None:
        """What a seal cell says, as `seal.parts`."""
        return seal.parts(plain_text(cell), self.schema.version, len(self.tools))

    def canonical(self, column: Column, cell: object) -> str:
        """The text that stands for a cell in a seal: dates by their serial in the 1900 system."""
        if isinstance(cell, FormulaCell):
            cell = cell.value
        if isinstance(cell, date):
            return seal.canonical(to_serial(cell, date1904=self.book.raw.date1904))
        return seal.canonical(cell)

    def is_formula(self, cell: CellValue | None, text: str) -> TypeGuard[FormulaCell]:
        """Whether a cell holds the formula, whatever a program made of its value."""
        return (
            isinstance(cell, FormulaCell)
            and cell.text is not None
            and (cell.text == text or self.same_formula(cell.text, text))
        )


def plain_text(cell: CellValue | None) -> object:
    return cell.value if isinstance(cell, FormulaCell) else cell
