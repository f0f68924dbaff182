"""From templates to the shipped policy, the words of a language and the profiles; with templates.py and resources.py
all I/O here."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from kakosheet.core.issues import EXIT_USAGE, KakosheetError
from kakosheet.core.titles import Titles
from kakosheet.policy import calendars
from kakosheet.policy.model import (
    ROLES,
    ClockRule,
    DisputeType,
    EvidenceItem,
    Policy,
    Rate,
    RuleBook,
    Setting,
    StepSpec,
)
from kakosheet.policy.places import zone_in
from kakosheet.policy.resources import listing
from kakosheet.policy.responsibility import parse
from kakosheet.policy.templates import Parsed, cache_folder, kept, read, read_folder, write_cache
from kakosheet.policy.types_read import checked_types
from kakosheet.policy.words_of import compile_others, compile_titles

SECOND_LANGUAGE = "en"
"""What stands in for a word that a language lacks."""

LEXICONS = ("messages", "countries", "zones")
"""Those of templates/lexicons that rules look into as they are."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Which sheets are visible, in order; what some of them are called; columns hidden on top of the schema; other
    shipped settings."""

    key: str
    sheets: tuple[str, ...]
    titles: Mapping[str, str] = field(default_factory=dict)
    hidden_columns: frozenset[str] = frozenset()
    settings: Mapping[str, Any] = field(default_factory=dict)


@cache
def languages() -> tuple[str, ...]:
    return tuple(name for name in listing("titles") if "." not in name)


@cache
def profiles() -> tuple[str, ...]:
    return tuple(name.removesuffix(".toml") for name in listing("profiles") if name.endswith(".toml"))


def load_profile(profile: str, lang: str = "en") -> Profile:
    """KakosheetError K504 if there is no such profile."""
    _known("profile", profile, profiles())
    found = _policy_part()["profiles"][profile]
    return Profile(
        profile,
        tuple(found["sheets"]),
        {key: _word(word, lang) for key, word in found.get("titles", {}).items()},
        frozenset(found.get("hidden_columns", ())),
        found.get("settings", {}),
    )


def load_policy(profile: str = "shopper", lang: str = "en") -> Policy:
    """What is in force where the user says nothing. KakosheetError K504 for an unknown profile or language, K501 for a
    broken template."""
    _known("language", lang, languages())
    remember_calendars()
    part, shown = _policy_part(), load_profile(profile, lang)
    shipped = {
        key: _setting(key, row, part["settings"], lang, shown.settings)
        for key, row in part["settings"]["settings"].items()
    }
    shipped["language"] = shipped["language"]._replace(value=lang)
    values = {key: setting.value for key, setting in shipped.items()}
    items, rates = part["evidence"], _rates(part["settings"]["rates"])
    clocks = {key: tuple(_rules(key, book, lang)) for key, book in part["clocks"].items()}
    return Policy(
        lang=lang,
        profile=profile,
        settings=values,
        shipped=shipped,
        types={key: _type(key, row, items, lang) for key, row in part["disputes"].items()},
        clocks=clocks,
        books={key: RuleBook(book.get("rejection_escalates", False)) for key, book in part["clocks"].items()},
        rates=rates,
        risk=part["risk"],
        shipped_rates=rates,
        shipped_rules={rule.key: rule for rules in clocks.values() for rule in rules},
        responsibility=parse(part["responsibility"].values(), part["disputes"], lang),
        vague={name: tuple(words) for name, words in part["vague"].items()},
        lexicons=part["lexicons"],
    )


def load_titles(lang: str = "en", profile: str = "shopper") -> Titles:
    """The words of a language, with the sheet titles of a profile; readings are those of all languages."""
    _known("language", lang, languages())
    part = _titles_part(lang)
    titles = load_profile(profile, lang).titles
    return Titles(
        lang,
        part["sheets"] | titles,
        part["intros"],
        part["columns"],
        part["helps"],
        part["groups"],
        part["choices"],
        part["texts"],
        part["readings"],
    )


def calendar_zone(code: str) -> str | None:
    """The zone of a calendar's business hours; None for a country of several zones, or one that is not listed."""
    return zone_in(read("lexicons/zones.toml"), code)


def remember_calendars() -> None:
    """Take over the working days that an earlier run worked out with the same `holidays`: its import costs more than
    many a refresh."""
    path = _calendars_file()
    if path is not None and not any(code for code, _ in calendars.known_years()):
        with suppress(OSError, ValueError, TypeError, KeyError):
            mark, _, text = path.read_text("utf-8").partition("\n")
            if mark == _holidays_mark():
                calendars.remember(
                    {(code, int(year)): calendars.Year(days, names) for code, year, days, names in json.loads(text)}
                )


def keep_calendars() -> None:
    """Keep the working days worked out so far, if any are new."""
    years = {key: year for key, year in calendars.known_years().items() if key[0]}
    path = _calendars_file()
    if path is not None and years and "holidays" in sys.modules:
        rows = [[code, number, year.days, dict(year.names)] for (code, number), year in sorted(years.items())]
        with suppress(OSError):
            write_cache(path, f"{_holidays_mark()}\n{json.dumps(rows, ensure_ascii=False)}")


def _calendars_file() -> Path | None:
    place = cache_folder()
    return place / "calendars.json" if place else None


def _holidays_mark() -> str:
    """Which `holidays` is installed, without importing it."""
    from importlib.util import find_spec

    found = find_spec("holidays")
    if found is None or found.origin is None:
        return "none"
    status = os.stat(found.origin)
    return f"{found.origin} {status.st_size} {status.st_mtime_ns}"


def other_titles(lang: str = "en") -> Mapping[str, Mapping[str, set[str]]]:
    """Folded titles of sheets (column "") and columns in the other shipped languages: `[table][column]`."""
    others = kept(f"others-{lang}", lambda: compile_others(lang, languages()))
    return {table: {column: set(words) for column, words in columns.items()} for table, columns in others.items()}


def _known(what: str, name: str, among: Iterable[str]) -> None:
    if name not in among:
        raise KakosheetError(
            "K504", f'there is no {what} "{name}"', f"choose one of {', '.join(among)}", exit_code=EXIT_USAGE
        )


@cache
def _policy_part() -> Parsed:
    return kept("policy", _content)


@cache
def _titles_part(lang: str) -> Parsed:
    return kept(f"titles-{lang}", lambda: compile_titles(lang, languages(), _content()))


def _content() -> Parsed:
    """All templates but the titles, in one piece."""
    items = read("evidence/items.toml")
    return {
        "settings": read("settings.toml"),
        "clocks": _in_order(read_folder("clocks")),
        "disputes": checked_types(_in_order(read_folder("disputes")), items),
        "evidence": items,
        "profiles": read_folder("profiles"),
        "responsibility": _in_order(read_folder("responsibility")),
        "risk": read("risk.toml"),
        "vague": read("lexicons/vague.toml"),
        "lexicons": {name: read(f"lexicons/{name}.toml") for name in LEXICONS},
    }


def _in_order(books: dict[str, Parsed]) -> dict[str, Parsed]:
    """By their `order`, then by name."""
    return dict(sorted(books.items(), key=lambda item: (item[1].get("order", 100), item[0])))


def _word(word: Mapping[str, str] | str, lang: str) -> str:
    return word if isinstance(word, str) else word.get(lang) or word.get(SECOND_LANGUAGE, "")


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _setting(key: str, row: Parsed, part: Parsed, lang: str, own: Mapping[str, Any]) -> Setting:
    value = own.get(key, row.get("value"))
    unit = part["units"].get(row.get("unit", ""), "")
    if row["kind"] == "date":
        value = _day(value)
    return Setting(
        key,
        row["group"],
        row["kind"],
        value,
        _word(row["name"], lang),
        _word(row["meaning"], lang),
        _word(unit, lang),
        _spellings(row, lang),
        row.get("minimum"),
        row.get("maximum"),
        row.get("list", ""),
        "choices" in row,
    )


def _spellings(row: Parsed, lang: str) -> Mapping[str, Any]:
    """What people may type for a choice or yes/no, folded."""
    if row["kind"] == "yesno":
        return {word: key == "yes" for word, key in _titles_part(lang)["readings"]["yes_no"].items()} | {
            "true": True,
            "false": False,
        }
    if row["kind"] in ("choice", "words"):
        readings = _titles_part(lang)["readings"][row["list"]]
        return {word: key for word, key in readings.items() if key in row.get("choices", readings.values())}
    return {}


def _rates(part: Parsed) -> dict[str, Rate]:
    """Published as units for one of the base; turned round into what one unit is worth."""
    return {
        currency: Rate(currency, 1 / units, part["base"], _day(part["as_of"]))
        for currency, units in part["one_base_is"].items()
    }


def _rules(platform: str, book: Parsed, lang: str) -> Iterable[ClockRule]:
    for row in book.get("rules", ()):
        key = "/".join(filter(None, (platform, row["step"], row["role"], row.get("version", ""))))
        yield ClockRule(
            key=key,
            platform=platform,
            step=row["step"],
            role=row["role"],
            stage=row["stage"],
            limit=float(row["limit"]),
            unit=row["unit"],
            start=row["start"],
            ends=row.get("ends", ""),
            calendar=row.get("calendar", ""),
            zone=row.get("zone", book.get("zone", "")),
            roll=row.get("roll", False),
            cap=float(row.get("cap", 0)),
            silence=row.get("silence", ""),
            defaults=row.get("defaults", False),
            limit_setting=row.get("limit_setting", ""),
            each_offer=row.get("each_offer", False),
            on_call=row.get("on_call", False),
            after=row.get("after", ""),
            served=row.get("served", False),
            sides=tuple(row.get("sides", ROLES)),
            branches=tuple(row.get("branches", ())),
            types=tuple(row.get("types", ())),
            grades=tuple(row.get("grades", ())),
            accepts=tuple(row.get("accepts", ())),
            note=_word(row.get("note", ""), lang),
            source=_word(row.get("source") or book.get("source", ""), lang),
            checked_on=_day(row.get("checked_on") or book.get("checked_on")),
            valid_from=_day(row.get("valid_from")),
            valid_to=_day(row.get("valid_to")),
        )


def _type(key: str, row: Parsed, items: Parsed, lang: str) -> DisputeType:
    return DisputeType(
        key,
        _word(row["title"], lang),
        row["branch"],
        row["grade"],
        row["demand"],
        tuple(
            StepSpec(step["key"], step["stage"], _word(step["title"], lang), step.get("node", ""))
            for step in row["steps"]
        ),
        tuple(_item(wanted, items[wanted["item"]], lang) for wanted in row["evidence"]),
        tuple(_word(tip, lang) for tip in row.get("tips", ())),
        tuple(row.get("root_causes", ())),
        {platform: tuple(words) for platform, words in row.get("crosswalk", {}).items()},
    )


def _item(wanted: Parsed, item: Parsed, lang: str) -> EvidenceItem:
    return EvidenceItem(
        wanted["item"],
        _word(item["title"], lang),
        item["category"],
        wanted["required"],
        _word(wanted.get("why") or item["why"], lang),
        _word(wanted.get("how") or item["how"], lang),
        wanted.get("from") or item["from"],
        wanted["days"],
        tuple(wanted.get("sides", ROLES)),
    )
