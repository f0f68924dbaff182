"""The chain of dates of one case: which event or node starts each, when it ends, and where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, NamedTuple

from kakosheet.core.titles import fold
from kakosheet.policy.clock import Pause
from kakosheet.policy.model import NodeSpec, Policy
from kakosheet.sheets.casework.case import (
    CASE_READS,
    MONEY_PLANS,
    OFFER_READS,
    Case,
    Moment,
    Offer,
    cases_by_id,
    events,
    offers_by_case,
    too_late,
    undated,
)
from kakosheet.sheets.casework.news import NEWS_READS, last_word, words_by_case
from kakosheet.sheets.casework.nodes import (
    FIRST,
    NodeKey,
    actor_of,
    answers_offer,
    is_news,
    is_plan_step,
    is_promise,
    is_protection,
    is_refund,
    node_specs,
    parse_key,
)
from kakosheet.sheets.casework.pauses import LOG_READS, entries_by_case, pauses_of
from kakosheet.sheets.casework.pieces import PIECE_READS, complete_cases
from kakosheet.sheets.deadlines.clocks import Clocks, End

OWN_READS = ("deadlines.key", "deadlines.done_on", "deadlines.agreed_date", "deadlines.#wanted")
READS = (*OWN_READS, *CASE_READS, *OFFER_READS, *PIECE_READS, *LOG_READS, *NEWS_READS)
"""What the dates of all cases hang on."""


class Row(NamedTuple):
    """One row of a case: its key, and what people typed. `wanted` False: not called for any more."""

    at: int
    key: NodeKey
    done_on: datetime | None
    agreed_date: datetime | None
    wanted: bool


class Found(NamedTuple):
    """Where a node stands. `ended` is when it was done, by hand or by an event; `dated` False: that it was is known,
    not on which day."""

    started: Moment | None
    end: End | None
    ended: Moment | None
    phase: str | None
    dated: bool = True


@dataclass
class Chain:
    """One case and its nodes; each is followed once, a node that others start from first."""

    case: Case
    specs: dict[str, NodeSpec]
    rows: dict[tuple[str, str], Row]
    offers: dict[str, Offer]
    happened: dict[str, Moment]
    pauses: Sequence[Pause]
    clocks: Clocks
    _found: dict[tuple[str, str], Found] = field(default_factory=dict)

    def follow(self, name: str, offer: str = FIRST) -> Found:
        """Where a node stands; one that waits, directly or not, for itself never starts."""
        key = (name, offer)
        if key not in self._found:
            self._found[key] = Found(None, None, None, "waiting")
            self._found[key] = self._follow(self.specs[name], self.offers.get(offer), self.rows.get(key))
        return self._found[key]

    def _follow(self, spec: NodeSpec, offer: Offer | None, row: Row | None) -> Found:
        typed = row.done_on if row else None
        started = self._start(spec, offer)
        if started is None:
            called = not self.case.settled and self._still_called_for(spec)
            return Found(None, None, typed, "waiting" if called else "not_applicable")
        end = self._end(spec, started)
        ended = typed or self._ended(spec, offer, end)
        dated = typed is not None or self._end_event(spec) not in undated(self.case)
        return Found(started, end, ended, self._phase(spec, end, ended if typed is None else None), dated)

    def _end(self, spec: NodeSpec, started: Moment) -> End | None:
        """When the clock ends; for what was agreed the day that was agreed, for the refund the one that the seller's
        promise gives."""
        day = given_day(spec, self.case)
        if day is not None:
            return End(datetime.combine(day, time()), day)
        return self.clocks.end(spec, started, self.pauses_for(spec))

    def pauses_for(self, spec: NodeSpec) -> Sequence[Pause]:
        """Our own clocks stand still while we wait for the other side, but not the one that watches for how long they
        are silent."""
        return self.pauses if spec.clock == "ours" and not (is_news(spec) and spec.acts != "we") else ()

    def _phase(self, spec: NodeSpec, end: End | None, ended: Moment | None) -> str | None:
        if ended is not None:
            return "done"
        if self.case.waived is not None or not self._still_called_for(spec) or self._is_past(spec, end):
            return "not_applicable"
        return "paused" if end is not None and end.paused else None

    def _is_past(self, spec: NodeSpec, end: End | None) -> bool:
        """A right that was not used while a closed case still gave it: nobody can do anything any more."""
        lost = spec.rule.silence in ("right_lost", "final") and self.case.closed_on is not None
        return lost and end is not None and end.last_day < self.clocks.now.date()

    def _still_called_for(self, spec: NodeSpec) -> bool:
        """After closing only the closing steps are left; after an agreement also our own steps of carrying it out."""
        if spec.stage == "closure":
            return True
        if is_plan_step(spec) and self._is_money():
            return False
        if self.case.closed_on is not None:
            return False
        agreed = "planned" in self.happened and "withdrawn" not in self.happened
        carried_out = spec.stage == "negotiation" and spec.clock == "ours" and agreed
        return "settled" not in self.happened or carried_out

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
        return self.follow(name).ended if name in self.specs else None

    def _ended(self, spec: NodeSpec, offer: Offer | None, end: End | None) -> Moment | None:
        """When an event ended the node. An answer that came after silence had decided does not undo that."""
        if is_plan_step(spec):
            return self.happened.get("refund_received") if self.case.plan in MONEY_PLANS else None
        if is_news(spec):
            return self._carried_out()
        if not spec.each_offer and spec.ends != "offer_answered":
            return self._when(self._end_event(spec)) if spec.ends else None
        at = self._answered(spec) if offer is None else offer.answered if offer.answer != "modified" else None
        late = at is not None and end is not None and spec.late == "defaulted" and too_late(at, end.due, end.last_day)
        return None if late else at

    def _carried_out(self) -> Moment | None:
        """When what was agreed was done: the money came, or the step of the plan is done."""
        done = [self.follow(spec.key).ended for spec in self.specs.values() if is_plan_step(spec)]
        return min((at for at in (*done, self.happened.get("refund_received")) if at is not None), default=None)

    @staticmethod
    def _end_event(spec: NodeSpec) -> str:
        """That *our* evidence is complete says nothing about the other side's: theirs is over when the platform has
        answered."""
        return "platform_answered" if spec.ends == "evidence_complete" and spec.acts != "we" else spec.ends

    def _answered(self, spec: NodeSpec) -> Moment | None:
        """When the opening itself was answered: by an offer of whoever must act, by their answer to one of the other
        side, or taken over by such an offer that is to be answered with a date of its own."""
        actor = actor_of(spec, self.case)
        offers = self.offers.values()
        made = [offer.on for offer in offers if offer.by == actor or answers_offer(spec, offer, self.case.role)]
        said = [
            offer.answered
            for offer in offers
            if offer.by != actor and offer.answer in ("accepted", "rejected", "countered")
        ]
        return min((at for at in (*made, *said) if at is not None), default=None) or self.happened.get("appealed")


def given_day(spec: NodeSpec, case: Case) -> date | None:
    """The day that the case itself gives a node: *Refund due*, *Plan due*, *Expected by*, *Protected until*."""
    if is_protection(spec):
        return case.protected_until
    if is_promise(spec):
        return case.expected_by
    return (
        case.refund_due
        if is_refund(spec)
        else case.plan_due
        if is_plan_step(spec) and case.planned is not None
        else None
    )


def cases_of(columns: Sequence[list[Any]], now: datetime, policy: Policy) -> Iterator[tuple[Chain, list[Row]]]:
    """Every case that has rows in Deadlines, with those rows; `columns` are those of READS."""
    own, case_columns, offer_columns, proof, log, said = _split(columns)
    cases, offers = cases_by_id(case_columns), offers_by_case(offer_columns)
    closed = {name for name, case in cases.items() if case.closed_on is not None}
    complete, entries = complete_cases(proof, closed, now.date()), entries_by_case(log)
    words = words_by_case(log, said)
    clocks = Clocks.of(policy, now)
    for name, rows in _rows_by_case(own).items():
        if (case := cases.get(name)) is None:
            continue
        known = offers.get(name, [])
        happened = events(case, known, name in complete)
        if "news" in happened:
            happened["news"] = last_word(case, happened["news"], words.get(name, []))
        yield (
            Chain(
                case,
                {spec.key: spec for spec in node_specs(case, policy, happened)},
                {(r.key.node, r.key.offer): r for r in rows},
                {fold(offer.id): offer for offer in known if offer.id},
                happened,
                pauses_of(case, entries.get(name, [])),
                clocks,
            ),
            rows,
        )


def _split(columns: Sequence[list[Any]]) -> tuple[Sequence[list[Any]], ...]:
    parts, at = [], 0
    for reads in (OWN_READS, CASE_READS, OFFER_READS, PIECE_READS, LOG_READS, NEWS_READS):
        parts.append(columns[at : at + len(reads)])
        at += len(reads)
    return tuple(parts)


def _rows_by_case(own: Sequence[list[Any]]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for at, (text, done_on, agreed, wanted) in enumerate(zip(*own, strict=True)):
        if (key := parse_key(text)) is not None:
            found.setdefault(key.case, []).append(Row(at, key, done_on, agreed, wanted is not False))
    return found
