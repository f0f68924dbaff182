"""Where a date comes from, in one line for the sheet."""

from __future__ import annotations

from kakosheet.core.records import via
from kakosheet.core.rules import rule
from kakosheet.core.titles import Titles
from kakosheet.policy.model import NodeSpec, Policy
from kakosheet.sheets.casework.case import Case
from kakosheet.sheets.casework.nodes import (
    Node,
    is_agents_window,
    is_chase,
    is_promise,
    is_protection,
    is_refund,
    is_request,
    possible_specs,
    rely_on_grade,
)
from kakosheet.sheets.casework.sentences import OWN_SHOP, limit_text, source_text
from kakosheet.sheets.casework.verdicts import CaseDates, NodeDate
from kakosheet.sheets.words import Say, full_day


def spec_of(node: str | None, case: Case | None, policy: Policy) -> NodeSpec | None:
    """The node of a case by its name; None for a case that has none yet."""
    if node is None or case is None:
        return None
    found = next((spec for spec in possible_specs(case, policy) if spec.key == node), None)
    if found is not None:
        rely_on_grade(found, case)
    return found


@rule(
    "deadlines.where_the_date_comes_from",
    reads=(Node, NodeDate, via("deadlines.dispute", Case), via("deadlines.dispute", CaseDates)),
)
def where_the_date_comes_from(
    typed: Node, date: NodeDate, case: Case | None, dates: CaseDates | None, *, policy: Policy, say: Say, titles: Titles
) -> str | None:
    """The limit, what started it and the source of the rule; or that it was agreed."""
    if typed.agreed_date is not None:
        return say("deadlines.from_agreement")
    spec = spec_of(date.node, case, policy) if date.phase != "not_applicable" else None
    if spec is None or case is None or dates is None:
        return None
    if is_refund(spec) and dates.refund_due is not None:
        due = dates.refund_due
        return say("deadlines.from_refund_days") if due != case.plan_due else say("deadlines.why_plan", day=due)
    if is_protection(spec):
        return say("deadlines.from_protection")
    if is_request(spec) and case.answer_by is not None:
        return say("deadlines.from_answer_by")
    if is_agents_window(spec):
        return say("deadlines.from_window")
    if is_promise(spec) and case.expected_by is not None:
        return say("deadlines.from_expected")
    told = source_text(
        limit_text(spec, say, titles),
        spec.rule.source,
        full_day(date.started.date(), titles) if date.started else None,
        say,
    )
    if not is_chase(spec) or not _has_no_book(case, policy):
        return told
    return say("deadlines.no_book", told=told, platform=titles.choice("platform", case.platform) or case.platform)


def _has_no_book(case: Case, policy: Policy) -> bool:
    """Whether nobody knows the dates of the platform; one's own shop has none."""
    return case.platform is not None and case.platform != OWN_SHOP and not policy.clocks.get(case.platform)
