"""How complete the evidence of each case is."""

from __future__ import annotations

from typing import Any

from kakosheet.core.rules import table_rule
from kakosheet.core.titles import Titles, fold
from kakosheet.sheets.words import Say, listed

_THERE = ("have", "expiring", "waived")


@table_rule(
    "disputes.evidence_percent",
    "disputes.still_missing",
    "disputes.files",
    reads=(
        "disputes.dispute_id",
        "evidence.dispute",
        "evidence.id",
        "evidence.what",
        "evidence.required",
        "evidence.state",
        "evidence.file",
    ),
)
def proof(
    ids: list[Any],
    disputes: list[Any],
    numbers: list[Any],
    what: list[Any],
    required: list[Any],
    states: list[Any],
    files: list[Any],
    *,
    say: Say,
    titles: Titles,
) -> tuple[list[Any], ...]:
    """Share of the required pieces that are there or waived (empty if none is required), what is missing, and how many
    files there are."""
    needed: dict[str, int] = {}
    missing: dict[str, list[tuple[str, str]]] = {}
    kept: dict[str, int] = {}
    for dispute, number, piece, must, state, file in zip(disputes, numbers, what, required, states, files, strict=True):
        if dispute is None:
            continue
        key = fold(dispute)
        if file is not None:
            kept[key] = kept.get(key, 0) + 1
        if must and state != "not_applicable":
            needed[key] = needed.get(key, 0) + 1
            if state not in _THERE:
                missing.setdefault(key, []).append((number or "", titles.choice("evidence_item", piece) or "?"))
    keys = [None if name is None else fold(name) for name in ids]
    return (
        [_share(needed.get(key or "", 0), len(missing.get(key or "", ()))) for key in keys],
        [listed([piece for _, piece in sorted(missing.get(key or "", []))], say) for key in keys],
        [None if key is None else kept.get(key, 0) for key in keys],
    )


def _share(needed: int, missing: int) -> float | None:
    return (needed - missing) / needed if needed else None
