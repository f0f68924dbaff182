"""Stage, next step and progress of each case, from its rows in Deadlines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from kakosheet.core.mending import Mend
from kakosheet.core.records import CannotKnow, attempt, groups, or_blank, spread, sure
from kakosheet.core.rules import table_rule
from kakosheet.core.titles import Titles
from kakosheet.policy.model import STAGES, NodeSpec, Policy
from kakosheet.sheets.casework.case import Case, Offer, cases_by_id, day_of, folded, offers_by_case
from kakosheet.sheets.casework.happened import Happened, dates_by_case
from kakosheet.sheets.casework.news import Word, words_by_case
from kakosheet.sheets.casework.nodes import Node, is_news, is_plan_step, node_specs
from kakosheet.sheets.casework.pieces import Needed, Piece
from kakosheet.sheets.casework.sentences import other_side
from kakosheet.sheets.casework.verdicts import CaseDates, NodeDate, PieceState
from kakosheet.sheets.disputes.criteria import stage_needs
from kakosheet.sheets.words import Say, day_text

_OPEN_PHASES = (None, "waiting", "paused")
_DECIDES = frozenset({"buyers_choice", "case_closes", "lost", "bank_for_buyer", "granted", "approved"})
"""Effects of silence by which the whole case is decided."""


_RIGHTS = frozenset({"right_lost", "not_accepted", "case_closes", "final"})
"""Effects of silence by which who does not act only loses what he might have done."""


class CaseStep(NamedTuple):
    """One date of a case: what people typed, and what the chain found out."""

    typed: Node
    found: NodeDate

    @property
    def done(self) -> bool:
        return self.typed.done_on is not None or self.found.phase == "done"

    @property
    def counts(self) -> bool:
        """Whether it is called for at all."""
        return self.typed.done_on is not None or self.found.phase != "not_applicable"

    @property
    def open(self) -> bool:
        """Whether its clock runs: nothing to wait for, nothing done."""
        return (
            not self.done
            and self.typed.waived is None
            and self.found.phase in _OPEN_PHASES
            and (self.found.phase is None or self.typed.agreed_date is not None)
        )


class Progress(NamedTuple):
    """What the rule writes for one case, in the order of the columns; any of them may be a mark."""

    stage: str | CannotKnow | None = None
    stage_needs: str | CannotKnow | None = None
    next_step: str | CannotKnow | None = None
    due: datetime | CannotKnow | None = None
    last_day: date | CannotKnow | None = None
    when_late: str | CannotKnow | None = None
    progress: float | CannotKnow | None = None
    escalation: str | CannotKnow | None = None


@dataclass
class View:
    """One case with everything that its stage and next step depend on; looked at piece by piece, so that a cell that
    cannot be known takes away only what hangs on it."""

    case: Case
    offers: list[Offer]
    happened: Happened
    nodes: list[CaseStep]
    kit: list[tuple[Needed, PieceState]]
    message: bool
    today: date
    policy: Policy

    @cached_property
    def specs(self) -> dict[str, NodeSpec]:
        return {spec.key: spec for spec in node_specs(self.case, self.policy, self.happened)}

    @cached_property
    def running(self) -> list[CaseStep]:
        """The open dates, the soonest first."""
        return sorted((node for node in self.nodes if node.open and node.found.last_day is not None), key=self._urgency)

    def _urgency(self, node: CaseStep) -> tuple[Any, ...]:
        return (
            node.found.last_day,
            node.found.due,
            self.stage_of(node, len(STAGES)),
            node.found.node or "",
            or_blank(lambda: node.typed.what_to_do) or "",  # of two with one day; only the words hang on it
        )

    def stage_of(self, node: CaseStep, else_: int) -> int:
        spec = self.spec(node)
        return else_ if spec is None else STAGES.index(spec.stage)

    @property
    def pieces(self) -> bool:
        """Whether any evidence is there."""
        return any(piece.state in ("have", "expiring") for _, piece in self.kit)

    @property
    def missing(self) -> int:
        """Required pieces that are not there."""
        return sum(
            bool(need.required) and piece.state in ("missing", "expired", "changed", "lost") for need, piece in self.kit
        )

    @property
    def talked(self) -> bool:
        return bool(self.offers) or self.message

    def decided_by_silence(self) -> CaseStep | None:
        """The date whose passing decided the case; none while the platform has another one running. What the other side
        sends to a bank or platform we do not see: that such a date of theirs has passed decides nothing."""
        over = [node for node in self.running if node.found.when_late == "defaulted" and self.is_late(node)]
        if any(node not in over and self.is_platforms(node) for node in self.running):
            return None
        return next(
            (
                node
                for node in over
                if (spec := self.spec(node)) is not None
                and spec.rule.silence in _DECIDES
                and (spec.acts == "we" or spec.ends != "evidence_complete")
            ),
            None,
        )

    def is_late(self, node: CaseStep) -> bool:
        return (node.found.last_day or self.today) < self.today

    def spec(self, node: CaseStep) -> NodeSpec | None:
        """What is known of a node; None for people's own reminders."""
        return self.specs.get(node.found.node or "")

    def is_news(self, node: CaseStep) -> bool:
        """Whether it only watches that news come; it is a step once they are late."""
        spec = self.spec(node)
        return spec is not None and is_news(spec)

    def is_platforms(self, node: CaseStep) -> bool:
        spec = self.spec(node)
        return spec is not None and spec.clock == "platform"


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
    made, steps = offers_by_case(offers), groups(map(CaseStep, nodes, dates), lambda step: folded(step.typed.dispute))
    kits = groups(zip(pieces, needed, states, strict=True), lambda row: folded(row[0].dispute))
    said, own_days = words_by_case(log), dates_by_case(cases, days)
    found: dict[str, Progress] = {}
    for name, case in cases_by_id(cases).items():
        kit = [(need, state) for _, need, state in kits.get(name, ())]
        own = made.get(name, [])
        view = View(
            case, own, Happened(case, own, own_days[name]), steps.get(name, []), kit, name in said, today, policy
        )
        found[name] = _progress(view, say, titles, mend)
    return spread(
        [attempt(lambda case: found.get(folded(case.dispute_id) or "", Progress()), case) for case in cases],
        len(Progress._fields),
    )


def _progress(view: View, say: Say, titles: Titles, mend: Mend) -> Progress:
    """The date is the earliest of all; the step is the earliest that leads to the end, since "settle the case" is no
    step."""
    stage, soonest = attempt(_stage, view), attempt(lambda: view.running[0].found if view.running else None)
    step = attempt(lambda: _told(view, sure(stage), say, titles))
    needs = attempt(
        lambda: stage_needs(sure(stage), view.case, view.offers, view.happened, view.missing, view.talked, say)
    )
    over = attempt(lambda: view.case.settled) is True
    told = say("disputes.next_mend", what=mend(step.cells)) if isinstance(step, CannotKnow) and not over else step
    found = Progress(stage, needs, told, progress=attempt(_share_done, view), escalation=attempt(_escalation, view))
    if isinstance(soonest, CannotKnow):
        return found._replace(due=soonest, last_day=soonest, when_late=soonest)
    return (
        found
        if soonest is None
        else found._replace(due=soonest.due, last_day=soonest.last_day, when_late=soonest.when_late)
    )


def _share_done(view: View) -> float | None:
    called = [node for node in view.nodes if node.counts and not view.is_news(node)]
    return sum(node.done or node.typed.waived is not None for node in called) / len(called) if called else None


def _escalation(view: View) -> str | None:
    """escalated once the platform was asked or an offer was rejected; escalate where they refuse; urge where a step of
    theirs is late that is no mere right of theirs; None for a case that is closed or rests."""
    if view.case.closed_on is not None or view.case.waived is not None:
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


def _told(view: View, stage: str, say: Say, titles: Titles) -> str | None:
    """The next step: what the row lacks, what silence decided, an offer that nobody has answered, the earliest step,
    the end."""
    case = view.case
    if not case.settled and (case.opened_on is None or case.type is None):
        return say("disputes.next_opened" if case.opened_on is None else "disputes.next_type")
    over = None if case.settled else view.decided_by_silence()
    if over is not None:
        return say("disputes.next_defaulted", effect=over.found.if_nothing_happens or "").strip()
    steps = _steps(view, stage)
    waits = _open_offer(view)
    if waits is not None and not any(view.is_platforms(node) for node in steps[:1]):
        theirs = waits.by != case.role
        return say(
            "disputes.next_answer" if theirs else "disputes.next_offered",
            who=other_side(case, titles),
            what=titles.choice("offer_kind", waits.kind),
        )
    if not steps and stage == "closure" and not case.settled:
        return say(f"disputes.next_{_left_to_do(view)}", who=other_side(case, titles))
    return next((next_step(node, view, say, titles) for node in steps or view.running), None)


def _left_to_do(view: View) -> str:
    """What a settled case without a running date lacks: the goods on their way back, or its end."""
    if "return_agreed" not in view.happened or "return_received" in view.happened:
        return "close"
    if "return_sent" in view.happened:
        return "goods_come" if view.case.role == "seller" else "goods_go"
    return "goods_wait" if view.case.role == "seller" else "send_back"


def _steps(view: View, stage: str) -> list[CaseStep]:
    """The open steps that lead to the end, the soonest first; news that are owed only once they are late. Once the
    platform is asked or the case is settled, what was left undone of the stages before counts only where nothing else
    is to be done."""
    steps = [node for node in view.running if (spec := view.spec(node)) is None or spec.ends != "closed"]
    steps = [node for node in steps if not view.is_news(node) or view.is_late(node)]
    if stage not in ("appeal", "closure"):
        return steps
    reached = STAGES.index(stage)
    later = [
        node
        for node in steps
        if (spec := view.spec(node)) is None
        or is_plan_step(spec)
        or is_news(spec)
        or STAGES.index(spec.stage) >= reached
    ]
    return later or steps


def _open_offer(view: View) -> Offer | None:
    """The newest offer, while it waits for an answer that no date in Deadlines is kept for."""
    newest = view.offers[-1] if view.offers else None
    closed = view.case.settled or "settled" in view.happened or "escalated" in view.happened
    if (
        newest is None
        or closed
        or newest.answer is not None
        or newest.kind == "platform_decides"
        or newest.by == "platform"
    ):
        return None
    return newest


def _stage(view: View) -> str:
    """The stage of a case.

    Closure once it is closed, settled or decided by silence; appeal once the platform was asked or an offer was
    rejected. Else initiation until it is described, has a piece of evidence or an offer, or a step beyond the opening
    was done; from there the earliest stage with a running date, but negotiation until an offer or a message is written
    down.
    """
    case, happened = view.case, view.happened
    if case.closed_on or "settled" in happened or (case.waived is None and view.decided_by_silence() is not None):
        return "closure"
    if "escalated" in happened or "appealed" in happened:
        return "appeal"
    if not (view.pieces or view.offers or "reported" in happened or any(_is_step(node, view) for node in view.nodes)):
        return "initiation"
    known = [node for node in view.nodes if view.spec(node) is not None]
    running = [view.stage_of(node, 0) for node in known if node.open]
    done = [view.stage_of(node, 0) for node in known if node.done]
    at = min(running) if running else max(done, default=1)
    return STAGES[max(1, at if view.talked else min(at, STAGES.index("negotiation")))]


def _is_step(node: CaseStep, view: View) -> bool:
    """Whether it was done, by hand or by what happened since; the opening itself is none."""
    spec = view.spec(node)
    return node.typed.done_on is not None or (node.done and spec is not None and spec.ends != "opened")


def next_step(node: CaseStep, view: View, say: Say, titles: Titles) -> str:
    """What to do, if it is ours; else whom we wait for, and until when, or how late they are. What was agreed is called
    by its name."""
    case, spec = view.case, view.spec(node)
    plan = titles.choice("plan", case.plan) if spec is not None and is_plan_step(spec) else None
    if node.found.acts in (None, "we"):
        return plan or node.typed.what_to_do or ""
    who = (
        other_side(case, titles)
        if node.found.acts in ("seller", "buyer")
        else titles.choice("actor", node.found.acts) or ""
    )
    last = node.found.last_day or view.today
    if last < view.today and view.is_news(node):
        return say(
            "disputes.next_silent", who=who, day=day_text(day_of(node.found.started or last), view.today, titles)
        )
    if last < view.today:
        return say("disputes.next_late", who=who, day=day_text(last, view.today, titles))
    if plan is not None:
        return say("disputes.next_plan", who=who, plan=plan, day=day_text(last, view.today, titles))
    return say("disputes.next_wait", who=who, day=day_text(last, view.today, titles))
