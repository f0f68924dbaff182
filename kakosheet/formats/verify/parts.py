"""Parts in which an element or two may change: names, tables, custom properties."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from kakosheet.core.address import parse_cell
from kakosheet.core.patch import TableGrowth
from kakosheet.formats.verify.listed import Differences, Listed, ListedSheet
from kakosheet.formats.verify.outline import MarkupToken, outline

_FILTER = "_xlnm._filterdatabase"
_ROW = re.compile(rb"\d+\s*$")
_END = MarkupToken("-", "", {}, b"")
_BREAK = re.compile("_x([0-9A-Fa-f]{4})_")


def without(tokens: Iterable[MarkupToken], unwanted: Callable[[MarkupToken], bool]) -> list[MarkupToken]:
    """The tokens without whole elements; `unwanted` is asked of start tags."""
    kept: list[MarkupToken] = []
    depth = 0
    for token in tokens:
        if depth or (token.kind == "+" and unwanted(token)):
            depth += (token.kind == "+") - (token.kind == "-")
        else:
            kept.append(token)
    return kept


def merged(tokens: Iterable[MarkupToken]) -> Iterator[MarkupToken]:
    """Tokens with the texts between tags made one, all blank ones at the end: rows and elements were taken from between
    them."""
    text = blank = b""
    for token in (*tokens, _END):
        if not token.kind:
            text += token.raw
            continue
        if text.strip():
            yield MarkupToken("", "", {}, text)
        else:
            blank += text
        text = b""
        if token.raw:
            yield token
    if blank:
        yield MarkupToken("", "", {}, blank)


def whole(tokens: Iterable[MarkupToken]) -> bytes:
    return b"".join(token.raw for token in merged(tokens))


def compare_names(old: Iterable[MarkupToken], new: Iterable[MarkupToken], listed: Listed, found: Differences) -> None:
    """The workbook part but for names that were to point elsewhere, and how far the hidden name of a filter goes."""

    def is_listed(token: MarkupToken) -> bool:
        return (
            token.name == "definedName"
            and "localSheetId" not in token.attributes
            and token.attributes.get("name", "").casefold() in listed.names
        )

    sides = []
    for tokens in (old, new):
        kept, name = [], ""
        for token in merged(without(tokens, is_listed)):
            if token.kind == "+" and token.name == "definedName":
                name = token.attributes.get("name", "").casefold()
            raw = _ROW.sub(b"", token.raw) if not token.kind and name == _FILTER and listed.grows else token.raw
            name = name if token.name == "definedName" or not token.kind else ""
            if not (token.name == "definedNames" and listed.names):
                kept.append(raw)
        sides.append(kept)
    if sides[0] != sides[1]:
        found.differs("the workbook part changed beyond its names")


def compare_table(sheet: str, old: bytes, new: bytes, listed: ListedSheet, found: Differences) -> None:
    """A table object: it may reach to where it was to reach, have the columns that it was to get and repeat headers
    that were renamed."""
    before, after = (list(merged(outline(part).tokens)) for part in (old, new))
    given = next((token.attributes for token in before if token.name == "table"), {})
    name = (given.get("displayName") or given.get("name", "")).casefold()
    growth = next((one for one in listed.tables if one.name.casefold() == name), TableGrowth("", 0))
    if not _is_grown(before, after, growth, _corners(given.get("ref", ""))[1]):
        found.differs(f"{sheet}: its table changed beyond what was to change")


def _is_grown(before: Sequence[MarkupToken], after: Sequence[MarkupToken], growth: TableGrowth, left: int) -> bool:
    known = {token.raw for token in before}
    fresh = [token for token in after if token.name == "tableColumn" and token.kind == "+" and token.raw not in known]
    added = [token for token in fresh if _plain(token.attributes.get("name", "")) in growth.titles]
    kept = without(after, lambda token: token in added)
    columns = left - 1
    if len(kept) != len(before) or len(added) > len(growth.titles):
        return False
    whole_table = {
        old.attributes.get("ref"): new.attributes.get("ref")
        for old, new in zip(before, kept, strict=True)
        if old.name == "table"
    }
    if any(
        whole_table.get(old.attributes.get("ref"), new.attributes.get("ref")) != new.attributes.get("ref")
        for old, new in zip(before, kept, strict=True)
    ):
        return False  # its filter reaches as far as the table itself, if it did before
    for old, new in zip(before, kept, strict=True):
        columns += old.kind == "+" and old.name == "tableColumn"
        if old.raw != new.raw and not _may_become(old, new, growth, dict(growth.renamed).get(columns)):
            return False
    return True


def _may_become(old: MarkupToken, new: MarkupToken, growth: TableGrowth, title: str | None) -> bool:
    free = (
        {"count"}
        if old.name == "tableColumns"
        else {"name"}
        if old.name == "tableColumn" and title is not None
        else {"ref"}
    )
    if (old.kind, old.name) != (new.kind, new.name) or any(
        old.attributes.get(one) != new.attributes.get(one) for one in {*old.attributes, *new.attributes} - free
    ):
        return False
    if old.name == "tableColumns":
        return int(new.attributes["count"]) == int(old.attributes["count"]) + len(growth.titles)
    if title is not None and old.name == "tableColumn":
        return _plain(new.attributes.get("name", "")) == title
    was, now = (_corners(token.attributes.get("ref", "")) for token in (old, new))
    return (
        was[:2] == now[:2] and now[2] in (was[2], growth.last_row) and now[3] in (was[3], was[3] + len(growth.titles))
    )


def _corners(reference: str) -> tuple[int, int, int, int]:
    first, _, last = reference.partition(":")
    return (*(parse_cell(first) or (0, 0)), *(parse_cell(last or first) or (0, 0)))


def _plain(title: str) -> str:
    return _BREAK.sub(lambda match: chr(int(match[1], 16)), title)


def compare_properties(
    old: bytes | None, new: bytes, element: str, root: str, listed: Listed, found: Differences
) -> None:
    """Custom properties: those that are not listed are as they were, in their order, and so is what stands around them.
    None: a new part."""
    after = outline(new, (element,), lambda path: path[-1] == root)
    before = outline(old, (element,), lambda path: path[-1] == root) if old is not None else after
    kept = [
        [row.raw for row in side.rows if _name(row.attributes) not in listed.properties] for side in (before, after)
    ]
    opened = any(token.name == root for token in before.tokens)  # an .ods may have had no place for them
    around = [
        [
            token.raw.rstrip(b"/> ")
            for token in merged(side.tokens)
            if token.kind != "-" and (opened or token.name != root)
        ]
        for side in (before, after)
    ]
    if kept[0] != kept[1] or around[0] != around[1] or (old is None and kept[1]):
        found.differs("the workbook's properties changed beyond kakosheet's own")


def _name(attributes: dict[str, str]) -> str:
    return next((value for name, value in attributes.items() if name.rpartition(":")[2] == "name"), "")
