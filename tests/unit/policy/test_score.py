from dataclasses import replace

import pytest

from kakosheet.policy.loader import load_policy
from kakosheet.policy.score import (
    Parcels,
    TrackRecord,
    Usual,
    carrier_proposal,
    change_word,
    proposal,
    score,
    shrunk,
    stands_out,
    sureness,
    usual,
    weighted,
)

POLICY = load_policy()
USUAL = Usual(disputed=0.05, blamed=0.05, lost=0.1)


def test_few_trials_stay_near_the_average_and_many_do_not() -> None:
    assert shrunk(1, 1, 0.05, 10) == pytest.approx(1.5 / 11)
    assert shrunk(100, 1000, 0.05, 10) == pytest.approx(0.1, abs=0.001)
    assert shrunk(0, 0, 0.05, 10) is None


def test_sureness_follows_the_settings() -> None:
    assert [sureness(count, 5, 20) for count in (0, 1, 5, 19, 20)] == [None, "few", "some", "some", "solid"]


def test_a_weighted_mean_leaves_out_what_is_not_known() -> None:
    assert weighted([(1.0, 30), (None, 50), (0.0, 10)]) == pytest.approx(75)
    assert weighted([(2.0, 1), (-1.0, 1)]) == pytest.approx(50)
    assert weighted([(None, 1)]) is weighted([]) is weighted([(1.0, 0)]) is None


def test_standing_out_needs_more_than_chance() -> None:
    assert stands_out(8, 20, 0.05)
    assert not stands_out(1, 1, 0.05)
    assert not stands_out(2, 20, 0.05)


def test_change_needs_more_than_chance() -> None:
    assert change_word(60, 500, 24, 500) == "worked"
    assert change_word(24, 500, 60, 500) == "worse"
    assert change_word(3, 25, 1, 20) == "unclear"
    assert change_word(0, 0, 1, 20) is None


def test_change_agrees_with_published_intervals() -> None:
    # Newcombe 1998, table II: 56/70 - 48/80 has the interval 0.0524 to 0.3339, 9/10 - 3/10 0.1705 to 0.8090, 5/56 - 0/29 -0.0381 to 0.1926.
    assert change_word(56, 70, 48, 80) == change_word(9, 10, 3, 10) == "worked"
    assert change_word(5, 56, 0, 29) == "unclear"


def test_averages_are_those_of_all_orders_together() -> None:
    assert usual(
        [TrackRecord(orders=90, disputed=0), TrackRecord(orders=10, disputed=5, blamed=4, disputes=5, lost=1)]
    ) == Usual(0.05, 0.04, 0.2)
    assert usual([]) == Usual(None, None, None)


def test_more_problems_never_raise_the_score() -> None:
    scores = [
        score(TrackRecord(orders=50, spent=1000.0, disputed=n, blamed=n, disputes=n), USUAL, POLICY) for n in range(20)
    ]
    known = [value for value in scores if value is not None]
    assert known == sorted(known, reverse=True) and len(known) == 20


def test_a_weight_in_settings_changes_the_score() -> None:
    record = TrackRecord(orders=50, blamed=10, feedback=5.0)
    heavy = replace(POLICY, settings={**POLICY.settings, "weight_feedback": 500})
    assert (score(record, USUAL, heavy) or 0) > (score(record, USUAL, POLICY) or 0)
    assert score(TrackRecord(), USUAL, POLICY) is None


def test_where_problems_are_usual_the_usual_seller_is_not_watched() -> None:
    busy = Usual(disputed=0.34, blamed=0.34, lost=None)
    assert proposal(TrackRecord(orders=57, blamed=20), busy, 60.0, POLICY) is None
    watched = proposal(TrackRecord(orders=57, blamed=35), busy, 60.0, POLICY)
    assert watched is not None and (watched.status, watched.because) == ("watch", "rate")


@pytest.mark.parametrize(
    ("record", "points", "status"),
    [
        (TrackRecord(orders=50, counterfeit=1), 90.0, "black"),
        (TrackRecord(orders=50, disputes=5, lost=3), 60.0, "black"),
        (TrackRecord(orders=50), 20.0, "black"),
        (TrackRecord(orders=50, blamed=15), 60.0, "watch"),
        (TrackRecord(orders=50), 40.0, "watch"),
        (TrackRecord(orders=50), 85.0, "white"),
        (TrackRecord(orders=50, disputes=1, lost=1), 85.0, None),
        (TrackRecord(orders=2), 20.0, "trial"),
        (TrackRecord(), None, None),
    ],
)
def test_proposals(record: TrackRecord, points: float | None, status: str | None) -> None:
    found = proposal(record, USUAL, points, POLICY)
    assert (found.status if found else None) == status


def test_few_parcels_never_blacklist_a_carrier() -> None:
    few = carrier_proposal(Parcels(parcels=4, damaged=3), 0.02, POLICY)
    assert few is not None and few.status == "watch"
    many = carrier_proposal(Parcels(parcels=40, damaged=30), 0.02, POLICY)
    assert many is not None and many.status == "black"
    clean = carrier_proposal(Parcels(parcels=40), 0.02, POLICY)
    assert clean is not None and clean.status == "white"
    assert carrier_proposal(Parcels(), 0.02, POLICY) is None
