"""What a book notes about itself: custom properties with a copy on the hidden lists sheet, and the cells behind our
defined names there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from kakosheet.core.dates import to_serial
from kakosheet.core.formulas import NamedCell
from kakosheet.core.issues import Issue, Severity
from kakosheet.core.locate import GONE
from kakosheet.core.patch import Formula, SheetPatch
from kakosheet.core.raw import Area, FormulaCell, RawBook, RawSheet, Scalar

PREFIX = "kakosheet."
ANCHOR = "_kako_today"
"""A name that always stands on the lists sheet."""


def noted(raw: RawBook) -> dict[str, Scalar]:
    """The custom properties; what a program has dropped of them comes from the copy."""
    return {**{name: value for name, (_, _, value) in _copies(raw).items()}, **raw.properties}


def without_lists(raw: RawBook, title: str) -> Iterator[Issue]:
    """The sheet behind the drop-downs and live formulas is gone (neither its name nor the label of its first cell is
    anywhere), or its names are."""
    if _home(raw) is None:
        if any(cells.get(1) == ANCHOR for sheet in raw.sheets.values() for cells in sheet.rows.values()):
            yield Issue(
                "K603",
                "the names that live formulas use are gone: they show an error",
                "run `kakosheet repair`",
                title,
                severity=Severity.WARNING,
            )
        else:
            yield Issue("K201", f"the sheet {title!r} is gone", GONE, title)


def renewed(raw: RawBook, cells: Iterable[NamedCell], properties: Mapping[str, Scalar]) -> dict[str, SheetPatch]:
    """What differs on the lists sheet, by sheet name: values of named cells, and copies of properties."""
    changes: dict[str, SheetPatch] = {}
    for cell in cells:
        area = raw.names.get(cell.name)
        if area is not None and area.sheet in raw.sheets:
            _renew(changes, raw, area, cell)
    for name, (row, column, value) in _copies(raw).items():
        if name in properties and properties[name] != value:
            changes.setdefault(_home(raw).name, SheetPatch()).cells.setdefault(row, {})[column] = properties[name]  # type: ignore[union-attr]
    return changes


def named_areas(raw: RawBook, cells: Iterable[NamedCell]) -> Iterator[Area]:
    """Where the named cells with formulas stand."""
    for cell in cells:
        area = raw.names.get(cell.name)
        if cell.formula and area is not None and area.sheet in raw.sheets:
            yield area


def _renew(changes: dict[str, SheetPatch], raw: RawBook, area: Area, cell: NamedCell) -> None:
    here = raw.sheets[area.sheet].rows.get(area.row, {}).get(area.column)
    old = here.value if isinstance(here, FormulaCell) else here
    value = (
        to_serial(cell.value, date1904=raw.date1904)
        if isinstance(cell.value, date) and isinstance(old, int | float)
        else cell.value
    )
    if value == old or cell.name == "_kako_sep":
        return
    if isinstance(here, FormulaCell) and here.text is not None:
        changes.setdefault(area.sheet, SheetPatch()).cells.setdefault(area.row, {})[area.column] = Formula(
            here.text, cell.value
        )
    elif not cell.formula:
        changes.setdefault(area.sheet, SheetPatch()).cells.setdefault(area.row, {})[area.column] = cell.value


def own_sheet(raw: RawBook) -> str:
    """The name of the sheet that is the program's own; "" if it is gone."""
    home = _home(raw)
    return home.name if home is not None else ""


def _home(raw: RawBook) -> RawSheet | None:
    area = raw.names.get(ANCHOR)
    return raw.sheets.get(area.sheet) if area is not None else None


def _copies(raw: RawBook) -> dict[str, tuple[int, int, Scalar]]:
    """Property name → row, column and value of its copy: the cell right of the name."""
    sheet = _home(raw)
    found: dict[str, tuple[int, int, Scalar]] = {}
    for row, cells in (sheet.rows if sheet is not None else {}).items():
        name = cells.get(1)
        if isinstance(name, str) and name.startswith(PREFIX):
            value = cells.get(2)
            found[name] = (row, 2, value.value if isinstance(value, FormulaCell) else value)
    return found
