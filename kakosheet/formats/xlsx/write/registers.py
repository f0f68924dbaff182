"""Registers: title, bands, one header row, a table over the filled rows, and columns whose styles reach the sheet's end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kakosheet.core.address import cell_name
from kakosheet.core.issues import KakosheetError
from kakosheet.core.newbook import row_seals
from kakosheet.core.schema import SEAL, Column, Owner, SheetSchema, TableSchema
from kakosheet.formats.palette import (
    BAND,
    CANVAS,
    FOOTER,
    HEADER_HEIGHT,
    REGISTER_BACK,
    REGISTER_INTRO,
    REGISTER_TITLE,
    TABS,
    Style,
    cell_style,
    grouped,
    header_style,
)
from kakosheet.formats.xlsx.write.cells import column_writer, put, put_formula
from kakosheet.formats.xlsx.write.conditions import Ground, add_conditions
from kakosheet.formats.xlsx.write.job import LAST, Job, is_our_link
from kakosheet.formats.xlsx.write.validations import add_validations
from kakosheet.formats.xlsx.write.widths import PADDING, SAMPLE, characters, column_width, pixels

A4, A3 = 9, 8
WIDE = 1_500
"""Pixels of visible columns beyond which a register is printed on A3."""
PAGE = 2_400
"""Pixels that fit across a page of A3 while the type stays above six points."""
MARGIN = 11 / 25.4
TITLE_ROW, BAND_ROW = 1, 2
_NO_WARNINGS = ("number_stored_as_text", "calculated_column", "formula_differs", "empty_cell_reference", "list_data_validation",
                "formula_range")
"""Green triangles that would only disturb: an order number is a text on purpose."""


@dataclass(frozen=True)
class Lane:
    """One column as it is written: where, whether a band begins there, how it is shown. `level` is its outline level."""

    column: Column
    at: int
    title: str
    width: float
    band: str = ""
    begins: bool = False
    hidden: bool = False
    level: int = 0
    handle: bool = False


def write_register(job: Job, sheet: Any, schema: SheetSchema) -> None:
    table = schema.tables[0]
    lanes = register_lanes(job, schema, table)
    formats = {lane.at: _column_format(job, lane) for lane in lanes}
    _set_columns(sheet, lanes, formats)
    _write_top(job, sheet, schema, table, lanes)
    _write_table(job, sheet, schema, table, lanes)
    _write_rows(job, sheet, schema, table, lanes, formats)
    add_validations(job, sheet, table)
    add_conditions(job, sheet, table, Ground(schema.header_row + 1, LAST))
    _set_up(job, sheet, schema, lanes)
    reach = f"A{schema.header_row + 1}:{cell_name(LAST, len(lanes))}"
    sheet.ignore_errors(dict.fromkeys(_NO_WARNINGS, reach))


# -- columns ------------------------------------------------------------------------------------------------------------------


def register_lanes(job: Job, schema: SheetSchema, table: TableSchema) -> list[Lane]:
    """The columns of a register. The first column of a closed band stays open: it shows that there is more, and carries the button."""
    values = job.table(table).columns
    lanes = []
    closed_band = _closed_bands(job, table)
    opened: set[str] = set()
    for at, (column, band, begins) in enumerate(_banded(table), 1):
        hidden = job.book.hidden(table.key, column)
        handle = band in closed_band and band not in opened and not hidden
        opened |= {band} if not hidden else set()
        level = 0 if not column.collapsed or handle else 2 if hidden else 1
        title = job.column_title(table, column)
        width = column_width(column, title, job.words(column).values(), values.get(column.key, [])[:SAMPLE])
        if handle:
            width = max(width, characters(_caption(job, table, band)) + PADDING)
        lanes.append(Lane(column, at, title, width, band, begins, hidden, level, handle))
    lanes.append(Lane(SEAL, len(lanes) + 1, SEAL.title, 12.0, hidden=True))
    return _room_for_title(job, schema, lanes)


def _banded(table: TableSchema) -> Iterator[tuple[Column, str, bool]]:
    """Each column with its band, and whether the band begins there."""
    band = ""
    for column in table.columns:
        begins = bool(column.group) and column.group != band
        band = column.group or band
        yield column, band, begins


def _closed_bands(job: Job, table: TableSchema) -> set[str]:
    """Bands of which every column that is not hidden is closed."""
    closed = {band for column, band, _ in _banded(table) if column.collapsed}
    return closed - {band for column, band, _ in _banded(table) if not column.collapsed and not job.book.hidden(table.key, column)}


def _room_for_title(job: Job, schema: SheetSchema, lanes: list[Lane]) -> list[Lane]:
    """The frozen columns are made wide enough for the sheet's title, which stands in them."""
    frozen = [lane for lane in lanes[:_frozen(schema, lanes)] if not lane.hidden]
    if not frozen or _frozen(schema, lanes) == 0:
        return lanes
    missing = characters(job.title(schema)) * 1.62 + 2 - sum(lane.width for lane in frozen)
    if missing <= 0:
        return lanes
    last = frozen[-1]
    return [Lane(**{**vars(lane), "width": lane.width + missing}) if lane is last else lane for lane in lanes]


def _frozen(schema: SheetSchema, lanes: Sequence[Lane]) -> int:
    return next((lane.at for lane in lanes if lane.column.key == schema.frozen), 0)


def lane_style(lane: Lane) -> Style:
    """The style of a lane's data cells."""
    column = lane.column
    style = cell_style(column.owner, column.kind, ours_links=is_our_link(column),
                       rate=column.owner in (Owner.TOOL, Owner.FORMULA) and not column.bar)
    return grouped(style) if lane.begins and lane.at > 1 else style


def _column_format(job: Job, lane: Lane) -> Any:
    return job.styles.cell(lane_style(lane))


def _set_columns(sheet: Any, lanes: Sequence[Lane], formats: dict[int, Any]) -> None:
    """Widths, styles, and outline levels; a button stands left of what it opens."""
    for lane, after in zip(lanes, [*lanes[1:], None], strict=True):
        options: dict[str, Any] = {}
        if lane.level:
            options |= {"level": lane.level, "hidden": True}
        if lane.hidden:
            options["hidden"] = True
        if after is not None and after.level > lane.level:
            options["collapsed"] = True
        sheet.set_column(lane.at - 1, lane.at - 1, lane.width, formats[lane.at], options)
    sheet.outline_settings(True, True, False, False)


# -- the rows above the data --------------------------------------------------------------------------------------------------


def _write_top(job: Job, sheet: Any, schema: SheetSchema, table: TableSchema, lanes: Sequence[Lane]) -> None:
    """Title and intro, the way back and the bands, white from edge to edge; the group rules run through the bands."""
    white = job.styles.cell(CANVAS)
    sheet.set_row(TITLE_ROW - 1, 27, white)
    sheet.set_row(BAND_ROW - 1, 18, white)
    sheet.set_row(schema.header_row - 1, HEADER_HEIGHT)
    for lane in lanes:
        sheet.write_blank(TITLE_ROW - 1, lane.at - 1, None, white)
        band = grouped(BAND) if lane.begins and lane.at > 1 else CANVAS
        title = _caption(job, table, lane.band) if lane.begins and lane.at > 1 else ""
        put(sheet, BAND_ROW, lane.at, title, job.styles.cell(band))
    put(sheet, TITLE_ROW, 1, job.title(schema), job.styles.cell(REGISTER_TITLE))
    intro_at = next((lane.at for lane in lanes if lane.at > _frozen(schema, lanes) and not lane.hidden), 2)
    put(sheet, TITLE_ROW, intro_at, job.book.titles.intros.get(schema.key, schema.intro), job.styles.cell(REGISTER_INTRO))
    if job.book.home in job.book.visible and (back := job.say("writer.back")):
        put_formula(sheet, BAND_ROW, 1, job.go_link(job.book.home, back), back, job.styles.cell(REGISTER_BACK))


def _caption(job: Job, table: TableSchema, band: str) -> str:
    return job.book.titles.groups.get(f"{table.key}.{band}", "").upper()


def _write_table(job: Job, sheet: Any, schema: SheetSchema, table: TableSchema, lanes: Sequence[Lane]) -> None:
    """The table object with its header cells. A register without rows has one blank row."""
    first, last = schema.header_row, schema.header_row + max(1, len(job.table(table)))
    columns = [{"header": lane.title, "header_format": job.styles.cell(_header(lane))} for lane in lanes]
    options = {"name": f"kako_{table.key}", "style": None, "banded_rows": False, "columns": columns}
    if last > LAST:
        raise KakosheetError("K207", f"{job.title(schema)} would have {len(job.table(table)):,} rows", "split the book by year")
    if sheet.add_table(first - 1, 0, first, len(lanes) - 1, options) != 0:
        raise ValueError(f"{table.key}: two columns have one title")
    # XlsxWriter notes every cell of a table, to see whether two overlap; of a large one that takes longer than writing it.
    reach = f"A{first}:{cell_name(last, len(lanes))}"
    sheet.tables[-1].update(range=reach, a_range=reach, autofilter=reach)


def _header(lane: Lane) -> Style:
    style = header_style(lane.column.owner, lane.column.kind)
    return grouped(style) if lane.begins and lane.at > 1 else style


# -- data ---------------------------------------------------------------------------------------------------------------------


def _write_rows(job: Job, sheet: Any, schema: SheetSchema, table: TableSchema, lanes: Sequence[Lane], formats: dict[int, Any]) -> None:
    data = job.table(table)
    first = schema.header_row + 1
    for lane in lanes[:-1]:
        write, at, form = column_writer(job, sheet, table, lane.column), lane.at, formats[lane.at]
        live = lane.column.owner is Owner.FORMULA
        for row, value in enumerate(data.columns.get(lane.column.key, ()), first):
            if value is not None or live:
                write(row, at, value, form)
    seals = data.columns.get(SEAL.key) or (row_seals(job.book, table) if job.book.sealed and len(data) else [])
    for row, seal in enumerate(seals, first):
        put(sheet, row, len(lanes), seal, formats[len(lanes)])


# -- sheet --------------------------------------------------------------------------------------------------------------------


def _set_up(job: Job, sheet: Any, schema: SheetSchema, lanes: Sequence[Lane]) -> None:
    """Panes, tab, paper: landscape and one page wide; wide registers on A3, the widest on several pages, so that they can be read."""
    sheet.freeze_panes(schema.header_row, _frozen(schema, lanes))
    sheet.hide_gridlines(2)
    sheet.set_tab_color("#" + TABS.get(schema.tab, TABS["settings"]))
    shown = sum(pixels(lane.width) for lane in lanes if not lane.hidden and not lane.level)
    print_set_up(sheet, paper=A3 if shown > WIDE else A4)
    pages = -(-shown // PAGE)
    sheet.fit_to_pages(pages, 0)
    sheet.repeat_rows(BAND_ROW - 1, schema.header_row - 1)
    if pages > 1:
        sheet.repeat_columns(0, _frozen(schema, lanes) - 1)


def print_set_up(sheet: Any, *, paper: int = A4, portrait: bool = False) -> None:
    sheet.set_portrait() if portrait else sheet.set_landscape()
    sheet.set_paper(paper)
    sheet.set_margins(MARGIN, MARGIN, MARGIN, MARGIN)
    grey = f"&8&K{FOOTER}"
    sheet.set_footer(f"&L{grey}&F · &A&R{grey}&P / &N", {"margin": MARGIN / 2})
