"""Who is probably responsible, from what the row and its order say. *Your decision* stands beside it and is never
touched."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from kakosheet.core.records import Record, far
from kakosheet.core.rules import rule
from kakosheet.core.titles import Titles
from kakosheet.policy.model import Policy
from kakosheet.policy.responsibility import CASE_FACTS, FACTS, Verdict, judge
from kakosheet.sheets.casework.case import Case
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


class Bought(Record, of="disputes"):
    """Cells of the purchase."""

    packaging: str | None = far("order -> purchases.packaging")
    insured: bool | None = far("order -> purchases.insured")
    fragile: bool | None = far("order -> purchases.fragile")
    size_chart_checked: bool | None = far("order -> purchases.size_chart_checked")
    qc_verdict: str | None = far("order -> purchases.qc_verdict")
    bought_on: date | None = far("order -> purchases.bought_on")
    shipped: date | None = far("order -> purchases.shipped")
    delivery_days: int | None = far("order -> purchases.delivery_days")

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


class Sold(Record, of="disputes"):
    """Cells of the sale."""

    packaging: str | None = far("order -> sales.packaging")
    fragile: bool | None = far("order -> sales.fragile")
    qc_passed: bool | None = far("order -> sales.qc_passed")
    appearance: bool | None = far("order -> sales.appearance")
    functions: bool | None = far("order -> sales.functions")
    photo_before: str | None = far("order -> sales.photo_before")
    photo_after: str | None = far("order -> sales.photo_after")
    price: float | None = far("order -> sales.price")
    declared_value: float | None = far("order -> sales.declared_value")
    consent_to_lower_value: date | None = far("order -> sales.consent_to_lower_value")
    exception: str | None = far("order -> sales.exception")

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


def _why(case: Case, bought: Bought, sold: Sold, *, policy: Policy, say: Say, titles: Titles) -> list[str]:
    """Which rule decided, and the facts that it rests on."""
    verdict = _judged(case, bought, sold, policy)
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
    reads=(Case, Bought, Sold),
    why=_why,
)
def suggested(
    case: Case, bought: Bought, sold: Sold, *, policy: Policy, say: Say, titles: Titles
) -> tuple[str | None, str | None, str | None, str | None]:
    """Party, confidence, basis and, while it is unclear, the fact that would decide it; empty without a type or a rule
    that fits."""
    verdict = _judged(case, bought, sold, policy)
    if verdict is None:
        return None, None, None, None
    words = {fact: _word(fact, verdict.facts.get(fact), titles) for fact in FACTS}
    because = say("disputes.between_sentences").join(verdict.because).format_map(words)
    return verdict.rule.party, verdict.rule.confidence, because, verdict.rule.ask or None


def _judged(case: Case, bought: Bought, sold: Sold, policy: Policy) -> Verdict | None:
    """What the rules say of a case and its order; None without a type. Cases that are alike are judged once."""
    if case.type is None:
        return None
    facts: dict[str, Any] = {fact: getattr(case, fact) for fact in CASE_FACTS}
    for found in (bought.facts(), sold.facts()):
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
