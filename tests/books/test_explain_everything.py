"""`explain` has an answer for every cell that is ours and for every id, in each kind of book; and words for what is no cell of ours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kakosheet.app.explain import explain_in
from kakosheet.app.new import new_book
from kakosheet.book.computing import Computed, compute
from kakosheet.cli.telling import explained
from kakosheet.core.address import cell_name, quote_sheet
from kakosheet.core.issues import KakosheetError
from kakosheet.formats import read
from kakosheet.policy.loader import languages, profiles
from tests.books.sample import TODAY

BOOKS = [(profile, lang) for profile in profiles() for lang in languages()]


def computed_of(profile: str, lang: str) -> Computed:
    return compute(read(new_book(profile=profile, lang=lang, sample=True, today=TODAY)[0]), today=TODAY)


def cells(computed: Computed, most: int | None) -> Iterator[str]:
    """Every column of every table, in all rows or in `most` of the first and the last one."""
    for key, place in computed.book.binding.items():
        table = computed.book.tables[key]
        rows = [row for row in table.rows if row]
        for row in rows if most is None else rows[:most] + rows[most:][-1:]:
            for name, column in place.columns.items():
                if name in table.columns:
                    yield f"{quote_sheet(place.sheet)}!{cell_name(row + place.offsets.get(name, 0), column)}"


def ids(computed: Computed, step: int) -> Iterator[str]:
    for table in computed.book.tables.values():
        if key := table.schema.id_column or table.schema.key_column:
            yield from (str(value) for value in table.columns[key][::step] if value is not None)


def walk(computed: Computed, places: Iterator[str]) -> int:
    count = 0
    for where in places:
        try:
            lines = list(explained(explain_in(computed, where)))
        except Exception as error:
            raise AssertionError(f"explain {where}") from error
        assert lines and all(isinstance(line, str) for line in lines), where
        count += 1
    return count


@pytest.mark.parametrize(("profile", "lang"), BOOKS)
def test_every_column_is_explained_and_ids_of_every_table(profile: str, lang: str) -> None:
    computed = computed_of(profile, lang)
    assert walk(computed, cells(computed, 1)) > 500
    assert walk(computed, ids(computed, 20)) > 20


def test_every_cell_is_explained_and_many_ids() -> None:
    computed = computed_of("shopper", "en")
    assert walk(computed, cells(computed, None)) > 10_000
    assert walk(computed, ids(computed, 4)) > 100


def test_what_is_no_cell_of_ours_is_told_in_words() -> None:
    computed = computed_of("merchant", "zh")
    ours = set(cells(computed, None))
    others = [
        where
        for name, sheet in computed.book.raw.sheets.items()
        for row, filled in sheet.rows.items()
        for column in filled
        if (where := f"{quote_sheet(name)}!{cell_name(row, column)}") not in ours
    ]
    for where in [
        *others,
        "",
        "!",
        "!!",
        "'",
        "'!A1",
        "Start!",
        "Start!A0",
        "Start!A" + "9" * 5000,
        "A" * 5000 + "1",
        "9" * 5000,
        "P-" + "9" * 5000,
        "\ud800",
        "None",
        "=1+1",
    ]:
        with pytest.raises(KakosheetError) as caught:
            explain_in(computed, where)
        assert caught.value.code in ("K113", "K401") and caught.value.exit_code == 2, where
