"""What was agreed becomes dates and amounts; a refund is followed until the money is there; a return must be worth its cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from kakosheet.policy.loader import load_titles
from kakosheet.sheets.casework.case import Case
from kakosheet.sheets.disputes import refusal_has_a_day

Book = dict[str, list[dict[str, Any]]]
DAY = date(2026, 3, 2)
ALL = "report, evidence, responsibility, plan, implementation, completion, refund, feedback"


def book(*, offers: list[dict[str, Any]] | None = None, sale: bool = False, **cells: Any) -> Book:
    order = {"id": "P-0001", "item": "Tent", "seller": "Shop A", "price": 120.0, "currency": "EUR"}
    sold = {"id": "S-0001", "item": "Tent", "customer": "Ana", "price": 120.0, "currency": "EUR"}
    case = {
        "dispute_id": "D-2026-0001",
        "order": "S-0001" if sale else "P-0001",
        "type": "product_damage",
        "opened_on": datetime(2026, 3, 2),
        "filed_on": datetime(2026, 3, 2),
        "demand": "refund",
        **cells,
    }
    return {
        "sales" if sale else "purchases": [sold if sale else order],
        "disputes": [case],
        "offers": [
            {"id": "O-0001", "dispute": "D-2026-0001", "on": datetime(2026, 3, 3), "by": "seller", **offer}
            for offer in offers or []
        ],
    }


REPLACEMENT = {"plan": "replacement", "plan_due": date(2026, 3, 11), "confirmed_by_us_on": date(2026, 3, 4)}


def test_a_replacement_within_seven_days_becomes_a_date_of_the_seller(refreshed: Callable[..., Any]) -> None:
    for nodes in (ALL, "evidence, plan, completion, refund"):
        after = refreshed(book(**REPLACEMENT), date(2026, 3, 5), own_nodes=nodes)
        node = after.node("implementation")
        assert (node["last_day"], node["acts"], node["started"]) == (date(2026, 3, 11), "seller", datetime(2026, 3, 4))


def test_without_a_day_of_its_own_the_plan_has_the_days_of_the_rules(refreshed: Callable[..., Any]) -> None:
    after = refreshed(book(**{**REPLACEMENT, "plan_due": None}), date(2026, 3, 5))
    assert after.node("implementation")["last_day"] == date(2026, 3, 11)


def test_on_a_sale_carrying_it_out_is_ours_and_waits_for_the_customers_yes(refreshed: Callable[..., Any]) -> None:
    typed = book(sale=True, **REPLACEMENT)
    waiting = refreshed(typed, date(2026, 3, 5)).node("implementation")
    assert waiting["state"] == "waiting" and waiting["acts"] == "we"
    typed["disputes"][0]["confirmed_by_customer_on"] = date(2026, 3, 6)
    agreed = refreshed(typed, date(2026, 3, 6)).node("implementation")
    assert (agreed["started"], agreed["last_day"]) == (datetime(2026, 3, 6), date(2026, 3, 11))


def test_the_next_step_names_the_plan(refreshed: Callable[..., Any]) -> None:
    typed = book(description="broken", **REPLACEMENT)
    typed = refreshed(typed, DAY).typed()
    for row in typed["deadlines"]:
        if "/implementation/" not in row["key"]:
            row["waived"] = "no"
    assert refreshed(typed, date(2026, 3, 5)).case["next_step"] == "Waiting for Shop A until 11 Mar: Send a replacement"


@pytest.mark.parametrize(
    ("cells", "amount"),
    [
        ({"plan": "partial_refund", "plan_percent": 0.5, "amount": 120.0}, 60.0),
        ({"plan": "refund"}, 120.0),
        ({"plan": "return_refund", "amount": 80.0}, 120.0),
        ({"plan": "compensation", "amount": 30.0}, 30.0),
        ({"plan": "replacement"}, None),
        ({}, None),
    ],
)
def test_a_plan_in_percent_is_an_amount(
    refreshed: Callable[..., Any], cells: dict[str, Any], amount: float | None
) -> None:
    assert refreshed(book(**cells), DAY).case.get("plan_amount") == amount


HALF = {
    "plan": "partial_refund",
    "plan_percent": 0.5,
    "plan_due": date(2026, 3, 9),
    "confirmed_by_us_on": date(2026, 3, 4),
}


def test_a_refund_of_half_is_due_on_its_day_and_owed_until_it_is_there(refreshed: Callable[..., Any]) -> None:
    after = refreshed(book(**HALF), date(2026, 3, 5))
    assert after.case["refund_due"] == date(2026, 3, 9) and after.case["still_owed"] == 60.0
    assert (after.node("refund")["last_day"], after.node("refund")["acts"]) == (date(2026, 3, 9), "seller")
    late = refreshed(book(**HALF, money_back=20.0), date(2026, 3, 10))
    assert late.case["still_owed"] == 40.0 and late.node("refund")["state"] == "overdue"
    paid = refreshed(book(**HALF, money_back=60.0, refund_received_on=date(2026, 3, 9)), date(2026, 3, 10))
    assert "still_owed" not in paid.case and paid.node("refund")["state"] == "done"


def test_a_plan_that_is_only_proposed_binds_nobody(refreshed: Callable[..., Any]) -> None:
    proposed = {key: value for key, value in HALF.items() if key != "confirmed_by_us_on"}
    after = refreshed(book(**proposed), date(2026, 3, 5))
    assert "refund_due" not in after.case and "still_owed" not in after.case
    assert after.node("refund")["state"] == "waiting"


def test_an_accepted_offer_of_money_is_owed_in_the_sellers_refund_days(refreshed: Callable[..., Any]) -> None:
    typed = book(
        offers=[{"kind": "partial_refund", "percent": 0.25, "answer": "accepted", "answered_on": datetime(2026, 3, 4)}]
    )
    typed["purchases"][0]["refund_days"] = 3
    after = refreshed(typed, date(2026, 3, 5))
    assert after.case["still_owed"] == 30.0
    assert after.case["refund_due"] == after.node("refund")["last_day"] == date(2026, 3, 7)


def test_with_a_return_the_refund_counts_from_the_goods(refreshed: Callable[..., Any]) -> None:
    offer = {"kind": "refund_with_return", "answer": "accepted", "answered_on": datetime(2026, 3, 4), "amount": 120.0}
    sent = book(offers=[offer], return_sent=date(2026, 3, 6))
    before = refreshed(sent, date(2026, 3, 8))
    assert before.node("refund")["state"] == "waiting" and "refund_due" not in before.case
    assert "the goods back" in before.case["stage_needs"]
    after = refreshed(
        book(offers=[offer], return_sent=date(2026, 3, 6), return_received=date(2026, 3, 20)), date(2026, 3, 21)
    )
    assert after.node("refund")["started"] == datetime(2026, 3, 20)
    assert after.case["refund_due"] == date(2026, 4, 3)
    assert "the money received" in after.case["stage_needs"]


def test_less_money_than_agreed_is_pointed_out(refreshed: Callable[..., Any]) -> None:
    run = refreshed(book(**HALF, money_back=20.0, refund_received_on=date(2026, 3, 9)), date(2026, 3, 10)).run
    assert ("money_back", "K309", "warning") in {
        (f.column, f.code, f.severity) for table, _, f in run.faults if table == "disputes"
    }


@pytest.mark.parametrize(
    ("cells", "settings", "offer"),
    [
        ({"return_cost": 130.0}, {}, "full_refund"),
        ({"return_cost": 130.0, "loss": 40.0}, {}, "partial_refund"),
        ({"return_cost": 120.0}, {}, "refund_with_return"),
        ({"return_cost": 70.0}, {"resale_share": 0.5}, "full_refund"),
        ({}, {"return_cost": 200.0}, "full_refund"),
        ({"return_cost": 5.0}, {"return_cost": 200.0}, "refund_with_return"),
        ({}, {}, None),
        ({"return_cost": 130.0, "closed_on": date(2026, 3, 2)}, {}, None),
    ],
)
@pytest.mark.parametrize("sale", [False, True])
def test_no_return_where_it_costs_more_than_it_brings(
    refreshed: Callable[..., Any], sale: bool, cells: dict[str, Any], settings: dict[str, Any], offer: str | None
) -> None:
    assert refreshed(book(sale=sale, **cells), DAY, **settings).case.get("suggested_offer") == offer


def test_asking_for_a_return_that_costs_too_much_is_pointed_out(refreshed: Callable[..., Any]) -> None:
    typed = {**book(return_cost=130.0, amount=120.0), "evidence": []}
    typed["disputes"][0]["demand"] = "refund_with_return"
    assert refreshed(typed, DAY).case["demand_check"] == "The return costs more than the goods bring."


@pytest.mark.parametrize(
    ("cells", "offers", "stage", "needs"),
    [
        ({"filed_on": None}, [], "initiation", "a description of it"),
        ({"filed_on": None, "told_on": DAY}, [], "evidence", "required evidence: 6 missing"),
        ({}, [], "evidence", "required evidence: 6 missing"),
        ({"description": "leg broken"}, [], "evidence", "required evidence: 6 missing"),
        ({"description": "leg broken", "appealed_on": datetime(2026, 3, 2)}, [], "appeal", "the platform's answer"),
        ({"result": "agreed"}, [], "closure", "the day it ended"),
        (
            {"result": "agreed", "refund_promised": date(2026, 3, 2)},
            [],
            "closure",
            "the day it ended; the money received",
        ),
        ({"filed_on": None, "waived": "not worth it"}, [], "initiation", None),
        ({"waived": "not worth it"}, [], "evidence", None),
    ],
)
def test_each_stage_says_what_it_lacks(
    refreshed: Callable[..., Any], cells: dict[str, Any], offers: list[dict[str, Any]], stage: str, needs: str | None
) -> None:
    found = refreshed(book(offers=offers, **cells), DAY).case
    assert (found["stage"], found.get("stage_needs")) == (stage, needs)


def test_negotiation_is_not_left_without_an_offer_or_a_message(refreshed: Callable[..., Any]) -> None:
    own = "evidence, completion, refund"
    typed = refreshed(book(description="leg broken", customer="Ana"), DAY, own_nodes=own).typed()
    next(row for row in typed["deadlines"] if "/evidence/" in row["key"])["done_on"] = datetime(2026, 3, 2)
    silent = refreshed(typed, DAY, own_nodes=own).case
    assert (silent["stage"], silent["stage_needs"]) == ("negotiation", "an offer or a message, written down")
    typed["log"] = [{"dispute": "D-2026-0001", "at": datetime(2026, 3, 2, 9), "direction": "out"}]
    assert refreshed(typed, DAY, own_nodes=own).case["stage"] == "closure"


def test_another_urgency_keeps_the_pause(refreshed: Callable[..., Any]) -> None:
    typed = book(grade="minor", customer="Ana", filed_on=None)
    typed["disputes"][0]["opened_on"] = datetime(2026, 3, 2, 10)
    typed["log"] = [
        {"dispute": "D-2026-0001", "at": datetime(2026, 3, 2, 12), "kind": "waiting", "direction": "out"},
        {"dispute": "D-2026-0001", "at": datetime(2026, 3, 4, 12), "direction": "in"},
    ]
    assert refreshed(typed, date(2026, 3, 4)).node("completion")["due"] == datetime(2026, 3, 5, 10)
    typed["disputes"][0]["grade"] = "escalation"
    assert refreshed(typed, date(2026, 3, 4)).node("completion")["due"] == datetime(2026, 3, 7, 10)


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (
            {"return_policy": "Final sale, no returns"},
            "The seller takes nothing back; ask without a return, or ask the platform.",
        ),
        (
            {"return_policy": "7 days, seller pays postage", "received": date(2026, 2, 20)},
            "The return window ended on 2026-02-27; ask without a return, or ask the platform.",
        ),
        ({"return_policy": "14 days", "received": date(2026, 2, 20)}, "Fits the loss; evidence is incomplete."),
    ],
)
def test_a_return_that_the_seller_never_promised_is_pointed_out(
    refreshed: Callable[..., Any], cells: dict[str, Any], told: str
) -> None:
    ends = {"return_window_ends": date(2026, 2, 27)} if "7 days" in cells["return_policy"] else {}
    typed = book(demand="refund_with_return", amount=100.0, loss=100.0)
    typed["purchases"][0] |= cells | ends
    assert refreshed(typed, DAY).case["demand_check"] == told


def test_every_customer_gets_the_same_remedy_on_every_channel(refreshed: Callable[..., Any]) -> None:
    sales = [
        {
            "id": f"S-000{n}",
            "item": "Lamp",
            "customer": "Ana",
            "price": 50.0,
            "currency": "EUR",
            "platform": platform,
            "sold_on": date(2026, 2, 20),
        }
        for n, platform in ((1, "ebay"), (2, "shopify"))
    ]
    cases = [
        {
            "dispute_id": f"D-2026-000{n}",
            "order": f"S-000{n}",
            "type": "wrong_item",
            "opened_on": datetime(2026, 3, 2),
            "filed_on": datetime(2026, 3, 2),
            "demand": "release",
            "grade": "refund",
            "plan": plan,
            "amount": 50.0,
        }
        for n, plan in ((1, "refund"), (2, "replacement"))
    ]
    told = [
        row["demand_check"]
        for row in refreshed({"sales": sales, "disputes": cases}, DAY, remedy_refund="replacement").rows("disputes")
    ]
    assert told[0] == "Not our usual way: Wants money back: Send a replacement." and "usual" not in told[1]
    assert all(
        "usual" not in row["demand_check"]
        for row in refreshed({"sales": sales, "disputes": cases}, DAY).rows("disputes")
    )


def said(day: int, who: str = "seller", direction: str = "in", **cells: Any) -> dict[str, Any]:
    return {
        "id": f"L-{day:04}",
        "dispute": "D-2026-0001",
        "at": datetime(2026, 3, day, 9),
        "counterpart": who,
        "direction": direction,
        "channel": "email",
        "what_was_said": "…",
        **cells,
    }


def test_who_has_to_do_what_was_agreed_is_missed_after_days_without_a_word(refreshed: Callable[..., Any]) -> None:
    after = refreshed(book(**REPLACEMENT), date(2026, 3, 10))
    node = after.node("update")
    assert (node["started"], node["last_day"], node["state"], node["acts"]) == (
        datetime(2026, 3, 4),
        date(2026, 3, 9),
        "overdue",
        "seller",
    )
    assert node["what_to_do"] == "Waiting for news from Shop A"
    assert node["where_the_date_comes_from"].startswith("5 days from 4 Mar 2026. Our own promise")
    assert "where_the_date_comes_from" in after.node("implementation")
    assert refreshed(book(**REPLACEMENT), date(2026, 3, 9), update_days=4).node("update")["state"] == "overdue"


@pytest.mark.parametrize(
    ("words", "last"),
    [
        ([said(6)], 11),
        ([said(6), said(8, "agent")], 13),
        ([said(3)], 9),
        ([said(6, "platform")], 9),
        ([said(6, direction="out")], 9),
        ([said(6, dispute="D-2026-0002")], 9),
    ],
)
def test_each_word_of_theirs_starts_the_days_anew(
    refreshed: Callable[..., Any], words: list[dict[str, Any]], last: int
) -> None:
    assert refreshed({**book(**REPLACEMENT), "log": words}, date(2026, 3, 8)).node("update")["last_day"] == date(
        2026, 3, last
    )


def test_who_is_held_responsible_is_heard_too(refreshed: Callable[..., Any]) -> None:
    typed = {**book(your_decision="carrier", **REPLACEMENT), "log": [said(6, "carrier")]}
    assert refreshed(typed, date(2026, 3, 8)).node("update")["last_day"] == date(2026, 3, 11)


@pytest.mark.parametrize(
    ("cells", "day"), [({"refund_promised": date(2026, 3, 7)}, 12), ({"return_received": date(2026, 3, 8)}, 13)]
)
def test_what_the_case_shows_is_news_too(refreshed: Callable[..., Any], cells: dict[str, Any], day: int) -> None:
    assert refreshed(book(**REPLACEMENT, **cells), date(2026, 3, 9)).node("update")["last_day"] == date(2026, 3, day)


def test_waiting_for_them_does_not_keep_their_silence_from_being_seen(refreshed: Callable[..., Any]) -> None:
    typed = book(**REPLACEMENT, waiting_since=datetime(2026, 3, 5), waiting_for="seller")
    assert refreshed(typed, date(2026, 3, 20)).node("update")["state"] == "overdue"


def test_on_a_sale_we_owe_the_customer_news(refreshed: Callable[..., Any]) -> None:
    typed = book(sale=True, confirmed_by_customer_on=date(2026, 3, 4), **REPLACEMENT)
    typed["log"] = [said(6), said(7, "customer", "out")]
    node = refreshed(typed, date(2026, 3, 9)).node("update")
    assert (node["acts"], node["last_day"], node["what_to_do"]) == ("we", date(2026, 3, 12), "Tell Ana how it stands")


@pytest.mark.parametrize(
    "cells",
    [
        {"plan": "refund", "confirmed_by_us_on": date(2026, 3, 4), "refund_received_on": date(2026, 3, 8)},
        {**REPLACEMENT, "closed_on": date(2026, 3, 8)},
    ],
)
def test_once_it_is_done_or_closed_nobody_is_missed(refreshed: Callable[..., Any], cells: dict[str, Any]) -> None:
    assert refreshed(book(**cells), date(2026, 3, 20)).node("update")["state"] in ("done", "not_applicable")


def test_a_step_of_the_plan_that_is_done_ends_the_watch(refreshed: Callable[..., Any]) -> None:
    typed = refreshed(book(**REPLACEMENT), date(2026, 3, 5)).typed()
    next(row for row in typed["deadlines"] if "/implementation/" in row["key"])["done_on"] = datetime(2026, 3, 7)
    assert refreshed(typed, date(2026, 3, 20)).node("update")["state"] == "done"


def test_without_an_agreement_there_is_no_row_for_news(refreshed: Callable[..., Any]) -> None:
    assert not any("/update/" in row["key"] for row in refreshed(book(plan="replacement"), DAY).rows("deadlines"))


def test_money_that_a_buyer_waits_for_has_its_day_and_a_customer_is_owed_news_of_it(
    refreshed: Callable[..., Any],
) -> None:
    offers = [{"kind": "full_refund", "answer": "accepted", "answered_on": datetime(2026, 3, 5)}]
    own = refreshed(book(offers=offers), date(2026, 3, 20))
    assert (own.node("refund")["state"], own.node("update")["state"]) == ("overdue", "not_applicable")
    served = refreshed(book(offers=offers, customer="Ana"), date(2026, 3, 20))
    assert (served.node("refund")["state"], served.node("update")["state"]) == ("overdue", "overdue")


def test_the_next_step_is_the_plan_until_news_are_late(refreshed: Callable[..., Any]) -> None:
    typed = refreshed(
        book(description="broken", **{**REPLACEMENT, "plan_due": date(2026, 3, 20)}), date(2026, 3, 4)
    ).typed()
    for row in typed["deadlines"]:
        if "/implementation/" not in row["key"] and "/update/" not in row["key"]:
            row["waived"] = "no"
    assert refreshed(typed, date(2026, 3, 9)).case["next_step"] == "Waiting for Shop A until 20 Mar: Send a replacement"
    late = refreshed(typed, date(2026, 3, 10)).case
    assert late["next_step"] == "No word from Shop A since 4 Mar: ask how it stands"
    assert late["progress"] == 0.75, "told, evidence and refund are behind it; what was agreed is not; news are no step"


REFUSAL = {
    "description": "broken",
    "your_decision": "seller",
    "their_answer": "refuses",
    "answered_on": date(2026, 3, 4),
}


@pytest.mark.parametrize("answer", ["refuses", "silent"])
def test_a_refusal_escalates_and_is_a_date_of_ours(refreshed: Callable[..., Any], answer: str) -> None:
    after = refreshed(book(**{**REFUSAL, "their_answer": answer}), date(2026, 3, 4))
    assert after.case["escalation"] == "escalate"
    node = after.node("urge")
    assert (node["acts"], node["last_day"], node["state"]) == ("we", date(2026, 3, 5), "due_soon")
    assert node["what_to_do"] == "Urge them in writing"  # nobody knows of a judge


@pytest.mark.parametrize(
    ("cells", "flag", "state"),
    [
        ({"appealed_on": datetime(2026, 3, 5)}, "escalated", "done"),
        ({"plan": "refund", "confirmed_by_us_on": date(2026, 3, 5)}, None, "not_applicable"),
        ({"their_answer": "accepts"}, None, "not_applicable"),
        ({"closed_on": date(2026, 3, 5)}, None, "not_applicable"),
        ({"waived": "not worth it"}, None, "not_applicable"),
    ],
)
def test_what_follows_a_refusal_ends_the_urging(
    refreshed: Callable[..., Any], cells: dict[str, Any], flag: str | None, state: str
) -> None:
    typed = refreshed(book(**REFUSAL), date(2026, 3, 4)).typed()
    typed["disputes"][0].update(cells)
    after = refreshed(typed, date(2026, 3, 5))
    assert (after.case.get("escalation"), after.node("urge")["state"]) == (flag, state)


def test_a_step_of_theirs_that_is_late_calls_for_urging_and_a_mere_right_does_not(
    refreshed: Callable[..., Any],
) -> None:
    assert refreshed(book(**REPLACEMENT), date(2026, 3, 9)).case.get("escalation") is None
    assert refreshed(book(**REPLACEMENT), date(2026, 3, 10)).case["escalation"] == "urge"
    right = book(sale=True, platform="paypal")
    after = refreshed(right, date(2026, 3, 25))
    assert after.node("escalate")["last_day"] < date(2026, 3, 25)
    assert after.case.get("escalation") is None


def test_a_rejected_offer_has_escalated_only_where_the_rule_book_says_so(refreshed: Callable[..., Any]) -> None:
    offers = [{"kind": "partial_refund", "answer": "rejected", "answered_on": datetime(2026, 3, 5)}]
    for platform, flag in (("agreement", "escalated"), ("paypal", None), ("ebay", None), ("aliexpress", None)):
        after = refreshed(book(offers=offers, platform=platform), date(2026, 3, 5))
        assert after.case.get("escalation") == flag, platform


def test_a_refusal_without_a_day_is_pointed_out() -> None:
    say = load_titles("en").say
    (fault,) = refusal_has_a_day(Case(their_answer="silent"), say=say)
    assert (fault.column, fault.code, fault.severity) == ("answered_on", "K307", "warning")
    for sound in (Case(their_answer="refuses", answered_on=DAY), Case(their_answer="refuses", closed_on=DAY)):
        assert not list(refusal_has_a_day(sound, say=say))


def test_on_ebay_a_refund_that_was_promised_without_a_return_has_its_date_too(refreshed: Callable[..., Any]) -> None:
    promised = book(platform="ebay", refund_promised=date(2026, 3, 4))
    after = refreshed(promised, date(2026, 3, 5))
    assert (after.node("refund")["last_day"], after.node("return_refund")["state"]) == (date(2026, 3, 18), "waiting")
    returned = refreshed(book(platform="ebay", return_received=date(2026, 3, 4)), date(2026, 3, 5))
    assert (returned.node("return_refund")["last_day"], returned.node("refund")["last_day"]) == (
        date(2026, 3, 6),
        date(2026, 3, 18),
    )
