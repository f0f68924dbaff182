import inspect
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from kakosheet.sheets import purchases
from kakosheet.sheets.purchases.risk import explain_risk
from tests.unit.sheets.prevention import POLICY, TITLES, TODAY, explained, row, table

PLANNED: dict[str, Any] = {"item": "desk lamp", "seller": "Lamp Co", "price": 60.0}
SAFE = PLANNED | {
    "platform": "taobao",
    "return_policy": "7 days, seller pays",
    "sellers_orders": 30,
    "sellers_sure": "solid",
}


def verdict(**values: Any) -> tuple[str | None, str | None]:
    found: tuple[str | None, str | None] = row(purchases.risk, **values)
    return found


def test_item_seller_and_price_alone_give_a_risk_its_reason_and_a_question() -> None:
    risk, why = verdict(**PLANNED)
    assert risk == "medium"
    assert why == "No return promise written down."
    ask = row(purchases.ask_the_seller, **PLANNED)
    assert ask.startswith('Hello, before I order "desk lamp": Within how many days can I return it')
    assert (
        row(purchases.do_next, **PLANNED, risk=risk, ask_the_seller=ask)
        == "Send the question, then fill in Confirmed on."
    )


def test_an_empty_row_gets_no_verdict() -> None:
    assert verdict() == (None, None)
    assert row(purchases.do_next) is row(purchases.ask_the_seller) is row(purchases.checklist_percent) is None


def test_without_seller_or_price_too_little_is_known() -> None:
    assert verdict(item="lamp", price=5.0)[0] == verdict(item="lamp", seller="Lamp Co")[0] == "unknown"


def test_a_known_seller_with_a_return_promise_is_low_risk() -> None:
    assert verdict(**SAFE) == ("low", "Nothing unusual found.")


@pytest.mark.parametrize(
    ("facts", "risk", "why"),
    [
        ({"sellers_list_status": "black"}, "high", "This seller is on your blacklist."),
        (
            {"sellers_proposed": "black", "sellers_because": "Seller lost 4 of 11 disputes; 1 would be usual."},
            "high",
            "Seller lost 4 of 11 disputes; 1 would be usual.",
        ),
        ({"sellers_proposed": "black", "sellers_list_status": "white"}, "low", "Nothing unusual found."),
        ({"fragile": True, "insured": True}, "medium", "Fragile, and no strong packaging agreed."),
        ({"fragile": True, "insured": True, "packaging": "double_box"}, "low", "Nothing unusual found."),
        (
            {"fragile": True, "packaging": "reinforced", "sellers_insured_shipping": True},
            "low",
            "Nothing unusual found.",
        ),
        ({"price": 900.0}, "medium", "An expensive thing, and not insured."),
        ({"branded": True}, "medium", "A brand, and no proof that it is genuine."),
        ({"branded": True, "sellers_authorised": True}, "low", "Nothing unusual found."),
        ({"branded": True, "price": 900.0, "insured": True}, "high", "A brand, and no proof that it is genuine."),
        ({"vague_words": "soon"}, "medium", "Vague promise: soon."),
        ({"vague_words": "soon", "confirmed_on": TODAY}, "low", "Nothing unusual found."),
        ({"return_policy": "Final sale"}, "medium", "The seller takes nothing back."),
        (
            {"carriers_proposed": "black", "carriers_because": "5 of 20 parcels damaged; 1 would be usual."},
            "high",
            "5 of 20 parcels damaged; 1 would be usual.",
        ),
        ({"platform": None}, "low", "Tell us where you bought it."),
        ({"bought_on": date(2026, 10, 1), "delivery_days": 20}, "medium", "Promised for 2026-10-21 and not here yet."),
        ({"qc_verdict": "fault"}, "high", "The QC photos show a fault."),
    ],
)
def test_the_strongest_reason_is_told(facts: dict[str, Any], risk: str, why: str) -> None:
    assert verdict(**SAFE | facts) == (risk, why)


def test_once_the_goods_are_here_promises_and_the_seller_are_past() -> None:
    here = {**PLANNED, "received": TODAY, "sellers_list_status": "black", "vague_words": "soon", "fragile": True}
    assert verdict(**here) == ("low", "Received; nothing left to clear up.")
    assert verdict(**here, branded=True)[1] == "A brand, and no proof that it is genuine."


def test_an_open_problem_is_told_until_its_case_is_closed() -> None:
    line = {**SAFE, "received": TODAY, "problem": "product_damage", "noticed_on": TODAY}
    assert verdict(**line) == ("medium", "A problem is open; its case tells the rest.")
    assert verdict(**line, dispute="D-2026-0001", disputes_closed_on=TODAY)[0] == "low"
    assert row(purchases.do_next, **line, dispute="D-2026-0001", disputes_closed_on=TODAY) is None


def test_every_reason_fits_into_its_cell() -> None:
    long = "as soon as possible, high quality, almost new, fast shipping"
    for name in POLICY.risk["points"]:
        values = {"words": long[:24], "of": 12, "date": "2026-11-21"}
        assert (
            len(TITLES.say(f"purchases.why_{name}", **values) if f"purchases.why_{name}" in TITLES.texts else "") <= 60
        )
    assert len(verdict(**SAFE, vague_words=long)[1] or "") <= 60


def test_explain_names_every_reason_with_its_points() -> None:
    told = explained(purchases.risk, item="lamp", seller="Lamp Co", price=5.0)
    assert told[0] == "No return promise written down. (20 points)"
    assert len(told) == 3


def test_risk_and_its_explanation_take_the_same_arguments() -> None:
    assert inspect.signature(explain_risk).parameters.keys() == inspect.signature(purchases.risk.fn).parameters.keys()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ships soon, high quality!", "soon, high quality"),
        ("about 10 days", "about"),
        ("ＡＡＡ quality", "aaa quality"),
        ("尽快发货", "尽快"),
        ("Sooner or later, 12 W", None),
        ("E27, 12 W, 1.8 m", None),
        (None, None),
    ],
)
def test_vague_words_are_found_as_whole_words_in_any_language(text: str | None, words: str | None) -> None:
    assert row(purchases.vague, specification=text) == words
    assert row(purchases.vague, delivery_promise=text) == words


def test_a_vague_time_is_answered_with_the_question_for_the_day() -> None:
    ask = row(purchases.ask_the_seller, **SAFE, vague_words="soon")
    assert "'soon' is not a date. On which day will you ship?" in ask


@pytest.mark.parametrize(
    "answered",
    [{"confirmed_on": TODAY}, {"received": TODAY}, {"risk_accepted": "only shop"}, {"dispute": "D-2026-0001"}],
)
def test_nothing_is_asked_once_it_is_settled(answered: dict[str, Any]) -> None:
    assert row(purchases.ask_the_seller, **PLANNED, **answered) is None


def test_the_checklist_counts_what_such_goods_need() -> None:
    said = {
        "specification": "12 W",
        "quality_guarantee": "1 year",
        "delivery_days": 0,
        "return_policy": "7 days",
        "refund_days": 5,
    }
    assert row(purchases.checklist_percent, **PLANNED, **said) == 1
    assert row(purchases.checklist_percent, **PLANNED) == 0
    assert row(purchases.checklist_percent, **PLANNED, **said, category="glass") == pytest.approx(5 / 7)
    assert row(purchases.checklist_percent, **PLANNED, **said, category="shoes", size_chart_checked=True) == 1


@pytest.mark.parametrize(
    ("values", "ends"),
    [
        ({"received": date(2026, 11, 1), "return_policy": "30 days, buyer pays"}, date(2026, 12, 1)),
        ({"received": date(2026, 11, 1), "return_policy": "7天无理由退货"}, date(2026, 11, 8)),
        ({"received": date(2026, 11, 1), "return_policy": "2 weeks"}, date(2026, 11, 15)),
        ({"received": date(2026, 11, 1), "return_policy": "free returns"}, None),
        ({"return_policy": "30 days"}, None),
        ({"arrived_at_warehouse": date(2026, 11, 1)}, date(2026, 11, 6)),
        (
            {"arrived_at_warehouse": date(2026, 11, 1), "received": date(2026, 11, 20), "return_policy": "7 days"},
            date(2026, 11, 8),
        ),
    ],
)
def test_the_return_window_counts_from_the_warehouse_or_from_receipt(values: dict[str, Any], ends: date | None) -> None:
    assert row(purchases.return_window_ends, **values) == ends


@pytest.mark.parametrize(
    ("values", "step"),
    [
        ({"problem": "product_damage"}, "Fill in Noticed on; then we start the case."),
        ({"noticed_on": TODAY}, "Choose the problem; then we start the case."),
        ({"problem": "product_damage", "noticed_on": TODAY, "dispute": "D-2026-0001"}, "Go on in D-2026-0001."),
        (
            {"problem": "product_damage", "noticed_on": TODAY, "dispute": "D-2026-0001", "platform": None},
            "Tell us where you bought it: it decides the dates.",
        ),
        ({"bought_on": TODAY, "platform": None, "ask_the_seller": "Hello"}, "Tell us where you bought it."),
        ({"bought_on": TODAY, "ask_the_seller": "Hello"}, "Send the question now, while it is on its way."),
        (
            {"received": TODAY, "return_window_ends": TODAY + timedelta(days=3)},
            "Check it: return possible until 2026-11-24.",
        ),
        ({"received": TODAY, "return_window_ends": TODAY - timedelta(days=1)}, None),
        (
            {"bought_on": date(2026, 10, 1), "delivery_days": 20},
            "Promised for 2026-10-21. Ask the seller, or choose a problem.",
        ),
        ({"risk": "high"}, "Choose another seller, or say why in Risk accepted."),
        ({"platform": None}, "Tell us where you bought it."),
        ({"risk": "low"}, "Good to go. Keep a screenshot of the offer."),
    ],
)
def test_do_next_names_one_step(values: dict[str, Any], step: str | None) -> None:
    assert row(purchases.do_next, **SAFE | values) == step


def test_an_open_case_of_a_line_is_linked_before_a_closed_one() -> None:
    cases = [
        {"order": "p-0001", "dispute_id": "D-1", "opened_on": datetime(2026, 1, 1)},
        {"order": "P-0001", "dispute_id": "D-2", "opened_on": datetime(2026, 2, 1), "closed_on": date(2026, 3, 1)},
        {"order": "S-0001", "dispute_id": "D-3", "opened_on": datetime(2026, 2, 1)},
    ]
    found = table(purchases.dispute, purchases=[{"id": "P-0001"}, {"id": "P-0002"}, {"id": None}], disputes=cases)
    assert [line["dispute"] for line in found] == ["D-1", None, None]


def test_expected_loss_follows_what_the_category_lost_but_few_lines_say_little() -> None:
    lines = [
        {"id": f"P-{at}", "category": "glass" if at < 50 else "books", "price": 100.0, "order_no": "1"}
        for at in range(100)
    ]
    cases = [
        {"order": f"P-{at}", "closed_on": TODAY, "loss_in_base_currency": 100.0, "money_back": 20.0} for at in range(10)
    ]
    found = [line["expected_loss"] for line in table(purchases.expected_loss, purchases=lines, disputes=cases)]
    assert found[0] == pytest.approx(100 * (800 + 0.05 * 1000) / 6000)
    assert found[99] == pytest.approx(100 * 50 / 6000)
    alone = table(purchases.expected_loss, purchases=[{"id": "P-1", "price": 100.0}])
    assert alone[0]["expected_loss"] == pytest.approx(5)


def test_the_suggested_budget_grows_with_the_risk_and_never_passes_the_price() -> None:
    low, high = (row(purchases.suggested_budget, price=100.0, expected_loss=5.0, risk=risk) for risk in ("low", "high"))
    assert (low, high) == (7.0, 15.0)
    assert row(purchases.suggested_budget, price=100.0, expected_loss=99.0, risk="high") == 100.0


def test_dates_that_contradict_each_other_are_faults_of_the_later_cell() -> None:
    found = row(
        purchases.dates,
        bought_on=date(2026, 5, 5),
        shipped=date(2026, 5, 9),
        received=date(2026, 5, 7),
        noticed_on=date(2026, 5, 1),
    )
    assert [(fault.column, fault.code) for fault in found] == [("received", "K312"), ("noticed_on", "K312")]
    assert "2026-05-07" in found[0].message and found[0].hint
    assert row(purchases.dates, bought_on=date(2026, 5, 5), received=date(2026, 5, 5)) == []


@pytest.mark.parametrize("over", [{"disputes_closed_on": TODAY}, {"disputes_waived": "not worth it"}])
def test_nobody_is_asked_before_paying_for_what_is_long_over(over: dict[str, Any]) -> None:
    line = {
        "item": "phone",
        "seller": "Shop A",
        "price": 900.0,
        "branded": True,
        "sellers_list_status": "black",
        "dispute": "D-2026-0001",
    }
    assert verdict(**line, problem="counterfeit")[0] == "high"
    assert verdict(**line, problem="counterfeit", **over) == ("low", "Its case is closed.")
