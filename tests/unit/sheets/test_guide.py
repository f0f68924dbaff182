"""What a case shows of its usual way, its tips, and how long things took."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from kakosheet.policy.loader import load_titles
from kakosheet.policy.model import Policy, Staff
from kakosheet.sheets.casework.case import Case
from kakosheet.sheets.disputes import somebody_looks_after_it

DAY = date(2026, 3, 2)
BOUGHT = {
    "id": "P-0001",
    "item": "Tent",
    "seller": "Shop A",
    "price": 120.0,
    "currency": "EUR",
    "platform": "aliexpress",
}
SOLD = {
    "id": "S-0001",
    "item": "Lamp",
    "customer": "Ana",
    "price": 50.0,
    "currency": "USD",
    "sold_on": date(2026, 2, 20),
}


def book(
    log: Iterable[tuple[datetime, str]] = (), order: str = "P-0001", **cells: Any
) -> dict[str, list[dict[str, Any]]]:
    case = {
        "dispute_id": "D-2026-0001",
        "order": order,
        "type": "product_damage",
        "opened_on": datetime(2026, 3, 2),
        "filed_on": datetime(2026, 3, 2),
        "demand": "refund",
        **cells,
    }
    messages = [
        {"id": f"L-{at}", "at": when, "dispute": "D-2026-0001", "direction": way, "what_was_said": "…"}
        for at, (when, way) in enumerate(log)
    ]
    return {"purchases": [BOUGHT], "sales": [SOLD], "disputes": [case], "log": messages}


def test_the_five_steps_of_a_damage_show_where_the_case_is(refreshed: Callable[..., Any]) -> None:
    here = refreshed(book(description="left leg broken"), DAY).case
    assert here["stage"] == "evidence"
    assert here["steps"] == (
        "▸ Confirm what happened, with evidence; Propose a refund, a replacement or compensation; "
        "Negotiate and write every promise down; Agree, or ask the platform to decide; See that it is done, and note the lesson"
    )
    asked = refreshed(book(description="left leg broken", appealed_on=datetime(2026, 3, 2)), DAY).case
    assert [step.strip()[0] for step in asked["steps"].split(";")] == ["✓", "✓", "✓", "▸", "S"]
    closed = refreshed(book(closed_on=date(2026, 3, 5), result="agreed"), date(2026, 3, 9)).case
    assert closed["steps"].count("✓") == 5 and "tips" not in closed


def test_tips_stand_by_an_open_case(refreshed: Callable[..., Any]) -> None:
    assert refreshed(book(), DAY).case["tips"].startswith("Keep box and padding until the case is closed. ")


def test_a_problem_in_people_s_own_words_has_neither(refreshed: Callable[..., Any]) -> None:
    assert not {"steps", "tips"} & refreshed(book(type="odd smell"), DAY).case.keys()


@pytest.mark.parametrize(
    ("order", "log", "days"),
    [
        ("P-0001", [], None),
        ("P-0001", [(datetime(2026, 3, 2, 9), "out")], None),
        ("P-0001", [(datetime(2026, 3, 2, 9), "out"), (datetime(2026, 3, 4, 21), "in")], 2.5),
        ("P-0001", [(datetime(2026, 3, 4, 21), "in"), (datetime(2026, 3, 2, 9), "out")], 2.5),
        ("P-0001", [(datetime(2026, 3, 5), "in")], 3.0),
        ("S-0001", [(datetime(2026, 3, 1, 9), "in"), (datetime(2026, 3, 1, 15), "out")], 0.2),
        ("S-0001", [(datetime(2026, 3, 1, 9), "in"), (datetime(2026, 3, 1), "out")], 0.0),
        (
            "S-0001",
            [(datetime(2026, 3, 2, 9), "in"), (datetime(2026, 3, 2, 8), "out"), (datetime(2026, 3, 3, 9), "out")],
            1.0,
        ),
    ],
)
def test_days_to_the_first_answer(
    refreshed: Callable[..., Any], order: str, log: list[tuple[datetime, str]], days: float | None
) -> None:
    """From the first word of the buyer's side to the first of the seller's, whichever of the two we are."""
    assert refreshed(book(log, order=order), date(2026, 3, 6)).case.get("first_answer_days") == days


def test_each_step_says_how_long_it_took(refreshed: Callable[..., Any]) -> None:
    node = refreshed(book(description="broken", customer="Ana"), DAY).typed()
    row = next(row for row in node["deadlines"] if row["key"] == "D-2026-0001/plan/1")
    assert "days_taken" not in refreshed(node, DAY).node("plan")
    row["done_on"] = datetime(2026, 3, 6, 18)
    assert refreshed(node, date(2026, 3, 9)).node("plan")["days_taken"] == 4
    row["done_on"] = datetime(2026, 3, 1)
    assert "days_taken" not in refreshed(node, date(2026, 3, 9)).node("plan")


def test_the_day_by_which_it_is_expected_wins_over_the_promise_of_the_urgency(refreshed: Callable[..., Any]) -> None:
    noticed = {"filed_on": None, "customer": "Ana"}
    node = refreshed(book(expected_by=date(2026, 3, 12), **noticed), DAY).node("completion")
    assert (node["last_day"], node["where_the_date_comes_from"]) == (
        date(2026, 3, 12),
        "The day on which it is expected to be solved.",
    )
    assert refreshed(book(**noticed), DAY).node("completion")["last_day"] < date(2026, 3, 6)


def test_a_parcel_is_expected_by_the_promised_days_and_not_by_when_a_complaint_is_to_be_solved(
    refreshed: Callable[..., Any],
) -> None:
    typed = book(expected_by=date(2026, 4, 1), type="not_received", platform="ebay")
    assert refreshed(typed, DAY).node("open_case")["phase"] == "waiting"
    typed["purchases"][0] |= {"bought_on": date(2026, 2, 1), "delivery_days": 20}
    assert refreshed(typed, DAY).node("open_case")["started"] == datetime(2026, 2, 21)


def test_two_cases_with_one_number_of_the_platform_may_be_one(refreshed: Callable[..., Any]) -> None:
    typed = book(case_no="PP-D-27803", platform="paypal")
    typed["disputes"] += [
        {
            **typed["disputes"][0],
            "dispute_id": f"D-2026-000{n}",
            "order": None,
            "opened_on": datetime(2026, 3, 2 + n),
            "filed_on": datetime(2026, 3, 2 + n),
            "case_no": number,
        }
        for n, number in ((2, "pp-d-27803"), (3, "PP-D-1"))
    ]
    found = [row.get("possible_duplicate") for row in refreshed(typed, date(2026, 3, 9)).rows("disputes")]
    assert found == [None, "Same case number as D-2026-0001", None]


def test_a_refusal_is_to_be_answered(refreshed: Callable[..., Any]) -> None:
    evidence = {"description": "broken", "waiting_for": "seller"}
    typed = refreshed(book([(datetime(2026, 3, 2, 9), "out")], **evidence), DAY).typed()
    for row in typed["evidence"]:
        row["file"] = "x.jpg"
    assert refreshed(typed, date(2026, 3, 4)).case["stage_needs"] == "an agreement, or the platform asked to decide"
    typed["disputes"][0]["their_answer"] = "refuses"
    assert (
        refreshed(typed, date(2026, 3, 4)).case["stage_needs"]
        == "the refusal answered: urge them, or ask the platform to decide"
    )


def test_a_case_of_nobody_is_pointed_out_where_people_share_the_work(policy: Policy) -> None:
    def faults(people: int, assigned: str | None = None, closed: date | None = None) -> list[str]:
        shared = replace(policy, staff=tuple(Staff(f"P{n}") for n in range(people)), _memo={})
        return [
            fault.column
            for fault in somebody_looks_after_it(
                Case(dispute_id="D-2026-0001", assigned_to=assigned, closed_on=closed),
                policy=shared,
                say=load_titles("en").say,
            )
        ]

    assert faults(2) == ["assigned_to"]
    assert faults(0) == faults(1) == faults(2, "P1") == faults(2, closed=DAY) == []
