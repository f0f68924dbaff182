"""Rows read or edited many at a time come out as those taken cell by cell: same values, same types, same bytes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kakosheet import formats
from kakosheet.core.address import column_letters
from kakosheet.core.issues import KakosheetError
from kakosheet.core.patch import Cached, CellInput, Formula, Patch, SheetPatch
from kakosheet.formats.xlsx import alike, quick, scanner, sheet
from tests.unit.formats.packages import make, worksheet

STRINGS = ["one", "two & three", "", "four"]
ITEMS = "<si><t>one</t></si><si><t>two &amp; three</t></si><si><t/></si><si><t>four</t></si>"
NUMBERS = ["0", "7", "12.5", "-3", "-0", "1E5", "-2.5e-7", "0.1", "123456789012345678", "99999999999999999999999999"]
ODD_NUMBERS = ["", " 5 ", "05", "1_0", "nan", "inf", "1E400", "x", "+5", "5.", ".5", "\u0663", "1,2", "null"]
TEXTS = ["Overdue", "a &amp; b", "_x0041_", "&#13;x", "x\ry", "\u8868", " ", "5", ""]
FORMULAS = ["A1+1", 'IF(A2&lt;&gt;"","x",B2)', "A1&amp;B1", "A1\n+\r1"]


def written(kind: str, address: str, rng: random.Random, odd: bool) -> str:
    """A cell of a kind, one of ten as it is seldom written."""
    style = f' s="{rng.randrange(9)}"' if rng.random() < 0.7 else ""
    number = rng.choice(ODD_NUMBERS if odd and rng.random() < 0.1 else NUMBERS)
    head, formula = f'<c r="{address}"{style}', rng.choice(FORMULAS)
    if odd and rng.random() < 0.05:
        return rng.choice(
            [
                f"{head}><v/></c>",
                f"{head}><f>{formula}</f><v /></c>",
                f"{head} ><v>{number}</v></c>",
                f"{head} />",
                f"{head}></c>",
                f'<c{style} r="{address}"><v>{number}</v></c>',
                f'{head} t="b"><v>1</v></c>',
                f'{head} t="e"><v>#N/A</v></c>',
                f"{head}><f>A1</f></c>",
                f'{head}><f t="shared" si="0"/><v>1</v></c>',
                f'{head}><f t="shared" ref="A1:A9" si="0">B1</f><v>1</v></c>',
                f'{head} t="d"><v>2026-01-05</v></c>',
                f"{head}><f>{formula}</f><v></v></c>",
                f'{head} t="str"><f>{formula}</f></c>',
                f'{head} t="b"><f>{formula}</f><v>1</v></c>',
            ]
        )
    if kind == "mixed":
        kind = rng.choice(KINDS[:-1])
    return {
        "boolean": f'{head} t="b"><v>1</v></c>',
        "blank": f"{head}/>",
        "number": f"{head}><v>{number}</v></c>",
        "typed number": f'{head} t="n"><v>{number}</v></c>',
        "string": f'{head} t="s"><v>{rng.choice(["9", "-1", "x"]) if odd and rng.random() < 0.03 else rng.randrange(4)}</v></c>',
        "text": f'{head} t="str"><v>{rng.choice(TEXTS)}</v></c>',
        "inline": f'{head} t="inlineStr"><is><t>{rng.choice(TEXTS)}</t></is></c>',
        "text formula": f'{head} t="str"><f>{formula}</f><v>{rng.choice(TEXTS)}</v></c>',
        "number formula": f'{head}><f aca="false">{formula}</f><v>{number}</v></c>',
        "mixed formula": rng.choice(
            [f"{head}><f>{formula}</f><v>{number}</v></c>", f'{head} t="str"><f>{formula}</f><v>x</v></c>']
        ),
    }[kind]


KINDS = [
    "number",
    "typed number",
    "string",
    "text",
    "inline",
    "text formula",
    "number formula",
    "mixed formula",
    "blank",
    "boolean",
    "mixed",
]


def some_rows(seed: int, odd: bool) -> str:
    """Some rows of a worksheet, most of them written alike; with `odd` now and then one that is not."""
    rng = random.Random(seed)
    kinds = [rng.choice(KINDS) for _ in range(rng.randrange(1, 7))]
    first, gaps = rng.randrange(1, 25), rng.choice([0, 0.3])
    rows, number = [], 0
    for _ in range(rng.randrange(1, 40)):
        number += rng.choice([1, 1, 1, 2]) if not odd or rng.random() < 0.97 else rng.choice([0, -1, 1_048_575])
        places = [(i + first, kind) for i, kind in enumerate(kinds) if rng.random() >= gaps]
        if odd and rng.random() < 0.05:
            places = rng.choice([places[::-1], places * 2, []])
        cells = "".join(written(kind, f"{column_letters(column)}{number}", rng, odd) for column, kind in places)
        rows.append(
            f'<row r="{number}" spans="1:9">{cells}</row>' if cells or rng.random() < 0.5 else f'<row r="{number}"/>'
        )
    return rng.choice(["", "\n  "]).join(rows)


@contextmanager
def from_the_first_row(on: bool) -> Iterator[None]:
    """Forms are learnt from a few bytes, or not at all."""
    with (
        mock.patch.object(scanner, "_STRETCH", 400 if on else 1 << 30),
        mock.patch.object(sheet, "_MANY", 1 if on else 1 << 30),
    ):
        yield


def outcome(rows: str, at_once: bool) -> str:
    with from_the_first_row(at_once):
        try:
            return repr(scanner.read_rows(worksheet(rows).encode(), STRINGS))
        except KakosheetError as error:
            return error.code


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32), st.booleans())
def test_rows_read_at_once_hold_what_they_hold_cell_by_cell(seed: int, odd: bool) -> None:
    rows = some_rows(seed, odd)
    assert outcome(rows, True) == outcome(rows, False)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32), st.booleans())
def test_rows_edited_at_once_read_as_those_edited_cell_by_cell(seed: int, odd: bool) -> None:
    rng = random.Random(seed)
    known = some_rows(seed, odd).replace(
        "<v>9</v>", "<v>1</v>"
    )  # an index of no text would get one when texts are added
    data = make(known, strings=ITEMS)
    try:
        rows = formats.read(data).sheets["S"].rows
    except KakosheetError:
        return
    wanted: dict[int, dict[int, CellInput]] = {}
    for number, cells in rows.items():
        for column, value in cells.items():
            new = rng.choice(
                [
                    rng.random() * 100,
                    rng.randrange(99),
                    rng.choice(["Overdue", "late", "\u8868 & 2", "_x0041_"]),
                    True,
                    None,
                    value,
                ]
            )
            if isinstance(value, tuple):  # a formula: it stays, or goes
                held = value.value
                new = rng.choice(
                    [
                        Cached(held if isinstance(new, tuple) else new),
                        Formula(value.text or "1", 5.5),
                        Formula("B2*2", "x"),
                        7,
                    ]
                )
            if rng.random() < 0.7:
                wanted.setdefault(number, {})[column] = new
    results = []
    for at_once in (True, False):
        with from_the_first_row(at_once):
            try:
                first = formats.apply(data, Patch({"S": SheetPatch(wanted)}))
                again = formats.apply(first.data, Patch({"S": SheetPatch(wanted)}))
            except KakosheetError as error:
                results.append(error.code)
                continue
        assert again.data == first.data
        results.append((repr(formats.read(first.data).sheets), first.stale, first.notes))
    assert results[0] == results[1]


def test_a_form_is_learnt_and_used() -> None:
    """Else the two properties above would compare the slow way with itself."""
    rows = "".join(
        f'<row r="{row}"><c r="A{row}"><v>{row}</v></c><c r="B{row}" t="s"><v>1</v></c></row>' for row in range(1, 60)
    )
    wanted: dict[int, dict[int, CellInput]] = {row: {1: row * 0.5, 2: "late"} for row in range(2, 50)}
    with (
        from_the_first_row(True),
        mock.patch.object(alike, "read", wraps=alike.read) as read,
        mock.patch.object(quick.Quick, "edit_alike", autospec=True, side_effect=quick.Quick.edit_alike) as edit,
    ):
        found, last = scanner.read_rows(worksheet(rows).encode(), STRINGS)
        formats.apply(make(rows, strings=ITEMS), Patch({"S": SheetPatch(wanted)}))
    assert read.call_count > 1 and edit.call_count == 48
    assert last == 59 and found[59] == {1: 59, 2: "two & three"}


@pytest.mark.parametrize(("first", "column"), [(1, "XFE"), (1_048_570, "A"), (1, "ZZZ")])
def test_no_row_or_column_beyond_the_sheet_is_read_at_once(first: int, column: str) -> None:
    rows = "".join(f'<row r="{row}"><c r="{column}{row}"><v>{row}</v></c></row>' for row in range(first, first + 40))
    assert outcome(rows, True) == outcome(rows, False) == "K104"
