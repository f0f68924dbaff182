"""Rows of totals that people put below or between the rows of a register: they are left out and never get an id."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from kakosheet.core.raw import CellValue, FormulaCell
from kakosheet.core.titles import fold

_AGGREGATE = re.compile(
    r"\b(?:SUM(?:IFS?|PRODUCT)?|SUBTOTAL|AGGREGATE|AVERAGE(?:IFS?)?|COUNT(?:A|IFS?)?|MIN|MAX|MEDIAN)\s*\(",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d+):\$?([A-Za-z]{1,3})\$?(\d+)|\[")
WORDS = frozenset(
    map(
        fold,
        (
            "total",
            "totals",
            "grand total",
            "subtotal",
            "sum",
            "in total",
            "average",
            "mean",
            "count",
            "合计",
            "总计",
            "小计",
            "共计",
            "总额",
            "平均",
            "累计",
            "合計",
            "総計",
            "小計",
            "합계",
            "summe",
            "gesamt",
            "zwischensumme",
            "totaal",
            "totale",
            "somme",
            "suma",
            "итого",
            "всего",
        ),
    )
)


def is_totals(cells: Mapping[int, CellValue], own: Iterable[int], *, last: bool) -> bool:
    """Whether a row holds nothing of people's but sums over rows (and numbers, and a word for it). `own` are the
    columns that people fill.

    A word alone makes it one only as the last row, where a number stands beside it.
    """
    filled = [value for column in own if (value := cells.get(column)) not in (None, "")]
    sums = sum(_over_rows(value) for value in filled)
    words = sum(isinstance(value, str) and is_word(value) for value in filled)
    rest = [value for value in filled if not isinstance(value, int | float | FormulaCell) or isinstance(value, bool)]
    return len(rest) == words <= 1 and (sums > 0 or (last and words == 1 and len(filled) > 1))


def is_word(text: str) -> bool:
    """Whether a text is a word for a total and nothing else."""
    return fold(text).rstrip(": ") in WORDS


def _over_rows(value: CellValue) -> bool:
    """Whether a formula sums up a range of several rows."""
    if not isinstance(value, FormulaCell) or value.text is None or not _AGGREGATE.search(value.text):
        return False
    return any(match[1] is None or match[2] != match[4] for match in _RANGE.finditer(value.text))
