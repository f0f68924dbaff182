"""The engine keeps its promises on a schema of its own."""

from __future__ import annotations

from datetime import date

import pytest

from kakosheet.core.engine import Run
from kakosheet.core.ids import Sequences
from kakosheet.core.plan import PlanError, build
from kakosheet.core.records import CannotKnow, Cell, Record, attempt, cell, known
from kakosheet.core.rules import Fault, RuleSet, Wanted, check, rows, rule, table_rule
from kakosheet.core.schema import Column, Kind, Owner, SheetKind, SheetSchema, TableSchema, WorkbookSchema
from kakosheet.core.table import Table

TODAY = date(2026, 11, 21)
T = Owner.TOOL


def _sheet(key: str, *columns: Column, **options: object) -> SheetSchema:
    table = TableSchema(key=key, sheet=key, columns=columns, **options)  # type: ignore[arg-type]
    return SheetSchema(key=key, title=key, kind=SheetKind.REGISTER, tables=(table,), tab="x")


SCHEMA = WorkbookSchema(
    1,
    (
        _sheet(
            "tasks",
            Column("id", "ID", owner=Owner.ID),
            Column("person", "Person", ref="people.name"),
            Column("hours", "Hours", Kind.NUMBER),
            Column("rate", "Rate", Kind.MONEY, source=("person -> people.rate",)),
            Column("cost", "Cost", Kind.MONEY, owner=T),
            Column("doubled", "Doubled", Kind.MONEY, owner=T),
            Column("word", "Word", owner=T),
            id_column="id",
            id_format="T-{number:04}",
        ),
        _sheet(
            "people",
            Column("name", "Name"),
            Column("rate", "Rate", Kind.MONEY),
            Column("aliases", "Aliases"),
            Column("total", "Total", Kind.MONEY, owner=T),
            key_column="name",
            row_key="name",
            alias_column="aliases",
        ),
        _sheet(
            "steps",
            Column("key", "Key", owner=Owner.ID),
            Column("task", "Task"),
            Column("state", "State", owner=T),
            id_column="key",
            row_key="key",
            id_format="R-{number:04}",
        ),
    ),
)


@rule("tasks.cost", reads=("tasks.hours", "tasks.rate"))
def cost(hours: float | None, rate: float | None) -> float | None:
    return None if hours is None or rate is None else hours * rate


@rule("tasks.doubled", reads=("tasks.cost",))
def doubled(value: float | None) -> float | None:
    return None if value is None else value * 2


@rule("tasks.word", reads=("tasks.hours",))
def word(hours: float | None) -> str:
    return "short" if (hours or 0) < 8 else "long"


class Task(Record, of="tasks"):
    id: str | None
    person: str | None
    hours: float | None


class Cost(Record, of="tasks"):
    cost: float | None


class Person(Record, of="people"):
    name: str | None


class Standing(Record, of="people"):
    name: str | None = cell("name@read")


@table_rule("people.total", reads=(Person, Task, Cost))
def total(everybody: list[Person], tasks: list[Task], costs: list[Cost]) -> list[float]:
    spent = list(known(lambda task, found: (task.person, found.cost or 0), tasks, costs))
    return [sum(amount for name, amount in spent if name == person.name) for person in everybody]


@rows("people", reads=(Standing, Task))
def people(standing: list[Standing], tasks: list[Task]) -> list[Wanted]:
    return [Wanted(person, {}) for person in dict.fromkeys(task.person for task in tasks) if person]


@rows("steps", reads=(Task,))
def steps(tasks: list[Task]) -> list[Wanted]:
    return [
        Wanted(f"{name}/check", {"task": name})
        for name, hours in known(lambda task: (task.id, task.hours), tasks)
        if hours
    ]


@rule("steps.state", reads=("steps.#wanted",))
def state(wanted: bool | None) -> str:
    return {True: "wanted", False: "not applicable", None: "own"}[wanted]


@check("tasks", reads=("tasks.hours",))
def too_long(hours: float | None) -> list[Fault]:
    return [Fault("hours", "K309", "too long")] if hours and hours > 24 else []


RULES = RuleSet((cost, doubled, word, total, state), (people, steps), (too_long,))


def _table(table_key: str, /, **columns: list[object]) -> Table:
    table = Table.empty(SCHEMA.tables[table_key])
    for values in zip(*columns.values(), strict=True):
        table.append(dict(zip(columns, values, strict=True)))
    table.rows = [4 + i for i in range(len(table))]
    table.wanted = [None] * len(table)
    return table


def _run(tasks: Table, people_: Table | None = None, steps_: Table | None = None, rules: RuleSet = RULES) -> Run:
    tables = {
        "tasks": tasks,
        "people": people_ or Table.empty(SCHEMA.tables["people"]),
        "steps": steps_ or Table.empty(SCHEMA.tables["steps"]),
    }
    sequences = Sequences()
    sequences.observe(tables, {})
    run = Run(tables, {"today": TODAY}, sequences)
    run.execute(build(SCHEMA, rules))
    return run


def test_rules_run_in_the_order_that_their_reads_ask_for() -> None:
    run = _run(_table("tasks", person=["Ann"], hours=[2.0], rate=[10.0]))
    assert run.tables["tasks"].columns["doubled"] == [40.0]
    assert run.tables["people"].columns["total"] == [20.0]


def test_a_blank_cell_reads_as_its_source_and_stays_blank() -> None:
    run = _run(_table("tasks", person=["ann"], hours=[2.0], rate=[None]), _table("people", name=["Ann"], rate=[7.0]))
    assert run.tables["tasks"].columns["cost"] == [14.0]
    assert run.tables["tasks"].old["rate"] == [None]


def test_a_reference_finds_its_row_by_alias_and_whatever_the_case() -> None:
    run = _run(
        _table("tasks", person=["Ａｎｎ "], hours=[1.0], rate=[None]),
        _table("people", name=["Ann Lee"], rate=[5.0], aliases=["X; ann"]),
    )
    assert run.tables["tasks"].columns["cost"] == [5.0]


def test_a_tainted_cell_empties_what_depends_on_it_and_nothing_else() -> None:
    tasks = _table("tasks", person=["Ann", "Ann"], hours=[None, 2.0], rate=[10.0, 10.0])
    tasks.bad["hours"] = {0}
    run = _run(tasks)
    assert run.tables["tasks"].columns["doubled"] == [None, 40.0]
    assert run.tables["tasks"].bad["doubled"] == {0}
    assert run.tables["people"].columns["total"] == [20.0]
    assert {left.rule for left in run.left_out} == {"total"}


@table_rule("tasks.doubled", reads=(Task,))
def share(tasks: list[Task]) -> list[float | CannotKnow]:
    whole = sum(known(lambda task: task.hours or 0, tasks))
    return [attempt(lambda one: (one.hours or 0) / whole, task) for task in tasks]


def test_what_is_left_out_of_other_rows_is_said_though_its_own_row_names_it() -> None:
    tasks = _table("tasks", person=["Ann", "Ann", "Ann"], hours=[None, 2.0, 2.0], rate=[1.0, 1.0, 1.0])
    tasks.bad["hours"] = {0}
    run = _run(tasks, rules=RuleSet((cost, share, word, total, state), (people, steps), (too_long,)))
    assert run.tables["tasks"].columns["doubled"] == [None, 0.5, 0.5]
    assert run.tables["tasks"].faults("doubled") == {0: {Cell("tasks", "hours", 0)}}
    assert ("share", "tasks", 1) in [(left.rule, left.table, left.count) for left in run.left_out]


def test_an_unknown_cell_is_like_one_that_cannot_be_read_an_amount_that_hangs_on_it_is_emptied() -> None:
    tasks = _table("tasks", person=["Ann", "Ann"], hours=[None, 2.0], rate=[10.0, 10.0])
    tasks.unknown["hours"] = {0}
    run = _run(tasks)
    assert run.tables["tasks"].columns["doubled"] == [None, 40.0]
    assert run.tables["tasks"].bad["doubled"] == {0}
    assert run.tables["tasks"].faults("doubled") == {0: {Cell("tasks", "hours", 0)}}
    assert run.tables["people"].columns["total"] == [20.0]
    assert {left.rule for left in run.left_out} == {"total"}


def test_a_text_that_hangs_on_an_unknown_cell_keeps_what_it_shows_and_is_emptied_by_one_that_cannot_be_read() -> None:
    tasks = _table("tasks", person=["Ann", "Ann", "Ann"], hours=[None, None, 2.0], rate=[10.0] * 3)
    tasks.unknown["hours"], tasks.bad["hours"] = {0}, {1}
    run = _run(tasks)
    assert (run.tables["tasks"].unknown["word"], run.tables["tasks"].bad["word"]) == ({0}, {1})
    assert run.tables["tasks"].columns["word"] == [None, None, "short"]


def test_ids_are_given_once_and_never_used_again() -> None:
    tasks = _table("tasks", id=["T-0007", None, "foreign"], person=[None] * 3, hours=[None] * 3)
    run = _run(tasks)
    assert run.tables["tasks"].columns["id"] == ["T-0007", "T-0008", "foreign"]
    assert tasks.old["id"] == ["T-0007", None, "foreign"]
    assert run.sequences.highest["tasks"] == 8


def test_made_rows_appear_once_and_are_told_from_those_of_people() -> None:
    tasks = _table("tasks", id=["T-0001"], person=[None], hours=[1.0])
    own = _table("steps", key=["T-0001/check", "T-0009/check", None], task=[None, None, "mine"])
    run = _run(tasks, steps_=own)
    assert run.tables["steps"].columns["key"] == ["T-0001/check", "T-0009/check", "R-0001"]
    assert run.tables["steps"].columns["state"] == ["wanted", "not applicable", "own"]


def test_the_row_maker_does_not_see_a_parent_that_cannot_be_read() -> None:
    tasks = _table("tasks", id=["T-0001", "T-0002"], person=[None, None], hours=[None, 3.0])
    tasks.bad["hours"] = {0}
    assert _run(tasks).tables["steps"].columns["key"] == ["T-0002/check"]


def test_checks_tell_the_row_and_the_column() -> None:
    run = _run(_table("tasks", person=[None, None], hours=[2.0, 30.0]))
    assert [(table, index, fault.code) for table, index, fault in run.faults] == [("tasks", 1, "K309")]


def test_sums_do_not_depend_on_the_last_bits() -> None:
    run = _run(_table("tasks", person=["A"], hours=[0.1], rate=[3.0]))
    assert run.tables["tasks"].columns["cost"] == [0.3]


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (RuleSet((cost, doubled, word, state), (people, steps)), "no rule writes people.total"),
        (
            RuleSet(
                (cost, doubled, word, total, state, rule("tasks.cost", reads=("tasks.hours",))(abs)), (people, steps)
            ),
            "written by two rules",
        ),
        (
            RuleSet(
                (table_rule("people.total", reads=("people.name", Task))(sum), cost, doubled, word, state),
                (people, steps),
            ),
            "field of a record",
        ),
        (
            RuleSet((cost, doubled, word, total, state), (rows("people", reads=("tasks.person",))(list), steps)),
            "field of a record",
        ),
        (RuleSet((rule("tasks.hours", reads=("tasks.cost",))(abs),)), "not the tool's"),
        (RuleSet((rule("tasks.cost", reads=("tasks.nothing",))(abs),)), "no column"),
        (
            RuleSet((rule("tasks.cost", reads=("tasks.doubled",))(abs), doubled, word, total, state), (people, steps)),
            "in a circle",
        ),
    ],
)
def test_rules_that_do_not_fit_the_schema_are_refused_when_they_are_loaded(rules: RuleSet, said: str) -> None:
    with pytest.raises(PlanError, match=said):
        build(SCHEMA, rules)
