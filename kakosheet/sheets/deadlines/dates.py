"""The dates of all cases. Nodes start one another, so one rule follows each chain and writes everything that hangs on
it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from kakosheet.core.records import CannotKnow, attempt, spread, sure
from kakosheet.core.rules import table_rule
from kakosheet.core.titles import Titles
from kakosheet.policy.model import NodeSpec, Policy
from kakosheet.sheets.casework.case import Case, Offer
from kakosheet.sheets.casework.news import Word
from kakosheet.sheets.casework.nodes import FIRST, Node, is_own
from kakosheet.sheets.casework.pieces import Needed, Piece
from kakosheet.sheets.casework.sentences import silence_text
from kakosheet.sheets.casework.verdicts import CaseDates
from kakosheet.sheets.deadlines.chain import READS, Cases, Chain, Course, NodeRow, chains_of
from kakosheet.sheets.deadlines.clocks import End
from kakosheet.sheets.deadlines.why import why
from kakosheet.sheets.words import Say


class DateVerdict(NamedTuple):
    """What the chain finds out about one row, in the order of the columns that the rule writes; any of them may be a
    mark."""

    started: datetime | CannotKnow | None = None
    due: datetime | CannotKnow | None = None
    last_day: date | CannotKnow | None = None
    phase: str | CannotKnow | None = None
    when_late: str | None = None
    acts: str | None = None
    clock: str | None = None
    node: str | None = None
    if_nothing_happens: str | CannotKnow | None = None
    ended: datetime | CannotKnow | None = None


_BLANK = DateVerdict()


@table_rule(*(f"deadlines.{key}" for key in DateVerdict._fields), reads=READS, why=why)
def chains(
    nodes: Sequence[Node],
    cases: Sequence[Case],
    dates: Sequence[CaseDates],
    offers: Sequence[Offer],
    pieces: Sequence[Piece],
    needed: Sequence[Needed],
    log: Sequence[Word],
    *,
    now: datetime,
    policy: Policy,
    say: Say,
    titles: Titles,
) -> list[list[Any]]:
    """Start, end and meaning of every date. A row whose case is unknown stays blank; a reminder of people's own has its
    agreed date."""
    found: list[DateVerdict | CannotKnow] = [attempt(_reminder, node) for node in nodes]
    for chain, rows in chains_of(
        nodes, Cases.of(cases, dates, offers, pieces, needed, log, nodes, now=now, policy=policy)
    ):
        for row in rows:
            found[row.at] = chain if isinstance(chain, CannotKnow) else _verdict(chain, row, say, titles)
    return spread(found, len(DateVerdict._fields))


def _reminder(node: Node) -> DateVerdict:
    """A row of people's own: its agreed date is all there is."""
    if not is_own(node.key) or node.agreed_date is None:
        return _BLANK
    return DateVerdict(due=node.agreed_date, last_day=node.agreed_date.date())


def _verdict(chain: Chain, row: NodeRow, say: Say, titles: Titles) -> DateVerdict:
    spec, offer = chain.specs.get(row.key.node), row.key.offer
    if spec is None or row.typed.wanted is False or (offer != FIRST and offer not in chain.offers):
        return DateVerdict(phase="not_applicable", node=row.key.node)
    found, agreed = attempt(chain.follow, spec.key, offer), attempt(_agreed_date, row.typed)
    due, last_day = _end(found, agreed, spec.clock)
    of_spec = _when_late(spec, found, chain.clocks.now.date()), spec.acts, spec.clock, spec.key
    if isinstance(found, CannotKnow):
        return DateVerdict(found, due, last_day, found, *of_spec, found, found)
    silence = attempt(_silence, spec, chain.case, found, say, titles)
    ended = found.ended if found.dated or isinstance(found.ended, CannotKnow) else None
    return DateVerdict(found.started, due, last_day, found.phase, *of_spec, silence, ended)


def _when_late(spec: NodeSpec, found: Course | CannotKnow, today: date) -> str:
    """Silence decides only where what started the clock is typed with its day; our own last chance is one until then."""
    if isinstance(found, CannotKnow) or found.from_fact:
        return spec.late
    end = found.end
    passed = isinstance(end, End) and end.last_day < today
    return spec.late if spec.acts == "we" and not passed else "overdue"


def _agreed_date(node: Node) -> datetime | None:
    return node.agreed_date


def _silence(spec: NodeSpec, case: Case, found: Course, say: Say, titles: Titles) -> str | None:
    """What follows if nothing happens; nothing for what is done."""
    return silence_text(spec, case, say, titles) if sure(found.ended) is None else None


def _last_moment(due: datetime) -> datetime:
    """A plain day is good until its end."""
    return due + timedelta(1) if due.time() == time() else due


def _end(
    found: Course | CannotKnow, agreed: datetime | CannotKnow | None, clock: str
) -> tuple[datetime | CannotKnow | None, date | CannotKnow | None]:
    """Due, and the last good day: what was agreed, else what the chain gives; where both are, a day of the platform
    stands beside the earlier of the two. A wait that goes on is shown as if it
    ended now, without its hour, which would move with every refresh."""
    if isinstance(agreed, CannotKnow):
        return agreed, agreed
    if agreed is not None:
        given = None if isinstance(found, CannotKnow) or isinstance(found.end, CannotKnow) else found.end
        if clock == "ours" or given is None:
            return agreed, agreed.date()
        return min(agreed, given.due, key=_last_moment), given.last_day
    if isinstance(found, CannotKnow):
        return found, found
    end = found.end
    if end is None or isinstance(end, CannotKnow):
        return end, end
    return datetime.combine(end.last_day, time()) if found.phase == "paused" else end.due, end.last_day
