"""`did`: what was done in a case, written into the one cell where that fact stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kakosheet import files
from kakosheet.app.refresh import Report, refresh
from kakosheet.app.set_cells import set_cells
from kakosheet.book.computing import Computed, compute
from kakosheet.book.refreshed import plain
from kakosheet.core.address import quote_sheet
from kakosheet.core.issues import EXIT_USAGE, KakosheetError
from kakosheet.core.records import attempt, or_blank
from kakosheet.core.text import quoted
from kakosheet.core.titles import fold
from kakosheet.files import PathLike
from kakosheet.formats import read
from kakosheet.sheets.alerts import LATE, SOON
from kakosheet.sheets.alerts import LATER as LATER_STATES
from kakosheet.sheets.casework.case import Case
from kakosheet.sheets.casework.nodes import Node
from kakosheet.sheets.casework.urgency import LATER, rank_of
from kakosheet.sheets.casework.verdicts import NodeDate, NodeState

FACTS: Mapping[str, str] = {
    "told": "told_on",
    "filed": "filed_on",
    "asked": "asked_on",
    "answered": "answered_on",
    "escalated": "appealed_on",
    "ruled": "ruled_on",
    "sent": "return_sent",
    "returned": "return_received",
    "promised": "refund_promised",
    "paid": "refund_received_on",
    "closed": "closed_on",
}
"""What can be done in a case → the column of Dispute Workflow that holds its day."""
_OF_STEP = {"tell": "told", "open_case": "filed", "escalate": "escalated", "activity": "escalated", "urge": "escalated"}
"""The fact by which people tell that a step of Deadlines is done; of others it is the row's own *Done on*."""


@dataclass(frozen=True)
class Door:
    """A cell in which a day is to be written: of the case, or of one of its dates."""

    what: str
    table: str
    column: str
    at: int
    text: str
    due: date | None
    holds: Any
    rank: int = LATER + 1


def did(
    path: PathLike,
    dispute: str,
    what: str | None = None,
    day: date | None = None,
    *,
    today: date | None = None,
    dry_run: bool = False,
    force: bool = False,
    report: Report | None = None,
) -> dict[str, Any]:
    """Write the day (today, if it is not given) on which something was done into the cell that holds it, and refresh.

    `what` is a key of FACTS or the step of a date of ours that is open; without it the most pressing one. The result is
    that of `refresh` with `did`: `{"what", "cell", "title", "day"}`. KakosheetError K401 for a case that is not there,
    K113 for what cannot be done now, K405 where another day stands there already.
    """
    computed = compute(read(files.load(path).data), today=today).trusted()
    doors = list(_doors(computed, dispute))
    door = _chosen(doors, what, dispute)
    when = day or computed.moment.today
    if when > computed.moment.today:
        raise KakosheetError(
            "K113", f"{when} is still to come", "write the day on which it was done", exit_code=EXIT_USAGE
        )
    told = {"what": door.what, "cell": _address(computed, door), "title": _title(computed, door), "day": plain(when)}
    held = door.holds.date() if hasattr(door.holds, "date") else door.holds
    if held is not None and held != when and not force:
        raise KakosheetError(
            "K405",
            f"{told['title']} of {dispute} says {plain(held)} already",
            "use --force to write another day",
            exit_code=EXIT_USAGE,
        )
    if dry_run:
        return {"file": str(path), "written": False, "issues": [], "notes": [], "did": told}
    set_cells(path, {told["cell"]: when}, force=force)
    return {**refresh(path, today=today, force=force, report=report), "did": told}


def could(path: PathLike, dispute: str, *, today: date | None = None) -> list[dict[str, Any]]:
    """What could be done in a case now: `[{"what", "text", "due", "cell", "title"}]`, the most pressing first."""
    computed = compute(read(files.load(path).data), today=today).trusted()
    return [
        {
            "what": door.what,
            "text": door.text,
            "due": plain(door.due),
            "cell": _address(computed, door),
            "title": _title(computed, door),
        }
        for door in _doors(computed, dispute)
        if door.holds is None
    ]


def _doors(computed: Computed, dispute: str) -> Iterator[Door]:
    """The steps of ours that are open, the most pressing first, then every fact of a case."""
    cases = computed.run.lookup.rows(Case)
    at = next((at for at, case in enumerate(cases) if fold(str(attempt(_number, case) or "")) == fold(dispute)), None)
    if at is None:
        raise KakosheetError("K401", f"there is no case {quoted(dispute)}", "see Dispute Workflow for its number")
    columns, seen = computed.book.tables["disputes"].columns, set()
    for door in sorted(_steps(computed, dispute, at), key=lambda door: (door.rank, door.due or date.max)):
        seen.add(door.what)
        yield door
    for what, column in FACTS.items():
        if what not in seen:
            yield Door(what, "disputes", column, at, "", None, columns[column][at])


def _steps(computed: Computed, dispute: str, case: int) -> Iterator[Door]:
    rows, columns = computed.run.lookup.rows, computed.book.tables["disputes"].columns
    today, soon = computed.moment.today, computed.policy.settings["due_soon_days"]
    for at, row in enumerate(zip(rows(Node), rows(NodeDate), rows(NodeState), strict=True)):
        open_ = attempt(_open_step, *row, dispute)
        if not isinstance(open_, NodeDate) or open_.node is None or open_.last_day is None:
            continue
        day, fact, text = open_.last_day, _OF_STEP.get(open_.node), or_blank(lambda node: node.what_to_do, row[0]) or ""
        pressing = rank_of(row[0], open_, today, soon)
        if fact is not None:
            yield Door(fact, "disputes", FACTS[fact], case, text, day, columns[FACTS[fact]][case], pressing)
        else:
            yield Door(open_.node, "deadlines", "done_on", at, text, day, None, pressing)


def _open_step(node: Node, found: NodeDate, state: NodeState, dispute: str) -> NodeDate | None:
    """A running date of ours in that case; None for any other."""
    is_ours = fold(node.dispute or "") == fold(dispute) and found.acts == "we"
    return found if is_ours and state.state in (*LATE, *SOON, *LATER_STATES) else None


def _number(case: Case) -> str | None:
    return case.dispute_id


def _chosen(doors: list[Door], what: str | None, dispute: str) -> Door:
    if what is None:
        if doors[0].due is None:
            raise KakosheetError(
                "K113",
                f"nothing of ours is open in {dispute}",
                f"say what was done: {', '.join(FACTS)}",
                exit_code=EXIT_USAGE,
            )
        return doors[0]
    found = next((door for door in doors if fold(door.what) == fold(what)), None)
    if found is None:
        known = ", ".join(door.what for door in doors)
        raise KakosheetError(
            "K113",
            f"{quoted(what)} is nothing that can be done in {dispute}",
            f"choose one of: {known}",
            exit_code=EXIT_USAGE,
        )
    return found


def _address(computed: Computed, door: Door) -> str:
    book = computed.book
    row = book.tables[door.table].rows[door.at]
    return f"{quote_sheet(book.binding[door.table].sheet)}!{book.cell(door.table, door.column, row)}"


def _title(computed: Computed, door: Door) -> str:
    column = computed.book.tables[door.table].schema.by_key[door.column]
    return computed.titles.columns.get(f"{door.table}.{door.column}", column.title)
