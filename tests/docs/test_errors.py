"""docs/errors.md is made from the one table of codes: `--update` writes it anew where it is not current."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest

from kakosheet.core.issues import CODES

FILE = Path(__file__).parents[2] / "docs" / "errors.md"
KINDS = {
    "1": "The file",
    "2": "The structure of a workbook",
    "3": "A cell",
    "4": "References and identity",
    "5": "Templates, Settings and Rules",
    "6": "What follows from cells",
    "7": "Writing",
    "8": "Messages and the computer's timetable",
}
HEAD = """# Error codes

Every message of kakosheet carries one of these codes; `kakosheet explain BOOK K302` says the same. A code is never used again for something else.
Of K1, K2, K5 and K7 nothing was written; with K3, K4 and K6 the rest was refreshed.

<!-- Made from kakosheet/core/issues.py by `python -m pytest tests/docs --update`. -->
"""


def page() -> str:
    parts = [HEAD]
    for kind, codes in groupby(CODES, key=lambda code: code[1]):
        lines = "\n".join(f"| {code} | {CODES[code]} |" for code in codes)
        parts.append(f"## K{kind}: {KINDS[kind]}\n\n| code | meaning |\n| --- | --- |\n{lines}\n")
    return "\n".join(parts)


def test_the_page_of_error_codes_is_current(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update"):
        FILE.write_text(page(), encoding="utf-8")
    assert FILE.read_text(encoding="utf-8") == page()


def test_codes_stand_in_order() -> None:
    assert [*CODES] == sorted(CODES)
