"""Calendars: what is written is what an independent reader reads; entries are changed, never doubled."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakosheet.notify.ics import CalendarEntry, Version, calendar, duration, is_ours, uid
from kakosheet.notify.literal import UNSEEN
from kakosheet.notify.sent import record
from tests.notify.hostile import NAMES

STAMP = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def read(data: bytes) -> list[icalendar.Event]:
    return list(icalendar.Calendar.from_ical(data).walk("VEVENT"))  # type: ignore[arg-type]


def written(*entries: CalendarEntry) -> bytes:
    return calendar("Dates", entries, lambda entry, fingerprint: Version(7, STAMP))


def test_a_day_and_an_instant_read_back() -> None:
    day = CalendarEntry(
        "a@x",
        date(2026, 12, 31),
        "Answer; now, \\ here",
        ("one", "two"),
        (timedelta(days=7, hours=-9), timedelta(hours=-9)),
    )
    instant = CalendarEntry(
        "b@x", datetime(2026, 11, 25, 0, 30, tzinfo=ZoneInfo("Asia/Shanghai")), "回复", (), (timedelta(hours=1),)
    )
    first, second = read(written(day, instant))
    assert first.decoded("dtstart") == date(2026, 12, 31)
    assert first.decoded("dtend") == date(2027, 1, 1)
    assert str(first["summary"]) == "Answer; now, \\ here"
    assert str(first["description"]) == "one\ntwo"
    assert [alarm.decoded("trigger") for alarm in first.walk("VALARM")] == [
        -timedelta(days=6, hours=15),
        timedelta(hours=9),
    ]
    assert second.decoded("dtstart") == datetime(2026, 11, 24, 16, 30, tzinfo=UTC)
    assert second["sequence"] == 7


def test_a_cancelled_entry_rings_no_more() -> None:
    (found,) = read(written(CalendarEntry("a@x", date(2026, 12, 1), "x", alarms=(timedelta(days=1),), cancelled=True)))
    assert str(found["status"]) == "CANCELLED"
    assert found.walk("VALARM") == []


@given(st.text(max_size=200))
def test_any_text_reads_back_on_lines_of_seventy_five_octets(text: str) -> None:
    data = written(CalendarEntry("a@x", date(2026, 12, 1), text, (text,)))
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert data.count(b"\n") == data.count(b"\r\n")
    (found,) = read(data)
    readable = "".join(
        c if c.isprintable() or c == "\n" else " " for c in text.replace("\r\n", "\n").replace("\r", "\n")
    )
    assert str(found["summary"]) == readable
    assert data.count(b"BEGIN:VEVENT") == 1 or "BEGIN:VEVENT" in text


@given(NAMES)
def test_names_are_text_in_every_property(name: str) -> None:
    data = calendar(
        name,
        [CalendarEntry("a@x", date(2026, 12, 1), name, (name, "after"))],
        lambda entry, fingerprint: Version(7, STAMP),
    )
    read_back = icalendar.Calendar.from_ical(data)
    assert re.sub(r"\\(.)", r"\1", str(read_back["x-wr-calname"])) == name  # type: ignore[index]
    (found,) = read(data)
    assert str(found["summary"]) == name
    assert str(found["description"]).replace(UNSEEN, "") == f"{name}\nafter"
    assert not re.search(r"<[a-zA-Z/!?]|&#?\w+;", str(found["description"])), (
        "calendars that show HTML in a description show it as text"
    )


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(0), "P0D"),
        (-timedelta(days=7), "-P7D"),
        (timedelta(hours=9), "PT9H"),
        (-timedelta(days=6, hours=15), "-P6DT15H"),
        (-timedelta(minutes=90), "-PT1H30M"),
        (timedelta(seconds=5), "PT5S"),
    ],
)
def test_durations(length: timedelta, text: str) -> None:
    assert duration(length) == text


def test_uids_hang_on_book_and_row_alone() -> None:
    assert uid("book", "D-1/plan/1") == uid("book", "D-1/plan/1") != uid("other", "D-1/plan/1")
    assert is_ours(written())
    assert not is_ours(b"BEGIN:VCALENDAR\r\nPRODID:-//Somebody//EN\r\n")


def test_a_version_rises_with_the_content_only(tmp_path: Path) -> None:
    entry = CalendarEntry("a@x", date(2026, 12, 1), "x")
    with record(tmp_path / "r.sqlite") as kept:
        first = kept.version("*", entry, "f1", STAMP)
        later = STAMP + timedelta(days=2)
        assert kept.version("*", entry, "f1", later) == first
        second = kept.version("*", entry, "f2", STAMP)
        assert second.sequence == first.sequence + 1
    with record(tmp_path / "r.sqlite") as kept:
        assert kept.version("*", entry, "f2", later) == second
    with record(tmp_path / "other.sqlite") as kept:
        assert kept.version("*", entry, "f2", later).sequence > first.sequence


def test_of_two_computers_whoever_exports_later_has_the_higher_version(tmp_path: Path) -> None:
    entry = CalendarEntry("a@x", date(2026, 12, 1), "x")
    with record(tmp_path / "a.sqlite") as here, record(tmp_path / "b.sqlite") as there:
        here.version("*", entry, "f1", STAMP)
        here.version("*", entry, "f2", STAMP + timedelta(minutes=5))
        newest = there.version("*", entry, "f3", STAMP + timedelta(minutes=9))
        assert newest.sequence > here.version("*", entry, "f2", STAMP + timedelta(minutes=9)).sequence


def test_what_left_the_book_is_taken_out_of_the_calendar_until_its_day(tmp_path: Path) -> None:
    entry = CalendarEntry("a@x", date(2026, 12, 1), "x")
    with record(tmp_path / "r.sqlite") as kept:
        kept.version("*", entry, "f1", STAMP)
        assert kept.gone("*", [entry], date(2026, 11, 24)) == []
        assert kept.gone("*", [], date(2026, 11, 24)) == [entry._replace(cancelled=True)]
        assert kept.gone("*", [], date(2026, 12, 2)) == []
        assert kept.gone("ana", [], date(2026, 11, 24)) == []
