"""Days and amounts inside sentences, in the language of the book."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from kakosheet.core.titles import Titles

Say = Callable[..., str]
_LONGEST = 60


def day_text(day: date, today: date, titles: Titles) -> str:
    """ "26 Nov", with the year where it is not this one."""
    return (
        titles.say("deadlines.day", day=day.day, month=titles.choice("month", str(day.month)))
        if day.year == today.year
        else full_day(day, titles)
    )


def full_day(day: date, titles: Titles) -> str:
    """ "26 Nov 2026": for what stays true, and so need not be written anew."""
    return titles.say(
        "deadlines.day_and_year", day=day.day, month=titles.choice("month", str(day.month)), year=day.year
    )


def days_text(days: float, say: Say) -> str:
    """ "1 day", "14.5 days"."""
    return say("deadlines.days_one") if days == 1 else say("deadlines.days", days=number_text(days))


def usual_text(count: float, say: Say) -> str:
    """How many would be usual: "1", "none"."""
    return str(round(count)) if round(count) else say("sellers.usual_none")


def told_values(values: Mapping[str, Any], say: Say) -> dict[str, Any]:
    """The values of a proposal's sentence, as it tells them."""
    return {key: usual_text(value, say) if key == "usual" else value for key, value in values.items()}


def money_text(amount: float, currency: str | None) -> str:
    """ "120 EUR", "1,299.50 CNY": no decimals where there are none."""
    number = f"{amount:,.2f}".removesuffix(".00")
    return f"{number} {currency}" if currency else number


def number_text(number: float) -> str:
    """ "5", "1.5"."""
    return f"{number:g}"


def listed(pieces: Sequence[str], say: Say) -> str | None:
    """As many of these as fit into a cell, and how many more there are; None for none."""
    if not pieces:
        return None
    between, shown = say("disputes.between_pieces"), [pieces[0]]
    for piece in pieces[1:]:
        if len(between.join([*shown, piece])) > _LONGEST:
            return say("disputes.and_more", shown=between.join(shown), more=len(pieces) - len(shown))
        shown.append(piece)
    return between.join(shown)
