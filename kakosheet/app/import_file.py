"""`import`: the rows of an export into a register, once each, and everything that follows from them."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from kakosheet import files
from kakosheet.app.refresh import Report, refresh
from kakosheet.book.computing import read_book
from kakosheet.book.merging import ImportPlan, plan_import
from kakosheet.core.issues import EXIT_USAGE, KakosheetError, Severity
from kakosheet.files import PathLike
from kakosheet.formats import look, read
from kakosheet.importers import ImportMap, Workbooks, load_map, read_rows, shipped_map
from kakosheet.policy.overlay import overlay
from kakosheet.sheets import SCHEMA
from kakosheet.sheets.settings import overrides

__all__ = ["choose_map", "import_file", "plan_import"]


def import_file(
    path: PathLike,
    source: PathLike,
    *,
    from_: str | None = None,
    map_file: PathLike | None = None,
    today: date | None = None,
    dry_run: bool = False,
    force: bool = False,
    report: Report | None = None,
) -> dict[str, Any]:
    """Add what the export `source` has and the book has not, and refresh the book in one write.

    The result is refresh's, with the issues of the import before its own, and `source`, `table`, `rows_imported` (new
    rows), `same`, `proposed` and `conflicts`. Raises KakosheetError; then the book is as it was.
    """
    mapping = choose_map(from_, map_file)
    plan = _plan(path, Path(source), mapping)
    result = refresh(path, today=today, births={mapping.table: plan.rows}, dry_run=dry_run, force=force, report=report)
    conflicts = sum(issue.code == "K405" and issue.severity is Severity.WARNING for issue in plan.issues)
    issues = [issue.as_dict() for issue in plan.issues]
    return {
        **result,
        "source": os.fspath(source),
        "table": mapping.table,
        "rows_imported": len(plan.rows),
        "same": plan.same,
        "proposed": plan.proposed,
        "conflicts": conflicts,
        "issues": issues + result["issues"],
    }


def choose_map(from_: str | None, map_file: PathLike | None) -> ImportMap:
    """The column map that the command names; `generic` if it names none. K501, K504."""
    if from_ and map_file:
        raise KakosheetError(
            "K504", "name an importer or a column map, not both", "leave out --from or --map", exit_code=EXIT_USAGE
        )
    return load_map(Path(map_file)) if map_file else shipped_map(from_ or "generic")


def _plan(path: PathLike, source: Path, mapping: ImportMap) -> ImportPlan:
    """Read the book and the export, and lay one over the other."""
    book, titles, defaults = read_book(read(files.load(path).data))
    table = book.tables.get(mapping.table)
    if table is None or table.schema.slots is not None:
        raise KakosheetError(
            "K501",
            f'the column map is for "{mapping.table}", which is no sheet with rows',
            "correct `table` in the map",
        )
    policy = overlay(
        defaults, overrides(book.tables["settings"], book.tables["rules"], defaults, date1904=book.raw.date1904)
    )
    imported = read_rows(
        source,
        mapping,
        SCHEMA.tables[mapping.table],
        titles,
        Workbooks(read, look),
        zone=ZoneInfo(policy.settings["zone"]),
        currency=policy.settings["base_currency"],
    )
    place = book.binding.get(mapping.table)
    return plan_import(
        table, imported, titles, place.sheet if place else "", lambda column, row: book.cell(mapping.table, column, row)
    )
