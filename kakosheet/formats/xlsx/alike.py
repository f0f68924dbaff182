"""Rows that are written alike, read many at a time: one match a row and one conversion a column instead of a step for
every cell.

Some rows show how each column is written; a row written so, cells left out or blank at will, is matched by one pattern.
Every other row, and a column with a value that a conversion does not know, is left to `scanner`, which this must agree
with: same values, only sooner.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import compress, repeat
from typing import NamedTuple

from kakosheet.core.address import MAX_COLUMN, MAX_ROW, column_number
from kakosheet.core.raw import CellValue, FormulaCell, Scalar
from kakosheet.formats.xlsx.markup import resolved, unescape
from kakosheet.formats.xlsx.values import formula_value, typed

Groups = tuple[str | None, ...]
Cell = tuple[str, str, str, str, str]
"""A cell as `scanner` finds it: letters, type, `f` with its attributes, formula, value."""

HELD = r'(?! t="str" ?><%sf[^<>]*(?:/>|>[^<]*</%sf>)</%sc>)'
"""No formula of which a text is said to be stored, but is not: those are read one by one."""

# What stands between a cell's style and its end, by how the cell is written: "%s" is the namespace prefix, "@" opens a
# group.
_BODIES = {
    "": r" ?><%sv>@[^<]{1,24})</%sv></%sc>",
    "n": r' t="n" ?><%sv>@[^<]{1,24})</%sv></%sc>',
    "s": r' t="s" ?><%sv>@[^<]{1,9})</%sv></%sc>',
    "str": r' t="str" ?><%sv>@[^<]+)</%sv></%sc>',
    "inlineStr": r' t="inlineStr" ?><%sis><%st(?: xml:space="preserve")?>@[^<]+)</%st></%sis></%sc>',
    "f": HELD + r'(?: t="@\w+)")? ?><%sf(?: aca="false")?>@[^<]+)</%sf>(?:<%sv>@[^<]*)</%sv>|<%sv ?/>|)</%sc>',
    "mixed": HELD + r'(?: t="@\w+)")? ?>(?:<%sf(?: aca="false")?>@[^<]+)</%sf>)?'
    r'(?:(?:<%sv>|<%sis><%st(?: xml:space="preserve")?>)@[^<]*)(?:</%sv>|</%st></%sis>)|<%sv ?/>|)</%sc>',
}
PLAIN_FORMULAS = frozenset({"f", 'f aca="false"'})
_MOST_COLUMNS = 128


class ColumnGroups(NamedTuple):
    """A column's groups of the match, from `first` to that of the value: type, formula and value, or the value alone.

    `written` is a key of the bodies.
    """

    first: int
    value: int
    written: str


class Form(NamedTuple):
    """How rows are written: a pattern of a whole row, whose group 1 is its number, and the columns by number that have
    groups."""

    pattern: str
    columns: dict[int, ColumnGroups]


def learn(
    cells: Iterable[Cell], blank: Iterable[str], prefix: str, wanted: Collection[int] | None = None
) -> Form | None:
    """The form of rows with these cells, and blank ones in the columns of those letters; with groups for the columns
    that are wanted (None: all).

    None if there is none to be had.
    """
    seen: dict[str, set[str]] = {letters: set() for letters in blank}
    for letters, kind, tag, _, _ in cells:
        if not tag or tag in PLAIN_FORMULAS:
            seen.setdefault(letters, set()).add("f" if tag else kind)
    if not 0 < len(seen) <= _MOST_COLUMNS or max(map(column_number, seen)) > MAX_COLUMN:
        return None
    p = re.escape(prefix)
    columns, pieces = {}, [rf'<{p}row r="(\d{{1,7}})"[^<>]*>(?=<{p}c )']
    group = 2
    for number, letters in sorted((column_number(letters), letters) for letters in seen):
        kinds = seen[letters]
        written = next(iter(kinds)) if len(kinds) == 1 and kinds <= _BODIES.keys() else "mixed"
        body = _BODIES[written].replace("%s", p)
        if wanted is None or number in wanted:
            columns[number] = ColumnGroups(group, group + body.count("@") - 1, written)
            group = columns[number].value + 1
        pieces.append(
            rf'(?><{p}c r="{letters}\1"(?: s="[^"<>]*")?(?: ?/>|{body.replace("@", "(" if number in columns else "(?:")})|)'
        )
    return Form(rf"{''.join(pieces)}</{p}row>\s*", columns)


def runs(pattern: re.Pattern[str], stretch: str) -> Iterator[tuple[int, int, list[Groups]]]:
    """The unbroken runs of rows of a form: where each starts and ends, and what its rows' cells hold."""
    start = position = 0
    found: list[Groups] = []
    for match in pattern.finditer(stretch):
        if match.start() != position:
            if found:
                yield start, position, found
            start, found = match.start(), []
        found.append(match.groups())
        position = match.end()
    if found:
        yield start, position, found


def read(
    form: Form, found: list[Groups], strings: list[str], known: dict[str, str]
) -> list[tuple[int, dict[int, CellValue]]] | None:
    """The rows of a run by number, None if one of their values is not plainly what its type says. `known` are texts met
    so far."""
    groups: list[Groups] = list(zip(*found, strict=True))
    numbers = [int(number or 0) for number in groups[0]]
    if not 1 <= min(numbers) <= max(numbers) <= MAX_ROW:
        return None
    columns: list[int] = []
    values: list[list[CellValue | None]] = []
    try:
        for number, (first, last, written) in form.columns.items():
            marks = groups[first - 1 : last]
            if not any(map(any, marks)):
                continue
            columns.append(number)
            if written == "mixed":
                values.append(
                    [_cell(kind, formula, value, strings, known) for kind, formula, value in zip(*marks, strict=True)]
                )
            elif written == "f":
                values.append(_spread(_formulas(marks, known), marks[1]))
            else:
                values.append(_spread(_plain(written, marks[0], strings), marks[0]))
    except (ValueError, IndexError):
        return None
    if not values:
        return [(number, {}) for number in numbers]
    rows = zip(*values, strict=True)
    if not any(None in column for column in values):
        return list(zip(numbers, map(dict, map(zip, repeat(columns), rows)), strict=True))
    return [
        (number, {column: value for column, value in zip(columns, row, strict=True) if value is not None})
        for number, row in zip(numbers, rows, strict=True)
    ]


def _spread(filled: list[CellValue], marks: Groups) -> list[CellValue | None]:
    """The values at the places that have a mark."""
    if len(filled) == len(marks):
        return list(filled)
    rest = iter(filled)
    return [None if mark is None else next(rest) for mark in marks]


def _cell(
    kind: str | None, formula: str | None, value: str | None, strings: list[str], known: dict[str, str]
) -> CellValue | None:
    """What one cell holds, by itself; None if it is blank. Raises ValueError or IndexError for what is left to
    others."""
    if formula is not None:
        return _formula(resolved(formula), kind or "", value or "", known)
    if kind == "s":
        if value is None or not (value.isdecimal() and value.isascii()):
            raise ValueError
        return strings[int(value)]
    if not value and kind != "e":
        return None
    if not value:
        raise ValueError
    return (
        typed(kind, value)
        if kind is not None
        else int(value)
        if value.isdecimal() and len(value) < 309 and value.isascii()
        else _numbers([value])[0]
    )


def _plain(written: str, marks: Groups, strings: list[str]) -> list[CellValue]:
    """The values of the cells there are, which have no formula. Raises ValueError or IndexError for one that is left to
    others."""
    texts = list(filter(None, marks))
    if written in ("", "n"):
        return list[CellValue](_numbers(texts))
    if written == "s":
        joined = "".join(texts)
        if texts and not (joined.isdecimal() and joined.isascii() and all(texts)):
            raise ValueError
        indexes = list(map(int, texts))
        return list(map(strings.__getitem__, indexes))
    return list[CellValue](_texts(texts))


def _numbers(texts: Sequence[str]) -> list[int | float]:
    joined = "".join(texts)
    if "_" in joined or not joined.isascii() or (texts and joined.split() != [joined]):
        raise ValueError
    whole = list(map(str.isdigit, texts))
    values: list[int | float]
    if all(whole):
        values = list(map(int, texts))
    elif any(whole):
        values = [int(text) if digits else float(text) for text, digits in zip(texts, whole, strict=True)]
    else:
        values = list(map(float, texts))
    total = sum(values)
    if total - total != 0.0:  # one of them is not finite
        raise ValueError
    return values


def _texts(texts: list[str]) -> list[str]:
    joined = "\0".join(texts)
    plain = "&" not in joined and "_x" not in joined and "\r" not in joined
    return texts if plain else [unescape(resolved(text)) for text in texts]


def _formulas(groups: list[Groups], known: dict[str, str]) -> list[CellValue]:
    kinds, marks, cached = groups
    texts = list(filter(None, marks))
    if len(texts) < len(marks):
        kinds, cached = tuple(compress(kinds, marks)), tuple(compress(cached, marks))
    joined = "\0".join(texts)
    formulas = resolved(joined).split("\0") if texts and ("&" in joined or "\r" in joined) else texts
    if len(formulas) != len(texts):
        raise ValueError
    values = _cached(kinds, cached, known)
    if values is not None:
        return list(map(tuple.__new__, repeat(FormulaCell), zip(formulas, values, repeat(True), strict=False)))
    return [
        _formula(formula, kind or "", value or "", known)
        for formula, kind, value in zip(formulas, kinds, cached, strict=True)
    ]


def _cached(kinds: Groups, cached: Groups, known: dict[str, str]) -> Sequence[Scalar] | None:
    """The values of formulas if they are all texts, or all numbers; None if they are not."""
    texts = [text for text in cached if text is not None]
    if len(texts) < len(cached) or len(set(kinds)) != 1:
        return None
    if kinds[0] == "str":
        return _texts(list(map(known.setdefault, texts, texts)))
    return _numbers(texts) if kinds[0] is None and all(texts) else None


def _formula(formula: str, kind: str, value: str, known: dict[str, str]) -> FormulaCell:
    is_cached = value != "" or kind == "str"
    if kind == "str":
        value = known.setdefault(value, value)
    return FormulaCell(formula, formula_value(kind, value) if is_cached else None, is_cached)
