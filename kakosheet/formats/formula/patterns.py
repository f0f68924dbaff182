"""What a formula has in common with others like it, found without taking it apart: its text without plain cells and
constants."""

from __future__ import annotations

import re
from functools import lru_cache

from kakosheet.core.address import MAX_COLUMN, MAX_ROW, column_number

Box = tuple[int, int, int, int, int]
"""Index of the sheet, row, column, last row, last column."""
_TEXT = re.compile('"[^"]*"')
_CELL = r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})"
_PLAIN = re.compile(rf"(?<![\w.$:!\]])(?:{_CELL}(?::{_CELL})?|[0-9]+(?:\.[0-9]+)?)(?![\w.:!$(\[])")


def masked(sheet: int, formula: str) -> tuple[str, tuple[Box, ...] | None]:
    """The formula's pattern, and the cells and ranges of its own sheet that were masked in it; None for those if it is
    not that plain.

    What looks like a cell and is none (a name, a function) stays in the pattern or among the cells: whether these are
    what the formula reads has to be seen once for each pattern.
    """
    if "'" in formula or "[" in formula:
        return formula, None
    pieces = _PLAIN.split(_TEXT.sub("\1", formula) if '"' in formula else formula)
    boxes = []
    for at in range(1, len(pieces), 5):
        left = pieces[at]
        if left is None:
            continue  # a number
        column, row = _column(left), int(pieces[at + 1])
        if pieces[at + 2] is None:
            box = (sheet, row, column, row, column)
        else:
            last_column, last_row = _column(pieces[at + 2]), int(pieces[at + 3])
            box = (sheet, min(row, last_row), min(column, last_column), max(row, last_row), max(column, last_column))
        if box[3] > MAX_ROW or box[4] > MAX_COLUMN:
            return formula, None
        boxes.append(box)
    return "\2".join(pieces[::5]), tuple(boxes)


@lru_cache(maxsize=20_000)
def _column(letters: str) -> int:
    return column_number(letters)
