"""Who is probably responsible, from what the row and its order say. *Your decision* stands beside it and is never
touched."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

from kakosheet.core.rules import rule
from kakosheet.core.titles import Titles
from kakosheet.policy.model import Policy
from kakosheet.policy.responsibility import CASE_FACTS, FACTS, Verdict, judge
from kakosheet.sheets.words import Say

_LISTS = {
    "type": "dispute_type",
    "packaging_agreed": "packaging",
    "packaging_used": "packaging",
    "checked": "qc_verdict",
    "carrier_chosen_by": "carrier_choice",
    **dict.fromkeys(("insured", "fragile", "size_chart_checked", "photos"), "yes_no"),
}
"""Lists of choices that are not called as their fact."""
_CODES = ("incoterm",)
"""Facts whose words are codes, which keep their capitals."""


class Bought(NamedTuple):
    """Cells of the purchase."""

    packaging: str | None
    insured: bool | None
    fragile: bool | None
    size_chart_checked: bool | None
    qc_verdict: str | None
    bought_on: date | None
    shipped: date | None
    delivery_days: int | None

    def facts(self) -> dict[str, str | None]:
        late = (
            self.bought_on is not None
            and self.shipped is not None
            and self.delivery_days is not None
            and self.shipped > self.bought_on + timedelta(self.delivery_days)
        )
        return {
            "packaging_agreed": self.packaging,
            "insured": _yes_no(self.insured),
            "fragile": _yes_no(self.fragile),
            "size_chart_checked": _yes_no(self.size_chart_checked),
            "checked": self.qc_verdict,
            "dispatch": "late" if late else None,
        }


class Sold(NamedTuple):
    """Cells of the sale."""

    packaging: str | None
    fragile: bool | None
    qc_passed: bool | None
    appearance: bool | None
    functions: bool | None
    photo_before: str | None
    photo_after: str | None
    price: float | None
    declared_value: float | None
    consent_to_lower_value: date | None
    exception: str | None

    def facts(self) -> dict[str, str | None]:
        looked = (self.qc_passed, self.appearance, self.functions)
        low = self.declared_value is not None and self.price is not None and self.declared_value < self.price
        return {
            "packaging_used": self.packaging,
            "fragile": _yes_no(self.fragile),
            "exception": self.exception,
            "checked": "fault" if False in looked else "fine" if self.qc_passed else None,
            "photos": "yes" if self.photo_before and self.photo_after else None,
            "declared": None if not low else "low" if self.consent_to_lower_value is None else "low_agreed",
        }


_ORDER = (
    *(f"disputes.order -> purchases.{key}" for key in Bought._fields),
    *(f"disputes.order -> sales.{key}" for key in Sold._fields),
)


def _why(*cells: Any, policy: Policy, say: Say, titles: Titles) -> list[str]:
    """Which rule decided, and the facts that it rests on."""
    verdict = _judged(cells, policy)
    if verdict is None:
        return [say("disputes.why_no_type")]
    facts = (
        say("disputes.why_fact", fact=titles.choice("fact", fact), value=_title(fact, value, titles))
        for fact in verdict.rule.when
        if (value := verdict.facts.get(fact)) is not None
    )
    shown = say("disputes.between_pieces").join(facts) or say("disputes.why_no_fact")
    return [say("disputes.why_rule", rule=verdict.rule.key, facts=shown)]


@rule(
    "disputes.suggested",
    "disputes.confidence",
    "disputes.because",
    "disputes.would_decide_it",
    reads=(*(f"disputes.{fact}" for fact in CASE_FACTS), *_ORDER),
    why=_why,
)
def suggested(
    *cells: Any, policy: Policy, say: Say, titles: Titles
) -> tuple[str | None, str | None, str | None, str | None]:
    """Party, confidence, basis and, while it is unclear, the fact that would decide it; empty without a type or a rule
    that fits."""
    verdict = _judged(cells, policy)
    if verdict is None:
        return None, None, None, None
    words = {fact: _word(fact, verdict.facts.get(fact), titles) for fact in FACTS}
    because = say("disputes.between_sentences").join(verdict.because).format_map(words)
    return verdict.rule.party, verdict.rule.confidence, because, verdict.rule.ask or None


def _judged(cells: tuple[Any, ...], policy: Policy) -> Verdict | None:
    """What the rules say of the cells of a case and its order; None without a type. Cases that are alike are judged
    once."""
    of_case, of_order = cells[: len(CASE_FACTS)], cells[len(CASE_FACTS) :]
    if of_case[0] is None:
        return None
    facts = dict(zip(CASE_FACTS, of_case, strict=True))
    for found in (Bought(*of_order[: len(Bought._fields)]).facts(), Sold(*of_order[len(Bought._fields) :]).facts()):
        facts |= {fact: value for fact, value in found.items() if value is not None}
    memo = ("responsibility", *(facts.get(fact) for fact in FACTS))
    if memo not in policy._memo:
        policy._memo[memo] = judge(facts, policy.responsibility)
    verdict: Verdict | None = policy._memo[memo]
    return verdict


def _word(fact: str, value: str | None, titles: Titles) -> str:
    """A fact inside a sentence."""
    return "" if value is None else value if fact in _CODES else _title(fact, value, titles).lower()


def _title(fact: str, value: str, titles: Titles) -> str:
    return titles.choice(_LISTS.get(fact, fact), value) or value


def _yes_no(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"
