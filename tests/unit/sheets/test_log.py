from datetime import date, datetime

import pytest

from kakosheet.sheets import log
from tests.unit.sheets.prevention import row

KEYS = ("language", "feeling", "wants", "words_noticed", "needs_a_person", "suggested_reply")


def read(text: str, **values: str) -> dict[str, str | None]:
    found = row(log.reading, what_was_said=text, **{"direction": "in", "counterpart": "customer"} | values)
    return dict(zip(KEYS, found, strict=True))


@pytest.mark.parametrize(
    ("text", "language", "feeling", "wants"),
    [
        ("Where is my parcel, please?", "en", "neutral", "delivery_update"),
        ("My parcel has not arrived.", "en", "negative", "delivery_update"),
        ("I am dissatisfied with this delay, I want my money back!", "en", "negative", "refund_request"),
        ("Thank you, it is perfect!", "en", "positive", "thanks"),
        ("Do you have it in stock in blue?", "en", "neutral", "inquiry"),
        ("东西坏了，我要退款", "zh", "negative", "refund_request"),
        ("¿Cuándo llega mi pedido? Todavía no ha llegado.", "es", "negative", "delivery_update"),
        ("Die Tasse ist kaputt, ich möchte einen Umtausch.", "de", "negative", "replacement"),
        ("商品がまだ届きません", "ja", "negative", "delivery_update"),
        ("환불해 주세요", "ko", "neutral", "refund_request"),
        ("Merci beaucoup, c'est parfait", "fr", "positive", "thanks"),
        ("blue 42", None, "neutral", "unclear"),
    ],
)
def test_what_a_customer_writes(text: str, language: str | None, feeling: str, wants: str) -> None:
    found = read(text)
    assert (found["language"], found["feeling"], found["wants"]) == (language, feeling, wants)
    assert found["suggested_reply"]


def test_the_words_behind_the_verdict_are_shown() -> None:
    assert (
        read("I am dissatisfied with the delay and want to return it.")["words_noticed"]
        == "dissatisfied, delay, return"
    )


def test_the_reply_is_in_the_language_of_the_message() -> None:
    assert "Erstattung" in (read("Ich möchte mein Geld zurück, bitte.")["suggested_reply"] or "")
    assert "refund" in (read("환불해 주세요")["suggested_reply"] or "")


@pytest.mark.parametrize(
    ("text", "values", "reason"),
    [
        ("I will leave a bad review", {}, "Speaks of a bad review, the platform, a bank or a lawyer."),
        ("It arrived broken", {}, "Unhappy, and there is no case for it yet."),
        ("It arrived broken", {"dispute": "D-2026-0001"}, None),
        ("I will leave a bad review", {"result": "settled"}, None),
        ("blue 42", {}, "Not clear what is wanted: ask back."),
        ("Thank you", {}, None),
    ],
)
def test_when_a_person_is_needed(text: str, values: dict[str, str], reason: str | None) -> None:
    assert read(text, **values)["needs_a_person"] == reason


def test_our_own_messages_are_not_judged() -> None:
    assert read("We are sorry for the delay", direction="out") == dict.fromkeys(KEYS) | {"language": "en"}


def test_sellers_get_no_suggested_reply() -> None:
    found = read("We will not refund, you broke it", counterpart="seller")
    assert found["suggested_reply"] is found["wants"] is found["needs_a_person"] is None


def test_an_empty_row_stays_empty() -> None:
    assert row(log.reading) == (None,) * 6


def test_a_promise_for_the_past_is_a_fault() -> None:
    found = row(log.dates, at=datetime(2026, 5, 5, 10), promised_by=date(2026, 5, 4))
    assert [(fault.column, fault.code) for fault in found] == [("promised_by", "K312")]
    assert row(log.dates, at=datetime(2026, 5, 5, 10), promised_by=date(2026, 5, 5)) == []
