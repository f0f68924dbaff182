"""What cannot be dated or judged since a cell stands in its way: never calm, but a line of its own with the cell to
mend."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from kakosheet.core.mending import Mend
from kakosheet.core.records import CannotKnow, Cells, attempt, is_faulty, or_blank
from kakosheet.core.text import cut
from kakosheet.sheets.casework.nodes import Node
from kakosheet.sheets.casework.orders import Purchase, Sale
from kakosheet.sheets.casework.pieces import Piece
from kakosheet.sheets.casework.verdicts import NodeState, PieceState
from kakosheet.sheets.words import Say


class Undated(NamedTuple):
    """What is not known (`dates` of a case, `evidence` of it, whether a `case` begins), whose it is, and the cells to
    mend."""

    what: str
    dispute: str | None
    cells: Cells

    def text(self, say: Say, mend: Mend) -> str:
        return say(
            f"alerts.undated_{self.what}" if self.dispute else f"alerts.undated_{self.what}_of_none",
            dispute=cut(self.dispute or ""),
            what=mend(self.cells),
        )


def undated(
    nodes: Sequence[Node],
    states: Sequence[NodeState],
    pieces: Sequence[Piece],
    piece_states: Sequence[PieceState],
    bought: Sequence[Purchase],
    sold: Sequence[Sale],
) -> list[Undated]:
    """Each case once for the same cells."""
    dates = _unknown("dates", nodes, states, lambda node: node.dispute)
    evidence = _unknown("evidence", pieces, piece_states, lambda piece: piece.dispute)
    cases = (
        Undated("case", None, mark.cells)
        for mark in (attempt(_begins, order) for order in (*bought, *sold) if is_faulty(order))
        if isinstance(mark, CannotKnow)
    )
    return list(dict.fromkeys((*dates, *evidence, *cases)))


def _unknown(
    what: str, rows: Sequence[Any], states: Sequence[Any], dispute: Callable[[Any], str | None]
) -> Iterator[Undated]:
    for row, state in zip(rows, states, strict=True):
        found = attempt(lambda state: state.state, state) if is_faulty(state) else None
        if isinstance(found, CannotKnow):
            yield Undated(what, or_blank(dispute, row), found.cells)


def _begins(order: Purchase | Sale) -> bool:
    """Whether a line calls for a case; one of the two cells alone does not."""
    cells = [attempt(lambda: order.problem), attempt(lambda: order.noticed_on)]
    marks = [cell for cell in cells if isinstance(cell, CannotKnow)]
    if marks and not any(cell is None for cell in cells):
        raise CannotKnow(_all(marks))
    return None not in cells


def _all(marks: Iterable[CannotKnow]) -> Cells:
    return frozenset(cell for mark in marks for cell in mark.cells)
