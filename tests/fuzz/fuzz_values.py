"""Any text is read as a date, a number, a currency, a limit or opening hours, or refused as the parser says."""

from __future__ import annotations

import random

from mutating import loop, mutate

from kakosheet.core.dates import parse_date
from kakosheet.core.numbers import parse_currency, parse_number
from kakosheet.policy.clock import ClockError
from kakosheet.policy.clock_text import parse_amount, parse_hours, parse_moment, parse_pause

TEXTS = [
    "2026-02-28",
    "2026年11月21日 14:30",
    "21 Nov 2026",
    "1.299,50 €",
    "¥199",
    "5 working_days",
    "09:00-12:00,13:00-18:00",
    "2026-02-03T10:00+08:00/",
    "１２%",
    "USD",
]
PARSERS = (parse_date, parse_number, parse_currency, parse_amount, parse_hours, parse_moment, parse_pause)


def attempt(chance: random.Random) -> None:
    text = mutate(chance.choice(TEXTS).encode(), chance).decode("utf-8", "replace")
    chance.choice(PARSERS)(text)


if __name__ == "__main__":
    loop(attempt, (ValueError, ClockError))
