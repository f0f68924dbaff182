"""A register's columns as lanes, the rows above its data, and the paper it is printed on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kakosheet.core.schema import SEAL, Column, Owner, SheetSchema, TableSchema
from kakosheet.formats.palette import (
    BAND,
    CANVAS,
    REGISTER_BACK,
    REGISTER_INTRO,
    REGISTER_TITLE,
    Style,
    cell_style,
    grouped,
    header_style,
)
from kakosheet.formats.plan.plan import BookPlan, WrittenCell, is_our_link
from kakosheet.formats.plan.widths import PADDING, SAMPLE, characters, column_width, pixels, reference_width

WIDE = 1_500
"""Pixels of visible columns beyond which a register is printed on A3."""
PAGE = 2_400
"""Pixels that fit across a page of A3 while the type stays above six points."""
TITLE_ROW, BAND_ROW = 1, 2
TITLE_HEIGHT, BAND_HEIGHT = 27.0, 18.0


@dataclass(frozen=True)
class Lane:
    """One column as it is written: where, whether a band begins there, how it is shown. `level` is its outline
    level."""

    column: Column
    at: int
    title: str
    width: float
    band: str = ""
    begins: bool = False
    hidden: bool = False
    level: int = 0
    handle: bool = False


def register_lanes(plan: BookPlan, schema: SheetSchema, table: TableSchema) -> list[Lane]:
    """The columns of a register. The first column of a closed band stays open: it shows that there is more, and carries
    the button."""
    values = plan.table(table).columns
    lanes = []
    closed_band = _closed_bands(plan, table)
    opened: set[str] = set()
    for at, (column, band, begins) in enumerate(_banded(table), 1):
        hidden = plan.book.hidden(table.key, column)
        handle = band in closed_band and band not in opened and not hidden
        opened |= {band} if not hidden else set()
        level = 0 if not column.collapsed or handle else 2 if hidden else 1
        title = plan.column_title(table, column)
        width = column_width(
            column,
            title,
            plan.words(column).values(),
            values.get(column.key, [])[:SAMPLE],
            reference_width(column, table, plan.book.schema.tables),
        )
        if handle:
            width = max(width, characters(_caption(plan, table, band)) + PADDING)
        lanes.append(Lane(column, at, title, width, band, begins, hidden, level, handle))
    lanes.append(Lane(SEAL, len(lanes) + 1, SEAL.title, 12.0, hidden=True))
    return _room_for_title(plan, schema, lanes)


def _banded(table: TableSchema) -> Iterator[tuple[Column, str, bool]]:
    """Each column with its band, and whether the band begins there."""
    band = ""
    for column in table.columns:
        begins = bool(column.group) and column.group != band
        band = column.group or band
        yield column, band, begins


def _closed_bands(plan: BookPlan, table: TableSchema) -> set[str]:
    """Bands of which every column that is not hidden is closed."""
    closed = {band for column, band, _ in _banded(table) if column.collapsed}
    return closed - {
        band for column, band, _ in _banded(table) if not column.collapsed and not plan.book.hidden(table.key, column)
    }


def _room_for_title(plan: BookPlan, schema: SheetSchema, lanes: list[Lane]) -> list[Lane]:
    """The frozen columns are made wide enough for the sheet's title, which stands in them."""
    count = frozen_columns(schema, lanes)
    frozen = [lane for lane in lanes[:count] if not lane.hidden]
    if not frozen:
        return lanes
    missing = characters(plan.title(schema)) * 1.62 + 2 - sum(lane.width for lane in frozen)
    if missing <= 0:
        return lanes
    last = frozen[-1]
    return [replace(lane, width=lane.width + missing) if lane is last else lane for lane in lanes]


def frozen_columns(schema: SheetSchema, lanes: Sequence[Lane]) -> int:
    return next((lane.at for lane in lanes if lane.column.key == schema.frozen), 0)


def lane_style(lane: Lane) -> Style:
    """The style of a lane's data cells."""
    column = lane.column
    style = cell_style(
        column.owner,
        column.kind,
        ours_links=is_our_link(column),
        rate=column.owner in (Owner.TOOL, Owner.FORMULA) and not column.bar,
    )
    return grouped(style) if lane.begins and lane.at > 1 else style


def lane_header(lane: Lane) -> Style:
    """The style of a lane's header cell."""
    style = header_style(lane.column.owner, lane.column.kind)
    return grouped(style) if lane.begins and lane.at > 1 else style


def _caption(plan: BookPlan, table: TableSchema, band: str) -> str:
    return plan.book.titles.groups.get(f"{table.key}.{band}", "").upper()


def top_cells(plan: BookPlan, schema: SheetSchema, table: TableSchema, lanes: Sequence[Lane]) -> Iterator[WrittenCell]:
    """Title and intro, the way back and the bands, white from edge to edge; the group rules run through the bands.
    Later cells win."""
    for lane in lanes:
        yield WrittenCell(TITLE_ROW, lane.at, CANVAS)
        band = grouped(BAND) if lane.begins and lane.at > 1 else CANVAS
        yield WrittenCell(
            BAND_ROW, lane.at, band, _caption(plan, table, lane.band) if lane.begins and lane.at > 1 else ""
        )
    yield WrittenCell(TITLE_ROW, 1, REGISTER_TITLE, plan.title(schema))
    frozen = frozen_columns(schema, lanes)
    intro_at = next((lane.at for lane in lanes if lane.at > frozen and not lane.hidden), 2)
    yield WrittenCell(TITLE_ROW, intro_at, REGISTER_INTRO, plan.book.titles.intros.get(schema.key, schema.intro))
    if plan.book.home in plan.book.visible and (back := plan.say("writer.back")):
        yield WrittenCell(BAND_ROW, 1, REGISTER_BACK, back, plan.go_link(plan.book.home, back))


def pages_across(lanes: Sequence[Lane]) -> tuple[bool, int]:
    """Whether a register is printed on A3, and on how many pages side by side, so that it can be read."""
    shown = sum(pixels(lane.width) for lane in lanes if not lane.hidden and not lane.level)
    return shown > WIDE, -(-shown // PAGE)
