"""Who is probably responsible: rules over the facts of a case, the first that fits decides. The rules stand in templates/responsibility.

The order of the rules is from what proves to what hints: a seizure, a seller who never shipped, a photo taken before dispatch, then the
outer box and the carrier's events, then the delivery term (Incoterms 2020: up to delivery the risk is the seller's), then the type alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

PARTIES = ("seller", "carrier", "customs", "purchaser", "platform", "shared", "unclear")
CONFIDENCE = ("low", "medium", "high")
FACTS = ("type", "outer_box", "packing_photo", "tracking_events", "customs_event", "incoterm", "packaging_agreed", "insured", "fragile")
"""What rules can ask for; each has a choice key (yes and no for what is agreed), or nothing."""


@dataclass(frozen=True, slots=True)
class Responsibility:
    """One rule: `when` maps a fact to the values that fit ("*" any, "" none is known). `because` is a sentence by language."""

    key: str
    party: str
    confidence: str
    because: str
    when: Mapping[str, frozenset[str]] = field(default_factory=dict)
    ask: str = ""                      # the fact that would decide it, where the party is unclear

    def fits(self, facts: Mapping[str, str | None]) -> bool:
        return all(_fits(values, facts.get(fact)) for fact, values in self.when.items())


class Verdict(NamedTuple):
    party: str
    confidence: str
    because: str
    ask: str = ""


def _fits(values: frozenset[str], known: str | None) -> bool:
    return ("" in values) if known is None else (known in values or "*" in values)


def judge(facts: Mapping[str, str | None], rules: Iterable[Responsibility]) -> Verdict | None:
    """What the first rule that fits says; None if none does."""
    for rule in rules:
        if rule.fits(facts):
            return Verdict(rule.party, rule.confidence, rule.because, rule.ask)
    return None


def parse(data: Mapping[str, Any], lang: str) -> tuple[Responsibility, ...]:
    """The rules of one file of templates/responsibility, its sentences in one language (English where it has none)."""
    return tuple(_rule(entry, lang) for entry in data["rules"])


def _rule(entry: Mapping[str, Any], lang: str) -> Responsibility:
    def text(name: str) -> str:
        words = entry.get(name, {})
        return str(words.get(lang) or words.get("en") or "")
    when = {fact: frozenset([values] if isinstance(values, str) else values) for fact, values in entry.get("when", {}).items()}
    return Responsibility(str(entry["key"]), str(entry["party"]), str(entry["confidence"]), text("because"), when, text("ask"))
