"""Views: white sheets with texts, links, blocks of computed values and charts, as their layout says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kakosheet.core.layout import Links, Look, Placed, Severity, Text, ViewLayout
from kakosheet.core.schema import Column, Kind, Owner, SheetSchema, TableSchema
from kakosheet.formats.palette import CANVAS, TABS, TONES, look_style
from kakosheet.formats.xlsx.write.cells import column_writer, put, put_formula
from kakosheet.formats.xlsx.write.charts import add_chart
from kakosheet.formats.xlsx.write.conditions import Ground, add_conditions
from kakosheet.formats.xlsx.write.job import Job, is_our_link
from kakosheet.formats.xlsx.write.registers import A4, MARGIN, print_set_up
from kakosheet.formats.xlsx.write.validations import header_help
from kakosheet.formats.xlsx.write.widths import PADDING, characters, pixels

LAST_COLUMN = 16_384
NAME_WIDTH = 22.0
"""Of columns of names behind charts."""
SLACK = 0.94
"""Room for fonts that are a little wider than Arial, where a scale has to be given."""


def write_view(job: Job, sheet: Any, schema: SheetSchema, layout: ViewLayout) -> None:
    sheet.set_default_row(layout.row_height)
    _set_columns(job, sheet, schema, layout)
    for first, last, height in layout.heights:
        for row in range(first, last + 1):
            sheet.set_row(row - 1, height)
    for text in layout.texts:
        _write_text(job, sheet, schema, text)
    for links in layout.links:
        _write_links(job, sheet, links)
    for table in schema.tables:
        _write_block(job, sheet, table, layout.placed(table.key))
    for chart in layout.charts:
        add_chart(job, sheet, schema, layout, chart)
    _set_up(job, sheet, schema, layout)


# -- the sheet ----------------------------------------------------------------------------------------------------------------


def _set_columns(job: Job, sheet: Any, schema: SheetSchema, layout: ViewLayout) -> None:
    """All columns are white to the sheet's end; hidden block columns are hidden where nothing else stands in their column."""
    white, widths = job.styles.cell(CANVAS), _widened(job, schema, layout)
    shared = [at for table in schema.tables for at in layout.placed(table.key).columns.values()]
    hidden = {job.place(table).columns[column.key] for table in schema.tables for column in table.columns if column.hidden}
    last = max(widths)
    for at in range(1, last + 1):
        options = {"hidden": True} if at in hidden and shared.count(at) == 1 else {}
        sheet.set_column(at - 1, at - 1, widths.get(at, 2), white, options)
    used = sheet.dim_colmax
    sheet.set_column(last, LAST_COLUMN - 1, None, white)
    sheet.dim_colmax = used  # else XlsxWriter walks through all 16,384 columns of every row


def column_widths(layout: ViewLayout) -> dict[int, float]:
    """Width in characters of every column that the layout uses."""
    widths = {at: width for first, last, width in layout.grid for at in range(first, last + 1)}
    for placed in layout.blocks:
        for at in placed.columns.values():
            widths.setdefault(at, layout.lane_width)
    return widths


def _widened(job: Job, schema: SheetSchema, layout: ViewLayout) -> dict[int, float]:
    """The layout's widths; columns outside its grid are as wide as their headers and texts need."""
    widths, fixed = column_widths(layout), {at for first, last, _ in layout.grid for at in range(first, last + 1)}
    for table in schema.tables:
        for column in table.columns:
            at = job.place(table).columns[column.key]
            if at not in fixed:
                text = NAME_WIDTH if column.kind in (Kind.TEXT, Kind.CHOICE) else 0.0
                widths[at] = max(widths[at], text, characters(job.column_title(table, column)) + PADDING)
    return widths


def _set_up(job: Job, sheet: Any, schema: SheetSchema, layout: ViewLayout) -> None:
    """Print area, panes, tab. A hidden sheet has no print area: LibreOffice 7.4 would print it with the others."""
    top, left, bottom, right = layout.print_area
    if schema.key in job.book.visible:
        sheet.print_area(top - 1, left - 1, bottom - 1, right - 1)
    sheet.hide_gridlines(2)
    sheet.set_tab_color("#" + TABS.get(schema.tab, TABS["settings"]))
    print_set_up(sheet, paper=A4, portrait=layout.portrait)
    if layout.page_breaks:
        sheet.set_print_scale(_scale(layout))
        sheet.set_h_pagebreaks([row - 1 for row in layout.page_breaks])
    else:
        sheet.fit_to_pages(1, 0 if layout.many_pages else 1)
    sheet.center_horizontally()
    if layout.frozen_rows:
        sheet.freeze_panes(layout.frozen_rows, 0)


def _scale(layout: ViewLayout) -> int:
    """Percent at which the print area is as wide as the paper. Excel ignores page breaks where it has to fit pages by itself."""
    _, left, _, right = layout.print_area
    widths = column_widths(layout)
    across = sum(pixels(widths.get(at, 2)) for at in range(left, right + 1)) * 0.75
    paper = (210 if layout.portrait else 297) / 25.4 - 2 * MARGIN
    return min(100, int(paper * 72 / across * SLACK * 100))


# -- what never changes -------------------------------------------------------------------------------------------------------


def _write_text(job: Job, sheet: Any, schema: SheetSchema, text: Text) -> None:
    form = job.styles.cell(look_style(text.look))
    for at in range(text.column + 1, text.last_column + 1):
        sheet.write_blank(text.row - 1, at - 1, None, form)
    visible = job.book.visible
    if text.needs and text.needs not in visible:
        return
    words = job.title(schema) if text.sheet_title else job.book.titles.say(text.text) if text.text else ""
    if not text.link:
        put(sheet, text.row, text.column, words, form)
    elif text.link in visible:
        _write_link(job, sheet, (text.row, text.column), text.link, words, form)
    elif text.look is Look.RULED_LINK:
        put(sheet, text.row, text.column, words, job.styles.cell(look_style(Look.RULED)))


def _write_link(job: Job, sheet: Any, place: tuple[int, int], target: str, words: str, form: Any) -> None:
    words = words or job.title(job.book.schema.sheet_by_key[target])
    put_formula(sheet, *place, job.go_link(target, words), words, form)


def _write_links(job: Job, sheet: Any, links: Links) -> None:
    shown = [key for key in links.sheets if key in job.book.visible]
    link, about = job.styles.cell(look_style(Look.LINK)), job.styles.cell(look_style(Look.LINE_SOFT))
    for i, key in enumerate(shown[:links.lines * len(links.columns)]):
        columns, row = links.columns[i // links.lines], links.row + i % links.lines
        _write_link(job, sheet, (row, columns[0]), key, "", link)
        put(sheet, row, columns[1], job.say(links.about + key), about)


# -- blocks -------------------------------------------------------------------------------------------------------------------


def _write_block(job: Job, sheet: Any, table: TableSchema, placed: Placed) -> None:
    slots = table.slots or 0
    for column in table.columns:
        row, at = placed.header_cell(column.key)
        _write_header(job, sheet, table, column, placed)
        form = job.styles.cell(_value_style(column, _value_look(placed, column)))
        write = column_writer(job, sheet, table, column)
        values = job.table(table).columns.get(column.key, [])
        for i in range(slots):
            write(row + 1 + i, at, values[i] if i < len(values) else None, form)
            for beside in range(at + 1, placed.spans.get(column.key, at) + 1):
                sheet.write_blank(row + i, beside - 1, None, form)
    _add_colours(job, sheet, table, placed)


def _write_header(job: Job, sheet: Any, table: TableSchema, column: Column, placed: Placed) -> None:
    row, at = placed.header_cell(column.key)
    look = placed.headers.get(column.key, placed.header)
    form = job.styles.cell(look_style(look, column.owner, column.kind))
    put(sheet, row, at, job.column_title(table, column), form)
    for beside in range(at + 1, placed.spans.get(column.key, at) + 1):
        sheet.write_blank(row - 1, beside - 1, None, form)
    if look is Look.HEADER:
        header_help(job, sheet, table, column, row - 1, at - 1)


def _value_look(placed: Placed, column: Column) -> Look:
    return placed.values.get(column.key, placed.value)


def _value_style(column: Column, look: Look) -> Any:
    rate = column.owner is not Owner.USER and not column.bar
    return look_style(look, column.owner, column.kind, ours_links=is_our_link(column), rate=rate)


def _add_colours(job: Job, sheet: Any, table: TableSchema, placed: Placed) -> None:
    """Live colours of the block, and of tile numbers that are bad as soon as they are more than zero."""
    looks = {column.key: _value_look(placed, column) for column in table.columns}
    plain = frozenset(key for key, look in looks.items() if look not in (Look.LANE, Look.PAPER))
    first = job.place(table).header_row + 1
    last = first + (table.slots or 1) - 1
    add_conditions(job, sheet, table, Ground(first, last, placed.value is Look.PAPER, placed.spans, plain))
    for at, row in _bad_numbers(table, placed, looks):
        sheet.conditional_format(row - 1, at - 1, row + (table.slots or 1) - 2, at - 1, {
            "type": "cell", "criteria": ">", "value": 0, "format": job.styles.differential(colour=TONES[Severity.BAD].colour)})


def _bad_numbers(table: TableSchema, placed: Placed, looks: dict[str, Look]) -> Iterator[tuple[int, int]]:
    for column in table.columns:
        if looks[column.key] is Look.TILE_NUMBER_BAD:
            row, at = placed.header_cell(column.key)
            yield at, row + 1
