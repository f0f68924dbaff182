"""Whatever an export holds, importing it twice is importing it once, and nothing that stands is changed."""

from __future__ import annotations

import csv
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kakosheet.book.merging import plan_import
from kakosheet.core.issues import KakosheetError
from kakosheet.core.table import Table
from kakosheet.core.titles import Titles
from kakosheet.formats import look, read
from kakosheet.importers import ImportedRow, ImportedRows, Workbooks, read_rows, shipped_map
from kakosheet.sheets import SCHEMA

PURCHASES = SCHEMA.tables["purchases"]
WORDS = st.sampled_from(["Lamp", "lamp", "ＬＡＭＰ", "台灯", "Cup"])
ROWS = st.lists(
    st.fixed_dictionaries(
        {"item": WORDS},
        optional={
            "seller": st.sampled_from(["Lux", "广州"]),
            "price": st.sampled_from([1.0, 2.5]),
            "platform": st.sampled_from(["ebay", "taobao"]),
            "order_no": st.sampled_from(["A1", "a1", "007", "7"]),
            "line_no": st.integers(1, 3),
        },
    ),
    max_size=12,
)


def standing(rows: list[dict[str, Any]]) -> Table:
    table = Table.empty(PURCHASES)
    for number, row in enumerate(rows, 4):
        table.append({"id": f"P-{number:04}", **row})
        table.rows[-1] = number
    return table


def laid(table: Table, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    imported = ImportedRows(
        "purchases", "export.csv", [ImportedRow(line, dict(row)) for line, row in enumerate(rows, 2)]
    )
    return plan_import(table, imported, Titles("en")).rows


@given(ROWS)
def test_importing_twice_is_importing_once(rows: list[dict[str, Any]]) -> None:
    first = laid(standing([]), rows)
    assert laid(standing(first), rows) == []


@given(ROWS, ROWS)
def test_what_stands_is_never_changed(typed: list[dict[str, Any]], rows: list[dict[str, Any]]) -> None:
    table = standing(typed)
    before = deepcopy(table.columns)
    laid(table, rows)
    assert table.columns == before


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=300)
    | st.text(max_size=200).map(lambda text: ("Item;Price;订单号\n" + text).encode("utf-8", "surrogatepass"))
)
@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".ods"])
def test_any_bytes_are_read_or_refused_in_words(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"export{suffix}"
    path.write_bytes(content)
    try:
        result = read_rows(path, shipped_map("generic"), PURCHASES, Titles("en"), Workbooks(read, look))
    except KakosheetError as error:
        assert error.message
    else:
        assert all(row.values for row in result.rows)


VISIBLE = st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Cf"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.text(VISIBLE, min_size=1, max_size=30), min_size=1, max_size=8),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
)
def test_text_comes_back_as_it_was(tmp_path: Path, items: list[str], delimiter: str, encoding: str) -> None:
    path = tmp_path / "export.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(["Item", "Order no.", "Price"])
        writer.writerows([item, "0012", "5"] for item in items)
    result = read_rows(path, shipped_map("generic"), PURCHASES, Titles("en"), Workbooks(read, look))
    assert [row.values for row in result.rows] == [{"item": item, "order_no": "0012", "price": 5.0} for item in items]
