"""A patch spliced into an .ods file."""

from __future__ import annotations

from kakosheet.core.issues import KakosheetError
from kakosheet.core.patch import Patch, PatchResult


def apply(data: bytes, patch: Patch, drop_signature: bool = False) -> PatchResult:
    """Raises K108: not there yet."""
    if not patch:
        return PatchResult(data, 0)
    raise KakosheetError("K108", "workbooks of the kind .ods cannot be changed yet", "save it as .xlsx")
