"""When we were waiting for the other side: pauses of our own clocks, from the Conversation Log and *Waiting since*."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from kakosheet.core.titles import fold
from kakosheet.policy.clock import Pause
from kakosheet.sheets.casework.case import Case

LOG_READS = ("log.dispute", "log.at", "log.kind", "log.direction")


class Entry(NamedTuple):
    """One line of the log that begins or ends a wait."""

    at: datetime
    waits: bool


def entries_by_case(columns: Iterable[list[Any]]) -> dict[str, list[Entry]]:
    """Per case (folded number), in order of time: what begins a wait (*waiting*) and what ends it (*resumed*, an
    incoming message)."""
    found: dict[str, list[Entry]] = {}
    for dispute, at, kind, direction in zip(*columns, strict=True):
        if dispute is not None and at is not None and (kind in ("waiting", "resumed") or direction == "in"):
            found.setdefault(fold(dispute), []).append(Entry(at, kind == "waiting"))
    for entries in found.values():
        entries.sort()
    return found


def pauses_of(case: Case, entries: list[Entry]) -> list[Pause]:
    """The waits of a case; the last may go on (`until` None), but never beyond the closing."""
    if case.waiting_since is not None:
        entries = sorted([*entries, Entry(case.waiting_since, True)])
    pauses: list[Pause] = []
    begun: datetime | None = None
    for entry in entries:
        if entry.waits:
            begun = begun or entry.at
        elif begun is not None:
            pauses.append(Pause(begun, entry.at))
            begun = None
    if begun is not None:
        closed = datetime.combine(case.closed_on, datetime.min.time()) if case.closed_on else None
        pauses.append(Pause(begun, closed))
    return [pause for pause in pauses if pause.until is None or pause.until > pause.begin]
