"""What the user says in Settings and Rules, laid over what is shipped: one frozen Policy, or the reasons why it cannot
be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from kakosheet.core.dates import NotADate, from_serial, parse_date
from kakosheet.core.issues import Issue
from kakosheet.core.numbers import parse_currency, parse_number
from kakosheet.core.text import quoted
from kakosheet.core.titles import fold
from kakosheet.core.values import MOST
from kakosheet.policy.clock import ClockError
from kakosheet.policy.clock_text import HOW_CALENDAR, parse_hours, parse_zone
from kakosheet.policy.model import ClockRule, Policy, Rate, Setting, Staff


class Refused(ValueError):
    """A value that a setting or a rule cannot have; `hint` says how to write it."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass
class Overrides:
    """`rules[key]` is the user's form of a shipped rule, None where it is switched off; `own_rules` are theirs alone.

    An issue's `sheet` is the table's key, its `cell` "<column key>:<spreadsheet row>"."""

    settings: dict[str, Any] = field(default_factory=dict)
    rates: dict[str, Rate] = field(default_factory=dict)
    staff: list[Staff] = field(default_factory=list)
    rules: dict[str, ClockRule | None] = field(default_factory=dict)
    own_rules: list[ClockRule] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)


def overlay(defaults: Policy, own: Overrides) -> Policy:
    """The policy in force. What could not be read is as shipped; its issues keep a refresh from writing."""
    if not (own.settings or own.rates or own.staff or own.rules or own.own_rules):
        return defaults
    return replace(
        defaults,
        settings={**defaults.settings, **own.settings},
        rates={**defaults.rates, **own.rates},
        staff=(*defaults.staff, *own.staff),
        clocks=_clocks(defaults, own),
        _memo={},
    )


def _clocks(defaults: Policy, own: Overrides) -> Mapping[str, tuple[ClockRule, ...]]:
    """Own rules first: of two rules for one step the first counts."""
    clocks = {
        platform: tuple(rule for shipped in rules for rule in _in_force(shipped, own.rules.get(shipped.key, shipped)))
        for platform, rules in defaults.clocks.items()
    }
    if not own.own_rules:
        return clocks
    for rule in reversed(own.own_rules):
        clocks[rule.platform] = (rule, *clocks.get(rule.platform, ()))
    return clocks


_LIMIT = ("limit", "limit_setting", "unit", "calendar", "start", "silence")


def _in_force(shipped: ClockRule, typed: ClockRule | None) -> Iterator[ClockRule]:
    """The user's form of a rule; where it is another limit for some days only, the shipped one holds on the others."""
    if typed is not None:
        yield typed
        other_days = (typed.valid_from, typed.valid_to) != (shipped.valid_from, shipped.valid_to)
        if other_days and any(getattr(typed, name) != getattr(shipped, name) for name in _LIMIT):
            yield shipped


def parse_setting(setting: Setting, typed: Any, *, date1904: bool = False) -> Any:
    """A typed value as the setting's kind; `date1904` says how its workbook counts days. Raises Refused."""
    if isinstance(typed, int) and not abs(typed) < MOST:
        raise Refused(f"{quoted(typed)} is out of range", "write a smaller number")
    if setting.kind == "date":
        return _date(typed, date1904)
    parse = _PARSERS.get(setting.kind)
    return str(typed).strip() if parse is None else parse(setting, typed)


def _number(setting: Setting, typed: Any) -> float:
    value = number_of(typed)
    if setting.minimum is not None and value < setting.minimum:
        raise Refused(f"{quoted(typed)} is less than {setting.minimum:g}", f"write a number from {setting.minimum:g}")
    if setting.maximum is not None and value > setting.maximum:
        raise Refused(f"{quoted(typed)} is more than {setting.maximum:g}", f"write a number up to {setting.maximum:g}")
    return value


def number_of(typed: Any) -> float:
    """A finite number from a cell's number or text."""
    try:
        value = (
            float(typed) if isinstance(typed, int | float) and not isinstance(typed, bool) else parse_number(str(typed))
        )
    except (ValueError, OverflowError):
        raise Refused(f"{quoted(typed)} is not a number", "write it like 3 or 0.05") from None
    if not abs(value) < MOST:
        raise Refused(f"{quoted(typed)} is out of range", "write a smaller number")
    return value


def _integer(setting: Setting, typed: Any) -> int:
    value = _number(setting, typed)
    if not value.is_integer():
        raise Refused(f"{quoted(typed)} is not a whole number", "write it like 3")
    return int(value)


def _word(setting: Setting, typed: Any) -> Any:
    key = fold(str(typed))
    if key not in setting.words:
        shown = {
            value: word if isinstance(value, bool) else str(value) for word, value in reversed([*setting.words.items()])
        }
        known = ", ".join(reversed([*shown.values()]))
        raise Refused(f"{quoted(typed)} is not one of the choices", f"write one of: {known}")
    return setting.words[key]


def _words(setting: Setting, typed: Any) -> str:
    """Several words of a list, as keys; a closed list refuses others."""
    parts = [part.strip() for part in re.split("[,;，；、]", str(typed)) if part.strip()]
    unknown = [part for part in parts if fold(part) not in setting.words]
    if unknown and setting.closed:
        known = ", ".join(dict.fromkeys(map(str, setting.words.values())))
        raise Refused(f"{quoted(unknown[0])} is not one of the words", f"write some of: {known}")
    return ", ".join(str(setting.words.get(fold(part), part)) for part in parts)


def _date(typed: Any, date1904: bool) -> date:
    """A date, or the serial number by which spreadsheets store one."""
    if isinstance(typed, date):
        return typed
    text = str(typed).strip()
    try:
        serial = float(text)
    except ValueError:
        try:
            moment = parse_date(text)
        except NotADate:
            raise Refused(f"{quoted(typed)} is not a date", "write it like 2026-02-28") from None
        return moment.date() if not (moment.hour or moment.minute or moment.second) else moment
    try:
        moment = from_serial(serial, date1904=date1904)
    except NotADate:
        raise Refused(f"{quoted(typed)} is not a date", "write it like 2026-02-28") from None
    return moment.date() if serial.is_integer() else moment


def _currency(setting: Setting, typed: Any) -> str:
    try:
        return parse_currency(str(typed))
    except ValueError:
        raise Refused(f"{quoted(typed)} is not a currency code", "write the code of three letters, like EUR") from None


def _zone(setting: Setting, typed: Any) -> str:
    try:
        return parse_zone(str(typed)).key
    except ClockError as error:
        raise Refused(str(error), error.hint) from None


def calendar_of(typed: Any) -> str:
    """The code of a calendar that can be counted with."""
    from kakosheet.policy.calendars import check_code

    try:
        return check_code(str(typed))
    except ValueError as error:
        raise Refused(str(error), HOW_CALENDAR) from None


def _hours(setting: Setting, typed: Any) -> str:
    try:
        parse_hours(str(typed))
    except ClockError as error:
        raise Refused(str(error), error.hint) from None
    return str(typed).strip()


def _days_list(setting: Setting, typed: Any) -> str:
    parts = [part.strip() for part in str(typed).replace("，", ",").replace("、", ",").split(",")]
    if not all(part.isdecimal() and len(part) <= 9 and int(part) <= 365 for part in parts):
        raise Refused(f"{quoted(typed)} is no list of days", "write it like 7, 3, 1, 0")
    return ", ".join(str(int(part)) for part in parts)


_PARSERS: Mapping[str, Callable[[Setting, Any], Any]] = {
    "integer": _integer,
    "number": _number,
    "percent": _number,
    "money": _number,
    "yesno": _word,
    "choice": _word,
    "words": _words,
    "currency": _currency,
    "zone": _zone,
    "hours": _hours,
    "days_list": _days_list,
    "calendar": lambda setting, typed: calendar_of(typed),
}
