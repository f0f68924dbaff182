"""Whether a cell holds what was to be written. Only what can be said without doubt is said: dates and texts with odd
characters pass."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from kakosheet.core.patch import Cached, CellInput, Formula
from kakosheet.core.raw import ErrorValue

_ODD = re.compile("[^ -~\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|_x|  |^ | $")


class Shown(NamedTuple):
    """What a cell holds: its value (None for none; a number for a date) and whether it has a formula."""

    value: bool | float | str | None
    formula: bool


NOTHING = Shown(None, False)
"""A cell that is not there."""


def holds(shown: Shown, wanted: CellInput) -> bool:
    """Whether the cell holds it. A formula's own text is not looked at, only that there is one."""
    if isinstance(wanted, Formula):
        return shown.formula and holds(shown, wanted.value)
    value = wanted.value if isinstance(wanted, Cached) else wanted
    if isinstance(value, ErrorValue):
        return True
    if value is None or value == "":
        return shown.value in (None, "")
    if isinstance(value, bool):
        return shown.value is value
    if isinstance(value, int | float):
        return isinstance(shown.value, float) and math.isclose(shown.value, value, rel_tol=1e-14)
    if isinstance(value, str):
        return bool(_ODD.search(value)) or shown.value == value
    return shown.value is not None
