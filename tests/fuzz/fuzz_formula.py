"""Any text is taken apart as a formula, moved and compared; no text is lost on the way."""

from __future__ import annotations

import random

from mutating import loop, mutate

from kakosheet.formats.formula import references, same, shift

FORMULAS = [
    "SUM(A1:B2)",
    "'It''s'!$A$1+Sheet2!B:B",
    'IF(A1="x""y",1,{1,2;3,4})',
    "Table1[[#This Row],[Price]]*2",
    "[1]Book!A1",
    "Sheet1:Sheet3!C4",
    "1e+5-A$1%",
    "_xlfn.LET(x,A1#,x+1)",
    'HYPERLINK("#"&SUBSTITUTE(CELL("address",A1),"!","."),"a")',
    "#REF!+1:1",
]


def attempt(chance: random.Random) -> None:
    text = mutate(chance.choice(FORMULAS).encode(), chance).decode("utf-8", "replace")
    list(references(text))
    shift(text, chance.randint(-5, 5), chance.randint(-5, 5))
    assert same(text, text) and same(shift(text, 0, 0), text)


if __name__ == "__main__":
    loop(attempt, ())
