"""Shared formulas (ECMA-376 part 1, 18.3.1.40): one cell holds the text, others refer to it by its group.

Overwriting the cell with the text would orphan the others: the first of them that stays is given the text, re-homed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from kakosheet.core.address import MAX_ROW, cell_name, column_letters, column_number
from kakosheet.formats.formula import shift
from kakosheet.formats.xlsx.loose import parse_sheet
from kakosheet.formats.xlsx.markup import attributes, plain_escape, text
from kakosheet.formats.xlsx.scanner import COLUMNS, SheetData

Edit = tuple[int, int, bytes]


class FormulaSpot(NamedTuple):
    """A formula cell: its `f` element from `start` to `end`, the element's attributes and text, and the cell's own
    start."""

    row: int
    column: int
    cell: int
    start: int
    end: int
    attributes: bytes
    text: str


@lru_cache(maxsize=64)
def _patterns(prefix: bytes) -> tuple[re.Pattern[bytes], re.Pattern[bytes], re.Pattern[bytes]]:
    """The start tag of a formula cell, its `f` element, and the start of any `f` element."""
    p = re.escape(prefix)
    return (
        re.compile(rb'<%sc r="([A-Z]{1,3})(\d{1,7})"[^<>]*>(?=<%sf[\s/>])' % (p, p)),
        re.compile(rb"<%sf(?=[\s/>])([^<>]*?)(?:/>|>([^<]*)</%sf\s*>)" % (p, p)),
        re.compile(rb"<%sf[\s/>]" % p),
    )


def formula_spots(
    xml: bytes, extent: SheetData, needle: bytes = b"", leave_out: Mapping[int, list[tuple[int, int]]] | None = None
) -> list[FormulaSpot]:
    """The formula cells of a part in the order of the file; with `needle`, at least those whose element's start tag
    holds it.

    `leave_out[column]` are spans of rows (first, last) whose formulas are not wanted.
    """
    unwanted = leave_out or {}
    found = None if extent.odd else _fast_spots(xml, extent, needle, unwanted)
    if found is None:
        found = [spot for spot in _loose_spots(xml, extent) if not _covered(unwanted, spot.row, spot.column)]
    return found


def _covered(spans: Mapping[int, list[tuple[int, int]]], row: int, column: int) -> bool:
    return column in spans and any(first <= row <= last for first, last in spans[column])


def _fast_spots(
    xml: bytes, extent: SheetData, needle: bytes, unwanted: Mapping[int, list[tuple[int, int]]]
) -> list[FormulaSpot] | None:
    """None if one of them is written in a way that needs a parser."""
    if xml.find(b"<" + extent.prefix + b"f", extent.start, extent.end) < 0:
        return []
    cell_pattern, formula_pattern, any_pattern = _patterns(extent.prefix)
    stop = _unwanted_from(xml, extent, unwanted) if unwanted else extent.end
    spots, count = [], 0
    for head in cell_pattern.finditer(xml, extent.start, stop):
        count += 1
        letters, digits = head.groups()
        column, row, start = COLUMNS.get(letters) or column_number(letters.decode()), int(digits), head.end()
        if column in unwanted and _covered(unwanted, row, column):
            continue
        if needle and needle not in xml[start : xml.find(b">", start, extent.end)]:
            continue
        formula = formula_pattern.match(xml, start, extent.end)
        if formula is None:
            return None
        spots.append(FormulaSpot(row, column, head.start(), start, formula.end(), formula[1], text(formula[2] or b"")))
    return spots if count == len(any_pattern.findall(xml, extent.start, stop)) else None


def _unwanted_from(xml: bytes, extent: SheetData, unwanted: Mapping[int, list[tuple[int, int]]]) -> int:
    """Where the rows start in which no formula is wanted, however many there are: a register's formulas are mostly all
    ours."""
    firsts = {
        column: min(first for first, last in spans if last >= MAX_ROW)
        for column, spans in unwanted.items()
        if any(last >= MAX_ROW for _, last in spans)
    }
    if not firsts or _others(extent.prefix, tuple(sorted(firsts))).search(xml, extent.start, extent.end):
        return extent.end
    first = max(firsts.values())
    for row in range(first, min(first + 20, MAX_ROW)):
        start = xml.find(b'<%srow r="%d"' % (extent.prefix, row), extent.start, extent.end)
        if start >= 0:
            return start
    return extent.end


@lru_cache(maxsize=64)
def _others(prefix: bytes, columns: tuple[int, ...]) -> re.Pattern[bytes]:
    """A formula cell of another column."""
    p = re.escape(prefix)
    letters = [column_letters(column) for column in columns]
    ends = {
        start: "".join(name[-1] for name in letters if name[:-1] == start)
        for start in dict.fromkeys(name[:-1] for name in letters)
    }
    ours = "|".join(f"{start}[{last}]" for start, last in ends.items())
    return re.compile(rb'<%sc r="(?!(?:%s)\d)[A-Z]{1,3}\d{1,7}"[^<>]*><%sf[\s/>]' % (p, ours.encode(), p))


def _loose_spots(xml: bytes, extent: SheetData) -> list[FormulaSpot]:
    p = re.escape(extent.prefix)
    formula_pattern = re.compile(rb"<%sf(?=[\s/>])([^<>]*?)(?:/>|>.*?</%sf\s*>)" % (p, p), re.DOTALL)
    spots = []
    for row in parse_sheet(xml):
        for cell in row.cells:
            match = formula_pattern.search(xml, cell.start, cell.end) if cell.formula is not None else None
            if match is not None and cell.formula is not None:
                spots.append(
                    FormulaSpot(row.number, cell.column, cell.start, match.start(), match.end(), match[1], cell.formula)
                )
    return spots


class _Group(NamedTuple):
    """A cell with a shared text and the cells that refer to it: all of the group up to the next text, with the first
    text those before it too."""

    master: FormulaSpot
    members: list[FormulaSpot]


class SharedFormulas:
    """The shared formulas of one part; looked for only when asked."""

    def __init__(self, xml: bytes, extent: SheetData) -> None:
        self._xml, self._extent = xml, extent
        self._found: list[tuple[str, _Group]] | None = None
        self._by_cell: dict[int, _Group] = {}

    def _groups(self) -> list[tuple[str, _Group]]:
        if self._found is None:
            self._found = []
            current: dict[str, _Group] = {}
            early: dict[str, list[FormulaSpot]] = {}
            for spot in formula_spots(self._xml, self._extent, b"shared"):
                given = attributes(b"<f " + spot.attributes + b">")
                if given.get("t") != "shared":
                    continue
                group = given.get("si", "")
                if spot.text:
                    current[group] = _Group(spot, early.pop(group, []))
                    self._found.append((group, current[group]))
                    for one in (spot, *current[group].members):
                        self._by_cell[one.cell] = current[group]
                elif group in current:
                    current[group].members.append(spot)
                    self._by_cell[spot.cell] = current[group]
                else:
                    early.setdefault(group, []).append(spot)
        return self._found

    def text(self, start: int, row: int, column: int) -> str | None:
        """The formula of the cell that starts there and refers to a shared one."""
        self._groups()
        found = self._by_cell.get(start)
        return None if found is None else shift(found.master.text, row - found.master.row, column - found.master.column)

    def rehome(self, written: set[int]) -> list[Edit]:
        """The edits that keep shared formulas whole when the formula cells that start there are overwritten."""
        if not written or self._xml.find(b"shared", self._extent.start, self._extent.end) < 0:
            return []
        edits = []
        for _, (master, members) in self._groups():
            left = [spot for spot in members if spot.cell not in written]
            if master.cell in written and left:
                edits += self._inherited(master, left)
        return edits

    def _inherited(self, master: FormulaSpot, left: list[FormulaSpot]) -> list[Edit]:
        """The first cell gets the text; where that would point off the sheet from there, and so lose it for all, each
        gets its own."""
        p, heir = self._extent.prefix, left[0]
        moved = _moved(master, heir)
        if moved.count("#REF!") == master.text.count("#REF!"):
            return [(heir.start, heir.end, self._element(heir, left, moved))]
        return [(spot.start, spot.end, b"<%sf>%s</%sf>" % (p, plain_escape(_moved(master, spot)), p)) for spot in left]

    def _element(self, heir: FormulaSpot, left: list[FormulaSpot], moved: str) -> bytes:
        corner = cell_name(min(spot.row for spot in left), min(spot.column for spot in left))
        far = cell_name(max(spot.row for spot in left), max(spot.column for spot in left))
        given = attributes(b"<f " + heir.attributes + b">")
        return b'<%sf t="shared" ref="%s" si="%s">%s</%sf>' % (
            self._extent.prefix,
            f"{corner}:{far}".encode(),
            given.get("si", "0").encode(),
            plain_escape(moved),
            self._extent.prefix,
        )


def _moved(master: FormulaSpot, spot: FormulaSpot) -> str:
    """The text as it is for another cell of its group."""
    return shift(master.text, spot.row - master.row, spot.column - master.column)
