"""`demo`: the whole way in one directory, a line said for each step."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from kakosheet import files
from kakosheet.app.import_file import import_file
from kakosheet.app.new import new
from kakosheet.app.refresh import refresh
from kakosheet.app.review import review
from kakosheet.core.text import as_typed
from kakosheet.files import PathLike
from kakosheet.policy import resources

BOOK, EXPORT = "orders.xlsx", "orders-export.csv"
URGENT = ("overdue", "defaulted", "due_today")

_DAY = re.compile(r"@(-?\d+)(?:T(\d\d):(\d\d))?")


def demo(
    directory: PathLike, *, today: date | None = None, force: bool = False, tell: Callable[[str], object] = print
) -> dict[str, Any]:
    """Make a sample workbook in `directory`, import an export into it, refresh and review it; `tell` gets a line for
    each step.

    The result has the paths of what was written and the results of the steps. K703: the directory cannot be made; K705:
    a file is there.
    """
    folder = Path(directory)
    files.made_folder(folder)
    book, export = folder / BOOK, folder / EXPORT
    made = new(book, sample=True, today=today, force=force)
    rows = made["rows"]
    tell(
        f"new: {book} holds a sample of {rows['purchases']} purchases, {rows['sellers']} sellers and {rows['disputes']} disputes."
    )
    files.create(export, export_of(today or date.today()), force=force)
    imported = import_file(book, export, from_="orders", today=today)
    tell(
        f"import: {imported['rows_imported']} order lines of {export} were added, {imported['proposed']} looks like one that was planned."
    )
    refreshed = refresh(book, today=today)
    tell(f"refresh: {_summary(refreshed)}")
    reviewed = review(book, today=today, force=force)
    tell(f"review: {reviewed['file']} tells how {reviewed['period']} went, with charts.")
    tell(
        f"Open {book} in your spreadsheet, type into the white cells, save, and run: kakosheet refresh {as_typed(book)}"
    )
    return {
        "book": str(book),
        "export": str(export),
        "review": reviewed["file"],
        "steps": {"new": made, "import": imported, "refresh": refreshed, "review": reviewed},
    }


def export_of(today: date) -> bytes:
    """The embedded export as an account would give it on that day."""

    def told(match: re.Match[str]) -> str:
        day = today + timedelta(days=int(match[1]))
        if match[2] is None:
            return f"{day:%Y-%m-%d}"
        return f"{datetime.combine(day, time(int(match[2]), int(match[3]))):%Y-%m-%d %H:%M}"

    return _DAY.sub(told, resources.open_text("sample/export.csv")).encode()


def _summary(refreshed: dict[str, Any]) -> str:
    """What changed and what is most urgent."""
    what = (
        f"{refreshed['cells_changed']} cells changed"
        if refreshed["written"]
        else "nothing to change, all was computed already"
    )
    urgent = [alert for alert in refreshed["alerts"] if alert.get("state") in URGENT]
    if not urgent:
        return f"{what}; nothing is overdue."
    first = urgent[0]
    case = f"{first['dispute']}: " if first.get("dispute") else ""
    return f"{what}; {len(urgent)} overdue or due today, first {case}{first['what_to_do']}."
