"""Columns of a sheet (ODF 1.3 part 3, 9.1.6 and 9.1.10): widths, default cell styles, closed outline groups."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from kakosheet.formats.ods.write.xml import element

LAST_COLUMN = 1_024
"""Columns that every LibreOffice and OpenOffice has; later ones have more, but not all."""


class ColumnPlan(NamedTuple):
    """`span` columns alike. `style` is that of the column, `cells` the default of its cells; `level` is the outline
    level."""

    style: str
    cells: str
    span: int = 1
    hidden: bool = False
    level: int = 0


def columns(plans: Sequence[ColumnPlan], repeated: int = 0) -> str:
    """The elements of a sheet's columns. The first `repeated` stand on every printed page; they are in no group."""
    head = f"<table:table-header-columns>{_level(plans[:repeated], 0)}</table:table-header-columns>" if repeated else ""
    return head + _level(plans[repeated:], 0)


def _level(plans: Sequence[ColumnPlan], level: int) -> str:
    out = []
    for deeper, group in groupby(plans, key=lambda plan: plan.level > level):
        run = list(group)
        if deeper:
            out.append(
                f'<table:table-column-group table:display="false">{_level(run, level + 1)}</table:table-column-group>'
            )
        else:
            out += [
                _column(plan._replace(span=sum(p.span for p in alike)))
                for plan, alike in (
                    (plan, list(same)) for plan, same in groupby(run, key=lambda plan: plan._replace(span=1))
                )
            ]
    return "".join(out)


def _column(plan: ColumnPlan) -> str:
    return element(
        "table:table-column",
        {
            "table:style-name": plan.style,
            "table:number-columns-repeated": plan.span if plan.span > 1 else None,
            "table:visibility": "collapse" if plan.hidden or plan.level else None,
            "table:default-cell-style-name": plan.cells,
        },
    )
