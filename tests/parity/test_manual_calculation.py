"""In LibreOffice a book of manual calculation shows after a patch what it showed before, never 0, and the keys that the note names make it right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kakosheet.app.set_cells import set_cells
from tests.parity.test_recalculation import FILTERS
from tests.unit.formats.test_manual_calculation import AUTOMATIC, MANUAL

RIGHT = [5, 10, 11, 7, "much", 5]


def row(office: Any) -> list[Any]:
    return [office("get", "S", 1, column) for column in range(1, 7)]


@pytest.mark.parametrize("suffix", FILTERS)
def test_old_values_stand_until_they_are_recalculated(office: Any, suffix: str, tmp_path: Path) -> None:
    book = tmp_path / f"manual{suffix}"
    book.write_bytes(MANUAL[suffix[1:]])
    office("open", book)
    before = row(office)[1:]  # a text that Excel stored is not trusted, and shows 0 with or without us
    assert before[:3] == [2, 3, 7] and (suffix == ".xlsx" or before[3] == "little")
    office("close")
    done = set_cells(book, {"S!A1": 5})
    assert (done["formulas_with_old_value"], done["formulas_to_recalculate"]) == (3, 0)
    office("open", book)
    assert row(office) == [5, *before]
    office("recalculate_changed")  # F9: an .ods may come out right or not, by the styles of its cells
    assert row(office) == [5, *before] or suffix == ".ods"
    office("recalculate")  # Ctrl+Shift+F9
    assert row(office) == RIGHT
    office("close")


@pytest.mark.parametrize("suffix", FILTERS)
def test_what_libreoffice_saves_as_manual_is_taken_as_manual(office: Any, suffix: str, tmp_path: Path) -> None:
    """An .xlsx of its own is automatic: LibreOffice does not write the mode there."""
    book, saved = tmp_path / f"book{suffix}", tmp_path / f"saved{suffix}"
    book.write_bytes(AUTOMATIC[suffix[1:]])
    office("open", book)
    office("calculate_by_hand")
    office("save", saved, FILTERS[suffix])
    office("close")
    done = set_cells(saved, {"S!A1": 5})
    office("open", saved)
    by_hand = office("calculates_by_hand")
    assert (done["formulas_with_old_value"] > 0) == by_hand == (suffix == ".ods")
    assert row(office)[1] == (2 if by_hand else 10)
    office("close")


@pytest.mark.parametrize("suffix", FILTERS)
def test_an_automatic_book_shows_the_right_values_at_once(office: Any, suffix: str, tmp_path: Path) -> None:
    book = tmp_path / f"automatic{suffix}"
    book.write_bytes(AUTOMATIC[suffix[1:]])
    assert set_cells(book, {"S!A1": 5})["formulas_to_recalculate"] == 3
    office("open", book)
    assert row(office) == RIGHT
    office("close")
