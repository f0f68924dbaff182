"""The calculation chain and the workbook's calculation properties (ECMA-376 part 1, 18.6 and 18.2.2)."""

from __future__ import annotations

import posixpath
import re

from kakosheet.formats.xlsx.markup import attributes, blanked, tag_pattern, utf8
from kakosheet.formats.xlsx.parts import Workbook

# Elements of the workbook part that stand before calcPr (18.2.27).
_BEFORE_CALC = (
    "fileVersion",
    "fileSharing",
    "workbookPr",
    "workbookProtection",
    "bookViews",
    "sheets",
    "functionGroups",
    "externalReferences",
    "definedNames",
)


def is_manual(xml: bytes) -> bool:
    """Whether formulas are computed only when people ask for it: then one without a cached value shows 0."""
    match = tag_pattern("calcPr").search(blanked(xml))
    return match is not None and attributes(match[0]).get("calcMode") == "manual"


def recalculate_on_load(xml: bytes) -> bytes:
    """The workbook part with fullCalcOnLoad set: cells without a cached value are computed when the file is opened."""
    clear = blanked(xml)
    match = tag_pattern("calcPr").search(clear)
    if match is not None:
        found = re.search(rb"(\sfullCalcOnLoad\s*=\s*[\"'])([^\"']*)", match[0])
        if found is None:
            at = match.end() - (2 if match[2] else 1)
            return xml[:at].rstrip() + b' fullCalcOnLoad="1"' + xml[at:]
        if found[2] in (b"1", b"true"):
            return xml
        start = match.start() + found.start(2)
        return xml[:start] + b"1" + xml[start + len(found[2]) :]
    place = _place_of_calc(clear)
    if place is None:
        return xml
    at, prefix = place
    return xml[:at] + b'<%scalcPr fullCalcOnLoad="1"/>' % prefix + xml[at:]


def _place_of_calc(clear: bytes) -> tuple[int, bytes] | None:
    """Where calcPr belongs, and the prefix of the elements around it."""
    for name in reversed(_BEFORE_CALC):
        match = tag_pattern(name).search(clear)
        if match is None:
            continue
        if match[2]:
            return match.end(), match[1]
        close = clear.find(b"</" + match[1] + name.encode(), match.end())
        if close >= 0:
            return clear.index(b">", close) + 1, match[1]
    return None


def mend_chain(
    book: Workbook, dropped: dict[str, set[str]], changed: dict[str, bytes | bytearray], removed: list[str]
) -> None:
    """Takes cells that hold no formula any more out of the chain: `dropped` are their addresses by sheetId.

    An entry without `i` is of the sheet of the one before it. A chain must not be empty: its part goes instead.
    """
    part = book.target("calcChain")
    if part is None or not any(dropped.values()):
        return
    xml = utf8(book.package.read(part), part)
    pieces, position, kept, sheet, carried = [], 0, 0, "", False
    for match in tag_pattern("c").finditer(xml):
        given = attributes(match[0])
        sheet = given.get("i", sheet)
        if given.get("r", "") in dropped.get(sheet, ()):
            pieces.append(xml[position : match.start()])
            position = match.end()
            carried = carried or "i" in given
            continue
        kept += 1
        if carried and "i" not in given:
            at = match.end() - (2 if match[2] else 1)
            pieces += [xml[position:at].rstrip(), b' i="%s"' % sheet.encode()]
            position = at
        carried = False
    if not pieces:
        return
    if kept:
        changed[part] = b"".join(pieces) + xml[position:]
    else:
        _unlink(book, part, changed, removed)


def _unlink(book: Workbook, part: str, changed: dict[str, bytes | bytearray], removed: list[str]) -> None:
    folder, name = posixpath.split(book.part)
    links = posixpath.join(folder, "_rels", name + ".rels")
    removed.append(part)
    mentions = ((links, "Relationship", "Type", "/calcChain"), ("[Content_Types].xml", "Override", "PartName", part))
    for source, element, key, ending in mentions:
        content = bytes(changed.get(source, b"")) or utf8(book.package.read(source), source)
        for match in reversed(list(tag_pattern(element).finditer(content))):
            if attributes(match[0]).get(key, "").lower().endswith(ending.lower()) and match[2]:
                content = content[: match.start()] + content[match.end() :]
        changed[source] = content
