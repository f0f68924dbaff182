"""Helpers of the tests of purchases, sellers, carriers, sales, customers, messages and improvements."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any

from kakosheet.core.engine import Run
from kakosheet.core.ids import Sequences
from kakosheet.core.mending import mender
from kakosheet.core.records import Cell, Via
from kakosheet.core.rules import Check, Reading, RowMaker, RowRule, TableRule
from kakosheet.core.table import Table
from kakosheet.policy.loader import load_policy, load_titles
from kakosheet.sheets import SCHEMA, plan
from tests.unit.sheets.conftest import Refreshed

TODAY = date(2026, 11, 21)
POLICY = load_policy("merchant", "en")
TITLES = load_titles("en", "merchant")
CONTEXT = {"policy": POLICY, "today": TODAY, "say": TITLES.say, "titles": TITLES}

Rows = list[dict[str, Any]]


def _context(rule: RowRule | TableRule | RowMaker | Check) -> dict[str, Any]:
    code = rule.fn.__code__
    names = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    return {name: CONTEXT[name] for name in names}


def row(rule: RowRule | Check, **values: Any) -> Any:
    """What a row rule or check gives for a row: `price=…` for a column of its own table, `sellers_score=…` for one of another's."""
    return rule(*(_input(read, values) for read in rule.reads), **_context(rule))


def explained(rule: RowRule, **values: Any) -> Any:
    """By which sentences a row rule tells how its value came about."""
    assert rule.why is not None
    return rule.why(*(_input(read, values) for read in rule.reads), **_context(rule))


def _input(read: Reading, values: dict[str, Any]) -> Any:
    """A cell, or a record with the cells that are named."""
    if isinstance(read, str):
        return values.get(_key(read))
    record = read.record if isinstance(read, Via) else read
    names = {field.name: [_key(text) for text in field.reads] for field in record.fields}
    return record(**{name: next((values[key] for key in keys if key in values), None) for name, keys in names.items()})


def _key(read: str) -> str:
    own, arrow, other = read.partition(" -> ")
    return (other.replace(".", "_") if arrow else own.partition(".")[2]).removesuffix("@read")


def table(rule: TableRule, **tables: Rows) -> Rows:
    """What a table rule writes, row by row, for tables given as rows."""
    found = rule(*(_column(read, tables) for read in rule.reads), **_context(rule))
    keys = [reference.partition(".")[2] for reference in rule.writes]
    lists = [found] if len(keys) == 1 else found
    return [dict(zip(keys, values, strict=True)) for values in zip(*lists, strict=True)]


def made(maker: RowMaker, **tables: Rows) -> list[tuple[str | None, dict[str, Any]]]:
    """The rows that a maker calls for."""
    return [
        (wanted.key, wanted.values)
        for wanted in maker(*(_column(read, tables) for read in maker.reads), **_context(maker))
    ]


def _column(read: Reading, tables: dict[str, Rows]) -> list[Any]:
    if isinstance(read, str):
        name, _, key = read.removesuffix("@read").partition(".")
        return [line.get(key) for line in tables.get(name, [])]
    assert not isinstance(read, Via), "a test of one rule has no other table to look at"
    return [_input(read, line) for line in tables.get(read.table, [])]


def refreshed(rows: dict[str, Rows], spoilt: Iterable[Cell] = (), kind: str = "bad") -> Refreshed:
    """A whole book after a refresh: what people typed, and all rules. Of the `spoilt` cells nobody knows what they say:
    they are "bad", that is cannot be read, or "unknown", formulas without a stored value."""
    tables = {key: Table.empty(schema) for key, schema in SCHEMA.tables.items()}
    for key, lines in rows.items():
        for at, line in enumerate(lines if SCHEMA.tables[key].slots is None else (), start=4):
            tables[key].append(line)
            tables[key].rows[-1], tables[key].wanted[-1] = at, None
    for cell in spoilt:
        tables[cell.table].columns[cell.column][cell.at] = None
        getattr(tables[cell.table], kind).setdefault(cell.column, set()).add(cell.at)
    for found in tables.values():
        found.old = {name: list(values) for name, values in found.columns.items()}
    sequences = Sequences()
    sequences.observe(tables, {})
    run = Run(
        tables,
        CONTEXT | {"mend": mender(SCHEMA, tables, TITLES), "now": datetime.combine(TODAY, time(12), UTC)},
        sequences,
    )
    run.execute(plan())
    return Refreshed(run)
