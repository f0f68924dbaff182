"""What the words of the lists ask of the reader: the severities behind `Column.style`, by which every file format
colours cells."""

from __future__ import annotations

from kakosheet.core.layout import Emphasis, Marks

_BAD, _WARN, _GAP, _GOOD, _DONE, _STRONG = (
    Emphasis.BAD,
    Emphasis.WARN,
    Emphasis.GAP,
    Emphasis.GOOD,
    Emphasis.DONE,
    Emphasis.STRONG,
)

MARKS = {
    "state": Marks(
        {
            "overdue": _BAD,
            "defaulted": _BAD,
            "due_today": _WARN,
            "due_soon": _WARN,
            "on_track": _GOOD,
            "open": _GOOD,
            "done": _DONE,
            "waived": _DONE,
            "closed": _DONE,
            "not_applicable": _DONE,
        },
        tints_rows=True,
        worn_by=("due", "days_left"),
    ),
    "evidence_state": Marks(
        {
            "missing": _GAP,
            "expired": _BAD,
            "lost": _BAD,
            "changed": _BAD,
            "expiring": _WARN,
            "have": _GOOD,
            "waived": _DONE,
            "not_applicable": _DONE,
        },
        tints_rows=True,
        worn_by=("days_left",),
    ),
    "risk": Marks({"high": _BAD, "medium": _WARN, "low": _GOOD}, tints_rows=True),
    "list_status": Marks({"black": _BAD, "watch": _WARN, "white": _GOOD}),
    "readiness": Marks({"not_ready": _WARN, "ready": _GOOD, "shipped": _DONE}, tints_rows=True),
    "effect": Marks({"late": _BAD, "waiting": _WARN, "settled": _DONE, "ended": _DONE}),
    "effect_word": Marks({"worse": _BAD, "unclear": _WARN, "worked": _GOOD}),
    "feeling": Marks({"negative": _WARN, "positive": _GOOD}),
    "segment": Marks({"high_risk": _BAD, "high_satisfaction": _GOOD}),
    "actor": Marks({"we": _STRONG}),
}
"""Style → severities of its words, by choice key."""
