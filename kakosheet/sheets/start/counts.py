"""The three counters of the loop on Start: prevention, handling, review."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from kakosheet.core.records import Record, known
from kakosheet.core.rules import table_rule
from kakosheet.policy.model import STAGES, Policy
from kakosheet.policy.periods import period_of
from kakosheet.sheets.casework.case import Case
from kakosheet.sheets.casework.names import Seller
from kakosheet.sheets.casework.news import Word
from kakosheet.sheets.casework.orders import Purchase
from kakosheet.sheets.casework.verdicts import CaseStage, SellerRecord
from kakosheet.sheets.improvements.effects import Improvement


class Checked(Record, of="purchases"):
    """What we found of a purchase."""

    risk: str | None
    ask_the_seller: str | None
    return_window_ends: date | None


@table_rule("start_prevention.count", reads=(Purchase, Checked, Seller, SellerRecord))
def prevention(
    bought: Sequence[Purchase],
    checked: Sequence[Checked],
    listed: Sequence[Seller],
    proposed: Sequence[SellerRecord],
    *,
    today: date,
    policy: Policy,
) -> list[int]:
    """Purchases to check, questions to ask, parcels on the way, return windows that close soon, sellers with a new
    proposal."""
    soon = today + timedelta(days=policy.settings["due_soon_days"])
    return [
        sum(
            known(
                lambda line, found: (
                    line.bought_on is None
                    and line.risk_accepted is None
                    and found.risk in ("high", "medium", "unknown")
                ),
                bought,
                checked,
            )
        ),
        sum(
            known(
                lambda line, found: (
                    line.bought_on is None and line.confirmed_on is None and found.ask_the_seller is not None
                ),
                bought,
                checked,
            )
        ),
        sum(known(lambda line: line.shipped is not None and line.received is None, bought)),
        sum(
            known(
                lambda found: found.return_window_ends is not None and today <= found.return_window_ends <= soon,
                checked,
            )
        ),
        sum(
            known(
                lambda ours, found: found.proposed is not None and found.proposed != ours.list_status, listed, proposed
            )
        ),
    ]


@table_rule("start_handling.count", reads=(Case, CaseStage))
def handling(cases: Sequence[Case], stages: Sequence[CaseStage]) -> list[int]:
    """Open disputes by stage."""
    found = Counter(known(lambda case, where: None if case.settled else where.stage, cases, stages))
    return [found[stage] for stage in STAGES]


@table_rule("start_review.count", reads=(Case, Word, Improvement))
def review(cases: Sequence[Case], log: Sequence[Word], proposals: Sequence[Improvement], *, today: date) -> list[int]:
    """Cases closed this quarter, closed cases without a root cause, messages noted this quarter, proposals to decide,
    measures running."""
    quarter = period_of("quarter", today)
    return [
        sum(known(lambda case: case.closed_on is not None and case.counts and case.closed_on in quarter, cases)),
        sum(known(lambda case: case.closed_on is not None and case.counts and case.root_cause is None, cases)),
        sum(known(lambda word: word.at is not None and word.at.date() in quarter, log)),
        sum(known(lambda one: one.kind == "proposal" and one.decision is None, proposals)),
        sum(
            known(
                lambda one: one.decision == "adopt" and one.started_on is not None and one.started_on <= today,
                proposals,
            )
        ),
    ]
