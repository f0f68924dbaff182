"""A new .ods: a well-formed package, names on header cells, live rules, drop-downs, and nothing of people's that becomes a formula or markup."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from itertools import pairwise
from typing import Any
from zipfile import ZIP_STORED, ZipFile

import pytest

from kakosheet.core import seal
from kakosheet.core.address import MAX_ROW, column_letters
from kakosheet.core.issues import KakosheetError
from kakosheet.core.newbook import NewBook
from kakosheet.core.schema import Owner
from kakosheet.formats.ods.write.numbers import parse, shown
from kakosheet.formats.ods.write.xml import clean
from kakosheet.formats.ods.writer import write_workbook
from kakosheet.formats.palette import LANE, LANE_TEXT, MONEY, NUMBERS, RATE, ROW_TINT, USER_TEXT, WHITE, WHOLE_MONEY
from tests.unit.formats.conftest import HOSTILE
from tests.unit.formats.opened import Opened, full, given

TASKS = "Tasks & more"


@pytest.fixture(scope="module")
def book(new_book: Any) -> NewBook:
    made: NewBook = new_book()
    return made


@pytest.fixture(scope="module")
def data(book: NewBook) -> bytes:
    return write_workbook(book)


@pytest.fixture(scope="module")
def read(data: bytes) -> Opened:
    return Opened(data)


def at(book: NewBook, key: str) -> int:
    """Where a column of the tasks stands."""
    return [column.key for column in book.schema.tables["tasks"].columns].index(key) + 1


def formulas(read: Opened) -> list[str]:
    name = full("table:formula")
    return [element.attrib[name] for element in read.part().iter() if name in element.attrib]


# -- the package --------------------------------------------------------------------------------------------------------------


def test_the_media_type_is_first_and_not_compressed(data: bytes) -> None:
    first = ZipFile(BytesIO(data)).infolist()[0]
    assert (first.filename, first.compress_type, first.extra) == ("mimetype", ZIP_STORED, b"")
    assert data[38:84] == b"application/vnd.oasis.opendocument.spreadsheet"


def test_every_part_is_well_formed_and_in_the_manifest(read: Opened) -> None:
    names = [name for name in read.package.namelist() if name.endswith(".xml")]
    for name in names:
        read.part(name)
    listed = {given(entry, "manifest:full-path") for entry in read.all("manifest:file-entry", "META-INF/manifest.xml")}
    assert listed == {
        "/",
        *(name for name in names if name != "META-INF/manifest.xml"),
        *(f"Object {n}/" for n in (1, 2, 3, 4)),
    }


def test_the_same_book_gives_the_same_bytes(new_book: Any, data: bytes) -> None:
    assert write_workbook(new_book()) == data


def test_properties_keep_their_types_and_the_time_of_creation_is_the_one_given(read: Opened) -> None:
    own = {
        given(p, "meta:name"): (given(p, "meta:value-type"), p.text) for p in read.all("meta:user-defined", "meta.xml")
    }
    assert own == {"kakosheet.id": ("string", "demo"), "kakosheet.schema": ("float", "1")}
    assert read.all("meta:creation-date", "meta.xml")[0].text == datetime(2026, 11, 21).isoformat()


def test_only_sheets_of_the_profile_are_shown(new_book: Any) -> None:
    read = Opened(write_workbook(new_book(visible=("people", "start"))))
    shown_ = [
        given(table, "table:name")
        for table in read.all("table:table")
        if read.style(given(table, "table:style-name"))["display"] == "true"
    ]
    assert shown_ == ["People", "Start"]
    active = next(
        item.text
        for item in read.all("config:config-item", "settings.xml")
        if given(item, "config:name") == "ActiveTable"
    )
    assert active == "People"


def test_no_link_leads_to_a_hidden_sheet(new_book: Any) -> None:
    read = Opened(write_workbook(new_book(visible=("people", "board"), home="start")))
    name = full("table:formula")
    assert not any(
        "HYPERLINK" in element.get(name, "") for sheet in ("People", "Board") for element in read.table(sheet).iter()
    )


# -- names --------------------------------------------------------------------------------------------------------------------


def test_every_header_cell_has_its_name(book: NewBook, read: Opened) -> None:
    names = {
        given(name, "table:name"): given(name, "table:cell-range-address") for name in read.all("table:named-range")
    }
    for column in (*book.schema.tables["tasks"].columns,):
        place = at(book, column.key)
        assert names[f"_kako_tasks_{column.key}"] == f"$'Tasks & more'.${column_letters(place)}$3"
        assert read.text(TASKS, 3, place) == column.title
    assert names["_kako_tasks_seal"] == "$'Tasks & more'.$P$3" and read.text(TASKS, 3, 16) == "Seal"
    assert names["_kako_rates_high"] == "$Board.$S$10" and read.text("Board", 10, 19) == "Upper end"
    assert names["_kako_go_people"] == "$People.$A$1"


def test_named_cells_and_lists_stand_on_the_hidden_sheet(read: Opened) -> None:
    names = {
        given(name, "table:name"): given(name, "table:cell-range-address") for name in read.all("table:named-range")
    }
    assert names["_kako_today"] == "$Lists.$B$2" and names["list_colour"] == "$Lists.$E$2:.$E$3"
    cell = read.cell("Lists", 2, 2)
    assert (
        given(cell, "table:formula") == "of:=IF(1=0;TODAY();DATE(2026;11;21))"
        and given(cell, "office:date-value") == "2026-11-21"
    )
    people = next(name for name in read.all("table:named-expression") if given(name, "table:name") == "list_of_people")
    assert given(people, "table:expression").startswith("[$People.$A$4]:INDEX([$People.$A$4:.$A$1048576];MAX(1;COUNTA(")


# -- cells --------------------------------------------------------------------------------------------------------------------


def test_nothing_that_people_typed_is_a_formula(book: NewBook, read: Opened) -> None:
    for i, text in enumerate(HOSTILE):
        cell = read.cell(TASKS, 4 + i, at(book, "name"))
        assert given(cell, "office:value-type") == "string" and full("table:formula") not in cell.attrib
        assert read.text(TASKS, 4 + i, at(book, "name")) == clean(text).replace("\t", "")
    assert not any("http://x" in formula or "SUM(A1)" in formula for formula in formulas(read))


def test_what_xml_cannot_hold_is_made_harmless_and_white_space_is_kept(new_book: Any) -> None:
    book = new_book(3)
    book.tables["tasks"].columns["name"][:] = ["a  b ", "one\r\ntwo\tthree", '\x00\udc00<&>"']
    cells = [Opened(write_workbook(book)).cell(TASKS, 4 + i, 2) for i in range(3)]
    assert [element.tag for element in cells[0].iter()][2:] == [full("text:s")] * 2
    assert ["".join(p.itertext()) for p in cells[1].iter(full("text:p"))] == ["one", "twothree"]
    assert "".join(cells[2].itertext()) == '��<&>"'


def test_formulas_have_the_value_that_they_give_now(book: NewBook, read: Opened) -> None:
    states = book.tables["tasks"].columns["state"]
    for i, state in enumerate(states):
        cell = read.cell(TASKS, 4 + i, at(book, "state"))
        assert given(cell, "table:formula").startswith(f'of:=IF([.F{4 + i}]<>"";"Done";IF([.E{4 + i}]="";"";')
        assert (
            given(cell, "office:value-type") == "string"
            and read.text(TASKS, 4 + i, at(book, "state")) == state.capitalize()
        )


def test_a_formula_that_gives_nothing_says_so(new_book: Any) -> None:
    book = new_book(2)
    book.tables["tasks"].columns["state"][0] = None
    cell = Opened(write_workbook(book)).cell(TASKS, 4, at(book, "state"))
    assert (given(cell, "office:value-type"), cell.get(full("office:string-value"))) == ("string", "")


def test_values_have_their_types_and_show_as_they_are_formatted(book: NewBook, read: Opened) -> None:
    kinds = {key: read.cell(TASKS, 4, at(book, key)) for key in ("due", "cost", "rate", "share", "urgent", "id")}
    assert (
        given(kinds["due"], "office:date-value") == "2026-11-19T09:30:00"
        and read.text(TASKS, 4, at(book, "due")) == "2026-11-19 09:30"
    )
    assert given(kinds["cost"], "office:value") == "1234.5" and read.text(TASKS, 4, at(book, "cost")) == "1,234.50"
    assert given(kinds["rate"], "office:value-type") == "percentage" and read.text(TASKS, 4, at(book, "rate")) == "8.1%"
    assert given(kinds["share"], "office:value") == "0.0" and given(kinds["urgent"], "office:value-type") == "string"


def test_links_are_formulas_that_survive_sorting(read: Opened) -> None:
    formula = given(read.cell("People", 4, 3), "table:formula")
    assert formula.startswith(
        'of:=HYPERLINK("#"&SUBSTITUTE(CELL("address";INDEX([$\'Tasks & more\'.$A$4:.$A$1048576];MATCH("T-0001";'
    )
    assert read.text("People", 4, 3) == "T-0001"


def test_a_text_longer_than_a_cell_is_refused_and_not_cut(new_book: Any) -> None:
    book = new_book(2)
    book.tables["tasks"].columns["name"][1] = "長" * 32_768
    with pytest.raises(KakosheetError) as stopped:
        write_workbook(book)
    assert stopped.value.code == "K310" and "Tasks & more!B5" in stopped.value.message


def test_rows_are_sealed_as_a_refresh_would_seal_them(book: NewBook, read: Opened) -> None:
    tools = [column.key for column in book.schema.tables["tasks"].columns if column.owner is Owner.TOOL]
    version, digests = seal.parts(read.text(TASKS, 4, 16), 1, len(tools)) or ("", [])
    assert (
        version
        and digests[tools.index("rate")] == seal.digest("0.0812")
        and digests[tools.index("key")] == seal.digest("k0")
    )


def test_number_formats_of_the_house_are_all_known() -> None:
    for code in (*NUMBERS.values(), RATE, WHOLE_MONEY, '"■ "@'):
        parse(code)
    assert (shown(MONEY)(-1234.5), shown(WHOLE_MONEY)(1e6), shown("#,##0.##_ ")(2.50), shown("#,##0.##_ ")(3.0)) == (
        "-1,234.50",
        "1,000,000",
        "2.5",
        "3",
    )
    with pytest.raises(ValueError, match="number format"):
        parse("0;[Red]0")


# -- registers ----------------------------------------------------------------------------------------------------------------


def test_no_format_has_two_texts_side_by_side(read: Opened) -> None:
    styles = [
        style
        for kind in ("number", "percentage", "date", "text")
        for style in read.all(f"number:{kind}-style", "styles.xml")
    ]
    assert any(said.text == "% " for style in styles for said in style)
    assert not [
        style
        for style in styles
        for one, other in pairwise(style)
        if one.tag == other.tag and one.tag.endswith("}text")
    ]


def test_every_sheet_reaches_the_last_row(read: Opened) -> None:
    for table in read.all("table:table"):
        if given(table, "table:name") != "local-table":
            first, (_, count) = list(read.rows(given(table, "table:name")).items())[-1]
            assert first + count - 1 == MAX_ROW


def test_lanes_are_grey_and_cells_of_people_blue_on_white(book: NewBook, read: Opened) -> None:
    columns = read.columns(TASKS)
    for i, column in enumerate(book.schema.tables["tasks"].columns):
        style = read.style(given(columns[i], "table:default-cell-style-name"))
        wanted = (WHITE, USER_TEXT) if column.owner is Owner.USER else (LANE, None)
        assert style["background-color"] == f"#{wanted[0]}"
        if wanted[1]:
            assert style["color"] == f"#{wanted[1]}"
    assert read.style(given(columns[0], "table:default-cell-style-name"))["color"] == f"#{LANE_TEXT}"


def test_every_drop_down_has_its_list(read: Opened) -> None:
    rules = {given(rule, "table:name"): rule for rule in read.all("table:content-validation")}
    names = {
        given(name, "table:name") for tag in ("table:named-range", "table:named-expression") for name in read.all(tag)
    }
    conditions = {given(rule, "table:condition") for rule in rules.values()} - {""}
    assert conditions == {
        f"of:cell-content-is-in-list({name})" for name in ("list_of_people", "list_colour", "list_size", "list_yes_no")
    }
    assert {condition[27:-1] for condition in conditions} <= names
    asks = {
        given(rule, "table:condition")[27:-1]: given(rule.find(full("table:error-message")), "table:display")  # type: ignore[arg-type]
        for rule in rules.values()
        if given(rule, "table:condition")
    }
    assert asks == {"list_of_people": "false", "list_colour": "false", "list_size": "true", "list_yes_no": "true"}
    assert {given(rule, "table:message-type") for rule in read.all("table:error-message")} == {"warning"}


@pytest.mark.parametrize("row", [4, 17, 5_000, MAX_ROW])
def test_drop_downs_reach_the_last_row(book: NewBook, read: Opened, row: int) -> None:
    rules = {given(rule, "table:name"): given(rule, "table:condition") for rule in read.all("table:content-validation")}
    used = rules[given(read.cell(TASKS, row, at(book, "person")), "table:content-validation-name")]
    assert used == "of:cell-content-is-in-list(list_of_people)"


def test_header_cells_tell_what_a_column_is(read: Opened) -> None:
    rules = {given(rule, "table:name"): rule for rule in read.all("table:content-validation")}
    rule = rules[given(read.cell(TASKS, 3, 2), "table:content-validation-name")]
    help_ = rule.find(full("table:help-message"))
    assert help_ is not None and given(help_, "table:title") == "Name"
    assert "".join(help_.itertext()) == "What is to be done, for example: call. You fill this in."


def test_the_table_can_be_filtered_and_its_rows_repeat_in_print(read: Opened) -> None:
    ranges = {given(r, "table:name"): r for r in read.all("table:database-range")}
    assert given(ranges["kako_tasks"], "table:target-range-address") == "'Tasks & more'.A3:'Tasks & more'.P16"
    assert given(ranges["kako_tasks"], "table:display-filter-buttons") == "true"
    repeated = read.table(TASKS).find(full("table:table-header-rows"))
    assert repeated is not None and len(repeated) == 2


def test_panes_are_frozen_below_the_header_and_after_the_state(read: Opened) -> None:
    entries = {
        given(entry, "config:name"): {given(item, "config:name"): item.text for item in entry}
        for entry in read.all("config:config-item-map-entry", "settings.xml")
    }
    view = entries[TASKS]
    assert (
        view["HorizontalSplitMode"],
        view["HorizontalSplitPosition"],
        view["VerticalSplitPosition"],
        view["ShowGrid"],
    ) == ("2", "3", "3", "false")


def test_a_closed_band_leaves_one_column_to_open_it_by(book: NewBook, read: Opened) -> None:
    group = read.table(TASKS).find(full("table:table-column-group"))
    assert group is not None and given(group, "table:display") == "false" and len(list(group)) == 5
    columns = read.columns(TASKS)
    assert (
        given(columns[at(book, "colour") - 1], "table:visibility") == ""
        and read.text(TASKS, 2, at(book, "colour")) == "MORE OF IT"
    )
    assert all(given(columns[i], "table:visibility") == "collapse" for i in range(at(book, "size") - 1, 16))


# -- live colours -------------------------------------------------------------------------------------------------------------


def test_conditional_styles_have_the_columns_style_as_parent_and_name_all_its_properties(
    book: NewBook, read: Opened
) -> None:
    columns = read.columns(TASKS)
    own = {column_letters(i): given(column, "table:default-cell-style-name") for i, column in enumerate(columns, 1)}
    checked = 0
    for block in read.table(TASKS).iter(full("calcext:conditional-format")):
        letters = given(block, "calcext:target-range-address").split(".")[1].split("4")[0]
        for rule in block.iter(full("calcext:condition")):
            style = read.style(given(rule, "calcext:apply-style-name"))
            base = read.style(own[letters])
            assert style["parent"] == own[letters] and style.keys() >= base.keys()
            assert all(
                style[key] == base[key]
                for key in ("vertical-align", "text-align", "margin-left", "font-family", "font-size")
            )
            checked += 1
    assert checked > 20


def test_rules_reach_the_last_row_and_test_their_own_row(read: Opened) -> None:
    for block in read.table(TASKS).iter(full("calcext:conditional-format")):
        for address in given(block, "calcext:target-range-address").replace("'Tasks & more'.", "").split():
            assert address.split(":")[0].endswith("4") and address.endswith(str(MAX_ROW))
        for rule in block.iter(full("calcext:condition")):
            assert given(rule, "calcext:value").startswith("formula-is(") and "!" not in given(rule, "calcext:value")


def test_a_late_row_is_tinted_and_its_word_has_an_icon(read: Opened) -> None:
    rules = [
        rule
        for block in read.table(TASKS).iter(full("calcext:conditional-format"))
        for rule in block
        if "'Tasks & more'.C4" in given(block, "calcext:target-range-address")
    ]
    late = read.style(given(rules[0], "calcext:apply-style-name"))
    numbers = next(n for n in read.all("number:text-style", "styles.xml") if given(n, "style:name") == late["data"])
    assert "".join(numbers.itertext()) == "■ " and given(rules[0], "calcext:value") == 'formula-is([.$C4]="Late")'
    tinted = [read.style(given(rule, "calcext:apply-style-name")) for rule in read.all("calcext:condition")]
    assert any(style["background-color"] == f"#{ROW_TINT}" and style["color"] == f"#{USER_TEXT}" for style in tinted)


def test_shares_are_drawn_as_bars_from_nothing_to_all(read: Opened) -> None:
    bars = read.all("calcext:data-bar")
    assert [[given(end, "calcext:value") for end in bar] for bar in bars] == [["0", "1"]]


def test_a_bar_stands_beside_the_rules_of_its_column(read: Opened) -> None:
    """LibreOffice draws it in tinted and greyed rows too only if they are one format."""
    format_of_bar = next(
        block for block in read.all("calcext:conditional-format") if block.find(full("calcext:data-bar")) is not None
    )
    assert format_of_bar.find(full("calcext:condition")) is not None
