"""Pieces of evidence as the dates of a case see them: which cases have all that they need."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from kakosheet.core.titles import fold

PIECE_READS = (
    "evidence.dispute",
    "evidence.required",
    "evidence.#wanted",
    "evidence.waived",
    "evidence.file",
    "evidence.taken_on",
    "evidence.provided_by",
    "evidence.valid_until",
)
"""What people typed, not *State*: that tells of the platform's dates too, which hang on whether the evidence is
complete."""


def is_there(file: str | None, taken_on: date | None, provided_by: str | None) -> bool:
    """Whether a piece is there: its file, the day on which it was taken, or who provided it is filled in."""
    return file is not None or taken_on is not None or provided_by is not None


def complete_cases(columns: Sequence[list[Any]], closed: Collection[str], today: date) -> set[str]:
    """Cases (folded numbers) whose required evidence is all there, not expired, or waived; a case without required
    evidence is not among them. What is not there counts neither where it is not called for any more nor in the cases
    that are closed."""
    open_, seen = set(), set()
    for dispute, needed, wanted, waived, file, taken_on, provided_by, until in zip(*columns, strict=True):
        if dispute is None or not needed:
            continue
        name, there = fold(dispute), is_there(file, taken_on, provided_by)
        if waived is None and not there and (wanted is False or name in closed):
            continue
        seen.add(name)
        if waived is None and (not there or (until is not None and until < today)):
            open_.add(name)
    return seen - open_
