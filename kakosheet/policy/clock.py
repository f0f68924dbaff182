"""The clock engine: from an event and a limit to a due date, with every day that was skipped. Pure: start, now and zone
are arguments.

Conventions (C numbers: reference/clock-conventions.md). A due *date* is good until its end in the clock's zone; a due
*instant* is late at that very instant (C2, C3). Day units drop the time of day of the start (C1) and do not move off a
weekend unless `roll` (C4). Hours are elapsed time (C9, C10). Only our own clocks pause (C11).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple, TypeVar

from kakosheet.policy.calendars import is_made_up, is_working_day, unsure, why_off

Moment = date | datetime
_T = TypeVar("_T", date, datetime)
Hours = tuple[tuple[int, int], ...]
"""Opening periods of a working day: minutes from midnight, [open, close)."""

DAY_UNITS = ("natural_days", "working_days", "months", "end_of_month")
HOUR_UNITS = ("calendar_hours", "business_hours")
LONGEST_DAYS = 40_000
_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)
_SECOND = timedelta(seconds=1)


class ClockError(ValueError):
    """A limit, start or pause that no clock can be made of; `hint` says how to write it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Limit:
    """So many units. `calendar` counts for working days, business hours and `roll`; `hours` for business hours."""

    amount: float
    unit: str
    calendar: str = ""
    hours: Hours = ((540, 1020),)
    roll: bool = False


class Step(NamedTuple):
    """One line of the explanation. `what`: start, counted, made_up, weekend, holiday, paused, rolled, hours, due;
    unannounced, unknown for a year (`number`) whose working days are not certain. `until` is excluded."""

    what: str
    at: Moment
    until: Moment | None = None
    number: float | None = None
    name: str = ""


class Pause(NamedTuple):
    """[from, to): a plain date is a date in the clock's zone; `until` None is a pause that goes on."""

    begin: Moment
    until: Moment | None = None


class Due(NamedTuple):
    """`due` is a date (good until its end) or an aware instant (late at it); `last_day` the date of the last good
    instant in the zone."""

    due: Moment
    last_day: date
    paused: bool = False
    steps: tuple[Step, ...] = ()


def natural_due(start: date, days: int) -> date:
    """Natural days without pause or roll: what most clocks are, without any ado."""
    return (start.date() if isinstance(start, datetime) else start) + timedelta(days)


def compute(
    limit: Limit,
    start: Moment,
    zone: tzinfo,
    *,
    pauses: Sequence[Pause] = (),
    now: datetime | None = None,
    explain: bool = False,
) -> Due:
    """When a clock that started at `start` is due. Naive instants are in `zone`; `now` is needed only for a pause that
    goes on."""
    if limit.unit not in (*DAY_UNITS, *HOUR_UNITS):
        raise ClockError(f'"{limit.unit}" is no unit of time')
    if not 0 <= limit.amount <= LONGEST_DAYS:
        raise ClockError(f"{limit.amount:.15g} {limit.unit} cannot be counted: write a number from 0 to {LONGEST_DAYS}")
    count = _day_due if limit.unit in DAY_UNITS else _hour_due
    try:
        found = count(limit, start, zone, pauses, now, explain)
    except OverflowError:
        raise ClockError("the dates lie outside the years 1 to 9999") from None
    return found._replace(steps=_with_doubts(found, limit)) if explain else found


def given(instant: Moment | int, zone: tzinfo) -> Due:
    """A deadline that the platform itself gave (C16): to the second; an integer is seconds since 1970, UTC. A plain
    date is a day."""
    if not isinstance(instant, datetime | int):
        return Due(instant, instant, False, (Step("given", instant), Step("due", instant)))
    due = (datetime.fromtimestamp(instant, UTC) if isinstance(instant, int) else instant_of(instant, zone)).astimezone(
        zone
    )
    return Due(due, _last_day(due, zone), False, (Step("given", due), Step("due", due)))


def state(due: Due, now: datetime, zone: tzinfo, *, defaults: bool = False, done: Moment | None = None) -> str:
    """open, due_today, overdue, defaulted, paused; met or late once done (C3, C17, C18). `defaults`: silence itself
    executes something."""
    if done is not None:
        return "met" if _in_time(due.due, done, zone) else "late"
    if due.paused:
        return "paused"
    if _in_time(due.due, now, zone):
        today = now.astimezone(zone).date()
        return "due_today" if not isinstance(due.due, datetime) and today == due.due else "open"
    return "defaulted" if defaults else "overdue"


def instant_of(moment: Moment, zone: tzinfo) -> datetime:
    """A plain date counts from 00:00 of it; a naive instant is in the zone."""
    if not isinstance(moment, datetime):
        return _at(moment, 0, zone).astimezone(zone)
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment


def date_of(moment: Moment, zone: tzinfo) -> date:
    """The local calendar date (C1)."""
    if not isinstance(moment, datetime):
        return moment
    return moment.date() if moment.tzinfo is None else moment.astimezone(zone).date()


def _with_doubts(found: Due, limit: Limit) -> tuple[Step, ...]:
    """The steps, and before the last one each year for which the working days are not certain."""
    steps = found.steps
    if not limit.calendar or not (limit.roll or limit.unit in ("working_days", "business_hours")):
        return steps
    doubts = ((year, unsure(limit.calendar, year)) for year in range(steps[0].at.year, steps[-1].at.year + 1))
    return (
        *steps[:-1],
        *(Step(what, steps[-1].at, number=year, name=limit.calendar) for year, what in doubts if what),
        steps[-1],
    )


def _in_time(due: Moment, at: Moment, zone: tzinfo) -> bool:
    if isinstance(due, datetime) and isinstance(at, datetime):
        return _utc(at, zone) < _utc(due, zone)
    # a bare date that something was done on is taken kindly: some time of that day was in time
    return date_of(at, zone) <= (due if not isinstance(due, datetime) else _last_day(due, zone))


def _utc(moment: Moment, zone: tzinfo) -> datetime:
    """For comparing: instants of one zone compare by the wall clock, which repeats an hour when summer time ends."""
    return instant_of(moment, zone).astimezone(UTC)


def _last_day(due: datetime, zone: tzinfo) -> date:
    return (due.astimezone(UTC) - _INSTANT).astimezone(zone).date()


# Days


def _day_due(
    limit: Limit, start: Moment, zone: tzinfo, pauses: Sequence[Pause], now: datetime | None, explain: bool
) -> Due:
    first, count = date_of(start, zone), int(limit.amount)
    if count != limit.amount:
        raise ClockError(f"{limit.unit.replace('_', ' ')} are counted whole, not {limit.amount}")
    steps = [Step("start", first)]
    spans = _paused_days(pauses, zone, now) if pauses else []
    if limit.unit == "working_days":
        due = _working_days(first, count, limit.calendar, spans, steps if explain else None)
    else:
        due = _plain_days(first, count, limit.unit, spans, steps)
    while limit.roll and not is_working_day(due, limit.calendar):
        steps.append(Step("rolled", due, name=why_off(due, limit.calendar)))
        due += _DAY
    paused = now is not None and any(
        begin <= min(due, date_of(now, zone)) and (until is None or date_of(now, zone) < date_of(until, zone))
        for begin, until in ((date_of(pause.begin, zone), pause.until) for pause in pauses)
    )
    return Due(due, due, paused, (*steps, Step("due", due)) if explain else ())


def _plain_days(first: date, count: int, unit: str, spans: list[tuple[date, date]], steps: list[Step]) -> date:
    """Natural days, and months counted from the original start (C15); each paused date within the run moves the end by
    one."""
    if unit == "natural_days":
        due = first + timedelta(count)
    else:
        month = first.month - 1 + count
        year, month = first.year + month // 12, month % 12 + 1
        if year > MAXYEAR:
            raise OverflowError
        last = _last_of_month(year, month)
        due = last if unit == "end_of_month" else min(last, date(year, month, 1) + timedelta(first.day - 1))
    for begin, until in spans:
        begin = max(begin, first + _DAY)
        if begin < until and begin <= due:
            due += until - begin
            steps.append(Step("paused", begin, until))
    return due


def _working_days(first: date, count: int, code: str, spans: list[tuple[date, date]], steps: list[Step] | None) -> date:
    """Count working dates after the start date (C5, C6); with `steps` each date that passes is noted."""
    day, done, left = first, 0, LONGEST_DAYS
    while done < count:
        day += _DAY
        left -= 1
        if left < 0:
            raise ClockError(f"no end is found for {count} working days")
        paused = any(begin <= day < until for begin, until in spans)
        works = not paused and is_working_day(day, code)
        done += works
        if steps is not None:
            steps.append(_noted(day, code, works, paused, done))
    return day


def _noted(day: date, code: str, works: bool, paused: bool, done: int) -> Step:
    if works:
        return Step("made_up" if is_made_up(day, code) else "counted", day, number=done)
    if paused:
        return Step("paused", day, day + _DAY)
    name = why_off(day, code)
    return Step("holiday" if name else "weekend", day, name=name)


def _last_of_month(year: int, month: int) -> date:
    return date(year, month, 31) if month == 12 else date(year, month + 1, 1) - _DAY


def _paused_days(pauses: Sequence[Pause], zone: tzinfo, now: datetime | None) -> list[tuple[date, date]]:
    """The union of the pauses in whole days: the day on which one begins is paused, the day on which it ends counts
    again."""
    spans = [(date_of(begin, zone), date_of(until, zone)) for begin, until in _closed(pauses, now)]
    return _union(spans)


# Hours


def _hour_due(
    limit: Limit, start: Moment, zone: tzinfo, pauses: Sequence[Pause], now: datetime | None, explain: bool
) -> Due:
    begin = _utc(start, zone)
    stops = _union([(_utc(a, zone), _utc(b, zone)) for a, b in _closed(pauses, now)])
    steps = [Step("start", begin.astimezone(zone))]
    length = timedelta(hours=limit.amount)
    if limit.unit == "calendar_hours":
        open_spans: Iterator[tuple[datetime, datetime]] = iter([(begin, datetime.max.replace(tzinfo=UTC))])
    else:
        open_spans = _opening(begin, limit, zone, steps if explain else None)
    end = _consume(begin, length, _without(open_spans, stops), steps if explain else None, zone)
    due = end.astimezone(zone)
    if explain:
        steps.extend(Step("paused", a.astimezone(zone), b.astimezone(zone)) for a, b in stops if a < end and b > begin)
        steps = [
            steps[0],
            *sorted((step for step in steps[1:] if _utc(step.at, zone) <= end), key=lambda step: _utc(step.at, zone)),
        ]
    paused = now is not None and any(
        begin < end and begin <= now and (until is None or now < _utc(until, zone))
        for begin, until in ((_utc(pause.begin, zone), pause.until) for pause in pauses)
    )
    return Due(due, _last_day(due, zone), paused, (*steps, Step("due", due)) if explain else ())


def _consume(
    begin: datetime,
    length: timedelta,
    spans: Iterable[tuple[datetime, datetime]],
    steps: list[Step] | None,
    zone: tzinfo,
) -> datetime:
    """The earliest instant by which so much time has run inside the spans (C10)."""
    if not length:
        return begin
    for opened, closed in spans:
        if closed - opened >= length:
            closed = opened + length
        if steps is not None:
            steps.append(
                Step("hours", opened.astimezone(zone), closed.astimezone(zone), (closed - opened) / timedelta(hours=1))
            )
        length -= closed - opened
        if not length:
            return closed
    raise ClockError("no end is found for these hours")


def _opening(
    begin: datetime, limit: Limit, zone: tzinfo, steps: list[Step] | None
) -> Iterator[tuple[datetime, datetime]]:
    """The opening periods from an instant on, in UTC. A period that ends past midnight belongs to the day on which it
    opens."""
    if not limit.hours:
        raise ClockError("business hours need opening hours", "write them like 09:00-12:00,13:00-18:00")
    day = begin.astimezone(zone).date() - _DAY
    for number in range(LONGEST_DAYS):
        if not is_working_day(day, limit.calendar):
            if steps is not None and number:
                name = why_off(day, limit.calendar)
                steps.append(Step("holiday" if name else "weekend", day, name=name))
        else:
            for opens, closes in limit.hours:
                opened, closed = max(_at(day, opens, zone), begin), _at(day, closes, zone)
                if opened < closed:
                    yield opened, closed
        day += _DAY


def _at(day: date, minutes: int, zone: tzinfo) -> datetime:
    """When the clocks of a zone show that time (for the first time), in UTC; where they jump over it, the instant at
    which they do."""
    days, minutes = divmod(minutes, 1440)
    shown = datetime.combine(day + timedelta(days), time(minutes // 60, minutes % 60), zone)
    found, before = shown.astimezone(UTC), shown.replace(fold=1).astimezone(UTC)
    if found <= before:
        return found
    jumped = found.astimezone(zone).utcoffset()
    while found - before > _SECOND:
        middle = before + (found - before) // 2
        before, found = (before, middle) if middle.astimezone(zone).utcoffset() == jumped else (middle, found)
    return found.replace(microsecond=0)


def _without(
    spans: Iterator[tuple[datetime, datetime]], stops: list[tuple[datetime, datetime]]
) -> Iterator[tuple[datetime, datetime]]:
    """The spans less the pauses; both in order, the pauses apart from one another."""
    for opened, closed in spans:
        for begin, until in stops:
            if until <= opened or begin >= closed:
                continue
            if opened < begin:
                yield opened, begin
            opened = until
        if opened < closed:
            yield opened, closed


# Pauses


def _closed(pauses: Sequence[Pause], now: datetime | None) -> Iterator[tuple[Moment, Moment]]:
    """Every pause with an end; one that goes on is taken to end now (C12)."""
    for begin, until in pauses:
        if until is not None:
            yield begin, until
        elif now is not None:
            yield begin, now
        else:
            raise ClockError("a pause that goes on can only be counted with the present time")


def _union(spans: Iterable[tuple[_T, _T]]) -> list[tuple[_T, _T]]:
    """The spans in order, overlapping and touching ones joined, empty ones dropped."""
    joined: list[tuple[_T, _T]] = []
    for begin, until in sorted(span for span in spans if span[0] < span[1]):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], until))
        else:
            joined.append((begin, until))
    return joined
