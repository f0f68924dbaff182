"""From a node and its start to a due date in the book's zone: the policy's clock engine, with what it needs from
Settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from kakosheet.policy.clock import DAY_UNITS, HOUR_UNITS, ClockError, Due, Limit, Moment, Pause, compute, natural_due
from kakosheet.policy.clock_text import parse_hours
from kakosheet.policy.model import NodeSpec, Policy

_INSTANT = timedelta(microseconds=1)


class End(NamedTuple):
    """`due` is naive in the book's zone; 00:00 is a day that is good until its end. `last_day` is the day of the last
    good instant."""

    due: datetime
    last_day: date
    paused: bool = False


@dataclass
class Clocks:
    """The clocks of one run: limits with the book's calendar and hours filled in, ends worked out once for equal
    starts."""

    policy: Policy
    now: datetime
    zone: tzinfo
    _ends: dict[Any, End | None] = field(default_factory=dict)

    @classmethod
    def of(cls, policy: Policy, now: datetime) -> Clocks:
        return cls(policy, now, ZoneInfo(policy.settings["zone"]))

    def end(self, spec: NodeSpec, start: datetime, pauses: Sequence[Pause] = ()) -> End | None:
        """When a node that started then is due; None if its limit cannot be counted."""
        if pauses:
            return self._computed(spec, start, pauses)
        memo = (spec.rule.key, spec.limit, spec.unit, spec.zone, spec.calendar, start)
        if memo not in self._ends:
            self._ends[memo] = self._computed(spec, start, ())
        return self._ends[memo]

    def explained(self, spec: NodeSpec, start: datetime, pauses: Sequence[Pause] = ()) -> Due | None:
        """The same with every step of the count."""
        zone = ZoneInfo(spec.zone) if spec.zone else self.zone
        try:
            return compute(
                self._limit(spec),
                self._begin(spec, start),
                zone,
                pauses=pauses,
                now=self.now if pauses else None,
                explain=True,
            )
        except (ClockError, OverflowError):
            return None

    def _begin(self, spec: NodeSpec, start: datetime) -> Moment:
        """Midnight is how a cell holds a plain day: a day in the clock's own zone. Where Settings say so, hours of our
        own count from its end: whoever types a day leaves open at which hour of it, and a promise of 24 hours would be
        due before the day is over."""
        if start.hour or start.minute or start.second:
            return start.replace(tzinfo=self.zone)
        return start.date() + timedelta(self.from_day_end(spec))

    def from_day_end(self, spec: NodeSpec) -> bool:
        """Whether hours that start on a plain day count from its end."""
        return spec.clock == "ours" and spec.unit in HOUR_UNITS and bool(self.policy.settings.get("promise_after_day"))

    def _computed(self, spec: NodeSpec, start: datetime, pauses: Sequence[Pause]) -> End | None:
        if spec.unit == "natural_days" and not (spec.zone or spec.roll or pauses) and spec.limit == int(spec.limit):
            day = natural_due(start, int(spec.limit))
            return End(datetime.combine(day, time()), day)
        zone = ZoneInfo(spec.zone) if spec.zone else self.zone
        try:
            due = compute(
                self._limit(spec), self._begin(spec, start), zone, pauses=pauses, now=self.now if pauses else None
            )
        except (ClockError, OverflowError):
            return None
        return self._in_book_zone(due, spec.unit in DAY_UNITS, zone)

    def _limit(self, spec: NodeSpec) -> Limit:
        settings = self.policy.settings
        hours = parse_hours(settings["business_hours"]) if spec.unit == "business_hours" else ()
        return Limit(spec.limit, spec.unit, self.calendar_of(spec), hours, spec.roll)

    def calendar_of(self, spec: NodeSpec) -> str:
        """Whose working days count: the rule's, else those of the book."""
        return spec.calendar or self.policy.settings.get("calendar") or ""

    def _in_book_zone(self, due: Due, whole_days: bool, zone: tzinfo) -> End:
        """A day that ends elsewhere is shown as that day, but its last good day is never taken later than it."""
        end = due.due if isinstance(due.due, datetime) else datetime.combine(due.due + timedelta(1), time(), zone)
        here = end.astimezone(self.zone)
        last = (here.astimezone(UTC) - _INSTANT).astimezone(self.zone).date()
        if whole_days:
            last = min(last, due.last_day)
            return End(datetime.combine(last, time()), last, due.paused)
        if here.time() == time():
            return End(datetime.combine(last, time()), last, due.paused)
        return End(here.replace(tzinfo=None), last, due.paused)
