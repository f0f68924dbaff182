"""Live colours: for every column one block of rules that exclude one another or stand in order, each with its whole
style.

LibreOffice applies only the first true rule of a cell where Excel merges several; so no rule relies on another one
below it. Where a value decides the number format (sums without decimals, moments without a time of day), every rule
exists once for either format.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from kakosheet.core.address import column_letters
from kakosheet.core.formulas import literal
from kakosheet.core.layout import Emphasis, Marks
from kakosheet.core.schema import Column, Kind, Owner, TableSchema
from kakosheet.formats.palette import (
    DAY,
    HAIRLINE,
    ROW_TINT,
    TONES,
    WHOLE_CURRENCIES,
    WHOLE_MONEY,
    Rule,
    Tone,
    numbers_of,
    with_icon,
)
from kakosheet.formats.plan.plan import BookPlan, is_our_link

_BASE_CURRENCY = "_kako_base_currency"


class Condition(NamedTuple):
    """A rule: its formula for the first row, and the whole style that it gives."""

    test: str
    fill: str | None = None
    colour: str | None = None
    bold: bool = False
    numbers: str = ""
    line: Rule | None = None


@dataclass(frozen=True)
class Ground:
    """Where a table's rules apply: first and last row (of columns whose header stands lower, so much lower).

    `lined` draws the hairline only under rows that hold something. `spans[key]` is the last spreadsheet column to which
    a column's cells go on. Columns in `plain` have no rules.
    """

    first: int
    last: int
    lined: bool = False
    spans: Mapping[str, int] = field(default_factory=dict)
    plain: frozenset[str] = frozenset()


class Block(NamedTuple):
    """Rules of the cells in `columns` (spreadsheet columns, each down from row `first` to `last`), in their order."""

    rules: tuple[Condition, ...]
    columns: list[int]
    first: int
    last: int


class Bar(NamedTuple):
    """Data bars of one column's cells, from nothing to `most`."""

    column: int
    first: int
    last: int
    most: int


def blocks(plan: BookPlan, table: TableSchema, ground: Ground) -> list[Block]:
    """All rules of a table. Columns with the very same rules share one block."""
    found: dict[tuple[int, tuple[Condition, ...]], list[int]] = {}
    maker, place = _Maker(plan, table, ground), plan.place(table)
    for column in table.columns:
        at, down = place.columns[column.key], place.offsets.get(column.key, 0)
        rules = () if column.key in ground.plain else tuple(maker.rules(column))
        if rules:
            found.setdefault((down, rules), []).extend(range(at, ground.spans.get(column.key, at) + 1))
    return [Block(rules, columns, ground.first + down, ground.last + down) for (down, rules), columns in found.items()]


def bars(plan: BookPlan, table: TableSchema, ground: Ground) -> Iterator[Bar]:
    place = plan.place(table)
    for column in table.columns:
        if column.bar and column.key not in ground.plain:
            down = place.offsets.get(column.key, 0)
            yield Bar(
                place.columns[column.key],
                ground.first + down,
                ground.last + down,
                1 if column.kind is Kind.PERCENT else 100,
            )


def runs(columns: Iterable[int]) -> Iterator[tuple[int, int]]:
    """[2, 3, 4, 7] → (2, 4), (7, 7)."""
    columns = sorted(columns)
    first = last = columns[0]
    for column in columns[1:]:
        if column != last + 1:
            yield first, last
            first = column
        last = column
    yield first, last


class _Maker:
    """Makes the rules of one table's columns."""

    def __init__(self, plan: BookPlan, table: TableSchema, ground: Ground) -> None:
        self.plan, self.table, self.ground = plan, table, ground
        self.at = plan.place(table).columns
        self.marks = {
            column.key: plan.book.marks[column.style]
            for column in table.columns
            if column.style in plan.book.marks and plan.words(column)
        }
        self.leader = next(
            (column for column in table.columns if column.key in self.marks and self.marks[column.key].tints_rows), None
        )

    def cell(self, key: str) -> str:
        """The column's cell in the rule's row; the row's number is relative."""
        down = self.plan.place(self.table).offsets.get(key, 0)
        return f"${column_letters(self.at[key])}{self.ground.first + down}"

    def rules(self, column: Column) -> Iterator[Condition]:
        variants = tuple(self._variants(column))
        base = numbers_of(
            column.kind,
            live=column.owner is Owner.FORMULA or is_our_link(column),
            rate=not column.bar and column.owner is Owner.TOOL,
        )
        for rule in self._plain_rules(column, base):
            for test, numbers in variants:
                yield rule._replace(test=f"AND({test},{rule.test})", numbers=numbers)
            yield rule
        yield from (Condition(test, numbers=numbers, line=self._line) for test, numbers in variants)
        if self.ground.lined:
            yield Condition(self._filled(), line=self._line)

    @property
    def _line(self) -> Rule | None:
        return ("hair", HAIRLINE) if self.ground.lined else None

    def _variants(self, column: Column) -> Iterator[tuple[str, str]]:
        """Tests under which a column has another number format than its own."""
        cell = self.cell(column.key)
        if column.kind is Kind.DATETIME:
            yield f"AND(ISNUMBER({cell}),MOD({cell},1)=0)", DAY
        if column.kind is Kind.MONEY and (currency := self._currency(column)) is not None:
            code = self.cell(currency.key)
            if any(named.name == _BASE_CURRENCY for named in self.plan.book.named_cells):
                code = f'IF({code}="",{_BASE_CURRENCY},{code})'
            yield f'ISNUMBER(SEARCH(" "&{code}&" "," {WHOLE_CURRENCIES} "))', WHOLE_MONEY

    def _currency(self, column: Column) -> Column | None:
        """The currency of a sum: the column right of it, or else the table's only one."""
        columns = list(self.table.columns)
        after = columns[columns.index(column) + 1 :][:1]
        known = [c for c in columns if c.kind is Kind.CURRENCY]
        if after and after[0].kind is Kind.CURRENCY:
            return after[0]
        return known[0] if len(known) == 1 else None

    def _plain_rules(self, column: Column, numbers: str) -> Iterator[Condition]:
        over = self._row_tests(Emphasis.DONE)
        worn = self.leader is not None and bool(column.style) and column.style in self.marks[self.leader.key].worn_by
        if column.key in self.marks:
            yield from self._words(column, self.marks[column.key], column.key, numbers)
        elif worn:
            yield from self._worn()
        if column.required and column.owner is Owner.USER:
            empty = f'{self.cell(column.key)}=""'
            others = [self._filled(), empty] + ([f"NOT({over})"] if over else [])
            yield self._toned(f"AND({','.join(others)})", TONES[Emphasis.GAP])
        if self.leader is not None and column is not self.leader:
            if not worn and (bad := self._row_tests(Emphasis.BAD)):
                yield Condition(bad, fill=ROW_TINT, line=self._line)
            if over:
                yield Condition(over, colour=TONES[Emphasis.DONE].colour, line=self._line)

    def _filled(self) -> str:
        """Whether the row holds anything: its id or name, or else its first column that people must fill."""
        schema = self.table
        key = schema.id_column or schema.key_column or next((c.key for c in schema.columns if c.required), "")
        if not key:
            cells = [
                f'{self.cell(c.key)}<>""'
                for c in schema.columns
                if c.owner in (Owner.USER, Owner.TOOL) and not c.hidden
            ]
            return f"OR({','.join(cells[:8])})"
        return f'{self.cell(key)}<>""'

    def _words(self, column: Column, marks: Marks, key: str, numbers: str) -> Iterator[Condition]:
        """The column's own words. Those without a fill let the row's tint or grey through."""
        rows = {
            severity: self._row_tests(severity)
            for severity in (Emphasis.BAD, Emphasis.DONE)
            if column is not self.leader
        }
        for severity, test in self._tests(marks, key):
            tone = TONES[severity]
            toned = self._toned(test, tone, with_icon(tone, numbers))
            if tone.fill is None and (bad := rows.get(Emphasis.BAD)):
                yield toned._replace(test=f"AND({bad},{test})", fill=ROW_TINT)
            if tone.fill is None and (over := rows.get(Emphasis.DONE)):
                yield toned._replace(test=f"AND({over},{test})", colour=TONES[Emphasis.DONE].colour, bold=False)
            yield toned

    def _worn(self) -> Iterator[Condition]:
        """The colours of the leading column's words, where they urge."""
        assert self.leader is not None
        for severity, test in self._tests(self.marks[self.leader.key], self.leader.key):
            if severity in (Emphasis.BAD, Emphasis.WARN):
                yield self._toned(test, TONES[severity])

    def _toned(self, test: str, tone: Tone, numbers: str = "") -> Condition:
        return Condition(test, tone.fill, tone.colour, tone.bold, numbers, self._line)

    def _row_tests(self, severity: Emphasis) -> str:
        if self.leader is None:
            return ""
        return dict(self._tests(self.marks[self.leader.key], self.leader.key)).get(severity, "")

    def _tests(self, marks: Marks, key: str) -> Iterator[tuple[Emphasis, str]]:
        """For each severity the test that the column holds one of its words."""
        titles = self.plan.words(self.table.by_key[key])
        for severity in Emphasis:
            words = [titles[word] for word, given in marks.words.items() if given is severity and word in titles]
            if words:
                yield severity, _any_of(self.cell(key), words)


def _any_of(cell: str, words: Iterable[str]) -> str:
    tests = [f"{cell}={literal(word)}" for word in words]
    return tests[0] if len(tests) == 1 else f"OR({','.join(tests)})"
