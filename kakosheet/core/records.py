"""Records: a rule gets one thing with named fields instead of thirty loose columns, and nobody can overlook a cell that
cannot be known.

    class Task(Record, of="tasks"):
        "What people typed about one task."
        id: str | None
        done_on: date | None
        boss: str | None = far("person -> people.boss")
        typed: str | None = cell("person@read")

`far` reads the row that the reference names; with several, the first that names a row. `cell` reads another column, or
the column as it was read (core/rules.py).

A field whose cell cannot be read, or is a formula without a stored value, raises CannotKnow when it is asked for: never
None, which would mean that nothing is there. A row without such cells pays nothing for that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import get_annotations
from itertools import repeat
from operator import itemgetter
from typing import Any, ClassVar, NamedTuple, Self, TypeVar, dataclass_transform

T = TypeVar("T")
K = TypeVar("K")
R = TypeVar("R", bound="Record")


class Cell(NamedTuple):
    """A cell by the key of its table, the key of its column and the index of its row in the table."""

    table: str
    column: str
    at: int


Cells = frozenset[Cell]


@dataclass
class Notes:
    """What a rule could not know: the cells that it `asked` for, and those of a row that it `left_out` and went on
    without."""

    asked: set[Cell] = field(default_factory=set)
    left_out: set[Cell] = field(default_factory=set)

    @property
    def cells(self) -> Cells:
        """All of them."""
        return frozenset(self.asked | self.left_out)

    def clear(self) -> None:
        self.asked.clear()
        self.left_out.clear()


class CannotKnow(Exception):
    """What was asked for hangs on cells that cannot be known. `cells` are those that people have to mend; `notes` those
    of the rule that asked."""

    def __init__(self, cells: Iterable[Cell], notes: Notes | None = None) -> None:
        self.cells: Cells = frozenset(cells)
        self.notes = notes
        super().__init__(", ".join(f"{cell.table}.{cell.column}[{cell.at}]" for cell in sorted(self.cells)))

    def leave_out(self) -> None:
        """Note that the rule goes on without the row: its other results are then counted without it."""
        if self.notes is not None:
            self.notes.left_out |= self.cells


class FieldSpec(NamedTuple):
    """A field and where its value is read: the first of `reads` (of "order -> purchases.price") that names a row."""

    name: str
    reads: tuple[str, ...]


class _Reads(tuple[str, ...]):
    """What `cell` and `far` say of a field, until its class is made."""


def cell(read: str) -> Any:
    """A field that is called otherwise than its column, or that sees it as it was read: "price", "price@read",
    "#wanted"."""
    return _Reads((read,))


def far(*reads: str) -> Any:
    """A field of the row that a reference of this one names: "order -> purchases.price". With several, the first that
    names a row counts."""
    return _Reads(reads)


class _Bare(type):
    """Makes records without room for more than their fields: there are many."""

    def __new__(
        cls, name: str, bases: tuple[type, ...], body: dict[str, Any], *, bare: bool = True, **of: str
    ) -> _Bare:
        return super().__new__(cls, name, bases, {"__slots__": (), **body} if bare else body, **of)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(cell, far))
class Record(tuple[Any, ...], metaclass=_Bare):
    """One row of the table `of`, as the fields of a subclass tell. In tests: `Task(id="T-0001")`; what is not named is
    None."""

    table: ClassVar[str] = ""
    fields: ClassVar[tuple[FieldSpec, ...]] = ()
    _guarded: ClassVar[type[Any] | None] = None

    def __init_subclass__(cls, of: str = "") -> None:
        if not of:
            return
        cls.table, cls._guarded = of, None
        cls.fields = tuple(FieldSpec(name, _reads(cls, name)) for name in get_annotations(cls))
        for at, spec in enumerate(cls.fields):
            setattr(cls, spec.name, property(itemgetter(at)))

    def __new__(cls, **values: Any) -> Self:
        if strange := values.keys() - {spec.name for spec in cls.fields}:
            raise TypeError(f"{cls.__name__} has no {', '.join(sorted(strange))}")
        return tuple.__new__(cls, [values.get(spec.name) for spec in cls.fields])

    @classmethod
    def blank(cls) -> Self:
        """A row in which nothing stands."""
        return tuple.__new__(cls, (None,) * len(cls.fields))


def _reads(cls: type[Record], name: str) -> tuple[str, ...]:
    """The full reads of a field: `person -> people.boss` of "tasks" is `tasks.person -> people.boss`."""
    return tuple(f"{cls.table}.{read}" for read in cls.__dict__.get(name, _Reads((name,))))


def records_of(
    cls: type[R], columns: Iterable[Iterable[Any]], faults: Mapping[int, Mapping[str, Cells]], notes: Notes
) -> list[R]:
    """A record for each row of `columns`, which are in the order of the fields. `faults`: row → field → the cells to
    mend."""
    found = list(map(tuple.__new__, repeat(cls), zip(*columns, strict=True)))
    for at, fields in faults.items():
        found[at] = faulty(found[at], fields, notes)
    return found


def faulty(record: R, fields: Mapping[str, Cells], notes: Notes | None = None, seen: set[str] | None = None) -> R:
    """The same record, of which these fields raise CannotKnow. It notes the cells to mend in `notes`, and all fields
    that are read in `seen`."""
    kind = type(record)
    guarded: type[Any] = kind._guarded or _guarded(kind)
    found: R = tuple.__new__(guarded, record)
    found.__dict__.update(
        faults=fields, notes=Notes() if notes is None else notes, seen=set() if seen is None else seen
    )
    return found


def values_of(record: Record, names: tuple[str, ...]) -> Iterable[Any]:
    """What stands in these fields, in their order; None for those that cannot be known, too."""
    if is_faulty(record):
        return [or_blank(getattr, record, name) for name in names]
    return map(getattr, repeat(record), names)


def faults_of(record: Record) -> Mapping[str, Cells]:
    """The fields of a record that cannot be known, with the cells to mend."""
    return record.__dict__["faults"] if is_faulty(record) else {}


def is_faulty(record: Record) -> bool:
    """Whether some field of a record cannot be known; of any other record every field can."""
    return type(record)._guarded is type(record)


def _guarded(kind: type[Record]) -> type[Record]:
    """The class of a record's faulty rows."""
    asking = {spec.name: _asking(spec.name, at) for at, spec in enumerate(kind.fields)}
    kind._guarded = _Bare(kind.__name__, (kind,), asking, bare=False)
    return kind._guarded


def _asking(name: str, at: int) -> property:
    def read(record: Any) -> Any:
        record.__dict__["seen"].add(name)
        cells = record.__dict__["faults"].get(name)
        if cells is not None:
            notes = record.__dict__["notes"]
            notes.asked |= cells
            raise CannotKnow(cells, notes)
        return tuple.__getitem__(record, at)

    return property(read)


class Via(NamedTuple):
    """The record of the row that a reference names, row by row of the reference's table; None where it names none."""

    reference: str
    record: type[Record]


def via(reference: str, record: type[Record]) -> Via:
    """Among `reads`: `via("steps.task", Task)`, the task of each step."""
    return Via(reference, record)


# -- what cannot be known, verdict by verdict --------------------------------------------------------------------------


def attempt(fn: Callable[..., T], *args: Any) -> T | CannotKnow:
    """What `fn` gives, or what stands in its way: a mark, which an output cell keeps with its cells."""
    try:
        return fn(*args)
    except CannotKnow as unknown:
        return unknown.with_traceback(None)


def sure(value: T | CannotKnow) -> T:
    """A value that may be a mark, or CannotKnow raised."""
    if isinstance(value, CannotKnow):
        raise value
    return value


def or_blank(fn: Callable[..., T | None], *args: Any) -> T | None:
    """What `fn` gives; None where that cannot be known: for what only stands beside a verdict, which counts all the same."""
    found = attempt(fn, *args)
    return None if isinstance(found, CannotKnow) else found


def known(fn: Callable[..., T], *records: Iterable[Any]) -> list[T]:
    """What `fn` gives for each row of the records, without the rows of which it cannot be known. Those count as left
    out. Where there are some, `fn` is asked twice."""
    columns = [one if isinstance(one, list) else list(one) for one in records]
    if len({len(one) for one in columns}) > 1:
        raise ValueError("not every row has all of its records")
    found = _all(fn, columns)
    return [one for _, one in _told(fn, columns)] if found is None else found


def groups(rows: Iterable[T], key: Callable[[T], K | None]) -> dict[K, list[T]]:
    """Records, or tuples of records of one row, by what `key` gives, in their order; without those of which it gives
    None or cannot be known. Where there are some of these, `key` is asked twice."""
    each = rows if isinstance(rows, list) else list(rows)
    names, found = _all(key, [each]), dict[K, list[T]]()
    for at, name in enumerate(names) if names is not None else _told(key, [each]):
        if name is not None:
            found.setdefault(name, []).append(each[at])
    return found


def _all(fn: Callable[..., T], columns: Sequence[list[Any]]) -> list[T] | None:
    """What `fn` gives for each row; None where some cannot be known."""
    try:
        found = list(map(fn, *columns))
    except CannotKnow:
        return None
    return None if CannotKnow in set(map(type, found)) else found


def _told(fn: Callable[..., T], columns: Sequence[list[Any]]) -> Iterator[tuple[int, T]]:
    """What `fn` gives, with the index of its row; rows of which it cannot be known count as left out."""
    for at, row in enumerate(zip(*columns, strict=True)):
        found = attempt(fn, *row)
        if isinstance(found, CannotKnow):
            found.leave_out()
        else:
            yield at, found


def spread(rows: Iterable[Any], width: int) -> list[list[Any]]:
    """The columns of rows, each a tuple of `width` values or a mark, which then stands in all of its cells."""
    whole = [(row,) * width if isinstance(row, CannotKnow) else row for row in rows]
    return [list(column) for column in zip(*whole, strict=True)] if whole else [[] for _ in range(width)]
