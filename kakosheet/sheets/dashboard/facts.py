"""The figures of one period, the same for the dashboard's quarters and the review workbook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import fsum

from kakosheet.core.records import CannotKnow, attempt, known
from kakosheet.policy.periods import Period
from kakosheet.policy.stats import median, quantile, share
from kakosheet.sheets.dashboard.cases import Outcome
from kakosheet.sheets.dashboard.nodes import RanDate
from kakosheet.sheets.dashboard.orders import OrderLine, count_in

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
    unsettled: int
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
    causeless: int = 0  # closed ones without a root cause

    @property
    def resolution_rate(self) -> float | None:
        return share(self.settled, self.settled + self.unsettled)

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
    cases: Sequence[Outcome],
    dates: Iterable[RanDate] = (),
    ordered: Iterable[OrderLine] = (),
    disputed: Collection[str] = (),
) -> Facts:
    """The figures of the days of `period`, as of its last day. What hangs on a cell that cannot be known is left
    out."""
    as_of = period.last
    closed = closed_in(cases, period)
    due = [one for one in dates if one.day in period]
    over = list(known(lambda one: (one, one.kept(as_of)), due))
    kept, ours = [word for _, word in over], list(known(lambda pair: pair[1] if pair[0].acts == "we" else None, over))
    settled, named = list(known(lambda case: case.settled, closed)), Counter(known(lambda case: case.cause, closed))
    hits, of = count_in(ordered, disputed, period)
    return Facts(
        period=period,
        open=sum(known(lambda case: case.open_at(as_of), cases)),
        opened=sum(known(lambda case: case.opened in period, cases)),
        closed=len(closed),
        settled=settled.count(True),
        unsettled=settled.count(False),
        days=tuple(days for days in known(lambda case: case.days, closed) if days is not None),
        claimed=total(known(lambda case: case.claimed if case.recovered is not None else None, closed)),
        recovered=total(known(lambda case: case.recovered, closed)),
        lost=total(known(lambda case: case.lost, closed)),
        kept=kept.count(True),
        missed=kept.count(False),
        ours_kept=ours.count(True),
        ours_missed=ours.count(False),
        disputed=hits,
        ordered=of,
        causes={cause: count for cause, count in named.items() if cause is not None},
        causeless=named[None],
    )


def closed_in(cases: Iterable[Outcome], period: Period) -> list[Outcome]:
    """The cases that were closed in a period."""
    return [case for case in known(lambda case: case if case.closed in period else None, cases) if case is not None]


def total(amounts: Iterable[float | None]) -> float:
    """The sum of what is known of."""
    return fsum(amount for amount in amounts if amount is not None)


def quarters_to_date(
    quarters: Sequence[Period], today: date, cases: Iterable[Outcome], dates: Iterable[RanDate] = ()
) -> list[Facts]:
    """The figures of each of these quarters, which follow one another; of the current one up to today."""
    by_quarter: dict[int, list[RanDate]] = {}
    for one in dates:
        by_quarter.setdefault(_quarter(one.day), []).append(one)
    return [
        facts(quarter.until(today), own, by_quarter.get(_quarter(quarter.first), ()))
        for quarter, own in zip(quarters, _cases_of_each(quarters, cases), strict=True)
    ]


def _quarter(day: date) -> int:
    """Quarters counted through the years."""
    return day.year * 4 + (day.month - 1) // 3


def _cases_of_each(quarters: Sequence[Period], cases: Iterable[Outcome]) -> list[list[Outcome]]:
    """The cases that each quarter may count: those that were opened, closed or open in it; odd ones in all."""
    found: list[list[Outcome]] = [[] for _ in quarters]
    first, end = _quarter(quarters[0].first), len(quarters)
    for case in cases:
        days = attempt(lambda case: (case.opened, case.closed), case)
        opened, closed = (None, None) if isinstance(days, CannotKnow) else days
        begin, until = 0, end
        if opened is not None and (closed is None or closed >= opened):
            begin, until = max(0, _quarter(opened) - first), end if closed is None else _quarter(closed) - first + 1
        for own in found[begin:until] if until > 0 else ():
            own.append(case)
    return found
