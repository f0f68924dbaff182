"""XML as the writer puts it down: namespaces, escaping, paragraphs, addresses. Text from outside is never markup."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from kakosheet.core.address import column_letters

VERSION = "1.3"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_SPACES = {
    "office": _OASIS + "office:1.0",
    "style": _OASIS + "style:1.0",
    "text": _OASIS + "text:1.0",
    "table": _OASIS + "table:1.0",
    "draw": _OASIS + "drawing:1.0",
    "fo": _OASIS + "xsl-fo-compatible:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
    "dc": "http://purl.org/dc/elements/1.1/",
    "meta": _OASIS + "meta:1.0",
    "number": _OASIS + "datastyle:1.0",
    "svg": _OASIS + "svg-compatible:1.0",
    "chart": _OASIS + "chart:1.0",
    "of": _OASIS + "of:1.2",
    "config": _OASIS + "config:1.0",
    "manifest": _OASIS + "manifest:1.0",
    "ooo": "http://openoffice.org/2004/office",
    "chartooo": "http://openoffice.org/2010/chart",
    "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
    "loext": "urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0",
}

_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n?")
_MARKUP = re.compile('[&<>"]')
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
_BLANKS = re.compile(" {2,}|^ +| +$")
_PLAIN_SHEET = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def namespaces(*prefixes: str) -> str:
    """The declarations of a root element."""
    return " ".join(f'xmlns:{prefix}="{_SPACES[prefix]}"' for prefix in prefixes)


def clean(text: str) -> str:
    """The text as it reads back: what XML cannot hold is U+FFFD, line ends are one line feed (XML 1.0, 2.2 and
    2.11)."""
    return text if text.isprintable() else _CHARACTERS.sub("\ufffd", _LINE_ENDS.sub("\n", text))


def escape(text: str) -> str:
    """Character data."""
    text = clean(text)
    return _MARKUP.sub(_entity, text) if _MARKUP.search(text) else text


def _entity(match: re.Match[str]) -> str:
    return _NAMED[match[0]]


def quoted(text: str) -> str:
    """An attribute's value, without its quotes."""
    return escape(text).replace("\n", "&#10;").replace("\t", "&#9;")


def paragraphs(text: str) -> str:
    """The text:p elements that say a text; white space that would collapse is written as elements (ODF 1.3 part 3,
    6.1.2 and 6.1.3)."""
    escaped = escape(text)
    if escaped.isprintable() and "  " not in escaped and escaped[:1] != " " and escaped[-1:] != " ":
        return f"<text:p>{escaped}</text:p>"
    return "".join(
        f"<text:p>{_BLANKS.sub(_kept, line).replace(chr(9), '<text:tab/>')}</text:p>" for line in escaped.split("\n")
    )


def _kept(match: re.Match[str]) -> str:
    inside = match.start() > 0 and match.end() < len(match.string)
    count = len(match[0]) - inside
    return " " * inside + (f'<text:s text:c="{count}"/>' if count > 1 else "<text:s/>")


@lru_cache(maxsize=256)
def sheet_name(name: str) -> str:
    """A sheet's name as an address writes it."""
    return name if _PLAIN_SHEET.fullmatch(name) else "'" + name.replace("'", "''") + "'"


def address(sheet: str, row: int, column: int) -> str:
    """ "'My sheet'.B3" (ODF 1.3 part 3, 18.3.5), not escaped."""
    return f"{sheet_name(sheet)}.{column_letters(column)}{row}"


def area(sheet: str, row: int, column: int, last_row: int, last_column: int) -> str:
    """ "S.A1:S.B2", not escaped."""
    return f"{address(sheet, row, column)}:{address(sheet, last_row, last_column)}"


def absolute(sheet: str, row: int, column: int) -> str:
    """ "$S.$A$1", not escaped."""
    return f"${sheet_name(sheet)}.${column_letters(column)}${row}"


def element(name: str, attributes: Mapping[str, str | int | float | None], inside: str = "") -> str:
    """An element; attributes that are None are left out, all others are escaped. `inside` is markup."""
    given = "".join(f' {key}="{quoted(str(value))}"' for key, value in attributes.items() if value is not None)
    return f"<{name}{given}>{inside}</{name}>" if inside else f"<{name}{given}/>"
