"""Who is probably responsible, from what the row says. *Your decision* stands beside it and is never touched."""

from __future__ import annotations

from typing import Any

from kakosheet.core.rules import rule
from kakosheet.core.titles import Titles
from kakosheet.policy.model import Policy
from kakosheet.policy.responsibility import judge

_FACTS = ("type", "outer_box", "packing_photo", "tracking_events", "customs_event", "incoterm")
_LISTS = {"type": "dispute_type"}


@rule("disputes.suggested", "disputes.confidence", "disputes.because", "disputes.would_decide_it",
      reads=(*(f"disputes.{fact}" for fact in _FACTS), "disputes.order -> purchases.packaging", "disputes.order -> sales.packaging",
             "disputes.order -> purchases.insured", "disputes.order -> purchases.fragile"))
def suggested(*cells: Any, policy: Policy, titles: Titles) -> tuple[str | None, str | None, str | None, str | None]:
    """Party, confidence, basis and, while it is unclear, the fact that would decide it; empty without a type or a rule that fits."""
    facts: dict[str, str | None] = dict(zip(_FACTS, cells, strict=False))
    facts["packaging_agreed"] = cells[6] or cells[7]
    facts["insured"], facts["fragile"] = _yes_no(cells[8]), _yes_no(cells[9])
    verdict = judge(facts, policy.responsibility) if facts["type"] is not None else None
    if verdict is None:
        return None, None, None, None
    words = {fact: (titles.choice(_LISTS.get(fact, fact), value) or "").lower() for fact, value in facts.items()}
    words["incoterm"] = facts["incoterm"] or ""
    return verdict.party, verdict.confidence, verdict.because.format_map(words), verdict.ask or None


def _yes_no(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"
