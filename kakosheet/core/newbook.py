"""A workbook that is to be written anew: everything that a writer needs, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from kakosheet.core.layout import Marks, ViewLayout
from kakosheet.core.raw import Scalar
from kakosheet.core.schema import WorkbookSchema
from kakosheet.core.table import Tables
from kakosheet.core.titles import Titles


class NamedCell(NamedTuple):
    """A cell of the hidden lists sheet with a workbook-scope name of its own ("_kako_today").

    `formula` is a template as in `Column.formula` (no "="), "" where the cell is a constant; `value` is what it gives now.
    """

    name: str
    formula: str
    value: Scalar


@dataclass(kw_only=True)
class NewBook:
    """`tables` hold computed values for tool and formula columns and people's own values; a missing table is written empty.

    `visible` are sheet keys in the order of the tabs; the others follow, hidden. `properties` become custom document properties. `hidden_columns`
    are references ("orders.assigned_to") hidden on top of what the schema hides. `marks` go by `Column.style`. `named_cells` stand on the lists
    sheet; their formulas may name columns of any table. `created` is written as the time of creation: no clock is read.
    `home` is the sheet that every register's way back leads to; `home_text` what that link says.
    """

    schema: WorkbookSchema
    titles: Titles
    tables: Tables
    visible: tuple[str, ...]
    created: datetime
    layouts: Mapping[str, ViewLayout] = field(default_factory=dict)
    marks: Mapping[str, Marks] = field(default_factory=dict)
    named_cells: tuple[NamedCell, ...] = ()
    properties: Mapping[str, Scalar] = field(default_factory=dict)
    hidden_columns: frozenset[str] = frozenset()
    home: str = "start"
    home_text: str = "← Start"
