"""Cases from the practice of claims, each with the party that a claims handler would name first, and what would decide it where none can."""

from __future__ import annotations

from typing import Any

import pytest

from kakosheet.policy.loader import load_policy, load_titles
from kakosheet.sheets import disputes

FACTS = ("type", "outer_box", "packing_photo", "tracking_events", "customs_event", "incoterm")

# What happened, the facts of the row, the party that is expected, and a word of what would decide it.
CASES: list[tuple[str, dict[str, str], str, str]] = [
    ("the tents: packaging damage, pictures of the box, the carrier's records", {"type": "packaging_damage", "outer_box": "crushed",
     "tracking_events": "damaged"}, "carrier", ""),
    ("the tents with a picture of good packing", {"type": "packaging_damage", "outer_box": "crushed", "packing_photo": "well_packed",
     "tracking_events": "damaged"}, "carrier", ""),
    ("vase in pieces, box wet, packed well", {"type": "product_damage", "outer_box": "wet", "packing_photo": "well_packed"}, "carrier", ""),
    ("vase in pieces, thin padding on the packing photo", {"type": "product_damage", "packing_photo": "poorly_packed"}, "seller", ""),
    ("thin padding and dropped by the carrier", {"type": "product_damage", "outer_box": "dented", "packing_photo": "poorly_packed",
     "tracking_events": "damaged"}, "shared", ""),
    ("cracked on the photo before dispatch", {"type": "product_damage", "packing_photo": "already_damaged"}, "seller", ""),
    ("broken inside an intact box", {"type": "product_damage", "outer_box": "intact"}, "seller", ""),
    ("broken, nobody looked at the box", {"type": "product_damage", "outer_box": "not_seen"}, "unclear", "outer box"),
    ("broken, the box is crushed, no photo of the packing", {"type": "product_damage", "outer_box": "crushed"}, "unclear", "packing"),
    ("bought EXW, crushed on the way, no photo", {"type": "product_damage", "outer_box": "crushed", "incoterm": "EXW"}, "carrier", ""),
    ("bought DAP, crushed on the way, no photo", {"type": "product_damage", "outer_box": "crushed", "incoterm": "DAP"}, "unclear", "packing"),
    ("opened by customs, the carrier saw no damage", {"type": "product_damage", "outer_box": "opened", "customs_event": "inspected",
     "tracking_events": "normal"}, "customs", ""),
    ("opened by customs, and the carrier reports damage", {"type": "product_damage", "outer_box": "crushed", "customs_event": "inspected",
     "tracking_events": "damaged"}, "carrier", ""),
    ("parts missing from an intact box", {"type": "missing_parts", "outer_box": "intact"}, "seller", ""),
    ("parts missing, customs had opened it", {"type": "missing_parts", "customs_event": "inspected"}, "customs", ""),
    ("other colour than ordered", {"type": "wrong_item"}, "seller", ""),
    ("a copy instead of the brand", {"type": "counterfeit"}, "seller", ""),
    ("copies seized by customs", {"type": "counterfeit", "customs_event": "seized"}, "seller", ""),
    ("held by customs without the papers", {"type": "customs_seizure", "customs_event": "papers_missing"}, "seller", ""),
    ("held by customs", {"type": "delayed_delivery", "customs_event": "held"}, "customs", ""),
    ("lost on the way", {"type": "not_received", "tracking_events": "lost"}, "carrier", ""),
    ("handed to a neighbour", {"type": "not_received", "tracking_events": "misdelivered"}, "carrier", ""),
    ("never left the warehouse", {"type": "not_received", "tracking_events": "never_shipped"}, "seller", ""),
    ("signed for, says the carrier", {"type": "not_received", "tracking_events": "delivered"}, "unclear", "signature"),
    ("nothing known of the way", {"type": "not_received"}, "unclear", "tracking"),
    ("three weeks late on the way", {"type": "delayed_delivery", "tracking_events": "delayed"}, "carrier", ""),
    ("too small", {"type": "size_mismatch"}, "unclear", "size label"),
    ("went back to the sender", {"type": "not_received", "tracking_events": "returned"}, "purchaser", ""),
    ("returned, no money since", {"type": "delayed_refund"}, "seller", ""),
    ("charged twice", {"type": "duplicate_charge"}, "platform", ""),
]


def suggested(facts: dict[str, str], lang: str = "en") -> tuple[Any, ...]:
    cells = [facts.get(fact) for fact in FACTS]
    found: tuple[Any, ...] = disputes.suggested(*cells, None, None, None, None, policy=load_policy("shopper", lang), titles=load_titles(lang))
    return found


@pytest.mark.parametrize(("story", "facts", "party", "decides"), CASES, ids=[case[0] for case in CASES])
def test_the_party_is_the_one_that_a_claims_handler_would_name(story: str, facts: dict[str, str], party: str, decides: str) -> None:
    found, confidence, because, would_decide = suggested(facts)
    assert (found, bool(would_decide)) == (party, bool(decides)), story
    assert decides in (would_decide or "") and because and confidence
    assert suggested(facts, "zh")[:2] == (found, confidence)


def test_there_are_twenty_cases_beside_the_tents_and_all_parties_occur() -> None:
    assert len(CASES) >= 21
    assert {party for _, _, party, _ in CASES} == {"seller", "carrier", "customs", "purchaser", "platform", "shared", "unclear"}


def test_the_tents_name_the_pictures_and_the_records() -> None:
    assert suggested(CASES[0][1]) == ("carrier", "high", "Box crushed, tracking: damaged on the way.", None)


def test_what_would_decide_it_does_decide_it() -> None:
    """The fact that is asked for, once it is known, gives a party."""
    unclear = {"type": "product_damage", "outer_box": "crushed"}
    assert suggested(unclear)[0] == "unclear"
    for photo, party in (("well_packed", "carrier"), ("poorly_packed", "seller")):
        assert suggested({**unclear, "packing_photo": photo})[0] == party
