"""Cells that cannot be written by themselves: those of array formulas, data tables, merged ranges and alternative
forms."""

from __future__ import annotations

from collections.abc import Iterable

from kakosheet.core.address import cell_name
from kakosheet.core.issues import KakosheetError
from kakosheet.formats.xlsx.markup import attributes, blanked, tag_pattern
from kakosheet.formats.xlsx.parts import parse_range
from kakosheet.formats.xlsx.scanner import SheetData, has

Blocked = tuple[tuple[int, int, int, int], str, bool]
"""Corners (top, left, bottom, right), the error's code, and whether the first cell may be written."""


def blocked_areas(xml: bytes, extent: SheetData) -> list[Blocked]:
    """The array formulas, data tables and merged ranges of a worksheet part."""
    blocked: list[Blocked] = []
    if has(xml, b"y", b"array", extent.start, extent.end) or has(xml, b"b", b"dataTable", extent.start, extent.end):
        for match in tag_pattern("f").finditer(xml, extent.start, extent.end):
            given = attributes(match[0])
            corners = parse_range(given.get("ref", "")) if given.get("t") in ("array", "dataTable") else None
            if corners is not None and (corners[:2] != corners[2:] or given["t"] == "dataTable"):
                blocked.append((corners, "K111", False))
    for match in tag_pattern("mergeCell").finditer(blanked(xml[extent.end :])):
        corners = parse_range(attributes(match[0]).get("ref", ""))
        if corners is not None:
            blocked.append((corners, "K112", True))
    return blocked


def refuse_blocked(blocked: Iterable[Blocked], sheet: str, row: int, column: int) -> None:
    """KakosheetError K111 or K112 if a cell lies inside a blocked range."""
    for (top, left, bottom, right), code, anchored in blocked:
        if top <= row <= bottom and left <= column <= right and not (anchored and (row, column) == (top, left)):
            what = "a merged range" if code == "K112" else "an array formula, a data table or a spilled range"
            raise KakosheetError(
                code,
                f"{sheet}!{cell_name(row, column)} lies inside {what} "
                f"({cell_name(top, left)}:{cell_name(bottom, right)})",
                "write another cell",
            )


def alternative_forms(sheet: str, row: int, column: int) -> KakosheetError:
    """K108 for a cell that the part holds more than once (mc:AlternateContent)."""
    return KakosheetError(
        "K108", f"{sheet}!{cell_name(row, column)} is written in alternative forms, which are not supported"
    )
