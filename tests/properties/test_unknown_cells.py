"""A cell that nobody can read (of either kind) takes away what hangs on it, names itself there, and leaves everything else as it is."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kakosheet import formats
from kakosheet.app.new import new_book
from kakosheet.book.computing import read_book, run_rules, undated_lines
from kakosheet.book.moment import moment_of
from kakosheet.core.bind import typed_by_people
from kakosheet.core.engine import Run
from kakosheet.core.ids import Sequences
from kakosheet.core.plan import Apply, flat
from kakosheet.core.records import Cell
from kakosheet.core.table import Tables
from kakosheet.core.titles import fold
from kakosheet.policy.loader import load_policy, load_titles
from kakosheet.sheets import SCHEMA, plan

TODAY = date(2026, 11, 21)
PROFILES = ("shopper", "merchant", "groupbuy")


OF_A_CASE = ("deadlines", "disputes", "offers", "evidence")
"""Tables whose verdicts are about one case: none of them changes unless its cell or a line of Alerts names what cannot be known."""
DATES = (
    ("purchases", "return_window_ends", None),
    ("disputes", "protected_until", "state"),
    ("disputes", "refund_due", "state"),
    ("deadlines", "last_day", "state"),
)
OVER = ("closed", "done", "waived", "not_applicable")
"""Computed dates that nobody may miss, each with the state of its row: where one cannot be known, that is told, unless it is over."""


@cache
def typed(profile: str) -> Tables:
    """What people typed in a sample, as it is read at the next refresh."""
    data, _ = new_book(profile=profile, lang="en", sample=True, today=TODAY)
    return read_book(formats.read(data))[0].tables


def refreshed(profile: str, cell: Cell | None = None, kind: str = "bad") -> Run:
    tables = copy.deepcopy(typed(profile))
    if cell is not None:
        table = tables[cell.table]
        values = list(table.columns[cell.column])
        values[cell.at] = None
        table.columns[cell.column] = table.old[cell.column] = values
        getattr(table, kind)[cell.column] = {cell.at}
    policy = load_policy(profile, "en")
    return run_rules(tables, policy, load_titles("en", profile), moment_of(TODAY, None, "UTC"), Sequences())


@cache
def clean(profile: str) -> Run:
    return refreshed(profile)


@cache
def readers() -> dict[str, frozenset[str]]:
    """Every column → the columns that hang on it, directly or by way of others."""
    direct: dict[str, set[str]] = {}
    for step in plan().steps:
        if isinstance(step, Apply):
            writes = set(step.rule.writes)
        elif hasattr(step, "column"):
            writes = {f"{step.table}.{step.column.key}"}
        else:  # a maker: whether a row is called for
            writes = {
                f"{step.table}.#wanted",
                *(f"{step.table}.{c.key}" for c in SCHEMA.tables[step.table].columns if typed_by_people(c)),
            }
        for read in flat(step.reads):
            direct.setdefault(read.reference, set()).update(writes)
            if read.via:  # which row it is hangs on the reference and on the names of that table's rows
                target = SCHEMA.tables[read.table]
                names = filter(None, (target.id_column or target.key_column, target.alias_column))
                for column in (read.via, *(f"{read.table}.{name}" for name in names)):
                    direct.setdefault(column, set()).update(writes)
    return {column: frozenset(_reached(column, direct)) for column in direct}


def _reached(column: str, direct: dict[str, set[str]]) -> Iterator[str]:
    seen: set[str] = set()
    ahead = [column]
    while ahead:
        for found in direct.get(ahead.pop(), ()):
            if found not in seen:
                seen.add(found)
                ahead.append(found)
                yield found


ABOUT_ONE = ("purchases", "sales", "disputes", "deadlines", "offers", "evidence", "log")
"""Tables whose rows are about one order or one case: no row that has nothing to do with a cell is marked for it."""
HOPS = 4
"""From a piece of evidence over its case, a claim beside it and its order to another row of theirs."""


def about(run: Run, cell: Cell) -> set[tuple[str, int]]:
    """The rows of orders and cases that have to do with a cell's row: that it names, or that name it, hop by hop. A row
    of a register (sellers, carriers, customers) leads only to those that name it."""
    beside: dict[tuple[str, int], set[tuple[str, int]]] = {}
    for name in (*ABOUT_ONE, "sellers", "carriers", "customers"):
        table = run.tables[name]
        for column in table.schema.columns:
            for target, key in column.named:
                other = run.tables[target]
                places = {fold(str(value)): at for at, value in enumerate(other.columns[key]) if value is not None}
                for at, value in enumerate(table.columns[column.key]):
                    to = places.get(fold(str(value))) if value is not None else None
                    if to is not None:
                        beside.setdefault((name, at), set()).add((target, to))
                        beside.setdefault((target, to), set()).add((name, at))
    near, edge = {(cell.table, cell.at)}, {(cell.table, cell.at)}
    for _ in range(HOPS):
        edge = {
            there
            for here in edge
            if here[0] in ABOUT_ONE or here == (cell.table, cell.at)
            for there in beside.get(here, ())
        } - near
        near |= edge
    return near


def by_row(run: Run, table: str) -> dict[object, int]:
    """Rows by their key, where they have one that stays; else by their place."""
    made = run.tables[table]
    key = made.schema.row_key or made.schema.id_column or made.schema.key_column
    return {(made.columns[key][at] if key and made.columns[key][at] is not None else at): at for at in range(len(made))}


def cells(profile: str) -> list[Cell]:
    """Cells of people's columns: of each the first, the last and some between of those that are filled, and a blank
    one."""
    found = []
    for name, table in typed(profile).items():
        for column in table.schema.columns:
            if typed_by_people(column) and table.schema.slots is None and name not in ("settings", "rules", "lists"):
                filled = [at for at, value in enumerate(table.columns[column.key]) if value is not None]
                blank = sorted(set(range(len(table))) - set(filled))
                found += [
                    Cell(name, column.key, at)
                    for at in sorted({*filled[:1], *filled[-1:], *filled[::7], *blank[len(blank) // 2 :][:1]})
                ]
    return found


def holds(profile: str, cell: Cell, kind: str) -> None:
    before, after = clean(profile), refreshed(profile, cell, kind)
    hangs = readers().get(f"{cell.table}.{cell.column}", frozenset())
    left_out = {left.rule for left in after.left_out if left.table == cell.table}
    column = SCHEMA.tables[cell.table].by_key[cell.column]
    title = load_titles("en", profile).columns.get(f"{cell.table}.{cell.column}", column.title)
    own_key = cell.column in SCHEMA.tables[cell.table].names_rows
    told, near = frozenset().union(*(one.cells for one in undated_lines(after))), about(before, cell)
    for step in plan().steps:
        if not isinstance(step, Apply):
            continue
        for reference in step.rule.writes:
            name, _, key = reference.partition(".")
            old, new = by_row(before, name), by_row(after, name)
            faults = after.tables[name].faults(key)
            for row, at in new.items():
                if row not in old:
                    continue
                was, now = before.tables[name].columns[key][old[row]], after.tables[name].columns[key][at]
                if at in faults:
                    assert cell in faults[at], f"{reference} of {row} names {faults[at]}"
                    assert name not in ABOUT_ONE or (name, old[row]) in near, (
                        f"{reference} of {row} has nothing to do with {cell}"
                    )
                    assert reference in hangs, f"{reference} of {row} does not read {cell}"
                elif was != now and not own_key:
                    assert reference in hangs, (
                        f"{reference} of {row} changed from {was!r} to {now!r}, but does not read {cell}"
                    )
                    named = isinstance(now, str) and title in now
                    of_a_case = name in OF_A_CASE and reference != "disputes.similar"  # that lists other cases
                    summed = _sums(step, left_out) and (not of_a_case or cell in told)
                    assert named or summed or _from_a_view(step), (
                        f"{reference} of {row}: {was!r} became {now!r} without a word"
                    )
    for name, key, done in DATES:
        for at in after.tables[name].faults(key):
            over = done is not None and after.tables[name].columns[done][at] in OVER
            was = next(
                (before.tables[name].columns[key][i] for row, i in by_row(before, name).items() if i == at), None
            )
            assert over or was is None or cell in told, f"{name}.{key}[{at}] is not known, and nobody is told"
    for name in before.tables:
        if not own_key and SCHEMA.tables[name].slots is None:
            lost = by_row(before, name).keys() - by_row(after, name).keys()
            assert not [row for row in lost if isinstance(row, str)] or name in ("sellers", "carriers", "customers"), (
                f"{name} lost {lost}"
            )


def _sums(step: Any, left_out: set[str]) -> bool:
    """Whether a rule said that it left rows out, or reads one that did."""
    return step.rule.fn.__name__ in left_out or any(
        read.reference in _written_by(left_out) for read in flat(step.reads)
    )


@cache
def _rules() -> dict[str, frozenset[str]]:
    return {step.rule.fn.__name__: frozenset(step.rule.writes) for step in plan().steps if isinstance(step, Apply)}


def _written_by(rules: set[str]) -> set[str]:
    found = {column for rule in rules for column in _rules().get(rule, ())}
    return found | {reader for column in found for reader in readers().get(column, ())}


def _from_a_view(step: Any) -> bool:
    """A view's lines move up and down."""
    return SCHEMA.tables[step.rule.writes[0].partition(".")[0]].slots is not None


@pytest.mark.parametrize("profile", PROFILES)
@settings(max_examples=12, deadline=None)
@given(data=st.data(), kind=st.sampled_from(("bad", "unknown")))
def test_a_cell_that_cannot_be_known_takes_away_what_reads_it_and_nothing_else(
    profile: str, data: st.DataObject, kind: str
) -> None:
    holds(profile, data.draw(st.sampled_from(cells(profile))), kind)


@pytest.mark.parametrize("register", ["purchases", "sales"])
@pytest.mark.parametrize("kind", ["bad", "unknown"])
def test_an_id_that_is_lost_says_nothing_of_the_cases_of_other_orders(register: str, kind: str) -> None:
    before, after = clean("merchant"), refreshed("merchant", Cell(register, "id", 0), kind)
    lost, cases = before.tables[register].columns["id"][0], before.tables["disputes"].columns
    others = {name for name, order in zip(cases["dispute_id"], cases["order"], strict=True) if order != lost}
    told = after.tables["deadlines"]
    assert others and len(told) == len(before.tables["deadlines"])
    for key in ("due", "state", "last_day", "phase"):
        assert not {told.columns["dispute"][at] for at in told.faults(key)} & others
        for at, name in enumerate(told.columns["dispute"]):
            assert name not in others or told.columns[key][at] == before.tables["deadlines"].columns[key][at]


@pytest.mark.parametrize("kind", ["bad", "unknown"])
def test_a_date_knows_its_case_by_its_key_and_its_day_without_its_words(kind: str) -> None:
    before = clean("shopper")
    cases, dates = before.tables["disputes"].columns, before.tables["deadlines"].columns
    case = next(at for at, due in enumerate(cases["due"]) if due is not None and cases["closed_on"][at] is None)
    at = next(
        at
        for at, (name, due) in enumerate(zip(dates["dispute"], dates["due"], strict=True))
        if (name, due) == (cases["dispute_id"][case], cases["due"][case]) and "/" in dates["key"][at]
    )
    for column in ("dispute", "what_to_do"):
        after = refreshed("shopper", Cell("deadlines", column, at), kind)
        for key in ("state", "due", "stage"):
            assert after.tables["disputes"].columns[key][case] == cases[key][case], (column, key)


@pytest.mark.parametrize(
    "column", ["refund_promised", "money_back", "their_answer", "return_sent", "closed_on", "plan", "result", "amount"]
)
@pytest.mark.parametrize("kind", ["bad", "unknown"])
def test_every_date_of_the_other_cases_stands(column: str, kind: str) -> None:
    tables = typed("shopper")
    at = next(at for at, closed in enumerate(tables["disputes"].columns["closed_on"]) if closed is None)
    before, after = clean("shopper"), refreshed("shopper", Cell("disputes", column, at), kind)
    name = tables["disputes"].columns["dispute_id"][at]
    for key in ("state", "due", "last_day"):
        was, now = (
            {row: run.tables["deadlines"].columns[key][at] for row, at in by_row(run, "deadlines").items()}
            for run in (before, after)
        )
        others = {row for row in was if not str(row).startswith(f"{name}/")}
        assert others and {row: was[row] for row in others} == {row: now[row] for row in others}


@pytest.mark.parametrize("profile", ["groupbuy", "merchant"])
@pytest.mark.parametrize("kind", ["bad", "unknown"])
def test_only_dates_that_hang_on_the_urgency_go_with_it(profile: str, kind: str) -> None:
    before = clean(profile)
    cases, dates = before.tables["disputes"].columns, before.tables["deadlines"].columns
    case = next(
        at
        for at, grade in enumerate(cases["grade"])
        if grade is not None and cases["customer"][at] is not None and cases["closed_on"][at] is None
    )
    name, policy = cases["dispute_id"][case], before.context["policy"]
    hang = {
        rule.step
        for rules in policy.clocks.values()
        for rule in rules
        if rule.grades or rule.limit_setting == "promise"
    }
    after = refreshed(profile, Cell("disputes", "grade", case), kind).tables["deadlines"]
    rows = [
        at
        for at, (row, key) in enumerate(zip(dates["dispute"], dates["key"], strict=True))
        if row == name and "/" in key
    ]
    kept = [at for at in rows if dates["node"][at] not in hang]
    assert kept and len(rows) > len(kept)
    for key in ("state", "due", "last_day", "where_the_date_comes_from"):
        assert not set(kept) & after.faults(key).keys(), key
        assert [after.columns[key][at] for at in kept] == [dates[key][at] for at in kept]
    assert (set(rows) - set(kept)) & after.faults("state").keys()


@pytest.mark.parametrize("kind", ["bad", "unknown"])
def test_an_offer_is_known_by_the_date_that_waits_for_its_answer(kind: str) -> None:
    before = clean("merchant")
    offers, keys = before.tables["offers"].columns, before.tables["deadlines"].columns["key"]
    answered = [at for at, name in enumerate(offers["id"]) if any(str(key).endswith(f"/{name}") for key in keys)]
    others = [at for at in range(len(offers["id"])) if at not in answered]
    assert answered and others
    for at in answered:
        after = refreshed("merchant", Cell("offers", "dispute", at), kind)
        for table, columns in (("deadlines", ("state", "due")), ("disputes", ("state", "next_step", "due", "stage"))):
            for column in columns:
                assert after.tables[table].columns[column] == before.tables[table].columns[column], (at, column)
    lost = Cell("offers", "dispute", others[0])
    assert ("offer", frozenset({lost})) in [
        (one.what, one.cells) for one in undated_lines(refreshed("merchant", lost, kind))
    ]


@pytest.mark.parametrize("kind", ["bad", "unknown"])
@pytest.mark.parametrize(
    ("table", "column", "what"), [("log", "dispute", "message"), ("purchases", "delivery_promise", "risk")]
)
def test_what_counts_without_a_cell_is_told(table: str, column: str, what: str, kind: str) -> None:
    tables = typed("merchant")[table].columns
    planned = [at for at, day in enumerate(tables["bought_on"]) if day is None] if table == "purchases" else range(99)
    at = next(at for at in planned if tables[column][at] is not None)
    cell = Cell(table, column, at)
    assert (what, frozenset({cell})) in [
        (one.what, one.cells) for one in undated_lines(refreshed("merchant", cell, kind))
    ]


@pytest.mark.parametrize("kind", ["bad", "unknown"])
@pytest.mark.parametrize("column", ["amount", "currency"])
def test_an_open_case_of_which_nobody_knows_how_much_it_is_about_is_told(column: str, kind: str) -> None:
    cases = typed("merchant")["disputes"].columns
    at = next(
        at
        for at, value in enumerate(cases[column])
        if value is not None and cases["closed_on"][at] is None and cases["waived"][at] is None
    )
    cell = Cell("disputes", column, at)
    told = [one for one in undated_lines(refreshed("merchant", cell, kind)) if one.what == "stake"]
    assert [(one.dispute, one.cells) for one in told] == [(cases["dispute_id"][at], frozenset({cell}))]
