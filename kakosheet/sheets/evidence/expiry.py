"""Evidence that soon is not accepted any more, as Alerts and reminders tell it: what people dated piece by piece, and
for each case together what the platform takes until one day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from kakosheet.core.titles import Titles, fold
from kakosheet.sheets.words import Say, listed

READS = (
    "evidence.state",
    "evidence.dispute",
    "evidence.what",
    "evidence.id",
    "evidence.valid_until",
    "evidence.accepted_until",
    "deadlines.dispute",
    "deadlines.acts",
    "deadlines.clock",
    "deadlines.state",
    "deadlines.last_day",
)
_PIECES = 6


class Expiry(NamedTuple):
    """`number` is the piece's id; None for all that the platform takes of one case until `day`."""

    dispute: str | None
    day: date
    pieces: tuple[str, ...]
    number: str | None

    def text(self, say: Say) -> str:
        """What to do with it in time."""
        return say("evidence.use" if self.number is not None else "evidence.hand_in", what=listed(self.pieces, say))


def expiries(columns: Sequence[list[Any]], titles: Titles) -> Iterator[Expiry]:
    """The pieces in the state *expiring*; `columns` are those of READS. The platform's day is left out where a date of
    ours tells it already."""
    told = {
        (fold(case), day)
        for case, acts, clock, state, day in zip(*columns[_PIECES:], strict=True)
        if case is not None and acts == "we" and clock == "platform" and state in ("due_today", "due_soon", "on_track")
    }
    together: dict[tuple[str, date], list[tuple[str, str]]] = {}
    for state, dispute, what, number, typed, computed in zip(*columns[:_PIECES], strict=True):
        if state != "expiring":
            continue
        piece = titles.choice("evidence_item", what) or "?"
        if typed is not None:
            yield Expiry(dispute, typed, (piece,), number or "")
        elif computed is not None and (fold(dispute or ""), computed) not in told:
            together.setdefault((dispute or "", computed), []).append((number or "", piece))
    for (dispute, day), pieces in together.items():
        yield Expiry(dispute, day, tuple(piece for _, piece in sorted(pieces)), None)
