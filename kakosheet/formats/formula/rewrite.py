"""Formulas moved to another cell, and compared with what another program made of them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from kakosheet.core.address import MAX_COLUMN, MAX_ROW, column_letters, column_number, quote_sheet
from kakosheet.formats.formula.tokens import Token, TokenKind, tokenize

_CORNER = re.compile(r"(\$?)([A-Za-z]{1,3})?(\$?)([0-9]{1,7})?")
_PREFIXES = re.compile(r"^(?:_xlfn\.|_xlws\.|_xludf\.)+", re.IGNORECASE)
_BOOLEAN_CALLS = ("TRUE", "FALSE")


class Corner(NamedTuple):
    """One corner of an area: 0 for a row or column that it does not name; `fixed_*` for a "$"."""

    column: int
    row: int
    fixed_column: bool
    fixed_row: bool


class Template(NamedTuple):
    """A formula ready to be re-homed: literal texts and areas (one or two corners) in turn."""

    pieces: tuple[str | tuple[Corner, ...], ...]

    def at(self, rows: int, columns: int) -> str:
        """The formula moved by so many rows and columns; "#REF!" where that leaves the sheet."""
        return "".join(piece if isinstance(piece, str) else _moved(piece, rows, columns) for piece in self.pieces)


@lru_cache(maxsize=512)
def template(formula: str) -> Template:
    pieces: list[str | tuple[Corner, ...]] = []
    for kind, text in tokenize(formula):
        if kind is TokenKind.AREA:
            pieces.append(tuple(corner(part) for part in text.split(":")))
        elif pieces and isinstance(pieces[-1], str):
            pieces[-1] += text
        else:
            pieces.append(text)
    return Template(tuple(pieces))


def shift(formula: str, rows: int, columns: int) -> str:
    """The formula as it reads after being copied so many rows down and columns to the right: "$" stays, the rest
    moves."""
    return template(formula).at(rows, columns)


def corner(text: str) -> Corner:
    """A corner as written: "B2", "$B", "$2"."""
    match = _CORNER.fullmatch(text)
    if match is None:
        raise ValueError(text)
    first, letters, second, digits = match.groups()
    if letters is None:  # "$3": the only "$" belongs to the row
        return Corner(0, int(digits or 0), False, bool(first or second))
    return Corner(column_number(letters), int(digits or 0), bool(first), bool(second))


def _moved(corners: tuple[Corner, ...], rows: int, columns: int) -> str:
    parts = []
    for column, row, fixed_column, fixed_row in corners:
        part = ""
        if column:
            if not fixed_column:
                column += columns
            if not 1 <= column <= MAX_COLUMN:
                return "#REF!"
            part = "$" + column_letters(column) if fixed_column else column_letters(column)
        if row:
            if not fixed_row:
                row += rows
            if not 1 <= row <= MAX_ROW:
                return "#REF!"
            part += f"${row}" if fixed_row else str(row)
        parts.append(part)
    return ":".join(parts)


def same(first: str, second: str) -> bool:
    """Whether two formulas are one, however a program re-serialised it: white space, case outside strings, quotes
    around a sheet's name, prefixes of newer functions, TRUE for TRUE() and A:A for A1:A1048576 do not count. A "$"
    does."""
    return first == second or _normal(first) == _normal(second)


@lru_cache(maxsize=4096)
def _normal(formula: str) -> tuple[str, ...]:
    tokens = tokenize(formula.strip())
    words: list[str] = []
    for position, token in enumerate(tokens):
        if token.kind is TokenKind.SPACE:
            if _intersects(tokens, position):
                words.append(" ")
        elif (
            token.kind is TokenKind.OPERATOR
            and token.text == ")"
            and len(words) > 1
            and words[-1] == "("
            and words[-2] in _BOOLEAN_CALLS
        ):
            words.pop()
        else:
            words.append(_normal_word(token))
    return tuple(words)


def _normal_word(token: Token) -> str:
    kind, text = token
    if kind is TokenKind.STRING:
        return text
    if kind is TokenKind.AREA:
        return _normal_area(text.upper())
    if kind is TokenKind.SHEET:
        return _normal_sheet(text)
    return _PREFIXES.sub("", text).upper() if kind in (TokenKind.FUNCTION, TokenKind.NAME) else text.upper()


def _normal_sheet(text: str) -> str:
    name = text[:-1]
    if name.startswith("'") and name.endswith("'") and len(name) > 1:
        name = name[1:-1].replace("''", "'")
    return (quote_sheet(name) if "[" not in name and ":" not in name else name).upper() + "!"


def _normal_area(text: str) -> str:
    """Whole columns and rows have two spellings; programs choose as they like."""
    if ":" not in text:
        return text
    first, second = (corner(part) for part in text.split(":"))
    if first.row == 1 and second.row == MAX_ROW:
        first, second = first._replace(row=0), second._replace(row=0)
    elif first.column == 1 and second.column == MAX_COLUMN:
        first, second = first._replace(column=0), second._replace(column=0)
    return _moved((first, second), 0, 0)


def _intersects(tokens: list[Token], position: int) -> bool:
    """Whether the white space is the intersection operator: between two operands."""
    if not 0 < position < len(tokens) - 1:
        return False
    before, after = tokens[position - 1], tokens[position + 1]
    operands = (TokenKind.AREA, TokenKind.NAME, TokenKind.STRUCTURED, TokenKind.SHEET, TokenKind.FUNCTION)
    return (before.kind in operands[:3] or before.text == ")") and (after.kind in operands or after.text == "(")
