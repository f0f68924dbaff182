"""The six tiles: this quarter to date, beside the same days of the quarter before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from kakosheet.core.rules import table_rule
from kakosheet.policy.model import Policy
from kakosheet.policy.periods import Period, period_of, run_of
from kakosheet.sheets.casework.case import Case
from kakosheet.sheets.casework.nodes import Node
from kakosheet.sheets.casework.orders import Purchase, Sale
from kakosheet.sheets.casework.verdicts import CaseLoss, NodeDate, NodeState
from kakosheet.sheets.dashboard.cases import outcomes
from kakosheet.sheets.dashboard.charts import WINDOW, window
from kakosheet.sheets.dashboard.facts import facts
from kakosheet.sheets.dashboard.nodes import dates_that_ran
from kakosheet.sheets.dashboard.orders import bought, disputed_ids, sold

TILE_READS = (Case, CaseLoss, Purchase, Sale, Node, NodeDate, NodeState)
KEYS = ("open", "rate", "days", "lost", "recovered", "on_time")
SHARES = ("rate", "recovered", "on_time")


class Tiles(NamedTuple):
    """One value for each tile; shares are 0 to 1, None where there is nothing to share."""

    open: int
    rate: float | None
    days: float | None
    lost: float
    recovered: float | None
    on_time: float | None


def tile_values(
    cases: Sequence[Case],
    losses: Sequence[CaseLoss],
    purchases: Sequence[Purchase],
    sales: Sequence[Sale],
    nodes: Sequence[Node],
    dates: Sequence[NodeDate],
    states: Sequence[NodeState],
    today: date,
    policy: Policy,
) -> tuple[Tiles, Tiles]:
    """(now, before)."""
    found = outcomes(cases, losses, policy)
    ours, theirs = disputed_ids(one.case for one in found)
    ordered, ran = [*bought(purchases), *sold(sales)], dates_that_ran(nodes, dates, states)
    quarter = period_of("quarter", today)

    def values(period: Period, of: Period) -> Tiles:
        narrow, wide = facts(period, found, ran), facts(of, (), (), ordered, ours | theirs)
        return Tiles(
            narrow.open, wide.dispute_rate, narrow.median_days, narrow.lost, narrow.recovered_share, narrow.on_time
        )

    earlier = quarter.same_days_before(today)
    year_before = Period("quarter", run_of("quarter", earlier.first, WINDOW)[0].first, earlier.last)
    return values(quarter.until(today), window(today)), values(earlier, year_before)


@table_rule(*(f"dashboard_tiles.{key}" for key in KEYS), reads=TILE_READS)
def tiles(
    cases: Sequence[Case],
    losses: Sequence[CaseLoss],
    purchases: Sequence[Purchase],
    sales: Sequence[Sale],
    nodes: Sequence[Node],
    dates: Sequence[NodeDate],
    states: Sequence[NodeState],
    *,
    today: date,
    policy: Policy,
) -> tuple[list[Any], ...]:
    """The values of this quarter to date."""
    now, _ = tile_values(cases, losses, purchases, sales, nodes, dates, states, today, policy)
    return tuple(
        [None if value is None else round(value) if key not in SHARES else value]
        for key, value in zip(KEYS, now, strict=True)
    )


@table_rule(*(f"dashboard_before.{key}" for key in KEYS), reads=TILE_READS)
def before(
    cases: Sequence[Case],
    losses: Sequence[CaseLoss],
    purchases: Sequence[Purchase],
    sales: Sequence[Sale],
    nodes: Sequence[Node],
    dates: Sequence[NodeDate],
    states: Sequence[NodeState],
    *,
    today: date,
    policy: Policy,
    say: Any,
) -> tuple[list[str], ...]:
    """The value of the same days of the quarter before, with the change."""
    now, earlier = tile_values(cases, losses, purchases, sales, nodes, dates, states, today, policy)
    return tuple([_beside(key, value, old, say)] for key, value, old in zip(KEYS, now, earlier, strict=True))


def _beside(key: str, value: float | None, old: float | None, say: Any) -> str:
    """ "9.8%  ▼ 1.1 points", "5  ▲ 2"; the change is that of the rounded numbers that are shown."""
    if old is None:
        return str(say("dashboard.nothing_yet" if value is None else "dashboard.before_unknown"))
    percent = key in SHARES
    shown = f"{old:.1%}" if percent else f"{round(old):,}"
    if value is None:
        return str(say("dashboard.before_only", value=shown))
    change = round(value * 100, 1) - round(old * 100, 1) if percent else round(value) - round(old)
    if not round(change, 1):
        return str(say("dashboard.before_same", value=shown))
    amount = say("dashboard.points", count=f"{abs(change):.1f}") if percent else f"{abs(change):,}"
    return str(say("dashboard.before_change", value=shown, arrow="▲" if change > 0 else "▼", change=amount))


@table_rule("dashboard_period.line", reads=())
def period(*, today: date, policy: Policy, say: Any) -> list[str]:
    """Which days the tiles are about."""
    quarter = period_of("quarter", today)
    return [
        say(
            "dashboard.period_over" if today == quarter.last else "dashboard.period_to_date",
            quarter=quarter.label,
            currency=policy.settings["base_currency"],
        )
    ]
