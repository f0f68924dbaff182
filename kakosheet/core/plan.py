"""The order of a refresh, derived from what rules declare: a graph over columns, checked when it is built."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from kakosheet.core.records import Record, Via
from kakosheet.core.rules import Check, Reading, RowMaker, RowRule, RuleSet, TableRule
from kakosheet.core.schema import Column, Owner, WorkbookSchema


class PlanError(Exception):
    """The rules and the schema do not fit together: a fault of the program, found when it starts."""


class Read(NamedTuple):
    """One entry of `reads`: a column, seen through a foreign key (`via`, a column of the reading table) or as it was
    read."""

    table: str
    column: str
    via: str = ""
    as_read: bool = False

    @property
    def reference(self) -> str:
        return f"{self.table}.{self.column}"

    @property
    def text(self) -> str:
        """As it is written among `reads`."""
        return (f"{self.via} -> " if self.via else "") + self.reference + ("@read" if self.as_read else "")


def parse_read(text: str) -> Read:
    """ "tasks.person -> people.score" → Read("people", "score", via="tasks.person")."""
    via, arrow, target = text.partition(" -> ")
    table, _, column = (target if arrow else text).partition(".")
    column, _, how = column.partition("@")
    return Read(table, column, via if arrow else "", as_read=how == "read")


class RecordRead(NamedTuple):
    """A record among `reads`: the reads of each of its fields. `via` is the column that names its row; "" where it is
    the row itself."""

    record: type[Record]
    fields: tuple[tuple[Read, ...], ...]
    via: str = ""

    @property
    def table(self) -> str:
        return self.record.table


Seen = Read | RecordRead


def flat(reads: tuple[Seen, ...]) -> Iterator[Read]:
    """Every column that these look at."""
    for read in reads:
        if isinstance(read, Read):
            yield read
            continue
        yield from (one for field in read.fields for one in field)
        if read.via:
            yield parse_read(read.via)


class Source(NamedTuple):
    """The step that fills the blank cells of a column from its sources."""

    table: str
    column: Column
    reads: tuple[Read, ...]


class Make(NamedTuple):
    """The step that makes a table's rows and gives ids to those that lack one."""

    table: str
    maker: RowMaker | None
    reads: tuple[Seen, ...]


class Apply(NamedTuple):
    """The step that runs one rule."""

    rule: RowRule | TableRule
    reads: tuple[Seen, ...]


Step = Source | Make | Apply


@dataclass(frozen=True)
class Plan:
    steps: tuple[Step, ...]
    checks: tuple[tuple[Check, tuple[Seen, ...]], ...]


def needed(plan: Plan, tables: Collection[str]) -> Plan:
    """The steps that these tables need, directly or through others, and no checks."""
    wanted, kept = set(tables), []
    for step in reversed(plan.steps):
        if _home(step) in wanted:
            wanted.update(
                name for read in flat(step.reads) for name in (read.table, read.via.partition(".")[0]) if name
            )
            kept.append(step)
    return Plan(tuple(reversed(kept)), ())


def _home(step: Step) -> str:
    """The table that a step changes."""
    return step.rule.writes[0].partition(".")[0] if isinstance(step, Apply) else step.table


def build(schema: WorkbookSchema, rules: RuleSet) -> Plan:
    """All steps in an order in which nothing is read before it is written. PlanError names what does not fit."""
    parser = _ReadParser(schema)
    steps, producers = _steps(schema, rules, parser)
    graph = dict(_graph(steps, producers))
    try:
        order = tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise PlanError("rules read each other in a circle: " + " -> ".join(error.args[1])) from error
    checks = tuple((check, parser.all(check.reads)) for check in rules.checks)
    return Plan(tuple(steps[name] for name in order), checks)


def _steps(schema: WorkbookSchema, rules: RuleSet, parser: _ReadParser) -> tuple[dict[str, Step], dict[str, str]]:
    """Steps by name, and the name of the step after which a column can be read."""
    steps: dict[str, Step] = {}
    makers = {maker.table: maker for maker in rules.makers}
    if len(makers) < len(rules.makers) or not makers.keys() <= schema.tables.keys():
        raise PlanError("a table has two row makers, or a row maker no table")
    producers: dict[str, str] = {}
    for table in schema.tables.values():
        maker = makers.get(table.key)
        if maker is not None:
            _refuse_columns(maker)
        steps[f"rows:{table.key}"] = Make(table.key, maker, parser.all(maker.reads) if maker else ())
        for column in table.columns:
            producers[f"{table.key}.{column.key}"] = f"rows:{table.key}"
            if column.source:
                name = f"source:{table.key}.{column.key}"
                steps[name] = Source(table.key, column, tuple(parser.column(f"{table.key}.{s}") for s in column.source))
                producers[f"{table.key}.{column.key}"] = name
    written: set[str] = set()
    for rule in rules.rules:
        name = f"rule:{rule.writes[0]}"
        for reference in rule.writes:
            _check_write(schema, rule, reference, written)
            producers[reference] = name
        if isinstance(rule, TableRule):
            _refuse_columns(rule)
        steps[name] = Apply(rule, parser.all(rule.reads))
    _check_all_written(schema, written)
    return steps, producers


def _check_write(schema: WorkbookSchema, rule: RowRule | TableRule, reference: str, written: set[str]) -> None:
    table, _, column = reference.partition(".")
    if table not in schema.tables or column not in schema.tables[table].by_key:
        raise PlanError(f"{rule.fn.__name__}: no column {reference!r} in the schema")
    if schema.column(reference).owner not in (Owner.TOOL, Owner.FORMULA):
        raise PlanError(f"{rule.fn.__name__}: writes {reference}, which is not the tool's")
    if reference in written:
        raise PlanError(f"{reference}: written by two rules")
    if table != rule.writes[0].partition(".")[0]:
        raise PlanError(f"{rule.fn.__name__}: writes two tables")
    written.add(reference)


def _check_all_written(schema: WorkbookSchema, written: set[str]) -> None:
    missing = [
        f"{table.key}.{column.key}"
        for table in schema.tables.values()
        for column in table.columns
        if column.owner in (Owner.TOOL, Owner.FORMULA) and f"{table.key}.{column.key}" not in written
    ]
    if missing:
        raise PlanError(f"no rule writes {', '.join(missing)}")


def _refuse_columns(rule: TableRule | RowMaker) -> None:
    """Whoever goes through whole tables gets records: in a list of values nobody sees which of them cannot be known."""
    if loose := [read for read in rule.reads if isinstance(read, str)]:
        raise PlanError(f"{rule.fn.__name__}: {loose[0]} is to be read as a field of a record")


@dataclass
class _ReadParser:
    """Reads of one schema. Each is parsed once: many rules read the same records."""

    schema: WorkbookSchema
    _columns: dict[str, Read] = field(default_factory=dict)
    _records: dict[type[Record] | Via, RecordRead] = field(default_factory=dict)

    def all(self, reads: tuple[Reading, ...]) -> tuple[Seen, ...]:
        return tuple(self.column(read) if isinstance(read, str) else self.record(read) for read in reads)

    def column(self, text: str) -> Read:
        if text not in self._columns:
            self._columns[text] = self._column(text)
        return self._columns[text]

    def record(self, read: type[Record] | Via) -> RecordRead:
        if read not in self._records:
            self._records[read] = self._record(read)
        return self._records[read]

    def _column(self, text: str) -> Read:
        read = parse_read(text)
        for reference in filter(None, (read.reference, read.via)):
            table, _, column = reference.partition(".")
            tables = self.schema.tables
            if table not in tables or (column != "#wanted" and column not in tables[table].by_key):
                raise PlanError(f"no column {reference!r} in the schema")
        return read

    def _record(self, read: type[Record] | Via) -> RecordRead:
        if isinstance(read, Via):
            self.column(read.reference)
            return RecordRead(read.record, self.record(read.record).fields, read.reference)
        fields = tuple(tuple(self.column(text) for text in field.reads) for field in read.fields)
        own = [one[0] for one in fields if not one[0].via and not one[0].as_read and one[0].column != "#wanted"]
        computed = {self.schema.column(one.reference).owner in (Owner.TOOL, Owner.FORMULA) for one in own}
        if len(computed) > 1:
            raise PlanError(f"{read.__name__}: what people typed and what is computed are two records")
        return RecordRead(read, fields)


def _graph(steps: Mapping[str, Step], producers: Mapping[str, str]) -> Iterator[tuple[str, set[str]]]:
    """Each step, and those that must have run before it."""
    known: dict[type[Record], set[str]] = {}
    for name, step in steps.items():
        needs = set() if isinstance(step, Make) else {f"rows:{_home(step)}"}
        for read in step.reads:
            if isinstance(read, RecordRead):
                if read.record not in known:
                    known[read.record] = set(_needs(flat((read._replace(via=""),)), producers))
                needs |= known[read.record]
                needs.update(_needs([parse_read(read.via)] if read.via else [], producers))
            else:
                needs.update(_needs([read], producers))
        yield name, needs


def _needs(reads: Iterable[Read], producers: Mapping[str, str]) -> Iterator[str]:
    """The steps after which these can be read."""
    for read in reads:
        if read.as_read:
            continue
        yield producers.get(read.reference, f"rows:{read.table}")
        if read.via:
            yield producers[read.via]
            yield f"rows:{read.table}"
