"""The review workbook of a quarter, a month or a year: what went wrong, why, what it cost, beside the period before;
native charts.

Every number is counted from rows that stand on its Data pages, or in `export`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from functools import partial

from kakosheet.book.computing import collector_at_rest
from kakosheet.core.issues import EXIT_USAGE, KakosheetError
from kakosheet.core.lookup import Lookup
from kakosheet.core.newbook import NewBook
from kakosheet.core.records import Notes
from kakosheet.core.schema import Kind, WorkbookSchema
from kakosheet.core.table import Tables
from kakosheet.core.text import quoted
from kakosheet.core.titles import Titles
from kakosheet.policy.model import Policy
from kakosheet.policy.periods import Period, last_finished, parse_period
from kakosheet.reviews import causes, handling, losses, rates, resolution, rows, summary, types
from kakosheet.reviews.figures import Figures, figures
from kakosheet.reviews.page import Field, ReviewPage

__all__ = ["build_review", "period_of", "review_tables"]


def period_of(period: str | None, today: date) -> Period:
    """The period that is meant; by default the last finished quarter. KakosheetError if it is none, or has not
    begun."""
    if period is None:
        return last_finished("quarter", today)
    found = parse_period(period)
    if found is None:
        raise KakosheetError(
            "K504",
            f"{quoted(period)} is not a period",
            "write a quarter like 2026Q3, a month like 2026-09 or a year like 2026",
            exit_code=EXIT_USAGE,
        )
    if found.first > today:
        raise KakosheetError(
            "K504", f"{found} has not begun yet", f"choose one that begins by {today.isoformat()}", exit_code=EXIT_USAGE
        )
    return found


def review_tables(
    tables: Tables, policy: Policy, titles: Titles, period: Period, today: date, notes: Notes | None = None
) -> list[ReviewPage]:
    """The pages of the review as plain data, from computed tables: as of the period's end, or of today if that is
    earlier. In `notes` stand afterwards the cells that cannot be known, whose rows are left out."""
    lookup, made = Lookup(tables, notes if notes is not None else Notes()), dict[str, ReviewPage]()
    with collector_at_rest():
        found = figures(lookup, policy, period, today)
        pages = _pages(found, policy, lookup)
        for key, write in reversed(pages.items()):  # the first page tells what all of them left out
            made[key] = ReviewPage(key, titles)
            write(made[key])
    return [made[key] for key in pages]


def _pages(found: Figures, policy: Policy, lookup: Lookup) -> dict[str, Callable[[ReviewPage], None]]:
    """Who writes which page, in their order."""
    return {
        "summary": partial(summary.summary, found=found, policy=policy, lookup=lookup),
        "types": partial(types.types, found=found, policy=policy),
        "sellers": partial(
            rates.rates,
            found=found,
            policy=policy,
            rows=found.sellers,
            name=Field("seller"),
            by=lambda dispute: dispute.seller,
        ),
        "categories": partial(
            rates.rates,
            found=found,
            policy=policy,
            rows=found.categories,
            name=Field("category", Kind.CHOICE, "category"),
            by=lambda dispute: dispute.category,
        ),
        "resolution": partial(resolution.resolution, found=found, policy=policy),
        "handling": partial(handling.handling, found=found, policy=policy, lookup=lookup),
        "losses": partial(losses.losses, found=found, policy=policy),
        "causes": partial(causes.causes, found=found, policy=policy),
        "overdue": partial(rows.overdue, found=found, policy=policy),
        "improvements": partial(rows.improvements, found=found, policy=policy, lookup=lookup),
        "data": partial(rows.data, found=found, policy=policy),
        "data_orders": partial(rows.data_orders, found=found, lookup=lookup),
        "data_dates": partial(rows.data_dates, found=found),
    }


def build_review(
    tables: Tables,
    policy: Policy,
    titles: Titles,
    *,
    period: str | None,
    today: date,
    kind: str = "xlsx",
    notes: Notes | None = None,
) -> bytes:
    """The review as a file of that format. `tables` are those of a book after its rules ran; `notes` as in
    `review_tables`. KakosheetError as in `period_of`."""
    from kakosheet.formats import REVIEWS
    from kakosheet.sheets.marks import MARKS

    made = review_tables(tables, policy, titles, period_of(period, today), today, notes)
    words = {key: text for page in made for key, text in page.words.items()}
    book = NewBook(
        schema=WorkbookSchema(1, tuple(page.schema() for page in made)),
        titles=Titles(titles.lang, texts=words, choices=titles.choices),
        tables={key: table for page in made for key, table in page.tables.items()},
        visible=tuple(page.key for page in made),
        created=datetime.combine(today, time()),
        layouts={page.key: page.layout() for page in made},
        marks=MARKS,
    )
    return REVIEWS[kind](book)
