"""Which formulas depend on a change: the part of it that no file format has to say.

Neither Excel nor LibreOffice computes a formula anew that has a cached value when a file is opened; both compute one
without. What depends is found conservatively: through other formulas, names, whole columns, table columns and spans of
sheets; a formula that reaches cells which its text does not name (INDIRECT, OFFSET …) counts as dependent. Cells that
the patch writes and areas whose values the caller keeps true are left alone.
"""

from __future__ import annotations

import bisect
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from kakosheet.core.address import MAX_COLUMN, MAX_ROW
from kakosheet.core.patch import SheetPatch
from kakosheet.core.raw import Area
from kakosheet.formats.formula import Parsed, Reference, Structured, TokenKind, parse, tokenize
from kakosheet.formats.formula.patterns import Box, masked

Changed = dict[int, list[int]]
"""Column → rows whose value changes there, ascending."""
Names = Mapping[tuple[int | None, str], str]
"""(index of the sheet that a name is local to, or None; its name in small letters) → its text in the OOXML grammar."""
_MAX_PASSES = 30
_FEW_CELLS = 16
_MAX_FILLED = 1 << 18
"""Cells that arrays and data tables fill, all those together that depend on a change."""
_MAX_DEPTH = 16
_BLOCK = 10
"""Changed rows are kept in blocks of 2 to this power."""


class Columns(NamedTuple):
    """A table object: the index of its sheet, its area, and its columns' names from left to right (none if they are not
    known)."""

    sheet: int
    area: Area
    names: tuple[str, ...]


class FormulaNode(NamedTuple):
    """A formula cell, the box that its result fills, what it reads; `strip` is false for a data table, whose cells have
    no formula."""

    sheet: int
    cell: int
    fills: Box
    reads: tuple[Box, ...]
    unsure: bool
    strip: bool


def own_columns(patch: SheetPatch) -> dict[int, list[tuple[int, int]]]:
    """(first row, last row) of the areas that the caller keeps true, by column."""
    columns: dict[int, list[tuple[int, int]]] = {}
    for area in patch.own:
        for column in range(area.column, area.last_column + 1):
            columns.setdefault(column, []).append((area.row, area.last_row))
    return columns


def spread(nodes: list[FormulaNode], changed: list[Changed]) -> list[FormulaNode]:
    """The nodes that depend on a change, directly or through one another.

    What reads single cells is followed cell by cell. What reads wide boxes is gone through in turn, downwards and
    upwards, which settles soon since formulas mostly follow what they read; if it does not, all that are left count as
    dependent.
    """
    found = _Spread(nodes, changed)
    waiting = list(range(len(nodes)))
    for turn in range(_MAX_PASSES):
        before = len(found.stale)
        for position in waiting if turn % 2 == 0 else reversed(waiting):
            if position not in found.stale and found.is_reached(nodes[position]):
                found.fire(position)
        waiting = [position for position in found.wide if position not in found.stale]
        if len(found.stale) == before:
            waiting = []
            break
    return [nodes[position] for position in sorted({*found.stale, *waiting})]


class _RowBlocks:
    """Rows of one column that changed, in blocks: a row is put in, and looked for in a span, in a time that hardly
    grows with their number."""

    def __init__(self, rows: Iterable[int]) -> None:
        self._blocks: dict[int, list[int]] = {}
        self._filled = bytearray((MAX_ROW >> _BLOCK) + 1)
        for row in rows:
            self.add(row)

    def add(self, row: int) -> None:
        block = self._blocks.setdefault(row >> _BLOCK, [])
        self._filled[row >> _BLOCK] = 1
        if not block or row > block[-1]:
            block.append(row)
        else:
            position = bisect.bisect_left(block, row)
            if block[position] != row:
                block.insert(position, row)

    def meets(self, top: int, bottom: int) -> bool:
        first, last = top >> _BLOCK, bottom >> _BLOCK
        return self._reaches(first, top, bottom) or (
            last > first and (self._filled.find(1, first + 1, last) >= 0 or self._reaches(last, top, bottom))
        )

    def _reaches(self, number: int, top: int, bottom: int) -> bool:
        block = self._blocks.get(number)
        if not block:
            return False
        position = bisect.bisect_left(block, top)
        return position < len(block) and block[position] <= bottom


class _Spread:
    """The nodes found stale so far; firing one fires all that read its cell by name. `wide` are those that read more
    than a few cells."""

    def __init__(self, nodes: list[FormulaNode], changed: list[Changed]) -> None:
        self._nodes = nodes
        self._changed = [{column: _RowBlocks(rows) for column, rows in columns.items()} for columns in changed]
        self.stale: set[int] = set()
        self._filled = 0
        self.wide: list[int] = []
        self._readers: dict[tuple[int, int, int], list[int]] = {}
        for position, node in enumerate(nodes):
            wide = False
            for box in node.reads:
                if box[1] == box[3] and box[2] == box[4]:
                    self._readers.setdefault(box[:3], []).append(position)
                elif (box[3] - box[1] + 1) * (box[4] - box[2] + 1) > _FEW_CELLS:
                    wide = True
                else:
                    for cell in _cells(box):
                        self._readers.setdefault(cell, []).append(position)
            if wide:
                self.wide.append(position)

    def is_reached(self, node: FormulaNode) -> bool:
        return node.unsure or any(self._meets(box) for box in node.reads)

    def _meets(self, box: Box) -> bool:
        index, top, left, bottom, right = box
        changed = self._changed[index]
        if left == right:
            rows = changed.get(left)
            return rows is not None and rows.meets(top, bottom)
        columns: Iterable[int] = (
            range(left, right + 1)
            if right - left < len(changed)
            else [column for column in changed if left <= column <= right]
        )
        return any(column in changed and changed[column].meets(top, bottom) for column in columns)

    def fire(self, position: int) -> None:
        queue = [position]
        while queue:
            fired = queue.pop()
            if fired in self.stale:
                continue
            self.stale.add(fired)
            fills = self._nodes[fired].fills
            self._filled += (fills[3] - fills[1] + 1) * (fills[4] - fills[2] + 1) - 1
            if self._filled > _MAX_FILLED:  # no real formulas fill so much: let everything depend on it
                queue = [] if len(self.stale) == len(self._nodes) else list(range(len(self._nodes)))
                self.stale.update(queue)
                continue
            changed = self._changed[fills[0]]
            for cell in (fills[:3],) if fills[1] == fills[3] and fills[2] == fills[4] else _cells(fills):
                rows = changed.get(cell[2])
                if rows is None:
                    rows = changed[cell[2]] = _RowBlocks(())
                rows.add(cell[1])
                queue += self._readers.get(cell, ())


def _cells(box: Box) -> Iterator[tuple[int, int, int]]:
    """(index of the sheet, row, column) of the cells of a box."""
    for row in range(box[1], box[3] + 1):
        for column in range(box[2], box[4] + 1):
            yield box[0], row, column


_Known = dict[tuple[int, str], tuple[list[Box], bool]]
"""(index of the sheet that asks, name) → what it reads, whether it may read more."""


class _Shape(NamedTuple):
    """What a formula reads, with 0 for rows that are the formula's own."""

    reads: tuple[Box, ...]
    unsure: bool


class Resolver:
    """Turns formulas into boxes. Formulas filled down a column are one shape, and those that differ by plain cells and
    constants follow one pattern: only the first of them is taken apart."""

    def __init__(self, sheets: Sequence[str], names: Names, tables: Callable[[], Mapping[str, Columns]]) -> None:
        """`sheets` are the worksheets' names; `tables` gives the table objects by name in small letters, when one is
        asked for."""
        self._sheets, self._names, self._tables_of = sheets, names, tables
        self._index = {name.casefold(): index for index, name in enumerate(sheets)}
        self._tables: Mapping[str, Columns] | None = None
        self._shapes: dict[tuple[int, str], _Shape] = {}
        self._patterns: dict[tuple[int, str], _Shape] = {}

    def reads(self, sheet: int, row: int, formula: str) -> tuple[tuple[Box, ...], bool]:
        own = str(row)
        key = (sheet, formula.replace(own, "\0"))
        shape = self._shapes.get(key)
        if shape is None:
            pattern, cells = masked(sheet, formula)
            fixed = self._patterns.get((sheet, pattern))
            if fixed is not None and cells is not None:
                return (*fixed.reads, *cells), fixed.unsure
            parsed = parse(formula)
            boxes, unsure = self._resolve(sheet, row, parsed, 0, {})
            if cells is not None and not parsed.elsewhere and not parsed.structured and set(cells) <= set(boxes):
                areas = Counter(box for reference in parsed.references for box in self._areas(sheet, reference))
                self._patterns[sheet, pattern] = _Shape(tuple(areas - Counter(set(cells))), unsure)
            relative = tuple(_relative(box, row, own) for box in boxes)
            # A row number may happen to be part of another number or of a name, or be that of a name's or a table's
            # area: such a formula says nothing about its neighbours.
            if own in "1048576" or parsed.elsewhere or parsed.mentions(own) or any(box is None for box in relative):
                return boxes, unsure
            self._shapes[key] = _Shape(tuple(box for box in relative if box is not None), unsure)
            return boxes, unsure
        return tuple((box[0], box[1] or row, box[2], box[3] or row, box[4]) for box in shape.reads), shape.unsure

    def _resolve(self, sheet: int, row: int, parsed: Parsed, depth: int, known: _Known) -> tuple[tuple[Box, ...], bool]:
        """`known` are the names met so far, for names may call names many times over."""
        boxes = [box for reference in parsed.references for box in self._areas(sheet, reference)]
        unsure = parsed.unsure or depth > _MAX_DEPTH
        for structured in parsed.structured:
            boxes += self._columns(sheet, row, structured)
        for first, second in parsed.stretched if depth <= _MAX_DEPTH else ():
            boxes += self._stretched(sheet, row, first, second, depth, known)
        for qualifier, name in parsed.names if depth <= _MAX_DEPTH else ():
            found, further = self._name(sheet, row, qualifier, name, depth, known)
            boxes += found
            unsure = unsure or further
        return tuple(dict.fromkeys(boxes)), unsure

    def _stretched(self, sheet: int, row: int, first: str, second: str, depth: int, known: _Known) -> list[Box]:
        """What is read from the corners of `second` on, by the size of `first`."""
        shape, corners = (
            self._resolve(sheet, row, parse(text)._replace(stretched=()), depth + 1, known)[0]
            for text in (first, second)
        )
        sizes = {(box[3] - box[1], box[4] - box[2]) for box in shape}
        return [
            (box[0], box[1], box[2], min(box[1] + down, MAX_ROW), min(box[2] + right, MAX_COLUMN))
            for box in corners
            for down, right in sizes
        ]

    def _areas(self, sheet: int, reference: Reference) -> list[Box]:
        corners = (reference.row, reference.column, reference.last_row, reference.last_column)
        if reference.external:
            return []
        if reference.sheet is None:
            return [(sheet, *corners)]
        first = self._index.get(reference.sheet.casefold())
        if reference.last_sheet is None:
            return [] if first is None else [(first, *corners)]
        last = self._index.get(reference.last_sheet.casefold())
        if first is None or last is None:
            return [(index, *corners) for index in range(len(self._sheets))]
        return [(index, *corners) for index in range(min(first, last), max(first, last) + 1)]

    def _name(
        self, sheet: int, row: int, qualifier: str | None, name: str, depth: int, known: _Known
    ) -> tuple[list[Box], bool]:
        scope = self._index.get(qualifier.casefold(), sheet) if qualifier else sheet
        if (scope, name) in known:
            return known[scope, name]
        text = self._names.get((scope, name.casefold())) or self._names.get((None, name.casefold()))
        if text is None:
            return self._columns(sheet, row, Structured(name, (), False, False)), False
        known[scope, name] = [], True  # should it come to itself
        boxes, unsure = self._resolve(scope, row, parse(text), depth + 1, known)
        known[scope, name] = list(boxes), unsure or _is_relative(text)
        return known[scope, name]

    def _columns(self, sheet: int, row: int, structured: Structured) -> list[Box]:
        found = self._all_tables().get(structured.table.casefold())
        if found is None:
            inside = [
                table
                for table in self._all_tables().values()
                if table.sheet == sheet and table.area.row <= row <= table.area.last_row
            ]
            if structured.table or len(inside) != 1:
                return []
            found = inside[0]
        index, area = found.sheet, found.area
        names = [column.casefold() for column in found.names]
        wanted = [names.index(column.casefold()) for column in structured.columns if column.casefold() in names]
        if not wanted or len(wanted) != len(structured.columns):
            wanted = [0, area.last_column - area.column]
        elif not structured.span and len(wanted) > 1:
            wanted = [min(wanted), max(wanted)]
        rows = (row, row) if structured.this_row and index == sheet else (area.row, area.last_row)
        return [(index, rows[0], area.column + min(wanted), rows[1], area.column + max(wanted))]

    def _all_tables(self) -> Mapping[str, Columns]:
        if self._tables is None:
            self._tables = self._tables_of()
        return self._tables


@lru_cache(maxsize=512)
def _is_relative(text: str) -> bool:
    """Whether a name moves with the cell that uses it, so that it is not known where it points."""
    return any(
        "$" not in corner
        for token in tokenize(text)
        if token.kind is TokenKind.AREA
        for corner in token.text.split(":")
    )


def _relative(box: Box, row: int, own: str) -> Box | None:
    """The box with 0 for the formula's own row; None if its number is only part of a box's."""
    rows = []
    for number in (box[1], box[3]):
        if number == row:
            rows.append(0)
        elif own in str(number):
            return None
        else:
            rows.append(number)
    return box[0], rows[0], box[2], rows[1], box[4]
