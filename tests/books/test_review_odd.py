"""The review of a book with odd things (several currencies and one without a rate, cases without dates, reopened, closed before they were
opened, orders that do not exist, parts of refunds, quarters without any case), counted anew by pandas from what was typed."""

import random
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from kakosheet.app.new import new_book
from kakosheet.book.computing import Computed, compute
from kakosheet.formats import read
from kakosheet.reviews import period_of, review_tables
from kakosheet.reviews.page import ReviewPage

pd = pytest.importorskip("pandas")
TODAY = date(2026, 11, 21)
EMPTY = ("2025Q2", "2026Q1")
IN_KIND = ("replacement",)
SETTLED = ("agreed", "ruled_for_us")


@cache
def births(seed: int = 11) -> dict[str, list[dict[str, Any]]]:
    """Purchases, sales and cases as somebody careless types them."""
    rng = random.Random(seed)

    def some_day() -> date:
        return TODAY - timedelta(days=rng.randrange(1, 750))

    currencies = ("EUR", "USD", "JPY", "XAU", None)
    bought = [
        {
            "id": f"P-{at:04}",
            "item": f"thing {at}",
            "seller": rng.choice(["Alpha", "ALPHA", "店铺"]),
            "price": rng.randrange(100, 90_000) / 100,
            "currency": rng.choice(currencies),
            "bought_on": rng.choice([some_day(), some_day(), None]),
        }
        for at in range(1, 41)
    ]
    sold = [
        {"id": f"S-{at:04}", "item": f"sold {at}", "customer": "Ana", "price": 20.0 + at, "sold_on": some_day()}
        for at in range(1, 11)
    ]
    cases = []
    for at in range(1, 61):
        opened = some_day()
        while str(pd.Period(opened, freq="Q")) in EMPTY:
            opened = some_day()
        closed: date | None = opened + timedelta(days=rng.randrange(80))
        if closed is not None and (closed > TODAY or str(pd.Period(closed, freq="Q")) in EMPTY or rng.random() < 0.3):
            closed = None
        odd = rng.random()
        cases.append(
            {
                "dispute_id": f"D-2026-{at:04}",
                "order": rng.choice([*(row["id"] for row in bought + sold), None, "P-9999"]),
                "type": rng.choice(["product_damage", "wrong_item", "my own kind"]),
                "demand": rng.choice(["refund", "replacement"]),
                "opened_on": None
                if odd < 0.08
                else datetime.combine(opened, datetime.min.time()) + timedelta(hours=rng.choice([0, 23])),
                "closed_on": None
                if odd > 0.92
                else closed
                if closed is None or odd > 0.15
                else opened - timedelta(days=3),
                "result": rng.choice([*SETTLED, "given_up"]) if closed else None,
                "money_back": rng.choice([None, 0.0, 5.5, 40.0, 9_000.0]) if closed else None,
                "amount": rng.choice([None, 50.0, 120.49]),
                "currency": rng.choice([*currencies, None]),
                "loss": rng.choice([None, None, 77.7]),
                "root_cause": rng.choice(["poor_quality", "misread", None]) if closed else None,
                "waived": rng.choice([None] * 9 + ["no"]),
            }
        )
    return {"purchases": bought, "sales": sold, "disputes": cases}


@cache
def computed() -> Computed:
    data, _ = new_book(profile="merchant", lang="en", today=TODAY, births=births())
    return compute(read(data), today=TODAY)


def page(period: str, key: str) -> ReviewPage:
    book = computed()
    return next(
        one
        for one in review_tables(book.book.tables, book.policy, book.titles, period_of(period, TODAY), TODAY)
        if one.key == key
    )


def frame(period: str, key: str, table: str) -> Any:
    found = page(period, key).tables.get(f"{key}_{table}")
    return pd.DataFrame(found.columns if found else {})


@cache
def cases() -> Any:
    """The cases as pandas sees them: days, and money in the base currency."""
    to_base = computed().policy.to_base
    orders = {row["id"]: row for row in births()["purchases"] + births()["sales"]}
    rows = []
    for case in births()["disputes"]:
        order = orders.get(case["order"] or "", {})
        currency, price = case["currency"] or order.get("currency"), order.get("price")
        amount = price if case["amount"] is None else case["amount"]
        claimed, back = to_base(amount, currency), case["money_back"]
        lost = to_base(price if case["loss"] is None and price is not None else case["loss"] or amount, currency)
        paid, kind = (
            to_base(back or 0.0, currency),
            back is None and case["result"] in SETTLED and case["demand"] in IN_KIND,
        )
        if (case["order"] or "").startswith("S-"):
            recovered, lost = None if claimed is None or paid is None else max(0.0, claimed - paid), paid
            settled = case["result"] in SETTLED
        else:
            recovered, lost = (
                (0.0, 0.0)
                if kind and paid is not None
                else (paid, None if lost is None or paid is None else max(0.0, round(lost, 2) - paid))
            )
            settled = case["result"] in SETTLED or bool(back)
        rows.append(
            {
                **case,
                "rateless": amount is not None and currency == "XAU",
                "claimed": claimed if recovered is not None else None,
                "recovered": recovered,
                "lost": lost,
                "settled": settled,
            }
        )
    found = pd.DataFrame(rows)
    found = found[found["waived"].isna()]
    opened, closed = pd.to_datetime(found["opened_on"]).dt.normalize(), pd.to_datetime(found["closed_on"])
    days = (closed - opened).dt.days
    return found.assign(opened=opened, closed=closed, days=days.where(days >= 0))


def same(shown: Any, expected: Any) -> None:
    """Numbers within a cent; nothing where there is nothing."""
    assert [None if value != value else value for value in pd.Series(shown, dtype=float)] == [
        None if value != value else pytest.approx(value, abs=0.01) for value in pd.Series(expected, dtype=float)
    ]


def test_every_quarter_is_counted_as_it_was_typed() -> None:
    quarters = pd.period_range(end=pd.Period("2026Q4"), periods=8, freq="Q")
    shown, found = frame("2026Q4", "summary", "quarters"), cases()
    closed = found.groupby(found["closed"].dt.to_period("Q"))
    same(shown["opened"], found["opened"].dt.to_period("Q").value_counts().reindex(quarters, fill_value=0))
    same(shown["closed"], closed.size().reindex(quarters, fill_value=0))
    same(shown["settled_share"], closed["settled"].mean().reindex(quarters))
    same(shown["median_days"], closed["days"].median().reindex(quarters))
    for key in ("claimed", "recovered", "lost"):
        same(shown[key], closed[key].sum().astype(float).reindex(quarters, fill_value=0.0))
    assert [list(quarters.astype(str)).index(name) for name in EMPTY] == [
        at for at, row in shown.iterrows() if row["opened"] == row["closed"] == 0
    ]


@pytest.mark.parametrize("period", ["2026Q3", "2025", "2026Q1"])
def test_groups_add_up_to_the_period_and_say_what_is_not_given(period: str) -> None:
    whole, found = period_of(period, TODAY), cases()
    inside = found[found["closed"].between(str(whole.first), str(whole.last))]
    for key, table in (("types", "type"), ("losses", "currency"), ("causes", "root_cause")):
        rows = frame(period, key, table)
        for money in ("claimed", "recovered", "lost"):
            assert (0 if rows.empty else rows[money].sum()) == pytest.approx(
                inside[money].astype(float).sum(), abs=0.05
            ), (key, money)
        assert (0 if rows.empty else rows["closed"].sum()) == len(inside)
    first, last = str(whole.first), str(whole.last)
    left_out = found["rateless"][found["closed"].between(first, last) | found["opened"].between(first, last)].sum()
    said = [text for text in page(period, "summary").words.values() if text.startswith("Cases left out of all sums")]
    assert [text.rsplit(" ", 1)[1] for text in said] == ([f"{left_out}."] if left_out else [])


def test_what_is_open_has_its_age_and_what_has_no_date_has_none() -> None:
    found, last = cases(), pd.Timestamp("2026-09-30")
    left = found[(found["opened"] <= last) & ~(found["closed"] <= last)]
    groups = pd.cut((last - left["opened"]).dt.days, [-1, 3, 7, 14, 30, 60, 10_000])
    assert frame("2026Q3", "handling", "ages")["open"].tolist() == left.groupby(groups, observed=False).size().tolist()
    assert found["opened"].isna().sum() > 2 and len(left) > 5
