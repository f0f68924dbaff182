"""`set`: single cells of any workbook, changed without touching anything else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kakosheet import files, formats
from kakosheet.book.refreshed import check_bytes, plain
from kakosheet.core.raw import CellValue, FormulaCell, Scalar
from kakosheet.files import PathLike


def set_cells(
    path: PathLike,
    cells: Mapping[str, Scalar],
    *,
    out: PathLike | None = None,
    force: bool = False,
    drop_signature: bool = False,
    dry_run: bool = False,
) -> dict[str, Any]:
    """Set cells given as `{"Sheet!B2": value}`; numbers, dates and texts, never a formula. None empties a cell.

    A dry run gives the cells that would change as `{"Sheet!B2": {"old": …, "new": …}}`.
    """
    from kakosheet.book.cells import set_cells as splice

    snapshot = files.load(path)
    result = splice(snapshot.data, cells, drop_signature=drop_signature)
    changed = result.data != snapshot.data
    notes: tuple[str, ...] = ()
    if not dry_run:
        saved = (
            files.create(out, result.data, force=force)
            if out is not None
            else files.save(snapshot, result.data, book_id="", check=check_bytes, force=force)
        )
        notes = saved.notes
    return {
        "file": str(out or path),
        "written": not dry_run and (changed or out is not None),
        "formulas_to_recalculate": result.stale,
        "formulas_with_old_value": result.outdated,
        "notes": [*result.notes, *notes],
        **({"cells": dict(_changed(snapshot.data, result.data, cells))} if dry_run else {}),
    }


def _changed(before: bytes, after: bytes, addresses: Iterable[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    from kakosheet.book.cells import split_address

    old, new = (
        {name.casefold(): sheet.rows for name, sheet in formats.read(data).sheets.items()} for data in (before, after)
    )
    for address in addresses:
        sheet, row, column = split_address(address)
        was, now = (rows[sheet.casefold()].get(row, {}).get(column) for rows in (old, new))
        if was != now:
            yield address, {"old": _plain(was), "new": _plain(now)}


def _plain(cell: CellValue | None) -> Any:
    return plain(cell.value if isinstance(cell, FormulaCell) else cell)
