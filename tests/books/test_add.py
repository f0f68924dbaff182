"""`add`: one row, read as if it had been typed; what names nobody or somebody else is refused before anything is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kakosheet.cli import main
from tests.books.sample import TODAY, small


@pytest.fixture
def book(path: Path) -> Path:
    path.write_bytes(small(kind=path.suffix[1:]))
    return path


def add(book: Path, *given: str) -> Result:
    return CliRunner().invoke(main, ["add", str(book), *given, "--today", TODAY.isoformat(), "--json"])


def test_a_row_is_added_with_its_id_as_if_it_had_been_typed(book: Path) -> None:
    done = json.loads(
        add(
            book,
            "purchases",
            "item=Lamp 5",
            "Seller=Volt Audio",
            "price=1.299,50 €",
            "bought_on=21 Nov 2026",
            "notes= ",
        ).stdout
    )
    assert done["ids"] == ["P-0005"] and done["written"]


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        (("purchases", "id=P-0001", "item=x"), "K402", 'a row "P-0001" already'),
        (("sellers", "seller=volt  audio"), "K402", "already"),
        (("disputes", "order=P-7777", "type=Not received"), "K401", '"P-7777" names no row'),
        (("offers", "dispute=D-2026-0001"), "K401", "names no row"),
        (("purchases", "item=x", "price=cheap", "bought_on=soon"), "K301", "soon"),
        (("purchases", "item= "), "K307", "empty"),
        (("purchases", "risk=High"), "K202", "people fill"),
        (("alerts", "due=2026-01-01"), "K113", "no sheet"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    book: Path, given: tuple[str, ...], code: str, said: str
) -> None:
    before = book.read_bytes()
    result = add(book, *given)
    error = json.loads(result.stdout)["error"]
    assert (
        (result.exit_code, error["code"]) == (2, code)
        and said in error["message"]
        and error["hint" if code != "K301" else "message"]
    )
    assert book.read_bytes() == before


def test_the_book_is_never_replaced_by_what_is_made_from_it(book: Path) -> None:
    before = book.read_bytes()
    for command in (["review", "--today", TODAY.isoformat()], ["export"]):
        result = CliRunner().invoke(main, [command[0], str(book), *command[1:], "-o", str(book), "--force"])
        assert result.exit_code == 5 and "the book itself" in result.stderr and book.read_bytes() == before


def test_export_takes_json_like_every_command(book: Path) -> None:
    result = CliRunner().invoke(main, ["export", str(book), "--sheet", "purchases", "--json"])
    assert [row["item"] for row in json.loads(result.stdout)["purchases"]] == ["Lamp 1", "Lamp 2", "Lamp 3", "Lamp 4"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("add", "BOOK", "purchases", "item=Lamp 5"), "Purchase Checklist!B8: (empty) → Lamp 5"),
        (("set", "BOOK", "Purchase Checklist!B4=Lantern"), "Purchase Checklist!B4: Lamp 1 → Lantern"),
        (("import", "BOOK", "EXPORT"), "Purchase Checklist!B8: (empty) → Kettle"),
        (("undo", "BOOK"), "would be put back"),
    ],
)
def test_a_dry_run_shows_the_cells_and_writes_nothing(book: Path, given: tuple[str, ...], said: str) -> None:
    export = book.with_name("export.csv")
    export.write_text("Item,Seller,Price\nKettle,Volt Audio,20\n")
    CliRunner().invoke(
        main, ["set", str(book), "Purchase Checklist!B7=Lamp 4 again"]
    )  # so that there is something to undo
    before, there = book.read_bytes(), sorted(path.name for path in book.parent.iterdir())
    result = CliRunner().invoke(
        main, [{"BOOK": str(book), "EXPORT": str(export)}.get(word, word) for word in given] + ["--dry-run"]
    )
    assert result.exit_code == 0 and said in result.stdout
    assert book.read_bytes() == before and sorted(path.name for path in book.parent.iterdir()) == there


def test_a_setting_counts_at_once_and_one_that_cannot_be_read_is_refused(book: Path) -> None:
    assert add(book, "settings", "group=Exchange rates", "name=XAU", "yours=2000").exit_code == 0
    again = CliRunner().invoke(main, ["refresh", str(book), "--today", TODAY.isoformat()])
    assert again.exit_code == 0 and "nothing to change" in again.stdout
    before = book.read_bytes()
    result = add(book, "settings", "group=Exchange rates", "name=USD", "yours=abc")
    assert (
        result.exit_code == 1 and json.loads(result.stdout)["error"]["code"] == "K502" and book.read_bytes() == before
    )
