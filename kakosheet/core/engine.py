"""Runs a plan over tables: makes rows, fills what reads as its source, applies rules, and keeps what cannot be known
apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from kakosheet.core.ids import Sequences, give_ids, id_pattern
from kakosheet.core.lookup import Lookup, index_of
from kakosheet.core.plan import Make, Plan, Read, RecordRead, Seen, Source
from kakosheet.core.records import CannotKnow, Cell, Cells, attempt, spread
from kakosheet.core.rules import Fault, Kept, RowRule, TableRule, Wanted
from kakosheet.core.schema import Column, Kind, Owner, TableSchema
from kakosheet.core.table import Table, Tables
from kakosheet.core.titles import fold

DECIMALS = {Kind.MONEY: 2, Kind.PERCENT: 4, Kind.SCORE: 1, Kind.NUMBER: 6}
"""Places after the point that a result keeps, so that the order of rows never changes a byte."""

KEEPS = (Kind.TEXT, Kind.NUMBER, Kind.INTEGER, Kind.PERCENT, Kind.SCORE)
"""Kinds whose cell keeps what it shows while a formula has no stored value: scores and texts. A date or an amount is
emptied: nobody may take an old one for true."""

REMEMBERED = 1_000
"""Rows without faults that a check remembers."""


@dataclass(frozen=True)
class LeftOut:
    """What a computation left out of a table since these cells of it cannot be known."""

    rule: str
    table: str
    cells: Cells

    @property
    def count(self) -> int:
        """How many rows that are."""
        return len({cell.at for cell in self.cells})


@dataclass
class Run:
    """One run of a plan. `context` is what functions may ask for by name; `faults` are what checks found, by table and
    index."""

    tables: Tables
    context: Mapping[str, Any]
    sequences: Sequences
    faults: list[tuple[str, int, Fault]] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    @cached_property
    def lookup(self) -> Lookup:
        """What rules see of the tables."""
        return Lookup(self.tables)

    def execute(self, plan: Plan) -> None:
        each = (*(step.reads for step in plan.steps), *(reads for _, reads in plan.checks))
        self.lookup.uses.update(read.record for reads in each for read in reads if isinstance(read, RecordRead))
        for step in plan.steps:
            if isinstance(step, Make):
                self._make(step)
            elif isinstance(step, Source):
                self._fill(step)
            elif isinstance(step.rule, RowRule):
                self._row_rule(step.rule, step.reads)
            else:
                self._table_rule(step.rule, step.reads)
        for check, reads in plan.checks:
            self._check(check.table, partial(check, **self.context_of(check.fn)), reads)
        self.lookup.settled = True

    def context_of(self, fn: Callable[..., Any]) -> dict[str, Any]:
        """The part of the context that a function asks for."""
        code = fn.__code__
        names = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
        return {name: self.context[name] for name in names if name in self.context}

    # -- steps ---------------------------------------------------------------------------------------------------------

    def _fill(self, step: Source) -> None:
        table, key = self.tables[step.table], step.column.key
        values, own = list(table.columns[key]), table.faults(key)
        for read in step.reads:
            found, faults = self.lookup.column(read)
            for i, value in enumerate(values):
                if value is None and i not in own:
                    values[i] = found[i]
                    if i in faults:
                        self._mark(table, step.column, i, faults[i])
        table.columns[key] = values

    def _row_rule(self, rule: RowRule, reads: tuple[Seen, ...]) -> None:
        call = partial(rule.fn, **self.context_of(rule.fn))
        if not reads:
            self._write(rule, [call() for _ in self._written(rule).rows], marked=False)
            return
        seen = [self.lookup.seen(read) for read in reads]
        rows = zip(*(values for values, _ in seen), strict=True)
        faults = [found for _, found in seen if found]
        if not faults and not self.lookup.holds_faults(reads):
            self._write(rule, [call(*row) for row in rows], marked=False)
            return
        told = ([found[i] for found in faults if i in found] for i in range(len(seen[0][0])))
        self._write(
            rule,
            [
                CannotKnow(set().union(*bad)) if bad else attempt(call, *row)
                for row, bad in zip(rows, told, strict=True)
            ],
            marked=True,
        )

    def _table_rule(self, rule: TableRule, reads: tuple[Seen, ...]) -> None:
        self.lookup.notes.clear()
        result = rule.fn(*(self.lookup.seen(read)[0] for read in reads), **self.context_of(rule.fn))
        table, lists = self._written(rule), [result] if len(rule.writes) == 1 else list(result)
        notes, named = self.lookup.notes, set[Cell]()
        for reference, values in zip(rule.writes, lists, strict=True):
            whole = [*values, *(None for _ in range(len(table) - len(values)))]
            self._put(table, reference, whole, marked=bool(notes.asked))
            named.update(*(mark.cells for mark in whole if isinstance(mark, CannotKnow)) if notes.asked else ())
        self._count(rule.fn.__name__, notes.left_out | (notes.asked - named))

    def _written(self, rule: RowRule | TableRule) -> Table:
        return self.tables[rule.writes[0].partition(".")[0]]

    def _write(self, rule: RowRule, results: Sequence[Any], *, marked: bool) -> None:
        table = self._written(rule)
        columns = [results] if len(rule.writes) == 1 else spread(results, len(rule.writes))
        for reference, values in zip(rule.writes, columns, strict=True):
            self._put(table, reference, values, marked=marked)

    def _put(self, table: Table, reference: str, values: Sequence[Any], *, marked: bool) -> None:
        """Write a column: values rounded to what a cell keeps; marks, if there may be some, as cells that cannot be
        known."""
        column = table.schema.by_key[reference.partition(".")[2]]
        table.bad[column.key], table.unknown[column.key], table.causes[column.key] = set(), set(), {}
        written = list(values)
        for i, value in enumerate(written) if marked else ():
            if isinstance(value, CannotKnow):
                self._mark(table, column, i, value.cells)
                written[i] = None
        places = DECIMALS.get(column.kind)
        table.columns[column.key] = (
            written if places is None else [None if value is None else round(value, places) + 0.0 for value in written]
        )

    def _mark(self, table: Table, column: Column, at: int, cells: Cells) -> None:
        """Note that a cell cannot be known, whether it is emptied or keeps what it shows, and what is to be mended."""
        stays = (
            column.owner is Owner.TOOL
            and column.kind in KEEPS
            and all(cell.at in self.tables[cell.table].unknown.get(cell.column, ()) for cell in cells)
        )
        (table.unknown if stays else table.bad).setdefault(column.key, set()).add(at)
        table.causes.setdefault(column.key, {})[at] = cells

    def _make(self, step: Make) -> None:
        table = self.tables[step.table]
        if step.maker is not None:
            self._add_wanted(table, self._ask(step), fold_keys=table.schema.row_key == table.schema.key_column)
        give_ids(table, self.sequences, self.context["today"])

    def _ask(self, step: Make) -> list[Wanted | Kept]:
        assert step.maker is not None
        return step.maker(*(self.lookup.seen(read)[0] for read in step.reads), **self.context_of(step.maker.fn))

    def _add_wanted(self, table: Table, wanted: list[Wanted | Kept], *, fold_keys: bool) -> None:
        name = table.schema.row_key
        shape: Callable[[str], str] = fold if fold_keys else str
        known = (
            index_of(table, name)
            if fold_keys
            else {value: i for i, value in enumerate(table.columns.get(name, ())) if value is not None}
        )
        made = set() if fold_keys else {i for key, i in known.items() if not _is_own(key, table.schema)}
        kept, lost = tuple(row.prefix for row in wanted if isinstance(row, Kept)), table.faults(name) if name else {}
        table.wanted = [False if i in made else None for i in range(len(table))]
        for key, i in known.items() if kept else ():
            if key.startswith(kept) and i in made:
                table.wanted[i] = True
        for row in wanted:
            if isinstance(row, Kept):
                continue
            at = known.get(shape(row.key)) if row.key is not None else None
            if at is not None:
                table.wanted[at] = True
                continue
            if row.key is not None and any(_may_be(table, i, row) for i in lost):
                continue
            values = row.values if row.key is None or not name else {**row.values, name: row.key}
            at = table.append(values)
            if row.key is not None:
                known[shape(row.key)] = at

    def _check(self, name: str, call: Callable[..., list[Fault]], reads: tuple[Seen, ...]) -> None:
        """Ask a check about each row that it can know; many rows are alike in the columns that a check reads, records
        are not."""
        seen = [self.lookup.seen(read) for read in reads]
        skipped = set().union(*(faults for _, faults in seen))
        alike, clean = all(isinstance(read, Read) for read in reads), set[tuple[Any, ...]]()
        ask: Callable[..., Any] = partial(attempt, call) if self.lookup.holds_faults(reads) else call
        for i, row in enumerate(zip(*(values for values, _ in seen), strict=True)):
            if i in skipped or (alike and row in clean):
                continue
            found = ask(*row)
            if isinstance(found, CannotKnow):
                continue
            if found:
                self.faults.extend((name, i, fault) for fault in found)
            elif alike and len(clean) < REMEMBERED:
                clean.add(row)

    def _count(self, rule: str, asked: Iterable[Cell]) -> None:
        found: dict[str, set[Cell]] = {}
        for cell in asked:
            found.setdefault(cell.table, set()).add(cell)
        self.left_out.extend(LeftOut(rule, name, frozenset(cells)) for name, cells in found.items())


def _may_be(table: Table, at: int, wanted: Wanted) -> bool:
    """Whether a row whose key cannot be known may be a wanted one: it refers to the same rows, as far as that can be
    known. So nothing that people wrote there is made a second time, blank."""
    references = [column.key for column in table.schema.columns if column.ref and column.key in wanted.values]
    return all(
        (value := table.columns[key][at]) is None or fold(str(value)) == fold(str(wanted.values[key]))
        for key in references
    )


def _is_own(key: str, schema: TableSchema) -> bool:
    """Whether a row's key was given to a row of people's own, not by a row maker."""
    return schema.id_column == schema.row_key and id_pattern(schema.id_format).fullmatch(key) is not None
