"""What is wrong between rows: ids twice, names twice, references to nothing, required cells left empty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from kakosheet.core import seal
from kakosheet.core.bind import Book, place_issue, typed_by_people
from kakosheet.core.issues import Issue, Severity
from kakosheet.core.schema import SEAL, Column, TableSchema, WorkbookSchema
from kakosheet.core.table import Table
from kakosheet.core.titles import fold


def audit(book: Book, schema: WorkbookSchema) -> list[Issue]:
    """Issues of all registers, after ids were given and rows made."""
    issues: list[Issue] = []
    keys = {key: _keys(book.tables[key]) for key in schema.tables}
    for key in book.binding:
        table = book.tables[key]
        if table.schema.slots is None:
            issues += _twice(book, table, schema.version)
            for column in table.schema.columns:
                if column.required:
                    issues += _missing(book, table, column)
                if column.ref and typed_by_people(column):
                    issues += _dangling(book, table, column, schema, keys)
    return issues


def _keys(table: Table) -> set[str]:
    name = table.schema.id_column or table.schema.key_column
    return {fold(str(value)) for value in table.columns[name] if value is not None} if name else set()


def _twice(book: Book, table: Table, version: int) -> Iterator[Issue]:
    name = table.schema.id_column or table.schema.key_column
    if not name:
        return
    rows: dict[str, list[int]] = defaultdict(list)
    for i, value in enumerate(table.columns[name]):
        if value is not None:
            rows[fold(str(value))].append(i)
    for same in rows.values():
        if len(same) > 1:
            originals = _unchanged(book, table, same, version) if table.schema.id_format else []
            for i in same:
                yield _one_of_two(book, table, name, i, same, originals)


def _unchanged(book: Book, table: Table, rows: Iterable[int], version: int) -> list[int]:
    """Those of the rows whose typed cells are as the last refresh left them."""
    key = table.schema.key
    if SEAL.key not in book.binding[key].columns:
        return []
    seals = book.column_cells(key, SEAL.key)
    count = sum(1 for c in table.schema.columns if c.owner == "tool")
    typed = {c.key: book.column_cells(key, c.key) for c in table.schema.columns
             if typed_by_people(c) and c.key in book.binding[key].columns}
    known = {i: parts for i in rows if (parts := seal.parts(seals[i], version, count)) is not None}
    now = seal.user_digests({name: [cells[i] for i in known] for name, cells in typed.items()}, len(known))
    return [i for (i, parts), digest in zip(known.items(), now, strict=True) if parts[0] == digest]


def _one_of_two(book: Book, table: Table, column: str, i: int, same: list[int], originals: list[int]) -> Issue:
    value = table.columns[column][i]
    others = ", ".join(book.cell(table.schema.key, column, table.rows[j]) for j in same if j != i)
    if not table.schema.id_format:
        return place_issue(book, table, column, i, "K403", f'"{value}" stands twice, also in {others}', "merge the two rows into one",
                           Severity.WARNING)
    if len(originals) == 1:
        cure = "it is the first of the two and keeps its id" if i in originals else "clear this id and refresh gives a new one"
    else:
        cure = "clear the id of the row that was copied and refresh gives a new one"
    return place_issue(book, table, column, i, "K402", f'the id "{value}" stands twice, also in {others}', cure)


def _missing(book: Book, table: Table, column: Column) -> Iterator[Issue]:
    bad, unknown = table.bad.get(column.key, ()), table.unknown.get(column.key, ())
    for i, value in enumerate(table.columns[column.key]):
        if value is None and i not in bad and i not in unknown and table.rows[i]:
            title = f'"{column.title}" is empty'
            yield place_issue(book, table, column.key, i, "K307", title, column.help or "fill it in", Severity.WARNING)


def _dangling(book: Book, table: Table, column: Column, schema: WorkbookSchema, keys: dict[str, set[str]]) -> Iterator[Issue]:
    """References by id that name no row. Names are not ids: a name that is not listed yet is added to its register."""
    targets = [schema.tables[ref.partition(".")[0]] for ref in column.ref.split("|")]
    if not all(target.id_format for target in targets):
        return
    known = set().union(*(keys[target.key] for target in targets))
    for i, value in enumerate(table.columns[column.key]):
        if value is not None and fold(str(value)) not in known:
            yield place_issue(book, table, column.key, i, "K401", f'"{value}" names no row', _where(targets))


def _where(targets: list[TableSchema]) -> str:
    examples = " or ".join(target.id_format.format(year=2026, number=1) for target in targets)
    return f"write an id that exists, like {examples}"
