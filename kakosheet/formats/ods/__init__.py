"""OpenDocument spreadsheets: read by scanning bytes, patched by splicing them (ODF 1.3, ISO/IEC 26300)."""

from __future__ import annotations

from collections.abc import Collection

from kakosheet.core.patch import Patch, PatchResult
from kakosheet.core.raw import RawBook


def read(data: bytes, sheets: Collection[str] | None = None) -> RawBook:
    from kakosheet.formats.ods.reader import read as read_book

    return read_book(data, sheets)


def apply(data: bytes, patch: Patch, drop_signature: bool = False) -> PatchResult:
    from kakosheet.formats.ods.patcher import apply as apply_patch

    return apply_patch(data, patch, drop_signature)
