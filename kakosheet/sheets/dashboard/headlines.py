"""What each chart shows, said in one line above it; or that there are too few data to say anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kakosheet.core.records import Record, cell
from kakosheet.core.rules import table_rule
from kakosheet.core.titles import Titles
from kakosheet.policy.model import Policy
from kakosheet.sheets.dashboard.cases import CAUSES
from kakosheet.sheets.dashboard.charts import WINDOW
from kakosheet.sheets.dashboard.columns import CHARTS
from kakosheet.sheets.dashboard.orders import FEW, DisputeRate, certain
from kakosheet.sheets.words import Say, days_text

NAME = 22
"""Characters of a name that a headline can hold beside its sentence."""


class TypeRow(Record, of="dashboard_types"):
    """How often a kind of problem came."""

    type: str | None
    cases: int | None = cell("count")


class CauseRow(Record, of="dashboard_causes"):
    """Closed cases of a quarter by group of root causes: a field for each of CAUSES."""

    seller: int | None
    logistics: int | None
    personal: int | None
    other: int | None


class SellerRow(Record, of="dashboard_sellers"):
    """The dispute rate of a seller."""

    name: str | None = cell("seller")
    of: int | None
    hits: int | None
    rate: float | None
    low: float | None


class CategoryRow(Record, of="dashboard_categories"):
    """The dispute rate of a category."""

    name: str | None = cell("category")
    of: int | None
    hits: int | None
    rate: float | None
    low: float | None


class CarrierRow(Record, of="dashboard_carriers"):
    """The rate of damaged parcels of a carrier."""

    name: str | None = cell("carrier")
    of: int | None
    hits: int | None
    rate: float | None
    low: float | None


class CountRow(Record, of="dashboard_quarters"):
    """Cases closed in a quarter."""

    closed: int | None


class MoneyRow(Record, of="dashboard_outcomes"):
    """Money of the cases closed in a quarter."""

    recovered: float | None
    lost: float | None


class DaysRow(Record, of="dashboard_days"):
    """Days to the result of the cases closed in a quarter."""

    median: float | None


class MonthRow(Record, of="dashboard_months"):
    """The dispute rate over three months."""

    mean: float | None


class TileRow(Record, of="dashboard_tiles"):
    """The dispute rate of four quarters."""

    rate: float | None


Rated = DisputeRate | SellerRow | CategoryRow | CarrierRow


@table_rule(
    *(f"dashboard_headlines.{key}" for key in CHARTS),
    reads=(TypeRow, CauseRow, SellerRow, CategoryRow, CarrierRow, CountRow, MoneyRow, DaysRow, MonthRow, TileRow),
)
def headlines(
    types: Sequence[TypeRow],
    causes: Sequence[CauseRow],
    sellers: Sequence[SellerRow],
    categories: Sequence[CategoryRow],
    carriers: Sequence[CarrierRow],
    counts: Sequence[CountRow],
    outcomes: Sequence[MoneyRow],
    days: Sequence[DaysRow],
    months: Sequence[MonthRow],
    tiles: Sequence[TileRow],
    *,
    policy: Policy,
    say: Say,
    titles: Titles,
) -> tuple[list[str], ...]:
    """One finding for each chart, in the order of CHARTS."""
    limit, base, (usual,) = policy.settings["high_dispute_rate"], policy.settings["base_currency"], tiles
    closed = [row.closed for row in counts]
    by_group = [{cause: getattr(row, cause) for cause in CAUSES} for row in causes]
    return tuple(
        [line]
        for line in (
            about_types([(row.type, row.cases) for row in types], say, titles),
            about_causes(by_group, say, titles),
            about_sellers(sellers, limit, say),
            about_highest("categories", categories, usual.rate, say, titles),
            about_days([row.median for row in days], closed, say),
            about_money([row.recovered for row in outcomes], [row.lost for row in outcomes], closed, base, say),
            about_months([row.mean for row in months], say),
            about_highest("carriers", carriers, None, say, titles),
        )
    )


def about_types(counts: Iterable[tuple[str | None, int | None]], say: Say, titles: Titles) -> str:
    """ "Product damage and Counterfeit: 12 of 23 disputes"; the kinds with their counts, the most frequent first."""
    found = [(titles.choice("dispute_type", kind), count) for kind, count in counts if kind is not None and count]
    total = sum(count for _, count in found)
    if total < FEW:
        return say("dashboard.few_disputes", count=total)
    if len(found) == 1:
        return say("dashboard.one_type", first=found[0][0], count=found[0][1], of=total)
    return say("dashboard.two_types", first=found[0][0], second=found[1][0], count=found[0][1] + found[1][1], of=total)


def about_causes(quarters: Sequence[Mapping[str, int | None]], say: Say, titles: Titles) -> str:
    """ "Seller: the cause of 12 of 23 closed disputes", over the last four quarters."""
    sums = {cause: sum(quarter.get(cause) or 0 for quarter in quarters[-WINDOW:]) for cause in CAUSES}
    total, most = sum(sums.values()), max(CAUSES, key=lambda cause: sums[cause])
    if total < FEW:
        return say("dashboard.few_causes", count=total)
    return say("dashboard.cause", cause=titles.choice("cause_group", most), count=sums[most], of=total)


def about_sellers(rates: Sequence[Rated], limit: float, say: Say) -> str:
    """How many sellers are above the limit of Settings by more than chance."""
    above = [rate.name for rate in rates if rate.name is not None and _is_above(rate, limit)]
    orders = sum(rate.of or 0 for rate in rates)
    if orders < FEW:
        return say("dashboard.few_orders", count=orders)
    if not above:
        return say("dashboard.no_seller", limit=f"{limit:.0%}")
    if len(above) == 1:
        return say("dashboard.one_seller", seller=short(above[0]), limit=f"{limit:.0%}")
    return say(
        "dashboard.many_sellers",
        count=f"{len(above)}+" if len(above) == len(rates) else len(above),
        limit=f"{limit:.0%}",
    )


def _is_above(rate: Rated, limit: float) -> bool:
    return rate.name is not None and certain(rate.of or 0, rate.hits or 0, rate.low or 0.0, limit)


def about_highest(block: str, rates: Sequence[Rated], usual: float | None, say: Say, titles: Titles) -> str:
    """Whether the first one is above what is usual: for certain, perhaps, or nothing happened at all. Carriers are
    their own measure."""
    of, hits = sum(rate.of or 0 for rate in rates), sum(rate.hits or 0 for rate in rates)
    if of < FEW:
        return say(f"dashboard.few_{block}", count=of)
    if not hits:
        return say(f"dashboard.none_{block}")
    average = hits / of if usual is None else usual
    sure = next((rate for rate in rates if _is_above(rate, average)), None)
    first = sure or rates[0]
    name = short(str(titles.choice("category", first.name) if block == "categories" else first.name))
    return (
        say(f"dashboard.sure_{block}", name=name, rate=f"{first.rate:.0%}")
        if sure
        else say(f"dashboard.perhaps_{block}", name=name)
    )


def about_days(medians: Sequence[float | None], closed: Sequence[int | None], say: Say) -> str:
    """The latest quarter with enough cases: half of them ended within so many days."""
    recent = [(median, count or 0) for median, count in zip(medians[-2:], closed[-2:], strict=True)]
    for (median, count), text in zip(reversed(recent), ("median_now", "median_before"), strict=True):
        if median is not None and count >= FEW:
            return say(f"dashboard.{text}", days=days_text(median, say))
    return say("dashboard.few_closed", count=recent[-1][1])


def about_money(
    recovered: Sequence[float | None],
    lost: Sequence[float | None],
    closed: Sequence[int | None],
    currency: str,
    say: Say,
) -> str:
    """What was lost and recovered in this quarter."""
    if not closed[-1]:
        return say("dashboard.no_money")
    return say(
        "dashboard.money", lost=f"{lost[-1] or 0:,.0f}", recovered=f"{recovered[-1] or 0:,.0f}", currency=currency
    )


def about_months(means: Sequence[float | None], say: Say) -> str:
    """The mean of the last three full months beside that of a year before: the current month is still too young."""
    now, before = means[-2], means[-14]
    if now is None or before is None:
        return say("dashboard.few_months")
    values = {"before": f"{before:.0%}", "now": f"{now:.0%}"}
    if values["before"] == values["now"]:
        return say("dashboard.rate_same", **values)
    return say("dashboard.rate_rose" if now > before else "dashboard.rate_fell", **values)


def short(name: str) -> str:
    """A name that fits into a headline; wide characters count twice."""
    size = 0
    for at, sign in enumerate(name):
        size += 1 if sign.isascii() else 2
        if size > NAME:
            return name[:at].rstrip() + "…"
    return name
