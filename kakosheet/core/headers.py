"""What a header row says: which column each header cell names, in any shipped language, and where marks and words
disagree."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from kakosheet.core.address import cell_name
from kakosheet.core.raw import CellValue, FormulaCell, RawSheet
from kakosheet.core.titles import fold

_SEAL = re.compile(r"\d{1,4}:[A-Za-z0-9_-]{4,}")

Words = Mapping[str, set[str]]
"""Folded titles by column key."""


def text_of(value: object) -> str:
    """What a header cell shows."""
    if isinstance(value, FormulaCell):
        value = value.value
    return "" if value is None else str(value)


@dataclass(frozen=True)
class Conflict:
    """A header cell about which mark and words disagree: `key` is the column that stands to be misread."""

    key: str
    column: int
    message: str
    hint: str


@dataclass
class HeaderRow:
    """One header row. `marked[key]` is the column that a mark gives, `placed` what has been decided so far.

    `canary` is the key of the hidden last column, whose header nobody renames: where its mark does not stand over its
    title, marks were left behind, and a header in words of one's own is no longer a matter of taste.
    """

    cells: Mapping[int, CellValue]
    row: int
    words: Words
    marked: dict[str, int]
    canary: str = ""
    placed: dict[str, int] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.texts = {column: fold(text_of(value)) for column, value in self.cells.items() if text_of(value).strip()}
        owners: dict[str, list[str]] = {}
        for key, words in self.words.items():
            for word in words:
                owners.setdefault(word, []).append(key)
        self._owner = {word: keys[0] for word, keys in owners.items() if len(keys) == 1}

    def says(self, column: int) -> str | None:
        """The key of the one column whose title stands in the cell; None for any other text."""
        return self._owner.get(self.texts.get(column, ""))

    def agrees(self, key: str) -> bool:
        return self.texts.get(self.marked[key], "") in self.words[key]

    def resolve(self, *, headers_decide: bool = False) -> None:
        """Decide where each column stands. With `headers_decide` titles win over marks that disagree, if they leave no
        column out."""
        self._take_marks()
        self._settle_disagreements(headers_decide)
        self._take_words()

    # -- marks ---------------------------------------------------------------------------------------------------------

    def _take_marks(self) -> None:
        """Marks count, but not two on one cell."""
        shared = Counter(self.marked.values())
        self._doubled = {key for key, column in self.marked.items() if shared[column] > 1}
        self.placed = {key: column for key, column in self.marked.items() if key not in self._doubled}

    def _settle_disagreements(self, headers_decide: bool) -> None:
        while headers_decide and self._trust_words(self._disagreeing()):
            pass  # each column that is placed anew may leave a header to another one
        for key, conflict in self._disagreeing().items():
            self.conflicts.append(conflict)
            del self.placed[key]
        for key in sorted(self._doubled - self.placed.keys()):
            self.conflicts.append(
                Conflict(
                    key,
                    self.marked[key],
                    f"two columns claim this header, one is {key!r}",
                    "give each column its own header, then run `kakosheet repair`",
                )
            )

    def _disagreeing(self) -> dict[str, Conflict]:
        """Placed columns under another column's title, or blank ones whose own title stands over a cell that nobody
        claims."""
        found = {}
        shifted = (
            self.canary in self.placed and self.texts.get(self.placed[self.canary], "") not in self.words[self.canary]
        )
        claimed = set(self.placed.values())
        loose = {key for column in self.texts if column not in claimed and (key := self.says(column)) is not None}
        for key, column in self.placed.items():
            if self.texts.get(column, "") in self.words[key]:
                continue
            other = self.says(column)
            title = min(self.words[key])
            if other is not None and not (
                other in self.placed and self.texts.get(self.placed[other], "") in self.words[other]
            ):
                found[key] = Conflict(
                    key,
                    column,
                    f"the header {text_of(self.cells[column])!r} stands on the column that was {title!r}",
                    "give the columns their headers back, or run `kakosheet repair`",
                )
            elif shifted and (key == self.canary or column in self.texts):
                found[key] = Conflict(
                    key,
                    column,
                    f"this column was marked as {title!r}, but the marks have been left behind",
                    "run `kakosheet repair`, which shows what stands where",
                )
            elif key in loose and column not in self.texts:
                where = cell_name(self.row, next(c for c in self.texts if c not in claimed and self.says(c) == key))
                found[key] = Conflict(
                    key,
                    column,
                    f"this column was {title!r}, but that header stands in {where}",
                    "rename the header that is not kakosheet's, or run `kakosheet repair`",
                )
        return found

    def _trust_words(self, strange: Iterable[str]) -> bool:
        """Place the columns in question by their titles, unless that leaves one of them nowhere; whether any was placed
        anew."""
        asked = {*strange, *(self._doubled - self.placed.keys())}
        fixed = {column for key, column in self.placed.items() if key not in asked}
        columns = {
            key: [column for column in self.texts if column not in fixed and self.says(column) == key] for key in asked
        }
        sure = {key: found[0] for key, found in columns.items() if len(found) == 1}
        lost = {key for key in asked - sure.keys() if key in self._doubled or self.marked[key] in sure.values()}
        if not sure or lost - self._doubled:
            return False
        self.placed |= sure
        return True

    # -- words ---------------------------------------------------------------------------------------------------------

    def _take_words(self) -> None:
        """The columns that no mark places, by the titles in cells that nobody claims and that are no other table's."""
        claimed = set(self.placed.values())
        told = {conflict.key for conflict in self.conflicts}
        wanted: dict[str, list[int]] = {}
        for column, text in self.texts.items():
            key = next(
                (
                    key
                    for key, words in self.words.items()
                    if key not in self.placed and key not in told and text in words
                ),
                None,
            )
            if key is not None and column not in claimed:
                wanted.setdefault(key, []).append(column)
        ours = self._stretches(claimed or {columns[0] for columns in wanted.values() if len(columns) == 1})
        for key, columns in wanted.items():
            near = [column for column in columns if any(left <= column <= right for left, right in ours)]
            if len(near) == 1:
                self.placed[key] = near[0]
                continue
            text = text_of(self.cells[columns[-1]])
            self.conflicts.append(
                Conflict(key, near[1], f"two headers say {text!r}", "rename the one that is not kakosheet's")
                if near
                else Conflict(
                    key,
                    columns[0],
                    f"the header {text!r} stands apart from the other columns",
                    "give the columns between a header, or rename it if it is not kakosheet's",
                )
            )

    def _stretches(self, sure: set[int]) -> list[tuple[int, int]]:
        """First and last columns of unbroken rows of headers that hold our columns; a few apart from the others may be
        another table's."""
        found: list[list[int]] = []
        for column in sorted(sure):
            if found and all(between in self.texts for between in range(found[-1][-1], column)):
                found[-1].append(column)
            else:
                found.append([column])
        kept = [columns for columns in found if 3 * len(columns) > len(sure)]
        if self.marked and kept:
            kept = [[kept[0][0], kept[-1][-1]]]
        return [(self._edge(columns[0], -1), self._edge(columns[-1], 1)) for columns in kept]

    def _edge(self, column: int, step: int) -> int:
        while column + step in self.texts:
            column += step
        return column


def matches(cells: Mapping[int, CellValue], words: Words) -> int:
    """How many columns' titles stand in a row."""
    texts = {fold(text_of(value)) for value in cells.values()}
    return sum(not texts.isdisjoint(own) for own in words.values())


def best_row(sheet: RawSheet, words: Words, last: int | None = None) -> tuple[int, int]:
    """(matches, row) of the row that says the most titles, the upper one of two; (0, 0) without any."""
    titles: set[str] = set().union(*words.values())
    longest = max(map(len, titles), default=0)
    scored = (
        (
            len(
                {
                    text
                    for value in cells.values()
                    if type(value) is str and len(value) <= longest and (text := fold(value)) in titles
                }
            ),
            -row,
        )
        for row, cells in sheet.rows.items()
        if last is None or row <= last
    )
    count, row = max(scored, default=(0, 0))
    return (matches(sheet.rows[-row], words), -row) if count else (0, 0)


def data_above(sheet: RawSheet, row: int, is_id: Callable[[str], object] | None) -> bool:
    """Whether a row that was once refreshed (it carries a seal or an id) stands above: then the header row was sorted
    into the data."""
    return any(
        isinstance(value, str) and (_SEAL.fullmatch(value) or (is_id is not None and is_id(value)))
        for number in range(1, row)
        for value in sheet.rows.get(number, {}).values()
    )
