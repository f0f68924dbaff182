"""`refresh --verify`: before a write, a second reader confirms that nothing but what was listed differs."""

from __future__ import annotations

from kakosheet.book.refreshed import Refreshed
from kakosheet.core.issues import KakosheetError


def verified(data: bytes, refreshed: Refreshed) -> dict[str, int]:
    """How many listed cells differ from the bytes as they were, and how many formulas lost their stored value. Raises
    K707 if more differs."""
    from kakosheet.formats.verify import verify

    found = verify(data, refreshed.result.data, refreshed.patch, refreshed.result.stale)
    if found.differences:
        raise KakosheetError(
            "K707",
            f"the new file would differ in more than what was to change: {'; '.join(found.differences)}. "
            "Nothing was written",
            "please report it; without --verify the book is refreshed all the same",
        )
    return {"cells_changed": found.cells, "values_dropped": found.dropped}
