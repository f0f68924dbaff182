"""Stage, next step and progress of each case, from its rows in Deadlines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from kakosheet.core.rules import table_rule
from kakosheet.core.titles import Titles, fold
from kakosheet.policy.model import STAGES, Policy
from kakosheet.sheets.casework.case import CASE_READS, OFFER_READS, Case, Offer, cases_by_id, events, offers_by_case
from kakosheet.sheets.casework.nodes import node_specs
from kakosheet.sheets.casework.sentences import other_side
from kakosheet.sheets.words import Say, day_text

_NODE_READS = ("deadlines.dispute", "deadlines.node", "deadlines.what_to_do", "deadlines.due", "deadlines.last_day", "deadlines.phase",
               "deadlines.when_late", "deadlines.acts", "deadlines.started", "deadlines.done_on", "deadlines.waived",
               "deadlines.agreed_date")
_PROOF_READS = ("evidence.dispute", "evidence.state")
_OPEN_PHASES = (None, "waiting", "paused")


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
        return (not self.done and self.waived is None and self.phase in _OPEN_PHASES
                and (self.phase is None or self.agreed_date is not None))


class Progress(NamedTuple):
    """What the rule writes for one case, in the order of the columns."""

    stage: str | None = None
    next_step: str | None = None
    due: datetime | None = None
    last_day: date | None = None
    when_late: str | None = None
    progress: float | None = None


@table_rule("disputes.stage", "disputes.next_step", "disputes.due", "disputes.last_day", "disputes.when_late", "disputes.progress",
            reads=(*CASE_READS, *OFFER_READS, *_NODE_READS, *_PROOF_READS))
def progress(*columns: list[Any], today: date, policy: Policy, say: Say, titles: Titles) -> tuple[list[Any], ...]:
    """Where each case stands and what comes next; the earlier of all open dates is the next, whoever's clock it is."""
    cut = (len(CASE_READS), len(CASE_READS) + len(OFFER_READS), len(columns) - len(_PROOF_READS))
    cases, offers = cases_by_id(columns[:cut[0]]), offers_by_case(columns[cut[0]:cut[1]])
    nodes, begun = _nodes_by_case(columns[cut[1]:cut[2]]), _with_proof(*columns[cut[2]:])
    found = {name: _progress(case, offers.get(name, []), nodes.get(name, []), name in begun, today, policy, say, titles)
             for name, case in cases.items()}
    rows = [found.get(fold(str(name)), Progress()) if name is not None else Progress() for name in columns[0]]
    return tuple(list(column) for column in zip(*rows, strict=True)) if rows else tuple([] for _ in Progress._fields)


def _nodes_by_case(columns: Sequence[list[Any]]) -> dict[str, list[Node]]:
    found: dict[str, list[Node]] = {}
    for row in zip(*columns, strict=True):
        if row[0] is not None:
            found.setdefault(fold(row[0]), []).append(Node(*row))
    return found


def _with_proof(disputes: list[Any], states: list[Any]) -> set[str]:
    return {fold(dispute) for dispute, state in zip(disputes, states, strict=True) if dispute is not None and state in ("have", "expiring")}


def _progress(case: Case, offers: list[Offer], nodes: list[Node], proof: bool, today: date, policy: Policy, say: Say,
              titles: Titles) -> Progress:
    """The date is the earliest of all; the step is the earliest that leads to the end, since "settle the case" is no step."""
    called = [node for node in nodes if node.counts]
    share = sum(node.done or node.waived is not None for node in called) / len(called) if called else None
    running = [node for node in nodes if node.open and node.last_day is not None]
    specs = {spec.key: spec for spec in node_specs(case, policy)}
    stages = {key: STAGES.index(spec.stage) for key, spec in specs.items()}
    running.sort(key=lambda node: (node.last_day, node.due, stages.get(node.node or "", len(STAGES)), node.node or "",
                                   node.what_to_do or ""))
    stage = _stage(case, offers, nodes, proof, stages)
    steps = [node for node in running if node.node not in specs or specs[node.node].ends != "closed"]
    told: str | None
    if not case.settled and (case.opened_on is None or case.type is None):
        told = say("disputes.next_opened" if case.opened_on is None else "disputes.next_type")
    elif not steps and stage == "closure" and not case.settled:
        told = say("disputes.next_close")
    else:
        told = next((next_step(node, case, today, say, titles) for node in steps or running), None)
    soonest = running[0] if running else None
    dates = (soonest.due, soonest.last_day, soonest.when_late) if soonest else (None, None, None)
    return Progress(stage, told, *dates, progress=share)


def _stage(case: Case, offers: list[Offer], nodes: list[Node], proof: bool, stages: Mapping[str, int]) -> str:
    """The stage of a case.

    Closure once it is closed or settled; appeal once the platform was asked or an offer was rejected. Else
    initiation until it is described, has a piece of evidence or an offer, or a step was done by hand; from there the earliest stage
    with a running date.
    """
    happened = events(case, offers, evidence_complete=False)
    if case.closed_on or "settled" in happened:
        return "closure"
    if "escalated" in happened or "appealed" in happened:
        return "appeal"
    if not (proof or offers or "reported" in happened or any(node.done_on for node in nodes)):
        return "initiation"
    running = [stages[node.node] for node in nodes if node.open and node.node is not None and node.node in stages]
    done = [stages[node.node] for node in nodes if node.done and node.node is not None and node.node in stages]
    return STAGES[min(running) if running else max(done, default=1)]


def next_step(node: Node, case: Case, today: date, say: Say, titles: Titles) -> str:
    """What to do, if it is ours; else whom we wait for, and until when, or how late they are."""
    if node.acts in (None, "we"):
        return node.what_to_do or ""
    who = other_side(case, titles) if node.acts in ("seller", "buyer") else titles.choice("actor", node.acts) or ""
    last = node.last_day or today
    if last < today:
        return say("disputes.next_late", who=who, days=(today - last).days)
    return say("disputes.next_wait", who=who, day=day_text(last, today, titles))
