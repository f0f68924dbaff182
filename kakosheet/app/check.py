"""`check`: everything that is wrong in a book, at once; nothing is written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from kakosheet import files
from kakosheet.book.computing import collector_at_rest, compute
from kakosheet.book.noted import own_sheet
from kakosheet.book.refreshed import patch_of, spliced
from kakosheet.core.diff import Comparer
from kakosheet.core.issues import Issue, KakosheetError
from kakosheet.core.room import RoomTaken
from kakosheet.files import PathLike
from kakosheet.formats import read
from kakosheet.formats.formula import same
from kakosheet.sheets import SCHEMA


def check(path: PathLike, *, today: date | None = None) -> dict[str, Any]:
    """The issues of a book, and what would keep a refresh from writing. Columns that cannot be found are left out of
    what is checked."""
    data = files.load(path).data
    computed = compute(read(data), today=today)
    issues = list(computed.issues)
    try:
        with collector_at_rest():
            difference = Comparer(computed.book, SCHEMA, computed.titles, same, own_sheet(computed.book.raw)).compare()
        issues += difference.issues
        if not computed.stops and difference.sheets:
            spliced(data, patch_of(computed, difference))
    except RoomTaken as taken:
        issues += taken.issues
    except KakosheetError as error:
        issues.append(_placed(error, computed.book.raw.sheets))
    return {"file": str(Path(path)), "issues": [issue.as_dict() for issue in issues]}


def _placed(error: KakosheetError, sheets: Iterable[str]) -> Issue:
    """An error that begins with the cell it is about, as an issue there."""
    sheet = next((name for name in sheets if error.message.startswith(f"{name}!")), "")
    cell, _, rest = error.message.removeprefix(f"{sheet}!").partition(" ")
    return Issue(error.code, rest, error.hint, sheet, cell) if sheet else Issue(error.code, error.message, error.hint)
