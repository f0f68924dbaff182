"""Forty files of the corpus, patched: openxml-audit finds nothing in them that it did not find before."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kakosheet import formats
from kakosheet.core.patch import Patch, SheetPatch
from tests.audit.auditing import findings
from tests.corpus.test_patch_corpus import NEW_TEXT, REFUSED, free_column, target

pytest.importorskip("openxml_audit", reason="openxml-audit is not installed")

CORPUS = os.environ.get("KAKOSHEET_CORPUS")
MOST_BYTES, COUNT = 40_000, 40
INLINE = "Excel_InlineStrCells"
"""A warning that Excel will move inline strings to a table of shared ones: a file that has no such table is given none."""


def chosen() -> list[Path]:
    """Spread over the corpus, large ones left out for their time."""
    folder = Path(CORPUS or "", "xlsx")
    files = (
        sorted(file for file in folder.iterdir() if file.stat().st_size < MOST_BYTES and file.name not in REFUSED)
        if CORPUS and folder.is_dir()
        else []
    )
    step = max(1, len(files) // COUNT)
    return files[::step][:COUNT]


FILES = chosen()
pytestmark = pytest.mark.skipif(not FILES, reason="KAKOSHEET_CORPUS is not set, or holds no folder xlsx")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_patch_brings_no_finding(path: Path, tmp_path: Path) -> None:
    data = path.read_bytes()
    book = formats.read(data)
    sheet = next(sheet for sheet in book.sheets.values() if sheet.last_row < 1_048_000)
    row, column = target(data, sheet)
    new_row = max(sheet.last_row, row) + 1
    cells = SheetPatch({row: {column: 123.5}, new_row: {free_column(data, sheet.name, new_row): NEW_TEXT}})
    result = formats.apply(data, Patch({sheet.name: cells}, {"kakosheet.id": "x"}), drop_signature=True)
    assert result.data != data
    assert not findings(result.data, tmp_path, INLINE) - findings(data, tmp_path, INLINE)
