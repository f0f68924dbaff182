"""What a formula refers to: areas, names, table columns; and whether it may reach further than its text says."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from kakosheet.core.address import MAX_COLUMN, MAX_ROW
from kakosheet.formats.formula.rewrite import corner
from kakosheet.formats.formula.tokens import Token, TokenKind, tokenize

# Functions that reach cells which their arguments do not spell out. NOW, TODAY and RAND are volatile too, but reach no
# cell.
_REACHING = frozenset(
    {"INDIRECT", "OFFSET", "CELL", "INFO", "GETPIVOTDATA", "SHEET", "SHEETS", "FORMULATEXT", "CUBEVALUE", "EVALUATE"}
)
_MAX_LENGTH = 65_536
"""Characters; Excel takes 8,192 at most."""
_MAX_TOKENS = 200
# Functions whose third argument is read as far as the first one reaches, whatever its own size (18.17.7.325).
_STRETCHING = frozenset({"SUMIF", "AVERAGEIF"})


class Reference(NamedTuple):
    """An area: `sheet` None is the formula's own; `last_sheet` ends a span of sheets (3-D); `external` lies in another
    workbook.

    Bounds are inclusive; whole columns and rows have the bounds of a sheet.
    """

    sheet: str | None
    last_sheet: str | None
    external: bool
    row: int
    column: int
    last_row: int
    last_column: int


class Structured(NamedTuple):
    """A structured reference as written: `table` may be empty inside a table's own rows, `columns` are what it names.

    `span` if it names a range of columns; `this_row` if only the formula's own row is meant.
    """

    table: str
    columns: tuple[str, ...]
    span: bool
    this_row: bool


class Parsed(NamedTuple):
    """`unsure` is true if the formula may read cells that none of the other fields names.

    `stretched` are pairs of texts: from the corner of what the second refers to, as many cells are read as the first
    refers to.
    """

    references: tuple[Reference, ...]
    names: tuple[tuple[str | None, str], ...]
    structured: tuple[Structured, ...]
    unsure: bool
    stretched: tuple[tuple[str, str], ...] = ()

    @property
    def elsewhere(self) -> bool:
        """Whether some of what the formula reads is not spelled out in it, the cells of its own row aside."""
        return bool(self.names or self.stretched) or not all(structured.this_row for structured in self.structured)

    def mentions(self, text: str) -> bool:
        """Whether a sheet, name, table or column that the formula refers to has this in its name."""
        words = [word for reference in self.references for word in (reference.sheet, reference.last_sheet)]
        words += [word for name in self.names for word in name]
        words += [word for structured in self.structured for word in (structured.table, *structured.columns)]
        return any(word is not None and text in word for word in words)


def references(formula: str) -> tuple[Reference, ...]:
    return parse(formula).references


@lru_cache(maxsize=1024)
def parse(formula: str) -> Parsed:
    """Names come with the sheet that qualifies them, if one does."""
    if len(formula) > _MAX_LENGTH:
        return Parsed((), (), (), True)
    tokens = tokenize(formula)
    areas: list[Reference] = []
    names: list[tuple[str | None, str]] = []
    tables: list[Structured] = []
    stretched: list[tuple[str, str]] = []
    unsure = False
    qualifier: Token | None = None
    for position, token in enumerate(tokens):
        kind, text = token
        if kind is TokenKind.SHEET:
            qualifier = token
            continue
        first, last, external = _sheets(qualifier.text) if qualifier else (None, None, False)
        qualifier = None
        if kind is TokenKind.AREA:
            areas.append(_reference(text, first, last, external))
        elif kind is TokenKind.NAME and not external and text.upper() not in ("TRUE", "FALSE"):
            names.append((first, text))
        elif kind is TokenKind.STRUCTURED and not external:
            tables.append(_structured(text))
        elif kind is TokenKind.FUNCTION:
            called = text.upper().rpartition(".")[2]
            unsure = unsure or called in _REACHING
            if called in _STRETCHING:
                inputs = _arguments(tokens, position + 1)
                unsure = unsure or inputs is None
                stretched += [(inputs[0], inputs[2])] if inputs is not None and len(inputs) > 2 else []
        elif text in (":", "#", "@") and kind is TokenKind.OPERATOR:
            unsure = unsure or text == "#" or (text == ":" and _joins(tokens, position))
    return Parsed(tuple(areas), tuple(names), tuple(tables), unsure, tuple(stretched))


def _arguments(tokens: list[Token], position: int) -> list[str] | None:
    """The texts of a function's arguments; its bracket stands at `position`. None if there is more to them than people
    write."""
    texts, depth = [""], 0
    for count, (_, text) in enumerate(islice(tokens, position, None)):
        if count > _MAX_TOKENS:
            return None
        depth += (text in ("(", "{")) - (text in (")", "}"))
        if depth == 0:
            break
        if text == "," and depth == 1:
            texts.append("")
        elif depth > 1 or text != "(":
            texts[-1] += text
    return texts


def _joins(tokens: list[Token], position: int) -> bool:
    """A ":" between operands that are no plain corners makes a range whose ends only a calculation knows."""
    return 0 < position < len(tokens) - 1


def _sheets(qualifier: str) -> tuple[str | None, str | None, bool]:
    name = qualifier[:-1]
    if name.startswith("'"):
        name = name[1:-1].replace("''", "'")
    if "]" in name:
        return None, None, True
    first, colon, last = name.partition(":")
    return first, (last if colon else None), False


def _reference(text: str, sheet: str | None, last_sheet: str | None, external: bool) -> Reference:
    corners = [corner(part) for part in text.split(":")]
    rows = _bounds([one.row for one in corners], MAX_ROW)
    columns = _bounds([one.column for one in corners], MAX_COLUMN)
    return Reference(sheet, last_sheet, external, rows[0], columns[0], rows[1], columns[1])


def _bounds(values: list[int], limit: int) -> tuple[int, int]:
    return (1, limit) if 0 in values else (min(values), max(values))


def _structured(text: str) -> Structured:
    """Table[Column], Table[[#This Row],[A]:[B]], Table[@Column], [@[A b]] (18.17.2.5)."""
    table, _, inside = text[:-1].partition("[")
    if "[" not in inside:
        inside = inside.strip()
        column = inside.removeprefix("@").strip()
        this_row = inside.startswith("@") or column.casefold() == "#this row"
        return Structured(table, () if column.startswith("#") or not column else (_unescaped(column),), False, this_row)
    columns, depth, current, ranged = [], 0, "", False
    this_row = inside.lstrip().startswith("@")
    position = 0
    while position < len(inside):
        character = inside[position]
        if character == "'" and depth and position + 1 < len(inside):
            current += inside[position : position + 2]
            position += 1
        elif character == "[":
            depth, current = depth + 1, ""
        elif character == "]":
            depth -= 1
            if not current.startswith("#"):
                columns.append(_unescaped(current))
            this_row = this_row or current.casefold() == "#this row"
        elif depth:
            current += character
        elif character == ":":
            ranged = True
        position += 1
    return Structured(table, tuple(columns), ranged, this_row)


def _unescaped(column: str) -> str:
    """In a column's name an apostrophe escapes [, ], # and itself."""
    out, position = "", 0
    while position < len(column):
        if column[position] == "'" and position + 1 < len(column):
            position += 1
        out += column[position]
        position += 1
    return out
