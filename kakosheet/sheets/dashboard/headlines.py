"""What each chart shows, said in one line above it; or that there are too few data to say anything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kakosheet.core.rules import table_rule
from kakosheet.core.titles import Titles
from kakosheet.policy.model import Policy
from kakosheet.sheets.dashboard.cases import CAUSES
from kakosheet.sheets.dashboard.charts import WINDOW
from kakosheet.sheets.dashboard.columns import CHARTS
from kakosheet.sheets.dashboard.orders import FEW, certain
from kakosheet.sheets.words import Say, days_text

NAME = 22
"""Characters of a name that a headline can hold beside its sentence."""


@table_rule(
    *(f"dashboard_headlines.{key}" for key in CHARTS),
    reads=(
        "dashboard_types.type",
        "dashboard_types.count",
        *(f"dashboard_causes.{cause}" for cause in CAUSES),
        *(
            f"dashboard_{block}.{key}"
            for block, name in (("sellers", "seller"), ("categories", "category"), ("carriers", "carrier"))
            for key in (name, "of", "hits", "rate", "low")
        ),
        "dashboard_quarters.closed",
        "dashboard_outcomes.recovered",
        "dashboard_outcomes.lost",
        "dashboard_days.median",
        "dashboard_months.mean",
        "dashboard_tiles.rate",
    ),
)
def headlines(*columns: list[Any], policy: Policy, say: Say, titles: Titles) -> tuple[list[str], ...]:
    """One finding for each chart, in the order of CHARTS."""
    at = 2 + len(CAUSES)
    rates = [columns[at + 5 * block : at + 5 * block + 5] for block in range(3)]
    closed, recovered, lost, medians, means, (usual,) = columns[at + 15 :]
    limit = policy.settings["high_dispute_rate"]
    return tuple(
        [line]
        for line in (
            about_types(columns[0], columns[1], say, titles),
            about_causes(columns[2:at], say, titles),
            about_sellers(rates[0], limit, say),
            about_highest("categories", rates[1], usual, say, titles),
            about_days(medians, closed, say),
            about_money(recovered, lost, closed, policy.settings["base_currency"], say),
            about_months(means, say),
            about_highest("carriers", rates[2], None, say, titles),
        )
    )


def about_types(kinds: Sequence[str | None], counts: Sequence[int | None], say: Say, titles: Titles) -> str:
    """ "Product damage and Counterfeit: 12 of 23 disputes"."""
    found = [
        (titles.choice("dispute_type", kind), count)
        for kind, count in zip(kinds, counts, strict=True)
        if kind is not None and count
    ]
    total = sum(count for _, count in found)
    if total < FEW:
        return say("dashboard.few_disputes", count=total)
    if len(found) == 1:
        return say("dashboard.one_type", first=found[0][0], count=found[0][1], of=total)
    return say("dashboard.two_types", first=found[0][0], second=found[1][0], count=found[0][1] + found[1][1], of=total)


def about_causes(by_group: Sequence[list[int | None]], say: Say, titles: Titles) -> str:
    """ "Seller: the cause of 12 of 23 closed disputes", over the last four quarters."""
    sums = {
        cause: sum(count or 0 for count in counts[-WINDOW:]) for cause, counts in zip(CAUSES, by_group, strict=True)
    }
    total, most = sum(sums.values()), max(CAUSES, key=lambda cause: sums[cause])
    if total < FEW:
        return say("dashboard.few_causes", count=total)
    return say("dashboard.cause", cause=titles.choice("cause_group", most), count=sums[most], of=total)


def about_sellers(rates: Sequence[list[Any]], limit: float, say: Say) -> str:
    """How many sellers are above the limit of Settings by more than chance."""
    names, of, hits, _, low = rates
    above = [
        name
        for name, count, bad, end in zip(names, of, hits, low, strict=True)
        if name is not None and certain(count, bad, end, limit)
    ]
    if sum(count or 0 for count in of) < FEW:
        return say("dashboard.few_orders", count=sum(count or 0 for count in of))
    if not above:
        return say("dashboard.no_seller", limit=f"{limit:.0%}")
    if len(above) == 1:
        return say("dashboard.one_seller", seller=short(above[0]), limit=f"{limit:.0%}")
    return say(
        "dashboard.many_sellers",
        count=f"{len(above)}+" if len(above) == len(names) else len(above),
        limit=f"{limit:.0%}",
    )


def about_highest(block: str, rates: Sequence[list[Any]], usual: float | None, say: Say, titles: Titles) -> str:
    """Whether the first one is above what is usual: for certain, perhaps, or nothing happened at all. Carriers are
    their own measure."""
    names, of, hits, rate, low = rates
    all_of, all_hits = sum(count or 0 for count in of), sum(count or 0 for count in hits)
    if all_of < FEW:
        return say(f"dashboard.few_{block}", count=all_of)
    if not all_hits:
        return say(f"dashboard.none_{block}")
    average = all_hits / all_of if usual is None else usual
    sure = [at for at, name in enumerate(names) if name is not None and certain(of[at], hits[at], low[at], average)]
    first = sure[0] if sure else 0
    name = short(str(titles.choice("category", names[first]) if block == "categories" else names[first]))
    return (
        say(f"dashboard.sure_{block}", name=name, rate=f"{rate[first]:.0%}")
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
