"""One export → rows in schema terms, each with its line in the source; all that cannot be read is an issue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import tzinfo
from pathlib import Path
from typing import Any, NamedTuple

from kakosheet.core.address import cell_name
from kakosheet.core.issues import Issue, KakosheetError, Severity
from kakosheet.core.raw import SheetLook
from kakosheet.core.schema import TableSchema
from kakosheet.core.titles import Titles
from kakosheet.core.totals import is_word
from kakosheet.core.values import Unreadable
from kakosheet.importers.amounts import Amounts
from kakosheet.importers.binding import ColumnSource, bind, score, wanted_headers
from kakosheet.importers.decoding import decode
from kakosheet.importers.delimited import HEADER_LINES, records, sniff
from kakosheet.importers.maps import ImportMap, check_map
from kakosheet.importers.remarks import chosen, headless, looked_over
from kakosheet.importers.rows import ImportedRow, ImportedRows
from kakosheet.importers.values import Cell, convert, has_controls
from kakosheet.importers.workbooks import Workbooks, open_book
from kakosheet.policy.resources import read_regular, refuse_irregular

TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".ods")
LARGEST_TEXT = 1 << 28  # bytes

Records = Sequence[tuple[int, Sequence[Cell]]]


class _Opened(NamedTuple):
    """`place` is the index of the header among the records."""

    records: Records
    place: int
    encoding: str = ""
    sheet: str = ""
    look: SheetLook | None = None
    date1904: bool = False
    issues: Sequence[Issue] = ()


def read_rows(
    path: Path,
    mapping: ImportMap,
    schema: TableSchema,
    titles: Titles,
    workbooks: Workbooks,
    *,
    zone: tzinfo | None = None,
    currency: str = "",
) -> ImportedRows:
    """Read a .csv, .tsv, .xlsx or .ods export through a column map.

    `zone` is the book's: instants with an offset are converted to it. `currency` is the book's own, "" if nobody knows.
    A cell that cannot be read is left out of its row and named by an issue. KakosheetError: K109 no such file, K108 not
    of this kind, K501 a map that does not fit the table; and what `workbooks` refuses.
    """
    check_map(mapping, schema, "of this import")
    opened = _open(path, mapping, wanted_headers(mapping), workbooks)
    header = opened.records[opened.place][1] if opened.records else ()
    sources, issues = bind(mapping, schema, titles, header, path.name, zone, opened.date1904)
    result = ImportedRows(
        mapping.table, path.name, issues=[*issues, *opened.issues], encoding=opened.encoding, sheet=opened.sheet
    )
    amounts = Amounts(schema, sources, currency)
    for line, cells in opened.records[opened.place + 1 :]:
        values = _row(line, cells, sources, result, amounts)
        if values:
            result.rows.append(ImportedRow(line, values))
    if opened.look is not None and opened.records:
        result.issues += looked_over(result, opened.look, opened.records[opened.place][0], sources)
    result.issues += headless(opened.records[opened.place :], path.name, opened.sheet)
    _leave_out_total(result, sources)
    return result


def _leave_out_total(result: ImportedRows, sources: Sequence[ColumnSource]) -> None:
    """The last line is no order if it has nothing but numbers, and perhaps a word for a total."""
    if not result.rows or not any(isinstance(value, str) for value in result.rows[0].values.values()):
        return
    line, values = result.rows[-1].line, result.rows[-1].values
    given = [values[source.key] for source in sources if source.at and source.key in values]
    words = [value for value in given if isinstance(value, str)]
    if (
        len(words) <= 1
        and len(given) > len(words)
        and all(map(is_word, words))
        and all(isinstance(value, str | int | float) for value in given)
    ):
        result.rows.pop()
        result.issues.append(
            Issue(
                "K208",
                "this looks like a row of totals; it is left out",
                "",
                result.source,
                f"line {line}",
                Severity.NOTE,
            )
        )


def _open(path: Path, mapping: ImportMap, wanted: frozenset[str], workbooks: Workbooks) -> _Opened:
    suffix = path.suffix.lower()
    try:
        refuse_irregular(path, path.stat())
        if suffix in TEXT_SUFFIXES:
            return _text_records(path, mapping, wanted)
        if suffix in WORKBOOK_SUFFIXES:
            return _sheet_records(path, mapping, wanted, workbooks)
    except OSError as error:
        raise KakosheetError(
            "K109", f"cannot read {path.name}: {error.strerror or error}", "check the name and the folder"
        ) from None
    raise KakosheetError("K108", f"{path.name} is neither .csv, .tsv, .xlsx nor .ods", "export it as .csv or .xlsx")


def _header_place(lines: Records, wanted: frozenset[str]) -> int:
    """The index of the line among the first that has most of the headers; the first of equals."""
    return max(range(min(len(lines), HEADER_LINES)), key=lambda i: (score(lines[i][1], wanted), -i), default=0)


def _text_records(path: Path, mapping: ImportMap, wanted: frozenset[str]) -> _Opened:
    data = read_regular(path, LARGEST_TEXT, cure="import it in parts")[0]

    def headers(cells: Sequence[Cell]) -> int:
        return score(cells, wanted)

    def matches(text: str) -> bool:
        return max(map(headers, sniff(text, headers, mapping.delimiter)[1]), default=0) > 0

    text, encoding = decode(data, path.name, matches, mapping.encoding)
    lines = records(text, sniff(text, headers, mapping.delimiter)[0], path.name)
    return _Opened(lines, _header_place(lines, wanted), encoding)


def _sheet_records(path: Path, mapping: ImportMap, wanted: frozenset[str], workbooks: Workbooks) -> _Opened:
    """The records of the sheet that has most of the headers: the first of equals, a hidden one only if no other has
    any."""
    book = open_book(path, workbooks)
    known = []
    for sheet in book.sheets(path, mapping.sheet):
        lines = book.records(sheet, SheetLook())
        place = _header_place(lines, wanted)
        known.append((score(lines[place][1], wanted) if lines else 0, place, len(lines), sheet))
    found, place, _, sheet = max(known, key=lambda one: (one[0] > 0 and not one[3].hidden, one[0]))
    others = [
        other.name
        for most, begins, count, other in known
        if other is not sheet and not other.hidden and most >= max(2, found) and count > begins + 1
    ]
    look = book.look(sheet)
    return _Opened(
        book.records(sheet, look),
        place,
        "",
        sheet.name,
        look,
        book.book.date1904,
        tuple(chosen(path.name, sheet, others)),
    )


def _row(
    line: int, cells: Sequence[Cell], sources: Sequence[ColumnSource], result: ImportedRows, amounts: Amounts
) -> dict[str, Any]:
    """The values of one line; empty if the line itself gives none."""
    values: dict[str, Any] = {}
    raws: dict[str, Cell] = {}
    given = False
    for source in sources:
        try:
            raw = source.raw(cells)
            given = given or raw is not None
            raws[source.key] = raw
            value = convert(source.map.value if raw is None else raw, source.reading)
        except Unreadable as problem:
            given = True
            result.issues.append(_issue(problem, line, source, result))
            continue
        if value is not None:
            values[source.key] = value
        if has_controls(raw):
            unseen = Unreadable(
                "K314", "characters that no cell can show were left out", "compare it with where it came from"
            )
            result.issues.append(replace(_issue(unseen, line, source, result), severity=Severity.WARNING))
    for source, doubt in amounts.settle(values, raws) if given else ():
        result.issues.append(replace(_issue(doubt, line, source, result), severity=Severity.WARNING))
    return values if given else {}


def _issue(problem: Unreadable, line: int, source: ColumnSource, result: ImportedRows) -> Issue:
    place = cell_name(line, source.at[0] + 1) if result.sheet and source.at else f"line {line}"
    file = f"{result.source}!{result.sheet}" if result.sheet else result.source
    return Issue(problem.code, f"{source.reading.column.title}: {problem.message}", problem.hint, file, place)
