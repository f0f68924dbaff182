import pytest

from kakosheet.policy.stats import change, mean, median, share, wilson


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [  # scipy.stats.binomtest(k, n).proportion_ci(method="wilson")
        (0, 10, 0.0, 0.277532799),
        (1, 10, 0.017875750, 0.404150016),
        (5, 10, 0.236593090, 0.763406910),
        (10, 10, 0.722467201, 1.0),
    ],
)
def test_wilson_gives_the_published_interval(hits: int, of: int, low: float, high: float) -> None:
    found = wilson(hits, of)
    assert found is not None
    assert found == pytest.approx((low, high), abs=1e-6)


def test_no_trials_have_no_interval() -> None:
    assert wilson(0, 0) is None
    assert share(3, 0) is None


def test_nothing_has_no_middle() -> None:
    assert median([]) is None and mean([]) is None and mean([None]) is None


def test_a_change_needs_both_sides() -> None:
    assert change(3, 5) == -2
    assert change(3, None) is None and change(None, 3) is None
