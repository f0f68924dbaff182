"""A patch of an .ods changes the cells that it names, splits what is repeated, and leaves every other byte alone."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from kakosheet import formats
from kakosheet.book.cells import set_cells
from kakosheet.core.issues import KakosheetError
from kakosheet.core.patch import Cached, CellInput, Formula, Patch, PatchResult, SheetPatch, TableGrowth
from kakosheet.core.raw import Area, ErrorValue, FormulaCell
from tests.corpus.permitted import assert_only_permitted
from tests.unit.formats.open_documents import content, make, members, number, packed, part, row, rows_of, table, words

STYLED = ' table:style-name="ce1" table:content-validation-name="val1"'


def apply(data: bytes, cells: dict[int, dict[int, CellInput]], **more: object) -> PatchResult:
    patch = Patch({"S": SheetPatch(cells, **more)})  # type: ignore[arg-type]
    result = formats.apply(data, patch)
    again = formats.apply(result.data, patch)
    assert (again.data, again.stale) == (result.data, 0)
    if not more:
        assert_only_permitted(
            data, result.data, {"S": {(line, column) for line, found in cells.items() for column in found}}
        )
    return result


def patched(rows: str, cells: dict[int, dict[int, CellInput]], **more: object) -> str:
    return rows_of(apply(make(rows), cells, **more).data)


def test_a_cell_keeps_its_style_validation_comment_and_drawing() -> None:
    note = "<office:annotation><text:p>mine</text:p></office:annotation>"
    drawing = "<draw:frame><draw:text-box><text:p>drawn</text:p></draw:text-box></draw:frame>"
    cell = (
        f'<table:table-cell{STYLED} table:number-columns-spanned="2" office:value-type="string" calcext:value-type="string">'
        f"{note}<text:p>a</text:p><text:p>b</text:p>{drawing}</table:table-cell>"
    )
    assert patched(row(cell), {1: {1: 7}}) == row(
        f'<table:table-cell{STYLED} table:number-columns-spanned="2" office:value-type="float" office:value="7" calcext:value-type="float">'
        f"{note}<text:p>7</text:p>{drawing}</table:table-cell>"
    )
    assert patched(row(cell), {1: {1: None}}) == row(
        f'<table:table-cell{STYLED} table:number-columns-spanned="2">{note}{drawing}</table:table-cell>'
    )
    blank = f"<table:table-cell{STYLED}>{note}{drawing}</table:table-cell>"
    assert f"{note}<text:p>x</text:p>{drawing}" in patched(row(blank), {1: {1: "x"}})


@pytest.mark.parametrize(
    "value",
    [
        5,
        -2.5,
        10**20,
        True,
        False,
        "text",
        "=1+1",
        "  a  b ",
        "tab\there",
        "line\n\nline\n",
        "<&>\"'",
        " ",
        "表😀",
        date(2026, 11, 21),
        datetime(2026, 11, 21, 10, 30, 1),
        Formula('SUM(A2:A3)&"x;y"', "a\nb"),
        Formula("1/0", ErrorValue("#DIV/0!")),
        Formula("A2", ""),
        Formula("A2", date(2026, 1, 2)),
        Formula("A2", True),
    ],
)
def test_what_is_written_reads_back(value: CellInput) -> None:
    for rows in (
        "",
        row(number(1, STYLED)),
        row(words("old"), words("other")),
        '<table:table-row table:number-rows-repeated="9"/>',
    ):
        found = formats.read(apply(make(rows), {1: {1: value}}).data).sheets["S"].rows[1][1]
        assert found == (FormulaCell(value.text, value.value, True) if isinstance(value, Formula) else value)
        assert isinstance(found, bool) == isinstance(value, bool)


def test_what_xml_cannot_hold_is_replaced_once() -> None:
    assert (
        formats.read(apply(make(""), {1: {1: "a\x07b\r\nc\ud800"}}).data).sheets["S"].rows[1][1] == "a\ufffdb\nc\ufffd"
    )


def test_repeats_are_split() -> None:
    rows = row(
        words("a", ' table:number-columns-repeated="5" xml:id="i"'), attributes=' table:number-rows-repeated="4"'
    )
    assert patched(rows, {3: {3: 9}}) == (
        row(words("a", ' table:number-columns-repeated="5" xml:id="i"'), attributes=' table:number-rows-repeated="2"')
        + row(
            words("a", ' table:number-columns-repeated="2"'),
            number(9),
            words("a", ' table:number-columns-repeated="2"'),
        )
        + rows.replace(' table:number-rows-repeated="4"', "").replace(' xml:id="i"', "")
    )


def test_a_repeat_by_whatever_prefix_is_split_and_not_taken_along() -> None:
    """What counts as a repeat when a cell is read must not stay on the one cell that is written."""
    cell = '<table:table-cell 漢table:number-columns-repeated="3" office:value-type="float" office:value="1"/>'
    data = make(row(cell))
    patch = Patch({"S": SheetPatch({1: {3: 2, 6: 9}})})
    after = formats.apply(data, patch).data
    assert formats.read(after).sheets["S"].rows[1] == {1: 1, 2: 1, 3: 2, 6: 9}
    assert formats.apply(after, patch).data == after


def test_cells_and_rows_beyond_the_end_come_in_order() -> None:
    assert patched(row(number(1)), {1: {4: 2}, 3: {2: "x"}}) == (
        row(number(1), '<table:table-cell table:number-columns-repeated="2"/>', number(2))
        + row("<table:table-cell/>")
        + row("<table:table-cell/>", words("x"))
    )
    assert patched("<table:table-row/>", {1: {2: 5}}) == row("<table:table-cell/>", number(5))


def test_rows_follow_header_rows_and_groups_and_precede_what_else_a_table_holds() -> None:
    wrapped = f"<table:table-row-group><table:table-header-rows>{row(number(1))}</table:table-header-rows></table:table-row-group>"
    tail = "<table:named-expressions/>"
    assert rows_of(apply(make(wrapped, in_table=tail), {2: {1: 2}}).data) == wrapped + row(number(2)) + tail
    assert rows_of(apply(make("", in_table=tail), {1: {1: 2}}).data) == row(number(2)) + tail
    closed = packed(members(content('<table:table table:name="S"/>')))
    assert f'<table:table table:name="S"><table:table-column/>{row(number(2))}</table:table>' in part(
        apply(closed, {1: {1: 2}}).data
    )


def test_new_rows_look_like_their_columns_or_the_row_above() -> None:
    columns = '<table:table-column/><table:table-column/><table:table-column table:default-cell-style-name="co"/>'
    above = row(
        number(1, STYLED),
        '<table:table-cell table:style-name="ce2"/>',
        number(3, ' table:style-name="red"'),
        attributes=' table:style-name="ro1"',
    )
    tail = row(
        '<table:table-cell table:number-columns-repeated="9"/>',
        attributes=' table:number-rows-repeated="99" table:style-name="ro2"',
    )
    fresh = row(
        number(5, STYLED), '<table:table-cell table:style-name="ce2"/>', number(6), attributes=' table:style-name="ro1"'
    )
    data = packed(members(content(table(above, before=columns))))
    assert part(apply(data, {2: {1: 5, 3: 6}}, first_new_row=2, style_row=1).data).count(fresh) == 1
    data = packed(members(content(table(above + tail, before=columns))))
    assert row(
        number(5, STYLED),
        '<table:table-cell table:style-name="ce2"/>',
        number(6),
        '<table:table-cell table:number-columns-repeated="6"/>',
        attributes=' table:style-name="ro2"',
    ) in part(apply(data, {2: {1: 5, 3: 6}}, first_new_row=2, style_row=1).data)


def test_a_percentage_and_an_amount_of_money_stay_what_they_are() -> None:
    rows = row(
        '<table:table-cell office:value-type="percentage" office:value="0.1"/>',
        '<table:table-cell office:value-type="currency" office:currency="CNY" office:value="5"/>',
    )
    result = patched(rows, {1: {1: 0.25, 2: 7.5}})
    assert 'office:value-type="percentage" office:value="0.25"' in result and "<text:p>25%</text:p>" in result
    assert 'office:currency="CNY" office:value-type="currency" office:value="7.5"' in result


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        (number("5.0"), 5),
        (words("a<text:span>b</text:span>"), "ab"),
        ("<table:table-cell/>", None),
        (words(""), ""),
        ('<table:table-cell office:value-type="date" office:date-value="2026-01-02"/>', datetime(2026, 1, 2)),
        (
            '<table:table-cell table:formula="of:=TRUE()" office:value-type="boolean" office:boolean-value="true"/>',
            True,
        ),
        (
            '<table:table-cell table:formula="of:=sum( [.A2] )" office:value-type="float" office:value="3"/>',
            Formula("SUM(A2)", 3),
        ),
        (
            '<table:table-cell table:formula="of:=[.A2]" office:value-type="float" office:value="46024"/>',
            Cached(date(2026, 1, 2)),
        ),
    ],
)
def test_a_cell_that_holds_what_is_wanted_keeps_every_byte(held: str, wanted: CellInput) -> None:
    data = make(row(held, number(1)))
    assert formats.apply(data, Patch({"S": SheetPatch({1: {1: wanted}})})).data is data


def test_a_kept_formula_gets_another_value_and_a_replaced_one_another_text() -> None:
    rows = row(
        '<table:table-cell table:formula="of:=[.B1]*2" office:value-type="float" office:value="3"><text:p>3</text:p></table:table-cell>'
    )
    assert 'table:formula="of:=[.B1]*2" office:value-type="float" office:value="4"' in patched(
        rows, {1: {1: Cached(4)}}
    )
    assert 'table:formula="of:=SUM([.B:.B])"' in patched(rows, {1: {1: Formula("SUM(B:B)", 4)}})
    assert "formula" not in patched(rows, {1: {1: 4}})


MERGED = row(number(1, ' table:number-columns-spanned="2"'), "<table:covered-table-cell/>")
MATRIX = row(
    '<table:table-cell table:formula="of:=[.C1:.C2]" table:number-matrix-rows-spanned="2" table:number-matrix-columns-spanned="1" '
    'office:value-type="float" office:value="1"/>'
) + row(number(2))


@pytest.mark.parametrize(
    ("rows", "place", "code"),
    [(MERGED, (1, 2), "K112"), (MATRIX, (1, 1), "K111"), (MATRIX, (2, 1), "K111"), (MATRIX, (1_048_577, 1), "K104")],
)
def test_cells_that_cannot_be_written_by_themselves_are_refused(rows: str, place: tuple[int, int], code: str) -> None:
    with pytest.raises(KakosheetError) as refused:
        formats.apply(make(rows), Patch({"S": SheetPatch({place[0]: {place[1]: 5}})}))
    assert refused.value.code == code


def test_a_signed_book_is_refused_or_loses_its_signature() -> None:
    data = packed(members(content(table(row(number(1))))) | {"META-INF/documentsignatures.xml": "<s/>"})
    patch = Patch({"S": SheetPatch({1: {1: 2}})})
    with pytest.raises(KakosheetError) as refused:
        formats.apply(data, patch)
    assert refused.value.code == "K103"
    result = formats.apply(data, patch, drop_signature=True)
    assert b"documentsignatures" not in result.data and result.notes


RANGES = (
    '<table:database-ranges><table:database-range table:name="t" table:target-range-address="S.A1:S.B3"/><table:database-range '
    'table:name="__Anonymous_Sheet_DB__0" table:target-range-address="$\'T 1\'.$A$1:.$B$3"/></table:database-ranges>'
)


def test_a_database_range_reaches_down() -> None:
    data = packed(members(content(table(row(number(1))) + table("", "T 1"), after=RANGES)))
    result = formats.apply(
        data, Patch({"S": SheetPatch(tables=[TableGrowth("T", 9)]), "T 1": SheetPatch(tables=[TableGrowth("none", 7)])})
    )
    assert part(result.data) == part(data).replace("S.A1:S.B3", "S.A1:S.B9").replace(".$B$3", ".$B$7")
    assert formats.apply(data, Patch({"S": SheetPatch(tables=[TableGrowth("t", 2)])})).data is data


def test_properties_are_set_changed_removed_and_nothing_else() -> None:
    meta = (
        '<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0"><office:meta><meta:generator>x</meta:generator></office:meta></office:document-meta>'
    )
    wanted = {"a": "<text>", "b": 3, "c": True, "d": date(2026, 1, 2), "e": 1.5}
    for data in (make(""), packed(members(content(table("")), meta_xml=meta))):
        result = formats.apply(data, Patch(properties=dict(wanted)))
        assert formats.read(result.data).properties == wanted
        assert formats.apply(result.data, Patch(properties=dict(wanted))).data is result.data
        changed = formats.apply(result.data, Patch(properties={"a": None, "b": 4}))
        assert formats.read(changed.data).properties == {"b": 4, "c": True, "d": date(2026, 1, 2), "e": 1.5}
        assert part(changed.data) == part(data)


def test_set_takes_an_ods_and_a_date_is_a_date_in_any_cell() -> None:
    result = set_cells(make(row(number(1))), {"s!B2": "=1+1", "S!C3": date(2026, 11, 21)})
    assert formats.read(result.data).sheets["S"].rows == {1: {1: 1}, 2: {2: "=1+1"}, 3: {3: date(2026, 11, 21)}}


def test_comments_and_sections_of_raw_text_do_not_lead_astray() -> None:
    rows = (
        "<!-- <table:table-row> -->"
        + row("<table:table-cell><text:p><![CDATA[</table:table-cell>]]></text:p></table:table-cell>", number(1))
        + "<?pi <table:table-cell> ?>"
    )
    result = patched(rows, {1: {2: 5}, 2: {1: "x"}})
    assert result == rows.replace(number(1), number(5)).replace(
        "</table:table-row><?pi", "</table:table-row>" + row(words("x")) + "<?pi"
    )


@pytest.mark.parametrize(
    ("formula", "stale"),
    [
        ("[$S.A1]", 1),
        ("SUM([$S.A1:.B9])", 1),
        ("SUM([$S.A:.A])", 1),
        ("n", 1),
        ("t", 1),
        ("INDIRECT(&quot;S.A1&quot;)", 1),
        ("[.B1]+1", 2),
        ("[$S.A2]", 0),
        ("elsewhere", 0),
        ("&quot;[$S.A1]&quot;", 0),
        ("NOW()", 0),
    ],
)
def test_formulas_that_depend_lose_their_value_and_no_others(formula: str, stale: int) -> None:
    def cell(written: str) -> str:
        return f'<table:table-cell table:style-name="c" table:formula="of:={written}" office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell>'

    names = (
        '<table:named-expressions><table:named-range table:name="n" table:cell-range-address="$S.$A$1"/><table:named-range '
        'table:name="elsewhere" table:cell-range-address="$S.$A$3"/></table:named-expressions><table:database-ranges><table:database-range '
        'table:name="t" table:target-range-address="S.A1:S.A1"/></table:database-ranges>'
    )
    tables = table(row(number(1)) + row(number(2))) + table(
        row(cell(formula), cell("[$S.A1]") if stale == 2 else cell("2")), "F"
    )
    data = packed(members(content(tables, after=names)))
    result = formats.apply(data, Patch({"S": SheetPatch({1: {1: 9}})}))
    assert result.stale == stale
    found = formats.read(result.data).sheets["F"].rows[1]
    assert isinstance(found[1], FormulaCell) and found[1].cached == (stale == 0)
    if stale:
        assert f'<table:table-cell table:style-name="c" table:formula="of:={formula}"/>' in part(result.data)
    assert formats.apply(result.data, Patch({"S": SheetPatch({1: {1: 9}})})).data is result.data


def test_our_own_areas_are_left_to_their_caller_and_repeated_formulas_are_split() -> None:
    formula = '<table:table-cell{} table:formula="of:=[.$A$1]" office:value-type="float" office:value="1"/>'
    rows = row(number(1), formula.format(' table:number-columns-repeated="3"'))
    result = apply(make(rows), {1: {1: 5}}, own=[Area("S", 1, 3, 9, 3)])
    assert result.stale == 2
    bare = '<table:table-cell table:formula="of:=[.$A$1]"/>'
    assert rows_of(result.data) == row(number(5), bare, formula.format(""), bare)


def test_added_columns_look_like_their_model() -> None:
    columns = '<table:table-column table:style-name="co1" table:visibility="collapse" table:default-cell-style-name="ce9"/><table:table-column{}/>'
    tail = ' table:number-columns-repeated="9"'
    heads = row(words("a", ' table:style-name="head"'), '<table:table-cell table:number-columns-repeated="9"/>')
    data = packed(members(content(table(heads, before=columns.format(tail)), after=RANGES)))
    patch = Patch(
        {"S": SheetPatch({1: {3: "new"}}, tables=[TableGrowth("t", 3, titles=("new",))], added={3: 1})},
        names={"n": Area("S", 1, 3, 1, 3)},
    )
    result = formats.apply(data, patch)
    wanted = part(result.data)
    look = '<table:table-column table:style-name="co1" table:default-cell-style-name="ce9"/>'
    assert f'<table:table-column/>{look}<table:table-column table:number-columns-repeated="7"/>' in wanted
    assert words("new", ' table:style-name="head"') in wanted
    book = formats.read(result.data)
    assert book.names == {"n": Area("S", 1, 3, 1, 3)} and book.sheets["S"].tables[0].area == Area("S", 1, 1, 3, 3)
    beyond = packed(members(content(table(heads, before=columns.format("")))))
    assert f"{columns.format('')}{look}" in part(formats.apply(beyond, patch).data)


def test_names_point_where_they_are_to() -> None:
    old = (
        '<table:named-expressions><table:named-range table:name="a" table:cell-range-address="$S.#REF!"/><table:named-expression table:name="b" '
        'table:expression="of:=1"></table:named-expression></table:named-expressions>'
    )
    names = {"A": Area("S", 2, 2, 2, 2), "b": Area("It's", 1, 1, 3, 4), "c": Area("S", 1, 1, 1, 1)}
    for after in (old, "<table:named-expressions/>", RANGES, ""):
        data = packed(members(content(table(row(number(1))) + table("", "It&apos;s"), after=after)))
        result = formats.apply(data, Patch(names=names))
        assert {name.casefold(): area for name, area in formats.read(result.data).names.items()} == {
            name.casefold(): area for name, area in names.items()
        }
        assert formats.apply(result.data, Patch(names=names)).data is result.data
