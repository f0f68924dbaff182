"""Input that means harm: a typed error or a right answer, never a crash, a hang, or memory without a bound."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from kakosheet import formats
from kakosheet.core.issues import KakosheetError
from kakosheet.core.patch import Patch, SheetPatch
from kakosheet.core.raw import FormulaCell
from tests.unit.formats.packages import make, members, packed, rows_of, worksheet

PATCH = Patch({"S": SheetPatch({1: {1: 5}, 9: {2: "new"}})})


def outcome(data: bytes) -> str:
    """The code of the refusal, or "patched"."""
    try:
        formats.read(data)
        result = formats.apply(data, PATCH)
    except KakosheetError as error:
        assert error.code.startswith("K1"), error
        return error.code
    assert formats.apply(result.data, PATCH).data == result.data
    return "patched"


def test_a_file_cut_off_at_every_byte_is_refused() -> None:
    data = make('<row r="1"><c r="A1"><v>1</v></c></row>', strings="<si><t>a</t></si>")
    for length in range(0, len(data), 7):
        assert outcome(data[:length]) in ("K101", "K104")


@pytest.mark.parametrize("cut", range(5, 330, 9))
def test_a_sheet_cut_off_anywhere_is_read_or_refused(cut: int) -> None:
    sheet = worksheet(
        '<row r="1" spans="1:2"><c r="A1" s="1" t="str"><f>B1</f><v>x</v></c><c r="B1" t="inlineStr"><is><t>y</t></is></c></row>'
    )
    assert outcome(packed(members({"S": sheet[:cut]}))) in ("K104", "patched", "K108")


def test_entities_are_never_expanded() -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    for name in (
        "xl/workbook.xml",
        "xl/worksheets/sheet1.xml",
        "xl/sharedStrings.xml",
        "_rels/.rels",
        "xl/_rels/workbook.xml.rels",
    ):
        parts = members({"S": worksheet('<row r="1"><c r="A1"><v>1</v></c></row>')}, strings="")
        parts[name] = parts[name].replace("?>\n", "?>" + laughs, 1)
        assert outcome(packed(parts)) == "K106", name


def test_far_cells_cost_nothing() -> None:
    data = make(
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>',
        before='<dimension ref="A1:XFD1048576"/>',
    )
    sheet = formats.read(data).sheets["S"]
    assert sheet.rows == {1: {1: 1}, 1048576: {16384: 2}}
    assert outcome(data) == "patched"


def test_huge_ranges_cost_nothing() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="C1"><f t="array" ref="C1:XFD1048576">A1</f><v>1</v></c><c r="D1"><f>SUM(A:XFD)</f><v>1</v></c></row>'
    data = make(
        rows,
        before='<cols><col min="1" max="99999999" style="1"/></cols>',
        after='<mergeCells><mergeCell ref="B20:XFD1048576"/></mergeCells>',
    )
    assert outcome(data) == "patched"


def test_circles_of_formulas_and_names_end() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>A1+C1+circle</f><v>1</v></c><c r="C1"><f>B1</f><v>1</v></c></row>'
    data = make(
        rows,
        names='<definedNames><definedName name="circle">other</definedName><definedName name="other">circle+S!$A$1</definedName></definedNames>',
    )
    result = formats.apply(data, PATCH)
    assert result.stale == 2


@pytest.mark.parametrize(
    "formula",
    [
        "(" * 8000,
        "A1:" * 2000,
        "'" * 8001,
        '"' * 8001,
        "[" * 8000,
        "T[" * 4000 + "]" * 4000,
        "A" * 8000,
        "#" * 8000,
        "'a" * 4000 + "!A1",
        "-" * 8000 + "A1",
        "A1 " * 2500,
    ],
)
def test_formulas_of_any_shape_are_taken_apart_in_no_time(formula: str) -> None:
    escaped = formula.replace("&", "&amp;").replace('"', "&quot;")
    assert outcome(make(f'<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>{escaped}</f><v>1</v></c></row>')) == "patched"


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "{=1}", "<script>", "]]>", "&#0;", "../../x", "%00", "=cmd|' /C calc'!A0"],
)
def test_a_text_is_never_a_formula_or_markup(text: str) -> None:
    for strings in ("", None):
        result = formats.apply(
            make("<row r='1'/>", strings=strings), Patch({"S": SheetPatch({1: {1: text}})}, {text: text})
        )
        assert "<f>" not in rows_of(result.data)
        book = formats.read(result.data)
        assert book.sheets["S"].rows == {1: {1: text}}
        assert not isinstance(book.sheets["S"].rows[1][1], FormulaCell)
        assert list(book.properties.values()) == [text]


def test_attributes_of_every_kind_survive() -> None:
    rows = '<row r="1" x:y="&gt;&quot;" xmlns:x="u"><c r="A1" s="3" ph="1" x:z="&lt;\'"><v>1</v></c></row>'
    after = rows_of(formats.apply(make(rows), Patch({"S": SheetPatch({1: {1: 5}})})).data)
    assert after == rows.replace("<v>1</v>", "<v>5</v>")


def test_sheets_that_share_a_part_or_name_nothing_are_refused_or_patched() -> None:
    parts = members({"S": worksheet('<row r="1"><c r="A1"><v>1</v></c></row>'), "T": worksheet("")})
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace("sheet2.xml", "sheet1.xml")
    assert outcome(packed(parts)) == "patched"
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace("sheet1.xml", "nothing.xml")
    assert outcome(packed(parts)) in ("K108", "K104")


def test_relationships_cannot_leave_the_package() -> None:
    parts = members({"S": worksheet("<row/>")})
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(
        "worksheets/sheet1.xml", "../../../../etc/passwd"
    )
    assert outcome(packed(parts)) == "K108"


BOMB = """
import resource
resource.setrlimit(resource.RLIMIT_AS, (400 << 20, 400 << 20))
from kakosheet import formats
from kakosheet.core.issues import KakosheetError
from tests.books.test_hostile import bomb
try:
    formats.read(bomb())
except KakosheetError as error:
    print(error.code)
"""


def bomb() -> bytes:
    """A worksheet of 300 MB that is a third of a megabyte in the package; packed piece by piece, for here too it must not unfold."""
    parts = members({"S": ""})
    head, _, tail = worksheet("").partition("</sheetData>")
    del parts["xl/worksheets/sheet1.xml"]
    buffer = io.BytesIO(packed(parts))
    with (
        zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as member,
    ):
        member.write(head.encode())
        for _ in range(300):
            member.write(b" " * (1 << 20))
        member.write(f"</sheetData>{tail}".encode())
    return buffer.getvalue()


def test_a_bomb_is_refused_within_a_bound_of_memory() -> None:
    done = subprocess.run(
        [sys.executable, "-c", BOMB],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert done.stdout.strip() == "K107", done.stderr[-500:]
