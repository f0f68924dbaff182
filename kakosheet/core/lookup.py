"""What a rule sees of the tables: columns, columns of the rows that references name, and records of both, with what
cannot be known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from kakosheet.core.plan import Read, RecordRead, Seen, flat, parse_read
from kakosheet.core.records import Cells, Notes, R, Record, attempt, faults_of, faulty, records_of
from kakosheet.core.schema import Column
from kakosheet.core.table import Table, Tables, Values
from kakosheet.core.titles import fold

Faults = dict[int, Cells]
"""Row → the cells that have to be mended before anybody knows what it says."""

NOTHING: Faults = {}


@dataclass
class Lookup:
    """The tables of one run. Rows stand once their maker has run; what a plan lets a rule see does not change any more
    then.

    `notes` are about the rule that runs. `uses` tells how often the records of a class will still be asked for: they
    are kept until then, and all of them once the run is `settled`."""

    tables: Tables
    notes: Notes = field(default_factory=Notes)
    uses: Counter[type[Record]] = field(default_factory=Counter)
    settled: bool = False
    _kept: dict[type[Record], list[Any]] = field(default_factory=dict)
    _indexes: dict[str, dict[str, int]] = field(default_factory=dict)
    _named: dict[tuple[str, str], tuple[Values, dict[str, int], list[int | None], Faults]] = field(default_factory=dict)

    def column(self, read: Read) -> tuple[Values, Faults]:
        """The values of a read, row by row of the table that reads, and of which of them nobody knows what they say."""
        table = self.tables[read.table]
        if read.column == "#wanted":
            return list(table.wanted), NOTHING
        column = (table.old if read.as_read else table.columns)[read.column]
        faults = table.faults(read.column)
        if not read.via:
            return column, faults
        at, unsure = self._rows_named(read.via, table)
        values = [None if i is None else column[i] for i in at]
        if not faults:
            return values, unsure
        return values, {n: faults[i] for n, i in enumerate(at) if i in faults} | unsure

    def records(self, read: RecordRead) -> list[Any]:
        """The records of a read, row by row of the table that reads; None where a reference names no row."""
        own = self._own_records(read)
        if not read.via:
            return own
        at, unsure = self._rows_named(read.via, self.tables[read.table])
        found = [None if i is None else own[i] for i in at]
        for n, cells in unsure.items():
            found[n] = faulty(read.record(), {one.name: cells for one in read.record.fields}, self.notes)
        return found

    def rows(self, record: type[R]) -> list[R]:
        """The records of all rows of a table, for those who look at it after the run."""
        return self._own_records(RecordRead(record, tuple(tuple(map(parse_read, one.reads)) for one in record.fields)))

    def seen(self, read: Seen) -> tuple[list[Any], Faults]:
        """What a rule gets for one entry of its reads. Of records nobody has to ask: they tell by themselves."""
        return self.column(read) if isinstance(read, Read) else (self.records(read), NOTHING)

    def inputs(self, fn: Callable[..., Any], reads: Iterable[Seen], at: int) -> list[tuple[Read, Any]]:
        """What a row rule looks at in the row at index `at`: its reads with their values, of records the fields that it
        asks for."""
        row = [self.seen(read)[0][at] for read in reads]
        notes: list[set[str]] = [set() for _ in row]
        attempt(
            fn,
            *(
                faulty(one, faults_of(one), seen=seen) if isinstance(one, Record) else one
                for one, seen in zip(row, notes, strict=True)
            ),
        )
        found: list[tuple[Read, Any]] = []
        for read, value, seen in zip(reads, row, notes, strict=True):
            if isinstance(read, Read):
                found.append((read, value))
            elif value is not None:
                row_at = self._rows_named(read.via, self.tables[read.table])[0][at] if read.via else at
                found += [
                    (self._naming(alternatives, row_at), tuple.__getitem__(value, place))
                    for place, (one, alternatives) in enumerate(zip(read.record.fields, read.fields, strict=True))
                    if one.name in seen
                ]
        return found

    def _naming(self, reads: tuple[Read, ...], at: int | None) -> Read:
        """The read of a field that names a row, for the row at `at`."""
        if at is None:
            return reads[0]
        named = (
            read
            for read in reads
            if not read.via or self._rows_named(read.via, self.tables[read.table])[0][at] is not None
        )
        return next(named, reads[0])

    def holds_faults(self, reads: Iterable[Seen]) -> bool:
        """Whether any record among these has a field that cannot be known."""
        return any(self._has_faults(one) for read in reads if isinstance(read, RecordRead) for one in flat((read,)))

    def all_known(self) -> bool:
        """Whether there is no cell anywhere that cannot be known."""
        return not any(any(marked.values()) for table in self.tables.values() for marked in (table.bad, table.unknown))

    def _has_faults(self, read: Read) -> bool:
        table, _, key = read.via.partition(".")
        here = self.tables[read.table]
        return bool(here.faults(read.column) or (table and (self.tables[table].faults(key) or _lost_keys(here))))

    def index(self, table: Table) -> dict[str, int]:
        """Row index by folded key (and alias) of a table whose rows stand."""
        found = self._indexes.get(table.schema.key)
        if found is None:
            found = self._indexes[table.schema.key] = index_of(table, table.schema.id_column or table.schema.key_column)
        return found

    def _own_records(self, read: RecordRead) -> list[Any]:
        kept, count = self._kept.pop(read.record, None), len(self.tables[read.table])
        found = kept if kept is not None and len(kept) == count else self._made(read)
        self.uses[read.record] -= 1
        if self.settled or self.uses[read.record] > 0:
            self._kept[read.record] = found
        return found

    def _made(self, read: RecordRead) -> list[Any]:
        seen = [self._first_named(alternatives) for alternatives in read.fields]
        faults: dict[int, dict[str, Cells]] = {}
        for one, (_, found) in zip(read.record.fields, seen, strict=True):
            for at, cells in found.items():
                faults.setdefault(at, {})[one.name] = cells
        return records_of(read.record, [values for values, _ in seen], faults, self.notes)

    def _first_named(self, reads: tuple[Read, ...]) -> tuple[Values, Faults]:
        """The value of the first of these that names a row, row by row."""
        values, faults = self.column(reads[0])
        named = self._rows_named(reads[0].via, self.tables[reads[0].table])[0] if len(reads) > 1 else []
        for read in reads[1:]:
            (more, bad), (also, _) = self.column(read), self._rows_named(read.via, self.tables[read.table])
            values = [other if at is None else value for value, other, at in zip(values, more, named, strict=True)]
            settled = {n for n in faults if read.via == reads[0].via and named[n] is None and also[n] is not None}
            told = {n: cells for n, cells in faults.items() if n not in settled}
            faults = told | {n: cells | told.get(n, frozenset()) for n, cells in bad.items() if named[n] is None}
            named = [other if at is None else at for at, other in zip(named, also, strict=True)]
        return values, faults

    def _rows_named(self, reference: str, table: Table) -> tuple[list[int | None], Faults]:
        """Which row of a table each cell of a reference names, and the cells of which nobody knows what they name: those
        that cannot be known themselves, and while a key of that table cannot be, those that name no other row. Many
        columns are read through one reference: it is looked up again only if it has changed."""
        own, _, key = reference.partition(".")
        here, index = self.tables[own], self.index(table)
        names, via = here.columns[key], (reference, table.schema.key)
        known = self._named.get(via)
        if known is None or known[0] is not names or known[1] is not index or len(known[2]) != len(names):
            rows = [None if name is None else index.get(fold(str(name))) for name in names]
            lost = _lost_keys(table)
            strays = self._strays(names, rows, here.schema.by_key[key], table) if lost else ()
            known = self._named[via] = (names, index, rows, dict.fromkeys(strays, lost))
        return known[2], known[3] | here.faults(key) if known[3] else here.faults(key)

    def _strays(self, names: Values, rows: list[int | None], column: Column, table: Table) -> Iterator[int]:
        """The cells of a reference that name no row that is known, neither of this table nor of another that the column
        may name."""
        others = [self.tables[name] for name, _ in column.named if name != table.schema.key and name in self.tables]
        elsewhere = set().union(*(index_of(one, one.schema.id_column or one.schema.key_column) for one in others))
        for n, at in enumerate(rows):
            if at is None and names[n] is not None and fold(str(names[n])) not in elsewhere:
                yield n


def _lost_keys(table: Table) -> Cells:
    """The cells with the names of rows, and their further names, of which nobody knows what they say."""
    keys = (table.schema.id_column or table.schema.key_column, table.schema.alias_column)
    return frozenset().union(*(cells for key in keys if key for cells in table.faults(key).values()))


def index_of(table: Table, key: str) -> dict[str, int]:
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
