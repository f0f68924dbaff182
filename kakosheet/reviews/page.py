"""A page of the review: headings, findings, charts and tables below one another, as the schema and the layout of a
view."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kakosheet.core.layout import (
    COUNT_AXIS,
    Chart,
    ChartKind,
    Ink,
    Look,
    Placed,
    Series,
    Stroke,
    Text,
    ViewLayout,
    Widths,
)
from kakosheet.core.schema import Column, Kind, Owner, SheetKind, SheetSchema, TableSchema
from kakosheet.core.table import Table, Tables
from kakosheet.core.titles import Titles

FIRST, LAST = 2, 12
MARGIN, NAMES, LANE = 2.0, 30.0, 11.5
"""Widths of the edges, of the first column and of the others: so narrow that the type on a portrait page stays above
six points."""
CHART_ROWS = 13
SAMPLE = 300
"""Values by which the width of a column is chosen."""

HALVES = ((2, 6), (7, 12))
"""First and last column of the left and the right chart of a band."""


class Field(NamedTuple):
    """A column of a table: its words are the text `review.col_<key>`. `wide` is the number of columns of the grid that
    it takes."""

    key: str
    kind: Kind = Kind.TEXT
    choices: str = ""
    wide: int = 1


class Drawn(NamedTuple):
    """A chart of a table's columns: `finding` is the line above it, `rows` how many rows are drawn (0: all)."""

    table: str
    kind: ChartKind
    categories: str
    series: tuple[Series, ...]
    finding: str
    about: str
    axis: str = COUNT_AXIS
    rows: int = 0


@dataclass
class ReviewPage:
    """One sheet while it is being put together. `row` is the next free one; texts that are no template go to
    `words`."""

    key: str
    titles: Titles
    row: int = 2
    texts: list[Text] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)
    schemas: list[TableSchema] = field(default_factory=list)
    placed: list[Placed] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    tables: Tables = field(default_factory=dict)
    heights: list[tuple[int, int, float]] = field(default_factory=list)
    frozen: int = 0

    def say(self, name: str, **values: object) -> str:
        return self.titles.say(f"review.{name}", **values)

    def line(self, words: str, look: Look = Look.LINE, column: int = FIRST, last_column: int = 0) -> None:
        """Words as they are, in a row of their own."""
        self._text(self.row, column, words, look, last_column)
        self.row += 1

    def gap(self, points: float = 12.0) -> None:
        self.heights.append((self.row, self.row, points))
        self.row += 1

    def _text(self, row: int, column: int, words: str, look: Look, last_column: int = 0) -> None:
        name = f"{self.key}.{len(self.words)}"
        self.words[name] = words.replace("{", "{{").replace("}", "}}")
        self.texts.append(Text(row, column, look, text=name, last_column=last_column))

    def table(
        self,
        key: str,
        fields: Sequence[Field],
        rows: Iterable[Sequence[Any]],
        *,
        section: str = "",
        note: str = "",
        shown: bool = True,
    ) -> None:
        """A table below what stands already; its name in formulas of charts is `<page>_<key>`. One without rows says so
        instead."""
        values = [list(row) for row in rows]
        if section:
            self.gap()
            self.line(self.say(section), Look.SECTION_REVIEW, last_column=LAST)
        if note:
            self.line(self.say(note), Look.SUBLINE)
        if not values:
            self.line(self.say("nothing"), Look.LINE_SOFT)
            return
        self.heights.append((self.row, self.row, 30 if shown else 3))
        self._place(f"{self.key}_{key}", fields, values, Look.HEADER if shown else Look.GHOST)

    def _place(self, name: str, fields: Sequence[Field], values: list[list[Any]], header: Look) -> None:
        at, columns, spans = FIRST, {}, {}
        for one in fields:
            columns[one.key] = at
            if one.wide > 1:
                spans[one.key] = at + one.wide - 1
            at += one.wide
        schema = TableSchema(
            key=name,
            sheet=self.key,
            slots=len(values),
            columns=tuple(
                Column(
                    one.key,
                    self.say(f"col_{one.key}"),
                    one.kind,
                    owner=Owner.TOOL,
                    choices=one.choices,
                    open_choices=True,
                )
                for one in fields
            ),
        )
        table = Table.empty(schema)
        for place, one in enumerate(fields):
            table.columns[one.key] = [row[place] for row in values]
        self.tables[name] = table
        self.schemas.append(schema)
        self.placed.append(Placed(name, row=self.row, columns=columns, header=header, value=Look.PAPER, spans=spans))
        self.row += len(values) + 1

    def band(self, *drawn: Drawn) -> None:
        """Two charts side by side, each below its finding. Their tables come later; one that will be empty must not be
        drawn."""
        if not drawn:
            return
        self.gap()
        for chart, (first, _) in zip(drawn, HALVES, strict=False):
            self._text(self.row, first, chart.finding, Look.HEADLINE)
            self._text(self.row + 1, first, chart.about, Look.SUBLINE)
        for chart, (first, last) in zip(drawn, HALVES, strict=False):
            block = f"{self.key}_{chart.table}."
            name = f"{self.key}.{len(self.words)}"
            self.words[name] = f"{chart.finding} ({chart.about})".replace("{", "{{").replace("}", "}}")
            self.charts.append(
                Chart(
                    f"{self.key}{len(self.charts)}",
                    chart.kind,
                    block + chart.categories,
                    chart.series,
                    row=self.row + 2,
                    column=first,
                    last_row=self.row + 1 + CHART_ROWS,
                    last_column=last,
                    alt=name,
                    axis=chart.axis,
                    rows=chart.rows,
                )
            )
        self.row += 2 + CHART_ROWS

    def schema(self) -> SheetSchema:
        return SheetSchema(
            key=self.key,
            title=self.say(f"sheet_{self.key}"),
            kind=SheetKind.VIEW,
            tab="review",
            tables=tuple(self.schemas),
        )

    def _grid(self) -> Widths:
        """Columns as wide as those of all pages; a page of rows alone has them as wide as its values."""
        if not self.frozen or not self.schemas:
            last = self._last()
            return (1, 1, MARGIN), (FIRST, FIRST, NAMES), (FIRST + 1, last, LANE), (last + 1, last + 1, MARGIN)
        table = self.tables[self.schemas[0].key]
        widths = [(1, 1, 2.0)]
        for at, column in enumerate(table.schema.columns, start=FIRST):
            values = table.columns[column.key][:SAMPLE]
            shown = [self.titles.choice(column.choices, str(value)) or "" for value in values if value is not None]
            widths.append((at, at, max(10.0, min(34.0, max(map(breadth, [column.title, *shown])) + 2.5))))
        return tuple(widths)

    def _last(self) -> int:
        """The last column that is used."""
        return max([LAST, *(at for placed in self.placed for at in placed.columns.values())])

    def layout(self) -> ViewLayout:
        return ViewLayout(
            sheet=self.key,
            grid=self._grid(),
            print_area=(1, 1, max(self.row, 3), self._last() + 1),
            heights=((1, 1, 6), *self.heights),
            texts=tuple(self.texts),
            blocks=tuple(self.placed),
            charts=tuple(self.charts),
            many_pages=True,
            portrait=not self.frozen,
            frozen_rows=self.frozen,
            lane_width=14,
        )


def breadth(text: str) -> float:
    """Characters of a text; wide ones count twice."""
    return sum(1.0 if sign.isascii() else 1.9 for sign in text)


def series(
    page: str, table: str, column: str, ink: Ink = Ink.BLUE, stroke: Stroke = Stroke.PLAIN, labels: str = ""
) -> Series:
    """A series of a page's table."""
    return Series(f"{page}_{table}.{column}", ink, stroke, labels=labels)


def interval(page: str, table: str) -> Series:
    """Pale bars of a table of rates, with their intervals."""
    block = f"{page}_{table}."
    return Series(f"{block}rate", Ink.PALE, minus=f"{block}minus", plus=f"{block}plus", reach=f"{block}high")
