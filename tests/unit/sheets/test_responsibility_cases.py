"""Cases from the practice of claims, each with the party that a claims handler would name first, and what would decide it where none can."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.unit.sheets.blaming import suggested

# What happened, the facts of the row, the party that is expected, and a word of what would decide it.
CASES: list[tuple[str, dict[str, Any], str, str]] = [
    (
        "the tents: packaging damage, pictures of the box, the carrier's records",
        {"type": "packaging_damage", "outer_box": "crushed", "tracking_events": "damaged"},
        "carrier",
        "",
    ),
    (
        "the tents with a picture of good packing",
        {
            "type": "packaging_damage",
            "outer_box": "crushed",
            "packing_photo": "well_packed",
            "tracking_events": "damaged",
        },
        "carrier",
        "",
    ),
    (
        "vase in pieces, box wet, packed well",
        {"type": "product_damage", "outer_box": "wet", "packing_photo": "well_packed"},
        "carrier",
        "",
    ),
    (
        "vase in pieces, thin padding on the packing photo",
        {"type": "product_damage", "packing_photo": "poorly_packed"},
        "seller",
        "",
    ),
    (
        "thin padding and dropped by the carrier",
        {
            "type": "product_damage",
            "outer_box": "dented",
            "packing_photo": "poorly_packed",
            "tracking_events": "damaged",
        },
        "shared",
        "",
    ),
    (
        "cracked on the photo before dispatch",
        {"type": "product_damage", "packing_photo": "already_damaged"},
        "seller",
        "",
    ),
    ("broken inside an intact box", {"type": "product_damage", "outer_box": "intact"}, "seller", ""),
    ("broken, nobody looked at the box", {"type": "product_damage", "outer_box": "not_seen"}, "unclear", "outer box"),
    (
        "broken, the box is crushed, no photo of the packing",
        {"type": "product_damage", "outer_box": "crushed"},
        "unclear",
        "packing",
    ),
    (
        "bought EXW, crushed on the way, no photo",
        {"type": "product_damage", "outer_box": "crushed", "incoterm": "EXW"},
        "carrier",
        "",
    ),
    (
        "bought DAP, crushed on the way, no photo",
        {"type": "product_damage", "outer_box": "crushed", "incoterm": "DAP"},
        "seller",
        "",
    ),
    (
        "opened by customs, the carrier saw no damage",
        {"type": "product_damage", "outer_box": "opened", "customs_event": "inspected", "tracking_events": "normal"},
        "customs",
        "",
    ),
    (
        "opened by customs, and the carrier reports damage",
        {"type": "product_damage", "outer_box": "crushed", "customs_event": "inspected", "tracking_events": "damaged"},
        "carrier",
        "",
    ),
    ("parts missing from an intact box", {"type": "missing_parts", "outer_box": "intact"}, "seller", ""),
    ("parts missing, customs had opened it", {"type": "missing_parts", "customs_event": "inspected"}, "customs", ""),
    ("other colour than ordered", {"type": "wrong_item"}, "seller", ""),
    ("a copy instead of the brand", {"type": "counterfeit"}, "seller", ""),
    ("copies seized by customs", {"type": "counterfeit", "customs_event": "seized"}, "seller", ""),
    (
        "held by customs without the papers",
        {"type": "customs_seizure", "customs_event": "papers_missing"},
        "seller",
        "",
    ),
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
    # What the delivery term says.
    ("FOB, lost at sea", {"type": "not_received", "tracking_events": "lost", "incoterm": "FOB"}, "carrier", ""),
    (
        "own forwarder, box crushed, no photo",
        {"type": "product_damage", "outer_box": "crushed", "carrier_chosen_by": "buyer"},
        "carrier",
        "",
    ),
    (
        "DDP, duty asked at the door",
        {"type": "customs_seizure", "customs_event": "duty_unpaid", "incoterm": "DDP"},
        "seller",
        "",
    ),
    (
        "DAP, duty asked at the door",
        {"type": "customs_seizure", "customs_event": "duty_unpaid", "incoterm": "DAP"},
        "purchaser",
        "",
    ),
    (
        "duty asked at the door, no term agreed",
        {"type": "delayed_delivery", "customs_event": "duty_unpaid"},
        "unclear",
        "delivery term",
    ),
    (
        "EXW, export papers missing",
        {"type": "customs_seizure", "customs_event": "papers_missing", "incoterm": "EXW"},
        "purchaser",
        "",
    ),
    (
        "DAP, papers missing at import",
        {"type": "customs_seizure", "customs_event": "papers_missing", "incoterm": "DAP"},
        "purchaser",
        "",
    ),
    (
        "DDP, papers missing",
        {"type": "customs_seizure", "customs_event": "papers_missing", "incoterm": "DDP"},
        "seller",
        "",
    ),
    # Packing agreed and used.
    (
        "double box agreed, packed thinly",
        {"type": "product_damage", "outer_box": "dented", "packing_photo": "poorly_packed", "packaging": "double_box"},
        "seller",
        "",
    ),
    (
        "we packed it in a crate, with photos, box crushed",
        {
            "type": "product_damage",
            "outer_box": "crushed",
            "sale.packaging": "crate",
            "sale.photo_before": "a.jpg",
            "sale.photo_after": "b.jpg",
        },
        "carrier",
        "",
    ),
    (
        "we packed it as usual, no photos, box crushed",
        {"type": "product_damage", "outer_box": "crushed", "sale.packaging": "standard"},
        "unclear",
        "packing",
    ),
    (
        "well packed, intact box, broken on the video",
        {"type": "product_damage", "outer_box": "intact", "packing_photo": "well_packed", "when_opened": "broken"},
        "seller",
        "",
    ),
    (
        "well packed, intact box, broken they say",
        {"type": "product_damage", "outer_box": "intact", "packing_photo": "well_packed"},
        "unclear",
        "unboxing video",
    ),
    (
        "well packed, intact box, no video",
        {"type": "product_damage", "outer_box": "intact", "packing_photo": "well_packed", "when_opened": "no_video"},
        "purchaser",
        "",
    ),
    (
        "box not looked at, signed without a remark",
        {"type": "product_damage", "outer_box": "not_seen", "tracking_events": "signed"},
        "seller",
        "",
    ),
    ("box taped again, parts gone", {"type": "missing_parts", "outer_box": "opened"}, "carrier", ""),
    ("one piece short on the video, box untouched", {"type": "missing_parts", "when_opened": "fewer"}, "seller", ""),
    (
        "they say a part is missing, the video shows all",
        {"type": "missing_parts", "outer_box": "intact", "when_opened": "as_ordered"},
        "purchaser",
        "",
    ),
    # Customs beside the carrier.
    (
        "wet from the customs store, nothing on the way",
        {"type": "product_damage", "outer_box": "wet", "customs_event": "held", "tracking_events": "normal"},
        "customs",
        "",
    ),
    (
        "crushed, opened by customs, no tracking yet",
        {"type": "packaging_damage", "outer_box": "crushed", "customs_event": "inspected"},
        "unclear",
        "tracking",
    ),
    (
        "thin padding, and opened by customs",
        {"type": "product_damage", "customs_event": "inspected", "packing_photo": "poorly_packed"},
        "seller",
        "",
    ),
    ("late because customs looked inside", {"type": "delayed_delivery", "customs_event": "inspected"}, "customs", ""),
    (
        "we declared less than the price",
        {"type": "customs_seizure", "customs_event": "held", "sale.price": 90.0, "sale.declared_value": 20.0},
        "seller",
        "",
    ),
    (
        "we declared less, as the buyer wished",
        {
            "type": "customs_seizure",
            "customs_event": "held",
            "sale.price": 90.0,
            "sale.declared_value": 20.0,
            "sale.consent_to_lower_value": date(2026, 11, 1),
        },
        "shared",
        "",
    ),
    # What was sent, and what was ordered.
    ("size label as ordered", {"type": "size_mismatch", "when_opened": "as_ordered"}, "purchaser", ""),
    ("size label of another size", {"type": "size_mismatch", "when_opened": "other"}, "seller", ""),
    (
        "label as ordered, the page's chart was wrong",
        {"type": "size_mismatch", "when_opened": "page_wrong"},
        "seller",
        "",
    ),
    (
        "too small, nobody had looked at the chart",
        {"type": "size_mismatch", "size_chart_checked": False},
        "purchaser",
        "",
    ),
    (
        "the wrong colour, they say; the order says that colour",
        {"type": "wrong_item", "when_opened": "as_ordered"},
        "purchaser",
        "",
    ),
    ("scratched on the agent's photos already", {"type": "quality_defect", "qc_verdict": "fault"}, "seller", ""),
    ("we shipped it although it did not work", {"type": "quality_defect", "sale.functions": False}, "seller", ""),
    # The way.
    ("signed by the recipient", {"type": "not_received", "tracking_events": "signed"}, "purchaser", ""),
    ("refused at the door", {"type": "not_received", "tracking_events": "refused"}, "purchaser", ""),
    ("the buyer's old address", {"type": "not_received", "tracking_events": "wrong_address"}, "purchaser", ""),
    ("another address on the label", {"type": "not_received", "tracking_events": "wrong_label"}, "seller", ""),
    ("our sale: lost, says its row", {"type": "not_received", "sale.exception": "lost"}, "carrier", ""),
    (
        "shipped after the promised day of arrival",
        {
            "type": "delayed_delivery",
            "bought_on": date(2026, 10, 1),
            "shipped": date(2026, 10, 25),
            "delivery_days": 15,
        },
        "seller",
        "",
    ),
    (
        "shipped late, and delayed on the way",
        {
            "type": "delayed_delivery",
            "tracking_events": "delayed",
            "bought_on": date(2026, 10, 1),
            "shipped": date(2026, 10, 25),
            "delivery_days": 15,
        },
        "shared",
        "",
    ),
    (
        "shipped in time, delayed on the way",
        {
            "type": "delayed_delivery",
            "tracking_events": "delayed",
            "bought_on": date(2026, 10, 1),
            "shipped": date(2026, 10, 3),
            "delivery_days": 15,
        },
        "carrier",
        "",
    ),
    # Money.
    ("card charged, nobody here ordered", {"type": "unauthorised"}, "unclear", "tracking"),
    (
        "cancelled before it was shipped, no money",
        {"type": "cancelled", "tracking_events": "never_shipped"},
        "seller",
        "",
    ),
    ("cancelled while it was on its way", {"type": "cancelled", "tracking_events": "normal"}, "purchaser", ""),
]


@pytest.mark.parametrize(("story", "facts", "party", "decides"), CASES, ids=[case[0] for case in CASES])
def test_the_party_is_the_one_that_a_claims_handler_would_name(
    story: str, facts: dict[str, Any], party: str, decides: str
) -> None:
    found, confidence, because, would_decide = suggested(facts)
    assert (found, bool(would_decide)) == (party, bool(decides)), story
    assert decides in (would_decide or "") and because and confidence
    assert suggested(facts, "zh")[:2] == (found, confidence)


def test_there_are_twenty_cases_beside_the_tents_and_all_parties_occur() -> None:
    assert len(CASES) >= 21
    assert {party for _, _, party, _ in CASES} == {
        "seller",
        "carrier",
        "customs",
        "purchaser",
        "platform",
        "shared",
        "unclear",
    }


def test_the_tents_name_the_pictures_and_the_records() -> None:
    assert suggested(CASES[0][1]) == ("carrier", "high", "Box crushed, tracking: damaged on the way.", None)


DECIDES: list[tuple[dict[str, Any], dict[str, str]]] = [
    (
        {"type": "product_damage", "outer_box": "crushed"},
        {"packing_photo:well_packed": "carrier", "packing_photo:poorly_packed": "seller"},
    ),
    ({"type": "product_damage"}, {"outer_box:intact": "seller"}),
    (
        {"type": "product_damage", "outer_box": "not_seen"},
        {"tracking_events:damaged": "carrier", "tracking_events:normal": "seller"},
    ),
    (
        {"type": "product_damage", "outer_box": "intact", "packing_photo": "well_packed"},
        {"when_opened:broken": "seller", "when_opened:as_ordered": "purchaser", "when_opened:no_video": "purchaser"},
    ),
    (
        {"type": "packaging_damage", "outer_box": "crushed", "customs_event": "inspected"},
        {"tracking_events:damaged": "carrier", "tracking_events:normal": "customs"},
    ),
    (
        {"type": "size_mismatch"},
        {"when_opened:as_ordered": "purchaser", "when_opened:other": "seller", "when_opened:page_wrong": "seller"},
    ),
    (
        {"type": "not_received", "tracking_events": "delivered"},
        {"tracking_events:signed": "purchaser", "tracking_events:misdelivered": "carrier"},
    ),
    ({"type": "not_received"}, {"tracking_events:lost": "carrier", "tracking_events:never_shipped": "seller"}),
    ({"type": "customs_seizure"}, {"customs_event:seized": "customs", "customs_event:papers_missing": "seller"}),
    (
        {"type": "customs_seizure", "customs_event": "duty_unpaid"},
        {"incoterm:DDP": "seller", "incoterm:FOB": "purchaser"},
    ),
    ({"type": "unauthorised"}, {"tracking_events:signed": "purchaser", "tracking_events:lost": "platform"}),
    ({"type": "cancelled"}, {"tracking_events:never_shipped": "seller", "tracking_events:delivered": "purchaser"}),
]


@pytest.mark.parametrize(("facts", "answers"), DECIDES)
def test_what_would_decide_it_does_decide_it(facts: dict[str, Any], answers: dict[str, str]) -> None:
    """The fact that is asked for, once it is known, gives a party."""
    party, _, _, asked = suggested(facts)
    assert party == "unclear" and asked
    for answer, decided in answers.items():
        fact, _, value = answer.partition(":")
        assert suggested({**facts, fact: value})[0] == decided, answer


def test_the_basis_says_who_bears_the_risk_and_whether_it_is_insured() -> None:
    crushed = {"type": "product_damage", "outer_box": "crushed", "tracking_events": "damaged"}
    assert suggested({**crushed, "incoterm": "DDP", "insured": True})[:3] == (
        "carrier",
        "high",
        "Box crushed, tracking: damaged on the way. It is insured: tell the insurer too. "
        "DDP: until delivery the risk is the seller's; claim there.",
    )
    assert suggested({**crushed, "incoterm": "CIP"})[2].endswith(
        "CIP: the seller had to insure the way. CIP: the way is the buyer's risk."
    )


def test_a_case_without_a_type_has_no_verdict() -> None:
    assert suggested({"outer_box": "crushed"}) == (None, None, None, None)
