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
    """What a cell holds: its value (None for none; a number for a date) and its formula's text in the grammar of the file
    (None for no formula, "" where the text stands in another cell)."""

    value: bool | float | str | None
    formula: str | None


NOTHING = Shown(None, None)
"""A cell that is not there."""


def holds(shown: Shown, wanted: CellInput) -> bool:
    """Whether the cell holds it."""
    if isinstance(wanted, Formula):
        return shown.formula is not None and _alike(shown.formula, wanted.text) and holds(shown, wanted.value)
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


_GRAMMAR = re.compile(
    r"of:=|_xlfn\.|_xlws\.|_xludf\.|COM\.MICROSOFT\.|ORG\.LIBREOFFICE\.|[\s\[\].;,$'!(){}|~]", re.IGNORECASE
)
"""What one formula has otherwise in OOXML and in OpenFormula: prefixes, brackets, separators."""


def _alike(held: str, wanted: str) -> bool:
    """Whether two texts are one formula but for the grammar: the same names, cells, signs and texts in the same order."""
    return not held or _GRAMMAR.sub("", held).casefold() == _GRAMMAR.sub("", wanted).casefold()
