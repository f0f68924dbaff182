"""Doors of facts in Deadlines: *Done on* of a row that a fact ends is that fact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple, Protocol

from kakosheet.core.records import Record, attempt, cell
from kakosheet.policy.model import Policy
from kakosheet.sheets.casework.case import BANK, folded

DOORS = frozenset(
    {
        "told", "filed", "answered", "planned", "escalated", "reported", "decided", "platform_answered",
        "return_sent", "return_received", "refund_received",
    }
)  # fmt: skip
"""The facts of which *Done on* of a row that they end is a door. What a row of another kind says is its own."""


class StepRow(Protocol):
    """A row of Deadlines that refresh made, as far as it tells that something was done."""

    @property
    def key(self) -> str | None: ...
    @property
    def done_on(self) -> datetime | None: ...


class StepRead(Record, of="deadlines"):
    """The same as it was read: for rules that the rows themselves hang on."""

    key: str | None = cell("key@read")
    done_on: datetime | None = cell("done_on@read")


class Done(NamedTuple):
    """A row of Deadlines by which people may tell an event."""

    event: str
    row: StepRow


def steps_done(steps: Iterable[StepRow], policy: Policy) -> dict[str, list[Done]]:
    """The doors of each case (folded number) in Deadlines."""
    events = _doors(policy)
    if not events:
        return {}
    found: dict[str, list[Done]] = {}
    for step in steps:
        key = attempt(lambda step: step.key, step)
        if isinstance(key, str) and key.count("/") == 2:
            case, node, _ = key.split("/")
            if node in events and attempt(lambda step: step.done_on, step) is not None:
                found.setdefault(folded(case) or "", []).append(Done(events[node], step))
    return found


def _doors(policy: Policy) -> Mapping[str, str]:
    """The event that a step ends with, by the step, where *Done on* tells it."""
    known: dict[str, str] | None = policy._memo.get("doors")
    if known is None:
        known = {BANK: "filed_elsewhere"}
        for rules in policy.clocks.values():
            for rule in rules:
                event = "answered" if rule.ends == "offer_answered" and rule.role == "seller" else rule.ends
                if event in DOORS and rule.start != "exposed":
                    known.setdefault(rule.step, event)
        policy._memo["doors"] = known
    return known
