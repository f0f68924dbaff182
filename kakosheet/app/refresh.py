"""`refresh`: read, compute, and splice what differs into the very same file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from kakosheet import files
from kakosheet.book.computing import Births
from kakosheet.book.refreshed import Refreshed, check_bytes, refreshed_bytes
from kakosheet.files import PathLike

Report = Callable[["Refreshed"], None]
"""Sees a refresh before it is written."""


def refresh(
    path: PathLike,
    *,
    out: PathLike | None = None,
    today: date | None = None,
    births: Births | None = None,
    dry_run: bool = False,
    force: bool = False,
    verify: bool = False,
    report: Report | None = None,
) -> dict[str, Any]:
    """Recompute a book in place (or into `out`). The object that `--json` prints is returned.

    Raises KakosheetError; then the file is as it was: with `verify` also K707 if more would change than was to change.
    `report` sees the refresh before it is written.
    """
    if dry_run:
        return _refresh(path, out, today, births, force, report, verify=verify, dry_run=True)
    with files.lock(path):
        return _refresh(path, out, today, births, force, report, verify=verify, dry_run=False)


def _refresh(
    path: PathLike,
    out: PathLike | None,
    today: date | None,
    births: Births | None,
    force: bool,
    report: Report | None,
    *,
    verify: bool,
    dry_run: bool,
) -> dict[str, Any]:
    snapshot = files.load(path)
    if not dry_run and out is None:
        files.refuse_if_held(path, force=force, read=snapshot)
    refreshed = refreshed_bytes(snapshot.data, today=today, births=births, keep_before=dry_run)
    if report is not None:
        report(refreshed)
    confirmed = {"verified": _verified(snapshot.data, refreshed)} if verify else {}
    changed, notes = refreshed.result.data != snapshot.data, refreshed.result.notes
    if not dry_run and out is not None:
        notes += files.create(out, refreshed.result.data, force=force).notes
    elif not dry_run:
        notes += files.save(
            snapshot, refreshed.result.data, book_id=refreshed.book_id, check=check_bytes, force=force
        ).notes
    return {
        "file": str(Path(out or path)),
        "written": (changed or out is not None) and not dry_run,
        "cells_changed": refreshed.changed,
        "rows_added": refreshed.added,
        "formulas_to_recalculate": refreshed.result.stale,
        "formulas_with_old_value": refreshed.result.outdated,
        "issues": [issue.as_dict() for issue in refreshed.issues],
        "alerts": refreshed.alerts,
        "notes": list(notes),
        **confirmed,
    }


def _verified(data: bytes, refreshed: Refreshed) -> dict[str, int]:
    from kakosheet.book.verifying import verified

    return verified(data, refreshed)
