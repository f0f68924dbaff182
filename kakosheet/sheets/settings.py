"""Settings: what is shipped, what people want instead, and what is in force. Exchange rates and people are rows too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from kakosheet.core.issues import Issue, Severity
from kakosheet.core.numbers import parse_currency
from kakosheet.core.rules import Wanted, rows, rule
from kakosheet.core.schema import Column, Kind, Owner, SheetKind, SheetSchema, TableSchema
from kakosheet.core.table import Table
from kakosheet.core.text import cut, quoted
from kakosheet.core.titles import Titles
from kakosheet.core.values import MOST
from kakosheet.policy.model import Policy, Rate, Setting, Staff, cross_rate
from kakosheet.policy.overlay import Overrides, Refused, number_of, parse_setting
from kakosheet.sheets.rules import read_rules

_TOOL = Owner.TOOL
RATE = "rate/"
"""What the key of a shipped exchange rate begins with; the currency follows."""

SHEET = SheetSchema(
    key="settings",
    title="Settings",
    kind=SheetKind.REGISTER,
    tab="settings",
    frozen="name",
    intro="Write your own value under Yours; blank means as shipped. Add rows for exchange rates and people.",
    tables=(
        TableSchema(
            key="settings",
            sheet="settings",
            row_key="key",
            id_column="key",
            id_format="U-{number:04}",
            columns=(
                Column(
                    "group",
                    "Group",
                    Kind.CHOICE,
                    group="settings",
                    prefill=True,
                    choices="setting_group",
                    help="What it is about. For a row of your own: Exchange rates or People.",
                ),
                Column(
                    "name",
                    "Name",
                    prefill=True,
                    width=30,
                    help="Which setting. For a row of your own: a currency such as USD, or a name such as Li Wei.",
                ),
                Column("shipped", "Shipped", owner=_TOOL, width=20, help="What holds if you write nothing."),
                Column("yours", "Yours", width=20, help="What shall hold instead, for example 5. Blank: as shipped."),
                Column("as_of", "As of", Kind.DATE, help="For an exchange rate of yours: its day, such as 2026-11-21."),
                Column(
                    "in_force",
                    "In force",
                    owner=Owner.FORMULA,
                    width=20,
                    formula='IF([yours]<>"",[yours],IF([shipped]="","",[shipped]))',
                    help="What counts: yours, else as shipped. Live.",
                ),
                Column("unit", "Unit", owner=_TOOL, width=23, help="What the number counts."),
                Column("meaning", "Meaning", owner=_TOOL, width=84, help="What the setting does."),
                Column(
                    "contact",
                    "Contact",
                    group="people",
                    help="For people: mail address or phone, such as wei@example.com.",
                ),
                Column(
                    "language",
                    "Language",
                    Kind.CHOICE,
                    choices="language",
                    open_choices=True,
                    help="For people: the language they read, such as English.",
                ),
                Column("key", "Key id", owner=Owner.ID, hidden=True, help="By which refresh knows the row again."),
            ),
        ),
    ),
)


@rows("settings", reads=())
def setting_rows(*, policy: Policy, titles: Titles) -> Iterator[Wanted]:
    """A row for every shipped setting, then for every shipped exchange rate."""
    for key, setting in policy.shipped.items():
        yield Wanted(key, {"group": setting.group, "name": setting.name})
    for currency in policy.shipped_rates:
        yield Wanted(RATE + currency, {"group": "rate", "name": currency})


@rule("settings.shipped", "settings.unit", "settings.meaning", reads=("settings.key", "settings.group"))
def shipped(
    key: str | None, group: str | None, *, policy: Policy, titles: Titles, say: Callable[..., str]
) -> tuple[Any, str | None, str | None]:
    """What is shipped, in which unit, and what it does; a rate is what one unit is worth in the base currency in
    force."""
    setting = policy.shipped.get(key or "")
    if setting is not None:
        return _shown(setting, titles), setting.unit or None, setting.meaning
    base = policy.settings["base_currency"]
    rate = policy.shipped_rates.get((key or "").removeprefix(RATE)) if (key or "").startswith(RATE) else None
    if rate is not None:
        worth = 1.0 if rate.currency == base else cross_rate(policy.shipped_rates, rate.currency, base)
        day = rate.as_of.isoformat() if rate.as_of else ""
        return (
            None if worth is None else float(f"{worth:.6g}"),
            base,
            say("settings.rate", currency=rate.currency, base=base, day=day),
        )
    return None, base if group == "rate" else None, say("settings.person") if group == "staff" else None


def _shown(setting: Setting, titles: Titles) -> Any:
    value = setting.value
    if isinstance(value, bool):
        return titles.choice("yes_no", "yes" if value else "no")
    if setting.listing and value:
        return ", ".join(titles.choice(setting.listing, key) or key for key in value.split(", "))
    return value


@rule("settings.in_force", reads=("settings.yours", "settings.shipped"))
def in_force(yours: Any, shipped_value: Any) -> Any:
    """Twin of the formula: what was typed, as the spreadsheet holds it, else what is shipped."""
    return shipped_value if yours is None else as_stored(yours)


def as_stored(typed: Any) -> Any:
    """A text cell's value as the spreadsheet holds it: a number or a truth value is stored as such."""
    if not isinstance(typed, str):
        return typed
    if typed in ("True", "False"):
        return typed == "True"
    try:
        number = float(typed) if typed[:1] in "-0123456789." else None
    except ValueError:
        return typed
    if number is None or not abs(number) < MOST or "_" in typed:
        return typed
    return int(number) if number.is_integer() else number


def overrides(settings: Table, rules: Table, defaults: Policy, *, date1904: bool = False) -> Overrides:
    """What people wrote in Settings and Rules (`date1904`: how their workbook counts days).

    What cannot be read is an issue K502 or K503 and stays as shipped.
    """
    found = Overrides()
    for i, key in enumerate(settings.columns["key"]):
        if lost := [column for column in _read_for(key, defaults) if column in _unreadable(settings, i)]:
            found.issues += [
                _issue(settings, i, column, "the value cannot be read", "type it again") for column in lost
            ]
            continue
        try:
            _take(settings, i, key, defaults, found, date1904)
        except Refused as problem:
            found.issues.append(
                _issue(
                    settings, i, "yours", f"{cut(settings.columns['name'][i] or key or '')}: {problem}", problem.hint
                )
            )
    base = found.settings.get("base_currency", defaults.settings["base_currency"])
    found.rates = {
        currency: Rate(currency, rate.rate, base, rate.as_of, own=True) for currency, rate in found.rates.items()
    }
    read_rules(rules, defaults, found)
    return found


def _read_for(key: str | None, defaults: Policy) -> tuple[str, ...]:
    """The columns that say what a row sets: of a shipped setting or exchange rate its key says which it is."""
    if key in defaults.shipped:
        return ("yours",)
    if key is not None and key.startswith(RATE):
        return "yours", "as_of"
    return "key", "group", "name", "yours", "as_of", "contact", "language"


def _take(settings: Table, i: int, key: str | None, defaults: Policy, found: Overrides, date1904: bool) -> None:
    """One row: a shipped setting, an exchange rate, or a person."""
    group, name, yours, as_of, contact, language = (
        settings.columns[column][i] for column in ("group", "name", "yours", "as_of", "contact", "language")
    )
    setting = defaults.shipped.get(key or "")
    if setting is not None:
        if yours is not None:
            found.settings[setting.key] = parse_setting(setting, yours, date1904=date1904)
        if found.settings.get("language", defaults.lang) != defaults.lang:
            del found.settings["language"]
            found.issues.append(
                _issue(
                    settings,
                    i,
                    "yours",
                    "a workbook keeps the language in which it was made",
                    "make another with `kakosheet new BOOK --lang`",
                    Severity.WARNING,
                )
            )
    elif group == "rate" or (key or "").startswith(RATE):
        if yours is not None:
            currency = key.removeprefix(RATE) if key and key.startswith(RATE) else _currency(name)
            found.rates[currency] = Rate(currency, _positive(yours), "", as_of)
    elif group == "staff":
        if name:
            found.staff.append(Staff(str(name).strip(), contact or "", language or ""))
    elif yours is not None:
        found.issues.append(
            _issue(
                settings,
                i,
                "group",
                f"nothing is known by the name {quoted(name or '')}",
                "choose Exchange rates or People as its group",
                Severity.WARNING,
            )
        )


def _currency(name: Any) -> str:
    try:
        return parse_currency(str(name or ""))
    except ValueError:
        raise Refused(
            f"{quoted(name or '')} is not a currency code", "write the code of three letters under Name, like USD"
        ) from None


def _positive(typed: Any) -> float:
    value = number_of(typed)
    if value <= 0:
        raise Refused(f"{quoted(typed)} is no exchange rate", "write what one unit is worth, like 0.92")
    return value


def _unreadable(table: Table, i: int) -> set[str]:
    """The columns that cannot be read in a row: tainted, or a formula without a value."""
    return {key for places in (table.bad, table.unknown) for key, at in places.items() if i in at}


def _issue(table: Table, i: int, column: str, message: str, hint: str, severity: Severity = Severity.ERROR) -> Issue:
    return Issue("K502", message, hint, table.schema.key, f"{column}:{table.rows[i]}", severity)
