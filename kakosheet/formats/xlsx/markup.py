"""What SpreadsheetML adds to XML: the escapes of ST_Xstring. The rest is that of every format."""

from __future__ import annotations

import re

from kakosheet.formats.markup import (
    NOT_XML,
    TAG_END,
    attributes,
    blanked,
    check_well_formed,
    plain_escape,
    quoted,
    raw_attributes,
    resolved,
    tag_pattern,
    text,
    utf8,
)

__all__ = [
    "TAG_END",
    "attributes",
    "blanked",
    "check_well_formed",
    "escape",
    "keeps_space",
    "plain_escape",
    "quoted",
    "raw_attributes",
    "resolved",
    "tag_pattern",
    "text",
    "unescape",
    "utf8",
    "xstring",
]

# ST_Xstring (ECMA-376 part 1, 22.9.2.19) writes what XML cannot hold as _xHHHH_, and a literal "_x0041_" as
# "_x005F_x0041_".
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_SURROGATE = re.compile("[\ud800-\udfff]")


def xstring(raw: bytes) -> str:
    """The text of an ST_Xstring: `text` with its _xHHHH_ escapes resolved."""
    return unescape(text(raw))


def unescape(value: str) -> str:
    return _ESCAPED.sub(_unescaped, value) if "_x" in value else value


def _unescaped(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return match[0] if 0xD800 <= code < 0xE000 else chr(code)


def escape(value: str) -> bytes:
    """Character data of an ST_Xstring. Lone surrogates are no characters: they become U+FFFD."""
    if "_x" in value:
        value = _LOOKS_ESCAPED.sub("_x005F_", value)
    if not value.isprintable():
        value = _SURROGATE.sub("\ufffd", NOT_XML.sub(lambda match: f"_x{ord(match[0]):04X}_", value))
    return plain_escape(value)


def keeps_space(value: str) -> bool:
    """Whether `<t>` needs xml:space="preserve"."""
    return value != value.strip() or "\n" in value or "\t" in value or "  " in value
