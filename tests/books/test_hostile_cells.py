"""A book with something odd in every column that people type in: each is read, or told with its cell, and every command goes through."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import kakosheet
from kakosheet.app.export import export
from kakosheet.app.new import new_book
from kakosheet.book.computing import compute, read_book
from kakosheet.book.refreshed import refreshed_bytes
from kakosheet.core.bind import typed_by_people
from kakosheet.core.issues import KakosheetError
from kakosheet.core.patch import Patch, SheetPatch
from kakosheet.core.raw import FormulaCell
from kakosheet.core.schema import TableSchema
from kakosheet.formats import apply, read
from kakosheet.sheets import SCHEMA
from tests.books.sample import TODAY, small
from tests.properties.hostile import SEEDS
from tests.unit.formats.open_documents import make as ods
from tests.unit.formats.packages import make, packed

POLICY = ("settings", "rules")
BASE: dict[str, dict[str, Any]] = {
    "purchases": {"item": "Lamp", "seller": "Shop", "price": 5, "problem": "Not received", "noticed_on": "2026-11-01"},
    "disputes": {"order": "P-0001", "type": "Not received", "opened_on": "2026-11-01", "description": "nothing came"},
    "offers": {"dispute": "D-2026-0001", "on": "2026-11-02", "by": "Buyer", "kind": "Full refund"},
    "evidence": {"dispute": "D-2026-0001", "what": "Photo"},
    "log": {"at": "2026-11-02", "what_was_said": "Hello"},
    "deadlines": {"what_to_do": "Call", "agreed_date": "2026-12-01"},
    "sales": {"item": "Cup", "price": 5},
}


def odd_cells(table: TableSchema, columns: dict[str, int], seeds: tuple[str, ...], shift: int) -> list[dict[int, Any]]:
    """Rows that hold what is odd in one column each, and few in all of them."""
    typed = [column.key for column in table.columns if typed_by_people(column) and column.key in columns]
    base = BASE.get(table.key, {})
    rows = [{**base, key: seeds[(i + shift) % len(seeds)]} for i, key in enumerate(typed)]
    rows += [dict.fromkeys(typed, seed) for seed in seeds[shift::19]]
    return [{columns[key]: value for key, value in row.items() if key in columns} for row in rows]


@cache
def odd_book(kind: str, tables: tuple[str, ...], shift: int) -> bytes:
    data = new_book(profile="merchant", lang="en", today=TODAY, kind=kind)[0]
    book = read_book(read(data))[0]
    seeds = tuple(dict.fromkeys(seed[:32_767] for seed in SEEDS))
    patch = Patch()
    for key in tables:
        place = book.binding[key]
        first = max([place.header_row, *book.tables[key].rows]) + 1
        rows = odd_cells(SCHEMA.tables[key], place.columns, seeds, shift)
        patch.sheets[place.sheet] = SheetPatch(cells=dict(enumerate(rows, first)))
        if key in POLICY:  # what is shipped, with something odd under Yours
            yours = place.columns["yours" if key == "settings" else "limit"]
            patch.sheets[place.sheet].cells |= {
                row: {yours: seeds[(i + shift) % len(seeds)]} for i, row in enumerate(book.tables[key].rows)
            }
    return apply(data, patch).data


REGISTERS = tuple(key for key, table in SCHEMA.tables.items() if table.slots is None)


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
@pytest.mark.parametrize("shift", [0, 17, 34, 51])
def test_everything_that_cannot_be_read_is_told_with_its_cell(kind: str, shift: int) -> None:
    computed = compute(read(odd_book(kind, REGISTERS, shift)), today=TODAY)
    assert {"K301", "K302", "K304", "K502"} <= {issue.code for issue in computed.issues}
    for issue in computed.issues:
        assert issue.cell or issue.code == "K601", issue
        assert len(issue.line("book.xlsx")) < 1_000, issue


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_what_is_odd_in_the_rows_stops_no_command(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    data = odd_book(kind, tuple(key for key in REGISTERS if key not in POLICY), 3)
    done = refreshed_bytes(data, today=TODAY)
    assert refreshed_bytes(done.result.data, today=TODAY).result.data == done.result.data
    tables = read_book(read(done.result.data))[0].tables
    case, ids = tables["disputes"].columns["dispute_id"][0], [str(name) for name in tables["purchases"].columns["id"]]
    assert all(
        len(name) <= 12
        for name in ids
        if name not in SEEDS and name.startswith("P-") and name[2:].isdecimal() and len(name) < 40
    )
    path = tmp_path / f"book.{kind}"
    path.write_bytes(done.result.data)
    from kakosheet.app.remind import remind
    from kakosheet.app.today import today as write_today

    commands: list[Callable[[], object]] = [
        lambda: kakosheet.check(path, today=TODAY),
        lambda: kakosheet.review(path, today=TODAY, dry_run=True),
        lambda: export(path),
        lambda: remind(path, today=TODAY),
        lambda: write_today(path, today=TODAY, dry_run=True),
        lambda: kakosheet.repair(path),
        lambda: kakosheet.explain(path, case, today=TODAY),
        lambda: kakosheet.summary(path, case, today=TODAY),
        lambda: kakosheet.add(path, "purchases", {"item": "Lamp"}, today=TODAY, dry_run=True),
    ]
    for command in commands:
        command()


@pytest.mark.parametrize("kind", ["i4", "i8", "r8", "decimal", "bool", "filetime", "lpwstr"])
@pytest.mark.parametrize(
    "value", ["9" * 400, "9" * 5_000, "1e400", "nan", "inf", "-1", "²", "", "1_0"], ids=lambda value: value[:9]
)
def test_a_noted_number_of_any_text_gives_sane_ids(kind: str, value: str) -> None:
    with zipfile.ZipFile(io.BytesIO(small())) as package:
        parts: dict[str, str | bytes] = {name: package.read(name) for name in package.namelist()}
    noted = parts["docProps/custom.xml"].decode()  # type: ignore[union-attr]
    parts["docProps/custom.xml"] = re.sub(
        r'(name="kakosheet\.seq\.purchases"[^>]*>)<vt:\w+>[^<]*</vt:\w+>', rf"\1<vt:{kind}>{value}</vt:{kind}>", noted
    )
    assert parts["docProps/custom.xml"] != noted
    born = refreshed_bytes(packed(parts), today=TODAY, births={"purchases": [{"item": "Cup"}]}).born["purchases"]
    assert born == ["P-0011" if value == "1_0" and kind in ("i4", "i8", "r8", "decimal") else "P-0005"]


@pytest.mark.parametrize(
    "value",
    [
        "9" * 308,
        "9" * 309,
        "9" * 5_000,
        "1e308",
        "1e400",
        "-1e400",
        "nan",
        "NaN",
        "INF",
        "inf",
        "Infinity",
        "²",
        "٣",
        "٣" * 5_000,
        "1_000",
        "-0",
        "0x10",
        "",
    ],
    ids=lambda value: value[:9],
)
def test_a_number_cell_of_any_text_is_read_or_refused(value: str) -> None:
    for mark in ("", ' t="n"', ' t="s"', ' t="b"', ' t="d"', ' t="e"', ' s="' + value + '"'):
        for rows in (
            f'<row r="1"><c r="A1"{mark}><v>{value}</v></c></row>',
            f'<row r="{value}"><c r="A{value}"{mark}><v>{value}</v></c></row>',
            f'<row r="1"><c r="A1"{mark}><f>B1</f><v>{value}</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>',
        ):
            is_read(make(rows))
    for kind in ("float", "currency", "percentage", "date", "time", "boolean", "string"):
        for name in ("value", "date-value", "time-value", "boolean-value"):
            cell = f'<table:table-cell office:value-type="{kind}" office:{name}="{value}"/>'
            is_read(ods(f"<table:table-row>{cell}</table:table-row>"))
    is_read(
        ods(
            f'<table:table-row table:number-rows-repeated="{value}"><table:table-cell table:number-columns-repeated="{value}"/></table:table-row>'
        )
    )


def is_read(data: bytes) -> None:
    try:
        book = read(data)
    except KakosheetError as problem:
        assert problem.code.startswith("K1")
        return
    name = next(iter(book.sheets))
    for cells in book.sheets[name].rows.values():
        for value in cells.values():
            value = value.value if isinstance(value, FormulaCell) else value
            assert not isinstance(value, float) or abs(value) < float("inf"), value
    done = apply(data, Patch({name: SheetPatch({1: {2: 5}})}))
    assert apply(done.data, Patch({name: SheetPatch({1: {2: 5}})})).data == done.data
