"""The shared string table (ECMA-376 part 1, 18.4): read whole; only ever appended to, so that every index stays
true."""

from __future__ import annotations

import re
from xml.parsers import expat

from kakosheet.core.issues import KakosheetError
from kakosheet.formats.xlsx.markup import check_well_formed, escape, keeps_space, tag_pattern, text, unescape

_PLAIN = re.compile(rb"<si>\s*<t(?: xml:space=\"preserve\")?(?:/>|>([^<]*)</t>)\s*</si>")


def read_strings(xml: bytes) -> tuple[list[str], list[bool]]:
    """The texts by index, rich runs joined and phonetic ones left out, and which of them are plain. Raises K104."""
    if xml.count(b"<si") == xml.count(b"<si>") > 0:
        found = _PLAIN.findall(xml)
        if len(found) == xml.count(b"<si>") and b"<!--" not in xml:
            return _decoded(found), [True] * len(found)
    return _parsed(xml)


def _decoded(found: list[bytes]) -> list[str]:
    """Texts without entities or escapes are the rule: they are decoded all at once."""
    joined = b"\0".join(found)
    if b"&" not in joined and b"_x" not in joined and b"\r" not in joined and joined.count(b"\0") == len(found) - 1:
        return joined.decode("utf-8", "replace").split("\0") if found else []
    return [unescape(text(raw)) for raw in found]


class _Parser:
    """Collects `si` items whatever their prefix, comments and CDATA included."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.plain: list[bool] = []
        self._runs: list[str] = []
        self._is_plain = True
        self._phonetic = 0
        self._in_text = False

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "si":
            self._runs, self._is_plain = [], True
        elif local == "rPh":
            self._phonetic += 1
        elif local == "t":
            self._in_text = self._phonetic == 0
        if local not in ("si", "t"):
            self._is_plain = False

    def end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local == "si":
            self.texts.append(unescape("".join(self._runs)))
            self.plain.append(self._is_plain)
        elif local == "rPh":
            self._phonetic -= 1
        elif local == "t":
            self._in_text = False

    def data(self, characters: str) -> None:
        if self._in_text:
            self._runs.append(characters)


def _parsed(xml: bytes) -> tuple[list[str], list[bool]]:
    collected = _Parser()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = (
        collected.start,
        collected.end,
        collected.data,
    )
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise KakosheetError("K104", f"the shared strings are not well-formed: {error}") from error
    return collected.texts, collected.plain


class StringTable:
    """Finds a text's index, or promises it the next one. A text is matched with plain items only, never with rich
    ones. A part that is declared to be something else is only read (`grows` False): new texts stand in their cells."""

    def __init__(self, xml: bytes, *, grows: bool = True) -> None:
        self.xml, self.grows = xml, grows
        self.texts, self._plain = read_strings(xml)
        self._index: dict[str, int] | None = None
        self.added: list[str] = []
        self.references = 0

    def index(self, value: str) -> int:
        if self._index is None:
            self._index = {}
            for position in range(len(self.texts) - 1, -1, -1):
                if self._plain[position]:
                    self._index[self.texts[position]] = position
        found = self._index.get(value)
        if found is None:
            found = self._index[value] = len(self.texts) + len(self.added)
            self.added.append(value)
        return found

    def grown(self) -> bytes | None:
        """The part with the new items at its end and its counts kept; None if there are none. Raises K104."""
        if not self.added:
            return None
        check_well_formed(_PLAIN.sub(b"", self.xml), "sharedStrings")
        root = tag_pattern("sst").search(self.xml)
        if root is None:
            raise KakosheetError("K104", "the shared strings have no root element")
        prefix = root[1]
        head = _counted(_counted(root[0], b"count", self.references), b"uniqueCount", len(self.added))
        items = b"".join(_item(prefix, value) for value in self.added)
        if root[2]:
            return (
                self.xml[: root.start()]
                + head[:-2].rstrip()
                + b">"
                + items
                + b"</"
                + prefix
                + b"sst>"
                + self.xml[root.end() :]
            )
        stop = self.xml.rfind(b"</" + prefix + b"sst")
        if stop < root.end():
            raise KakosheetError("K104", "the shared strings are cut off")
        return (
            self.xml[: root.start()]
            + head
            + self.xml[root.end() : _before_extensions(self.xml, stop)]
            + items
            + self.xml[_before_extensions(self.xml, stop) :]
        )


def _before_extensions(xml: bytes, stop: int) -> int:
    """An extLst closes the table (18.4.9): items go before it."""
    last_item = xml.rfind(b"si>", 0, stop)
    match = tag_pattern("extLst").search(xml, max(last_item, 0), stop)
    return match.start() if match else stop


def _counted(head: bytes, name: bytes, more: int) -> bytes:
    return re.sub(
        rb"(\s" + name + rb"\s*=\s*[\"'])(\d{1,12})(?=[\"'])",
        lambda match: match[1] + str(max(0, int(match[2]) + more)).encode(),
        head,
        count=1,
    )


def _item(prefix: bytes, value: str) -> bytes:
    space = b' xml:space="preserve"' if keeps_space(value) else b""
    return b"<%ssi><%st%s>%s</%st></%ssi>" % (prefix, prefix, space, escape(value), prefix, prefix)
