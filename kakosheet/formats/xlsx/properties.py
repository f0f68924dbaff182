"""Custom document properties, docProps/custom.xml (ECMA-376 part 1, 15.2.12.2 and 22.3)."""

from __future__ import annotations

import re
from datetime import datetime

from kakosheet.core.raw import Scalar
from kakosheet.formats.package import Package
from kakosheet.formats.xlsx import contenttypes
from kakosheet.formats.xlsx.markup import attributes, blanked, escape, quoted, tag_pattern, utf8, xstring
from kakosheet.formats.xlsx.parts import relationships

_PART = "docProps/custom%s.xml"
_LINKS = "_rels/.rels"
_KIND = "custom-properties"
_FMTID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_EMPTY = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
    b'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"></Properties>'
)
_VARIANT_URI = b"http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_STRICT_VARIANT_URI = b"http://purl.oclc.org/ooxml/officeDocument/docPropsVTypes"
_TEXTS = frozenset({"lpwstr", "lpstr", "bstr"})
_WHOLE = frozenset({"i1", "i2", "i4", "i8", "int", "ui1", "ui2", "ui4", "ui8", "uint"})
_REAL = frozenset({"r4", "r8", "decimal"})
_VALUE = re.compile(rb"<(?:[\w.\-]+:)?([A-Za-z0-9]+)(?:\s[^<>]*)?(?:/>|>(.*?)</)", re.DOTALL)


def read_properties(package: Package) -> dict[str, Scalar]:
    """Texts, numbers, booleans and dates by name; what is of another type is left out."""
    part = _find(package)
    if part is None:
        return {}
    content = blanked(utf8(package.read(part), part))
    return {name: value for name, (_, _, _, value) in _properties(content).items() if value is not None}


def _find(package: Package) -> str | None:
    return next(
        (link.target for link in relationships(package, "") if link.kind == _KIND and link.target in package), None
    )


def _properties(content: bytes) -> dict[str, tuple[int, int, int, Scalar]]:
    """(start, end, pid, value) of each property by name."""
    found: dict[str, tuple[int, int, int, Scalar]] = {}
    for match in tag_pattern("property").finditer(content):
        values = attributes(match[0])
        end_tag = b"</" + match[1] + b"property"
        close = match.end() if match[2] else content.find(end_tag, match.end())
        end = match.end() if match[2] else content.find(b">", close) + 1
        if close < 0 or end <= 0:
            continue
        pid = values.get("pid", "")
        found[values.get("name", "")] = (
            match.start(),
            end,
            int(pid) if pid.isdecimal() and len(pid) < 10 else 0,
            _read_value(content[match.end() : close]),
        )
    return found


def _read_value(content: bytes) -> Scalar:
    match = _VALUE.search(content)
    if match is None:
        return None
    kind, value = match[1].decode(), xstring(match[2] or b"")
    try:
        if kind in _TEXTS:
            return value
        if kind in _WHOLE:
            return int(value)
        if kind in _REAL:
            return float(value)
        if kind == "bool":
            return value.strip().lower() in ("true", "1")
        if kind in ("filetime", "date"):
            return datetime.fromisoformat(value)
    except ValueError:
        return None
    return None


def patch_properties(package: Package, wanted: dict[str, Scalar], changed: contenttypes.Changed) -> None:
    """Adds the parts that change so that the properties have these values (None removes one); others stay
    byte-identical."""
    part = _find(package)
    content = utf8(package.read(part), part) if part else _EMPTY
    patched = content
    for name, value in wanted.items():
        patched = _set(patched, name, value)
    if patched == content:
        return
    if part is None:
        part = next(
            name for number in range(len(package.names()) + 1) if (name := _PART % (number or "")) not in package
        )
        changed[_LINKS] = _linked(package, part)
    changed[part] = patched
    contenttypes.declare(package, changed, part, _CONTENT_TYPE)


def _set(content: bytes, name: str, value: Scalar) -> bytes:
    known = _properties(blanked(content))
    if name in known:
        start, end, pid, old = known[name]
        if old == value and type(old) is type(value):
            return content
        return content[:start] + (b"" if value is None else _element(content, name, value, pid)) + content[end:]
    if value is None:
        return content
    element = _element(content, name, value, max([1, *(pid for _, _, pid, _ in known.values())]) + 1)
    root = tag_pattern("Properties").search(content)
    if root is not None and root[2]:
        return (
            content[: root.end() - 2].rstrip()
            + b">"
            + element
            + b"</"
            + root[1]
            + b"Properties>"
            + content[root.end() :]
        )
    stop = content.rfind(b"</" + (root[1] if root else b"") + b"Properties")
    return content[:stop] + element + content[stop:]


def _element(content: bytes, name: str, value: Scalar, pid: int) -> bytes:
    root = tag_pattern("Properties").search(content)
    own = root[1] if root else b""
    declared = re.search(
        rb'xmlns:([\w.\-]+)\s*=\s*["\'](?:'
        + re.escape(_VARIANT_URI)
        + b"|"
        + re.escape(_STRICT_VARIANT_URI)
        + rb')["\']',
        root[0] if root else b"",
    )
    variant = declared[1] if declared else b"vt"
    declaration = b"" if declared else b' xmlns:vt="' + _VARIANT_URI + b'"'
    kind, written = _variant(value)
    inner = b"<%s:%s%s>%s</%s:%s>" % (variant, kind, declaration, written, variant, kind)
    return b'<%sproperty fmtid="%s" pid="%d" name="%s">%s</%sproperty>' % (
        own,
        _FMTID.encode(),
        pid,
        quoted(name),
        inner,
        own,
    )


def _variant(value: Scalar) -> tuple[bytes, bytes]:
    if isinstance(value, bool):
        return b"bool", b"true" if value else b"false"
    if isinstance(value, int) and -(2**31) <= value < 2**31:
        return b"i4", str(value).encode()
    if isinstance(value, int | float):
        return b"r8", repr(float(value)).encode()
    return b"lpwstr", escape(value if isinstance(value, str) else value.isoformat() if value is not None else "")


def _linked(package: Package, part: str) -> bytes:
    """The package's relationships with one to a new part."""
    links = utf8(package.read(_LINKS), _LINKS)
    used = {attributes(match[0]).get("Id", "") for match in tag_pattern("Relationship").finditer(links)}
    fresh = next(f"rId{number}" for number in range(1, len(used) + 2) if f"rId{number}" not in used)
    link = b'Id="%s" Type="%s" Target="%s"' % (fresh.encode(), _RELATION.encode(), part.encode())
    return contenttypes.appended(links, "Relationships", b"Relationship", link)
