"""Text of a .csv or .tsv export → records, each with the line that it begins on."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator

from kakosheet.core.issues import KakosheetError
from kakosheet.core.text import unguarded

DELIMITERS = (",", ";", "\t", "|")
HEADER_LINES = 40  # an export may have a preamble; its header stands within these lines
LONGEST_CELL = 1_000_000
MOST_RECORDS = 1_048_576  # rows of a spreadsheet
MOST_CELLS = MOST_LINES = 100_000  # of one record: beyond them something is amiss, and the memory would fill
_LINE = re.compile(r"[^\r\n]*(?:\r\n|[\r\n])|[^\r\n]+")

Record = tuple[int, list[str]]


def sniff(text: str, score: Callable[[list[str]], int], given: str = "") -> tuple[str, list[list[str]]]:
    """The delimiter (comma, semicolon, tab or bar) whose head has a line with most headers sought, then most cells; and
    that head."""
    lines = text[:200_000].splitlines()[:HEADER_LINES]
    told = lines[0][4:5] if lines and lines[0].lower().startswith("sep=") else ""
    choice = (given,) if given else (told,) if told in DELIMITERS and told else DELIMITERS
    heads = [(delimiter, _split(lines, delimiter)) for delimiter in choice]
    return max(heads, key=lambda head: max(((score(cells), len(cells)) for cells in head[1]), default=(0, 0)))


def records(text: str, delimiter: str, name: str) -> list[Record]:
    """All records that are not blank. A quoted line break stays in its cell. K104 where the quotes do not close, K107
    for what is too large."""
    csv.field_size_limit(LONGEST_CELL)
    starts: list[int] = []  # of the lines of the record that is being read
    reader = csv.reader(_lines(text, delimiter, name, starts), delimiter=delimiter, strict=False)
    result: list[Record] = []
    line, begun, first = 1, 0, 1
    try:
        for cells in reader:
            begun, first = starts[0], line
            starts.clear()
            if any(cell.strip() for cell in cells) and not (
                line == 1 and len(cells) <= 2 and cells[0].lower().startswith("sep=")
            ):
                result.append(
                    (line, list(map(unguarded, cells)) if any(cell.startswith("'") for cell in cells) else cells)
                )
            line = reader.line_num + 1
            if len(result) > MOST_RECORDS:
                raise KakosheetError("K107", f"{name} has more than {MOST_RECORDS:,} rows", "import it in parts")
    except csv.Error as error:
        raise KakosheetError("K104", f"{name}, line {line}: {error}", _CURE) from None
    if _is_open(text[begun:], delimiter):
        raise KakosheetError("K104", f"{name}, line {first}: a quotation mark opens a cell that is never closed", _CURE)
    return result


def _lines(text: str, delimiter: str, name: str, starts: list[int]) -> Iterator[str]:
    """The lines with their ends; where each starts goes to `starts`. K107 for a record without a bound."""
    for number, match in enumerate(_LINE.finditer(text), 1):
        starts.append(match.start())
        if number > 4 * MOST_RECORDS:
            raise KakosheetError("K107", f"{name} has more than {number - 1:,} lines", "import it in parts")
        if len(starts) > MOST_LINES or (
            match.end() - match.start() > MOST_CELLS and match[0].count(delimiter) > MOST_CELLS
        ):
            raise KakosheetError(
                "K107", f"{name}, line {number}: the record has more cells or lines than an order can have", _CURE
            )
        yield match[0]


_CURE = "a quotation mark may be missing there"


def _is_open(last: str, delimiter: str) -> bool:
    """Whether the last record ends inside quotes: it may have swallowed any number of others."""
    try:
        for _ in csv.reader(io.StringIO(last, newline=""), delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        return "unexpected end of data" in str(error)
    return False


def _split(lines: list[str], delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(lines, delimiter=delimiter))
    except csv.Error:
        return []
