"""The parts of an .xlsx package: relationships, the workbook part, its sheets, tables and names (ECMA-376 part 1, 18.2;
part 2, 6.5)."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import unquote

from kakosheet.core.address import MAX_COLUMN, MAX_ROW, column_number, parse_cell
from kakosheet.core.issues import KakosheetError
from kakosheet.core.raw import Area, TableRange
from kakosheet.formats.package import Package
from kakosheet.formats.xlsx.markup import attributes, blanked, tag_pattern, text, utf8

# Transitional and Strict (ECMA-376 part 1, annex A; ISO/IEC 29500-1).
MAIN_NAMESPACES = frozenset(
    {
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    }
)
_WORKSHEET_TYPES = frozenset({"worksheet", "xlWorksheet"})
_RANGE = re.compile(r"\$?([A-Za-z]{1,3})?\$?([0-9]{1,7})?(?::\$?([A-Za-z]{1,3})?\$?([0-9]{1,7})?)?")
_PLAIN_REFERENCE = re.compile(r"(?:'((?:[^']|'')+)'|([^'!\[\]:,()\s]+))!(\$?[A-Za-z0-9$:]+)")


class Relationship(NamedTuple):
    """`kind` is the last word of the type's address; `target` the part's name in the package."""

    id: str
    kind: str
    target: str


class SheetPart(NamedTuple):
    name: str
    part: str
    kind: str
    sheet_id: str
    hidden: bool

    @property
    def is_worksheet(self) -> bool:
        return self.kind in _WORKSHEET_TYPES


class DefinedName(NamedTuple):
    """`scope` is the index of the sheet that a name is local to; `start` to `end` is its text in the workbook part."""

    name: str
    text: str
    scope: int | None
    start: int
    end: int


class TablePart(NamedTuple):
    """A table part: `columns` from left to right; `content` the part itself."""

    name: str
    part: str
    sheet: str
    area: Area
    header_rows: int
    totals_rows: int
    columns: tuple[str, ...]
    content: bytes

    @property
    def table_range(self) -> TableRange:
        return TableRange(self.name, self.area, self.totals_rows > 0)


@dataclass(slots=True)
class Workbook:
    """What the workbook part says, and the part itself. `sheets` are all tabs in order, chart sheets included."""

    package: Package
    part: str
    xml: bytes
    sheets: list[SheetPart]
    names: list[DefinedName]
    relationships: list[Relationship]
    date1904: bool
    _sheet_relationships: dict[str, list[Relationship]] = field(default_factory=dict)
    _tables: dict[str, list[TablePart]] = field(default_factory=dict)

    def target(self, kind: str) -> str | None:
        """The part of a kind that the workbook refers to, if the package holds it."""
        return next(
            (link.target for link in self.relationships if link.kind == kind and link.target in self.package), None
        )

    def worksheet(self, name: str) -> SheetPart:
        """The sheet of that name, else the first that differs by case alone. Raises K113."""
        alike = [sheet for sheet in self.worksheets() if sheet.name.casefold() == name.casefold()]
        if alike:
            return next((sheet for sheet in alike if sheet.name == name), alike[0])
        raise KakosheetError(
            "K113",
            f'the workbook has no worksheet named "{name}"',
            f"it has: {', '.join(s.name for s in self.worksheets())}",
        )

    def worksheets(self) -> list[SheetPart]:
        return [sheet for sheet in self.sheets if sheet.is_worksheet]

    def sheet_relationships(self, sheet: SheetPart) -> list[Relationship]:
        if sheet.part not in self._sheet_relationships:
            self._sheet_relationships[sheet.part] = relationships(self.package, sheet.part)
        return self._sheet_relationships[sheet.part]

    def tables(self, sheet: SheetPart) -> list[TablePart]:
        if sheet.part not in self._tables:
            found = (
                _table(self.package, link.target, sheet.name)
                for link in self.sheet_relationships(sheet)
                if link.kind == "table" and link.target in self.package
            )
            self._tables[sheet.part] = [table for table in found if table is not None]
        return self._tables[sheet.part]


def open_workbook(package: Package) -> Workbook:
    """Raises K101 (no workbook in the package), K104 (damaged), K108 (a kind of workbook that is not supported)."""
    part = _root(package)
    xml = utf8(package.read(part), part)
    clear = blanked(xml)
    _check_namespace(clear, part)
    links = relationships(package, part)
    sheets = _sheets(clear, links)
    if not any(sheet.is_worksheet and sheet.part in package for sheet in sheets):
        raise KakosheetError("K108", "the workbook holds no worksheet")
    properties = tag_pattern("workbookPr").search(clear)
    epoch = attributes(properties[0]).get("date1904", "0") if properties else "0"
    return Workbook(package, part, xml, sheets, _names(clear), links, epoch in ("1", "true", "on"))


def _root(package: Package) -> str:
    """The workbook part: the one that the package refers to, for one that merely lies there is opened by no program. A
    package that refers to nothing at all, as simple exporters write it, is read by the usual name."""
    part = next(
        (
            link.target
            for link in relationships(package, "")
            if link.kind == "officeDocument" and link.target in package
        ),
        "",
    )
    if part.lower().endswith(".bin") or (not part and "xl/workbook.bin" in package):
        raise KakosheetError("K108", "this is a binary workbook (.xlsb)", "save it as .xlsx")
    if not part and "xl/workbook.xml" in package:
        if "_rels/.rels" not in package:
            return "xl/workbook.xml"
        raise KakosheetError(
            "K104",
            "the package does not say that xl/workbook.xml is its workbook",
            "open it in your spreadsheet and save it again",
        )
    if not part:
        raise KakosheetError("K101", "this is a zip file, but no workbook", "give an .xlsx or .ods file")
    return part


def _check_namespace(clear: bytes, part: str) -> None:
    root = re.search(rb"<((?:[\w.\-]+:)?)([A-Za-z_][\w.\-]*)((?:[^<>\"']|\"[^<\"]*\"|'[^<']*')*)>", clear)
    if root is None:
        raise KakosheetError("K104", f"the part {part} holds no element")
    declared = attributes(root[3]).get("xmlns:" + root[1][:-1].decode() if root[1] else "xmlns", "")
    if root[2] != b"workbook" or declared not in MAIN_NAMESPACES:
        raise KakosheetError(
            "K108",
            f'the workbook is written in a dialect that is not supported ("{declared or root[2].decode()}")',
            "open it in your spreadsheet and save it as .xlsx",
        )


def relationships(package: Package, part: str) -> list[Relationship]:
    """A part's internal relationships; "" is the package itself. Targets are resolved, percent-encoding undone if need
    be."""
    folder, name = posixpath.split(part)
    source = posixpath.join(folder, "_rels", name + ".rels")
    if source not in package:
        return []
    links = []
    for match in tag_pattern("Relationship").finditer(blanked(utf8(package.read(source), source))):
        values = attributes(match[0])
        if values.get("TargetMode") == "External" or "Target" not in values:
            continue
        target = posixpath.normpath(posixpath.join("/", folder, values["Target"].replace("\\", "/"))).lstrip("/")
        if target not in package and "%" in target:
            target = unquote(target)
        links.append(Relationship(values.get("Id", ""), values.get("Type", "").rstrip("/").rpartition("/")[2], target))
    return links


def _sheets(clear: bytes, links: list[Relationship]) -> list[SheetPart]:
    by_id = {link.id: link for link in links}
    sheets = []
    for match in tag_pattern("sheet").finditer(clear):
        values = attributes(match[0])
        link = next((by_id[value] for name, value in values.items() if name.endswith(":id") and value in by_id), None)
        if link is not None and "name" in values:
            sheets.append(
                SheetPart(
                    values["name"],
                    link.target,
                    link.kind,
                    values.get("sheetId", ""),
                    values.get("state", "visible") != "visible",
                )
            )
    return sheets


def _names(clear: bytes) -> list[DefinedName]:
    names = []
    for match in tag_pattern("definedName").finditer(clear):
        if match[2]:
            continue
        end = clear.find(b"</", match.end())
        values = attributes(match[0])
        scope = values.get("localSheetId")
        if end >= 0 and "name" in values:
            names.append(
                DefinedName(
                    values["name"],
                    text(clear[match.end() : end]),
                    int(scope) if scope is not None and scope.isdecimal() and len(scope) < 8 else None,
                    match.end(),
                    end,
                )
            )
    return names


def _table(package: Package, part: str, sheet: str) -> TablePart | None:
    content = utf8(package.read(part), part)
    clear = blanked(content)
    root = tag_pattern("table").search(clear)
    values = attributes(root[0]) if root else {}
    corners = parse_range(values.get("ref", ""))
    if corners is None:
        return None
    columns = tuple(attributes(match[0]).get("name", "") for match in tag_pattern("tableColumn").finditer(clear))
    return TablePart(
        values.get("displayName") or values.get("name", ""),
        part,
        sheet,
        Area(sheet, *corners),
        _count(values.get("headerRowCount"), 1),
        _count(values.get("totalsRowCount"), 0),
        columns,
        content,
    )


def _count(value: str | None, default: int) -> int:
    return int(value) if value is not None and value.isdecimal() and len(value) < 8 else default


def parse_range(reference: str) -> tuple[int, int, int, int] | None:
    """ "B2:$D$9", "B2", "A:C" or "1:3" → (row, column, last_row, last_column); None if it is no rectangle of a
    sheet."""
    single = parse_cell(reference)
    if single is not None:
        return (*single, *single)
    match = _RANGE.fullmatch(reference)
    if match is None or ":" not in reference:
        return None
    left, top, right, bottom = match.groups()
    if (left is None) != (right is None) or (top is None) != (bottom is None) or (left is None and top is None):
        return None
    columns = sorted((column_number(left), column_number(right))) if left and right else [1, MAX_COLUMN]
    rows = sorted((int(top), int(bottom))) if top and bottom else [1, MAX_ROW]
    if rows[0] < 1 or rows[1] > MAX_ROW or columns[1] > MAX_COLUMN:
        return None
    return rows[0], columns[0], rows[1], columns[1]


def plain_area(formula: str) -> Area | None:
    """The rectangle that a defined name's text is, such as 'My sheet'!$A$1:$B$9; None if it is anything else."""
    match = _PLAIN_REFERENCE.fullmatch(formula.strip().removeprefix("="))
    corners = parse_range(match[3]) if match else None
    if match is None or corners is None:
        return None
    return Area(match[1].replace("''", "'") if match[1] else match[2], *corners)
