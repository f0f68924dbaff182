"""The dashboard's numbers against an independent computation with pandas, its headlines, and its edges."""

import random
import re
import tomllib
from datetime import date, datetime, timedelta
from functools import cache
from math import sqrt
from pathlib import Path
from typing import Any

import pytest

from kakosheet.core.layout import Text
from kakosheet.core.records import Record
from kakosheet.policy.loader import load_policy, load_titles
from kakosheet.policy.model import Policy
from kakosheet.sheets import dashboard
from kakosheet.sheets.casework.nodes import Node
from kakosheet.sheets.casework.verdicts import NodeDate, NodeState
from kakosheet.sheets.dashboard.cases import money
from kakosheet.sheets.dashboard.charts import labels, window
from kakosheet.sheets.dashboard.columns import CHARTS
from kakosheet.sheets.dashboard.headlines import about_days, about_highest, about_months, about_sellers, short
from kakosheet.sheets.dashboard.layout import LAYOUT
from kakosheet.sheets.dashboard.nodes import dates_that_ran
from kakosheet.sheets.dashboard.orders import DisputeRate, OrderLine, rates_by_name
from kakosheet.sheets.dashboard.tiles import TILE_READS, tile_values

pd = pytest.importorskip("pandas")
TODAY = date(2026, 11, 21)
TYPES = ("product_damage", "counterfeit", "size_mismatch", "packaging_damage", "not_received")
CAUSES = ("poor_quality", "rough_handling", "misread", "my own word", None)
TITLES_DIR = Path(__file__).parents[3] / "templates" / "titles"


@cache
def policy() -> Policy:
    return load_policy("merchant", "en")


def blank(count: int, columns: tuple[str, ...]) -> dict[str, list[Any]]:
    return {column: [None] * count for column in columns}


@cache
def book(seed: int = 7) -> dict[str, Any]:
    """Purchases, sales, disputes and deadlines of three years, as DataFrames whose columns are named like reads."""
    rng = random.Random(seed)

    def day(back: int = 1000) -> date:
        return TODAY - timedelta(days=rng.randrange(back))

    bought = [
        {
            "id": f"P-{at:04}",
            "on": rng.choice([day(), day(), day(), None]),
            "seller": rng.choice(["A", "B", "C", "店铺", None]),
            "category": rng.choice(["electronics", "shoes", "Own thing", "own thing", None]),
            "carrier": rng.choice(["4PX", "DHL", None]),
        }
        for at in range(600)
    ]
    sold = [
        {
            "id": f"S-{at:04}",
            "on": day(),
            "category": rng.choice(["shoes", "home"]),
            "carrier": rng.choice(["DHL", "EMS"]),
        }
        for at in range(150)
    ]
    disputes, nodes = [], []
    for at in range(260):
        order = rng.choice(bought) if rng.random() < 0.8 else rng.choice(sold)
        opened = datetime.combine(day(900), datetime.min.time()) + timedelta(hours=rng.randrange(24))
        closed = rng.choice([None, opened.date() + timedelta(days=rng.randrange(60))])
        if closed and closed > TODAY:
            closed = None
        disputes.append(
            {
                "disputes.dispute_id": f"D-{at}",
                "disputes.type": rng.choice(TYPES),
                "disputes.opened_on": opened,
                "disputes.closed_on": closed,
                "disputes.waived": rng.choice([None] * 9 + ["not worth it"]),
                "disputes.result": rng.choice(["agreed", "ruled_for_us", "given_up"]) if closed else None,
                "disputes.root_cause": rng.choice(CAUSES) if closed else None,
                "disputes.our_role": "buyer" if order["id"][0] == "P" else "seller",
                "disputes.demand": rng.choice(["refund", "replacement"]),
                "disputes.amount": rng.choice([120.0, 59.9, None]),
                "disputes.currency": rng.choice(["EUR", "CNY", "XXX"]),
                "disputes.loss_in_base_currency": rng.choice([80.0, 20.5, None]),
                "disputes.money_back": rng.choice([None, 10.0, 45.5]) if closed else None,
                "disputes.order -> purchases.id": order["id"] if order["id"][0] == "P" else None,
                "disputes.order -> sales.id": order["id"] if order["id"][0] == "S" else None,
            }
        )
        for _ in range(3):
            last = opened.date() + timedelta(days=rng.randrange(20))
            done = rng.choice([None, last - timedelta(days=1), last, last + timedelta(days=2)])
            if done and done > TODAY:
                done = None
            state = "done" if done else "overdue" if last < TODAY else "open"
            state = rng.choice(["waiting", "not_applicable"]) if rng.random() < 0.2 else state
            nodes.append(
                {
                    "deadlines.state": state,
                    "deadlines.acts": rng.choice(["we", "seller"]),
                    "deadlines.agreed_date": None,
                    "deadlines.last_day": last,
                    "deadlines.done_on": done if at % 2 else None,
                    "deadlines.what_to_do": "x",
                    "deadlines.dispute": f"D-{at}",
                    "deadlines.ended": done,
                }
            )
    return {
        name: pd.DataFrame(rows, dtype=object)
        for name, rows in (("bought", bought), ("sold", sold), ("disputes", disputes), ("nodes", nodes))
    }


OF_TABLE = {"disputes": "disputes", "deadlines": "nodes", "purchases": "bought", "sales": "sold"}
CALLED = {
    "purchases.bought_on": "on",
    "sales.sold_on": "on",
    "purchases.seller -> sellers.seller": "seller",
    "purchases.carrier -> carriers.carrier": "carrier",
    "sales.carrier -> carriers.carrier": "carrier",
}


def read(kind: type[Record], **frames: Any) -> list[Any]:
    """The records of a frame of the book, or of the one that stands for it."""
    name = OF_TABLE[kind.table]
    frame = frames.get(name, book()[name])
    columns = {}
    for field in kind.fields:
        key = CALLED.get(
            field.reads[0], field.reads[0] if name in ("disputes", "nodes") else field.reads[0].partition(".")[2]
        )
        columns[field.name] = list(frame[key]) if key in frame.columns else [None] * len(frame)
    return [kind(**dict(zip(columns, row, strict=True))) for row in zip(*columns.values(), strict=True)]


def found_by(rule: Any, *, empty: bool = False, **frames: Any) -> Any:
    """What a rule of the dashboard writes for the book, or for one in which nothing stands."""
    context = {"today": TODAY, "policy": policy()}
    names = rule.fn.__code__.co_varnames[rule.fn.__code__.co_argcount :][: rule.fn.__code__.co_kwonlyargcount]
    return rule(
        *([] if empty else read(kind, **frames) for kind in rule.reads), **{name: context[name] for name in names}
    )


def cases_frame() -> Any:
    """The disputes in terms of the review, computed in another way than the product does."""
    frame = book()["disputes"]
    frame = frame[frame["disputes.waived"].isna()].copy()
    frame.columns = [name.partition(".")[2] if "->" not in name else name.rpartition(" ")[2] for name in frame.columns]
    frame["opened"] = pd.to_datetime(frame["opened_on"]).dt.normalize()
    frame["closed"] = pd.to_datetime(frame["closed_on"])
    rate = frame["currency"].map(lambda code: policy().rate(code))
    amount, back = frame["amount"].astype(float) * rate, frame["money_back"].astype(float) * rate
    paid = frame["money_back"].astype(float).fillna(0) * rate
    loss = frame["loss_in_base_currency"].astype(float).fillna(amount)
    seller, closed = frame["our_role"] == "seller", frame["closed"].notna()
    kind = (
        frame["result"].isin(["agreed", "ruled_for_us"])
        & back.isna()
        & frame["money_back"].isna()
        & (frame["demand"] == "replacement")
    )
    frame["recovered"] = (
        paid.where(~seller, (amount - paid).clip(lower=0)).where(~(kind & ~seller) | paid.isna(), 0.0).where(closed)
    )
    frame["lost"] = (loss - paid).clip(lower=0).where(~kind | paid.isna(), 0.0).where(~seller, paid).where(closed)
    frame["claimed"] = amount.where(frame["recovered"].notna())
    frame["settled"] = frame["result"].isin(["agreed", "ruled_for_us"]) | (
        ~seller & (frame["money_back"].astype(float) > 0)
    )
    frame["days"] = (frame["closed"] - frame["opened"]).dt.days
    frame["quarter"] = frame["closed"].dt.to_period("Q")
    return frame


QUARTERS = pd.period_range(end=pd.Period("2026Q4"), periods=8, freq="Q")


def approx(values: Any) -> Any:
    return [pytest.approx(value, nan_ok=False) if value is not None and value == value else None for value in values]


def quarterly() -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for rule in (dashboard.quarter_counts, dashboard.quarter_outcomes):
        columns = found_by(rule)
        found |= dict(zip((name.partition(".")[2] for name in rule.writes), columns, strict=True))
    return found


def test_quarters_agree_with_pandas() -> None:
    frame = cases_frame()
    found = quarterly()
    by = frame[frame["closed"].notna()].groupby("quarter")
    opened = frame["opened"].dt.to_period("Q").value_counts()
    assert found["quarter"] == [*(f"{quarter.year} Q{quarter.quarter}" for quarter in QUARTERS[:-1]), "2026 Q4*"]
    assert found["opened"] == [int(opened.get(quarter, 0)) for quarter in QUARTERS]
    assert found["closed"] == list(by.size().reindex(QUARTERS, fill_value=0))
    assert found["resolution_rate"] == approx(by["settled"].mean().reindex(QUARTERS))
    assert found["median_days"] == approx(by["days"].median().reindex(QUARTERS))
    for key in ("claimed", "recovered", "lost"):
        assert found[key] == approx(by[key].sum().astype(float).reindex(QUARTERS, fill_value=0.0)), key
    share = by["recovered"].sum().astype(float) / by["claimed"].sum().astype(float)
    assert found["recovered_share"] == approx(share.reindex(QUARTERS))


def test_missed_dates_agree_with_pandas() -> None:
    nodes = book()["nodes"].rename(columns=lambda name: name.partition(".")[2])
    nodes = nodes[~nodes["state"].isin(["waiting", "not_applicable"])]
    last, done = pd.to_datetime(nodes["last_day"]), pd.to_datetime(nodes["ended"])
    over = done.notna() | (last < pd.Timestamp(TODAY))
    quarter_end = last.dt.to_period("Q").dt.end_time.dt.normalize().clip(upper=pd.Timestamp(TODAY))
    # What was done after the quarter's end was late at its end; so was what was late and is not done.
    missed = (over & (done.isna() | (done > last)) & (last < quarter_end)) | (
        over & (done > last) & (done <= quarter_end)
    )
    kept = done.notna() & (done <= last)
    ours = nodes["acts"] == "we"
    quarter = last.dt.to_period("Q")
    expected = missed.groupby(quarter).sum().reindex(QUARTERS, fill_value=0)
    assert quarterly()["missed"] == [int(count) for count in expected]
    in_time = (kept & ours).groupby(quarter).sum() / ((kept | missed) & ours).groupby(quarter).sum()
    assert quarterly()["on_time"] == approx(in_time.reindex(QUARTERS))


def test_types_and_causes_agree_with_pandas() -> None:
    frame = cases_frame()
    recent = frame[(frame["opened"] >= "2026-01-01") & (frame["opened"] <= str(TODAY))]
    kinds, counts = found_by(dashboard.types)
    assert dict(zip(kinds, counts, strict=True)) == recent["type"].value_counts().to_dict()
    assert counts == sorted(counts, reverse=True)
    groups = {"poor_quality": "seller", "rough_handling": "logistics", "misread": "personal", "my own word": "other"}
    table = pd.crosstab(frame["quarter"], frame["root_cause"].map(groups)).reindex(QUARTERS, fill_value=0)
    _, *by_group = found_by(dashboard.causes)
    assert by_group == [list(table[group]) for group in ("seller", "logistics", "personal", "other")]


def wilson(hits: float, of: float) -> tuple[float, float]:
    z = 1.959963984540054
    middle, half = (hits + z * z / 2) / (of + z * z), z * sqrt(hits * (of - hits) / of + z * z / 4) / (of + z * z)
    return middle - half, middle + half


def expected_rates(name: str, types: tuple[str, ...] = TYPES, *, sold: bool = True) -> Any:
    frame = cases_frame()
    frame = frame[frame["type"].isin(types)]
    hit = set(frame["purchases.id"].dropna()) | set(frame["sales.id"].dropna())
    orders = pd.concat([book()["bought"], book()["sold"]] if sold else [book()["bought"]])
    orders = orders[orders["on"].notna() & orders[name].notna()]
    day = pd.to_datetime(orders["on"])
    orders = orders[(day >= "2026-01-01") & (day <= str(TODAY))]
    by = orders["id"].isin(hit).groupby(orders[name].str.casefold())
    return pd.DataFrame({"of": by.size(), "hits": by.sum()})


@pytest.mark.parametrize(
    ("rule", "name", "types", "sold"),
    [
        (dashboard.sellers, "seller", TYPES, False),
        (dashboard.categories, "category", TYPES, True),
        (dashboard.carriers, "carrier", ("product_damage", "packaging_damage"), True),
    ],
)
def test_rates_and_intervals_agree_with_pandas(rule: Any, name: str, types: tuple[str, ...], sold: bool) -> None:
    names, of, hits, rate, low, high, minus, plus = found_by(rule)
    expected = expected_rates(name, types, sold=sold)
    assert {word.casefold(): (all_, some) for word, all_, some in zip(names, of, hits, strict=True)} == {
        word: (row["of"], row["hits"]) for word, row in expected.iterrows()
    }
    for at in range(len(names)):
        assert (low[at], high[at]) == pytest.approx(wilson(hits[at], of[at]), abs=1e-9)
        assert rate[at] - minus[at] == pytest.approx(low[at]) and rate[at] + plus[at] == pytest.approx(high[at])
    ends = [end for end, count in zip(low, of, strict=True) if count >= 5]
    assert ends == sorted(ends, reverse=True) == low[: len(ends)]


def test_one_order_of_one_never_leads_the_list() -> None:
    lines = [OrderLine("P-1", TODAY, "One of one"), *(OrderLine(f"Q-{at}", TODAY, "Three of ten") for at in range(10))]
    rates = rates_by_name(lines, {"P-1", "Q-1", "Q-2", "Q-3"}, window(TODAY))
    assert [rate.name for rate in rates] == ["Three of ten", "One of one"]


def test_what_we_sold_never_counts_in_seller_rates() -> None:
    disputes = book()["disputes"].assign(**{"disputes.order -> purchases.id": None})
    _, _, hits, *_ = found_by(dashboard.sellers, disputes=disputes)
    assert sum(hits) == 0


def test_months_agree_with_pandas() -> None:
    frame = cases_frame()
    hit = set(frame["purchases.id"].dropna()) | set(frame["sales.id"].dropna())
    orders = pd.concat([book()["bought"], book()["sold"]])
    orders = orders[orders["on"].notna()]
    month = pd.to_datetime(orders["on"]).dt.to_period("M")
    run = pd.period_range(end=pd.Period("2026-11"), periods=24, freq="M")
    by = orders["id"].isin(hit).groupby(month)
    hits, of = by.sum().reindex(run, fill_value=0), by.size().reindex(run, fill_value=0)
    months, rates, means = found_by(dashboard.months)
    assert months == [month.start_time.date() for month in run]
    assert rates == approx(hits / of)
    assert means == approx(hits.rolling(3).sum() / of.rolling(3).sum())


def test_tiles_compare_the_same_days_of_the_quarter_before() -> None:
    frame = cases_frame()
    spans = (("2026-10-01", "2026-11-21"), ("2026-07-01", "2026-08-21"))
    for tiles, (first, last) in zip(tile_values(*map(read, TILE_READS), TODAY, policy()), spans, strict=True):
        closed = frame[(frame["closed"] >= first) & (frame["closed"] <= last)]
        assert tiles.open == ((frame["opened"] <= last) & ~(frame["closed"] <= last)).sum()
        assert tiles.days == pytest.approx(closed["days"].median())
        assert tiles.lost == pytest.approx(closed["lost"].astype(float).sum())
        assert tiles.recovered == pytest.approx(
            closed["recovered"].astype(float).sum() / closed["claimed"].astype(float).sum()
        )


@pytest.mark.parametrize(
    ("role", "claimed", "loss", "paid", "in_kind", "expected"),
    [
        ("buyer", 100.0, 120.0, 30.0, False, (30.0, 90.0)),
        ("buyer", 100.0, None, 30.0, False, (30.0, 70.0)),
        ("buyer", 100.0, 120.0, 0.0, True, (0.0, 0.0)),
        ("buyer", 100.0, 50.0, 80.0, False, (80.0, 0.0)),
        ("seller", 100.0, 100.0, 30.0, False, (70.0, 30.0)),
        ("buyer", 100.0, 120.0, None, False, (None, None)),
        ("buyer", None, None, 5.0, False, (5.0, None)),
        ("buyer", 13.4578, 13.46, 13.4578, False, (13.4578, 0.0)),
        ("buyer", 13.4578, 13.46, 13.4478, False, (13.4478, 13.46 - 13.4478)),
    ],
)
def test_money_of_a_closed_case(
    role: str, claimed: float, loss: float, paid: float, in_kind: bool, expected: Any
) -> None:
    assert money(role, claimed, loss, paid, in_kind) == expected


def test_a_date_is_kept_on_its_last_day_and_missed_the_day_after() -> None:
    last = date(2026, 11, 20)

    def kept(done: Any, as_of: date, state: str = "overdue") -> Any:
        (node,) = dates_that_ran(
            [Node(done_on=done, what_to_do="x", dispute="D")],
            [NodeDate(acts="we", last_day=last)],
            [NodeState(state=state)],
        )
        return node.kept(as_of)

    assert kept(datetime(2026, 11, 20, 23), TODAY) is True
    assert kept(datetime(2026, 11, 21), TODAY) is False
    assert kept(None, TODAY) is False and kept(None, last) is None
    assert kept(None, TODAY, "done") is None, "nobody knows when it was done"


def test_an_empty_book_says_that_there_are_too_few_data() -> None:
    titles = load_titles("en", "shopper")
    blocks = {table.key: table for table in dashboard.SHEET.tables}
    written = {
        name: column
        for rule in (
            dashboard.types,
            dashboard.causes,
            dashboard.sellers,
            dashboard.categories,
            dashboard.carriers,
            dashboard.days,
            dashboard.money,
            dashboard.months,
            dashboard.quarter_counts,
            dashboard.quarter_outcomes,
            dashboard.tiles,
        )
        for name, column in zip(rule.writes, found_by(rule, empty=True), strict=True)
    }

    def block(kind: type[Record]) -> list[Any]:
        slots = blocks[kind.table].slots or 0
        columns = {field.name: [*written[field.reads[0]], *[None] * slots][:slots] for field in kind.fields}
        return [kind(**dict(zip(columns, row, strict=True))) for row in zip(*columns.values(), strict=True)]

    lines = [
        line
        for (line,) in dashboard.headlines(
            *map(block, dashboard.headlines.reads), policy=policy(), say=titles.say, titles=titles
        )
    ]
    assert len(lines) == len(CHARTS)
    assert all(line.startswith(("Too few", "No case")) for line in lines)


def test_headlines_tell_certain_from_uncertain() -> None:
    say = load_titles("en", "shopper").say
    titles = load_titles("en", "shopper")

    def rates(*rows: tuple[str, int, int, float]) -> list[DisputeRate]:
        return [DisputeRate(name, of, hits, hits / of, low, 1.0, 0.0, 0.0) for name, of, hits, low in rows]

    two = rates(("Good Lamps", 40, 12, 0.18), ("B", 10, 1, 0.02))
    assert about_sellers(two, 0.1, say) == "Good Lamps is clearly above the 10% limit"
    assert about_sellers(two, 0.3, say) == "No seller is clearly above the 30% limit"
    assert about_sellers(rates(("B", 4, 1, 0.02)), 0.1, say) == "Too few orders yet to compare sellers (4)"
    assert about_highest("carriers", two, None, say, titles) == "Good Lamps damages most, not yet for certain"
    assert about_highest("carriers", two, 0.1, say, titles) == "Good Lamps damages more than the others: 30%"
    assert about_highest("carriers", rates(("A", 50, 0, 0.0)), None, say, titles) == "No carrier damaged a parcel"
    assert about_days([20.0, 14.5], [9, 5], say) == "Half of the cases now end within 14.5 days"
    assert about_days([20.0, 3.0], [9, 1], say) == "Half of last quarter's cases ended within 20 days"
    assert (
        about_months([0.2] * 10 + [0.12] + [0.1] * 11 + [0.08, 0.5], say)
        == "The dispute rate fell from 12% to 8% in a year"
    )


def test_a_long_name_is_cut_by_its_width() -> None:
    assert short("深圳优品电子旗舰店有限公司") == "深圳优品电子旗舰店有限…"
    assert short("Nordwind Outdoor Trading GmbH") == "Nordwind Outdoor Tradi…"
    assert short("Watches and jewellery") == "Watches and jewellery"


def test_the_current_quarter_carries_a_star_until_its_last_day() -> None:
    assert labels(TODAY)[-1] == "2026 Q4*" and labels(date(2026, 12, 31))[-1] == "2026 Q4"
    assert (window(TODAY).first, window(TODAY).last) == (date(2026, 1, 1), TODAY)


def test_every_column_has_its_place_and_no_two_share_one() -> None:
    cells: dict[tuple[int, int], str] = {}
    for table in dashboard.SHEET.tables:
        placed = LAYOUT.placed(table.key)
        assert placed.columns.keys() == table.by_key.keys()
        for key in placed.columns:
            row, column = placed.header_cell(key)
            for at in range(row, row + (table.slots or 0) + 1):
                assert (at, column) not in cells, (table.key, key, cells.get((at, column)))
                cells[at, column] = f"{table.key}.{key}"
    for text in LAYOUT.texts:
        assert (text.row, text.column) not in cells


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_all_words_are_there(lang: str) -> None:
    words = tomllib.loads((TITLES_DIR / lang / "dashboard.toml").read_text(encoding="utf-8"))["texts"]
    used = {text.text.removeprefix("dashboard.") for text in LAYOUT.texts if isinstance(text, Text) and text.text}
    used |= {chart.alt.removeprefix("dashboard.") for chart in LAYOUT.charts}
    assert used <= words.keys()


def test_both_languages_fill_the_same_places() -> None:
    english, chinese = (
        tomllib.loads((TITLES_DIR / lang / "dashboard.toml").read_text(encoding="utf-8")) for lang in ("en", "zh")
    )
    assert {key: sorted(set(re.findall(r"{\w+}", text))) for key, text in english["texts"].items()} == {
        key: sorted(set(re.findall(r"{\w+}", text))) for key, text in chinese["texts"].items()
    }
    for table in dashboard.SHEET.tables:
        assert chinese["columns"][table.key].keys() == table.by_key.keys()
