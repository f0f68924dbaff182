"""A book that is refreshed every day does not grow by that."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import kakosheet
from kakosheet.book.refreshed import refreshed_bytes

TODAY = date(2026, 11, 21)


def test_a_hundred_daily_refreshes_grow_the_file_by_less_than_a_hundredth(tmp_path: Path) -> None:
    """What a day changes are numbers and dates; the few texts that do change are kept once."""
    book = tmp_path / "book.xlsx"
    kakosheet.new(book, sample=True, today=TODAY, launcher=False)
    first = data = refreshed_bytes(book.read_bytes(), today=TODAY).result.data
    for day in range(1, 101):
        data = refreshed_bytes(data, today=TODAY + timedelta(days=day)).result.data
    assert data != first
    assert len(data) < 1.01 * len(first)
