"""Pieces of evidence as people typed them, and which cases have all that they need."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime

from kakosheet.core.records import CannotKnow, Record, attempt, cell, groups
from kakosheet.sheets.casework.case import folded


class Piece(Record, of="evidence"):
    """What people typed about one piece of evidence."""

    id: str | None
    key: str | None
    dispute: str | None
    what: str | None
    waived: str | None
    file: str | None
    taken_on: datetime | None
    provided_by: str | None
    valid_until: date | None
    wanted: bool | None = cell("#wanted")

    @property
    def is_there(self) -> bool:
        """Its file, the day on which it was taken, or who provided it is filled in."""
        return self.file is not None or self.taken_on is not None or self.provided_by is not None


class Needed(Record, of="evidence"):
    """Whether the type of the case cannot do without the piece."""

    required: bool | None


Kit = list[tuple[Piece, Needed]]


def kits_by_case(pieces: Iterable[Piece], needed: Iterable[Needed]) -> dict[str, Kit]:
    """The pieces of each case (folded number)."""
    return groups(zip(pieces, needed, strict=True), lambda pair: folded(pair[0].dispute))


def is_complete(kit: Kit, closed: Callable[[], bool], today: date) -> bool | CannotKnow:
    """Whether the required evidence of a case is all there, not expired, or waived; without required evidence it is
    not. What is not there counts neither where it is not called for any more nor in a case that is closed. *State* is
    not read: that tells of the platform's dates too, which hang on whether the evidence is complete."""
    counted = [attempt(_stands, piece, need, closed, today) for piece, need in kit]
    known = [one for one in counted if not isinstance(one, CannotKnow)]
    if False in known:
        return False
    unsure = [one for one in counted if isinstance(one, CannotKnow)]
    return CannotKnow(cell for mark in unsure for cell in mark.cells) if unsure else True in known


def _stands(piece: Piece, need: Needed, closed: Callable[[], bool], today: date) -> bool | None:
    """Whether one piece is there or waived; None for one that does not count."""
    if not need.required:
        return None
    if piece.waived is not None:
        return True
    if not piece.is_there:
        return None if piece.wanted is False or closed() else False
    return piece.valid_until is None or piece.valid_until >= today
