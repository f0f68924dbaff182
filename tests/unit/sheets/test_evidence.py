"""Each case asks for the evidence of its type; a piece is there once something says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from kakosheet.policy.loader import load_titles
from kakosheet.sheets import evidence
from kakosheet.sheets.casework.case import Case
from kakosheet.sheets.casework.nodes import Node
from kakosheet.sheets.casework.pieces import Needed, Piece
from kakosheet.sheets.casework.verdicts import Accepted, NodeDate, NodeState, PieceState
from kakosheet.sheets.evidence import expiry

DAY = date(2026, 3, 2)


def book(**cells: Any) -> dict[str, list[dict[str, Any]]]:
    return {
        "disputes": [
            {
                "dispute_id": "D-2026-0001",
                "type": "product_damage",
                "opened_on": datetime(2026, 3, 2),
                "filed_on": datetime(2026, 3, 2),
                **cells,
            }
        ]
    }


def piece(after: Any, item: str) -> dict[str, Any]:
    return next(row for row in after.rows("evidence") if row.get("key") == f"D-2026-0001/{item}")


def test_the_type_brings_its_pieces(refreshed: Callable[..., Any]) -> None:
    after = refreshed(book(), DAY)
    video = piece(after, "unboxing_video")
    assert {
        "state": "missing",
        "category": "product",
        "required": True,
        "due": date(2026, 3, 3),
        "days_left": 1,
        "what": "unboxing_video",
        "dispute": "D-2026-0001",
    }.items() <= video.items()
    assert video["why_it_matters"] and video["how_to_make_it"] and video["id"].startswith("E-")
    assert after.case["evidence_percent"] == 0.0 and after.case["still_missing"].startswith("Unboxing video")


def test_pieces_are_those_of_our_side(refreshed: Callable[..., Any]) -> None:
    sale = {"id": "S-0001", "item": "Lamp", "customer": "Ana", "price": 5.0}
    items = {row["what"] for row in refreshed({**book(order="S-0001"), "sales": [sale]}, DAY).rows("evidence")}
    assert "dispatch_photos" in items and "unboxing_video" not in items


@pytest.mark.parametrize(
    "cells", [{"file": "video.mp4"}, {"taken_on": datetime(2026, 3, 1)}, {"provided_by": "customer"}]
)
def test_a_file_a_day_or_a_giver_means_it_is_there(refreshed: Callable[..., Any], cells: dict[str, Any]) -> None:
    typed = refreshed(book(), DAY).typed()
    typed["evidence"][0].update(cells)
    after = refreshed(typed, DAY)
    assert after.rows("evidence")[0]["state"] == "have"
    assert after.case["evidence_percent"] > 0


def test_another_type_brings_other_pieces_and_keeps_what_is_there(refreshed: Callable[..., Any]) -> None:
    typed = refreshed(book(), DAY).typed()
    typed["evidence"][0]["file"] = "box.jpg"
    kept = typed["evidence"][0]["key"]
    typed["disputes"][0]["type"] = "delayed_refund"
    rows = {row["key"]: row for row in refreshed(typed, DAY).rows("evidence")}
    assert rows[kept]["state"] == "have" and rows[kept]["file"] == "box.jpg"
    assert "not_applicable" in {row["state"] for row in rows.values()}
    assert len(rows) > len(typed["evidence"])


@pytest.mark.parametrize(
    ("cells", "word"),
    [
        ({"wanted": True}, "missing"),
        ({}, "missing"),
        ({"wanted": False}, "not_applicable"),
        ({"waived": "no need"}, "waived"),
        ({"file": "a", "valid_until": date(2026, 3, 10)}, "have"),
        ({"file": "a", "valid_until": date(2026, 3, 9)}, "expiring"),
        ({"file": "a", "valid_until": DAY}, "expiring"),
        ({"file": "a", "valid_until": date(2026, 3, 1)}, "expired"),
        ({"valid_until": date(2026, 3, 1)}, "missing"),
        ({"wanted": True, "required": False}, "optional"),
        ({"file": "a", "accepted_until": date(2026, 3, 9)}, "expiring"),
        ({"file": "a", "accepted_until": date(2026, 3, 10)}, "have"),
        ({"file": "a", "accepted_until": date(2026, 3, 1)}, "have"),
        ({"accepted_until": date(2026, 3, 9)}, "missing"),
        ({"file": "a", "accepted_until": date(2026, 3, 1), "valid_until": date(2026, 3, 20)}, "have"),
        ({"file": "a", "accepted_until": date(2026, 3, 20), "valid_until": date(2026, 3, 1)}, "expired"),
        ({"wanted": True, "required": True}, "missing"),
        ({"wanted": True, "required": True, "closed": DAY}, "not_applicable"),
    ],
)
def test_state(policy: Any, cells: dict[str, Any], word: str) -> None:
    typed = Piece(**{key: value for key, value in cells.items() if key not in ("accepted_until", "required", "closed")})
    found = Needed(required=cells.get("required")), Accepted(accepted_until=cells.get("accepted_until"))
    assert evidence.state(typed, *found, Case(closed_on=cells.get("closed")), today=DAY, policy=policy) == word


def test_the_platforms_earlier_date_counts(refreshed: Callable[..., Any]) -> None:
    sale = {"id": "S-0001", "item": "Lamp", "customer": "Ana", "price": 5.0, "platform": "agreement"}
    escalated = {
        **book(order="S-0001", appealed_on=datetime(2026, 3, 2), opened_on=datetime(2026, 3, 1, 8)),
        "sales": [sale],
    }
    after = refreshed(escalated, DAY)
    assert after.node("vouchers")["acts"] == "we"
    assert all(row["due"] <= after.node("vouchers")["last_day"] for row in after.rows("evidence"))


def test_own_pieces_are_welcome(refreshed: Callable[..., Any]) -> None:
    after = refreshed(
        {**book(), "evidence": [{"dispute": "D-2026-0001", "what": "Letter of the neighbour", "file": "letter.pdf"}]},
        DAY,
    )
    own = next(row for row in after.rows("evidence") if "key" not in row)
    assert own["state"] == "have" and own["label"] == f"D-2026-0001_letter_of_the_neighbour_{own['id']}"
    assert after.case["files"] == 1


def test_a_label_says_case_piece_and_day() -> None:
    waybill = {"key": "D-2026-0001/waybill", "what": "waybill", "taken_on": datetime(2026, 3, 1)}
    told = evidence.label(Piece(dispute="D-2026-0001", id="E-0007", **waybill))
    assert told == "D-2026-0001_waybill_20260301_E-0007"
    own = Piece(dispute="D-2026-0001", what="../../etc: *?", id="E-0008")
    assert evidence.label(own) == "D-2026-0001_etc_E-0008"


def test_fingerprints_stay_as_they_were_written(refreshed: Callable[..., Any]) -> None:
    typed = refreshed(book(), DAY).typed()
    typed["evidence"][0].update(sha_256="ab12", bytes=7)
    row = refreshed(typed, DAY).rows("evidence")[0]
    assert (row["sha_256"], row["bytes"]) == ("ab12", 7)


def test_faults_of_evidence() -> None:
    found = evidence.piece_makes_sense(
        Piece(taken_on=datetime(2026, 4, 1), valid_until=date(2026, 3, 1), id="E-0001"),
        "e-0001",
        today=DAY,
        say=lambda text, **values: text,
    )
    assert [(fault.column, fault.code) for fault in found] == [
        ("taken_on", "K312"),
        ("valid_until", "K312"),
        ("translation_of", "K401"),
    ]


def accused(**cells: Any) -> dict[str, list[dict[str, Any]]]:
    """A sale that the buyer's bank asks about: Visa takes evidence for 30 days."""
    sale = {"id": "S-0001", "item": "Lamp", "customer": "Ana", "price": 5.0}
    asked = {"asked_on": datetime(2026, 3, 2), **cells}
    return {**book(order="S-0001", platform="visa", **asked), "sales": [sale]}


def test_the_platform_s_rule_gives_the_day_until_which_evidence_is_taken(refreshed: Callable[..., Any]) -> None:
    after = refreshed(accused(), DAY)
    assert {row["accepted_until"] for row in after.rows("evidence")} == {date(2026, 4, 1)}
    unasked = refreshed(accused(asked_on=None), DAY)
    assert not any("accepted_until" in row for row in unasked.rows("evidence")), "nobody asked for any"


def test_both_sides_hand_in_while_the_platform_looks_into_it(refreshed: Callable[..., Any]) -> None:
    """Before the platform is asked it takes nothing; from then on three days, weekends counted."""
    bought = {**book(order="P-0001"), "purchases": [{"id": "P-0001", "item": "Lamp", "platform": "agreement"}]}
    assert not any("accepted_until" in row for row in refreshed(bought, DAY).rows("evidence"))
    bought["disputes"][0]["appealed_on"] = datetime(2026, 3, 6)
    assert {row["accepted_until"] for row in refreshed(bought, date(2026, 3, 6)).rows("evidence")} == {date(2026, 3, 9)}


def test_complete_evidence_is_to_be_handed_in_until_somebody_wrote_that_it_was(refreshed: Callable[..., Any]) -> None:
    typed = refreshed(accused(), DAY).typed()
    for row in typed["evidence"]:
        row["file"] = "a.pdf"
    day = date(2026, 3, 28)
    after = refreshed(typed, day)
    answer = after.node("chargeback_answer")
    assert (answer["state"], answer["days_left"]) == ("on_track", 4), "what lies in a folder has answered nobody"
    assert {(row["state"], row["days_left"]) for row in after.rows("evidence")} == {("expiring", 4)}
    assert after.case["evidence_percent"] == 1.0
    late = refreshed(typed, date(2026, 4, 2))
    assert {(row["state"], row.get("days_left")) for row in late.rows("evidence")} == {("have", None)}
    assert late.node("chargeback_answer")["state"] == "defaulted"
    next(row for row in typed["deadlines"] if row["key"].endswith("/chargeback_answer/1"))["done_on"] = datetime(
        2026, 3, 27
    )
    done = refreshed(typed, date(2026, 4, 2))
    assert done.node("chargeback_answer")["state"] == "done"
    assert {(row["state"], row.get("accepted_until")) for row in refreshed(typed, day).rows("evidence")} == {
        ("have", None)
    }


@pytest.mark.parametrize(
    "cells", [{"closed_on": date(2026, 3, 20)}, {"waived": "not worth it"}, {"platforms_answer": "You are right."}]
)
def test_once_it_is_over_nothing_is_to_be_handed_in(refreshed: Callable[..., Any], cells: dict[str, Any]) -> None:
    assert not any("accepted_until" in row for row in refreshed(accused(**cells), date(2026, 3, 28)).rows("evidence"))


def test_the_platform_s_own_date_that_was_typed_counts(refreshed: Callable[..., Any]) -> None:
    typed = refreshed(accused(), DAY).typed()
    next(row for row in typed["deadlines"] if row["key"].endswith("/chargeback_answer/1"))["agreed_date"] = datetime(
        2026, 3, 20
    )
    assert {row["accepted_until"] for row in refreshed(typed, DAY).rows("evidence")} == {date(2026, 3, 20)}
    named = refreshed(accused(answer_by=datetime(2026, 3, 12)), DAY)
    assert {row["accepted_until"] for row in named.rows("evidence")} == {date(2026, 3, 12)}
    assert named.node("chargeback_answer")["last_day"] == date(2026, 3, 12)


def test_pieces_of_one_case_expire_together_unless_a_date_of_ours_tells_it() -> None:
    titles, day, until = load_titles("en"), date(2026, 3, 8), date(2026, 3, 9)
    pieces = [
        Piece(dispute=case, what=what, id=number, valid_until=typed)
        for case, what, number, typed in (
            ("D-1", "waybill", "E-2", None),
            ("D-1", "invoice", "E-1", None),
            ("D-1", "chat_log", "E-3", day),
            ("D-2", "waybill", "E-4", None),
        )
    ]
    nodes = [Node(dispute="D-1"), Node(dispute="D-2")]
    dates = [NodeDate(acts=acts, clock="platform", last_day=until) for acts in ("seller", "we")]
    found = list(
        expiry.expiries(
            pieces,
            [PieceState(state="expiring")] * 4,
            [Accepted(accepted_until=until)] * 4,
            nodes,
            dates,
            [NodeState(state="due_soon")] * 2,
            titles,
        )
    )
    assert [(one.dispute, one.day, one.number) for one in found] == [("D-1", day, "E-3"), ("D-1", until, None)]
    assert found[1].text(titles.say) == "Hand in the evidence: Invoice; Waybill"
