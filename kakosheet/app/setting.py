"""`set`: single cells of any workbook, changed without touching anything else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kakosheet.app import files
from kakosheet.app.refreshing import PathLike, check_bytes
from kakosheet.core.raw import Scalar


def set_cells(path: PathLike, cells: Mapping[str, Scalar], *, out: PathLike | None = None, force: bool = False,
              drop_signature: bool = False, dry_run: bool = False) -> dict[str, Any]:
    """Set cells given as `{"Sheet!B2": value}`; numbers, dates and texts, never a formula. None empties a cell."""
    from kakosheet.app.set import set_cells as splice
    snapshot = files.load(path)
    result = splice(snapshot.data, cells, drop_signature=drop_signature)
    changed = result.data != snapshot.data
    notes: tuple[str, ...] = ()
    if not dry_run:
        saved = files.create(out, result.data, force=force) if out is not None else files.save(
            snapshot, result.data, book_id="", check=check_bytes, force=force)
        notes = saved.notes
    return {"file": str(out or path), "written": not dry_run and (changed or out is not None), "formulas_to_recalculate": result.stale,
            "notes": [*result.notes, *notes]}
