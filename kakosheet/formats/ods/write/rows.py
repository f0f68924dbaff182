"""Rows of a sheet (ODF 1.3 part 3, 9.1.3): sparse cells by row, blank ones repeated, down to the sheet's last row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kakosheet.core.address import MAX_ROW
from kakosheet.formats.ods.write.cells import BLANK, CELL
from kakosheet.formats.ods.write.columns import LAST_COLUMN


def row(style: str, cells: Sequence[str], count: int = 1, *, width: int = 0) -> str:
    """A row of cells, filled up with blank ones to `width`: a cell that is not there has no style, not even its
    column's (LibreOffice 7.4).

    Blank cells in a run are one element.
    """
    repeated = f' table:number-rows-repeated="{count}"' if count > 1 else ""
    inside = "".join(_joined(cells, width - len(cells)))
    return f'<table:table-row table:style-name="{style}"{repeated}>{inside}</table:table-row>'


def _joined(cells: Sequence[str], missing: int) -> Iterator[str]:
    blanks = 0
    for cell in cells:
        if cell == BLANK:
            blanks += 1
            continue
        if blanks:
            yield _blanks(blanks)
            blanks = 0
        yield cell
    if blanks + missing > 0:
        yield _blanks(blanks + missing)


def _blanks(count: int) -> str:
    return f'{CELL} table:number-columns-repeated="{count}"/>' if count > 1 else BLANK


def sparse_rows(
    cells: Mapping[int, Mapping[int, str]], styles: Mapping[int, str], default: str, repeated: int = 0
) -> Iterator[str]:
    """Rows from `cells[row][column]`; `styles` are those of rows that do not have the default one. The row `repeated`
    is printed on every page."""
    at = 1
    for number in sorted({*cells, *styles}):
        if number > at:
            yield row(default, (), number - at, width=LAST_COLUMN)
        here = cells.get(number, {})
        made = row(
            styles.get(number, default),
            [here.get(column, BLANK) for column in range(1, max(here, default=0) + 1)],
            width=LAST_COLUMN,
        )
        yield f"<table:table-header-rows>{made}</table:table-header-rows>" if number == repeated else made
        at = number + 1
    if at <= MAX_ROW:
        yield row(default, (), MAX_ROW - at + 1, width=LAST_COLUMN)
