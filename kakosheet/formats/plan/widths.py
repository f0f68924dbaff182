"""How wide a column has to be: its title on two lines, its words, and a sample of its values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from unicodedata import east_asian_width

from kakosheet.core.schema import Column, Kind, Owner, TableSchema
from kakosheet.formats.palette import RIGHT

SAMPLE = 300
REST = 8.43
"""Of columns without a width of their own: Excel's."""
UNSET = 8.0
"""The same where an .xlsx does not even name them, as LibreOffice 7.4 shows it."""
PADDING = 2.4
ICON = 2.0
SENTENCE = 48.0
"""The widest column for texts of ours: they may say a little more than people type."""
_FIXED = {Kind.DATE: 12.5, Kind.DATETIME: 17.0, Kind.CURRENCY: 8.0, Kind.YESNO: 9.0}
_RANGE = {
    Kind.INTEGER: (8.0, 14.0),
    Kind.DAYS: (10.0, 12.0),
    Kind.NUMBER: (9.0, 14.0),
    Kind.MONEY: (12.0, 16.0),
    Kind.PERCENT: (10.0, 12.0),
    Kind.SCORE: (10.0, 12.0),
    Kind.LINK: (14.0, 38.0),
    Kind.CHOICE: (11.0, 34.0),
    Kind.TEXT: (14.0, 36.0),
}


def characters(text: str) -> float:
    """The width of a text in digits of the default font; East Asian wide characters count 1.9."""
    return sum(1.9 if east_asian_width(c) in "WF" else 1.0 for c in text)


def title_width(title: str) -> float:
    """The narrowest width in which a bold title stands on two lines."""
    return min((max(characters(line) for line in lines) for lines in _splits(title)), default=0.0) * 1.1


def _splits(title: str) -> Iterable[tuple[str, ...]]:
    """Every way to break a title once: at a space, or between wide characters."""
    yield (title,)
    for i in range(1, len(title)):
        if title[i] == " ":
            yield title[:i], title[i + 1 :]
        elif east_asian_width(title[i]) in "WF" and i > 1:
            yield title[:i], title[i:]


def column_width(column: Column, title: str, words: Iterable[str], values: Iterable[Any], least: float = 0.0) -> float:
    """Characters: what the values will usually need, as a new book has none. Never below `least`, the header or, for
    choices, the longest word and its icon."""
    least = max(least, _header_width(column, title))
    listed = max((characters(word) for word in words), default=0.0)
    if listed:
        least = max(
            least, min(listed, 30.0) * (1.12 if column.style else 1.04) + PADDING + (ICON if column.style else 0)
        )
    if column.width is not None:
        return max(column.width, least)
    if column.kind in _FIXED:
        return max(_FIXED[column.kind], least)
    low, high = _RANGE[column.kind]
    if column.owner is Owner.TOOL and column.kind is Kind.TEXT and not column.ref:
        low = high = SENTENCE
    elif column.owner is Owner.ID:
        low = 8.0
    widest = max((characters(_shown(value)) for value in values), default=0.0) * 1.04 + PADDING
    return max(least, min(max(low, widest), high))


def reference_width(column: Column, table: TableSchema, tables: Mapping[str, TableSchema]) -> float:
    """What a column needs that holds ids or names of a table: its own id, or those it refers or leads to."""
    if column.owner is Owner.ID:
        return _id_width(table)
    known = [(tables[name], key) for name, key in column.named if name in tables]
    names = [_id_width(target) if target.id_column == key else target.by_key[key].width or 0.0 for target, key in known]
    return max([*names, *(_id_width(tables[key]) for key in column.link_to.split("|") if key in tables)], default=0.0)


def _id_width(table: TableSchema) -> float:
    return characters(table.id_format.format(year=2026, number=1)) * 1.04 + PADDING if table.id_format else 0.0


def _header_width(column: Column, title: str) -> float:
    """Numeric headers stand right, close to the one before: where a title nearly fits on one line it gets one, with air
    on its left."""
    least, line = title_width(title) + PADDING, characters(title)
    return line + PADDING if column.kind in RIGHT and line <= least + PADDING else least


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.2f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def pixels(width: float) -> int:
    """A column's width on screen, with digits of seven pixels (ECMA-376 part 1, 18.3.1.13)."""
    return int(width * 7 + 0.5) + 5 if width >= 1 else int(width * 12 + 0.5)


def row_pixels(points: float) -> int:
    return int(points * 4 / 3 + 0.5)
