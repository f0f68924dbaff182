from datetime import date

import pytest

from kakosheet.policy.periods import last_finished, parse_period, period_of, run_of


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026 q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-9", date(2026, 9, 1), date(2026, 9, 30)),
        (" 2026 ", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_is_read_as_people_write_it(text: str, first: date, last: date) -> None:
    period = parse_period(text)
    assert period is not None
    assert (period.first, period.last) == (first, last)


@pytest.mark.parametrize(
    "text", ["", "2026Q5", "2026-13", "2026-00", "Q3", "26Q3", "2026-09-01", "9999", "2026Q", "２０２６Ｑ"]
)
def test_what_is_no_period_is_refused(text: str) -> None:
    assert parse_period(text) is None


def test_keys_read_back_as_themselves() -> None:
    for unit in ("month", "quarter", "year"):
        period = period_of(unit, date(2026, 11, 21))
        assert parse_period(period.key) == period


@pytest.mark.parametrize(
    ("today", "key"),
    [
        (date(2026, 9, 30), "2026Q2"),
        (date(2026, 10, 1), "2026Q3"),
        (date(2026, 12, 31), "2026Q3"),
        (date(2027, 1, 1), "2026Q4"),
    ],
)
def test_a_quarter_is_finished_the_day_after_its_last(today: date, key: str) -> None:
    assert last_finished("quarter", today).key == key


def test_eight_quarters_end_with_the_current_one() -> None:
    keys = [period.key for period in run_of("quarter", date(2026, 1, 1), 8)]
    assert keys == ["2024Q2", "2024Q3", "2024Q4", "2025Q1", "2025Q2", "2025Q3", "2025Q4", "2026Q1"]


def test_the_quarter_to_date_is_set_beside_as_many_days_of_the_one_before() -> None:
    quarter = period_of("quarter", date(2026, 11, 21))
    before = quarter.same_days_before(date(2026, 11, 21))
    assert (before.first, before.last) == (date(2026, 7, 1), date(2026, 8, 21))
    assert quarter.until(date(2026, 11, 21)).last == date(2026, 11, 21)
    assert quarter.same_days_before(date(2026, 12, 31)).last == date(2026, 9, 30)
    spring = period_of("quarter", date(2026, 5, 1))
    assert spring.same_days_before(date(2026, 6, 30)).last == date(2026, 3, 31)


def test_a_longer_quarter_never_reaches_past_the_shorter_one_before() -> None:
    quarter = period_of("quarter", date(2026, 6, 30))
    assert quarter.same_days_before(date(2026, 6, 29)).last <= date(2026, 3, 31)
