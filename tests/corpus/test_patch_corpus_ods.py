"""Every .ods file of the corpus: one cell set to a number, one new row with a text, and nothing else may change.

calamine is the second reader: what it can read before it must read after, every other value equal.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from kakosheet import formats
from kakosheet.book.cells import set_cells
from kakosheet.core.address import MAX_ROW, cell_name
from kakosheet.core.issues import KakosheetError
from kakosheet.core.patch import Patch, SheetPatch
from kakosheet.core.raw import FormulaCell, RawBook, RawSheet
from tests.corpus.permitted import assert_only_permitted

CORPUS = os.environ.get("KAKOSHEET_CORPUS")
FILES = sorted(Path(CORPUS, "ods").iterdir()) if CORPUS and Path(CORPUS, "ods").is_dir() else []
NEW_TEXT = "kako <new> & 表"
MAX_CALAMINE_CELLS = 5_000_000  # it reserves memory for the whole rectangle, and aborts the process if it gets none

# The files that are refused, and why. A refusal that is not listed here is a failure; so is a listed file that is patched.
REFUSED = {
    "LibreOffice+online__android_templates_untitled.ods": "K108",  # no sheet
    "openspout+openspout__tests_resources_ods_attack_billion_laughs.ods": "K106",
    "openspout+openspout__tests_resources_ods_non_zip.ods": "K101",
    "roo-rb+roo__test_files_type_excel.ods": "K102",  # an .xls file
    "tafia+calamine__tests_issue_594_dos.ods": "K107",  # a value in 10^18 cells
    "tafia+calamine__tests_pass_protected.ods": "K102",
    "tdf+odftoolkit__odfdom_src_test_resources_test-input_empty_as_can_be.ods": "K108",  # no sheet
    "tdf+odftoolkit__odfdom_src_test_resources_test-input_empty_file.ods": "K101",
}

pytestmark = pytest.mark.skipif(not FILES, reason="KAKOSHEET_CORPUS is not set, or holds no folder ods")


def target(data: bytes, sheet: RawSheet) -> tuple[int, int]:
    """The first cell that a number may be written to: a formula if there is one, for that is what hangs together with more."""
    filled = [
        (not isinstance(value, FormulaCell), row, column)
        for row, cells in list(sheet.rows.items())[:2000]
        for column, value in cells.items()
    ]
    for _, row, column in sorted(filled)[:60]:
        try:
            formats.apply(data, Patch({sheet.name: SheetPatch({row: {column: 123.5}})}))
        except KakosheetError as error:
            assert error.code in ("K111", "K112"), error
            continue
        return row, column
    return 1, 1


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_patch_changes_what_it_says_and_nothing_else(path: Path) -> None:
    data = path.read_bytes()
    try:
        book = formats.read(data)
    except KakosheetError as error:
        assert error.code == REFUSED.get(path.name), error
        return
    assert path.name not in REFUSED
    sheet = next(iter(book.sheets.values()))
    row, column = target(data, sheet)
    new_row = min(max(max(sheet.rows, default=0), row) + 1, MAX_ROW)
    cells = {row: {column: 123.5}, new_row: {2: NEW_TEXT}} if new_row != row else {row: {column: 123.5}}
    result = formats.apply(data, Patch({sheet.name: SheetPatch(cells)}))
    assert formats.apply(result.data, Patch({sheet.name: SheetPatch(cells)})).data == result.data
    assert_only_permitted(
        data, result.data, {sheet.name: {(number, place) for number, places in cells.items() for place in places}}
    )
    again = formats.read(result.data)
    check_values(book, again, sheet.name, cells)
    assert again.sheets[sheet.name].rows[row][column] == 123.5
    check_with_calamine(data, result.data, book, sheet.name, cells)


@pytest.mark.parametrize("path", FILES[::7], ids=lambda path: path.name)
def test_set_changes_one_cell(path: Path) -> None:
    if path.name in REFUSED:
        return
    data = path.read_bytes()
    sheet = next(iter(formats.read(data).sheets.values()))
    row, column = target(data, sheet)
    result = set_cells(data, {f"{sheet.name}!{cell_name(row, column)}": "=1+1"})
    assert formats.read(result.data).sheets[sheet.name].rows[row][column] == "=1+1"


def check_values(before: RawBook, after: RawBook, sheet: str, cells: dict[int, dict[int, Any]]) -> None:
    assert (before.names, before.properties, list(before.sheets)) == (after.names, after.properties, list(after.sheets))
    for name, old in before.sheets.items():
        new = after.sheets[name]
        for row in {*old.rows, *new.rows}:
            if old.rows.get(row) == new.rows.get(row):
                continue
            for column in {*old.rows.get(row, ()), *new.rows.get(row, ())}:
                value, now = old.rows.get(row, {}).get(column), new.rows.get(row, {}).get(column)
                if value != now and not (name == sheet and column in cells.get(row, ())):
                    assert isinstance(value, FormulaCell) and now == FormulaCell(value.text, None, False), (
                        name,
                        row,
                        column,
                    )


def check_with_calamine(
    before: bytes, after: bytes, book: RawBook, sheet: str, cells: dict[int, dict[int, Any]]
) -> None:
    if any(
        max(item.rows, default=0) * max((max(row) for row in item.rows.values()), default=0) > MAX_CALAMINE_CELLS
        for item in book.sheets.values()
    ):
        return
    try:
        old = with_calamine(before)
    except Exception:  # what cannot be read before says nothing about us
        return
    new = with_calamine(after)
    dropped = {
        (name, row, column)
        for name, item in formats.read(after).sheets.items()
        for row, found in item.rows.items()
        for column, value in found.items()
        if isinstance(value, FormulaCell) and not value.cached
    }
    for place in {*old, *new} - dropped:
        if not (place[0] == sheet and place[2] in cells.get(place[1], ())):
            assert old.get(place) == new.get(place), place
    assert NEW_TEXT in {new.get((sheet, row, 2)) for row in cells} or len(cells) == 1


def with_calamine(data: bytes) -> dict[tuple[str, int, int], Any]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {
        (name, row, column): value
        for name in book.sheet_names
        for row, cells in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False), 1)
        for column, value in enumerate(cells, 1)
        if value != ""
    }
