"""Intervals and quantiles beside those of scipy and pandas, which know nothing of us."""

from __future__ import annotations

import random

import pytest

from kakosheet.policy.stats import quantile, wilson


def test_wilson_agrees_with_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    rng = random.Random(1)
    for _ in range(60):
        of = rng.randint(1, 500)
        hits = rng.randint(0, of)
        known = stats.binomtest(hits, of).proportion_ci(method="wilson")
        assert wilson(hits, of) == pytest.approx((known.low, known.high), abs=1e-12)


def test_quantiles_agree_with_pandas() -> None:
    pandas = pytest.importorskip("pandas")
    rng = random.Random(2)
    for size in (1, 2, 3, 10, 31):
        values = [rng.randint(0, 90) for _ in range(size)]
        for part in (0.0, 0.1, 0.5, 0.9, 1.0):
            assert quantile(values, part) == pytest.approx(pandas.Series(values).quantile(part))
