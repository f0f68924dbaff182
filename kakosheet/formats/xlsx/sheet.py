"""The edits that a sheet patch asks of a worksheet part: (start, end, bytes) over the part as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kakosheet.core.address import MAX_COLUMN, MAX_ROW, cell_name
from kakosheet.core.issues import KakosheetError
from kakosheet.core.patch import Cached, CellInput, Formula, SheetPatch
from kakosheet.core.raw import Scalar
from kakosheet.formats.values import equal
from kakosheet.formats.xlsx.alike import Form
from kakosheet.formats.xlsx.blocked import alternative_forms, blocked_areas, refuse_blocked
from kakosheet.formats.xlsx.cells import CellSource, XlsxCellWriter, read_existing
from kakosheet.formats.xlsx.markup import attributes, blanked, raw_attributes, tag_pattern
from kakosheet.formats.xlsx.parts import parse_range
from kakosheet.formats.xlsx.quick import Quick
from kakosheet.formats.xlsx.rows import ColumnStyles, RowIndex, RowSpan
from kakosheet.formats.xlsx.scanner import SheetData, find_sheet_data, form_of
from kakosheet.formats.xlsx.shared import Edit, SharedFormulas
from kakosheet.formats.xlsx.splicing import SheetPlan
from kakosheet.formats.xlsx.strings import StringTable

# Attributes of the row that new rows look like, which say how it looks and not where or whether it is seen.
_ROW_LOOK = frozenset({b"s", b"customFormat", b"ht", b"customHeight", b"thickTop", b"thickBot"})

_MANY, _SHOWN = 500, 1 << 13
"""Rows from which a patch first learns how rows are written, and the bytes that show it, at each of a few places."""


def new_plan(xml: bytes) -> SheetPlan:
    """A plan without edits yet."""
    return SheetPlan(xml, find_sheet_data(xml))


def plan_sheet(
    xml: bytes,
    patch: SheetPatch,
    strings: StringTable | None,
    date1904: bool,
    name: str,
    date_styles: frozenset[int] | None = None,
) -> SheetPlan:
    """`date_styles` are the styles outside of which a date becomes text (None: nowhere).

    Raises K111 and K112 for cells that cannot be written by themselves, K104 for a damaged part.
    """
    extent = find_sheet_data(xml)
    return _SheetPlanner(
        xml, extent, patch, strings, XlsxCellWriter(extent.prefix, strings, date1904, date_styles), name
    ).plan()


class _SheetPlanner:
    def __init__(
        self,
        xml: bytes,
        extent: SheetData,
        patch: SheetPatch,
        strings: StringTable | None,
        writer: XlsxCellWriter,
        name: str,
    ) -> None:
        self._xml, self._patch, self._strings, self._name = xml, patch, strings, name
        self._extent = extent
        self._plan = SheetPlan(xml, self._extent)
        self._writer = writer
        self._index = RowIndex(xml, self._extent)
        self._prefix = self._extent.prefix
        self._head = blanked(xml[: self._extent.tag])
        self._columns = ColumnStyles(self._head)
        self._shared = SharedFormulas(xml, self._extent)
        self._blocked = blocked_areas(xml, self._extent)
        self._style_cells: dict[int, bytes] | None = None
        self._begun = 0  # the row of which some cells have their edits already
        plain = not self._blocked and not self._index.odd
        self._quick = Quick(xml, self._prefix, strings) if plain else None

    def plan(self) -> SheetPlan:
        fresh: list[bytes] = []
        for number, wanted in self._rows():
            if not 1 <= number <= MAX_ROW or (wanted and not 1 <= min(wanted) <= max(wanted) <= MAX_COLUMN):
                raise KakosheetError("K104", f'a cell of row {number} lies outside of the sheet "{self._name}"')
            shares = self._shares(number, wanted)
            for span, cells in shares:
                self._edit_row(span, cells)
            if shares:
                continue
            if (row := self._new_row(number, wanted)) and self._extent.closed:
                fresh.append(row)
            elif row:
                at = self._index.before(number)
                self._plan.edits.append((at, at, row))
        if fresh:
            self._plan.edits.append((self._extent.tag, self._extent.start, self._opened(b"".join(fresh))))
        self._plan.edits += self._shared.rehome(self._plan.written)
        for rows in self._plan.changed.values():
            rows.sort()
        self._extend_dimension()
        return self._plan

    def _rows(self) -> Iterator[tuple[int, dict[int, CellInput]]]:
        """The patch's rows, ascending, and which of their cells are still to be edited once the row as a whole has
        been."""
        cells, quick, form = self._patch.cells, self._quick, self._form()
        if quick is None or form is None:
            yield from ((number, cells[number]) for number in sorted(cells))
            return
        start = self._index.before(min(cells) - 1)
        rows = re.compile(form.pattern.encode(), re.ASCII).finditer(self._xml, start, self._extent.end)
        found, at = None, 0
        for number in sorted(cells):
            while at < number:
                found = next(rows, None)
                at = MAX_ROW + 1 if found is None else int(found[1])
            if found is None or at > number:
                yield number, cells[number]
            elif left := quick.edit_alike(
                number, found, form.columns, cells[number], self._plan.edits, self._plan.changed
            ):
                self._begun = number
                yield number, left

    def _form(self) -> Form | None:
        """How the rows of a patch of many are written, seen at a few places; None if each is to be edited by itself."""
        numbers = list(self._patch.cells)
        if self._quick is None or not self._index.straight or len(numbers) < _MANY:
            return None
        wanted = {column for cells in self._patch.cells.values() for column in cells}
        shown = b"".join(
            self._xml[start : start + _SHOWN]
            for start in map(self._index.before, numbers[:: max(1, len(numbers) // 4)])
        )
        return form_of(shown.decode("utf-8", "replace"), self._prefix.decode(), wanted)

    def _shares(self, number: int, wanted: dict[int, CellInput]) -> list[tuple[RowSpan, dict[int, CellInput]]]:
        """The pieces of a row with the cells to edit in each: wherever the cell stands, else in the last one."""
        spans = self._index.spans(number)
        if len(spans) < 2:
            return [(span, wanted) for span in spans]
        shares: list[tuple[RowSpan, dict[int, CellInput]]] = [(span, {}) for span in spans]
        for column, cell in wanted.items():
            for _, cells in [share for share in shares if self._index.cell(share[0], column) is not None] or shares[
                -1:
            ]:
                cells[column] = cell
        return shares

    def _opened(self, rows: bytes) -> bytes:
        tag = self._xml[self._extent.tag : self._extent.start]
        return tag[:-2].rstrip() + b">" + rows + b"</" + self._prefix + b"sheetData>"

    def _edit_row(self, span: RowSpan, wanted: dict[int, CellInput]) -> None:
        left = list(wanted)
        if self._quick is not None and span.cells is None:
            left = self._quick.edit_row(
                span.number,
                span.open_end,
                span.close,
                wanted,
                self._plan.edits,
                self._plan.changed,
                merge=span.number != self._begun,
            )
        absent = []
        for column in sorted(left):
            start = self._index.cell(span, column)
            if start is not None:
                self._edit_cell(span, column, start, wanted[column])
            elif not _is_blank(wanted[column]):
                absent.append(column)
        if absent:
            self._add_cells(span, wanted, absent)

    def _add_cells(self, span: RowSpan, wanted: dict[int, CellInput], absent: list[int]) -> None:
        cells = self._index.cells(span) if not span.closed else []
        there = dict(cells)
        inserted = []
        for column in absent:
            if column in there:  # an address in small letters
                self._edit_cell(span, column, there[column], wanted[column])
                continue
            self._refuse_blocked(span.number, column)
            element = self._new_cell(span.number, column, wanted[column], self._style(span, column))
            at = next((start for number, start in cells if number > column), span.close)
            inserted.append((column, at, element))
        self._insert(span, inserted)

    def _insert(self, span: RowSpan, inserted: list[tuple[int, int, bytes]]) -> None:
        if not inserted:
            return
        tag = self._xml[span.start : span.open_end]
        widened = _widened(tag, inserted[0][0], inserted[-1][0])
        if span.closed:
            body = b"".join(element for _, _, element in inserted)
            row = widened[:-2].rstrip() + b">" + body + b"</" + self._prefix + b"row>"
            self._plan.edits.append((span.start, span.open_end, row))
            return
        if widened != tag:
            self._plan.edits.append((span.start, span.open_end, widened))
        self._plan.edits += [(at, at, element) for _, at, element in inserted]

    def _edit_cell(self, span: RowSpan, column: int, start: int, wanted: CellInput) -> None:
        old = read_existing(self._xml, start, self._extent.end, self._prefix, self._strings)
        if old.shared is not None:
            old = old._replace(formula=self._shared.text(start, span.number, column))
        value, formula_tag, kept = self._writer.wanted(wanted, old, _style_of(old.keep))
        if self._writer.holds(old, value, formula_tag, kept):
            return
        element = self._element(old, value, formula_tag, kept)
        if element == self._xml[old.start : old.end]:
            return
        self._refuse_blocked(span.number, column, stays=kept and bool(formula_tag))
        self._plan.edits += self._around(old, element) if kept and formula_tag else [(old.start, old.end, element)]
        if (formula_tag and not old.cached) or not equal(self._writer.stored(old.value), value):
            self._note(span.number, column)
        if old.formula_tag and not kept:
            self._plan.written.add(old.start)
            if not formula_tag:
                self._plan.dropped.add(cell_name(span.number, column))
        if self._strings is not None:
            self._strings.references -= old.type == "s"

    def _around(self, old: CellSource, element: bytes) -> list[Edit]:
        """The edits of a cell before and behind its `f` element, which stays and may get an edit of its own."""
        at = self._xml.index(old.formula_tag, old.start, old.end)
        before, _, behind = element.partition(old.formula_tag)
        edits = [(old.start, at, before), (at + len(old.formula_tag), old.end, behind)]
        return [edit for edit in edits if self._xml[edit[0] : edit[1]] != edit[2]]

    def _element(self, old: CellSource, value: Scalar, formula_tag: bytes, kept: bool) -> bytes:
        attributes_kept = old.keep + (old.metadata if kept and formula_tag else b"")
        return self._counted(self._writer.element(old.address, attributes_kept, formula_tag, value, old.tail))

    def _counted(self, element: bytes) -> bytes:
        if self._strings is not None and b' t="s"' in element[:80]:
            self._strings.references += 1
        return element

    def _new_cell(self, row: int, column: int, wanted: CellInput, style: bytes) -> bytes:
        value, formula_tag, _ = self._writer.wanted(wanted, None, style)
        style_attribute = b' s="%s"' % style if style else b""
        self._note(row, column)
        return self._counted(self._writer.element(cell_name(row, column).encode(), style_attribute, formula_tag, value))

    def _note(self, row: int, column: int) -> None:
        rows = self._plan.changed.get(column)
        if rows is None:
            self._plan.changed[column] = [row]
        else:
            rows.append(row)

    # New rows and their looks.

    def _new_row(self, number: int, wanted: dict[int, CellInput]) -> bytes:
        filled = {column: cell for column, cell in wanted.items() if not _is_blank(cell)}
        if not filled:
            return b""
        looks = self._styles() if self._is_new(number) else {}
        blank = {
            column: style
            for column, style in looks.items()
            if column not in filled and style != self._columns.of(column) and not self._columns.of(column)
        }
        cells = []
        for column in sorted({*filled, *blank}):
            if column in filled:
                self._refuse_blocked(number, column)
                cells.append(
                    self._new_cell(number, column, filled[column], self._columns.of(column) or looks.get(column, b""))
                )
            else:
                cells.append(
                    self._writer.element(cell_name(number, column).encode(), b' s="%s"' % blank[column], b"", None)
                )
        p = self._prefix
        return b'<%srow r="%d"%s>%s</%srow>' % (
            p,
            number,
            self._row_look() if self._is_new(number) else b"",
            b"".join(cells),
            p,
        )

    def _is_new(self, row: int) -> bool:
        return self._patch.first_new_row is not None and row >= self._patch.first_new_row

    def _styles(self) -> dict[int, bytes]:
        """The styles of the cells in the row that new rows look like."""
        if self._style_cells is None:
            self._style_cells = {}
            span = self._index.span(self._patch.style_row) if self._patch.style_row else None
            for column, start in self._index.cells(span) if span is not None else []:
                style = attributes(self._xml[start : self._xml.index(b">", start) + 1]).get("s", "0")
                if style != "0" and style.isdecimal():
                    self._style_cells[column] = style.encode()
        return self._style_cells

    def _row_look(self) -> bytes:
        span = self._index.span(self._patch.style_row) if self._patch.style_row else None
        if span is None:
            return b""
        given = raw_attributes(self._xml[span.start : span.open_end])
        return b"".join(
            b' %s="%s"' % (name, value) for name, value in given if name in _ROW_LOOK or name.endswith(b":dyDescent")
        )

    def _style(self, span: RowSpan, column: int) -> bytes:
        """The style of a cell that is not there yet: its row's if it has one of its own, else its column's; in a new
        column its model's."""
        model = self._index.cell(span, self._patch.added[column]) if column in self._patch.added else None
        if model is not None:
            return attributes(self._xml[model : self._xml.index(b">", model) + 1]).get("s", "0").encode()
        given = attributes(self._xml[span.start : span.open_end])
        if given.get("customFormat") in ("1", "true") and given.get("s", "").isdecimal():
            return given["s"].encode()
        style = self._columns.of(column)
        return style or (self._styles().get(column, b"") if self._is_new(span.number) else b"")

    def _refuse_blocked(self, row: int, column: int, stays: bool = False) -> None:
        """`stays` if the cell's formula does: then only its cached value changes."""
        if (row, column) in self._index.fixed:
            raise alternative_forms(self._name, row, column)
        if not stays:
            refuse_blocked(self._blocked, self._name, row, column)

    def _extend_dimension(self) -> None:
        match = tag_pattern("dimension").search(self._head)
        found = re.search(rb"\sref\s*=\s*[\"']([^\"']*)[\"']", match[0]) if match else None
        corners = parse_range(found[1].decode("ascii", "replace")) if found else None
        changed = self._plan.changed
        if match is None or found is None or corners is None or not changed:
            return
        top, bottom = min(rows[0] for rows in changed.values()), max(rows[-1] for rows in changed.values())
        grown = min(top, corners[0]), min(*changed, corners[1]), max(bottom, corners[2]), max(*changed, corners[3])
        if grown != corners:
            start = match.start() + found.start(1)
            self._plan.edits.append(
                (start, start + len(found[1]), f"{cell_name(*grown[:2])}:{cell_name(*grown[2:])}".encode())
            )


def _style_of(kept: bytes) -> bytes:
    match = re.search(rb'\ss="(\d+)"', kept)
    return match[1] if match else b""


def _is_blank(wanted: CellInput) -> bool:
    if isinstance(wanted, Formula):
        return False
    value = wanted.value if isinstance(wanted, Cached) else wanted
    return value is None or (isinstance(value, str) and value == "")


def _widened(tag: bytes, first: int, last: int) -> bytes:
    """The row's start tag with `spans` (18.3.1.73, a hint for readers) taking in the columns."""
    match = re.search(rb'\sspans="(\d{1,5}):(\d{1,5})"', tag)
    if match is None or (int(match[1]) <= first and last <= int(match[2])):
        return tag
    spans = b' spans="%d:%d"' % (min(first, int(match[1])), max(last, int(match[2])))
    return tag[: match.start()] + spans + tag[match.end() :]
