"""The line under the title and the six tiles of Start."""

from __future__ import annotations

from collections import Counter
from datetime import date
from math import fsum
from typing import Any

from kakosheet.core.rules import table_rule
from kakosheet.policy.model import Policy
from kakosheet.sheets.alerts import LATE, LATER, SOON, last_good_day
from kakosheet.sheets.start.columns import OPEN_STATES


@table_rule("start_age.line", reads=())
def refreshed(*, titles: Any) -> list[str]:
    """Twin of the live line: at the time of a refresh the last one is today's."""
    return [titles.choice("refreshed", "today")]


@table_rule("start_tiles.overdue", reads=("deadlines.state",))
def overdue(states: list[str | None]) -> list[int]:
    """Twin of the live count."""
    return [_among(states, LATE)]


@table_rule("start_tiles.due_soon", reads=("deadlines.state",))
def due_soon(states: list[str | None]) -> list[int]:
    """Twin of the live count."""
    return [_among(states, SOON)]


@table_rule("start_tiles.open_disputes", reads=("disputes.state",))
def open_disputes(states: list[str | None]) -> list[int]:
    """Twin of the live count."""
    return [_among(states, OPEN_STATES)]


def _among(states: list[str | None], wanted: tuple[str, ...]) -> int:
    found = Counter(states)
    return sum(found[state] for state in wanted)


@table_rule(
    "start_tiles.at_stake",
    "start_tiles.evidence_missing",
    "start_tiles.high_risk",
    reads=(
        "disputes.state",
        "disputes.amount",
        "disputes.currency",
        "evidence.state",
        "evidence.required",
        "evidence.dispute -> disputes.state",
        "purchases.risk",
        "purchases.bought_on",
        "purchases.risk_accepted",
    ),
)
def other_tiles(
    states: list[str | None],
    amounts: list[float | None],
    currencies: list[str | None],
    pieces: list[str | None],
    required: list[bool | None],
    piece_states: list[str | None],
    risks: list[str | None],
    bought: list[date | None],
    accepted: list[str | None],
    *,
    policy: Policy,
) -> tuple[list[int], list[int], list[int]]:
    """What open cases are about in the base currency, the required evidence that they lack, and planned purchases of
    high risk."""
    known = [
        policy.to_base(amount, currency) or 0.0
        for state, amount, currency in zip(states, amounts, currencies, strict=True)
        if state in OPEN_STATES
    ]
    missing = sum(
        piece == "missing" and bool(needed) and state in OPEN_STATES
        for piece, needed, state in zip(pieces, required, piece_states, strict=True)
    )
    risky = sum(
        risk == "high" and day is None and reason is None
        for risk, day, reason in zip(risks, bought, accepted, strict=True)
    )
    return [round(fsum(known))], [missing], [risky]


@table_rule(
    "start_notes.overdue",
    "start_notes.due_soon",
    "start_notes.open_disputes",
    "start_notes.at_stake",
    reads=(
        "deadlines.state",
        "deadlines.agreed_date",
        "deadlines.last_day",
        "disputes.state",
        "disputes.stage",
        "disputes.amount",
        "disputes.currency",
    ),
)
def notes(
    node_states: list[str | None],
    agreed: list[Any],
    last_days: list[date | None],
    states: list[str | None],
    stages: list[str | None],
    amounts: list[float | None],
    currencies: list[str | None],
    *,
    policy: Policy,
    say: Any,
) -> tuple[list[str | None], ...]:
    """Small print of the tiles. Days are named by date, so that it stays true overnight."""
    days = [(state, last_good_day(own, day)) for state, own, day in zip(node_states, agreed, last_days, strict=True)]
    oldest = min((day for state, day in days if state in LATE and day), default=None)
    nearest = min((day for state, day in days if state in (*SOON, *LATER) and day), default=None)
    at_platform = sum(state in OPEN_STATES and stage == "appeal" for state, stage in zip(states, stages, strict=True))
    without = sum(
        state in OPEN_STATES and amount is not None and policy.to_base(amount, currency) is None
        for state, amount, currency in zip(states, amounts, currencies, strict=True)
    )
    base = policy.settings["base_currency"]
    return (
        [say("start.oldest", day=oldest) if oldest else None],
        [say("start.nearest", day=nearest) if nearest else None],
        [say("start.at_platform", count=at_platform)],
        [
            say("start.without_rate", currency=base, count=without)
            if without
            else say("start.in_open_cases", currency=base)
        ],
    )
