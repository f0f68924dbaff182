"""Stage, next step and progress of each case, from its rows in Deadlines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from kakosheet.core.mending import Mend
from kakosheet.core.records import CannotKnow, attempt, groups, spread, sure
from kakosheet.core.rules import table_rule
from kakosheet.core.titles import Titles
from kakosheet.policy.model import STAGES, Policy
from kakosheet.sheets.casework.case import Case, Offer, cases_by_id, folded, offers_by_case
from kakosheet.sheets.casework.doors import steps_done
from kakosheet.sheets.casework.facts import Happened, dates_by_case
from kakosheet.sheets.casework.news import Word, words_by_case
from kakosheet.sheets.casework.nodes import Node, last_good_day
from kakosheet.sheets.casework.pieces import Needed, Piece
from kakosheet.sheets.casework.urgency import is_for_good
from kakosheet.sheets.casework.verdicts import CaseDates, NodeDate, PieceState
from kakosheet.sheets.disputes import next_step
from kakosheet.sheets.disputes.criteria import stage_needs
from kakosheet.sheets.disputes.next_step import steps
from kakosheet.sheets.disputes.view import CaseStep, View
from kakosheet.sheets.words import Say

_RIGHTS = frozenset({"right_lost", "not_accepted", "case_closes", "final"})
"""Effects of silence by which who does not act only loses what he might have done."""


class Progress(NamedTuple):
    """What the rule writes for one case, in the order of the columns; any of them may be a mark."""

    stage: str | CannotKnow | None = None
    stage_needs: str | CannotKnow | None = None
    next_step: str | CannotKnow | None = None
    due: datetime | CannotKnow | None = None
    last_day: date | CannotKnow | None = None
    when_late: str | CannotKnow | None = None
    last_chance: date | CannotKnow | None = None
    progress: float | CannotKnow | None = None
    escalation: str | CannotKnow | None = None


@table_rule(
    *(f"disputes.{key}" for key in Progress._fields),
    reads=(Case, CaseDates, Offer, Node, NodeDate, Piece, Needed, PieceState, Word),
)
def progress(
    cases: Sequence[Case],
    days: Sequence[CaseDates],
    offers: Sequence[Offer],
    nodes: Sequence[Node],
    dates: Sequence[NodeDate],
    pieces: Sequence[Piece],
    needed: Sequence[Needed],
    states: Sequence[PieceState],
    log: Sequence[Word],
    *,
    today: date,
    policy: Policy,
    say: Say,
    titles: Titles,
    mend: Mend,
) -> list[list[Any]]:
    """Where each case stands and what comes next; the earlier of all open dates is the next, whoever's clock it is. A
    case that cannot be read far enough says in its next step what is to be mended."""
    doors = steps_done(nodes, policy)
    made, steps = offers_by_case(offers), groups(map(CaseStep, nodes, dates), lambda step: folded(step.typed.dispute))
    kits = groups(zip(pieces, needed, states, strict=True), lambda row: folded(row[0].dispute))
    said, own_days = words_by_case(log), dates_by_case(cases, days)
    found: dict[str, Progress] = {}
    for name, case in cases_by_id(cases).items():
        kit = [(need, state) for _, need, state in kits.get(name, ())]
        own = made.get(name, [])
        happened = Happened(
            case,
            own,
            own_days[name],
            words=said.get(name, []),
            done=doors.get(name, ()),
            books=policy.books,
        )
        view = View(case, own, happened, steps.get(name, []), kit, name in said, today, policy)
        found[name] = _progress(view, say, titles, mend)
    return spread(
        [attempt(lambda case: found.get(folded(case.dispute_id) or "", Progress()), case) for case in cases],
        len(Progress._fields),
    )


def _progress(view: View, say: Say, titles: Titles, mend: Mend) -> Progress:
    """The step is the most pressing one that leads to the end, since "settle the case" is no step; the date is its
    own, the last chance that of what can never be done afterwards."""
    stage = attempt(_stage, view)
    step = attempt(lambda: next_step.told(view, sure(stage), say, titles))
    soonest = attempt(lambda: _step_of(view, sure(stage)))
    needs = attempt(
        lambda: stage_needs(sure(stage), view.case, view.offers, view.happened, view.missing, view.talked, say)
    )
    over = attempt(lambda: view.case.settled) is True
    told = say("disputes.next_mend", what=mend(step.cells)) if isinstance(step, CannotKnow) and not over else step
    found = Progress(
        stage,
        needs,
        told,
        last_chance=attempt(_last_chance, view),
        progress=attempt(_share_done, view),
        escalation=attempt(_escalation, view),
    )
    if isinstance(soonest, CannotKnow):
        return found._replace(due=soonest, last_day=soonest, when_late=soonest)
    return found if soonest is None else found._replace(**_of_step(soonest))


def _of_step(step: CaseStep) -> dict[str, Any]:
    """The date of a step; what silence decides, it decides on the platform's own day, not on one that was agreed."""
    day = last_good_day(step.typed, step.found)
    late = step.found.when_late if day == step.found.last_day else None
    return {"due": step.found.due, "last_day": day, "when_late": late}


def _step_of(view: View, stage: str) -> CaseStep | None:
    """The next step; where silence has decided, the date by which it did, and where none leads to the end, what is most
    pressing."""
    over = None if view.case.settled else view.decided_by_silence()
    ahead = steps(view, stage) or (view.running if stage != "appeal" else [])
    return over or next(iter(ahead), None)


def _last_chance(view: View) -> date | None:
    """The earliest day of what can never be done afterwards."""
    if view.case.rests:
        return None
    days = (node.found.last_day for node in view.running if is_for_good(node.found.acts, node.found.when_late))
    return min((day for day in days if day is not None and day >= view.today), default=None)


def _share_done(view: View) -> float | None:
    called = [node for node in view.nodes if node.counts and not view.is_news(node)]
    return sum(node.done or node.typed.waived is not None for node in called) / len(called) if called else None


def _escalation(view: View) -> str | None:
    """escalated once the platform was asked to decide, or a rejected offer brought it there; escalate where they
    refuse; urge where a step of theirs is late that is no mere right of theirs; None for a case that is closed or
    rests."""
    if view.case.settled:
        return None
    if "escalated" in view.happened and "settled" not in view.happened:
        return "escalated"
    if "refused" in view.happened and "settled" not in view.happened:
        return "escalate"
    return "urge" if any(_is_owed(node, view) for node in view.running if view.is_late(node)) else None


def _is_owed(node: CaseStep, view: View) -> bool:
    spec = view.spec(node)
    return (
        node.found.acts in ("seller", "buyer", "carrier")
        and node.found.when_late != "defaulted"
        and spec is not None
        and spec.rule.silence not in _RIGHTS
    )


def _stage(view: View) -> str:
    """The stage of a case.

    Closure once it is closed, settled or decided by silence; appeal once the platform was asked to decide. Else
    initiation until it is described, the other side was told, it has a piece of evidence or an offer, or a step was
    done; from there the earliest stage with a running date, but no later than negotiation until an offer, a message or
    an answer is written down.
    """
    case, happened = view.case, view.happened
    if case.closed_on or "settled" in happened or (not case.rests and view.decided_by_silence() is not None):
        return "closure"
    if "escalated" in happened or "appealed" in happened:
        return "appeal"
    begun = view.pieces or view.offers or "reported" in happened or "told" in happened
    if not (begun or any(_is_step(node, view) for node in view.nodes)):
        return "initiation"
    known = [node for node in view.nodes if view.spec(node) is not None]
    running = [view.stage_of(node, 0) for node in known if node.open]
    done = [view.stage_of(node, 0) for node in known if node.done]
    at = min(running) if running else max(done, default=1)
    return STAGES[max(1, at if view.talked else min(at, STAGES.index("negotiation")))]


def _is_step(node: CaseStep, view: View) -> bool:
    """Whether it was done, by hand or by what happened since."""
    spec = view.spec(node)
    return node.typed.done_on is not None or (node.done and spec is not None)
