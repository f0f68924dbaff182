"""Office Open XML workbooks: read by scanning bytes, patched by splicing them (ECMA-376; ISO/IEC 29500)."""

from __future__ import annotations

from collections.abc import Collection

from kakosheet.core.patch import Patch, PatchResult
from kakosheet.core.raw import RawBook


def read(data: bytes, sheets: Collection[str] | None = None) -> RawBook:
    from kakosheet.formats.xlsx.reader import read as read_book

    return read_book(data, sheets)


def apply(data: bytes, patch: Patch, drop_signature: bool = False) -> PatchResult:
    from kakosheet.formats.xlsx.patcher import apply as apply_patch

    return apply_patch(data, patch, drop_signature)
