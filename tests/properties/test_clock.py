"""What holds for every clock: holidays and pauses only ever give more time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from hypothesis import assume, given
from hypothesis import strategies as st

from kakosheet.policy import calendars
from kakosheet.policy.clock import Limit, Pause, compute

ZONES = [
    ZoneInfo(name)
    for name in ("UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")
]
OFFICE = ((540, 720), (780, 1080))
starts = st.datetimes(
    datetime(2026, 1, 1), datetime(2026, 10, 31), timezones=st.sampled_from(ZONES), allow_imaginary=False
)
zones = st.sampled_from(ZONES)
days_off = st.sets(st.integers(0, 364), max_size=60)
pauses = st.lists(st.tuples(st.integers(-500, 2_000), st.integers(0, 1_500)), max_size=4)
_numbers = count()


def calendar_without(off: set[int]) -> str:
    """A calendar of its own for 2025 to 2031, Monday to Friday without those days of 2026."""
    code = f"T{next(_numbers)}"
    for year in range(2025, 2032):
        plain = calendars.year_of("", year).days
        days = "".join(calendars.OFF if year == 2026 and n in off else day for n, day in enumerate(plain))
        calendars.remember({(code, year): calendars.Year(days, {})})
    return code


def end(limit: Limit, start: datetime, zone: ZoneInfo, stops: list[Pause] | None = None) -> datetime:
    """The instant at which a clock is late."""
    due = compute(limit, start, zone, pauses=stops or []).due
    return (
        due.astimezone(UTC)
        if isinstance(due, datetime)
        else datetime.combine(due, datetime.min.time(), zone).astimezone(UTC)
    )


def stops_after(start: datetime, spans: list[tuple[int, int]]) -> list[Pause]:
    begins = [
        (start.astimezone(UTC) + timedelta(minutes=10 * begin), timedelta(minutes=10 * length))
        for begin, length in spans
    ]
    return [Pause(begin, begin + length) for begin, length in begins]


limits = st.one_of(
    st.builds(Limit, st.integers(0, 60), st.sampled_from(["natural_days", "working_days"])),
    st.builds(Limit, st.integers(0, 12), st.sampled_from(["months", "end_of_month"])),
    st.builds(Limit, st.integers(0, 200).map(lambda n: n / 2), st.just("calendar_hours")),
    st.builds(Limit, st.integers(0, 80).map(lambda n: n / 2), st.just("business_hours"), hours=st.just(OFFICE)),
)


@given(
    starts,
    zones,
    st.integers(0, 40),
    days_off,
    st.sets(st.integers(0, 364), min_size=1, max_size=5),
    st.sampled_from(["working_days", "business_hours", "natural_days", "months", "end_of_month"]),
    pauses,
)
def test_a_due_date_never_moves_earlier_when_a_holiday_is_added(
    start: datetime, zone: ZoneInfo, n: int, off: set[int], added: set[int], unit: str, spans: list[tuple[int, int]]
) -> None:
    before, after = calendar_without(off), calendar_without(off | added)
    stops = stops_after(start, spans)
    assert end(Limit(n, unit, after, OFFICE, roll=True), start, zone, stops) >= end(
        Limit(n, unit, before, OFFICE, roll=True), start, zone, stops
    )


@given(starts, zones, limits, pauses, st.tuples(st.integers(-500, 2_000), st.integers(0, 1_500)))
def test_a_pause_never_shortens(
    start: datetime, zone: ZoneInfo, limit: Limit, spans: list[tuple[int, int]], more: tuple[int, int]
) -> None:
    some = end(limit, start, zone, stops_after(start, spans))
    assert some >= end(limit, start, zone)
    assert end(limit, start, zone, stops_after(start, [*spans, more])) >= some


@given(starts, zones, limits, pauses, st.randoms(use_true_random=False))
def test_the_order_of_pauses_does_not_matter(
    start: datetime, zone: ZoneInfo, limit: Limit, spans: list[tuple[int, int]], random: object
) -> None:
    mixed = list(spans)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert end(limit, start, zone, stops_after(start, mixed)) == end(limit, start, zone, stops_after(start, spans))


@given(starts, zones, limits, pauses)
def test_a_pause_counted_twice_counts_once(
    start: datetime, zone: ZoneInfo, limit: Limit, spans: list[tuple[int, int]]
) -> None:
    assert end(limit, start, zone, stops_after(start, spans * 2)) == end(limit, start, zone, stops_after(start, spans))


@given(starts, zones, st.integers(0, 400).map(lambda n: n / 4))
def test_calendar_hours_are_elapsed_hours(start: datetime, zone: ZoneInfo, hours: float) -> None:
    assert end(Limit(hours, "calendar_hours"), start, zone) - start.astimezone(UTC) == timedelta(hours=hours)


@given(
    starts,
    zones,
    limits,
    st.lists(st.tuples(st.integers(-500, 2_000), st.integers(0, 1_500)), min_size=1, max_size=3),
    st.integers(0, 1_500),
)
def test_a_pause_that_lasts_longer_never_shortens(
    start: datetime, zone: ZoneInfo, limit: Limit, spans: list[tuple[int, int]], longer: int
) -> None:
    (begin, length), *others = spans
    assert end(limit, start, zone, stops_after(start, [(begin, length + longer), *others])) >= end(
        limit, start, zone, stops_after(start, spans)
    )


STEP = timedelta(minutes=15)
hours_of_day = st.sampled_from(
    [OFFICE, ((0, 1440),), ((600, 1440),), ((1320, 1560),), ((0, 360), (1080, 1440)), ((135, 600),)]
)


def watched(
    steps: int, start: datetime, zone: ZoneInfo, off: str, hours: tuple[tuple[int, int], ...], stops: list[Pause]
) -> datetime:
    """A quarter of an hour after another: whoever watches the clock on the wall counts those that are open and not paused."""
    now = start.astimezone(UTC)
    while steps:
        shown = now.astimezone(zone)
        minute, day = shown.hour * 60 + shown.minute, shown.date()
        opened = any(
            calendars.is_working_day(day - back * timedelta(1), off) and opens <= minute + 1440 * back < closes
            for opens, closes in hours
            for back in (0, 1)
        )
        steps -= opened and not any(pause.begin <= now < pause.until for pause in stops)  # type: ignore[operator]
        now += STEP
    return now


@given(
    starts.map(lambda at: at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)),
    zones,
    st.integers(1, 120),
    days_off,
    hours_of_day,
    pauses,
)
def test_business_hours_are_those_that_a_clock_on_the_wall_shows(
    start: datetime,
    zone: ZoneInfo,
    steps: int,
    off: set[int],
    hours: tuple[tuple[int, int], ...],
    spans: list[tuple[int, int]],
) -> None:
    code = calendar_without(off)
    stops = [Pause(_quarter(pause.begin), _quarter(pause.until)) for pause in stops_after(start, spans)]
    assert end(Limit(steps / 4, "business_hours", code, hours), start, zone, stops) == watched(
        steps, start, zone, code, hours, stops
    )


def _quarter(at: object) -> datetime:
    assert isinstance(at, datetime)
    return at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)


@given(starts, zones, limits)
def test_more_units_are_never_due_earlier(start: datetime, zone: ZoneInfo, limit: Limit) -> None:
    more = Limit(limit.amount + 1, limit.unit, limit.calendar, limit.hours)
    assert end(more, start, zone) >= end(limit, start, zone)


@given(st.dates(date(2026, 1, 1), date(2026, 12, 1)), st.integers(1, 30), days_off)
def test_a_working_day_clock_ends_on_a_working_day(start: date, n: int, off: set[int]) -> None:
    code = calendar_without(off)
    due = compute(Limit(n, "working_days", code), start, ZONES[0])
    assert calendars.is_working_day(due.last_day, code)
    assume(due.last_day > start)
    assert (
        sum(calendars.is_working_day(start + timedelta(k), code) for k in range(1, (due.last_day - start).days + 1))
        == n
    )
