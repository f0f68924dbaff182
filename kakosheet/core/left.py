"""What a refresh leaves in the computed cells of views: their slots have no room for a seal, so it is noted on the
program's own sheet.

There a row belongs to each block. In column A stands its label, with the schema version and the number of tool columns;
right of it, for each slot, a number for every two tool columns, made of the checksums of their cells, or nothing where
the slot was left blank. They are numbers because a text that changes every day stays in a file for good. Where there is
no such row, nothing is claimed.
"""

from __future__ import annotations

from binascii import crc32
from collections.abc import Iterator, Sequence

from kakosheet.core.raw import RawSheet

LABEL = "left in"
BITS = 24
_MASK = (1 << BITS) - 1


def checksum(text: str) -> int:
    """Twenty-four bits: two of them are a number of fifteen digits, the most that every spreadsheet keeps."""
    return crc32(text.encode("utf-8", "surrogatepass")) & _MASK


class Left:
    """The notes of one book. `sheet` is the sheet that they stand on."""

    def __init__(self, sheet: RawSheet, version: int) -> None:
        self.sheet, self._version = sheet, version
        self._rows: dict[str, int] = {}
        for row, cells in sheet.rows.items():
            label = cells.get(1)
            if isinstance(label, str) and label.startswith(LABEL + " "):
                self._rows[label.split()[2]] = row
        self._free = max(sheet.last_row, *sheet.rows, 0) + 1
        self._known: dict[str, list[frozenset[int]] | None] = {}

    def known(self, block: str, tools: int) -> list[frozenset[int]] | None:
        """For each of a block's tool columns the checksums of all that was left in its slots; None if nobody knows."""
        if block not in self._known:
            self._known[block] = self._read(block, tools)
        return self._known[block]

    def _read(self, block: str, tools: int) -> list[frozenset[int]] | None:
        cells = self.sheet.rows.get(self._rows.get(block, 0), {})
        if cells.get(1) != self._label(block, tools):
            return None
        found: list[set[int]] = [set() for _ in range(tools + 1)]
        for at, number in cells.items():
            if at > 1 and isinstance(number, int | float):
                first = (at - 2) % _width(tools) * 2
                found[first].add(int(number) >> BITS)
                found[first + 1].add(int(number) & _MASK)
        return [frozenset(sums) for sums in found[:tools]]

    def _label(self, block: str, tools: int) -> str:
        return f"{LABEL} {block} {self._version}:{tools}"

    def differences(
        self, block: str, tools: int, slots: Sequence[Sequence[str] | None]
    ) -> Iterator[tuple[int, int, int | str | None]]:
        """(row, column, value) of the cells that do not say yet what was left in a block's slots: their canonical
        texts, None for a blank slot."""
        row = self._rows.get(block)
        if row is None:
            row = self._rows[block] = self._free
            self._free += 1
        held, label = self.sheet.rows.get(row, {}), self._label(block, tools)
        if held.get(1) != label:
            yield row, 1, label
        numbers = dict(enumerate((number for texts in slots for number in _numbers(texts, tools)), 2))
        for at in sorted(numbers.keys() | held.keys() - {1}):
            if held.get(at) != numbers.get(at):
                yield row, at, numbers.get(at)


def _width(tools: int) -> int:
    """How many numbers a slot takes."""
    return (tools + 1) // 2 or 1


def _numbers(texts: Sequence[str] | None, tools: int) -> list[int | None]:
    if texts is None:
        return [None] * _width(tools)
    sums = [*map(checksum, texts), 0]
    return [sums[at] << BITS | sums[at + 1] for at in range(0, tools, 2)]
