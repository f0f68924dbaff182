"""Views of a new .ods: blocks where they belong, charts over them, print set-up, white to the edge."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

import pytest

from kakosheet.formats.ods.write.numbers import data_style
from kakosheet.formats.ods.write.xml import paragraphs
from kakosheet.formats.ods.writer import write_workbook
from kakosheet.formats.palette import INKS, WHITE
from tests.unit.formats.opened import Opened, full, given


@pytest.fixture(scope="module")
def read(new_book: Any) -> Opened:
    return Opened(write_workbook(new_book()))


def chart(read: Opened, number: int) -> Element:
    return next(read.part(f"Object {number}/content.xml").iter(full("chart:chart")))


def chart_style(read: Opened, number: int, element: Element) -> dict[str, str]:
    for style in read.all("style:style", f"Object {number}/content.xml"):
        if given(style, "style:name") == given(element, "chart:style-name"):
            return {key.partition("}")[2]: value for properties in style for key, value in properties.attrib.items()}
    raise KeyError


def test_block_values_stand_below_their_headers(read: Opened) -> None:
    assert [read.text("Board", row, 15) for row in (10, 11, 12)] == ["Who", "深圳优品电子旗舰店", "株式会社ミドリ堂"]
    assert read.text("Board", 11, 16) == "30.0%" and given(read.cell("Board", 11, 16), "office:value") == "0.3"
    assert given(read.cell("Board", 6, 2), "table:formula").startswith(
        "of:=COUNTIF([$'Tasks & more'.$C$4:.$C$1048576];\"Late\""
    )


def test_all_columns_of_a_view_are_white(read: Opened) -> None:
    styles = {given(column, "table:default-cell-style-name") for column in read.columns("Board")}
    assert {read.style(style)["background-color"] for style in styles} == {f"#{WHITE}"}


def test_a_number_that_is_bad_is_red_while_it_is_more_than_zero(read: Opened) -> None:
    rules = [rule for rule in read.all("calcext:condition") if given(rule, "calcext:value") == ">0"]
    assert [given(rule, "calcext:base-cell-address") for rule in rules] == ["Board.B6"]
    style = read.style(given(rules[0], "calcext:apply-style-name"))
    assert style["color"] == "#8C1D10" and style["font-size"] == "22pt"


def test_charts_are_anchored_to_their_cell_and_described(read: Opened) -> None:
    frame = next(read.cell("Board", 10, 2).iter(full("draw:frame")))
    assert frame.get(full("table:end-cell-address")) is None
    assert (
        next(frame.iter(full("svg:desc"))).text == "A chart of numbers"
        and next(frame.iter(full("svg:title"))).text == "Rate"
    )
    hrefs = [given(link, "xlink:href") for link in read.all("draw:object")]
    assert hrefs == [f"./Object {n}" for n in (1, 2, 3, 4)]
    assert all(f"{href[2:]}/content.xml" in read.package.namelist() for href in hrefs)


def test_a_chart_draws_the_cells_of_its_block(read: Opened) -> None:
    series = list(chart(read, 3).iter(full("chart:series")))
    assert [given(one, "chart:values-cell-range-address") for one in series] == [
        f"Board.{c}11:Board.{c}18" for c in "WXY"
    ]
    assert [given(one, "chart:label-cell-address") for one in series] == [f"Board.{c}10" for c in "WXY"]
    categories = next(chart(read, 3).iter(full("chart:categories")))
    assert given(categories, "table:cell-range-address") == "Board.V11:Board.V18"
    assert [chart_style(read, 3, one)["fill-color"] for one in series] == [f"#{INKS[ink]}" for ink in list(INKS)[:3]]


def test_intervals_have_lengths_from_cells_and_an_invisible_series_that_reaches_their_end(read: Opened) -> None:
    series = list(chart(read, 1).iter(full("chart:series")))
    interval = chart_style(read, 1, next(series[0].iter(full("chart:error-indicator"))))
    assert (interval["error-upper-range"], interval["error-lower-range"]) == (
        "Board.R11:Board.R16",
        "Board.Q11:Board.Q16",
    )
    reach = chart_style(read, 1, series[1])
    assert given(series[1], "chart:values-cell-range-address") == "Board.S11:Board.S16" and (
        reach["fill"],
        reach["stroke"],
    ) == ("none", "none")


def test_a_chart_keeps_its_own_copy_of_the_numbers(read: Opened) -> None:
    rows = [
        ["".join(cell.itertext()) for cell in row.iter(full("table:table-cell"))]
        for row in chart(read, 2).iter(full("table:table-row"))
    ]
    assert (
        rows[:3] == [["", "Count"], ["深圳优品电子旗舰店", "9"], ["株式会社ミドリ堂", "7"]]
        and len(rows) == 7
        and rows[6] == ["", ""]
    )


def test_every_lying_bar_has_its_label_on_one_line(read: Opened) -> None:
    """Broken into lines, labels would touch, and LibreOffice leave some of them out."""

    def broken(number: int) -> str:
        axis = next(one for one in chart(read, number).iter(full("chart:axis")) if given(one, "chart:dimension") == "x")
        return chart_style(read, number, axis)["line-break"]

    lying = [
        n
        for n in (1, 2, 3, 4)
        if given(chart(read, n), "chart:class") == "chart:bar"
        and "vertical" in chart_style(read, n, next(chart(read, n).iter(full("chart:plot-area"))))
    ]
    assert lying == [1, 2] and [broken(n) for n in lying] == ["false", "false"]


def test_a_legend_stands_only_where_there_are_series_to_tell_apart(read: Opened) -> None:
    assert [bool(list(chart(read, n).iter(full("chart:legend")))) for n in (1, 2, 3, 4)] == [False, False, True, True]


def test_a_view_is_printed_on_one_page_and_a_hidden_one_not_at_all(new_book: Any, read: Opened) -> None:
    assert given(read.table("Board"), "table:print-ranges") == "Board.A1:Board.M40"
    master = read.style(given(read.table("Board"), "table:style-name"))
    assert master["tab-color"] == "#2F6DA8"
    hidden = Opened(write_workbook(new_book(visible=("start",)))).table("Board")
    assert given(hidden, "table:print") == "false" and not given(hidden, "table:print-ranges")


def test_a_book_without_values_can_be_written(new_book: Any) -> None:
    read = Opened(write_workbook(new_book(tables={})))
    assert read.text("Board", 10, 15) == "Who" and read.text("Board", 11, 15) == ""


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("a b", "<text:p>a b</text:p>"),
        ("a   b", '<text:p>a <text:s text:c="2"/>b</text:p>'),
        (" a", "<text:p><text:s/>a</text:p>"),
        ("a\n\nb", "<text:p>a</text:p><text:p></text:p><text:p>b</text:p>"),
        ("a\tb", "<text:p>a<text:tab/>b</text:p>"),
        ('<&"', "<text:p>&lt;&amp;&quot;</text:p>"),
        ("  ", '<text:p><text:s text:c="2"/></text:p>'),
    ],
)
def test_white_space_and_markup_stay_text(text: str, markup: str) -> None:
    assert paragraphs(text) == markup


@pytest.mark.parametrize(
    ("code", "tests", "pieces"),
    [
        ('[<=1]0%;""', ["value()<=1"], ["percentage-style", "number-style"]),
        ('[=0]0;[<1]"";#,##0', ["value()=0", "value()<1"], ["number-style", "number-style", "number-style"]),
    ],
)
def test_a_format_with_tests_is_one_style_for_each_section(code: str, tests: list[str], pieces: list[str]) -> None:
    from xml.etree import ElementTree

    spaces = 'xmlns:number="n" xmlns:style="s" xmlns:fo="f"'
    found = ElementTree.fromstring(f"<all {spaces}>{data_style('N1', code)}</all>")
    assert [one.tag.removeprefix("{n}") for one in found] == pieces
    assert [one.get("{s}condition") for one in found.iter("{s}map")] == tests
    assert [one.get("{s}apply-style-name") for one in found[-1].iter("{s}map")] == [
        one.get("{s}name") for one in found[:-1]
    ]
