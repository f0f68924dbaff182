"""What is wrong between rows: ids twice, names twice, references to nothing, required cells left empty."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from kakosheet.core import seal
from kakosheet.core.bind import Book, place_issue, typed_by_people
from kakosheet.core.ids import MOST_DIGITS, id_pattern
from kakosheet.core.issues import Issue, Severity
from kakosheet.core.numbers import currencies_named
from kakosheet.core.schema import SEAL, Column, Kind, TableSchema, WorkbookSchema
from kakosheet.core.table import Table
from kakosheet.core.text import SHOWN, quoted
from kakosheet.core.titles import fold


def audit(book: Book, schema: WorkbookSchema, base_currency: str = "") -> list[Issue]:
    """Issues of all registers, after ids were given and rows made. A blank currency means `base_currency`."""
    issues: list[Issue] = []
    alike = {key: _spellings(book.tables[key]) for key in book.binding}
    keys = {key: named(book.tables[key]) for key in schema.tables}
    for key in book.binding:
        table = book.tables[key]
        if table.schema.slots is None:
            issues += _twice(book, table, schema.version)
            issues += _foreign(book, table, schema)
            issues += _overlong(book, table)
            issues += _alike(book, table, alike[key])
            issues += _aliases(book, table)
            issues += _same_line(book, table)
            issues += _other_currency(book, table, base_currency)
            for column in table.schema.columns:
                if column.required:
                    issues += _missing(book, table, column)
                if column.ref and typed_by_people(column):
                    issues += _dangling(book, table, column, schema, keys)
                    issues += _other_spelling(book, table, column, alike)
    return issues


def _foreign(book: Book, table: Table, schema: WorkbookSchema) -> Iterator[Issue]:
    """Ids that have the form of another table's: two rows of the workbook would go by one name."""
    name, own = table.schema.id_column, table.schema.id_format
    if not own:
        return
    others = [
        (other, id_pattern(other.id_format))
        for other in schema.tables.values()
        if other.id_format and other.id_format != own
    ]
    strange = re.compile("|".join(pattern.pattern for _, pattern in others), re.IGNORECASE)
    for i, value in enumerate(table.columns[name]):
        if value is None or not table.rows[i] or not strange.fullmatch(text := str(value).strip()):
            continue
        other = next((other for other, pattern in others if pattern.fullmatch(text)), None)
        if other is not None and not id_pattern(own).fullmatch(str(value)):
            title = (
                book.binding[other.key].sheet if other.key in book.binding else schema.sheet_by_key[other.sheet].title
            )
            yield place_issue(
                book,
                table,
                name,
                i,
                "K402",
                f"{quoted(value)} is an id of the sheet {title!r}",
                "clear the cell and refresh gives an id of this sheet",
            )


def _overlong(book: Book, table: Table) -> Iterator[Issue]:
    """Ids in the form of the table's own whose number is too long to be counted on from, and ids of any form that no
    message shows whole."""
    name, own = table.schema.id_column, table.schema.id_format
    shortest = min(SHOWN, len(own.format(year=1000, number=10**MOST_DIGITS)))
    for i, value in enumerate(table.columns[name]) if own else ():
        if len(text := str(value or "")) < shortest:
            continue
        match = id_pattern(own).fullmatch(text.strip()) if table.rows[i] else None
        typed = table.schema.row_key != name  # not an id that is made of others
        if (match and len(match[1]) > MOST_DIGITS) or (typed and len(text) > SHOWN):
            said = f"{quoted(value)} is longer than an id is; new ids are counted on without it"
            cure = "clear the cell and refresh gives an id, or keep it if it is the one you know it by"
            yield place_issue(book, table, name, i, "K407", said, cure, Severity.WARNING)


def _bare(name: str) -> str:
    """A name without spaces and punctuation, in which most second spellings of it are equal."""
    return "".join(filter(str.isalnum, fold(name)))


def _spellings(table: Table) -> dict[str, int]:
    """The names of a register that only differ from an earlier one in spaces or punctuation: folded name → index of
    that earlier one."""
    if not table.schema.key_column or table.schema.id_format:
        return {}
    first: dict[str, int] = {}
    found: dict[str, int] = {}
    for i, value in enumerate(table.columns[table.schema.key_column]):
        name = fold(str(value or ""))
        at = first.setdefault(bare, i) if (bare := _bare(name)) else i
        if at != i and fold(str(table.columns[table.schema.key_column][at])) != name:
            found[name] = at
    return found


def _alike(book: Book, table: Table, spellings: dict[str, int]) -> Iterator[Issue]:
    """Two rows for what is one name in two spellings."""
    if not spellings:
        return
    column, aliases = table.schema.key_column, table.schema.by_key.get(table.schema.alias_column)
    cure = (
        f'merge the two rows, and put the other spelling under "{aliases.title}"'
        if aliases
        else "merge the two rows into one"
    )
    for i, value in enumerate(table.columns[column]):
        at = spellings.get(fold(str(value or "")))
        if at is not None and table.rows[i]:
            where = book.cell(table.schema.key, column, table.rows[at])
            said = f"{quoted(value)} is written nearly like {quoted(table.columns[column][at])} in {where}"
            yield place_issue(book, table, column, i, "K403", said, cure, Severity.WARNING)


def _other_spelling(book: Book, table: Table, column: Column, alike: dict[str, dict[str, int]]) -> Iterator[Issue]:
    """A name that is about to get a row of its own, although one stands in the register that differs only in spaces or
    punctuation."""
    target, _, key = column.ref.partition(".")
    spellings = alike.get(target)
    if not spellings or target == table.schema.key:
        return
    register = book.tables[target]
    new = {
        fold(str(value))
        for value, row in zip(register.columns[key], register.rows, strict=True)
        if value is not None and not row
    }
    for i, value in enumerate(table.columns[column.key]):
        at = spellings.get(fold(str(value))) if value is not None and table.rows[i] else None
        if at is not None and fold(str(value)) in new:
            yield place_issue(
                book,
                table,
                column.key,
                i,
                "K403",
                f"{quoted(value)} is written nearly like {quoted(register.columns[key][at])}",
                "write it the same way, or it counts as another one",
                Severity.WARNING,
            )


def _aliases(book: Book, table: Table) -> Iterator[Issue]:
    """A further name of a row that another row goes by: rules take it for the name of the other one."""
    key, column = table.schema.key_column, table.schema.alias_column
    if not column:
        return
    owners: dict[str, int] = {}
    for i, value in enumerate(table.columns[key]):
        if value is not None:
            owners.setdefault(fold(str(value)), i)
    for i, text in enumerate(table.columns[column]):
        for name in str(text or "").replace("\n", ";").split(";"):
            at = owners.setdefault(fold(name), i) if fold(name) else i
            if at != i and table.rows[i]:
                other, where = table.columns[key][at], book.cell(table.schema.key, key, table.rows[at])
                said = f"{quoted(name.strip())} is also a name of {quoted(other)}" + (f" in {where}" if where else "")
                yield place_issue(book, table, column, i, "K403", said, "let one row alone have it", Severity.WARNING)


def _same_line(book: Book, table: Table) -> Iterator[Issue]:
    """Rows that mean the same thing outside of the workbook."""
    if not table.schema.natural_key:
        return
    first, *others = table.schema.natural_key
    ids = table.columns[table.schema.id_column]  # a row copied with its id is told by that
    rows: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for i, values in enumerate(zip(*(table.columns[key] for key in others), strict=True)):
        if None not in values:
            rows[tuple(fold(str(value)) for value in values)].append(i)
    for same in rows.values():
        for i in same if len(same) > 1 else ():
            own = table.columns[first][i]
            twins = [
                j
                for j in same
                if j != i and (own is None or table.columns[first][j] in (None, own)) and ids[j] != ids[i]
            ]
            if twins and table.rows[i]:
                said = ", ".join(f"{table.schema.by_key[key].title} {table.columns[key][i]}" for key in others)
                where = ", ".join(book.cell(table.schema.key, others[0], table.rows[j]) for j in twins)
                yield place_issue(
                    book,
                    table,
                    others[0],
                    i,
                    "K406",
                    f"{said}: also in {where}",
                    "correct one of the two, or delete the row that stands twice",
                )


def _other_currency(book: Book, table: Table, base: str) -> Iterator[Issue]:
    """Amounts written with the sign of a currency that is not the one of their row ("€199" in a row of CNY)."""
    currency = next(
        (column for column in table.schema.columns if column.kind is Kind.CURRENCY and typed_by_people(column)), None
    )
    if currency is None or currency.key not in book.binding[table.schema.key].columns:
        return
    unread = table.bad.get(currency.key, set()) | table.unknown.get(currency.key, set())
    for column in (c for c in table.schema.columns if c.kind is Kind.MONEY and typed_by_people(c)):
        for i, cell in enumerate(book.column_cells(table.schema.key, column.key)):
            if type(cell) is str and i not in unread and table.columns[column.key][i] is not None:
                named, held = currencies_named(cell), table.columns[currency.key][i] or base
                if named and held not in named:
                    yield place_issue(
                        book,
                        table,
                        currency.key,
                        i,
                        "K602",
                        f'{column.title} is written "{cell}", but counts in {held}',
                        "write the currency of the amount here, or correct the amount",
                        Severity.WARNING,
                    )


def named(table: Table) -> set[str]:
    """The ids (or names) of a table's rows, folded."""
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
    typed = {
        c.key: book.column_cells(key, c.key)
        for c in table.schema.columns
        if typed_by_people(c) and c.key in book.binding[key].columns
    }
    known = {i: parts for i in rows if (parts := seal.parts(seals[i], version, count)) is not None}
    now = seal.user_digests({name: [cells[i] for i in known] for name, cells in typed.items()}, len(known))
    return [i for (i, parts), digest in zip(known.items(), now, strict=True) if parts[0] == digest]


def _one_of_two(book: Book, table: Table, column: str, i: int, same: list[int], originals: list[int]) -> Issue:
    value = table.columns[column][i]
    others = ", ".join(book.cell(table.schema.key, column, table.rows[j]) for j in same if j != i)
    if not table.schema.id_format:
        return place_issue(
            book,
            table,
            column,
            i,
            "K403",
            f"{quoted(value)} stands twice, also in {others}",
            "merge the two rows into one",
            Severity.WARNING,
        )
    if len(originals) == 1:
        cure = (
            "it is the first of the two and keeps its id"
            if i in originals
            else "clear this id and refresh gives a new one"
        )
    else:
        cure = "clear the id of the row that was copied and refresh gives a new one"
    return place_issue(book, table, column, i, "K402", f"the id {quoted(value)} stands twice, also in {others}", cure)


def _missing(book: Book, table: Table, column: Column) -> Iterator[Issue]:
    bad, unknown = table.bad.get(column.key, ()), table.unknown.get(column.key, ())
    header = _header(book, table, column)
    hint = column.help if header == column.title and column.help else "fill it in"
    for i, value in enumerate(table.columns[column.key]):
        if value is None and i not in bad and i not in unknown and table.rows[i]:
            yield place_issue(book, table, column.key, i, "K307", f'"{header}" is empty', hint, Severity.WARNING)


def _header(book: Book, table: Table, column: Column) -> str:
    """What the sheet calls a column."""
    place = book.binding.get(table.schema.key)
    if place is None or column.key not in place.columns:
        return column.title
    row = book.raw.sheets[place.sheet].rows.get(place.header_row + place.offsets.get(column.key, 0), {})
    cell = row.get(place.columns[column.key])
    return " ".join(cell.split()) if isinstance(cell, str) and cell.strip() else column.title


def _dangling(
    book: Book, table: Table, column: Column, schema: WorkbookSchema, keys: dict[str, set[str]]
) -> Iterator[Issue]:
    """References by id that name no row. Names are not ids: a name that is not listed yet is added to its register."""
    targets = by_id(column, schema)
    if not targets or any(
        target.key not in book.binding or target.id_column not in book.binding[target.key].columns for target in targets
    ):
        return  # what cannot be found is told already
    if any(book.tables[target.key].faults(target.id_column) for target in targets):
        return  # it may name a row whose id cannot be known
    known = set().union(*(keys[target.key] for target in targets))
    for i, value in enumerate(table.columns[column.key]):
        if value is not None and fold(str(value)) not in known:
            yield place_issue(book, table, column.key, i, "K401", f"{quoted(value)} names no row", like(targets))


def by_id(column: Column, schema: WorkbookSchema) -> list[TableSchema]:
    """The tables of which a column names a row by its id; none if it names by name, or nothing."""
    targets = [schema.tables[name] for name, _ in column.named]
    return targets if all(target.id_format for target in targets) else []


def like(targets: list[TableSchema]) -> str:
    """How to name a row of one of the tables."""
    examples = " or ".join(target.id_format.format(year=2026, number=1) for target in targets)
    return f"write an id that exists, like {examples}"
