"""What a case needs before it may leave its stage."""

from __future__ import annotations

from collections.abc import Iterator

from kakosheet.sheets.casework.case import Case, Offer
from kakosheet.sheets.casework.facts import Happened
from kakosheet.sheets.words import Say


def stage_needs(
    stage: str, case: Case, offers: list[Offer], happened: Happened, missing: int, talked: bool, say: Say
) -> str | None:
    """What is lacking, in words; None where nothing is, or the case rests. `missing` are required pieces of evidence,
    `talked` whether an offer or a message of this case is written down."""
    if case.rests:
        return None
    return (
        say("disputes.between_pieces").join(
            say(f"disputes.needs_{what}", missing=missing)
            for what in _NEEDS[stage](case, offers, happened, missing, talked)
        )
        or None
    )


def _initiation(case: Case, offers: list[Offer], happened: Happened, missing: int, talked: bool) -> Iterator[str]:
    if case.type is None:
        yield "type"
    if "reported" not in happened:
        yield "report"


def _evidence(case: Case, offers: list[Offer], happened: Happened, missing: int, talked: bool) -> Iterator[str]:
    if missing:
        yield "evidence"


def _negotiation(case: Case, offers: list[Offer], happened: Happened, missing: int, talked: bool) -> Iterator[str]:
    if not talked:
        yield "talk"
    elif offers and offers[-1].answer is None:
        yield "answer"
    elif case.plan is not None and case.planned is None:
        yield "confirmation"
    elif "refused" in happened:
        yield "urge"
    else:
        yield "agreement"


def _appeal(case: Case, offers: list[Offer], happened: Happened, missing: int, talked: bool) -> Iterator[str]:
    if "appealed" not in happened:
        yield "appeal"
    if "platform_answered" not in happened:
        yield "ruling"
    else:
        yield "result"


def _closure(case: Case, offers: list[Offer], happened: Happened, missing: int, talked: bool) -> Iterator[str]:
    if case.result is None:
        yield "result"
    if case.closed_on is None:
        yield "day"
    if "return_agreed" in happened and "return_received" not in happened:
        yield "return"
    if "refund_promised" in happened and "refund_received" not in happened:
        yield "money"


_NEEDS = {
    "initiation": _initiation,
    "evidence": _evidence,
    "negotiation": _negotiation,
    "appeal": _appeal,
    "closure": _closure,
}
