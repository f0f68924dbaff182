"""Whatever a patch asks: what it wrote reads back, everything else reads as before, a second time changes nothing, damaged bytes never crash."""

from __future__ import annotations

import io
import math
from datetime import date, datetime

import openpyxl
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kakosheet import formats
from kakosheet.core.issues import KakosheetError
from kakosheet.core.patch import Cached, CellInput, Formula, Patch, SheetPatch
from kakosheet.core.raw import FormulaCell
from kakosheet.formats.formula import same, shift, tokenize
from kakosheet.formats.package import Package

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
NUMBERS = st.one_of(st.integers(-(10**14), 10**14), st.floats(allow_nan=False, allow_infinity=False, width=64))
PLAIN = st.one_of(NUMBERS, TEXTS, st.booleans(), st.none())
FORMULAS = st.sampled_from(["A1+1", "SUM(A:B)", 'IF(B2<>"","Waived",$C$3)', 'T!A1&"x"', "NOW()"])
INPUTS = st.one_of(
    PLAIN, st.dates(date(1904, 1, 2), date(9999, 1, 1)), st.builds(Formula, FORMULAS, st.one_of(NUMBERS, TEXTS))
)
PLACES = st.tuples(st.integers(1, 12), st.integers(1, 6))
SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def book(cells: dict[tuple[int, int], CellInput], constant_memory: bool) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(
        buffer,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "constant_memory": constant_memory},
    ) as out:
        out.set_properties({"created": datetime(2026, 1, 1)})
        sheet, style = out.add_worksheet("S"), out.add_format({"bold": True})
        out.add_worksheet("T")
        for (row, column), value in sorted(cells.items()):
            if isinstance(value, Formula):
                sheet.write_formula(row - 1, column - 1, "=" + value.text, style, value.value)
            elif value is not None and not isinstance(value, date):
                sheet.write(row - 1, column - 1, value, style)
            else:
                sheet.write_blank(row - 1, column - 1, None, style)
    return buffer.getvalue()


def as_patch(cells: dict[tuple[int, int], CellInput]) -> Patch:
    rows: dict[int, dict[int, CellInput]] = {}
    for (row, column), value in cells.items():
        rows.setdefault(row, {})[column] = value
    return Patch({"S": SheetPatch(rows)})


def values(data: bytes) -> dict[tuple[int, int], object]:
    rows = formats.read(data).sheets["S"].rows
    return {(row, column): value for row, cells in rows.items() for column, value in cells.items() if value != ""}


@SETTINGS
@given(
    st.dictionaries(PLACES, st.one_of(PLAIN, st.builds(Formula, FORMULAS, NUMBERS)), max_size=25),
    st.dictionaries(PLACES, INPUTS, max_size=12),
    st.booleans(),
)
def test_a_patch_writes_what_it_says_once_and_leaves_the_rest(
    start: dict[tuple[int, int], CellInput], wanted: dict[tuple[int, int], CellInput], inline: bool
) -> None:
    data = book(start, inline)
    result = formats.apply(data, as_patch(wanted))
    assert formats.apply(result.data, as_patch(wanted)).data == result.data
    before, after = values(data), values(result.data)
    for place in {*before, *after} - set(wanted):
        old, new = before[place], after[place]
        assert new == old or (isinstance(old, FormulaCell) and new == FormulaCell(old.text, None, False))
    second = openpyxl.load_workbook(io.BytesIO(result.data))["S"]
    for (row, column), value in wanted.items():
        found = after.get((row, column))
        if isinstance(value, Formula):
            assert isinstance(found, FormulaCell) and found.text == value.text and found.cached
            assert found.value == value.value or math.isclose(found.value, value.value, rel_tol=5e-15)
            assert second.cell(row, column).value == "=" + value.text
        elif isinstance(value, date):
            assert isinstance(found, int) and (found > 0)
        elif value is None or value == "":
            assert found is None and second.cell(row, column).value is None
        elif isinstance(value, float):  # programs save 15 digits: a number that agrees in those is left as it stands
            assert isinstance(found, int | float) and math.isclose(found, value, rel_tol=5e-15)
        else:
            assert found == value and isinstance(found, bool) == isinstance(value, bool)
        if (row, column) in start and (start[row, column] is not None):
            assert second.cell(row, column).font.b


@SETTINGS
@given(st.data(), st.booleans())
def test_damaged_bytes_are_read_or_refused_by_name(data: st.DataObject, inline: bool) -> None:
    whole = bytearray(book({(1, 1): 5, (2, 2): "text", (3, 3): Formula("A1+1", 6)}, inline))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, 2**20)) % len(whole)] = data.draw(st.integers(0, 255))
    try:
        formats.read(bytes(whole))
        formats.apply(bytes(whole), as_patch({(1, 1): 6, (9, 9): "new"}))
    except KakosheetError as error:
        assert error.code.startswith("K1")


@SETTINGS
@given(st.text(st.sampled_from("A1B$:!'\"[]()#@,; x9.+RC表"), max_size=30))
def test_any_text_is_tokenized_whole_and_survives_re_homing(formula: str) -> None:
    assert "".join(token.text for token in tokenize(formula)) == formula
    assert same(shift(formula, 0, 0), formula)
    assert same(formula, formula + " ")


@SETTINGS
@given(
    st.dictionaries(PLACES, st.one_of(PLAIN, st.builds(Formula, FORMULAS, NUMBERS)), max_size=25),
    st.dictionaries(PLACES, st.one_of(INPUTS, st.builds(Cached, PLAIN)), max_size=12),
    st.booleans(),
)
def test_the_quick_way_and_the_general_way_write_the_same(
    start: dict[tuple[int, int], CellInput], wanted: dict[tuple[int, int], CellInput], inline: bool
) -> None:
    data = book(start, inline)
    merge = b'<mergeCells count="1"><mergeCell ref="AA90:AB91"/></mergeCells>'  # a merged range sends every cell the general way

    def merged(whole: bytes) -> bytes:
        package = Package(whole)
        sheet = package.read("xl/worksheets/sheet1.xml")
        return package.rebuild({"xl/worksheets/sheet1.xml": sheet.replace(b"<pageMargins", merge + b"<pageMargins")})

    quick, general = formats.apply(data, as_patch(wanted)), formats.apply(merged(data), as_patch(wanted))
    assert merged(quick.data) == general.data or quick.data is data
    assert quick.stale == general.stale
