"""One case with everything that its stage and next step depend on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from kakosheet.core.records import or_blank
from kakosheet.policy.model import STAGES, NodeSpec, Policy
from kakosheet.sheets.casework.case import Case, Offer
from kakosheet.sheets.casework.facts import Happened
from kakosheet.sheets.casework.nodes import Node, is_news, last_good_day, node_specs
from kakosheet.sheets.casework.pieces import Needed
from kakosheet.sheets.casework.urgency import rank_of
from kakosheet.sheets.casework.verdicts import NodeDate, PieceState

_OPEN_PHASES = (None, "waiting", "paused")

WON_BY = {
    "buyers_choice": "buyer",
    "lost": "buyer",
    "bank_for_buyer": "buyer",
    "granted": "buyer",
    "approved": "buyer",
    "refund_agreed": "buyer",
    "refunded": "buyer",
    "case_closes": "seller",
}
"""Effects of silence by which the whole case is decided, and for whom."""


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
        """The open dates, the most pressing first."""
        return sorted((node for node in self.nodes if node.open and node.found.last_day is not None), key=self._urgency)

    def _urgency(self, node: CaseStep) -> tuple[Any, ...]:
        found = node.found
        return (
            rank_of(node.typed, found, self.today, self.policy.settings["due_soon_days"]),
            last_good_day(node.typed, found) or self.today,
            found.due,
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
        return bool(self.offers) or self.message or "answered" in self.happened

    def decided_by_silence(self) -> CaseStep | None:
        """The date whose passing decided the case; none while the platform has another one running. What the other side
        sends to a bank or platform we do not see: that such a date of theirs has passed decides nothing, nor does any
        once something was agreed."""
        if "agreed" in self.happened:
            return None
        over = [node for node in self.running if node.found.when_late == "defaulted" and self.is_late(node)]
        if any(node not in over and self.is_platforms(node) for node in self.running):
            return None
        return next(
            (
                node
                for node in over
                if (spec := self.spec(node)) is not None
                and spec.rule.silence in WON_BY
                and (spec.acts == "we" or spec.ends != "platform_answered")
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
