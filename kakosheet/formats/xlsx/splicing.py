"""Edits of a worksheet part, and the part with them made: every byte that no edit names stays."""

from __future__ import annotations

from dataclasses import dataclass, field

from kakosheet.formats.xlsx.scanner import SheetData
from kakosheet.formats.xlsx.shared import Edit


@dataclass(slots=True)
class SheetPlan:
    """`changed[column]` are the rows whose value changes there, ascending; `dropped` the formula cells that become
    values, `written` where cells start whose formula goes."""

    xml: bytes
    extent: SheetData
    edits: list[Edit] = field(default_factory=list)
    changed: dict[int, list[int]] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)
    written: set[int] = field(default_factory=set)

    def result(self) -> bytearray:
        """The part with the edits made. The plan lets go of them and of the part as it was: both weigh much."""
        spliced = splice(self.xml, self.edits)
        self.xml, self.edits = b"", []
        return spliced


class Overlap(AssertionError):
    """Two edits of one place: in a part that is well-formed, a fault of ours."""


def splice(xml: bytes, edits: list[Edit]) -> bytearray:
    """The bytes with the edits made; insertions at one place come in the order of the list."""
    spliced, view, position = bytearray(), memoryview(xml), 0
    for start, end, content in sorted(edits, key=lambda edit: (edit[0], edit[1])):
        if start < position:
            raise Overlap(f"two edits overlap at byte {start}")
        spliced += view[position:start]
        spliced += content
        position = end
    spliced += view[position:]
    return spliced
