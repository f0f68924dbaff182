"""Runs a plan over tables: makes rows, fills what reads as its source, applies rules, and keeps what cannot be known
apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from kakosheet.core.ids import Sequences, give_ids, id_pattern
from kakosheet.core.plan import Apply, Make, Plan, Read, Source
from kakosheet.core.rules import Fault, RowRule, TableRule, Wanted
from kakosheet.core.schema import Kind, TableSchema
from kakosheet.core.table import Table, Tables, Values
from kakosheet.core.titles import fold

DECIMALS = {Kind.MONEY: 2, Kind.PERCENT: 4, Kind.SCORE: 1, Kind.NUMBER: 6}
"""Places after the point that a result keeps, so that the order of rows never changes a byte."""

NOTHING: frozenset[int] = frozenset()
REMEMBERED = 1_000
"""Rows without faults that a check remembers."""


@dataclass(frozen=True)
class Left:
    """Rows that a computation left out since they cannot be read."""

    rule: str
    table: str
    count: int


@dataclass
class Run:
    """One run of a plan. `context` is what functions may ask for by name; `faults` are what checks found, by table and
    index."""

    tables: Tables
    context: Mapping[str, Any]
    sequences: Sequences
    faults: list[tuple[str, int, Fault]] = field(default_factory=list)
    left_out: list[Left] = field(default_factory=list)
    _indexes: dict[str, dict[str, int]] = field(default_factory=dict)

    def execute(self, plan: Plan) -> None:
        for step in plan.steps:
            if isinstance(step, Make):
                self._make(step)
            elif isinstance(step, Source):
                self._fill(step)
            elif isinstance(step.rule, RowRule):
                self._row_rule(step)
            else:
                self._table_rule(step)
        for check, reads in plan.checks:
            self._check(check.table, partial(check, **self.context_of(check.fn)), reads)

    # -- what a function may see ---------------------------------------------------------------------------------------

    def context_of(self, fn: Callable[..., Any]) -> dict[str, Any]:
        """The part of the context that a function asks for."""
        code = fn.__code__
        names = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
        return {name: self.context[name] for name in names if name in self.context}

    def _index(self, table: Table) -> dict[str, int]:
        """Row index by folded key (and alias) of a table whose rows stand."""
        found = self._indexes.get(table.schema.key)
        if found is None:
            found = self._indexes[table.schema.key] = _index(table, table.schema.id_column or table.schema.key_column)
        return found

    def _seen(self, read: Read) -> tuple[Values, set[int] | frozenset[int], set[int] | frozenset[int]]:
        """The values of a read, and the indices at which they are tainted and unknown."""
        table = self.tables[read.table]
        if read.column == "#wanted":
            return list(table.wanted), NOTHING, NOTHING
        column = (table.old if read.as_read else table.columns)[read.column]
        if read.lenient:
            return column, NOTHING, NOTHING
        bad, unknown = table.bad.get(read.column, NOTHING), table.unknown.get(read.column, NOTHING)
        if read.unreadable:
            return [at in bad or at in unknown for at in range(len(column))], NOTHING, NOTHING
        if not read.via:
            return column, bad, unknown
        own, _, key = read.via.partition(".")
        here = self.tables[own]
        index = self._index(table)
        at = [None if value is None else index.get(fold(str(value))) for value in here.columns[key]]
        values = [None if i is None else column[i] for i in at]
        far_bad = {n for n, i in enumerate(at) if i in bad} if bad else NOTHING
        far_unknown = {n for n, i in enumerate(at) if i in unknown} if unknown else NOTHING
        return values, far_bad | here.bad.get(key, NOTHING), far_unknown | here.unknown.get(key, NOTHING)

    def seen(self, read: Read) -> Values:
        """The values that a rule with this read gets, row by row."""
        return self._seen(read)[0]

    def columns_of(self, reads: Sequence[Read]) -> tuple[list[Values], dict[str, set[int]]]:
        """The columns that a function with these reads gets, and by table the rows left out of them since they cannot
        be read."""
        seen = [self._seen(read) for read in reads]
        home = [read.via.partition(".")[0] or read.table for read in reads]
        drop: dict[str, set[int]] = {}
        for name, (_, bad, unknown) in zip(home, seen, strict=True):
            drop.setdefault(name, set()).update(bad, unknown)
        return [_without(s[0], drop[name]) for name, s in zip(home, seen, strict=True)], drop

    # -- steps ---------------------------------------------------------------------------------------------------------

    def _fill(self, step: Source) -> None:
        table, key = self.tables[step.table], step.column.key
        values = list(table.columns[key])
        for read in step.reads:
            found, bad, unknown = self._seen(read)
            for i, value in enumerate(values):
                if value is None and i not in table.bad.get(key, NOTHING):
                    values[i] = found[i]
                    if i in bad:
                        table.bad.setdefault(key, set()).add(i)
                    if i in unknown:
                        table.unknown.setdefault(key, set()).add(i)
        table.columns[key] = values

    def _row_rule(self, step: Apply) -> None:
        table = self.tables[step.rule.writes[0].partition(".")[0]]
        seen = [self._seen(read) for read in step.reads]
        bad = set().union(*(s[1] for s in seen))
        unknown = set().union(*(s[2] for s in seen)) - bad
        call = partial(step.rule.fn, **self.context_of(step.rule.fn))
        blank: Any = None if len(step.rule.writes) == 1 else (None,) * len(step.rule.writes)
        if not seen:
            results = [call() for _ in table.rows]
        elif bad or unknown:
            skipped = bad | unknown
            results = [
                blank if i in skipped else call(*row) for i, row in enumerate(zip(*(s[0] for s in seen), strict=True))
            ]
        else:
            results = [call(*row) for row in zip(*(s[0] for s in seen), strict=True)]
        columns: Sequence[Values] = (
            [results] if len(step.rule.writes) == 1 else [list(c) for c in zip(*results, strict=True)]
        )
        self._write(step.rule, columns or [[] for _ in step.rule.writes], bad, unknown)

    def _table_rule(self, step: Apply) -> None:
        own = self.tables[step.rule.writes[0].partition(".")[0]]
        seen = [self._seen(read) for read in step.reads]
        home = [read.via.partition(".")[0] or read.table for read in step.reads]
        if any(s[2] for s in seen):
            self._write(step.rule, [[None] * len(own) for _ in step.rule.writes], set(), set(range(len(own))))
            return
        drop: dict[str, set[int]] = {}
        for name, (_, bad, _) in zip(home, seen, strict=True):
            drop.setdefault(name, set()).update(bad)
        self._count(step.rule.fn.__name__, drop)
        columns = [_without(s[0], drop[name]) for name, s in zip(home, seen, strict=True)]
        result = step.rule.fn(*columns, **self.context_of(step.rule.fn))
        lists = [result] if len(step.rule.writes) == 1 else list(result)
        skipped = drop.get(own.schema.key, set())
        self._write(step.rule, [_scattered(values, len(own), skipped) for values in lists], skipped, set())

    def _write(self, rule: RowRule | TableRule, columns: Sequence[Values], bad: set[int], unknown: set[int]) -> None:
        for reference, values in zip(rule.writes, columns, strict=True):
            name, _, key = reference.partition(".")
            table = self.tables[name]
            places = DECIMALS.get(table.schema.by_key[key].kind)
            if places is not None:
                values = [None if value is None else round(value, places) + 0.0 for value in values]
            table.columns[key] = values
            table.bad[key], table.unknown[key] = set(bad), set(unknown)

    def _make(self, step: Make) -> None:
        table = self.tables[step.table]
        if step.maker is not None:
            self._add_wanted(table, self._ask(step), fold_keys=table.schema.row_key == table.schema.key_column)
        give_ids(table, self.sequences, self.context["today"])

    def _ask(self, step: Make) -> list[Wanted]:
        assert step.maker is not None
        return step.maker(*self.columns_of(step.reads)[0], **self.context_of(step.maker.fn))

    def _add_wanted(self, table: Table, wanted: list[Wanted], *, fold_keys: bool) -> None:
        name = table.schema.row_key
        shape: Callable[[str], str] = fold if fold_keys else str
        known = (
            _index(table, name)
            if fold_keys
            else {value: i for i, value in enumerate(table.columns.get(name, ())) if value is not None}
        )
        made = set() if fold_keys else {i for key, i in known.items() if not _is_own(key, table.schema)}
        table.wanted = [False if i in made else None for i in range(len(table))]
        for row in wanted:
            at = known.get(shape(row.key)) if row.key is not None else None
            if at is not None:
                table.wanted[at] = True
                continue
            values = row.values if row.key is None or not name else {**row.values, name: row.key}
            at = table.append(values)
            if row.key is not None:
                known[shape(row.key)] = at

    def _check(self, name: str, call: Callable[..., list[Fault]], reads: tuple[Read, ...]) -> None:
        seen = [self._seen(read) for read in reads]
        skipped = set().union(*(s[1] for s in seen), *(s[2] for s in seen))
        clean: set[tuple[Any, ...]] = set()  # many rows are alike in what a check reads
        for i, row in enumerate(zip(*(s[0] for s in seen), strict=True)):
            if row in clean or i in skipped:
                continue
            if found := call(*row):
                self.faults.extend((name, i, fault) for fault in found)
            elif len(clean) < REMEMBERED:
                clean.add(row)

    def _count(self, rule: str, drop: Mapping[str, set[int]]) -> None:
        self.left_out.extend(Left(rule, name, len(rows)) for name, rows in drop.items() if rows)


def _without(values: Values, drop: set[int]) -> Values:
    return [value for i, value in enumerate(values) if i not in drop] if drop else values


def _scattered(values: Sequence[Any], count: int, skipped: set[int]) -> Values:
    """Results put back at the rows that were passed in; what is short stays blank."""
    rest = iter(values)
    return [None if i in skipped else next(rest, None) for i in range(count)]


def _index(table: Table, key: str) -> dict[str, int]:
    """Row index by folded key and alias; the first row of a key, and a key before an alias."""
    found: dict[str, int] = {}
    for i, value in enumerate(table.columns.get(key, ())):
        if value is not None:
            found.setdefault(fold(str(value)), i)
    for i, text in enumerate(table.columns.get(table.schema.alias_column, ())):
        for alias in str(text or "").replace("\n", ";").split(";"):
            found.setdefault(fold(alias), i)
    found.pop("", None)
    return found


def _is_own(key: str, schema: TableSchema) -> bool:
    """Whether a row's key was given to a row of people's own, not by a row maker."""
    return schema.id_column == schema.row_key and id_pattern(schema.id_format).fullmatch(key) is not None
