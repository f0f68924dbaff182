"""The chain of one case: its nodes start one another, so that what is known of one hangs on others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from kakosheet.core.records import CannotKnow, Cells, attempt, sure
from kakosheet.core.titles import fold
from kakosheet.policy.clock import Pause
from kakosheet.policy.model import NodeSpec, Policy
from kakosheet.sheets.casework.case import (
    MONEY_PLANS,
    Case,
    Moment,
    Offer,
    cases_by_id,
    offers_by_case,
    too_late,
    unnamed,
)
from kakosheet.sheets.casework.doors import Done, steps_done
from kakosheet.sheets.casework.facts import Happened, dates_by_case
from kakosheet.sheets.casework.news import Word, words_by_case
from kakosheet.sheets.casework.nodes import (
    FIRST,
    Node,
    NodeKey,
    actor_of,
    answers_offer,
    is_agents_window,
    is_bank_claim,
    is_chase,
    is_news,
    is_plan_step,
    is_promise,
    is_protection,
    is_refund,
    is_request,
    node_specs,
    parse_key,
    rely_on_grade,
    unsure_specs,
)
from kakosheet.sheets.casework.pauses import merged, pauses_of
from kakosheet.sheets.casework.pieces import Needed, Piece, is_complete, kits_by_case
from kakosheet.sheets.casework.urgency import is_for_good
from kakosheet.sheets.casework.verdicts import CaseDates
from kakosheet.sheets.deadlines.clocks import Clocks, End

READS = (Node, Case, CaseDates, Offer, Piece, Needed, Word)
"""What the dates of all cases hang on."""


class NodeRow(NamedTuple):
    """One row of a case: where it stands in Deadlines, its key, and what people typed."""

    at: int
    key: NodeKey
    typed: Node


class Course(NamedTuple):
    """Where a node stands. `ended` is when it was done, by hand or by an event; `dated` False: that it was is known,
    not on which day; `from_fact` False: the same of its start. A date may be known although nobody knows whether it was
    kept, and the other way round: `end`, `ended` and `phase` may be marks."""

    started: Moment | None
    end: End | CannotKnow | None
    ended: Moment | CannotKnow | None
    phase: str | CannotKnow | None
    dated: bool = True
    from_fact: bool = True


@dataclass
class Chain:
    """One case and its nodes; each is followed once, a node that others start from first."""

    case: Case
    specs: dict[str, NodeSpec]
    rows: dict[tuple[str, str], NodeRow]
    offers: dict[str, Offer]
    happened: Happened
    pauses: Sequence[Pause] | CannotKnow
    clocks: Clocks
    dates: CaseDates
    _found: dict[tuple[str, str], Course | CannotKnow] = field(default_factory=dict)

    def follow(self, name: str, offer: str = FIRST) -> Course:
        """Where a node stands; one that waits, directly or not, for itself never starts. Raises CannotKnow where a cell
        stands in the way."""
        key = (name, offer)
        if key not in self._found:
            self._found[key] = Course(None, None, None, "waiting")
            self._found[key] = attempt(self._follow, self.specs[name], self.offers.get(offer), self.rows.get(key))
        return sure(self._found[key])

    def _follow(self, spec: NodeSpec, offer: Offer | None, row: NodeRow | None) -> Course:
        rely_on_grade(spec, self.case)
        typed = attempt(_done_on, row)
        started = self._start(spec, offer) if self._is_turn(spec) else None
        if started is None:
            return Course(None, None, typed, attempt(self._unbegun, spec))
        end = attempt(self._end, spec, started)
        ended = typed if typed is not None else attempt(self._ended, spec, offer, started, end)
        dated = typed is not None or self.happened.is_dated(spec.ends)
        phase = attempt(self._phase, spec, end, None if typed is not None else ended)
        return Course(started, end, ended, phase, dated, offer is not None or self.happened.is_dated(spec.start))

    def _is_turn(self, spec: NodeSpec) -> bool:
        """Whether the step that comes before it is over: done, or its time is without deciding the case."""
        if not spec.rule.after or spec.rule.after not in self.specs:
            return True
        before = self.follow(spec.rule.after)
        end = sure(before.end)
        over = end is None or end.last_day < self.clocks.now.date()
        return sure(before.ended) is not None or (over and self.specs[spec.rule.after].late != "defaulted")

    def _unbegun(self, spec: NodeSpec) -> str:
        """The phase of a node that has not begun."""
        return "waiting" if not self.case.settled and self._still_called_for(spec) else "not_applicable"

    def _end(self, spec: NodeSpec, started: Moment) -> End | None:
        """When the clock ends; for what was agreed the day that was agreed, for the refund the one that the seller's
        promise gives."""
        day = given_day(spec, self.case, self.dates)
        if isinstance(day, datetime):
            return End(day, day.date())
        if day is not None:
            return End(datetime.combine(day, time()), day)
        end = self.clocks.end(spec, started, self.pauses_for(spec))
        return end if end is None or not spec.rule.cap else capped(end, spec, self.happened)

    def pauses_for(self, spec: NodeSpec) -> Sequence[Pause]:
        """Our own clocks stand still while we wait for the other side, but not the one that watches for how long they
        are silent."""
        if spec.clock != "ours" or spec.acts != "we":
            return ()
        if isinstance(self.pauses, CannotKnow):
            raise self.pauses
        return merged([*self.pauses, *self._their_turns()]) if spec.rule.served else self.pauses

    def _their_turns(self) -> Iterator[Pause]:
        """While a time of the other side or of the platform runs, a promise of ours to settle the case rests."""
        for spec in self.specs.values():
            if spec.acts == "we" or spec.clock != "platform" or spec.stage == "closure":
                continue
            found = self.follow(spec.key)
            end = sure(found.end)
            if found.started is None or end is None:
                continue
            over = datetime.combine(end.last_day + timedelta(1), time())
            until = min(at for at in (sure(found.ended), over) if at is not None)
            yield Pause(found.started, until if until <= self.clocks.now.replace(tzinfo=None) else None)

    def _phase(self, spec: NodeSpec, end: End | CannotKnow | None, ended: Moment | CannotKnow | None) -> str | None:
        if sure(ended) is not None:
            return "done"
        if self.case.rests or not self._still_called_for(spec) or self._is_past(spec, end):
            return "not_applicable"
        known = sure(end)
        return "paused" if known is not None and known.paused else None

    def _is_past(self, spec: NodeSpec, end: End | CannotKnow | None) -> bool:
        """A right that was not used while a closed case still gave it: nobody can do anything any more."""
        lost = spec.rule.silence in ("right_lost", "final") and self.case.closed_on is not None
        if not lost or (known := sure(end)) is None:
            return False
        return known.last_day < self.clocks.now.date()

    def _still_called_for(self, spec: NodeSpec) -> bool:
        """After closing only the closing steps are left; after an agreement also our own steps of carrying it out. To
        chase an answer is over once the platform's own time for it runs."""
        if is_bank_claim(spec):
            return self.dates.protected_until is not None
        if is_agents_window(spec):
            return not self.case.settled and "settled" not in self.happened and self.case.shipped is None
        if spec.stage == "closure":
            return True
        if is_chase(spec) and "filed" in self.happened:
            return False
        if is_news(spec) and not self.case.served and self._is_money():
            return False
        if is_plan_step(spec) and self._is_money():
            return False
        if self.case.closed_on is not None:
            return False
        if is_for_good(spec.acts, spec.late) and self._hangs_on_a_promise():
            return True
        agreed = "agreed" in self.happened and "withdrawn" not in self.happened
        carried_out = spec.stage == "negotiation" and spec.clock == "ours" and agreed
        return "settled" not in self.happened or carried_out

    def _hangs_on_a_promise(self) -> bool:
        """Whether something was agreed, but neither money nor goods came yet: what may be lost for good is not given up
        for a word."""
        happened = self.happened
        if "agreed" not in happened or "withdrawn" in happened or "ruled" in happened:
            return False
        return "refund_received" not in happened and self._carried_out() is None

    def _is_money(self) -> bool:
        """Whether what was agreed is money, whose date the refund has."""
        goods = self.case.plan is not None and self.case.plan not in MONEY_PLANS
        return (
            not goods
            and "money_agreed" in self.happened
            and any(spec.ends == "refund_received" for spec in self.specs.values())
        )

    def _start(self, spec: NodeSpec, offer: Offer | None) -> Moment | None:
        if offer is not None:
            anew = offer.answer == "modified" and self.clocks.policy.settings["restart_on_change"]
            return offer.answered if anew else offer.on
        if spec.start == "offer":
            return None
        return self._when(spec.start)

    def _when(self, event: str) -> Moment | None:
        """When an event happened, or another node was done."""
        kind, _, name = event.partition(":")
        if kind != "node":
            return self.happened.get(event)
        return sure(self.follow(name).ended) if name in self.specs else None

    def _ended(
        self, spec: NodeSpec, offer: Offer | None, started: Moment, end: End | CannotKnow | None
    ) -> Moment | None:
        """When an event ended the node. An answer that came after silence had decided does not undo that."""
        if is_plan_step(spec):
            return self.happened.get("refund_received") if self.case.plan in MONEY_PLANS else None
        if is_news(spec):
            return self._carried_out()
        if not spec.each_offer and spec.ends != "offer_answered":
            return self._when(spec.ends) if spec.ends else None
        at = self._answered(spec, started) if offer is None else offer.answered if offer.answer != "modified" else None
        if at is None or spec.late != "defaulted" or (known := sure(end)) is None:
            return at
        return None if too_late(at, known.due, known.last_day) else at

    def _carried_out(self) -> Moment | None:
        """When what was agreed was done: the money came, or the step of the plan is done."""
        done = [sure(self.follow(spec.key).ended) for spec in self.specs.values() if is_plan_step(spec)]
        return min((at for at in (*done, self.happened.get("refund_received")) if at is not None), default=None)

    def _answered(self, spec: NodeSpec, started: Moment) -> Moment | None:
        """When the case itself was answered by whoever must act: by word, by an offer, by what was made of one of the
        other side, or taken over by such an offer that is to be answered with a date of its own. What was agreed, and
        asking the platform, end the wait, too."""
        actor = actor_of(spec, self.case)
        offers = self.offers.values()
        made = [offer.on for offer in offers if offer.by == actor or answers_offer(spec, offer, self.case.role)]
        said = [
            offer.answered
            for offer in offers
            if offer.by != actor and offer.answer in ("accepted", "rejected", "countered")
        ]
        word = None if actor == self.case.role else self.happened.get("answered")
        word = None if word is not None and word.date() < started.date() else word  # to what was not filed yet
        at = min((at for at in (*made, *said, word, self.happened.get("agreed")) if at is not None), default=None)
        return at or self.happened.get("appealed")


def capped(end: End, spec: NodeSpec, happened: Happened) -> End:
    """No later than so many days after the first of the starts."""
    first = happened.get(spec.start.partition("|")[0])
    if first is None:
        return end
    day = first.date() + timedelta(int(spec.rule.cap))
    return end if end.last_day <= day else End(datetime.combine(day, time()), day)


def given_day(spec: NodeSpec, case: Case, dates: CaseDates) -> date | None:
    """The day that the case itself gives a node: *Answer by*, *Refund due*, *Plan due*, *Expected by*, *Protected
    until*, the end of the agent's return window."""
    if is_request(spec):
        return case.answer_by
    if is_agents_window(spec):
        return dates.window_ends
    if is_protection(spec):
        return dates.protected_until
    if is_promise(spec):
        return case.expected_by
    return (
        dates.refund_due
        if is_refund(spec)
        else case.plan_due
        if is_plan_step(spec) and case.planned is not None
        else None
    )


@dataclass
class Cases:
    """Everything that the dates of all cases hang on, by case (folded number). `lost`: the cells of numbers that cannot
    be known; a row whose case is not found may hang on one of them."""

    clocks: Clocks
    policy: Policy
    cases: dict[str, Case]
    dates: dict[str, CaseDates]
    lost: Cells
    offers: dict[str, list[Offer]]
    complete: dict[str, bool | CannotKnow]
    words: dict[str, list[Word]]
    done: dict[str, list[Done]]

    @classmethod
    def of(
        cls,
        cases: Sequence[Case],
        dates: Sequence[CaseDates],
        offers: Iterable[Offer],
        pieces: Iterable[Piece],
        needed: Iterable[Needed],
        words: Iterable[Word],
        nodes: Iterable[Node] = (),
        *,
        now: datetime,
        policy: Policy,
    ) -> Cases:
        """From the records of READS, without the rows themselves."""
        known, kits = cases_by_id(cases), kits_by_case(pieces, needed)
        complete = {
            name: is_complete(kit, lambda name=name: name in known and known[name].closed_on is not None, now.date())  # type: ignore[misc]
            for name, kit in kits.items()
        }
        return cls(
            Clocks.of(policy, now),
            policy,
            known,
            dates_by_case(cases, dates),
            unnamed(cases),
            offers_by_case(offers),
            complete,
            words_by_case(words),
            steps_done(nodes, policy),
        )

    def chain(self, name: str, rows: Iterable[NodeRow]) -> Chain:
        """The chain of a case. Raises CannotKnow where nobody knows which nodes it has."""
        case = self.cases.get(name)
        if case is None:
            raise CannotKnow(self.lost)
        offers, words, dates = self.offers.get(name, []), self.words.get(name, []), self.dates[name]
        happened = Happened(
            case,
            offers,
            dates,
            self.complete.get(name, False),
            words,
            self.done.get(name, ()),
            self.policy.books,
        )
        specs = (*node_specs(case, self.policy, happened), *unsure_specs(case, self.policy, happened))
        return Chain(
            case,
            {spec.key: spec for spec in specs},
            {(row.key.node, row.key.offer): row for row in rows},
            {fold(offer.id): offer for offer in offers if offer.id},
            happened,
            attempt(pauses_of, case, words),
            self.clocks,
            dates,
        )


def _done_on(row: NodeRow | None) -> datetime | None:
    return None if row is None else row.typed.done_on


def _key(node: Node) -> NodeKey | None:
    return parse_key(node.key)


def rows_by_case(nodes: Iterable[Node]) -> dict[str, list[NodeRow]]:
    """The rows that refresh made, by case (folded number)."""
    found: dict[str, list[NodeRow]] = {}
    for at, node in enumerate(nodes):
        key = attempt(_key, node)
        if isinstance(key, NodeKey):
            found.setdefault(key.case, []).append(NodeRow(at, key, node))
    return found


def chains_of(nodes: Sequence[Node], known: Cases) -> Iterator[tuple[Chain | CannotKnow, list[NodeRow]]]:
    """The chain of every case that has rows in Deadlines, or what stands in its way, with those rows. Rows of no case
    are left out."""
    for name, rows in rows_by_case(nodes).items():
        if name in known.cases or known.lost:
            yield attempt(known.chain, name, rows), rows
