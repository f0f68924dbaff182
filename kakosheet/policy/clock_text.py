"""Limits, opening hours, pauses and moments as people write them."""

from __future__ import annotations

import re
from datetime import date, datetime
from itertools import pairwise

from kakosheet.policy.clock import ClockError, Hours, Moment, Pause
from kakosheet.policy.model import UNITS

_HOURS = re.compile(r"(\d{1,2})(?::(\d\d))?\s*[-\u2013]\s*(\d{1,2})(?::(\d\d))?")


def parse_amount(text: str) -> tuple[float, str]:
    """ "5 working_days" or "1 business hour" → (5, "working_days")."""
    number, _, unit = text.strip().partition(" ")
    unit = unit.strip().lower().replace(" ", "_").replace("-", "_")
    unit = unit if unit in UNITS else unit + "s"
    try:
        amount = float(number)
    except ValueError:
        amount = -1.0
    if amount < 0 or unit not in UNITS:
        raise ClockError(f'"{text}" is no limit; write one like "5 working_days" (units: {", ".join(UNITS)})')
    return amount, unit


def parse_hours(text: str) -> Hours:
    """ "09:00-12:00,13:00-18:00" → minutes from midnight, in order; one that ends before it begins goes past midnight."""
    periods = []
    for part in filter(None, (piece.strip() for piece in re.split("[,;\uff0c\uff1b]", text))):
        match = _HOURS.fullmatch(part)
        if match is None:
            raise ClockError(f'"{part}" are no opening hours; write them like 09:00-12:00,13:00-18:00')
        opens, closes = (int(match[n]) * 60 + int(match[n + 1] or 0) for n in (1, 3))
        if opens >= 1440 or closes > 1440 or int(match[2] or 0) > 59 or int(match[4] or 0) > 59:
            raise ClockError(f'"{part}" are no hours of a day')
        periods.append((opens, closes if closes > opens else closes + 1440))
    periods.sort()
    if any(before[1] > after[0] for before, after in pairwise(periods)):
        raise ClockError(f'the hours "{text}" overlap')
    return tuple(periods)


def parse_moment(text: str) -> Moment:
    """An ISO date, or a date-time with or without an offset."""
    tidy = text.strip()
    try:
        return date.fromisoformat(tidy) if len(tidy) == 10 else datetime.fromisoformat(tidy)
    except ValueError as error:
        raise ClockError(f'"{text}" is no date; write it like 2026-02-28 or 2026-02-28T09:30+08:00') from error


def parse_pause(text: str) -> Pause:
    """ "A/B", or "A/" for a pause that goes on."""
    begin, slash, until = text.partition("/")
    if not slash:
        raise ClockError(f'"{text}" is no pause; write it like 2026-02-03T10:00+08:00/2026-02-04T10:00+08:00')
    pause = Pause(parse_moment(begin), parse_moment(until) if until.strip() else None)
    return pause
