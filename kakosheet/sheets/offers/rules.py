"""By when an offer is to be answered, and what follows from the answer or from silence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from kakosheet.core.rules import Fault, check, rule, table_rule
from kakosheet.core.titles import fold
from kakosheet.policy.model import Policy
from kakosheet.sheets.casework.case import too_late
from kakosheet.sheets.casework.nodes import FIRST, parse_key
from kakosheet.sheets.faults import still_to_come
from kakosheet.sheets.words import Say, money_text

_EFFECTS = {"accepted": "settled", "countered": "next_offer", "rejected": "escalates"}


class Answer(NamedTuple):
    """The row of Deadlines that waits for the answer."""

    due: datetime | None
    last_day: date | None
    when_late: str | None


@rule("offers.currency", reads=("offers.dispute -> disputes.currency",))
def currency(of_case: str | None) -> str | None:
    """The currency of the case."""
    return of_case


@table_rule(
    "offers.answer_due",
    "offers.effect",
    reads=(
        "offers.id",
        "offers.dispute",
        "offers.on",
        "offers.kind",
        "offers.answer",
        "offers.answered_on",
        "deadlines.key",
        "deadlines.due",
        "deadlines.last_day",
        "deadlines.when_late",
    ),
)
def answer(
    ids: list[Any],
    disputes: list[Any],
    days: list[Any],
    kinds: list[Any],
    answers: list[Any],
    answered: list[Any],
    keys: list[Any],
    due: list[Any],
    last_days: list[Any],
    when_late: list[Any],
    *,
    today: date,
    policy: Policy,
) -> tuple[list[Any], list[Any]]:
    """The date of the answer from Deadlines, the soonest if several hang on it, and the effect as of today."""
    waits = _answers(keys, due, last_days, when_late)
    newest = _newest(disputes, days)
    found = [waits.get(fold(number)) if number is not None else None for number in ids]
    anew = policy.settings["restart_on_change"]
    effects = [
        effect(reply if anew or reply != "modified" else None, at, wait, kind, on < newest[fold(dispute)], today)
        if dispute is not None and on is not None
        else None
        for dispute, on, kind, reply, at, wait in zip(disputes, days, kinds, answers, answered, found, strict=True)
    ]
    return [wait.due if wait else None for wait in found], effects


def effect(
    reply: str | None, answered_on: datetime | None, wait: Answer | None, kind: str | None, followed: bool, today: date
) -> str:
    """What follows. `followed`: a later offer stands in the same case. An answer after the end of a defaulting date
    comes too late."""
    if kind == "platform_decides":
        return "escalates"
    last = wait.last_day if wait else None
    silence = "buyers_choice" if wait is not None and wait.when_late == "defaulted" else "late"
    if reply in (None, "modified"):
        if last is not None and last < today:
            return silence
        return "restarted" if reply == "modified" else "waiting"
    if reply == "withdrawn":
        return "next_offer" if followed else "ended"
    if (
        silence == "buyers_choice"
        and wait is not None
        and last is not None
        and answered_on is not None
        and too_late(answered_on, wait.due, last)
    ):
        return silence
    return _EFFECTS.get(reply or "", "waiting")


def _answers(keys: list[Any], due: list[Any], last_days: list[Any], when_late: list[Any]) -> dict[str, Answer]:
    found: dict[str, Answer] = {}
    for text, *cells in zip(keys, due, last_days, when_late, strict=True):
        key = parse_key(text)
        if key is not None and key.offer != FIRST and cells[1] is not None:
            known = found.get(key.offer)
            if known is None or (known.last_day or date.max) > cells[1]:
                found[key.offer] = Answer(*cells)
    return found


def _newest(disputes: list[Any], days: list[Any]) -> dict[str, datetime]:
    newest: dict[str, datetime] = {}
    for dispute, on in zip(disputes, days, strict=True):
        if dispute is not None and on is not None:
            newest[fold(dispute)] = max(newest.get(fold(dispute), on), on)
    return newest


@check("offers", reads=("offers.on", "offers.answered_on", "offers.answer", "offers.amount", "offers.percent"))
def offer_makes_sense(
    on: datetime | None,
    answered_on: datetime | None,
    reply: str | None,
    amount: float | None,
    percent: float | None,
    *,
    today: date,
    say: Say,
) -> Iterator[Fault]:
    """Answered before it was made, days still to come, an answer without a day, amount and share at once."""
    yield from still_to_come(("on", "answered_on"), (on, answered_on), today, say)
    if on is not None and answered_on is not None and answered_on.date() < on.date():
        yield Fault(
            "answered_on",
            "K312",
            say("offers.fault_order", answered=answered_on.date(), on=on.date()),
            say("offers.cure_order"),
        )
    if reply is not None and answered_on is None:
        yield Fault("answered_on", "K307", say("offers.fault_no_day"), say("offers.cure_no_day"), "warning")
    if amount is not None and percent is not None:
        yield Fault("percent", "K309", say("offers.fault_twice"), say("offers.cure_twice"), "warning")


@check(
    "offers",
    reads=("offers.amount", "offers.currency", "offers.dispute -> disputes.amount", "offers.dispute -> disputes.loss"),
)
def amount_fits(
    amount: float | None, currency: str | None, asked: float | None, loss: float | None, *, say: Say
) -> Iterator[Fault]:
    """More offered than was lost or asked for."""
    most = max(asked or 0, loss or 0)
    if amount is not None and asked is not None and amount > most:
        yield Fault(
            "amount",
            "K309",
            say("offers.fault_over_amount", amount=money_text(amount, currency), asked=money_text(most, currency)),
            say("offers.cure_over_amount"),
            "warning",
        )
