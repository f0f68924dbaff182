"""Formulas cut into tokens that join to the very text again."""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

from kakosheet.core.address import MAX_COLUMN, MAX_ROW, column_number, parse_cell

_NAME = r"[^\W\d][\w.?\\]*|\\[\w.?\\]*"
_SHEET_WORD = r"[^\W][\w.]*"
_CELL = r"\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}"
_TOKEN = re.compile(
    r'(?P<string>"(?:[^"]|"")*+")'
    # An operand with a sheet, a span of sheets or another workbook before it; the body is matched below or a name.
    r"|(?P<sheet>(?:'(?:[^']|'')*+'|(?:\[[^\[\]]*\])?" + _SHEET_WORD + r"(?::" + _SHEET_WORD + r")?|\[[^\[\]]*\])!)"
    r"|(?P<error>#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|GETTING_DATA|SPILL!|CALC!|FIELD!|BLOCKED!|UNKNOWN!|CONNECT!|BUSY!|PYTHON!))"
    r"|(?P<area>" + _CELL + r"(?::" + _CELL + r")?(?![\w.(!?\\\[])"
    r"|\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}(?![\w.(!?\\\[$])"
    r"|\$?[0-9]{1,7}:\$?[0-9]{1,7}(?![\w.(!?\\\[$]))"
    r"|(?P<structured>(?:" + _NAME + r")?\[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\])"
    r"|(?P<number>[0-9]+(?:\.[0-9]*)?(?:[Ee][+-]?[0-9]+)?|\.[0-9]+(?:[Ee][+-]?[0-9]+)?)"
    r"|(?P<function>(?:" + _NAME + r")(?=\())"
    r"|(?P<name>" + _NAME + r")"
    r"|(?P<space>\s+)"
    r"|(?P<operator><>|<=|>=|'+|\"+|.)",
    re.DOTALL,
)


class TokenKind(Enum):
    STRING = "string"
    SHEET = "sheet"
    ERROR = "error"
    AREA = "area"
    STRUCTURED = "structured"
    NUMBER = "number"
    FUNCTION = "function"
    NAME = "name"
    SPACE = "space"
    OPERATOR = "operator"


_KINDS = {kind.value: kind for kind in TokenKind}


class Token(NamedTuple):
    """SHEET is the qualifier of the operand after it, "!" included: 'My sheet'!, Jan:Mar!, [1]Sheet1!."""

    kind: TokenKind
    text: str


def tokenize(formula: str) -> list[Token]:
    """The tokens of a formula without its "="; `"".join(token.text)` is the formula again."""
    tokens: list[Token] = []
    for match in _TOKEN.finditer(formula):
        kind, text = _KINDS[match.lastgroup or ""], match[0]
        if kind is not TokenKind.AREA or all(map(_on_sheet, text.split(":"))):
            tokens.append(Token(kind, text))
        else:
            tokens += _apart(text)
    return tokens


def _on_sheet(corner: str) -> bool:
    """Whether a sheet is so wide and so long: XYZ1, YPE and row 0 look like corners of an area, but lie on no sheet."""
    bare = corner.replace("$", "")
    if bare.isdigit():
        return 0 < int(bare) <= MAX_ROW
    return column_number(bare) <= MAX_COLUMN if bare.isalpha() else parse_cell(corner) is not None


def _apart(area: str) -> list[Token]:
    """What only looks like an area, as the names, numbers and cells that it joins."""
    tokens: list[Token] = []
    for corner in area.split(":"):
        kind = TokenKind.AREA if parse_cell(corner) else TokenKind.NUMBER if corner.isdigit() else TokenKind.NAME
        tokens += [Token(TokenKind.OPERATOR, ":"), Token(kind, corner)] if tokens else [Token(kind, corner)]
    return tokens
