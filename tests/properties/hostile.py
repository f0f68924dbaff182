"""Texts and numbers that mean harm, for any cell and any argument."""

from __future__ import annotations

from hypothesis import strategies as st

SEEDS = (
    "9" * 400, "9" * 5_000, "-" + "9" * 5_000, "0." + "9" * 5_000, "1e400", "-1e400", "1e99999", "nan", "inf", "-inf", "Infinity", "-0", "+0", "-0.0", "1_000", "0x10",
    "１２３", "９" * 5_000, "٣", "٣" * 5_000, "²", "²" * 20, "Ⅷ", "①", "૯/૦૧/૨૦૨૬", "५ days", "²0²6-0²-0²", "9999-12-31", "0000-00-00", "10000-01-01", "-2026-01-01", "31/02/2026",
    "99999999", "1" * 15, "1" * 16, "1" * 309, "1" * 400 + "%", "¥" + "9" * 99, "5e15 days", "7," * 5_000, "7," * 5_000 + "9" * 5_000, "9" * 99 + ",0",
    "P-" + "9" * 400, "P-" + "9" * 5_000, "P-" + "٣" * 5_000, "P-²", "D-2026-" + "9" * 5_000, "D-" + "9" * 5_000 + "-1", "U-" + "9" * 5_000, "P-99999999999",
    "\x00", "\x01\x1f", "\x7f", "￾", "￿", "\ud800", "a\udfffb", "\u202e", "\ufeff", "\u200b1", "e\u0301" * 99, "ﷺ" * 999, "\U0010ffff",
    "a" * 32_767, " " * 32_767 + "1", "1" + " " * 32_767 + "1", "(" * 32_767, "\n" * 999, "=1+1", "\n=1+1", "=" * 999, "'", "{x}", "{0.__class__}", "%s", "%(a)s",
    "09:00-12:00", "9" * 4_000 + "-" + "9" * 4_000, "99:99-99:99", "25:00", "2026-02-28T99:99", "24:00", "Europe/" + "B" * 5_000, "../../etc/passwd", "/etc/passwd",
    "12:00 pm " * 99, "2026年11月²1日", "2026-11-21T10:00:00." + "9" * 50, "1899-12-31", "2199-12-31", "2200-01-01", "2958465", "2958466", "1e6", "1e15", "1e-400",
)
"""Long runs of digits, exponents, what `float` takes and a person does not mean, digits of other scripts, what `isdigit` takes and `int` does not, and
what XML cannot hold."""

TEXTS = st.one_of(
    st.sampled_from(SEEDS), st.text(max_size=40), st.text("0123456789", min_size=300, max_size=6_000), st.text("0123456789٣²９.,-+eE/:%_ 年月日天", max_size=40),
    st.builds("{}{}{}".format, st.sampled_from(("", "-", "+", "P-", "D-2026-", "¥", "2026-")), st.sampled_from(SEEDS), st.sampled_from(("", "%", " days", "元", ":00", "/"))))
NUMBERS = st.one_of(st.integers(), st.floats(), st.sampled_from((10**400, -(10**400), 10**5_000, 1e308, float("nan"), float("inf"), float("-inf"), -0.0, 10**15, 2**63)))
CELLS = st.one_of(TEXTS, NUMBERS, st.booleans(), st.dates(), st.datetimes())
