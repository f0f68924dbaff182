"""Evidence that soon is not accepted any more, as Alerts and reminders tell it: what people dated piece by piece, and
for each case together what the platform takes until one day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

from kakosheet.core.records import known
from kakosheet.core.titles import Titles, fold
from kakosheet.sheets.casework.nodes import Node, last_good_day
from kakosheet.sheets.casework.pieces import Piece
from kakosheet.sheets.casework.verdicts import Accepted, NodeDate, NodeState, PieceState
from kakosheet.sheets.words import Say, listed

READS = (Piece, PieceState, Accepted, Node, NodeDate, NodeState)
"""What expiries are read from."""


class Expiry(NamedTuple):
    """`number` is the piece's id; None for all that the platform takes of one case until `day`."""

    dispute: str | None
    day: date
    pieces: tuple[str, ...]
    number: str | None

    def text(self, say: Say) -> str:
        """What to do with it in time."""
        return say("evidence.use" if self.number is not None else "evidence.hand_in", what=listed(self.pieces, say))


def expiries(
    pieces: Sequence[Piece],
    states: Sequence[PieceState],
    accepted: Sequence[Accepted],
    nodes: Sequence[Node],
    dates: Sequence[NodeDate],
    node_states: Sequence[NodeState],
    titles: Titles,
) -> Iterator[Expiry]:
    """The pieces in the state *expiring*. The platform's day is left out where a date of ours tells it already."""
    found = [one for one in known(partial(_expiring, titles), pieces, states, accepted) if one is not None]
    told = set(known(_told, nodes, dates, node_states)) if found else ()
    together: dict[tuple[str, date], list[tuple[str, str]]] = {}
    for one, of_platform in found:
        if not of_platform:
            yield one
        elif (fold(one.dispute or ""), one.day) not in told:
            together.setdefault((one.dispute or "", one.day), []).append((one.number or "", one.pieces[0]))
    for (dispute, day), same in together.items():
        yield Expiry(dispute, day, tuple(piece for _, piece in sorted(same)), None)


def _told(node: Node, found: NodeDate, state: NodeState) -> tuple[str, date | None] | None:
    """The case and the day of a date of ours with the platform."""
    ours = node.dispute is not None and found.acts == "we" and found.clock == "platform"
    return (
        (fold(node.dispute or ""), last_good_day(node, found))
        if ours and state.state in ("due_today", "due_soon", "on_track")
        else None
    )


def _expiring(titles: Titles, piece: Piece, found: PieceState, accepted: Accepted) -> tuple[Expiry, bool] | None:
    """A piece that expires soon, and whether its day is the platform's."""
    if found.state != "expiring":
        return None
    day = piece.valid_until or accepted.accepted_until
    what = (titles.choice("evidence_item", piece.what) or "?",)
    return None if day is None else (Expiry(piece.dispute, day, what, piece.id or ""), piece.valid_until is None)
