"""Values of cells, the same in every format: how long a text may be, and when two values are one."""

from __future__ import annotations

import math

from kakosheet.core.raw import ErrorValue, Scalar

MAX_TEXT = 32_767  # UTF-16 units in a cell, in Excel and in LibreOffice as it saves .xlsx
SAME_NUMBER = 5e-15  # programs save 15 significant digits: what agrees in those is one number


def equal(first: Scalar, second: Scalar) -> bool:
    """Whether two stored values are one: 1 is 1.0, but neither is TRUE, and an error is no text."""
    if isinstance(first, bool) or isinstance(second, bool):
        return first is second
    if isinstance(first, int | float) and isinstance(second, int | float):
        return first == second or math.isclose(first, second, rel_tol=SAME_NUMBER)
    return isinstance(first, ErrorValue) == isinstance(second, ErrorValue) and first == second
