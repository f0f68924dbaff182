"""States, explanations and refusals of the clock engine; the dates themselves are in test_due_dates.py."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kakosheet.policy.clock import ClockError, Limit, Pause, compute, given, natural_due, state
from kakosheet.policy.clock_text import parse_amount, parse_hours, parse_pause

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
FIVE_DAYS = compute(Limit(5, "natural_days"), date(2026, 11, 20), SHANGHAI)
ONE_DAY_OF_HOURS = compute(Limit(24, "calendar_hours"), datetime(2026, 11, 20, 10, tzinfo=SHANGHAI), SHANGHAI)


def at(day: int, hour: int = 12, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, second, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("now", "expected"),
    [(at(24), "open"), (at(25, 0), "due_today"), (at(25, 23, 59, 59), "due_today"), (at(26, 0), "defaulted"), (at(30), "defaulted")],
)
def test_day_five_is_in_time_and_day_six_defaults(now: datetime, expected: str) -> None:
    assert state(FIVE_DAYS, now, SHANGHAI, defaults=True) == expected


def test_without_an_effect_of_silence_late_is_overdue() -> None:
    assert state(FIVE_DAYS, at(26), SHANGHAI) == "overdue"


@pytest.mark.parametrize(("now", "expected"), [(at(21, 9, 59, 59), "open"), (at(21, 10), "overdue"), (at(21, 10, 0, 1), "overdue")])
def test_an_hour_clock_is_late_at_its_very_end(now: datetime, expected: str) -> None:
    assert state(ONE_DAY_OF_HOURS, now, SHANGHAI) == expected


@pytest.mark.parametrize(
    ("done", "expected"), [(at(21, 9, 59, 59), "met"), (at(21, 10), "late"), (date(2026, 11, 21), "met"), (date(2026, 11, 22), "late")]
)
def test_done_is_met_or_late(done: date, expected: str) -> None:
    assert state(ONE_DAY_OF_HOURS, at(30), SHANGHAI, done=done) == expected


def test_instants_of_the_hour_that_comes_twice_are_told_apart() -> None:
    due = compute(Limit(1, "calendar_hours"), datetime(2026, 10, 25, 0, 30, tzinfo=UTC), BERLIN)
    assert state(due, datetime(2026, 10, 25, 1, 29, tzinfo=UTC).astimezone(BERLIN), BERLIN) == "open"
    assert state(due, datetime(2026, 10, 25, 1, 30, tzinfo=UTC).astimezone(BERLIN), BERLIN) == "overdue"


def test_the_last_day_of_an_end_at_midnight_is_the_day_before() -> None:
    due = compute(Limit(24, "calendar_hours"), date(2026, 11, 20), SHANGHAI)
    assert due.due == at(21, 0) and due.last_day == date(2026, 11, 20)


def test_a_date_given_by_the_platform_is_taken_to_the_second() -> None:
    due = given(1_795_000_000, SHANGHAI)
    assert due.due == datetime.fromtimestamp(1_795_000_000, UTC)
    assert state(due, datetime.fromtimestamp(1_794_999_999, UTC), SHANGHAI) == "open"
    assert state(due, datetime.fromtimestamp(1_795_000_000, UTC), SHANGHAI, defaults=True) == "defaulted"


def test_a_pause_that_goes_on_shows_paused_and_moves_on_with_now() -> None:
    pause = [Pause(at(20, 12))]
    first = compute(Limit(24, "calendar_hours"), at(20, 10), SHANGHAI, pauses=pause, now=at(20, 16))
    later = compute(Limit(24, "calendar_hours"), at(20, 10), SHANGHAI, pauses=pause, now=at(20, 17))
    assert state(first, at(20, 16), SHANGHAI) == "paused"
    assert later.due - first.due == timedelta(hours=1)  # type: ignore[operator]


def test_a_pause_that_began_after_the_end_does_not_hide_that_it_is_late() -> None:
    due = compute(Limit(24, "calendar_hours"), at(20, 10), SHANGHAI, pauses=[Pause(at(22))], now=at(23))
    assert not due.paused and state(due, at(23), SHANGHAI) == "overdue"


def test_every_skipped_day_is_told_with_its_reason() -> None:
    due = compute(Limit(3, "working_days", "CN"), date(2026, 2, 12), SHANGHAI, explain=True)
    told = [(step.what, step.at.day) for step in due.steps]
    assert told[:3] == [("start", 12), ("counted", 13), ("made_up", 14)]
    assert [what for what, _ in told[3:12]] == [
        "weekend",
        "holiday",
        "holiday",
        "holiday",
        "holiday",
        "holiday",
        "weekend",
        "weekend",
        "holiday",
    ]
    assert told[-2:] == [("counted", 24), ("due", 24)]
    assert any("Spring Festival" in step.name for step in due.steps)


def test_hours_are_explained_by_the_spans_in_which_they_ran() -> None:
    due = compute(Limit(1, "business_hours"), datetime(2026, 11, 20, 16, 30, tzinfo=BERLIN), BERLIN, explain=True)
    assert [(step.what, step.number) for step in due.steps] == [
        ("start", None),
        ("hours", 0.5),
        ("weekend", None),
        ("weekend", None),
        ("hours", 0.5),
        ("due", None),
    ]


def test_the_short_way_for_natural_days_equals_the_long_one() -> None:
    for days in (0, 1, 5, 180):
        assert natural_due(date(2026, 11, 20), days) == compute(Limit(days, "natural_days"), date(2026, 11, 20), SHANGHAI).due


@pytest.mark.parametrize(
    "limit",
    [
        Limit(-1, "natural_days"),
        Limit(1.5, "working_days"),
        Limit(1, "fortnights"),
        Limit(float("nan"), "calendar_hours"),
        Limit(1, "business_hours", hours=()),
        Limit(1e9, "natural_days"),
    ],
)
def test_a_limit_that_cannot_be_counted_is_refused(limit: Limit) -> None:
    with pytest.raises(ClockError):
        compute(limit, date(2026, 11, 20), SHANGHAI)


def test_an_unknown_calendar_is_refused() -> None:
    for code in ("XX", "DE-QQ", "Germany", "../x"):
        with pytest.raises(ValueError, match="calendar"):
            compute(Limit(1, "working_days", code), date(2026, 11, 20), SHANGHAI)


@pytest.mark.parametrize("text", ["9-25", "09:00-12:00,11:00-13:00", "nine to five", "24:00-25:00", "09:60-10:00"])
def test_hours_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ClockError):
        parse_hours(text)


def test_limits_and_pauses_are_read_as_people_write_them() -> None:
    assert parse_amount("1 business hour") == (1, "business_hours")
    assert parse_amount("5 working-days") == (5, "working_days")
    assert parse_hours("13:00-18:00; 9-12") == ((540, 720), (780, 1080))
    assert parse_pause("2026-11-20/") == Pause(date(2026, 11, 20), None)
    for text in ("five days", "5", "5 fortnights", "-1 months"):
        with pytest.raises(ClockError):
            parse_amount(text)
