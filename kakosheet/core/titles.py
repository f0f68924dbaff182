"""The words of a workbook: what sheets, columns and choices are called in its language, and how a typed word is
understood in any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from kakosheet.core.text import tidy


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """The form in which two spellings of one name are equal: width, case and white space do not count."""
    if not text.isascii():
        text = tidy(text)
    return " ".join(text.casefold().split())


@dataclass(frozen=True)
class Titles:
    """Words by key. `columns` and `groups` go by "table.key", `choices` by list and choice, `texts` by "topic.name".

    `readings[list]` maps the folded key, title and aliases of a choice, in every shipped language, to its key.
    """

    lang: str
    sheets: Mapping[str, str] = field(default_factory=dict)
    intros: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    helps: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    readings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def choice(self, listing: str, key: str | None) -> str | None:
        """The title of a choice; a key that is none of the list is shown as it is."""
        return None if key is None else self.choices.get(listing, {}).get(key, key)

    def say(self, text: str, /, **values: object) -> str:
        """The sentence of that name with its `{places}` filled; what is filled in is never read as a template."""
        return self.texts[text].format_map(values)
