"""`check`: everything that is wrong in a book, at once; nothing is written."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from kakosheet.app import files
from kakosheet.app.computing import collector_at_rest, compute
from kakosheet.app.refreshing import PathLike
from kakosheet.core.diff import Comparer, RoomTaken
from kakosheet.formats import read
from kakosheet.formats.formula import same
from kakosheet.sheets import SCHEMA


def check(path: PathLike, *, today: date | None = None) -> dict[str, Any]:
    """The issues of a book. Columns that cannot be found are left out of what is checked."""
    computed = compute(read(files.load(path).data), today=today)
    issues = list(computed.issues)
    try:
        with collector_at_rest():
            issues += Comparer(computed.book, SCHEMA, computed.titles, same).compare().issues
    except RoomTaken as taken:
        issues += taken.issues
    return {"file": str(Path(path)), "issues": [issue.as_dict() for issue in issues]}
