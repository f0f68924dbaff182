"""Two cells start a case; its stage, next step and figures follow from what people type."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.unit.sheets.blaming import suggested

Book = dict[str, list[dict[str, Any]]]
DAY = date(2026, 3, 2)


def purchase(number: int = 1, **cells: Any) -> dict[str, Any]:
    return {
        "id": f"P-000{number}",
        "item": "Tent",
        "seller": "Shop A",
        "price": 120.0,
        "currency": "EUR",
        "platform": "aliexpress",
        "assigned_to": "Li Wei",
        "problem": "product_damage",
        "noticed_on": DAY,
        **cells,
    }


def case(**cells: Any) -> dict[str, Any]:
    return {
        "dispute_id": "D-2026-0001",
        "order": "P-0001",
        "type": "product_damage",
        "opened_on": datetime(2026, 3, 2),
        "filed_on": datetime(2026, 3, 2),
        "demand": "refund",
        "amount": 120.0,
        "loss": 120.0,
        "currency": "EUR",
        "grade": "refund",
        **cells,
    }


def quiet() -> dict[str, Any]:
    """A purchase without a problem."""
    return purchase(problem=None, noticed_on=None)


def test_two_cells_start_a_case_with_all_that_is_known(refreshed: Callable[..., Any]) -> None:
    after = refreshed({"purchases": [purchase()]}, DAY)
    expected = {
        "dispute_id": "D-2026-0001",
        "order": "P-0001",
        "type": "product_damage",
        "opened_on": datetime(2026, 3, 2),
        "amount": 120.0,
        "currency": "EUR",
        "platform": "aliexpress",
        "assigned_to": "Li Wei",
        "demand": "refund",
        "grade": "refund",
        "loss": 120.0,
        "our_role": "buyer",
        "item": "Tent",
        "seller": "Shop A",
        "stage": "initiation",
    }
    assert expected.items() <= after.case.items()
    assert not {"told_on", "filed_on", "asked_on"} & after.case.keys(), "noticing is not telling, and not filing"
    assert after.rows("deadlines") and after.rows("evidence")


def test_a_sale_makes_us_the_seller(refreshed: Callable[..., Any]) -> None:
    sale = {
        "id": "S-0001",
        "item": "Lamp",
        "customer": "Ana",
        "price": 50.0,
        "currency": "USD",
        "platform": "ebay",
        "sold_on": date(2026, 2, 20),
        "problem": "not_received",
        "noticed_on": DAY,
    }
    after = refreshed({"sales": [sale]}, DAY)
    assert {"our_role": "seller", "customer": "Ana", "demand": "release", "item": "Lamp"}.items() <= after.case.items()
    assert "seller" not in after.case
    assert after.node("seller_answer")["acts"] == "we"
    assert after.node("seller_answer")["item_and_seller"] == "Lamp · Ana"


@pytest.mark.parametrize("missing", ["problem", "noticed_on"])
def test_one_cell_alone_starts_nothing(refreshed: Callable[..., Any], missing: str) -> None:
    assert refreshed({"purchases": [purchase(**{missing: None})]}, DAY).rows("disputes") == []


@pytest.mark.parametrize(("closed", "cases"), [(None, 1), (date(2026, 3, 2), 1), (date(2026, 3, 1), 2)])
def test_an_order_has_one_case_unless_the_last_was_closed_before(
    refreshed: Callable[..., Any], closed: date | None, cases: int
) -> None:
    book = {"purchases": [purchase()], "disputes": [case(closed_on=closed, opened_on=datetime(2026, 2, 1))]}
    assert len(refreshed(book, DAY).rows("disputes")) == cases


def test_a_case_whose_order_cannot_be_read_is_not_doubled(refreshed: Callable[..., Any], unreadable: object) -> None:
    book = {"purchases": [purchase()], "disputes": [case(order=unreadable)]}
    assert len(refreshed(book, DAY).rows("disputes")) == 1


@pytest.mark.parametrize("other", [{"problem": "not_received"}, {"noticed_on": date(2026, 3, 1)}])
def test_a_case_whose_order_cannot_be_read_holds_back_no_other(
    refreshed: Callable[..., Any], unreadable: object, other: dict[str, Any]
) -> None:
    book = {"purchases": [purchase(2, **other)], "disputes": [case(order=unreadable)]}
    assert len(refreshed(book, DAY).rows("disputes")) == 2


def test_clearing_the_problem_deletes_nothing(refreshed: Callable[..., Any]) -> None:
    book = refreshed({"purchases": [purchase()]}, DAY).typed()
    book["purchases"][0].pop("problem")
    assert len(refreshed(book, DAY).rows("disputes")) == 1


def test_a_problem_that_no_type_describes_still_starts_a_case(refreshed: Callable[..., Any]) -> None:
    after = refreshed({"purchases": [purchase(problem="the dog ate it")]}, DAY)
    assert after.case["type"] == "the dog ate it" and after.rows("evidence") == []
    assert after.rows("deadlines")


@pytest.mark.parametrize(
    ("cells", "stage"),
    [
        ({"filed_on": None}, "initiation"),
        ({"filed_on": None, "told_on": DAY}, "evidence"),
        ({}, "evidence"),
        ({"filed_on": None, "description": "leg broken off"}, "evidence"),
        ({"plan": "replacement"}, "evidence"),
        ({"plan": "replacement", "confirmed_by_us_on": date(2026, 3, 4)}, "closure"),
        ({"their_answer": "accepts"}, "closure"),
        ({"appealed_on": datetime(2026, 3, 4)}, "appeal"),
        ({"result": "agreed"}, "closure"),
        ({"closed_on": date(2026, 3, 3)}, "closure"),
    ],
)
def test_the_stage_follows_from_what_happened(refreshed: Callable[..., Any], cells: dict[str, Any], stage: str) -> None:
    assert refreshed({"purchases": [quiet()], "disputes": [case(**cells)]}, DAY).case["stage"] == stage


@pytest.mark.parametrize(
    ("orders", "stage", "effect"),
    [("purchases", "evidence", "The seller loses the case."), ("sales", "closure", "The case is lost.")],
)
def test_what_the_other_side_sent_to_the_bank_we_do_not_see(
    refreshed: Callable[..., Any], orders: str, stage: str, effect: str
) -> None:
    order = {"id": "P-0001", "item": "Table", "price": 100.0, "currency": "EUR", "platform": "stripe"}
    after = refreshed(
        {orders: [order], "disputes": [case(description="broken", asked_on=datetime(2026, 3, 3))]}, date(2026, 3, 20)
    )
    node = after.node("chargeback_answer")
    assert (after.case["stage"], node["state"], node["if_nothing_happens"]) == (stage, "defaulted", effect)
    lost = "Time ran out. The case is lost. Appeal if you still can; else write Result and Ruled on."
    assert (after.case["next_step"] == lost) is (orders == "sales")


def test_evidence_ends_only_when_all_that_is_required_is_there_or_waived(refreshed: Callable[..., Any]) -> None:
    book = refreshed({"purchases": [quiet()], "disputes": [case(description="broken")]}, DAY).typed()
    assert refreshed(book, DAY).case["stage"] == "evidence"
    for at, row in enumerate(book["evidence"]):
        row["waived" if at % 2 else "file"] = "x.jpg"
    after = refreshed(book, DAY)
    assert after.case["evidence_percent"] == 1.0 and after.node("evidence")["state"] == "done"
    assert after.case["stage"] == "negotiation" and "still_missing" not in after.case


def test_a_finished_step_moves_stage_and_progress(refreshed: Callable[..., Any]) -> None:
    book = refreshed({"purchases": [purchase()]}, DAY).typed()
    found = [refreshed(book, DAY).case]
    for step in ("tell", "open_case", "evidence"):
        next(row for row in book["deadlines"] if f"/{step}/" in row["key"])["done_on"] = datetime(2026, 3, 2)
        found.append(refreshed(book, DAY).case)
    assert [case["stage"] for case in found] == ["initiation", "evidence", "evidence", "negotiation"]
    progress = [case["progress"] for case in found]
    assert progress == sorted(set(progress))


def test_the_earlier_of_two_clocks_is_next_due(refreshed: Callable[..., Any]) -> None:
    after = refreshed({"purchases": [quiet()], "disputes": [case()]}, DAY)
    open_ = [row for row in after.rows("deadlines") if row["state"] in ("due_soon", "on_track")]
    assert {row["clock"] for row in open_} == {"ours", "platform"}
    soonest = min(row["last_day"] for row in open_)
    assert after.case["last_day"] == soonest
    assert after.case["days_left"] == (soonest - DAY).days


def test_the_date_of_a_case_is_that_of_its_next_step_and_what_cannot_be_undone_is_the_first(
    refreshed: Callable[..., Any],
) -> None:
    """Told nobody by 3 March, and on 5 March the time ends in which AliExpress takes a case."""
    bought = {**quiet(), "received": date(2026, 2, 18)}
    book = {"purchases": [bought], "disputes": [case(filed_on=None)]}
    after = refreshed(book, date(2026, 3, 4))
    assert after.node("tell")["state"] == "overdue"
    assert after.case["next_step"] == "Open the case on AliExpress; write it under Filed on"
    last = after.node("open_case")["last_day"]
    assert after.case["last_day"] == after.case["last_chance"] == last == date(2026, 3, 5)
    assert (after.case["due"], after.case["when_late"]) == (datetime(2026, 3, 5), "defaulted")
    gone = refreshed(book, date(2026, 3, 6)).case
    assert "last_chance" not in gone and gone["last_day"] == date(2026, 3, 3)


def test_only_the_platforms_date_can_default(refreshed: Callable[..., Any]) -> None:
    late = refreshed({"purchases": [quiet()], "disputes": [case()]}, DAY + timedelta(30))
    assert {row["clock"] for row in late.rows("deadlines") if row["state"] == "defaulted"} == {"platform"}
    assert {row["node"]: row["state"] for row in late.rows("deadlines") if row["clock"] == "ours"} == {
        "tell": "done",
        "chase": "not_applicable",
        "evidence": "overdue",
        "refund": "waiting",
    }
    noticed = refreshed({"purchases": [quiet()], "disputes": [case(filed_on=None)]}, DAY + timedelta(30))
    assert {row["state"] for row in noticed.rows("deadlines")} == {"overdue", "waiting"}


@pytest.mark.parametrize(
    ("platform", "until", "late"),
    [
        (
            "aliexpress",
            "7 Mar",
            "Time ran out. The buyer's choice stands. See that AliExpress says so, then write Result and Ruled on.",
        ),
        ("ebay", "5 Mar", "Shop A was due on 5 Mar: remind, or escalate"),
    ],
)
def test_the_next_step_says_whom_we_wait_for(
    refreshed: Callable[..., Any], platform: str, until: str, late: str
) -> None:
    book = refreshed({"purchases": [purchase(platform=platform)]}, DAY).typed()
    book["disputes"][0]["filed_on"] = datetime(2026, 3, 2)
    for row in book["deadlines"]:
        if "/seller_answer/" not in row["key"]:
            row["waived"] = "not this time"
    assert refreshed(book, DAY).case["next_step"] == f"Waiting for Shop A, until {until}"
    assert refreshed(book, DAY + timedelta(8)).case["next_step"] == late


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        ("opened_on", "Write under Noticed on when it was seen."),
        ("type", "Choose what went wrong: it brings the evidence list."),
    ],
)
def test_a_case_typed_by_hand_says_what_it_lacks(refreshed: Callable[..., Any], missing: str, told: str) -> None:
    assert refreshed({"purchases": [quiet()], "disputes": [case(**{missing: None})]}, DAY).case["next_step"] == told


def test_a_settled_case_asks_for_its_result(refreshed: Callable[..., Any]) -> None:
    book = refreshed({"purchases": [purchase()], "offers": []}, DAY).typed()
    for row in book["deadlines"]:
        row["done_on"] = datetime(2026, 3, 2)
    book["disputes"][0]["result"] = "agreed"
    assert refreshed(book, DAY).case["next_step"] == "Write the day it ended under Closed on."


def test_losses_are_told_in_the_base_currency(refreshed: Callable[..., Any]) -> None:
    after = refreshed(
        {"purchases": [quiet()], "disputes": [case(loss=None), case(dispute_id="D-2026-0002", currency="XXX")]}, DAY
    )
    assert after.rows("disputes")[0]["loss_in_base_currency"] == 120.0
    assert "loss_in_base_currency" not in after.rows("disputes")[1]


def test_a_demand_beyond_the_loss_is_pointed_out(refreshed: Callable[..., Any]) -> None:
    after = refreshed({"purchases": [quiet()], "disputes": [case(loss=80.5)]}, DAY)
    assert after.case["demand_check"] == "More than the loss of 80.50 EUR."


@pytest.mark.parametrize(
    ("cells", "days", "due"),
    [
        ({"refund_promised": date(2026, 3, 1)}, 5, date(2026, 3, 6)),
        ({"refund_promised": date(2026, 3, 1), "return_received": date(2026, 3, 10)}, None, date(2026, 3, 24)),
        ({}, 5, None),
    ],
)
def test_the_refund_is_due_after_the_promise_and_the_return(
    refreshed: Callable[..., Any], cells: dict[str, Any], days: int | None, due: date | None
) -> None:
    after = refreshed({"purchases": [{**quiet(), "refund_days": days}], "disputes": [case(**cells)]}, DAY)
    assert after.case.get("refund_due") == due


def test_a_second_case_on_one_order_is_pointed_out_and_not_merged(refreshed: Callable[..., Any]) -> None:
    two = [case(), case(dispute_id="D-2026-0002", opened_on=datetime(2026, 3, 5))]
    rows = refreshed({"purchases": [quiet()], "disputes": two}, date(2026, 3, 6)).rows("disputes")
    assert "possible_duplicate" not in rows[0]
    assert rows[1]["possible_duplicate"] == "Same order as D-2026-0001"


def test_similar_cases_are_the_closed_ones_of_the_same_seller_first(refreshed: Callable[..., Any]) -> None:
    old = {
        "closed_on": date(2026, 1, 5),
        "opened_on": datetime(2026, 1, 1),
        "root_cause": "poor_packing",
    }
    book = {
        "purchases": [quiet(), {**quiet(), "id": "P-0002", "seller": "Shop B"}],
        "disputes": [
            case(),
            case(dispute_id="D-2026-0002", order="P-0002", result="given_up", **old | {"closed_on": date(2026, 2, 1)}),
            case(dispute_id="D-2026-0003", result="agreed", **old),
        ],
    }
    told = refreshed(book, DAY).case["similar"]
    assert told == "D-2026-0003: Agreed with the other side; D-2026-0002: Given up"


def test_the_summary_says_how_it_ended(refreshed: Callable[..., Any]) -> None:
    done = case(closed_on=date(2026, 3, 12), result="agreed", root_cause="poor_packing", money_back=80.0)
    told = refreshed({"purchases": [quiet()], "disputes": [done]}, date(2026, 4, 1)).case
    assert told["summary"] == "Damaged goods, 120 EUR, Shop A. Agreed with the other side, after 10 days; 80 EUR back."
    assert told["days_open"] == 10


def test_similar_and_duplicates_do_not_depend_on_the_order_of_rows(refreshed: Callable[..., Any]) -> None:
    closed = {"closed_on": date(2026, 2, 1), "result": "agreed"}
    cases = [
        case(dispute_id=f"D-2026-000{n}", opened_on=datetime(2026, 1, n), **(closed if n > 3 else {}))
        for n in range(1, 8)
    ]
    there = refreshed({"purchases": [quiet()], "disputes": cases}, DAY).rows("disputes")
    back = refreshed({"purchases": [quiet()], "disputes": cases[::-1]}, DAY).rows("disputes")
    assert there == back[::-1]


TITLES = ("Noticed on", "What went wrong", "Closed on", "Order")


@pytest.mark.parametrize("column", ["opened_on", "type", "closed_on", "order"])
def test_what_hangs_on_an_unreadable_cell_is_empty_and_the_rest_stands(
    refreshed: Callable[..., Any], unreadable: object, column: str
) -> None:
    book = refreshed({"purchases": [purchase(), purchase(2)]}, DAY).typed()
    before = refreshed(book, DAY)
    book["disputes"][0][column] = unreadable
    after = refreshed(book, DAY)
    assert len(after.rows("disputes")) == 2
    mine = [row for row in after.rows("deadlines") if row["dispute"] == "D-2026-0001"]
    assert len(mine) == sum(row["dispute"] == "D-2026-0001" for row in before.rows("deadlines"))
    assert not any("state" in row for row in mine)
    if column != "closed_on":  # that ends dates, but starts none: by when they would be stands
        assert not any("due" in row for row in mine)
    assert not {"stage", "due"} & after.case.keys()
    title = next(title for title in TITLES if title in after.case["next_step"])
    assert (
        after.case["next_step"]
        == f"Mend {title} of D-2026-0001 (Dispute Workflow): until then nobody knows what comes next"
    )
    assert (
        title
        == {
            "opened_on": "Noticed on",
            "type": "What went wrong",
            "closed_on": "Closed on",
            "order": "Order",
        }[column]
    )
    theirs = [row for row in after.rows("deadlines") if row["dispute"] == "D-2026-0002"]
    assert theirs == [row for row in before.rows("deadlines") if row["dispute"] == "D-2026-0002"]


FACTS = ("type", "outer_box", "packing_photo", "tracking_events", "customs_event", "incoterm")


@pytest.mark.parametrize(
    ("facts", "party", "confidence"),
    [
        ({"type": "packaging_damage", "outer_box": "crushed", "tracking_events": "damaged"}, "carrier", "high"),
        ({"type": "product_damage", "outer_box": "crushed", "packing_photo": "well_packed"}, "carrier", "high"),
        ({"type": "product_damage", "outer_box": "crushed", "packing_photo": "poorly_packed"}, "seller", "high"),
        (
            {
                "type": "product_damage",
                "outer_box": "wet",
                "packing_photo": "poorly_packed",
                "tracking_events": "damaged",
            },
            "shared",
            "medium",
        ),
        ({"type": "product_damage", "outer_box": "crushed"}, "unclear", "low"),
        ({"type": "product_damage", "outer_box": "crushed", "incoterm": "FOB"}, "carrier", "low"),
        ({"type": "product_damage", "outer_box": "intact"}, "seller", "medium"),
        ({"type": "product_damage", "packing_photo": "already_damaged"}, "seller", "high"),
        ({"type": "product_damage", "outer_box": "opened", "customs_event": "inspected"}, "customs", "medium"),
        ({"type": "customs_seizure", "customs_event": "seized"}, "customs", "high"),
        ({"type": "counterfeit", "customs_event": "seized"}, "seller", "high"),
        ({"type": "customs_seizure", "customs_event": "papers_missing"}, "seller", "medium"),
        ({"type": "not_received", "tracking_events": "lost"}, "carrier", "high"),
        ({"type": "not_received", "tracking_events": "never_shipped"}, "seller", "high"),
        ({"type": "not_received", "tracking_events": "returned"}, "purchaser", "low"),
        ({"type": "not_received", "tracking_events": "delivered"}, "unclear", "low"),
        ({"type": "delayed_delivery", "tracking_events": "delayed"}, "carrier", "medium"),
        ({"type": "wrong_item"}, "seller", "medium"),
        ({"type": "delayed_refund"}, "seller", "high"),
        ({"type": "duplicate_charge"}, "platform", "medium"),
        ({"type": "product_damage"}, "unclear", "low"),
    ],
)
def test_who_is_probably_responsible(facts: dict[str, str], party: str, confidence: str) -> None:
    for lang in ("en", "zh"):
        found = suggested(facts, lang)
        assert found[:2] == (party, confidence)
        assert found[2] and "{" not in found[2] and len(found[2]) <= 60
        assert bool(found[3]) == (party == "unclear")


def test_a_basis_names_the_evidence_that_it_rests_on() -> None:
    found = suggested({"type": "packaging_damage", "outer_box": "crushed", "tracking_events": "damaged"})
    assert found[2] == "Box crushed, tracking: damaged on the way."


def test_faults_of_days_are_named(refreshed: Callable[..., Any]) -> None:
    wrong = case(closed_on=date(2026, 3, 1), return_sent=date(2026, 3, 9), return_received=date(2026, 3, 8))
    run = refreshed({"purchases": [quiet()], "disputes": [wrong]}, date(2026, 3, 20)).run
    found = {(fault.column, fault.code, fault.severity) for table, _, fault in run.faults if table == "disputes"}
    assert {
        ("closed_on", "K312", "error"),
        ("return_received", "K312", "error"),
        ("root_cause", "K307", "warning"),
        ("result", "K307", "warning"),
    } == found


def test_a_closing_day_before_the_opening_closes_nothing_and_starts_no_second_case(
    refreshed: Callable[..., Any],
) -> None:
    typed = {"purchases": [purchase()], "disputes": [case(closed_on=date(2025, 3, 9))]}  # a year's slip
    assert len(refreshed(typed, date(2026, 3, 10)).rows("disputes")) == 1
    again = {"purchases": [purchase(noticed_on=date(2026, 3, 20))], "disputes": [case(closed_on=date(2026, 3, 9))]}
    assert len(refreshed(again, date(2026, 3, 21)).rows("disputes")) == 2  # closed, and then something new
