"""A part taken apart by expat, for comparison: its rows as bytes, and the tags and texts around them in order.

Nothing here is shared with what patches: a fault there must not hide itself here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple
from xml.parsers import expat

Attributes = dict[str, str]
_TAG = re.compile(rb"<[^<>\"']*(?:\"[^\"]*\"[^<>\"']*|'[^']*'[^<>\"']*)*>")
_DECLARATION = re.compile(r"\s*<\?xml\s[^>]*?\?>")
_ENCODING = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([\w.\-]+)")


class NotComparable(Exception):
    """The part is no XML that can be compared."""


class MarkupToken(NamedTuple):
    """`kind` is "+" (a start tag), "-" (an end tag, empty where the element closes itself) or "" (text between
    tags)."""

    kind: str
    name: str
    attributes: Attributes
    raw: bytes


class RowMarkup(NamedTuple):
    """An element of a region, whole; `region` counts the regions of the part."""

    region: int
    name: str
    attributes: Attributes
    raw: bytes


class Outline(NamedTuple):
    """`regions` are the start tags' attributes of the elements whose rows were taken out of `tokens`."""

    tokens: list[MarkupToken]
    rows: list[RowMarkup]
    regions: list[Attributes]


def as_utf8(raw: bytes) -> bytes:
    """The part in UTF-8, without byte order mark and declaration."""
    declared = _ENCODING.match(raw.removeprefix(b"\xef\xbb\xbf"))
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif raw[:4] in (b"<\0?\0", b"\0<\0?"):
        encoding = "utf-16-le" if raw[0] else "utf-16-be"
    else:
        encoding = declared[1].decode() if declared else "utf-8"
    try:
        text = raw.removeprefix(b"\xef\xbb\xbf").decode(encoding)
    except (LookupError, UnicodeError) as error:
        raise NotComparable(str(error)) from None
    return _DECLARATION.sub("", text, count=1).encode("utf-8")


def outline(part: bytes, rows: Collection[str] = (), region: Callable[[list[str]], bool] = lambda _: False) -> Outline:
    """`rows` are local names of the elements to take out; `region` says of a path of local names whether it is an
    element that holds them.

    An element of one of those names further down, in a region within the region, is not taken out. Raises NotComparable.
    """
    xml = as_utf8(part)
    reader = _Outliner(xml, rows, region)
    parser = expat.ParserCreate("UTF-8")
    parser.StartElementHandler = lambda name, given: reader.start(name, given, parser.CurrentByteIndex)
    parser.EndElementHandler = lambda name: reader.end(name, parser.CurrentByteIndex)
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise NotComparable(str(error)) from None
    reader.text(len(xml))
    return Outline(reader.tokens, reader.rows, reader.regions)


def has_unknown_prefix(part: bytes) -> bool:
    """Whether a name has a prefix that is not declared: names are compared without regard to namespaces."""
    try:
        expat.ParserCreate("UTF-8", " ").Parse(as_utf8(part), True)
    except expat.ExpatError:
        return True
    return False


def elements(raw: bytes) -> Iterator[tuple[MarkupToken, bytes]]:
    """The start tag and the content of each child of an element."""
    found = outline(raw)
    depth, opened, inner = 0, None, b""
    for token in found.tokens:
        depth += (token.kind == "+") - (token.kind == "-")
        if token.kind == "+" and depth == 2:
            opened, inner = token, b""
        elif token.kind == "-" and depth == 1 and opened is not None:
            yield opened, inner
            opened = None
        elif opened is not None:
            inner += token.raw


def local(name: str) -> str:
    return name.rpartition(":")[2]


class _Outliner:
    """Collects what expat reports. `position` is how far the part has been taken."""

    def __init__(self, xml: bytes, rows: Collection[str], region: Callable[[list[str]], bool]) -> None:
        self.xml, self.names, self.region = xml, rows, region
        self.tokens: list[MarkupToken] = []
        self.rows: list[RowMarkup] = []
        self.regions: list[Attributes] = []
        self.position = 0
        self._path: list[str] = []
        self._open: list[int] = []  # depths at which regions began, -1 for one within a region
        self._row: tuple[str, Attributes, int, int] | None = None  # name, attributes, depth, where it starts

    def start(self, name: str, given: Attributes, at: int) -> None:
        self._path.append(local(name))
        if self._row is not None:
            return
        if self._path[-1] in self.names and self._open and not self._nested():
            self.text(at)
            self._row = self._path[-1], given, len(self._path), at
            return
        self._tag("+", name, given, at)
        if self.region(self._path):
            self._open.append(len(self._path))
            self.regions.append(given)

    def _nested(self) -> bool:
        """Whether another element of the region's name lies between."""
        return self._path[self._open[-1] - 1] in self._path[self._open[-1] : -1]

    def end(self, name: str, at: int) -> None:
        depth = len(self._path)
        self._path.pop()
        if self._row is not None:
            if self._row[2] == depth:
                start = _tag_end(self.xml, self._row[3])
                stop = start if self.xml[start - 2 : start] == b"/>" else self.xml.index(b">", at) + 1
                self.rows.append(
                    RowMarkup(len(self.regions) - 1, self._row[0], self._row[1], self.xml[self._row[3] : stop])
                )
                self.position, self._row = stop, None
            return
        if self._open and self._open[-1] == depth:
            self._open.pop()
        last = self.tokens[-1]
        if last.kind == "+" and last.raw.endswith(b"/>"):  # it closed itself; where its end is reported says nothing
            self.tokens.append(MarkupToken("-", local(name), {}, b""))
        else:
            self._tag("-", name, {}, at)

    def _tag(self, kind: str, name: str, given: Attributes, at: int) -> None:
        self.text(at)
        self.position = _tag_end(self.xml, at)
        self.tokens.append(MarkupToken(kind, local(name), given, self.xml[at : self.position]))

    def text(self, until: int) -> None:
        if self.position < until:
            self.tokens.append(MarkupToken("", "", {}, self.xml[self.position : until]))
            self.position = until


def _tag_end(xml: bytes, at: int) -> int:
    found = _TAG.match(xml, at)
    if found is None:
        raise NotComparable("a tag does not end")
    return found.end()
