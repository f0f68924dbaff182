"""Lists (hidden): what drop-downs offer, and the cells behind our defined names.

The sheet has no table that refresh writes. A writer lays it out freely: the named cells, a copy of the workbook's
properties (id, schema version, sequences), and a column for each list of choices with a workbook-scope name. Readers
find everything by name, never by place. Settings are reached by their hidden key (INDEX and MATCH), so that sorting or
filtering Settings breaks nothing.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from kakosheet.core.formulas import NamedCell
from kakosheet.core.schema import SheetKind, SheetSchema
from kakosheet.policy.model import Policy

SHEET = SheetSchema(
    key="lists",
    title="Lists",
    kind=SheetKind.LISTS,
    tables=(),
    tab="settings",
    intro="The program's own sheet: what drop-downs offer. Change the words in Settings, not here.",
)

LIVE_SETTINGS = ("due_soon_days", "base_currency", "high_value", "low_score", "high_dispute_rate")
"""Settings that formulas and conditional formats reach by a name: `_kako_due_soon_days` and so on."""


def setting_formula(key: str) -> str:
    """The value in force of a setting, found by its key."""
    return f'INDEX([settings.in_force],MATCH("{key}",[settings.key],0))'


def today_formula() -> str:
    """*As of* where it is set, a date or the text of one; else the program's own today."""
    as_of = setting_formula("as_of")
    return f'IF({as_of}="",TODAY(),INT(IF(ISNUMBER({as_of}),{as_of},DATEVALUE({as_of}))))'


SEPARATOR_FORMULA = 'IF(ISNUMBER(FIND("[",CELL("address",_kako_go_start))),"!",".")'
"""What stands between sheet and cell in a link: Excel wants "!", LibreOffice "."; told apart by how each writes another
sheet's address."""


def named_cells(policy: Policy, today: date) -> tuple[NamedCell, ...]:
    """The cells behind our names, with what they give now."""
    live: list[NamedCell] = [
        NamedCell("_kako_today", today_formula(), today),
        NamedCell("_kako_refreshed", "", today),
        NamedCell("_kako_sep", SEPARATOR_FORMULA, "!"),
    ]
    live += [NamedCell(f"_kako_{key}", setting_formula(key), _plain(policy.settings[key])) for key in LIVE_SETTINGS]
    return tuple(live)


def _plain(value: Any) -> Any:
    return "" if value is None else value
