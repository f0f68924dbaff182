"""`upgrade`: a book made by an older version gets what this one brings; nothing that people typed is touched."""

from __future__ import annotations

from typing import Any

from kakosheet import files
from kakosheet.app.repair import as_told, repaired_bytes, write_repaired
from kakosheet.book.computing import VERSION
from kakosheet.book.noted import noted
from kakosheet.core.raw import Scalar
from kakosheet.files import PathLike
from kakosheet.formats import read
from kakosheet.sheets import SCHEMA


def upgrade(path: PathLike, *, dry_run: bool = False, force: bool = False) -> dict[str, Any]:
    """Add the columns that the book's version did not know, at the right end of their tables, and note the new version.

    `from` and `to` in the result are schema versions; a book of this version is left alone. Raises KakosheetError K206
    for a newer one.
    """
    data = files.load(path).data
    old = version_of(data)
    versions = {"from": old, "to": SCHEMA.version}
    if old == SCHEMA.version:
        return {"file": str(path), "written": False, "changes": [], "issues": [], "notes": [], **versions}
    news: dict[str, Scalar] = {
        VERSION: SCHEMA.version,
        "kakosheet.sheets": ",".join(sheet.key for sheet in SCHEMA.sheets),
    }
    if dry_run:
        return {**as_told(path, repaired_bytes(data, properties=news), written=False), **versions}
    with files.lock(path):
        return {**write_repaired(path, force=force, properties=news), **versions}


def version_of(data: bytes) -> int:
    """The schema version that a book notes; 0 if it notes none."""
    version = noted(read(data)).get(VERSION)
    return int(version) if isinstance(version, int | float) else 0
