"""Exports of platforms → rows in schema terms. Column maps are TOML files (`maps.py`); the schema is handed in."""

from kakosheet.importers.maps import ColumnMap, ImportMap, check_map, load_map, parse_map, shipped_map, shipped_maps
from kakosheet.importers.reading import read_rows
from kakosheet.importers.rows import ImportedRow, ImportedRows
from kakosheet.importers.workbooks import Workbooks

__all__ = [
    "ColumnMap",
    "ImportMap",
    "ImportedRow",
    "ImportedRows",
    "Workbooks",
    "check_map",
    "load_map",
    "parse_map",
    "read_rows",
    "shipped_map",
    "shipped_maps",
]
