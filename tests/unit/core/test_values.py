"""What people really type is understood where it is beyond doubt."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from kakosheet.core.dates import NotADate, from_serial, parse_date, to_serial
from kakosheet.core.numbers import currencies_named, parse_currency, parse_number
from kakosheet.core.raw import ErrorValue, FormulaCell
from kakosheet.core.schema import Column, Kind
from kakosheet.core.titles import Titles
from kakosheet.core.values import Unreadable, encoder, parser, read_column

TITLES = Titles(
    "en",
    choices={"colour": {"red": "Red"}, "yes_no": {"yes": "Yes", "no": "No"}},
    readings={"colour": {"red": "red", "红": "red"}, "yes_no": {"yes": "yes", "no": "no", "是": "yes"}},
)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21",
        "2026.11.21",
        "2026/11/21",
        "2026年11月21日",
        "20261121",
        "21 Nov 2026",
        "November 21, 2026",
        "21/11/2026",
        "11/21/2026",
        "21.11.2026",
        "２０２６－１１－２１",
        " 2026-11-21 ",
        "21-Nov-2026",
        "21st November 2026",
        "Nov 21st, 2026",
        "Sat, 21 Nov 2026",
        "2026年11月21日星期六",
        "2026年11月21号",
        "2026\u221211\u221221",
        "\ufeff2026-11-21\u200b",
    ],
)
def test_a_date_is_understood_in_every_form_that_has_one_meaning(text: str) -> None:
    assert parse_date(text) == datetime(2026, 11, 21)


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [("2026-11-21 2:30 PM", 14, 30), ("2026年11月21日 下午2:30", 14, 30), ("21 Nov 2026 12:05 am", 0, 5)],
)
def test_a_clock_of_twelve_hours_is_understood(text: str, hour: int, minute: int) -> None:
    assert parse_date(text) == datetime(2026, 11, 21, hour, minute)


@pytest.mark.parametrize("text", ["03/04/2026", "3.4.2026", "01-02-2026"])
def test_a_date_with_two_meanings_is_said_to_be_ambiguous(text: str) -> None:
    with pytest.raises(NotADate) as caught:
        parse_date(text)
    assert caught.value.ambiguous


@pytest.mark.parametrize(
    "text",
    [
        "31/02/2026",
        "2026-02-30",
        "soon",
        "2026",
        "2026-11-21T10:00:00Z",
        "1850-01-01",
        "2026-13-01",
        "35 Nov 2026",
        "21-Nov-26",
        "2026-11-21 13:00 PM",
        "1" * 40_000,
        " " * 40_000,
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(NotADate):
        parse_date(text)


@pytest.mark.parametrize("date1904", [False, True])
def test_serials_go_there_and_back(date1904: bool) -> None:
    moment = datetime(2026, 11, 21, 14, 30)
    assert from_serial(to_serial(moment, date1904=date1904), date1904=date1904) == moment


def test_the_two_epochs_are_four_years_and_a_day_apart() -> None:
    assert to_serial(date(2026, 1, 1), date1904=False) - to_serial(date(2026, 1, 1), date1904=True) == 1462


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("¥199", 199),
        ("199元", 199),
        ("１９９", 199),
        ("1,299.50", 1299.5),
        ("1.299,50", 1299.5),
        ("€ 12,50", 12.5),
        ("1 299,50", 1299.5),
        ("USD 20", 20),
        ("20 EUR", 20),
        ("50%", 0.5),
        ("-3", -3),
        ("5 days", 5),
        ("0.125", 0.125),
        ("0,299", 0.299),
        ("HK$5", 5),
        ("R$ 5", 5),
        ("\u22125", -5),
        ("CHF 12.-", 12),
        ("\u200b5", 5),
        ("-€5", -5),
    ],
)
def test_a_number_is_understood_with_signs_units_and_groups(text: str, number: float) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "1.299",
        "abc",
        "1..2",
        "",
        "1,2,3",
        "0x10",
        "1e999x",
        "１.２９９",
        "5 lbs",
        "3 wks",
        "2 mio",
        "5 € EUR",
        "1" + " " * 40_000 + "2",
    ],
)
def test_a_number_that_may_mean_two_things_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_number(text)


@pytest.mark.parametrize(
    ("text", "code"), [("eur", "EUR"), ("€", "EUR"), ("元", "CNY"), ("RMB", "CNY"), ("us$", "USD")]
)
def test_currencies_by_code_and_by_sign(text: str, code: str) -> None:
    assert parse_currency(text) == code


@pytest.mark.parametrize("text", ["$", "¥", "Euro", "12"])
def test_a_sign_that_currencies_share_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_currency(text)


def test_a_sign_counts_only_where_it_means_something() -> None:
    assert [
        column.kind
        for column in (Column("a", "A", kind) for kind in Kind)
        if not read_column(column, ["50%"], TITLES).bad
        and isinstance(read_column(column, ["50%"], TITLES).values[0], float)
    ] == [Kind.PERCENT]
    assert (
        read_column(Column("a", "A", Kind.NUMBER), ["€5"], TITLES).bad
        and not read_column(Column("a", "A", Kind.MONEY), ["€5"], TITLES).bad
    )


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("€199", {"EUR"}),
        ("199元", {"CNY"}),
        ("￥199", {"CNY", "JPY"}),
        ("US$ 5", {"USD"}),
        ("5 usd", {"USD"}),
        ("199", set()),
        ("5 lbs", set()),
        ("RMB 5", {"CNY"}),
    ],
)
def test_an_amount_names_its_currency(text: str, codes: set[str]) -> None:
    assert currencies_named(text) == codes


@pytest.mark.parametrize(
    ("column", "cell", "hint"),
    [
        (Column("a", "A", Kind.INTEGER), "two weeks", "like 3"),
        (Column("a", "A", Kind.PERCENT, maximum=1), "150%", "up to 100 %"),
        (Column("a", "A", Kind.PERCENT, maximum=1), 50, "50% or 0.5"),
        (Column("a", "A", Kind.MONEY), "cheap", "like 1299.50"),
    ],
)
def test_the_cure_fits_the_column(column: Column, cell: object, hint: str) -> None:
    assert hint in read_column(column, [cell], TITLES).bad[0].hint  # type: ignore[list-item]


def test_what_nobody_sees_is_blank() -> None:
    for kind in (Kind.TEXT, Kind.DATE, Kind.MONEY, Kind.CHOICE):
        read = read_column(Column("a", "A", kind, choices="colour"), ["\u00a0", "\u200b", "\ufeff ", "\t"], TITLES)
        assert read.values == [None] * 4 and not read.bad


def test_choices_with_commas_are_told_apart() -> None:
    titles = Titles("en", choices={"offer": {"a": "Refund, no return", "b": "Refund"}}, readings={"offer": {}})
    assert (
        read_column(Column("a", "A", Kind.CHOICE, choices="offer"), ["x"], titles).bad[0].hint
        == "choose one of: Refund, no return; Refund"
    )


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        (Column("a", "A"), 12345678901234567890, "K313"),
        (Column("a", "A"), 1.2345678901234567e19, "K313"),
        (Column("a", "A", Kind.MONEY), 1.7e308, "K309"),
        (Column("a", "A", Kind.MONEY), float(10**300), "K309"),
        (Column("a", "A", Kind.INTEGER), "1e400", "K309"),
        (Column("a", "A", Kind.DATE), "31/02/2026", "K302"),
        (Column("a", "A", Kind.DATE), "03/04/2026", "K303"),
        (Column("a", "A", Kind.DATE), True, "K302"),
        (Column("a", "A", Kind.DATE), 199.0, "K302"),
        (Column("a", "A", Kind.MONEY), "cheap", "K301"),
        (Column("a", "A", Kind.INTEGER), 2.5, "K301"),
        (Column("a", "A", Kind.MONEY, minimum=0), -1.0, "K309"),
        (Column("a", "A", Kind.PERCENT, maximum=1), 50.0, "K309"),
        (Column("a", "A", Kind.CHOICE, choices="colour"), "blue", "K304"),
        (Column("a", "A", Kind.CURRENCY), "$", "K311"),
        (Column("a", "A", Kind.TEXT), ErrorValue("#REF!"), "K306"),
        (Column("a", "A", Kind.YESNO), "maybe", "K304"),
    ],
)
def test_a_cell_that_cannot_be_read_says_what_is_there_and_how_to_write_it(
    column: Column, cell: object, code: str
) -> None:
    problem = read_column(column, [cell], TITLES).bad[0]  # type: ignore[list-item]
    assert problem.code == code and problem.hint
    assert str(cell) in problem.message or isinstance(cell, bool | float)


def test_blank_formula_and_error_cells_are_kept_apart() -> None:
    cells = [None, "", "  ", FormulaCell("A1", None, False), FormulaCell("A1", 5.0, True), FormulaCell("A1", "", True)]
    read = read_column(Column("a", "A", Kind.NUMBER), cells, TITLES)
    assert read.values == [None, None, None, None, 5.0, None]
    assert read.unknown == {3} and not read.bad


def test_choices_are_keys_inside_and_titles_outside() -> None:
    column = Column("a", "A", Kind.CHOICE, choices="colour")
    assert [parser(column, TITLES)(text) for text in ("Red", "RED ", "红")] == ["red"] * 3
    assert encoder(column, TITLES)("red") == "Red"
    assert parser(Column("a", "A", Kind.CHOICE, choices="colour", open_choices=True), TITLES)("Teal ") == "Teal"
    with pytest.raises(Unreadable):
        parser(column, TITLES)("teal")


def test_yes_and_no_are_booleans_inside() -> None:
    column = Column("a", "A", Kind.YESNO)
    assert [parser(column, TITLES)(value) for value in ("Yes", "是", True, 0, "no")] == [True, True, True, False, False]
    assert encoder(column, TITLES)(False) == "No"


def test_numbers_in_a_text_column_read_as_they_look() -> None:
    assert [parser(Column("a", "A"), TITLES)(value) for value in (12345.0, 1.5, "0012")] == ["12345", "1.5", "0012"]


@pytest.mark.parametrize("kind", [Kind.DATE, Kind.DATETIME])
@pytest.mark.parametrize("day", [date(1899, 12, 30), datetime(1899, 12, 31, 8), date(1, 1, 1), date(9999, 12, 31)])
def test_a_day_outside_the_range_of_the_trade_is_none_in_a_format_that_has_dates_either(day: date, kind: Kind) -> None:
    with pytest.raises(Unreadable) as refused:
        parser(Column("day", "Day", kind), TITLES)(day)
    assert refused.value.code == "K302"
