"""Books that calculate only when asked: what depends on a change keeps its old value there, for without one it would show 0."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

import kakosheet
from kakosheet import formats
from kakosheet.cli import main
from kakosheet.core.patch import CellInput, Patch, PatchResult, SheetPatch
from kakosheet.core.raw import FormulaCell
from tests.unit.formats import open_documents, packages
from tests.unit.formats.open_documents import HEAD, number, row

SETTINGS = (
    '<office:document-settings xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:config="urn:oasis:names:tc:opendocument:xmlns:config:1.0" xmlns:ooo="http://openoffice.org/2004/office"><office:settings>'
    '<config:config-item-set config:name="ooo:configuration-settings">{item}</config:config-item-set></office:settings></office:document-settings>'
)
ITEM = '<config:config-item config:name="AutoCalculate" config:type="boolean">false</config:config-item>'
XLSX_ROWS = (
    '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>A1*2</f><v>2</v></c><c r="C1"><f>B1+1</f><v>3</v></c><c r="D1"><f>7*1</f><v>7</v></c>'
    '<c r="E1" t="str"><f>IF(A1&gt;3,"much","little")</f><v>little</v></c><c r="F1"><f>A1</f></c></row>'
)
ODS_ROWS = row(
    number(1),
    number(2, ' table:formula="of:=[.A1]*2"'),
    number(3, ' table:formula="of:=[.B1]+1"'),
    number(7, ' table:formula="of:=7*1"'),
    '<table:table-cell table:formula="of:=IF([.A1]&gt;3;&quot;much&quot;;&quot;little&quot;)" office:value-type="string" office:string-value="little">'
    "<text:p>little</text:p></table:table-cell>",
    '<table:table-cell table:formula="of:=[.A1]"/>',
)
MANIFEST = open_documents.MANIFEST.replace(
    "</manifest:manifest>",
    "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="text/xml"/>'
        for name in ("content.xml", "settings.xml")
    )
    + "</manifest:manifest>",
)
PATCH = {1: {1: 5}}


def packed_ods(settings: str | bytes) -> bytes:
    """One that LibreOffice opens."""
    said = open_documents.members(open_documents.content(open_documents.table(ODS_ROWS)))
    return open_documents.packed(
        {name: part for name, part in said.items() if name != "styles.xml"}
        | {"settings.xml": settings, "META-INF/manifest.xml": MANIFEST}
    )


def xlsx(calc: str) -> bytes:
    return packages.make(XLSX_ROWS, calc=calc)


def ods(settings: str) -> bytes:
    return packed_ods(HEAD + settings)


MANUAL = {
    "xlsx": xlsx('<calcPr calcId="191029" calcMode="manual"/>'),
    "xlsx, full on load": xlsx("<calcPr fullCalcOnLoad='1' calcMode='manual' />"),
    "xlsx, ended": xlsx('<!-- <calcPr calcMode="auto"/> --><calcPr calcMode="manual"></calcPr>'),
    "ods": ods(SETTINGS.format(item=ITEM)),
    "ods, another prefix": ods(SETTINGS.format(item=ITEM).replace("config:", "c:").replace("xmlns:config", "xmlns:c")),
    "ods, UTF-16": packed_ods(
        ('<?xml version="1.0" encoding="UTF-16"?>' + SETTINGS.format(item=ITEM)).encode("utf-16")
    ),
}
AUTOMATIC = {
    "xlsx": xlsx('<calcPr calcId="191029"/>'),
    "xlsx, none": xlsx(""),
    "xlsx, said": xlsx('<calcPr calcMode="auto"/>'),
    "xlsx, all but tables": xlsx('<calcPr calcMode="autoNoTable"/>'),
    "xlsx, a comment": xlsx('<!-- <calcPr calcMode="manual"/> -->'),
    "ods": ods(SETTINGS.format(item=ITEM.replace("false", "true"))),
    "ods, none": ods(SETTINGS.format(item="")),
    "ods, another item": ods(SETTINGS.format(item=ITEM.replace("AutoCalculate", "AutoCalculated"))),
    "ods, broken": ods("<office:document-settings"),
    "ods, a comment": ods(SETTINGS.format(item=f"<!-- {ITEM} -->")),
}


def apply(data: bytes, cells: dict[int, dict[int, CellInput]]) -> PatchResult:
    return formats.apply(data, Patch({"S": SheetPatch(cells)}))


def shown(data: bytes) -> list[object]:
    cells = formats.read(data).sheets["S"].rows[1]
    return [
        cell.value if isinstance(cell, FormulaCell) else cell for cell in (cells[column] for column in sorted(cells))
    ]


@pytest.mark.parametrize("data", MANUAL.values(), ids=MANUAL)
def test_what_depends_keeps_its_old_value_where_nothing_computes_it(data: bytes) -> None:
    result = apply(data, PATCH)
    assert shown(result.data) == [5, 2, 3, 7, "little", None]
    assert (result.stale, result.outdated) == (0, 3)
    note = result.notes[-1]
    assert (
        note.startswith("3 formulas still show their old values") and "Ctrl+Shift+F9" in note and "Ctrl+Alt+F9" in note
    )
    assert apply(result.data, PATCH) == (result.data, 0, (), 0)


@pytest.mark.parametrize("data", AUTOMATIC.values(), ids=AUTOMATIC)
def test_what_depends_loses_its_value_where_the_program_computes_it(data: bytes) -> None:
    result = apply(data, PATCH)
    assert shown(result.data) == [5, None, None, 7, None, None]
    assert (result.stale, result.outdated, result.notes) == (3, 0, ())


def test_a_manual_workbook_is_not_told_to_calculate_on_load() -> None:
    """The owner switched that off, maybe because it takes an hour."""
    data = MANUAL["xlsx"]
    assert packages.part(apply(data, PATCH).data, "xl/workbook.xml") == packages.part(data, "xl/workbook.xml")


@pytest.mark.parametrize("name", ["xlsx", "ods"])
def test_nothing_is_said_where_nothing_depends(name: str) -> None:
    assert apply(MANUAL[name], {1: {4: 8}})[1:] == (0, (), 0)
    assert re.match("1 formula still shows its old value,", apply(MANUAL[name], {1: {2: 9}}).notes[-1])


@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
def test_every_writer_says_which_keys_compute_them(suffix: str, tmp_path: Path) -> None:
    book = tmp_path / f"book{suffix}"
    kakosheet.new(book, sample=True, today=date(2026, 11, 21), launcher=False)
    book.write_bytes(by_hand(book.read_bytes(), suffix))
    for arguments in (
        ["refresh", "--today", "2026-12-24", "--dry-run"],
        ["add", "purchases", "item=Lamp", "price=3"],
        ["refresh", "--today", "2026-12-24"],
        ["set", "Start!Z90=2"],
    ):
        done = CliRunner().invoke(main, [arguments[0], str(book), *arguments[1:]])
        assert "Ctrl+Shift+F9" in done.stderr, arguments
    told = CliRunner().invoke(main, ["set", str(book), "Start!Z90=3", "--json"])
    assert json.loads(told.stdout)["formulas_with_old_value"] >= 1
    assert "still show" in json.loads(told.stdout)["notes"][0]


def by_hand(data: bytes, suffix: str) -> bytes:
    """The book set to manual calculation, with a formula of its owner's that may read anything."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    if suffix == ".xlsx":
        parts["xl/workbook.xml"] = re.sub(rb"<calcPr[^>]*/>", b'<calcPr calcMode="manual"/>', parts["xl/workbook.xml"])
        mine = b'<row r="99"><c r="A99"><f>INDIRECT("Start!Z90")</f><v>9</v></c></row>'
        parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(
            b"</sheetData>", mine + b"</sheetData>"
        )
        return packages.packed(parts)
    chosen = f'<config:config-item-set config:name="ooo:configuration-settings">{ITEM}</config:config-item-set></office:settings>'
    parts["settings.xml"] = parts["settings.xml"].replace(b"</office:settings>", chosen.encode())
    mine = open_documents.table(row(number(9, ' table:formula="of:=INDIRECT(&quot;Start.Z90&quot;)"')), "Mine").encode()
    before, end, after = parts["content.xml"].rpartition(b"</table:table>")
    parts["content.xml"] = before + end + mine + after
    return open_documents.packed(parts)
