"""The main job as a person does it: new, type, refresh, check, undo; on both shapes of book."""

from __future__ import annotations

import json
import random
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import kakosheet
from kakosheet.book.computing import Computed, compute
from kakosheet.cli import main
from kakosheet.core.address import cell_name, quote_sheet
from kakosheet.core.patch import Patch, SheetPatch
from kakosheet.core.schema import Owner
from kakosheet.formats import apply, read

TODAY, LATER = date(2026, 11, 21), date(2026, 11, 24)


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    return result.exit_code, result.stdout


@pytest.fixture(scope="module", params=["shopper.xlsx", "merchant.xlsx", "shopper.ods", "merchant.ods"])
def sample(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sample") / request.param
    assert run("new", path, "--sample", "--profile", path.stem, "--no-launcher", "--today", TODAY)[0] == 0
    return path


@pytest.fixture
def book(sample: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sample, tmp_path))


def opened(path: Path, today: date = TODAY) -> Computed:
    return compute(read(path.read_bytes()), today=today)


def columns(computed: Computed) -> dict[str, dict[str, list[Any]]]:
    return {key: table.columns for key, table in computed.book.tables.items()}


def place(computed: Computed, table: str, column: str, row: int) -> str:
    where = computed.book.binding[table]
    return f"{quote_sheet(where.sheet)}!{cell_name(row, where.columns[column])}"


def test_a_new_sample_refreshes_and_checks_without_a_fault(book: Path) -> None:
    for command in ("refresh", "check"):
        assert run(command, book, "--today", TODAY)[0] == 0
    data = book.read_bytes()
    code, said = run("refresh", book, "--today", TODAY)
    assert code == 0 and "nothing to change" in said and book.read_bytes() == data


def test_three_days_later_the_dates_move(book: Path) -> None:
    before = columns(opened(book))
    code, said = run("refresh", book, "--today", LATER, "--json")
    done = json.loads(said)
    assert code == 0 and done["written"]
    after = columns(opened(book, LATER))
    assert after["deadlines"]["days_left"] != before["deadlines"]["days_left"]
    assert after["alerts"]["days_left"] != before["alerts"]["days_left"]
    assert after["deadlines"]["key"] == before["deadlines"]["key"]


def test_two_typed_cells_start_one_dispute_with_its_dates_and_evidence(book: Path) -> None:
    before = opened(book)
    purchases = before.book.tables["purchases"].columns
    index = next(
        i
        for i, bought in enumerate(purchases["bought_on"])
        if bought and not purchases["problem"][i] and not purchases["dispute"][i]
    )
    row = before.book.tables["purchases"].rows[index]
    kakosheet.set_cells(
        book,
        {
            place(before, "purchases", "problem", row): "Damaged goods",
            place(before, "purchases", "noticed_on", row): date(2026, 11, 20),
        },
    )
    done = kakosheet.refresh(book, today=TODAY)
    after = opened(book)
    disputes = after.book.tables["disputes"].columns
    made = [i for i, order in enumerate(disputes["order"]) if order == purchases["id"][index]]
    assert len(made) == 1 and done["rows_added"] > 5
    number = disputes["dispute_id"][made[0]]
    assert (disputes["type"][made[0]], disputes["amount"][made[0]]) == ("product_damage", purchases["price"][index])
    assert after.book.tables["purchases"].columns["dispute"][index] == number
    assert (
        number in after.book.tables["deadlines"].columns["dispute"]
        and number in after.book.tables["evidence"].columns["dispute"]
    )
    assert not kakosheet.refresh(book, today=TODAY)["written"]


def without_computed_cells(path: Path) -> bytes:
    """The book with every tool and formula cell emptied: what a computation from scratch starts from."""
    computed = opened(path)
    patch = Patch()
    for key, where in computed.book.binding.items():
        table, sheet = computed.book.tables[key], patch.sheets.setdefault(where.sheet, SheetPatch())
        for column in table.schema.columns:
            if column.owner in (Owner.TOOL, Owner.FORMULA):
                for row in table.rows:
                    sheet.cells.setdefault(row + where.offsets.get(column.key, 0), {})[where.columns[column.key]] = None
    return apply(path.read_bytes(), patch).data


@pytest.mark.parametrize("seed", range(2))
def test_the_tables_equal_a_computation_from_scratch_whatever_was_typed(book: Path, seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    for day in (TODAY, LATER):
        computed = opened(book, day)
        cells: dict[str, Any] = {}
        for table, column, values in (
            ("purchases", "price", (1, 99.5, 1200)),
            ("disputes", "closed_on", (date(2026, 11, 20),)),
            ("deadlines", "done_on", (date(2026, 11, 20),)),
            ("purchases", "problem", ("Not received",)),
            ("purchases", "noticed_on", (date(2026, 11, 19),)),
            ("evidence", "file", ("box.jpg",)),
        ):
            for row in chance.sample(computed.book.tables[table].rows, 3):
                cells[place(computed, table, column, row)] = chance.choice(values)
        kakosheet.set_cells(book, cells)
        kakosheet.refresh(book, today=day)
    scratch = tmp_path / f"scratch{book.suffix}"
    scratch.write_bytes(without_computed_cells(book))
    kakosheet.refresh(scratch, today=LATER)
    assert kakosheet.export(scratch) == kakosheet.export(book)


def test_a_typed_over_cell_comes_back_and_its_text_is_told(book: Path) -> None:
    computed = opened(book)
    where = place(computed, "purchases", "why", computed.book.tables["purchases"].rows[0])
    kakosheet.set_cells(book, {where: "my own opinion"})
    done = kakosheet.refresh(book, today=TODAY)
    assert [issue["cell"] for issue in done["issues"] if issue["code"] == "K308"] == [where.partition("!")[2]]
    assert "my own opinion" in done["issues"][0]["message"] or any(
        "my own opinion" in issue["message"] for issue in done["issues"]
    )
    assert columns(opened(book))["purchases"]["why"] == columns(computed)["purchases"]["why"]


def test_undo_brings_back_the_very_bytes_and_undo_again_goes_forward(book: Path) -> None:
    before = book.read_bytes()
    kakosheet.refresh(book, today=LATER)
    after = book.read_bytes()
    assert run("undo", book)[0] == 0 and book.read_bytes() == before
    assert run("undo", book)[0] == 0 and book.read_bytes() == after


def test_a_dry_run_shows_the_cells_and_writes_nothing(book: Path) -> None:
    data = book.read_bytes()
    code, said = run("refresh", book, "--today", LATER, "--dry-run")
    assert code == 0 and "Deadlines!" in said and "→" in said and book.read_bytes() == data


@pytest.mark.parametrize(
    ("make", "code", "said"),
    [
        (lambda path: path.write_text("hello"), 3, "K101"),
        (lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)), 3, "K102"),
        (lambda path: None, 3, "K109"),
        (lambda path: path.mkdir(), 3, "K109"),
    ],
)
def test_what_is_no_book_gives_one_clear_line(tmp_path: Path, make: Any, code: int, said: str) -> None:
    path = tmp_path / "odd.xlsx"
    make(path)
    for command in ("refresh", "check", "export", "review"):
        result = CliRunner().invoke(main, [command, str(path)])
        assert (
            result.exit_code == code
            and said in result.stderr
            and result.stderr.count("\n") == 1
            and "Traceback" not in result.output
        )


def test_a_foreign_workbook_is_left_alone(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    path = tmp_path / "foreign.xlsx"
    openpyxl.Workbook().save(path)
    data = path.read_bytes()
    result = CliRunner().invoke(main, ["refresh", str(path)])
    assert result.exit_code == 3 and "K110" in result.stderr and path.read_bytes() == data


def test_exports_are_harmless_in_a_spreadsheet(book: Path) -> None:
    kakosheet.add(book, "purchases", {"item": "=cmd|' /C calc'!A0", "seller": "@evil", "price": 3}, today=TODAY)
    code, said = run("export", book, "--format", "csv", "--sheet", "purchases")
    assert code == 0 and "'=cmd|" in said and "'@evil" in said and ",=cmd" not in said
    cell = next(
        c
        for cells in read(book.read_bytes()).sheets["Purchase Checklist"].rows.values()
        for c in cells.values()
        if str(c).startswith("=cmd")
    )
    assert isinstance(cell, str)


def test_no_room_has_the_name_of_a_public_function() -> None:
    """A package that is imported later would stand in the function's place."""
    rooms = {path.stem for path in Path(kakosheet.__file__).parent.iterdir() if path.is_dir() or path.suffix == ".py"}
    assert not rooms & {*kakosheet.__all__}
