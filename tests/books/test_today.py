"""`today`: each person's own list, to read; what people wrote is text in it, never markup."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from shutil import copyfile

import pytest

import kakosheet
from kakosheet.app.add import add_rows
from kakosheet.app.today import MARK, plain
from kakosheet.app.today import today as write_today
from kakosheet.core.issues import KakosheetError
from kakosheet.notify.model import Person

TODAY = date(2026, 11, 24)


@pytest.fixture
def book(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return Path(copyfile(kept, tmp_path / "orders.xlsx"))


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("today") / "orders.xlsx"
    kakosheet.new(made, today=TODAY, launcher=False)
    add_rows(
        made,
        "settings",
        [{"group": "staff", "name": "Li Wei", "language": "zh"}, {"group": "staff", "name": "Ana"}],
        today=TODAY,
    )
    add_rows(
        made,
        "deadlines",
        [
            {"what_to_do": "Ask the bank", "agreed_date": "2026-11-24", "who": "Ana"},
            {"what_to_do": "Call", "agreed_date": "2026-11-20", "who": "Li Wei"},
            {
                "what_to_do": "<script>alert(1)</script> [x](http://e.vil) # **b**",
                "agreed_date": "2027-02-01",
                "who": "Ana",
            },
        ],
        today=TODAY,
    )
    return made


def test_each_person_has_a_list_with_the_most_urgent_first(book: Path) -> None:
    done = write_today(book, today=TODAY)
    assert [(one["who"], one["late"], one["today"], one["soon"], one["later"]) for one in done["lists"]] == [
        ("Li Wei", 1, 0, 0, 0),
        ("Ana", 0, 1, 0, 1),
    ]
    folder = book.with_name("orders today")
    assert sorted(file.name for file in folder.iterdir()) == ["Ana.ics", "Ana.md", "Li-Wei.ics", "Li-Wei.md"]
    ana = (folder / "Ana.md").read_text("utf-8")
    assert ana.index("## Today (1)") < ana.index("Ask the bank") < ana.index("## Later (1)")
    assert "Call" not in ana
    assert "## 已逾期 (1)" in (folder / "Li-Wei.md").read_text("utf-8")


def test_what_people_wrote_is_no_markup(book: Path) -> None:
    write_today(book, today=TODAY, who="ana")
    text = (book.with_name("orders today") / "Ana.md").read_text("utf-8")
    assert "<script>" not in text
    assert not re.search(r"[^\\]\](?=\()", text)
    assert re.sub(r"\\(.)", r"\1", plain(r"a\*b_[c](d)<e>`f`|#~&$!")) == r"a\*b_[c](d)<e>`f`|#~&$!"


def test_the_next_day_replaces_the_list_and_nothing_else(book: Path, tmp_path: Path) -> None:
    write_today(book, today=TODAY, out=tmp_path / "out")
    write_today(book, today=date(2026, 11, 25), out=tmp_path / "out")
    assert "2026-11-25" in (tmp_path / "out" / "Ana.md").read_text("utf-8").splitlines()[2]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "Ana.md").write_text("my own notes", "utf-8")
    with pytest.raises(KakosheetError, match="K705"):
        write_today(book, today=TODAY, who="Ana", out=tmp_path / "mine")
    assert (tmp_path / "mine" / "Ana.md").read_text("utf-8") == "my own notes"


def test_a_book_without_people_has_one_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    book = tmp_path / "alone.xlsx"
    kakosheet.new(book, today=TODAY, launcher=False)
    (one,) = write_today(book, today=TODAY)["lists"]
    text = Path(one["text"]).read_text("utf-8")
    assert text.startswith(MARK)
    assert "Nothing is due." in text
    assert one["calendar"] is None


def test_a_dry_run_writes_nothing(book: Path) -> None:
    assert len(write_today(book, today=TODAY, dry_run=True)["lists"]) == 2
    assert not book.with_name("orders today").exists()
    with pytest.raises(KakosheetError, match="choose from: Li Wei, Ana"):
        write_today(book, today=TODAY, who="Nobody")


def test_no_two_people_share_a_file_and_no_name_is_a_device() -> None:
    from kakosheet.reminders.diary import safe_name

    names = ["Ana Silva", "Ana-Silva", "Ana/Silva", "李 伟", "李伟", "NUL", "com1", "..", "", "Jo"]
    found = [safe_name(Person(name), "you") for name in names]
    assert len({name.casefold() for name in found}) == len(names)
    assert found[0] == "Ana-Silva" and found[-1] == "Jo" and not {"NUL", "com1", ".."} & set(found)
    assert all(set(name) <= set("-") | {c for c in name if c.isalnum()} for name in found)
