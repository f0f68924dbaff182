"""Every word that is coloured exists, in every language; every style of a column is known."""

from __future__ import annotations

import pytest

from kakosheet.policy.loader import load_titles
from kakosheet.sheets import SCHEMA
from kakosheet.sheets.marks import MARKS

UNCOLOURED = {"score", "stage"}
"""Styles that say what a column is; nothing is coloured by them yet."""


def test_every_style_of_a_column_is_known() -> None:
    worn = {style for marks in MARKS.values() for style in marks.worn_by}
    used = {column.style for table in SCHEMA.tables.values() for column in table.columns if column.style}
    assert used <= MARKS.keys() | worn | UNCOLOURED


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_coloured_word_has_a_title(lang: str) -> None:
    titles = load_titles(lang, "shopper")
    for style, marks in MARKS.items():
        lists = {
            column.choices
            for table in SCHEMA.tables.values()
            for column in table.columns
            if column.style == style and column.choices
        }
        assert lists, style
        known = set().union(*(titles.choices[listing] for listing in lists))
        assert set(marks.words) <= known, style


def test_in_each_table_one_column_at_most_tints_rows() -> None:
    for table in SCHEMA.tables.values():
        leaders = [
            column.key
            for column in table.columns
            if column.choices and column.style in MARKS and MARKS[column.style].tints_rows
        ]
        assert len(leaders) <= 1, table.key
