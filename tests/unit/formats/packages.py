"""Small .xlsx packages written by hand, so that a test says every byte that it is about."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def worksheet(rows: str, *, before: str = "", after: str = "") -> str:
    return f'{HEAD}<worksheet xmlns="{MAIN}" xmlns:r="{RELATIONS}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def relationships(targets: Mapping[str, tuple[str, str]]) -> str:
    """Targets by id: (last word of the type, target)."""
    links = "".join(
        f'<Relationship Id="{id_}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for id_, (kind, target) in targets.items()
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE_RELATIONS}">{links}</Relationships>'


def members(
    sheets: Mapping[str, str],
    *,
    strings: str | None = None,
    names: str = "",
    calc: str = "",
    extra: Mapping[str, str] | None = None,
    links: Mapping[str, tuple[str, str]] | None = None,
    workbook: str | None = None,
    properties: str = "",
) -> dict[str, str]:
    """The members of a package: `sheets` are worksheet parts by tab name, `links` further relationships of the workbook part."""
    targets = {f"rId{i}": ("worksheet", f"worksheets/sheet{i}.xml") for i in range(1, len(sheets) + 1)}
    if strings is not None:
        targets["rIdS"] = ("sharedStrings", "sharedStrings.xml")
    targets |= links or {}
    tabs = "".join(f'<sheet name="{name}" sheetId="{i}" r:id="rId{i}"/>' for i, name in enumerate(sheets, 1))
    parts = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{TYPES}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="application/vnd.openxmlformats-'
            'officedocument.spreadsheetml.worksheet+xml"/>'
            for i in range(1, len(sheets) + 1)
        )
        + "</Types>",
        "_rels/.rels": relationships({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": workbook
        or f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{properties}<sheets>{tabs}</sheets>{names}{calc}'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": relationships(targets),
    }
    parts |= {f"xl/worksheets/sheet{i}.xml": content for i, content in enumerate(sheets.values(), 1)}
    if strings is not None:
        parts["xl/sharedStrings.xml"] = f'{HEAD}<sst xmlns="{MAIN}" count="9" uniqueCount="9">{strings}</sst>'
    return parts | dict(extra or {})


def packed(parts: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), content, method)
    return buffer.getvalue()


def make(rows: str = "", **more: object) -> bytes:
    """A workbook of one sheet named "S" with these rows; further arguments as for `members`."""
    before, after = str(more.pop("before", "")), str(more.pop("after", ""))
    return packed(members({"S": worksheet(rows, before=before, after=after)}, **more))  # type: ignore[arg-type]


def part(data: bytes, name: str = "xl/worksheets/sheet1.xml") -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def rows_of(data: bytes, name: str = "xl/worksheets/sheet1.xml") -> str:
    """What stands in sheetData."""
    return part(data, name).partition("<sheetData>")[2].rpartition("</sheetData>")[0]
