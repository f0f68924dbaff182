"""How views are laid out and how words are coloured: plain data, the same for every file format.

A *register* needs no layout: its sheet is derived from the schema. A *view* has one `ViewLayout`, which stands beside
its schema:

    SHEET = SheetSchema(key="board", kind=SheetKind.VIEW, tables=(TILES, TYPES, …), …)
    LAYOUT = ViewLayout(
        sheet="board", grid=TILE_GRID, heights=((6, 6, 30),), print_area=(1, 1, 60, 13), portrait=True,
        texts=(Text(2, 2, Look.BOARD_TITLE, sheet_title=True),
               Text(2, 12, Look.LINK_SMALL, link="start", text="board.back"),
               Text(9, 2, Look.SECTION_REVIEW, text="board.section", last_column=4)),
        blocks=(Placed("board_tiles", row=5, columns={"open": 2, "rate": 4}, header=Look.TILE_REVIEW,
        value=Look.TILE_NUMBER),
                Placed("board_types", row=9, columns={"type": 15, "count": 16})),
        charts=(Chart("types", ChartKind.BAR, "board_types.type", (Series("board_types.count", labels="0"),), row=11,
        column=2,
                      last_row=21, last_column=6, alt="board.alt_types"),))

What to know:
- Rows and columns count from 1. A block column has its header cell at (`row`, `columns[key]`); its values stand right
  below, `slots` rows. The header cell carries the workbook-scope name `_kako_<block>_<column>`; by it the column is
  found again.
- Whatever may ever change is a block column (a tool column, or a live formula with its twin): only those are refreshed.
  `Text` is for what never changes: words and links. A finding in words, a date, a counter, "Last refreshed …" are block
  columns, often with one slot.
- Where a header would disturb (the note under a tile's number, a chart's headline) give it `header=Look.GHOST`: white
  on white, in a row of air above the value; a thin row (height 3) will do.
- Number formats follow the column's kind; words with a severity are coloured by the column's `style`, in views as in
  registers.
- `text` keys are looked up with `Titles.say`; what `texts` holds goes into the workbook in the book's language.
- A link to a sheet that is hidden is left out (a `RULED_LINK` keeps its words), and so is a `Text` whose `needs` names
  a hidden sheet.
- All cells of the view's grid are white; there is nothing to do for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Emphasis(StrEnum):
    """What a word asks of the reader. Colour and icon follow from it: ■ bad, ▲ warn, ○ gap, ● good, ✓ done."""

    BAD = "bad"  # act now
    WARN = "warn"  # soon
    GAP = "gap"  # something required is empty
    GOOD = "good"  # in order
    DONE = "done"  # over; the row greys
    STRONG = "strong"  # bold, no icon, no colour


@dataclass(frozen=True)
class Marks:
    """The severities of one list's words (choice key → severity): the block of conditional formats that `Column.style`
    names.

    With `tints_rows`, a bad word tints its whole row and a done word greys it; in each table at most one column does
    that. Columns of that table whose style is in `worn_by` (a due date, days left) wear the word's colour too. Words
    that are not listed stay plain.
    """

    words: Mapping[str, Emphasis]
    tints_rows: bool = False
    worn_by: tuple[str, ...] = ()


class Look(StrEnum):
    """The style roles of a view's cells."""

    CANVAS = "canvas"  # white, nothing else
    GHOST = "ghost"  # white on white: a header that only the program reads
    START_TITLE = "start_title"  # 20 bold
    BOARD_TITLE = "board_title"  # 18 bold
    TITLE = "title"  # 15 bold
    SUBTITLE = "subtitle"  # 10, slate
    NOTE = "note"  # 9, mute
    STRONG = "strong"  # 11 bold, ink
    SECTION = "section"  # 11 bold over a grey rule
    SECTION_PREVENTION = "section_prevention"  # … over a rule in the tab's colour
    SECTION_HANDLING = "section_handling"
    SECTION_REVIEW = "section_review"
    LINE = "line"  # 10, ink
    LINE_SOFT = "line_soft"  # 10, slate
    RULED = "ruled"  # 10, ink, a hairline below
    RULED_LINK = "ruled_link"  # blue, underlined, a hairline below
    COUNT = "count"  # 10 bold, right, a hairline below
    LINK = "link"
    LINK_SMALL = "link_small"  # 9, right: the way back
    TILE_BAD = "tile_bad"  # tile label, 9 slate, under a thick rule in colour
    TILE_WARN = "tile_warn"
    TILE_REVIEW = "tile_review"  # blue
    TILE_GAP = "tile_gap"
    TILE_PREVENTION = "tile_prevention"  # green
    TILE_NUMBER = "tile_number"  # 22 bold, left
    TILE_NUMBER_BAD = "tile_number_bad"  # … in red while it is more than zero
    TILE_NOTE = "tile_note"  # 9, slate
    HEADLINE = "headline"  # 11 bold: a chart's finding
    SUBLINE = "subline"  # 9, mute: a chart's measure, period, unit
    HEADER = "header"  # a register-like header, by the column's owner
    LANE = "lane"  # a register-like cell on the grey lane, a hairline below
    PAPER = "paper"  # the same on white: for lists that people read (alerts)
    LEGEND_USER = "legend_user"
    LEGEND_TOOL = "legend_tool"
    LEGEND_FORMULA = "legend_formula"
    LEGEND_BAD = "legend_bad"
    LEGEND_WARN = "legend_warn"
    LEGEND_GOOD = "legend_good"
    LEGEND_GAP = "legend_gap"
    LEGEND_DONE = "legend_done"


@dataclass(frozen=True)
class Text:
    """A cell that never changes: words of the templates, a sheet's title, or a link to a sheet (shown as its title
    unless `text` is given).

    `last_column` carries the style on to the right (rules under a section). `needs` names a sheet without which the
    cell is left out.
    """

    row: int
    column: int
    look: Look
    text: str = ""
    sheet_title: bool = False
    link: str = ""
    last_column: int = 0
    needs: str = ""


@dataclass(frozen=True)
class Links:
    """A list of links to sheets with a description each, in columns of `lines` rows; hidden sheets are skipped without
    leaving holes.

    `columns` holds (column of the link, column of the description); the description of sheet `key` is the text
    `<about><key>`.
    """

    row: int
    columns: tuple[tuple[int, int], ...]
    lines: int
    sheets: tuple[str, ...]
    about: str


@dataclass(frozen=True)
class Placed:
    """Where a block's columns stand: all headers in `row` unless `rows` says otherwise for one.

    `columns[key]` is a column number. `header` and `value` are the looks of all, `headers` and `values` those of single
    columns. `spans[key]`: the last column over which header and value styles go on (a wide text runs over its blank
    neighbours, its rule too).
    """

    block: str
    row: int
    columns: Mapping[str, int]
    header: Look = Look.HEADER
    value: Look = Look.LANE
    rows: Mapping[str, int] = field(default_factory=dict)
    headers: Mapping[str, Look] = field(default_factory=dict)
    values: Mapping[str, Look] = field(default_factory=dict)
    spans: Mapping[str, int] = field(default_factory=dict)

    def header_cell(self, key: str) -> tuple[int, int]:
        """(row, column) of the header; the first value stands one row below."""
        return self.rows.get(key, self.row), self.columns[key]


class ChartKind(StrEnum):
    BAR = "bar"  # lying bars, first category on top
    STACKED = "stacked"  # stacked columns
    LINE = "line"
    MONTHS = "months"  # lines over a date axis (the categories are dates), labelled every `month_step` months


COUNT_AXIS = '[=0]0;[<1]"";General'
MONEY_AXIS = '[=0]0;[<1]"";#,##0'
SHARE_AXIS = '[<=1]0%;""'
"""Number formats of value axes. An axis without data goes to 1 or 1,200 %: there are no parts of things, and no share
beyond the whole."""


class Ink(StrEnum):
    """Colours of series."""

    BLUE = "blue"
    ORANGE = "orange"
    GREY = "grey"
    LOST = "lost"  # red-brown: lost money, target lines
    PALE = "pale"  # under intervals, single months
    DARK = "dark"


class Stroke(StrEnum):
    """How a line series is drawn."""

    THICK = "thick"  # with dots
    PLAIN = "plain"
    THIN = "thin"
    DASHED = "dashed"
    DOTS = "dots"  # no line


@dataclass(frozen=True)
class Series:
    """One series: `values` is a block column ("board_types.count"); its name is that column's title.

    `minus` and `plus` are block columns with the *lengths* of the error bar on either side (value − low, high − value).
    `reach` is the block column of upper ends: drawn as an invisible series, so that the automatic axis goes far enough.
    `labels` is a number format: values are written at the bars' ends.
    """

    values: str
    ink: Ink = Ink.BLUE
    stroke: Stroke = Stroke.PLAIN
    minus: str = ""
    plus: str = ""
    reach: str = ""
    labels: str = ""


@dataclass(frozen=True)
class Chart:
    """A native chart that covers the cells (row, column) to (last_row, last_column), both included. Its title is a
    cell, not part of it.

    `categories` is a block column. `alt` is the text key of the description for people who cannot see it. `axis` is the
    number format of the value axis ("" hides the axis). `rows` limits the slots that are drawn (0: all).
    """

    key: str
    kind: ChartKind
    categories: str
    series: tuple[Series, ...]
    row: int
    column: int
    last_row: int
    last_column: int
    alt: str
    axis: str = COUNT_AXIS
    month_step: int = 6
    rows: int = 0


Widths = tuple[tuple[int, int, float], ...]

TILE_GRID: Widths = tuple((column, column, 2 if column % 2 else 20) for column in range(1, 14))
"""Margin 1, six tiles in columns 2, 4, 6, 8, 10, 12 with gutters between them, margin 13: 984 pixels, fit for a screen
of 1,366."""


@dataclass(frozen=True, kw_only=True)
class ViewLayout:
    """One view. `grid` are (first column, last column, width in characters); `heights` are (first row, last row,
    points).

    `print_area` is (row, column, last row, last column). A view is printed one page wide, and one page high unless it
    has `page_breaks` or `many_pages`. `frozen_rows` stay on screen, the last of them is printed on every page.
    `lane_width` is the width of the columns that blocks use outside the grid (numbers behind charts).
    """

    sheet: str
    print_area: tuple[int, int, int, int]
    grid: Widths = TILE_GRID
    heights: tuple[tuple[int, int, float], ...] = ()
    row_height: float = 18
    texts: tuple[Text, ...] = ()
    links: tuple[Links, ...] = ()
    blocks: tuple[Placed, ...] = ()
    charts: tuple[Chart, ...] = ()
    portrait: bool = False
    many_pages: bool = False
    page_breaks: tuple[int, ...] = ()  # rows that begin a new page
    frozen_rows: int = 0
    lane_width: float = 13
    last_white_row: int = 0  # 0: some rows below the print area

    def placed(self, block: str) -> Placed:
        """Where a block stands; KeyError if it has no place."""
        for placed in self.blocks:
            if placed.block == block:
                return placed
        raise KeyError(block)
