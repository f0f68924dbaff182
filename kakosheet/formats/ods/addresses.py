"""Cell range addresses as attributes write them (ODF 1.3 part 3, 18.3.6)."""

from __future__ import annotations

import re

from kakosheet.core.address import MAX_COLUMN, MAX_ROW, column_number
from kakosheet.core.raw import Area

_SHEET = r"(?:\$?(?:'((?:[^']|'')+)'|([^.'$\s:]+)))?"
_CORNER = r"\$?([A-Za-z]{1,3})?\$?([0-9]{1,7})?"
_ADDRESS = re.compile(rf"(?:{_SHEET}\.)?{_CORNER}(?::(?:{_SHEET}\.)?{_CORNER})?")


def parse_area(address: str, sheet: str = "") -> Area | None:
    """ "$'My sheet'.$A$1:.$B$9" or "S.A1:S.B2" as an area; None if it is no rectangle of one sheet. Without a sheet it
    is of `sheet`."""
    match = _ADDRESS.fullmatch(address.strip())
    if match is None:
        return None
    first, last = _name(match[1], match[2]) or sheet, _name(match[5], match[6])
    if last and last.casefold() != first.casefold():
        return None
    left, top, right, bottom = match[3], match[4], match[7], match[8]
    if right is None and bottom is None:
        if left is None or top is None:
            return None
        right, bottom = left, top
    if (left is None) != (right is None) or (top is None) != (bottom is None):
        return None
    columns = sorted((column_number(left), column_number(right))) if left and right else [1, MAX_COLUMN]
    rows = sorted((int(top), int(bottom))) if top and bottom else [1, MAX_ROW]
    if rows[0] < 1 or rows[1] > MAX_ROW or columns[1] > MAX_COLUMN:
        return None
    return Area(first, rows[0], columns[0], rows[1], columns[1])


def _name(quoted: str | None, plain: str | None) -> str:
    return quoted.replace("''", "'") if quoted is not None else plain or ""
