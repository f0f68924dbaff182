"""Records: named fields, and a cell that cannot be known raises instead of reading as blank."""

from __future__ import annotations

from datetime import date

import pytest

from kakosheet.core.engine import Run
from kakosheet.core.ids import Sequences
from kakosheet.core.plan import PlanError, build
from kakosheet.core.records import CannotKnow, Cell, Record, attempt, cell, far, faulty, groups, known, spread, via
from kakosheet.core.rules import Kept, RuleSet, Wanted, rows, rule, table_rule
from kakosheet.core.schema import Column, Kind, Owner, SheetKind, SheetSchema, TableSchema, WorkbookSchema
from kakosheet.core.table import Table, Tables

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
            Column("person", "Person"),
            Column("guest", "Guest"),
            Column("hours", "Hours", Kind.NUMBER),
            Column("note", "Note"),
            Column("cost", "Cost", Kind.MONEY, owner=T),
            Column("word", "Word", owner=T),
            id_column="id",
            id_format="T-{number:04}",
        ),
        _sheet(
            "people",
            Column("name", "Name"),
            Column("rate", "Rate", Kind.MONEY),
            Column("total", "Total", Kind.MONEY, owner=T),
            key_column="name",
        ),
        _sheet("guests", Column("name", "Name"), Column("rate", "Rate", Kind.MONEY), key_column="name"),
        _sheet(
            "steps",
            Column("key", "Key", owner=Owner.ID),
            Column("task", "Task", ref="tasks.id"),
            Column("state", "State", owner=T),
            Column("cost", "Cost", Kind.MONEY, owner=T),
            id_column="key",
            row_key="key",
            id_format="R-{number:04}",
        ),
    ),
)


class Task(Record, of="tasks"):
    """What people typed about one task."""

    id: str | None
    person: str | None
    hours: float | None
    said: str | None = cell("note@read")
    rate: float | None = far("person -> people.rate", "guest -> guests.rate")

    @property
    def price(self) -> float | None:
        return None if self.hours is None or self.rate is None else self.hours * self.rate


class Step(Record, of="steps"):
    key: str | None
    task: str | None
    wanted: bool | None = cell("#wanted")


class Costs(Record, of="tasks"):
    cost: float | None


@rule("tasks.cost", "tasks.word", reads=(Task,))
def cost(task: Task) -> tuple[float | None, str | None]:
    return (None, "paid by another") if task.said else (task.price, "ours")


@table_rule("people.total", reads=(Task, Costs))
def total(tasks: list[Task], costs: list[Costs]) -> list[float]:
    spent = groups(zip(tasks, costs, strict=True), lambda pair: pair[0].person)
    return [sum(known(lambda pair: pair[1].cost or 0.0, spent.get("Ann", ())))]


@rows("steps", reads=(Task,))
def wanted(tasks: list[Task]) -> list[Wanted | Kept]:
    found: list[Wanted | Kept] = []
    for task in tasks:
        hours = attempt(lambda task: task.hours, task)
        found.append(
            Kept(f"{task.id}/") if isinstance(hours, CannotKnow) else Wanted(f"{task.id}/check", {"task": task.id})
        )
    return found


@rule("steps.state", reads=(Step,))
def state(step: Step) -> str:
    return {True: "wanted", False: "not applicable", None: "own"}[step.wanted]


@rule("steps.cost", reads=(via("steps.task", Task),))
def step_cost(task: Task | None) -> float | None:
    return None if task is None else task.price


RULES = RuleSet((cost, total, state, step_cost), (wanted,))
COLUMNS = {
    "id": ["T-0001", "T-0002", "T-0003"],
    "person": ["Ann", None, None],
    "guest": [None, "Bo", None],
    "hours": [2.0, 3.0, 4.0],
    "note": [None] * 3,
}


def _table(key: str, columns: dict[str, list[object]]) -> Table:
    table = Table.empty(SCHEMA.tables[key])
    for values in zip(*columns.values(), strict=True):
        table.append(dict(zip(columns, values, strict=True)))
    table.rows, table.wanted = [4 + i for i in range(len(table))], [None] * len(table)
    return table


def _run(prepare: object = None, steps: Table | None = None, **changes: list[object]) -> Run:
    tables: Tables = {
        "tasks": _table("tasks", COLUMNS | changes),
        "people": _table("people", {"name": ["Ann"], "rate": [10.0]}),
        "guests": _table("guests", {"name": ["Bo"], "rate": [7.0]}),
        "steps": steps or Table.empty(SCHEMA.tables["steps"]),
    }
    if callable(prepare):
        prepare(tables)
    run = Run(tables, {"today": date(2026, 11, 21)}, Sequences())
    run.execute(build(SCHEMA, RULES))
    return run


def test_a_rule_gets_its_row_by_name_and_the_first_reference_that_names_a_row() -> None:
    run = _run()
    assert run.tables["tasks"].columns["cost"] == [20.0, 21.0, None]
    assert run.tables["steps"].columns["cost"] == [20.0, 21.0, None]
    assert run.tables["people"].columns["total"] == [20.0]


@pytest.mark.parametrize("kind", ["bad", "unknown"])
@pytest.mark.parametrize(
    ("where", "emptied"),
    [
        (("tasks", "hours", 0), {0}),
        (("people", "rate", 0), {0}),
        (("guests", "rate", 0), {1}),
        (("tasks", "person", 1), {1}),
        (("tasks", "note", 2), {2}),
    ],
)
def test_what_reads_a_cell_that_cannot_be_known_names_it_and_everything_else_stands(
    kind: str, where: tuple[str, str, int], emptied: set[int]
) -> None:
    table, column, at = where
    run = _run(lambda tables: getattr(tables[table], kind).update({column: {at}}))
    tasks, clean = run.tables["tasks"], _run().tables["tasks"].columns
    assert tasks.faults("cost") == {i: {Cell(*where)} for i in emptied}
    for key in ("cost", "word"):
        assert [value for i, value in enumerate(tasks.columns[key]) if i not in emptied] == [
            value for i, value in enumerate(clean[key]) if i not in emptied
        ]


def test_a_field_that_nobody_asks_for_harms_nothing() -> None:
    run = _run(lambda tables: tables["tasks"].bad.update(hours={0}), note=["paid", None, None])
    assert run.tables["tasks"].columns["word"] == ["paid by another", "ours", "ours"]
    assert not run.tables["tasks"].faults("word")


def test_what_is_left_out_of_a_sum_is_counted_by_itself() -> None:
    run = _run(lambda tables: tables["tasks"].bad.update(hours={0}))
    assert run.tables["people"].columns["total"] == [0.0]
    assert [(left.rule, left.table, left.count) for left in run.left_out] == [("total", "tasks", 1)]


@pytest.mark.parametrize("kind", ["bad", "unknown"])
def test_the_rows_of_a_parent_that_cannot_be_known_stay_as_they_are(kind: str) -> None:
    standing = _table("steps", {"key": ["T-0001/check", "T-0009/check"], "task": ["T-0001", "T-0009"]})
    run = _run(lambda tables: getattr(tables["tasks"], kind).update(hours={0}), steps=standing)
    assert dict(zip(run.tables["steps"].columns["key"], run.tables["steps"].columns["state"], strict=True)) == {
        "T-0001/check": "wanted",
        "T-0009/check": "not applicable",
        "T-0002/check": "wanted",
        "T-0003/check": "wanted",
    }


def test_a_reference_that_cannot_be_read_makes_the_whole_far_record_unknown() -> None:
    standing = _table("steps", {"key": [None], "task": ["T-0001"]})
    standing.bad["task"] = {0}
    assert _run(steps=standing).tables["steps"].faults("cost") == {0: {Cell("steps", "task", 0)}}


@pytest.mark.parametrize("kind", ["bad", "unknown"])
def test_what_names_no_other_row_may_name_one_whose_key_cannot_be_known(kind: str) -> None:
    def hide(tables: Tables) -> None:
        tables["people"] = _table("people", {"name": [None, "Cy"], "rate": [10.0, 5.0]})
        getattr(tables["people"], kind).update(name={0})

    run = _run(hide, person=["Ann", None, "Cy"])
    assert run.tables["tasks"].faults("cost") == {0: {Cell("people", "name", 0)}}
    assert run.tables["tasks"].columns["cost"] == [None, 21.0, 20.0]


@pytest.mark.parametrize("kind", ["bad", "unknown"])
@pytest.mark.parametrize(
    ("task", "made"), [("T-0001", {"T-0002/check", "T-0003/check"}), (None, set())], ids=["of a task", "of nobody"]
)
def test_no_row_is_made_that_may_stand_there_under_a_key_that_cannot_be_known(
    task: str | None, made: set[str], kind: str
) -> None:
    standing = _table("steps", {"key": [None], "task": [task]})
    getattr(standing, kind)["key"] = {0}
    steps = _run(steps=standing).tables["steps"]
    assert set(steps.columns["key"]) - {None} == made


def test_records_are_plain_where_nothing_is_wrong() -> None:
    task = Task(id="T-0001", hours=2.0)
    assert (task.id, task.hours, task.person, task.price) == ("T-0001", 2.0, None, None)
    with pytest.raises(TypeError, match="colour"):
        Task(colour="red")
    with pytest.raises(AttributeError):
        task.hours = 3.0  # type: ignore[misc]
    broken = faulty(task, {"hours": frozenset({Cell("tasks", "hours", 0)})})
    assert broken.id == "T-0001" and isinstance(broken, Task)
    with pytest.raises(CannotKnow) as found:
        broken.price  # noqa: B018
    assert found.value.cells == {Cell("tasks", "hours", 0)}


@table_rule("tasks.cost", "tasks.word", reads=(Task,))
def both(tasks: list[Task]) -> list[list[object]]:
    return spread([attempt(lambda task: (task.price, task.said), task) for task in tasks], 2)


def test_a_table_rule_marks_every_column_of_a_row_that_cannot_be_known() -> None:
    tables: Tables = {
        "tasks": _table("tasks", COLUMNS),
        "people": _table("people", {"name": ["Ann"], "rate": [10.0]}),
        "guests": Table.empty(SCHEMA.tables["guests"]),
        "steps": Table.empty(SCHEMA.tables["steps"]),
    }
    tables["tasks"].bad["hours"] = {0}
    run = Run(tables, {"today": date(2026, 11, 21)}, Sequences())
    run.execute(build(SCHEMA, RuleSet((both, total, state, step_cost), (wanted,))))
    assert [tables["tasks"].faults(key) for key in ("cost", "word")] == [{0: {Cell("tasks", "hours", 0)}}] * 2
    assert "both" not in [left.rule for left in run.left_out]


def test_marks_are_spread_over_all_columns_of_their_row() -> None:
    mark = CannotKnow({Cell("tasks", "hours", 0)})
    assert spread([(1, 2), mark], 2) == [[1, mark], [2, mark]]
    assert spread([], 2) == [[], []]


class Mixed(Record, of="tasks"):
    hours: float | None
    cost: float | None


class Nowhere(Record, of="tasks"):
    colour: str | None


@pytest.mark.parametrize(("record", "said"), [(Mixed, "two records"), (Nowhere, "no column")])
def test_records_that_do_not_fit_the_schema_are_refused_when_they_are_loaded(record: type[Record], said: str) -> None:
    with pytest.raises(PlanError, match=said):
        build(SCHEMA, RuleSet((rule("steps.state", reads=(record,))(str), cost, total, step_cost), (wanted,)))
