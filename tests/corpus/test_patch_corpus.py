"""Every .xlsx file of the corpus: one cell set to a number, one new row with a text, and nothing else may change.

Second readers are openpyxl and calamine: each that can read the file before must read it after, every other value equal.
"""

from __future__ import annotations

import io
import os
import warnings
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from kakosheet import formats
from kakosheet.core.issues import KakosheetError
from kakosheet.core.patch import Patch, SheetPatch
from kakosheet.core.raw import FormulaCell, RawSheet
from tests.corpus.permitted import assert_only_permitted

CORPUS = os.environ.get("KAKOSHEET_CORPUS")
FILES = sorted(Path(CORPUS, "xlsx").iterdir()) if CORPUS and Path(CORPUS, "xlsx").is_dir() else []
NEW_TEXT = "kako <new> & 表"
MAX_CALAMINE_CELLS = 5_000_000  # it reserves memory for the whole rectangle, and aborts the process if it gets none

# The files that are refused, and why. A refusal that is not listed here is a failure; so is a listed file that is patched.
REFUSED = {
    "ClosedXML__ClosedXML.Tests-Resource-TryToLoad--$LoadPivotTables.xlsx": "K101",  # an owner file that Excel left behind
    "apache__test-data-spreadsheet-clusterfuzz-testcase-minimized-POIXSSFFuzzer-5089447305609216.xlsx": "K104",
    "apache__test-data-spreadsheet-clusterfuzz-testcase-minimized-POIXSSFFuzzer-6123461607817216.xlsx": "K104",
    "apache__test-data-spreadsheet-clusterfuzz-testcase-minimized-XLSX2CSVFuzzer-6594557414080512.xlsx": "K104",
    "apache__test-data-spreadsheet-duplicate-filename-case-insensitive.xlsx": "K105",
    "apache__test-data-spreadsheet-duplicate-filename.xlsx": "K105",
    "apache__test-data-spreadsheet-protected_passtika.xlsx": "K102",
    "dotnet__test-DocumentFormat.OpenXml.Tests.Assets-assets-TestDataStorage-O14ISOStrict-Excel-xl8galry.xlsx": "K108",  # chart sheets only
    "qax-os__test-BadWorkbook.xlsx": "K108",
    "dtjohnson__test-e2e-generate-encrypted-out.xlsx": "K102",
    "roo-rb__test-files-type_excel.xlsm": "K102",
}

pytestmark = pytest.mark.skipif(not FILES, reason="KAKOSHEET_CORPUS is not set, or holds no folder xlsx")


def target(data: bytes, sheet: RawSheet) -> tuple[int, int]:
    """The first cell that a number may be written to: a formula if there is one, for that is what hangs together with more."""
    filled = [
        (row, column, isinstance(value, FormulaCell))
        for row, cells in sheet.rows.items()
        for column, value in cells.items()
    ][:3000]
    wanted = [(row, column) for row, column, formula in filled if formula][:8] + [
        (row, column) for row, column, formula in filled if not formula
    ][:40]
    for row, column in wanted:
        try:
            formats.apply(data, Patch({sheet.name: SheetPatch({row: {column: 123.5}})}), drop_signature=True)
        except KakosheetError as error:
            assert error.code in ("K111", "K112"), error
            continue
        return row, column
    return sheet.last_row + 1, free_column(data, sheet.name, sheet.last_row + 1)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_patch_changes_what_it_says_and_nothing_else(path: Path) -> None:
    data = path.read_bytes()
    try:
        book = formats.read(data)
    except KakosheetError as error:
        assert error.code == REFUSED.get(path.name), error
        return
    assert path.name not in REFUSED
    sheet = next(sheet for sheet in book.sheets.values() if sheet.last_row < 1_048_000)
    row, column = target(data, sheet)
    new_row = max(sheet.last_row, row) + 1
    patch = Patch(
        {sheet.name: SheetPatch({row: {column: 123.5}, new_row: {free_column(data, sheet.name, new_row): NEW_TEXT}})}
    )
    result = formats.apply(data, patch, drop_signature=True)
    assert formats.apply(result.data, patch).data == result.data
    written = {(number, place) for number, cells in patch.sheets[sheet.name].cells.items() for place in cells}
    assert_only_permitted(data, result.data, {sheet.name: written})
    check_second_readers(data, result.data, sheet.name, patch)


def free_column(data: bytes, sheet: str, row: int) -> int:
    """The first column in which the row may be written (a merged range may lie there)."""
    for column in range(1, 60):
        try:
            formats.apply(data, Patch({sheet: SheetPatch({row: {column: "x"}})}), drop_signature=True)
        except KakosheetError as error:
            assert error.code in ("K111", "K112"), error
            continue
        return column
    raise AssertionError("no column is free")


def check_second_readers(before: bytes, after: bytes, sheet: str, patch: Patch) -> None:
    wanted = {
        (row, column): value for row, cells in patch.sheets[sheet].cells.items() for column, value in cells.items()
    }
    for reader in (with_openpyxl, with_calamine):
        try:
            old = reader(before)
        except Exception:  # what cannot be read before says nothing about us
            continue
        new = reader(after)
        for name in old:
            changed = {
                place: (old[name].get(place), new[name].get(place))
                for place in {*old[name], *new[name]}
                if old[name].get(place) != new[name].get(place)
            }
            others = {place: pair for place, pair in changed.items() if not (name == sheet and place in wanted)}
            assert not {place: pair for place, pair in others.items() if pair[1] is not None}, (
                f"{reader.__name__}: {name}: {others}"
            )
        if sheet in new:
            texts = {new[sheet].get(place) for place, value in wanted.items() if value == NEW_TEXT}
            assert texts == {NEW_TEXT}, f"{reader.__name__} reads {texts}"


def with_openpyxl(data: bytes) -> dict[str, dict[tuple[int, int], Any]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    # iter_rows would make a cell for every place of the rectangle, be it a whole sheet.
    return {
        sheet.title: {place: cell.value for place, cell in sheet._cells.items() if cell.value is not None}
        for sheet in book.worksheets
    }


def with_calamine(data: bytes) -> dict[str, dict[tuple[int, int], Any]]:
    for sheet in formats.read(data).sheets.values():
        columns = max((max(cells) for cells in sheet.rows.values() if cells), default=0)
        if sheet.last_row * columns > MAX_CALAMINE_CELLS:
            raise MemoryError
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    values = {}
    for name in formats.read(data, sheets=()).sheets:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        values[name] = {
            (row, column): value
            for row, cells in enumerate(rows, 1)
            for column, value in enumerate(cells, 1)
            if value != ""
        }
    return values
