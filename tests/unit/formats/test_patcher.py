"""A patch changes what it names and what must follow from it, byte for byte nothing else; the second time it changes nothing."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from kakosheet import formats
from kakosheet.core.issues import KakosheetError
from kakosheet.core.patch import Cached, CellInput, Formula, Patch, PatchResult, SheetPatch
from kakosheet.core.raw import ErrorValue, FormulaCell
from tests.unit.formats.packages import HEAD, MAIN, make, members, packed, part, relationships, rows_of, worksheet

STRINGS = "<si><t>old</t></si><si><r><t>rich</t></r></si>"


def splice(data: bytes, cells: dict[int, dict[int, CellInput]], **more: object) -> PatchResult:
    """The patch applied to sheet S, and checked to be idempotent."""
    patch = Patch({"S": SheetPatch(cells, **more)})  # type: ignore[arg-type]
    result = formats.apply(data, patch)
    assert formats.apply(result.data, patch).data == result.data
    return result


def patched_rows(rows: str, cells: dict[int, dict[int, CellInput]], **more: object) -> str:
    return rows_of(splice(make(rows, strings=STRINGS), cells, **more).data)


@pytest.mark.parametrize(
    ("before", "wanted", "after"),
    [
        ('<c r="A1" s="3"><v>5</v></c>', 6, '<c r="A1" s="3"><v>6</v></c>'),
        ('<c r="A1" s="3"/>', 1.5, '<c r="A1" s="3"><v>1.5</v></c>'),
        ('<c r="A1" s="3"><v>5</v></c>', None, '<c r="A1" s="3"/>'),
        ('<c r="A1" s="3"><v>5</v></c>', "", '<c r="A1" s="3"/>'),
        ('<c r="A1"><v>5</v></c>', "old", '<c r="A1" t="s"><v>0</v></c>'),
        ('<c r="A1"><v>5</v></c>', "rich", '<c r="A1" t="s"><v>2</v></c>'),
        ('<c r="A1"><v>5</v></c>', "=1+1", '<c r="A1" t="s"><v>2</v></c>'),
        ('<c r="A1" t="s"><v>0</v></c>', True, '<c r="A1" t="b"><v>1</v></c>'),
        ('<c r="A1"><v>5</v></c>', ErrorValue("#N/A"), '<c r="A1" t="e"><v>#N/A</v></c>'),
        ('<c r="A1"><v>5</v></c>', float("inf"), '<c r="A1" t="e"><v>#NUM!</v></c>'),
        ('<c r="A1"><v>5</v></c>', date(2026, 11, 21), '<c r="A1"><v>46347</v></c>'),
        ('<c r="A1"><v>5</v></c>', datetime(2026, 11, 21, 12), '<c r="A1"><v>46347.5</v></c>'),
        ('<c r="A1"><v>5</v></c>', date(1900, 2, 28), '<c r="A1"><v>59</v></c>'),
        ('<c r="A1"><v>5</v></c>', date(1900, 3, 1), '<c r="A1"><v>61</v></c>'),
        ('<c r="A1"><v>5</v></c>', date(1800, 1, 1), '<c r="A1" t="s"><v>2</v></c>'),
        ('<c r="A1"><v>5</v></c>', Formula('B1&"<"', "x"), '<c r="A1" t="str"><f>B1&amp;"&lt;"</f><v>x</v></c>'),
        ('<c r="A1"><v>5</v></c>', Formula("B1", None), '<c r="A1" t="str"><f>B1</f><v></v></c>'),
        (
            '<c r="A1"><f aca="false">B1</f><v>5</v></c>',
            Formula(" B1 ", 6),
            '<c r="A1"><f aca="false">B1</f><v>6</v></c>',
        ),
        ('<c r="A1" s="2" t="str"><f>B1</f><v>x</v></c>', Cached(7), '<c r="A1" s="2"><f>B1</f><v>7</v></c>'),
        ('<c r="A1"><f>B1</f></c>', Cached(7), '<c r="A1"><f>B1</f><v>7</v></c>'),
        ('<c r="A1"><v>5</v></c>', Cached(7), '<c r="A1"><v>7</v></c>'),
        ('<c r="A1"><f>B1</f><v>5</v></c>', 5, '<c r="A1"><v>5</v></c>'),
        ("<c s='3' r='A1' t='n'><v>5</v></c>", 6, '<c r="A1" s="3"><v>6</v></c>'),
        (
            '<c r="A1" cm="1" vm="2"><f t="array" ref="A1">B1</f><v>5</v></c>',
            Cached(6),
            '<c r="A1" cm="1"><f t="array" ref="A1">B1</f><v>6</v></c>',
        ),
        ('<c r="A1" cm="1" vm="2"><f t="array" ref="A1">B1</f><v>5</v></c>', 6, '<c r="A1"><v>6</v></c>'),
        ('<c r="A1" vm="2" t="e"><v>#VALUE!</v></c>', 6, '<c r="A1"><v>6</v></c>'),
        (
            '<c r="A1"><v>5</v><extLst><ext uri="u"/></extLst></c>',
            6,
            '<c r="A1"><v>6</v><extLst><ext uri="u"/></extLst></c>',
        ),
        ('<c r="A1"><!-- n --><v>5</v></c>', 6, '<c r="A1"><v>6</v></c>'),
        ('<c r="A1"><!-- </c> --><v>5</v></c>', 6, '<c r="A1"><v>6</v></c>'),
        ('<c r="A1" t="str"><v><![CDATA[</c>]]></v></c>', 6, '<c r="A1"><v>6</v></c>'),
        (
            '<c r="A1"><v>5</v><extLst><ext><c r="A1"><v>5</v></c><f>A1</f></ext></extLst></c >',
            6,
            '<c r="A1"><v>6</v><extLst><ext><c r="A1"><v>5</v></c><f>A1</f></ext></extLst></c>',
        ),
        (
            '<c r="A1" x="' + "y" * 99_999 + '" t="str"><v>5</v></c>',
            6,
            '<c r="A1" x="' + "y" * 99_999 + '"><v>6</v></c>',
        ),
    ],
)
def test_a_cell_keeps_its_style_and_takes_the_value(before: str, wanted: CellInput, after: str) -> None:
    rest = '<c r="B1" s="1"><v>2</v></c></row><row r="2" ht="9"><c r="A2"><v>3.10</v></c></row>'
    assert patched_rows(f'<row r="1">{before}{rest}', {1: {1: wanted}}) == f'<row r="1">{after}{rest}'


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ('<c r="A1"><v>5.0</v></c>', 5),
        ('<c r="A1" t="s"><v>1</v></c>', "rich"),
        ('<c r="A1" t="inlineStr"><is><t>in</t></is></c>', "in"),
        ('<c r="A1" s="1"/>', None),
        ('<c r="A1" t="str"><f> B1</f><v>x</v></c>', Formula("b1", "x")),
        ('<c r="A1"><f>B1</f><v>2</v></c>', Cached(2)),
        ('<c r="A1" t="b"><f aca="false">TRUE()</f><v>1</v></c>', True),
        ('<c r="A1"><v>46347</v></c>', date(2026, 11, 21)),
        ('<c r="A1" t="d"><v>2026-11-21</v></c>', date(2026, 11, 21)),
        ('<c r="A1"><v>0.3</v></c>', 0.1 + 0.2),
        ('<c r="A1"><v>45000.604166666700</v></c>', datetime(2023, 3, 15, 14, 30)),
    ],
)
def test_a_cell_that_holds_the_value_already_is_not_touched(cell: str, wanted: CellInput) -> None:
    data = make(f'<row r="1">{cell}</row>', strings=STRINGS)
    assert splice(data, {1: {1: wanted}}).data is data


def test_an_empty_patch_gives_the_very_bytes() -> None:
    data = make('<row r="1"/>')
    assert formats.apply(data, Patch()).data is data
    assert formats.apply(data, Patch({"S": SheetPatch({5: {1: None}})})).data is data


def test_cells_and_rows_that_are_not_there_go_where_they_belong() -> None:
    rows = '<row r="2" spans="2:4"><c r="B2"><v>1</v></c><c r="D2"><v>2</v></c></row><row r="4"/><row r="5"></row>'
    after = patched_rows(rows, {1: {1: 11}, 2: {1: 21, 3: 23, 6: 26}, 3: {2: 32}, 4: {1: 41}, 5: {1: 51}, 9: {3: 93}})
    assert after == (
        '<row r="1"><c r="A1"><v>11</v></c></row><row r="2" spans="1:6"><c r="A2"><v>21</v></c><c r="B2"><v>1</v></c><c r="C2"><v>23</v>'
        '</c><c r="D2"><v>2</v></c><c r="F2"><v>26</v></c></row><row r="3"><c r="B3"><v>32</v></c></row><row r="4"><c r="A4"><v>41</v></c>'
        '</row><row r="5"><c r="A5"><v>51</v></c></row><row r="9"><c r="C9"><v>93</v></c></row>'
    )


def test_a_sheet_without_rows_takes_some() -> None:
    data = packed(members({"S": f'{HEAD}<worksheet xmlns="{MAIN}"><dimension ref="A1"/><sheetData /></worksheet>'}))
    result = splice(data, {2: {2: "text"}})
    assert '<dimension ref="A1:B2"/>' in part(result.data)
    assert rows_of(result.data) == '<row r="2"><c r="B2" t="inlineStr"><is><t>text</t></is></c></row>'


def test_prefixed_sheets_are_patched_with_their_prefix() -> None:
    sheet = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:f>B1</x:f><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    result = splice(packed(members({"S": sheet})), {1: {1: Cached(2), 2: 5}, 2: {1: True}})
    assert part(result.data) == (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:f>B1</x:f><x:v>2</x:v></x:c><x:c r="B1">'
        '<x:v>5</x:v></x:c></x:row><x:row r="2"><x:c r="A2" t="b"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )


def test_cells_that_close_themselves_are_told_from_the_next() -> None:
    rows = "<row r='1'><c s='3' r='A1' /><c r='B1'><v>1</v></c></row><row><c/><c><v>1</v></c></row>"
    assert patched_rows(rows, {1: {1: 6}, 2: {1: 7}}) == (
        "<row r='1'><c r=\"A1\" s=\"3\"><v>6</v></c><c r='B1'><v>1</v></c></row><row><c><v>7</v></c><c><v>1</v></c></row>"
    )


@pytest.mark.parametrize("address", ["a1", "$A$1"])
def test_addresses_that_are_written_oddly_are_understood(address: str) -> None:
    rows = f'<row r="1"><c r="{address}"><v>5</v></c></row>'
    assert patched_rows(rows, {1: {1: 6}}) == rows.replace("5", "6")


def test_rows_without_addresses_are_patched() -> None:
    assert patched_rows("<row><c><v>1</v></c><c><v>2</v></c></row>", {1: {2: 5, 4: 7}}) == (
        '<row><c><v>1</v></c><c><v>5</v></c><c r="D1"><v>7</v></c></row>'
    )


@pytest.mark.parametrize("note", ["", "<!-- odd -->"])
def test_rows_and_cells_that_are_written_twice_are_patched_where_readers_look(note: str) -> None:
    rows = (
        note + '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>1</v></c><c r="B1"><v>2</v></c></row>'
        '<row r="1"><c r="C1"><v>3</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>'
    )
    result = splice(make(rows), {1: {1: 7, 2: 8, 3: 9, 4: 10}})
    assert rows_of(result.data) == (
        note + '<row r="1"><c r="A1"><v>7</v></c><c r="B1"><v>1</v></c><c r="B1"><v>8</v></c></row>'
        '<row r="1"><c r="C1"><v>9</v></c><c r="D1"><v>10</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>'
    )


def test_a_comment_that_looks_like_rows_is_left_alone() -> None:
    rows = '<!-- <row r="1"><c r="A1"/></row> --><row r="1"><c r="A1"><v>1</v></c></row>'
    assert patched_rows(rows, {1: {1: 2}}) == rows.replace("<v>1</v>", "<v>2</v>")


def test_utf_16_sheets_are_patched_in_utf_8() -> None:
    parts: dict[str, str | bytes] = dict(members({"S": ""}))
    parts["xl/worksheets/sheet1.xml"] = (
        worksheet('<row r="1"><c r="A1" t="str"><v>Größe</v></c></row>').replace("UTF-8", "UTF-16").encode("utf-16")
    )
    result = splice(packed(parts), {1: {2: 1}})
    assert formats.read(result.data).sheets["S"].rows == {1: {1: "Größe", 2: 1}}


@pytest.mark.parametrize("encoding", ["us-ascii", "iso-8859-1", "windows-1252", "gb18030"])
def test_sheets_in_other_encodings_say_utf_8_once_they_are_patched(encoding: str) -> None:
    parts: dict[str, str | bytes] = dict(members({"S": ""}))
    sheet = worksheet('<row r="1"><c r="A1" t="str"><v>Größe</v></c></row>').replace("UTF-8", encoding)
    parts["xl/worksheets/sheet1.xml"] = sheet.encode(encoding, "xmlcharrefreplace")
    result = splice(packed(parts), {1: {2: "表"}})
    assert 'encoding="UTF-8"' in part(result.data)
    assert formats.read(result.data).sheets["S"].rows == {1: {1: "Größe", 2: "表"}}


def test_texts_are_appended_to_the_shared_strings_once() -> None:
    result = splice(
        make('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', strings=STRINGS),
        {1: {1: "new ", 2: "new ", 3: "old", 4: "a\x07<&_x0041_"}},
    )
    strings = part(result.data, "xl/sharedStrings.xml")
    assert strings.endswith(
        STRINGS + '<si><t xml:space="preserve">new </t></si><si><t>a_x0007_&lt;&amp;_x005F_x0041_</t></si></sst>'
    )
    assert 'count="12" uniqueCount="11"' in strings
    assert formats.read(result.data).sheets["S"].rows == {1: {1: "new ", 2: "new ", 3: "old", 4: "a\x07<&_x0041_"}}


@pytest.mark.parametrize("text", ["\ud800x", "\r\n tab\t", "😀", "_x005F_", "]]>", "a" * 32_767])
def test_any_text_is_written_once(text: str) -> None:
    for strings in ("", None):
        result = splice(make('<row r="1"/>', strings=strings), {1: {1: text}})
        assert formats.read(result.data).sheets["S"].rows[1][1] == text.replace("\ud800", "\ufffd")


def test_a_text_too_long_for_a_cell_is_refused() -> None:
    with pytest.raises(KakosheetError) as caught:
        splice(make("<row/>"), {1: {1: "😀" * 16_384}})
    assert caught.value.code == "K310"


def test_1904_is_the_epoch_where_the_file_says_so() -> None:
    result = splice(make('<row r="1"/>', properties='<workbookPr date1904="true"/>'), {1: {1: date(2026, 11, 21)}})
    assert rows_of(result.data) == '<row r="1"><c r="A1"><v>44885</v></c></row>'


STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="164" formatCode="[$-409]d\\ mmm"/><numFmt numFmtId="165" formatCode="0 &quot;d&quot;"/>'
    '</numFmts><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>'
)


def test_dates_become_text_where_no_date_format_would_show_them() -> None:
    data = make(
        '<row r="1"><c r="A1" s="1"/><c r="B1" s="2"/><c r="C1" s="3"/></row>',
        links={"st": ("styles", "styles.xml")},
        extra={"xl/styles.xml": STYLES},
    )
    day = date(2026, 11, 21)
    patch = Patch({"S": SheetPatch({1: {1: day, 2: day, 3: day, 4: datetime(2026, 1, 2, 3, 4)}})}, dates_as_text=True)
    result = formats.apply(data, patch)
    assert formats.read(result.data).sheets["S"].rows == {
        1: {1: 46347, 2: 46347, 3: "2026-11-21", 4: "2026-01-02T03:04:00"}
    }
    assert formats.apply(result.data, patch).data == result.data


# New rows.


def test_new_rows_look_like_the_row_they_follow() -> None:
    rows = '<row r="1" ht="30" customHeight="1" hidden="1" spans="1:3"><c r="A1" s="4"><v>1</v></c><c r="B1" s="5"/><c r="C1" s="6"/></row>'
    data = make(rows, before='<cols><col min="2" max="2" width="9" style="7"/></cols>')
    after = rows_of(splice(data, {2: {1: 1, 2: 2}, 3: {2: 3}}, first_new_row=2, style_row=1).data)
    assert after == rows + (
        '<row r="2" ht="30" customHeight="1"><c r="A2" s="4"><v>1</v></c><c r="B2" s="7"><v>2</v></c><c r="C2" s="6"/></row>'
        '<row r="3" ht="30" customHeight="1"><c r="A3" s="4"/><c r="B3" s="7"><v>3</v></c><c r="C3" s="6"/></row>'
    )


def test_a_cell_that_was_not_there_takes_the_style_of_its_row_or_column() -> None:
    data = make(
        '<row r="1" s="8" customFormat="1"/><row r="2"/>', before='<cols><col min="1" max="3" style="7"/></cols>'
    )
    assert rows_of(splice(data, {1: {1: 1}, 2: {1: 2, 4: 3}}).data) == (
        '<row r="1" s="8" customFormat="1"><c r="A1" s="8"><v>1</v></c></row><row r="2"><c r="A2" s="7"><v>2</v></c><c r="D2"><v>3</v></c></row>'
    )


# Formulas that hang together.

SHARED = (
    '<row r="1"><c r="A1"><f t="shared" ref="A1:A3" si="0">B1*$C$1</f><v>1</v></c></row><row r="2"><c r="A2"><f t="shared" si="0"/><v>2</v></c></row>'
    '<row r="3"><c r="A3"><f t="shared" si="0"/><v>3</v></c></row>'
)


def test_the_text_of_a_shared_formula_moves_to_the_next_cell() -> None:
    result = splice(make(SHARED), {1: {1: 9}})
    assert rows_of(result.data) == (
        '<row r="1"><c r="A1"><v>9</v></c></row><row r="2"><c r="A2"><f t="shared" ref="A2:A3" si="0">B2*$C$1</f><v>2</v></c>'
        '</row><row r="3"><c r="A3"><f t="shared" si="0"/><v>3</v></c></row>'
    )


def test_the_heir_of_a_shared_formula_may_itself_depend_on_the_change() -> None:
    rows = (
        '<row r="1"><c r="A1" t="str"><f t="shared" ref="A1:A3" si="0">B1&amp;1</f><v>1</v></c></row>'
        '<row r="2"><c r="A2" s="1" t="str"><f t="shared" si="0"/><v>1</v></c><c r="B2" t="str"><f>A1</f><v>1</v></c></row>'
        '<row r="3"><c r="A3" t="str"><f t="shared" si="0"/><v>1</v></c></row>'
    )
    assert patched_rows(rows, {1: {1: 7}}) == (
        '<row r="1"><c r="A1"><v>7</v></c></row>'
        '<row r="2"><c r="A2" s="1"><f t="shared" ref="A2:A3" si="0">B2&amp;1</f></c><c r="B2"><f>A1</f></c></row>'
        '<row r="3"><c r="A3" t="str"><f t="shared" si="0"/><v>1</v></c></row>'
    )


def test_the_heir_of_a_shared_formula_may_itself_get_another_value() -> None:
    assert patched_rows(SHARED, {1: {1: 9}, 2: {1: Cached("x")}, 3: {1: Cached(8)}}) == (
        '<row r="1"><c r="A1"><v>9</v></c></row><row r="2"><c r="A2" t="str"><f t="shared" ref="A2:A3" si="0">B2*$C$1</f><v>x</v></c>'
        '</row><row r="3"><c r="A3"><f t="shared" si="0"/><v>8</v></c></row>'
    )


def test_a_shared_text_that_points_off_the_sheet_from_its_heir_is_given_to_each_cell() -> None:
    rows = (
        '<row r="1"><c r="A1"><f t="shared" si="0"/><v>1</v></c></row><row r="2"><c r="A2"><f t="shared" ref="A1:A3" si="0">B1</f><v>2</v></c></row>'
        '<row r="3"><c r="A3"><f t="shared" si="0"/><v>3</v></c></row>'
    )
    assert patched_rows(rows, {2: {1: 9}}) == (
        '<row r="1"><c r="A1"><f>#REF!</f><v>1</v></c></row><row r="2"><c r="A2"><v>9</v></c></row><row r="3"><c r="A3"><f>B2</f></c></row>'
    ).replace("</f></c>", "</f><v>3</v></c>")


def test_of_a_formula_cell_written_twice_the_last_one_keeps_its_shared_formula() -> None:
    """Only a program with a fault writes a cell twice; readers take the last one."""
    rows = (
        '<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">B1</f><v>1</v></c></row>'
        '<row r="2"><c r="A2"><f>C1</f><v>2</v></c></row><row r="2"><c r="A2"><f t="shared" si="0"/><v>3</v></c></row>'
    )
    changed = formats.apply(
        make(rows, strings=STRINGS), Patch({"S": SheetPatch({1: {1: 9}, 2: {1: Formula("B2", 4)}})})
    ).data
    assert formats.read(changed).sheets["S"].rows[2][1] == FormulaCell("B2", 4, True)


@pytest.mark.parametrize(
    ("before", "wanted", "after"),
    [
        ('<c r="A1" t="s"><v>x</v></c>', "old", '<c r="A1" t="s"><v>0</v></c>'),
        ('<c r="A1" t="n"><v>old</v></c>', "old", '<c r="A1" t="s"><v>0</v></c>'),
        ("<c t='n' r='A1'><v>old</v></c>", "old", '<c r="A1" t="s"><v>0</v></c>'),
    ],
)
def test_what_is_no_value_of_its_type_is_replaced(before: str, wanted: CellInput, after: str) -> None:
    assert patched_rows(f'<row r="1">{before}</row>', {1: {1: wanted}}) == f'<row r="1">{after}</row>'


def test_cells_before_the_text_of_a_shared_formula_keep_it_and_are_seen_to_depend() -> None:
    rows = (
        '<row r="1"><c r="A1"><f t="shared" si="0"/><v>2</v></c><c r="B1"><v>2</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0">B2*1</f><v>3</v></c><c r="B2"><v>3</v></c></row>'
    )
    assert patched_rows(rows, {2: {1: 9}}) == rows.replace('<f t="shared" si="0">B2*1</f><v>3</v>', "<v>9</v>").replace(
        '<f t="shared" si="0"/>', '<f t="shared" ref="A1:A1" si="0">B1*1</f>'
    )
    assert patched_rows(rows, {1: {2: 9}}) == rows.replace(
        '<f t="shared" si="0"/><v>2</v>', '<f t="shared" si="0"/>'
    ).replace('<c r="B1"><v>2</v></c>', '<c r="B1"><v>9</v></c>')


def test_a_shared_formula_goes_with_its_last_cell() -> None:
    result = splice(make(SHARED), {1: {1: 9}, 2: {1: 8}, 3: {1: 7}})
    assert "shared" not in rows_of(result.data)


def test_a_shared_formula_that_is_still_ours_only_changes_its_value() -> None:
    result = splice(make(SHARED), {2: {1: Formula("B2*$C$1", 22)}, 3: {1: Cached(33)}})
    assert rows_of(result.data) == SHARED.replace("<v>2</v>", "<v>22</v>").replace("<v>3</v>", "<v>33</v>")


@pytest.mark.parametrize(
    ("rows", "after", "cell", "code"),
    [
        (
            '<row r="1"><c r="A1"><f t="array" ref="A1:A2">B1:B2</f><v>1</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>',
            "",
            (2, 1),
            "K111",
        ),
        ('<row r="1"><c r="A1"><f t="array" ref="A1:A2">B1:B2</f><v>1</v></c></row>', "", (1, 1), "K111"),
        ('<row r="1"><c r="A1"><f t="array" ref="A1:A2">B1:B2</f><v>1</v></c></row>', "", (2, 1), "K111"),
        ('<row r="1"><c r="A1"><f t="dataTable" ref="A1:B2" r1="D1"/><v>1</v></c></row>', "", (1, 2), "K111"),
        (
            '<row r="1"><c r="A1"><v>1</v></c><c r="B1"/></row>',
            '<mergeCells><mergeCell ref="A1:B2"/></mergeCells>',
            (1, 2),
            "K112",
        ),
        (
            '<row r="1"><mc:AlternateContent xmlns:mc="m"><mc:Fallback><c r="A1"><v>1</v></c></mc:Fallback></mc:AlternateContent></row>',
            "",
            (1, 1),
            "K108",
        ),
    ],
)
def test_cells_that_hang_on_others_are_refused_by_name(rows: str, after: str, cell: tuple[int, int], code: str) -> None:
    with pytest.raises(KakosheetError) as caught:
        splice(make(rows, after=after), {cell[0]: {cell[1]: 5}})
    assert caught.value.code == code
    assert "S!" in str(caught.value)


def test_the_first_cell_of_a_merged_range_can_be_written() -> None:
    data = make('<row r="1"><c r="A1"><v>1</v></c></row>', after='<mergeCells><mergeCell ref="A1:B2"/></mergeCells>')
    assert rows_of(splice(data, {1: {1: 5}}).data) == '<row r="1"><c r="A1"><v>5</v></c></row>'


def chained(chain: str) -> bytes:
    formulas = "".join(f'<c r="{letter}1"><f>1+1</f><v>2</v></c>' for letter in "ABC")
    parts = members(
        {"S": worksheet(f'<row r="1">{formulas}</row>'), "T": worksheet(f'<row r="1">{formulas}</row>')},
        links={"cc": ("calcChain", "calcChain.xml")},
        extra={"xl/calcChain.xml": f'<calcChain xmlns="{MAIN}">{chain}</calcChain>'},
    )
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        "</Types>", '<Override PartName="/xl/calcChain.xml" ContentType="c"/></Types>'
    )
    return packed(parts)


def test_a_formula_that_went_leaves_the_calculation_chain() -> None:
    data = chained('<c r="A1" i="1" l="1"/><c r="B1"/><c r="A1" i="2"/><c r="C1" i="1"/>')
    result = splice(data, {1: {1: 5, 3: Cached(6)}})
    assert (
        part(result.data, "xl/calcChain.xml")
        == f'<calcChain xmlns="{MAIN}"><c r="B1" i="1"/><c r="A1" i="2"/><c r="C1" i="1"/></calcChain>'
    )


def test_an_empty_calculation_chain_goes_with_its_relationship() -> None:
    result = splice(chained('<c r="A1" i="1"/>'), {1: {1: 5}})
    assert "calcChain" not in part(result.data, "xl/_rels/workbook.xml.rels") + part(result.data, "[Content_Types].xml")
    with pytest.raises(KeyError):
        part(result.data, "xl/calcChain.xml")


# Whole files.


def test_a_header_that_its_table_does_not_know_of_is_told() -> None:
    table = (
        f'<table xmlns="{MAIN}" id="1" name="T" displayName="T" ref="A1:B3"><tableColumns count="2"><tableColumn id="1" name="a &amp;_x000a_b"/>'
        '<tableColumn id="2" name="b"/></tableColumns></table>'
    )
    data = make(
        '<row r="1"><c r="A1"><v>1</v></c></row>',
        extra={
            "xl/worksheets/_rels/sheet1.xml.rels": relationships({"r1": ("table", "../tables/table1.xml")}),
            "xl/tables/table1.xml": table,
        },
    )
    assert splice(data, {1: {1: "a &\nb", 2: "b", 3: "c"}, 2: {1: "c"}}).notes == ()
    notes = splice(data, {1: {2: 5}}).notes
    assert len(notes) == 1
    assert notes[0].startswith('S!B1 is a header of the table "T"')


def test_two_sheets_that_are_one_part_are_not_patched_over_one_another() -> None:
    parts = members({"S": worksheet(""), "T": worksheet("")})
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace("sheet2", "sheet1")
    with pytest.raises(KakosheetError) as caught:
        formats.apply(packed(parts), Patch({"S": SheetPatch({1: {1: 1}}), "T": SheetPatch({1: {2: 2}})}))
    assert caught.value.code == "K104"
    assert rows_of(splice(packed(parts), {1: {1: 1}}).data) == '<row r="1"><c r="A1"><v>1</v></c></row>'


def test_a_sheet_that_is_not_there_is_refused() -> None:
    with pytest.raises(KakosheetError) as caught:
        formats.apply(make("<row/>"), Patch({"T": SheetPatch({1: {1: 1}})}))
    assert caught.value.code == "K113"


def signed() -> bytes:
    parts = members(
        {"S": worksheet('<row r="1"/>')},
        extra={"_xmlsignatures/origin.sigs": "", "_xmlsignatures/sig1.xml": "<Signature/>"},
    )
    parts["_rels/.rels"] = relationships(
        {
            "rId1": ("officeDocument", "xl/workbook.xml"),
            "rId2": ("digital-signature/origin", "_xmlsignatures/origin.sigs"),
        }
    )
    return packed(parts)


def test_a_signed_workbook_is_refused_unless_the_signature_may_go() -> None:
    patch = Patch({"S": SheetPatch({1: {1: 1}})})
    with pytest.raises(KakosheetError) as caught:
        formats.apply(signed(), patch)
    assert caught.value.code == "K103"
    result = formats.apply(signed(), patch, drop_signature=True)
    assert "_xmlsignatures" not in part(result.data, "_rels/.rels")
    assert result.notes
    assert formats.apply(result.data, patch).data == result.data


def test_a_signed_workbook_that_nothing_changes_is_fine() -> None:
    data = signed()
    assert formats.apply(data, Patch({"S": SheetPatch({1: {1: None}})})).data is data


@pytest.mark.parametrize(
    "broken",
    [
        {"after": "<broken>"},
        {"strings": "<si><t>a\0b</t></si>"},
        {"strings": "<si><t>a</t></si></sst><si><t>b</t></si>"},
        {"calc": "<calcPr></calc>"},
    ],
)
def test_a_part_that_was_broken_before_is_not_patched(broken: dict[str, str]) -> None:
    with pytest.raises(KakosheetError) as caught:
        splice(
            make('<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>A1</f><v>1</v></c></row>', **broken), {1: {1: "text"}}
        )
    assert caught.value.code == "K104"


def test_nothing_is_appended_to_shared_strings_that_are_no_xml() -> None:
    data = make('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', strings="</sst><si><t>old</t></si>")
    with pytest.raises(KakosheetError, match=r"K104.*sharedStrings"):
        formats.apply(data, Patch({"S": SheetPatch({1: {1: "new"}})}))


def test_a_row_within_a_cell_is_refused_and_no_crash() -> None:
    data = make(
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"></sheetData><sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>'
    )
    with pytest.raises(KakosheetError, match="K104"):
        formats.apply(data, Patch({"S": SheetPatch({1: {1: None, 2: 5}, 2: {1: "new"}})}))
