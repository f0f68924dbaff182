"""Who is told: one digest a person, nothing twice, and the next person when a date stays missed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kakosheet.notify.digests import digests, grouped, reminders
from kakosheet.notify.ladder import Ladder
from kakosheet.notify.model import OpenDate, Person, one_line
from kakosheet.notify.people import is_email, next_person, people, person, responsible
from kakosheet.policy.model import Staff

LADDER = Ladder((7, 3, 1, 0), (1, 3, 7))
TUESDAY = date(2026, 11, 24)
WEI, ANA, JO = (
    Person("Li Wei", "wei@example.com", lang="zh"),
    Person("Ana", "ana@example.com"),
    Person("Jo", phone="+4917012345"),
)
ALL = (WEI, ANA, JO)


def due(
    key: str, in_days: int, who: str = "", acts: str | None = "we", silence: str = "", state: str = "due_soon"
) -> OpenDate:
    day = TUESDAY + timedelta(days=in_days)
    return OpenDate(key, day, day, state, f"do {key}", acts, who, silence=silence)


def told_to(*dates: OpenDate, known: tuple[Person, ...] = ALL, chosen: str | None = None) -> dict[str, list[str]]:
    found = reminders(dates, LADDER, known, TUESDAY, chosen)
    return {one.person.name: [reminder.date.key for reminder in one.news] for one in grouped(found, TUESDAY)}


def test_each_person_gets_one_digest_with_the_most_urgent_first() -> None:
    assert told_to(due("a", 3, "Li Wei"), due("b", 0, "li  wei"), due("c", 1, "Ana")) == {
        "Li Wei": ["b", "a"],
        "Ana": ["c"],
    }


def test_a_date_of_nobody_goes_to_the_first_person_or_to_you() -> None:
    assert told_to(due("a", 1)) == {"Li Wei": ["a"]}
    assert told_to(due("a", 1), known=()) == {"": ["a"]}


def test_a_name_without_a_row_is_kept() -> None:
    assert told_to(due("a", 1, "Somebody Else")) == {"Somebody Else": ["a"]}


def test_a_date_that_stays_missed_goes_to_the_next_person_too() -> None:
    late = due("a", -7, "Jo", state="overdue")
    assert told_to(late) == {"Jo": ["a"], "Li Wei": ["a"]}
    assert told_to(late, chosen="ana") == {"Jo": ["a"], "Ana": ["a"]}
    assert told_to(late, known=(JO,)) == {"Jo": ["a"]}
    assert told_to(due("a", -6, "Jo", state="overdue")) == {"Jo": ["a"]}


def test_the_next_person_knows_whose_date_it_is() -> None:
    found = reminders([due("a", -8, "Jo", state="overdue")], LADDER, ALL, TUESDAY)
    assert [(one.name, reminder.behind) for one, reminder in found] == [("Jo", ""), ("Li Wei", "Jo")]


def test_whoever_is_chosen_never_hears_twice_of_his_own_date() -> None:
    assert next_person(ANA, ALL, "Ana") is None
    assert next_person(Person("gone"), ALL, None) == WEI


def test_what_was_told_is_not_told_again_until_the_next_rung() -> None:
    found = reminders([due("a", 3, "Ana"), due("b", 6, "Ana")], LADDER, ALL, TUESDAY)
    (one,) = digests(found, LADDER, TUESDAY, lambda _, date_: 7)
    assert [reminder.date.key for reminder in one.news] == ["a"]
    assert [reminder.date.key for reminder in one.rest] == ["b"]
    assert digests(found, LADDER, TUESDAY, lambda _, date_: 3) == []


def test_a_day_off_only_catches_up() -> None:
    saturday = TUESDAY + timedelta(days=4)
    found = reminders([due("new", 5, "Ana"), due("old", -1, "Ana", state="overdue")], LADDER, ALL, saturday)
    (one,) = digests(found, LADDER, saturday, lambda _, date_: 0 if date_.key == "old" else None)
    assert [reminder.date.key for reminder in one.news] == ["new"]


def test_nobody_is_asked_to_step_in_on_a_day_off() -> None:
    missed = due("a", -3, "Ana", state="overdue")
    for ahead, tells in (
        (4, []),
        (5, []),
        (6, ["Jo", "Ana"]),
    ):  # a Saturday, a Sunday, a Monday; the seventh day after is the Saturday
        day = TUESDAY + timedelta(days=ahead)
        found = reminders([missed], LADDER, ALL, day)
        made = digests(found, LADDER, day, lambda person, _: -3 if person == ANA else None)
        assert sorted(one.person.name for one in made) == sorted(tells)


@pytest.mark.parametrize(
    "contact",
    [
        "wei@example.com\nBcc: all@example.com",
        "wei@example.com\r\nSubject: x",
        "a@b.c\x00",
        "wei@example.com%0aBcc:x@y.z ",
        "<a@b.c>",
        "a b@example.com",
        "wei@",
        "@example.com",
        "wei@exa mple.com",
        'we"i@example.com',
        "wei@-example.com",
        "x" * 250 + "@example.com",
        "wei@example.com\u2028Bcc: a@b.c",
        "wéi@example.com",
    ],
)
def test_a_contact_that_is_no_plain_address_is_refused(contact: str) -> None:
    found = person(Staff("Li Wei", contact))
    assert found.email == ""
    assert found.wrong
    assert "\n" not in found.wrong


@pytest.mark.parametrize(
    ("contact", "email", "phone"),
    [
        ("wei@example.com", "wei@example.com", ""),
        (" mailto:wei@example.com ", "wei@example.com", ""),
        ("+49 170 123-45 67", "", "+491701234567"),
        ("wei@example.com, +86 (138) 0013 8000", "wei@example.com", "+8613800138000"),
        ("o'neil+x@mail.example.co.uk", "o'neil+x@mail.example.co.uk", ""),
        ("me@localhost", "me@localhost", ""),
        ("微信", "", ""),
        ("", "", ""),
    ],
)
def test_contacts_as_people_type_them(contact: str, email: str, phone: str) -> None:
    found = person(Staff("Li Wei", contact))
    assert (found.email, found.phone) == (email, phone)


def test_two_rows_of_one_name_are_one_person() -> None:
    assert people([Staff("Ana", "ana@example.com"), Staff("ANA", "other@example.com")]) == (
        Person("Ana", "ana@example.com"),
    )
    assert responsible("ana", (ANA,)) == ANA


def test_texts_of_the_book_come_on_one_line() -> None:
    assert one_line("a\r\nBcc: x\u2028\u202eb\tc") == "a Bcc: x b c"
    assert len(one_line("x" * 1000)) == 300
    assert not is_email("a@b.c\n")
