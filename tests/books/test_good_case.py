"""A buyer's case that goes well: five cells typed, no red on any day, at most two lines a day (three where the platform has a
last day of its own from the filing on)."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

import kakosheet
from kakosheet.app.add import add_rows
from kakosheet.app.did import did
from kakosheet.app.export import export
from kakosheet.book.computing import read_book
from kakosheet.formats import read

DAY = date(2026, 11, 2)
CASE = "D-2026-0001"


def typed(book: Path, column: str, value: object) -> None:
    found = read_book(read(book.read_bytes()))[0]
    cell = found.cell("disputes", column, found.tables["disputes"].rows[0])
    kakosheet.set_cells(book, {f"'{found.binding['disputes'].sheet}'!{cell}": value})  # type: ignore[dict-item]


@pytest.mark.parametrize(("platform", "most"), [("AliExpress", 2), ("1688", 2), ("eBay", 3)])
def test_nothing_is_red_and_few_lines_are_the_most(path: Path, platform: str, most: int) -> None:
    kakosheet.new(path, today=DAY, launcher=False)
    order = {"item": "Lamp", "seller": "Shop", "price": "40", "platform": platform, "received": "2026-11-01"}
    add_rows(path, "purchases", [{**order, "problem": "Damaged goods", "noticed_on": str(DAY)}], today=DAY)
    for number in range(16):
        day = DAY + timedelta(number)
        if number == 0:
            did(path, CASE, "told", today=day)
            did(path, CASE, "filed", today=day)
        if number == 2:
            typed(path, "their_answer", "Accepts")
            did(path, CASE, "answered", today=day)
        if number == 11:
            typed(path, "money_back", 40)
            did(path, CASE, "paid", today=day)
        alerts = [one for one in kakosheet.refresh(path, today=day)["alerts"] if one["state"]]
        assert not [one for one in alerts if one["state"] in ("overdue", "defaulted")], day
        assert len(alerts) <= most, (day, [one["what_to_do"] for one in alerts])
    assert export(path)["disputes"][0]["stage"] == "closure"
