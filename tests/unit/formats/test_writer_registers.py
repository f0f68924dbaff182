"""New registers: what stands where, who may type, what is live."""

from __future__ import annotations

import re
import warnings
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest

from kakosheet.core import seal
from kakosheet.core.issues import KakosheetError
from kakosheet.core.newbook import NewBook, placements
from kakosheet.core.schema import SEAL, Owner, SheetKind
from kakosheet.formats.palette import LANE, USER_FILL, USER_TEXT, WHITE
from kakosheet.formats.xlsx.writer import write_workbook

NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@pytest.fixture(scope="module")
def book(new_book: Any) -> NewBook:
    return new_book()


@pytest.fixture(scope="module")
def data(book: NewBook) -> bytes:
    return write_workbook(book)


@pytest.fixture(scope="module")
def read(data: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(data))


def part(data: bytes, name: str) -> str:
    with ZipFile(BytesIO(data)) as package:
        return package.read(name).decode()


def test_every_header_cell_has_its_name(book: NewBook, read: Any) -> None:
    for key, place in placements(book).items():
        table = book.schema.tables[key]
        for column, at in place.columns.items():
            ((title, address),) = read.defined_names[f"_kako_{key}_{column}"].destinations
            cell = read[title][address]
            assert (cell.row, cell.column) == (place.header_row + place.offsets.get(column, 0), at)
            assert cell.value == (SEAL if column == "seal" else table.by_key[column]).title


def test_the_table_covers_the_filled_rows_and_filters_them(read: Any) -> None:
    table = read["Tasks & more"].tables["kako_tasks"]
    assert table.ref == table.autoFilter.ref == "A3:P16"
    assert table.tableStyleInfo is None or table.tableStyleInfo.name in (None, "")


def test_an_empty_register_has_a_table_with_one_blank_row(new_book: Any) -> None:
    book = new_book(tables={})
    sheet = openpyxl.load_workbook(BytesIO(write_workbook(book)))["Tasks & more"]
    assert sheet.tables["kako_tasks"].ref == "A3:P4"
    assert all(sheet.cell(4, column).value is None for column in range(1, 17))


def test_values_come_back_as_they_were(book: NewBook, read: Any) -> None:
    sheet, values = read["Tasks & more"], book.tables["tasks"].columns
    for i, name in enumerate(values["name"]):
        kept = name.replace("\x07", "_x0007_").replace("\ud800", "\ufffd").replace("\ufffe", "_xFFFE_")
        assert (sheet.cell(4 + i, 2).value or "").replace("_x005F_", "_") == kept
        assert sheet.cell(4 + i, 2).data_type == "s"
    assert sheet["E4"].value == datetime(2026, 11, 19, 9, 30)
    assert (sheet["I5"].value, sheet["J5"].value, sheet["K5"].value) == ("Red", "Small", "No")
    assert sheet["G4"].value == 1234.5


def test_two_columns_with_one_title_are_a_fault_of_ours(new_book: Any) -> None:
    titles = replace(new_book().titles, columns={"tasks.person": "Name"})
    with pytest.raises(ValueError, match="tasks"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        write_workbook(new_book(titles=titles))


def test_no_text_of_a_user_becomes_a_formula_or_a_link(data: bytes, read: Any) -> None:
    user = [cell for row in read["Tasks & more"].iter_rows(min_row=4) for cell in row if cell.column != 3]
    assert {cell.data_type for cell in user} <= {"s", "n", "d"}
    for name in ("xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/worksheets/sheet4.xml"):
        assert "<hyperlink" not in part(data, name)


def test_live_columns_hold_their_formula_and_its_value(data: bytes) -> None:
    xml = part(data, "xl/worksheets/sheet2.xml")
    formula, value = re.search(r'<c r="C4"[^>]*><f>(.*?)</f><v>(.*?)</v>', xml).groups()  # type: ignore[union-attr]
    assert formula.startswith('IF(F4&lt;&gt;"","Done"') and "_kako_today" in formula
    assert value == "Late"


def test_an_empty_result_is_a_value_and_not_a_gap(new_book: Any) -> None:
    """`<v></v>` without a type would read as "not computed yet"."""
    book = new_book(1)
    book.tables["tasks"].columns["state"][0] = None
    assert re.search(
        r'<c r="C4"[^>]* t="str"><f>[^<]*</f><v></v></c>', part(write_workbook(book), "xl/worksheets/sheet2.xml")
    )


def test_links_of_ours_are_formulas_with_their_text(data: bytes) -> None:
    xml = part(data, "xl/worksheets/sheet4.xml")
    formula, value = re.search(r'<c r="C4"[^>]*><f>(.*?)</f><v>(.*?)</v>', xml).groups()  # type: ignore[union-attr]
    assert (
        formula.startswith('HYPERLINK("#"&amp;SUBSTITUTE(CELL("address",INDEX(\'Tasks &amp; more\'!$A$4')
        and value == "T-0001"
    )


def test_an_id_that_looks_like_a_function_stays_a_text_in_its_link(new_book: Any) -> None:
    book = new_book(1)
    book.tables["people"].columns["first"][0] = 'SORT("MAP(1)")}'
    formula = openpyxl.load_workbook(BytesIO(write_workbook(book)))["People"]["C4"].value
    assert formula.endswith(',"SORT(""MAP(1)"")}")') and "_xlfn" not in formula


def test_columns_wear_their_owner_down_to_the_sheets_end(book: NewBook, read: Any) -> None:
    sheet = read["Tasks & more"]
    for at, column in enumerate(book.schema.tables["tasks"].columns, 1):
        dimension = sheet.column_dimensions[openpyxl.utils.get_column_letter(at)]
        fill, font = dimension.fill.fgColor.rgb[2:], dimension.font.color.rgb[2:]
        if column.owner is Owner.USER:
            assert (fill, font) == (WHITE, USER_TEXT)
        else:
            assert fill == LANE
    assert sheet["B3"].fill.fgColor.rgb[2:] == USER_FILL


def test_every_drop_down_has_its_list(book: NewBook, read: Any) -> None:
    seen = set()
    for sheet in read.worksheets:
        for rule in sheet.data_validations.dataValidation:
            if rule.type == "list":
                assert rule.errorStyle == "warning" and str(rule.sqref).endswith("1048576")
                seen.add(rule.formula1)
                assert rule.formula1 in read.defined_names
    assert seen == {"list_of_people", "list_colour", "list_size", "list_yes_no"}
    words = [cell.value for row in read["Lists"]["E2:E3"] for cell in row]
    assert words == list(book.titles.choices["colour"].values())


def test_names_and_open_lists_never_ask(read: Any) -> None:
    asks = {
        rule.formula1: rule.showErrorMessage
        for rule in read["Tasks & more"].data_validations.dataValidation
        if rule.type == "list"
    }
    assert asks == {"list_of_people": False, "list_colour": False, "list_size": True, "list_yes_no": True}


def test_header_cells_tell_what_a_column_is(read: Any) -> None:
    prompts = {
        str(rule.sqref): rule.prompt for rule in read["Tasks & more"].data_validations.dataValidation if rule.prompt
    }
    assert prompts["B3"] == "What is to be done, for example: call. You fill this in."
    assert all(len(text) <= 255 for text in prompts.values())


def test_a_closed_band_leaves_one_column_to_open_it_by(read: Any) -> None:
    sheet = read["Tasks & more"]
    shown = sheet.column_dimensions
    assert not shown["I"].hidden and shown["I"].collapsed and sheet["I2"].value == "MORE OF IT"
    assert all(shown[letter].hidden and shown[letter].outlineLevel == 1 for letter in "JKLMN")
    assert shown["O"].hidden and shown["P"].hidden and not shown["P"].outlineLevel


def test_hidden_columns_of_a_profile_are_hidden(new_book: Any) -> None:
    sheet = openpyxl.load_workbook(BytesIO(write_workbook(new_book(hidden_columns=frozenset({"tasks.person"})))))[
        "Tasks & more"
    ]
    assert sheet.column_dimensions["D"].hidden and not sheet.column_dimensions["E"].hidden


def test_rows_are_sealed_as_a_refresh_would_seal_them(book: NewBook, read: Any) -> None:
    tools = [column.key for column in book.schema.tables["tasks"].columns if column.owner is Owner.TOOL]
    version, digests = seal.parts(read["Tasks & more"]["P4"].value, 1, len(tools)) or ("", [])
    assert (
        version
        and digests[tools.index("rate")] == seal.digest("0.0812")
        and digests[tools.index("key")] == seal.digest("k0")
    )


def test_only_sheets_of_the_profile_are_shown(new_book: Any) -> None:
    read = openpyxl.load_workbook(BytesIO(write_workbook(new_book(visible=("people", "start")))))
    assert [sheet.title for sheet in read if sheet.sheet_state == "visible"] == ["People", "Start"]
    assert read.active.title == "People" and "Lists" in read.sheetnames


def test_no_link_leads_to_a_hidden_sheet(new_book: Any) -> None:
    data = write_workbook(new_book(visible=("people", "board"), home="start"))
    for name in ("xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"):
        xml = part(data, name)
        assert "_kako_go_" not in xml and "HYPERLINK" not in xml


def test_the_same_book_gives_the_same_bytes(new_book: Any, data: bytes) -> None:
    assert write_workbook(new_book()) == data


def test_properties_and_time_of_creation_are_those_given(read: Any) -> None:
    assert {p.name: p.value for p in read.custom_doc_props.props} == {"kakosheet.id": "demo", "kakosheet.schema": 1}
    assert read.properties.created == datetime(2026, 11, 21)


def test_a_text_longer_than_a_cell_is_refused_and_not_cut(new_book: Any) -> None:
    book = new_book(2)
    book.tables["tasks"].columns["name"][1] = "長" * 32_768
    with pytest.raises(KakosheetError) as stopped:
        write_workbook(book)
    assert stopped.value.code == "K310" and "Tasks & more!B5" in stopped.value.message


def test_rules_of_a_column_stop_at_the_first_that_holds(read: Any) -> None:
    for area, rules in read["Tasks & more"].conditional_formatting._cf_rules.items():
        for rule in rules:
            assert rule.type == "dataBar" or rule.stopIfTrue, area
            assert str(area.sqref).endswith("1048576")


def test_a_sum_without_decimals_keeps_the_rows_tint(data: bytes, read: Any) -> None:
    """A rule must hold for both: LibreOffice takes only the first that is true."""
    rules = next(
        rules
        for area, rules in read["Tasks & more"].conditional_formatting._cf_rules.items()
        if str(area.sqref).startswith("G4")
    )
    both = rules[0]
    assert "SEARCH" in both.formula[0] and '"Late"' in both.formula[0]
    assert both.dxf.fill.bgColor.rgb[2:] == "FDF3F1" and both.dxf.numFmt.formatCode.startswith("#,##0_")


def test_registers_are_wide_enough_for_their_headers_and_words(book: NewBook, read: Any) -> None:
    for sheet in book.schema.sheets:
        if sheet.kind is SheetKind.REGISTER:
            for at, column in enumerate(sheet.tables[0].columns, 1):
                width = read[sheet.title].column_dimensions[openpyxl.utils.get_column_letter(at)].width
                assert width >= max(map(len, column.title.split())) * 1.1 + 2
