"""Our own tokenizer of OOXML formulas (ECMA-376 part 1, 18.17): what they refer to, re-homing them, telling whether two
are one."""

from __future__ import annotations

from kakosheet.formats.formula.references import Parsed, Reference, Structured, parse, references
from kakosheet.formats.formula.rewrite import Template, same, shift, template
from kakosheet.formats.formula.tokens import Token, TokenKind, tokenize

__all__ = [
    "Parsed",
    "Reference",
    "Structured",
    "Template",
    "Token",
    "TokenKind",
    "parse",
    "references",
    "same",
    "shift",
    "template",
    "tokenize",
]
