"""`review`: the review workbook of a period, written beside the book."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from kakosheet import files
from kakosheet.book.computing import collector_at_rest, compute, left_out_issues
from kakosheet.core.issues import EXIT_USAGE, KakosheetError, Severity
from kakosheet.core.records import Notes
from kakosheet.files import PathLike
from kakosheet.files.names import beside
from kakosheet.formats import REVIEWS, read, sniff


def review(
    path: PathLike,
    *,
    period: str | None = None,
    out: PathLike | None = None,
    today: date | None = None,
    force: bool = False,
    dry_run: bool = False,
) -> dict[str, Any]:
    """Write the review of a quarter (2026Q3), a month (2026-09) or a year (2026); by default of the last finished
    quarter.

    It is of the book's own format, or of the one that `out` names: KakosheetError K108 if that is none, K2 or K5 if the
    book's structure or settings cannot be trusted. `issues` tell what is left out since nobody can read it.
    """
    from kakosheet.reviews import build_review, period_of

    book = Path(path)
    given = files.load(path).data
    kind = Path(out).suffix.lower().removeprefix(".") if out is not None else sniff(given)
    if kind not in REVIEWS:
        raise KakosheetError(
            "K108",
            f"{Path(str(out)).name}: a review is an .xlsx or an .ods file",
            "give a name that ends in .xlsx or .ods",
            exit_code=EXIT_USAGE,
        )
    notes = Notes()
    with collector_at_rest():
        computed = compute(read(given), today=today, registers_only=True).trusted()
        now, tables = computed.moment.today, computed.book.tables
        chosen = period_of(period, now)
        data = build_review(tables, computed.policy, computed.titles, period=period, today=now, kind=kind, notes=notes)
    target = Path(out) if out is not None else beside(book, "", book.stem, f"-review-{chosen}.{kind}")
    if not dry_run:
        files.create(target, data, force=force or out is None, beside=path)
    unread = left_out_issues(
        notes.cells, computed.run.context["mend"], computed.titles, "the review", severity=Severity.ERROR
    )
    return {
        "file": str(target),
        "written": not dry_run,
        "period": str(chosen),
        "book": str(book),
        "issues": [issue.as_dict() for issue in unread],
    }
