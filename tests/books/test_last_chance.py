"""What can never be done afterwards stands first on every list: from two weeks before in all of them, from three days before as line 1."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

import kakosheet
from kakosheet.app.add import add_rows
from kakosheet.app.did import did
from kakosheet.app.export import export
from kakosheet.app.remind import remind
from kakosheet.app.today import today as lists
from kakosheet.cli import main

NOTICED = date(2026, 3, 2)
LAST = date(2026, 3, 22)  # a Sunday: PayPal closes a case that nobody escalates within 20 days
TOLD = "Settle it, or escalate it on PayPal"


@pytest.fixture
def book(path: Path) -> Path:
    kakosheet.new(path, profile="procurement", today=NOTICED, launcher=False)
    order = {"price": "500", "bought_on": "2026-02-01", "received": "2026-02-27", "noticed_on": str(NOTICED)}
    rows = [
        {**order, "item": "Pumps", "seller": "Works A", "platform": "Alibaba.com", "problem": "Damaged goods"},
        {**order, "item": "Seals", "seller": "Works B", "platform": "PayPal", "problem": "Not as described"},
        {**order, "item": "Hoses", "seller": "Works C", "platform": "eBay", "problem": "Parts missing"},
    ]
    add_rows(path, "purchases", rows, today=NOTICED)
    did(path, "D-2026-0002", "filed", today=NOTICED)
    return path


def everywhere(book: Path, day: date) -> list[list[str]]:
    """What each list says on a day, line by line."""
    printed = CliRunner().invoke(main, ["refresh", str(book), "--today", str(day)]).stdout.splitlines()
    tables = export(book)
    told = [one for one in remind(book, today=day)["digests"] if one["reminders"]]
    texts = [Path(one["text"]).read_text("utf-8") for one in lists(book, today=day, force=True)["lists"]]
    return [
        [line for line in printed if "D-2026-" in line],
        [row["what_to_do"] for row in tables["alerts"] if row["what_to_do"]],
        [row["what_to_do"] for row in tables["start_alerts"] if row["what_to_do"]],
        [one["what_to_do"] for one in told[0]["reminders"]] if told else [],
        [line for line in texts[0].splitlines() if line.startswith("- ")],
    ]


@pytest.mark.parametrize("left", [14, 10, 3, 2, 1, 0])
def test_the_last_day_is_on_every_list_and_at_last_on_top(book: Path, left: int) -> None:
    for lines in everywhere(book, LAST - timedelta(left)):
        assert any(TOLD in line for line in lines), lines
        if left <= 3:
            assert TOLD in lines[0], lines


def test_the_case_tells_its_last_chance(book: Path) -> None:
    kakosheet.refresh(book, today=LAST - timedelta(5))
    case = next(row for row in export(book)["disputes"] if row["dispute_id"] == "D-2026-0002")
    assert case["last_chance"] == str(LAST)
    kakosheet.refresh(book, today=LAST + timedelta(1))
    case = next(row for row in export(book)["disputes"] if row["dispute_id"] == "D-2026-0002")
    assert case["last_chance"] is None
