"""The procedure of the agreement dispute, walked day by day, and what people may do to its rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kakosheet.sheets import deadlines
from kakosheet.sheets.casework.nodes import Node
from kakosheet.sheets.casework.verdicts import NodeDate

Book = dict[str, list[dict[str, Any]]]
OPENED = date(2026, 3, 2)  # a Monday


@pytest.fixture
def book() -> Book:
    return {
        "purchases": [
            {
                "id": "P-0001",
                "item": "Tent",
                "seller": "Shop A",
                "price": 120.0,
                "currency": "EUR",
                "platform": "agreement",
                "problem": "product_damage",
                "noticed_on": OPENED,
            }
        ]
    }


def opened(refreshed: Callable[..., Any], book: Book) -> Book:
    """The book after the refresh that starts the case, which is filed on the same day."""
    started: Book = refreshed(book, OPENED).typed()
    return started | {
        "disputes": [{**case, "filed_on": datetime.combine(OPENED, time())} for case in started["disputes"]]
    }


def served(refreshed: Callable[..., Any], book: Book, **settings: Any) -> Book:
    """The same once it is a customer's case: what we promise to whom we serve holds in it."""
    book = opened(refreshed, book)
    book["disputes"][0]["customer"] = "Ana"
    known: Book = refreshed(book, OPENED, **settings).typed()
    return known


def row_of(book: Book, key: str) -> dict[str, Any]:
    return next(row for row in book["deadlines"] if row["key"] == key)


def offer(**cells: Any) -> dict[str, Any]:
    return {
        "id": "O-0001",
        "dispute": "D-2026-0001",
        "on": datetime(2026, 3, 3),
        "by": "buyer",
        "kind": "full_refund",
        **cells,
    }


def test_all_nodes_exist_from_the_start_and_wait_for_their_trigger(refreshed: Callable[..., Any], book: Book) -> None:
    def states(book: Book) -> dict[str, str]:
        return {row["node"]: row["state"] for row in refreshed(book, OPENED).rows("deadlines")}

    noticed = states(book)
    assert noticed["seller_answer"] == noticed["vouchers"] == noticed["ruling"] == noticed["refund"] == "waiting"
    assert noticed["tell"] == "due_soon" and noticed["chase"] == "waiting" and "evidence" in noticed
    assert not {"report", "responsibility", "plan", "completion", "feedback"} & noticed.keys(), "nobody is served"
    filed = states(opened(refreshed, book))
    assert filed["seller_answer"] == "on_track"
    assert filed["vouchers"] == filed["ruling"] == filed["refund"] == "waiting"
    assert {"evidence", "plan", "completion"} <= states(served(refreshed, book)).keys()


@pytest.mark.parametrize(
    ("day", "state", "left"),
    [
        (0, "on_track", 5),
        (1, "on_track", 4),
        (2, "due_soon", 3),
        (4, "due_soon", 1),
        (5, "due_today", 0),
        (6, "defaulted", -1),
        (60, "defaulted", -55),
    ],
)
def test_five_days_to_answer_then_the_buyers_choice_stands(
    refreshed: Callable[..., Any], book: Book, day: int, state: str, left: int
) -> None:
    node = refreshed(opened(refreshed, book), OPENED + timedelta(day)).node("seller_answer")
    assert (node["state"], node["days_left"]) == (state, left)
    assert node["due"] == datetime(2026, 3, 7) and node["last_day"] == date(2026, 3, 7)
    assert node["if_nothing_happens"] == "The buyer's choice stands."


def test_an_offer_of_the_seller_on_day_five_answers_in_time_and_on_day_six_does_not(
    refreshed: Callable[..., Any], book: Book
) -> None:
    book = opened(refreshed, book)
    in_time = {**book, "offers": [offer(by="seller", on=datetime(2026, 3, 7, 23, 59))]}
    too_late = {**book, "offers": [offer(by="seller", on=datetime(2026, 3, 8))]}
    assert refreshed(in_time, date(2026, 3, 9)).node("seller_answer")["state"] == "done"
    assert refreshed(too_late, date(2026, 3, 9)).node("seller_answer")["state"] == "defaulted"


@pytest.mark.parametrize(("hour", "state"), [(9, "done"), (10, "defaulted"), (11, "defaulted"), (0, "done")])
def test_an_answer_at_the_very_hour_is_too_late_and_a_day_without_an_hour_is_not(
    refreshed: Callable[..., Any], hour: int, state: str
) -> None:
    """TikTok Shop: 48 hours, else approved by itself. 00:00 is how a cell holds a plain day."""
    book: Book = {
        "purchases": [{"id": "P-0001", "item": "Tent", "price": 10.0, "platform": "tiktok_shop"}],
        "disputes": [
            {
                "dispute_id": "D-2026-0001",
                "order": "P-0001",
                "type": "product_damage",
                "opened_on": datetime(2026, 3, 2, 10),
                "filed_on": datetime(2026, 3, 2, 10),
            }
        ],
        "offers": [offer(on=datetime(2026, 3, 2, 12), answer="rejected", answered_on=datetime(2026, 3, 4, hour))],
    }
    node = refreshed(book, date(2026, 3, 5)).node("seller_answer")
    assert (node["due"], node["state"]) == (datetime(2026, 3, 4, 10), state)


def test_an_offer_of_the_seller_is_an_answer_on_every_platform(refreshed: Callable[..., Any]) -> None:
    for platform in ("ebay", "tiktok_shop", "shopee", "1688"):
        book: Book = {
            "purchases": [{"id": "P-0001", "item": "Tent", "price": 10.0, "platform": platform}],
            "disputes": [
                {
                    "dispute_id": "D-2026-0001",
                    "order": "P-0001",
                    "type": "not_received",
                    "opened_on": datetime(2026, 3, 2),
                    "filed_on": datetime(2026, 3, 2),
                }
            ],
        }
        assert refreshed(book, date(2026, 3, 3)).node("seller_answer")["state"] != "done"
        answered = refreshed({**book, "offers": [offer(by="seller", on=datetime(2026, 3, 2, 9))]}, date(2026, 3, 3))
        assert answered.node("seller_answer")["state"] == "done", platform
        asked = refreshed({**book, "offers": [offer(by="buyer", on=datetime(2026, 3, 2, 9))]}, date(2026, 3, 3))
        assert asked.node("seller_answer")["state"] != "done", platform


def test_an_offer_of_the_buyer_brings_its_own_date(refreshed: Callable[..., Any], book: Book) -> None:
    book = {**opened(refreshed, book), "offers": [offer()]}
    after = refreshed(book, date(2026, 3, 4))
    assert after.node("seller_answer", "O-0001")["last_day"] == date(2026, 3, 8)
    assert after.node("seller_answer")["state"] == "done"
    assert after.rows("offers")[0]["answer_due"] == datetime(2026, 3, 8)
    assert after.rows("offers")[0]["effect"] == "waiting"


def test_changing_the_application_starts_the_clock_anew(refreshed: Callable[..., Any], book: Book) -> None:
    book = {**opened(refreshed, book), "offers": [offer(answer="modified", answered_on=datetime(2026, 3, 6, 15))]}
    after = refreshed(book, date(2026, 3, 9))
    assert after.node("seller_answer", "O-0001")["last_day"] == date(2026, 3, 11)
    assert after.rows("offers")[0]["effect"] == "restarted"


def test_a_rejection_escalates_and_leaves_three_natural_days_over_the_weekend(
    refreshed: Callable[..., Any], book: Book
) -> None:
    friday = datetime(2026, 3, 6, 18)
    book = {**opened(refreshed, book), "offers": [offer(by="seller", answer="rejected", answered_on=friday)]}
    after = refreshed(book, date(2026, 3, 7))
    assert after.node("vouchers")["last_day"] == date(2026, 3, 9)
    assert after.node("vouchers")["acts"] == "seller"
    assert after.rows("offers")[0]["effect"] == "escalates"
    assert after.case["stage"] == "appeal"
    assert refreshed(book, date(2026, 3, 10)).node("vouchers")["state"] == "defaulted"


def test_the_ruling_takes_two_working_days_of_china(refreshed: Callable[..., Any]) -> None:
    book: Book = {
        "disputes": [
            {
                "dispute_id": "D-2026-0001",
                "type": "not_received",
                "platform": "agreement",
                "opened_on": datetime(2026, 2, 2),
                "filed_on": datetime(2026, 2, 2),
                "appealed_on": datetime(2026, 2, 12),
            }
        ]
    }
    assert refreshed(book, date(2026, 2, 12)).node("ruling")["last_day"] == date(2026, 2, 14)  # a make-up Saturday


def test_asking_the_platform_starts_the_ruling(refreshed: Callable[..., Any], book: Book) -> None:
    book = {**opened(refreshed, book), "offers": [offer(kind="platform_decides", on=datetime(2026, 3, 5))]}
    after = refreshed(book, date(2026, 3, 5))
    assert after.node("ruling")["last_day"] == date(2026, 3, 9)
    assert not [row for row in after.rows("deadlines") if row["key"].endswith("O-0001")]


def test_our_promise_counts_hours_from_the_minute_or_from_the_day(refreshed: Callable[..., Any]) -> None:
    case = {"dispute_id": "D-2026-0001", "type": "product_damage", "grade": "minor", "customer": "Ana"}
    minute, day = (
        refreshed({"disputes": [{**case, "opened_on": opened}]}, OPENED, promise_after_day=False).node("completion")
        for opened in (datetime(2026, 3, 2, 10, 30), datetime(2026, 3, 2))
    )
    assert (minute["due"], minute["last_day"]) == (datetime(2026, 3, 3, 10, 30), date(2026, 3, 3))
    assert (day["due"], day["last_day"]) == (datetime(2026, 3, 2), date(2026, 3, 2))
    assert minute["when_late"] == "overdue"


@pytest.mark.parametrize(("grade", "last"), [("minor", date(2026, 3, 3)), ("escalation", date(2026, 3, 5))])
def test_shoppers_who_type_a_day_have_the_whole_hours_after_it(
    refreshed: Callable[..., Any], grade: str, last: date
) -> None:
    case = {
        "dispute_id": "D-2026-0001",
        "type": "product_damage",
        "customer": "Ana",
        "grade": grade,
        "opened_on": datetime(2026, 3, 2),
    }
    node = refreshed({"disputes": [case]}, OPENED).node("completion")
    assert (node["due"], node["last_day"]) == (datetime.combine(last, time()), last)


def test_another_urgency_gives_another_promise_from_the_same_start(refreshed: Callable[..., Any]) -> None:
    case = {
        "dispute_id": "D-2026-0001",
        "type": "product_damage",
        "customer": "Ana",
        "opened_on": datetime(2026, 3, 2, 10),
    }
    due = [
        refreshed({"disputes": [{**case, "grade": grade}]}, OPENED).node("completion")["due"]
        for grade in ("minor", "escalation")
    ]
    assert due == [datetime(2026, 3, 3, 10), datetime(2026, 3, 5, 10)]


def waited(**cells: Any) -> Book:
    """A customer's case in which we waited from Monday to Wednesday, each at noon."""
    return {
        "disputes": [
            {
                "dispute_id": "D-2026-0001",
                "type": "product_damage",
                "platform": "agreement",
                "customer": "Ana",
                "opened_on": datetime(2026, 3, 2, 10),
                "grade": "minor",
                **cells,
            }
        ],
        "log": [
            {"dispute": "D-2026-0001", "at": datetime(2026, 3, 2, 12), "kind": "waiting", "direction": "out"},
            {"dispute": "D-2026-0001", "at": datetime(2026, 3, 4, 12), "direction": "in"},
        ],
    }


def test_our_clock_stands_still_while_we_wait_and_the_platforms_does_not(refreshed: Callable[..., Any]) -> None:
    after = refreshed(waited(), date(2026, 3, 4))
    assert after.node("completion")["due"] == datetime(2026, 3, 5, 10)
    assert after.case["waited_days"] == 2
    filed = refreshed(waited(filed_on=datetime(2026, 3, 2, 10)), date(2026, 3, 4))
    assert filed.node("seller_answer")["last_day"] == date(2026, 3, 7)


def test_our_promise_rests_while_the_other_side_has_its_time_and_goes_on_after_it(
    refreshed: Callable[..., Any],
) -> None:
    """Filed after two of the 24 hours: the seller has until Saturday, or until he answers."""
    book = waited(filed_on=datetime(2026, 3, 2, 12))
    assert refreshed(book, date(2026, 3, 6)).node("completion")["state"] == "paused"
    assert refreshed(book, date(2026, 3, 8)).node("completion")["due"] == datetime(2026, 3, 8, 22)
    book["disputes"][0].update(their_answer="partly", answered_on=date(2026, 3, 5))
    assert refreshed(book, date(2026, 3, 6)).node("completion")["due"] == datetime(2026, 3, 5, 22)


def test_a_wait_that_goes_on_shows_as_paused(refreshed: Callable[..., Any]) -> None:
    book: Book = {
        "disputes": [
            {
                "dispute_id": "D-2026-0001",
                "type": "product_damage",
                "customer": "Ana",
                "opened_on": datetime(2026, 3, 2, 10),
                "grade": "minor",
                "waiting_for": "seller",
                "waiting_since": datetime(2026, 3, 2, 12),
            }
        ]
    }
    for today, day in ((2, 3), (20, 21), (21, 22)):
        after = refreshed(book, date(2026, 3, today))
        assert (after.node("completion")["state"], after.node("completion")["due"]) == (
            "paused",
            datetime(2026, 3, day),
        ), "as if it ended now"
        assert after.case["next_step"] != "Settle the case: our promise" and after.case["waited_days"] == max(
            0, today - 3
        )
    assert why(after, "completion")[-2:] == [
        "Paused while we wait for the other side.",
        "The last good day is 2026-03-22.",
    ]


@pytest.mark.parametrize(
    ("result", "days", "state"),
    [
        ("agreed", 1, "not_applicable"),
        ("ruled_for_us", 1, "not_applicable"),
        ("ruled_against_us", 1, "on_track"),
        ("ruled_shared", 30, "due_today"),
        ("ruled_against_us", 31, "not_applicable"),
    ],
)
def test_one_may_appeal_against_what_others_decided_while_there_is_time(
    refreshed: Callable[..., Any], result: str, days: int, state: str
) -> None:
    """Nobody is told of a right that cannot be used any more."""
    sale = {
        "id": "S-0001",
        "item": "Lamp",
        "customer": "Ana",
        "price": 60.0,
        "currency": "EUR",
        "platform": "ebay",
        "sold_on": OPENED,
    }
    case = {
        "dispute_id": "D-2026-0001",
        "order": "S-0001",
        "type": "not_received",
        "opened_on": datetime.combine(OPENED, time()),
        "refund_received_on": OPENED,
        "result": result,
        "closed_on": OPENED,
    }
    after = refreshed({"sales": [sale], "disputes": [case]}, OPENED + timedelta(days))
    assert after.node("appeal")["state"] == state
    assert (after.case.get("next_step") == "Appeal against the decision; write it under Done on in Deadlines") == (
        state != "not_applicable"
    )


def test_done_on_wins_over_every_date(refreshed: Callable[..., Any], book: Book) -> None:
    book = opened(refreshed, book)
    row_of(book, "D-2026-0001/seller_answer/1")["done_on"] = datetime(2026, 3, 20)
    node = refreshed(book, date(2026, 3, 21)).node("seller_answer")
    assert node["state"] == "done" and "days_left" not in node


def test_a_done_node_starts_the_next(refreshed: Callable[..., Any], book: Book) -> None:
    nodes = "report, evidence, responsibility, plan, implementation, completion, refund, feedback"
    book = served(refreshed, book, own_nodes=nodes)
    row_of(book, "D-2026-0001/plan/1")["done_on"] = datetime(2026, 3, 5)
    after = refreshed(book, date(2026, 3, 6), own_nodes=nodes)
    assert after.node("implementation")["last_day"] == date(2026, 3, 12)
    assert after.node("feedback")["state"] == "waiting"


def test_an_agreed_date_wins_over_the_computed_one(refreshed: Callable[..., Any], book: Book) -> None:
    book = served(refreshed, book)
    row_of(book, "D-2026-0001/plan/1")["agreed_date"] = datetime(2026, 4, 1)
    node = refreshed(book, date(2026, 3, 31)).node("plan")
    assert (node["state"], node["days_left"], node["due"]) == ("due_soon", 1, datetime(2026, 4, 1))
    assert node["where_the_date_comes_from"] == "The agreed date that you wrote."


def test_a_waived_row_leaves_the_case(refreshed: Callable[..., Any], book: Book) -> None:
    book = opened(refreshed, book)
    for row in book["deadlines"]:
        row["waived"] = "not worth it"
    after = refreshed(book, date(2026, 5, 1))
    assert {row["state"] for row in after.rows("deadlines")} == {"waived"}
    assert after.case["state"] == "open" and after.case["progress"] == 1.0


def test_closing_ends_what_is_open_and_keeps_the_closing_steps(refreshed: Callable[..., Any], book: Book) -> None:
    book = served(refreshed, book)
    book["disputes"][0].update(
        closed_on=date(2026, 3, 5), result="agreed", root_cause="poor_packing", refund_promised=date(2026, 3, 5)
    )
    after = refreshed(book, date(2026, 3, 6))
    assert after.node("plan")["state"] == after.node("ruling")["state"] == "not_applicable"
    assert after.node("completion")["state"] == "done"
    assert after.node("refund")["state"] == "on_track"
    assert after.case["state"] == "closed" and after.case["stage"] == "closure"


def test_an_agreement_leaves_only_the_steps_that_carry_it_out(refreshed: Callable[..., Any], book: Book) -> None:
    book = {**served(refreshed, book), "offers": [offer(answer="accepted", answered_on=datetime(2026, 3, 4))]}
    after = refreshed(book, date(2026, 3, 20))
    assert after.node("evidence")["state"] == after.node("ruling")["state"] == "not_applicable"
    assert after.node("plan")["state"] == after.node("seller_answer", "O-0001")["state"] == "done"
    assert after.node("refund")["started"] == datetime(2026, 3, 4)
    assert after.case["stage"] == "closure"


def test_a_ruling_leaves_no_solution_to_agree_on(refreshed: Callable[..., Any], book: Book) -> None:
    book = served(refreshed, book)
    book["disputes"][0].update(appealed_on=datetime(2026, 3, 6), result="ruled_for_us")
    after = refreshed(book, date(2026, 3, 9))
    assert after.node("plan")["state"] == "not_applicable" and after.node("completion")["state"] == "overdue"
    agreed = date(2026, 3, 9)
    book["disputes"][0].update(plan="replacement", confirmed_by_us_on=agreed, confirmed_by_customer_on=agreed)
    assert refreshed(book, date(2026, 3, 9)).node("implementation")["last_day"] == date(2026, 3, 16)


@pytest.mark.parametrize(
    ("orders", "effect"),
    [("purchases", "You may ask eBay to step in."), ("sales", "The other side may ask eBay to step in.")],
)
def test_what_silence_brings_is_said_to_the_side_that_we_are_on(
    refreshed: Callable[..., Any], orders: str, effect: str
) -> None:
    order = {"item": "Tent", "price": 120.0, "platform": "ebay", "problem": "product_damage", "noticed_on": OPENED}
    assert (
        refreshed({orders: [{"id": "X-0001", **order}]}, OPENED).node("seller_answer")["if_nothing_happens"] == effect
    )


def test_withdrawing_ends_the_case_but_for_its_result(refreshed: Callable[..., Any], book: Book) -> None:
    book = {**served(refreshed, book), "offers": [offer(answer="withdrawn", answered_on=datetime(2026, 3, 4))]}
    after = refreshed(book, date(2026, 3, 4))
    assert after.rows("offers")[0]["effect"] == "ended"
    assert after.node("vouchers")["state"] == "not_applicable"
    assert after.node("plan")["state"] == "not_applicable"
    assert after.case["next_step"] == "Write the result and the day it ended."


def test_the_refund_is_due_as_the_seller_promised(refreshed: Callable[..., Any], book: Book) -> None:
    book["purchases"][0]["refund_days"] = 5
    book = opened(refreshed, book)
    book["disputes"][0]["refund_promised"] = date(2026, 3, 4)
    after = refreshed(book, date(2026, 3, 9))
    assert (after.node("refund")["state"], after.node("refund")["last_day"]) == ("due_today", date(2026, 3, 9))
    assert (
        after.node("refund")["where_the_date_comes_from"] == "The seller's refund days, from the promise or the goods."
    )
    book["disputes"][0]["refund_received_on"] = date(2026, 3, 8)
    assert refreshed(book, date(2026, 3, 9)).node("refund")["state"] == "done"


def test_rows_not_called_for_any_more_keep_what_was_typed(refreshed: Callable[..., Any], book: Book) -> None:
    book = {**opened(refreshed, book), "offers": [offer()]}
    book = refreshed(book, OPENED).typed()
    row_of(book, "D-2026-0001/seller_answer/O-0001")["note"] = "called them"
    book["offers"] = []
    node = refreshed(book, OPENED).node("seller_answer", "O-0001")
    assert (node["state"], node["note"]) == ("not_applicable", "called them")


def test_people_may_have_reminders_of_their_own(refreshed: Callable[..., Any], book: Book) -> None:
    book = opened(refreshed, book)
    book["deadlines"].append(
        {"what_to_do": "Call the shop", "agreed_date": datetime(2026, 3, 4), "dispute": "D-2026-0001"}
    )
    reminder = refreshed(book, date(2026, 3, 5)).rows("deadlines")[-1]
    assert reminder["key"] == "R-0001" and reminder["what_to_do"] == "Call the shop"
    assert (reminder["state"], reminder["days_left"], reminder["item_and_seller"]) == ("overdue", -1, "Tent · Shop A")


def test_a_reminder_without_a_case_is_fine(refreshed: Callable[..., Any]) -> None:
    after = refreshed(
        {"deadlines": [{"what_to_do": "Renew the insurance", "agreed_date": datetime(2026, 3, 9)}]}, OPENED
    )
    assert after.rows("deadlines")[0]["state"] == "on_track"


def test_rows_of_a_case_that_is_gone_say_nothing(refreshed: Callable[..., Any], book: Book) -> None:
    book = opened(refreshed, book)
    book["purchases"], book["disputes"] = [], []
    assert not [
        row for row in refreshed(book, OPENED).rows("deadlines") if row.get("state") not in (None, "not_applicable")
    ]


def test_a_second_refresh_changes_nothing(refreshed: Callable[..., Any], book: Book) -> None:
    once = refreshed({**book, "offers": [offer()]}, OPENED)
    twice = refreshed(once.typed(), OPENED)
    for table in ("disputes", "deadlines", "offers", "evidence"):
        assert twice.rows(table) == once.rows(table)


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_of_the_rows_does_not_matter(refreshed: Callable[..., Any], book: Book, order: int) -> None:
    book = {
        **opened(refreshed, book),
        "offers": [offer(), offer(id="O-0002", by="seller", on=datetime(2026, 3, 5))][::order],
    }
    book["deadlines"] = book["deadlines"][::order]
    found = refreshed(book, date(2026, 3, 6))
    assert found.node("seller_answer", "O-0001")["last_day"] == date(2026, 3, 8)
    assert (
        found.case["next_step"]
        == refreshed({**book, "deadlines": book["deadlines"][::-1]}, date(2026, 3, 6)).case["next_step"]
    )


moments = st.datetimes(datetime(2026, 3, 2), datetime(2026, 3, 20)).map(
    lambda at: at.replace(minute=0, second=0, microsecond=0)
)
made_offers = st.lists(
    st.fixed_dictionaries(
        {
            "on": moments,
            "by": st.sampled_from(["buyer", "seller", "platform"]),
            "kind": st.sampled_from(["full_refund", "refund_with_return", "coupon"]),
        },
        optional={
            "answer": st.sampled_from(["accepted", "rejected", "countered", "withdrawn", "modified"]),
            "answered_on": moments,
        },
    ),
    max_size=4,
)
logged = st.lists(
    st.fixed_dictionaries(
        {
            "at": moments,
            "kind": st.sampled_from(["waiting", "resumed", "query"]),
            "direction": st.sampled_from(["in", "out"]),
        }
    ),
    max_size=5,
)


@settings(max_examples=25)
@given(
    made_offers,
    logged,
    st.sampled_from(["agreement", "paypal", "ebay", "tiktok_shop", "aliexpress"]),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_the_order_in_which_events_were_entered_does_not_matter(
    refreshed: Callable[..., Any],
    offers: list[dict[str, Any]],
    log: list[dict[str, Any]],
    platform: str,
    buying: bool,
    random: Any,
) -> None:
    orders = "purchases" if buying else "sales"
    book: Book = {
        orders: [{"id": "X-0001", "item": "Tent", "price": 10.0, "platform": platform}],
        "disputes": [
            {
                "dispute_id": "D-2026-0001",
                "order": "X-0001",
                "type": "product_damage",
                "opened_on": datetime(2026, 3, 2, 9),
                "filed_on": datetime(2026, 3, 2, 9),
            }
        ],
        "offers": [{"id": f"O-{n:04}", "dispute": "D-2026-0001", **row} for n, row in enumerate(offers)],
        "log": [{"id": f"L-{n:04}", "dispute": "D-2026-0001", **row} for n, row in enumerate(log)],
    }
    first = refreshed(book, date(2026, 3, 21))
    mixed = refreshed(
        {table: random.sample(rows, len(rows)) for table, rows in first.typed().items()}, date(2026, 3, 21)
    )
    assert mixed.case == first.case
    assert {row["key"]: row for row in mixed.rows("deadlines")} == {row["key"]: row for row in first.rows("deadlines")}


def test_an_unknown_zone_of_days_never_makes_a_date_later(refreshed: Callable[..., Any], book: Book) -> None:
    for zone in ("Asia/Shanghai", "America/Los_Angeles", "Pacific/Kiritimati"):
        node = refreshed(opened(refreshed, book), OPENED, zone=zone).node("seller_answer")
        assert node["last_day"] == date(2026, 3, 7)


def _row(**cells: Any) -> tuple[Node, NodeDate]:
    """What people typed in a row of Deadlines, and what was found out of it."""
    kinds = ({field.name for field in record.fields} for record in (Node, NodeDate))
    typed, found = ({key: value for key, value in cells.items() if key in kind} for kind in kinds)
    return Node(**typed), NodeDate(**found)


@pytest.mark.parametrize(
    ("cells", "word"),
    [
        ({}, None),
        ({"last_day": date(2026, 3, 2)}, "due_today"),
        ({"last_day": date(2026, 3, 1)}, "overdue"),
        ({"last_day": date(2026, 3, 1), "when_late": "defaulted"}, "defaulted"),
        ({"last_day": date(2026, 3, 1), "phase": "waiting"}, "waiting"),
        ({"phase": "waiting", "agreed_date": datetime(2026, 3, 9)}, "on_track"),
        ({"phase": "done", "agreed_date": datetime(2026, 3, 1)}, "done"),
        ({"phase": "not_applicable", "agreed_date": datetime(2026, 3, 1)}, "not_applicable"),
        ({"phase": "not_applicable", "done_on": datetime(2026, 3, 1)}, "done"),
        ({"waived": "no", "done_on": datetime(2026, 3, 1)}, "waived"),
    ],
)
def test_state_says_what_the_formula_says(policy: Any, cells: dict[str, Any], word: str | None) -> None:
    assert deadlines.state(*_row(**cells), today=OPENED, policy=policy) == word


def test_explain_says_why(policy: Any) -> None:
    from kakosheet.policy.loader import load_titles

    assert deadlines.state.why is not None
    told = deadlines.state.why(*_row(last_day=date(2026, 3, 7)), today=OPENED, policy=policy, say=load_titles("en").say)
    assert told == ["The last good day is 2026-03-07.", "5 days left; 3 or fewer is soon."]


def why(after: Any, step: str, offer: str = "1") -> list[str]:
    """What `explain` says of a date, without the rule and its source."""
    rule, run = deadlines.chains, after.run
    at = run.tables["deadlines"].columns["key"].index(f"D-2026-0001/{step}/{offer}")
    assert rule.why is not None
    return rule.why(at, *map(run.lookup.rows, rule.reads), **run.context_of(rule.why))[2:]


def test_explain_counts_the_days_one_by_one(refreshed: Callable[..., Any]) -> None:
    book = {
        "disputes": [
            {
                "dispute_id": "D-2026-0001",
                "type": "not_received",
                "platform": "agreement",
                "opened_on": datetime(2026, 2, 2),
                "filed_on": datetime(2026, 2, 2),
                "appealed_on": datetime(2026, 2, 12),
            }
        ]
    }
    assert why(refreshed(book, date(2026, 2, 12)), "ruling") == [
        "Platform asked to decide on 2026-02-12: the clock starts.",
        "2026-02-13: day 1.",
        "2026-02-14: day 2, a make-up working day.",
        "Due 2026-02-14.",
    ]


def test_explain_names_every_day_that_is_skipped(refreshed: Callable[..., Any]) -> None:
    book = {
        "disputes": [
            {
                "dispute_id": "D-2026-0001",
                "type": "not_received",
                "platform": "agreement",
                "opened_on": datetime(2026, 2, 2),
                "filed_on": datetime(2026, 2, 2),
                "appealed_on": datetime(2026, 9, 30),
            }
        ]
    }
    told = why(refreshed(book, date(2026, 10, 1)), "ruling")
    assert told[-1] == "Due 2026-10-09." and "2026-10-10" not in "".join(told)
    assert [line[:10] for line in told if line.endswith("not counted.")] == [f"2026-10-0{day}" for day in range(1, 8)]


def test_explain_tells_pauses_of_our_clock_and_that_the_platforms_has_none(refreshed: Callable[..., Any]) -> None:
    after = refreshed(waited(), date(2026, 3, 4))
    assert "2026-03-02 12:00 to 2026-03-04 12:00: paused, not counted." in why(after, "completion")
    assert why(after, "completion")[-1] == "Due 2026-03-05 10:00."
    after = refreshed(waited(filed_on=datetime(2026, 3, 2, 10)), date(2026, 3, 4))
    assert "The platform's clock does not stop while you wait." in why(after, "seller_answer")
    assert why(after, "seller_answer")[-1] == "If nothing happens: The buyer's choice stands."


def test_a_change_leaves_the_clock_alone_where_settings_say_so(refreshed: Callable[..., Any], book: Book) -> None:
    book = {**opened(refreshed, book), "offers": [offer(answer="modified", answered_on=datetime(2026, 3, 6))]}
    after = refreshed(book, date(2026, 3, 7), restart_on_change=False)
    assert (after.node("seller_answer", "O-0001")["last_day"], after.rows("offers")[0]["effect"]) == (
        date(2026, 3, 8),
        "waiting",
    )
    assert why(after, "seller_answer", "O-0001")[0] == "Offer made on 2026-03-03: the clock starts."


def test_explain_tells_that_a_change_started_the_clock_anew(refreshed: Callable[..., Any], book: Book) -> None:
    book = {**opened(refreshed, book), "offers": [offer(answer="modified", answered_on=datetime(2026, 3, 6))]}
    assert why(refreshed(book, date(2026, 3, 6)), "seller_answer", "O-0001")[0] == (
        "The application was changed on 2026-03-06: the clock starts anew."
    )


def test_explain_tells_what_a_date_waits_for_and_that_one_was_agreed(refreshed: Callable[..., Any], book: Book) -> None:
    book, silence = opened(refreshed, book), "If nothing happens: It is decided on the evidence that is there."
    assert why(refreshed(book, OPENED), "vouchers") == ["It waits for: Escalated.", silence]
    row_of(book, "D-2026-0001/vouchers/1")["agreed_date"] = datetime(2026, 3, 9)
    assert why(refreshed(book, OPENED), "vouchers") == [
        "It waits for: Escalated.",
        "Agreed for 2026-03-09, which wins over the computed date.",
        silence,
    ]


def test_explain_ends_with_the_day_of_the_cell_where_hours_end_at_midnight(refreshed: Callable[..., Any]) -> None:
    book = {
        "disputes": [
            {
                "dispute_id": "D-2026-0001",
                "type": "product_damage",
                "customer": "Ana",
                "opened_on": datetime(2026, 3, 2),
                "grade": "minor",
            }
        ]
    }
    after = refreshed(book, OPENED)
    last = after.node("completion")["last_day"]
    assert why(after, "completion")[-2:] == [f"Due {last + timedelta(1)} 00:00.", f"The last good day is {last}."]


def test_explain_names_the_plan_where_the_refund_has_its_day_from_it(refreshed: Callable[..., Any], book: Book) -> None:
    book = opened(refreshed, book)
    book["disputes"][0].update(plan="refund", plan_due=date(2026, 3, 20), confirmed_by_us_on=date(2026, 3, 4))
    after = refreshed(book, date(2026, 3, 5))
    assert after.node("refund")["due"] == datetime(2026, 3, 20)
    assert after.node("refund")["where_the_date_comes_from"] == "The plan names 2026-03-20."
    at = after.run.tables["deadlines"].columns["key"].index("D-2026-0001/refund/1")
    assert deadlines.chains.why is not None
    told = deadlines.chains.why(
        at, *map(after.run.lookup.rows, deadlines.chains.reads), **after.run.context_of(deadlines.chains.why)
    )
    assert "The plan names 2026-03-20." in told and not any("14 days" in line or "refund days" in line for line in told)


def test_what_is_done_on_a_day_that_nobody_wrote_has_no_day(refreshed: Callable[..., Any], book: Book) -> None:
    """A platform's answer without a day is neither in time nor late, and was not given before it was asked for."""
    book = opened(refreshed, book)
    book["disputes"][0].update(appealed_on=datetime(2026, 3, 6), platforms_answer="Refund.", description="crushed")
    after = refreshed(book, date(2026, 3, 9))
    assert after.node("ruling")["state"] == "done" and "ended" not in after.node("ruling")
    assert why(after, "ruling")[-1] == "It is done: what happened in the case ended it."
    row_of(book, "D-2026-0001/ruling/1")["done_on"] = datetime(2026, 3, 9)
    assert refreshed(book, date(2026, 3, 9)).node("ruling")["ended"] == datetime(2026, 3, 9)


def test_explain_names_holidays_in_the_language_of_the_book() -> None:
    from kakosheet.policy.calendars import holiday_in

    new_year = date(2026, 2, 17)
    assert "春节" in holiday_in(new_year, "CN", "zh") and "Spring Festival" in holiday_in(new_year, "CN", "en")
    assert holiday_in(date(2026, 12, 25), "US", "zh") == "Christmas Day" and holiday_in(
        date(2026, 2, 22), "CN", "zh"
    ) == holiday_in(date(2026, 2, 22), "CN", "en")


def test_done_before_it_began_is_a_fault() -> None:
    found = deadlines.row_makes_sense(
        Node(key="D-2026-0001/plan/1", what_to_do="x", done_on=datetime(2026, 3, 1)),
        NodeDate(started=datetime(2026, 3, 2)),
        today=OPENED,
        say=lambda text, **values: text,
    )
    assert [(fault.column, fault.code, fault.severity) for fault in found] == [("done_on", "K312", "error")]


def test_time_of_day_never_changes_a_day_clock(refreshed: Callable[..., Any]) -> None:
    case = {"dispute_id": "D-2026-0001", "type": "product_damage", "platform": "agreement"}
    for at in (time(0, 1), time(23, 59)):
        book = {"disputes": [{**case, "opened_on": datetime(2026, 3, 2), "filed_on": datetime.combine(OPENED, at)}]}
        assert refreshed(book, OPENED).node("seller_answer")["last_day"] == date(2026, 3, 7)


@pytest.mark.parametrize(
    ("last", "told"),
    [
        (date(2026, 3, 3), "1 day left; 3 or fewer is soon."),
        (date(2026, 3, 1), "That was 1 day ago."),
        (date(2026, 2, 27), "That was 3 days ago."),
    ],
)
def test_one_day_is_one_day(last: date, told: str) -> None:
    from kakosheet.policy.loader import load_titles
    from kakosheet.sheets.deadlines.state import left_text

    assert left_text(last, date(2026, 3, 2), 3, load_titles("en").say) == told
