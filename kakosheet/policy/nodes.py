"""Which timed rows a dispute has: our own promise, and the clocks of the platform on which it was bought or sold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kakosheet.policy.model import STAGES, ClockRule, NodeSpec, Policy


def nodes(
    policy: Policy,
    type_: str | None,
    platform: str | None,
    role: str,
    grade: str | None,
    on: date,
    served: bool | None = None,
) -> tuple[NodeSpec, ...]:
    """All nodes that a dispute of that kind has from its start: our own, then the platform's. The order is that of
    the stages. `served` says whether it is a customer's; if it is not given, a sale's is. Cases that are alike are
    worked out once."""
    served = role == "seller" if served is None else served
    memo = ("nodes", type_, platform, role, grade, policy.era(platform, on), served)
    if memo not in policy._memo:
        policy._memo[memo] = specs(policy, type_, platform, role, grade, on, served)
    known: tuple[NodeSpec, ...] = policy._memo[memo]
    return known


def specs(
    policy: Policy, type_: str | None, platform: str | None, role: str, grade: str | None, on: date, served: bool
) -> tuple[NodeSpec, ...]:
    """All nodes of type × platform × role that hold on that day, each key once: the platform's before ours."""
    known = policy.types.get(type_ or "")
    branch = known.branch if known else ""
    wanted = policy.settings.get("own_nodes") or ""
    own_steps = {word.strip() for word in wanted.split(",")} if wanted else None
    found: dict[str, NodeSpec] = {}
    for rule in (*policy.platform_rules(platform, on), *_laws(policy, on)):
        if concerns(rule, type_ or "", branch, role, grade):
            found.setdefault(rule.step, node_spec(policy, rule, "platform", role, grade))
    for rule in policy.clocks.get("own", ()):
        if rule.on_call or (rule.served and not served):
            continue
        if (
            rule.holds(on)
            and concerns(rule, type_ or "", branch, role, grade)
            and (own_steps is None or rule.own or rule.step in own_steps)
        ):
            found.setdefault(rule.step, node_spec(policy, rule, "ours", role, grade))
    return tuple(sorted(found.values(), key=lambda node: STAGES.index(node.stage)))


def on_call(policy: Policy, type_: str | None, role: str, grade: str | None, on: date) -> tuple[NodeSpec, ...]:
    """Our own nodes that a dispute gets only once what starts them has happened, whatever Settings say of our own
    dates. One that decides something by itself is the platform's, bank's or agent's date, not ours."""
    memo = ("on call", type_, role, grade, on)
    if memo not in policy._memo:
        known = policy.types.get(type_ or "")
        branch = known.branch if known else ""
        policy._memo[memo] = tuple(
            node_spec(policy, rule, "platform" if rule.defaults else "ours", role, grade)
            for rule in policy.clocks.get("own", ())
            if rule.on_call and rule.holds(on) and concerns(rule, type_ or "", branch, role, grade)
        )
    found: tuple[NodeSpec, ...] = policy._memo[memo]
    return found


def node_spec(policy: Policy, rule: ClockRule, clock: str, role: str, grade: str | None) -> NodeSpec:
    """The node that a rule makes for us on that side."""
    acts = "we" if rule.role in (role, "we") else rule.role
    hand = "we" if acts == "we" else "other"
    return NodeSpec(
        key=rule.step,
        stage=rule.stage,
        clock=clock,
        acts=acts,
        start=rule.start,
        ends=rule.ends,
        limit=_limit(policy, rule, grade),
        unit=rule.unit,
        late="defaulted" if rule.defaults and clock == "platform" else "overdue",
        todo=f"nodes.{rule.step}_{hand}",
        silence_text=f"nodes.silence_{rule.silence}" if rule.silence else "",
        rule=rule,
        calendar=rule.calendar,
        zone=rule.zone,
        roll=rule.roll,
        each_offer=rule.each_offer,
        by_grade=bool(rule.grades) or _limited_by_grade(policy, rule),
    )


def grades(policy: Policy) -> tuple[str, ...]:
    """The urgencies for which some rule holds."""
    return tuple(sorted({grade for rule in policy.clocks.get("own", ()) for grade in rule.grades}))


def _limited_by_grade(policy: Policy, rule: ClockRule) -> bool:
    """Whether some urgency has a limit of its own in Settings."""
    return bool(rule.limit_setting) and any(key.startswith(f"{rule.limit_setting}_") for key in policy.settings)


def _limit(policy: Policy, rule: ClockRule, grade: str | None) -> float:
    if not rule.limit_setting:
        return rule.limit
    by_grade = policy.settings.get(f"{rule.limit_setting}_{grade}")
    return float(by_grade if by_grade is not None else policy.settings.get(rule.limit_setting) or rule.limit)


def _laws(policy: Policy, on: date) -> Iterator[ClockRule]:
    """Rule books that apply whatever the platform: those that the setting `also_rules` names."""
    for name in (policy.settings.get("also_rules") or "").split(","):
        yield from (rule for rule in policy.clocks.get(name.strip(), ()) if rule.holds(on))


def concerns(rule: ClockRule, type_: str, branch: str, role: str, grade: str | None) -> bool:
    """Whether a rule is about such a case, on the side that we are on."""
    return (
        role in rule.sides
        and (not rule.types or type_ in rule.types)
        and (not rule.grades or grade in rule.grades)
        and (not rule.branches or not branch or branch in rule.branches)
    )


def all_rules(policy: Policy) -> Iterator[ClockRule]:
    """Every rule in force, of all platforms, in the order of the templates."""
    for rules in policy.clocks.values():
        yield from rules
