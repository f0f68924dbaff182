"""Tables and filters reach down, and custom properties are set, with everything beside them as it was."""

from __future__ import annotations

import pytest

from kakosheet import formats
from kakosheet.core.issues import KakosheetError
from kakosheet.core.patch import Patch, SheetPatch, TableGrowth
from kakosheet.core.raw import Scalar
from tests.unit.formats.packages import HEAD, MAIN, members, packed, part, relationships, worksheet


def book(table: str = "", after: str = "", names: str = "") -> bytes:
    extra = {
        "xl/worksheets/_rels/sheet1.xml.rels": relationships({"r1": ("table", "../tables/table1.xml")}),
        "xl/tables/table1.xml": table,
    }
    return packed(
        members(
            {"S": worksheet('<row r="3"><c r="B3"><v>1</v></c></row>', after=after)},
            names=names,
            extra=extra if table else None,
        )
    )


def grown(data: bytes, last_row: int = 9) -> bytes:
    patch = Patch({"S": SheetPatch(tables=[TableGrowth("T", last_row)])})
    result = formats.apply(data, patch).data
    assert formats.apply(result, patch).data == result
    return result


TABLE = (
    f'<table xmlns="{MAIN}" id="1" name="T" displayName="T" ref="B3:D7" totalsRowShown="0"><autoFilter ref="B3:D7"><filterColumn colId="0"/></autoFilter>'
    '<tableColumns count="3"/></table>'
)


def test_a_table_and_its_filter_reach_down() -> None:
    assert part(grown(book(TABLE)), "xl/tables/table1.xml") == TABLE.replace("B3:D7", "B3:D9")


def test_a_table_never_shrinks() -> None:
    data = book(TABLE)
    assert grown(data, 5) is data


def test_a_table_with_a_totals_row_is_refused() -> None:
    with pytest.raises(KakosheetError) as caught:
        grown(book(TABLE.replace("totalsRowShown", "totalsRowCount='1' totalsRowShown")))
    assert caught.value.code == "K205"


@pytest.mark.parametrize("table", [TABLE, ""])
def test_the_sheets_own_filter_reaches_down_with_its_hidden_name(table: str) -> None:
    names = '<definedNames><definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">S!$B$3:$D$7</definedName></definedNames>'
    after = grown(book(table, '<autoFilter ref="B3:D7"/>', names))
    assert '<autoFilter ref="B3:D9"/>' in part(after)
    assert ">S!$B$3:$D$9</definedName>" in part(after, "xl/workbook.xml")


def test_another_filter_on_the_sheet_stays() -> None:
    assert '<autoFilter ref="F3:G7"/>' in part(grown(book(TABLE, '<autoFilter ref="F3:G7"/>')))


CUSTOM = (
    f'{HEAD}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"><property fmtid="{X}" pid="2" name="theirs">'
    '<vt:lpwstr>a &amp; b</vt:lpwstr></property><property fmtid="{Y}" pid="7" name="ours"><vt:i4>1</vt:i4></property></Properties>'
)


def with_properties() -> bytes:
    parts = members({"S": worksheet("<row/>")}, extra={"docProps/custom.xml": CUSTOM})
    parts["_rels/.rels"] = relationships(
        {"rId1": ("officeDocument", "xl/workbook.xml"), "rId2": ("custom-properties", "docProps/custom.xml")}
    )
    return packed(parts)


def set_properties(data: bytes, **properties: Scalar) -> bytes:
    patch = Patch(properties=properties)
    result = formats.apply(data, patch).data
    assert formats.apply(result, patch).data == result
    return result


def test_a_property_changes_and_keeps_its_number() -> None:
    after = part(set_properties(with_properties(), ours=5), "docProps/custom.xml")
    assert after == CUSTOM.replace(
        'fmtid="{Y}" pid="7" name="ours"><vt:i4>1',
        'fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="7" name="ours"><vt:i4>5',
    )


def test_properties_are_added_and_removed() -> None:
    data = set_properties(with_properties(), new="x<y", ours=None, real=1.5, on=True, big=2**40)
    assert formats.read(data).properties == {"theirs": "a & b", "new": "x<y", "real": 1.5, "on": True, "big": 2.0**40}
    assert 'pid="8" name="new"' in part(data, "docProps/custom.xml")


def test_a_property_that_has_the_value_already_changes_nothing() -> None:
    data = with_properties()
    assert set_properties(data, ours=1, theirs="a & b", missing=None) is data


def test_the_part_is_made_where_there_is_none() -> None:
    data = set_properties(packed(members({"S": worksheet("<row/>")})), **{"kakosheet.id": "abc"})
    assert formats.read(data).properties == {"kakosheet.id": "abc"}
    assert "/docProps/custom.xml" in part(data, "[Content_Types].xml")
    assert 'Id="rId2"' in part(data, "_rels/.rels")
