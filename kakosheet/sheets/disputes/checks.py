"""What can be wrong in a row of Dispute Workflow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from kakosheet.core.rules import Fault, check
from kakosheet.core.titles import fold
from kakosheet.policy.model import Policy
from kakosheet.sheets import faults
from kakosheet.sheets.words import Say

_STEPS = (("return_sent", "return_received"), ("refund_promised", "refund_received_on"))


@check("disputes", reads=("disputes.opened_on", "disputes.closed_on", "disputes.return_sent", "disputes.return_received",
                          "disputes.refund_promised", "disputes.refund_received_on"))
def days_in_order(opened_on: datetime | None, closed_on: date | None, *days: Any, today: date, say: Say) -> Iterator[Fault]:
    """Closed before opened, received before sent, opened in the future."""
    if opened_on is not None and opened_on.date() > today:
        yield Fault("opened_on", "K312", say("disputes.fault_future", day=opened_on.date()), say("disputes.cure_future"))
    if opened_on is not None and closed_on is not None and closed_on < opened_on.date():
        yield Fault("closed_on", "K312", say("disputes.fault_order", later=closed_on, earlier=opened_on.date()), say("disputes.cure_order"))
    for (_, column), first, second in zip(_STEPS, days[::2], days[1::2], strict=True):
        if first is not None and second is not None and second < first:
            yield Fault(column, "K312", say("disputes.fault_order", later=second, earlier=first), say("disputes.cure_order"))


@check("disputes", reads=("disputes.closed_on", "disputes.result", "disputes.root_cause", "disputes.waived"))
def closed_completely(closed_on: date | None, result: str | None, root_cause: str | None, waived: str | None, *,
                      say: Say) -> Iterator[Fault]:
    """A closed case without result or root cause teaches nothing; a result without a day is not closed."""
    if closed_on is not None and root_cause is None:
        yield Fault("root_cause", "K307", say("disputes.fault_no_cause"), say("disputes.cure_no_cause"), "warning")
    if closed_on is not None and result is None:
        yield Fault("result", "K307", say("disputes.fault_no_result"), say("disputes.cure_no_result"), "warning")
    if closed_on is None and result is not None and waived is None:
        yield Fault("closed_on", "K307", say("disputes.fault_no_day"), say("disputes.cure_no_day"), "warning")


@check("disputes", reads=("disputes.dispute_id", "disputes.parent"))
def own_parent(dispute_id: str | None, parent: str | None, *, say: Say) -> Iterator[Fault]:
    """A case cannot belong to itself."""
    if dispute_id is not None and parent is not None and fold(dispute_id) == fold(parent):
        yield Fault("parent", "K401", say("disputes.fault_own_parent"), say("disputes.cure_own_parent"))


@check("disputes", reads=("disputes.currency@read",))
def currency_known(currency: str | None, *, policy: Policy, say: Say) -> Iterator[Fault]:
    """A currency, typed here, without an exchange rate."""
    return faults.without_rate("currency", currency, policy, say)


@check("disputes", reads=("disputes.type",))
def type_known(type_: str | None, *, policy: Policy, say: Say) -> Iterator[Fault]:
    """A problem that is none of the known ones."""
    return faults.unknown_type("type", type_, policy, say)


@check("disputes", reads=("disputes.closed_on", "disputes.refund_received_on"))
def days_ahead(closed_on: date | None, refunded: date | None, *, today: date, say: Say) -> Iterator[Fault]:
    """Days that are still to come."""
    yield from faults.still_to_come({"closed_on": closed_on, "refund_received_on": refunded}, today, say)
