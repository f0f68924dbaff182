"""What cannot be true in a row of the Purchase Checklist."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from kakosheet.core.rules import Fault, check
from kakosheet.sheets.purchases.promises import columns

ORDER = (("bought_on", "shipped"), ("bought_on", "arrived_at_warehouse"), ("bought_on", "received"), ("shipped", "received"),
         ("bought_on", "noticed_on"))
"""Pairs of dates of which the first cannot be later than the second."""


@check("purchases", reads=columns("bought_on", "shipped", "arrived_at_warehouse", "received", "noticed_on"))
def dates(bought_on: date | None, shipped: date | None, arrived: date | None, received: date | None, noticed_on: date | None, *,
          say: Callable[..., str]) -> Iterator[Fault]:
    """Dates that contradict each other; one fault for each later column."""
    found = {"bought_on": bought_on, "shipped": shipped, "arrived_at_warehouse": arrived, "received": received, "noticed_on": noticed_on}
    told = set()
    for first, second in ORDER:
        before, after = found[first], found[second]
        if before is not None and after is not None and after < before and second not in told:
            told.add(second)
            yield Fault(second, "K312", say(f"purchases.fault_{first}_{second}", first=before.isoformat(), second=after.isoformat()),
                        say("purchases.cure_dates"))
