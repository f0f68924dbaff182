"""What `export` writes: CSV in which no text is a formula to any spreadsheet and from which every text comes back; JSON as the library's object."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st

from kakosheet.app.export import csv_cell, csv_pieces, export, json_pieces, rows_of
from kakosheet.cli import main
from kakosheet.core.table import Table
from kakosheet.core.text import guarded, unguarded
from kakosheet.importers.delimited import records
from kakosheet.sheets import SCHEMA
from tests.books.sample import sample
from tests.properties.hostile import TEXTS

OPENERS = "\n\t\r\x0b\x0c\x00\x1f \u00a0\u2028\u3000\ufeff\u200b\u200e\u202e\u2060\u00ad"
FORMULAS = st.builds(
    "{}{}{}".format,
    st.text(OPENERS + "'\"", max_size=5),
    st.sampled_from("=+-@＝＋－＠﹦﹢﹣﹫⁼⁺−"),
    st.text(max_size=8) | st.just("cmd|' /C calc'!A0"),
)
PURCHASES = SCHEMA.tables["purchases"]


def is_formula(cell: str) -> bool:
    """What the most trusting program would evaluate: it passes over all that is not seen and reads signs of any width."""
    seen = "".join(char for char in cell if not char.isspace() and unicodedata.category(char)[0] not in "CZ")
    return unicodedata.normalize("NFKC", seen)[:1] in tuple("=+-@−")


@given(FORMULAS | TEXTS | st.text())
@example("\n=1+1")
@example("'=1+1")
@example("''\n@x")
@example("a;=1+1;b")
def test_no_text_is_a_formula_and_every_text_comes_back(text: str) -> None:
    for delimiter in ",;\t|":  # the separators that programs take, beside the one that it is
        line = delimiter.join(("1", csv_cell(text), csv_cell(-5), csv_cell(-0.5))) + "\r\n"
        [cells] = csv.reader(io.StringIO(line, newline=""), delimiter=delimiter)
        assert len(cells) == 4 and not is_formula(cells[1]) and cells[2:] == ["-5", "-0.5"]
        assert unguarded(cells[1]) == text
    assert guarded(text) in (text, f"'{text}")


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "item": FORMULAS | TEXTS,
                "notes": st.none() | FORMULAS,
                "price": st.none() | st.floats(-1e9, 1e9),
                "quantity": st.none() | st.integers(-9, 9),
            }
        ),
        max_size=4,
    )
)
def test_a_csv_reads_back_as_what_was_written(rows: list[dict[str, Any]]) -> None:
    table = Table.empty(PURCHASES)
    for row in rows:
        table.append(row)
    lines = list(csv.DictReader(io.StringIO("".join(csv_pieces(table)), newline="")))
    assert [{key: unguarded(line[key]) for key in ("item", "notes")} for line in lines] == [
        {key: row[key] or "" for key in ("item", "notes")} for row in rows
    ]
    assert [(line["price"], line["quantity"]) for line in lines] == [
        tuple("" if row[key] is None else str(row[key]) for key in ("price", "quantity")) for row in rows
    ]


def test_an_import_takes_the_guard_off_again() -> None:
    texts = ["=1+1", "'=1+1", "-5 %", "'tis", "@me", "\n=1"]
    text = "item\r\n" + "".join(csv_cell(text) + "\r\n" for text in texts)
    assert [cells for _, cells in records(text, ",", "x.csv")] == [["item"], *([text] for text in texts)]


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "item": TEXTS | st.text(),
                "price": st.none() | st.floats(allow_nan=False, allow_infinity=False),
                "quantity": st.none() | st.integers(),
                "paid_for_return": st.none() | st.booleans(),
            }
        ),
        max_size=4,
    ),
    st.integers(0, 2),
)
def test_json_row_by_row_is_the_json_of_the_whole(rows: list[dict[str, Any]], more: int) -> None:
    tables = {name: Table.empty(PURCHASES) for name in ("a", "b" * more, "ü")[: more + 1]}
    for row in rows:
        next(iter(tables.values())).append(row)
    whole = {key: list(rows_of(table)) for key, table in tables.items()}
    assert "".join(json_pieces(tables)) == json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
    assert "".join(json_pieces({})) == json.dumps({}, indent=1) + "\n"


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_the_command_writes_what_the_library_gives(kind: str, tmp_path: Path) -> None:
    book = tmp_path / f"book.{kind}"
    book.write_bytes(sample(kind=kind))
    whole = export(book)
    text = json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
    assert CliRunner().invoke(main, ["export", str(book)]).stdout == text
    assert CliRunner().invoke(main, ["export", str(book), "-o", str(tmp_path / "all.json")]).exit_code == 0
    assert (tmp_path / "all.json").read_bytes() == text.encode()
    assert json.loads(CliRunner().invoke(main, ["export", str(book), "--sheet", "disputes"]).stdout) == {
        "disputes": whole["disputes"]
    }
    assert (
        CliRunner().invoke(main, ["export", str(book), "--format", "csv", "-o", str(tmp_path / "csv")]).exit_code == 0
    )
    assert {file.stem for file in (tmp_path / "csv").iterdir()} == set(SCHEMA.tables)
    lines = list(csv.DictReader(io.StringIO((tmp_path / "csv" / "purchases.csv").read_text("utf-8-sig"))))
    assert [line["id"] for line in lines] == [row["id"] for row in whole["purchases"]]
