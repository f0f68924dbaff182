"""What the type of a case says of how to handle it: its steps, where we are among them, and tips."""

from __future__ import annotations

from datetime import date

from kakosheet.core.rules import rule
from kakosheet.policy.model import STAGES, Policy
from kakosheet.sheets.words import Say


@rule("disputes.steps", reads=("disputes.type", "disputes.stage", "disputes.closed_on"))
def steps(type_: str | None, stage: str | None, closed_on: date | None, *, policy: Policy, say: Say) -> str | None:
    """The steps of the type in their order: those of stages behind us are ticked, those of the stage we are in are
    marked."""
    known = policy.types.get(type_ or "")
    if known is None:
        return None
    at = len(STAGES) if closed_on is not None else STAGES.index(stage) if stage in STAGES else 0
    told = []
    for step in known.steps:
        place = STAGES.index(step.stage)
        told.append(
            say(f"disputes.step_{'behind' if place < at else 'here' if place == at else 'ahead'}", step=step.title)
        )
    return say("disputes.between_pieces").join(told)


@rule("disputes.tips", reads=("disputes.type", "disputes.closed_on"))
def tips(type_: str | None, closed_on: date | None, *, policy: Policy, say: Say) -> str | None:
    """The tips of the type, while the case is open."""
    known = policy.types.get(type_ or "")
    return (
        say("disputes.between_sentences").join(known.tips) or None if known is not None and closed_on is None else None
    )
