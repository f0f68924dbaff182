"""`repair`: what a book has lost of its structure is shown, and put back on demand; everything else stays byte for byte."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import kakosheet
from kakosheet.cli import main
from kakosheet.core.address import cell_name
from kakosheet.core.raw import FormulaCell, RawBook
from kakosheet.formats import read
from tests.books.sample import PURCHASES, TODAY, bound, sample, small

Part = Callable[[bytes], bytes]


def changed(data: bytes, part: str, change: Part) -> bytes:
    """The package with one part changed."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            new.writestr(
                zipfile.ZipInfo(info.filename, info.date_time), change(content) if info.filename == part else content
            )
    return out.getvalue()


def part(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return archive.read(name)


def without_names(pattern: str) -> Part:
    return lambda xml: re.sub(rb'<definedName name="' + pattern.encode() + rb'">[^<]*</definedName>', b"", xml)


def pointing(name: str, text: str) -> Part:
    return lambda xml: re.sub(
        rb'(<definedName name="' + name.encode() + rb'">)[^<]*', lambda match: match[1] + text.encode(), xml
    )


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    path = tmp_path / "orders.xlsx"
    path.write_bytes(sample())
    return path


def rewrite(book: Path, part_name: str, change: Part) -> None:
    book.write_bytes(changed(book.read_bytes(), part_name, change))


def repair(book: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["repair", str(book), *options])


def structure(book: Path) -> list[dict[str, str]]:
    return [issue for issue in kakosheet.check(book, today=TODAY)["issues"] if issue["code"].startswith("K2")]


def values(raw: RawBook) -> dict[tuple[str, int, int], Any]:
    """Every value of a workbook, that of a formula if it has one."""
    return {
        (name, row, column): value.value if isinstance(value, FormulaCell) else value
        for name, sheet in raw.sheets.items()
        for row, cells in sheet.rows.items()
        for column, value in cells.items()
        if not (isinstance(value, FormulaCell) and not value.cached)
    }


def test_a_whole_book_needs_no_repair(book: Path) -> None:
    before = book.read_bytes()
    result = repair(book, "--yes")
    assert (result.exit_code, result.stdout) == (0, "nothing to repair\n") and book.read_bytes() == before


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_book_without_any_of_our_names_gets_them_all_back(tmp_path: Path, lang: str) -> None:
    book = tmp_path / "orders.xlsx"
    book.write_bytes(changed(small(lang), "xl/workbook.xml", without_names('_kako_[^"]*')))
    assert repair(book, "--yes").exit_code == 0
    again, before = read(book.read_bytes()), read(small(lang))
    links = {name for name in before.names if name.startswith("_kako_go_")}
    assert {name: area for name, area in again.names.items() if name.startswith("_kako_")} == {
        name: area for name, area in before.names.items() if name.startswith("_kako_") and name not in links
    }
    assert not structure(book) and values(again) == values(before)


def test_an_ods_book_without_any_of_our_names_gets_them_all_back(tmp_path: Path) -> None:
    book = tmp_path / "orders.ods"
    book.write_bytes(
        changed(
            small(kind="ods"),
            "content.xml",
            lambda xml: re.sub(rb'<table:named-(?:range|expression) table:name="_kako_[^>]*/>', b"", xml),
        )
    )
    assert not [name for name in read(book.read_bytes()).names if name.startswith("_kako_")]
    assert repair(book, "--yes").exit_code == 0
    made = read(small(kind="ods")).names
    assert {name: area for name, area in read(book.read_bytes()).names.items() if name.startswith("_kako_")}.keys() >= {
        name for name in made if name.startswith("_kako_purchases_")
    }
    assert values(read(book.read_bytes())) == values(read(small(kind="ods"))) and not structure(book)


def test_nothing_is_written_before_it_was_shown(book: Path) -> None:
    rewrite(book, "xl/workbook.xml", pointing("_kako_purchases_price", "#REF!"))
    before = book.read_bytes()
    for options in ((), ("--dry-run",), ("--yes", "--dry-run"), ("--json",)):
        result = repair(book, *options)
        assert "Price" in result.stdout and "D3" in result.stdout and book.read_bytes() == before
    assert "--yes" in repair(book).stderr


def test_marks_that_disagree_with_the_headers_follow_the_headers(book: Path) -> None:
    """As a program leaves it that inserts a column without moving the names: every mark from there on is one column to the left."""
    import openpyxl

    book.write_bytes(small())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        workbook = openpyxl.load_workbook(book)
        sheet = workbook["Purchase Checklist"]
        for table in list(sheet.tables):
            del sheet.tables[table]
        sheet.insert_cols(5)
        workbook.save(book)
    assert {issue["code"] for issue in structure(book)} == {"K203"}
    assert repair(book, "--yes").exit_code == 0 and not structure(book)
    exported = kakosheet.export(book)["purchases"]
    assert len(exported) == len(PURCHASES)
    for row, typed in zip(exported, PURCHASES, strict=True):
        assert {key: row[key] for key in typed} == typed


def without_column(data: bytes, sheet_part: str, table_part: str, column: int, name: str) -> bytes:
    """The book after a column's cells were cleared and its mark was lost; the table calls it as a spreadsheet would."""
    letters = re.match(r"[A-Z]+", cell_name(1, column))
    assert letters is not None
    data = changed(
        data, sheet_part, lambda xml: re.sub(rb'<c r="' + letters[0].encode() + rb'\d+"[^>]*?(?:/>|>.*?</c>)', b"", xml)
    )
    data = changed(data, "xl/workbook.xml", pointing(name, "#REF!"))
    return changed(
        data, table_part, lambda xml: re.sub(rb'(<tableColumn id="%d" name=")[^"]*' % column, rb"\g<1>Mine", xml)
    )


def test_a_missing_column_is_added_at_the_right_end_and_filled_by_the_next_refresh(book: Path) -> None:
    at = bound().binding["purchases"].columns["risk"]
    book.write_bytes(
        without_column(sample(), "xl/worksheets/sheet2.xml", "xl/tables/table1.xml", at, "_kako_purchases_risk")
    )
    assert [issue["code"] for issue in structure(book)] == ["K202"]
    before = book.read_bytes()
    refused = CliRunner().invoke(main, ["refresh", str(book)])
    assert refused.exit_code == 1 and "kakosheet repair" in refused.stderr and book.read_bytes() == before
    shown = repair(book)
    assert "Purchase Checklist!BC3: header: (none) → Risk" in shown.stdout
    assert repair(book, "--yes").exit_code == 0 and not structure(book)
    after = book.read_bytes()
    assert part(after, "xl/tables/table1.xml").count(b"<tableColumn ") == 55 and b'ref="A3:BC168"' in part(
        after, "xl/tables/table1.xml"
    )
    assert {name for name in zipfile.ZipFile(BytesIO(after)).namelist() if part(after, name) != part(before, name)} <= {
        "xl/workbook.xml",
        "xl/worksheets/sheet2.xml",
        "xl/tables/table1.xml",
        "xl/sharedStrings.xml",
    }
    kakosheet.refresh(book, today=TODAY)
    column = bound().binding["purchases"].columns
    now, was = (
        read(book.read_bytes()).sheets["Purchase Checklist"].rows,
        read(sample()).sheets["Purchase Checklist"].rows,
    )
    assert all(cells.get(55) == was[row].get(column["risk"]) for row, cells in now.items() if row > 3)


@pytest.mark.parametrize("column", ["id", "seller"])
def test_a_column_by_which_rows_are_known_is_never_made_anew_over_rows(book: Path, column: str) -> None:
    table = "purchases" if column == "id" else "sellers"
    sheet, part_of = (
        ("xl/worksheets/sheet2.xml", "xl/tables/table1.xml")
        if column == "id"
        else ("xl/worksheets/sheet6.xml", "xl/tables/table5.xml")
    )
    book.write_bytes(
        without_column(sample(), sheet, part_of, bound().binding[table].columns[column], f"_kako_{table}_{column}")
    )
    (issue,) = structure(book)
    assert issue["code"] == "K202" and "a copy of the book" in issue["hint"]
    before = book.read_bytes()
    repair(book, "--yes")
    assert structure(book) == [issue] and book.read_bytes() == before


def test_a_book_that_was_repaired_opens_in_other_readers(book: Path) -> None:
    import openpyxl

    at = bound().binding["purchases"].columns["bought_on"]
    book.write_bytes(
        without_column(sample(), "xl/worksheets/sheet2.xml", "xl/tables/table1.xml", at, "_kako_purchases_bought_on")
    )
    repair(book, "--yes")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sheet = openpyxl.load_workbook(book)["Purchase Checklist"]
    (table,) = sheet.tables.values()
    assert [column.name for column in table.tableColumns][-1] == "Bought on" == sheet[
        "BC3"
    ].value and table.autoFilter.ref == table.ref
    assert (
        sheet["BC3"].style_id == sheet["M3"].style_id
        and sheet.column_dimensions["BC"].width == sheet.column_dimensions["G"].width
    )


def test_a_blank_header_gets_its_title_back_and_a_renamed_one_is_left(book: Path) -> None:
    kakosheet.set_cells(book, {"Purchase Checklist!B3": "What I bought", "Purchase Checklist!F3": None})
    assert not structure(book)
    assert repair(book, "--yes").exit_code == 0
    header = read(book.read_bytes()).sheets["Purchase Checklist"].rows[3]
    assert (header[2], header[6]) == ("What I bought", "Platform")
    assert b'id="6" name="Platform"' in part(book.read_bytes(), "xl/tables/table1.xml")


def test_a_sheet_that_is_gone_is_told_with_the_way_out(book: Path) -> None:
    import openpyxl

    book.write_bytes(small())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        workbook = openpyxl.load_workbook(book)
        del workbook["Offers"]
        workbook.save(book)
    before = book.read_bytes()
    result = repair(book)
    assert (
        result.exit_code == 1
        and "K201" in result.stderr
        and "'Offers' is gone" in result.stderr
        and "kakosheet new" in result.stderr
    )
    assert book.read_bytes() == before


def test_properties_that_a_program_dropped_come_back_from_their_copy(book: Path) -> None:
    rewrite(book, "docProps/custom.xml", lambda xml: re.sub(rb"<property .*</property>", b"", xml))
    assert repair(book, "--yes").exit_code == 0
    assert read(book.read_bytes()).properties == read(sample()).properties


def test_a_repaired_book_can_be_undone(book: Path) -> None:
    rewrite(book, "xl/workbook.xml", pointing("_kako_purchases_price", "#REF!"))
    before = book.read_bytes()
    kakosheet.repair(book, dry_run=False)
    kakosheet.undo(book)
    assert book.read_bytes() == before
