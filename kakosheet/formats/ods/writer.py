"""New workbooks as .ods, with the standard library alone: the same plain data give the same bytes, rows are never held
all at once."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from kakosheet.core.newbook import NewBook
from kakosheet.core.schema import SheetKind, SheetSchema
from kakosheet.formats.ods.write.charts import FRAME_STYLE
from kakosheet.formats.ods.write.job import OdsJob, SheetMarkup
from kakosheet.formats.ods.write.lists import lists_sheet
from kakosheet.formats.ods.write.names import named_expressions
from kakosheet.formats.ods.write.parts import (
    CHART,
    MIMETYPE,
    chart_styles_part,
    manifest_part,
    meta_part,
    settings_part,
    styles_part,
)
from kakosheet.formats.ods.write.registers import register_sheet
from kakosheet.formats.ods.write.validations import content_validations
from kakosheet.formats.ods.write.views import view_sheet
from kakosheet.formats.ods.write.xml import HEAD, VERSION, element, namespaces

STAMP = (1980, 1, 1, 0, 0, 0)
"""Members carry no time of their own: the earliest that a package can say."""
CHUNK = 1 << 18


def write_workbook(book: NewBook) -> bytes:
    """The whole workbook. KakosheetError K310 if a text is longer than a cell can hold, K207 for more rows than a sheet
    has."""
    buffer = BytesIO()
    write_to(book, buffer)
    return buffer.getvalue()


def write_to(book: NewBook, target: IO[bytes]) -> None:
    """The same into a binary file."""
    job = OdsJob.start(book)
    pack(job, [_sheet(job, schema) for schema in job.order()], target, named_expressions(job))


def pack(job: OdsJob, sheets: list[SheetMarkup], target: IO[bytes], names: str = "") -> None:
    """Sheets that are ready, and all that goes with them, as a package. `names` is markup."""
    with ZipFile(target, "w") as package:
        _add(package, "mimetype", iter((MIMETYPE,)), stored=True)
        _add(package, "content.xml", _content(job, sheets, names))
        parts = {
            "styles.xml": styles_part(job),
            "settings.xml": settings_part(sheets, sheets[0].name),
            "meta.xml": meta_part(job.book),
        }
        for folder, content in job.chart_parts():
            parts |= {f"{folder}/content.xml": content, f"{folder}/styles.xml": chart_styles_part()}
        for name, content in parts.items():
            _add(package, name, iter((content,)))
        folders = {folder: CHART for folder, _ in job.chart_parts()}
        _add(package, "META-INF/manifest.xml", iter((manifest_part(["content.xml", *parts], folders),)))


def _add(package: ZipFile, name: str, pieces: Iterator[str], *, stored: bool = False) -> None:
    """One member, its pieces compressed as they come."""
    info = ZipInfo(name, STAMP)
    info.compress_type, info.external_attr = ZIP_STORED if stored else ZIP_DEFLATED, 0o644 << 16
    if stored:
        package.writestr(info, "".join(pieces))
        return
    with package.open(info, "w", force_zip64=False) as member:
        for chunk in _chunks(pieces):
            member.write(chunk)


def _chunks(pieces: Iterator[str]) -> Iterator[bytes]:
    held: list[str] = []
    length = 0
    for piece in pieces:
        held.append(piece)
        length += len(piece)
        if length > CHUNK:
            yield "".join(held).encode()
            held, length = [], 0
    yield "".join(held).encode()


def _sheet(job: OdsJob, schema: SheetSchema) -> SheetMarkup:
    if schema.kind is SheetKind.REGISTER:
        return register_sheet(job, schema)
    if schema.kind is SheetKind.VIEW:
        return view_sheet(job, schema, job.book.layouts[schema.key])
    return lists_sheet(job, schema)


_SPACES = ("office", "style", "text", "table", "draw", "fo", "xlink", "number", "svg", "of", "calcext", "loext")


def _content(job: OdsJob, sheets: list[SheetMarkup], names: str) -> Iterator[str]:
    yield f'{HEAD}<office:document-content {namespaces(*_SPACES)} office:version="{VERSION}"><office:automatic-styles>'
    yield from job.styles.automatic()
    yield f"{FRAME_STYLE}</office:automatic-styles><office:body><office:spreadsheet>"
    # Whole-cell comparison and wildcards as in .xlsx, so that live formulas count alike in both formats.
    yield (
        '<table:calculation-settings table:case-sensitive="false" table:automatic-find-labels="false"'
        ' table:use-regular-expressions="false" table:use-wildcards="true"/>'
    )
    yield content_validations(job.validations)
    for sheet in sheets:
        yield _opening(sheet)
        yield sheet.columns
        yield from sheet.rows
        yield f"{sheet.after}</table:table>"
    yield names
    filters = "".join(sheet.database for sheet in sheets)
    yield f"<table:database-ranges>{filters}</table:database-ranges>" if filters else ""
    yield "</office:spreadsheet></office:body></office:document-content>"


def _opening(sheet: SheetMarkup) -> str:
    """The table's start tag, without its end."""
    tag = element(
        "table:table",
        {
            "table:name": sheet.name,
            "table:style-name": sheet.style,
            "table:print": None if sheet.printed else "false",
            "table:print-ranges": sheet.print_area or None,
        },
    )
    return tag.removesuffix("/>") + ">"
