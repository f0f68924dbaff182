"""What the charts of the review show, said in the line above each; the dashboard's words where it draws the same."""

from __future__ import annotations

from collections.abc import Sequence

from kakosheet.policy.model import Policy
from kakosheet.reviews.figures import Figures, Group
from kakosheet.reviews.page import ReviewPage
from kakosheet.sheets.dashboard.headlines import about_causes, about_highest, about_sellers, about_types, short
from kakosheet.sheets.dashboard.orders import FEW, DisputeRate
from kakosheet.sheets.words import days_text


def flow(page: ReviewPage, found: Figures) -> str:
    """Whether more cases came than went."""
    opened, closed = found.now.opened, found.now.closed
    name = "as_many" if opened == closed else "more_opened" if opened > closed else "more_closed"
    return page.say(name, opened=opened, closed=closed)


def money(page: ReviewPage, found: Figures, policy: Policy) -> str:
    """What was lost and recovered in the period."""
    if not found.now.closed:
        return page.say("none_closed")
    return page.say(
        "lost_and_recovered",
        lost=f"{found.now.lost:,.0f}",
        recovered=f"{found.now.recovered:,.0f}",
        currency=policy.settings["base_currency"],
    )


def types(page: ReviewPage, rows: Sequence[Group]) -> str:
    return about_types([(row.name, row.opened) for row in rows], page.titles.say, page.titles)


def costliest(page: ReviewPage, rows: Sequence[Group], listing: str, policy: Policy) -> str:
    """Where most of the lost money went."""
    first, total = max(rows, key=lambda row: row.lost), sum(row.lost for row in rows)
    name = (page.titles.choice(listing, first.name) if listing else first.name) or page.say("unnamed")
    return page.say(
        "lost_most",
        group=short(name),
        lost=f"{first.lost:,.0f}",
        of=f"{total:,.0f}",
        currency=policy.settings["base_currency"],
    )


def rates(page: ReviewPage, rows: Sequence[DisputeRate], policy: Policy) -> str:
    """Who stands out, by more than chance. Rates of everybody are what is usual."""
    if page.key == "sellers":
        return about_sellers(rows, policy.settings["high_dispute_rate"], page.titles.say)
    return about_highest("categories", rows, None, page.titles.say, page.titles)


def days(page: ReviewPage, found: Figures) -> str:
    """How long half of the cases took at most."""
    if found.now.median_days is None or found.now.closed < FEW:
        return page.titles.say("dashboard.few_closed", count=found.now.closed)
    return page.say("half_within", days=days_text(found.now.median_days, page.titles.say))


def causes(page: ReviewPage, found: Figures) -> str:
    """The group of causes behind most closed cases of the last quarters."""
    return about_causes([quarter.causes for quarter in found.quarters], page.titles.say, page.titles)
