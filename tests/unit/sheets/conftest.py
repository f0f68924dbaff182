"""A whole book in memory: what people typed, refreshed by the real rules on a day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from kakosheet.core.engine import Run
from kakosheet.core.ids import Sequences
from kakosheet.core.mending import mender
from kakosheet.core.plan import Apply, Plan, Step
from kakosheet.core.schema import Owner, WorkbookSchema
from kakosheet.core.table import Table, Tables
from kakosheet.policy.loader import load_policy, load_titles
from kakosheet.policy.model import Policy

Rows = dict[str, list[dict[str, Any]]]
CASE_TABLES, ORDER_TABLES = (
    ("disputes", "deadlines", "offers", "evidence"),
    ("purchases", "sales", "log", "sellers", "customers"),
)

UNREADABLE = object()
"""Stands for a cell that cannot be read."""

TYPED = (Owner.USER, Owner.ID)


@dataclass
class Refreshed:
    """The tables after a refresh, as rows that hold only what is filled."""

    run: Run

    def rows(self, table: str) -> list[dict[str, Any]]:
        columns = self.run.tables[table].columns
        return [
            {key: values[at] for key, values in columns.items() if values[at] is not None}
            for at in range(len(self.run.tables[table]))
        ]

    def node(self, step: str, offer: str = "1", dispute: str = "D-2026-0001") -> dict[str, Any]:
        """The row of Deadlines with that key."""
        return next(row for row in self.rows("deadlines") if row.get("key") == f"{dispute}/{step}/{offer}")

    @property
    def case(self) -> dict[str, Any]:
        """The first dispute."""
        return self.rows("disputes")[0]

    def typed(self) -> Rows:
        """What people would find typed or given in the book afterwards: the input of the next refresh."""
        return {
            key: [
                {column: value for column, value in row.items() if table.schema.by_key[column].owner in TYPED}
                for row in self._stored(table)
            ]
            for key, table in self.run.tables.items()
        }

    @staticmethod
    def _stored(table: Table) -> list[dict[str, Any]]:
        """As it stands in the sheet: blank cells that only read as their source are blank."""
        born = {at for at, row in enumerate(table.rows) if row == 0}
        cells = {
            key: [
                values[at]
                if at in born and not table.schema.by_key[key].source
                else table.old[key][at]
                if table.schema.by_key[key].owner is Owner.USER and at not in born
                else values[at]
                for at in range(len(table))
            ]
            for key, values in table.columns.items()
        }
        return [
            {key: values[at] for key, values in cells.items() if values[at] is not None} for at in range(len(table))
        ]


def _tables(schema: WorkbookSchema, rows: Rows) -> Tables:
    tables = {}
    for key in (*ORDER_TABLES, *CASE_TABLES):
        table_schema = schema.tables[key]
        table = tables[key] = Table.empty(table_schema)
        for at, row in enumerate(rows.get(key, ()), start=4):
            assert row.keys() <= table_schema.by_key.keys(), row.keys() - table_schema.by_key.keys()
            table.append(row)
            table.rows[-1], table.wanted[-1] = at, None
        table.old = {name: list(values) for name, values in table.columns.items()}
        for name, values in table.columns.items():
            table.bad[name] = {at for at, value in enumerate(values) if value is UNREADABLE}
            table.columns[name] = table.old[name] = [None if value is UNREADABLE else value for value in values]
    return tables


def handling() -> Plan:
    """The part of the book's plan that makes and fills the sheets of a case; they read nothing that is computed elsewhere."""
    from kakosheet.sheets import plan

    def kept(step: Step) -> bool:
        table = step.rule.writes[0].partition(".")[0] if isinstance(step, Apply) else step.table
        return table in CASE_TABLES or (table in ORDER_TABLES and not isinstance(step, Apply))

    whole = plan()
    return Plan(
        tuple(step for step in whole.steps if kept(step)),
        tuple(pair for pair in whole.checks if pair[0].table in CASE_TABLES),
    )


@pytest.fixture
def unreadable() -> object:
    """A cell that cannot be read."""
    return UNREADABLE


@pytest.fixture(scope="session")
def policy() -> Policy:
    return load_policy("shopper", "en")


@pytest.fixture(scope="session")
def refreshed(policy: Policy) -> Callable[..., Refreshed]:
    """`refreshed({"purchases": [{…}]}, date(2026, 3, 2))`: settings may be given by name, `at` is the time of day in UTC."""
    from kakosheet.sheets import SCHEMA

    steps = handling()

    def run(rows: Rows, today: date, *, at: time = time(12), **settings: Any) -> Refreshed:
        titles = load_titles("en")
        in_force = replace(policy, settings={**policy.settings, **settings}, _memo={}) if settings else policy
        tables = _tables(SCHEMA, rows)
        sequences = Sequences()
        sequences.observe(tables, {})
        context = {
            "today": today,
            "now": datetime.combine(today, at, UTC),
            "policy": in_force,
            "say": titles.say,
            "titles": titles,
            "mend": mender(SCHEMA, tables, titles),
        }
        made = Run(tables, context, sequences)
        made.execute(steps)
        return Refreshed(made)

    return run
