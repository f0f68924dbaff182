"""Real orders in a workbook: joins a marketplace data set in the shape of Olist's, imports it and has it computed.

    python examples/olist.py DATA_DIR BOOK.xlsx [--as-of 2018-10-31]

DATA_DIR holds olist_orders_dataset.csv, olist_order_items_dataset.csv, olist_order_payments_dataset.csv, olist_products_dataset.csv,
olist_order_reviews_dataset.csv and product_category_name_translation.csv. Beside BOOK.xlsx are written the export that was joined from them
(BOOK-orders.csv) and the reviews of the last quarters.

The data set has no disputes. They are derived, and only so to be read: an order that came late or never, or one that its buyer gave one or
two stars with a text, is marked on its first line by Problem? and Noticed on.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd

import kakosheet

TEXTS = (
    "order_id",
    "product_id",
    "seller_id",
    "product_category_name",
    "product_category_name_english",
    "review_comment_message",
)
"""Columns that stay as they are written, also where a file has nothing but digits or nothing at all in them."""
GONE = ("canceled", "unavailable")
"""Orders that nobody waits for any more."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Import a data set in the shape of Olist's into a new workbook.")
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("book", type=Path)
    parser.add_argument(
        "--as-of", type=date.fromisoformat, help="the day to compute for; by default the end of the data's last month"
    )
    arguments = parser.parse_args()
    build(arguments.data_dir, arguments.book, arguments.as_of, say=print)


def build(
    data_dir: Path, book: Path, as_of: date | None = None, *, say: Callable[[str], object] = lambda line: None
) -> Path:
    """Make the book, import the orders, refresh and review. Gives the path of the joined export."""
    orders = joined(data_dir, as_of)
    today = as_of or end_of_data(data_dir)
    export = book.with_name(f"{book.stem}-orders.csv")
    orders.to_csv(export, index=False, encoding="utf-8")
    marked = orders["Problem?"].notna().sum()
    say(f"{export.name}: {orders['Order no.'].nunique():,} orders, {len(orders):,} rows, {marked:,} with a problem")

    kakosheet.new(book, today=today, settings={"as_of": today, "base_currency": "BRL", "zone": "America/Sao_Paulo"})
    say(f"{book.name}: made, as of {today}")
    imported = kakosheet.import_file(book, export, today=today)
    say(f"imported: {imported['rows_imported']:,} rows, {imported['same']:,} were there already")
    refreshed = kakosheet.refresh(book, today=today)
    say(f"refreshed: {refreshed['cells_changed']:,} cells changed, {refreshed['rows_added']:,} rows added")
    for period in last_quarters(today, 4):
        reviewed = kakosheet.review(book, period=period, today=today)
        say(f"review of {period}: {Path(reviewed['file']).name}")
    return export


def joined(data_dir: Path, as_of: date | None = None) -> pd.DataFrame:
    """One row for each order line, an order without lines as one row, with the headers of the Purchase Checklist."""
    as_of = as_of or end_of_data(data_dir)
    orders = read(data_dir, "olist_orders_dataset").merge(problems(data_dir, as_of), on="order_id", how="left")
    lines = read(data_dir, "olist_order_items_dataset").merge(products(data_dir), on="product_id", how="left")
    rows = orders.merge(lines, on="order_id", how="left").sort_values(
        ["order_purchase_timestamp", "order_id", "order_item_id"]
    )
    paid = read(data_dir, "olist_order_payments_dataset").groupby("order_id")["payment_value"].sum()
    first = ~rows.duplicated("order_id")
    product = rows["product_id"].str[:8].fillna("no line")
    return pd.DataFrame(
        {
            "Platform": "olist",
            "Order no.": rows["order_id"],
            "Line": rows["order_item_id"].fillna(1).astype(int),
            "Item": rows["category"].fillna("goods") + " " + product,
            "Seller": rows["seller_id"],
            "Category": rows["category"],
            "Price": rows["price"].fillna(rows["order_id"].map(paid)).round(2),
            "Currency": "BRL",
            "Bought on": day(rows["order_purchase_timestamp"]),
            "Shipped": day(rows["order_delivered_carrier_date"]),
            "Received": day(rows["order_delivered_customer_date"]),
            "Delivery days": (
                days(rows["order_estimated_delivery_date"]) - days(rows["order_purchase_timestamp"])
            ).dt.days,
            "Problem?": rows["problem"].where(first),
            "Noticed on": rows["noticed_on"].where(first),
        }
    )


def problems(data_dir: Path, as_of: date) -> pd.DataFrame:
    """Derived problems, at most one an order: never delivered, else late, else complained about."""
    orders = read(data_dir, "olist_orders_dataset")
    promised, delivered = days(orders["order_estimated_delivery_date"]), days(orders["order_delivered_customer_date"])
    missed = promised + pd.Timedelta(days=1)
    never = delivered.isna() & ~orders["order_status"].isin([*GONE, "delivered"]) & (promised < pd.Timestamp(as_of))
    late = delivered > promised
    waited = pd.concat(
        [
            pd.DataFrame({"order_id": orders["order_id"], "problem": "not_received", "noticed_on": missed})[never],
            pd.DataFrame({"order_id": orders["order_id"], "problem": "delayed_delivery", "noticed_on": missed})[late],
        ]
    )
    reviews = read(data_dir, "olist_order_reviews_dataset")
    bad = reviews[(reviews["review_score"] <= 2) & reviews["review_comment_message"].notna()].sort_values(
        "review_creation_date"
    )
    complained = pd.DataFrame(
        {"order_id": bad["order_id"], "problem": "not_as_described", "noticed_on": days(bad["review_creation_date"])}
    )
    found = pd.concat([waited, complained]).drop_duplicates("order_id")
    found = found[found["noticed_on"] <= pd.Timestamp(as_of)]
    return found.assign(noticed_on=found["noticed_on"].dt.strftime("%Y-%m-%d"))


def products(data_dir: Path) -> pd.DataFrame:
    """Products with the English name of their category, or its own where there is none."""
    known = read(data_dir, "olist_products_dataset")[["product_id", "product_category_name"]]
    words = read(data_dir, "product_category_name_translation").set_index("product_category_name")[
        "product_category_name_english"
    ]
    category = (
        known["product_category_name"]
        .map(words)
        .astype("string")
        .fillna(known["product_category_name"])
        .str.replace("_", " ")
    )
    return pd.DataFrame({"product_id": known["product_id"], "category": category})


def end_of_data(data_dir: Path) -> date:
    """The last day of the month in which the data end."""
    orders, reviews = read(data_dir, "olist_orders_dataset"), read(data_dir, "olist_order_reviews_dataset")
    last = pd.concat(
        [
            days(orders["order_purchase_timestamp"]),
            days(reviews["review_answer_timestamp"]),
            days(orders["order_delivered_customer_date"]),
        ]
    ).max()
    return (last + pd.offsets.MonthEnd(0)).date()


def last_quarters(today: date, count: int) -> list[str]:
    """The finished quarters before a day, the oldest first: "2018Q3" is the last one on 2018-10-31."""
    index = today.year * 4 + (today.month - 1) // 3
    return [f"{quarter // 4}Q{quarter % 4 + 1}" for quarter in range(index - count, index)]


def read(data_dir: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(data_dir / f"{name}.csv", encoding="utf-8-sig", dtype=dict.fromkeys(TEXTS, "string"))


def days(column: pd.Series) -> pd.Series:
    return pd.to_datetime(column).dt.normalize()


def day(column: pd.Series) -> pd.Series:
    return days(column).dt.strftime("%Y-%m-%d")


if __name__ == "__main__":
    main()
