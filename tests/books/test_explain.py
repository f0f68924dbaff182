"""`explain` tells the chain from event to date in the book's language, for a case and for every cell that shows one of its dates."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import kakosheet
from kakosheet.app.explain import explain
from kakosheet.app.new import new_book
from kakosheet.cli import main
from kakosheet.cli.telling import explained
from kakosheet.policy.loader import load_titles

TODAY = date(2026, 10, 1)


def births() -> dict[str, list[dict[str, Any]]]:
    return {
        "purchases": [
            {
                "id": "P-0001",
                "item": "Tent",
                "seller": "Shop A",
                "price": 120.0,
                "currency": "EUR",
                "platform": "agreement",
            }
        ],
        "disputes": [
            {
                "dispute_id": "D-2026-0007",
                "order": "P-0001",
                "type": "not_received",
                "opened_on": datetime(2026, 9, 28),
                "filed_on": datetime(2026, 9, 28),
                "description": "nothing came",
                "demand": "refund",
                "grade": "refund",
                "appealed_on": datetime(2026, 9, 30),
            }
        ],
        "offers": [
            {
                "id": "O-0001",
                "dispute": "D-2026-0007",
                "on": datetime(2026, 9, 29),
                "by": "buyer",
                "kind": "full_refund",
            }
        ],
        "deadlines": [
            {"what_to_do": "Call the bank", "agreed_date": datetime(2026, 10, 5), "dispute": "D-2026-0007"},
            {"what_to_do": "Renew the insurance", "agreed_date": datetime(2026, 10, 6)},
        ],
    }


@pytest.fixture(scope="module", params=["en", "zh"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def book(lang: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("explain") / "book.xlsx"
    path.write_bytes(new_book(profile="procurement", lang=lang, births=births(), today=TODAY)[0])
    return path


def ruling(told: dict[str, Any]) -> dict[str, Any]:
    return next(found for found in told["dates"] if found["node"] == "ruling")


def test_a_case_has_its_dates_with_rule_start_skipped_days_and_result(book: Path, lang: str) -> None:
    found = ruling(explain(book, "D-2026-0007", today=TODAY))
    assert (found["started"], found["last_day"]) == ("2026-09-30T00:00:00", "2026-10-09")
    skipped = [line for line in found["why"] if line.endswith({"en": "not counted.", "zh": "不计。"}[lang])]
    assert len(skipped) == 7 and "2026-10-01" in skipped[0]
    assert "2026-10-09" in found["why"][-1]


def test_every_cell_that_shows_a_date_is_explained_by_it(book: Path) -> None:
    dates = explain(book, "D-2026-0007", today=TODAY)["dates"]
    answer = next(found for found in dates if str(found["key"]).endswith("/O-0001"))
    row = int("".join(filter(str.isdigit, answer["cell"])))
    sheets = {sheet["key"]: sheet for sheet in kakosheet.schema()["sheets"]}
    assert sheets
    for told in (
        value for value in explain(book, "O-0001", today=TODAY)["values"] if value["column"] == "offers.answer_due"
    ):
        assert told["why"] == answer["why"]
    values = explain(book, "D-2026-0007", today=TODAY)["values"]
    due = next(value["value"] for value in values if value["column"] == "disputes.due")
    for value in values:
        if value["column"] in ("disputes.due", "disputes.days_left"):
            own = next(found for found in dates if found["last_day"] == str(due)[:10])
            assert set(own["why"]) <= set(value["why"])
    assert row > 3


def test_the_lines_are_in_the_language_of_the_book(book: Path, lang: str) -> None:
    lines = list(explained(explain(book, "D-2026-0007", today=TODAY)))
    assert lines[0] == "D-2026-0007"
    assert any(line.startswith({"en": "Next step: ", "zh": "下一步: "}[lang]) for line in lines)
    assert not any("None" in line for line in lines)
    assert any(
        {"en": "If nothing happens: The buyer's choice stands", "zh": "若不处理："}[lang] in line for line in lines
    )


def test_alerts_and_due_cells_say_why(book: Path, lang: str) -> None:
    from kakosheet.book.computing import compute
    from kakosheet.core.address import quote_sheet
    from kakosheet.formats import read

    computed = compute(read(book.read_bytes()), today=TODAY)
    for table, column in (
        ("alerts", "due"),
        ("start_alerts", "due"),
        ("deadlines", "due"),
        ("deadlines", "days_left"),
        ("deadlines", "state"),
        ("disputes", "due"),
        ("disputes", "next_step"),
        ("evidence", "due"),
    ):
        where = f"{quote_sheet(computed.book.binding[table].sheet)}!{computed.book.cell(table, column, computed.book.tables[table].rows[0])}"
        assert explain(book, where, today=TODAY)["why"], where


def test_the_date_that_is_explained_is_that_of_the_cell(book: Path) -> None:
    from kakosheet.book.computing import compute
    from kakosheet.core.address import quote_sheet
    from kakosheet.formats import read

    computed = compute(read(book.read_bytes()), today=TODAY)
    for table in ("deadlines", "alerts", "start_alerts"):
        sheet, cells = quote_sheet(computed.book.binding[table].sheet), computed.book.tables[table]
        for row, due in zip(cells.rows, cells.columns["due"], strict=True):
            if due is not None:
                told = explain(book, f"{sheet}!{computed.book.cell(table, 'due', row)}", today=TODAY)
                assert f"{due:%Y-%m-%d}" in " ".join(told["why"]), (told["value"], told["why"])


def test_what_is_no_cell_of_ours_is_named_as_it_was_written(book: Path) -> None:
    with pytest.raises(kakosheet.KakosheetError, match="Nowhere!C7"):
        explain(book, "Nowhere!C7", today=TODAY)


def test_json_holds_the_same(book: Path) -> None:
    done = CliRunner().invoke(main, ["explain", str(book), "D-2026-0007", "--json", "--today", "2026-10-01"])
    assert done.exit_code == 0
    assert json.loads(done.output)["dates"] == explain(book, "D-2026-0007", today=TODAY)["dates"]


def test_a_row_that_cannot_be_read_is_not_explained_wrongly(book: Path, tmp_path: Path, lang: str) -> None:
    told = explain(book, "D-2026-0007", today=TODAY)
    cell = next(value["cell"] for value in told["values"] if value["column"] == "disputes.due")
    path = tmp_path / "bad.xlsx"
    path.write_bytes(book.read_bytes())
    from kakosheet.book.computing import read_book
    from kakosheet.core.address import quote_sheet
    from kakosheet.formats import read

    bound = read_book(read(path.read_bytes()))[0]
    place = bound.binding["disputes"]
    opened = bound.cell("disputes", "opened_on", bound.tables["disputes"].rows[0])
    kakosheet.set_cells(path, {f"{quote_sheet(place.sheet)}!{opened}": "31/02/2026"})
    after = explain(path, f"{quote_sheet(place.sheet)}!{cell}", today=TODAY)
    (why,) = after["why"]
    number = bound.tables["disputes"].columns["dispute_id"][0]
    assert after["value"] is None and why.startswith(load_titles(lang).say("mend.why", what="")[:3]) and number in why
