"""What an export shows and cannot be taken over is told with its cell, in every kind of file that can hold it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kakosheet.core.issues import Severity
from kakosheet.core.patch import Formula, Patch, SheetPatch
from kakosheet.core.schema import Column, Kind, Owner, TableSchema
from kakosheet.core.titles import Titles
from kakosheet.formats import apply, look, read
from kakosheet.importers import ImportedRows, Workbooks, parse_map, read_rows

SCHEMA = TableSchema(
    key="orders",
    sheet="orders",
    columns=(
        Column("id", "ID", owner=Owner.ID),
        Column("item", "Item"),
        Column("order_no", "Order no."),
        Column("price", "Price", Kind.MONEY),
        Column("currency", "Cur.", Kind.CURRENCY),
        Column("bought_on", "Bought on", Kind.DATE),
        Column("days", "Days", Kind.DAYS),
        Column("page", "Page", Kind.LINK),
        Column("shop", "Shop", Kind.CHOICE, choices="shop", open_choices=True),
    ),
)
HEADERS = {
    "item": "Item",
    "order_no": "Order no.",
    "price": "Price",
    "currency": "Cur.",
    "bought_on": "Bought on",
    "days": "Days",
    "page": "Page",
    "shop": "Shop",
}
MAP = 'table = "orders"\n[columns]\n' + "".join(f'{key} = "{header}"\n' for key, header in HEADERS.items())


@dataclass(frozen=True)
class Error:
    """A formula that went wrong, the way spreadsheets store it."""

    name: str


@dataclass(frozen=True)
class Uncomputed:
    """A formula that no program has computed yet."""

    text: str


@dataclass(frozen=True)
class Shown:
    """A number with a format; `code` as .xlsx has it, `ods` the attributes that .ods has instead."""

    value: float
    code: str
    ods: str


@dataclass(frozen=True)
class Link:
    """A word that leads to an address."""

    word: str
    target: str


@dataclass
class Page:
    rows: list[list[Any]]
    name: str = "S"
    hidden: bool = False
    merged: tuple[int, int, int, int] | None = None  # row, column, last row, last column
    hidden_row: int = 0


def xlsx(path: Path, pages: list[Page]) -> None:
    import openpyxl
    from openpyxl.cell.cell import ERROR_CODES

    book = openpyxl.Workbook()
    book.remove(book.active)
    for page in pages:
        sheet = book.create_sheet(page.name)
        sheet.sheet_state = "hidden" if page.hidden else "visible"
        for r, row in enumerate(page.rows, 1):
            for c, value in enumerate(row, 1):
                cell = sheet.cell(r, c)
                if isinstance(value, Error):
                    cell.value, cell.data_type = value.name, "e" if value.name in ERROR_CODES else "s"
                elif isinstance(value, Uncomputed):
                    cell.value = f"={value.text}"
                elif isinstance(value, Link):
                    cell.value, cell.hyperlink = value.word, value.target
                elif isinstance(value, Shown):
                    cell.value, cell.number_format = value.value, value.code
                else:
                    cell.value = value
        if page.merged:
            top, left, bottom, right = page.merged
            sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
        if page.hidden_row:
            sheet.row_dimensions[page.hidden_row].hidden = True
    book.save(path)


def ods(path: Path, pages: list[Page]) -> None:
    spaces = "".join(
        f' xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in (("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"))
    )
    calcext = ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    styles = (
        '<office:automatic-styles><style:style style:name="off" style:family="table"><style:table-properties table:display="false"/>'
        "</style:style></office:automatic-styles>"
    )
    body = "".join(
        f'<table:table table:name="{page.name}"{" table:style-name=" + chr(34) + "off" + chr(34) if page.hidden else ""}>'
        + "".join(ods_row(page, r, row) for r, row in enumerate(page.rows, 1))
        + "</table:table>"
        for page in pages
    )
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        package.writestr(
            "content.xml",
            f"<office:document-content{spaces}{calcext}>{styles}<office:body><office:spreadsheet>{body}"
            "</office:spreadsheet></office:body></office:document-content>",
        )


def ods_row(page: Page, r: int, row: list[Any]) -> str:
    cells = []
    for c, value in enumerate(row, 1):
        spans, tag = "", "table-cell"
        if page.merged and page.merged[0] <= r <= page.merged[2] and page.merged[1] <= c <= page.merged[3]:
            top, left, bottom, right = page.merged
            if (r, c) == (top, left):
                spans = (
                    f' table:number-rows-spanned="{bottom - top + 1}" table:number-columns-spanned="{right - left + 1}"'
                )
            else:
                tag, value = "covered-table-cell", None
        cells.append(f"<table:{tag}{spans}{ods_value(value)}</table:{tag}>")
    return f"<table:table-row{' table:visibility=' + chr(34) + 'collapse' + chr(34) if r == page.hidden_row else ''}>{''.join(cells)}</table:table-row>"


def ods_value(value: Any) -> str:
    if value is None:
        return ">"
    if isinstance(value, Error):
        return (
            f' table:formula="of:=[.Z1]" office:value-type="string" office:string-value="" calcext:value-type="error">'
            f"<text:p>{value.name}</text:p>"
        )
    if isinstance(value, Uncomputed):
        return f' table:formula="of:={value.text}">'
    if isinstance(value, Shown):
        return f" {value.ods}>"
    if isinstance(value, Link):
        link = f'<text:a xlink:href="{value.target.replace("&", "&amp;")}" xlink:type="simple">{value.word}</text:a>'
        return f' office:value-type="string"><text:p>{link}</text:p>'
    if isinstance(value, bool):
        return f' office:value-type="boolean" office:boolean-value="{str(value).lower()}">'
    if isinstance(value, int | float):
        return f' office:value-type="float" office:value="{value}">'
    if isinstance(value, date):
        return f' office:value-type="date" office:date-value="{value.isoformat()}">'
    return f' office:value-type="string"><text:p>{value}</text:p>'


Bring = Callable[..., ImportedRows]


@pytest.fixture(params=["xlsx", "ods"])
def bring(request: pytest.FixtureRequest, tmp_path: Path) -> Bring:
    def call(*pages: Page | list[list[Any]], currency: str = "", rules: str = MAP) -> ImportedRows:
        path = tmp_path / f"export.{request.param}"
        {"xlsx": xlsx, "ods": ods}[request.param](
            path, [page if isinstance(page, Page) else Page(page) for page in pages]
        )
        return read_rows(path, parse_map(rules, "test"), SCHEMA, Titles("en"), Workbooks(read, look), currency=currency)

    return call


def told(result: ImportedRows, *severities: Severity) -> list[tuple[str, str]]:
    return [(issue.code, issue.cell) for issue in result.issues if not severities or issue.severity in severities]


def only(result: ImportedRows) -> dict[str, Any]:
    assert len(result.rows) == 1
    return result.rows[0].values


@pytest.mark.parametrize(
    "name", ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#GETTING_DATA"]
)
@pytest.mark.parametrize("header", ["Order no.", "Price", "Bought on", "Days", "Shop"])
def test_an_error_is_no_blank_cell(bring: Bring, name: str, header: str) -> None:
    result = bring([["Item", header], ["Lamp", Error(name)]])
    assert only(result) == {"item": "Lamp"}
    (issue,) = result.issues
    assert (
        (issue.code, issue.cell, issue.severity) == ("K306", "B2", Severity.ERROR)
        and name in issue.message
        and issue.hint
    )


@pytest.mark.parametrize("text", ["#N/A", "#n/a", "#NV", "#BEZUG!", "#VALEUR!", "Err:502", " #REF! "])
def test_an_error_that_became_text_is_an_error_in_a_text_file_too(tmp_path: Path, text: str) -> None:
    path = tmp_path / "export.csv"
    path.write_text(f"Item,Order no.\nLamp,{text}\n{text},7\n", encoding="utf-8")
    result = read_rows(path, parse_map(MAP, "test"), SCHEMA, Titles("en"), Workbooks(read, look))
    assert [row.values for row in result.rows] == [{"item": "Lamp"}, {"order_no": "7"}]
    assert told(result) == [("K306", "line 2"), ("K306", "line 3")]


@pytest.mark.parametrize("text", ["#1 Lamp", "# REF", "#sale!", "N/A", "Error: 5 lamps"])
def test_words_that_only_look_a_little_like_errors_stay(bring: Bring, text: str) -> None:
    assert only(bring([["Item"], [text]])) == {"item": text}


def test_a_formula_that_nobody_computed_is_no_blank_cell(bring: Bring) -> None:
    result = bring([["Item", "Price"], ["Lamp", Uncomputed("2*3")]])
    assert only(result) == {"item": "Lamp"} and told(result, Severity.ERROR) == [("K305", "B2")]
    assert "=2*3" in result.issues[0].message


def test_all_that_is_wrong_in_a_row_is_told_at_once(bring: Bring) -> None:
    result = bring(
        [["Item", "Order no.", "Price", "Bought on"], [Error("#N/A"), Error("#REF!"), Uncomputed("1+1"), "soon"]]
    )
    assert not result.rows and sorted(told(result)) == [("K302", "D2"), ("K305", "C2"), ("K306", "A2"), ("K306", "B2")]


def test_an_error_among_joined_cells_is_told(bring: Bring) -> None:
    rules = 'table = "orders"\n[columns]\nitem = "Item"\norder_no = { join = ["A", "B"] }\n'
    result = bring([["Item", "A", "B"], ["Lamp", "x", Error("#N/A")]], rules=rules)
    assert only(result) == {"item": "Lamp"} and [code for code, _ in told(result)] == ["K306"]


def test_an_order_number_under_a_merged_cell_is_not_blank_without_a_word(bring: Bring) -> None:
    page = Page([["Item", "Order no."], ["Lamp", "17"], ["Cup", None], ["Tent", "18"]], merged=(2, 2, 3, 2))
    result = bring(page)
    assert [row.values for row in result.rows] == [
        {"item": "Lamp", "order_no": "17"},
        {"item": "Cup"},
        {"item": "Tent", "order_no": "18"},
    ]
    (issue,) = result.issues
    assert (
        (issue.code, issue.cell, issue.severity) == ("K112", "B2", Severity.ERROR)
        and "B2:B3" in issue.message
        and "Order no." in issue.message
    )


@pytest.mark.parametrize("merged", [(1, 1, 1, 2), (2, 8, 3, 8)])
def test_merged_cells_that_take_nothing_from_a_row_are_nobodys_business(
    bring: Bring, merged: tuple[int, int, int, int]
) -> None:
    rows: list[list[Any]] = [
        ["Orders of March", None, None],
        ["Item", "Order no.", "Price"],
        ["Lamp", "17", 5],
        ["Cup", "18", 6],
    ]
    assert not bring(Page(rows, merged=merged)).issues


def test_hidden_rows_are_read_and_told(bring: Bring) -> None:
    result = bring(Page([["Item", "Price"], ["Lamp", 5], ["Cup", 6]], hidden_row=3))
    assert len(result.rows) == 2 and told(result) == [("K210", "A3")]


def test_a_hidden_sheet_is_the_last_resort(bring: Bring) -> None:
    seen, unseen = (
        Page([["Item", "Price"], ["Lamp", 5]], "Seen"),
        Page([["Item", "Price", "Days"], ["Old", 5, 1]], "Unseen", hidden=True),
    )
    assert only(bring(unseen, seen)) == {"item": "Lamp", "price": 5.0}
    result = bring(unseen, Page([["About"], ["me"]], "Other"))
    assert only(result)["item"] == "Old" and told(result) == [("K210", "")]


def test_a_second_sheet_of_orders_is_not_passed_over_in_silence(bring: Bring) -> None:
    result = bring(
        Page([["Item", "Price"], ["Lamp", 5]], "January"),
        Page([["Item", "Price"], ["Cup", 5]], "February"),
        Page([["Item", "Price"]], "March"),
    )
    assert result.sheet == "January" and told(result) == [("K211", "")] and result.issues[0].sheet.endswith("February")
    rules = 'sheet = "February"\n' + MAP
    assert (
        bring(
            Page([["Item", "Price"], ["Lamp", 5]], "January"),
            Page([["Item", "Price"], ["Cup", 5]], "February"),
            rules=rules,
        ).issues
        == []
    )


@pytest.mark.parametrize(
    ("cell", "header"),
    [
        (Shown(1.5, "[h]:mm:ss", 'office:value-type="time" office:time-value="PT36H0M0S"'), "Days"),
        (Shown(1.5, "[h]:mm:ss", 'office:value-type="time" office:time-value="PT36H0M0S"'), "Bought on"),
        (Shown(59, "yyyy-mm-dd", 'office:value-type="date" office:date-value="1900-02-28"'), "Bought on"),
        (Shown(32325, "yyyy-mm-dd", 'office:value-type="date" office:date-value="1988-07-01"'), "Bought on"),
        (Shown(32325, "yyyy-mm-dd", 'office:value-type="date" office:date-value="1988-07-01"'), "Days"),
        (Shown(46115, "d-mmm", 'office:value-type="date" office:date-value="2026-04-03"'), "Days"),
        (True, "Days"),
        (True, "Bought on"),
        (1e300, "Price"),
    ],
)
def test_what_is_no_such_value_is_told(bring: Bring, cell: Any, header: str) -> None:
    result = bring([["Item", header], ["Lamp", cell]])
    assert only(result) == {"item": "Lamp"} and [cell for _, cell in told(result, Severity.ERROR)] == ["B2"]


def test_a_duration_reads_as_it_is_shown(bring: Bring) -> None:
    cell = Shown(1.5, "[h]:mm:ss", 'office:value-type="time" office:time-value="PT36H0M0S"')
    assert only(bring([["Item", "Order no."], ["Lamp", cell]]))["order_no"] == "36:00:00"


def test_a_link_brings_its_address_and_not_only_the_word_for_it(bring: Bring) -> None:
    link = Link("View", "https://item.example/1?a=b&c=d")
    assert only(bring([["Item", "Page"], ["Lamp", link]])) == {"item": "Lamp", "page": link.target}
    assert only(bring([["Item", "Page"], [link, "x"]])) == {"item": "View", "page": "x"}


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_link_that_a_formula_writes_brings_its_address(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"export.{kind}"
    {"xlsx": xlsx, "ods": ods}[kind](path, [Page([["Item", "Page"], ["Lamp", "x"]])])
    link = Formula('HYPERLINK("https://item.example/1","View")', "View")
    path.write_bytes(apply(path.read_bytes(), Patch({"S": SheetPatch(cells={2: {2: link}})})).data)
    result = read_rows(path, parse_map(MAP, "test"), SCHEMA, Titles("en"), Workbooks(read, look))
    assert only(result) == {"item": "Lamp", "page": "https://item.example/1"}


EURO = Shown(12.5, "[$€-407] #,##0.00", 'office:value-type="currency" office:currency="EUR" office:value="12.5"')


@pytest.mark.parametrize("price", [EURO, "€12.50", "12,50 EUR"])
def test_the_currency_that_an_amount_shows_comes_along(bring: Bring, price: Any) -> None:
    assert only(bring([["Item", "Price"], ["Lamp", price]], currency="CNY")) == {
        "item": "Lamp",
        "price": 12.5,
        "currency": "EUR",
    }
    result = bring([["Item", "Price", "Cur."], ["Lamp", price, "USD"]], currency="CNY")
    assert only(result)["currency"] == "USD" and told(result) == [("K602", "B2")]


def test_a_whole_column_in_another_currency_is_told_once(bring: Bring) -> None:
    result = bring([["Item", "Price"], *([f"Lamp {i}", "$5"] for i in range(30)), ["Cup", "¥5"]], currency="EUR")
    assert told(result) == [("K602", "B2"), ("K602", "B32")]


@pytest.mark.parametrize(("base", "codes"), [("CNY", []), ("JPY", []), ("EUR", ["K602"])])
def test_a_sign_of_several_currencies_is_not_guessed(bring: Bring, base: str, codes: list[str]) -> None:
    result = bring([["Item", "Price"], ["Lamp", "¥199"]], currency=base)
    assert only(result) == {"item": "Lamp", "price": 199.0} and [code for code, _ in told(result)] == codes


@pytest.mark.parametrize("header", ["Order no.", "Shop"])
def test_a_text_that_no_cell_holds_is_told(tmp_path: Path, header: str) -> None:
    path = tmp_path / "export.csv"
    path.write_text(f"Item,{header}\nLamp,{'x' * 32_768}\n", encoding="utf-8")
    result = read_rows(path, parse_map(MAP, "test"), SCHEMA, Titles("en"), Workbooks(read, look))
    assert only(result) == {"item": "Lamp"} and told(result) == [("K310", "line 2")]


def test_numbers_of_dates_count_from_the_years_of_their_file(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for row in (["Item", "Bought on"], ["Lamp", 44885]):
        book.active.append(row)
    book.save(tmp_path / "export.xlsx")
    result = read_rows(tmp_path / "export.xlsx", parse_map(MAP, "test"), SCHEMA, Titles("en"), Workbooks(read, look))
    assert only(result)["bought_on"] == date(2026, 11, 21)


def test_values_without_a_header_are_told_once_a_column(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("Item,Price\nLamp, white,5\nCup, blue,6\n", encoding="utf-8")
    result = read_rows(path, parse_map(MAP, "test"), SCHEMA, Titles("en"), Workbooks(read, look))
    assert [(code, cell) for code, cell in told(result) if code == "K204"] == [("K204", "line 2")]
