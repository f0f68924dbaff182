"""`review`: the review workbook of a period, written beside the book."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from kakosheet.app import files
from kakosheet.app.computing import compute
from kakosheet.app.refreshing import PathLike
from kakosheet.formats import read


def review(path: PathLike, *, period: str | None = None, out: PathLike | None = None, today: date | None = None, force: bool = False,
           dry_run: bool = False) -> dict[str, Any]:
    """Write the review of a quarter (2026Q3), a month (2026-09) or a year (2026); by default of the last finished quarter."""
    from kakosheet.app.review import build_review, period_of
    book = Path(path)
    computed = compute(read(files.load(path).data), today=today)
    chosen = period_of(period, computed.moment.today)
    target = Path(out) if out is not None else book.with_name(f"{book.stem}-review-{chosen}.xlsx")
    data = build_review(computed.book.tables, computed.policy, computed.titles, period=period, today=computed.moment.today)
    if not dry_run:
        files.create(target, data, force=force or out is None)
    return {"file": str(target), "written": not dry_run, "period": str(chosen), "book": str(book)}
