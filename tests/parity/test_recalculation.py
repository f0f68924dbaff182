"""LibreOffice recalculates what we wrote and comes to the same values; what it saved refreshes to the same tables."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import kakosheet
from kakosheet.book.computing import compute, read_book
from kakosheet.core.dates import to_serial
from kakosheet.core.raw import FormulaCell, RawBook
from kakosheet.formats import read

TODAY = date(2026, 11, 21)
DATES = [TODAY + timedelta(days=n) for n in (-400, -90, -7, -1, 0, 1, 3, 10, 60, 365)]
DIFFERS_BY_PROGRAM = "_kako_sep"
FILTERS = {".xlsx": "Calc MS Excel 2007 XML", ".ods": "calc8"}


@pytest.fixture(scope="module", params=["merchant.xlsx", "merchant.ods"])
def book(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("parity") / request.param
    kakosheet.new(path, profile=path.stem, sample=True, today=TODAY, launcher=False)
    return path


def as_of_cell(raw: RawBook) -> tuple[str, int, int]:
    """Where *As of* is typed."""
    found, _, _ = read_book(raw)
    settings, place = found.tables["settings"], found.binding["settings"]
    return place.sheet, settings.rows[settings.columns["key"].index("as_of")], place.columns["yours"]


def with_as_of(path: Path, day: date, target: Path) -> Path:
    """A copy of the book with *As of* set, refreshed."""
    shutil.copy(path, target)
    sheet, row, column = as_of_cell(read(path.read_bytes()))
    from kakosheet.core.address import cell_name, quote_sheet

    kakosheet.set_cells(target, {f"{quote_sheet(sheet)}!{cell_name(row, column)}": day})
    kakosheet.refresh(target)
    return target


def cached(raw: RawBook) -> dict[tuple[str, int, int], Any]:
    return {
        (sheet.name, row, column): cell.value
        for sheet in raw.sheets.values()
        for row, cells in sheet.rows.items()
        for column, cell in cells.items()
        if isinstance(cell, FormulaCell)
    }


def differences(raw: RawBook, theirs: dict[str, list[list[Any]]]) -> list[str]:
    ours = cached(raw)
    skipped = raw.names[DIFFERS_BY_PROGRAM]
    found = []
    seen = {(sheet, row, column) for sheet, cells in theirs.items() for row, column, _ in cells}
    found += [f"{key}: no formula in LibreOffice" for key in ours.keys() - seen]
    for sheet, cells in theirs.items():
        for row, column, value in cells:
            own = ours.get((sheet, row, column), "(no formula)")
            own = to_serial(own, date1904=raw.date1904) if isinstance(own, date) else "" if own is None else own
            if skipped is not None and (sheet, row, column) == skipped[:3]:
                continue
            same = (
                abs(value - own) < 1e-9
                if isinstance(value, int | float) and isinstance(own, int | float)
                else value == own
            )
            if not same:
                found.append(f"{sheet}!R{row}C{column}: ours {own!r}, theirs {value!r}")
    return found


@pytest.mark.parametrize("day", DATES, ids=str)
def test_every_cached_value_is_what_libreoffice_computes(office: Any, book: Path, day: date, tmp_path: Path) -> None:
    path = with_as_of(book, day, tmp_path / f"dated{book.suffix}")
    office("open", path)
    office("recalculate")
    theirs = office("formulas")
    office("close")
    assert sum(map(len, theirs.values())) > 500
    assert differences(read(path.read_bytes()), theirs) == []


@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
def test_the_copy_that_libreoffice_saved_refreshes_to_the_same_tables(
    office: Any, book: Path, suffix: str, tmp_path: Path
) -> None:
    """In its own format, and converted into the other one."""
    saved = tmp_path / f"saved{suffix}"
    office("open", book)
    office("save", saved, FILTERS[suffix])
    office("close")
    kakosheet.refresh(saved, today=TODAY)
    before, after = (compute(read(path.read_bytes()), today=TODAY).book.tables for path in (book, saved))
    assert {key: table.columns for key, table in after.items()} == {key: table.columns for key, table in before.items()}
    data = saved.read_bytes()
    assert not kakosheet.refresh(saved, today=TODAY)["written"] and saved.read_bytes() == data
    exported = [kakosheet.export(path) for path in (book, saved)]
    assert exported[1] == exported[0]
