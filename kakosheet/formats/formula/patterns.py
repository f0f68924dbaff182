"""What a formula has in common with others like it, found without taking it apart: its text without plain cells and
constants."""

from __future__ import annotations

import re
from functools import lru_cache

from kakosheet.core.address import MAX_COLUMN, MAX_ROW, column_number

Box = tuple[int, int, int, int, int]
"""Index of the sheet, row, column, last row, last column."""
_CONSTANT = re.compile(r'"[^"]*"|(?<![\w.$:!])[0-9]+(?:\.[0-9]+)?(?![\w.:!$(])')
_CELL = re.compile(
    r"(?<![\w.$:!\]])\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})(?::\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6}))?(?![\w.:!(\[])"
)


def masked(sheet: int, formula: str) -> tuple[str, tuple[Box, ...] | None]:
    """The formula's pattern, and the cells and ranges of its own sheet that were masked in it; None for those if it is
    not that plain.

    What looks like a cell and is none (a name, a function) stays in the pattern or among the cells: whether these are
    what the formula reads has to be seen once for each pattern.
    """
    if "'" in formula or "[" in formula:
        return formula, None
    plain = _CONSTANT.sub("\1", formula)
    boxes = []
    for left, top, right, bottom in _CELL.findall(plain):
        column, row = _column(left), int(top)
        last_column, last_row = (_column(right), int(bottom)) if right else (column, row)
        if column > last_column:
            column, last_column = last_column, column
        if row > last_row:
            row, last_row = last_row, row
        if last_column > MAX_COLUMN or last_row > MAX_ROW:
            return formula, None
        boxes.append((sheet, row, column, last_row, last_column))
    return _CELL.sub("\2", plain), tuple(boxes)


@lru_cache(maxsize=20_000)
def _column(letters: str) -> int:
    return column_number(letters)
