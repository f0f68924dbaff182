"""Rules: plain functions, each with the columns that it reads and writes. Their order is derived from those
declarations.

Three kinds. A *row rule* gets one row's values in the order of `reads` and gives the value (or the tuple of values) to
write. A *table rule* gets the records of whole tables as lists and gives lists, aligned with the rows of the table that
it writes (a block of a view may get fewer: the rest stays blank). A *row maker* gets such lists too and gives the rows
that should exist. A *check* looks at one row and gives what is wrong with it.

What may stand in `reads`:
- `Task`: the record of the row, or the records of all rows (core/records.py);
- `via("steps.task", Task)`: the record of the row that the reference names; None where it names none;
- in row rules and checks also single cells: `"tasks.opened_on"`, the column as it is now;
- `"tasks.person -> people.status"`: that column of the row which the reference names; None if it names none;
- `"steps.done_on@read"`: the column as it was read, which never makes a circle: for makers that look at their own
  table;
- `"steps.#wanted"`: whether the row maker calls for this row (None: a row of people's own).

A row rule of which a cell cannot be known is not called (a record raises when that field is asked for): its cells of
that row are marked with the cells to mend. A table rule gives such marks itself (`attempt`), row by row; what it leaves
out of a sum is counted by itself.

Functions may also ask for context by keyword-only parameters: `today` (date), `now` (datetime, aware), `policy`, `say`
(a sentence by its name in templates, with values), `titles`. They never get what they did not declare.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, NamedTuple

from kakosheet.core.records import Record, Via

Reading = str | type[Record] | Via


@dataclass(frozen=True)
class RowRule:
    """`why`, with the same parameters as `fn`, gives the sentences by which `explain` tells how the value came
    about."""

    fn: Callable[..., Any]
    writes: tuple[str, ...]
    reads: tuple[Reading, ...]
    why: Callable[..., str | list[str]] | None = None

    def __call__(self, *args: Any, **context: Any) -> Any:
        return self.fn(*args, **context)


@dataclass(frozen=True)
class TableRule:
    """`why`, with the index of a row in its own table's columns before what `fn` gets, gives the sentences for
    `explain`."""

    fn: Callable[..., Any]
    writes: tuple[str, ...]
    reads: tuple[Reading, ...]
    why: Callable[..., list[str]] | None = None

    def __call__(self, *args: Any, **context: Any) -> Any:
        return self.fn(*args, **context)


class Wanted(NamedTuple):
    """A row that should exist. `key` is looked up in the table's `row_key` column; None always makes a new row.

    `values` fill its user columns once, at birth; they are not written again."""

    key: str | None
    values: dict[str, Any]


class Kept(NamedTuple):
    """Rows of which nobody knows whether they should exist, by the beginning of their key: they stay as they are."""

    prefix: str


@dataclass(frozen=True)
class RowMaker:
    fn: Callable[..., Iterable[Wanted | Kept]]
    table: str
    reads: tuple[Reading, ...]

    def __call__(self, *args: Any, **context: Any) -> list[Wanted | Kept]:
        return list(self.fn(*args, **context))


class Fault(NamedTuple):
    """What a check finds: the column (its key) of the row, the issue code, what is there, and the cure."""

    column: str
    code: str
    message: str
    hint: str = ""
    severity: str = "error"


@dataclass(frozen=True)
class Check:
    fn: Callable[..., Iterable[Fault]]
    table: str
    reads: tuple[Reading, ...]

    def __call__(self, *args: Any, **context: Any) -> list[Fault]:
        return list(self.fn(*args, **context))


def rule(
    *writes: str, reads: Iterable[Reading], why: Callable[..., str | list[str]] | None = None
) -> Callable[[Callable[..., Any]], RowRule]:
    """Declare a row rule for one tool or formula column, or for several of one table."""
    return lambda fn: RowRule(fn, writes, tuple(reads), why)


def table_rule(
    *writes: str, reads: Iterable[Reading], why: Callable[..., list[str]] | None = None
) -> Callable[[Callable[..., Any]], TableRule]:
    """Declare a table rule: lists in, a tuple of lists out (one list if it writes one column)."""
    return lambda fn: TableRule(fn, writes, tuple(reads), why)


def rows(table: str, *, reads: Iterable[Reading]) -> Callable[[Callable[..., Iterable[Wanted | Kept]]], RowMaker]:
    """Declare the maker of a table's rows. Of a parent that cannot be known it makes none, and keeps those that stand
    there (Kept)."""
    return lambda fn: RowMaker(fn, table, tuple(reads))


def check(table: str, *, reads: Iterable[Reading]) -> Callable[[Callable[..., Iterable[Fault]]], Check]:
    """Declare a check of one row: a generator of faults. It runs after all rules."""
    return lambda fn: Check(fn, table, tuple(reads))


@dataclass(frozen=True)
class RuleSet:
    """All rules of a workbook, as they stand in the modules of its sheets."""

    rules: tuple[RowRule | TableRule, ...] = ()
    makers: tuple[RowMaker, ...] = ()
    checks: tuple[Check, ...] = field(default=())


def collect(modules: Iterable[ModuleType]) -> RuleSet:
    """The rules, makers and checks that stand at the top level of these modules."""
    found = [
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, RowRule | TableRule | RowMaker | Check)
    ]
    unique = list(dict.fromkeys(found))
    return RuleSet(
        tuple(r for r in unique if isinstance(r, RowRule | TableRule)),
        tuple(r for r in unique if isinstance(r, RowMaker)),
        tuple(r for r in unique if isinstance(r, Check)),
    )
