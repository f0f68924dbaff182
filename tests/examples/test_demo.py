"""The demo walks the whole way and leaves a book in order."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

import kakosheet
from kakosheet.app.demo import demo, export_of
from kakosheet.core.issues import KakosheetError

TODAY = date(2026, 11, 21)


def test_the_demo_ends_with_a_book_and_a_review_in_the_directory(tmp_path: Path) -> None:
    said: list[str] = []
    done = demo(tmp_path / "new" / "place", today=TODAY, tell=said.append)
    assert [line.partition(":")[0] for line in said[:4]] == ["new", "import", "refresh", "review"]
    for key in ("book", "export", "review"):
        assert Path(done[key]).parent == tmp_path / "new" / "place" and Path(done[key]).stat().st_size > 0
    imported = done["steps"]["import"]
    assert (imported["rows_imported"], imported["proposed"], imported["conflicts"]) == (14, 1, 0)
    assert not done["steps"]["refresh"]["written"]
    assert [
        issue for issue in kakosheet.check(done["book"], today=TODAY)["issues"] if issue["severity"] == "error"
    ] == []
    items = [
        row["specification"]
        for row in kakosheet.export(done["book"])["purchases"]
        if row["order_no"] == "PO-076-00412277"
    ]
    assert items == ["=red, one size"]


def test_a_second_demo_in_the_same_place_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    book = Path(demo(tmp_path, today=TODAY, tell=lambda line: None)["book"])
    before = book.read_bytes()
    with pytest.raises(KakosheetError) as caught:
        demo(tmp_path, today=TODAY, tell=lambda line: None)
    assert caught.value.code == "K705"
    assert book.read_bytes() == before


@pytest.mark.parametrize("today", [TODAY, date(2028, 2, 29)])
def test_the_export_is_dated_relative_to_today(today: date) -> None:
    text = export_of(today).decode()
    assert "@" not in text
    assert max(re.findall(r"\b20\d\d-\d\d-\d\d\b", text)) == today.isoformat()
