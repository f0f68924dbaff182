"""From open dates to one digest a person: what is new today, and what was told before and is still open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time

from kakosheet.core.titles import fold
from kakosheet.notify.ladder import Ladder, needs_telling, newer
from kakosheet.notify.model import UNDATED, Digest, OpenDate, Person, Reminder, Rung
from kakosheet.notify.people import next_person, responsible

Told = Callable[[Person, OpenDate], int | None]
"""The rung (its days) that a person was told last for the last day that a date has now; None if it was none."""


def nothing_told(_: Person, __: OpenDate) -> int | None:
    """The memory of a first run."""
    return None


def reminders(
    dates: Iterable[OpenDate], ladder: Ladder, known: Sequence[Person], today: date, escalate_to: str | None = None
) -> list[tuple[Person, Reminder]]:
    """Whom each date is told today, the most urgent first."""
    found = [
        (person, reminder)
        for one in dates
        if needs_telling(one)
        for person, reminder in _of_date(one, ladder, known, today, escalate_to)
    ]
    return sorted(found, key=lambda pair: urgency(pair[1].date))


def urgency(one: OpenDate) -> tuple[int, date, time, str]:
    """The order of dates: what cannot be dated first, then how pressing they are, by last day, time of day, key."""
    return (
        -1 if one.undated else one.rank,
        one.last_day,
        one.due.time() if isinstance(one.due, datetime) else time.max,
        one.key,
    )


def ladder_of(one: OpenDate, ladder: Ladder) -> Ladder:
    """When a date is told: what presses, whatever people chose for the others."""
    return ladder.for_good(one.last_day) if one.presses else ladder


def _of_date(
    one: OpenDate, ladder: Ladder, known: Sequence[Person], today: date, escalate_to: str | None
) -> Iterator[tuple[Person, Reminder]]:
    rung = Rung(UNDATED, 0) if one.undated else ladder_of(one, ladder).rung(one.last_day, today, over=one.over)
    if rung is None:
        return
    owner = responsible(one.who, known)
    yield owner, Reminder(one, rung)
    if rung.level == "escalated" and (other := next_person(owner, known, escalate_to)) is not None:
        yield other, Reminder(one, rung, behind=owner.name or one.who)


def grouped(found: Iterable[tuple[Person, Reminder]], today: date) -> list[Digest]:
    """All that each person would be told today if nothing had been told before, in the order of names."""
    by_person: dict[str, tuple[Person, list[Reminder]]] = {}
    for person, reminder in found:
        by_person.setdefault(fold(person.name), (person, []))[1].append(reminder)
    return [Digest(person, today, tuple(all_)) for _, (person, all_) in sorted(by_person.items())]


def digests(
    found: Iterable[tuple[Person, Reminder]], ladder: Ladder, today: date, told: Told = nothing_told
) -> list[Digest]:
    """One digest for each person to whom there is something new to say today.

    On a day off only dates that can still be kept and were never told before: what is late already can wait for a
    working day.
    """
    made = []
    for person, _, all_, _ in grouped(found, today):
        before = {reminder.date.key: told(person, reminder.date) for reminder in all_}
        catching_up = not ladder.is_open(today)
        news = [
            one
            for one in all_
            if newer(one.rung, before[one.date.key])
            and (not catching_up or one.date.presses or (before[one.date.key] is None and one.rung.days >= 0))
        ]
        if news:
            made.append(Digest(person, today, tuple(news), tuple(one for one in all_ if one not in news)))
    return made
