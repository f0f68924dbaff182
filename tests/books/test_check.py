"""`check` as its user meets it: every fault with its cell, what stands there and the cure; nothing written."""

from __future__ import annotations

import io
import json
import re
import warnings
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import kakosheet
from kakosheet.cli import main
from kakosheet.core.address import cell_name
from tests.books.sample import TODAY, address, bound, place, sample, small
from tests.books.test_repair import changed

FAULTS: tuple[tuple[str, int, str, Any, str, str], ...] = (
    # unreadable and ambiguous dates
    ("purchases", 1, "bought_on", "31/02/2026", "K302", '"31/02/2026" is not a date'),
    ("purchases", 2, "bought_on", "03/04/2026", "K303", "two dates"),
    ("purchases", 3, "received", 5, "K302", '"5" is not a date'),
    ("disputes", 4, "opened_on", "soon", "K302", "2026-02-28 14:30"),
    ("log", 1, "at", "yesterday", "K302", "not a date"),
    # numbers that are none, or cannot be
    ("purchases", 4, "price", "a lot", "K301", "1299.50"),
    ("purchases", 5, "price", -5, "K309", '"-5" is less than 0'),
    ("purchases", 6, "quantity", "2.5", "K301", "whole number"),
    ("purchases", 7, "contingency_budget", "1.299", "K301", "not a number"),
    ("purchases", 20, "order_no", 12345678901234567890, "K313", "more than 15 digits"),
    ("purchases", 21, "price", 10**200, "K309", "too large"),
    ("disputes", 9, "amount", 9_999_999, "K309", "were paid"),
    ("disputes", 10, "money_back", 9_999_999, "K309", "came back"),
    ("offers", 3, "amount", 9_999_999, "K309", "the case is about"),
    ("offers", 1, "percent", 50, "K309", "write 50% or 0.5"),
    ("disputes", 7, "amount", "12,3456", "K301", "not a number"),
    # words that are no choice
    ("purchases", 8, "problem", "Exploded, sort of", "K304", "none of the problems"),
    ("purchases", 9, "insured", "perhaps", "K304", "Yes, No"),
    ("offers", 2, "by", "the cat", "K304", "Buyer, Seller, Platform"),
    ("sellers", 3, "list_status", "purple", "K304", "Whitelist"),
    # ids and references
    ("purchases", 11, "id", "P-0010", "K402", "stands twice"),
    ("purchases", 12, "id", "D-2026-0999", "K402", "Dispute Workflow"),
    ("purchases", 25, "id", "P-99999999999999999999", "K407", "longer than an id is"),
    ("disputes", 1, "order", "P-9999", "K401", "names no row"),
    ("disputes", 6, "parent", "D-2026-0777", "K401", "names no row"),
    ("evidence", 3, "dispute", "the first one", "K401", "write an id that exists"),
    ("sellers", 4, "seller", "广州光明灯具", "K403", "stands twice"),
    ("purchases", 13, "seller", "Nordlicht-Outdoor", "K403", "Nordlicht Outdoor"),
    # dates that contradict each other or today
    ("purchases", 14, "received", date(2020, 1, 1), "K312", "before it was bought"),
    ("purchases", 15, "noticed_on", date(2199, 1, 1), "K312", "still to come"),
    ("disputes", 11, "opened_on", date(2019, 1, 1), "K312", "ordered only on"),
    ("disputes", 12, "occurred_at", date(2026, 11, 20), "K312", "but noticed on"),
    ("purchases", 22, "confirmed_on", date(2199, 1, 1), "K312", "still to come"),
    ("disputes", 8, "closed_on", date(2019, 1, 1), "K312", "2019-01-01"),
    ("offers", 4, "answered_on", date(2010, 1, 1), "K312", "answered on 2010-01-01"),
    ("evidence", 5, "taken_on", date(2027, 1, 1), "K312", "still to come"),
    # two rows for one thing
    ("purchases", 23, "order_no", "4711", "K406", "Order no. 4711, Line 7"),
    ("purchases", 24, "order_no", "4711", "K406", "Order no. 4711, Line 7"),
    ("sellers", 5, "also_written_as", "Nordlicht Outdoor", "K403", "also a name of"),
    # currencies
    ("purchases", 16, "currency", "$", "K311", "three letters"),
    ("purchases", 17, "currency", "XYZ", "K404", "Exchange rates"),
    # cells that must be filled
    ("purchases", 18, "item", None, "K307", '"Item" is empty'),
    ("purchases", 19, "noticed_on", None, "K307", "write the day"),
    ("offers", 5, "dispute", None, "K307", '"Dispute" is empty'),
    # policy
    ("settings", 1, "yours", "Mars", "K502", "currency code"),
    ("rules", 1, "limit", "ten", "K503", '"ten" is not a number'),
)


def _cells(faults: tuple[tuple[Any, ...], ...]) -> dict[str, Any]:
    cells = {address(table, row, column): value for table, row, column, value, *_ in faults}
    return cells | {
        address("purchases", 19, "problem"): "Not received",
        **{
            address("purchases", row, column): value
            for row in (23, 24)
            for column, value in (("platform", "Taobao"), ("line_no", 7))
        },
    }


@pytest.fixture
def book(path: Path) -> Path:
    path.write_bytes(sample(kind=path.suffix[1:]))
    return path


def check(book: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["check", str(book), "--today", TODAY.isoformat(), *options])


def plant(book: Path, cells: Mapping[str, Any]) -> tuple[bytes, int]:
    """The book with the cells set; its bytes and its time of change."""
    kakosheet.set_cells(book, cells)
    return book.read_bytes(), book.stat().st_mtime_ns


def test_a_fresh_sample_has_nothing_wrong(book: Path) -> None:
    result = check(book)
    assert (result.exit_code, result.stdout) == (0, "") and "Nothing wrong" in result.stderr


def test_every_planted_fault_is_listed_with_cell_content_and_cure_and_nothing_is_written(book: Path) -> None:
    before = plant(book, _cells(FAULTS))
    result = check(book)
    assert result.exit_code == 1 and (book.read_bytes(), book.stat().st_mtime_ns) == before
    lines = result.stdout.splitlines()
    assert len(FAULTS) >= 30 and len({code for *_, code, _ in FAULTS}) >= 10
    for table, row, column, _, code, words in FAULTS:
        sheet, cell = place(table, row, column)
        found = [line for line in lines if line.startswith(f"{book.name}!{sheet}!{cell}: ")]
        assert any(f" {code}: " in line and words in line and ";" in line for line in found), (
            table,
            row,
            column,
            found,
        )


def test_json_says_the_same(book: Path) -> None:
    plant(book, _cells(FAULTS))
    issues = json.loads(check(book, "--json").stdout)["issues"]
    found = {(issue["sheet"], issue["cell"], issue["code"]) for issue in issues}
    assert found >= {(*place(table, row, column), code) for table, row, column, _, code, _ in FAULTS}
    assert all(
        issue.keys() == {"code", "severity", "sheet", "cell", "message", "hint"} and issue["hint"] for issue in issues
    )


def test_nothing_is_invented_beside_the_planted_faults(book: Path) -> None:
    """Each further line follows from a planted one: the other row of a pair, the cases of an id that was typed over, what was left out."""
    plant(book, _cells(FAULTS))
    planted = {place(table, row, column) for table, row, column, *_ in FAULTS}
    for issue in kakosheet.check(book, today=TODAY)["issues"]:
        if (issue["sheet"], issue["cell"]) not in planted:
            assert issue["code"] in ("K402", "K403", "K401", "K601", "K312", "K307"), issue


def test_an_amount_that_names_another_currency_than_its_row_is_told_beside_it(book: Path) -> None:
    plant(
        book,
        {
            address("purchases", 1, "price"): "€199",
            address("purchases", 1, "currency"): "CNY",
            address("purchases", 2, "price"): "¥199",
            address("purchases", 2, "currency"): "CNY",
            address("purchases", 3, "price"): "199元",
            address("purchases", 3, "currency"): None,
        },
    )
    found = {
        issue["cell"]: issue["message"]
        for issue in kakosheet.check(book, today=TODAY)["issues"]
        if issue["code"] == "K602"
    }
    assert found == {
        place("purchases", 1, "currency")[1]: 'Price is written "€199", but counts in CNY',
        place("purchases", 3, "currency")[1]: 'Price is written "199元", but counts in EUR',
    }


@pytest.mark.parametrize("path", ["xlsx"], indirect=True)
def test_faults_that_only_a_spreadsheet_can_plant(book: Path) -> None:
    """An error formula, a formula without a value and a text in a date column, saved by another program that drops all stored values."""
    import openpyxl

    book.write_bytes(small())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        workbook = openpyxl.load_workbook(book)
        workbook[place("purchases", 1, "price")[0]][place("purchases", 1, "price")[1]] = "#DIV/0!"
        workbook[place("purchases", 2, "price")[0]][place("purchases", 2, "price")[1]] = "=1/0"
        workbook.save(book)
    issues = kakosheet.check(book, today=TODAY)["issues"]
    assert [(issue["cell"], issue["code"], issue["severity"]) for issue in issues if issue["cell"]] == [
        (place("purchases", 1, "price")[1], "K306", "error"),
        (place("purchases", 1, "price")[1], "K604", "error"),  # nobody can judge an order without a price
        (place("purchases", 2, "price")[1], "K305", "warning"),
        (place("purchases", 2, "price")[1], "K604", "error"),
    ]


@pytest.mark.parametrize("path", ["xlsx"], indirect=True)
def test_merged_cells_that_a_refresh_could_not_write_are_told_with_the_cure(book: Path) -> None:
    column = bound().binding["purchases"].columns["risk"]
    first, second = cell_name(6, column), cell_name(7, column)

    def merged(xml: bytes) -> bytes:
        xml = re.sub(rb'<c r="%s"[^>]*>.*?</c>' % second.encode(), b"", xml)
        return xml.replace(
            b"</sheetData>",
            b'</sheetData><mergeCells><mergeCell ref="%s:%s"/></mergeCells>' % (first.encode(), second.encode()),
            1,
        )

    book.write_bytes(changed(sample(), "xl/worksheets/sheet2.xml", merged))
    (issue,) = kakosheet.check(book, today=TODAY)["issues"]
    assert (issue["code"], issue["sheet"], issue["cell"]) == (
        "K112",
        "Purchase Checklist",
        second,
    ) and "split the merged cells" in issue["hint"]
    before, result = book.read_bytes(), CliRunner().invoke(main, ["refresh", str(book), "--today", TODAY.isoformat()])
    assert result.exit_code == 3 and "split the merged cells" in result.stderr and book.read_bytes() == before


def test_what_people_really_type_is_no_fault(book: Path) -> None:
    typed = {
        ("purchases", 1, "bought_on"): "2025年1月5日",
        ("purchases", 2, "bought_on"): "２０２５/１/６",
        ("purchases", 3, "bought_on"): "2025.1.7",
        ("purchases", 4, "bought_on"): "5 Jan 2025",
        ("purchases", 5, "price"): "¥199",
        ("purchases", 6, "price"): "１９９．５０",
        ("purchases", 7, "price"): "199元",
        ("purchases", 8, "price"): "1,299.50",
        ("purchases", 9, "currency"): "人民币",
        ("purchases", 10, "currency"): "eur",
        ("purchases", 11, "insured"): "是",
        ("purchases", 12, "problem"): None,
        ("disputes", 2, "order"): f" {bound().tables['disputes'].columns['order'][1].lower()} ",
        ("disputes", 2, "plan_percent"): "50%",
    }
    before = kakosheet.check(book, today=TODAY)["issues"]
    plant(book, {address(*where): value for where, value in typed.items()})
    after = kakosheet.check(book, today=TODAY)["issues"]
    assert [
        issue for issue in after if issue not in before and issue["code"][1] in "34" and issue["code"] != "K312"
    ] == []


def test_a_setting_that_cannot_be_read_keeps_refresh_from_writing(book: Path) -> None:
    before = plant(book, {address("settings", 1, "yours"): "Mars"})
    result = CliRunner().invoke(main, ["refresh", str(book), "--today", TODAY.isoformat()])
    assert result.exit_code == 1 and "K502" in result.stderr and "Nothing was written" in result.stderr
    assert (book.read_bytes(), book.stat().st_mtime_ns) == before


def test_what_can_be_refreshed_beside_a_fault_is_refreshed(book: Path) -> None:
    plant(
        book,
        {
            address("purchases", 1, "price"): "a lot",
            address("purchases", 19, "problem"): "Not received",
            address("purchases", 19, "noticed_on"): date(2026, 11, 20),
        },
    )
    result = CliRunner().invoke(main, ["refresh", str(book), "--today", TODAY.isoformat(), "--json"])
    done = json.loads(result.stdout)
    assert result.exit_code == 1 and done["written"] and done["rows_added"] > 1


@pytest.mark.parametrize("column", ["risk", "why"])
def test_a_computed_cell_that_was_typed_over_is_told(book: Path, column: str) -> None:
    plant(book, {address("purchases", 3, column): "my own words"})
    (issue,) = kakosheet.check(book, today=TODAY)["issues"]
    assert (issue["code"], issue["cell"]) == ("K308", place("purchases", 3, column)[1]) and "my own words" in issue[
        "message"
    ]


@pytest.mark.parametrize(
    ("content", "code", "exit_code"),
    [
        (b"no workbook at all", "K101", 3),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "K102", 3),
        (b"", "K101", 3),
    ],
)
def test_a_file_that_is_no_workbook_gets_one_line(book: Path, content: bytes, code: str, exit_code: int) -> None:
    book.write_bytes(content)
    result = check(book)
    assert (
        result.exit_code == exit_code
        and result.stdout == ""
        and code in result.stderr
        and len(result.stderr.splitlines()) == 1
    )
    assert book.read_bytes() == content


def test_a_workbook_of_somebody_else_gets_one_line(book: Path) -> None:
    import openpyxl

    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    book.write_bytes(out.getvalue())
    result = check(book)
    assert (
        result.exit_code == 3
        and "K110" in result.stderr
        and len(result.stderr.splitlines()) == 1
        and book.read_bytes() == out.getvalue()
    )


def test_an_empty_cell_is_named_as_its_sheet_names_the_column() -> None:
    from kakosheet.app.new import new_book
    from kakosheet.book.computing import compute
    from kakosheet.formats import read

    data = new_book(profile="shopper", lang="zh", today=TODAY, births={"purchases": [{"item": "台灯"}]})[0]
    found = [issue for issue in compute(read(data), today=TODAY).issues if issue.code == "K307"]
    assert [(issue.message, issue.hint) for issue in found] == [
        ('"卖家" is empty', "fill it in"),
        ('"金额" is empty', "fill it in"),
    ]
