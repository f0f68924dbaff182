"""What commands say to people: short, kind, exact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kakosheet.book.noted import own_sheet
from kakosheet.book.refreshed import Refreshed
from kakosheet.core.address import cell_name
from kakosheet.core.patch import Cached, CellInput, Formula
from kakosheet.core.raw import FormulaCell
from kakosheet.core.text import cut

MOST_CHANGES = 200
"""Lines of a dry run before it only counts."""
MOST_ALERTS = 10


def told(done: Mapping[str, Any], refreshed: Refreshed, *, dry_run: bool) -> Iterator[str]:
    """The lines after a refresh."""
    if not (done["written"] or (dry_run and refreshed.patch)):
        yield "nothing to change"
    elif not done["cells_changed"] and not done["rows_added"]:
        yield "Only kakosheet's own marks were brought up to date. Your cells were not touched."
    else:
        rows = f", {_count(done['rows_added'], 'new row')}" if done["rows_added"] else ""
        yield f"{_count(done['cells_changed'], 'cell')} {'would change' if dry_run else 'changed'}{rows}. Your cells were not touched."
        if done["formulas_to_recalculate"]:
            yield f"{_count(done['formulas_to_recalculate'], 'formula')} of yours will be recalculated when you open the book."
    if "verified" in done:
        cells = _count(done["verified"]["cells_changed"], "cell")
        yield f"Verified: {cells} changed as listed, nothing else. New rows and kakosheet's own marks are counted."
    yield from alert_lines(refreshed)


def alert_lines(refreshed: Refreshed) -> Iterator[str]:
    """What is overdue or due soon, the most urgent first."""
    titles = refreshed.titles
    urgent = [
        alert
        for alert in refreshed.alerts
        if alert["last_chance"] or alert["state"] in ("overdue", "defaulted", "due_today", "due_soon")
    ]
    for alert in urgent[:MOST_ALERTS]:
        when = "" if alert["due"] is None else f", {alert['due'][:10]}"
        what = " ".join(filter(None, (cut(alert.get("dispute") or ""), alert.get("what_to_do"))))
        named = alert["last_chance"] and alert["state"] == "on_track"
        yield f"{titles.say('alerts.last_chance') if named else titles.choice('state', alert['state'])}: {what}{when}"
    if len(urgent) > MOST_ALERTS:
        yield f"and {len(urgent) - MOST_ALERTS} more: see the sheet {titles.sheets.get('alerts', 'Alerts')}"


def changes(refreshed: Refreshed) -> Iterator[str]:
    """The cell-level difference of a dry run; sheets of few changes first, so that what is cut off is the longest list.
    What is noted on the program's own sheet is only counted."""
    raw, count, marks = refreshed.before, 0, 0
    own = own_sheet(raw) if raw is not None else ""
    for name, sheet in sorted(refreshed.patch.sheets.items(), key=lambda item: sum(map(len, item[1].cells.values()))):
        if name == own:
            marks = sum(map(len, sheet.cells.values()))
            continue
        for row, cells in sorted(sheet.cells.items()):
            for column, value in sorted(cells.items()):
                count += 1
                if count <= MOST_CHANGES:
                    old = raw.sheets[name].rows.get(row, {}).get(column) if raw is not None else None
                    yield f"{name}!{cell_name(row, column)}: {_shown(old.value if isinstance(old, FormulaCell) else old)} → {_shown(value)}"
    if count > MOST_CHANGES:
        yield f"… and {count - MOST_CHANGES} more cells"
    if marks:
        yield f"{own}: {_count(marks, 'mark')} of kakosheet's own"


def explained(answer: Mapping[str, Any]) -> Iterator[str]:
    """The answer of `explain`, line by line."""
    if "code" in answer:
        yield f"{answer['code']}: {answer['meaning']}"
    elif "dates" in answer:
        yield from _case(answer)
    elif "values" in answer:
        yield f"{cut(str(answer['id']))}: row {answer['row']} of {answer['sheet']}"
        for value in answer["values"]:
            yield f"{value['title']} ({value['cell']}): {_shown(value['shown'])}"
            yield from (f"  {line}" for line in value.get("why", ()))
    else:
        yield f"{answer['title']} ({answer['cell']}): {_shown(answer['shown'])}"
        rule = answer.get("rule") if answer.get("lang") == "en" else None
        yield from (f"  {line}" for line in answer.get("why") or (answer["help"], rule) if line)
        if not answer.get("why"):
            yield from _seen(answer.get("seen", ()))


def _seen(seen: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """What a rule went by: cells with a value first, then the names of the empty ones after a circle."""
    yield from (f"    {one['title']}: {one['shown']}" for one in seen if one["shown"] is not None)
    if empty := [one["title"] for one in seen if one["shown"] is None]:
        yield f"    ○ {'; '.join(empty)}"


_OF_CASE = (
    "summary",
    "stage",
    "stage_needs",
    "next_step",
    "steps",
    "tips",
    "suggested",
    "because",
    "would_decide_it",
    "still_missing",
    "demand_check",
    "still_owed",
    "side_by_side",
    "total_amount",
    "first_answer_days",
    "similar",
    "possible_duplicate",
)


def _case(answer: Mapping[str, Any]) -> Iterator[str]:
    """A case: where it stands, then every date with how it came about."""
    values = {value["column"].partition(".")[2]: value for value in answer["values"]}
    yield answer["id"]
    for key in _OF_CASE:
        if key in values:
            told = values[key]
            unread = told["shown"] is None and told.get("why")
            yield f"{told['title']}: {unread[0] if unread else _shown(told['shown'])}"
    for found in answer["dates"]:
        if found["state_key"] == "not_applicable":
            continue
        yield ""
        until = f", {found['due'].replace('T00:00:00', '').replace('T', ' ')}" if found["due"] else ""
        place = "; ".join(filter(None, (found["acts"], found["clock"], found["cell"])))
        yield f"{found['state'] or '–'}{until}: {found['what_to_do'] or ''} ({place})"
        yield from (f"  {line}" for line in found["why"])


def _shown(value: CellInput) -> str:
    if isinstance(value, Formula | Cached):
        value = value.value
    return "(empty)" if value is None or value == "" else str(value)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
