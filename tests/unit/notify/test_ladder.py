"""The ladder: on which day a date is told, in which tone, and when silence is right."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakosheet.notify.ladder import Ladder, needs_telling, newer, parse_days, quiet_until
from kakosheet.notify.model import OpenDate, Rung

EVERY_DAY = Ladder((7, 3, 1, 0), (1, 3, 7), working_days_only=False)
WORKING = Ladder((7, 3, 1, 0), (1, 3, 7))
FRIDAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("left", "rung"),
    [
        (8, None),
        (7, Rung("ahead", 7)),
        (6, Rung("ahead", 7)),
        (3, Rung("ahead", 3)),
        (2, Rung("ahead", 3)),
        (1, Rung("ahead", 1)),
        (0, Rung("today", 0)),
        (-1, Rung("friendly", -1)),
        (-2, Rung("friendly", -1)),
        (-3, Rung("firm", -3)),
        (-6, Rung("firm", -3)),
        (-7, Rung("escalated", -7)),
        (-13, Rung("escalated", -7)),
        (-14, Rung("escalated", -14)),
        (-22, Rung("escalated", -21)),
    ],
)
def test_each_day_has_its_rung(left: int, rung: Rung | None) -> None:
    assert EVERY_DAY.rung(FRIDAY, FRIDAY - timedelta(days=left)) == rung


def test_a_rung_on_a_day_off_comes_on_the_working_day_before() -> None:
    sunday = date(2026, 11, 29)
    assert WORKING.day_of(sunday, 0) == WORKING.day_of(sunday, 1) == date(2026, 11, 27)
    assert WORKING.rung(sunday, date(2026, 11, 27)) == Rung("ahead", 0)


def test_made_up_working_days_and_long_holidays_count() -> None:
    chinese = Ladder((1, 0), (), calendar="CN")
    assert chinese.day_of(date(2026, 2, 15), 1) == date(2026, 2, 14)  # a Saturday that is worked
    assert chinese.day_of(date(2026, 2, 22), 0) == date(2026, 2, 14)  # the last working day before Chinese New Year


def test_what_silence_has_decided_is_told_once() -> None:
    told = {EVERY_DAY.rung(FRIDAY, FRIDAY + timedelta(days=days), over=True) for days in range(1, 60)}
    assert told == {Rung("friendly", -1)}


def test_without_late_days_a_missed_date_is_told_once() -> None:
    ladder = Ladder((3, 0), (), working_days_only=False)
    assert not newer(ladder.rung(FRIDAY, FRIDAY + timedelta(days=9)), told=0)  # type: ignore[arg-type]


@given(
    st.lists(st.integers(0, 60), max_size=5),
    st.lists(st.integers(0, 40), max_size=4),
    st.integers(-70, 70),
    st.booleans(),
)
def test_time_only_climbs_the_ladder(ahead: list[int], late: list[int], offset: int, working: bool) -> None:
    ladder = Ladder(tuple(ahead), tuple(late), working)
    today, later = (ladder.rung(FRIDAY, FRIDAY + timedelta(days=offset + step)) for step in (0, 1))
    assert today is None or (later is not None and later.days <= today.days)


@given(st.integers(0, 400), st.integers(0, 30))
def test_no_rung_ahead_comes_after_its_day(start: int, days: int) -> None:
    last = date(2026, 1, 1) + timedelta(days=start)
    assert WORKING.day_of(last, days) <= last - timedelta(days=days)


@pytest.mark.parametrize(
    ("acts", "silence", "tells"),
    [
        ("we", "", True),
        (None, "", True),
        ("seller", "The buyer's choice stands.", True),
        ("seller", "", False),
        ("platform", "", False),
    ],
)
def test_silent_when_nothing_can_be_done(acts: str | None, silence: str, tells: bool) -> None:
    assert needs_telling(OpenDate("k", FRIDAY, FRIDAY, "due_soon", "x", acts, silence=silence)) is tells


def test_others_who_are_late_can_be_urged() -> None:
    assert needs_telling(OpenDate("k", FRIDAY, FRIDAY, "overdue", "x", "platform"))


@pytest.mark.parametrize(
    ("hours", "at", "until"),
    [
        ("21:00-08:00", "2026-11-21T22:15", "2026-11-22T08:00"),
        ("21:00-08:00", "2026-11-21T07:59", "2026-11-21T08:00"),
        ("21:00-08:00", "2026-11-21T08:00", None),
        ("21:00-08:00", "2026-11-21T20:59", None),
        ("12:00-13:00,22:00-06:00", "2026-11-21T12:30", "2026-11-21T13:00"),
        ("00:00-00:00", "2026-11-21T03:00", None),
        ("", "2026-11-21T03:00", None),
        (None, "2026-11-21T03:00", None),
    ],
)
def test_quiet_hours_are_half_open(hours: str | None, at: str, until: str | None) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    end = quiet_until(hours, datetime.fromisoformat(at).replace(tzinfo=zone))
    assert end == (datetime.fromisoformat(until).replace(tzinfo=zone) if until else None)


def test_quiet_hours_end_by_the_clock_on_the_wall_when_clocks_change() -> None:
    zone = ZoneInfo("Europe/Berlin")
    end = quiet_until("21:00-08:00", datetime(2026, 3, 29, 1, 30, tzinfo=zone))
    assert end is not None
    assert end.astimezone(UTC) == datetime(2026, 3, 29, 6, 0, tzinfo=UTC)


def test_lead_days_as_settings_hold_them() -> None:
    assert parse_days("7, 3, 1, 0") == (7, 3, 1, 0)
    assert parse_days(None) == ()
