"""Order lines as the review sees them, and rates over them: how many of them ended in a dispute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from math import fsum
from typing import NamedTuple

from kakosheet.core.records import Record, far, known
from kakosheet.core.titles import fold
from kakosheet.policy.periods import Period
from kakosheet.policy.stats import share, wilson
from kakosheet.sheets.casework.case import Case
from kakosheet.sheets.casework.orders import Purchase, Sale

FEW = 5
"""Lines (or cases) below which a share is chance: nobody is called bad for one order of two."""


class BoughtFrom(Record, of="purchases"):
    """Seller and carrier of a purchase as their own lists call them."""

    seller: str | None = far("seller -> sellers.seller")
    carrier: str | None = far("carrier -> carriers.carrier")


class SentBy(Record, of="sales"):
    """The carrier of a sale as the list of carriers calls it."""

    carrier: str | None = far("carrier -> carriers.carrier")


class OrderLine(NamedTuple):
    """An order line on the day of its order; `name` is the seller, category or carrier by which it is counted."""

    id: str | None
    day: date | None
    name: str | None = None


class DisputeRate(NamedTuple):
    """`hits` of `of` lines. `low` and `high` are the ends of the 95 % interval, `minus` and `plus` the lengths of its
    bars."""

    name: str
    of: int
    hits: int
    rate: float
    low: float
    high: float
    minus: float
    plus: float


def bought(purchases: Iterable[Purchase]) -> list[OrderLine]:
    """Purchases that were really ordered."""
    return _ordered(lambda line: OrderLine(line.id, line.bought_on), purchases)


def sold(sales: Iterable[Sale]) -> list[OrderLine]:
    """Sales that were really ordered."""
    return _ordered(lambda line: OrderLine(line.id, line.sold_on), sales)


def by_seller(purchases: Iterable[Purchase], lists: Iterable[BoughtFrom]) -> list[OrderLine]:
    """Purchases, each with its seller."""
    return _ordered(lambda line, listed: OrderLine(line.id, line.bought_on, listed.seller), purchases, lists)


def by_category(purchases: Iterable[Purchase], sales: Iterable[Sale]) -> list[OrderLine]:
    """Purchases and sales, each with its category."""
    return [
        *_ordered(lambda line: OrderLine(line.id, line.bought_on, line.category), purchases),
        *_ordered(lambda line: OrderLine(line.id, line.sold_on, line.category), sales),
    ]


def by_carrier(
    purchases: Iterable[Purchase],
    bought_lists: Iterable[BoughtFrom],
    sales: Iterable[Sale],
    sold_lists: Iterable[SentBy],
) -> list[OrderLine]:
    """Purchases and sales, each with its carrier."""
    return [
        *_ordered(lambda line, listed: OrderLine(line.id, line.bought_on, listed.carrier), purchases, bought_lists),
        *_ordered(lambda line, listed: OrderLine(line.id, line.sold_on, listed.carrier), sales, sold_lists),
    ]


def _ordered(tell: Callable[..., OrderLine], *records: Iterable[Record]) -> list[OrderLine]:
    """Lines that were really ordered: those with a day."""
    return [line for line in known(tell, *records) if line.id is not None and line.day is not None]


def disputed_ids(cases: Iterable[Case], types: Collection[str] | None = None) -> tuple[set[str], set[str]]:
    """The ids of disputed purchases and of disputed sales; only of cases of these types, if given."""
    found = list(
        known(lambda case: (case.purchase, case.sale) if types is None or case.type in types else (None, None), cases)
    )
    return {purchase for purchase, _ in found if purchase is not None}, {sale for _, sale in found if sale is not None}


def rate_of(name: str, hits: int, of: int) -> DisputeRate:
    """A rate with its interval; `of` must be above zero."""
    low, high = wilson(hits, of) or (0.0, 1.0)
    rate = hits / of
    return DisputeRate(name, of, hits, rate, low, high, max(0.0, rate - low), max(0.0, high - rate))


def rates_by_name(ordered: Iterable[OrderLine], disputed: Collection[str], window: Period) -> list[DisputeRate]:
    """A rate for each name, the one that is most certainly high first: by the lower end of its interval, names with few
    lines last.

    Names that differ in case alone are one."""
    of: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for line in ordered:
        if line.name is not None and line.day in window:
            key = fold(line.name)
            shown.setdefault(key, line.name)
            of[key] += 1
            hits[key] += line.id in disputed
    found = [rate_of(shown[key], hits[key], count) for key, count in of.items()]
    return sorted(found, key=lambda rate: (rate.of < FEW, -rate.low, -rate.rate, -rate.of, fold(rate.name)))


def certain(of: int, hits: int, low: float, limit: float) -> bool:
    """Whether a rate is above a limit by more than chance, and on more than a handful of lines."""
    return of >= FEW and hits >= 2 and low > limit


def count_in(ordered: Iterable[OrderLine], disputed: Collection[str], period: Period) -> tuple[int, int]:
    """(disputed, all) of the lines ordered in a period."""
    chosen = [line for line in ordered if line.day in period]
    return sum(line.id in disputed for line in chosen), len(chosen)


def by_month(
    ordered: Iterable[OrderLine], disputed: Collection[str], months: Sequence[Period]
) -> list[tuple[int, int]]:
    """(disputed, all) for each month, by the day of the order."""
    place = {(month.first.year, month.first.month): at for at, month in enumerate(months)}
    found = [[0, 0] for _ in months]
    last = months[-1].last
    for line in ordered:
        if line.day is not None and line.day <= last and (at := place.get((line.day.year, line.day.month))) is not None:
            found[at][0] += line.id in disputed
            found[at][1] += 1
    return [(hits, of) for hits, of in found]


def pooled(counts: Sequence[tuple[int, int]], width: int) -> list[float | None]:
    """For each place the rate over it and the `width - 1` places before; None until so many have passed, or without
    lines."""
    means: list[float | None] = []
    for at in range(len(counts)):
        part = counts[max(0, at + 1 - width) : at + 1]
        means.append(share(fsum(hits for hits, _ in part), sum(of for _, of in part)) if len(part) == width else None)
    return means
