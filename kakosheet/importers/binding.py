"""Which columns of a source give which columns of ours: by the words of its header line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

from kakosheet.core.issues import Issue, KakosheetError, Severity
from kakosheet.core.schema import TableSchema
from kakosheet.core.titles import Titles, fold
from kakosheet.importers.maps import ColumnMap, ImportMap
from kakosheet.importers.values import Cell, ColumnReader, joined_text, plain_text, reading


@dataclass(frozen=True)
class ColumnSource:
    """Where the values of one column stand: `at` are positions in a record, empty for a constant."""

    map: ColumnMap
    at: tuple[int, ...]
    reading: ColumnReader

    @property
    def key(self) -> str:
        return self.reading.column.key

    def raw(self, cells: Sequence[Cell]) -> Cell:
        """The cell of one record, several joined where the map says so; None if blank. Unreadable if one that is joined
        cannot be read."""
        found = [cells[index] for index in self.at if index < len(cells)]
        if self.map.join:
            parts = [joined_text(cell) for cell in found]
            return self.map.separator.join(part for part in parts if part) or None
        cell = found[0] if found else None
        return None if isinstance(cell, str) and not cell.strip() else cell


def wanted_headers(mapping: ImportMap) -> frozenset[str]:
    """All headers that a map knows, folded."""
    return frozenset(fold(header) for column in mapping.columns.values() for header in (*column.header, *column.join))


def score(cells: Sequence[Cell], wanted: frozenset[str]) -> int:
    """How many of the wanted headers a line has."""
    return len({fold(plain_text(cell)) for cell in cells if cell is not None} & wanted)


def bind(
    mapping: ImportMap,
    schema: TableSchema,
    titles: Titles,
    header: Sequence[Cell],
    name: str,
    zone: tzinfo | None,
    date1904: bool = False,
) -> tuple[list[ColumnSource], list[Issue]]:
    """The sources of all columns that the header has, and remarks on it. K108 if a needed column has none."""
    places, issues = _places(header, name, wanted_headers(mapping))
    sources: list[ColumnSource] = []
    for key, column in mapping.columns.items():
        found = [places[word] for word in map(fold, column.join or column.header) if word in places]
        at = tuple(found if column.join else found[:1])
        if at or column.value is not None:
            how = reading(
                schema.by_key[key],
                titles,
                dates=(*column.dates, *mapping.dates),
                decimal=column.decimal or mapping.decimal,
                words=column.values,
                zone=zone,
                date1904=date1904,
            )
            sources.append(ColumnSource(column, at, how))
    _refuse_foreign(sources, mapping, schema, name)
    return sources, issues + _unused(sources, header, name)


def _places(header: Sequence[Cell], name: str, wanted: frozenset[str]) -> tuple[dict[str, int], list[Issue]]:
    places: dict[str, int] = {}
    issues: list[Issue] = []
    for index, cell in enumerate(header):
        word = fold(plain_text(cell))
        if word in places and word in wanted:
            message = f'two columns are called "{plain_text(cell)}"; the first is used'
            issues.append(
                Issue("K203", message, "rename the one that is not meant", sheet=name, severity=Severity.WARNING)
            )
        elif word and word not in places:
            places[word] = index
    return places, issues


def _refuse_foreign(sources: Sequence[ColumnSource], mapping: ImportMap, schema: TableSchema, name: str) -> None:
    bound = {source.key for source in sources}
    missing = [f'"{schema.by_key[key].title}"' for key in mapping.needs if key not in bound]
    if missing or not any(source.at for source in sources):
        what = ", ".join(missing) or "anything that is known"
        raise KakosheetError("K108", f"{name} has no column for {what}", "name its headers in a column map (--map)")


def _unused(sources: Sequence[ColumnSource], header: Sequence[Cell], name: str) -> list[Issue]:
    used = {index for source in sources for index in source.at}
    unused = [plain_text(cell) for index, cell in enumerate(header) if index not in used and plain_text(cell).strip()]
    if not unused:
        return []
    message = f"not imported: {', '.join(unused)}"
    return [Issue("K204", message, "map these columns with --map if you need them", sheet=name, severity=Severity.NOTE)]
