"""When we were waiting for the other side: pauses of our own clocks, from the Conversation Log and *Waiting since*."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from kakosheet.policy.clock import Pause
from kakosheet.sheets.casework.case import Case
from kakosheet.sheets.casework.news import Word


class WaitLine(NamedTuple):
    """One line of the log that begins or ends a wait."""

    at: datetime
    waits: bool


def entries(words: Iterable[Word]) -> list[WaitLine]:
    """In order of time: what begins a wait (*waiting*) and what ends it (*resumed*, an incoming message)."""
    return sorted(
        WaitLine(word.at, word.kind == "waiting")
        for word in words
        if word.at is not None and (word.kind in ("waiting", "resumed") or word.direction == "in")
    )


def merged(pauses: Iterable[Pause]) -> list[Pause]:
    """The same time in pauses that do not overlap, in order."""
    found: list[Pause] = []
    for pause in sorted(pauses, key=lambda pause: pause.begin):
        last = found[-1] if found else None
        if last is None or (last.until is not None and last.until < pause.begin):
            found.append(pause)
        elif last.until is not None and (pause.until is None or pause.until > last.until):
            found[-1] = Pause(last.begin, pause.until)
    return found


def pauses_of(case: Case, words: Iterable[Word]) -> list[Pause]:
    """The waits of a case; the last may go on (`until` None), but never beyond the closing."""
    known = entries(words)
    if case.waiting_since is not None:
        known = sorted([*known, WaitLine(case.waiting_since, True)])
    pauses: list[Pause] = []
    begun: datetime | None = None
    for entry in known:
        if entry.waits:
            begun = begun or entry.at
        elif begun is not None:
            pauses.append(Pause(begun, entry.at))
            begun = None
    if begun is not None:
        closed = datetime.combine(case.closed_on, datetime.min.time()) if case.closed_on else None
        pauses.append(Pause(begun, closed))
    return [pause for pause in pauses if pause.until is None or pause.until > pause.begin]
