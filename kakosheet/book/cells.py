"""Single cells of any workbook, ours or not, changed losslessly: addresses and values as people type them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

from kakosheet import formats
from kakosheet.book.computing import collector_at_rest
from kakosheet.core.address import parse_cell
from kakosheet.core.issues import EXIT_USAGE, KakosheetError
from kakosheet.core.patch import Patch, PatchResult, SheetPatch
from kakosheet.core.raw import Scalar
from kakosheet.core.text import quoted

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_KEPT_AS_TEXT = re.compile(
    r"[+-]?0[0-9]|\+[0-9]{6,}|[+-]?[0-9]{16,}"
)  # 007, +49…, order numbers: digits that are no quantity
_ASSIGNMENT = re.compile(r"((?:'(?:[^']|'')*'|.*?)!\s*\$?[A-Za-z]+\$?[0-9]+\s*)=(.*)", re.DOTALL)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?")


def set_cells(data: bytes, cells: Mapping[str, Scalar], *, drop_signature: bool = False) -> PatchResult:
    """The file with cells given as `{"Sheet!B2": value}` set; None or "" empties one. A text that starts with "=" is
    text, never a formula.

    A date in a cell without a date format becomes ISO text. Raises K114 (not an address) and what `formats.apply` does.
    """
    patch = Patch(dates_as_text=True)
    known = formats.read(data, sheets=()).sheets
    names = {name.casefold(): name for name in known}
    for address, value in cells.items():
        sheet, row, column = split_address(address)
        name = sheet if sheet in known else names.get(sheet.casefold(), sheet)
        patch.sheets.setdefault(name, SheetPatch()).cells.setdefault(row, {})[column] = value
    with collector_at_rest():
        return formats.apply(data, patch, drop_signature=drop_signature)


def split_address(address: str) -> tuple[str, int, int]:
    """ "'My sheet'!B2" or "My sheet!$B$2" → ("My sheet", 2, 2). Raises K114, a mistake of usage."""
    sheet, mark, cell = address.rpartition("!")
    position = parse_cell(cell.strip())
    if len(sheet) > 1 and sheet.startswith("'") and sheet.endswith("'"):
        sheet = sheet[1:-1].replace("''", "'")
    if not mark or not sheet or position is None:
        raise KakosheetError(
            "K114", f"{quoted(address)} is not the address of a cell", "write it like Sheet1!B2", exit_code=EXIT_USAGE
        )
    return sheet, *position


def parse_assignment(text: str) -> tuple[str, Scalar]:
    """ "Sheet1!B2=199" → ("Sheet1!B2", 199). The first "=" after the first address parts the two. Raises K114."""
    parts = _ASSIGNMENT.fullmatch(text)
    if parts is None:
        raise KakosheetError(
            "K114",
            f"{quoted(text)} does not say which cell to set",
            "write it like 'Sheet1!B2=199'",
            exit_code=EXIT_USAGE,
        )
    return parts[1], parse_value(parts[2])


def parse_value(text: str) -> Scalar:
    """A number, an ISO day or moment, or the text itself; None for nothing. Digits that name something (007) stay
    text."""
    stripped = text.strip()
    if not stripped:
        return None
    if _NUMBER.fullmatch(stripped) and not _KEPT_AS_TEXT.match(stripped):
        number = float(stripped)
        return int(stripped) if stripped.lstrip("+-").isdigit() else number if number - number == 0.0 else text
    try:
        if _DAY.fullmatch(stripped):
            return date.fromisoformat(stripped)
        if _MOMENT.fullmatch(stripped):
            return datetime.fromisoformat(stripped)
    except ValueError:
        return text
    return text
