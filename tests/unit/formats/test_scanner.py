"""Every way to write a cell that real files show reads as the same value."""

from __future__ import annotations

import zipfile
from datetime import date, datetime

import pytest

from kakosheet import formats
from kakosheet.core.issues import KakosheetError
from kakosheet.core.raw import Area, CellValue, ErrorValue, FormulaCell, TableRange
from tests.unit.formats.packages import HEAD, MAIN, make, members, packed, relationships, worksheet

STRINGS = (
    '<si><t>zero</t></si><si><t xml:space="preserve"> a &amp; b </t></si><si><r><t>rich </t></r><r><t>text</t></r></si>'
    '<si><t>漢字</t><rPh sb="0" eb="1"><t>かんじ</t></rPh></si><si><t>_x0041__x005F_x0041_</t></si><si><t/></si>'
)


def rows(xml: str, **more: object) -> dict[int, dict[int, CellValue]]:
    return formats.read(make(xml, strings=STRINGS, **more)).sheets["S"].rows


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c r="A1"><v>5</v></c>', 5),
        ('<c r="A1" s="3"><v>-5.25</v></c>', -5.25),
        ('<c r="A1"><v>1E3</v></c>', 1000.0),
        ('<c r="A1" t="n"><v>5</v></c>', 5),
        ('<c r="A1" s="1" t="s"><v>0</v></c>', "zero"),
        ('<c r="A1" t="s"><v>1</v></c>', " a & b "),
        ('<c r="A1" t="s"><v>2</v></c>', "rich text"),
        ('<c r="A1" t="s"><v>3</v></c>', "漢字"),
        ('<c r="A1" t="s"><v>4</v></c>', "A_x0041_"),
        ('<c r="A1" t="b"><v>1</v></c>', True),
        ('<c r="A1" t="e"><v>#N/A</v></c>', ErrorValue("#N/A")),
        ('<c r="A1" t="e"><v></v></c>', ErrorValue("#N/A")),
        ('<c r="A1" t="e"></c>', ErrorValue("#N/A")),
        ('<c r="A1"><v>46_333</v></c>', "46_333"),  # Python takes it for a number
        ('<c r="A1" t="s"><v>+0</v></c>', ErrorValue("#REF!")),
        ('<c r="A1" t="s"><v>٠</v></c>', ErrorValue("#REF!")),
        ('<c r="A1" t="inlineStr"><f>B1</f><is><t></t></is></c>', FormulaCell("B1", None, False)),
        ('<c r="A1" t="e"><f>B1</f><v></v></c>', FormulaCell("B1", None, False)),
        ('<c r="A1" t="s"><v>99</v></c>', ErrorValue("#REF!")),  # there is no such text: nobody knows which it was
        ('<c r="A1" t="s"><v>-1</v></c>', ErrorValue("#REF!")),
        ('<c r="A1" t="d"><v>2026-11-21T10:30:00Z</v></c>', datetime(2026, 11, 21, 10, 30)),
        ('<c r="A1" t="d"><v>2026-11-21T10:30:00+08:00</v></c>', datetime(2026, 11, 21, 10, 30)),
        (f'<c r="A1"><v>{"9" * 350}</v></c>', "9" * 350),
        (f'<c r="A1"><v>{"9" * 300}</v></c>', int("9" * 300)),
        ('<c r="A1" t="d"><v>2026-11-21</v></c>', date(2026, 11, 21)),
        ('<c r="A1" t="d"><v>2026-11-21T10:30:00</v></c>', datetime(2026, 11, 21, 10, 30)),
        ('<c r="A1" t="inlineStr"><is><t>in &lt; line</t></is></c>', "in < line"),
        ('<c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c>', "ab"),
        ('<c r="A1" t="str"><v>text</v></c>', "text"),
        ("<c r='A1'><v>5</v></c>", 5),
        ('<c t="s" r="A1"><v>0</v></c>', "zero"),
        ('<c\n r="A1" ><v >7</v></c >', 7),
        ('<c r="A1"><v><![CDATA[8]]></v></c>', 8),
        ('<c r="A1"><!-- n --><v>9</v></c>', 9),
        ('<c r="A1"><v> 6 </v></c>', 6.0),
        ('<c r="A1" vm="1" t="e"><v>#VALUE!</v></c>', ErrorValue("#VALUE!")),
        ('<c r="A1" t="str"><v>&#x41;&#10;b</v></c>', "A\nb"),
        ('<c r="A1"><f>B1*2</f><v>4</v></c>', FormulaCell("B1*2", 4, True)),
        ('<c r="A1"><f aca="false">B1&amp;"x"</f></c>', FormulaCell('B1&"x"', None, False)),
        ('<c r="A1" t="str"><f>""</f><v></v></c>', FormulaCell('""', "", True)),
        ('<c r="A1"><f>B1</f><v></v></c>', FormulaCell("B1", None, False)),
        ('<c r="A1" t="b"><f aca="false">TRUE()</f><v>1</v></c>', FormulaCell("TRUE()", True, True)),
        ('<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>', FormulaCell("1/0", ErrorValue("#DIV/0!"), True)),
        ('<c r="A1" cm="1"><f t="array" ref="A1">SUM(B1)</f><v>3</v></c>', FormulaCell("SUM(B1)", 3, True)),
    ],
)
def test_a_cell_reads_as_its_value(cell: str, value: CellValue) -> None:
    found = rows(f'<row r="1">{cell}<c r="B1"><v>2</v></c></row>')
    assert found == {1: {1: value, 2: 2}}
    assert type(found[1][1]) is type(value)


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A1" s="3"/>',
        '<c r="A1" s="3"></c>',
        '<c r="A1"><v></v></c>',
        '<c r="A1" t="s"><v>5</v></c>',
        '<c r="A1" t="inlineStr"><is><t/></is></c>',
    ],
)
def test_blank_cells_are_absent(cell: str) -> None:
    found = rows(f'<row r="1">{cell}</row>')
    assert found in ({}, {1: {}}, {1: {1: ""}})


def test_a_styled_cell_counts_for_the_last_row() -> None:
    sheet = formats.read(
        make('<row r="1"><c r="A1"><v>1</v></c></row><row r="7"><c r="A7" s="1"/></row><row r="9" ht="20"/>')
    ).sheets["S"]
    assert sheet.last_row == 7
    assert sheet.rows == {1: {1: 1}}


def test_rows_and_cells_without_an_address_count_on() -> None:
    assert rows(
        '<row><c><v>1</v></c><c r="D1"><v>4</v></c><c><v>5</v></c></row><row r="5"><c><v>9</v></c></row><row><c><v>8</v></c></row>'
    ) == {1: {1: 1, 4: 4, 5: 5}, 5: {1: 9}, 6: {1: 8}}


def test_shared_formulas_are_expanded() -> None:
    found = rows(
        '<row r="1"><c r="A1"><f t="shared" ref="A1:A3" si="0">B1*$C$1</f><v>1</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0"/><v>2</v></c></row><row r="3"><c r="A3"><f t="shared" si="0"/></c></row>'
    )
    assert [found[row][1] for row in (1, 2, 3)] == [
        FormulaCell("B1*$C$1", 1, True),
        FormulaCell("B2*$C$1", 2, True),
        FormulaCell("B3*$C$1", None, False),
    ]


def test_cells_filled_by_an_array_formula_say_so() -> None:
    found = rows(
        '<row r="1"><c r="A1"><f t="array" ref="A1:A2">B1:B2</f><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>'
    )
    assert found[2][1] == FormulaCell(None, 2, True)


def test_cells_filled_by_an_array_formula_that_hold_nothing_are_not_blank() -> None:
    master = '<row r="1"><c r="A1"><f t="array" ref="A1:B3">TODAY()-ROW(A1:B3)</f>%s</c></row>'
    for value, cached in (("", None), ("<v>46333</v>", 46333)):
        found = rows(master % value + '<row r="2"><c r="A2" s="1"/><c r="B2" t="str"><v></v></c></row>')
        unknown = FormulaCell(None, None, False)
        assert found[1] == {1: FormulaCell("TODAY()-ROW(A1:B3)", cached, cached is not None), 2: unknown}
        assert found[2] == {1: unknown}  # the other is a text of no characters, which is a result
        assert found[3] == {1: unknown, 2: unknown}


@pytest.mark.parametrize("before", ["", "<!-- -->"])
@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A1" t="inlineStr"><f>B1</f><is><t></t></is></c>',
        '<c r="A1"><v>4_6</v></c>',
        '<c r="A1" t="s"><v>+0</v></c>',
    ],
)
def test_what_a_cell_says_does_not_hang_on_a_remark_beside_it(cell: str, before: str) -> None:
    assert rows(f'{before}<row r="1">{cell}</row>') == rows(f'<row r="1">{cell}</row>')


def test_rows_outside_of_the_sheet_data_are_no_rows() -> None:
    assert rows(
        '<row r="1"><c r="A1"><v>1</v></c></row>',
        after='<rowBreaks/><x:row xmlns:x="u" r="2"><x:c r="A2"><x:v>9</x:v></x:c></x:row>',
    ) == {1: {1: 1}}


def test_alternate_content_reads_as_its_fallback() -> None:
    assert rows(
        '<row r="1"><mc:AlternateContent xmlns:mc="m"><mc:Choice Requires="z"><c r="A1"><v>1</v></c></mc:Choice><mc:Fallback><c r="A1"><v>2</v>'
        "</c></mc:Fallback></mc:AlternateContent></row>"
    ) == {1: {1: 2}}


def prefixed(namespace: str = MAIN) -> dict[str, str | bytes]:
    sheet = (
        f'{HEAD}<x:worksheet xmlns:x="{namespace}"><x:sheetData><x:row r="1"><x:c r="A1" t="s"><x:v>0</x:v></x:c>'
        '<x:c r="B1"><x:f>A1</x:f><x:v>3</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    parts: dict[str, str | bytes] = dict(members({"S": sheet}, strings=""))
    parts["xl/sharedStrings.xml"] = f'<x:sst xmlns:x="{namespace}"><x:si><x:t>text</x:t></x:si></x:sst>'
    parts["xl/workbook.xml"] = (
        f'<x:workbook xmlns:x="{namespace}" xmlns:q="http://purl.oclc.org/ooxml/officeDocument/relationships"><x:sheets>'
        '<x:sheet name="S" sheetId="1" q:id="rId1"/></x:sheets></x:workbook>'
    )
    return parts


@pytest.mark.parametrize("namespace", [MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main"])
def test_prefixed_and_strict_namespaces_read(namespace: str) -> None:
    assert formats.read(packed(prefixed(namespace))).sheets["S"].rows == {1: {1: "text", 2: FormulaCell("A1", 3, True)}}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "iso-8859-1", "utf-8-sig"])
def test_other_encodings_read(encoding: str) -> None:
    parts: dict[str, str | bytes] = dict(members({"S": ""}))
    declared = encoding.removesuffix("-sig").removesuffix("-be").upper()
    for name in ("xl/workbook.xml", "xl/worksheets/sheet1.xml"):
        content = str(parts[name]) or worksheet('<row r="1"><c r="A1" t="str"><v>Größe</v></c></row>')
        parts[name] = content.replace('"UTF-8"', f'"{declared}"').encode(encoding)
        if encoding == "utf-16-be":
            parts[name] = b"\xfe\xff" + bytes(parts[name])
    assert formats.read(packed(parts)).sheets["S"].rows == {1: {1: "Größe"}}


def test_book_says_names_tables_hidden_sheets_properties_and_epoch() -> None:
    table = f'<table xmlns="{MAIN}" id="1" name="T1" displayName="T_1" ref="A1:B3" totalsRowCount="1"><tableColumns count="1"/></table>'
    custom = (
        '<Properties xmlns="p" xmlns:vt="v"><property fmtid="{}" pid="2" name="k.id"><vt:lpwstr>a &amp; b</vt:lpwstr></property>'
        '<property fmtid="{}" pid="3" name="n"><vt:i4>7</vt:i4></property><property fmtid="{}" pid="4" name="on"><vt:bool>true</vt:bool></property>'
        "</Properties>"
    )
    parts = members(
        {"S": worksheet("<row/>"), "Hidden": worksheet("<row/>")},
        properties='<workbookPr date1904="1"/>',
        names='<definedNames><definedName name="a">\'S\'!$B$2</definedName><definedName name="b" localSheetId="0">S!$A$1</definedName>'
        '<definedName name="gone">#REF!</definedName><definedName name="c">S!$A$1:$C$4</definedName></definedNames>',
        extra={
            "xl/worksheets/_rels/sheet1.xml.rels": relationships({"r1": ("table", "../tables/table1.xml")}),
            "xl/tables/table1.xml": table,
            "docProps/custom.xml": custom,
        },
    )
    parts["_rels/.rels"] = relationships(
        {"rId1": ("officeDocument", "/xl/workbook.xml"), "rId2": ("custom-properties", "docProps/custom.xml")}
    )
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace('name="Hidden"', 'name="Hidden" state="veryHidden"')
    book = formats.read(packed(parts))
    assert book.format == "xlsx"
    assert book.date1904
    assert book.names == {"a": Area("S", 2, 2, 2, 2), "gone": None, "c": Area("S", 1, 1, 4, 3)}
    assert book.sheets["S"].tables == [TableRange("T_1", Area("S", 1, 1, 3, 2), True)]
    assert [sheet.hidden for sheet in book.sheets.values()] == [False, True]
    assert book.properties == {"k.id": "a & b", "n": 7, "on": True}


def test_only_the_sheets_asked_for_have_rows() -> None:
    row = '<row r="1"><c r="A1"><v>1</v></c></row>'
    book = formats.read(packed(members({"One": worksheet(row), "Two": worksheet(row)})), sheets={"Two"})
    assert [(sheet.name, sheet.rows) for sheet in book.sheets.values()] == [("One", {}), ("Two", {1: {1: 1}})]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"xl/workbook.xml": "<workbook xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/2'/>"}, "K108"),
        ({"xl/workbook.xml": "not xml"}, "K104"),
        ({"xl/worksheets/sheet1.xml": "<!DOCTYPE x [<!ENTITY a 'b'>]>" + worksheet("<row/>")}, "K106"),
        ({"xl/sharedStrings.xml": "<!DOCTYPE sst><sst/>"}, "K106"),
        ({"xl/worksheets/sheet1.xml": f"<worksheet xmlns='{MAIN}'/>"}, "K104"),
        ({"xl/worksheets/sheet1.xml": f"<worksheet xmlns='{MAIN}'><sheetData><row r='1'><c"}, "K104"),
        ({"xl/worksheets/sheet1.xml": worksheet('<row r="9999999"><c r="A9999999"><v>1</v></c></row>')}, "K104"),
        ({"xl/worksheets/sheet1.xml": worksheet('<row r="1"><c r="ZZZ1"><v>1</v></c></row>')}, "K104"),
        ({"xl/worksheets/sheet1.xml": worksheet('<row r="1"><c r="A1" t="x"><v>1</c></row>')}, "K104"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(change: dict[str, str], code: str) -> None:
    with pytest.raises(KakosheetError) as caught:
        formats.read(packed(members({"S": worksheet("<row/>")}, strings="") | change))
    assert caught.value.code == code


def test_other_kinds_of_file_are_refused_by_name() -> None:
    ods = packed(
        {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}, zipfile.ZIP_STORED
    )
    for data, code in (
        (ods, "K108"),
        (packed({"word/document.xml": "<x/>"}), "K101"),
        (packed({"xl/workbook.bin": "x"}), "K108"),
        (b"a,b\n", "K101"),
    ):
        with pytest.raises(KakosheetError) as caught:
            formats.read(data)
        assert caught.value.code == code


@pytest.mark.parametrize(
    "tag", ["<f>A1</f>", "<f/>", '<f aca="false">TODAY()-1</f>', '<f t="shared" si="0" ref="A1:A9">B1</f>']
)
@pytest.mark.parametrize("around", [1, 40])
def test_a_formula_that_is_said_to_give_a_text_has_one_only_where_it_stands(tag: str, around: int) -> None:
    """Whether it stands among cells that are read one by one or many at a time."""
    held = "".join(f'<row r="{n}"><c r="A{n}" t="str"><f>B1</f><v></v></c></row>' for n in range(2, around + 1))
    found = rows(f'<row r="1"><c r="A1" t="str">{tag}</c></row>{held}')
    cell = found[1][1]
    assert isinstance(cell, FormulaCell)
    assert (cell.value, cell.cached) == (None, False)
    assert all(row[1] == FormulaCell("B1", "", True) for n, row in found.items() if n > 1)
