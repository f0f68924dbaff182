"""The maps that we ship fit the workbook that we ship."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from kakosheet.core.schema import Owner
from kakosheet.core.titles import Titles, fold
from kakosheet.formats import look, read
from kakosheet.importers import Workbooks, check_map, read_rows, shipped_map, shipped_maps
from kakosheet.policy import resources
from kakosheet.sheets.purchases.columns import SHEET

PURCHASES = SHEET.tables[0]


@pytest.mark.parametrize("name", shipped_maps())
def test_every_shipped_map_fits_its_table(name: str) -> None:
    check_map(shipped_map(name), PURCHASES, name)


@pytest.mark.parametrize("name", shipped_maps())
def test_no_header_of_a_map_stands_for_two_columns(name: str) -> None:
    headers = [fold(header) for column in shipped_map(name).columns.values() for header in column.header]
    assert len(headers) == len(set(headers))


def test_the_generic_map_knows_the_headers_of_our_own_sheet_in_every_language() -> None:
    columns = shipped_map("generic").columns
    chinese = tomllib.loads(resources.open_text("titles/zh/purchases.toml"))["columns"]
    for column in PURCHASES.columns:
        if column.owner is Owner.USER:
            known = {fold(header) for header in columns[column.key].header}
            assert {fold(column.title), fold(chinese[column.key])} <= known, column.key


def test_a_chinese_export_is_read_by_the_generic_map(tmp_path: Path) -> None:
    path = tmp_path / "订单.csv"
    path.write_bytes(
        "订单编号,宝贝标题,店铺名称,实付款,订单创建时间,运单号\n"
        "0012345678901234567,台灯,广州灯具,￥129.90,2026/2/3 10:00,SF100\n".encode("gb18030")
    )
    result = read_rows(path, shipped_map("generic"), PURCHASES, Titles("zh"), Workbooks(read, look))
    assert [row.values for row in result.rows] == [
        {
            "item": "台灯",
            "seller": "广州灯具",
            "price": 129.9,
            "bought_on": result.rows[0].values["bought_on"],
            "order_no": "0012345678901234567",
            "tracking": "SF100",
        }
    ]
    assert not result.issues
