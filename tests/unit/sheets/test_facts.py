"""What happened in a case is what people typed, each fact in its cell: noticing tells nobody, files nothing and ends
nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kakosheet.policy.loader import load_policy
from kakosheet.policy.model import ClockRule

Book = dict[str, list[dict[str, Any]]]
NOTICED = date(2026, 3, 2)
AT = datetime(2026, 3, 2)
SHOPPER = load_policy("shopper", "en")


def day(number: int, month: int = 3) -> datetime:
    return datetime(2026, month, number)


def bought(platform: str | None, **cells: Any) -> Book:
    """A purchase whose problem was noticed: the two cells that start a case."""
    order = {"id": "P-0001", "item": "Lamp", "seller": "Shop A", "price": 100.0, "currency": "EUR"}
    return {
        "purchases": [order | {"platform": platform, "problem": "product_damage", "noticed_on": NOTICED} | cells],
    }


def sold(platform: str | None, **cells: Any) -> Book:
    """A sale whose customer has a problem."""
    order = {"id": "S-0001", "item": "Lamp", "customer": "Ana", "price": 100.0, "currency": "EUR"}
    return {"sales": [order | {"platform": platform, "problem": "product_damage", "noticed_on": NOTICED} | cells]}


def case_of(refreshed: Callable[..., Any], book: Book, **cells: Any) -> Book:
    """The book once the case is there, with what people typed into it."""
    typed: Book = refreshed(book, NOTICED).typed()
    typed["disputes"][0].update(cells)
    return typed


def row_of(book: Book, step: str) -> dict[str, Any]:
    return next(row for row in book["deadlines"] if row["key"] == f"D-2026-0001/{step}/1")


def offer(**cells: Any) -> dict[str, Any]:
    return {"id": "O-0001", "dispute": "D-2026-0001", "on": day(3), "kind": "partial_refund", **cells}


def states(after: Any) -> dict[str, str]:
    return {row["node"]: row["state"] for row in after.rows("deadlines")}


OPENING = [
    ("aliexpress", "AliExpress", {"received": date(2026, 2, 25)}, date(2026, 3, 12)),
    ("ebay", "eBay", {"received": date(2026, 2, 10)}, date(2026, 3, 12)),
    ("paypal", "PayPal", {"bought_on": date(2025, 9, 13)}, date(2026, 3, 12)),
    ("visa", "Visa card", {"bought_on": date(2025, 10, 1), "received": date(2025, 11, 12)}, date(2026, 3, 12)),
]


@pytest.mark.parametrize(("platform", "title", "order", "last"), OPENING)
def test_the_last_day_to_open_a_case_stands_until_it_is_filed(
    refreshed: Callable[..., Any], platform: str, title: str, order: dict[str, Any], last: date
) -> None:
    book = case_of(refreshed, bought(platform, **order))
    for today, state in ((last - timedelta(1), "due_soon"), (last, "due_today")):
        after = refreshed(book, today)
        assert (after.node("open_case")["state"], after.node("open_case")["last_day"]) == (state, last)
        assert after.case["next_step"] == f"Open the case on {title}; write it under Filed on"
        assert after.case["last_chance"] == after.case["last_day"] == last
        assert after.case["when_late"] == "defaulted"
    late = refreshed(book, last + timedelta(1))
    assert late.node("open_case")["state"] == "defaulted" and "last_chance" not in late.case
    book["disputes"][0]["filed_on"] = datetime.combine(last, datetime.min.time())
    filed = refreshed(book, last + timedelta(1)).node("open_case")
    assert (filed["state"], filed["ended"].date()) == ("done", last)


def test_done_on_of_the_opening_is_that_it_was_filed(refreshed: Callable[..., Any]) -> None:
    book = case_of(refreshed, bought("aliexpress", received=date(2026, 2, 25)))
    assert refreshed(book, date(2026, 3, 9)).node("seller_answer")["state"] == "waiting"
    row_of(book, "open_case")["done_on"] = day(6)
    after = refreshed(book, date(2026, 3, 9))
    assert after.node("tell")["state"] == "done", "the platform tells them"
    assert (after.node("seller_answer")["started"], after.node("seller_answer")["last_day"]) == (
        day(6),
        date(2026, 3, 11),
    )
    assert refreshed(book, date(2026, 3, 12)).node("seller_answer")["state"] == "defaulted"


def test_a_case_number_files_it_from_the_earliest_day_and_decides_nothing_of_theirs(
    refreshed: Callable[..., Any],
) -> None:
    book = case_of(refreshed, bought("aliexpress", received=date(2026, 2, 25)), case_no="A-1")
    after = refreshed(book, date(2026, 4, 20))
    assert after.node("open_case")["state"] == "done" and "ended" not in after.node("open_case")
    assert (after.node("seller_answer")["started"], after.node("seller_answer")["state"]) == (AT, "overdue")
    ours = case_of(refreshed, bought("paypal"), case_no="PP-1")
    assert refreshed(ours, NOTICED).case["last_chance"] == date(2026, 3, 22), "our own last day is the safe one"


def test_a_claim_on_the_bank_does_not_file_the_case_on_the_platform(refreshed: Callable[..., Any]) -> None:
    order = {"received": date(2026, 2, 25), "bought_on": date(2026, 2, 1)}
    book = case_of(refreshed, bought("aliexpress", **order), filed_on=day(4), filed_with="bank", paid_by="visa")
    after = refreshed(book, date(2026, 3, 9))
    assert after.node("open_case")["state"] == "due_soon" and after.node("bank")["state"] == "done"
    assert after.node("seller_answer")["state"] == "waiting"
    book["disputes"][0]["filed_with"] = "platform"
    after = refreshed(book, date(2026, 3, 9))
    assert after.node("open_case")["state"] == "done" and after.node("bank")["state"] == "on_track"


@pytest.mark.parametrize("platform", ["agreement", "aliexpress", "ebay", "paypal", "tiktok_shop", None])
@pytest.mark.parametrize("problem", ["product_damage", "counterfeit"])
def test_who_was_not_told_owes_no_answer(refreshed: Callable[..., Any], platform: str | None, problem: str) -> None:
    after = refreshed(case_of(refreshed, bought(platform, problem=problem)), date(2026, 5, 2))
    found = states(after)
    assert {found.get(step, "waiting") for step in ("seller_answer", "chase", "escalate", "ruling")} == {"waiting"}
    assert not any(state in ("done", "defaulted") for state in found.values())
    assert (after.case["stage"], after.case["progress"]) == ("initiation", 0.0)
    assert after.case["next_step"] == "Tell Shop A what is wrong; write it under Told them on"
    assert "✓" not in after.case.get("steps", "") and "escalation" not in after.case


def test_who_was_told_is_asked_again_and_nothing_is_decided(refreshed: Callable[..., Any]) -> None:
    book = case_of(refreshed, bought("aliexpress", received=date(2026, 2, 25)), told_on=date(2026, 3, 3))
    after = refreshed(book, date(2026, 3, 7))
    assert (after.node("tell")["state"], after.node("tell")["ended"]) == ("done", day(3))
    chase = after.node("chase")
    assert (chase["started"], chase["last_day"], chase["state"]) == (day(3), date(2026, 3, 6), "overdue")
    assert states(after)["seller_answer"] == "waiting" and after.case["stage"] == "evidence"
    assert refreshed(book, date(2026, 3, 8), chase_days=5).node("chase")["state"] == "due_today"
    book["disputes"][0]["filed_on"] = day(8)
    filed = refreshed(book, date(2026, 3, 14))
    assert states(filed)["chase"] == "not_applicable", "the platform's own time for it runs"
    assert (filed.node("seller_answer")["started"], filed.node("seller_answer")["state"]) == (day(8), "defaulted")


@pytest.mark.parametrize("how", ["message", "offer", "row"])
def test_a_message_an_offer_and_done_on_tell_them_too(refreshed: Callable[..., Any], how: str) -> None:
    book = case_of(refreshed, bought("taobao"))
    if how == "message":
        word = {"at": datetime(2026, 3, 4, 9), "direction": "out", "counterpart": "seller", "what_was_said": "…"}
        book["log"] = [{"id": "L-0001", "dispute": "D-2026-0001", **word}]
    elif how == "offer":
        book["offers"] = [offer(by="buyer", on=datetime(2026, 3, 4, 9))]
    else:
        row_of(book, "tell")["done_on"] = datetime(2026, 3, 4, 9)
    after = refreshed(book, date(2026, 3, 5))
    assert (after.node("tell")["state"], after.node("tell")["ended"]) == ("done", datetime(2026, 3, 4, 9))
    assert after.node("chase")["started"] == datetime(2026, 3, 4, 9)
    book["disputes"][0]["told_on"] = date(2026, 3, 3)
    assert refreshed(book, date(2026, 3, 5)).node("chase")["started"] == day(3), "the earliest counts"


def test_a_sellers_time_to_answer_begins_when_the_buyer_files(refreshed: Callable[..., Any]) -> None:
    book = case_of(refreshed, sold("agreement"))
    noticed = refreshed(book, date(2026, 5, 2))
    assert states(noticed)["seller_answer"] == "waiting" and noticed.case["stage"] == "initiation"
    assert not any(state == "defaulted" for state in states(noticed).values())
    book["disputes"][0]["filed_on"] = day(10)
    answer = refreshed(book, date(2026, 3, 14)).node("seller_answer")
    assert (answer["acts"], answer["last_day"], answer["state"]) == ("we", date(2026, 3, 15), "due_soon")
    assert refreshed(book, date(2026, 3, 14)).case["last_chance"] == date(2026, 3, 15)
    late = refreshed(book, date(2026, 3, 16)).case
    assert late["next_step"].startswith("Time ran out. The buyer's choice stands.") and late["stage"] == "closure"


@pytest.mark.parametrize("make", [bought, sold])
@pytest.mark.parametrize("platform", ["agreement", "aliexpress"])
def test_what_silence_decided_is_told_although_an_officer_of_the_platform_has_time(
    refreshed: Callable[..., Any], make: Callable[..., Book], platform: str
) -> None:
    book = case_of(refreshed, make(platform), filed_on=day(10))
    for today in (date(2026, 3, 16), date(2026, 4, 20)):
        late = refreshed(book, today).case
        assert late["next_step"].startswith("Time ran out. The buyer's choice stands.")


@pytest.mark.parametrize("make", [bought, sold])
def test_once_silence_decided_the_day_of_the_case_is_the_one_on_which_it_did(
    refreshed: Callable[..., Any], make: Callable[..., Book]
) -> None:
    late = refreshed(case_of(refreshed, make("agreement"), filed_on=day(10)), date(2026, 3, 16)).case
    assert late["next_step"].startswith("Time ran out.")
    assert (late["last_day"], late["when_late"]) == (date(2026, 3, 15), "defaulted")


@pytest.mark.parametrize("platform", ["taobao", "own_shop", "Olist", "My neighbour", None])
@pytest.mark.parametrize("make", [bought, sold])
@pytest.mark.parametrize(
    "cells", [{}, {"filed_on": day(3)}, {"filed_on": day(3), "appealed_on": day(6)}, {"case_no": "X-1"}]
)
def test_a_platform_without_a_book_decides_nothing(
    refreshed: Callable[..., Any], platform: str | None, make: Callable[..., Book], cells: dict[str, Any]
) -> None:
    after = refreshed(case_of(refreshed, make(platform), **cells), date(2026, 5, 2))
    rows = after.rows("deadlines")
    assert {row["clock"] for row in rows} == {"ours"} and not {"seller_answer", "ruling", "vouchers"} & states(
        after
    ).keys()
    assert {row["when_late"] for row in rows} == {"overdue"} and "defaulted" not in states(after).values()
    assert "choice" not in after.case["next_step"] and "last_chance" not in after.case


def test_that_there_is_no_book_is_said_once(refreshed: Callable[..., Any]) -> None:
    for platform, told in (("taobao", True), ("own_shop", False), ("aliexpress", False), (None, False)):
        after = refreshed(case_of(refreshed, bought(platform), told_on=NOTICED), NOTICED)
        lines = [row for row in after.rows("deadlines") if "No rule book" in row.get("where_the_date_comes_from", "")]
        assert [row["node"] for row in lines] == ["chase"] * told, platform


REQUESTS = [
    (bought, "amazon", "info_answer", date(2026, 3, 11)),  # 48 hours from the beginning of the day: its end
    (sold, "amazon", "info_answer", date(2026, 3, 11)),
    (bought, "shopify", "chargeback_answer", date(2026, 3, 17)),
    (sold, "shopify", "chargeback_answer", date(2026, 3, 17)),
    (sold, "visa", "chargeback_answer", date(2026, 4, 9)),
]


@pytest.mark.parametrize(("make", "platform", "step", "last"), REQUESTS)
def test_a_request_of_the_platform_is_due_only_once_it_asked(
    refreshed: Callable[..., Any], make: Callable[..., Book], platform: str, step: str, last: date
) -> None:
    for cells in ({}, {"told_on": NOTICED}, {"filed_on": day(3)}):
        after = refreshed(case_of(refreshed, make(platform), **cells), date(2026, 3, 20))
        assert states(after).get(step, "waiting") == "waiting" and step not in after.case["next_step"]
    asked = case_of(refreshed, make(platform), asked_on=day(10))
    answer = refreshed(asked, date(2026, 3, 10)).node(step)
    assert (answer["started"], answer["last_day"]) == (day(10), last)
    assert refreshed(asked, date(2026, 5, 2)).node(step)["state"] == "defaulted"
    asked["disputes"][0]["answer_by"] = day(14)
    named = refreshed(asked, date(2026, 3, 13))
    assert (named.node(step)["last_day"], named.node(step)["state"]) == (date(2026, 3, 14), "due_soon")
    if make is sold:
        assert named.case["last_chance"] == date(2026, 3, 14)
    for row in asked["evidence"]:
        row["file"] = "a.pdf"
    assert refreshed(asked, date(2026, 3, 15)).node(step)["state"] == "defaulted", "a full folder answers nobody"
    row_of(asked := refreshed(asked, date(2026, 3, 13)).typed(), step)["done_on"] = day(13)
    assert refreshed(asked, date(2026, 3, 15)).node(step)["state"] == "done"


@pytest.mark.parametrize("make", [bought, sold])
def test_a_request_has_a_date_on_a_platform_whose_rules_nobody_knows(
    refreshed: Callable[..., Any], make: Callable[..., Book]
) -> None:
    assert "request" not in states(refreshed(case_of(refreshed, make("taobao")), NOTICED))
    asked = case_of(refreshed, make("taobao"), answer_by=day(9))
    node = refreshed(asked, date(2026, 3, 8)).node("request")
    assert (node["acts"], node["last_day"], node["state"]) == ("we", date(2026, 3, 9), "due_soon")
    asked["disputes"][0].update(asked_on=day(4), answer_by=None)
    assert refreshed(asked, date(2026, 3, 4)).node("request")["last_day"] == date(2026, 3, 5)


@pytest.mark.parametrize("make", [bought, sold])
@pytest.mark.parametrize("platform", ["paypal", "ebay", "aliexpress", "agreement", "taobao"])
def test_a_rejected_offer_brings_the_case_before_the_platform_only_in_the_agreement_procedure(
    refreshed: Callable[..., Any], make: Callable[..., Book], platform: str
) -> None:
    book = case_of(refreshed, make(platform), filed_on=AT)
    other = "seller" if make is bought else "buyer"
    book["offers"] = [offer(by=other, answer="rejected", answered_on=day(5))]
    after, escalates = refreshed(book, date(2026, 3, 6)), platform == "agreement"
    assert (after.case["stage"] == "appeal") is (after.case.get("escalation") == "escalated") is escalates
    assert states(after).get("ruling", "waiting") == "waiting", "a ruling is owed by whom one asked"
    if escalates:
        assert after.node("vouchers")["last_day"] == date(2026, 3, 8)
    if platform == "paypal":
        assert (after.node("escalate")["state"], after.node("escalate")["last_day"]) == ("on_track", date(2026, 3, 22))
        assert after.case.get("last_chance") == (date(2026, 3, 22) if make is bought else None)
    if platform == "paypal" and make is bought:
        assert after.case["next_step"] == "Settle it, or escalate it on PayPal; write it under Asked to decide on"
    book["disputes"][0]["appealed_on"] = day(7)
    asked = refreshed(book, date(2026, 3, 8))
    assert (asked.case["stage"], asked.case["escalation"]) == ("appeal", "escalated")
    assert states(asked).get("escalate", "done") == "done"


@pytest.mark.parametrize(("make", "other"), [(bought, "seller"), (sold, "buyer")])
@pytest.mark.parametrize("platform", ["agreement", "aliexpress", "ebay", "taobao"])
@pytest.mark.parametrize("how", ["plan", "word", "offer", "row"])
def test_what_was_agreed_ends_the_wait_for_an_answer_wherever_it_was_written(
    refreshed: Callable[..., Any], make: Callable[..., Book], other: str, platform: str, how: str
) -> None:
    book = case_of(refreshed, make(platform), told_on=NOTICED, **({"filed_on": AT} if platform != "taobao" else {}))
    case = book["disputes"][0]
    if how == "plan":
        case.update(plan="refund", confirmed_by_us_on=date(2026, 3, 4), confirmed_by_customer_on=date(2026, 3, 4))
    elif how == "word":
        case.update(their_answer="accepts", answered_on=date(2026, 3, 4))
    elif how == "offer":
        book["offers"] = [offer(by=other, answer="accepted", answered_on=day(4))]
    elif make is sold:
        row_of(book, "plan")["done_on"] = day(4)
    else:
        row_of(book, "chase")["done_on"] = day(4)
    after = refreshed(book, date(2026, 4, 20))
    found = states(after)
    assert {found.get("seller_answer", "done"), found.get("chase", "done")} <= {"done", "not_applicable"}
    if how == "row" and make is bought:
        return  # an answer, whatever it said: it settles nothing
    theirs = [row["state"] for row in after.rows("deadlines") if row.get("acts") != "we"]
    assert "defaulted" not in theirs and "Time ran out" not in after.case["next_step"]
    assert after.case["stage"] == "closure"


def escalation_by(refreshed: Callable[..., Any], agreed: datetime) -> Book:
    """A PayPal case that closes for good after 22 March, with a day of one's own on that row."""
    book = case_of(refreshed, bought("paypal"), filed_on=AT)
    row_of(book := refreshed(book, NOTICED).typed(), "escalate")["agreed_date"] = agreed
    return book


@pytest.mark.parametrize(
    ("agreed", "today", "state"),
    [
        (10, 9, "due_soon"),
        (10, 12, "overdue"),
        (10, 22, "overdue"),
        (10, 23, "defaulted"),
        (28, 21, "due_soon"),
        (28, 22, "due_today"),
        (28, 23, "defaulted"),
    ],
)
def test_an_agreed_day_defaults_nothing_and_never_hides_the_platforms(
    refreshed: Callable[..., Any], agreed: int, today: int, state: str
) -> None:
    after = refreshed(escalation_by(refreshed, day(agreed)), date(2026, 3, today))
    node = after.node("escalate")
    assert (node["state"], node["last_day"], node["due"]) == (state, date(2026, 3, 22), day(min(agreed, 22)))
    assert ("closes" in after.case["next_step"]) is (state == "defaulted")
    assert after.case.get("last_chance") == (date(2026, 3, 22) if today < 23 else None)


def test_on_our_own_row_the_agreed_day_wins_and_never_defaults(refreshed: Callable[..., Any]) -> None:
    book = case_of(refreshed, bought("paypal"), filed_on=AT)
    row_of(book, "evidence")["agreed_date"] = day(28)
    assert refreshed(book, date(2026, 3, 10)).node("evidence")["last_day"] == date(2026, 3, 28)
    assert refreshed(book, date(2026, 4, 2)).node("evidence")["state"] == "overdue"


@pytest.mark.parametrize("fact", [NOTICED, NOTICED + timedelta(1)])
def test_a_fact_typed_on_the_day_of_noticing_has_its_day_like_any_other(
    refreshed: Callable[..., Any], fact: date
) -> None:
    at = datetime.combine(fact, datetime.min.time())
    told = refreshed(case_of(refreshed, bought("taobao"), told_on=fact), date(2026, 3, 9)).node("tell")
    assert (told["ended"], told["days_taken"]) == (at, (fact - NOTICED).days)
    filed = refreshed(case_of(refreshed, bought("agreement"), filed_on=at), date(2026, 3, 9))
    assert filed.node("seller_answer")["state"] == "defaulted"
    asked = refreshed(case_of(refreshed, bought("shopify"), asked_on=at), date(2026, 3, 20))
    assert asked.node("chargeback_answer")["state"] == "defaulted"


DAYS = st.dates(date(2026, 2, 20), date(2026, 4, 30))
MOMENTS = DAYS.map(lambda on: datetime.combine(on, datetime.min.time()))
DECIDED = ["ruled_for_us", "ruled_against_us", "ruled_shared", "defaulted"]
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "told_on": DAYS,
        "filed_on": MOMENTS,
        "filed_with": st.sampled_from(["platform", "bank"]),
        "case_no": st.just("X-1"),
        "asked_on": MOMENTS,
        "answer_by": MOMENTS,
        "their_answer": st.sampled_from(["accepts", "partly", "refuses", "silent"]),
        "answered_on": DAYS,
        "appealed_on": MOMENTS,
        "result": st.sampled_from([*DECIDED, "agreed", "withdrawn"]),
        "ruled_on": DAYS,
        "refund_promised": DAYS,
        "refund_received_on": DAYS,
        "paid_by": st.sampled_from(["paypal", "visa"]),
    },
)


def can_end(event: str, acts: str | None, facts: dict[str, Any]) -> bool:
    """Whether a cell was typed by which that event may have happened."""
    elsewhere = facts.get("filed_with") == "bank"
    proves = {"asked_on", "appealed_on"} | (set() if elsewhere else {"filed_on", "case_no"})
    filed = bool(proves & facts.keys()) or (not elsewhere and facts.get("result") in DECIDED)
    answer = facts.get("their_answer")
    return {
        "told": "told_on" in facts or filed,
        "filed": filed,
        "filed_elsewhere": elsewhere and "filed_on" in facts,
        "answered": answer in ("accepts", "partly", "refuses"),
        "offer_answered": answer in (("accepts",) if acts == "we" else ("accepts", "partly", "refuses"))
        or "appealed_on" in facts,
        "escalated": "appealed_on" in facts,
        "platform_answered": "ruled_on" in facts or facts.get("result") in DECIDED,
        "decided": "answered_on" in facts,
        "refund_received": "refund_received_on" in facts,
        "": "refund_received_on" in facts,  # what was agreed is carried out
    }.get(event, False)


def rules_of(node: str, platform: str | None, on: date) -> list[ClockRule]:
    return [rule for rule in (*SHOPPER.platform_rules(platform, on), *SHOPPER.clocks["own"]) if rule.step == node]


@settings(max_examples=400)
@given(
    st.sampled_from([*sorted(SHOPPER.clocks), "taobao", None]),
    st.sampled_from(sorted(SHOPPER.types)),
    st.sampled_from([bought, sold]),
    FACTS,
    st.booleans(),
    st.dates(NOTICED, date(2026, 7, 31)),
)
def test_nothing_is_done_or_decided_that_no_typed_fact_did(
    refreshed: Callable[..., Any],
    platform: str | None,
    problem: str,
    make: Callable[..., Book],
    facts: dict[str, Any],
    arrived: bool,
    today: date,
) -> None:
    came = {"received" if make is bought else "delivered": date(2026, 2, 18)} if arrived else {}
    paid = {"bought_on" if make is bought else "sold_on": date(2026, 2, 1)}
    order = next(iter(make(platform, **came, **paid).values()))[0] | {"problem": None, "noticed_on": None}
    case = {"dispute_id": "D-2026-0001", "order": order["id"], "type": problem, "opened_on": AT, **facts}
    table = "purchases" if make is bought else "sales"
    after = refreshed({table: [order], "disputes": [case]}, today)
    chance = after.case.get("last_chance")
    assert chance is None or chance >= today
    for row in after.rows("deadlines"):
        rules = rules_of(row["node"], platform, NOTICED)
        ends = {"filed_elsewhere"} if row["node"] == "bank" else {rule.ends for rule in rules}
        if row["state"] == "done":
            assert any(can_end(event, row.get("acts"), facts) for event in ends), row
        if row["state"] == "defaulted":
            starts = {rule.start for rule in rules}
            ours = {"case_no"} if row["acts"] == "we" else set()
            typed = {"filed": {"filed_on", "asked_on", "appealed_on"} | ours, "asked": {"asked_on", "answer_by"}}
            for start in starts & typed.keys():
                assert typed[start] & facts.keys(), row
