"""Where a date comes from, in one line for the sheet."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from kakosheet.core.rules import rule
from kakosheet.core.titles import Titles
from kakosheet.policy.model import NodeSpec, Policy
from kakosheet.sheets.casework.nodes import is_promise, is_protection, is_refund, possible_specs
from kakosheet.sheets.casework.sentences import limit_text, source_text
from kakosheet.sheets.words import Say, full_day

_READS = (
    "deadlines.node",
    "deadlines.started",
    "deadlines.agreed_date",
    "deadlines.last_day",
    "deadlines.phase",
    *(
        f"deadlines.dispute -> disputes.{key}"
        for key in ("refund_due", "plan_due", "expected_by", "type", "platform", "our_role", "grade", "opened_on")
    ),
)


def _spec(node: str | None, case: tuple[Any, ...], policy: Policy) -> NodeSpec | None:
    """The node of a case; `case` are the last five of _READS."""
    type_, platform, our_role, grade, opened_on = case
    if node is None or opened_on is None:
        return None
    specs = possible_specs(policy, type_, platform, our_role or "buyer", grade, opened_on.date())
    return next((spec for spec in specs if spec.key == node), None)


@rule("deadlines.where_the_date_comes_from", reads=_READS)
def where_the_date_comes_from(
    node: str | None,
    started: datetime | None,
    agreed_date: datetime | None,
    last_day: date | None,
    phase: str | None,
    refund_due: date | None,
    plan_due: date | None,
    expected_by: date | None,
    *case: Any,
    policy: Policy,
    say: Say,
    titles: Titles,
) -> str | None:
    """The limit, what started it and the source of the rule; or that it was agreed."""
    if agreed_date is not None:
        return say("deadlines.from_agreement")
    spec = _spec(node, case, policy) if phase != "not_applicable" else None
    if spec is not None and is_refund(spec) and refund_due is not None:
        return (
            say("deadlines.from_refund_days") if refund_due != plan_due else say("deadlines.why_plan", day=refund_due)
        )
    if spec is not None and is_protection(spec):
        return say("deadlines.from_protection")
    if spec is not None and is_promise(spec) and expected_by is not None:
        return say("deadlines.from_expected")
    return (
        None
        if spec is None
        else source_text(
            limit_text(spec, say, titles), spec.rule.source, full_day(started.date(), titles) if started else None, say
        )
    )
