"""The figures of one period, the same for the dashboard's quarters and the review workbook."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import fsum

from kakosheet.policy.periods import Period
from kakosheet.policy.stats import median, quantile, share
from kakosheet.sheets.dashboard.cases import Case
from kakosheet.sheets.dashboard.nodes import Node
from kakosheet.sheets.dashboard.orders import Line, count_in

SLOW = 0.9
"""Nine of ten cases end sooner: "the slowest tenth"."""


@dataclass(frozen=True)
class Facts:
    """What happened in a period. Money is in the base currency; a share is None where there is nothing to share."""

    period: Period
    open: int  # at its end
    opened: int
    closed: int
    settled: int
    days: tuple[int, ...]  # from opening to result, of the closed ones
    claimed: float
    recovered: float
    lost: float
    kept: int  # dates kept and missed, by their last good day
    missed: int
    ours_kept: int  # of these, where we had to act
    ours_missed: int
    disputed: int  # order lines with a dispute, of all ordered in the period
    ordered: int
    causes: dict[str, int] = field(default_factory=dict)

    @property
    def resolution_rate(self) -> float | None:
        return share(self.settled, self.closed)

    @property
    def median_days(self) -> float | None:
        return median(self.days)

    @property
    def slow_days(self) -> float | None:
        return quantile(self.days, SLOW)

    @property
    def recovered_share(self) -> float | None:
        return share(self.recovered, self.claimed)

    @property
    def on_time(self) -> float | None:
        return share(self.ours_kept, self.ours_kept + self.ours_missed)

    @property
    def dispute_rate(self) -> float | None:
        return share(self.disputed, self.ordered)


def facts(
    period: Period,
    cases: Sequence[Case],
    nodes: Iterable[Node] = (),
    ordered: Iterable[Line] = (),
    disputed: Collection[str] = (),
) -> Facts:
    """The figures of the days of `period`; they are known as of its last day."""
    as_of = period.last
    closed = [case for case in cases if case.closed in period]
    kept = [(node.kept(as_of), node.acts == "we") for node in nodes if node.day in period]
    hits, of = count_in(ordered, disputed, period)
    causes: dict[str, int] = {}
    for case in closed:
        if case.cause is not None:
            causes[case.cause] = causes.get(case.cause, 0) + 1
    return Facts(
        period=period,
        open=sum(case.open_at(as_of) for case in cases),
        opened=sum(case.opened in period for case in cases),
        closed=len(closed),
        settled=sum(case.settled for case in closed),
        days=tuple(case.days for case in closed if case.days is not None),
        claimed=fsum(case.claimed for case in closed if case.claimed is not None and case.recovered is not None),
        recovered=fsum(case.recovered for case in closed if case.recovered is not None),
        lost=fsum(case.lost for case in closed if case.lost is not None),
        kept=sum(word is True for word, _ in kept),
        missed=sum(word is False for word, _ in kept),
        ours_kept=sum(word is True for word, ours in kept if ours),
        ours_missed=sum(word is False for word, ours in kept if ours),
        disputed=hits,
        ordered=of,
        causes=causes,
    )


def quarters_to_date(
    quarters: Iterable[Period], today: date, cases: Sequence[Case], nodes: Iterable[Node] = ()
) -> list[Facts]:
    """The figures of each quarter, of the current one up to today."""
    by_quarter: dict[tuple[int, int], list[Node]] = {}
    for node in nodes:
        by_quarter.setdefault((node.day.year, (node.day.month - 1) // 3), []).append(node)
    return [
        facts(quarter.until(today), cases, by_quarter.get((quarter.first.year, quarter.first.month // 3), ()))
        for quarter in quarters
    ]
