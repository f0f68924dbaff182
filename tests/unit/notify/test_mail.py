"""A digest in words and as a mail: complete in every language, and nothing of the book becomes a header."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kakosheet.core.issues import KakosheetError
from kakosheet.core.titles import Titles
from kakosheet.notify.literal import UNSEEN
from kakosheet.notify.mail import digest_name, mail
from kakosheet.notify.model import Digest, OpenDate, Person, Reminder, Rung, one_line
from kakosheet.notify.wording import MOST_LINES, compose, listing
from kakosheet.policy.loader import languages, load_titles

DAY, NOW = date(2026, 11, 24), datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
LEVELS = ("ahead", "today", "friendly", "firm", "escalated")


def digest(person: Person, *reminders: Reminder) -> Digest:
    return Digest(person, DAY, reminders)


def one(level: str = "ahead", **changes: object) -> Reminder:
    made = OpenDate(
        "k", DAY, DAY, "due_soon", "Answer {name} %s", "we", dispute="D-2026-0001", about="Lamp · 卖家"
    )._replace(**changes)  # type: ignore[arg-type]
    return Reminder(made, Rung(level, 1))


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("acts", ["we", "seller", None])
@pytest.mark.parametrize("due", [DAY, NOW])
def test_every_rung_has_words_in_every_language(lang: str, level: str, acts: str | None, due: date) -> None:
    message = compose(
        digest(Person("Ana"), one(level, acts=acts, due=due, silence="It closes.")), load_titles(lang), "orders", "UTC"
    )
    assert "Answer {name} %s" in message.text
    assert "It closes." in message.text
    assert "remind." not in message.text + message.subject + message.short


def test_both_languages_have_the_same_sentences_with_the_same_places() -> None:
    from string import Formatter

    places = [
        {
            key: sorted(name for _, name, _, _ in Formatter().parse(text) if name)
            for key, text in load_titles(lang).texts.items()
            if key.startswith("remind.")
        }
        for lang in languages()
    ]
    assert {frozenset(one) for one in places} == {frozenset(places[0])}
    short = {"ahead_other", "today_other"}
    assert all(one[key] == places[0][key] for one in places for key in one if key.removeprefix("remind.") not in short)


def test_the_next_person_and_a_decided_date_have_sentences_of_their_own() -> None:
    said = load_titles()
    behind = compose(digest(Person("Ana"), one("escalated")._replace(behind="Jo")), said, "orders", "UTC")
    assert "Jo had until 2026-11-24" in behind.text
    over = compose(
        digest(Person("Ana"), one("friendly", state="defaulted", silence="The case is lost.")), said, "orders", "UTC"
    )
    assert over.text.count("The case is lost.") == 1


def test_old_ones_follow_and_long_lists_are_counted() -> None:
    many = tuple(one() for _ in range(MOST_LINES + 4))
    message = compose(Digest(Person(""), DAY, many, many), load_titles(), "orders", "UTC")
    assert message.short.count("\n") == MOST_LINES
    assert message.text.count("and 4 more") == 1
    assert "19 dates need you" in message.subject
    assert len(list(listing(digest(Person("Ana"), *many), load_titles()))) == len(many) + 1


def test_a_short_message_fits_a_chat() -> None:
    many = tuple(one("escalated", what="w" * 300, about="a" * 300, silence="s" * 300) for _ in range(40))
    for lang in languages():
        assert len(compose(digest(Person("Ana"), *many), load_titles(lang), "orders", "UTC").short) <= 4096


def parsed(person: Person, book: str = "orders", what: str = "x") -> email.message.EmailMessage:
    told = digest(person, one(what=what))
    made = mail(
        told, compose(told, load_titles(), book, "UTC"), sender="me@example.com", at=NOW, name=digest_name("id", told)
    )
    return email.message_from_bytes(made.as_bytes(), policy=email.policy.default)


def test_a_mail_has_one_recipient_and_reads_back_whole() -> None:
    found = parsed(Person("李伟, Jr. <x@y.z>", "wei@example.com"), what="Antwort ≠ 答复\n.\nend")
    assert [address.addr_spec for address in found["To"].addresses] == ["wei@example.com"]
    assert found["To"].addresses[0].display_name == "李伟, Jr. <x@y.z>"
    assert found["Bcc"] is None
    assert "Antwort ≠ 答复" in found.get_content()


@pytest.mark.parametrize(
    "bad", ["a\nBcc: all@example.com", "a\r\nBcc: all@example.com", "a\r\n\r\nbody", "a\x0bBcc: all@example.com"]
)
def test_no_text_of_the_book_becomes_a_header(bad: str) -> None:
    from kakosheet.notify.people import person
    from kakosheet.policy.model import Staff

    found = parsed(person(Staff(bad, "wei@example.com")), book=bad, what=bad)
    assert found["Bcc"] is None
    assert [address.addr_spec for address in found["To"].addresses] == ["wei@example.com"]
    assert sorted(found.keys()) == sorted(parsed(Person("Ana", "ana@example.com")).keys())


ENCODED = (
    "=?utf-8?q?a=0ABcc:_all=40example.com?=",
    "=?utf-8?b?YQpCY2M6IGFsbEBleGFtcGxlLmNvbQ==?=",
    "=?utf-8?q?x=0D=0A=0D=0Abody?=",
    "=?utf-8?q?=41=42?=",
    "=?utf-8?q?",
    "=?=?utf-8?q?=0AX:y?=",
    "\r\nBcc: all@example.com",
    "\x0b",
    "\u2028",
    "\x85",
    "\udc80",
    "\x00",
    '"',
    "\\",
    "<x@y.z>",
    ",",
    ";",
    ":",
    "订单",
    "🙂",
    " ",
    "a",
)


@given(st.lists(st.sampled_from(ENCODED) | st.text(max_size=6), min_size=1, max_size=6).map("".join))
@settings(deadline=None)
def test_a_text_that_looks_like_an_encoded_word_is_text_in_a_header(text: str) -> None:
    from kakosheet.notify.people import person
    from kakosheet.policy.model import Staff

    named = one_line(text, 60)
    found = parsed(person(Staff(text, "wei@example.com")), book=named, what=one_line(text))
    assert sorted(found.keys()) == sorted(parsed(Person("Ana", "ana@example.com")).keys())
    assert [address.addr_spec for address in found["To"].addresses] == ["wei@example.com"]
    assert "".join(found["To"].addresses[0].display_name.replace(UNSEEN, "").split()) == "".join(
        one_line(text, 80).split()
    )
    assert found["Subject"].replace(UNSEEN, "").replace(" ", "").startswith(f"{named}:".replace(" ", ""))
    assert one_line(text) in found.get_content()


@pytest.mark.parametrize("address", ["wei@example.com\r\nBcc: x@y.z", "a@b.c, d@e.f", "no address"])
def test_an_address_that_is_none_stops_the_mail(address: str) -> None:
    told = digest(Person("Ana", address), one())
    with pytest.raises(KakosheetError, match="K802") as caught:
        mail(told, compose(told, load_titles(), "orders", "UTC"), sender="me@example.com", at=NOW, name="n")
    assert "\n" not in str(caught.value)


def test_the_message_id_is_the_same_in_every_run_and_another_for_each_person_and_day() -> None:
    told = digest(Person("Ana"), one())
    names = {
        digest_name("id", told),
        digest_name("id", told),
        digest_name("id", told._replace(person=Person("Jo"))),
        digest_name("id", told._replace(day=date(2026, 11, 25))),
        digest_name("other", told),
    }
    assert len(names) == 4


def test_unknown_words_of_a_book_never_break_a_sentence() -> None:
    said: Titles = load_titles()
    message = compose(digest(Person("{count}"), one(what="{0} {x!r} {", acts="somebody")), said, "{day}", "{zone}")
    assert "{0} {x!r} {" in message.text
    assert "{day}: one date" in message.subject
