"""XML as bytes: attributes, text, encodings, edits. Offsets matter, so nothing here builds a tree; knows no workbook
format."""

from __future__ import annotations

import re
from functools import lru_cache
from xml.parsers import expat

from kakosheet.core.issues import KakosheetError

Edit = tuple[int, int, bytes]
"""(start, end, what stands there instead) over the bytes as they were."""

# No "<" may stand in a tag: patterns that stop there take time in proportion to the bytes, whatever the bytes are.
_ATTRIBUTE = re.compile(rb"(?<![\w:.\-\x80-\xff])([\w:.\-\x80-\xff]++)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_ENTITY = re.compile(r"&(#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6}|lt|gt|amp|quot|apos);")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_SIGNS = (
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", '"'),
    ("&apos;", "'"),
    ("&amp;", "&"),
)  # the ampersand last: it begins the others
_DECLARED = re.compile(rb"(<\?xml[^>]*?encoding\s*=\s*[\"'])([\w.\-]+)")
TAG_END = re.compile(rb"(?:[^<>\"']|\"[^<\"]*\"|'[^<']*')*>")
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0d\x0e-\x1f\ufffe\uffff]")


def attributes(tag: bytes) -> dict[str, str]:
    """The attributes of a start tag, unescaped, by name as written (with its prefix)."""
    return {name.decode("utf-8", "replace"): text(first or second) for name, first, second in _ATTRIBUTE.findall(tag)}


def raw_attributes(tag: bytes) -> list[tuple[bytes, bytes]]:
    """(name, value still escaped) of a start tag's attributes, in order."""
    return [(name, first or second) for name, first, second in _ATTRIBUTE.findall(tag)]


def text(raw: bytes) -> str:
    """What a stretch of character data says: entities and line ends resolved (XML 1.0, 2.11 and 4.1)."""
    return resolved(raw.decode("utf-8", "replace"))


def resolved(decoded: str) -> str:
    """`text` of what is decoded already."""
    if "\r" in decoded:
        decoded = decoded.replace("\r\n", "\n").replace("\r", "\n")
    if "&" not in decoded:
        return decoded
    if "&#" in decoded:
        return _ENTITY.sub(_entity, decoded)
    for entity, sign in _SIGNS:  # several times sooner than a pattern with a function
        decoded = decoded.replace(entity, sign)
    return decoded


def _entity(match: re.Match[str]) -> str:
    name = match[1]
    if name[0] != "#":
        return _NAMED[name]
    code = int(name[2:], 16) if name[1] == "x" else int(name[1:])
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def plain_escape(value: str) -> bytes:
    """Character data of an ordinary string, such as a formula: no _xHHHH_ escapes."""
    if "&" in value or "<" in value or ">" in value:
        value = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return value.encode("utf-8", "replace")


def quoted(value: str) -> bytes:
    """An attribute's value, without its quotes."""
    return (
        plain_escape(NOT_XML.sub("", value)).replace(b'"', b"&quot;").replace(b"\n", b"&#10;").replace(b"\t", b"&#9;")
    )


def utf8(raw: bytes, part: str) -> bytes:
    """The part in UTF-8, its declaration mended if it said otherwise. Raises K104 (unknown encoding), K106
    (DOCTYPE)."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raw = _transcoded(raw, "utf-16", part)
    elif raw[:4] in (b"<\0?\0", b"\0<\0?"):
        raw = _transcoded(raw, "utf-16-le" if raw[0] else "utf-16-be", part)
    else:
        declared = _DECLARED.match(raw, 3 if raw[:3] == b"\xef\xbb\xbf" else 0)
        if declared is not None and declared[2].lower() not in (b"utf-8", b"utf8"):
            raw = _transcoded(raw, declared[2].decode("ascii", "replace"), part)
    if b"<!DOCTYPE" in raw:
        refuse_doctype(raw, part)
    return raw


def _transcoded(raw: bytes, encoding: str, part: str) -> bytes:
    try:
        return _DECLARED.sub(rb"\1UTF-8", raw.decode(encoding).encode("utf-8"), count=1)
    except (LookupError, UnicodeError) as error:
        raise KakosheetError("K104", f"the part {part} is not written in {encoding}, as it claims") from error


def refuse_doctype(raw: bytes, part: str) -> None:
    """A DOCTYPE before the root element could define entities: no spreadsheet program writes one."""
    head = blanked(raw[: raw.find(b"<!DOCTYPE") + 10])
    if b"<!DOCTYPE" in head and re.search(rb"<[A-Za-z_]", head) is None:
        raise KakosheetError(
            "K106",
            f"the part {part} declares a DOCTYPE, which no spreadsheet program writes",
            "open it in your spreadsheet and save it again",
        )


def blanked(raw: bytes) -> bytes:
    """The same bytes with comments blanked out, every offset kept."""
    pieces, position = [], 0
    while (start := raw.find(b"<!--", position)) >= 0 and (end := raw.find(b"-->", start + 4) + 3) > 2:
        pieces += [raw[position:start], b" " * (end - start)]
        position = end
    return b"".join(pieces) + raw[position:] if pieces else raw


@lru_cache(maxsize=256)
def tag_pattern(name: str) -> re.Pattern[bytes]:
    """Start tags of an element whatever its prefix: group 1 the prefix with its colon, group 2 "/" if it closes
    itself."""
    return re.compile(rb"<((?:[\w.\-]+:)?)" + name.encode() + rb"(?=[\s/>])(?:[^<>\"']|\"[^<\"]*\"|'[^<']*')*?(/?)>")


def check_well_formed(raw: bytes | bytearray, part: str) -> None:
    """Raises K104 unless the part is well-formed XML."""
    try:
        expat.ParserCreate().Parse(raw, True)
    except expat.ExpatError as error:
        raise KakosheetError(
            "K104", f"the part {part} is not well-formed: {error}", "open it in your spreadsheet and save it again"
        ) from error


def splice(xml: bytes, edits: list[Edit]) -> bytes:
    """The bytes with the edits made; insertions at one place come in the order of the list."""
    pieces: list[bytes | memoryview] = []
    position, view = 0, memoryview(xml)
    for start, end, content in sorted(edits, key=lambda edit: (edit[0], edit[1])):
        if start < position:
            raise AssertionError("two edits overlap")
        pieces.append(view[position:start])
        pieces.append(content)
        position = end
    pieces.append(view[position:])
    return b"".join(pieces)
