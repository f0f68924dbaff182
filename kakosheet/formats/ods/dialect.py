"""Which prefixes content.xml gives the namespaces that matter here, and the patterns that follow from them (Namespaces
in XML 1.0).

A prefix must mean one thing throughout, and the elements of a namespace share one, as do its attributes: so every
program writes that is known. Where they are declared is the file's own affair.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from kakosheet.core.issues import KakosheetError

OFFICE = b"urn:oasis:names:tc:opendocument:xmlns:office:1.0"
TABLE = b"urn:oasis:names:tc:opendocument:xmlns:table:1.0"
TEXT = b"urn:oasis:names:tc:opendocument:xmlns:text:1.0"
STYLE = b"urn:oasis:names:tc:opendocument:xmlns:style:1.0"
CALCEXT = b"urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"

# A value holds no "<" (XML 1.0, 2.4): what is never closed costs no search beyond the next tag.
ATTRIBUTES = rb"[^<>\"']*(?:(?:\"[^<\"]*\"|'[^<']*')[^<>\"']*)*"
_ROOT = re.compile(rb"<((?:[\w.\-]+:)?)([A-Za-z_][\w.\-]*)(?=[\s/>])(" + ATTRIBUTES + rb")>")
_DECLARATION = re.compile(rb"\sxmlns(?::([\w.\-]+))?\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
# By what elements a prefix that is used is told from one that is not.
_ELEMENTS = {
    OFFICE: rb"document-content|body|spreadsheet",
    TEXT: rb"p|h|s|tab|span|list|line-break",
    TABLE: rb"table|table-(?:row|cell|column|rows|columns|header-rows|row-group)|covered-table-cell|named-range|database-range",
}
_SAVE_AGAIN = "open it in your spreadsheet and save it again"
Bound = dict[bytes, list[bytes]]
"""Namespace → its prefixes, each with its colon, the root's own first; b"" is the default namespace."""


class Dialect(NamedTuple):
    """Prefixes, each with its colon: of elements (may be empty) and of attributes. `calcext` is empty where it is not
    declared, `extends` says whether every element may use it. `declared` and `text_declared` are the declarations that
    elements of tables and texts need where the root makes none."""

    office: bytes
    table: bytes
    text: bytes
    office_attribute: bytes
    table_attribute: bytes
    text_attribute: bytes
    style: bytes
    calcext: bytes
    extends: bool
    declared: bytes
    text_declared: bytes
    cell: re.Pattern[bytes]
    cell_start: re.Pattern[bytes]
    column: re.Pattern[bytes]


def find_dialect(clear: bytes, start: int) -> tuple[Dialect, int]:
    """The dialect, and where the root's start tag ends; `clear` is free of comments and CDATA from `start` on. Raises
    K104, K108."""
    root = _ROOT.search(clear, start)
    if root is None:
        raise KakosheetError("K104", "the part content.xml holds no element")
    at_root: Bound = {}
    for prefix, uri in _declarations(root[3]):
        at_root.setdefault(uri, []).append(prefix)
    if root[2] != b"document-content" or root[1] not in at_root.get(OFFICE, []):
        raise KakosheetError(
            "K108",
            "the workbook is written in a dialect that is not supported",
            "open it in your spreadsheet and save it as .ods",
        )
    bound = _all_bound(clear, root.end(), at_root)
    if TEXT not in bound:  # there is no text as yet
        bound[TEXT] = [_free(bound)]
    office, table, words = (_element_prefix(clear, bound.get(uri, []), uri) for uri in (OFFICE, TABLE, TEXT))
    office_a, table_a, text_a, style, calcext = (
        _attribute_prefix(clear, bound.get(uri, [])) for uri in (OFFICE, TABLE, TEXT, STYLE, CALCEXT)
    )
    if not office_a or (not table_a and TABLE in bound):
        raise KakosheetError(
            "K108", "the workbook gives the attributes of a namespace no prefix, which is not supported", _SAVE_AGAIN
        )
    text_a = text_a or words
    return Dialect(
        office,
        table,
        words,
        office_a,
        table_a,
        text_a,
        style,
        calcext,
        calcext in at_root.get(CALCEXT, []),
        _missing(TABLE, {table, table_a}, at_root),
        _missing(TEXT, {words, text_a}, at_root),
        *_patterns(table, words),
    ), root.end()


def declares(tag: bytes, dialect: Dialect) -> bool:
    """Whether a start tag makes the declarations that elements of tables need beside the root's."""
    wanted = set(_declarations(dialect.declared))
    return wanted <= set(_declarations(tag))


def _declarations(tag: bytes) -> list[tuple[bytes, bytes]]:
    """(prefix with its colon, namespace) of what a tag declares."""
    return [(prefix + b":" if prefix else b"", first or second) for prefix, first, second in _DECLARATION.findall(tag)]


def _all_bound(clear: bytes, start: int, at_root: Bound) -> Bound:
    """The prefixes of the whole content. Raises K108 if one of those that matter means two things."""
    bound = {uri: list(prefixes) for uri, prefixes in at_root.items()}
    meaning = {prefix: uri for uri in (OFFICE, TABLE, TEXT, CALCEXT) for prefix in bound.get(uri, [])}
    others = {prefix for uri, prefixes in at_root.items() for prefix in prefixes} - set(meaning)
    for prefix, uri in _inner_declarations(clear, start):
        ours = uri in (OFFICE, TABLE, TEXT, CALCEXT)
        if meaning.get(prefix, uri) != uri or (ours and prefix in others):
            raise KakosheetError(
                "K108", "the workbook uses one prefix for two namespaces, which is not supported", _SAVE_AGAIN
            )
        if not ours:
            others.add(prefix)
        elif prefix not in meaning:
            meaning[prefix] = uri
            bound.setdefault(uri, []).append(prefix)
        if uri == STYLE and prefix not in bound.setdefault(uri, []):
            bound[uri].append(prefix)
    return bound


def _inner_declarations(clear: bytes, start: int) -> Iterator[tuple[bytes, bytes]]:
    """What is declared inside of the root; the word may stand in a text, too."""
    known, opened, closed = start, -1, start
    position = clear.find(b"xmlns", start)
    while position >= 0:
        opened, closed = (
            max(opened, clear.rfind(b"<", known, position)),
            max(closed, clear.rfind(b">", known, position)),
        )
        match = _DECLARATION.match(clear, position - 1) if opened > closed else None
        if match is not None:
            yield match[1] + b":" if match[1] else b"", match[2] or match[3] or b""
        known = position
        position = clear.find(b"xmlns", position + 5)


def _free(bound: Bound) -> bytes:
    """A prefix for texts that means nothing yet."""
    taken = {prefix for prefixes in bound.values() for prefix in prefixes}
    return next(
        prefix for prefix in (b"text" + b"x" * count + b":" for count in range(len(taken) + 1)) if prefix not in taken
    )


def _element_prefix(clear: bytes, prefixes: list[bytes], uri: bytes) -> bytes:
    """The prefix that elements of a namespace have: the only one declared, or the one of those that is used."""
    if len(prefixes) == 1:
        return prefixes[0]
    return _only(
        prefixes,
        [
            prefix
            for prefix in prefixes
            if re.search(rb"</?%s(?:%s)[\s/>]" % (re.escape(prefix), _ELEMENTS[uri]), clear)
        ],
    )


def _attribute_prefix(clear: bytes, prefixes: list[bytes]) -> bytes:
    """The prefix that attributes of a namespace have; empty if there is none, for an attribute without one has no
    namespace."""
    named = [prefix for prefix in prefixes if prefix]
    if len(named) < 2:
        return named[0] if named else b""
    return _only(named, [prefix for prefix in named if re.search(rb"\s%s[\w.\-]+\s*=" % re.escape(prefix), clear)])


def _only(prefixes: list[bytes], used: list[bytes]) -> bytes:
    if len(used) > 1:
        raise KakosheetError(
            "K108", "the workbook names one namespace by two prefixes, which is not supported", _SAVE_AGAIN
        )
    return (used or prefixes or [b"\0:"])[0]


def _missing(uri: bytes, prefixes: set[bytes], at_root: Bound) -> bytes:
    """The declarations of those prefixes that the root does not declare."""
    unknown = sorted(prefixes - set(at_root.get(uri, [])) - {b"\0:"})
    return b"".join(b' xmlns%s="%s"' % (b":" + prefix[:-1] if prefix else b"", uri) for prefix in unknown)


def _patterns(table: bytes, words: bytes) -> tuple[re.Pattern[bytes], re.Pattern[bytes], re.Pattern[bytes]]:
    """Cells (groups: attributes, the text of the only paragraph, any other content), where cells start, columns (group:
    attributes).

    A cell that is never closed takes all that is left.
    """
    t, w = re.escape(table), re.escape(words)
    cell = (
        rb"<%s(?:covered-)?table-cell(?=[\s/>])(%s)>(?:(?<=/>)|(?:<%sp>([^<]*)</%sp>)?</%s(?:covered-)?table-cell\s*>"
        rb"|(.*?)(?:</%s(?:covered-)?table-cell\s*>|\Z))"
    ) % (t, ATTRIBUTES, w, w, t, t)
    start = re.compile(rb"<%s(?:covered-)?table-cell(?=[\s/>])" % t)
    return re.compile(cell, re.DOTALL), start, re.compile(rb"<%stable-column(?=[\s/>])(%s)>" % (t, ATTRIBUTES))
