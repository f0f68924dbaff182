"""What can be wrong in a row of Dispute Workflow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from kakosheet.core.rules import Fault, check
from kakosheet.core.text import cut
from kakosheet.core.titles import Titles
from kakosheet.policy.model import Policy
from kakosheet.sheets import faults
from kakosheet.sheets.casework.case import REFUSALS
from kakosheet.sheets.words import Say, money_text

_STEPS = (("return_sent", "return_received"), ("refund_promised", "refund_received_on"))
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


@check(
    "disputes",
    reads=(
        "disputes.opened_on",
        "disputes.closed_on",
        "disputes.return_sent",
        "disputes.return_received",
        "disputes.refund_promised",
        "disputes.refund_received_on",
    ),
)
def days_in_order(
    opened_on: datetime | None, closed_on: date | None, *days: Any, today: date, say: Say
) -> Iterator[Fault]:
    """Closed before opened, received before sent, opened in the future."""
    if opened_on is not None and opened_on.date() > today:
        yield Fault(
            "opened_on", "K312", say("disputes.fault_future", day=opened_on.date()), say("disputes.cure_future")
        )
    if opened_on is not None and closed_on is not None and closed_on < opened_on.date():
        yield Fault(
            "closed_on",
            "K312",
            say("disputes.fault_order", later=closed_on, earlier=opened_on.date()),
            say("disputes.cure_order"),
        )
    for (_, column), first, second in zip(_STEPS, days[::2], days[1::2], strict=True):
        if first is not None and second is not None and second < first:
            yield Fault(
                column, "K312", say("disputes.fault_order", later=second, earlier=first), say("disputes.cure_order")
            )


@check(
    "disputes",
    reads=(
        "disputes.opened_on",
        "disputes.occurred_at",
        "disputes.order -> purchases.bought_on",
        "disputes.order -> sales.sold_on",
        "disputes.order -> purchases.noticed_on",
        "disputes.order -> sales.noticed_on",
    ),
)
def after_the_order(
    opened_on: datetime | None,
    occurred_at: datetime | None,
    bought_on: date | None,
    sold_on: date | None,
    *noticed: date | None,
    say: Say,
) -> Iterator[Fault]:
    """Opened before there was an order (unless the order says so of the day on which the problem was noticed), or
    before it happened."""
    ordered = bought_on or sold_on
    if opened_on is not None and ordered is not None and opened_on.date() < ordered and opened_on.date() not in noticed:
        yield Fault(
            "opened_on",
            "K312",
            say("disputes.fault_before_order", opened=opened_on.date(), ordered=ordered),
            say("disputes.cure_order"),
        )
    if opened_on is not None and occurred_at is not None and occurred_at.date() > opened_on.date():
        yield Fault(
            "occurred_at",
            "K312",
            say("disputes.fault_after_opening", at=occurred_at.date(), opened=opened_on.date()),
            say("disputes.cure_order"),
        )


@check(
    "disputes",
    reads=(
        "disputes.amount",
        "disputes.loss",
        "disputes.money_back",
        "disputes.currency",
        "disputes.order -> purchases.price",
        "disputes.order -> purchases.currency",
        "disputes.order -> sales.price",
        "disputes.order -> sales.currency",
    ),
)
def amounts_fit(
    amount: float | None,
    loss: float | None,
    back: float | None,
    currency: str | None,
    paid: float | None,
    paid_in: str | None,
    sold: float | None,
    sold_in: str | None,
    *,
    policy: Policy,
    say: Say,
) -> Iterator[Fault]:
    """More asked for than was paid or lost, more back than was asked for."""
    base = policy.settings["base_currency"]
    own = currency or base
    price, priced_in = (paid, paid_in) if paid is not None else (sold, sold_in)
    most = max(loss or 0, price or 0)
    if amount is not None and price is not None and (priced_in or base) == own and amount > most:
        yield Fault(
            "amount",
            "K309",
            say("disputes.fault_over_price", amount=money_text(amount, own), price=money_text(most, own)),
            say("disputes.cure_over_price"),
            "warning",
        )
    if back is not None and amount is not None and back > max(amount, most):
        yield Fault(
            "money_back",
            "K309",
            say("disputes.fault_over_amount", back=money_text(back, own), amount=money_text(amount, own)),
            say("disputes.cure_over_amount"),
            "warning",
        )


@check("disputes", reads=("disputes.closed_on", "disputes.result", "disputes.root_cause", "disputes.waived"))
def closed_completely(
    closed_on: date | None, result: str | None, root_cause: str | None, waived: str | None, *, say: Say
) -> Iterator[Fault]:
    """A closed case without result or root cause teaches nothing; a result without a day is not closed."""
    if closed_on is not None and root_cause is None:
        yield Fault("root_cause", "K307", say("disputes.fault_no_cause"), say("disputes.cure_no_cause"), "warning")
    if closed_on is not None and result is None:
        yield Fault("result", "K307", say("disputes.fault_no_result"), say("disputes.cure_no_result"), "warning")
    if closed_on is None and result is not None and waived is None:
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


@check("disputes", reads=("disputes.plan", "disputes.plan_percent", "disputes.plan_due"))
def plan_complete(plan: str | None, percent: float | None, due: date | None, *, say: Say) -> Iterator[Fault]:
    """The share or the day of a plan that is not named."""
    if plan is None and (percent is not None or due is not None):
        yield Fault("plan", "K307", say("disputes.fault_plan"), say("disputes.cure_plan"), "warning")


@check(
    "disputes",
    reads=(
        "disputes.refund_received_on",
        "disputes.money_back",
        "disputes.still_owed",
        "disputes.closed_on",
        "disputes.currency",
    ),
)
def money_is_there(
    received: date | None,
    back: float | None,
    owed: float | None,
    closed: date | None,
    currency: str | None,
    *,
    policy: Policy,
    say: Say,
) -> Iterator[Fault]:
    """A refund that is noted as received, of an open case, but is less than what was agreed."""
    if received is not None and back is not None and owed is not None and closed is None:
        left = money_text(owed, currency or policy.settings["base_currency"])
        yield Fault("money_back", "K309", say("disputes.fault_owed", left=left), say("disputes.cure_owed"), "warning")


@check("disputes", reads=("disputes.dispute_id", "disputes.assigned_to", "disputes.closed_on", "disputes.waived"))
def somebody_looks_after_it(
    number: str | None, assigned: str | None, closed: date | None, waived: str | None, *, policy: Policy, say: Say
) -> Iterator[Fault]:
    """An open case that is nobody's, where several people share the work."""
    if number is not None and assigned is None and closed is None and waived is None and len(policy.staff) > 1:
        yield Fault(
            "assigned_to",
            "K307",
            say("disputes.fault_nobody"),
            say("disputes.cure_nobody", first=policy.staff[0].name),
            "warning",
        )


@check("disputes", reads=("disputes.their_answer", "disputes.answered_on", "disputes.closed_on", "disputes.waived"))
def refusal_has_a_day(
    answer: str | None, answered: date | None, closed: date | None, waived: str | None, *, say: Say
) -> Iterator[Fault]:
    """A refusal of an open case without the day from which they are urged."""
    if answer in REFUSALS and answered is None and closed is None and waived is None:
        yield Fault("answered_on", "K307", say("disputes.fault_answer_day"), say("disputes.cure_answer_day"), "warning")


@check("disputes", reads=("disputes.type",))
def type_known(type_: str | None, *, policy: Policy, say: Say) -> Iterator[Fault]:
    """A problem that is none of the known ones."""
    return faults.unknown_type("type", type_, policy, say)


@check("disputes", reads=tuple(f"disputes.{key}" for key in _HAPPENED))
def days_ahead(*days: date | None, today: date, say: Say) -> Iterator[Fault]:
    """Days that are still to come."""
    return faults.still_to_come(_HAPPENED, days, today, say)
