"""Whether a patch changed what it lists and nothing else, told by a reader that shares nothing with the patcher.

The standard library unzips, expat parses. What was not to change is compared as bytes; a patched sheet cell by cell.
Permitted are: the cells of the patch and its new rows; `dimension`, `spans`, ranges of tables and filters that were to
grow, looks of added columns; shared strings at the end; cached values of formulas, as many as the patch says; the text
of a shared formula in the cell that takes it over; entries of the calculation chain whose cell was written; calcPr;
custom properties and names of the patch.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from kakosheet.core.patch import Patch
from kakosheet.formats.verify import ods, xlsx
from kakosheet.formats.verify.archive import Archive
from kakosheet.formats.verify.listed import Differences, Listed, ListedSheet, listed_by
from kakosheet.formats.verify.outline import NotComparable, has_unknown_prefix

__all__ = ["Listed", "ListedSheet", "Verified", "compare", "verify"]


class Verified(NamedTuple):
    """How many listed cells changed, how many formulas lost their cached value, and a sentence for each thing that was
    not to change."""

    cells: int
    dropped: int
    differences: tuple[str, ...]


def verify(before: bytes, after: bytes, patch: Patch, dropped: int) -> Verified:
    """Compares the files before and after a patch that says it dropped so many cached values."""
    found = compare(before, after, listed_by(patch))
    if found.differences or found.dropped == dropped:
        return found
    return found._replace(differences=(f"{found.dropped} formulas lost their value, and {dropped} were to",))


def compare(before: bytes, after: bytes, listed: Listed) -> Verified:
    """What differs between two files beyond what is listed; a file that cannot be read again is told as a
    difference."""
    found = Differences()
    if before == after:
        return Verified(0, 0, ())
    try:
        old, new = Archive(before), Archive(after)
        _compare_archives(old, new, found)
        kind = ods if "content.xml" in old and "[Content_Types].xml" not in old else xlsx
        changed = list(_changed(old, new))
        kind.compare(old, new, changed, listed, found)
        for name in changed:
            if name in new.entries and has_unknown_prefix(new.read(name)) and not has_unknown_prefix(old.read(name)):
                found.differs(f"{name} uses a prefix that it does not declare")
    except (
        NotComparable,
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        ValueError,
        KeyError,
    ) as error:
        found.differs(f"it cannot be read again: {error}")
    return Verified(found.cells, found.dropped, tuple(found.differences))


def _changed(old: Archive, new: Archive) -> Iterator[str]:
    """The members that differ, in the order of the new file and then those that are gone."""
    for name, entry in new.entries.items():
        if name not in old.entries or old.entries[name].raw != entry.raw:
            yield name
    yield from (name for name in old.entries if name not in new.entries)


def _compare_archives(old: Archive, new: Archive, found: Differences) -> None:
    kept = [[name for name in archive.order if name in other.entries] for archive, other in ((old, new), (new, old))]
    if kept[0] != kept[1] or [name for name in old.entries if name in new.entries] != [
        name for name in new.entries if name in old.entries
    ]:
        found.differs("the order of the parts changed")
    if old.around != new.around or any(
        old.entries[name].about != new.entries[name].about for name in kept[0] if name in new.entries
    ):
        found.differs("what the archive says of its parts changed")
