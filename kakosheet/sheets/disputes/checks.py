"""What can be wrong in a row of Dispute Workflow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kakosheet.core.rules import Fault, check
from kakosheet.core.text import cut
from kakosheet.core.titles import Titles
from kakosheet.policy.model import Policy
from kakosheet.policy.nodes import concerns
from kakosheet.sheets import faults
from kakosheet.sheets.casework.case import REFUSALS, Case
from kakosheet.sheets.casework.facts import Happened
from kakosheet.sheets.casework.sentences import event_text
from kakosheet.sheets.words import Say, money_text

_ORDER = (("opened_on", "closed_on"), ("return_sent", "return_received"), ("refund_promised", "refund_received_on"))
"""Pairs of days of which the second cannot be earlier than the first."""
_HAPPENED = (
    "closed_on",
    "refund_received_on",
    "occurred_at",
    "answered_on",
    "waiting_since",
    "confirmed_by_us_on",
    "confirmed_by_customer_on",
    "appealed_on",
    "return_sent",
    "return_received",
    "refund_promised",
    "duty_back_on",
)


@check("disputes", reads=(Case,))
def days_in_order(case: Case, *, today: date, say: Say) -> Iterator[Fault]:
    """Closed before opened, received before sent, opened in the future."""
    yield from faults.if_known(_opened_ahead, case, today, say)
    for found in faults.contradictions(case, _ORDER):
        told = say("disputes.fault_order", later=found.after, earlier=found.before)
        yield Fault(found.second, "K312", told, say("disputes.cure_order"))


def _opened_ahead(case: Case, today: date, say: Say) -> Fault | None:
    if case.opened_on is None or case.opened_on.date() <= today:
        return None
    told = say("disputes.fault_future", day=case.opened_on.date())
    return Fault("opened_on", "K312", told, say("disputes.cure_future"))


@check("disputes", reads=(Case,))
def after_the_order(case: Case, *, say: Say) -> Iterator[Fault]:
    """Opened before there was an order (unless the order says so of the day on which the problem was noticed), or
    before it happened."""
    yield from faults.if_known(_before_the_order, case, say)
    yield from faults.if_known(_before_it_happened, case, say)


def _before_the_order(case: Case, say: Say) -> Fault | None:
    if case.opened_on is None or case.ordered_on is None:
        return None
    opened, ordered = case.opened_on.date(), case.ordered_on
    if opened >= ordered or opened == case.noticed_on:
        return None
    told = say("disputes.fault_before_order", opened=opened, ordered=ordered)
    return Fault("opened_on", "K312", told, say("disputes.cure_order"))


def _before_it_happened(case: Case, say: Say) -> Fault | None:
    if case.opened_on is None or case.occurred_at is None or case.occurred_at.date() <= case.opened_on.date():
        return None
    told = say("disputes.fault_after_opening", at=case.occurred_at.date(), opened=case.opened_on.date())
    return Fault("occurred_at", "K312", told, say("disputes.cure_order"))


@check("disputes", reads=(Case,))
def amounts_fit(case: Case, *, policy: Policy, say: Say) -> Iterator[Fault]:
    """More asked for than was paid or lost, more back than was asked for."""
    base = policy.settings["base_currency"]
    yield from faults.if_known(_over_price, case, base, say)
    yield from faults.if_known(_over_amount, case, base, say)


def _over_price(case: Case, base: str, say: Say) -> Fault | None:
    amount, price = case.amount, case.price
    if amount is None or price is None or amount <= _most(case) or (case.priced_in or base) != (case.currency or base):
        return None
    told = say("disputes.fault_over_price", amount=_money(amount, case, base), price=_money(_most(case), case, base))
    return Fault("amount", "K309", told, say("disputes.cure_over_price"), "warning")


def _over_amount(case: Case, base: str, say: Say) -> Fault | None:
    amount, back = case.amount, case.money_back
    if back is None or amount is None or back <= max(amount, _most(case)):
        return None
    told = say("disputes.fault_over_amount", back=_money(back, case, base), amount=_money(amount, case, base))
    return Fault("money_back", "K309", told, say("disputes.cure_over_amount"), "warning")


def _most(case: Case) -> float:
    """What may be asked for: what was paid, or the loss where that is more."""
    return max(case.loss or 0, case.price or 0)


def _money(amount: float, case: Case, base: str) -> str:
    return money_text(amount, case.currency or base)


@check("disputes", reads=(Case,))
def closed_completely(case: Case, *, say: Say) -> Iterator[Fault]:
    """A closed case without result or root cause teaches nothing; a result without a day is not closed."""
    if case.closed_on is not None and case.root_cause is None:
        yield Fault("root_cause", "K307", say("disputes.fault_no_cause"), say("disputes.cure_no_cause"), "warning")
    if case.closed_on is not None and case.result is None:
        yield Fault("result", "K307", say("disputes.fault_no_result"), say("disputes.cure_no_result"), "warning")
    if not case.settled and case.result is not None:
        yield Fault("closed_on", "K307", say("disputes.fault_no_day"), say("disputes.cure_no_day"), "warning")


@check("disputes", reads=("disputes.currency@read",))
def currency_known(currency: str | None, *, policy: Policy, say: Say) -> Iterator[Fault]:
    """A currency, typed here, without an exchange rate."""
    return faults.without_rate("currency", currency, policy, say)


@check("disputes", reads=("disputes.platform@read",))
def platform_known(platform: str | None, *, policy: Policy, say: Say, titles: Titles) -> Iterator[Fault]:
    """A platform, typed here, that is none of the known ones and for which nobody added rules."""
    if platform is not None and platform not in policy.clocks and platform not in titles.choices.get("platform", {}):
        yield Fault(
            "platform",
            "K304",
            say("disputes.fault_platform", platform=cut(platform)),
            say("disputes.cure_platform"),
            "warning",
        )


@check("disputes", reads=(Case,))
def plan_complete(case: Case, *, say: Say) -> Iterator[Fault]:
    """The share or the day of a plan that is not named."""
    if case.plan is None and (case.plan_percent is not None or case.plan_due is not None):
        yield Fault("plan", "K307", say("disputes.fault_plan"), say("disputes.cure_plan"), "warning")


@check("disputes", reads=(Case, "disputes.still_owed"))
def money_is_there(case: Case, owed: float | None, *, policy: Policy, say: Say) -> Iterator[Fault]:
    """A refund that is noted as received, of an open case, but is less than what was agreed."""
    back = case.money_back is not None and case.refund_received_on is not None
    if back and owed is not None and case.closed_on is None:
        left = _money(owed, case, policy.settings["base_currency"])
        yield Fault("money_back", "K309", say("disputes.fault_owed", left=left), say("disputes.cure_owed"), "warning")


@check("disputes", reads=(Case,))
def somebody_looks_after_it(case: Case, *, policy: Policy, say: Say) -> Iterator[Fault]:
    """An open case that is nobody's, where several people share the work."""
    if len(policy.staff) > 1 and case.dispute_id is not None and case.assigned_to is None and not case.settled:
        yield Fault(
            "assigned_to",
            "K307",
            say("disputes.fault_nobody"),
            say("disputes.cure_nobody", first=policy.staff[0].name),
            "warning",
        )


@check("disputes", reads=(Case,))
def refusal_has_a_day(case: Case, *, say: Say) -> Iterator[Fault]:
    """A refusal of an open case without the day from which they are urged."""
    if case.their_answer in REFUSALS and case.answered_on is None and not case.settled:
        yield Fault("answered_on", "K307", say("disputes.fault_answer_day"), say("disputes.cure_answer_day"), "warning")


@check("disputes", reads=("disputes.type",))
def type_known(type_: str | None, *, policy: Policy, say: Say) -> Iterator[Fault]:
    """A problem that is none of the known ones."""
    return faults.unknown_type("type", type_, policy, say)


@check("disputes", reads=(Case,))
def days_ahead(case: Case, *, today: date, say: Say) -> Iterator[Fault]:
    """Days that are still to come."""
    return faults.still_to_come(faults.days_of(case, _HAPPENED), today, say)


@check("disputes", reads=(Case,))
def filing_has_a_day(case: Case, *, say: Say) -> Iterator[Fault]:
    """A case that is filed, of which nobody wrote the day: its dates count from the earliest that it can be."""
    if case.case_no is not None and case.filed_on is None and not case.settled:
        yield Fault("filed_on", "K307", say("disputes.fault_filing_day"), say("disputes.cure_filing_day"), "warning")


@check("disputes", reads=(Case,))
def last_day_to_file_is_known(case: Case, *, policy: Policy, say: Say, titles: Titles) -> Iterator[Fault]:
    """A case that is not filed, whose last day to file nobody can know: what it counts from is not written down."""
    if case.role != "buyer" or case.opened_on is None or case.settled or case.result is not None:
        return
    happened, kind = Happened(case, ()), policy.types.get(case.type or "")
    rules = [
        rule
        for rule in policy.platform_rules(case.platform, case.opened_on.date())
        if rule.ends == "filed" and concerns(rule, case.type or "", kind.branch if kind else "", "buyer", case.grade)
    ]
    if rules and "filed" not in happened and all(happened.get(rule.start) is None for rule in rules):
        needed = event_text(rules[0].start, titles, say)
        yield Fault(
            "filed_on",
            "K307",
            say("disputes.fault_no_last_day", event=needed),
            say("disputes.cure_no_last_day"),
            "warning",
        )
