"""What an import would add: rows of an export against the rows that stand. Pure.

An order line is known again by platform, order number and line; a blank platform goes with any. Where the export counts
no lines, lines of one order are told apart by their item. Rows without an order number are known by all their values.

Cells that stand are never changed. A cell that differs is a conflict (K405, a warning). A blank cell stays blank, and a
note says what the export has for it: the owner may have emptied it on purpose, and from birth on a user cell is written
by its owner alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from typing import Any

from kakosheet.core.issues import Issue, Severity
from kakosheet.core.schema import Kind, Owner
from kakosheet.core.table import Table
from kakosheet.core.titles import Titles, fold
from kakosheet.importers import ImportedRow, ImportedRows

PARTNERS = {"purchases": ("seller", "bought_on"), "sales": ("customer", "sold_on")}
"""By table: the other side of an order, and the day without which a row is only planned."""

CellOf = Callable[[str, int], str]
Line = tuple[str, str, int]


@dataclass(slots=True)
class ImportPlan:
    """`rows` are to be added. `same` counts lines of the export whose rows stand, `proposed` those that a planned row
    may be."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    same: int = 0
    proposed: int = 0


def plan_import(
    table: Table, imported: ImportedRows, titles: Titles, sheet: str = "", cell_of: CellOf | None = None
) -> ImportPlan:
    """Which rows are new, which stand already, and where they differ. For the issues: `sheet` is the table's sheet as
    it is called in the book, `cell_of(column, row)` gives a cell's address."""
    standing = _Standing(table)
    speech = _Speech(
        standing, imported.source, titles, sheet or table.schema.sheet, cell_of or (lambda column, row: f"row {row}")
    )
    plan = ImportPlan(issues=list(imported.issues))
    seen: dict[Line, ImportedRow] = {}
    for row in imported.rows:
        line = _line(row.values)
        if line is not None and line in seen:
            _note_repeat(row, seen[line], plan, speech)
            continue
        if line is not None:
            seen[line] = row
        match = standing.claim(row.values)
        if match is not None:
            plan.same += 1
            plan.issues += speech.differences(row, match)
        elif (planned := standing.claim_planned(row.values)) is not None:
            plan.proposed += 1
            plan.issues.append(speech.proposal(row, planned))
        else:
            plan.rows.append(standing.with_line(row.values))
    return plan


def _line(values: dict[str, Any]) -> Line | None:
    """The natural key of an order line; None if the export does not give it whole."""
    order, line = fold(str(values.get("order_no") or "")), values.get("line_no")
    return (fold(str(values.get("platform") or "")), order, line) if order and line is not None else None


def _note_repeat(row: ImportedRow, first: ImportedRow, plan: ImportPlan, speech: _Speech) -> None:
    plan.same += 1
    if row.values != first.values:
        plan.issues.append(speech.repeat(row, first))


class _Standing:
    """The rows of the table; `free` are those that no line of the export has claimed yet, by order number (and item,
    without one)."""

    def __init__(self, table: Table) -> None:
        self.schema, self.rows, self.bad = table.schema, table.rows, table.bad
        self.cells = table.old or table.columns
        keys = table.schema.by_key
        self.mark = (
            "item"
            if "item" in keys
            else next(column.key for column in table.schema.columns if column.owner is Owner.USER)
        )
        self.free: dict[tuple[str, str], list[int]] = {}
        self.lines: set[tuple[str, Any]] = set()
        for index in range(len(table)):
            order = self.cell("order_no", index)
            self.free.setdefault(self._place(order, self.cell(self.mark, index)), []).append(index)
            self.lines.add((fold(str(order or "")), self.cell("line_no", index)))

    def cell(self, column: str, index: int) -> Any:
        return self.cells[column][index] if column in self.cells else None

    def holds(self, column: str, index: int, value: Any) -> bool:
        return same(self.cell(column, index), value)

    @staticmethod
    def _place(order: object, mark: object) -> tuple[str, str]:
        return (fold(str(order)), "") if order is not None else ("", fold(str(mark or "")))

    def claim(self, values: dict[str, Any]) -> int | None:
        """The index of the row that is this line of the export."""
        rows = self.free.get(self._place(values.get("order_no"), values.get(self.mark)), [])
        for tells in self._tests(values):
            for index in rows:
                if tells(index):
                    rows.remove(index)
                    return index
        return None

    def _tests(self, values: dict[str, Any]) -> Iterator[Callable[[int], bool]]:
        """From strict to loose: what tells that a row is this line."""
        if values.get("order_no") is None:
            keyed = self.schema.key_column != self.schema.id_column
            yield lambda i: keyed or all(self.holds(key, i, value) for key, value in values.items())
            return
        line, item, price = values.get("line_no"), values.get("item"), values.get("price")
        if line is not None:
            yield lambda i: self._same_platform(values, i) and self.cell("line_no", i) == line
            yield (
                lambda i: (
                    self._same_platform(values, i) and self.cell("line_no", i) is None and self.holds("item", i, item)
                )
            )
        else:
            yield (
                lambda i: (
                    self._same_platform(values, i) and self.holds("item", i, item) and self.holds("price", i, price)
                )
            )
            yield lambda i: self._same_platform(values, i) and self.holds("item", i, item)

    def _same_platform(self, values: dict[str, Any], index: int) -> bool:
        theirs, ours = values.get("platform"), self.cell("platform", index)
        return theirs is None or ours is None or same(theirs, ours)

    def claim_planned(self, values: dict[str, Any]) -> int | None:
        """The index of a row without an order number, planned or not read whole, with the same partner, item, price and
        day as this order line."""
        if self.schema.key not in PARTNERS or values.get("order_no") is None:
            return None
        partner, day = PARTNERS[self.schema.key]
        if any(values.get(key) is None for key in (partner, "item", "price")):
            return None
        planned = self.free.get(("", fold(str(values["item"]))), [])
        for index in planned:
            currency = self.cell("currency", index)
            alike = currency is None or same(currency, values.get("currency", currency))
            alike = alike and (self.cell(day, index) is None or self.holds(day, index, values.get(day)))
            if alike and all(self.holds(key, index, values[key]) for key in (partner, "price")):
                planned.remove(index)
                return index
        return None

    def with_line(self, values: dict[str, Any]) -> dict[str, Any]:
        """The values of a new row; an order line without a number gets the next one of its order."""
        values = dict(values)
        order = fold(str(values.get("order_no") or ""))
        if order and "line_no" in self.schema.by_key:
            if values.get("line_no") is None:
                values["line_no"] = next(line for line in count(1) if (order, line) not in self.lines)
            self.lines.add((order, values["line_no"]))
        return values


@dataclass(frozen=True)
class _Speech:
    """What is said of a line of the export."""

    standing: _Standing
    source: str
    titles: Titles
    sheet: str
    cell_of: CellOf

    def differences(self, row: ImportedRow, index: int) -> Iterator[Issue]:
        """Conflicts of a row that stands, and what the export has for its blank cells."""
        blank: list[str] = []
        for key, value in row.values.items():
            here = self.standing.cell(key, index)
            if index in self.standing.bad.get(key, ()):
                continue
            if here is None:
                blank += [key] if key not in ("line_no", "platform") else []
            elif not same(here, value):
                message = f"{self._title(key)} is {self._show(key, here)}, the import says {self._show(key, value)} ({self._place(row)})"
                yield self._issue(
                    Severity.WARNING, message, "your cell was kept; change it if the import is right", key, index
                )
        if blank:
            news = ", ".join(f"{self._title(key)} {self._show(key, row.values[key])}" for key in blank)
            message = f"blank here, but in the import: {news} ({self._place(row)})"
            yield self._issue(Severity.NOTE, message, "type it in if it is right", blank[0], index)

    def proposal(self, row: ImportedRow, index: int) -> Issue:
        name = self.standing.cell(self.standing.schema.id_column, index) or "this row"
        keys = [key for key in ("platform", "order_no", "line_no") if key in row.values]
        order = ", ".join(f"{self._title(key)} {self._show(key, row.values[key])}" for key in keys)
        day = PARTNERS[self.standing.schema.key][1]
        what = "is planned" if self.standing.cell(day, index) is None else "has no order number"
        message = f"{name} {what} and looks like {order} ({self._place(row)}); nothing was added"
        hint = "if it is the same, type these into it; if not, change its item and import again"
        return self._issue(Severity.NOTE, message, hint, "order_no", index)

    def repeat(self, row: ImportedRow, first: ImportedRow) -> Issue:
        order, line = row.values["order_no"], row.values["line_no"]
        message = (
            f"order {order} line {line} stands twice in the export, first on line {first.line}; the first was taken"
        )
        return Issue("K402", message, "correct the export", self.source, f"line {row.line}", Severity.WARNING)

    def _issue(self, severity: Severity, message: str, hint: str, column: str, index: int) -> Issue:
        return Issue("K405", message, hint, self.sheet, self.cell_of(column, self.standing.rows[index]), severity)

    def _place(self, row: ImportedRow) -> str:
        return f"{self.source} line {row.line}"

    def _title(self, key: str) -> str:
        return self.titles.columns.get(f"{self.standing.schema.key}.{key}", self.standing.schema.by_key[key].title)

    def _show(self, key: str, value: Any) -> str:
        column = self.standing.schema.by_key[key]
        return shown(self.titles.choice(column.choices, value) if column.kind is Kind.CHOICE else value)


def same(one: Any, other: Any) -> bool:
    """Whether two values mean one thing: names folded, money to the cent, a moment and its day."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) < 0.005
    if isinstance(one, date) and isinstance(other, date):
        both = isinstance(one, datetime) and isinstance(other, datetime)
        return one == other if both else _day(one) == _day(other)
    if isinstance(one, str) and isinstance(other, str):
        return fold(one) == fold(other)
    return bool(one == other)


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def shown(value: Any) -> str:
    """A value in a sentence: dates as ISO, money with two places, long text cut."""
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.2f}"
    text = str(value)
    return f'"{text if len(text) <= 40 else text[:39] + "…"}"' if isinstance(value, str) else text
