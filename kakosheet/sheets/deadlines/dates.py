"""The dates of all cases. Nodes start one another, so one rule follows each chain and writes everything that hangs on
it."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, NamedTuple

from kakosheet.core.rules import table_rule
from kakosheet.core.titles import Titles
from kakosheet.policy.model import Policy
from kakosheet.sheets.casework.nodes import FIRST, parse_key
from kakosheet.sheets.casework.sentences import silence_text
from kakosheet.sheets.deadlines.chain import OWN_READS, READS, Chain, Row, cases_of
from kakosheet.sheets.deadlines.why import why
from kakosheet.sheets.words import Say


class Node(NamedTuple):
    """What the chain finds out about one row, in the order of the columns that the rule writes."""

    started: datetime | None = None
    due: datetime | None = None
    last_day: date | None = None
    phase: str | None = None
    when_late: str | None = None
    acts: str | None = None
    clock: str | None = None
    node: str | None = None
    if_nothing_happens: str | None = None
    ended: datetime | None = None


_BLANK = Node()


@table_rule(
    "deadlines.started",
    "deadlines.due",
    "deadlines.last_day",
    "deadlines.phase",
    "deadlines.when_late",
    "deadlines.acts",
    "deadlines.clock",
    "deadlines.node",
    "deadlines.if_nothing_happens",
    "deadlines.ended",
    reads=READS,
    why=why,
)
def chains(*columns: list[Any], now: datetime, policy: Policy, say: Say, titles: Titles) -> tuple[list[Any], ...]:
    """Start, end and meaning of every date. A row whose case is unknown stays blank; a reminder of people's own has its
    agreed date."""
    own = columns[: len(OWN_READS)]
    nodes = [_reminder(agreed) if parse_key(key) is None else _BLANK for key, _, agreed, _ in zip(*own, strict=True)]
    for chain, rows in cases_of(columns, now, policy):
        for row in rows:
            nodes[row.at] = _node(chain, row, say, titles)
    return tuple(list(column) for column in zip(*nodes, strict=True)) if nodes else tuple([] for _ in Node._fields)


def _reminder(agreed: datetime | None) -> Node:
    """A row of people's own: its agreed date is all there is."""
    return _BLANK if agreed is None else Node(due=agreed, last_day=agreed.date())


def _node(chain: Chain, row: Row, say: Say, titles: Titles) -> Node:
    spec = chain.specs.get(row.key.node)
    offer = row.key.offer
    if spec is None or not row.wanted or (offer != FIRST and offer not in chain.offers):
        return Node(phase="not_applicable", node=row.key.node)
    found = chain.follow(spec.key, offer)
    agreed = row.agreed_date
    due, last_day = (found.end.due, found.end.last_day) if found.end else (None, None)
    if last_day is not None and found.phase == "paused":
        due = datetime.combine(last_day, time())  # as if the wait ended now; the hour would move with every refresh
    if agreed is not None:
        due, last_day = agreed, agreed.date()
    return Node(
        started=found.started,
        due=due,
        last_day=last_day,
        phase=found.phase,
        when_late=spec.late,
        acts=spec.acts,
        clock=spec.clock,
        node=spec.key,
        if_nothing_happens=silence_text(spec, chain.case, say, titles) if found.ended is None else None,
        ended=found.ended if found.dated else None,
    )
