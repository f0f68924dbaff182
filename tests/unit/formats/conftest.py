"""A small workbook of its own for the writers: every owner, every kind, marks, a view with blocks and charts. No sheet of the trade."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from kakosheet.core.formulas import NamedCell
from kakosheet.core.layout import (
    Chart,
    ChartKind,
    Emphasis,
    Ink,
    Links,
    Look,
    Marks,
    Placed,
    Series,
    Stroke,
    Text,
    ViewLayout,
)
from kakosheet.core.newbook import NewBook
from kakosheet.core.schema import Column, Kind, Owner, SheetKind, SheetSchema, TableSchema, WorkbookSchema
from kakosheet.core.table import Table
from kakosheet.core.titles import Titles

TODAY = date(2026, 11, 21)

STATE = 'IF([done]<>"",«state.done»,IF([due]="","",IF([due]<_kako_today,«state.late»,«state.fine»)))'

TASKS = TableSchema(
    key="tasks",
    sheet="tasks",
    key_column="id",
    id_column="id",
    id_format="T-{number:04}",
    columns=(
        Column("id", "ID", owner=Owner.ID, group="core", help="Given by us, for example T-0001."),
        Column("name", "Name", required=True, help="What is to be done, for example: call."),
        Column("state", "State", Kind.CHOICE, owner=Owner.FORMULA, choices="state", formula=STATE, style="state"),
        Column("person", "Person", ref="people.name"),
        Column("due", "Due", Kind.DATETIME, style="due"),
        Column("done", "Done on", Kind.DATE),
        Column("cost", "Cost", Kind.MONEY),
        Column("currency", "Cur.", Kind.CURRENCY),
        Column("colour", "Colour", Kind.CHOICE, group="more", choices="colour", open_choices=True, collapsed=True),
        Column("size", "Size", Kind.CHOICE, choices="size", collapsed=True),
        Column("urgent", "Urgent", Kind.YESNO, collapsed=True),
        Column("share", "Share done", Kind.PERCENT, owner=Owner.TOOL, bar=True, collapsed=True),
        Column("rate", "Rate", Kind.PERCENT, owner=Owner.TOOL, collapsed=True),
        Column("page", "Page", Kind.LINK, collapsed=True),
        Column("key", "Key", owner=Owner.TOOL, hidden=True),
    ),
)
PEOPLE = TableSchema(
    key="people",
    sheet="people",
    key_column="name",
    columns=(
        Column("name", "Name", required=True, group="core"),
        Column("count", "Tasks", Kind.INTEGER, owner=Owner.TOOL),
        Column("first", "First task", Kind.LINK, owner=Owner.TOOL, link_to="tasks"),
    ),
)
TILES = TableSchema(
    key="tiles",
    sheet="board",
    slots=1,
    columns=(
        Column("late", "Late", Kind.INTEGER, owner=Owner.FORMULA, formula="COUNTIF([tasks.state],«state.late»)"),
        Column("rate", "Rate", Kind.PERCENT, owner=Owner.TOOL),
    ),
)
RATES = TableSchema(
    key="rates",
    sheet="board",
    slots=6,
    columns=(
        Column("name", "Who", owner=Owner.TOOL),
        Column("rate", "Rate", Kind.PERCENT, owner=Owner.TOOL),
        Column("minus", "Down", Kind.PERCENT, owner=Owner.TOOL),
        Column("plus", "Up", Kind.PERCENT, owner=Owner.TOOL),
        Column("high", "Upper end", Kind.PERCENT, owner=Owner.TOOL),
        Column("count", "Count", Kind.INTEGER, owner=Owner.TOOL),
    ),
)
QUARTERS = TableSchema(
    key="quarters",
    sheet="board",
    slots=8,
    columns=(
        Column("quarter", "Quarter", owner=Owner.TOOL),
        Column("a", "Seller", Kind.INTEGER, owner=Owner.TOOL),
        Column("b", "Logistics", Kind.INTEGER, owner=Owner.TOOL),
        Column("c", "Personal", Kind.INTEGER, owner=Owner.TOOL),
    ),
)
MONTHS = TableSchema(
    key="months",
    sheet="board",
    slots=24,
    columns=(
        Column("month", "Month", Kind.DATE, owner=Owner.TOOL),
        Column("rate", "One month", Kind.PERCENT, owner=Owner.TOOL),
        Column("mean", "Mean of three", Kind.PERCENT, owner=Owner.TOOL),
    ),
)

SCHEMA = WorkbookSchema(
    1,
    (
        SheetSchema(key="start", title="Start", kind=SheetKind.VIEW, tab="start", tables=()),
        SheetSchema(
            key="tasks",
            title="Tasks & more",
            kind=SheetKind.REGISTER,
            tab="handling",
            tables=(TASKS,),
            intro="One line a task.",
            frozen="state",
        ),
        SheetSchema(
            key="board", title="Board", kind=SheetKind.VIEW, tab="review", tables=(TILES, RATES, QUARTERS, MONTHS)
        ),
        SheetSchema(
            key="people", title="People", kind=SheetKind.REGISTER, tab="prevention", tables=(PEOPLE,), frozen="name"
        ),
        SheetSchema(key="lists", title="Lists", kind=SheetKind.LISTS, tab="settings", tables=()),
    ),
)

START = ViewLayout(
    sheet="start",
    print_area=(1, 1, 20, 13),
    texts=(
        Text(2, 2, Look.START_TITLE, sheet_title=True),
        Text(4, 2, Look.LINE, text="t.hello", needs="people"),
        Text(5, 2, Look.RULED_LINK, link="people", text="t.people"),
        Text(6, 2, Look.LINK_SMALL, link="people"),
    ),
    links=(Links(8, ((2, 4),), 4, ("tasks", "people", "board"), "t.about_"),),
)

BOARD = ViewLayout(
    sheet="board",
    portrait=True,
    print_area=(1, 1, 40, 13),
    heights=((5, 5, 18), (6, 6, 33)),
    texts=(Text(2, 2, Look.BOARD_TITLE, sheet_title=True),),
    blocks=(
        Placed(
            "tiles",
            row=5,
            columns={"late": 2, "rate": 4},
            header=Look.TILE_BAD,
            value=Look.TILE_NUMBER,
            values={"late": Look.TILE_NUMBER_BAD},
        ),
        Placed("rates", row=10, columns={"name": 15, "rate": 16, "minus": 17, "plus": 18, "high": 19, "count": 20}),
        Placed("quarters", row=10, columns={"quarter": 22, "a": 23, "b": 24, "c": 25}),
        Placed("months", row=25, columns={"month": 15, "rate": 16, "mean": 17}),
    ),
    charts=(
        Chart(
            "rate",
            ChartKind.BAR,
            "rates.name",
            (Series("rates.rate", Ink.PALE, minus="rates.minus", plus="rates.plus", reach="rates.high"),),
            10,
            2,
            20,
            6,
            "t.alt",
            axis="0%",
        ),
        Chart(
            "count", ChartKind.BAR, "rates.name", (Series("rates.count", labels="0"),), 10, 8, 20, 12, "t.alt", axis=""
        ),
        Chart(
            "cause",
            ChartKind.STACKED,
            "quarters.quarter",
            (Series("quarters.a"), Series("quarters.b", Ink.ORANGE), Series("quarters.c", Ink.GREY)),
            24,
            2,
            34,
            6,
            "t.alt",
            axis="0",
        ),
        Chart(
            "month",
            ChartKind.MONTHS,
            "months.month",
            (Series("months.rate", Ink.PALE, Stroke.DOTS), Series("months.mean")),
            24,
            8,
            34,
            12,
            "t.alt",
            axis="0%",
        ),
    ),
)

TITLES = Titles(
    lang="en",
    groups={"tasks.core": "Core", "tasks.more": "More of it"},
    choices={
        "state": {"late": "Late", "fine": "Fine", "done": "Done"},
        "colour": {"red": "Red", "blue": "Blue"},
        "size": {"s": "Small", "l": "Large"},
        "yes_no": {"yes": "Yes", "no": "No"},
    },
    texts={
        "t.hello": "Hello",
        "t.people": "The people",
        "t.alt": "A chart of numbers",
        "t.about_tasks": "What is to be done",
        "writer.back": "← Start",
        "writer.owner_user": "You fill this in.",
        "writer.owner_tool": "Filled by refresh.",
        "writer.choose": "Choose.",
        "writer.date": "A day.",
    },
)

MARKS = {
    "state": Marks(
        {"late": Emphasis.BAD, "fine": Emphasis.GOOD, "done": Emphasis.DONE}, tints_rows=True, worn_by=("due",)
    )
}

HOSTILE = (
    "=1+1",
    '+HYPERLINK("http://x")',
    "@SUM(A1)",
    "-2+3",
    "http://example.com/",
    "{=1}",
    "00123",
    "\tx",
    "_x0041_",
    "a\x07b",
    "😀 表",
    "half\ud800",
    "\ufffe",
)


def task(i: int) -> dict[str, Any]:
    """One row of people's, its state as the formula gives it."""
    due = datetime(2026, 11, 19, 9, 30) + timedelta(days=i, hours=14.5 if i % 2 else 0)
    done = TODAY if i % 5 == 4 else None
    state = "done" if done else "late" if due < datetime(2026, 11, 21) else "fine"
    return {
        "id": f"T-{i + 1:04}",
        "name": HOSTILE[i % len(HOSTILE)],
        "state": state,
        "person": "李伟" if i % 2 else "Ann",
        "due": due,
        "done": done,
        "cost": 1234.5 + i,
        "currency": "JPY" if i % 3 else "EUR",
        "colour": "red" if i % 2 else "=green",
        "size": "s",
        "urgent": i % 2 == 0,
        "share": i / 20,
        "rate": 0.0812,
        "page": "https://example.com/?a=1&b=2",
        "key": f"k{i}",
    }


def filled(schema: TableSchema, rows: list[dict[str, Any]]) -> Table:
    table = Table(schema, rows=[4 + i for i in range(len(rows))])
    for column in schema.columns:
        table.columns[column.key] = [row.get(column.key) for row in rows]
        table.old[column.key] = table.columns[column.key]
    return table


def board_tables(late: int) -> dict[str, Table]:
    names = ["深圳优品电子旗舰店", "株式会社ミドリ堂", "Bright Lamp Studio", "Hangzhou Silk Road Co."]
    rates = [
        {
            "name": name,
            "rate": 0.3 / (i + 1),
            "minus": 0.1 / (i + 1),
            "plus": 0.2,
            "high": 0.3 / (i + 1) + 0.2,
            "count": 9 - 2 * i,
        }
        for i, name in enumerate(names)
    ]
    quarters = [
        {"quarter": f"{2025 + i // 4} Q{i % 4 + 1}", "a": 3 + i % 4, "b": 2 + i % 3, "c": i % 2} for i in range(8)
    ]
    months = [
        {"month": date(2024 + (11 + i) // 12, (11 + i) % 12 + 1, 1), "rate": 0.1 + (i % 5) / 50, "mean": 0.12 - i / 800}
        for i in range(24)
    ]
    return {
        "tiles": filled(TILES, [{"late": late, "rate": 0.081}]),
        "rates": filled(RATES, rates),
        "quarters": filled(QUARTERS, quarters),
        "months": filled(MONTHS, months),
    }


def make_book(count: int = 13, **changes: Any) -> NewBook:
    """A book with `count` tasks."""
    tasks = [task(i) for i in range(count)]
    tables = {
        "tasks": filled(TASKS, tasks),
        "people": filled(
            PEOPLE, [{"name": "Ann", "count": 6, "first": "T-0001"}, {"name": "李伟", "count": 6, "first": "T-0002"}]
        ),
        **board_tables(sum(row["state"] == "late" for row in tasks)),
    }
    given: dict[str, Any] = {
        "schema": SCHEMA,
        "titles": TITLES,
        "tables": tables,
        "visible": ("start", "tasks", "board", "people"),
        "created": datetime(2026, 11, 21),
        "layouts": {"start": START, "board": BOARD},
        "marks": MARKS,
        "properties": {"kakosheet.id": "demo", "kakosheet.schema": 1},
        "named_cells": (
            NamedCell("_kako_today", "IF(1=0,TODAY(),DATE(2026,11,21))", TODAY),
            NamedCell("_kako_sep", "", "."),
            NamedCell("_kako_base_currency", "", "EUR"),
        ),
    }
    return NewBook(**given | changes)


@pytest.fixture(scope="session")
def new_book() -> Any:
    """The maker of demo books."""
    return make_book
