"""Until when the money is protected: the last day on which the buyer can still claim it from the platform or from
whoever it was paid by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from kakosheet.core.records import Record, attempt
from kakosheet.core.rules import table_rule
from kakosheet.core.titles import Titles, fold
from kakosheet.policy.model import ClockRule, Policy
from kakosheet.policy.nodes import concerns, node_spec
from kakosheet.sheets.casework.case import Case, Offer, day_of, folded, offers_by_case
from kakosheet.sheets.casework.doors import Done, StepRead, steps_done
from kakosheet.sheets.casework.facts import Happened
from kakosheet.sheets.deadlines.chain import capped
from kakosheet.sheets.deadlines.clocks import Clocks
from kakosheet.sheets.words import Say

LOSES = frozenset({"right_lost", "not_accepted", "case_closes"})
"""Effects of silence by which the claim itself is gone."""
_NOTHING: dict[str, date] = {}


class Owed(Record, of="disputes"):
    """Money that is still to come."""

    still_owed: float | None


def _why(
    at: int,
    cases: Sequence[Case],
    owed: Sequence[Owed],
    offers: Sequence[Offer],
    steps: Sequence[StepRead],
    *,
    now: datetime,
    policy: Policy,
    say: Say,
    titles: Titles,
) -> list[str]:
    """Whose protection ends when."""
    known = Known(offers_by_case(offers), steps_done(steps, policy), Clocks.of(policy, now), policy)
    found = _of_case(cases[at], owed[at], known)
    told = [
        say("disputes.why_protected", who=titles.choice("rule_book", book) or book, day=day)
        for book, day in found.items()
    ]
    return told or [say("disputes.why_unprotected")]


@table_rule("disputes.protected_until", reads=(Case, Owed, Offer, StepRead), why=_why)
def protected_until(
    cases: Sequence[Case],
    owed: Sequence[Owed],
    offers: Sequence[Offer],
    steps: Sequence[StepRead],
    *,
    now: datetime,
    policy: Policy,
) -> list[Any]:
    """The later of the days until which the platform and the way of payment protect a buyer's money; empty once it is
    there, where the case rests or is closed with nothing owed, and where no rule says until when."""
    known = Known(offers_by_case(offers), steps_done(steps, policy), Clocks.of(policy, now), policy)
    return [
        attempt(lambda case, money: max(_of_case(case, money, known).values(), default=None), case, money)
        for case, money in zip(cases, owed, strict=True)
    ]


class Known(NamedTuple):
    """What the days of all cases hang on: their offers and doors in Deadlines (folded number), clocks and rules."""

    offers: Mapping[str, list[Offer]]
    done: Mapping[str, list[Done]]
    clocks: Clocks
    policy: Policy


def _of_case(case: Case, owed: Owed, known: Known) -> dict[str, date]:
    """By rule book, the last day of its protection."""
    over = (
        (case.refund_received_on is not None and owed.still_owed is None)
        or case.rests
        or case.made_good
        or (case.closed_on is not None and owed.still_owed is None)
    )
    if over or case.role != "buyer" or case.opened_on is None:
        return _NOTHING
    name = folded(case.dispute_id) or ""
    happened = Happened(
        case,
        known.offers.get(name, []),
        done=known.done.get(name, ()),
        books=known.policy.books,
    )
    return dict(_days(case, happened, known.policy, known.clocks))


def _days(case: Case, happened: Happened, policy: Policy, clocks: Clocks) -> Iterator[tuple[str, date]]:
    """On the platform what may be missed next: to file the case, or what follows once it is filed; with whoever was
    paid the day by which to claim it there."""
    ends = list(
        _ends(
            policy.platform_rules(case.platform, day_of(case.opened_on or clocks.now)), case, happened, policy, clocks
        )
    )
    running = [day for rule, day in ends if rule.ends not in happened]
    if running:
        yield case.platform or "", min(running)
    paid_by = None if "filed_elsewhere" in happened else case.paid_by
    if paid_by is not None and fold(paid_by) != fold(case.platform or ""):
        rules = tuple(rule for rule in policy.clocks.get(paid_by, ()) if rule.ends == "filed")
        yield from ((paid_by, day) for _, day in list(_ends(rules, case, happened, policy, clocks))[:1])


def _ends(
    rules: tuple[ClockRule, ...], case: Case, happened: Happened, policy: Policy, clocks: Clocks
) -> Iterator[tuple[ClockRule, date]]:
    """The rules by which the buyer can lose the claim, each step once, and the last day of each whose start is
    known."""
    kind, on, seen = policy.types.get(case.type or ""), day_of(case.opened_on or clocks.now), set()
    for rule in rules:
        losing = rule.role in ("buyer", "we") and rule.silence in LOSES and rule.holds(on) and rule.step not in seen
        if not losing or not concerns(rule, case.type or "", kind.branch if kind else "", "buyer", case.grade):
            continue
        seen.add(rule.step)
        start = happened.get(rule.start)
        end = clocks.end(node_spec(policy, rule, "platform", "buyer", case.grade), start) if start is not None else None
        if end is not None:
            spec = node_spec(policy, rule, "platform", "buyer", case.grade)
            yield rule, (capped(end, spec, happened) if rule.cap else end).last_day
