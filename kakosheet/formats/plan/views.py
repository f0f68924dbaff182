"""Views: white sheets with texts, links, blocks of computed values and charts, as their layout says."""

from __future__ import annotations

from collections.abc import Iterator

from kakosheet.core.layout import Links, Look, Placed, Text, ViewLayout
from kakosheet.core.schema import Column, Kind, Owner, SheetSchema, TableSchema
from kakosheet.core.values import encoder
from kakosheet.formats.palette import MARGIN, Style, look_style
from kakosheet.formats.plan.conditions import Ground
from kakosheet.formats.plan.plan import BookPlan, WrittenCell, is_our_link
from kakosheet.formats.plan.widths import PADDING, characters, pixels

MARGIN_COLUMN = 2
"""Width of columns that hold nothing."""
NAME_WIDTH = 22.0
"""Of columns of names behind charts."""
SLACK = 0.94
"""Room for fonts that are a little wider than Arial, where a scale has to be given."""


# -- the sheet ---------------------------------------------------------------------------------------------------------


def column_widths(layout: ViewLayout) -> dict[int, float]:
    """Width in characters of every column that the layout uses."""
    widths = {at: width for first, last, width in layout.grid for at in range(first, last + 1)}
    for placed in layout.blocks:
        for at in placed.columns.values():
            widths.setdefault(at, layout.lane_width)
    return widths


def view_widths(plan: BookPlan, schema: SheetSchema, layout: ViewLayout) -> dict[int, float]:
    """The layout's widths; columns outside its grid are as wide as their headers and texts need."""
    widths, fixed = column_widths(layout), {at for first, last, _ in layout.grid for at in range(first, last + 1)}
    for table in schema.tables:
        for column in table.columns:
            at = plan.place(table).columns[column.key]
            if at not in fixed:
                text = NAME_WIDTH if column.kind in (Kind.TEXT, Kind.CHOICE) else 0.0
                widths[at] = max(widths[at], text, characters(plan.column_title(table, column)) + PADDING)
    return widths


def hidden_columns(plan: BookPlan, schema: SheetSchema, layout: ViewLayout) -> set[int]:
    """Hidden block columns are hidden where nothing else stands in their column."""
    shared = [at for table in schema.tables for at in layout.placed(table.key).columns.values()]
    hidden = {
        plan.place(table).columns[column.key] for table in schema.tables for column in table.columns if column.hidden
    }
    return {at for at in hidden if shared.count(at) == 1}


def print_scale(layout: ViewLayout) -> int:
    """Percent at which the print area is as wide as the paper. Excel ignores page breaks where it has to fit pages by
    itself."""
    _, left, _, right = layout.print_area
    widths = column_widths(layout)
    across = sum(pixels(widths.get(at, MARGIN_COLUMN)) for at in range(left, right + 1)) * 0.75
    paper = (210 if layout.portrait else 297) / 25.4 - 2 * MARGIN
    return min(100, int(paper * 72 / across * SLACK * 100))


# -- what never changes ------------------------------------------------------------------------------------------------


def fixed_cells(plan: BookPlan, schema: SheetSchema, layout: ViewLayout) -> Iterator[WrittenCell]:
    """Texts and links. Later cells win."""
    for text in layout.texts:
        yield from _text(plan, schema, text)
    for links in layout.links:
        yield from _links(plan, links)


def _text(plan: BookPlan, schema: SheetSchema, text: Text) -> Iterator[WrittenCell]:
    style = look_style(text.look)
    for at in range(text.column + 1, text.last_column + 1):
        yield WrittenCell(text.row, at, style)
    visible = plan.book.visible
    if text.needs and text.needs not in visible:
        return
    words = plan.title(schema) if text.sheet_title else plan.book.titles.say(text.text) if text.text else ""
    if not text.link:
        yield WrittenCell(text.row, text.column, style, words)
    elif text.link in visible:
        yield _link(plan, (text.row, text.column), text.link, words, style)
    elif text.look is Look.RULED_LINK:
        yield WrittenCell(text.row, text.column, look_style(Look.RULED), words)


def _link(plan: BookPlan, place: tuple[int, int], target: str, words: str, style: Style) -> WrittenCell:
    words = words or plan.title(plan.book.schema.sheet_by_key[target])
    return WrittenCell(*place, style, words, plan.go_link(target, words))


def _links(plan: BookPlan, links: Links) -> Iterator[WrittenCell]:
    shown = [key for key in links.sheets if key in plan.book.visible]
    for i, key in enumerate(shown[: links.lines * len(links.columns)]):
        columns, row = links.columns[i // links.lines], links.row + i % links.lines
        yield _link(plan, (row, columns[0]), key, "", look_style(Look.LINK))
        yield WrittenCell(row, columns[1], look_style(Look.LINE_SOFT), plan.say(links.about + key))


# -- blocks ------------------------------------------------------------------------------------------------------------


def header_cells(plan: BookPlan, table: TableSchema, column: Column, placed: Placed) -> Iterator[WrittenCell]:
    """A block column's header and the cells that it runs over."""
    row, at = placed.header_cell(column.key)
    style = look_style(header_look(placed, column), column.owner, column.kind)
    yield WrittenCell(row, at, style, plan.column_title(table, column))
    for beside in range(at + 1, placed.spans.get(column.key, at) + 1):
        yield WrittenCell(row, beside, style)


def value_cells(plan: BookPlan, table: TableSchema, column: Column, placed: Placed) -> Iterator[WrittenCell]:
    """A block column's slots, the blank ones too, and the cells that they run over."""
    row, at = placed.header_cell(column.key)
    style = value_style(placed, column)
    encode, formula = encoder(column, plan.book.titles), plan.formula_of(table, column)
    values = plan.table(table).columns.get(column.key, [])
    for i in range(table.slots or 0):
        value = values[i] if i < len(values) else None
        yield WrittenCell(
            row + 1 + i, at, style, encode(value), (formula(row + 1 + i, value) if formula is not None else None) or ""
        )
        for beside in range(at + 1, placed.spans.get(column.key, at) + 1):
            yield WrittenCell(row + 1 + i, beside, style)


def header_look(placed: Placed, column: Column) -> Look:
    return placed.headers.get(column.key, placed.header)


def _value_look(placed: Placed, column: Column) -> Look:
    return placed.values.get(column.key, placed.value)


def value_style(placed: Placed, column: Column) -> Style:
    rate = column.owner is not Owner.USER and not column.bar
    return look_style(_value_look(placed, column), column.owner, column.kind, ours_links=is_our_link(column), rate=rate)


def block_ground(plan: BookPlan, table: TableSchema, placed: Placed) -> Ground:
    """Where the live colours of a block apply."""
    plain = frozenset(
        column.key for column in table.columns if _value_look(placed, column) not in (Look.LANE, Look.PAPER)
    )
    first = plan.place(table).header_row + 1
    return Ground(first, first + (table.slots or 1) - 1, placed.value is Look.PAPER, placed.spans, plain)


def bad_numbers(table: TableSchema, placed: Placed) -> Iterator[tuple[Column, int, int]]:
    """Tile numbers that are bad as soon as they are more than zero: (column, its first row, its spreadsheet column)."""
    for column in table.columns:
        if _value_look(placed, column) is Look.TILE_NUMBER_BAD:
            row, at = placed.header_cell(column.key)
            yield column, row + 1, at
