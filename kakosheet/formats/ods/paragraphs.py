"""The text of a cell: paragraphs and what may stand in them (ODF 1.3 part 3, 5.1.3 and 6.1).

White space: 6.1.2 has readers make one space of a run, and none at either end. LibreOffice (7.4, tried on 2026-11-21)
writes runs of spaces into some cells and reads all of them as they stand; so does this, but for runs with a line break
in them, which only those files have that were laid out for people to read. `text:tab` is lost on the way into
LibreOffice's cells, a plain tab is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from kakosheet.core.issues import KakosheetError
from kakosheet.formats.markup import NOT_XML, plain_escape, text
from kakosheet.formats.ods.dialect import ATTRIBUTES, Dialect

MAX_SPACES = 32_767
MAX_GROWN = 1 << 24
_TAG = re.compile(rb"<!--.*?-->|<!\[CDATA\[(.*?)\]\]>|<\?.*?\?>|<(/?)([^\s/>!?]+)(" + ATTRIBUTES + rb")>", re.DOTALL)
_COUNT = re.compile(rb":c\s*=\s*[\"'](\d{1,9})")
_LAYOUT = re.compile(rb"[ \t]*[\r\n][ \t\r\n]*")
_NOT_PLAIN = re.compile(rb"[&\r\n]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n?")
_SPACES = re.compile("^ +| +$|  +")
# Children of a paragraph that are not part of its text.
_BESIDE_TEXT = frozenset({b"annotation", b"annotation-end", b"note", b"frame", b"ruby-text", b"shapes"})


class Child(NamedTuple):
    """A child element: its name as written, and where it stands. `closed` if it closes itself."""

    name: bytes
    start: int
    open_end: int
    end: int
    closed: bool


class Allowance:
    """How much more than the file's own bytes its texts and repeats may come to, all of it together."""

    def __init__(self, left: int = MAX_GROWN) -> None:
        self._left = left

    def take(self, amount: int) -> None:
        """Raises K107 once the allowance is used up."""
        self._left -= amount
        if self._left < 0:
            raise KakosheetError("K107", "the workbook repeats cells or spaces more often than is allowed")


def plain_text(raw: bytes) -> str:
    """The text of a paragraph without child elements."""
    if _NOT_PLAIN.search(raw) is None:
        return raw.decode("utf-8", "replace")
    return _joined([raw])


def children(inner: bytes) -> Iterator[Child]:
    """The direct children of an element with that content."""
    depth, opened = 0, (b"", 0, 0)
    for match in _TAG.finditer(inner):
        if match[3] is None:
            continue
        if match[2]:
            depth -= 1
            if depth == 0:
                yield Child(*opened, match.end(), False)
            elif depth < 0:
                return
        elif match[4][-1:] == b"/":
            if depth == 0:
                yield Child(match[3], match.start(), match.end(), match.end(), True)
        else:
            if depth == 0:
                opened = match[3], match.start(), match.end()
            depth += 1


def cell_text(inner: bytes, dialect: Dialect, allowance: Allowance) -> str | None:
    """The paragraphs of a cell's content joined by line breaks; None if it has none. Comments and drawings are no part
    of it."""
    lines: list[str] = []
    for child in children(inner):
        if child.name in (dialect.text + b"p", dialect.text + b"h"):
            lines.append("" if child.closed else paragraph_text(inner[child.open_end : child.end], dialect, allowance))
        elif child.name == dialect.text + b"list" and not child.closed:
            lines += _list_lines(inner[child.open_end : child.end], dialect, allowance)
    return "\n".join(lines) if lines else None


def _list_lines(inner: bytes, dialect: Dialect, allowance: Allowance) -> list[str]:
    pattern = re.compile(
        rb"<%s[ph](?:\s%s)?(?:(?<=/)>|(?<!/)>(.*?)</%s[ph]\s*>)" % (dialect.text, ATTRIBUTES, dialect.text), re.DOTALL
    )
    return [paragraph_text(match[1] or b"", dialect, allowance) for match in pattern.finditer(inner)]


def paragraph_text(inner: bytes, dialect: Dialect, allowance: Allowance) -> str:
    """The text of a paragraph's content (its end tag may stand at the end)."""
    pieces: list[bytes | str] = []
    position, skipped = 0, 0
    for match in _TAG.finditer(inner):
        if not skipped:
            pieces.append(inner[position : match.start()])
        position = match.end()
        if match[3] is None:
            if match[1] is not None and not skipped:
                pieces.append(match[1].decode("utf-8", "replace"))
            continue
        closed = match[4][-1:] == b"/"
        if skipped:
            skipped += -1 if match[2] else not closed
        elif not match[2]:
            prefix, _, local = match[3].rpartition(b":")
            if local in _BESIDE_TEXT or prefix == b"draw":
                skipped = not closed
            elif prefix + b":" == dialect.text or not prefix:
                pieces.append(_space(local, match[4], allowance))
    if not skipped:
        pieces.append(inner[position:])
    return _joined(pieces)


def _space(local: bytes, attributes: bytes, allowance: Allowance) -> str:
    """The white space that an element stands for."""
    if local == b"s":
        count = _COUNT.search(attributes)
        spaces = min(int(count[1]), MAX_SPACES) if count else 1
        allowance.take(spaces)
        return " " * spaces
    return {b"tab": "\t", b"line-break": "\n"}.get(local, "")


def _joined(pieces: list[bytes | str]) -> str:
    """Texts as they are and character data as written, but for what only lays out the file."""
    said = "".join(piece if isinstance(piece, str) else text(_LAYOUT.sub(b"\0", piece)) for piece in pieces)
    return said.strip("\0").replace("\0", " ") if "\0" in said else said


def clean(value: str) -> str:
    """The text as it will read back: what XML cannot hold becomes U+FFFD, line ends "\\n"."""
    if value.isprintable():
        return value
    return _SURROGATE.sub("\ufffd", NOT_XML.sub("\ufffd", _LINE_ENDS.sub("\n", value)))


def paragraphs(value: str, dialect: Dialect) -> bytes:
    """The paragraphs that say a clean text; spaces that other readers would take for one are written as elements."""
    p, d = dialect.text, dialect.text_declared
    if "\n" not in value and "  " not in value and value[:1] != " " and value[-1:] != " ":
        return b"<%sp%s>%s</%sp>" % (p, d, plain_escape(value), p)
    lines = []
    for line in value.split("\n"):
        marked = _SPACES.sub(lambda match: _kept_spaces(match, dialect), plain_escape(line).decode())
        lines.append(b"<%sp%s>%s</%sp>" % (p, d, marked.encode(), p) if line else b"<%sp%s/>" % (p, d))
    return b"".join(lines)


def _kept_spaces(match: re.Match[str], dialect: Dialect) -> str:
    inside = match.start() > 0 and match.end() < len(match.string)
    count, p = len(match[0]) - inside, dialect.text.decode()
    element = f"<{p}s/>" if count == 1 else f'<{p}s {dialect.text_attribute.decode()}c="{count}"/>'
    return " " + element if inside else element
