"""The edits that a sheet patch asks of a table: cells replaced, repeats split, rows appended. Edits are over
content.xml as it was."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kakosheet.core.address import MAX_COLUMN, MAX_ROW, cell_name
from kakosheet.core.issues import KakosheetError
from kakosheet.core.patch import Cached, CellInput, Formula, SheetPatch
from kakosheet.formats.dependants import Changed
from kakosheet.formats.markup import Edit, splice
from kakosheet.formats.ods.cells import CellSpan, OdsCellWriter, cell_spans, with_repeat, without_ids
from kakosheet.formats.ods.content import Content, RowRun, TableSpan, before_rows, repeated, rows

RowChanges = dict[int, bytes]
"""Column → the element that stands there now."""


@dataclass(slots=True)
class SheetChanges:
    """What changes in the file. `split` are elements for several rows or columns of which some change, by where they
    start."""

    content: Content
    edits: list[Edit] = field(default_factory=list)
    split: dict[int, tuple[RowRun, dict[int, RowChanges]]] = field(default_factory=dict)

    def change(self, span: RowRun, row: int, cell: CellSpan, element: bytes) -> None:
        """The cell's column of that row becomes this element."""
        if span.repeat == 1 and cell.repeat == 1:
            self.edits.append((cell.start, cell.end, element))
        else:
            self.split.setdefault(span.start, (span, {}))[1].setdefault(row, {})[cell.column] = element

    def result(self) -> bytes:
        table = self.content.dialect.table_attribute
        for span, changes in self.split.values():
            if span.repeat == 1:
                self.edits += _cell_edits(self.content, span, changes[span.number])
            else:
                self.edits.append((span.start, span.end, _split_row(self.content, span, changes, table)))
        return splice(self.content.xml, self.edits)


def _cell_edits(content: Content, span: RowRun, changes: RowChanges) -> list[Edit]:
    """The edits of a row's cells; what lies beyond the last one is appended."""
    edits: list[Edit] = []
    repeat_attribute = content.dialect.table_attribute + b"number-columns-repeated"
    column = 1
    for cell in cell_spans(content, span):
        column = cell.column + cell.repeat
        inside = sorted(one for one in changes if cell.column <= one < column)
        if inside and cell.repeat == 1:
            edits.append((cell.start, cell.end, changes[cell.column]))
        elif inside:
            edits.append(
                (
                    cell.start,
                    cell.end,
                    _split_cell(content.xml[cell.start : cell.end], cell, changes, inside, repeat_attribute),
                )
            )
    beyond = sorted(one for one in changes if one >= column)
    pieces = []
    for one in beyond:
        if one > column:
            pieces.append(with_repeat(b"<%stable-cell/>" % content.dialect.table, repeat_attribute, one - column))
        pieces.append(changes[one])
        column = one + 1
    if pieces:
        edits.append((span.close, span.close, b"".join(pieces)))
    return edits


def _split_cell(whole: bytes, cell: CellSpan, changes: RowChanges, inside: list[int], attribute: bytes) -> bytes:
    pieces: list[bytes] = []
    position, end = cell.column, cell.column + cell.repeat
    for column in [*inside, end]:
        if column > position:
            piece = with_repeat(whole, attribute, column - position)
            pieces.append(without_ids(piece) if pieces else piece)
        if column < end:
            pieces.append(without_ids(changes[column]) if pieces else changes[column])
        position = column + 1
    return b"".join(pieces)


def _opened(content: Content, span: RowRun) -> tuple[bytes, bytes]:
    """A row's start tag and its end tag."""
    tag = content.xml[span.start : span.open_end]
    if span.open_end == span.end:
        return tag[:-2].rstrip() + b">", b"</%stable-row>" % content.dialect.table
    return tag, content.xml[span.close : span.end]


def _split_row(content: Content, span: RowRun, changes: dict[int, RowChanges], prefix: bytes) -> bytes:
    """An element for several rows as elements for those that change and for the rest between them."""
    attribute = prefix + b"number-rows-repeated"
    whole = content.xml[span.start : span.end]
    tag, end_tag = _opened(content, span)
    pieces: list[bytes] = []
    position, end = span.number, span.number + repeated(content.xml[span.start : span.open_end])
    for row in [*sorted(changes), end]:
        if row > position:
            pieces.append(with_repeat(whole, attribute, row - position))
        if row < end:
            pieces.append(with_repeat(tag, attribute, 1) + _row_content(content, span, changes[row]) + end_tag)
        position = row + 1
    return pieces[0] + b"".join(map(without_ids, pieces[1:]))


def _row_content(content: Content, span: RowRun, changes: RowChanges) -> bytes:
    inner = content.xml[span.open_end : span.close]
    edits = _cell_edits(content, span, changes)
    return splice(inner, [(start - span.open_end, end - span.open_end, piece) for start, end, piece in edits])


class Looks:
    """How new rows look: as the columns say, else as a row that is there already (16.3; 19.619)."""

    def __init__(self, content: Content, table: TableSpan) -> None:
        self._content, self._columns = content, _column_styles(content, table)
        t = content.dialect.table_attribute
        self._style = re.compile(
            rb"\s%s(?:style-name|content-validation-name)\s*=\s*(?:\"[^\"]*\"|'[^']*')" % re.escape(t)
        )
        self._style_name = b" " + t + b"style-name"
        self.row = b""
        self.cells: dict[int, bytes] = {}

    def take(self, span: RowRun) -> None:
        """The row that new rows look like."""
        tag = self._content.xml[span.start : span.open_end]
        self.row = b"".join(
            found for found in self._style.findall(tag) if found.lstrip().startswith(self._style_name.lstrip())
        )
        for cell in cell_spans(self._content, span):
            found = [
                one
                for one in self._style.findall(cell.tag)
                if not (self._has_column_style(cell.column) and self._is_style(one))
            ]
            if found and cell.repeat <= 256:
                for column in range(cell.column, cell.column + cell.repeat):
                    self.cells[column] = b"".join(found)

    def _is_style(self, attribute: bytes) -> bool:
        return attribute.lstrip().startswith(self._style_name.lstrip())

    def _has_column_style(self, column: int) -> bool:
        return any(first <= column <= last for first, last in self._columns)

    def style(self, tag: bytes, wearer: bytes) -> bytes:
        """The style of one cell for another that has none."""
        if any(map(self._is_style, self._style.findall(wearer))):
            return b""
        return b"".join(one for one in self._style.findall(tag) if self._is_style(one))

    def missing(self, column: int, tag: bytes) -> bytes:
        """The attributes that a cell of a new row lacks."""
        wanted = self.cells.get(column, b"")
        there = {one.split(b"=")[0].strip() for one in self._style.findall(tag)}
        return b"".join(one for one in self._style.findall(wanted) if one.split(b"=")[0].strip() not in there)


def _column_styles(content: Content, table: TableSpan) -> list[tuple[int, int]]:
    """The columns that give cells a style of their own."""
    t = content.dialect.table_attribute
    pattern = re.compile(rb"\s%sdefault-cell-style-name\s*=\s*[\"']([^\"']*)" % re.escape(t))
    column, styled = 1, []
    stop = content.clear.find(b"<" + content.dialect.table + b"table-row", table.start, table.end)
    for match in content.dialect.column.finditer(content.clear, table.start, stop if stop >= 0 else table.end):
        repeat = repeated(match[1])
        style = pattern.search(match[1])
        if style is not None and style[1] not in (b"", b"Default"):
            styled.append((column, column + repeat - 1))
        column += repeat
    return styled


def plan_table(plan: SheetChanges, table: TableSpan, patch: SheetPatch, writer: OdsCellWriter) -> Changed:
    """Adds the edits of one table; comes back with where values change. Raises K108, K111, K112, K310."""
    return _ChangePlanner(plan, table, patch, writer).run()


class _ChangePlanner:
    def __init__(self, plan: SheetChanges, table: TableSpan, patch: SheetPatch, writer: OdsCellWriter) -> None:
        self._plan, self._content, self._table = plan, plan.content, table
        self._patch, self._writer = patch, writer
        self._looks = Looks(self._content, table)
        self._matrices = _matrices(self._content, table, writer)
        self.changed: Changed = {}

    def run(self) -> Changed:
        wanted = sorted(self._patch.cells)
        for number in wanted:
            if not 1 <= number <= MAX_ROW or any(not 1 <= column <= MAX_COLUMN for column in self._patch.cells[number]):
                raise KakosheetError("K104", f'a cell of row {number} lies outside of the sheet "{self._table.name}"')
        position, last = 0, None
        for span in rows(self._content, self._table):
            last, end = span, span.number + span.repeat
            if self._patch.style_row is not None and span.number <= self._patch.style_row < end:
                self._looks.take(span)
            while position < len(wanted) and wanted[position] < end:
                self._row(span, wanted[position])
                position += 1
            if position == len(wanted):
                break
        else:
            self._append(last, wanted[position:])
        return self.changed

    def _row(self, span: RowRun, number: int) -> None:
        wanted = self._patch.cells[number]
        left = set(wanted)
        fresh = self._is_fresh(span, number)
        changes: RowChanges = {}
        for cell in cell_spans(self._content, span, None if fresh else left):
            columns = (
                (cell.column,)
                if cell.repeat == 1 and cell.column in left
                else [column for column in wanted if cell.column <= column < cell.column + cell.repeat]
            )
            for column in columns:
                left.discard(column)
                more = self._model(span, column, cell.tag) or (self._looks.missing(column, cell.tag) if fresh else b"")
                element = self._cell(number, column, cell, wanted[column], more)
                if element is not None:
                    self._plan.change(span, number, cell._replace(column=column), element)
        last = self._last_column(span) if left or fresh else 0
        for column in sorted(left):
            if not _is_blank(wanted[column]) and column > last:
                look = self._model(span, column, b"") or (self._looks.cells.get(column, b"") if fresh else b"")
                changes[column] = self._new_cell(number, column, wanted[column], look)
        if fresh and (changes or self._touches(span, number)):
            self._dress(span, number, wanted, changes, last)
        self._beyond(span, number, changes)

    def _beyond(self, span: RowRun, number: int, changes: RowChanges) -> None:
        if not changes:
            return
        if span.repeat == 1 and span.open_end == span.end:
            tag, end_tag = _opened(self._content, span)
            self._plan.edits.append((span.start, span.end, tag + self._filled(changes) + end_tag))
            return
        self._plan.split.setdefault(span.start, (span, {}))[1].setdefault(number, {}).update(changes)

    def _touches(self, span: RowRun, number: int) -> bool:
        known = self._plan.split.get(span.start)
        if known is not None and known[1].get(number):
            return True
        return bool(self._plan.edits) and span.start <= self._plan.edits[-1][0] < span.end

    def _is_fresh(self, span: RowRun, number: int) -> bool:
        """Whether the row is a new one: empty as yet, at most dressed."""
        first = self._patch.first_new_row
        if first is None or number < first:
            return False
        text, value = self._content.dialect.text + b"p", self._content.dialect.office_attribute + b"value-type"
        return all(self._content.clear.find(mark, span.open_end, span.close) < 0 for mark in (text, value))

    def _dress(self, span: RowRun, number: int, wanted: dict[int, CellInput], changes: RowChanges, last: int) -> None:
        """Cells of a new row that are not written look like those of the row that it looks like."""
        looks = {column for column in self._looks.cells if column not in wanted}
        for cell in cell_spans(self._content, span, looks) if looks else ():
            for column in sorted(column for column in looks if cell.column <= column < cell.column + cell.repeat):
                missing = self._looks.missing(column, cell.tag)
                if missing and not cell.covered and not cell.inner:
                    element = with_repeat(self._content.xml[cell.start : cell.end], b"", 1)
                    at = len(element) - (2 if element.endswith(b"/>") else 1)
                    self._plan.change(
                        span, number, cell._replace(column=column), element[:at].rstrip() + missing + element[at:]
                    )
        for column in looks:
            if column > last:
                changes[column] = self._writer.blank(self._looks.cells[column])

    def _last_column(self, span: RowRun) -> int:
        last = 0
        for cell in cell_spans(self._content, span):
            last = cell.column + cell.repeat - 1
        return last

    def _cell(self, row: int, column: int, cell: CellSpan, wanted: CellInput, more: bytes) -> bytes | None:
        """The new element; None if the cell holds what is wanted."""
        old = self._writer.existing(cell, row)
        value, formula, kept = self._writer.wanted(wanted, old)
        if self._writer.holds(old, value, formula, kept):
            return None
        self._refuse_blocked(row, column, cell, stays=kept and formula is not None)
        if not (old.cached or old.formula is None) or not self._writer.equal(old.value, value, False):
            self.changed.setdefault(column, []).append(row)
        return self._writer.element(cell, value, formula, kept, more)

    def _model(self, span: RowRun, column: int, tag: bytes) -> bytes:
        """The style that a cell of a new column lacks: that of the column's model in the same row."""
        model = self._patch.added.get(column)
        cell = next(cell_spans(self._content, span, {model}), None) if model is not None else None
        return b"" if cell is None else self._looks.style(cell.tag, tag)

    def _new_cell(self, row: int, column: int, wanted: CellInput, look: bytes) -> bytes:
        self.changed.setdefault(column, []).append(row)
        value, formula, _ = self._writer.wanted(wanted, None)
        name = self._content.dialect.table + b"table-cell"
        blank = CellSpan(column, 1, 0, 0, name, look, None, b"")
        return self._writer.element(blank, value, formula, False)

    def _filled(self, changes: RowChanges) -> bytes:
        pieces, position = [], 1
        repeat = self._content.dialect.table_attribute + b"number-columns-repeated"
        for column in sorted(changes):
            if column > position:
                pieces.append(with_repeat(self._writer.blank(b""), repeat, column - position))
            pieces.append(changes[column])
            position = column + 1
        return b"".join(pieces)

    def _append(self, last: RowRun | None, numbers: list[int]) -> None:
        """Rows below the last one that the table has."""
        t, pieces = self._content.dialect.table, []
        position = last.number + last.repeat if last is not None else 1
        repeat = self._content.dialect.table_attribute + b"number-rows-repeated"
        for number in numbers:
            wanted = {column: cell for column, cell in self._patch.cells[number].items() if not _is_blank(cell)}
            if not wanted:
                continue
            fresh = self._patch.first_new_row is not None and number >= self._patch.first_new_row
            looks = self._looks.cells if fresh else {}
            changes = {
                column: self._new_cell(number, column, cell, looks.get(column, b"")) for column, cell in wanted.items()
            }
            changes |= {column: self._writer.blank(look) for column, look in looks.items() if column not in changes}
            if number > position:
                gap = b"<%stable-row>%s</%stable-row>" % (t, self._writer.blank(b""), t)
                pieces.append(with_repeat(gap, repeat, number - position))
            pieces.append(
                b"<%stable-row%s>%s</%stable-row>" % (t, self._looks.row if fresh else b"", self._filled(changes), t)
            )
            position = number + 1
        if pieces:
            self._insert(last, b"".join(pieces))

    def _insert(self, last: RowRun | None, fresh: bytes) -> None:
        table, content = self._table, self._content
        t = content.dialect.table
        if table.start == table.end == table.close:
            tag = content.xml[table.tag : table.start]
            self._plan.edits.append(
                (table.tag, table.start, tag[:-2].rstrip() + b"><%stable-column/>%s</%stable>" % (t, fresh, t))
            )
            return
        place = before_rows(content, table)
        if last is not None:  # past the end of a group or of header rows, which the new rows are not part of
            wrapper = re.compile(rb"(?:\s*</%s(?:table-header-rows|table-row-group)\s*>)*" % re.escape(t))
            match = wrapper.match(content.clear, last.end, table.end)
            place = match.end() if match else last.end
        self._plan.edits.append((place, place, fresh))

    def _refuse_blocked(self, row: int, column: int, cell: CellSpan, stays: bool) -> None:
        if stays:
            return  # the cell's formula stays: only its cached value changes
        if cell.covered:
            raise KakosheetError(
                "K112", f"{self._table.name}!{cell_name(row, column)} lies inside a merged range", "write another cell"
            )
        for top, left, bottom, right in self._matrices:
            if top <= row <= bottom and left <= column <= right:
                raise KakosheetError(
                    "K111",
                    f"{self._table.name}!{cell_name(row, column)} lies inside an array formula "
                    f"({cell_name(top, left)}:{cell_name(bottom, right)})",
                    "write another cell",
                )


def _matrices(content: Content, table: TableSpan, writer: OdsCellWriter) -> list[tuple[int, int, int, int]]:
    """The areas of array formulas that fill more than one cell."""
    mark = content.dialect.table_attribute + b"number-matrix-"
    found: list[tuple[int, int, int, int]] = []
    if content.clear.find(mark, table.start, table.end) < 0:
        return found
    for span in rows(content, table):
        if content.clear.find(mark, span.open_end, span.close) < 0:
            continue
        for cell in cell_spans(content, span):
            matrix = writer.reader.given(cell.tag).matrix
            if matrix is not None and matrix != (1, 1):
                found.append((span.number, cell.column, span.number + matrix[0] - 1, cell.column + matrix[1] - 1))
    return found


def _is_blank(wanted: CellInput) -> bool:
    if isinstance(wanted, Formula):
        return False
    value = wanted.value if isinstance(wanted, Cached) else wanted
    return value is None or (isinstance(value, str) and value == "")
