"""From a raw workbook to tables that are as they should be: everything between reading and writing, for every
command."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from kakosheet.book.moment import Moment, moment_of
from kakosheet.book.noted import noted, without_lists
from kakosheet.core.audit import audit
from kakosheet.core.bind import Book, bind, place_issue
from kakosheet.core.engine import Run
from kakosheet.core.formulas import Placement
from kakosheet.core.ids import Sequences, give_ids, noted_number
from kakosheet.core.issues import Issue, KakosheetError, Severity
from kakosheet.core.locate import locate
from kakosheet.core.mending import Mend, mender
from kakosheet.core.plan import Plan, flat, needed
from kakosheet.core.raw import RawBook
from kakosheet.core.records import Cell
from kakosheet.core.table import Table, Tables
from kakosheet.core.titles import Titles, fold
from kakosheet.policy.loader import keep_calendars, load_policy, load_profile, load_titles, other_titles
from kakosheet.policy.model import Policy
from kakosheet.policy.overlay import overlay
from kakosheet.sheets import SCHEMA, plan
from kakosheet.sheets.alerts.undated import READS as UNDATED_READS
from kakosheet.sheets.alerts.undated import Inputs, Undated, of_no_case, undated
from kakosheet.sheets.casework.case import Case, Offer
from kakosheet.sheets.casework.news import Word
from kakosheet.sheets.casework.placed import place_rows
from kakosheet.sheets.settings import overrides

ID = "kakosheet.id"
VERSION = "kakosheet.schema"
PROFILE = "kakosheet.profile"
LANG = "kakosheet.lang"
SEQUENCE = "kakosheet.seq."

UNKNOWN = "K604"
"""What nobody can date or judge."""
_REGISTERS = frozenset(key for key, table in SCHEMA.tables.items() if table.slots is None)

Births = Mapping[str, Sequence[Mapping[str, Any]]]
"""Rows to be added before anything is computed: table key → user values by column key."""


@dataclass
class Computed:
    """A book after its rules ran. `issues` are all that was found, in the order of sheets and rows."""

    book: Book
    titles: Titles
    policy: Policy
    moment: Moment
    run: Run
    issues: list[Issue] = field(default_factory=list)
    born: dict[str, list[int]] = field(default_factory=dict)

    @property
    def stops(self) -> list[Issue]:
        """What keeps a refresh from writing: the structure or the policy cannot be trusted."""
        return [issue for issue in self.issues if issue.code[1] in "25" and issue.severity is Severity.ERROR]

    def trusted(self) -> Computed:
        """The same, unless something stops it: then KakosheetError with everything that is wrong."""
        stops = self.stops
        if stops:
            raise KakosheetError(stops[0].code, stops[0].message, stops[0].hint, issues=tuple(self.issues))
        return self


def compute(
    raw: RawBook, *, today: date | None = None, births: Births | None = None, registers_only: bool = False
) -> Computed:
    """Read the tables out of a workbook of ours and run all rules. KakosheetError K110 if it is not ours, K206 if it is
    newer.

    With `registers_only` the blocks of views stay blank, and of what is wrong only that is said which stops or cannot be
    read: for readers of rows.
    """
    with collector_at_rest():
        book, titles, defaults = read_book(raw)
        born = {key: [book.tables[key].append(dict(row)) for row in rows] for key, rows in (births or {}).items()}
        sequences = _sequences(noted(raw))
        _name_rules(book.tables["rules"], sequences)
        own = overrides(book.tables["settings"], book.tables["rules"], defaults, date1904=raw.date1904)
        policy = overlay(defaults, own)
        moment = moment_of(today, policy.settings.get("as_of"), policy.settings["zone"])
        steps = needed(plan(), _REGISTERS) if registers_only else plan()
        run = run_rules(book.tables, policy, titles, moment, sequences, steps)
        issues = _joined(_of_this_version(raw, book.issues), _placed(book, own.issues))
        if registers_only:
            return Computed(book, titles, policy, moment, run, _sorted(issues, raw))
        issues += [
            *audit(book, SCHEMA, policy.settings["base_currency"]),
            *_faults(book, run),
            *(() if _has_gone(book) else (*undated_issues(book, run), *_left_out(run))),
        ]
        return Computed(book, titles, policy, moment, run, _sorted(issues, raw), born)


def read_book(raw: RawBook, also_read: frozenset[str] = frozenset()) -> tuple[Book, Titles, Policy]:
    """The tables as they stand in the file, with the words and the shipped policy of its language and profile."""
    notes = noted(raw)
    check_ours(raw, notes)
    lang, profile = str(notes.get(LANG) or "en"), str(notes.get(PROFILE) or "shopper")
    titles, defaults = load_titles(lang, profile), load_policy(profile, lang)
    found = locate(raw, SCHEMA, titles, lambda: other_titles(lang), lambda: usual_places(titles, profile))
    found.issues += without_lists(raw, titles.sheets.get("lists", "Lists"))
    return bind(raw, found, SCHEMA, titles, _as_read() | also_read), titles, defaults


def usual_places(titles: Titles, profile: str) -> dict[str, Placement]:
    """Where the tables of a new book of that language and profile stand."""
    from kakosheet.book.looks import layouts
    from kakosheet.core.newbook import NewBook, placements

    visible = load_profile(profile, titles.lang).sheets
    return placements(
        NewBook(
            schema=SCHEMA, titles=titles, tables={}, visible=visible, created=datetime.min, layouts=layouts(visible)
        )
    )


def check_ours(raw: RawBook, notes: Mapping[str, object]) -> None:
    """Refuse a workbook without our marks, or one whose schema is newer than ours."""
    if ID not in notes and not any(name.startswith("_kako_") for name in raw.names):
        raise KakosheetError(
            "K110",
            "this workbook was not made by kakosheet",
            "make one with `kakosheet new`, then import your rows into it",
        )
    version = notes.get(VERSION)
    if isinstance(version, int | float) and version > SCHEMA.version:
        raise KakosheetError(
            "K206", f"this workbook needs kakosheet with schema {version:g}", "update kakosheet", exit_code=3
        )


def _of_this_version(raw: RawBook, issues: list[Issue]) -> list[Issue]:
    """A book of an older schema lacks columns, which is one issue: the upgrade brings them."""
    version = noted(raw).get(VERSION)
    if not isinstance(version, int | float) or version >= SCHEMA.version:
        return issues
    older = Issue(
        "K209",
        f"this book is of schema {version:g}, kakosheet works with {SCHEMA.version}",
        "run `kakosheet upgrade` on it once",
    )
    return [older, *(issue for issue in issues if issue.code != "K202")]


def run_rules(
    tables: Tables, policy: Policy, titles: Titles, moment: Moment, sequences: Sequences, steps: Plan | None = None
) -> Run:
    """Run the plan, or some steps of it, over tables; they are changed in place."""
    place_rows(tables)
    sequences.observe(tables, _references())
    context = {
        "today": moment.today,
        "now": moment.now,
        "policy": policy,
        "titles": titles,
        "say": titles.say,
        "mend": mender(SCHEMA, tables, titles),
    }
    run = Run(tables, context, sequences)
    run.execute(steps or plan())
    keep_calendars()
    return run


def _name_rules(rules: Table, sequences: Sequences) -> None:
    """A rule of people's own has its id before the policy is made of it: its row tells what is in force by that."""
    sequences.observe({rules.schema.key: rules}, {})
    give_ids(rules, sequences, date.min)


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """The cyclic garbage collector off while tables are built: millions of small objects, none of them in a cycle."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _sequences(notes: Mapping[str, object]) -> Sequences:
    return Sequences(
        {name.removeprefix(SEQUENCE): noted_number(value) for name, value in notes.items() if name.startswith(SEQUENCE)}
    )


def _references() -> dict[str, list[tuple[str, str]]]:
    """Table key → the columns of all tables whose cells name one of its ids."""
    found: dict[str, list[tuple[str, str]]] = {}
    for table in SCHEMA.tables.values():
        for column in table.columns:
            for named, _ in column.named:
                found.setdefault(named, []).append((table.key, column.key))
    return found


def _as_read() -> frozenset[str]:
    """The columns that rules look at as they were read."""
    each = (*(step.reads for step in plan().steps), *(reads for _, reads in plan().checks))
    return frozenset(one.reference for reads in each for one in flat(reads) if one.as_read)


def _joined(cells: Sequence[Issue], policy: Sequence[Issue]) -> list[Issue]:
    """A cell of the policy that cannot be read is one issue: the policy's code with the words of the cell."""
    codes = {(issue.sheet, issue.cell): issue.code for issue in policy}
    read = {(issue.sheet, issue.cell): issue for issue in cells if issue.cell}
    plain = [issue for issue in cells if not issue.cell or (issue.sheet, issue.cell) not in codes]
    told = [
        replace(read[key], code=codes[key], severity=issue.severity)
        if (key := (issue.sheet, issue.cell)) in read
        else issue
        for issue in policy
    ]
    return plain + told


def _faults(book: Book, run: Run) -> Iterator[Issue]:
    """What checks found in rows of the file; a row that is only about to be made is checked once it stands there."""
    for name, index, fault in run.faults:
        if name in book.binding and book.tables[name].rows[index]:
            yield place_issue(
                book,
                book.tables[name],
                fault.column,
                index,
                fault.code,
                fault.message,
                fault.hint,
                Severity(fault.severity),
            )


def _has_gone(book: Book) -> bool:
    """Whether a column or a sheet is gone: that is told, and says enough of what hangs on it."""
    return any(issue.code in ("K201", "K202") for issue in book.issues)


def undated_issues(book: Book, run: Run, dispute: str | None = None) -> Iterator[Issue]:
    """What nobody can date or judge since a cell stands in the way: an error, whatever is wrong with the cell. Of one
    case, if it is given."""
    for one in undated_lines(run):
        cell = min(one.cells)
        if cell.table in book.binding and (dispute is None or fold(one.dispute or "") == fold(dispute)):
            yield place_issue(
                book,
                book.tables[cell.table],
                cell.column,
                cell.at,
                UNKNOWN,
                one.text(run.context["say"], run.context["mend"]),
                run.context["say"]("mend.cure"),
            )


def undated_lines(run: Run) -> list[Undated]:
    """What nobody can date or judge in a book."""
    if run.lookup.all_known():
        return list(of_no_case(*(run.lookup.rows(record) for record in (Offer, Word, Case))))  # type: ignore[arg-type]
    each: list[list[Any]] = [run.lookup.rows(record) for record in UNDATED_READS]
    return undated(Inputs(*each), run.context["today"])


def left_out_issues(
    cells: Iterable[Cell], mend: Mend, titles: Titles, what: str, severity: Severity = Severity.NOTE
) -> Iterator[Issue]:
    """For each table the rows that are left out of `what` since these cells cannot be known."""
    tables: dict[str, set[Cell]] = {}
    for cell in sorted(cells):
        tables.setdefault(cell.table, set()).add(cell)
    for table, found in tables.items():
        sheet, count = SCHEMA.sheet_by_key[SCHEMA.tables[table].sheet], len({cell.at for cell in found})
        yield Issue(
            "K601",
            f"{count} row{'s' if count > 1 else ''} not readable, so left out of {what}",
            f"mend {mend(found)}",
            titles.sheets.get(sheet.key, sheet.title),
            severity=severity,
        )


def _left_out(run: Run) -> Iterator[Issue]:
    cells = (cell for left in run.left_out for cell in left.cells)
    return left_out_issues(cells, run.context["mend"], run.context["titles"], "sums and scores")


def _placed(book: Book, issues: Sequence[Issue]) -> list[Issue]:
    """Issues whose sheet is a table's key and whose cell is "<column key>:<row>", with the names and addresses of this
    book."""
    return [
        replace(issue, sheet=book.binding[issue.sheet].sheet, cell=_address(book, issue))
        if issue.sheet in book.binding
        else issue
        for issue in issues
    ]


def _address(book: Book, issue: Issue) -> str:
    column, _, row = issue.cell.partition(":")
    return book.cell(issue.sheet, column, int(row)) if column in book.binding[issue.sheet].columns else ""


def _sorted(issues: list[Issue], raw: RawBook) -> list[Issue]:
    """In the order of the tabs, then of rows; each once."""
    order = {name: i for i, name in enumerate(raw.sheets)}

    def place(issue: Issue) -> tuple[int, int, str]:
        digits = "".join(filter(str.isdigit, issue.cell))
        return order.get(issue.sheet, len(order)), int(digits or 10**9), issue.cell

    return sorted(dict.fromkeys(issues), key=place)
