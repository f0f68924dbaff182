"""What can be wrong in a row of Deadlines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kakosheet.core.rules import Fault, check
from kakosheet.sheets.casework.nodes import Node
from kakosheet.sheets.casework.verdicts import NodeDate
from kakosheet.sheets.words import Say


@check("deadlines", reads=(Node, NodeDate))
def row_makes_sense(node: Node, found: NodeDate, *, today: date, say: Say) -> Iterator[Fault]:
    """Done before it began, done in the future, a reminder without a day or without words."""
    done_on, started = node.done_on, found.started
    if done_on is not None and started is not None and done_on.date() < started.date():
        yield Fault(
            "done_on",
            "K312",
            say("deadlines.fault_done_early", done=done_on.date(), started=started.date()),
            say("deadlines.cure_done_early"),
        )
    if done_on is not None and done_on.date() > today:
        yield Fault("done_on", "K312", say("deadlines.fault_future", day=done_on.date()), say("deadlines.cure_future"))
    if node.key is not None and "/" not in node.key:
        if node.what_to_do is None:
            yield Fault(
                "what_to_do", "K307", say("deadlines.fault_no_words"), say("deadlines.cure_no_words"), "warning"
            )
        if node.agreed_date is None and done_on is None:
            yield Fault("agreed_date", "K307", say("deadlines.fault_no_day"), say("deadlines.cure_no_day"), "warning")
