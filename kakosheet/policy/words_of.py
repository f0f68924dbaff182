"""The words of a language, put together from templates/titles and from what types, platforms, evidence and settings
call themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kakosheet.core.titles import fold
from kakosheet.policy.templates import Parsed, read_folder


def compile_titles(lang: str, languages: Iterable[str], content: Parsed) -> Parsed:
    """All words of `lang` by what they name, and the readings of every language."""
    files = {name: read_folder(f"titles/{name}") for name in languages}
    own = files[lang]
    choices = _choices(own, content, lang)
    return {
        "sheets": {table: words["sheet"]["title"] for table, words in own.items() if "title" in words.get("sheet", {})},
        "intros": {table: words["sheet"]["intro"] for table, words in own.items() if "intro" in words.get("sheet", {})},
        "columns": _by_reference(own, "columns"),
        "helps": _by_reference(own, "help"),
        "groups": _by_reference(own, "groups"),
        "texts": _by_reference(own, "texts"),
        "choices": choices,
        "readings": _readings(choices, [lang, *(name for name in languages if name != lang)], files, content),
    }


def compile_others(lang: str, languages: Iterable[str]) -> dict[str, dict[str, list[str]]]:
    """Folded titles of sheets ("") and columns in the languages other than `lang`."""
    found: dict[str, dict[str, set[str]]] = {}
    for name in languages:
        if name == lang:
            continue
        files = read_folder(f"titles/{name}")
        for table, words in files.items():
            if title := words.get("sheet", {}).get("title"):
                found.setdefault(table, {}).setdefault("", set()).add(fold(title))
        for reference, title in _by_reference(files, "columns").items():
            table, _, column = reference.partition(".")
            found.setdefault(table, {}).setdefault(column, set()).add(fold(title))
    return {table: {column: sorted(words) for column, words in columns.items()} for table, columns in found.items()}


def _by_reference(files: Mapping[str, Parsed], section: str) -> dict[str, str]:
    """ "table.key" → words. A table inside the section is a block of its own: [columns.start_tiles]."""
    return dict(pair for table, words in files.items() for pair in _flat(table, words.get(section, {})))


def _flat(table: str, words: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in words.items():
        if isinstance(value, str):
            yield f"{table}.{key}", value
        else:
            yield from _flat(key, value)


def _choices(files: Mapping[str, Parsed], content: Parsed, lang: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for words in files.values():
        for listing, titles in words.get("choices", {}).items():
            found.setdefault(listing, {}).update(titles)
    for listing, key, title, _ in _named(content):
        found.setdefault(listing, {}).setdefault(key, title.get(lang) or title["en"])
    found["rule_book"] = {**found.get("platform", {}), **found["rule_book"]}
    return found


def _named(content: Parsed) -> Iterator[tuple[str, str, Mapping[str, str], Iterable[str]]]:
    """(list, key, titles by language, aliases) of everything that the other templates name."""
    for key, row in content["disputes"].items():
        yield "dispute_type", key, row["title"], row.get("aliases", ())
    for key, book in content["clocks"].items():
        if book.get("sold_on", True):
            yield "platform", key, book["title"], book.get("aliases", ())
        yield "rule_book", key, book["title"], book.get("aliases", ())
    for key, item in content["evidence"].items():
        yield "evidence_item", key, item["title"], ()
    settings = content["settings"]
    for key, words in settings["groups"].items():
        yield "setting_group", key, words, ()
    for key, row in settings["settings"].items():
        yield "setting", key, row["name"], ()


def _readings(
    choices: Mapping[str, Mapping[str, str]],
    languages: list[str],
    files: Mapping[str, Mapping[str, Parsed]],
    content: Parsed,
) -> dict[str, dict[str, str]]:
    """Titles of the book's own language win, then keys, then the words of the others; the first to claim a word keeps
    it."""
    found: dict[str, dict[str, str]] = {listing: {} for listing in choices}
    by_language = [choices] + [_choices(files[name], content, name) for name in languages[1:]]
    for listing, titles in choices.items():
        for key, title in [*titles.items(), *((key, key) for key in titles)]:
            found[listing].setdefault(fold(title), key)
    for titles_of in by_language[1:]:
        for listing, titles in titles_of.items():
            for key, word in titles.items():
                found.setdefault(listing, {}).setdefault(fold(word), key)
    for listing, key, word in _spellings(languages, files, content):
        found.setdefault(listing, {}).setdefault(fold(word), key)
    return found


def _spellings(
    languages: list[str], files: Mapping[str, Mapping[str, Parsed]], content: Parsed
) -> Iterator[tuple[str, str, str]]:
    """(list, key, another spelling), those of the book's language first."""
    for name in languages:
        for words in files[name].values():
            for listing, aliases in words.get("readings", {}).items():
                yield from ((listing, key, word) for key, spellings in aliases.items() for word in spellings)
                if listing == "platform":
                    yield from (("rule_book", key, word) for key, spellings in aliases.items() for word in spellings)
    for listing, key, _, others in _named(content):
        yield from ((listing, key, word) for word in others)
