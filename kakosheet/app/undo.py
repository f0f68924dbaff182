"""`undo`: the book as it was before the last write of ours."""

from __future__ import annotations

from typing import Any

from kakosheet import files
from kakosheet.files import PathLike


def undo(path: PathLike, *, force: bool = False, dry_run: bool = False) -> dict[str, Any]:
    """Swap a book with its last backup; undo again swaps back. KakosheetError K704 without a backup, K702 if the book
    changed since."""
    undone = files.undo(path, force=force, dry_run=dry_run)
    return {"file": str(undone.path), "written": not dry_run, "notes": list(undone.notes)}
