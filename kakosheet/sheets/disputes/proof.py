"""How complete the evidence of each case is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kakosheet.core.records import CannotKnow, attempt, groups, spread
from kakosheet.core.rules import table_rule
from kakosheet.core.titles import Titles
from kakosheet.sheets.casework.case import Case, folded
from kakosheet.sheets.casework.pieces import Needed, Piece
from kakosheet.sheets.casework.verdicts import PieceState
from kakosheet.sheets.words import Say, listed

_THERE = ("have", "expiring", "waived")


@table_rule(
    "disputes.evidence_percent", "disputes.still_missing", "disputes.files", reads=(Case, Piece, Needed, PieceState)
)
def proof(
    cases: Sequence[Case],
    pieces: Sequence[Piece],
    needed: Sequence[Needed],
    states: Sequence[PieceState],
    *,
    say: Say,
    titles: Titles,
) -> list[list[Any]]:
    """Share of the required pieces that are there or waived (empty if none is required), what is missing, and how many
    files there are."""
    kits = groups(zip(pieces, needed, states, strict=True), lambda pair: folded(pair[0].dispute))
    return spread(
        [
            attempt(lambda case: _told(case, kits.get(folded(case.dispute_id) or "", []), say, titles), case)
            for case in cases
        ],
        3,
    )


Kit = list[tuple[Piece, Needed, PieceState]]


def _told(case: Case, kit: Kit, say: Say, titles: Titles) -> tuple[Any, Any, Any]:
    if case.dispute_id is None:
        return None, None, None
    files = attempt(lambda: sum(piece.file is not None for piece, *_ in kit))
    needed = attempt(
        lambda: [(piece, found) for piece, need, found in kit if need.required and found.state != "not_applicable"]
    )
    if isinstance(needed, CannotKnow):
        return needed, needed, files
    missing = [piece for piece, found in needed if found.state not in _THERE]
    names = attempt(
        lambda: [
            name
            for _, name in sorted(
                (piece.id or "", titles.choice("evidence_item", piece.what) or "?") for piece in missing
            )
        ]
    )
    return _share(len(needed), len(missing)), names if isinstance(names, CannotKnow) else listed(names, say), files


def _share(needed: int, missing: int) -> float | None:
    return (needed - missing) / needed if needed else None
