"""What is said of a whole export: cells that stand for several rows, what is hidden, sheets and columns that are left
out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kakosheet.core.address import cell_name, column_letters
from kakosheet.core.issues import Issue, Severity
from kakosheet.core.raw import Area, RawSheet, SheetLook
from kakosheet.importers.binding import ColumnSource
from kakosheet.importers.rows import ImportedRows
from kakosheet.importers.values import Cell, plain_text
from kakosheet.importers.workbooks import Cells

Records = Sequence[tuple[int, Sequence[Cell]]]


def chosen(file: str, sheet: RawSheet, others: Sequence[str]) -> Iterator[Issue]:
    """What there is to say of the choice of a sheet; `others` are those that would have done as well."""
    if sheet.hidden:
        yield Issue(
            "K210", "the rows were read from this sheet, which is hidden", "", f"{file}!{sheet.name}", "", Severity.NOTE
        )
    for other in others:
        yield Issue(
            "K211",
            f'has such rows, too, but was not read: only "{sheet.name}" was',
            f'name it in a column map (sheet = "{other}") and import once more',
            f"{file}!{other}",
            "",
            Severity.WARNING,
        )


def looked_over(result: ImportedRows, look: SheetLook, header: int, sources: Sequence[ColumnSource]) -> Iterator[Issue]:
    """Merged ranges that leave cells of the import blank, and hidden rows that were read."""
    place = f"{result.source}!{result.sheet}"
    lines = {row.line for row in result.rows}
    for area in look.merged:
        covered = _covered(area, header, lines, sources)
        if covered:
            first = cell_name(area.row, area.column)
            message = (
                f"{', '.join(covered)}: {first}:{cell_name(area.last_row, area.last_column)} are merged, so that only {first} is seen; "
                "the other cells were read as they are, which mostly is blank"
            )
            yield Issue(
                "K112",
                message,
                "separate them, write the value in each row that it is for and import again",
                place,
                first,
            )
    hidden = sorted(look.hidden_rows & lines)
    if hidden:
        named = ", ".join(map(str, hidden[:8])) + ("…" if len(hidden) > 8 else "")
        yield Issue(
            "K210",
            f"hidden rows were read like the others: {named}",
            "delete them in the export if they are not meant",
            place,
            cell_name(hidden[0], 1),
            Severity.NOTE,
        )


def _covered(area: Area, header: int, lines: set[int], sources: Sequence[ColumnSource]) -> list[str]:
    """The titles of the columns in which a merged range below the header leaves a cell of an imported row blank."""
    if area.row <= header:
        return []
    rows = (
        [line for line in lines if area.row <= line <= area.last_row]
        if area.last_row - area.row > len(lines)
        else [line for line in range(area.row, area.last_row + 1) if line in lines]
    )
    return [
        source.reading.column.title
        for source in sources
        if any(
            area.column <= at + 1 <= area.last_column and (at + 1 > area.column or rows[-1:] > [area.row])
            for at in source.at
        )
        and rows
    ]


def headless(records: Records, file: str, sheet: str) -> Iterator[Issue]:
    """Values beside the header, which no column takes: a blank header, or a line that was split where it should not
    have been."""
    header = records[0][1] if records else ()
    named = {index for index, cell in enumerate(header) if plain_text(cell).strip()}
    told: dict[int, int] = {}
    for line, cells in records[1:]:
        if len(cells) > len(named):
            for index in cells.filled() if isinstance(cells, Cells) else range(len(cells)):
                if index not in named and index not in told and plain_text(cells[index]).strip():
                    told[index] = line
    for index, line in sorted(told.items())[:8]:
        place = cell_name(line, index + 1) if sheet else f"line {line}"
        yield Issue(
            "K204",
            f"column {column_letters(index + 1)} has no header, so that its values are not imported; the first stands here",
            "write a header above it, or correct the line",
            f"{file}!{sheet}" if sheet else file,
            place,
            Severity.WARNING,
        )
