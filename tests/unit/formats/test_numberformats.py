"""What a number format shows (ECMA-376 part 1, 18.8.31)."""

from __future__ import annotations

import pytest

from kakosheet.core.raw import DAY, TIME
from kakosheet.formats.xlsx.numberformats import shown_as


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("General", ""),
        ("0.00%", ""),
        ("#,##0.00_);[Red](#,##0.00)", ""),
        ("@", ""),
        ("0.00E+00", ""),
        ('0" days"', ""),
        ("# ?/?", ""),
        ("0\\d", ""),
        ("yyyy-mm-dd", DAY),
        ("d-mmm", DAY),
        ("mmm yy", DAY),
        ("[$-409]d\\-mmm;@", DAY),
        ("m/d/yyyy h:mm", DAY),
        ('yyyy"年"m"月"d"日"', DAY),
        ("mm", DAY),
        ("h:mm", TIME),
        ("[h]:mm:ss", TIME),
        ("mm:ss.0", TIME),
        ("[$-F400]h:mm:ss\\ AM/PM", TIME),
        ("h:mm A/P", TIME),
        ("[ss]", TIME),
        ("[$€-407]#,##0.00", "€"),
        ("#,##0.00 [$USD]", "USD"),
        ('"$"#,##0.00', "$"),
        ("_-* #,##0.00 €_-;-* #,##0.00 €_-", "€"),
        ("[$¥-804]0", "¥"),
        ('#,##0 "CHF"', "CHF"),
    ],
)
def test_a_format_tells_days_times_and_money_from_plain_numbers(code: str, shown: str) -> None:
    assert shown_as(code) == shown
