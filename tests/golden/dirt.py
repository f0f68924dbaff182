"""What people may have typed into a sample: seeded changes of its user cells, valid ones and such as cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from tests.golden.layout import Layout, columns_of, layout, rows_of

COPIES, BLANKS, BAD, OVER = 6, 20, 25, 60
CHANGES = {"purchases": 35, "sales": 25, "disputes": 45, "offers": 20, "deadlines": 20}
"""How many cells of a register are changed; of the others `FEW`."""
FEW = 9
APART = ("settings", "rules")
"""Registers whose rows are ours: they are changed by a plan of their own."""
UNREADABLE = {
    "date": "soon",
    "datetime": "next week",
    "integer": "a few",
    "number": "much",
    "money": "12 apples",
    "percent": "half of it",
    "choice": "no such word",
    "yesno": "perhaps",
    "currency": "shells",
    "days": "long",
    "score": "good",
}
Key = tuple[str, int, str]


def typed(profile: str, lang: str, seed: int) -> dict[Key, Any]:
    """Some 150 changed user cells in all registers, some blanks, some rows once more below the last one, some settings and rules."""
    random, places, rows = Random(f"{profile}/{lang}/{seed}"), layout(profile, lang), rows_of(profile, lang)
    cells = {}
    for table in columns_of():
        mine = [(column, row) for column, row in _user_cells(places, rows) if column.startswith(f"{table}.")]
        for column, row in random.sample(mine, min(CHANGES.get(table, FEW), len(mine))):
            sheet, _, letters = places.cells[column]
            cells[sheet, row["_row"], letters] = _other(random, column, row, places, rows)
    for sheet, row, letters in random.sample(list(cells), BLANKS):
        cells[sheet, row, letters] = None
    cells.update(_copies(random, places, rows))
    cells.update(_settings(random, places, rows))
    return cells


def unreadable(profile: str, lang: str, seed: int) -> dict[Key, Any]:
    """Words in cells where none can be read, of each kind in each register, and a few more."""
    random, places, rows = Random(f"bad/{profile}/{lang}/{seed}"), layout(profile, lang), rows_of(profile, lang)
    picked: dict[tuple[str, str], tuple[str, dict[str, Any]]] = {}
    found = [(column, row) for column, row in _user_cells(places, rows) if _kind(column) in UNREADABLE]
    random.shuffle(found)
    for column, row in found:
        picked.setdefault((column.partition(".")[0], _kind(column)), (column, row))
    cells = {}
    for column, row in (*picked.values(), *found[:BAD]):
        sheet, _, letters = places.cells[column]
        cells[sheet, row["_row"], letters] = UNREADABLE[_kind(column)]
    return cells


def overtyped(profile: str, lang: str, seed: int) -> dict[Key, Any]:
    """Words and numbers over cells that kakosheet computes and no formula fills."""
    random, places, rows = Random(f"over/{profile}/{lang}/{seed}"), layout(profile, lang), rows_of(profile, lang)
    ours = [
        (f"{table}.{key}", row)
        for table, columns in columns_of().items()
        for key, column in columns.items()
        if column["owner"] == "tool" and f"{table}.{key}" in places.cells
        for row in rows[table]
    ]
    cells = {}
    for number, (column, row) in enumerate(random.sample(ours, OVER)):
        sheet, _, letters = places.cells[column]
        cells[sheet, row["_row"], letters] = ("mine", 7, None)[number % 3]
    return cells


def single_rows(profile: str, lang: str, *, required: bool) -> dict[Key, Any]:
    """One row in each register of an empty book: that of the sample with the most in it; with `required` only what has to stand there."""
    places, rows, cells = layout(profile, lang), rows_of(profile, lang), {}
    for table, columns in columns_of().items():
        mine = [
            key for key, column in columns.items() if column["owner"] == "user" and f"{table}.{key}" in places.cells
        ]
        if table in APART or not rows[table]:
            continue
        best = max(rows[table], key=lambda row: sum(row[key] is not None for key in mine))
        for key in mine:
            if best[key] is not None and (columns[key]["required"] or not required):
                sheet, header, letters = places.cells[f"{table}.{key}"]
                cells[sheet, header + 1, letters] = _of_few(f"{table}.{key}", best[key], places)
    return cells


def _of_few(column: str, value: Any, places: Layout) -> Any:
    """The same with the names of the only order and the only case."""
    key = column.partition(".")[2]
    return {"dispute": "D-2026-0001", "order": "P-0001", "opened_on": date(2026, 11, 2)}.get(key) or _as_typed(
        column, value, places
    )


def _kind(column: str) -> str:
    table, _, key = column.partition(".")
    kind: str = columns_of()[table][key]["kind"]
    return kind


def _user_cells(places: Layout, rows: dict[str, list[dict[str, Any]]]) -> list[tuple[str, dict[str, Any]]]:
    """Every user cell of every register with its row: those with something in them, and a few of the empty ones."""
    found = []
    for table, columns in columns_of().items():
        for key, column in columns.items():
            if column["owner"] == "user" and f"{table}.{key}" in places.cells and table not in APART:
                found += [
                    (f"{table}.{key}", row)
                    for number, row in enumerate(rows[table])
                    if row[key] is not None or number % 12 == 0
                ]
    return found


def _as_typed(column: str, value: Any, places: Layout) -> Any:
    """A value of the export as a person types it: choices by a word of the list."""
    table, _, key = column.partition(".")
    kind = _kind(column)
    if kind == "choice":
        words = places.lists.get(columns_of()[table][key]["choices"], [])
        return words[len(str(value)) % len(words)] if words else value
    if kind in ("date", "datetime"):
        moment = datetime.fromisoformat(value)
        return moment if moment.time() != datetime.min.time() else moment.date()
    if kind == "yesno":
        words = places.lists["yes_no"]
        return words[0 if value else 1]
    return value


def _other(
    random: Random, column: str, row: dict[str, Any], places: Layout, rows: dict[str, list[dict[str, Any]]]
) -> Any:
    """Another valid value for a cell."""
    table, _, key = column.partition(".")
    kind, value = _kind(column), row[key]
    known = [one[key] for one in rows[table] if one[key] is not None]
    if kind == "choice":
        return random.choice(places.lists.get(columns_of()[table][key]["choices"]) or [None])
    if kind == "yesno":
        return random.choice(places.lists["yes_no"])
    if kind in ("date", "datetime"):
        moment = datetime.fromisoformat(value or "2026-10-05") + timedelta(days=random.randint(-40, 25))
        return (
            moment.date()
            if kind == "date"
            else moment.replace(hour=random.randint(0, 23), minute=random.randint(0, 59))
        )
    if kind in ("money", "number", "integer", "days", "percent"):
        return _number(random, kind, value, known)
    if kind == "currency":
        return random.choice(["EUR", "USD", "CNY", "GBP", "JPY"])
    return random.choice(known) if known else f"typed {random.randint(1, 99)}"


def _number(random: Random, kind: str, value: Any, known: list[Any]) -> Any:
    if kind == "percent":
        return random.choice([0.1, 0.25, 0.5, 0.8, 1])
    if kind in ("integer", "days"):
        return random.choice([value or 1, *known[:5], 1, 2, 3])
    low, high = min(known, default=1), max(known, default=100)
    return round(random.uniform(low, high), 2) if kind == "money" else random.choice([low, high, value or low])


def _copies(random: Random, places: Layout, rows: dict[str, list[dict[str, Any]]]) -> Iterator[tuple[Key, Any]]:
    """Rows once more, as people copy them: what they typed, without the id."""
    for table in random.sample([table for table in columns_of() if table not in APART and rows[table]], COPIES):
        last = max(row["_row"] for row in rows[table])
        for below, row in enumerate(random.sample(rows[table], min(3, len(rows[table]))), 1):
            for key, column in columns_of()[table].items():
                if column["owner"] == "user" and row[key] is not None and f"{table}.{key}" in places.cells:
                    sheet, _, letters = places.cells[f"{table}.{key}"]
                    yield (sheet, last + below, letters), _as_typed(f"{table}.{key}", row[key], places)


def _settings(random: Random, places: Layout, rows: dict[str, list[dict[str, Any]]]) -> Iterator[tuple[Key, Any]]:
    """Numbers of Settings and limits of Rules that people changed."""
    sheet, _, letters = places.cells["settings.yours"]
    numbers = [row for row in rows["settings"] if str(row["shipped"] or "").isdigit() and int(row["shipped"]) > 1]
    for row in random.sample(numbers, 5):
        yield (sheet, row["_row"], letters), int(row["shipped"]) + random.choice([-1, 1])
    limits, units = places.cells["rules.limit"], places.cells["rules.unit"]
    for row in random.sample(rows["rules"], 5):
        yield (limits[0], row["_row"], limits[2]), random.randint(1, 30)
        yield (units[0], row["_row"], units[2]), random.choice(places.lists["unit"])
    shut = places.cells["rules.switched_off"]
    for row in random.sample(rows["rules"], 2):
        yield (shut[0], row["_row"], shut[2]), places.lists["yes_no"][0]


def today_of(seed: int) -> date:
    return date(2026, 11, 21) + timedelta(days=(11, 40, 3, 95)[seed % 4])
