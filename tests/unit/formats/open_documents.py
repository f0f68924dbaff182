"""Small .ods packages written by hand, so that a test says every byte that it is about."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "office": OFFICE,
        "table": TABLE,
        "text": TEXT,
        "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
        "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
        "dc": "http://purl.org/dc/elements/1.1/",
        "of": "urn:oasis:names:tc:opendocument:xmlns:of:1.2",
        "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
    }.items()
)
MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" '
    'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
)
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def table(
    rows: str, name: str = "S", *, before: str = "<table:table-column/>", after: str = "", style: str = ""
) -> str:
    look = f' table:style-name="{style}"' if style else ""
    return f'<table:table table:name="{name}"{look}>{before}{rows}{after}</table:table>'


def content(tables: str, *, styles: str = "", after: str = "") -> str:
    return (
        f'{HEAD}<office:document-content {NAMESPACES} office:version="1.3"><office:automatic-styles>{styles}</office:automatic-styles>'
        f"<office:body><office:spreadsheet>{tables}{after}</office:spreadsheet></office:body></office:document-content>"
    )


def packed(members: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, said in members.items():
            method = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), said, method)
    return buffer.getvalue()


def members(xml: str | bytes, **more: str) -> dict[str, str | bytes]:
    parts: dict[str, str | bytes] = {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": xml,
        "styles.xml": "<s/>",
        "META-INF/manifest.xml": MANIFEST,
    }
    return parts | {name.replace("__", "/").replace("_", "."): said for name, said in more.items()}


def make(
    rows: str,
    *,
    name: str = "S",
    before: str = "<table:table-column/>",
    in_table: str = "",
    after: str = "",
    styles: str = "",
) -> bytes:
    """A workbook of one sheet with these rows; `in_table` stands behind them, `after` behind the sheet."""
    return packed(members(content(table(rows, name, before=before, after=in_table), styles=styles, after=after)))


def part(data: bytes, name: str = "content.xml") -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def rows_of(data: bytes, name: str = "S") -> str:
    """What stands in the sheet behind its first column element."""
    return (
        part(data)
        .partition(f'<table:table table:name="{name}">')[2]
        .partition("</table:table>")[0]
        .partition("<table:table-column/>")[2]
    )


def row(*cells: str, attributes: str = "") -> str:
    return f"<table:table-row{attributes}>{''.join(cells)}</table:table-row>"


def number(value: object, attributes: str = "") -> str:
    return (
        f'<table:table-cell{attributes} office:value-type="float" office:value="{value}" calcext:value-type="float">'
        f"<text:p>{value}</text:p></table:table-cell>"
    )


def words(said: str, attributes: str = "") -> str:
    return f'<table:table-cell{attributes} office:value-type="string" calcext:value-type="string"><text:p>{said}</text:p></table:table-cell>'
