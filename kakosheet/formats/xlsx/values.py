"""What the text of a cell's `v` element says, by the cell's type (ECMA-376 part 1, 18.3.1.96 and 18.18.11)."""

from __future__ import annotations

from datetime import date, datetime

from kakosheet.core.raw import ErrorValue, Scalar
from kakosheet.formats.xlsx.markup import resolved, unescape


def formula_value(kind: str, value: str) -> Scalar:
    """`typed`, the commonest of it first."""
    return (
        value if kind == "str" and "&" not in value and "_x" not in value and "\r" not in value else typed(kind, value)
    )


def typed(kind: str, value: str) -> bool | int | float | str | date:
    """The value of a cell by its type (18.18.11). Raises ValueError."""
    if not kind or kind == "n":
        return number(value)
    if kind in ("str", "inlineStr"):
        return unescape(resolved(value))
    if kind == "b":
        return value in ("1", "true")
    if kind == "e":
        return ErrorValue(resolved(value))
    if kind == "d":
        return iso_value(value)
    raise ValueError(kind)


def number(value: str) -> int | float:
    """Whole numbers written with digits alone are `int`, other numbers `float`. Raises ValueError."""
    value = value.strip()
    if value.isascii() and value.isdigit() and len(value) < 309:  # a double holds no more
        return int(value)
    found = float(value)
    if found - found != 0.0 or "_" in value:
        raise ValueError(value)
    return found


def iso_value(value: str) -> date | datetime | str:
    """What t="d" holds: a day, a day with a time (a zone is left out, since cells have none), or text if it is
    neither."""
    try:
        moment = datetime.fromisoformat(value).replace(tzinfo=None)
    except ValueError:
        return value
    return moment if "T" in value else moment.date()
