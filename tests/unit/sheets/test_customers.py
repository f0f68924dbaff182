from datetime import date, datetime
from typing import Any

from kakosheet.sheets import customers
from tests.unit.sheets.prevention import Rows, made, table


def said(day: int, feeling: str | None, **values: Any) -> dict[str, Any]:
    return {"customer": "ana silva", "at": datetime(2026, 11, day, 9), "direction": "in", "feeling": feeling} | values


def profile(log: Rows = [], disputes: Rows = [], **values: Any) -> dict[str, Any]:  # noqa: B006 - only read
    (found,) = table(customers.profiles, customers=[{"customer": "Ana Silva"} | values], log=log, disputes=disputes)
    return found


def test_customers_of_sales_messages_and_cases_are_added_once() -> None:
    found = made(
        customers.named,
        sales=[{"customer": "Ana"}],
        log=[{"customer": "ANA"}, {"customer": "Bo"}],
        disputes=[{"customer": "Cy"}],
        customers=[{"customer": "bo"}],
    )
    assert [key for key, _ in found] == ["Ana", "Cy"]


def test_the_newest_message_tells_the_feeling_whatever_the_order_of_rows() -> None:
    messages = [said(3, "negative"), said(9, "positive"), said(5, "neutral")]
    assert profile(messages)["feeling"] == profile(messages[::-1])["feeling"] == "positive"
    assert profile(messages)["last_contact"] == date(2026, 11, 9)


def test_an_unhappy_customer_is_high_risk_until_somebody_gets_in_touch() -> None:
    log = [said(18, "negative", needs_a_person="Unhappy")]
    found = profile(log)
    assert (found["segment"], found["risk"], found["follow_up_by"]) == ("high_risk", "high", date(2026, 11, 20))
    assert profile(log, followed_up_on=date(2026, 11, 19))["follow_up_by"] is None


def test_cases_are_counted_and_closed_ones_ask_for_a_survey() -> None:
    cases = [
        {"customer": "Ana Silva", "closed_on": date(2026, 11, 10)},
        {"customer": "Ana Silva"},
        {"customer": "Ana Silva", "waived": "no"},
        {"customer": "Bo"},
    ]
    found = profile(disputes=cases)
    assert (found["cases"], found["open"], found["follow_up_by"]) == (3, 1, date(2026, 11, 17))
    assert profile(disputes=cases, satisfaction=4.0)["follow_up_by"] is None


def test_a_satisfied_customer_without_trouble_is_in_the_best_segment() -> None:
    assert profile(satisfaction=5.0)["segment"] == "high_satisfaction"
    assert profile([said(3, "positive")])["segment"] == "high_satisfaction"
    assert profile(satisfaction=5.0, disputes=[{"customer": "Ana Silva"}])["segment"] == "neutral"


def test_nothing_known_is_said_of_nobody() -> None:
    found = profile()
    assert (found["segment"], found["risk"], found["cases"]) == (None, "unknown", 0)
