"""Damaged .ods files are read and patched, or refused with a typed error."""

from __future__ import annotations

import io
import random
import zipfile
from functools import cache

from mutating import loop, mutate_member, patch_twice

from kakosheet.core.issues import KakosheetError

CELLS = """<table:table table:name="One"><table:table-column table:number-columns-repeated="9"/>
<table:table-row><table:table-cell office:value-type="float" office:value="1.5"><text:p>1.5</text:p></table:table-cell><table:table-cell
 office:value-type="string"><text:p>a<text:s text:c="2"/>b</text:p></table:table-cell><table:table-cell table:formula="of:=[.A1]*2"
 office:value-type="float" office:value="3"/><table:table-cell table:number-columns-repeated="3" office:value-type="date"
 office:date-value="2026-11-21"/></table:table-row><table:table-row table:number-rows-repeated="1000"><table:table-cell
 table:number-columns-repeated="16384"/></table:table-row><table:table-row><table:table-cell table:number-columns-spanned="2"
 office:value-type="boolean" office:boolean-value="true"/><table:covered-table-cell/></table:table-row></table:table>"""
NAMES = " ".join(
    f'xmlns:{key}="urn:oasis:names:tc:opendocument:xmlns:{key}:1.0"'
    for key in ("office", "table", "text", "style", "manifest")
)


@cache
def seeds() -> list[bytes]:
    """A small document with repeats, spans, dates and a formula."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {NAMES} office:version="1.3"><office:body>'
            f"<office:spreadsheet>{CELLS}</office:spreadsheet></office:body></office:document-content>",
        )
        archive.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest {NAMES}><manifest:file-entry manifest:full-path="/" manifest:media-type='
            '"application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>',
        )
    return [out.getvalue()]


def attempt(chance: random.Random) -> None:
    patch_twice(mutate_member(chance.choice(seeds()), chance), chance)


if __name__ == "__main__":
    loop(attempt, (KakosheetError,))
