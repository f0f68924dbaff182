"""The head of a page of the review, and how its quarters and charts are named."""

from __future__ import annotations

from kakosheet.core.layout import Look
from kakosheet.policy.periods import Period
from kakosheet.reviews.figures import Figures
from kakosheet.reviews.page import ReviewPage


def label(period: Period, found: Figures) -> str:
    """A quarter's name, with a star if the review sees only a part of it."""
    return period.label + ("*" if period.shifted(0).last > found.period.last else "")


def head(page: ReviewPage, found: Figures, currency: str) -> None:
    """Title, period and currency."""
    page.line(page.say(f"title_{page.key}", period=found.whole.label), Look.TITLE)
    page.line(
        page.say(
            "about",
            first=found.period.first.isoformat(),
            last=found.period.last.isoformat(),
            before=f"{found.before.first.isoformat()} – {found.before.last.isoformat()}",
            currency=currency,
        ),
        Look.SUBLINE,
    )


def about(page: ReviewPage, what: str, when: str, **places: str) -> str:
    """What a chart measures, and over which time."""
    return page.say(
        "about_chart", what=page.say(f"chart_{what}"), when=page.say(when if places else f"chart_{when}", **places)
    )
