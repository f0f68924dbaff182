"""An .xlsx package before and after a patch: nothing but what is listed, and what must follow from it, may differ."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import unquote

from kakosheet.core.address import cell_name
from kakosheet.formats.verify.archive import Archive, key
from kakosheet.formats.verify.listed import Differences, Listed, ListedSheet
from kakosheet.formats.verify.outline import Attributes, MarkupToken, RowMarkup, outline
from kakosheet.formats.verify.parts import compare_names, compare_properties, compare_table, merged, whole, without
from kakosheet.formats.verify.sheet_rows import compare_rows

_SHEET_ID = re.compile(rb"\s+i\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_KINDS = {
    "sharedStrings": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml",),
    "custom-properties": (
        "application/vnd.openxmlformats-officedocument.custom-properties+xml",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties",
    ),
}
_ANY_XML = ("application/xml", "text/xml")
_TYPES, _LINKS = "[Content_Types].xml", "_rels/.rels"


class Roles(NamedTuple):
    """Which part is what, by its key: what a package's relationships say. `sheets` and `tables` name the sheet; `ids`
    are sheetIds."""

    workbook: str
    strings: str
    chain: str
    properties: str
    sheets: dict[str, str]
    tables: dict[str, str]
    ids: dict[str, str]


def compare(before: Archive, after: Archive, changed: Iterable[str], listed: Listed, found: Differences) -> None:
    """`changed` are the names of the members that differ; those that came or went are among them."""
    roles, now = _roles(before), _roles(after)
    strings = [row.raw for row in _items(after.read(now.strings))] if now.strings else []
    for name in changed:
        part = key(name)
        if name not in before.entries:
            _compare_new(part, after.read(name), listed, now, found)
        elif name not in after.entries:
            if part != roles.chain:
                found.differs(f"the part {name} is gone")
        elif part in roles.sheets:
            _compare_sheet(roles.sheets[part], before.read(name), after.read(name), listed, strings, found)
        else:
            _compare_part(name, roles, now, before, after, listed, found)


def _compare_part(
    name: str, roles: Roles, now: Roles, before: Archive, after: Archive, listed: Listed, found: Differences
) -> None:
    part, old, new = key(name), before.read(name), after.read(name)
    if part == roles.strings:
        _compare_strings(old, new, found)
    elif part == roles.workbook:
        _compare_workbook(old, new, listed, found)
    elif part == roles.chain:
        _compare_chain(old, new, roles, listed, found)
    elif part in roles.tables:
        compare_table(roles.tables[part], old, new, listed.sheet(roles.tables[part]), found)
    elif part == roles.properties:
        compare_properties(old, new, "property", "Properties", listed, found)
    elif part in (key(_TYPES), key(_LINKS), key(_links_of(roles.workbook))):
        _compare_mentions(name, old, new, now, before, after, found)
    else:
        found.differs(f"the part {name} changed")


def _compare_new(part: str, content: bytes, listed: Listed, now: Roles, found: Differences) -> None:
    if part == now.properties:
        compare_properties(None, content, "property", "Properties", listed, found)
    else:
        found.differs(f"the part {part} came up")


# What is what.


def _links_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", name + ".rels")


def _links(archive: Archive, part: str) -> Iterator[tuple[str, str, str]]:
    """(id, last word of the type, key of the target) of the relationships of a part; "" is the package."""
    source = _links_of(part)
    if source not in archive:
        return
    for given in (
        token.attributes
        for token in outline(archive.read(source)).tokens
        if token.kind == "+" and token.name == "Relationship"
    ):
        if given.get("TargetMode") != "External" and "Target" in given:
            target = posixpath.normpath(
                posixpath.join("/", posixpath.dirname(part), given["Target"].replace("\\", "/"))
            )
            if target.lstrip("/") not in archive:
                target = unquote(target)
            if target.lstrip("/") in archive:
                yield given.get("Id", ""), given.get("Type", "").rstrip("/").rpartition("/")[2], key(target)


def _roles(archive: Archive) -> Roles:
    root = {kind: target for _, kind, target in reversed(list(_links(archive, "")))}
    workbook = root.get("officeDocument", "")
    links = list(_links(archive, workbook))
    kinds, targets = {kind: target for _, kind, target in reversed(links)}, {name: target for name, _, target in links}
    sheets: dict[str, str] = {}
    ids: dict[str, str] = {}
    for given in (
        token.attributes
        for token in outline(archive.read(workbook)).tokens
        if token.kind == "+" and token.name == "sheet"
    ):
        target = next(
            (targets[value] for name, value in given.items() if name.endswith(":id") and value in targets), ""
        )
        sheets.setdefault(target, given.get("name", ""))
        ids[given.get("sheetId", "")] = given.get("name", "")
    tables = {
        target: name for part, name in sheets.items() for _, kind, target in _links(archive, part) if kind == "table"
    }
    return Roles(
        workbook,
        kinds.get("sharedStrings", ""),
        kinds.get("calcChain", ""),
        root.get("custom-properties", ""),
        sheets,
        tables,
        ids,
    )


# Part by part.


def _compare_sheet(name: str, old: bytes, new: bytes, listed: Listed, strings: list[bytes], found: Differences) -> None:
    before, after = (outline(part, ("row",), lambda path: path[-1] == "sheetData") for part in (old, new))
    sheet = listed.sheet(name)
    if list(_around(before.tokens, sheet)) != list(_around(after.tokens, sheet, _columns(before.tokens))):
        found.differs(f"{name}: something beside the rows changed")
    compare_rows(name, before.rows, after.rows, sheet, strings, found)


def _columns(tokens: list[MarkupToken]) -> set[bytes]:
    return {token.raw for token in tokens if token.kind == "+" and token.name == "col"}


def _around(tokens: list[MarkupToken], sheet: ListedSheet, known: set[bytes] | None = None) -> Iterator[object]:
    """What stands beside the rows, without what follows from the patch: where the cells are, how far a filter goes,
    looks of added columns."""
    added = {str(column) for column in sheet.columns}
    tokens = without(
        tokens,
        lambda token: (
            known is not None
            and token.name == "col"
            and token.raw not in known
            and token.attributes.get("min") == token.attributes.get("max")
            and token.attributes.get("min") in added
        ),
    )
    for token in merged(tokens):
        free = token.name == "dimension" or (token.name == "autoFilter" and sheet.tables)
        if token.kind == "+" and free:
            yield token.name, _but(token.attributes, "ref")
        elif token.name == "sheetData":  # it may have closed itself
            yield from [(token.name, token.attributes)] if token.kind == "+" else []
        else:
            yield token.raw


def _but(attributes: Attributes, *names: str) -> Attributes:
    return {name: value for name, value in attributes.items() if name not in names}


def _items(part: bytes) -> list[RowMarkup]:
    return outline(part, ("si",), lambda path: path == ["sst"]).rows


def _compare_strings(old: bytes, new: bytes, found: Differences) -> None:
    """Shared strings may only be added to at their end: every index stays true."""
    before, after = (outline(part, ("si",), lambda path: path == ["sst"]) for part in (old, new))
    kept = [row.raw for row in before.rows] == [row.raw for row in after.rows[: len(before.rows)]]
    around = [
        [
            (token.name, _but(token.attributes, "count", "uniqueCount")) if token.name == "sst" else token.raw
            for token in merged(part.tokens)
            if (token.kind, token.name) != ("-", "sst")
        ]
        for part in (before, after)
    ]
    if not kept or around[0] != around[1]:
        found.differs("the shared strings changed")


def _compare_workbook(old: bytes, new: bytes, listed: Listed, found: Differences) -> None:
    before, after = outline(old).tokens, outline(new).tokens
    modes = [
        [token.attributes for token in tokens if token.kind == "+" and token.name == "calcPr"]
        for tokens in (before, after)
    ]
    told = [dict(modes[0][0] if modes[0] else {}, fullCalcOnLoad="1"), *modes[0][1:]]
    if modes[1] not in (modes[0], told):
        found.differs("the workbook's way of calculating changed")
    before, after = (without(tokens, lambda token: token.name == "calcPr") for tokens in (before, after))
    compare_names(before, after, listed, found)


def _compare_chain(old: bytes, new: bytes, roles: Roles, listed: Listed, found: Differences) -> None:
    """Only cells that were to be written may leave the calculation chain."""
    before, after = (outline(part, ("c",), lambda path: path == ["calcChain"]) for part in (old, new))
    entries, left = list(_chained(before.rows)), list(_chained(after.rows))
    gone = {entry[:2] for entry in entries} - {entry[:2] for entry in left}
    allowed = {(number, cell_name(*place)) for number, name in roles.ids.items() for place in listed.sheet(name).cells}
    in_order = iter(entries)
    if (
        whole(before.tokens) != whole(after.tokens)
        or not all(entry in in_order for entry in left)
        or not gone <= allowed
    ):
        found.differs("the calculation chain changed")


def _chained(rows: Iterable[RowMarkup]) -> Iterator[tuple[str, str, bytes]]:
    """(sheetId, cell, the entry without its sheetId): an entry that gives none is of the sheet of the one before."""
    sheet = ""
    for row in rows:
        sheet = row.attributes.get("i", sheet)
        yield sheet, row.attributes.get("r", ""), _SHEET_ID.sub(b"", row.raw)


def _compare_mentions(
    name: str, old: bytes, new: bytes, now: Roles, before: Archive, after: Archive, found: Differences
) -> None:
    """Content types and relationships: what is said of a part that came or went, and the type of one that had none."""
    gone = {key(part) for part in before.entries} - {key(part) for part in after.entries}
    left, right = outline(old).tokens, outline(new).tokens
    kept = {token.raw for token in left} & {token.raw for token in right}
    left = without(
        left,
        lambda token: (
            _is_about(token, gone)
            or (
                token.raw not in kept
                and token.attributes.get("ContentType") in _ANY_XML
                and _is_about(token, {now.strings, now.properties})
            )
        ),
    )
    right = without(
        right,
        lambda token: (
            token.raw not in kept
            and any(
                _is_about(token, {part}) and _says(token, kind)
                for part, kind in ((now.strings, "sharedStrings"), (now.properties, "custom-properties"))
            )
        ),
    )
    if whole(left) != whole(right):
        found.differs(f"the part {name} changed")


def _is_about(token: MarkupToken, parts: set[str]) -> bool:
    said = key(token.attributes.get("PartName") or token.attributes.get("Target") or "")
    return token.name in ("Override", "Relationship") and said != "" and any(part.endswith(said) for part in parts)


def _says(token: MarkupToken, kind: str) -> bool:
    return token.attributes.get("ContentType", token.attributes.get("Type")) in _KINDS[kind]
