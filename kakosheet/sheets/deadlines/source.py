"""Where a date comes from: in one line for the sheet, and day by day for `explain`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from kakosheet.core.rules import rule
from kakosheet.core.titles import Titles
from kakosheet.policy.model import NodeSpec, Policy
from kakosheet.sheets.casework.nodes import is_refund
from kakosheet.sheets.casework.sentences import limit_text, source_text
from kakosheet.sheets.deadlines.clocks import Clocks
from kakosheet.sheets.words import Say, day_text, number_text

_READS = ("deadlines.node", "deadlines.started", "deadlines.agreed_date", "deadlines.last_day", "deadlines.phase",
          *(f"deadlines.dispute -> disputes.{key}" for key in ("refund_due", "type", "platform", "our_role", "grade", "opened_on")))


def _spec(node: str | None, case: tuple[Any, ...], policy: Policy) -> NodeSpec | None:
    """The node of a case; `case` are the last five of _READS."""
    type_, platform, our_role, grade, opened_on = case
    if node is None or opened_on is None:
        return None
    specs = policy.nodes(type_, platform, our_role or "buyer", grade, opened_on.date())
    return next((spec for spec in specs if spec.key == node), None)


def _why(node: str | None, started: datetime | None, agreed_date: datetime | None, last_day: date | None, phase: str | None,
         refund_due: date | None, *case: Any, now: datetime, today: date, policy: Policy, say: Say, titles: Titles) -> list[str]:
    """The rule and its source, the start, every day that was counted or skipped, the end; what is agreed instead; what silence does."""
    spec = _spec(node, case, policy)
    if spec is None:
        return [say("deadlines.from_agreement")] if agreed_date is not None else []
    lines = [say("deadlines.why_rule", limit=limit_text(spec, say, titles), event=titles.choice("event", spec.start)),
             say("nodes.from_source", source=spec.rule.source, checked=spec.rule.checked_on or "–")]
    if started is None:
        return [*lines, say("deadlines.why_waiting")]
    if is_refund(spec) and refund_due is not None:
        return [say("deadlines.from_refund_days"), say("deadlines.why_last_day", day=refund_due)]
    lines += _steps(spec, started, last_day if agreed_date is None and phase is None else None, Clocks.of(policy, now), say)
    if agreed_date is not None:
        lines.append(say("deadlines.why_agreed", day=agreed_date.date()))
    return lines


def _steps(spec: NodeSpec, started: datetime, last_day: date | None, clocks: Clocks, say: Say) -> Iterator[str]:
    """The steps of the clock as sentences; where we waited in between, that the end moved on."""
    due = clocks.explained(spec, started)
    for step in due.steps if due is not None else ():
        yield say(f"nodes.clock_{step.what}", day=_shown(step.at), until=_shown(step.until), number=number_text(step.number or 0),
                  name=step.name)
    if due is not None and last_day is not None and last_day > due.last_day:
        yield say("deadlines.why_moved", day=last_day)


def _shown(at: date | None) -> str:
    """A day, or a day with its time."""
    return f"{at:%Y-%m-%d %H:%M}" if isinstance(at, datetime) else str(at or "")


@rule("deadlines.where_the_date_comes_from", reads=_READS, why=_why)
def where_the_date_comes_from(node: str | None, started: datetime | None, agreed_date: datetime | None, last_day: date | None,
                              phase: str | None, refund_due: date | None, *case: Any, today: date, policy: Policy, say: Say,
                              titles: Titles) -> str | None:
    """The limit, what started it and the source of the rule; or that it was agreed."""
    if agreed_date is not None:
        return say("deadlines.from_agreement")
    spec = _spec(node, case, policy) if phase != "not_applicable" else None
    if spec is not None and is_refund(spec) and refund_due is not None:
        return say("deadlines.from_refund_days")
    return None if spec is None else source_text(limit_text(spec, say, titles), spec.rule.source,
                                                 day_text(started.date(), today, titles) if started else None, say)
