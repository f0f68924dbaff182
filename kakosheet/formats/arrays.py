"""The cells that an array formula or a data table fills: they have no formula of their own, and one that holds nothing is
not blank, but was never computed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping

from kakosheet.core.raw import CellValue, FormulaCell

MOST_UNKNOWN = 100_000
"""So many cells of one sheet are said to be unknown; an array that fills more is a whole column's, of which only the rows
that hold something count."""

Bounds = tuple[int, int, int, int]
Rows = MutableMapping[int, dict[int, CellValue]]


def fill_areas(rows: Rows, areas: Iterable[Bounds], is_empty_text: Callable[[int, int], bool]) -> None:
    """Mark the cells of each area (top, left, bottom, right). `is_empty_text` says of a row and column in which nothing
    stands whether that is a result: a text without a character. Rows are never changed in place: equal ones may be one
    object."""
    left_over = MOST_UNKNOWN
    for top, left, bottom, right in areas:
        size = (bottom - top + 1) * (right - left + 1)
        whole = size <= left_over
        left_over -= size if whole else 0
        numbers = range(top, bottom + 1) if whole or bottom - top < len(rows) else _within(rows, top, bottom)
        for number in numbers:
            row = rows.get(number, {})
            columns = range(left, right + 1) if whole else [column for column in row if left <= column <= right]
            marked = _marked(number, row, columns, is_empty_text)
            if marked:
                rows[number] = {**row, **marked}


def _within(rows: Mapping[int, object], top: int, bottom: int) -> list[int]:
    return [number for number in rows if top <= number <= bottom]


def _marked(
    number: int, row: Mapping[int, CellValue], columns: Iterable[int], is_empty_text: Callable[[int, int], bool]
) -> dict[int, CellValue]:
    found: dict[int, CellValue] = {}
    for column in columns:
        held = row.get(column)
        if isinstance(held, FormulaCell):
            continue
        if held is not None:
            found[column] = FormulaCell(None, held, True)
        elif not is_empty_text(number, column):
            found[column] = FormulaCell(None, None, False)
    return found
