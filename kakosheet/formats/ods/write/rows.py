"""Rows of a sheet (ODF 1.3 part 3, 9.1.3): sparse cells by row, blank ones repeated, down to the sheet's last row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kakosheet.core.address import MAX_ROW
from kakosheet.formats.ods.write.cells import BLANK, CELL


def row(style: str, cells: Iterable[str], count: int = 1) -> str:
    """A row of cells; blank ones at its end and in a run are one element."""
    repeated = f' table:number-rows-repeated="{count}"' if count > 1 else ""
    return f'<table:table-row table:style-name="{style}"{repeated}>{"".join(_joined(cells)) or BLANK}</table:table-row>'


def _joined(cells: Iterable[str]) -> Iterator[str]:
    blanks = 0
    for cell in cells:
        if cell == BLANK:
            blanks += 1
            continue
        if blanks:
            yield _blanks(blanks)
            blanks = 0
        yield cell


def _blanks(count: int) -> str:
    return f'{CELL} table:number-columns-repeated="{count}"/>' if count > 1 else BLANK


def sparse_rows(cells: Mapping[int, Mapping[int, str]], styles: Mapping[int, str], default: str) -> Iterator[str]:
    """Rows from `cells[row][column]`; `styles` are those of rows that do not have the default one."""
    at = 1
    for number in sorted({*cells, *styles}):
        if number > at:
            yield row(default, (), number - at)
        here = cells.get(number, {})
        yield row(styles.get(number, default), (here.get(column, BLANK) for column in range(1, max(here, default=0) + 1)))
        at = number + 1
    if at <= MAX_ROW:
        yield row(default, (), MAX_ROW - at + 1)
