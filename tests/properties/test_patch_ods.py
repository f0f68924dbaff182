"""Whatever a patch of an .ods asks: what it wrote reads back, everything else reads as before, a second time changes nothing; the same patch of
an .xlsx reads alike; damaged bytes never crash."""

from __future__ import annotations

import math
from datetime import date, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kakosheet import formats
from kakosheet.core.issues import KakosheetError
from kakosheet.core.patch import CellInput, Formula, Patch, SheetPatch
from kakosheet.core.raw import FormulaCell
from kakosheet.formats.formula import same
from kakosheet.formats.ods.openformula import from_ooxml, to_ooxml
from kakosheet.formats.ods.paragraphs import clean
from tests.corpus.permitted import assert_only_permitted
from tests.unit.formats.open_documents import make, number, row, words

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
NUMBERS = st.one_of(st.integers(-(10**14), 10**14), st.floats(allow_nan=False, allow_infinity=False, width=64))
FORMULAS = st.sampled_from(["A1+1", "SUM(A:B)", 'IF(B2<>"","Waived",$C$3)', 'T!A1&"x"', "NOW()"])
INPUTS = st.one_of(
    NUMBERS,
    TEXTS,
    st.booleans(),
    st.none(),
    st.dates(date(1904, 1, 2), date(9999, 1, 1)),
    st.datetimes(datetime(1904, 1, 2), datetime(9999, 1, 1)).map(lambda moment: moment.replace(microsecond=0)),
    st.builds(Formula, FORMULAS, st.one_of(NUMBERS, TEXTS)),
)
PLACES = st.tuples(st.integers(1, 12), st.integers(1, 6))
REPEATS = st.sampled_from([1, 1, 1, 2, 3, 7])
CELLS = st.one_of(
    st.builds(
        lambda n, value: number(value, f' table:number-columns-repeated="{n}" table:style-name="c"'), REPEATS, NUMBERS
    ),
    st.builds(lambda n: f'<table:table-cell table:number-columns-repeated="{n}"/>', REPEATS),
    st.just(words("a<text:s/>b")),
    st.just("<table:table-cell/>"),
    st.just('<table:table-cell table:formula="of:=[.A1]*2" office:value-type="float" office:value="3"/>'),
)
ROWS = st.lists(
    st.builds(
        lambda cells, n: row(*cells, attributes=f' table:number-rows-repeated="{n}"'),
        st.lists(CELLS, max_size=4),
        REPEATS,
    ),
    max_size=5,
)
SETTINGS = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def as_patch(cells: dict[tuple[int, int], CellInput]) -> Patch:
    rows: dict[int, dict[int, CellInput]] = {}
    for (line, column), value in cells.items():
        rows.setdefault(line, {})[column] = value
    return Patch({"S": SheetPatch(rows)})


def values(data: bytes) -> dict[tuple[int, int], object]:
    return {
        (line, column): value
        for line, cells in formats.read(data).sheets["S"].rows.items()
        for column, value in cells.items()
        if value != ""
    }


@SETTINGS
@given(ROWS, st.dictionaries(PLACES, INPUTS, max_size=12))
def test_a_patch_writes_what_it_says_once_and_leaves_the_rest(
    rows: list[str], wanted: dict[tuple[int, int], CellInput]
) -> None:
    data = make("".join(rows))
    result = formats.apply(data, as_patch(wanted))
    assert formats.apply(result.data, as_patch(wanted)).data == result.data
    assert_only_permitted(data, result.data, {"S": set(wanted)})
    before, after = values(data), values(result.data)
    for place in {*before, *after} - set(wanted):
        old, new = before[place], after[place]
        assert new == old or (isinstance(old, FormulaCell) and new == FormulaCell(old.text, None, False))
    for place, value in wanted.items():
        check(after.get(place), value)


def check(found: object, value: CellInput) -> None:
    if isinstance(value, Formula):
        assert isinstance(found, FormulaCell) and found.text == value.text and found.cached
        check(found.value or None, value.value or None)
    elif value is None or value == "":
        assert found is None
    elif isinstance(value, str):
        assert found == clean(value)
    elif isinstance(value, float):
        assert isinstance(found, int | float) and math.isclose(found, value, rel_tol=5e-15)
    else:
        assert found == value and isinstance(found, bool) == isinstance(value, bool)


@SETTINGS
@given(st.data())
def test_damaged_bytes_are_read_or_refused_by_name(data: st.DataObject) -> None:
    xml = make(
        row(number(5), words("text"))
        + row(number(6, ' table:number-columns-repeated="3"'), attributes=' table:number-rows-repeated="4"')
    )
    whole = bytearray(xml)
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, 2**20)) % len(whole)] = data.draw(st.integers(0, 255))
    survives(bytes(whole))


@SETTINGS
@given(st.data())
def test_damaged_content_is_read_or_refused_by_name(data: st.DataObject) -> None:
    from tests.unit.formats.open_documents import members, packed, part

    whole = bytearray(
        part(
            make(
                row(
                    number(5),
                    words("a<text:s/>b"),
                    '<table:table-cell table:formula="of:=[.A1]" office:value-type="float" office:value="3"/>',
                )
            )
        ).encode()
    )
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, 2**20)) % len(whole)
        if data.draw(st.booleans()):
            del whole[at : at + data.draw(st.integers(1, 40))]
        else:
            whole[at:at] = data.draw(
                st.sampled_from(
                    [
                        b"<table:table>",
                        b"</table:table-row>",
                        b"<!--",
                        b"]]>",
                        b'"',
                        b"<",
                        b">",
                        b"/",
                        b"<table:table-row>",
                        b"<?",
                        b"table:formula",
                        b'-repeated="9"',
                        b"<table:covered-table-cell/>",
                        b"&#0;",
                    ]
                )
            )
    survives(packed(members(bytes(whole))))


def survives(data: bytes) -> None:
    try:
        formats.read(data)
        formats.apply(data, as_patch({(1, 1): 6, (2, 2): "x", (9, 9): "new"}))
    except KakosheetError as error:
        assert error.code.startswith("K1")


@SETTINGS
@given(st.text(st.sampled_from("A1B$:!'\"[]()#@,;~|{} x9.+RC表"), max_size=30))
def test_any_text_goes_through_the_translators(formula: str) -> None:
    assert isinstance(to_ooxml(formula), str) and isinstance(from_ooxml(formula), str)


@given(
    st.recursive(
        st.sampled_from(["A1", "$B$2:C9", "'It''s'!A1", "S!A:A", "1.5", '"a;b"', "n", "TRUE()"]),
        lambda part: st.one_of(
            st.builds("SUM({},{})".format, part, part),
            st.builds("({}+{})".format, part, part),
            st.builds("IF({},,{})".format, part, part),
        ),
        max_leaves=8,
    )
)
def test_a_formula_comes_back_the_same(formula: str) -> None:
    assert same(to_ooxml(from_ooxml(formula)), formula)
