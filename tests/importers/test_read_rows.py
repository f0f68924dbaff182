"""Exports are read whole and rightly, or refused in words."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kakosheet.core.issues import KakosheetError, Severity
from kakosheet.core.schema import Column, Kind, Owner, TableSchema
from kakosheet.core.titles import Titles
from kakosheet.formats import look
from kakosheet.formats import read as read_workbook
from kakosheet.importers import ImportedRows, Workbooks, parse_map, read_rows

SCHEMA = TableSchema(
    key="orders",
    sheet="orders",
    columns=(
        Column("id", "ID", owner=Owner.ID),
        Column("item", "Item"),
        Column("order_no", "Order no."),
        Column("price", "Price", Kind.MONEY, minimum=0),
        Column("currency", "Cur.", Kind.CURRENCY),
        Column("bought_on", "Bought on", Kind.DATE),
        Column("seen", "Seen", Kind.DATETIME),
        Column("quantity", "Quantity", Kind.INTEGER),
        Column("fragile", "Fragile", Kind.YESNO),
        Column("state", "State", Kind.CHOICE, choices="state"),
        Column("shop", "Shop", Kind.CHOICE, choices="shop", open_choices=True),
        Column("risk", "Risk", owner=Owner.TOOL),
    ),
)

TITLES = Titles(
    "en",
    choices={"state": {"lost": "Lost", "fine": "Fine"}},
    readings={
        "yes_no": {"yes": "yes", "no": "no", "是": "yes", "否": "no"},
        "state": {"lost": "lost", "丢失": "lost", "fine": "fine"},
        "shop": {"ebay": "ebay"},
    },
)

WORKBOOKS = Workbooks(read_workbook, look)

MAP = """
table = "orders"
needs = ["item"]
[columns]
item = ["Item", "商品"]
order_no = ["Order no.", "订单号"]
price = ["Price", "金额"]
currency = "Cur."
bought_on = ["Bought on", "日期"]
seen = "Seen"
quantity = "Quantity"
fragile = "Fragile"
state = "State"
shop = "Shop"
"""


def read(
    tmp_path: Path,
    content: bytes | str,
    name: str = "export.csv",
    rules: str = MAP,
    zone: ZoneInfo | None = None,
    currency: str = "",
) -> ImportedRows:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_rows(path, parse_map(rules, "test"), SCHEMA, TITLES, WORKBOOKS, zone=zone, currency=currency)


def values(result: ImportedRows) -> list[dict[str, object]]:
    return [row.values for row in result.rows]


def errors(result: ImportedRows) -> list[tuple[str, str]]:
    return [(issue.code, issue.cell) for issue in result.issues if issue.severity is Severity.ERROR]


def test_rows_come_typed_with_the_line_that_they_begin_on(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        "Item,Order no.,Price,Bought on,Quantity,Fragile,State,Shop\n"
        '"Lamp,\nwhite",007,"1,299.50",2026-02-03,2,yes,LOST,eBay\n'
        "\nCup,8,5,2026年2月4日,1,否,丢失,Corner shop\n",
    )
    assert [row.line for row in result.rows] == [2, 5]
    assert values(result) == [
        {
            "item": "Lamp,\nwhite",
            "order_no": "007",
            "price": 1299.5,
            "bought_on": date(2026, 2, 3),
            "quantity": 2,
            "fragile": True,
            "state": "lost",
            "shop": "ebay",
        },
        {
            "item": "Cup",
            "order_no": "8",
            "price": 5.0,
            "bought_on": date(2026, 2, 4),
            "quantity": 1,
            "fragile": False,
            "state": "lost",
            "shop": "Corner shop",
        },
    ]
    assert not result.issues


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_one_ideograph_at_the_far_end_is_read_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    text = "Item,Price\n" + f"{'Lamp ' * 100},5\n" * 2_000 + "台灯,6\n"
    result = read(tmp_path, text.encode(encoding))
    assert result.rows[-1].values == {"item": "台灯", "price": 6.0}
    assert len(result.rows) == 2_001


def test_chinese_headers_in_gb18030_are_found(tmp_path: Path) -> None:
    result = read(tmp_path, "商品,订单号,金额\n台灯,1,¥199\n".encode("gb18030"))
    assert values(result) == [{"item": "台灯", "order_no": "1", "price": 199.0}]
    assert result.encoding == "gb18030"


def test_western_text_in_a_code_page_is_refused_and_not_turned_into_ideographs(tmp_path: Path) -> None:
    with pytest.raises(KakosheetError, match="encoded") as caught:
        read(tmp_path, "Item,Price\nKäsemüller Räucherofen,5\n".encode("cp1252"))
    assert caught.value.code == "K109"


def test_a_map_can_name_the_encoding(tmp_path: Path) -> None:
    result = read(tmp_path, "Item,Price\nMüller,5\n".encode("cp1252"), rules='encoding = "cp1252"\n' + MAP)
    assert values(result) == [{"item": "Müller", "price": 5.0}]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_gives_headers(tmp_path: Path, delimiter: str) -> None:
    head = delimiter.join(("Item", "Order no.", "Price"))
    row = delimiter.join(('"a;b,c\td"', "1", "2"))
    assert values(read(tmp_path, f"{head}\n{row}\n")) == [{"item": "a;b,c\td", "order_no": "1", "price": 2.0}]


def test_a_preamble_and_a_separator_line_are_passed_over(tmp_path: Path) -> None:
    result = read(tmp_path, "sep=;\nAccount;12345\nExported;2026-01-01\nItem;Price\nLamp;5\n")
    assert values(result) == [{"item": "Lamp", "price": 5.0}]
    assert result.rows[0].line == 5


def test_headers_match_whatever_their_width_case_and_spaces(tmp_path: Path) -> None:
    assert values(read(tmp_path, "ＩＴＥＭ, order  NO. \nLamp,1\n")) == [{"item": "Lamp", "order_no": "1"}]


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    hostile = ["=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "-2+3", "＝1", "\t=1"]
    result = read(tmp_path, "Item\n" + "\n".join(f'"{text}"' for text in hostile) + "\n")
    assert [row.values["item"] for row in result.rows] == [text.strip() for text in hostile]


def test_each_unreadable_cell_is_an_issue_and_the_rest_of_its_row_stays(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        "Item,Price,Bought on,Quantity,State,Fragile,Cur.\n"
        "Lamp,much,31/02/2026,1.5,gone,perhaps,$\nCup,-1,03/04/2026,1,,,\n",
    )
    assert [row.values for row in result.rows] == [{"item": "Lamp"}, {"item": "Cup", "quantity": 1}]
    assert sorted(errors(result), key=lambda pair: pair[::-1]) == [
        ("K301", "line 2"),
        ("K301", "line 2"),
        ("K302", "line 2"),
        ("K304", "line 2"),
        ("K304", "line 2"),
        ("K311", "line 2"),
        ("K303", "line 3"),
        ("K309", "line 3"),
    ]
    assert all(issue.sheet == "export.csv" and issue.hint for issue in result.issues)


def test_a_map_tells_dates_decimals_words_joins_and_constants(tmp_path: Path) -> None:
    rules = """
    table = "orders"
    dates = ["%d/%m/%Y"]
    decimal = ","
    [columns]
    item = { join = ["Product", "Colour"], separator = " / " }
    price = "Sum"
    bought_on = "Day"
    state = { header = "Status", values = { "Verloren" = "lost", "OK" = "" } }
    currency = { value = "EUR" }
    shop = { header = "Market", value = "eBay" }
    """
    result = read(
        tmp_path,
        "Product;Colour;Sum;Day;Status;Market\nLampe;rot;1.299,50;03/04/2026;verloren;\n"
        "Tasse;;1.299;04/04/2026;ok;Laden\n",
        rules=rules,
    )
    assert values(result) == [
        {
            "item": "Lampe / rot",
            "price": 1299.5,
            "bought_on": date(2026, 4, 3),
            "state": "lost",
            "currency": "EUR",
            "shop": "ebay",
        },
        {"item": "Tasse", "price": 1299.0, "bought_on": date(2026, 4, 4), "currency": "EUR", "shop": "Laden"},
    ]


def test_an_instant_with_an_offset_comes_into_the_zone_of_the_book(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        "Item,Seen,Bought on\nLamp,2026-11-21T23:30:00Z,2026-11-21T23:30:00Z\nCup,2026-11-21 08:00,2026-11-21\n",
        zone=ZoneInfo("Asia/Shanghai"),
    )
    assert values(result) == [
        {"item": "Lamp", "seen": datetime(2026, 11, 22, 7, 30), "bought_on": date(2026, 11, 22)},
        {"item": "Cup", "seen": datetime(2026, 11, 21, 8), "bought_on": date(2026, 11, 21)},
    ]


def test_what_nothing_takes_and_what_stands_twice_is_told(tmp_path: Path) -> None:
    result = read(tmp_path, "Item,Buyer's address,Item\nLamp,Main Street,Cup\n")
    assert values(result) == [{"item": "Lamp"}]
    assert [(issue.code, issue.severity) for issue in result.issues] == [
        ("K203", Severity.WARNING),
        ("K204", Severity.NOTE),
    ]
    assert "Buyer's address" in result.issues[1].message


def test_rows_of_nothing_but_constants_are_no_rows(tmp_path: Path) -> None:
    rules = MAP.replace('currency = "Cur."', 'currency = { value = "EUR" }')
    result = read(tmp_path, "Item,Other\nLamp,1\n,Total: 5\n", rules=rules)
    assert len(result.rows) == 1


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"Name,Street\nAna,Main\n", "export.csv", "K108"),
        (b"", "export.csv", "K108"),
        (b"%PDF", "export.pdf", "K108"),
        (b"not a zip", "export.xlsx", "K101"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 100, "export.xlsx", "K102"),
        (b'Item,Price\n"Lamp,5\n' + b"x" * 1_100_000, "export.csv", "K104"),
    ],
)
def test_what_is_no_such_export_is_refused_in_words(tmp_path: Path, content: bytes, name: str, code: str) -> None:
    with pytest.raises(KakosheetError) as caught:
        read(tmp_path, content, name)
    assert caught.value.code == code and name in caught.value.message


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KakosheetError) as caught:
        read_rows(tmp_path / "none.csv", parse_map(MAP, "test"), SCHEMA, TITLES, WORKBOOKS)
    assert caught.value.code == "K109"


def write_xlsx(path: Path, rows: str, dimension: str = "A1:C3") -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
        )
        package.writestr(
            "xl/workbook.xml",
            '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
            'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
            '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        package.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
            'Target="worksheets/sheet1.xml"/></Relationships>',
        )
        package.writestr(
            "xl/worksheets/sheet1.xml",
            '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            f'<dimension ref="{dimension}"/><sheetData>{rows}</sheetData></worksheet>',
        )


def text(place: str, value: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'


def test_a_workbook_gives_typed_cells_with_their_addresses(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["see the other sheet"])
    sheet = book.create_sheet("Orders")
    for row in (
        ["My orders"],
        [],
        ["Item", "Order no.", "Price", "Bought on", "Quantity"],
        ["Lamp", 20260000012345, 12.5, datetime(2026, 2, 3), 2],
        ["=1+1", "00123", "much", "2026-02-04", 1],
    ):
        sheet.append(row)
    sheet["A5"].data_type = "s"
    path = tmp_path / "export.xlsx"
    book.save(path)
    result = read_rows(path, parse_map(MAP, "test"), SCHEMA, TITLES, WORKBOOKS)
    assert result.sheet == "Orders"
    assert [(row.line, row.values) for row in result.rows] == [
        (
            4,
            {"item": "Lamp", "order_no": "20260000012345", "price": 12.5, "bought_on": date(2026, 2, 3), "quantity": 2},
        ),
        (5, {"item": "=1+1", "order_no": "00123", "bought_on": date(2026, 2, 4), "quantity": 1}),
    ]
    assert [(issue.code, issue.sheet, issue.cell) for issue in result.issues] == [("K301", "export.xlsx!Orders", "C5")]


@pytest.mark.parametrize(
    ("rows", "dimension"),
    [
        (
            f'<row r="1">{text("A1", "Item")}</row><row r="2">{text("A2", "Lamp")}{text("XFD2", "far")}</row>'
            f'<row r="1048576">{text("XFD1048576", "far")}</row>',
            "A1",
        ),
        (f'<row r="1">{text("A1", "Item")}</row><row r="2">{text("A2", "Lamp")}</row>', "A1:XFD1048576"),
    ],
)
def test_a_far_cell_costs_nothing_and_does_not_get_lost_without_a_word(
    tmp_path: Path, rows: str, dimension: str
) -> None:
    write_xlsx(tmp_path / "far.xlsx", rows, dimension)
    result = read_rows(tmp_path / "far.xlsx", parse_map(MAP, "test"), SCHEMA, TITLES, WORKBOOKS)
    assert values(result) == [{"item": "Lamp"}]
    assert [(issue.code, issue.cell) for issue in result.issues] == ([("K204", "XFD2")] if "far" in rows else [])


def test_a_doctype_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("xl/workbook.xml", '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><workbook/>')
    with pytest.raises(KakosheetError) as caught:
        read_rows(path, parse_map(MAP, "test"), SCHEMA, TITLES, WORKBOOKS)
    assert caught.value.code == "K106"


ODS_HEAD = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    '<office:body><office:spreadsheet><table:table table:name="S">'
)
ODS_TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"


def write_ods(path: Path, rows: str) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        package.writestr("content.xml", ODS_HEAD + rows + ODS_TAIL)


def ods_text(value: str) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'


def test_an_ods_export_is_read(tmp_path: Path) -> None:
    write_ods(
        tmp_path / "export.ods",
        f"<table:table-row>{ods_text('Item')}{ods_text('Price')}{ods_text('Bought on')}</table:table-row>"
        f'<table:table-row>{ods_text("台灯")}<table:table-cell office:value-type="float" office:value="12.5"/>'
        '<table:table-cell office:value-type="date" office:date-value="2026-02-03"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048574">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>',
    )
    result = read_rows(tmp_path / "export.ods", parse_map(MAP, "test"), SCHEMA, TITLES, WORKBOOKS)
    assert [(row.line, row.values) for row in result.rows] == [
        (2, {"item": "台灯", "price": 12.5, "bought_on": date(2026, 2, 3)})
    ]


def test_an_ods_cell_repeated_without_end_is_refused(tmp_path: Path) -> None:
    write_ods(
        tmp_path / "export.ods",
        '<table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="1000" '
        'office:value-type="string"><text:p>Item</text:p></table:table-cell></table:table-row>',
    )
    with pytest.raises(KakosheetError) as caught:
        read_rows(tmp_path / "export.ods", parse_map(MAP, "test"), SCHEMA, TITLES, WORKBOOKS)
    assert caught.value.code == "K107"


@pytest.mark.parametrize(
    "rules",
    [
        "table = ",
        'table = "orders"\n[columns]\nprise = "Price"\n',
        'table = "orders"\n[columns]\nrisk = "Risk"\n',
        'table = "orders"\n[columns]\nid = "ID"\n',
        'table = "orders"\n[columns]\nprice = { haeder = "Price" }\n',
        'table = "orders"\nneeds = ["item"]\n[columns]\nprice = "Price"\n',
        'table = "orders"\ncolour = "red"\n[columns]\nprice = "Price"\n',
        'table = "orders"\n[columns]\nprice = { values = { a = "b" } }\n',
        'table = "orders"\ndates = ["%Q"]\n[columns]\nprice = "Price"\n',
    ],
)
def test_a_map_that_is_wrong_is_refused_in_words(tmp_path: Path, rules: str) -> None:
    with pytest.raises(KakosheetError) as caught:
        read(tmp_path, "Item,Price\nLamp,5\n", rules=rules)
    assert caught.value.code == "K501"
    assert "Traceback" not in str(caught.value)


def test_a_quotation_mark_that_is_never_closed_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(KakosheetError) as caught:
        read(tmp_path, 'Item,Price\nLamp,5\n"Cup,6\nTent,7\n')
    assert caught.value.code == "K104" and "line 3" in caught.value.message
    assert len(read(tmp_path, 'Item,Price\n"Lamp 5"" wide",5\n"Cup" x,6\n').rows) == 2


def test_a_row_of_totals_at_the_end_is_no_order(tmp_path: Path) -> None:
    result = read(tmp_path, "Item,Price,Quantity\nLamp,5,1\nTotal:,5,1\n")
    assert [row.values["item"] for row in result.rows] == ["Lamp"] and [(i.code, i.cell) for i in result.issues] == [
        ("K208", "line 3")
    ]
    assert len(read(tmp_path, "Item,Order no.,Price\nLamp,1,5\nTotal,2,5\n").rows) == 2
    assert len(read(tmp_path, "Item,Price\nLamp,5\n,5\n").rows) == 1


def test_a_day_that_a_spreadsheet_wrote_as_its_number_is_read(tmp_path: Path) -> None:
    assert values(read(tmp_path, "Item,Bought on,Seen\nLamp,46347,46347.5\n")) == [
        {"item": "Lamp", "bought_on": date(2026, 11, 21), "seen": datetime(2026, 11, 21, 12)}
    ]


def test_an_order_number_that_lost_its_last_digits_is_told(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["Item", "Order no."], ["Lamp", 1234567890123456789], ["Cup", 123456789012345]):
        book.active.append(row)
    book.save(tmp_path / "export.xlsx")
    result = read_rows(tmp_path / "export.xlsx", parse_map(MAP, "test"), SCHEMA, TITLES, WORKBOOKS)
    assert values(result) == [{"item": "Lamp"}, {"item": "Cup", "order_no": "123456789012345"}] and errors(result) == [
        ("K313", "B2")
    ]
