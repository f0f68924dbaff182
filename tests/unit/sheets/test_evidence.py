"""Each case asks for the evidence of its type; a piece is there once something says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from kakosheet.sheets import evidence

DAY = date(2026, 3, 2)


def book(**cells: Any) -> dict[str, list[dict[str, Any]]]:
    return {"disputes": [{"dispute_id": "D-2026-0001", "type": "product_damage", "opened_on": datetime(2026, 3, 2), **cells}]}


def piece(after: Any, item: str) -> dict[str, Any]:
    return next(row for row in after.rows("evidence") if row.get("key") == f"D-2026-0001/{item}")


def test_the_type_brings_its_pieces(refreshed: Callable[..., Any]) -> None:
    after = refreshed(book(), DAY)
    video = piece(after, "unboxing_video")
    assert {"state": "missing", "category": "product", "required": True, "due": date(2026, 3, 3), "days_left": 1, "what": "unboxing_video",
            "dispute": "D-2026-0001"}.items() <= video.items()
    assert video["why_it_matters"] and video["how_to_make_it"] and video["id"].startswith("E-")
    assert after.case["evidence_percent"] == 0.0 and after.case["still_missing"].startswith("Unboxing video")


def test_pieces_are_those_of_our_side(refreshed: Callable[..., Any]) -> None:
    sale = {"id": "S-0001", "item": "Lamp", "customer": "Ana", "price": 5.0}
    items = {row["what"] for row in refreshed({**book(order="S-0001"), "sales": [sale]}, DAY).rows("evidence")}
    assert "dispatch_photos" in items and "unboxing_video" not in items


@pytest.mark.parametrize("cells", [{"file": "video.mp4"}, {"taken_on": datetime(2026, 3, 1)}, {"provided_by": "customer"}])
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


STATE = dict.fromkeys(("wanted", "waived", "file", "taken_on", "provided_by", "valid_until", "required", "closed"))


@pytest.mark.parametrize(("cells", "word"), [
    ({"wanted": True}, "missing"), ({}, "missing"), ({"wanted": False}, "not_applicable"), ({"waived": "no need"}, "waived"),
    ({"file": "a", "valid_until": date(2026, 3, 10)}, "have"), ({"file": "a", "valid_until": date(2026, 3, 9)}, "expiring"),
    ({"file": "a", "valid_until": DAY}, "expiring"), ({"file": "a", "valid_until": date(2026, 3, 1)}, "expired"),
    ({"valid_until": date(2026, 3, 1)}, "missing"), ({"wanted": True, "required": False}, "optional"),
    ({"wanted": True, "required": True}, "missing"), ({"wanted": True, "required": True, "closed": DAY}, "not_applicable"),
])
def test_state(policy: Any, cells: dict[str, Any], word: str) -> None:
    assert evidence.state(*{**STATE, **cells}.values(), today=DAY, policy=policy) == word


def test_the_platforms_earlier_date_counts(refreshed: Callable[..., Any]) -> None:
    sale = {"id": "S-0001", "item": "Lamp", "customer": "Ana", "price": 5.0}
    escalated = {**book(order="S-0001", appealed_on=datetime(2026, 3, 2), opened_on=datetime(2026, 3, 1, 8)), "sales": [sale]}
    after = refreshed(escalated, DAY)
    assert after.node("vouchers")["acts"] == "we"
    assert all(row["due"] <= after.node("vouchers")["last_day"] for row in after.rows("evidence"))


def test_own_pieces_are_welcome(refreshed: Callable[..., Any]) -> None:
    after = refreshed({**book(), "evidence": [{"dispute": "D-2026-0001", "what": "Letter of the neighbour", "file": "letter.pdf"}]}, DAY)
    own = next(row for row in after.rows("evidence") if "key" not in row)
    assert own["state"] == "have" and own["label"] == f"D-2026-0001_letter_of_the_neighbour_{own['id']}"
    assert after.case["files"] == 1


def test_a_label_says_case_piece_and_day() -> None:
    told = evidence.label("D-2026-0001", "D-2026-0001/waybill", "waybill", datetime(2026, 3, 1), "E-0007")
    assert told == "D-2026-0001_waybill_20260301_E-0007"
    assert evidence.label("D-2026-0001", None, "../../etc: *?", None, "E-0008") == "D-2026-0001_etc_E-0008"


def test_fingerprints_stay_as_they_were_written(refreshed: Callable[..., Any]) -> None:
    typed = refreshed(book(), DAY).typed()
    typed["evidence"][0].update(sha_256="ab12", bytes=7)
    row = refreshed(typed, DAY).rows("evidence")[0]
    assert (row["sha_256"], row["bytes"]) == ("ab12", 7)


def test_faults_of_evidence() -> None:
    found = evidence.piece_makes_sense(datetime(2026, 4, 1), date(2026, 3, 1), "e-0001", "E-0001", today=DAY,
                                       say=lambda text, **values: text)
    assert [(fault.column, fault.code) for fault in found] == [("taken_on", "K312"), ("valid_until", "K312"), ("translation_of", "K401")]
