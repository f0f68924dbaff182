"""What kind of part each part is: [Content_Types].xml (ECMA-376 part 2, 7.2.3)."""

from __future__ import annotations

import posixpath

from kakosheet.formats.package import Package
from kakosheet.formats.xlsx.markup import attributes, blanked, quoted, tag_pattern, utf8

PART = "[Content_Types].xml"
STRINGS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
_ANY_XML = ("application/xml", "text/xml")

Changed = dict[str, bytes | bytearray]


def is_declared(package: Package, part: str, kind: str) -> bool | None:
    """Whether a part is declared to be of this kind; None if nothing more is said than that it is XML."""
    said = _said(utf8(package.read(PART), PART), part) if PART in package else None
    return None if said is None or said in _ANY_XML else said == kind.lower()


def _said(types: bytes, part: str) -> str | None:
    """The part's own type, else that of its extension, in small letters (both are looked up without regard to case)."""
    clear = blanked(types)
    for element, key, wanted in (
        ("Override", "PartName", "/" + part),
        ("Default", "Extension", posixpath.splitext(part)[1][1:]),
    ):
        for match in tag_pattern(element).finditer(clear):
            given = attributes(match[0])
            if given.get(key, "").lower() == wanted.lower():
                return given.get("ContentType", "").lower()
    return None


def declare(package: Package, changed: Changed, part: str, kind: str) -> None:
    """Says of what kind a part is, unless that is said already."""
    if PART not in package or is_declared(package, part, kind) is not None:
        return
    types = bytes(changed.get(PART, b"")) or utf8(package.read(PART), PART)
    for match in reversed(list(tag_pattern("Override").finditer(blanked(types)))):  # one that says only that it is XML
        if attributes(match[0]).get("PartName", "").lower() == f"/{part}".lower() and match[2]:
            types = types[: match.start()] + types[match.end() :]
    changed[PART] = appended(
        types, "Types", b"Override", b'PartName="/%s" ContentType="%s"' % (quoted(part), kind.encode())
    )


def appended(content: bytes, root_name: str, element: bytes, inside: bytes) -> bytes:
    """The part with an empty element at the end of its root."""
    root = tag_pattern(root_name).search(blanked(content))
    prefix = root[1] if root else b""
    new, close = b"<" + prefix + element + b" " + inside + b"/>", b"</" + prefix + root_name.encode()
    if root is not None and root[2]:
        return content[: root.end() - 2].rstrip() + b">" + new + close + b">" + content[root.end() :]
    stop = content.rfind(close)
    return content[:stop] + new + content[stop:]
