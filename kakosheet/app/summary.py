"""`summary`: one case on one page, as Markdown or PDF: what happened, its dates, evidence, offers and messages, who is
responsible, how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kakosheet import files
from kakosheet.app.explain import date_of_row, dates_of, to_mend
from kakosheet.book.computing import Computed, compute, undated_issues
from kakosheet.core.issues import EXIT_USAGE, KakosheetError
from kakosheet.core.schema import Column, Kind
from kakosheet.core.text import quoted
from kakosheet.core.titles import fold
from kakosheet.files import PathLike
from kakosheet.formats import read
from kakosheet.render.pdf import Line, Section
from kakosheet.sheets.words import money_text

CASE = (
    "state",
    "stage",
    "next_step",
    "stage_needs",
    "escalation",
    "order",
    "item",
    "seller",
    "customer",
    "platform",
    "case_no",
    "opened_on",
    "closed_on",
    "demand",
    "amount",
    "loss",
    "plan",
    "plan_amount",
    "still_owed",
    "refund_due",
    "refund_method",
    "protected_until",
    "result",
    "money_back",
    "root_cause",
    "days_open",
    "first_answer_days",
    "demand_check",
    "possible_duplicate",
    "similar",
    "steps",
    "tips",
)
BLAME = ("suggested", "because", "would_decide_it", "your_decision", "their_answer")
SAID = ("description", "customers_words", "platforms_answer", "strategy")
LISTS = {
    "evidence": ("state", "what", "file", "taken_on"),
    "offers": ("on", "by", "kind", "amount", "percent", "answer", "effect"),
    "log": ("at", "counterpart", "direction", "what_was_said"),
}
DATES = ("state", "due", "what_to_do", "if_nothing_happens")
MOST = {"evidence": 14, "offers": 8, "log": 8, "dates": 12}
"""Lines of each kind that fit on the page; how many more there are is said."""


def summary(
    path: PathLike, dispute: str, *, out: PathLike | None = None, today: date | None = None, force: bool = False
) -> dict[str, Any]:
    """The summary of a case: `{"id", "title", "markdown", "file", "issues"}`. `out` ends in .md or .pdf; without it
    nothing is written. `issues` tell what of the case nobody can date or judge.

    KakosheetError K401: no such case; K108: another suffix; K705: the file is there already.
    """
    computed = compute(read(files.load(path).data), today=today).trusted()
    at = _find(computed, dispute)
    title, sections = _title(computed, at), list(_sections(computed, at))
    text = markdown(title, sections, computed)
    if out is not None:
        files.create(out, _bytes(Path(out), title, sections, text, computed), force=force, beside=path)
    return {
        "id": computed.book.tables["disputes"].columns["dispute_id"][at],
        "title": title,
        "markdown": text,
        "file": None if out is None else str(out),
        "issues": [issue.as_dict() for issue in undated_issues(computed.book, computed.run, dispute)],
    }


def _bytes(out: Path, title: str, sections: list[Section], text: str, computed: Computed) -> bytes:
    if out.suffix.lower() == ".pdf":
        from kakosheet.render.pdf import page

        return page(title, _foot(computed), sections)
    if out.suffix.lower() in (".md", ".txt"):
        return text.encode()
    raise KakosheetError(
        "K108",
        f"a summary cannot be written as {out.suffix or 'a file without a suffix'}",
        "name a file .md or .pdf",
        exit_code=EXIT_USAGE,
    )


def _find(computed: Computed, dispute: str) -> int:
    ids = computed.book.tables["disputes"].columns["dispute_id"]
    found = next((at for at, name in enumerate(ids) if name is not None and fold(str(name)) == fold(dispute)), None)
    if found is None:
        raise KakosheetError(
            "K401",
            f"{quoted(dispute)} is no dispute of this book",
            "write its number, like D-2026-0001",
            exit_code=EXIT_USAGE,
        )
    return found


def _title(computed: Computed, at: int) -> str:
    columns = computed.book.tables["disputes"].columns
    return f"{columns['dispute_id'][at]}: {columns['summary'][at] or ''}".rstrip(": ")


def _foot(computed: Computed) -> str:
    return f"kakosheet · {computed.moment.today.isoformat()}"


# -- what it says ------------------------------------------------------------------------------------------------------


def _sections(computed: Computed, at: int) -> list[Section]:
    """The parts in the order of reading; those without a line are left out."""
    titles, dispute = computed.titles, computed.book.tables["disputes"].columns["dispute_id"][at]
    groups = {key: titles.groups.get(f"disputes.{key}", key) for key in ("case", "responsibility")}
    found = [
        Section(groups["case"], _cells(computed, at, CASE)),
        Section(groups["responsibility"], _cells(computed, at, BLAME)),
        Section(_column(computed, "disputes", "description"), _cells(computed, at, SAID)),
        Section(_sheet(computed, "deadlines"), _dates(computed, dispute), _heads(computed, "deadlines", DATES)),
    ]
    found += [
        Section(_sheet(computed, table), _rows(computed, table, dispute), _heads(computed, table, keys))
        for table, keys in LISTS.items()
    ]
    return [section for section in found if section.lines]


def _heads(computed: Computed, table: str, keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_column(computed, table, key) for key in keys)


def _sheet(computed: Computed, table: str) -> str:
    return computed.titles.sheets.get(table) or computed.book.binding[table].sheet


def _column(computed: Computed, table: str, key: str) -> str:
    return computed.titles.columns.get(f"{table}.{key}") or computed.book.tables[table].schema.by_key[
        key
    ].title.replace("\n", " ")


def _cells(computed: Computed, at: int, keys: tuple[str, ...]) -> list[Line]:
    return [
        [_column(computed, "disputes", key), shown] for key in keys if (shown := _shown(computed, "disputes", key, at))
    ]


def _dates(computed: Computed, dispute: str) -> list[Line]:
    """What runs, waits and is done; what is not called for is left out."""
    unread = computed.book.tables["deadlines"].faults("state")
    rows = dates_of(computed, dispute)
    found = [(date_of_row(computed, row), unread.get(row)) for row in rows]
    lines = [
        [
            str(row["state"] or ""),
            _day(row["done_on"] or row["due"]),
            str(row["what_to_do"] or ""),
            to_mend(computed, cells) or _left_or_taken(row, computed),
        ]
        for row, cells in found
        if cells or row["state_key"] not in (None, "not_applicable")
    ]
    return _cut(lines, MOST["dates"])


def _left_or_taken(row: Mapping[str, Any], computed: Computed) -> str:
    """What follows if a date is missed, or how long it took."""
    if row["days_taken"] is not None:
        return computed.titles.say("deadlines.took", days=row["days_taken"])
    return str(row["if_nothing_happens"] or "")


def _day(moment: str | None) -> str:
    return (moment or "").replace("T00:00:00", "").replace("T", " ")[:16]


def _rows(computed: Computed, table: str, dispute: str) -> list[Line]:
    columns = computed.book.tables[table].columns
    rows = [at for at, name in enumerate(columns["dispute"]) if name is not None and fold(name) == fold(dispute)]
    if table == "evidence":
        rows = [at for at in rows if columns["state"][at] != "not_applicable"]
    else:
        rows.sort(key=lambda at: (str(columns[LISTS[table][0]][at] or ""), at))
    return _cut(
        [[_shown(computed, table, key, at) for key in LISTS[table]] for at in rows],
        MOST[table],
        newest=table != "evidence",
    )


def _cut(lines: list[Line], most: int, *, newest: bool = False) -> list[Line]:
    """At most so many lines, the first or the last ones, and how many more there are."""
    if len(lines) <= most:
        return lines
    more = [f"+ {len(lines) - most + 1}"]
    return [more, *lines[1 - most :]] if newest else [*lines[: most - 1], more]


def _shown(computed: Computed, table: str, key: str, at: int) -> str:
    """A cell in words: choices by title, money with its currency, a day without a time of day."""
    found = computed.book.tables[table]
    column: Column = found.schema.by_key[key]
    value = found.columns[key][at]
    if value is None:
        return to_mend(computed, found.faults(key).get(at))
    if column.kind is Kind.CHOICE:
        return computed.titles.choice(column.choices, value) or ""
    if column.kind is Kind.MONEY:
        currency = found.columns["currency"][at] if "currency" in found.columns else None
        return money_text(value, currency or computed.policy.settings["base_currency"])
    if column.kind is Kind.PERCENT:
        return f"{value:.0%}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}" if value.hour or value.minute else f"{value:%Y-%m-%d}"
    return str(value)


# -- Markdown ----------------------------------------------------------------------------------------------------------


def markdown(title: str, sections: list[Section], computed: Computed) -> str:
    """The summary as Markdown; what people typed is never markup."""
    parts = [f"# {_plain(title)}"]
    for name, lines, heads in sections:
        if not heads:
            parts.append(
                f"## {_plain(name)}\n\n"
                + "\n".join(
                    f"- **{_plain(line[0])}**: {_plain(line[-1])}" if len(line) == 2 else f"- {_plain(line[0])}"
                    for line in lines
                )
            )
        else:
            rows = [[_plain(cell) for cell in [*line, *[""] * (len(heads) - len(line))]] for line in [heads, *lines]]
            head, *body = ["| " + " | ".join(row) + " |" for row in rows]
            parts.append("\n".join([f"## {_plain(name)}\n", head, f"|{'---|' * len(heads)}", *body]))
    return "\n\n".join([*parts, f"_{_foot(computed)}_"]) + "\n"


def _plain(text: str) -> str:
    """Text as text: what Markdown and HTML would read as markup is escaped, line breaks become spaces."""
    for mark in "\\&`*_[]<>|#~$":
        text = text.replace(mark, "&lt;" if mark == "<" else "&gt;" if mark == ">" else "\\" + mark)
    return " ".join(text.split())
