"""What people typed over computed cells: how it is known, and the word on it."""

from __future__ import annotations

from kakosheet.core import seal
from kakosheet.core.bind import place_issue
from kakosheet.core.compared import Compared, plain_text
from kakosheet.core.issues import Issue, Severity
from kakosheet.core.left import checksum
from kakosheet.core.raw import CellValue, FormulaCell
from kakosheet.core.schema import Column, Kind

_PUT_BACK = "was typed over a computed cell; refresh puts the computed value back"
_STAYS = "stands in a computed cell, and stays until that is needed"


def theirs_by_seal(compared: Compared, column: Column, i: int, cell: CellValue) -> bool:
    """Whether the text of a tool cell is not the one we left there; without any seals or a stored value nothing is
    claimed."""
    if not compared.sealed or _uncomputed(column, cell):
        return False
    known = compared.seal_parts(compared.seals[i])
    if known is not None:
        return known[1][compared.tool_at[column.key]] != seal.digest(compared.canonical(column, cell))
    # a row that was never refreshed, among others that were
    return compared.seals[i] is None and any(other is not None for other in compared.seals)


def theirs_in_view(compared: Compared, column: Column, cell: CellValue) -> bool:
    """Whether a cell of a view holds what no refresh left there. People may have sorted the view: what stood in any of
    its slots is ours."""
    if compared.left is None:
        return False
    if isinstance(cell, FormulaCell):
        if column.kind is not Kind.LINK or not (cell.text or "").upper().startswith("HYPERLINK("):
            return True
        if _uncomputed(column, cell):
            return False
    known = compared.left.known(compared.table.schema.key, len(compared.tools))
    sums = None if known is None else known[compared.tool_at[column.key]]
    return sums is not None and checksum(compared.canonical(column, cell)) not in sums


def _uncomputed(column: Column, cell: CellValue) -> bool:
    """Whether no program has computed a formula: of a link that they have not computed some store 0."""
    zero = column.kind is Kind.LINK and isinstance(cell, FormulaCell) and isinstance(cell.value, int | float)
    return isinstance(cell, FormulaCell) and (zero or not cell.cached)


def of_another_version(compared: Compared, i: int) -> bool:
    """Whether the row was, or may have been, written by another version of the schema, in which the column was of
    another owner or formula."""
    if compared.table.schema.slots is not None:
        return compared.left is None or compared.left.known(compared.table.schema.key, len(compared.tools)) is None
    text = plain_text(compared.seals[i]) if compared.sealed else None
    return isinstance(text, str) and text != "" and not text.startswith(f"{compared.schema.version}:")


def typed_over_issues(
    compared: Compared, column: Column, i: int, cell: CellValue | None, *, stays: bool = False
) -> list[Issue]:
    """K308 for what was typed over a computed cell of row `i`; nothing if that cannot be seen."""
    shown = f"={cell.text}" if isinstance(cell, FormulaCell) and cell.text else seal.canonical(cell)
    if cell is None or not shown.strip():
        return []
    message = f'"{shown}" {_STAYS if stays else _PUT_BACK}'
    book, table = compared.book, compared.table
    return [place_issue(book, table, column.key, i, "K308", message, _cure(compared), Severity.WARNING)]


def _cure(compared: Compared) -> str:
    """Where people's own words belong."""
    binding, schema = compared.book.binding, compared.table.schema
    table, _, key = schema.notes.partition(".")
    if table in binding:
        title = compared.titles.columns.get(f"{table}.{key}", compared.schema.tables[table].by_key[key].title)
        return f'write it under "{title}" of {binding[table].sheet}'
    return (
        "write it in a column of your own"
        if schema.slots is None
        else "write it beside the block, or on a sheet of your own"
    )
