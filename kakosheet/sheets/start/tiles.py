"""The line under the title and the six tiles of Start."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum
from typing import Any

from kakosheet.core.records import Record, known, via
from kakosheet.core.rules import table_rule
from kakosheet.policy.model import Policy
from kakosheet.sheets.alerts import LATE, LATER, SOON
from kakosheet.sheets.casework.case import Case
from kakosheet.sheets.casework.nodes import Node, last_good_day
from kakosheet.sheets.casework.orders import Purchase
from kakosheet.sheets.casework.pieces import Needed
from kakosheet.sheets.casework.verdicts import CaseStage, NodeDate, NodeState, PieceState
from kakosheet.sheets.words import Say


@table_rule("start_age.line", reads=())
def refreshed(*, titles: Any) -> list[str]:
    """Twin of the live line: at the time of a refresh the last one is today's."""
    return [titles.choice("refreshed", "today")]


@table_rule("start_tiles.overdue", reads=(NodeState,))
def overdue(states: Sequence[NodeState]) -> list[int]:
    """Twin of the live count."""
    return [_among(states, LATE)]


@table_rule("start_tiles.due_soon", reads=(NodeState,))
def due_soon(states: Sequence[NodeState]) -> list[int]:
    """Twin of the live count."""
    return [_among(states, SOON)]


@table_rule("start_tiles.open_disputes", reads=(Case,))
def open_disputes(cases: Sequence[Case]) -> list[int]:
    """Twin of the live count: whether a case is open does not hang on its dates."""
    return [sum(known(lambda case: not case.settled, cases))]


def _among(states: Sequence[NodeState], wanted: tuple[str, ...]) -> int:
    return sum(known(lambda row: row.state in wanted, states))


class Judgement(Record, of="purchases"):
    """What we think of a purchase."""

    risk: str | None


@table_rule(
    "start_tiles.at_stake",
    "start_tiles.evidence_missing",
    "start_tiles.high_risk",
    reads=(Case, Needed, PieceState, via("evidence.dispute", Case), Purchase, Judgement),
)
def other_tiles(
    cases: Sequence[Case],
    needed: Sequence[Needed],
    pieces: Sequence[PieceState],
    of_pieces: Sequence[Case | None],
    bought: Sequence[Purchase],
    judged: Sequence[Judgement],
    *,
    policy: Policy,
) -> tuple[list[int], list[int], list[int]]:
    """What open cases are about in the base currency, the required evidence that they lack, and planned purchases of
    high risk."""
    amounts = known(lambda case: None if case.settled else policy.to_base(case.amount, case.currency), cases)
    missing = known(
        lambda need, piece, case: (
            piece.state == "missing" and bool(need.required) and case is not None and not case.settled
        ),
        needed,
        pieces,
        of_pieces,
    )
    risky = known(
        lambda line, row: row.risk == "high" and line.bought_on is None and line.risk_accepted is None, bought, judged
    )
    return [round(fsum(amount or 0.0 for amount in amounts))], [sum(missing)], [sum(risky)]


@table_rule(
    "start_notes.overdue",
    "start_notes.due_soon",
    "start_notes.open_disputes",
    "start_notes.at_stake",
    reads=(Node, NodeDate, NodeState, Case, CaseStage),
)
def notes(
    nodes: Sequence[Node],
    dates: Sequence[NodeDate],
    node_states: Sequence[NodeState],
    cases: Sequence[Case],
    stages: Sequence[CaseStage],
    *,
    policy: Policy,
    say: Say,
) -> tuple[list[str | None], ...]:
    """Small print of the tiles. Days are named by date, so that it stays true overnight."""
    days = list(known(lambda node, found, row: (row.state, last_good_day(node, found)), nodes, dates, node_states))
    oldest = min((day for state, day in days if state in LATE and day), default=None)
    nearest = min((day for state, day in days if state in (*SOON, *LATER) and day), default=None)
    at_platform = sum(known(lambda case, where: not case.settled and where.stage == "appeal", cases, stages))
    without = sum(
        known(
            lambda case: (
                not case.settled and case.amount is not None and policy.to_base(case.amount, case.currency) is None
            ),
            cases,
        )
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
