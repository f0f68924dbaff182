"""The nodes of a case, and the hidden key of a row of Deadlines that refresh made: `<dispute>/<node>/<offer id or
1>`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from kakosheet.core.records import CannotKnow, Record, attempt, cell, or_blank
from kakosheet.core.titles import fold
from kakosheet.policy.model import NodeSpec, Policy
from kakosheet.policy.nodes import concerns, grades, node_spec, nodes, on_call
from kakosheet.sheets.casework.case import BANK, MONEY_PLANS, Case, Offer, day_of
from kakosheet.sheets.casework.facts import Happened
from kakosheet.sheets.casework.verdicts import NodeDate

FIRST = "1"
AFTER_PLAN = "agreed"


class Node(Record, of="deadlines"):
    """What people typed about one date, and by what refresh knows it."""

    key: str | None
    dispute: str | None
    what_to_do: str | None
    who: str | None
    done_on: datetime | None
    agreed_date: datetime | None
    waived: str | None
    wanted: bool | None = cell("#wanted")


def last_good_day(typed: Node, found: NodeDate) -> date | None:
    """The day by which it must be done: what was agreed wins over what was computed, but never hides an earlier day of
    the platform."""
    if typed.agreed_date is None:
        return found.last_day
    agreed = typed.agreed_date.date()
    return min(agreed, found.last_day) if found.clock == "platform" and found.last_day is not None else agreed


class NodeKey(NamedTuple):
    """`case` and `offer` are folded; `offer` is "1" for the row that hangs on no offer."""

    case: str
    node: str
    offer: str


def is_own(key: str | None) -> bool:
    """Whether it is a row of people's own, not one of a case's node."""
    return key is None or key.count("/") != 2


def parse_key(key: str | None) -> NodeKey | None:
    """None for a row of people's own."""
    if key is None or is_own(key):
        return None
    case, node, offer = key.split("/")
    return NodeKey(fold(case), node, fold(offer))


def node_key(dispute: str, node: str, offer: str = FIRST) -> str:
    return f"{dispute}/{node}/{offer}"


def answers_offer(spec: NodeSpec, offer: Offer, role: str) -> bool:
    """Whether this node is the answer to that offer: it is the other side's, and whoever must act did not make it
    himself."""
    actor = role if spec.rule.role == "we" else spec.rule.role
    return (
        spec.each_offer
        and offer.id is not None
        and offer.by is not None
        and offer.by != actor
        and offer.kind != "platform_decides"
    )


def is_refund(spec: NodeSpec) -> bool:
    """Whether it is our own reminder of money that was promised: *Refund due* gives its day."""
    return spec.clock == "ours" and spec.start == "refund_promised"


def is_plan_step(spec: NodeSpec) -> bool:
    """Whether it is the carrying out of what was agreed: *Plan due* gives its day."""
    return spec.clock == "ours" and spec.start == AFTER_PLAN


def is_protection(spec: NodeSpec) -> bool:
    """Whether it is the end of the money's protection: *Protected until* gives its day."""
    return spec.start == "exposed"


def is_promise(spec: NodeSpec) -> bool:
    """Whether it is our own promise to settle the case: *Expected by* gives its day."""
    return spec.clock == "ours" and spec.ends == "closed"


def actor_of(spec: NodeSpec, case: Case) -> str:
    """buyer, seller, platform or carrier: the party that must act."""
    return case.role if spec.acts == "we" else spec.acts


def is_request(spec: NodeSpec) -> bool:
    """Whether it is our answer to what the platform asked for: *Answer by* gives its day."""
    return spec.start == "asked"


def is_agents_window(spec: NodeSpec) -> bool:
    """Whether it is the time in which an agent sends goods in its warehouse back."""
    return spec.start == "warehouse"


def is_bank_claim(spec: NodeSpec) -> bool:
    """Whether it is the last day to claim from whoever was paid by."""
    return spec.key == BANK


def is_chase(spec: NodeSpec) -> bool:
    """Whether it is our own reminder that the other side has not answered what we told it."""
    return spec.clock == "ours" and spec.ends == "answered"


def is_news(spec: NodeSpec) -> bool:
    """Whether it is the next word on what was agreed, which whoever has to do it owes."""
    return spec.clock == "ours" and spec.start == "news"


def node_specs(case: Case, policy: Policy, happened: Happened) -> tuple[NodeSpec, ...]:
    """The nodes of a case in which that has happened; none without an opening date, since rules hold from day to day.
    Of those that are called for only by what happened, the ones of which that is certain; of an urgency that cannot be
    known, those that every one has."""
    if case.opened_on is None:
        return ()
    on, grade = day_of(case.opened_on), or_blank(_grade, case)
    specs = _of_case(case, policy, grade, on)
    called = tuple(
        spec
        for spec in on_call(policy, case.type, case.role, grade, on)
        if attempt(happened.__contains__, spec.start) is True and not _has_one(spec, specs)
    )
    if called:
        specs = (*specs, *called)
    return (*specs, *_own_plan_step(case, policy, grade, specs)) if attempt(_is_goods, case) is True else specs


def unsure_specs(case: Case, policy: Policy, happened: Happened) -> tuple[NodeSpec, ...]:
    """The nodes of which nobody knows whether the case has them: a cell that cannot be known calls for them, or does
    not."""
    if happened.all_known or case.opened_on is None:
        return ()
    on, grade = day_of(case.opened_on), or_blank(_grade, case)
    specs = _of_case(case, policy, grade, on)
    unsure = tuple(
        spec
        for spec in on_call(policy, case.type, case.role, grade, on)
        if isinstance(attempt(happened.__contains__, spec.start), CannotKnow) and not _has_one(spec, specs)
    )
    goods = isinstance(attempt(_is_goods, case), CannotKnow)
    unsure = (*unsure, *_if_served(case, policy, grade, on))
    return (*_of_some_grade(case, policy, on), *unsure, *(_own_plan_step(case, policy, grade, specs) if goods else ()))


def _has_one(spec: NodeSpec, specs: tuple[NodeSpec, ...]) -> bool:
    """Whether the platform's own rules say how its request is to be answered."""
    return is_request(spec) and any(is_request(one) for one in specs)


def _of_case(case: Case, policy: Policy, grade: str | None, on: date) -> tuple[NodeSpec, ...]:
    """The nodes that such a case has from its start: those of its kind, and the road of how it was paid."""
    served = attempt(_served, case) is True
    found = nodes(policy, case.type, case.platform, case.role, grade, on, served)
    paid_by = or_blank(lambda: case.paid_by)
    if paid_by is None or case.role != "buyer" or fold(paid_by) == fold(case.platform or ""):
        return found
    return (*found, *_bank_claim(policy, case.type, paid_by, on))


def _bank_claim(policy: Policy, type_: str | None, paid_by: str, on: date) -> tuple[NodeSpec, ...]:
    """The last day to claim from whoever was paid by, as its rules have it; none where it has none."""
    memo = ("bank claim", type_, paid_by, policy.era(paid_by, on))
    if memo not in policy._memo:
        kind = policy.types.get(type_ or "")
        policy._memo[memo] = tuple(
            node_spec(policy, rule, "platform", "buyer", None)._replace(
                key=BANK, ends="filed_elsewhere", stage="closure", todo="nodes.bank_we"
            )
            for rule in policy.platform_rules(paid_by, on)
            if rule.ends == "filed" and concerns(rule, type_ or "", kind.branch if kind else "", "buyer", None)
        )[:1]
    found: tuple[NodeSpec, ...] = policy._memo[memo]
    return found


def _of_some_grade(case: Case, policy: Policy, on: date) -> Iterator[NodeSpec]:
    """The nodes that a case has or has not by its urgency, while nobody knows that."""
    if isinstance(attempt(_grade, case), CannotKnow):
        found = (spec for grade in grades(policy) for spec in _of_case(case, policy, grade, on))
        yield from (spec for spec in found if spec.rule.grades)


def _if_served(case: Case, policy: Policy, grade: str | None, on: date) -> Iterator[NodeSpec]:
    """The nodes that a case has only if it is a customer's, while nobody knows that."""
    if isinstance(attempt(_served, case), CannotKnow):
        found = nodes(policy, case.type, case.platform, case.role, grade, on, True)
        yield from (spec for spec in found if spec.rule.served)


def rely_on_grade(spec: NodeSpec, case: Case) -> None:
    """Raise CannotKnow where a node hangs on the urgency of its case, or on whether it is a customer's, and that cannot
    be known."""
    if spec.by_grade:
        _grade(case)
    if spec.rule.served:
        _served(case)


def _served(case: Case) -> bool:
    return case.served


def _grade(case: Case) -> str | None:
    return case.grade


def _is_goods(case: Case) -> bool:
    """Whether goods were agreed on, not money."""
    return case.plan is not None and case.plan not in MONEY_PLANS


def _own_plan_step(case: Case, policy: Policy, grade: str | None, specs: tuple[NodeSpec, ...]) -> tuple[NodeSpec, ...]:
    """Our own step of carrying a plan out, where none of the case's nodes is that."""
    if case.opened_on is None or any(is_plan_step(spec) for spec in specs):
        return ()
    return _plan_step(policy, case.role, grade, day_of(case.opened_on))


def possible_specs(case: Case, policy: Policy) -> Iterator[NodeSpec]:
    """Every node that a case can come to have, whatever has happened in it; none without an opening date."""
    if case.opened_on is None:
        return
    on, grade = day_of(case.opened_on), or_blank(_grade, case)
    yield from _of_case(case, policy, grade, on)
    yield from _of_some_grade(case, policy, on)
    yield from _if_served(case, policy, grade, on)
    yield from on_call(policy, case.type, case.role, grade, on)
    yield from _plan_step(policy, case.role, grade, on)


def _plan_step(policy: Policy, role: str, grade: str | None, on: date) -> tuple[NodeSpec, ...]:
    """Goods that were agreed on have a date even where our own dates are few; for money the refund has one."""
    memo = ("plan step", role, grade, on)
    if memo not in policy._memo:
        policy._memo[memo] = tuple(
            node_spec(policy, rule, "ours", role, grade)
            for rule in policy.clocks.get("own", ())
            if rule.start == AFTER_PLAN and rule.holds(on)
        )[:1]
    found: tuple[NodeSpec, ...] = policy._memo[memo]
    return found
