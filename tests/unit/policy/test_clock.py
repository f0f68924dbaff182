"""States, explanations and refusals of the clock engine; the dates themselves are in test_due_dates.py."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kakosheet.policy.calendars import check_code
from kakosheet.policy.clock import ClockError, Limit, Pause, compute, given, natural_due, state
from kakosheet.policy.clock_text import parse_amount, parse_hours, parse_moment, parse_pause, parse_place

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
FIVE_DAYS = compute(Limit(5, "natural_days"), date(2026, 11, 20), SHANGHAI)
ONE_DAY_OF_HOURS = compute(Limit(24, "calendar_hours"), datetime(2026, 11, 20, 10, tzinfo=SHANGHAI), SHANGHAI)


def at(day: int, hour: int = 12, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, second, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at(24), "open"),
        (at(25, 0), "due_today"),
        (at(25, 23, 59, 59), "due_today"),
        (at(26, 0), "defaulted"),
        (at(30), "defaulted"),
    ],
)
def test_day_five_is_in_time_and_day_six_defaults(now: datetime, expected: str) -> None:
    assert state(FIVE_DAYS, now, SHANGHAI, defaults=True) == expected


def test_without_an_effect_of_silence_late_is_overdue() -> None:
    assert state(FIVE_DAYS, at(26), SHANGHAI) == "overdue"


@pytest.mark.parametrize(
    ("now", "expected"), [(at(21, 9, 59, 59), "open"), (at(21, 10), "overdue"), (at(21, 10, 0, 1), "overdue")]
)
def test_an_hour_clock_is_late_at_its_very_end(now: datetime, expected: str) -> None:
    assert state(ONE_DAY_OF_HOURS, now, SHANGHAI) == expected


@pytest.mark.parametrize(
    ("done", "expected"),
    [(at(21, 9, 59, 59), "met"), (at(21, 10), "late"), (date(2026, 11, 21), "met"), (date(2026, 11, 22), "late")],
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
        assert (
            natural_due(date(2026, 11, 20), days)
            == compute(Limit(days, "natural_days"), date(2026, 11, 20), SHANGHAI).due
        )


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


def test_calendars_are_known_as_people_write_them() -> None:
    assert [check_code(code) for code in (" cn ", "uk", "UK-sct", "de_by", "GB ENG", "")] == [
        "CN",
        "GB",
        "GB-SCT",
        "DE-BY",
        "GB-ENG",
        "",
    ]
    august = compute(Limit(1, "working_days", check_code("UK")), date(2026, 8, 28), SHANGHAI)
    assert august.due == date(2026, 9, 1), "the August bank holiday"


def test_an_unknown_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="ENG, NIR, SCT, WLS"):
        check_code("GB-XXX")
    for code in ("XX", "DE-QQ", "Germany", "../x"):
        with pytest.raises(ValueError, match="calendar"):
            compute(Limit(1, "working_days", code), date(2026, 11, 20), SHANGHAI)


@pytest.mark.parametrize(
    "text",
    [
        "9-25",
        "09:00-12:00,11:00-13:00",
        "nine to five",
        "24:00-25:00",
        "09:60-10:00",
        "22:00-06:00,05:00-07:00",
        "09:00-09:00",
        "9-5",
    ],
)
def test_hours_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ClockError):
        parse_hours(text)


def test_limits_and_pauses_are_read_as_people_write_them() -> None:
    assert parse_amount("1 business hour") == (1, "business_hours")
    assert parse_amount("5 working-days") == (5, "working_days")
    assert parse_hours("13:00-18:00; 9-12") == ((540, 720), (780, 1080))
    assert parse_pause("2026-11-20/") == parse_pause("2026-11-20/..") == Pause(date(2026, 11, 20), None)
    assert parse_amount("5 business days") == parse_amount("５working_day") == (5, "working_days")
    assert parse_hours("９：00～12：00，22:00-02:00") == ((540, 720), (1320, 1560))
    for text in ("five days", "5", "5 fortnights", "-1 months", "1e9 months", "nan months"):
        with pytest.raises(ClockError):
            parse_amount(text)


@pytest.mark.parametrize(
    ("text", "units"),
    [("5 days", ("5 natural_days", "5 working_days")), ("24h", ("24 calendar_hours", "24 business_hours"))],
)
def test_days_and_hours_of_two_kinds_are_not_guessed(text: str, units: tuple[str, str]) -> None:
    with pytest.raises(ClockError) as refused:
        parse_amount(text)
    assert all(unit in str(refused.value) for unit in units)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-02-12", date(2026, 2, 12)),
        ("20260212", date(2026, 2, 12)),
        ("2026年2月12日", date(2026, 2, 12)),
        ("2026-02-12T10:00z", datetime(2026, 2, 12, 10, tzinfo=UTC)),
        ("2026-02-12 10:00", datetime(2026, 2, 12, 10)),
        ("2026-02-12T18:00+0800", datetime(2026, 2, 12, 10, tzinfo=UTC)),
        ("1795000000", datetime(2026, 11, 18, 11, 6, 40, tzinfo=UTC)),
    ],
)
def test_moments_are_read_where_they_are_beyond_doubt(text: str, moment: date) -> None:
    assert parse_moment(text) == moment and type(parse_moment(text)) is type(moment)


@pytest.mark.parametrize("text", ["", "today", "2026-02-30", "03/04/2026", "2026-02-12T25:00", "12026-02-12"])
def test_moments_in_doubt_are_refused(text: str) -> None:
    with pytest.raises(ClockError):
        parse_moment(text)


def test_zones_are_known_by_name_or_offset() -> None:
    assert str(parse_place(" europe/berlin ")) == "Europe/Berlin"
    assert parse_place("+08:00").utcoffset(None) == parse_place("UTC+8").utcoffset(None) == timedelta(hours=8)
    for text in ("Mars", "../etc/passwd", "Asia", "CST", "+25:00"):
        with pytest.raises(ClockError):
            parse_place(text)


def test_a_pause_that_ends_before_it_begins_is_refused() -> None:
    assert parse_pause("2026-11-20T10:00+01:00/2026-11-20T09:00+00:00").until is not None
    with pytest.raises(ClockError):
        parse_pause("2026-11-20T10:00+01:00/2026-11-20T08:59+00:00")


def test_a_pause_is_on_until_it_ends() -> None:
    pause, limit = [Pause(at(20, 12), at(20, 14))], Limit(24, "calendar_hours")
    states = [
        state(compute(limit, at(20, 10), SHANGHAI, pauses=pause, now=now), now, SHANGHAI)
        for now in (at(20, 11), at(20, 12), at(20, 13), at(20, 14))
    ]
    assert states == ["open", "paused", "paused", "open"]


@pytest.mark.parametrize(
    ("opens", "expected"), [("02:30-10:00", "03:45"), ("02:00-10:00", "03:45"), ("03:15-10:00", "04:00")]
)
def test_an_opening_that_the_clocks_jump_over_is_when_they_jump(opens: str, expected: str) -> None:
    """Sunday 29 March 2026, 02:00 to 03:00 does not come in Berlin; a Sunday is worked in Israel's calendar."""
    due = compute(Limit(0.75, "business_hours", "IL", parse_hours(opens)), date(2026, 3, 29), BERLIN).due
    assert f"{due:%d %H:%M}" == f"29 {expected}"


@pytest.mark.parametrize(
    "limit",
    [
        Limit(5, "natural_days"),
        Limit(5, "working_days"),
        Limit(72, "calendar_hours"),
        Limit(90, "business_hours"),
        Limit(40_000, "months"),
        Limit(1, "end_of_month"),
    ],
)
def test_dates_beyond_the_calendar_are_refused(limit: Limit) -> None:
    with pytest.raises(ClockError):
        compute(limit, date(9999, 12, 30), SHANGHAI, explain=True)


def test_years_whose_working_days_are_not_certain_are_named() -> None:
    def doubts(code: str, start: date) -> list[tuple[str, float | None]]:
        due = compute(Limit(5, "working_days", code), start, SHANGHAI, explain=True)
        return [(step.what, step.number) for step in due.steps if step.what in ("unannounced", "unknown")]

    assert doubts("CN", date(2026, 12, 30)) == [("unannounced", 2027)]
    assert doubts("CN", date(2026, 2, 12)) == doubts("DE-BY", date(2030, 12, 30)) == doubts("", date(2500, 1, 1)) == []
    assert doubts("CN", date(1800, 1, 1)) == [("unknown", 1800)]
