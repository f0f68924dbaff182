"""`repair`: marks, headers and columns that a book has lost are put back; nothing that people typed is touched."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kakosheet import files
from kakosheet.book.computing import ID, LANG, PROFILE, check_ours, usual_places
from kakosheet.book.noted import noted, renewed, without_lists
from kakosheet.book.refreshed import check_bytes
from kakosheet.core.areas import own_areas
from kakosheet.core.issues import Issue
from kakosheet.core.locate import Located, locate
from kakosheet.core.patch import PatchResult
from kakosheet.core.raw import RawBook, Scalar
from kakosheet.core.repair import Change, Repairs, repairs
from kakosheet.core.schema import WorkbookSchema
from kakosheet.core.titles import Titles
from kakosheet.files import PathLike
from kakosheet.formats import apply, read
from kakosheet.policy.loader import load_titles, other_titles
from kakosheet.sheets import SCHEMA


@dataclass(frozen=True)
class Repaired:
    """A repair in memory: the new bytes, the lines of the difference, and what is wrong with the structure even
    then."""

    book_id: str
    result: PatchResult
    changes: list[Change]
    issues: list[Issue]


def repair(path: PathLike, *, dry_run: bool = True, force: bool = False) -> dict[str, Any]:
    """Put back what is missing of a book's structure; by default only show it. Raises KakosheetError; then the file is
    as it was."""
    if dry_run:
        return as_told(path, repaired_bytes(files.load(path).data), written=False)
    with files.lock(path):
        return write_repaired(path, force=force)


def write_repaired(path: PathLike, *, force: bool, properties: dict[str, Scalar] | None = None) -> dict[str, Any]:
    """Repair the book in place; `properties` are set along with it."""
    snapshot = files.load(path)
    files.refuse_if_held(path, force=force, read=snapshot)
    repaired = repaired_bytes(snapshot.data, properties=properties)
    changed = repaired.result.data != snapshot.data
    saved = files.save(snapshot, repaired.result.data, book_id=repaired.book_id, check=check_bytes, force=force).notes
    return {**as_told(path, repaired, written=changed), "notes": [*repaired.result.notes, *saved]}


def as_told(path: PathLike, repaired: Repaired, *, written: bool) -> dict[str, Any]:
    """The object that `--json` prints."""
    return {
        "file": str(Path(path)),
        "written": written,
        "changes": [change._asdict() for change in repaired.changes],
        "issues": [issue.as_dict() for issue in repaired.issues],
        "notes": list(repaired.result.notes),
    }


def repaired_bytes(
    data: bytes, *, schema: WorkbookSchema = SCHEMA, properties: dict[str, Scalar] | None = None
) -> Repaired:
    """The repair of a book's bytes, with properties set. KakosheetError K110 if the book is not ours, K206 if it is
    newer."""
    raw = read(data)
    notes = noted(raw)
    check_ours(raw, notes)
    lang, profile = str(notes.get(LANG) or "en"), str(notes.get(PROFILE) or "shopper")
    titles = load_titles(lang, profile)
    found = _found(raw, schema, titles, profile, headers_decide=True)
    done = repairs(raw, found, schema, titles, lambda: usual_places(titles, profile))
    lost = {name: value for name, value in notes.items() if name not in raw.properties and value not in (None, "")}
    done.patch.properties = {**lost, **(properties or {})}
    for name, sheet in renewed(raw, (), properties or {}).items():
        for row, cells in sheet.cells.items():
            done.sheet(name).cells.setdefault(row, {}).update(cells)
    for name in done.patch.properties:
        done.changes.append(
            Change("", "", f"property {name}", str(raw.properties.get(name, "")), str(done.patch.properties[name]))
        )
    if done.patch:
        _claim(raw, found, schema, done)
    result = apply(data, done.patch)
    after = _found(read(result.data), schema, titles, profile, headers_decide=False)
    return Repaired(str(notes.get(ID) or ""), result, done.changes, after.issues)


def _found(raw: RawBook, schema: WorkbookSchema, titles: Titles, profile: str, *, headers_decide: bool) -> Located:
    found = locate(
        raw,
        schema,
        titles,
        lambda: other_titles(titles.lang),
        lambda: usual_places(titles, profile),
        headers_decide=headers_decide,
    )
    found.issues += without_lists(raw, titles.sheets.get("lists", "Lists"))
    return found


def _claim(raw: RawBook, found: Located, schema: WorkbookSchema, done: Repairs) -> None:
    """Our own formulas keep their stored values: a repair changes nothing that they show."""
    last = {key: raw.sheets[place.sheet].last_row for key, place in found.binding.items()}
    areas = own_areas(schema, found.binding, last)
    for area in (
        area
        for name, area in raw.names.items()
        if name.startswith("_kako_") and area is not None and area.sheet in raw.sheets
    ):
        areas.setdefault(area.sheet, []).append(area)
    for name, own in areas.items():
        done.sheet(name).own.extend(own)
