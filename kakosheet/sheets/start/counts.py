"""The three counters of the loop on Start: prevention, handling, review."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from kakosheet.core.rules import table_rule
from kakosheet.policy.model import STAGES, Policy
from kakosheet.policy.periods import period_of
from kakosheet.sheets.start.columns import OPEN_STATES


@table_rule(
    "start_prevention.count",
    reads=(
        "purchases.bought_on",
        "purchases.risk",
        "purchases.risk_accepted",
        "purchases.ask_the_seller",
        "purchases.confirmed_on",
        "purchases.return_window_ends",
        "purchases.shipped",
        "purchases.received",
        "sellers.list_status",
        "sellers.proposed",
    ),
)
def prevention(
    bought: list[date | None],
    risks: list[str | None],
    accepted: list[str | None],
    questions: list[str | None],
    confirmed: list[date | None],
    windows: list[date | None],
    shipped: list[date | None],
    received: list[date | None],
    lists: list[str | None],
    proposed: list[str | None],
    *,
    today: date,
    policy: Policy,
) -> list[int]:
    """Purchases to check, questions to ask, parcels on the way, return windows that close soon, sellers with a new
    proposal."""
    soon = today + timedelta(days=policy.settings["due_soon_days"])
    planned = [day is None for day in bought]
    return [
        sum(
            plan and risk in ("high", "medium", "unknown") and why is None
            for plan, risk, why in zip(planned, risks, accepted, strict=True)
        ),
        sum(
            plan and question is not None and day is None
            for plan, question, day in zip(planned, questions, confirmed, strict=True)
        ),
        sum(sent is not None and got is None for sent, got in zip(shipped, received, strict=True)),
        sum(end is not None and today <= end <= soon for end in windows),
        sum(word is not None and word != status for word, status in zip(proposed, lists, strict=True)),
    ]


@table_rule("start_handling.count", reads=("disputes.state", "disputes.stage"))
def handling(states: list[str | None], stages: list[str | None]) -> list[int]:
    """Open disputes by stage."""
    found = Counter(stage for state, stage in zip(states, stages, strict=True) if state in OPEN_STATES)
    return [found[stage] for stage in STAGES]


@table_rule(
    "start_review.count",
    reads=(
        "disputes.closed_on",
        "disputes.root_cause",
        "disputes.waived",
        "log.at",
        "improvements.kind",
        "improvements.decision",
        "improvements.started_on",
    ),
)
def review(
    closed: list[date | None],
    causes: list[str | None],
    waived: list[str | None],
    said: list[datetime | date | None],
    kinds: list[str | None],
    decisions: list[str | None],
    started: list[date | None],
    *,
    today: date,
) -> list[int]:
    """Cases closed this quarter, closed cases without a root cause, messages noted this quarter, proposals to decide,
    measures running."""
    quarter = period_of("quarter", today)
    over = [day is not None and why is None for day, why in zip(closed, waived, strict=True)]
    return [
        sum(flag and day in quarter for flag, day in zip(over, closed, strict=True)),
        sum(flag and cause is None for flag, cause in zip(over, causes, strict=True)),
        sum(_day(at) in quarter for at in said),
        sum(kind == "proposal" and decision is None for kind, decision in zip(kinds, decisions, strict=True)),
        sum(
            decision == "adopt" and day is not None and day <= today
            for decision, day in zip(decisions, started, strict=True)
        ),
    ]


def _day(at: Any) -> date | None:
    return at.date() if isinstance(at, datetime) else at
