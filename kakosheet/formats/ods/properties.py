"""User-defined document properties in meta.xml (ODF 1.3 part 3, 4.3.3; types of 19.388)."""

from __future__ import annotations

import re
from datetime import date, datetime

from kakosheet.core.raw import Scalar
from kakosheet.formats.markup import (
    attributes,
    blanked,
    check_well_formed,
    plain_escape,
    quoted,
    tag_pattern,
    text,
    utf8,
)
from kakosheet.formats.ods.paragraphs import clean
from kakosheet.formats.ods.values import moment, number
from kakosheet.formats.package import Package

_PART = "meta.xml"
_MANIFEST = "META-INF/manifest.xml"
_META = "urn:oasis:names:tc:opendocument:xmlns:meta:1.0"
_EMPTY = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    b'xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" office:version="1.3"><office:meta></office:meta>'
    b"</office:document-meta>"
)


def read_properties(package: Package) -> dict[str, Scalar]:
    """Texts, numbers, booleans and dates by name; what cannot be read is left out."""
    if _PART not in package:
        return {}
    found = _properties(blanked(utf8(package.read(_PART), _PART)))
    return {name: value for name, (_, _, value) in found.items() if value is not None}


def _properties(content: bytes) -> dict[str, tuple[int, int, Scalar]]:
    """(start, end, value) of each property by name."""
    found: dict[str, tuple[int, int, Scalar]] = {}
    for match in tag_pattern("user-defined").finditer(content):
        given = {name.rpartition(":")[2]: value for name, value in attributes(match[0]).items()}
        close = content.find(b"</" + match[1] + b"user-defined", match.end())
        if "name" not in given or (not match[2] and close < 0):
            continue
        raw = b"" if match[2] else content[match.end() : close]
        end = match.end() if match[2] else content.find(b">", close) + 1
        found[given["name"]] = (match.start(), end, _value(given.get("value-type", "string"), text(raw)))
    return found


def _value(kind: str, written: str) -> Scalar:
    if kind == "float":
        return number(written)
    if kind == "boolean":
        return written.strip().lower() in ("true", "1")
    if kind == "date":
        return moment(written)
    return written


def patch_properties(package: Package, wanted: dict[str, Scalar]) -> dict[str, bytes]:
    """The members that change so that the properties have these values (None removes one); others stay
    byte-identical."""
    if not wanted:
        return {}
    there = _PART in package
    content = utf8(package.read(_PART), _PART) if there else _EMPTY
    patched = content
    for name, value in wanted.items():
        patched = _set(patched, name, value)
    if patched == content:
        return {}
    check_well_formed(patched, _PART)
    return {_PART: patched, **_listed(package)}


def _set(content: bytes, name: str, value: Scalar) -> bytes:
    clear = blanked(content)
    known = _properties(clear)
    value = clean(value) if isinstance(value, str) else value
    if name in known:
        start, end, old = known[name]
        if old == value and isinstance(old, bool) == isinstance(value, bool):
            return content
        return content[:start] + (b"" if value is None else _element(content, name, value)) + content[end:]
    if value is None:
        return content
    element = _element(content, name, value)
    meta = tag_pattern("meta").search(clear)
    if meta is None:
        root = tag_pattern("document-meta").search(clear)
        office = root[1] if root else b""
        whole = b"<%smeta>%s</%smeta>" % (office, element, office)
        if root is not None and root[2]:
            return (
                content[: root.end() - 2].rstrip()
                + b">"
                + whole
                + b"</"
                + root[1]
                + b"document-meta>"
                + content[root.end() :]
            )
        stop = clear.rfind(b"</" + office + b"document-meta")
        return content[:stop] + whole + content[stop:] if root is not None and stop >= 0 else content
    if meta[2]:
        return content[: meta.end() - 2].rstrip() + b">" + element + b"</" + meta[1] + b"meta>" + content[meta.end() :]
    stop = clear.rfind(b"</" + meta[1] + b"meta")
    return content[:stop] + element + content[stop:] if stop >= 0 else content


def _element(content: bytes, name: str, value: Scalar) -> bytes:
    root = re.search(rb"<[\w.\-:]*document-meta(?=[\s/>])[^>]*>", content)
    prefix = next(
        (
            key[6:]
            for key, uri in attributes(root[0] if root else b"").items()
            if uri == _META and key.startswith("xmlns:")
        ),
        "",
    )
    declaration = b"" if prefix else b' xmlns:meta="%s"' % _META.encode()
    p = (prefix or "meta").encode() + b":"
    kind, written = _typed(value)
    return b'<%suser-defined%s %sname="%s" %svalue-type="%s">%s</%suser-defined>' % (
        p,
        declaration,
        p,
        quoted(name),
        p,
        kind,
        plain_escape(written),
        p,
    )


def _typed(value: Scalar) -> tuple[bytes, str]:
    if isinstance(value, bool):
        return b"boolean", "true" if value else "false"
    if isinstance(value, int | float):
        return b"float", repr(value)
    if isinstance(value, date | datetime):
        return b"date", value.isoformat()
    return b"string", str(value)


def _listed(package: Package) -> dict[str, bytes]:
    """The manifest with an entry for meta.xml, unless it has one (ODF 1.3 part 2, 4.2)."""
    if _MANIFEST not in package:
        return {}
    content = utf8(package.read(_MANIFEST), _MANIFEST)
    root = tag_pattern("manifest").search(content)
    stop = content.rfind(b"</" + (root[1] if root else b"") + b"manifest")
    attribute = re.search(rb"([\w.\-]+:)full-path\s*=", content)
    if root is None or stop < 0 or re.search(rb"[\"']meta.xml[\"']", content) or attribute is None:
        return {}
    entry = b'<%sfile-entry %sfull-path="meta.xml" %smedia-type="text/xml"/>' % (root[1], attribute[1], attribute[1])
    return {_MANIFEST: content[:stop] + entry + content[stop:]}
