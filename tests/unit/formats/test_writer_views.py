"""New views: blocks where the layout says, charts over them, links only where they lead somewhere."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest

from kakosheet.core.newbook import NewBook
from kakosheet.formats.palette import INKS, LOOKS, TABS, TONES, Style
from kakosheet.formats.plan.widths import characters, title_width
from kakosheet.formats.xlsx.writer import write_workbook


@pytest.fixture(scope="module")
def data(new_book: Any) -> bytes:
    return write_workbook(new_book())


@pytest.fixture(scope="module")
def read(data: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(data))


def members(data: bytes, start: str) -> dict[str, str]:
    with ZipFile(BytesIO(data)) as package:
        return {name: package.read(name).decode() for name in package.namelist() if name.startswith(start)}


def test_block_values_stand_below_their_headers(read: Any) -> None:
    board = read["Board"]
    assert [board.cell(row, 15).value for row in (10, 11, 12)] == ["Who", "深圳优品电子旗舰店", "株式会社ミドリ堂"]
    assert board["B5"].value == "Late" and board["B6"].value.startswith("=COUNTIF('Tasks & more'!$C$4:$C$1048576")
    assert board["O15"].value is None


def test_charts_draw_the_blocks_and_say_what_they_show(data: bytes) -> None:
    charts = members(data, "xl/charts/chart")
    assert len(charts) == 4
    assert "Board!$P$11:$P$16" in charts["xl/charts/chart1.xml"]
    assert all("A chart of numbers" in xml for xml in members(data, "xl/drawings/drawing").values())


def test_error_bars_carry_their_lengths_also_for_programs_that_do_not_compute(data: bytes) -> None:
    xml = members(data, "xl/charts/chart1")["xl/charts/chart1.xml"]
    plus = re.search(r"<c:plus>(.*?)</c:plus>", xml, re.S)
    assert plus and "Board!$R$11:$R$16" in plus[1] and "<c:v>0.2</c:v>" in plus[1]


def test_the_axis_reaches_the_end_of_the_intervals_by_a_series_that_nobody_sees(data: bytes) -> None:
    xml = members(data, "xl/charts/chart1")["xl/charts/chart1.xml"]
    last = xml.split("<c:ser>")[-1]
    assert "Board!$S$11:$S$16" in last and "<a:noFill/>" in last and "<c:legend>" not in xml


def test_every_lying_bar_has_its_label_on_one_line(data: bytes) -> None:
    """Level labels are broken into lines by LibreOffice, and some left out; Excel leaves some out unless told to skip none."""
    for name, xml in members(data, "xl/charts/chart").items():
        axis = re.search(r"<c:catAx>.*?</c:catAx>", xml, re.S)
        lying = 'barDir val="bar"' in xml
        assert axis is None or (
            ('<c:tickLblSkip val="1"/>' in axis[0], '<a:bodyPr rot="1" vert="horz"/>' in axis[0]) == (lying, lying)
        ), name


def test_texts_and_links_of_sheets_that_are_shown(read: Any) -> None:
    start = read["Start"]
    assert start["B4"].value == "Hello" and start["B5"].value == '=HYPERLINK("#_kako_go_people","The people")'
    assert [start.cell(row, 2).value for row in (8, 9, 10)] == [
        f'=HYPERLINK("#_kako_go_{key}","{title}")'
        for key, title in (("tasks", "Tasks & more"), ("people", "People"), ("board", "Board"))
    ]


def test_a_line_keeps_its_words_when_its_sheet_is_hidden(new_book: Any) -> None:
    start = openpyxl.load_workbook(BytesIO(write_workbook(new_book(visible=("start", "board")))))["Start"]
    assert (start["B4"].value, start["B5"].value, start["B6"].value) == (None, "The people", None)
    assert [start.cell(row, 2).value for row in (8, 9)] == ['=HYPERLINK("#_kako_go_board","Board")', None]


def test_names_of_live_cells_point_at_the_lists_sheet(read: Any) -> None:
    ((title, address),) = read.defined_names["_kako_today"].destinations
    assert title == "Lists" and read[title][address].value == "=IF(1=0,TODAY(),DATE(2026,11,21))"
    assert read["Lists"].sheet_state == "hidden"


def test_a_view_is_printed_on_one_page(read: Any) -> None:
    board = read["Board"]
    assert board.print_area == "'Board'!$A$1:$M$40" and board.page_setup.orientation == "portrait"
    assert (board.page_setup.fitToWidth, board.page_setup.fitToHeight) in ((1, 1), (None, None))


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_all_texts_can_be_read_on_their_fill() -> None:
    shown = [style for style in LOOKS.values() if style.numbers != ";;;"]
    assert min(contrast(style.colour, style.fill or "FFFFFF") for style in shown) >= 4.5
    assert min(contrast(tone.colour, tone.fill or "F3F5F7") for tone in TONES.values()) >= 4.4


def test_series_can_be_seen_on_white() -> None:
    """WCAG 2.2, 1.4.11: 3:1. The pale bars under intervals lead nobody: the intervals do."""
    assert min(contrast(colour, "FFFFFF") for ink, colour in INKS.items() if ink != "pale") >= 3


def test_every_tab_colour_is_a_role() -> None:
    assert set(TABS) == {"start", "prevention", "handling", "review", "settings"}
    assert isinstance(LOOKS["tile_bad"], Style)


@pytest.mark.parametrize(("title", "width"), [("ID", 2.2), ("What went wrong", 9.9), ("出了什么问题", 1.9 * 3 * 1.1)])
def test_a_title_needs_two_lines_at_most(title: str, width: float) -> None:
    assert title_width(title) == pytest.approx(width)


def test_wide_characters_count_nearly_twice() -> None:
    assert characters("ab表") == pytest.approx(3.9)


def test_a_book_without_values_can_be_written(new_book: Any) -> None:
    book: NewBook = new_book(tables={})
    assert openpyxl.load_workbook(BytesIO(write_workbook(book)))["Board"]["O11"].value is None
