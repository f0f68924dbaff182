"""The second reader says yes to what a patch lists and no to anything else: every kind of corruption, in both formats."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kakosheet import formats
from kakosheet.core.patch import Cached, Formula, Patch, SheetPatch, TableGrowth
from kakosheet.core.raw import Area
from kakosheet.formats.package import Package
from kakosheet.formats.verify import verify
from tests.unit.formats import open_documents as ods
from tests.unit.formats.packages import HEAD, MAIN, members, packed, relationships, worksheet

CUSTOM = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" xmlns:vt="vt"><property fmtid="{X}" pid="2" '
    'name="theirs"><vt:lpwstr>a</vt:lpwstr></property></Properties>'
)
TABLE = (
    f'<table xmlns="{MAIN}" id="1" name="T" displayName="T" ref="A1:B4"><autoFilter ref="A1:B4"/><tableColumns count="2"><tableColumn id="1" name="a"/>'
    '<tableColumn id="2" name="b"/></tableColumns></table>'
)
CHAIN = f'<calcChain xmlns="{MAIN}"><c r="D2" i="1"/><c r="D3"/><c r="D4"/></calcChain>'
NAMES = (
    '<definedNames><definedName name="mine">S!$A$2</definedName><definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">S!$A$1:$B$4'
    "</definedName></definedNames>"
)


def xlsx() -> bytes:
    head = '<row r="1" spans="1:4"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    rows = "".join(
        f'<row r="{row}" spans="1:4" ht="20"><c r="A{row}" s="1"><v>{row}</v></c><c r="B{row}" s="2" t="s"><v>2</v></c>'
        f'<c r="D{row}" t="str"><f>{"A" if row < 4 else "C"}{row}&amp;"x"</f><v>{row}x</v></c></row>'
        for row in (2, 3, 4)
    )
    other = '<row r="1"><c r="A1" s="1"><v>7</v></c></row>'
    parts = members(
        {
            "S": worksheet(
                head + rows,
                before='<dimension ref="A1:D4"/><cols><col min="1" max="2" width="9"/></cols>',
                after='<mergeCells count="1"><mergeCell ref="F1:G1"/></mergeCells><pageMargins left="1"/>',
            ),
            "Other": worksheet(other),
        },
        strings="<si><t>a</t></si><si><t>b</t></si><si><t>word</t></si>",
        names=NAMES,
        calc='<calcPr calcId="1"/>',
        links={"rId8": ("calcChain", "calcChain.xml"), "rId9": ("styles", "styles.xml")},
        extra={
            "xl/calcChain.xml": HEAD + CHAIN,
            "xl/styles.xml": f'{HEAD}<styleSheet xmlns="{MAIN}"/>',
            "xl/tables/table1.xml": HEAD + TABLE,
            "xl/worksheets/_rels/sheet1.xml.rels": relationships({"r1": ("table", "../tables/table1.xml")}),
            "docProps/custom.xml": HEAD + CUSTOM,
            "xl/media/image1.png": "\x89PNG not really",
        },
    )
    parts["_rels/.rels"] = relationships(
        {"rId1": ("officeDocument", "xl/workbook.xml"), "rId2": ("custom-properties", "docProps/custom.xml")}
    )
    return packed(parts)


PATCH = Patch(
    {
        "S": SheetPatch(
            {2: {1: 9, 4: "gone"}, 3: {2: "new words", 3: Formula("A3*2", 6)}, 5: {1: 5, 2: "word"}},
            first_new_row=5,
            style_row=4,
            tables=[TableGrowth("T", 5)],
        )
    },
    {"kakosheet.id": "x"},
    {"_kako_h": Area("S", 1, 1, 1, 1)},
)
BEFORE = xlsx()
RESULT = formats.apply(BEFORE, PATCH)
SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"


def differences(
    after: bytes, before: bytes = BEFORE, patch: Patch = PATCH, dropped: int = RESULT.stale
) -> tuple[str, ...]:
    return verify(before, after, patch, dropped).differences


def test_a_patch_changes_what_it_lists() -> None:
    found = verify(BEFORE, RESULT.data, PATCH, RESULT.stale)
    assert (found.cells, found.differences) == (6, ())
    assert found.dropped == RESULT.stale == 0 and verify(BEFORE, BEFORE, PATCH, 0).cells == 0


def test_dropped_values_are_counted() -> None:
    patch = Patch({"S": SheetPatch({2: {1: 9}, 3: {1: 8}})})
    result = formats.apply(BEFORE, patch)
    assert verify(BEFORE, result.data, patch, 2) == (2, 2, ())
    assert differences(result.data, patch=patch, dropped=1) and differences(result.data, patch=patch, dropped=3)


MUTATIONS: dict[str, tuple[str, str, str]] = {
    "a value of the user": (SHEET, "<v>4</v>", "<v>5</v>"),
    "a text of the user": (SHEET, '<c r="B4" s="2" t="s"><v>2</v>', '<c r="B4" s="2" t="s"><v>1</v>'),
    "a formula": (SHEET, "<f>C4", "<f>C3"),
    "a stored value": (SHEET, "<v>4x</v>", "<v>3x</v>"),
    "a stored value dropped": (SHEET, "<v>4x</v>", ""),
    "a style": (SHEET, '<c r="A4" s="1">', '<c r="A4" s="2">'),
    "a style lost": (SHEET, '<c r="A4" s="1">', '<c r="A4">'),
    "a type": (SHEET, '<c r="B4" s="2" t="s">', '<c r="B4" s="2">'),
    "a cell gone": (SHEET, '<c r="A4" s="1"><v>4</v></c>', ""),
    "a cell moved": (SHEET, 'r="A4"', 'r="C4"'),
    "a cell came": (SHEET, '<c r="D4"', '<c r="C4"><v>1</v></c><c r="D4"'),
    "a blank cell came": (SHEET, '<c r="D4"', '<c r="C4" s="1"/><c r="D4"'),
    "a row's height": (SHEET, '<row r="4" spans="1:4" ht="20">', '<row r="4" spans="1:4" ht="21">'),
    "a row hidden": (SHEET, '<row r="4"', '<row hidden="1" r="4"'),
    "a row came": (SHEET, '<row r="4"', '<row r="3" ><c r="A3"><v>1</v></c></row><row r="4"'),
    "an own row of another number": (SHEET, '<row r="5"', '<row r="6"'),
    "a listed cell's style": (SHEET, '<c r="A2" s="1">', '<c r="A2" s="2">'),
    "a listed row gone": (
        SHEET,
        '<row r="5" ht="20"><c r="A5" s="1"><v>5</v></c><c r="B5" s="2" t="s"><v>2</v></c></row>',
        "",
    ),
    "a listed number": (SHEET, "<v>9</v>", "<v>8</v>"),
    "a listed text": (SHEET, '<c r="B3" s="2" t="s"><v>4</v>', '<c r="B3" s="2" t="s"><v>2</v>'),
    "a listed formula lost": (SHEET, "<f>A3*2</f>", ""),
    "a listed formula's value": (SHEET, "<v>6</v>", "<v>7</v>"),
    "a column's width": (SHEET, 'width="9"', 'width="8"'),
    "a merged range": (SHEET, "F1:G1", "F1:H1"),
    "margins": (SHEET, 'left="1"', 'left="2"'),
    "a margin gone": (SHEET, '<pageMargins left="1"/>', ""),
    "a comment": (SHEET, "<sheetData>", "<!-- x --><sheetData>"),
    "a comment in the rows": (SHEET, "</row><row", "</row><!-- x --><row"),
    "white space": (SHEET, "</sheetData>", "\n</sheetData>"),
    "another sheet": ("xl/worksheets/sheet2.xml", "<v>7</v>", "<v>8</v>"),
    "a shared string": ("xl/sharedStrings.xml", "<t>word</t>", "<t>ward</t>"),
    "shared strings swapped": (
        "xl/sharedStrings.xml",
        "<si><t>a</t></si><si><t>b</t></si>",
        "<si><t>b</t></si><si><t>a</t></si>",
    ),
    "a shared string gone": ("xl/sharedStrings.xml", "<si><t>word</t></si>", ""),
    "the text of a listed formula": (SHEET, "<f>A3*2</f>", "<f>A4*2</f>"),
    "a listed formula in another way": (SHEET, "<f>A3*2</f>", "<f>2*A3</f>"),
    "styles": ("xl/styles.xml", "<styleSheet", "<styleSheet "),
    "the chain": ("xl/calcChain.xml", '<c r="D3"', '<c r="D9"'),
    "the chain shortened": ("xl/calcChain.xml", '<c r="D4"/>', ""),
    "a sheet renamed": (BOOK, 'name="Other"', 'name="Others"'),
    "a sheet hidden": (BOOK, 'sheetId="2"', 'sheetId="2" state="hidden"'),
    "a name": (BOOK, "S!$A$2<", "S!$A$3<"),
    "a name gone": (BOOK, '<definedName name="mine">S!$A$2</definedName>', ""),
    "a name came": (BOOK, "<definedNames>", '<definedNames><definedName name="n">1</definedName>'),
    "a filter's name": (BOOK, "S!$A$1:$B$5", "S!$A$2:$B$5"),
    "the way of calculating": (BOOK, 'calcId="1"', 'calcId="1" calcMode="manual"'),
    "a property of theirs": ("docProps/custom.xml", ">a<", ">b<"),
    "a property gone": ("docProps/custom.xml", re.search("<property.*?</property>", CUSTOM)[0], ""),  # type: ignore[index]
    "a table's range": ("xl/tables/table1.xml", 'ref="A1:B5"><auto', 'ref="A1:B6"><auto'),
    "a table's column": ("xl/tables/table1.xml", 'name="b"', 'name="c"'),
    "a table's columns": ("xl/tables/table1.xml", 'count="2"', 'count="3"'),
    "a table's name": ("xl/tables/table1.xml", 'displayName="T"', 'displayName="U"'),
    "a type of a part": ("[Content_Types].xml", "application/xml", "text/plain"),
    "a relationship": ("_rels/.rels", 'Id="rId1"', 'Id="rId7"'),
    "another relationship": ("xl/_rels/workbook.xml.rels", "styles.xml", "gone.xml"),
    "not well-formed": (SHEET, "</sheetData>", "</sheetdata>"),
}


def mutated(data: bytes, name: str, old: str, new: str) -> bytes:
    package = Package(data)
    content = package.read(name).decode()
    assert old in content, content
    return package.rebuild({name: content.replace(old, new, 1).encode()})


@pytest.mark.parametrize(("name", "old", "new"), MUTATIONS.values(), ids=MUTATIONS)
def test_what_is_not_listed_is_found(name: str, old: str, new: str) -> None:
    assert differences(mutated(RESULT.data, name, old, new))


def packed_anew(data: bytes, change: Callable[[list[tuple[zipfile.ZipInfo, bytes]]], None]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out:
        found = [(info, archive.read(info)) for info in archive.infolist()]
        change(found)
        for info, content in found:
            out.writestr(info, content)
    return buffer.getvalue()


def dated(found: list[tuple[zipfile.ZipInfo, bytes]]) -> None:
    found[0][0].date_time = (2021, 1, 1, 0, 0, 0)


@pytest.mark.parametrize(
    "change",
    [
        lambda found: found.append((zipfile.ZipInfo("xl/new.xml"), b"<x/>")),
        lambda found: found.pop(),
        lambda found: found.reverse(),
        dated,
        lambda found: found.pop(next(i for i, (info, _) in enumerate(found) if info.filename.endswith("styles.xml"))),
    ],
)
def test_members_that_come_go_move_or_are_dated_anew_are_found(
    change: Callable[[list[tuple[zipfile.ZipInfo, bytes]]], None],
) -> None:
    assert differences(packed_anew(RESULT.data, change))


FREE = re.compile(
    rb'(?:dimension ref|spans|ount)="[^"]*"|<f>A3\*2</f>|<row r="5".*?</row>|<c r="C3">|<(definedName|property)[^>]*(?:_kako_h|kakosheet).*?</\1>'
)
"""What follows from a patch in more than one way, and what is not looked at: how new cells look, and what formulas, names and properties of ours say."""


@settings(max_examples=300)
@given(st.data())
def test_no_byte_can_be_changed(data: st.DataObject) -> None:
    names = [name for name in Package(RESULT.data).names() if not name.endswith("sheet9.xml")]
    name = data.draw(st.sampled_from(names))
    content = bytearray(Package(RESULT.data).read(name))
    head = len(HEAD) if content.startswith(HEAD.encode()) else 0
    at = data.draw(st.integers(head, len(content) - 1))
    new = data.draw(st.sampled_from(b'0123456789abcXYZ$<>/"= &'))
    if any(match.start() <= at < match.end() for match in FREE.finditer(bytes(content))) or content[at] == new:
        return
    content[at] = new
    assert differences(Package(RESULT.data).rebuild({name: content})), (name, at, bytes(content[at - 30 : at + 30]))


# .ods

ODS_ROWS = (
    ods.row(ods.words("a"), ods.words("b"))
    + ods.row(
        ods.number(2, ' table:style-name="ce1"'),
        ods.words("word"),
        ods.number(4, ' table:formula="of:=[.A2]*2"'),
        attributes=' table:style-name="ro1"',
    )
    + ods.row(
        ods.number(3, ' table:style-name="ce1"'),
        ods.number(1, ' table:number-columns-repeated="3"'),
        attributes=' table:number-rows-repeated="3"',
    )
    + ods.row(
        '<table:table-cell table:number-columns-repeated="1024"/>', attributes=' table:number-rows-repeated="1000"'
    )
)
META = (
    '<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0">'
    '<office:meta><meta:user-defined meta:name="theirs">a</meta:user-defined></office:meta></office:document-meta>'
)
AFTER = (
    '<table:named-expressions><table:named-range table:name="mine" table:base-cell-address="$S.$A$1" table:cell-range-address="$S.$A$2"/>'
    '</table:named-expressions><table:database-ranges><table:database-range table:name="T" table:target-range-address="S.A1:S.B5"/>'
    "</table:database-ranges>"
)
ODS_PATCH = Patch(
    {
        "S": SheetPatch(
            {2: {1: 9}, 4: {3: "new"}, 6: {1: 5, 2: Cached(7)}},
            first_new_row=6,
            style_row=2,
            tables=[TableGrowth("T", 6)],
        )
    },
    {"kakosheet.id": "x"},
    {"_kako_h": Area("S", 1, 1, 1, 1)},
)
ODS_BEFORE = ods.packed(
    ods.members(
        ods.content(ods.table(ODS_ROWS) + ods.table(ods.row(ods.number(7)), "Other"), after=AFTER),
        meta_xml=META,
        settings_xml="<s/>",
    )
)
ODS_RESULT = formats.apply(ODS_BEFORE, ODS_PATCH)
ROW_6 = re.search(
    r'<table:table-row><table:table-cell table:style-name="ce1" office:value-type="float" office:value="5".*?</table:table-row>',
    ods.part(ODS_RESULT.data),
)[0]  # type: ignore[index]
ODS_MUTATIONS: dict[str, tuple[str, str, str]] = {
    "a value of the user": ("content.xml", 'office:value="1"', 'office:value="2"'),
    "its text": ("content.xml", "<text:p>1</text:p>", "<text:p>2</text:p>"),
    "a text": ("content.xml", "<text:p>word</text:p>", "<text:p>ward</text:p>"),
    "a formula": ("content.xml", "of:=[.A2]*2", "of:=[.A2]*3"),
    "a style": ("content.xml", 'table:style-name="ce1"', 'table:style-name="ce2"'),
    "a row's style": ("content.xml", "ro1", "ro2"),
    "a repeat": ("content.xml", 'table:number-columns-repeated="3"', 'table:number-columns-repeated="2"'),
    "rows": ("content.xml", 'table:number-rows-repeated="999"', 'table:number-rows-repeated="998"'),
    "a listed row gone": ("content.xml", ROW_6, ""),
    "another sheet": (
        "content.xml",
        'table:name="Other"><table:table-column/><table:table-row>',
        'table:name="Other"><table:table-column/><table:table-row table:style-name="x">',
    ),
    "a sheet renamed": ("content.xml", 'table:name="Other"', 'table:name="Others"'),
    "a name": ("content.xml", "$S.$A$2", "$S.$A$3"),
    "a range's name": ("content.xml", 'table:name="T"', 'table:name="U"'),
    "a column": ("content.xml", "<table:table-column/>", '<table:table-column table:style-name="co9"/>'),
    "a column more": ("content.xml", "<table:table-column/>", "<table:table-column/><table:table-column/>"),
    "a listed number": ("content.xml", 'office:value="9"', 'office:value="8"'),
    "a listed text": ("content.xml", "<text:p>new</text:p>", "<text:p>old</text:p>"),
    "settings": ("settings.xml", "<s/>", "<s />"),
    "styles": ("styles.xml", "<s/>", "<s />"),
    "a property of theirs": ("meta.xml", ">a<", ">b<"),
    "a manifest": ("META-INF/manifest.xml", "opendocument.spreadsheet", "opendocument.text"),
    "a sheet gone": ("content.xml", "<office:automatic-styles>", "<office:automatic-styles >"),
}


def test_a_patch_of_an_ods_changes_what_it_lists() -> None:
    found = verify(ODS_BEFORE, ODS_RESULT.data, ODS_PATCH, ODS_RESULT.stale)
    assert found == (4, 1, ()) and ODS_RESULT.stale == 1


@pytest.mark.parametrize(("name", "old", "new"), ODS_MUTATIONS.values(), ids=ODS_MUTATIONS)
def test_what_is_not_listed_is_found_in_an_ods(name: str, old: str, new: str) -> None:
    assert differences(mutated(ODS_RESULT.data, name, old, new), ODS_BEFORE, ODS_PATCH, 1)


ODS_FREE = re.compile(
    ROW_6.encode()
    + rb"|office:value=\"9\"[^>]*>(<text:p>9</text:p>)|"
    + rb'target-range-address="[^"]*"|<table:named-range[^>]*_kako_h[^>]*>|<meta:user-defined[^>]*kakosheet.*?</meta:user-defined>'
    rb'|<manifest:file-entry[^>]*meta.xml[^>]*>|calcext:value-type="[a-z]*"'
)


@settings(max_examples=300)
@given(st.data())
def test_no_byte_of_an_ods_can_be_changed(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(Package(ODS_RESULT.data).names()))
    content = bytearray(Package(ODS_RESULT.data).read(name))
    at = data.draw(st.integers(len(HEAD) if content.startswith(b"<?xml") else 0, len(content) - 1))
    new = data.draw(st.sampled_from(b'0123456789abcXYZ$<>/"= &'))
    if any(match.start() <= at < match.end() for match in ODS_FREE.finditer(bytes(content))) or content[at] == new:
        return
    content[at] = new
    assert differences(Package(ODS_RESULT.data).rebuild({name: content}), ODS_BEFORE, ODS_PATCH, 1), (
        name,
        at,
        bytes(content[at - 30 : at + 30]),
    )
