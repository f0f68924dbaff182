import pytest

from kakosheet.policy.loader import load_policy
from kakosheet.policy.messages import WISHES, language, read, reply
from kakosheet.policy.words import finder, found, plain, return_days, speaks_of_time, takes_nothing_back

POLICY = load_policy()


def test_the_longest_word_wins_and_each_is_named_once() -> None:
    assert found(finder(["soon", "as soon as possible"]), "As soon as possible! Soon, SOON.") == [
        "as soon as possible",
        "soon",
    ]


def test_words_of_spaced_scripts_are_whole_words() -> None:
    pattern = finder(["late", "尽快"])
    assert found(pattern, "translate chocolate") == []
    assert found(pattern, "我们尽快发货") == ["尽快"]


def test_accents_that_people_leave_out_do_not_hide_a_word() -> None:
    pattern = finder(["não chegou", "за день"])
    assert found(pattern, "NAO CHEGOU") == ["nao chegou"]
    assert found(pattern, "Não chegou") == ["não chegou"]
    assert plain("Über, é, が, 한") == "uber, e, が, 한"


def test_a_single_word_is_looked_for_in_all_languages() -> None:
    assert (read(POLICY, "Kaputt").feeling, read(POLICY, "Pessimo").feeling) == ("negative", "negative")


def test_a_lexicon_is_no_pattern() -> None:
    assert found(finder(["a.c", "(", "1:1"]), "abc 1：1 (") == ["1:1", "("]
    assert found(finder([]), "anything") == []


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("7 days", 7),
        ("30-day returns", 30),
        ("two weeks", None),
        ("2 weeks", 14),
        ("7天无理由", 7),
        ("within 14 Tagen", 14),
        ("10.5 days", None),
        ("1000 days", None),
        ("", None),
        (None, None),
    ],
)
def test_days_of_a_return_policy(text: str | None, days: int | None) -> None:
    assert return_days(POLICY, text) == days


def test_a_policy_without_returns() -> None:
    assert takes_nothing_back(POLICY, "FINAL SALE, sorry") and takes_nothing_back(POLICY, "特价商品不退不换")
    assert not takes_nothing_back(POLICY, "7 days") and not takes_nothing_back(POLICY, None)


def test_words_of_time_are_among_the_vague_words() -> None:
    vague = {word for words in POLICY.vague.values() for word in words}
    assert set(POLICY.risk["vague"]["time"]) <= vague
    assert set(POLICY.risk["vague"]["copy"]) <= vague
    assert speaks_of_time(POLICY, "Soon") and not speaks_of_time(POLICY, "high quality")


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("My order has not arrived", "en"),
        ("订单还没有到", "zh"),
        ("注文した商品が届きません", "ja"),
        ("東京", "zh"),
        ("주문한 상품", "ko"),
        ("Где мой заказ?", "ru"),
        ("أين طلبي", "ar"),
        ("סחורה", "he"),
        ("ของยังไม่มา", "th"),
        ("नमस्ते", "hi"),
        ("Onde está o meu pedido?", "pt"),
        ("Dov'è il mio ordine?", "it"),
        ("Gdzie jest moje zamówienie?", "pl"),
        ("Siparişim nerede?", "tr"),
        ("Hàng của tôi đâu", "vi"),
        ("12345", None),
        ("", None),
    ],
)
def test_languages(text: str, lang: str | None) -> None:
    assert language(POLICY, text) == lang


def test_every_wish_has_a_reply_in_english_and_chinese() -> None:
    for wish in (*WISHES, "unclear"):
        assert reply(POLICY, wish, "en") and reply(POLICY, wish, "zh")
        assert reply(POLICY, wish, "en") != reply(POLICY, wish, "zh")
        assert reply(POLICY, wish, "th") == reply(POLICY, wish, "en")


def test_thanks_are_manners_beside_another_wish() -> None:
    assert read(POLICY, "I would like a refund, thank you").wants == "refund_request"
