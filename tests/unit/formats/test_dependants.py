"""Formulas that depend on a change lose their cached value; those that do not keep every byte; ours are left to their caller."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kakosheet import formats
from kakosheet.core.patch import Cached, CellInput, Formula, Patch, PatchResult, SheetPatch
from kakosheet.core.raw import Area, FormulaCell
from kakosheet.formats.dependants import Resolver
from tests.unit.formats.packages import MAIN, make, members, packed, part, relationships, rows_of, worksheet

TABLE = (
    f'<table xmlns="{MAIN}" id="1" name="T" displayName="T" ref="A1:B9"><tableColumns count="2"><tableColumn id="1" name="a"/>'
    '<tableColumn id="2" name="b"/></tableColumns></table>'
)
NAMES = (
    '<definedNames><definedName name="whole">S!$A:$A</definedName><definedName name="through">whole*1</definedName>'
    '<definedName name="elsewhere">T!$A$1</definedName><definedName name="local" localSheetId="1">S!$A$2</definedName>'
    '<definedName name="circle">circle+1</definedName><definedName name="relative">S!B1</definedName></definedNames>'
)


def book(*formulas: str, on: str = "F") -> bytes:
    """Sheet S has numbers in A1:B9, sheet F the formulas in column A with the cached value 1, sheet T is between them in no respect."""
    numbers = "".join(
        f'<row r="{row}"><c r="A{row}"><v>{row}</v></c><c r="B{row}"><v>{row}</v></c></row>' for row in range(1, 10)
    )
    cells = "".join(
        f'<row r="{row}"><c r="A{row}" s="1" t="str"><f>{formula}</f><v>1</v></c></row>'
        for row, formula in enumerate(formulas, 1)
    )
    return packed(
        members(
            {"S": worksheet(numbers), "F": worksheet(cells), "T": worksheet("")},
            names=NAMES,
            calc='<calcPr calcId="191029"/>',
            extra={
                "xl/worksheets/_rels/sheet1.xml.rels": relationships({"r1": ("table", "../tables/table1.xml")}),
                "xl/tables/table1.xml": TABLE,
            },
        )
    )


def apply(data: bytes, cells: dict[int, dict[int, CellInput]], sheet: str = "S", **more: object) -> PatchResult:
    patch = Patch({sheet: SheetPatch(cells, **more)})  # type: ignore[arg-type]
    result = formats.apply(data, patch)
    again = formats.apply(result.data, patch)
    assert (again.data, again.stale) == (result.data, 0)
    return result


@pytest.mark.parametrize(
    "formula",
    [
        "S!A2",
        "SUM(S!A1:B9)",
        "SUM(S!A:A)",
        "SUM(S!2:2)",
        "SUM(S:T!A2)",
        "whole",
        "through+1",
        "T[a]",
        "SUM(T[])",
        "T[[#All],[a]:[b]]",
        "F!local",
        "INDIRECT(&quot;S!A&quot;&amp;2)",
        "OFFSET(S!B1,1,-1)",
        "S!A1:INDEX(S!A:A,3)",
        "relative",
        "IF(TODAY()>1,S!$A$2)",
        "SUM((S!A1,S!A2))",
        "circle",
        "SUMIF(T!B1:B2,&quot;&gt;1&quot;,S!A1)",
        "SUMIF((T!B1:T!B2),MAX({1,2},3),whole)",
        "_xlfn.AVERAGEIF(T[b],1,S!A1)",
    ],
)
def test_a_formula_that_may_depend_loses_its_value(formula: str) -> None:
    result = apply(book(formula, "A1+1"), {2: {1: 99}})
    assert rows_of(result.data, "xl/worksheets/sheet2.xml") == (
        f'<row r="1"><c r="A1" s="1"><f>{formula}</f></c></row><row r="2"><c r="A2" s="1"><f>A1+1</f></c></row>'
    )
    assert result.stale == 2
    assert '<calcPr calcId="191029" fullCalcOnLoad="1"/>' in part(result.data, "xl/workbook.xml")


@pytest.mark.parametrize(
    "formula",
    [
        "S!A3",
        "S!B2",
        "SUM(S!A3:B9)",
        "SUM(S!B:B)",
        "elsewhere",
        "T!A2",
        "T[b]",
        "&quot;S!A2&quot;",
        "[1]S!A2",
        "NOW()",
        "A9",
        "LOG10(2)",
        "SUM(S!3:9)",
        "SUMIF(T!B1:B2,1,S!A3)",
        "SUMIF(S!A3:A9,1)",
    ],
)
def test_a_formula_that_does_not_depend_keeps_every_byte(formula: str) -> None:
    data = book(formula)
    result = apply(data, {2: {1: 99}})
    assert part(result.data, "xl/worksheets/sheet2.xml") == part(data, "xl/worksheets/sheet2.xml")
    assert part(result.data, "xl/workbook.xml") == part(data, "xl/workbook.xml")
    assert result.stale == 0


def test_a_cell_that_keeps_its_value_makes_nothing_stale() -> None:
    data = book("S!A2")
    assert apply(data, {2: {1: 2}}).data is data
    assert apply(data, {2: {1: 2}, 3: {1: 9}}).stale == 0


def test_a_formula_between_two_cells_of_the_patch_loses_its_value() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="str"><f>A1&amp;C1</f><v>1</v></c><c r="C1"><v>1</v></c><c r="D1"><v>1</v></c></row>'
    result = apply(make(rows), {1: {1: 5, 3: 6, 4: 7}})
    assert (
        rows_of(result.data)
        == '<row r="1"><c r="A1"><v>5</v></c><c r="B1"><f>A1&amp;C1</f></c><c r="C1"><v>6</v></c><c r="D1"><v>7</v></c></row>'
    )


def test_formulas_that_the_patch_writes_are_right() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>A1</f><v>1</v></c><c r="C1"><f>A1</f><v>1</v></c><c r="D1"><f>B1</f><v>1</v></c></row>'
    result = apply(make(rows), {1: {1: 5, 2: Cached(5), 3: Formula("A1", 5)}})
    assert formats.read(result.data).sheets["S"].rows[1] == {
        1: 5,
        2: FormulaCell("A1", 5, True),
        3: FormulaCell("A1", 5, True),
        4: FormulaCell("B1", None, False),
    }


def test_a_formula_between_two_changed_cells_of_a_row_is_followed() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>A1</f><v>1</v></c><c r="C1"><v>1</v></c><c r="D1"><v>1</v></c><c r="E1"><v>1</v></c></row>'
    result = apply(make(rows), {1: {1: 5, 3: 6, 5: 7}})
    assert rows_of(result.data) == (
        '<row r="1"><c r="A1"><v>5</v></c><c r="B1"><f>A1</f></c><c r="C1"><v>6</v></c><c r="D1"><v>1</v></c>'
        '<c r="E1"><v>7</v></c></row>'
    )


def test_a_shared_formula_moves_to_a_cell_between_two_changed_ones() -> None:
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f t="shared" ref="B1:B2" si="0">D1</f><v>1</v></c><c r="C1"><v>1</v></c></row>'
        '<row r="2"><c r="A2"><v>1</v></c><c r="B2"><f t="shared" si="0"/><v>1</v></c><c r="C2"><v>1</v></c></row>'
    )
    result = apply(make(rows), {1: {2: 8}, 2: {1: 5, 3: 6}})
    found = formats.read(result.data).sheets["S"].rows
    assert found == {1: {1: 1, 2: 8, 3: 1}, 2: {1: 5, 2: FormulaCell("D2", 1, True), 3: 6}}


def test_our_own_areas_are_never_stripped_but_what_changes_there_counts() -> None:
    rows = "".join(
        f'<row r="{row}"><c r="A{row}"><v>1</v></c><c r="B{row}"><f>A{row}</f><v>1</v></c><c r="C{row}"><f>B{row}</f><v>1</v></c></row>'
        for row in (1, 2)
    )
    own = [Area("S", 1, 2, 1_048_576, 2)]
    result = apply(make(rows), {1: {1: 5, 2: Cached(5)}, 2: {1: 6}}, own=own)
    found = formats.read(result.data).sheets["S"].rows
    assert found[1] == {1: 5, 2: FormulaCell("A1", 5, True), 3: FormulaCell("B1", None, False)}
    assert found[2] == {1: 6, 2: FormulaCell("A2", 1, True), 3: FormulaCell("B2", 1, True)}
    assert result.stale == 1


def test_own_areas_on_another_sheet_are_left_alone() -> None:
    data = book("SUM(S!A:A)", "A1")
    patch = Patch({"S": SheetPatch({2: {1: 99}}), "F": SheetPatch(own=[Area("F", 1, 1, 1, 1)])})
    assert formats.apply(data, patch).stale == 0


def test_neighbours_that_name_other_sheets_by_their_row_are_told_apart() -> None:
    cell = '<row r="9"><c r="A9"><v>1</v></c></row>'
    rows = "".join(
        f'<row r="{row}"><c r="A{row}"><f>S{row}!$A$9</f><v>1</v></c><c r="B{row}"><f>of_{row}</f><v>1</v></c></row>'
        for row in (2, 3, 4)
    )
    names = "".join(f'<definedName name="of_{row}">S{row}!$A$9</definedName>' for row in (2, 3, 4))
    data = packed(
        members(
            {"F": worksheet(rows), **{f"S{row}": worksheet(cell) for row in (2, 3, 4)}},
            names=f"<definedNames>{names}</definedNames>",
        )
    )
    result = apply(data, {9: {1: 5}}, "S3")
    assert rows_of(result.data) == rows.replace("<f>S3!$A$9</f><v>1</v>", "<f>S3!$A$9</f>").replace(
        "<f>of_3</f><v>1</v>", "<f>of_3</f>"
    )


@pytest.mark.parametrize("formula", ["SUM(T[a])", "SUM(area)", "SUMIF(B$2:B$4,1,S!$A$2)"])
def test_areas_that_a_formula_does_not_spell_out_are_the_same_in_every_row(formula: str) -> None:
    """The table's and the name's area start in row 2, as the first of these formulas does."""
    table = TABLE.replace('ref="A1:B9"', 'ref="A2:B9"')
    cells = "".join(f'<row r="{row}"><c r="A{row}"><f>{formula}</f><v>1</v></c></row>' for row in (2, 6, 7, 20))
    numbers = "".join(f'<row r="{row}"><c r="A{row}"><v>{row}</v></c></row>' for row in range(1, 10))
    data = packed(
        members(
            {"S": worksheet(numbers), "F": worksheet(cells)},
            names='<definedNames><definedName name="area">S!$A$2:$A$5</definedName></definedNames>',
            extra={
                "xl/worksheets/_rels/sheet1.xml.rels": relationships({"r1": ("table", "../tables/table1.xml")}),
                "xl/tables/table1.xml": table,
            },
        )
    )
    assert apply(data, {4: {1: 99}}).stale == 4


def test_what_would_take_for_ever_to_follow_depends_on_everything() -> None:
    """Names that call two others forty times over, arrays that fill the sheet, criteria within criteria."""
    names = "".join(
        f'<definedName name="n_{i}">n_{i + 1}+n_{i + 1}x</definedName><definedName name="n_{i}x">n_{i + 1}x+n_{i + 1}</definedName>'
        for i in range(40)
    )
    arrays = "".join(
        f'<row r="{i}"><c r="B{i}"><f t="array" ref="B{i}:AA60000">A1</f><v>1</v></c></row>' for i in range(2, 30)
    )
    nested = "SUMIF(" * 2000 + "A1" + ",1,A1)" * 2000
    rows = f'<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>n_0</f><v>1</v></c><c r="C1"><f>{nested}</f><v>1</v></c></row>{arrays}'
    assert apply(make(rows, names=f"<definedNames>{names}</definedNames>"), {1: {1: 2}}).stale == 30


@pytest.mark.parametrize("order", ["down", "up", "mixed"])
def test_long_chains_are_followed_either_way(order: str) -> None:
    numbers = list(range(2, 400))
    if order == "mixed":
        random.Random(4).shuffle(numbers)
    chain = {} if order == "mixed" else {row: row - 1 if order == "down" else row + 1 for row in numbers}
    if order == "mixed":
        chain = dict(zip(numbers, [1, *numbers[:-1]], strict=True))
    start = 1 if order != "up" else 400
    cells = "".join(
        f'<row r="{row}">'
        + (f'<c r="A{row}"><f>A{chain[row]}</f><v>0</v></c>' if row in chain else f'<c r="A{row}"><v>0</v></c>')
        + f'<c r="B{row}"><f>C{row}</f><v>1</v></c></row>'
        for row in range(1, 401)
    )
    result = apply(make(cells), {start: {1: 7}})
    found = formats.read(result.data).sheets["S"].rows
    assert all(found[row][1] == FormulaCell(f"A{chain[row]}", None, False) for row in chain)
    assert all(found[row][2] == FormulaCell(f"C{row}", 1, True) for row in found)


def test_shared_and_array_formulas_are_followed() -> None:
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f t="shared" ref="B1:B3" si="0">A1</f><v>1</v></c></row>'
        '<row r="2"><c r="A2"><v>2</v></c><c r="B2"><f t="shared" si="0"/><v>2</v></c><c r="C2"><f t="array" ref="C2:C3">B2*{1;2}</f><v>2</v></c></row>'
        '<row r="3"><c r="B3"><f t="shared" si="0"/><v>0</v></c><c r="C3"><v>4</v></c><c r="D3"><f>C3</f><v>4</v></c></row>'
    )
    result = apply(make(rows), {2: {1: 9}})
    assert rows_of(result.data) == (
        rows.replace('<c r="A2"><v>2</v>', '<c r="A2"><v>9</v>')
        .replace('si="0"/><v>2</v>', 'si="0"/>')
        .replace("</f><v>2</v>", "</f>")
        .replace("</f><v>4</v>", "</f>")
    )


def test_formulas_filled_down_are_told_apart_row_by_row() -> None:
    rows = "".join(
        f'<row r="{row}"><c r="A{row}"><v>1</v></c><c r="B{row}"><f>A{row}+$A$150+1{row}</f><v>1</v></c></row>'
        for row in range(2, 220)
    )
    result = apply(make(rows), {50: {1: 9}})
    found = formats.read(result.data).sheets["S"].rows
    assert [row for row in found if found[row][2].value is None] == [50]  # type: ignore[union-attr]
    result = apply(make(rows), {150: {1: 9}})
    assert result.stale == 218


@pytest.mark.parametrize(
    ("workbook", "expected"),
    [
        ("<sheets/>", '<sheets/><calcPr fullCalcOnLoad="1"/>'),
        (
            "<sheets/><definedNames><definedName name='a'>1</definedName></definedNames><oleSize ref='A1'/>",
            "<sheets/><definedNames><definedName name='a'>1</definedName></definedNames><calcPr fullCalcOnLoad=\"1\"/><oleSize ref='A1'/>",
        ),
        ("<calcPr calcId='1' fullCalcOnLoad='0'/>", "<calcPr calcId='1' fullCalcOnLoad='1'/>"),
        ("<calcPr calcId='1' fullCalcOnLoad='true'/>", "<calcPr calcId='1' fullCalcOnLoad='true'/>"),
        ("<calcPr/>", '<calcPr fullCalcOnLoad="1"/>'),
    ],
)
def test_recalculation_is_asked_for_where_the_schema_wants_it(workbook: str, expected: str) -> None:
    from kakosheet.formats.xlsx.calc import recalculate_on_load

    assert recalculate_on_load(workbook.encode()).decode() == expected


def test_a_name_is_followed_once_however_many_others_use_it() -> None:
    names: dict[tuple[int | None, str], str] = {
        (None, f"part_{n}"): f"part_{n + 1}+part_{n + 2}+part_{n + 3}" for n in range(60)
    }
    boxes, unsure = Resolver(["S"], names | {(None, "part_3"): "S!$B$2"}, dict).reads(0, 9, "part_0+part_0")
    assert (0, 2, 2, 2, 2) in boxes and unsure


def test_a_name_that_is_defined_by_itself_may_read_anything() -> None:
    names: dict[tuple[int | None, str], str] = {(None, "one"): "two+S!$A$1", (None, "two"): "one"}
    assert Resolver(["S"], names, dict).reads(0, 9, "two") == (((0, 1, 1, 1, 1),), True)


PIECES = [
    "A1",
    "$A$1",
    "A2",
    "B$7",
    "$C12",
    "A1:B3",
    "B3:A1",
    "S!A1",
    "S!A2",
    "T!A2",
    "T!A1:B2",
    "A:A",
    "2:2",
    "SUM(",
    "LOG10(",
    "INDIRECT(",
    "SUMIF(",
    "IF(",
    ")",
    ",",
    "+",
    "&",
    ":",
    '"A1"',
    '"x"',
    '"a""A2"',
    "1",
    "2.5",
    "12",
    "TRUE",
    "whole",
    "A1B",
    "AAAA1",
    "A1048577",
    "_xlfn.A1",
    "A1.B2",
    "a1",
    " ",
    "T[a]",
    "'S'!A2",
    "{1,2}",
    "A1#",
    "表1",
    "XFE1",
]


@settings(max_examples=400)
@given(
    st.lists(
        st.tuples(st.integers(1, 30), st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join)),
        min_size=2,
        max_size=8,
    )
)
def test_what_a_formula_reads_does_not_hang_on_those_before_it(formulas: list[tuple[int, str]]) -> None:
    """Formulas of one pattern share what was found for the first: never less than what each of them reads."""
    names = {(None, "whole"): "S!$A:$A"}
    shared = Resolver(["S", "T"], names, dict)
    for row, formula in formulas:
        alone = Resolver(["S", "T"], names, dict).reads(0, row, formula)
        together = shared.reads(0, row, formula)
        assert set(alone[0]) <= set(together[0]) and alone[1] <= together[1], formula


@settings(max_examples=200)
@given(
    st.sampled_from(
        [
            "{}+{}",
            "SUM({},{})",
            "S!{}+{}",
            "T!A1*{}-{}",
            'IF({}>1,"A9",{})',
            "SUM(A:A)+{}&{}",
            "INDIRECT({})+{}",
            "LOG10({})*{}",
        ]
    ),
    st.lists(
        st.tuples(st.sampled_from(["A1", "$B$2", "A1:C3", "XFD9"]), st.sampled_from(["A1", "D4", "$B$2", "7", '"A1"'])),
        min_size=2,
        max_size=6,
    ),
)
def test_formulas_of_one_pattern_read_what_they_say(pattern: str, cells: list[tuple[str, str]]) -> None:
    shared = Resolver(["S", "T"], {}, dict)
    for row, (first, second) in enumerate(cells, 40):
        formula = pattern.format(first, second)
        alone, together = Resolver(["S", "T"], {}, dict).reads(0, row, formula), shared.reads(0, row, formula)
        assert set(alone[0]) <= set(together[0]) and alone[1] == together[1], formula


CHAINS = {
    "of one cell": lambda row, last: "$A$1*2",
    "across": lambda row, last: f"$A$1+{row}",
    "downwards": lambda row, last: f"B{row - 1}+1" if row > 2 else "A1",
    "upwards": lambda row, last: f"B{row + 1}+1" if row < last else "A1",
    "of sums": lambda row, last: f"SUM(A$1:B{row - 1})",
    "of sums upwards": lambda row, last: f"SUM(B{row + 1}:B${last + 1})+A$1",
}


@pytest.mark.parametrize("formula", CHAINS.values(), ids=CHAINS)
def test_the_time_grows_with_the_number_of_dependants_and_no_faster(formula: Callable[[int, int], str]) -> None:
    def took(count: int) -> float:
        rows = '<row r="1"><c r="A1"><v>1</v></c></row>' + "".join(
            f'<row r="{row}"><c r="B{row}"><f>{formula(row, count)}</f><v>5</v></c></row>'
            for row in range(2, count + 1)
        )
        data, patch = make(rows), Patch({"S": SheetPatch({1: {1: 9}})})
        times = []
        for _ in range(3):
            start = time.process_time()
            assert formats.apply(data, patch).stale == count - 1
            times.append(time.process_time() - start)
        return min(times)

    assert took(16_000) < 12 * took(4_000)
