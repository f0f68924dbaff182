"""Formulas cut into tokens that join to the very text again."""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

from kakosheet.core.address import parse_cell

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


class Kind(Enum):
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


_KINDS = {kind.value: kind for kind in Kind}


class Token(NamedTuple):
    """SHEET is the qualifier of the operand after it, "!" included: 'My sheet'!, Jan:Mar!, [1]Sheet1!."""

    kind: Kind
    text: str


def tokenize(formula: str) -> list[Token]:
    """The tokens of a formula without its "="; `"".join(token.text)` is the formula again."""
    return [Token(_kind(match), match[0]) for match in _TOKEN.finditer(formula)]


def _kind(match: re.Match[str]) -> Kind:
    kind = _KINDS[match.lastgroup or ""]
    if kind is Kind.AREA and ":" not in match[0] and parse_cell(match[0]) is None:
        return Kind.NAME  # XYZ1 looks like a cell, but no sheet is so wide
    return kind
