"""`due`: the clock engine by itself, from a limit and a start to a due date with every day that was skipped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from kakosheet.core.issues import EXIT_USAGE, KakosheetError
from kakosheet.policy.calendars import check_code
from kakosheet.policy.clock import DAY_UNITS, ClockError, Limit, Moment, Step, compute, given, instant_of, state
from kakosheet.policy.clock_text import HOW_CALENDAR, parse_amount, parse_hours, parse_moment, parse_pause, parse_place
from kakosheet.policy.loader import calendar_zone

_WORDS = {
    "start": "the clock starts at {at}",
    "counted": "{at} is day {number}",
    "made_up": "{at} is day {number}: a weekend day worked to make up",
    "weekend": "{at} is skipped: weekend",
    "holiday": "{at} is skipped: {name}",
    "paused": "{at} to {until}: the clock stands still",
    "rolled": "{at} is a day off: the end moves on",
    "hours": "{at} to {until}: {number} h",
    "given": "given by the platform: {at}",
    "unannounced": "{name} {number}: no notice of days off and make-up days is known yet; counted with the holidays of the law",
    "unknown": "{name} {number}: no holidays are known; only weekends are skipped",
    "zone": "no zone was named: {name}, that of the calendar",
    "no_calendar": "no calendar was named: Monday to Friday, no holidays",
    "never_stops": "a platform's clock never stops: no pause counts",
    "no_roll": "hours are not moved off a day off",
    "due": "due {at}",
}


def due(
    amount: str,
    start: str = "",
    *,
    calendar: str = "",
    zone: str = "",
    hours: str = "",
    pauses: Sequence[str] = (),
    roll: bool = False,
    platform: bool = False,
    now: str = "",
) -> dict[str, Any]:
    """`{"due", "last_day", "state", "steps": […]}`. `due` is a date, good until its end in the zone, or an instant with
    its offset, late at it.

    `amount` is a limit that counts from `start`, or the deadline itself as a platform gave it (a date, an instant,
    seconds since 1970). Without `zone` business hours are in the calendar's zone, if it has one; else the clock runs in
    the start's own offset, else in UTC. A platform's clock never stops (`pauses` do not count), and silence past it
    defaults. KakosheetError K302 or K502 (usage) for what cannot be read.
    """
    try:
        stated = _stated(amount)
        limit = None if stated is not None else _limit(amount, calendar, hours, roll)
        begin = stated if stated is not None else _start(start)
        place, of_calendar = _place(zone, begin, limit)
        at = instant_of(parse_moment(now), place) if now else datetime.now(UTC).astimezone(place)
        stops = [parse_pause(text, place) for text in pauses]
        found = (
            given(begin, place)
            if limit is None
            else compute(limit, begin, place, pauses=() if platform else stops, now=at, explain=True)
        )
        judged = state(found, at, place, defaults=platform)
    except ClockError as problem:
        raise KakosheetError("K302", str(problem), problem.hint, exit_code=EXIT_USAGE) from None
    except OverflowError:
        raise KakosheetError("K302", "the dates lie outside the years 1 to 9999", exit_code=EXIT_USAGE) from None
    notes = _notes(limit, bool(stops) and (platform or limit is None), of_calendar)
    steps = (*found.steps[:-1], *(Step(what, begin, name=str(place)) for what in notes), found.steps[-1])
    return {
        "due": found.due.isoformat(),
        "last_day": found.last_day.isoformat(),
        "state": judged,
        "steps": [_told(step) for step in steps],
    }


def _stated(amount: str) -> Moment | None:
    """The moment, if it is one and no limit."""
    try:
        return parse_moment(amount)
    except ClockError:
        return None


def _start(text: str) -> Moment:
    if not text.strip():
        raise ClockError(
            "a limit counts from a start", "write it like --start 2026-02-28 or --start 2026-02-28T09:30+08:00"
        )
    return parse_moment(text)


def _limit(amount: str, calendar: str, hours: str, roll: bool) -> Limit:
    number, unit = parse_amount(amount)
    try:
        code = check_code(calendar)
    except ValueError as problem:
        raise ClockError(str(problem), HOW_CALENDAR) from None
    return Limit(number, unit, code, parse_hours(hours) if hours.strip() else Limit(0, unit).hours, roll)


def _notes(limit: Limit | None, never_stops: bool, of_calendar: bool) -> Iterator[str]:
    """What was asked for and does not count, or was not said."""
    if of_calendar:
        yield "zone"
    rolls = limit is not None and limit.roll and limit.unit in DAY_UNITS
    if limit is not None and not limit.calendar and (rolls or limit.unit in ("working_days", "business_hours")):
        yield "no_calendar"
    if limit is not None and limit.roll and not rolls:
        yield "no_roll"
    if never_stops:
        yield "never_stops"


def _place(name: str, start: Moment, limit: Limit | None) -> tuple[tzinfo, bool]:
    """The zone of the clock, and whether it is only that of the calendar."""
    try:
        if name.strip():
            return parse_place(name), False
        known = calendar_zone(limit.calendar) if limit is not None and limit.unit == "business_hours" else None
        if known is not None:
            return parse_place(known), True
    except ClockError as problem:
        raise KakosheetError("K502", str(problem), problem.hint, exit_code=EXIT_USAGE) from None
    return (start.tzinfo if isinstance(start, datetime) and start.tzinfo is not None else UTC), False


def _told(step: Step) -> dict[str, Any]:
    """A step as plain data, with a sentence."""
    until = None if step.until is None else step.until.isoformat()
    number = None if step.number is None else f"{step.number:.6g}"
    text = _WORDS.get(step.what, "{at}").format(
        at=step.at.isoformat(), until=until or "", number=number, name=step.name
    )
    return {
        "what": step.what,
        "at": step.at.isoformat(),
        "until": until,
        "number": step.number,
        "name": step.name,
        "text": text,
    }
