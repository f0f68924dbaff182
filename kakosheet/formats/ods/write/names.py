"""Defined names of the whole workbook (ODF 1.3 part 3, 9.4.11 to 9.4.13)."""

from __future__ import annotations

from collections.abc import Iterator

from kakosheet.core.address import column_letters
from kakosheet.core.schema import SheetKind
from kakosheet.formats.ods.openformula import from_ooxml
from kakosheet.formats.ods.write.job import OdsJob
from kakosheet.formats.ods.write.xml import absolute, element
from kakosheet.formats.plan.lists import Name, header_names, list_names, reference_names


def named_expressions(job: OdsJob) -> str:
    """All names; LibreOffice reads an expression without the prefix of formulas."""
    base = absolute(job.title(job.order()[0]), 1, 1)
    ranges = "".join(
        element(
            "table:named-range",
            {"table:name": name.name, "table:base-cell-address": base, "table:cell-range-address": _range(name)},
        )
        for name in _names(job)
    )
    expressions = "".join(
        element(
            "table:named-expression",
            {"table:name": name, "table:base-cell-address": base, "table:expression": from_ooxml(text)},
        )
        for name, text in reference_names(job)
    )
    return f"<table:named-expressions>{ranges}{expressions}</table:named-expressions>"


def _names(job: OdsJob) -> Iterator[Name]:
    yield from header_names(job)
    for sheet in job.book.schema.sheets:
        if sheet.kind is SheetKind.LISTS:
            yield from list_names(job, sheet)


def _range(name: Name) -> str:
    first = absolute(name.sheet, name.row, name.column)
    if (name.row, name.column) == (name.last_row, name.last_column) and not name.name.startswith(
        "list_"
    ):  # a list of one is an area, as in .xlsx
        return first
    return f"{first}:.${column_letters(name.last_column)}${name.last_row}"
