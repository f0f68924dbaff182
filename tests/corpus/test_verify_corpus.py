"""A sample of the corpus, patched in one cell: the second reader agrees, and sees one digit more that is flipped in the sheet or beside it."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from kakosheet import formats
from kakosheet.core.issues import KakosheetError
from kakosheet.core.patch import Patch, SheetPatch
from kakosheet.formats.package import Package
from kakosheet.formats.verify import verify
from tests.corpus.test_patch_corpus import REFUSED, target
from tests.corpus.test_patch_corpus_ods import REFUSED as REFUSED_ODS

CORPUS = Path(os.environ.get("KAKOSHEET_CORPUS") or "/nowhere")
FILES = [
    file
    for kind, step in (("xlsx", 12), ("ods", 6))
    if (CORPUS / kind).is_dir()
    for file in [file for file in sorted((CORPUS / kind).iterdir()) if file.name not in {*REFUSED, *REFUSED_ODS}][
        ::step
    ]
]
DIGIT = re.compile(rb"(?:<(?:\w+:)?v>|office:value=\"|</a:)(\d)")

pytestmark = pytest.mark.skipif(not FILES, reason="KAKOSHEET_CORPUS is not set, or holds no folder")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_one_cell_is_confirmed_and_one_digit_more_is_not(path: Path) -> None:
    data = path.read_bytes()
    sheets = formats.read(data).sheets.values()
    sheet = next((sheet for sheet in sheets if sheet.last_row < 1_048_000), next(iter(sheets)))
    row, column = target(data, sheet)
    patch = Patch({sheet.name: SheetPatch({row: {column: 123.5}})})
    try:
        result = formats.apply(data, patch, drop_signature=True)
    except KakosheetError as error:
        assert error.code in ("K111", "K112")
        return
    assert verify(data, result.data, patch, result.stale) == (1, result.stale, ())
    package = Package(result.data)
    for name in package.names():
        content = package.read(name) if name.endswith(".xml") else b""
        digits = list(DIGIT.finditer(content))
        for match in digits[:: max(1, len(digits) // 3)]:
            at = match.start(1)
            flipped = content[:at] + (b"7" if content[at : at + 1] != b"7" else b"3") + content[at + 1 :]
            assert verify(data, package.rebuild({name: flipped}), patch, result.stale).differences, (
                name,
                content[at - 40 : at + 20],
            )
