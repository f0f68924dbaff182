"""Writes a realistic book that has not been refreshed: python tests/bench/make_book.py N BOOK.xlsx

N purchases on platforms that count natural days and on ones that count working days; N/20 of them with a problem: the older half has its
case already, typed by people, the others wait for the first refresh; N/10 rows of evidence and N/10 of the conversation log, of people's
own. The same N gives the same bytes.
"""

from __future__ import annotations

import argparse
import random
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

TODAY = date(2026, 11, 21)
DAYS = 730

PLATFORMS = (
    ("aliexpress", "USD"),
    ("paypal", "EUR"),
    ("ebay", "GBP"),
    ("taobao", "CNY"),
    ("1688", "CNY"),
    ("amazon", "USD"),
    ("kakobuy", "CNY"),
    ("shopee", "SGD"),
)
"""eBay and the generic procedure (Taobao and others without rules of their own) count working days too."""

GOODS = (
    ("Desk lamp", "home"),
    ("台灯", "home"),
    ("Tea cup, celadon", "glass"),
    ("Phone case", "phones"),
    ("Running shoes, 43", "shoes"),
    ("Rain jacket", "clothing"),
    ("Laptop stand", "computers"),
    ("Silver ring", "jewellery"),
    ("Toy train", "toys"),
    ("红茶 250 g", "food"),
)
COLOURS = ("white", "black", "red", "blue", "green", "grey", "gold", "白色", "黑色")
PROBLEMS = (
    "product_damage",
    "not_received",
    "delayed_delivery",
    "not_as_described",
    "wrong_item",
    "quality_defect",
    "missing_parts",
    "counterfeit",
)
CARRIERS = ("Blue Swan Express", "Meridian Post", "东方速运", "YunQiao Express", "Polar Parcel", "Kraneo Logistics")
PROOFS = ("Unboxing video", "Voice message of the driver", "Photo of the label", "Receipt of the repair shop")
SAID = (
    "Where is my parcel? It was promised for last week.",
    "We ship on the next working day.",
    "非常抱歉，我们马上补发。",
    "Please refund the full amount.",
    "The carrier has lost it. We ask for a copy of the claim.",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("purchases", type=int)
    parser.add_argument("book", type=Path)
    arguments = parser.parse_args()
    make(arguments.purchases, arguments.book)


def make(count: int, book: Path, *, today: date = TODAY) -> None:
    """Write the book."""
    from kakosheet.app.new import new_book

    data, _ = new_book(
        profile="procurement",
        lang="en",
        today=today,
        births=rows(count, today),
        computed=False,
        book_id=f"bench-{count}",
    )
    book.write_bytes(data)


def rows(count: int, today: date = TODAY) -> dict[str, list[dict[str, Any]]]:
    """What people typed, by table."""
    rng = random.Random(count)
    sellers = [f"{word} {number}" for number in range(max(10, count // 100)) for word in ("Shop", "店铺", "Supplier")]
    purchases = [_purchase(number, count, sellers, rng, today) for number in range(1, count + 1)]
    marked = purchases[4::20]
    for row in marked:
        row["problem"] = rng.choice(PROBLEMS)
        row["noticed_on"] = min(row["bought_on"] + timedelta(days=rng.randint(20, 50)), today)
    cases = [_case(number, row, rng, today) for number, row in enumerate(marked[: len(marked) // 2], 1)]
    names = [case["dispute_id"] for case in cases]
    return {
        "purchases": purchases,
        "disputes": cases,
        "evidence": [_proof(names, rng, today) for _ in range(count // 10)],
        "log": [_message(names, rng, today) for _ in range(count // 10)],
    }


def _case(number: int, order: dict[str, Any], rng: random.Random, today: date) -> dict[str, Any]:
    """A case that people opened themselves on the day the problem was noticed; most are closed."""
    noticed = order["noticed_on"]
    case = {
        "dispute_id": f"D-{noticed.year}-{number:04}",
        "order": order["id"],
        "type": order["problem"],
        "demand": "refund",
        "grade": "refund",
        "opened_on": datetime.combine(noticed, datetime.min.time()),
        "description": rng.choice(SAID),
    }
    closed = noticed + timedelta(days=rng.randint(5, 40))
    if rng.random() < 0.8 and closed <= today:
        case |= {
            "closed_on": closed,
            "result": rng.choice(("agreed", "ruled_for_us", "ruled_against_us")),
            "money_back": round(order["price"] / 2, 2),
            "refund_received_on": closed,
            "root_cause": rng.choice(("poor_quality", "rough_handling", "carrier_delay", "wrong_dispatch")),
        }
    return case


def _purchase(number: int, count: int, sellers: list[str], rng: random.Random, today: date) -> dict[str, Any]:
    platform, currency = rng.choice(PLATFORMS)
    item, category = rng.choice(GOODS)
    bought = today - timedelta(days=60 + DAYS - round(DAYS * number / count))
    row: dict[str, Any] = {
        "id": f"P-{number:04}",
        "item": f"{item}, {rng.choice(COLOURS)}, no. {number}",
        "seller": rng.choice(sellers),
        "price": round(rng.lognormvariate(3.6, 0.9), 2),
        "currency": currency,
        "platform": platform,
        "bought_on": bought,
        "order_no": f"{platform[:2].upper()}{10_000_000 + number // 2 * 7919}",
        "line_no": 1 + number % 2,
        "quantity": rng.randint(1, 5),
        "category": category,
        "carrier": rng.choice(CARRIERS),
        "shipped": bought + timedelta(days=2),
    }
    if rng.random() < 0.9:
        row["received"] = bought + timedelta(days=rng.randint(6, 40))
        row["tracking"] = f"KS{rng.randrange(10**9):09}CN"
    if rng.random() < 0.6:
        row |= {
            "return_policy": rng.choice(("7 days, seller pays postage", "30 days", "Final sale", "soon")),
            "delivery_days": rng.randint(5, 30),
            "refund_days": rng.randint(3, 15),
            "quality_guarantee": "12 months",
        }
    if rng.random() < 0.2:
        row["notes"] = rng.choice(SAID)
    return row


def _proof(cases: list[str], rng: random.Random, today: date) -> dict[str, Any]:
    taken = datetime.combine(today - timedelta(days=rng.randint(1, DAYS)), datetime.min.time())
    return {
        "dispute": rng.choice(cases),
        "what": rng.choice(PROOFS),
        "get_it_from": "self",
        "taken_on": taken,
        "provided_by": "self",
    }


def _message(cases: list[str], rng: random.Random, today: date) -> dict[str, Any]:
    midnight = datetime.combine(today - timedelta(days=rng.randint(1, DAYS)), datetime.min.time())
    return {
        "at": midnight + timedelta(minutes=rng.randrange(1440)),
        "dispute": rng.choice(cases),
        "counterpart": rng.choice(("seller", "carrier", "platform")),
        "channel": rng.choice(("platform_chat", "email", "wechat")),
        "direction": rng.choice(("in", "out")),
        "what_was_said": rng.choice(SAID),
    }


if __name__ == "__main__":
    main()
