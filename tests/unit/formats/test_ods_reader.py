"""What an .ods file says is read as its types say it, whatever the prefixes, repeats and decoration."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, datetime
from xml.etree import ElementTree

import pytest

from kakosheet import formats
from kakosheet.core.issues import KakosheetError
from kakosheet.core.patch import Patch, SheetPatch
from kakosheet.core.raw import Area, ErrorValue, FormulaCell, TableRange
from tests.unit.formats.open_documents import (
    HEAD,
    NAMESPACES,
    OFFICE,
    TABLE,
    TEXT,
    content,
    make,
    members,
    number,
    packed,
    part,
    row,
    table,
    words,
)

HIDDEN = (
    '<style:style style:name="ta1" style:family="table"><style:table-properties table:display="true"/></style:style>'
    '<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style>'
)


def typed(kind: str, attribute: str, value: str, text: str = "shown") -> str:
    return f'<table:table-cell office:value-type="{kind}" office:{attribute}="{value}"><text:p>{text}</text:p></table:table-cell>'


def first_row(*cells: str) -> dict[int, object]:
    return dict(formats.read(make(row(*cells))).sheets["S"].rows.get(1, {}))


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (number(5), 5),
        (number(-2.5), -2.5),
        (number("1E+3"), 1000.0),
        (typed("percentage", "value", "0.25"), 0.25),
        (typed("currency", "value", "9.5"), 9.5),
        (typed("boolean", "boolean-value", "true"), True),
        (typed("date", "date-value", "2026-11-21"), date(2026, 11, 21)),
        (typed("date", "date-value", "2026-11-21T10:30:00"), datetime(2026, 11, 21, 10, 30)),
        (typed("time", "time-value", "PT12H30M00S"), 12.5 / 24),
        (typed("date", "date-value", "31/02", "31/02"), "31/02"),
        (words("a &amp; b"), "a & b"),
        (typed("string", "string-value", "this", "not this"), "this"),
        ("<table:table-cell><text:p>untyped</text:p></table:table-cell>", "untyped"),
        (words("00123"), "00123"),
    ],
)
def test_a_value_is_what_its_type_says(cell: str, value: object) -> None:
    found = first_row(cell)[1]
    assert found == value and type(found) is type(value)


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("<text:p>one</text:p><text:p/><text:p>three</text:p>", "one\n\nthree"),
        ('<text:p>a<text:s text:c="3"/>b<text:tab/>c<text:line-break/>d<text:s/></text:p>', "a   b\tc\nd "),
        ("<text:p>a <text:span>rich <text:a>link</text:a></text:span> text</text:p>", "a rich link text"),
        (
            "<office:annotation><dc:creator>me</dc:creator><text:p>note</text:p></office:annotation><text:p>cell</text:p>",
            "cell",
        ),
        ("<text:p>cell</text:p><draw:frame><draw:text-box><text:p>drawn</text:p></draw:text-box></draw:frame>", "cell"),
        ("<text:p>\n   laid out\n   here\n </text:p>", "laid out here"),
        ("<text:p>two  spaces </text:p>", "two  spaces "),
        ("<text:p><![CDATA[a < b]]><!-- no --></text:p>", "a < b"),
        ("<text:list><text:list-item><text:p>item</text:p></text:list-item></text:list>", "item"),
        (
            '<text:p>a</text:p><table:table table:is-sub-table="true"><table:table-row><table:table-cell><text:p>b</text:p></table:table-cell>'
            "</table:table-row></table:table>",
            "a",
        ),
    ],
)
def test_the_text_of_a_cell_is_its_paragraphs(inside: str, text: str) -> None:
    cell = f'<table:table-cell office:value-type="string">{inside}</table:table-cell>'
    assert first_row(cell, number(1)) == {1: text, 2: 1}


def formula(written: str, more: str, inside: str = "") -> str:
    return f'<table:table-cell table:formula="of:={written}"{more}>{inside}</table:table-cell>'


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        (
            formula("[.A1]+1", ' office:value-type="float" office:value="3"', "<text:p>3</text:p>"),
            FormulaCell("A1+1", 3, True),
        ),
        (formula("[.A1]+1", ""), FormulaCell("A1+1", None, False)),
        (formula("[.A1]", ' office:value-type="string" office:string-value=""'), FormulaCell("A1", "", True)),
        (formula("[.A1]", ' office:value-type="string"', "<text:p>x</text:p>"), FormulaCell("A1", "x", True)),
        (formula("[.A1]", ' office:value-type="string"'), FormulaCell("A1", None, False)),
        (
            formula(
                "1/0",
                ' office:value-type="string" office:string-value="" calcext:value-type="error"',
                "<text:p>#DIV/0!</text:p>",
            ),
            FormulaCell("1/0", ErrorValue("#DIV/0!"), True),
        ),
        (
            formula("1/0", ' office:value-type="float" office:value="0"', "<text:p>#DIV/0!</text:p>"),
            FormulaCell("1/0", ErrorValue("#DIV/0!"), True),
        ),
    ],
)
def test_a_formula_knows_whether_it_has_a_value(cell: str, read: FormulaCell) -> None:
    found = first_row(cell)[1]
    assert found == read and isinstance(found, FormulaCell) and type(found.value) is type(read.value)


def test_repeated_and_covered_cells_stand_where_they_stand() -> None:
    rows = (
        row(
            number(1),
            '<table:table-cell table:number-columns-repeated="3"/>',
            number(2, ' table:number-columns-repeated="2"'),
        )
        + row("<table:table-cell/>", attributes=' table:number-rows-repeated="5"')
        + row(words("a"), "<table:covered-table-cell/>", number(3), attributes=' table:number-rows-repeated="2"')
        + row(
            '<table:table-cell table:number-columns-repeated="16384"/>',
            attributes=' table:number-rows-repeated="1048568"',
        )
    )
    sheet = formats.read(make(rows)).sheets["S"]
    assert sheet.rows == {1: {1: 1, 5: 2, 6: 2}, 7: {1: "a", 3: 3}, 8: {1: "a", 3: 3}}
    assert sheet.last_row == 8


def test_header_rows_and_groups_are_rows() -> None:
    rows = (
        f"<table:table-header-rows>{row(words('h'))}</table:table-header-rows><table:table-row-group>{row(number(1))}"
        f"<table:table-row-group>{row(number(2))}</table:table-row-group></table:table-row-group><table:table-row/>{row(number(3))}"
    )
    assert formats.read(make(rows)).sheets["S"].rows == {1: {1: "h"}, 2: {1: 1}, 3: {1: 2}, 5: {1: 3}}


def empty(kind: str, more: str = "") -> str:
    return f'<table:table-cell office:value-type="{kind}" {more}/>'


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (empty("date", 'office:date-value="2026-13-45"'), "2026-13-45"),
        (empty("date", 'office:date-value="0000-00-00"'), "0000-00-00"),
        (empty("float", 'office:value="46333,5"'), "46333,5"),
        (empty("float", 'office:value="NaN"'), "NaN"),
        (empty("boolean", 'office:boolean-value="1"'), "1"),
        (empty("time", 'office:time-value="xx"'), "xx"),
        (empty("date"), ErrorValue("#VALUE!")),
        (empty("currency"), ErrorValue("#VALUE!")),
        (empty("moon", 'office:value="3"'), "3"),
    ],
)
def test_a_cell_that_states_a_type_and_no_value_of_it_is_not_blank(cell: str, value: object) -> None:
    assert first_row(cell) == {1: value}
    shown = cell.replace("/>", "><text:p>5 March</text:p></table:table-cell>")
    assert first_row(shown) == {1: "5 March"}


def test_cells_that_state_nothing_are_blank() -> None:
    assert first_row("<table:table-cell/>", empty("void"), empty("string")) == {}


def test_cells_filled_by_an_array_formula_that_hold_nothing_are_not_blank() -> None:
    given = 'table:number-matrix-rows-spanned="2" table:number-matrix-columns-spanned="2"'
    master = f'<table:table-cell table:formula="of:=NOW()" {given}/>'
    text = '<table:table-cell office:value-type="string"><text:p/></table:table-cell>'
    sheet = formats.read(make(row(master, text) + row("<table:table-cell/>", "<table:table-cell/>"))).sheets["S"]
    unknown = FormulaCell(None, None, False)
    assert sheet.rows == {1: {1: FormulaCell("NOW()", None, False)}, 2: {1: unknown, 2: unknown}}


def test_array_formulas_fill_cells_that_have_no_formula_of_their_own() -> None:
    anchor = formula(
        "[.C1:.C2]*2",
        ' table:number-matrix-rows-spanned="2" table:number-matrix-columns-spanned="1" office:value-type="float" office:value="2"',
    )
    rows = formats.read(make(row(anchor) + row(number(4)) + row(number(5)))).sheets["S"].rows
    assert rows == {1: {1: FormulaCell("C1:C2*2", 2, True)}, 2: {1: FormulaCell(None, 4, True)}, 3: {1: 5}}


def test_sheets_names_ranges_and_properties() -> None:
    tables = (
        table(row(number(1)), style="ta1")
        + table(row(number(2)), "It&apos;s", style="ta2")
        + table("", "'file:///x.ods'#S")
    )
    after = (
        '<table:named-expressions><table:named-range table:name="n" table:cell-range-address="$S.$A$1:.$B$2"/><table:named-range '
        'table:name="gone" table:cell-range-address="$S.#REF!"/><table:named-expression table:name="e" table:expression="of:=[.A1]+1"/>'
        '</table:named-expressions><table:database-ranges><table:database-range table:name="t" '
        "table:target-range-address=\"'It''s'.A3:'It''s'.D9\"/></table:database-ranges>"
    )
    meta = (
        f'<office:document-meta xmlns:office="{OFFICE}" xmlns:m="urn:oasis:names:tc:opendocument:xmlns:meta:1.0"><office:meta>'
        '<m:user-defined m:name="a">text</m:user-defined><m:user-defined m:name="b" m:value-type="float">3</m:user-defined>'
        '<m:user-defined m:name="c" m:value-type="boolean">true</m:user-defined><m:user-defined m:name="d" m:value-type="date">2026-01-02'
        "</m:user-defined></office:meta></office:document-meta>"
    )
    book = formats.read(packed(members(content(tables, styles=HIDDEN, after=after), meta_xml=meta)), sheets=["S"])
    assert (book.format, list(book.sheets), [sheet.hidden for sheet in book.sheets.values()]) == (
        "ods",
        ["S", "It's"],
        [False, True],
    )
    assert book.names == {"n": Area("S", 1, 1, 2, 2), "gone": None, "e": None}
    assert book.sheets["It's"].tables == [TableRange("t", Area("It's", 3, 1, 9, 4), False)]
    assert book.properties == {"a": "text", "b": 3, "c": True, "d": date(2026, 1, 2)}
    assert (book.sheets["S"].rows, book.sheets["It's"].rows) == ({1: {1: 1}}, {})


def test_prefixes_are_the_file_s_own_affair() -> None:
    xml = (
        f'{HEAD}<document-content xmlns="{OFFICE}" xmlns:o="{OFFICE}" xmlns:t="{TABLE}" xmlns:x="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
        '<body><spreadsheet><t:table t:name="S"><t:table-row><t:table-cell o:value-type="float" o:value="5"/><t:table-cell '
        'o:value-type="string"><x:p>a</x:p></t:table-cell></t:table-row></t:table></spreadsheet></body></document-content>'
    )
    assert formats.read(packed(members(xml))).sheets["S"].rows == {1: {1: 5, 2: "a"}}


@pytest.mark.parametrize(
    "declared",
    [
        {"o": OFFICE, "t": TABLE, "x": TEXT, "second": TABLE},
        {"o": OFFICE, "t": TABLE, "x": TEXT, "": OFFICE, "again": OFFICE, "y": TEXT},
        {"o": OFFICE},
    ],
)
def test_a_prefix_may_be_one_of_two_or_declared_where_it_is_used(declared: dict[str, str]) -> None:
    head = " ".join(f'xmlns{":" * bool(prefix)}{prefix}="{uri}"' for prefix, uri in declared.items())
    table, text = (
        f' xmlns:{prefix}="{uri}"' * (uri not in declared.values()) for prefix, uri in (("t", TABLE), ("x", TEXT))
    )
    xml = (
        f'{HEAD}<o:document-content {head}><o:body><o:spreadsheet><t:table{table} t:name="S"><t:table-row><t:table-cell o:value-type="float" '
        f'o:value="5"/><t:table-cell o:value-type="string"><x:p{text}>a</x:p></t:table-cell></t:table-row></t:table><t:named-expressions{table}>'
        '<t:named-range t:name="n" t:cell-range-address="S.A1"/></t:named-expressions></o:spreadsheet></o:body></o:document-content>'
    )
    data = packed(members(xml))
    book = formats.read(data)
    assert (book.sheets["S"].rows, book.names) == ({1: {1: 5, 2: "a"}}, {"n": Area("S", 1, 1, 1, 1)})
    after = formats.apply(
        data, Patch({"S": SheetPatch({1: {1: 6, 3: "b\nc"}})}, names={"m": Area("S", 2, 2, 2, 2)})
    ).data
    tree = ElementTree.fromstring(part(after))
    assert [cell.get(f"{{{OFFICE}}}value-type") for cell in tree.iter(f"{{{TABLE}}}table-cell")] == [
        "float",
        "string",
        "string",
    ]
    assert [said.text for said in tree.iter(f"{{{TEXT}}}p")] == ["6", "a", "b", "c"]
    assert [name.get(f"{{{TABLE}}}name") for name in tree.iter(f"{{{TABLE}}}named-range")] == ["n", "m"]


def test_a_file_without_any_text_takes_one() -> None:
    xml = (
        f'{HEAD}<o:document-content xmlns:o="{OFFICE}" xmlns:t="{TABLE}" xmlns:text="urn:else"><o:body><o:spreadsheet><t:table t:name="S"/>'
        "</o:spreadsheet></o:body></o:document-content>"
    )
    after = formats.apply(packed(members(xml)), Patch({"S": SheetPatch({1: {1: "a  b"}})})).data
    said = ElementTree.fromstring(part(after)).find(f".//{{{TEXT}}}p")
    assert said is not None and (said.text, said[0].tag, said[0].tail) == ("a ", f"{{{TEXT}}}s", "b")
    assert formats.read(after).sheets["S"].rows == {1: {1: "a  b"}}


def test_what_lies_beyond_the_last_column_is_not_read() -> None:
    cells = '<table:table-cell table:number-columns-repeated="16384"/>' + number(7)
    assert formats.read(make(row(cells))).sheets["S"].rows == {}


@pytest.mark.parametrize(("at_root", "at_row"), [(f' xmlns:second="{TABLE}"', ""), ("", f' xmlns:second="{TABLE}"')])
def test_two_prefixes_for_the_elements_of_one_namespace_are_refused(at_root: str, at_row: str) -> None:
    xml = content(table(row(number(5)) + f"<second:table-row{at_row}/>")).replace(NAMESPACES, NAMESPACES + at_root)
    with pytest.raises(KakosheetError) as refused:
        formats.read(packed(members(xml)))
    assert refused.value.code == "K108"


REPEATED_WITHOUT_END = row(
    number(1, ' table:number-columns-repeated="999999999"'), attributes=' table:number-rows-repeated="999999999"'
)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (packed(members('<!DOCTYPE x [<!ENTITY a "b">]>' + content(table("")))), "K106"),
        (packed(members(content(""))), "K108"),
        (packed(members(content(table("")).replace("office:spreadsheet", "office:text"))), "K108"),
        (packed(members(content(table(row(number(1)))).replace("opendocument:xmlns:table", "other"))), "K108"),
        (
            packed(members(content(table("<table:table-row><table:table-cell>")).partition("<table:table-cell>")[0])),
            "K104",
        ),
        (packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "x": ""}), "K101"),
        (
            packed(
                members(content(table("")), META__INF__manifest_xml="")
                | {"META-INF/manifest.xml": "<m:encryption-data/>"}
            ),
            "K102",
        ),
        (make(REPEATED_WITHOUT_END), "K107"),
        (make(row(words('<text:s text:c="999999999"/>' * 1000))), "K107"),
        (make(row(number(1, ' xmlns:table="urn:else"'))), "K108"),
        (make("<table:table>" * 500), "K104"),
        (make("</table:table></table:table>"), "K104"),
    ],
)
def test_hostile_and_unsuitable_files_are_refused_by_name(data: bytes, code: str) -> None:
    with pytest.raises(KakosheetError) as refused:
        formats.read(data)
    assert refused.value.code == code


def test_a_repeated_value_down_to_the_end_is_read_and_repeats_beyond_it_are_cut() -> None:
    sheet = formats.read(make(row(number(1), attributes=' table:number-rows-repeated="99999999999999999999"'))).sheets[
        "S"
    ]
    assert len(sheet.rows) == 1_048_576


def test_many_nested_tables_are_read_in_no_time() -> None:
    nested = (
        "<table:table><table:table-row><table:table-cell>" * 3000
        + "</table:table-cell></table:table-row></table:table>" * 3000
    )
    assert first_row(f"<table:table-cell>{nested}</table:table-cell>", number(2)) == {2: 2}


def test_a_flat_document_is_refused_with_the_cure() -> None:
    flat = (
        f'{HEAD}<office:document xmlns:office="{OFFICE}" office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:body/>'
        "</office:document>"
    )
    with pytest.raises(KakosheetError, match=r"flat OpenDocument file.*save it as \.ods") as refused:
        formats.read(flat.encode())
    assert refused.value.code == "K101"


MANY = 100_000


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (content(table(row(number(1))), after="<!--" * MANY), "K104"),
        (content(table(row(words("<![CDATA[" * MANY)))), "K104"),
        (content(table(row(number(1))), after="<?x " * MANY + "<!-- -->"), "K104"),
        (content(table(row("<table:table-cell>" * MANY))), "K104"),
        (content(table(row("<table:table-cell><text:p>x" * MANY) + row(number(1)))), "K104"),
        (content(table(row('<table:table-cell a="' * MANY))), "K104"),
        (
            content(
                table(row(number(1))), after="<table:dde-links></table:dde-links>" * 20_000 + "<table:table/>" * 2_000
            ),
            None,
        ),
        (content(table(row(words('xmlns:table="x" ' * MANY)))), None),
        (content(table(row(number(1)) + row(f'<table:table-cell table:formula="of:={"a." * MANY}"/>'))), None),
    ],
    ids=["comments", "CDATA", "instructions", "cells", "paragraphs", "quotes", "links", "declarations", "formula"],
)
def test_what_is_left_open_a_hundred_thousand_times_is_gone_through_once(xml: str, code: str | None) -> None:
    data = packed(members(xml))
    uses: list[Callable[[], object]] = [
        lambda: formats.read(data),
        lambda: formats.apply(data, Patch({"S": SheetPatch({1: {1: 5, 2: 6, 3: 7}})})),
    ]
    for use in uses:
        with nullcontext() if code is None else pytest.raises(KakosheetError) as refused:
            use()
        assert refused is None or refused.value.code == code
