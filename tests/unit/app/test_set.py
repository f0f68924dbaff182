"""Single cells of any workbook: addresses and values as people type them."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from kakosheet import formats
from kakosheet.book.cells import parse_assignment, parse_value, set_cells, split_address
from kakosheet.core.issues import EXIT_USAGE, KakosheetError
from kakosheet.core.raw import Scalar
from tests.unit.formats.packages import members, packed, worksheet


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("199", 199),
        ("-1.5", -1.5),
        ("1e3", 1000.0),
        ("2026-02-28", date(2026, 2, 28)),
        ("2026-02-28 10:30", datetime(2026, 2, 28, 10, 30)),
        ("2026-02-30", "2026-02-30"),
        ("007", "007"),
        ("+491234567", "+491234567"),
        ("12345678901234567", "12345678901234567"),
        ("", None),
        ("  ", None),
        ("=1+1", "=1+1"),
        ("nan", "nan"),
        ("1e999", "1e999"),
        (" text ", " text "),
        ("0", 0),
        ("0.5", 0.5),
        ("1_000", "1_000"),
        ("１２", "１２"),
    ],
)
def test_a_value_is_what_people_mean(text: str, value: Scalar) -> None:
    assert parse_value(text) == value
    assert type(parse_value(text)) is type(value)


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("Sheet1!B2", ("Sheet1", 2, 2)),
        ("'My ''sheet'!$AA$10", ("My 'sheet", 10, 27)),
        ("My sheet!b2", ("My sheet", 2, 2)),
        ("a!b!C3", ("a!b", 3, 3)),
    ],
)
def test_an_address_names_sheet_and_cell(address: str, place: tuple[str, int, int]) -> None:
    assert split_address(address) == place


@pytest.mark.parametrize("address", ["B2", "!B2", "Sheet1!", "Sheet1!B0", "Sheet1!XFE1", "Sheet1!A1:B2", ""])
def test_what_is_no_address_is_a_mistake_of_usage(address: str) -> None:
    with pytest.raises(KakosheetError) as caught:
        split_address(address)
    assert (caught.value.code, caught.value.exit_code) == ("K114", EXIT_USAGE)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Sheet1!B2=199", ("Sheet1!B2", 199)),
        ("S!A1==1+1", ("S!A1", "=1+1")),
        ("S!A1=a!b=c", ("S!A1", "a!b=c")),
        ("'a=b!c'!A1=5", ("'a=b!c'!A1", 5)),
        ("S!A1=", ("S!A1", None)),
        ("a=b!A1=5", ("a=b!A1", 5)),
        ("It's!A1=5", ("It's!A1", 5)),
        ("'!A1=5", ("'!A1", 5)),
        ("!!A1=5", ("!!A1", 5)),
        ("S!A1=see T!B2=3", ("S!A1", "see T!B2=3")),
        ("'x!A1=2'!B2=two\nlines", ("'x!A1=2'!B2", "two\nlines")),
        ("S!$A$1 = 7", ("S!$A$1 ", 7)),
    ],
)
def test_an_assignment_parts_address_and_value(text: str, parts: tuple[str, Scalar]) -> None:
    assert parse_assignment(text) == parts


def test_cells_are_set_whatever_the_case_of_the_sheet() -> None:
    data = packed(members({"My data": worksheet('<row r="1"><c r="A1"><f>B1</f><v>1</v></c></row>')}))
    result = set_cells(data, {"'my DATA'!B1": 5, "My data!C1": "=1+1", "My data!D1": date(2026, 2, 28)})
    rows = formats.read(result.data).sheets["My data"].rows
    assert rows[1] | {1: None} == {1: None, 2: 5, 3: "=1+1", 4: "2026-02-28"}
    assert result.stale == 1
    assert set_cells(result.data, {"My data!B1": 5}).data == result.data


def test_sheets_that_differ_by_case_alone_are_told_apart() -> None:
    data = packed(members({"data": worksheet(""), "Data": worksheet(""), "DATA": worksheet("")}))
    sheets = formats.read(set_cells(data, {"Data!A1": 5, "dATA!A1": 6}).data).sheets
    assert {name: sheet.rows for name, sheet in sheets.items()} == {
        "data": {},
        "Data": {1: {1: 5}},
        "DATA": {1: {1: 6}},
    }


def test_a_sheet_that_is_not_there_is_named() -> None:
    with pytest.raises(KakosheetError) as caught:
        set_cells(packed(members({"S": worksheet("")})), {"T!A1": 1})
    assert caught.value.code == "K113"
    assert '"T"' in str(caught.value)
