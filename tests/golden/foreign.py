"""Scenes over workbooks of other people (the corpus): one cell is set, nothing else may change; they are refused as books, read as sources."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from lxml import etree

from tests.golden.layout import D0
from tests.golden.scene import Scene
from tests.golden.stage import Stage, book, members

COUNTS = {"xlsx": 40, "ods": 20}
LARGEST = 400_000
"""Bytes; larger ones take too long."""
EVERY = 10
"""Of so many, the usual run takes one."""


def corpus() -> Path | None:
    given = os.environ.get("KAKOSHEET_CORPUS", "")
    return Path(given) if given and Path(given).is_dir() else None


@cache
def chosen() -> tuple[Path, ...]:
    """The same files each time: those whose names come first by their digests."""
    found: list[Path] = []
    for kind, count in COUNTS.items():
        folder = corpus()
        files = [file for file in folder.rglob(f"*.{kind}") if file.stat().st_size <= LARGEST] if folder else []
        found += sorted(files, key=lambda file: hashlib.sha256(file.name.encode()).hexdigest())[:count]
    return tuple(found)


def scenes() -> Iterator[Scene]:
    for number, file in enumerate(chosen()):
        yield Scene(f"clean/foreign/{file.name}", _foreign, (file,), quick=number % EVERY == 0)


def _foreign(stage: Stage, source: Path) -> None:
    file, kind = f"FILE{source.suffix}", source.suffix[1:]
    data = source.read_bytes()
    stage.put(file, data)
    sheet = _first_sheet(data, kind).replace("'", "''")
    stage.run("check", "check", file, "--today", D0)
    stage.run("refresh", "refresh", file, "--today", D0)
    stage.run("export", "export", file)
    stage.run("set-dry", "set", file, f"'{sheet}'!B2=golden", "--dry-run")
    stage.run("set", "set", file, f"'{sheet}'!B2=golden")
    stage.run("set-more", "set", file, f"'{sheet}'!A1=12.5", f"'{sheet}'!D40=2026-02-28", "--json")
    stage.run("undo", "undo", file)
    stage.put("BOOK.xlsx", book("shopper", "xlsx", "en", D0, sample=False))
    stage.run("import", "import", "BOOK.xlsx", file, "--today", D0, "--dry-run")


def _first_sheet(data: bytes, kind: str) -> str:
    """The name of its first sheet, as far as it can be read."""
    parts = members(data) or {}
    part, tag, name = ("xl/workbook.xml", "sheet", "name") if kind == "xlsx" else ("content.xml", "table", None)
    try:
        root = etree.fromstring(parts[part])
    except (KeyError, etree.XMLSyntaxError):
        return "Sheet1"
    first = next((one for one in root.iter(f"{{*}}{tag}")), None)
    names = (
        []
        if first is None
        else [value for key, value in first.attrib.items() if etree.QName(key).localname == (name or "name")]
    )
    return str(names[0]) if names else "Sheet1"
