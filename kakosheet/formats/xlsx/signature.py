"""Digital signatures of a package (ECMA-376 part 2, 10): any change breaks them, so they are refused or dropped
whole."""

from __future__ import annotations

from kakosheet.formats.package import Package
from kakosheet.formats.xlsx.markup import attributes, tag_pattern, utf8

_FOLDER = "_xmlsignatures/"


def _parts(package: Package) -> list[str]:
    return [name for name in package.names() if name.replace("\\", "/").lstrip("/").lower().startswith(_FOLDER)]


def is_signed(package: Package) -> bool:
    return bool(_parts(package))


def without_signature(package: Package, changed: dict[str, bytes | bytearray], removed: list[str]) -> None:
    """Takes the signature's parts, the relationship to them and their content types out."""
    removed.extend(_parts(package))
    for part, element, key in (
        ("_rels/.rels", "Relationship", "Target"),
        ("[Content_Types].xml", "Override", "PartName"),
    ):
        if part not in package:
            continue
        content = bytes(changed.get(part, b"")) or utf8(package.read(part), part)
        for match in reversed(list(tag_pattern(element).finditer(content))):
            if attributes(match[0]).get(key, "").lstrip("/").lower().startswith(_FOLDER) and match[2]:
                content = content[: match.start()] + content[match.end() :]
        changed[part] = content
