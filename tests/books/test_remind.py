"""`remind` as a list, as mails to look at and as a calendar: complete, the same every time, and changed in place."""

from __future__ import annotations

import email
import email.policy
import json
from datetime import UTC, date, datetime
from pathlib import Path
from shutil import copyfile
from typing import Any

import icalendar
import pytest
from click.testing import CliRunner, Result

import kakosheet
from kakosheet.app.add import add_rows
from kakosheet.app.export import export
from kakosheet.app.remind import remind
from kakosheet.app.set_cells import set_cells
from kakosheet.cli import main
from kakosheet.core.issues import KakosheetError
from kakosheet.sheets import SCHEMA
from tests.books.sample import TODAY as SAMPLE_TODAY
from tests.books.sample import sample

TODAY = date(2026, 11, 24)
COLUMNS = [column.key for column in SCHEMA.tables["deadlines"].columns]


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for name in ("KAKOSHEET_SMTP_HOST", "KAKOSHEET_SMTP_FROM", "KAKOSHEET_SMTP_USER", "KAKOSHEET_NOTIFY_URLS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    book = tmp_path_factory.mktemp("remind") / "orders.xlsx"
    kakosheet.new(book, today=TODAY, launcher=False)
    add_rows(
        book,
        "settings",
        [
            {"group": "staff", "name": "李伟", "contact": "wei@example.com", "language": "zh"},
            {"group": "staff", "name": "Ana", "contact": "ana@example.com"},
        ],
        today=TODAY,
    )
    add_rows(
        book,
        "deadlines",
        [
            {"what_to_do": "Ask; the bank, now", "agreed_date": "2026-11-25", "who": "Ana"},
            {"what_to_do": "Call the carrier", "agreed_date": "2026-11-27 14:30", "who": "李伟"},
        ],
        today=TODAY,
    )
    return book


@pytest.fixture
def book(kept: Path, tmp_path: Path) -> Path:
    target = tmp_path / "orders.xlsx"
    copyfile(kept, target)
    return target


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)


def put(book: Path, what: str, column: str, value: Any) -> None:
    """Type into a cell of Deadlines, found by the text of its row."""
    row = next(line["_row"] for line in export(book)["deadlines"] if line["what_to_do"] == what)
    set_cells(book, {f"Deadlines!{chr(65 + COLUMNS.index(column))}{row}": value})


def events(file: Path) -> dict[str, icalendar.Event]:
    found = icalendar.Calendar.from_ical(file.read_bytes()).walk("VEVENT")  # type: ignore[arg-type]
    assert len({str(event["uid"]) for event in found}) == len(found)
    return {str(event["summary"]): event for event in found}  # type: ignore[misc]


def test_the_list_names_who_and_what(book: Path) -> None:
    done = run("remind", book, "--today", TODAY)
    assert done.exit_code == 0
    assert "Ana (1)" in done.output
    assert "Ask; the bank, now" in done.output
    told = json.loads(run("remind", book, "--today", TODAY, "--json").stdout)
    assert [(one["who"], one["email"], one["language"], len(one["reminders"])) for one in told["digests"]] == [
        ("Ana", "ana@example.com", "en", 1),
        ("李伟", "wei@example.com", "zh", 1),
    ]
    (reminder,) = told["digests"][0]["reminders"]
    assert (reminder["due"], reminder["days_left"], reminder["level"], reminder["rung"]) == (
        "2026-11-25",
        1,
        "ahead",
        1,
    )


def test_the_list_can_be_one_person_s(book: Path) -> None:
    assert "Ana" not in run("remind", book, "--who", "李伟", "--today", TODAY).output
    lost = run("remind", book, "--who", "Nobody", "--today", TODAY)
    assert lost.exit_code == 2
    assert "choose from" in lost.output


def test_a_listing_writes_nothing(book: Path, tmp_path: Path) -> None:
    before = book.read_bytes()
    run("remind", book, "--today", TODAY)
    assert book.read_bytes() == before
    assert not (tmp_path / "state" / "kakosheet" / "sent").exists()


def test_a_done_or_waived_date_is_not_told(book: Path) -> None:
    put(book, "Ask; the bank, now", "done_on", TODAY)
    put(book, "Call the carrier", "waived", "they called")
    assert remind(book, today=TODAY)["digests"] == []


def test_a_book_that_cannot_be_trusted_is_no_book_without_dates(book: Path) -> None:
    row = next(row["_row"] for row in export(book)["settings"] if row["key"] == "lead_days")
    set_cells(book, {f"Settings!D{row}": "soon"})
    with pytest.raises(KakosheetError, match="K502"):
        remind(book, today=TODAY)


def test_each_person_gets_a_mail_file_in_their_language(book: Path, tmp_path: Path) -> None:
    done = remind(book, today=TODAY, mails=tmp_path / "out")
    read = [email.message_from_bytes(Path(file).read_bytes(), policy=email.policy.default) for file in done["mails"]]
    assert [message["To"].addresses[0].addr_spec for message in read] == ["ana@example.com", "wei@example.com"]
    assert "Ask; the bank, now" in read[0].get_content()
    assert "您好" in read[1].get_content()
    again = remind(book, today=TODAY, mails=tmp_path / "out")
    assert again["mails"] == done["mails"]
    assert len(list((tmp_path / "out").iterdir())) == 2


def test_a_file_of_somebody_else_is_not_replaced(book: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.ics").write_text("BEGIN:VCALENDAR\nPRODID:mine\nEND:VCALENDAR\n", "utf-8")
    with pytest.raises(KakosheetError, match="K705"):
        remind(book, today=TODAY, calendar=tmp_path / "mine.ics")


def test_no_name_becomes_a_path(book: Path, tmp_path: Path) -> None:
    names = ["../../evil", "/etc/passwd", "CON", "a/b\\c:d*?", "..", "💥", "x" * 300]
    rows = [{"what_to_do": "x", "agreed_date": "2026-11-24", "who": name} for name in names]
    add_rows(book, "deadlines", rows, today=TODAY)
    out = tmp_path / "deep" / "out"
    before = set(tmp_path.rglob("*"))
    assert len(remind(book, today=TODAY, mails=out)["mails"]) == len(names) + 2
    new = {file for file in set(tmp_path.rglob("*")) - before if "state" not in file.parts}
    assert len(new) == len(names) + 2 + 2
    assert all(file in (out, out.parent) or file.parent == out for file in new)


def test_a_calendar_has_days_as_days_and_times_in_utc(book: Path, tmp_path: Path) -> None:
    remind(book, today=TODAY, calendar=tmp_path / "dates.ics")
    found = events(tmp_path / "dates.ics")
    assert found["Ask; the bank, now"].decoded("dtstart") == date(2026, 11, 25)
    assert found["Call the carrier"].decoded("dtstart") == datetime(2026, 11, 27, 14, 30, tzinfo=UTC)
    assert len(found["Call the carrier"].walk("VALARM")) >= 3


def test_an_export_without_a_change_is_the_same_file_on_another_day(book: Path, tmp_path: Path) -> None:
    remind(book, today=TODAY, calendar=tmp_path / "a.ics")
    remind(book, today=date(2026, 11, 25), calendar=tmp_path / "b.ics")
    assert (tmp_path / "a.ics").read_bytes() == (tmp_path / "b.ics").read_bytes()


def test_a_moved_date_changes_its_entry_and_adds_none(book: Path, tmp_path: Path) -> None:
    file = tmp_path / "dates.ics"
    remind(book, today=TODAY, calendar=file)
    before = events(file)
    put(book, "Ask; the bank, now", "agreed_date", date(2026, 12, 3))
    remind(book, today=TODAY, calendar=file)
    after = events(file)
    moved, old = after["Ask; the bank, now"], before["Ask; the bank, now"]
    assert moved.decoded("dtstart") == date(2026, 12, 3)
    assert moved["uid"] == old["uid"]
    assert int(moved["sequence"]) == int(old["sequence"]) + 1
    assert after["Call the carrier"] == before["Call the carrier"]
    assert len(after) == len(before)


def test_a_date_that_is_done_leaves_the_calendar(book: Path, tmp_path: Path) -> None:
    file = tmp_path / "dates.ics"
    remind(book, today=TODAY, calendar=file)
    before = events(file)["Call the carrier"]
    put(book, "Call the carrier", "done_on", TODAY)
    remind(book, today=TODAY, calendar=file)
    after = events(file)["Call the carrier"]
    assert str(after["status"]) == "CANCELLED"
    assert after["uid"] == before["uid"]
    assert int(after["sequence"]) > int(before["sequence"])
    put(book, "Call the carrier", "done_on", None)
    remind(book, today=TODAY, calendar=file)
    back = events(file)["Call the carrier"]
    assert str(back["status"]) == "CONFIRMED"
    assert int(back["sequence"]) > int(after["sequence"])


def test_a_calendar_survives_a_change_of_time_zone(book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remind(book, today=TODAY, calendar=tmp_path / "a.ics")
    monkeypatch.setenv("TZ", "America/Los_Angeles")
    remind(book, today=TODAY, calendar=tmp_path / "b.ics")
    assert (tmp_path / "a.ics").read_bytes() == (tmp_path / "b.ics").read_bytes()
    row = next(row["_row"] for row in export(book)["settings"] if row["key"] == "zone")
    set_cells(book, {f"Settings!D{row}": "Asia/Shanghai"})
    remind(book, today=TODAY, calendar=tmp_path / "c.ics")
    before, after = events(tmp_path / "a.ics"), events(tmp_path / "c.ics")
    assert {name: str(event["uid"]) for name, event in before.items()} == {
        name: str(event["uid"]) for name, event in after.items()
    }
    assert after["Ask; the bank, now"].decoded("dtstart") == date(2026, 11, 25)
    assert after["Call the carrier"].decoded("dtstart") == datetime(2026, 11, 27, 6, 30, tzinfo=UTC)


def test_people_have_calendars_of_their_own(book: Path, tmp_path: Path) -> None:
    remind(book, today=TODAY, calendar=tmp_path / "ana.ics", who="Ana")
    remind(book, today=TODAY, calendar=tmp_path / "all.ics")
    assert list(events(tmp_path / "ana.ics")) == ["Ask; the bank, now"]
    assert len(events(tmp_path / "all.ics")) == 2
    remind(book, today=TODAY, calendar=tmp_path / "ana.ics", who="ana")
    assert list(events(tmp_path / "ana.ics")) == ["Ask; the bank, now"]


def test_evidence_that_expires_is_told_to_whoever_has_the_case(book: Path) -> None:
    add_rows(
        book, "purchases", [{"item": "Lamp", "bought_on": "2026-11-02", "price": "20", "currency": "EUR"}], today=TODAY
    )
    (case,) = add_rows(
        book,
        "disputes",
        [{"order": "P-0001", "type": "Damaged product", "opened_on": "2026-11-20", "assigned_to": "ana"}],
        today=TODAY,
    )["ids"]
    add_rows(
        book,
        "evidence",
        [{"dispute": case, "what": "My video", "file": "video.mp4", "valid_until": "2026-11-26"}],
        today=TODAY,
    )
    told = {one["who"]: one["reminders"] for one in remind(book, today=TODAY)["digests"]}
    assert [(one["dispute"], one["last_day"]) for one in told["Ana"] if "My video" in one["what_to_do"]] == [
        (case, "2026-11-26")
    ]


def test_complete_evidence_is_to_be_sent_until_somebody_wrote_that_it_was(path: Path) -> None:
    kakosheet.new(path, today=TODAY, profile="merchant", launcher=False)
    add_rows(
        path,
        "sales",
        [{"item": "Lamp", "platform": "visa", "sold_on": "2026-10-20", "price": "20", "currency": "EUR"}],
        today=TODAY,
    )
    (case,) = add_rows(
        path,
        "disputes",
        [
            {
                "order": "S-0001",
                "type": "Refund not paid",
                "opened_on": "2026-10-28",
                "asked_on": "2026-10-28",
                "assigned_to": "Ana",
            }
        ],
        today=TODAY,
    )["ids"]
    for row in export(path)["evidence"]:
        set_cells(path, {f"Evidence Index!I{row['_row']}": "paper.pdf"})
    kakosheet.refresh(path, today=TODAY)
    assert {row["accepted_until"] for row in export(path)["evidence"]} == {"2026-11-27"}
    found = remind(path, today=TODAY)["digests"][0]["reminders"]
    told = [one for one in found if one["key"] == f"{case}/chargeback_answer/1"]
    assert [(one["last_day"], one["level"], one["if_nothing_happens"]) for one in told] == [
        ("2026-11-27", "ahead", "The case is lost.")
    ]
    assert [row["due"] for row in export(path)["alerts"] if row.get("what_to_do") == told[0]["what_to_do"]] == [
        "2026-11-27T00:00:00"
    ]


def test_people_who_cannot_be_told_are_named(book: Path) -> None:
    add_rows(book, "settings", [{"group": "staff", "name": "Eve", "contact": "somewhere"}], today=TODAY)
    row = next(row["_row"] for row in export(book)["settings"] if row["key"] == "escalate_to")
    set_cells(book, {f"Settings!D{row}": "Max"})
    notes = remind(book, today=TODAY)["notes"]
    assert any("Eve" in note and "somewhere" in note for note in notes)
    assert any("Max" in note for note in notes)


def test_sending_without_a_way_to_send_says_what_to_set(book: Path) -> None:
    done = run("remind", book, "--send", "--today", TODAY)
    assert done.exit_code == 2
    assert "KAKOSHEET_SMTP_HOST" in done.output


def test_the_sample_has_something_for_its_owner(tmp_path: Path) -> None:
    book = tmp_path / "sample.xlsx"
    book.write_bytes(sample())
    done = remind(book, today=SAMPLE_TODAY, calendar=tmp_path / "dates.ics")
    (digest,) = done["digests"]
    assert digest["who"] == ""
    assert all(one["acts"] == "we" or one["if_nothing_happens"] for one in digest["reminders"])
    assert len(icalendar.Calendar.from_ical((tmp_path / "dates.ics").read_bytes()).walk("VEVENT")) >= len(
        digest["reminders"]
    )  # type: ignore[arg-type]


def test_who_refuses_or_is_late_is_urged_by_a_draft_in_their_language(path: Path) -> None:
    kakosheet.new(path, today=TODAY, launcher=False)
    add_rows(path, "sellers", [{"seller": "广州灯具", "language": "zh"}], today=TODAY)
    for item, seller in (("Lamp", "Volt"), ("Tent", "广州灯具")):
        add_rows(
            path,
            "purchases",
            [{"item": item, "seller": seller, "bought_on": "2026-11-02", "price": "20", "currency": "EUR"}],
            today=TODAY,
        )
    add_rows(
        path,
        "disputes",
        [
            {
                "order": "P-0001",
                "type": "Damaged goods",
                "opened_on": "2026-11-20",
                "their_answer": "Refuses",
                "answered_on": "2026-11-23",
                "case_no": "C-7",
            },
            {
                "order": "P-0002",
                "type": "Refund not paid",
                "opened_on": "2026-11-02",
                "platform": "taobao",
                "refund_promised": "2026-11-04",
            },
        ],
        today=TODAY,
    )
    kakosheet.refresh(path, today=TODAY)
    done = remind(path, today=TODAY)
    told = {one["key"]: one["draft"] for one in done["digests"][0]["reminders"] if one["draft"]}
    assert told["D-2026-0001/urge/1"].startswith("Dear Volt, about Lamp (case C-7): you do not accept responsibility.")
    assert told["D-2026-0002/refund/1"].startswith("广州灯具，您好：关于Tent（纠纷 D-2026-0002），“退款到账”")
    assert "2026-11-27" in told["D-2026-0002/refund/1"]
    assert f"Draft: {told['D-2026-0001/urge/1']}" in done["digests"][0]["text"]
    mail = email.message_from_bytes(
        Path(remind(path, today=TODAY, mails=path.parent / "out")["mails"][0]).read_bytes(), policy=email.policy.default
    )
    assert "Dear Volt, about Lamp (case C-7)" in " ".join(mail.get_content().split())
