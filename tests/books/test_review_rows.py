"""A review needs the rows of the registers and nothing that is said of them."""

from __future__ import annotations

import pytest

from kakosheet.app.new import new_book
from kakosheet.book.computing import compute
from kakosheet.core.plan import needed
from kakosheet.formats import read
from kakosheet.policy.loader import profiles
from kakosheet.reviews import build_review
from kakosheet.sheets import SCHEMA, plan
from tests.books.sample import TODAY


@pytest.mark.parametrize("profile", profiles())
def test_a_review_of_the_registers_alone_is_the_same(profile: str) -> None:
    data = new_book(profile=profile, lang="en", sample=True, today=TODAY)[0]
    whole, rows = compute(read(data), today=TODAY), compute(read(data), today=TODAY, registers_only=True)
    assert not rows.issues and not rows.run.faults
    for key, table in SCHEMA.tables.items():
        if table.slots is None:
            assert rows.book.tables[key].columns == whole.book.tables[key].columns, key
    made = [
        build_review(found.book.tables, found.policy, found.titles, period="2026", today=TODAY)
        for found in (whole, rows)
    ]
    assert made[0] == made[1]


def test_the_steps_that_a_table_needs_are_those_it_hangs_on() -> None:
    every = plan()
    assert needed(every, SCHEMA.tables).steps == every.steps
    assert not needed(every, ()).steps
    few = needed(every, {"purchases"})
    assert 0 < len(few.steps) < len(every.steps) and not few.checks
