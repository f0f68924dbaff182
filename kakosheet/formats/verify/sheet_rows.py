"""The rows of an .xlsx worksheet, cell by cell where they differ (ECMA-376 part 1, 18.3.1.4 and 18.3.1.73)."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kakosheet.core.address import cell_name
from kakosheet.formats.verify.cells import NOTHING, Shown, holds
from kakosheet.formats.verify.listed import Differences, ListedSheet
from kakosheet.formats.verify.outline import Attributes, MarkupToken, RowMarkup, elements, outline

Place = tuple[int, int]
_LETTERS = re.compile("[A-Za-z]{1,3}")
_OF_VALUE = ("t", "cm", "vm")
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


class CellMarkup(NamedTuple):
    """A cell as it is written: its attributes, and its children, each with its start tag and its content."""

    attributes: Attributes
    children: tuple[tuple[MarkupToken, bytes], ...]
    raw: bytes

    def child(self, name: str) -> tuple[MarkupToken, bytes] | None:
        return next((child for child in self.children if child[0].name == name), None)


def compare_rows(
    name: str,
    old: Sequence[RowMarkup],
    new: Sequence[RowMarkup],
    listed: ListedSheet,
    strings: Sequence[bytes],
    found: Differences,
) -> None:
    """Adds to `found` what differs between the rows of the sheet `name`; `strings` are the shared strings' items
    afterwards."""
    before, after = _by_number(old), _by_number(new)
    order = [key for key in after if key in before]
    if order != [key for key in before if key in after]:
        found.differs(f"{name}: the order of the rows changed")
    for key in before.keys() - after.keys():
        found.differs(f"{name}: row {key[0]} is gone")
    for key, row in after.items():
        was = before.get(key)
        if was is None or was.raw != row.raw:
            _compare_row(name, key[0], was, row, listed, found)
    for number, wanted in listed.values.items():
        cells = {
            place[0]: cell
            for row in (after.get((number, 0)),)
            if row is not None
            for place, cell in _cells(row)[0].items()
        }
        for column, value in wanted.items():
            if not holds(_shown(cells[column], strings) if column in cells else NOTHING, value):
                found.differs(f"{name}!{cell_name(number, column)} does not hold what was to be written")


def _by_number(rows: Iterable[RowMarkup]) -> dict[Place, RowMarkup]:
    """Rows by their number and how often it came before: damaged files may have a row twice."""
    numbered, number, seen = {}, 0, Counter[int]()
    for row in rows:
        given = row.attributes.get("r", "")
        number = int(given) if given.isdigit() else number + 1
        numbered[number, seen[number]] = row
        seen[number] += 1
    return numbered


def _compare_row(
    name: str, number: int, old: RowMarkup | None, new: RowMarkup, listed: ListedSheet, found: Differences
) -> None:
    before, around_before = _cells(old) if old is not None else ({}, [])
    after, around_after = _cells(new)
    if old is not None and (_of_row(old.attributes) != _of_row(new.attributes) or around_before != around_after):
        found.differs(f"{name}: row {number} looks another way")
    for place in before.keys() - after.keys():
        found.differs(f"{name}!{cell_name(number, place[0])} is gone")
    for place, cell in after.items():
        was, where = before.get(place), f"{name}!{cell_name(number, place[0])}"
        if was is not None and was.raw == cell.raw:
            continue
        if (number, place[0]) in listed.cells:
            _compare_listed(where, was, cell, found)
        elif was is not None:
            _compare_kept(where, was, cell, found)
        elif cell.children or not listed.dressed(number):
            found.differs(f"{where} came up")


def _of_row(attributes: Attributes) -> Attributes:
    return {key: value for key, value in attributes.items() if key != "spans"}


def _cells(row: RowMarkup) -> tuple[dict[Place, CellMarkup], list[bytes]]:
    """The cells of a row by their column and how often it came before, and what else stands there."""
    parts = outline(row.raw, ("c",), lambda path: path == ["row"])
    cells, column, seen = {}, 0, Counter[int]()
    for cell in parts.rows:
        letters = _LETTERS.match(cell.attributes.get("r", ""))
        column = _number(letters[0]) if letters else column + 1
        cells[column, seen[column]] = CellMarkup(cell.attributes, tuple(elements(cell.raw)), cell.raw)
        seen[column] += 1
    return cells, [token.raw for token in parts.tokens if token.name != "row" and token.raw.strip()]


def _number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _compare_listed(where: str, old: CellMarkup | None, new: CellMarkup, found: Differences) -> None:
    """A cell that was to be written keeps its style and all else."""
    found.cells += 1
    if old is not None and (
        _without(old.attributes, _OF_VALUE) != _without(new.attributes, _OF_VALUE) or _others(old) != _others(new)
    ):
        found.differs(f"{where} was to be written, and more than its value changed")


def _compare_kept(where: str, old: CellMarkup, new: CellMarkup, found: Differences) -> None:
    """A cell that was not to be written: a formula may lose its value, and a shared one may be given its text."""
    formula = old.child("f"), new.child("f")
    free = ("t", "vm") if formula[0] is not None else ()
    same_formula = formula[0] == formula[1] or _is_heir(formula[0], formula[1])
    if (
        _without(old.attributes, free) != _without(new.attributes, free)
        or not same_formula
        or _others(old) != _others(new)
    ):
        found.differs(f"{where} changed, which is not listed")
    elif [old.child(part) for part in ("v", "is")] != [new.child(part) for part in ("v", "is")]:
        if formula[0] is None or new.child("v") or new.child("is") or "t" in new.attributes:
            found.differs(f"{where} has another value, which is not listed")
        else:
            found.dropped += 1
    elif old.attributes != new.attributes:
        found.differs(f"{where} has another type, which is not listed")
    elif formula[0] == formula[1]:
        found.differs(f"{where} is written in another way, and is not listed")


def _others(cell: CellMarkup) -> list[tuple[MarkupToken, bytes]]:
    return [child for child in cell.children if child[0].name not in ("f", "v", "is")]


def _is_heir(old: tuple[MarkupToken, bytes] | None, new: tuple[MarkupToken, bytes] | None) -> bool:
    """Whether a cell that referred to a shared formula now has its text, since the cell that had it was written."""
    if old is None or new is None or old[1].strip() or not new[1].strip():
        return False
    return all(part[0].attributes.get("t") == "shared" for part in (old, new)) and old[0].attributes.get("si") == new[
        0
    ].attributes.get("si")


def _without(attributes: Attributes, names: Iterable[str]) -> Attributes:
    return {name: value for name, value in attributes.items() if name not in names}


def _shown(cell: CellMarkup, strings: Sequence[bytes]) -> Shown:
    kind, value, held = cell.attributes.get("t", "n"), cell.child("v"), cell.child("f")
    formula = None if held is None else html.unescape(held[1].decode("utf-8", "replace"))
    if kind == "inlineStr":
        inline = cell.child("is")
        return Shown(text_of(b"<is>%s</is>" % inline[1]) if inline else None, formula)
    if value is None or not value[1].strip():
        return Shown("" if kind in ("s", "str") and value is not None else None, formula)
    written = html.unescape(value[1].decode("utf-8", "replace"))
    if kind == "s":
        index = int(written) if written.strip().isdigit() else -1
        return Shown(text_of(strings[index]) if 0 <= index < len(strings) else None, formula)
    if kind == "b":
        return Shown(written.strip() == "1", formula)
    return Shown(_unescaped(written) if kind in ("str", "e", "d") else float(written), formula)


def text_of(item: bytes) -> str:
    """The text of a shared or inline string, phonetic runs left out."""
    said, phonetic, inside = [], 0, False
    for token in outline(item).tokens:
        if token.kind and token.name == "rPh":
            phonetic += 1 if token.kind == "+" else -1
        elif token.kind:
            inside = token.kind == "+" and token.name == "t" and not phonetic
        elif inside:
            said.append(html.unescape(token.raw.decode("utf-8", "replace")))
    return _unescaped("".join(said))


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
