"""A part counts by what refers to it, never by its name: one that merely lies in the package is neither read nor written."""

from __future__ import annotations

import io

import openpyxl
import pytest

from kakosheet import formats
from kakosheet.core.issues import KakosheetError
from kakosheet.core.patch import Patch, PatchResult, SheetPatch
from kakosheet.formats.package import Package
from tests.unit.formats import open_documents
from tests.unit.formats.packages import HEAD, MAIN, TYPES, members, packed, part, relationships, rows_of, worksheet
from tests.unit.formats.test_growth import CUSTOM

STRINGS = f'{HEAD}<sst xmlns="{MAIN}"><si><t>old</t></si></sst>'
LYING = ("xl/sharedStrings.xml", "xl/SharedStrings.xml", "sharedStrings.xml", "xl/strings/sharedStrings.xml")
SHARED = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
TEXT = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'


def override(name: str, kind: str) -> str:
    return f'<Override PartName="/{name}" ContentType="{kind}"/>'


def declared(parts: dict[str, str], *overrides: str) -> dict[str, str]:
    return parts | {
        "[Content_Types].xml": parts["[Content_Types].xml"].replace("</Types>", "".join(overrides) + "</Types>")
    }


def write(data: bytes, value: str = "new") -> PatchResult:
    patch = Patch({"S": SheetPatch({1: {2: value}})})
    result = formats.apply(data, patch)
    assert formats.apply(result.data, patch).data == result.data
    assert formats.read(result.data).sheets["S"].rows[1][2] == value
    return result


@pytest.mark.parametrize("name", LYING)
@pytest.mark.parametrize("typed", [False, True])
def test_strings_that_no_relationship_names_are_left_alone(name: str, typed: bool) -> None:
    parts = members({"S": worksheet('<row r="1"><c r="A1"><v>1</v></c></row>')}, extra={name: STRINGS})
    data = packed(declared(parts, override(name, SHARED)) if typed else parts)
    result = write(data, "old")
    assert part(result.data, name) == STRINGS
    assert (
        rows_of(result.data) == '<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="inlineStr"><is><t>old</t></is></c></row>'
    )


@pytest.mark.parametrize("link", ["calcChain", "sharedStringsOld", "theme"])
def test_strings_under_another_relationship_are_left_alone(link: str) -> None:
    data = packed(
        members(
            {"S": worksheet('<row r="1"><c r="A1"><v>1</v></c></row>')},
            extra={"xl/sharedStrings.xml": STRINGS},
            links={"rId9": (link, "sharedStrings.xml")},
        )
    )
    assert part(write(data).data, "xl/sharedStrings.xml") == STRINGS


def test_strings_whose_type_is_not_declared_are_declared_with_the_first_new_text() -> None:
    """Readers that go by the content type would not find them."""
    parts = members({"S": worksheet(TEXT)}, strings="<si><t>old</t></si>")
    result = write(packed(parts)).data
    assert (
        part(result, "[Content_Types].xml")
        == declared(parts, override("xl/sharedStrings.xml", SHARED))["[Content_Types].xml"]
    )
    sheet = openpyxl.load_workbook(io.BytesIO(result))["S"]
    assert [sheet["A1"].value, sheet["B1"].value] == ["old", "new"]
    assert part(write(result, "old").data, "[Content_Types].xml") == part(result, "[Content_Types].xml")


@pytest.mark.parametrize(
    "types",
    [
        override("XL/sharedstrings.xml", SHARED),
        f'<Default Extension="XML" ContentType="{SHARED}"/>',
        override("xl/sharedStrings.xml", SHARED.upper()),
    ],
)
def test_strings_that_are_declared_in_another_way_are_not_declared_again(types: str) -> None:
    parts = members({"S": worksheet(TEXT)}, strings="<si><t>old</t></si>")
    parts["[Content_Types].xml"] = f'{HEAD}<Types xmlns="{TYPES}">{types}</Types>'
    result = write(packed(parts)).data
    assert part(result, "[Content_Types].xml") == parts["[Content_Types].xml"] and "<t>new</t>" in part(
        result, "xl/sharedStrings.xml"
    )


def test_strings_that_are_declared_as_something_else_take_no_text() -> None:
    parts = declared(
        members({"S": worksheet(TEXT)}, strings="<si><t>old</t></si>"), override("xl/sharedStrings.xml", "text/plain")
    )
    result = write(packed(parts)).data
    assert part(result, "xl/sharedStrings.xml") == parts["xl/sharedStrings.xml"] and 't="inlineStr"' in rows_of(result)


@pytest.mark.parametrize("value", [None, "", "other", 5.0])
def test_a_text_of_strings_that_are_declared_as_something_else_is_changed_all_the_same(value: object) -> None:
    parts = declared(
        members({"S": worksheet(TEXT)}, strings="<si><t>old</t></si>"), override("xl/sharedStrings.xml", "text/plain")
    )
    result = formats.apply(packed(parts), Patch({"S": SheetPatch({1: {1: value}})})).data  # type: ignore[dict-item]
    assert formats.read(result).sheets["S"].rows.get(1, {}).get(1) == (value or None)


def test_properties_that_no_relationship_names_are_left_alone() -> None:
    data = packed(members({"S": worksheet("<row/>")}, extra={"docProps/custom.xml": CUSTOM}))
    result = formats.apply(data, Patch(properties={"ours": 5})).data
    assert part(result, "docProps/custom.xml") == CUSTOM
    assert formats.read(result).properties == {"ours": 5}
    new = set(Package(result).names()) - set(Package(data).names())
    assert new == {"docProps/custom1.xml"} and "/docProps/custom1.xml" in part(result, "[Content_Types].xml")
    assert formats.read(formats.apply(result, Patch(properties={"ours": 6})).data).properties == {"ours": 6}


def test_properties_whose_type_is_not_declared_are_declared() -> None:
    parts = members({"S": worksheet("<row/>")}, extra={"docProps/custom.xml": CUSTOM})
    parts["_rels/.rels"] = relationships(
        {"rId1": ("officeDocument", "xl/workbook.xml"), "rId2": ("custom-properties", "docProps/custom.xml")}
    )
    result = formats.apply(packed(parts), Patch(properties={"ours": 5})).data
    assert part(result, "[Content_Types].xml").count('PartName="/docProps/custom.xml"') == 1


def test_a_chain_that_goes_stays_gone_when_properties_come() -> None:
    chain = f'{HEAD}<calcChain xmlns="{MAIN}"><c r="A1" i="1"/></calcChain>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"
    parts = declared(
        members(
            {"S": worksheet('<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>')},
            extra={"xl/calcChain.xml": chain},
            links={"rId9": ("calcChain", "calcChain.xml")},
        ),
        override("xl/calcChain.xml", kind),
    )
    result = formats.apply(packed(parts), Patch({"S": SheetPatch({1: {1: 7}})}, {"kakosheet.id": "x"})).data
    assert "xl/calcChain.xml" not in Package(result).names() and "calcChain" not in part(result, "[Content_Types].xml")
    assert "/docProps/custom.xml" in part(result, "[Content_Types].xml")


@pytest.mark.parametrize(
    "root",
    [{}, {"rId1": ("extended-properties", "xl/workbook.xml")}, {"rId1": ("officeDocument", "xl/gone.xml")}],
)
def test_a_workbook_that_no_relationship_names_is_refused(root: dict[str, tuple[str, str]]) -> None:
    parts = members({"S": worksheet("<row/>")}) | {"_rels/.rels": relationships(root)}
    with pytest.raises(KakosheetError, match=r"K104.*workbook"):
        formats.read(packed(parts))


def test_a_package_that_refers_to_nothing_at_all_is_read_by_the_usual_name() -> None:
    parts = {name: said for name, said in members({"S": worksheet("<row/>")}).items() if name != "_rels/.rels"}
    assert list(formats.read(packed(parts)).sheets) == ["S"]


def test_a_meta_part_that_the_manifest_does_not_list_is_listed() -> None:
    meta = (
        '<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0"><office:meta/></office:document-meta>'
    )
    data = open_documents.packed(
        open_documents.members(
            open_documents.content(open_documents.table(open_documents.row(open_documents.number(1)))), meta_xml=meta
        )
    )
    result = formats.apply(data, Patch(properties={"kakosheet.id": "x"})).data
    assert formats.read(result).properties == {"kakosheet.id": "x"}
    assert part(result, "META-INF/manifest.xml").count('manifest:full-path="meta.xml"') == 1
