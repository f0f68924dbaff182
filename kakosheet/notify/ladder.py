"""When a date is told: days before it, on the day, and after it, on working days where people want that, never in quiet
hours.

A rung counts as reached from its day on, so that a day on which no computer ran loses nothing: the next run tells the
latest rung reached. On a day off only dates that can still be kept, and were never told before, are caught up on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from kakosheet.notify.model import OpenDate, Rung
from kakosheet.policy.calendars import is_working_day
from kakosheet.policy.clock_text import parse_hours

LEVELS = ("friendly", "firm", "escalated")
"""How the rungs after a missed day sound, in order; the last level holds for all further ones."""
TWO_WEEKS = 14
_DAY = timedelta(days=1)
_LONGEST_HOLIDAY = 30


@dataclass(frozen=True, slots=True)
class Ladder:
    """`ahead`: days before the last day, 0 is the day itself. `late`: days after it; the last one comes again and
    again."""

    ahead: tuple[int, ...]
    late: tuple[int, ...]
    working_days_only: bool = True
    calendar: str = ""

    def rung(self, last_day: date, today: date, *, over: bool = False) -> Rung | None:
        """The latest rung that is reached today; None while there is none. A date that silence has decided is told
        once."""
        passed = (today - last_day).days
        if passed > 0:
            return self._late_rung(1 if over else passed)
        reached = [days for days in self.ahead if self.day_of(last_day, days) <= today]
        return Rung("today" if passed == 0 else "ahead", min(reached)) if reached else None

    def for_good(self, last_day: date) -> Ladder:
        """The rungs of what can never be done afterwards: from two weeks before, on the working day before a last day
        that is none, and on it, whatever is told on other days off."""
        free = replace(self, working_days_only=False)
        before = next(
            (days for days in range(_LONGEST_HOLIDAY) if is_working_day(last_day - days * _DAY, self.calendar)), 0
        )
        return replace(free, ahead=tuple(sorted({TWO_WEEKS, *self.ahead, before, 0}, reverse=True)))

    def day_of(self, last_day: date, days: int) -> date:
        """The day on which a rung ahead is told: so many days before, or the working day before that."""
        day = last_day - days * _DAY
        for _ in range(_LONGEST_HOLIDAY):
            if self.is_open(day):
                break
            day -= _DAY
        return day

    def is_open(self, day: date) -> bool:
        """Whether anything is told on that day."""
        return not self.working_days_only or is_working_day(day, self.calendar)

    def _late_rung(self, passed: int) -> Rung | None:
        steps = [days for days in sorted(self.late) if days > 0]
        reached = [days for days in steps if days <= passed]
        if not reached:
            return self._last_rung_ahead()
        level, days = LEVELS[min(len(reached), len(LEVELS)) - 1], reached[-1]
        again = (passed - days) // days if days == steps[-1] else 0
        return Rung(level, -(days + again * days))

    def _last_rung_ahead(self) -> Rung | None:
        """A day that was missed while nothing more is to be said of it yet: what was not told before it is told now."""
        return Rung("friendly", 0) if self.ahead else None


def in_hand(one: OpenDate) -> bool:
    """Whether something can be done before the date: it is ours, or something follows if others do nothing."""
    return one.ours or bool(one.silence)


def needs_telling(one: OpenDate) -> bool:
    """Silent when nothing can be done: others act, and nothing follows if they do not. Once they are late, they can be
    urged."""
    return in_hand(one) or one.state == "overdue"


def newer(rung: Rung, told: int | None) -> bool:
    """Whether a rung comes after the one (its days) that was told for the same last day."""
    return told is None or rung.days < told


def parse_days(text: str | None) -> tuple[int, ...]:
    """ "7, 3, 1, 0" → (7, 3, 1, 0)."""
    return tuple(int(part) for part in (text or "").split(",") if part.strip())


def quiet_until(hours: str | None, now: datetime) -> datetime | None:
    """When quiet hours that hold now end; None outside them. Hours that span a whole day (00:00-00:00) are none."""
    minute = now.hour * 60 + now.minute
    for begin, end in parse_hours(hours or ""):
        if end - begin >= 1440:
            continue
        for shift in (0, 1440):
            if begin <= minute + shift < end:
                until = end - shift
                return datetime.combine(now.date(), datetime.min.time(), now.tzinfo) + timedelta(minutes=until)
    return None
