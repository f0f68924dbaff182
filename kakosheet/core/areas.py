"""The ranges of a sheet that belong to a table: its table object, and the columns whose formulas are ours."""

from __future__ import annotations

from collections.abc import Mapping

from kakosheet.core.formulas import Placement
from kakosheet.core.raw import Area, RawSheet
from kakosheet.core.schema import Column, Kind, Owner, TableSchema, WorkbookSchema


def table_area(sheet: RawSheet, place: Placement) -> tuple[str, Area] | None:
    """The table object that covers a register's header row, if there is one."""
    columns = set(place.columns.values())
    for table in sheet.tables:
        if table.area.row == place.header_row and not columns.isdisjoint(
            range(table.area.column, table.area.last_column + 1)
        ):
            return table.name, table.area
    return None


def own_areas(
    schema: WorkbookSchema, binding: Mapping[str, Placement], last_rows: Mapping[str, int]
) -> dict[str, list[Area]]:
    """By sheet name, the columns whose formulas are ours and whose stored values a refresh keeps true."""
    areas: dict[str, list[Area]] = {}
    for key, place in binding.items():
        table = schema.tables[key]
        for column in table.columns:
            if _has_formulas(column) and column.key in place.columns:
                first = place.header_row + place.offsets.get(column.key, 0) + 1
                at = place.columns[column.key]
                areas.setdefault(place.sheet, []).append(
                    Area(place.sheet, first, at, _last(table, first, last_rows, key), at)
                )
    return areas


def _has_formulas(column: Column) -> bool:
    return column.owner is Owner.FORMULA or (column.kind is Kind.LINK and bool(column.link_to))


def _last(table: TableSchema, first: int, last_rows: Mapping[str, int], key: str) -> int:
    return first + table.slots - 1 if table.slots is not None else max(first, last_rows.get(key, first))
