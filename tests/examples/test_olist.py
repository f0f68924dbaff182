"""The example on real orders: every order is there, and what the book computes is what pandas computes from the source."""

from __future__ import annotations

import importlib.util
import os
import sys
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

DATA = Path(os.environ.get("KAKOSHEET_DATA", "")) / "olist"
EXAMPLE = Path(__file__).parents[2] / "examples" / "olist.py"
AS_OF = date(2018, 10, 31)

pytestmark = pytest.mark.skipif(
    not os.environ.get("KAKOSHEET_DATA") or not DATA.is_dir(),
    reason="KAKOSHEET_DATA does not name a directory with the data set olist",
)

Tables = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def olist() -> ModuleType:
    spec = importlib.util.spec_from_file_location("olist_example", EXAMPLE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def built(olist: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    book, said = tmp_path_factory.mktemp("olist") / "book.xlsx", []
    olist.build(DATA, book, say=said.append)
    return book, said


@pytest.fixture(scope="module")
def tables(built: tuple[Path, list[str]]) -> Tables:
    import kakosheet

    return kakosheet.export(built[0])


@pytest.fixture(scope="module")
def source() -> Any:
    """The order lines straight from the files, joined here and not by the example."""
    import pandas as pd

    orders = pd.read_csv(
        DATA / "olist_orders_dataset.csv",
        parse_dates=["order_purchase_timestamp", "order_delivered_customer_date", "order_estimated_delivery_date"],
    )
    items = pd.read_csv(DATA / "olist_order_items_dataset.csv")
    reviews = pd.read_csv(DATA / "olist_order_reviews_dataset.csv", parse_dates=["review_creation_date"])
    return orders, items, reviews


def test_every_order_line_is_there_once(tables: Tables) -> None:
    rows = tables["purchases"]
    assert len(rows) == 4470
    assert len({row["order_no"] for row in rows}) == 3996
    assert len({(row["order_no"], row["line_no"]) for row in rows}) == 4470
    assert {row["currency"] for row in rows} == {"BRL"}


def test_the_example_finds_the_day_by_itself_and_says_each_step(
    olist: ModuleType, built: tuple[Path, list[str]]
) -> None:
    assert olist.end_of_data(DATA) == AS_OF
    assert any("4,470 rows" in line and "3,996 orders" in line for line in built[1])
    assert any("imported: 4,470 rows, 0 were there already" in line for line in built[1])
    assert any("2018Q3" in line for line in built[1])
    assert len(list(built[0].parent.glob("*review*.xlsx"))) == 4


def test_a_second_import_adds_nothing(built: tuple[Path, list[str]]) -> None:
    import kakosheet

    before = built[0].read_bytes()
    done = kakosheet.import_file(built[0], built[0].with_name("book-orders.csv"), today=AS_OF)
    assert (done["rows_imported"], done["same"], done["conflicts"]) == (0, 4470, 0)
    assert built[0].read_bytes() == before


def test_the_sums_of_the_lines_are_those_of_the_source(tables: Tables, source: Any) -> None:
    _, items, _ = source
    with_lines = set(items["order_id"])
    ours = sum(row["price"] for row in tables["purchases"] if row["order_no"] in with_lines)
    assert ours == pytest.approx(items["price"].sum(), abs=0.01)


def derived(source: Any) -> dict[str, tuple[str, date]]:
    """Problem and day noticed, by order: never delivered, late, or complained about."""
    orders, _, reviews = source
    found: dict[str, tuple[str, date]] = {}
    texts = reviews[(reviews["review_score"] <= 2) & reviews["review_comment_message"].notna()]
    for order, created in texts.groupby("order_id")["review_creation_date"].min().items():
        found[order] = ("not_as_described", created.date())
    for row in orders.itertuples():
        promised, came = row.order_estimated_delivery_date.date(), row.order_delivered_customer_date
        missed = date.fromordinal(promised.toordinal() + 1)
        if came == came and came.date() > promised:
            found[row.order_id] = ("delayed_delivery", missed)
        elif came != came and row.order_status not in ("delivered", "canceled", "unavailable") and promised < AS_OF:
            found[row.order_id] = ("not_received", missed)
    return {order: found_ for order, found_ in found.items() if found_[1] <= AS_OF}


def test_problems_are_marked_on_the_first_line_and_each_gives_one_dispute_with_dates(
    tables: Tables, source: Any
) -> None:
    expected = derived(source)
    marked = {
        row["order_no"]: (row["problem"], date.fromisoformat(row["noticed_on"]))
        for row in tables["purchases"]
        if row["problem"]
    }
    assert marked == expected
    assert {row["line_no"] for row in tables["purchases"] if row["problem"]} == {1}
    ids = {row["id"]: row["order_no"] for row in tables["purchases"]}
    assert sorted(ids[row["order"]] for row in tables["disputes"]) == sorted(expected)
    with_dates = {row["dispute"] for row in tables["deadlines"]}
    assert with_dates == {row["dispute_id"] for row in tables["disputes"]}


def test_sellers_are_scored_by_what_the_source_says(tables: Tables, source: Any) -> None:
    _, items, _ = source
    lines = items.groupby("seller_id").size().to_dict()
    first = items.sort_values("order_item_id").drop_duplicates("order_id").set_index("order_id")["seller_id"]
    problems = derived(source)
    disputes: dict[str, int] = {}
    for order in problems:
        if order in first.index:
            disputes[first[order]] = disputes.get(first[order], 0) + 1
    ours = {row["seller"]: row for row in tables["sellers"]}
    assert {name: row["orders"] for name, row in ours.items()} == lines
    assert {name: row["disputes"] or 0 for name, row in ours.items()} == {name: disputes.get(name, 0) for name in lines}
    assert all(row["score"] is not None for row in ours.values() if row["orders"] >= 5)


def test_the_dashboard_counts_types_and_quarters_as_pandas_does(tables: Tables, source: Any) -> None:
    import pandas as pd

    problems = pd.DataFrame(
        [(order, *pair) for order, pair in derived(source).items()], columns=["order", "type", "noticed"]
    )
    problems["noticed"] = pd.to_datetime(problems["noticed"])
    this_year = problems[problems["noticed"] >= "2018-01-01"]
    assert {row["type"]: row["count"] for row in tables["dashboard_types"]} == this_year[
        "type"
    ].value_counts().to_dict()
    opened = problems.groupby(pd.PeriodIndex(problems["noticed"], freq="Q")).size()
    quarters = pd.period_range(end="2018Q4", periods=8, freq="Q")
    assert [row["opened"] for row in tables["dashboard_quarters"]] == [
        int(opened.get(quarter, 0)) for quarter in quarters
    ]
    assert tables["dashboard_tiles"][0]["open"] == len(problems)


@pytest.fixture(scope="module")
def lines(source: Any) -> Any:
    """Order lines of the last four quarters, and whether they were disputed."""
    orders, items, _ = source
    lines = orders.merge(items, on="order_id", how="left")
    problems = derived(source)
    lines["disputed"] = lines["order_id"].isin(problems.keys()) & (lines["order_item_id"].fillna(1) == 1)
    return lines[
        (lines["order_purchase_timestamp"] >= "2018-01-01") & (lines["order_purchase_timestamp"] < "2018-11-01")
    ]


def test_the_dispute_rate_is_that_of_pandas(tables: Tables, lines: Any) -> None:
    import pandas as pd

    assert tables["dashboard_tiles"][0]["rate"] == pytest.approx(lines["disputed"].mean(), abs=0.0001)
    months = lines.groupby(pd.PeriodIndex(lines["order_purchase_timestamp"], freq="M"))["disputed"].mean()
    rows = [row for row in tables["dashboard_months"] if row["month"] >= "2018-01-01" and row["rate"] is not None]
    shown = {row["month"][:7]: row["rate"] for row in rows}
    assert shown == {str(month): pytest.approx(rate, abs=0.0001) for month, rate in months.items()}


def test_rates_by_seller_are_those_of_pandas(tables: Tables, lines: Any) -> None:
    sellers = lines.groupby("seller_id")["disputed"].agg(["size", "sum"])
    assert len(tables["dashboard_sellers"]) == 10
    for row in tables["dashboard_sellers"]:
        assert (row["of"], row["hits"]) == tuple(sellers.loc[row["seller"]])
        assert row["rate"] == pytest.approx(row["hits"] / row["of"], abs=0.0001)


def test_rates_by_category_are_those_of_pandas(tables: Tables, lines: Any) -> None:
    """A category is what the sheet understands its word as: several words of the source may be one."""
    understood = {(row["order_no"], row["line_no"]): row["category"] for row in tables["purchases"]}
    places = zip(lines["order_id"], lines["order_item_id"].fillna(1), strict=True)
    keys = [understood[order, int(line)] for order, line in places]
    categories = lines.assign(category=keys).groupby("category")["disputed"].agg(["size", "sum"])
    assert len(categories) > 40
    assert len(tables["dashboard_categories"]) == 10
    for row in tables["dashboard_categories"]:
        assert (row["of"], row["hits"]) == tuple(categories.loc[row["category"]])


def test_numbers_for_names_and_missing_reviews_are_no_obstacle(olist: ModuleType, tmp_path: Path) -> None:
    def write(name: str, *lines: str) -> None:
        (tmp_path / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")

    write(
        "olist_orders_dataset",
        "order_id,order_status,order_purchase_timestamp,order_delivered_carrier_date,order_delivered_customer_date,"
        "order_estimated_delivery_date",
        "0001,delivered,2018-05-01 10:00:00,,2018-06-20 10:00:00,2018-06-01 00:00:00",
        "0002,shipped,2018-05-02 10:00:00,,,2018-06-01 00:00:00",
        "0003,delivered,,,,",
    )
    write(
        "olist_order_items_dataset",
        "order_id,order_item_id,product_id,seller_id,price",
        "0001,1,07,01,10.5",
        "0001,2,08,02,4",
    )
    write("olist_order_payments_dataset", "order_id,payment_value", "0002,9")
    write("olist_products_dataset", "product_id,product_category_name", "07,", "08,")
    write("product_category_name_translation", "product_category_name,product_category_name_english")
    write(
        "olist_order_reviews_dataset",
        "order_id,review_score,review_comment_message,review_creation_date,review_answer_timestamp",
    )
    rows = olist.joined(tmp_path)
    assert olist.end_of_data(tmp_path) == date(2018, 6, 30)
    assert sorted(rows["Order no."]) == ["0001", "0001", "0002", "0003"] and set(rows["Seller"].dropna()) == {
        "01",
        "02",
    }
    assert dict(zip(rows["Order no."], rows["Problem?"], strict=True))["0002"] == "not_received"
