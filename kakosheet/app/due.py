"""`due`: the clock engine by itself, from a limit and a start to a due date with every day that was skipped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kakosheet.core.issues import EXIT_USAGE, KakosheetError
from kakosheet.policy.calendars import check_code
from kakosheet.policy.clock import HOUR_UNITS, ClockError, Limit, Moment, Step, compute, instant_of, state
from kakosheet.policy.clock_text import parse_amount, parse_hours, parse_moment, parse_pause

_WORDS = {
    "start": "the clock starts at {at}", "counted": "{at} is day {number}", "made_up": "{at} is day {number}: a weekend day worked to make up",
    "weekend": "{at} is skipped: weekend", "holiday": "{at} is skipped: {name}", "paused": "{at} to {until}: the clock stands still",
    "rolled": "{at} is a day off: the end moves on", "hours": "{at} to {until}: {number} hours", "given": "given by the platform: {at}",
    "due": "due {at}",
}


def due(amount: str, start: str, *, calendar: str = "", zone: str = "", hours: str = "", pauses: Sequence[str] = (), roll: bool = False,
        platform: bool = False, now: str = "") -> dict[str, Any]:
    """`{"due", "last_day", "state", "steps": […]}`. `due` is a date, good until its end in the zone, or an instant with its offset, late at it.

    Without `zone` the clock runs in the start's own offset, else in UTC. A platform's clock never stops (`pauses` do not count), and silence
    past it defaults. KakosheetError K302 or K502 (usage) for what cannot be read.
    """
    try:
        begin = parse_moment(start)
        place = _zone(zone, begin)
        number, unit = parse_amount(amount)
        limit = Limit(number, unit, check_code(calendar) if calendar else "", parse_hours(hours) if hours else Limit(0, unit).hours, roll)
        at = instant_of(parse_moment(now), place) if now else datetime.now(UTC).astimezone(place)
        stops = [] if platform else [parse_pause(text) for text in pauses]
        found = compute(limit, begin, place, pauses=stops, now=at, explain=True)
    except (ClockError, ValueError) as problem:
        raise KakosheetError("K302", str(problem), exit_code=EXIT_USAGE) from None
    return {"due": found.due.isoformat(), "last_day": found.last_day.isoformat(), "state": state(found, at, place, defaults=platform),
            "steps": [_told(step, unit in HOUR_UNITS) for step in found.steps]}


def _zone(name: str, start: Moment) -> tzinfo:
    if not name:
        return start.tzinfo if isinstance(start, datetime) and start.tzinfo is not None else UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise KakosheetError("K502", f'"{name}" is not a time zone', "write it like Europe/Berlin", exit_code=EXIT_USAGE) from None


def _told(step: Step, in_hours: bool) -> dict[str, Any]:
    """A step as plain data, with a sentence."""
    until = None if step.until is None else step.until.isoformat()
    number = step.number if step.number is None or in_hours else round(step.number)
    text = _WORDS.get(step.what, "{at}").format(at=step.at.isoformat(), until=until or "", number=number, name=step.name)
    return {"what": step.what, "at": step.at.isoformat(), "until": until, "number": step.number, "name": step.name, "text": text}
