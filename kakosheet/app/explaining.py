"""`explain`: how a value came about: who fills the cell, from what, and the rule's own sentence."""

from __future__ import annotations

from datetime import date
from typing import Any

from kakosheet.app import files
from kakosheet.app.computing import Computed, compute
from kakosheet.app.refreshing import PathLike, plain
from kakosheet.core.address import parse_cell
from kakosheet.core.issues import CODES, EXIT_USAGE, KakosheetError
from kakosheet.core.plan import Apply
from kakosheet.core.rules import RowRule
from kakosheet.core.schema import Column, Owner
from kakosheet.core.table import Table
from kakosheet.core.titles import fold
from kakosheet.formats import read
from kakosheet.sheets import plan


def explain(path: PathLike, where: str, *, today: date | None = None) -> dict[str, Any]:
    """What stands at a cell (`Dispute Workflow!F12`), in the row of an id, or behind an issue code."""
    if where.upper() in CODES:
        return {"code": where.upper(), "meaning": CODES[where.upper()]}
    computed = compute(read(files.load(path).data), today=today)
    sheet, _, cell = where.rpartition("!")
    at = parse_cell(cell) if sheet else None
    if at is not None:
        return _cell(computed, sheet.strip("'").replace("''", "'"), *at)
    return _row(computed, where)


def _cell(computed: Computed, sheet: str, row: int, column: int) -> dict[str, Any]:
    for key, place in computed.book.binding.items():
        table = computed.book.tables[key]
        name = next((k for k, c in place.columns.items() if c == column and k in table.columns), None)
        if fold(place.sheet) == fold(sheet) and name is not None and row - place.offsets.get(name, 0) in table.rows:
            return _value(computed, table, table.schema.by_key[name], table.rows.index(row - place.offsets.get(name, 0)))
    raise KakosheetError("K113", f"{sheet}!R{row}C{column} is no cell of a table of ours", "write it like 'Deadlines!B5'",
                         exit_code=EXIT_USAGE)


def _row(computed: Computed, name: str) -> dict[str, Any]:
    for table in computed.book.tables.values():
        key = table.schema.id_column or table.schema.key_column
        if key:
            index = next((i for i, value in enumerate(table.columns[key]) if value is not None and fold(str(value)) == fold(name)), None)
            if index is not None:
                ours = [c for c in table.schema.columns
                        if c.owner in (Owner.TOOL, Owner.FORMULA) and table.columns[c.key][index] is not None]
                return {"table": table.schema.key, "id": name, "row": table.rows[index],
                        "values": [_value(computed, table, column, index) for column in ours]}
    raise KakosheetError("K401", f'"{name}" is no id, no cell and no issue code', "write it like D-2026-0001, 'Deadlines!B5' or K302",
                         exit_code=EXIT_USAGE)


def _value(computed: Computed, table: Table, column: Column, index: int) -> dict[str, Any]:
    reference = f"{table.schema.key}.{column.key}"
    told: dict[str, Any] = {
        "cell": computed.book.cell(table.schema.key, column.key, table.rows[index]), "column": reference, "owner": str(column.owner),
        "value": plain(table.columns[column.key][index]), "help": column.help,
    }
    step = next((s for s in plan().steps if isinstance(s, Apply) and reference in s.rule.writes), None)
    if step is not None:
        told["rule"] = (step.rule.fn.__doc__ or "").strip().split("\n")[0]
        told["from"] = list(step.rule.reads)
        if isinstance(step.rule, RowRule):
            told["inputs"], told["why"] = _inputs(computed, step, step.rule, index)
    return told


def _inputs(computed: Computed, step: Apply, rule: RowRule, index: int) -> tuple[dict[str, Any], list[str]]:
    """The row's own inputs, and the sentences of the rule's `why`."""
    values = [computed.run.seen(read)[index] for read in step.reads]
    inputs = {text: plain(value) for text, value in zip(rule.reads, values, strict=True)}
    if rule.why is None:
        return inputs, []
    said = rule.why(*values, **computed.run.context_of(rule.why))
    return inputs, [said] if isinstance(said, str) else list(said)
