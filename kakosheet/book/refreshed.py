"""A refresh in memory: what a book comes to, what differs from it, and the new bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kakosheet.book.computing import ID, SEQUENCE, Births, Computed, collector_at_rest, compute
from kakosheet.book.noted import named_areas, noted, own_sheet, renewed
from kakosheet.core.areas import own_areas
from kakosheet.core.diff import Comparer, Difference
from kakosheet.core.issues import Issue, KakosheetError
from kakosheet.core.patch import Patch, PatchResult
from kakosheet.core.raw import Area, RawBook
from kakosheet.core.room import RoomTaken
from kakosheet.core.titles import Titles, fold
from kakosheet.formats import apply, read
from kakosheet.sheets import SCHEMA
from kakosheet.sheets.casework.urgency import SOON, is_for_good
from kakosheet.sheets.lists import named_cells

STAMP = "_kako_refreshed"
"""The day of the last refresh: written only together with another change."""


@dataclass(frozen=True)
class Refreshed:
    """One refresh in memory: what it found, what differs, and the new bytes. `born` are the ids of rows that were given
    with it."""

    book_id: str
    titles: Titles
    issues: list[Issue]
    alerts: list[dict[str, Any]]
    born: dict[str, list[Any]]
    patch: Patch
    changed: int
    added: int
    result: PatchResult
    before: RawBook | None


def refreshed_bytes(
    data: bytes,
    *,
    today: date | None = None,
    births: Births | None = None,
    keep_before: bool = False,
    give_id: bool = True,
) -> Refreshed:
    """Read, compute, compare and splice. The cells as read are given up before the splice, unless `keep_before`: they
    are the larger half.

    A book without an id gets one of its own, unless `give_id` is off: all people who start from a shipped blank book
    have the same bytes.
    """
    computed = compute(read(data), today=today, births=births).trusted()
    with collector_at_rest():
        difference = _compare(computed)
        patch = patch_of(computed, difference, give_id=give_id)
        before = computed.book.raw if keep_before else None
        book_id = str(patch.properties.get(ID) or noted(computed.book.raw).get(ID) or "")
        found = (
            book_id,
            computed.titles,
            [*computed.issues, *difference.issues],
            alert_rows(computed),
            _ids(computed),
            patch,
            difference.changed,
            difference.added,
        )
        del computed, difference
        fold.cache_clear()  # the names of this book: scattered, they hold on to much more than they take
        return Refreshed(*found, spliced(data, patch), before)


def _ids(computed: Computed) -> dict[str, list[Any]]:
    ids = {}
    for key, rows in computed.born.items():
        table = computed.book.tables[key]
        ids[key] = [table.columns[table.schema.id_column or table.schema.key_column][i] for i in rows]
    return ids


CURES = {
    "K111": "clear the array formula or data table there: kakosheet computes this cell",
    "K112": "split the merged cells: kakosheet computes each of them",
}


def spliced(data: bytes, patch: Patch) -> PatchResult:
    """The bytes with the patch in them. What stands in its way is told with the cure that fits a refresh."""
    try:
        return apply(data, patch)
    except KakosheetError as error:
        raise KakosheetError(
            error.code, error.message, CURES.get(error.code, error.hint), exit_code=error.exit_code
        ) from None


def check_bytes(data: bytes) -> None:
    """The self-check before a write: the new bytes are a workbook of ours that can be read."""
    try:
        read(data, sheets=())
    except KakosheetError as error:  # pragma: no cover - a fault of ours; the file stays as it was
        raise KakosheetError("K703", f"the new file would be damaged ({error.message}); nothing was written") from error


def _same(first: str, second: str) -> bool:
    """Whether two formulas are one; seldom asked, since most stand there letter by letter."""
    from kakosheet.formats.formula import same

    return same(first, second)


def _compare(computed: Computed) -> Difference:
    try:
        return Comparer(computed.book, SCHEMA, computed.titles, _same, own_sheet(computed.book.raw)).compare()
    except RoomTaken as taken:
        stop = next(issue for issue in taken.issues if issue.code == "K205")
        raise KakosheetError(stop.code, str(taken), stop.hint, issues=(*computed.issues, *taken.issues)) from None


def patch_of(computed: Computed, difference: Difference, *, give_id: bool = True) -> Patch:
    """The difference as a patch, with what the book notes about itself and the areas whose formulas are ours."""
    raw, cells = computed.book.raw, named_cells(computed.policy, computed.moment.today)
    patch = Patch(difference.sheets)
    for key, number in computed.run.sequences.highest.items():
        if number and raw.properties.get(SEQUENCE + key) != number:
            patch.properties[SEQUENCE + key] = number
    if give_id and not noted(raw).get(ID):
        from uuid import uuid4  # once in a book's life

        patch.properties[ID] = str(uuid4())
    stamps, live = [c for c in cells if c.name == STAMP], [c for c in cells if c.name != STAMP]
    for name, sheet in renewed(raw, live, patch.properties).items():
        difference.sheet(name).cells.update(sheet.cells)
    if patch:
        for name, sheet in renewed(raw, stamps, {}).items():
            difference.sheet(name).cells.update(sheet.cells)
        _claim(computed, difference, list(named_areas(raw, live)))
    return patch


def _claim(computed: Computed, difference: Difference, more: list[Area]) -> None:
    """Tell the patcher which formulas are ours: their stored values are kept true by what we computed."""
    last = {key: max(table.rows, default=0) for key, table in computed.book.tables.items()}
    areas = own_areas(SCHEMA, computed.book.binding, last)
    for area in more:
        areas.setdefault(area.sheet, []).append(area)
    for name, own in areas.items():
        difference.sheet(name).own.extend(own)


def alert_rows(computed: Computed) -> list[dict[str, Any]]:
    """The alerts as plain data: dates in ISO form, choices by key. `last_chance`: whether what is not done by then can
    never be done, and it is near."""
    table, today = computed.book.tables["alerts"], computed.moment.today
    keys = [column.key for column in table.schema.columns]
    shown = [column.key for column in table.schema.columns if not column.hidden]
    rows = (dict(zip(keys, values, strict=True)) for values in zip(*(table.columns[key] for key in keys), strict=True))
    return [
        {key: plain(row[key]) for key in shown} | {"last_chance": _presses(row, today)}
        for row in rows
        if row.get("what_to_do")
    ]


def _presses(row: Mapping[str, Any], today: date) -> bool:
    for_good = is_for_good(row["acts"], row["when_late"]) and row["last_day"] is not None
    return for_good and 0 <= (row["last_day"] - today).days <= SOON


def plain(value: Any) -> Any:
    """A value as JSON holds it."""
    return value.isoformat() if isinstance(value, date) else value
