"""Stage, next step and progress of each case, from its rows in Deadlines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from kakosheet.core.rules import table_rule
from kakosheet.core.titles import Titles, fold
from kakosheet.policy.model import STAGES, NodeSpec, Policy
from kakosheet.sheets.casework.case import (
    CASE_READS,
    OFFER_READS,
    Case,
    Moment,
    Offer,
    cases_by_id,
    day_of,
    events,
    offers_by_case,
)
from kakosheet.sheets.casework.nodes import is_news, is_plan_step, node_specs
from kakosheet.sheets.casework.sentences import other_side
from kakosheet.sheets.disputes.criteria import stage_needs
from kakosheet.sheets.words import Say, day_text

_NODE_READS = (
    "deadlines.dispute",
    "deadlines.node",
    "deadlines.what_to_do",
    "deadlines.due",
    "deadlines.last_day",
    "deadlines.phase",
    "deadlines.when_late",
    "deadlines.acts",
    "deadlines.started",
    "deadlines.done_on",
    "deadlines.waived",
    "deadlines.agreed_date",
    "deadlines.if_nothing_happens",
)
_PROOF_READS = ("evidence.dispute", "evidence.state", "evidence.required")
_LOG_READS = ("log.dispute",)
_OPEN_PHASES = (None, "waiting", "paused")
_DECIDES = frozenset({"buyers_choice", "case_closes", "lost", "bank_for_buyer", "granted", "approved"})
"""Effects of silence by which the whole case is decided."""


_RIGHTS = frozenset({"right_lost", "not_accepted", "case_closes", "final"})
"""Effects of silence by which who does not act only loses what he might have done."""


class Node(NamedTuple):
    """The cells of _NODE_READS, in that order."""

    dispute: str | None
    node: str | None
    what_to_do: str | None
    due: datetime | None
    last_day: date | None
    phase: str | None
    when_late: str | None
    acts: str | None
    started: datetime | None
    done_on: datetime | None
    waived: str | None
    agreed_date: datetime | None
    if_nothing_happens: str | None

    @property
    def done(self) -> bool:
        return self.done_on is not None or self.phase == "done"

    @property
    def counts(self) -> bool:
        """Whether it is called for at all."""
        return self.phase != "not_applicable" or self.done_on is not None

    @property
    def open(self) -> bool:
        """Whether its clock runs: nothing to wait for, nothing done."""
        return (
            not self.done
            and self.waived is None
            and self.phase in _OPEN_PHASES
            and (self.phase is None or self.agreed_date is not None)
        )


class Progress(NamedTuple):
    """What the rule writes for one case, in the order of the columns."""

    stage: str | None = None
    stage_needs: str | None = None
    next_step: str | None = None
    due: datetime | None = None
    last_day: date | None = None
    when_late: str | None = None
    progress: float | None = None
    escalation: str | None = None


class Seen(NamedTuple):
    """What else is known of a case: pieces of evidence there, required ones that are missing, whether a message is
    written down."""

    pieces: int = 0
    missing: int = 0
    message: bool = False


class View(NamedTuple):
    """One case with everything that its stage and next step depend on. `running` are its open dates, the soonest
    first."""

    case: Case
    offers: list[Offer]
    happened: Mapping[str, Moment]
    specs: Mapping[str, NodeSpec]
    nodes: list[Node]
    running: list[Node]
    seen: Seen
    today: date

    @property
    def talked(self) -> bool:
        return bool(self.offers) or self.seen.message

    def decided_by_silence(self) -> Node | None:
        """The date whose passing decided the case; none while the platform has another one running. What the other side
        sends to a bank or platform we do not see: that such a date of theirs has passed decides nothing."""
        over = [
            node
            for node in self.running
            if node.when_late == "defaulted" and (node.last_day or self.today) < self.today
        ]
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

    def spec(self, node: Node) -> NodeSpec | None:
        """What is known of a node; None for people's own reminders."""
        return self.specs.get(node.node or "")

    def is_news(self, node: Node) -> bool:
        """Whether it only watches that news come; it is a step once they are late."""
        spec = self.spec(node)
        return spec is not None and is_news(spec)

    def is_platforms(self, node: Node) -> bool:
        spec = self.spec(node)
        return spec is not None and spec.clock == "platform"


@table_rule(
    "disputes.stage",
    "disputes.stage_needs",
    "disputes.next_step",
    "disputes.due",
    "disputes.last_day",
    "disputes.when_late",
    "disputes.progress",
    "disputes.escalation",
    reads=(*CASE_READS, *OFFER_READS, *_NODE_READS, *_PROOF_READS, *_LOG_READS),
)
def progress(*columns: list[Any], today: date, policy: Policy, say: Say, titles: Titles) -> tuple[list[Any], ...]:
    """Where each case stands and what comes next; the earlier of all open dates is the next, whoever's clock it is."""
    parts, at = [], 0
    for reads in (CASE_READS, OFFER_READS, _NODE_READS, _PROOF_READS, _LOG_READS):
        parts.append(columns[at : at + len(reads)])
        at += len(reads)
    offers, nodes, seen = offers_by_case(parts[1]), _nodes_by_case(parts[2]), _seen(parts[3], parts[4][0])
    found = {
        name: _progress(
            _view(case, offers.get(name, []), nodes.get(name, []), seen.get(name, Seen()), today, policy), say, titles
        )
        for name, case in cases_by_id(parts[0]).items()
    }
    rows = [found.get(fold(str(name)), Progress()) if name is not None else Progress() for name in columns[0]]
    return tuple(list(column) for column in zip(*rows, strict=True)) if rows else tuple([] for _ in Progress._fields)


def _nodes_by_case(columns: Sequence[list[Any]]) -> dict[str, list[Node]]:
    found: dict[str, list[Node]] = {}
    for row in zip(*columns, strict=True):
        if row[0] is not None:
            found.setdefault(fold(row[0]), []).append(Node(*row))
    return found


def _seen(proof: Sequence[list[Any]], messages: list[Any]) -> dict[str, Seen]:
    found: dict[str, Seen] = {}
    for dispute, state, required in zip(*proof, strict=True):
        if dispute is not None:
            known = found.get(fold(dispute), Seen())
            there, lacking = (
                state in ("have", "expiring"),
                bool(required) and state in ("missing", "expired", "changed", "lost"),
            )
            found[fold(dispute)] = Seen(known.pieces + there, known.missing + lacking)
    for name in {fold(dispute) for dispute in messages if dispute is not None}:
        found[name] = found.get(name, Seen())._replace(message=True)
    return found


def _view(case: Case, offers: list[Offer], nodes: list[Node], seen: Seen, today: date, policy: Policy) -> View:
    happened = events(case, offers, evidence_complete=False)
    specs = {spec.key: spec for spec in node_specs(case, policy, happened)}
    running = [node for node in nodes if node.open and node.last_day is not None]
    running.sort(
        key=lambda node: (
            node.last_day,
            node.due,
            _stage_of(node, specs, len(STAGES)),
            node.node or "",
            node.what_to_do or "",
        )
    )
    return View(case, offers, happened, specs, nodes, running, seen, today)


def _stage_of(node: Node, specs: Mapping[str, NodeSpec], else_: int) -> int:
    spec = specs.get(node.node or "")
    return else_ if spec is None else STAGES.index(spec.stage)


def _progress(view: View, say: Say, titles: Titles) -> Progress:
    """The date is the earliest of all; the step is the earliest that leads to the end, since "settle the case" is no
    step."""
    called = [node for node in view.nodes if node.counts and not view.is_news(node)]
    share = sum(node.done or node.waived is not None for node in called) / len(called) if called else None
    stage = _stage(view)
    soonest = view.running[0] if view.running else None
    dates = (soonest.due, soonest.last_day, soonest.when_late) if soonest else (None, None, None)
    needs = stage_needs(stage, view.case, view.offers, view.happened, view.seen.missing, view.talked, say)
    return Progress(stage, needs, _told(view, stage, say, titles), *dates, progress=share, escalation=_escalation(view))


def _escalation(view: View) -> str | None:
    """escalated once the platform was asked or an offer was rejected; escalate where they refuse; urge where a step of
    theirs is late that is no mere right of theirs; None for a case that is closed or rests."""
    if view.case.closed_on is not None or view.case.waived is not None:
        return None
    if "escalated" in view.happened and "settled" not in view.happened:
        return "escalated"
    if "refused" in view.happened and "settled" not in view.happened:
        return "escalate"
    return (
        "urge"
        if any(_is_owed(node, view) for node in view.running if (node.last_day or view.today) < view.today)
        else None
    )


def _is_owed(node: Node, view: View) -> bool:
    spec = view.spec(node)
    return (
        node.acts in ("seller", "buyer", "carrier")
        and node.when_late != "defaulted"
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
        return say("disputes.next_defaulted", effect=over.if_nothing_happens or "").strip()
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


def _steps(view: View, stage: str) -> list[Node]:
    """The open steps that lead to the end, the soonest first; news that are owed only once they are late. Once the
    platform is asked or the case is settled, what was left undone of the stages before counts only where nothing else
    is to be done."""
    steps = [node for node in view.running if (spec := view.spec(node)) is None or spec.ends != "closed"]
    steps = [node for node in steps if not view.is_news(node) or (node.last_day or view.today) < view.today]
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
    if not (
        view.seen.pieces or view.offers or "reported" in happened or any(_is_step(node, view) for node in view.nodes)
    ):
        return "initiation"
    known = [node for node in view.nodes if node.node in view.specs]
    running = [_stage_of(node, view.specs, 0) for node in known if node.open]
    done = [_stage_of(node, view.specs, 0) for node in known if node.done]
    at = min(running) if running else max(done, default=1)
    return STAGES[max(1, at if view.talked else min(at, STAGES.index("negotiation")))]


def _is_step(node: Node, view: View) -> bool:
    """Whether it was done, by hand or by what happened since; the opening itself is none."""
    spec = view.spec(node)
    return node.done_on is not None or (node.done and spec is not None and spec.ends != "opened")


def next_step(node: Node, view: View, say: Say, titles: Titles) -> str:
    """What to do, if it is ours; else whom we wait for, and until when, or how late they are. What was agreed is called
    by its name."""
    case, spec = view.case, view.spec(node)
    plan = titles.choice("plan", case.plan) if spec is not None and is_plan_step(spec) else None
    if node.acts in (None, "we"):
        return plan or node.what_to_do or ""
    who = other_side(case, titles) if node.acts in ("seller", "buyer") else titles.choice("actor", node.acts) or ""
    last = node.last_day or view.today
    if last < view.today and view.is_news(node):
        return say("disputes.next_silent", who=who, day=day_text(day_of(node.started or last), view.today, titles))
    if last < view.today:
        return say("disputes.next_late", who=who, day=day_text(last, view.today, titles))
    if plan is not None:
        return say("disputes.next_plan", who=who, plan=plan, day=day_text(last, view.today, titles))
    return say("disputes.next_wait", who=who, day=day_text(last, view.today, titles))
