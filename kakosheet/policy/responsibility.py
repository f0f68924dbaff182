"""Who is probably responsible: rules over the facts of a case, the first that fits decides. The rules stand in
templates/.

Their order is from what proves to what hints: responsibility/proof.toml (a seizure, a parcel that never left, a photo
taken before dispatch), then what the type of the case says itself (disputes/<type>.toml), then responsibility/way.toml:
the outer box, the packing and the carrier's events, then the delivery term (Incoterms 2020: up to delivery the risk is
the seller's), then what is not known yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

PARTIES = ("seller", "carrier", "customs", "purchaser", "platform", "shared", "unclear")
CONFIDENCE = ("low", "medium", "high")
CASE_FACTS = (
    "type",
    "outer_box",
    "packing_photo",
    "tracking_events",
    "customs_event",
    "incoterm",
    "carrier_chosen_by",
    "when_opened",
)
"""Columns of the case itself."""
ORDER_FACTS = (
    "packaging_agreed",
    "packaging_used",
    "insured",
    "fragile",
    "size_chart_checked",
    "photos",
    "checked",
    "dispatch",
    "declared",
    "exception",
)
"""What its order says; proof.toml explains them."""
FACTS = (*CASE_FACTS, *ORDER_FACTS)
"""What rules can ask for; each has a choice key (yes and no for what is agreed), or nothing."""
OWN_ORDER, LAST = 50, 200
"""Where the rules of a type stand among the files of templates/responsibility, by their `order`; and those that say
`last`."""

Facts = Mapping[str, str | None]
When = Mapping[str, frozenset[str]]


class Responsibility(NamedTuple):
    """One rule: `when` maps a fact to the values that fit ("*" any, "" none is known). `because` is a sentence with
    places for facts."""

    key: str
    party: str
    confidence: str
    because: str
    when: When
    ask: str = ""  # the fact that would decide it, where the party is unclear


class Derived(NamedTuple):
    """Facts that follow from others, where nobody typed them."""

    when: When
    then: Mapping[str, str]


class Note(NamedTuple):
    """A sentence for the basis of every verdict on one of those parties."""

    when: When
    parties: frozenset[str]
    text: str


class Standards(NamedTuple):
    """All that responsibility is judged by, in order."""

    rules: tuple[Responsibility, ...] = ()
    derived: tuple[Derived, ...] = ()
    notes: tuple[Note, ...] = ()


class Verdict(NamedTuple):
    """`because` are sentences with places for facts; `facts` those that were judged, the derived ones among them."""

    rule: Responsibility
    because: tuple[str, ...]
    facts: Facts


def fits(when: When, facts: Facts) -> bool:
    return all(_fits(values, facts.get(fact)) for fact, values in when.items())


def _fits(values: frozenset[str], known: str | None) -> bool:
    return ("" in values) if known is None else (known in values or "*" in values)


def judge(typed: Facts, standards: Standards) -> Verdict | None:
    """What the first rule that fits says; None if none does."""
    facts = dict(typed)
    for derived in standards.derived:
        if fits(derived.when, facts):
            facts |= {fact: value for fact, value in derived.then.items() if facts.get(fact) is None}
    rule = next((rule for rule in standards.rules if fits(rule.when, facts)), None)
    if rule is None:
        return None
    notes = (note.text for note in standards.notes if rule.party in note.parties and fits(note.when, facts))
    return Verdict(rule, (rule.because, *notes), facts)


def parse(books: Iterable[Mapping[str, Any]], types: Mapping[str, Mapping[str, Any]], lang: str) -> Standards:
    """The files of templates/responsibility and the rules of the types, their sentences in one language (English where
    it has none)."""
    ordered = [(book.get("order", 100), _rule(entry, {}, lang)) for book in books for entry in book.get("rules", ())]
    ordered += [
        (LAST if entry.get("last") else OWN_ORDER, _rule({"key": key, **entry}, {"type": key}, lang))
        for key, row in types.items()
        for entry in row.get("responsibility", ())
    ]
    ordered.sort(key=lambda pair: pair[0])
    return Standards(
        tuple(rule for _, rule in ordered),
        tuple(Derived(_when(entry), dict(entry["then"])) for book in books for entry in book.get("derived", ())),
        tuple(
            Note(_when(entry), frozenset(entry["parties"]), _text(entry, "text", lang))
            for book in books
            for entry in book.get("notes", ())
        ),
    )


def _rule(entry: Mapping[str, Any], also: Mapping[str, str], lang: str) -> Responsibility:
    when = _when({"when": {**also, **entry.get("when", {})}})
    return Responsibility(
        str(entry["key"]),
        str(entry["party"]),
        str(entry["confidence"]),
        _text(entry, "because", lang),
        when,
        _text(entry, "ask", lang),
    )


def _when(entry: Mapping[str, Any]) -> When:
    return {
        fact: frozenset([values] if isinstance(values, str) else values)
        for fact, values in entry.get("when", {}).items()
    }


def _text(entry: Mapping[str, Any], name: str, lang: str) -> str:
    words = entry.get(name, {})
    return str(words.get(lang) or words.get("en") or "")
