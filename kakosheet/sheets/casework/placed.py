"""To which case a row belongs whose *Dispute* cannot be read: refresh has noted that in the hidden keys of the rows that
it made."""

from __future__ import annotations

from collections.abc import Mapping

from kakosheet.core.table import Table, Tables
from kakosheet.core.titles import fold
from kakosheet.sheets.casework.nodes import FIRST, parse_key


def place_rows(tables: Tables) -> None:
    """Tell the case of dates, of pieces of evidence, and of offers for whose answer there is a date. The cell stays
    wrong, and is told by itself."""
    for name in ("deadlines", "evidence"):
        table = tables[name]
        for at in sorted(_lost(table)):
            number, slash, _ = str(table.columns["key"][at] or "").partition("/")
            if slash:
                table.tell("dispute", at, number)
    offers = tables["offers"]
    lost = _lost(offers)
    named = _answered(tables["deadlines"]) if lost else {}
    for at in sorted(lost):
        if (case := named.get(fold(str(offers.columns["id"][at] or "")))) is not None:
            offers.tell("dispute", at, case)


def _lost(table: Table) -> set[int]:
    """The rows of which nobody can read the case, with a key or an id that can be."""
    key = table.schema.row_key or table.schema.id_column
    return set(table.faults("dispute")) - set(table.faults(key))


def _answered(deadlines: Table) -> Mapping[str, str]:
    """The case of each offer (folded id) of whose answer some row tells the date."""
    found = {}
    for text in deadlines.columns["key"]:
        key = parse_key(text)
        if key is not None and key.offer != FIRST:
            found[key.offer] = str(text).partition("/")[0]
    return found
