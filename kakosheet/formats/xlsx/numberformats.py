"""What cell styles show a number as: a day, a time, money of a currency (ECMA-376 part 1, 18.8.30 and 18.8.31)."""

from __future__ import annotations

import re
import unicodedata

from kakosheet.core.raw import DAY, TIME
from kakosheet.formats.xlsx.markup import attributes, blanked, tag_pattern

# Built-in formats that show a day; 27-36 and 50-58 are those of East Asian programs (18.8.30). Those of money go by the
# reader's country.
_BUILT_IN = dict.fromkeys(map(str, (14, 15, 16, 17, 22, *range(27, 37), *range(50, 59))), DAY) | dict.fromkeys(
    map(str, (18, 19, 20, 21, 45, 46, 47)), TIME
)
_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_DAY = re.compile(r"[dy]|mmm|^[^hs]*m[^hs]*$|\be+\b", re.IGNORECASE)  # one or two m beside hours or seconds are minutes
_TIME = re.compile(r"h|ss|\[[ms]", re.IGNORECASE)
_HALVES = re.compile(r"AM/PM|A/P|上午/下午", re.IGNORECASE)
_CURRENCY = re.compile(r"\[\$([^\]\-]+)")
_CODE = re.compile(r'"\s*([A-Z]{3})\s*"')


def shows_day(code: str) -> bool:
    """Whether a format code shows a day, month or year."""
    return _DAY.search(_bare(code)) is not None


def shown_as(code: str) -> str:
    """What a format code shows: DAY, TIME, the sign or code of a currency, or "" for plain numbers."""
    if shows_day(code):
        return DAY
    if _TIME.search(_bare(code)):
        return TIME
    first = code.split(";")[0]
    marked = _CURRENCY.search(first) or _CODE.search(first)
    return marked[1].strip() if marked else next((sign for sign in first if unicodedata.category(sign) == "Sc"), "")


def _bare(code: str) -> str:
    return _HALVES.sub("", _LITERALS.sub("", code.split(";")[0]))


def date_styles(xml: bytes) -> frozenset[int]:
    """The indices of cell formats (`s` of a cell) that show a date; `xml` is the styles part."""
    return frozenset(index for index, shown in shown_styles(xml).items() if shown == DAY)


def shown_styles(xml: bytes) -> dict[int, str]:
    """What the cell formats show, by their indices; those of plain numbers are left out."""
    clear = blanked(xml)
    known = dict(_BUILT_IN)
    for match in tag_pattern("numFmt").finditer(clear):
        given = attributes(match[0])
        if given.get("numFmtId", "").isdigit():
            known[given["numFmtId"]] = shown_as(given.get("formatCode", ""))
    formats = tag_pattern("cellXfs").search(clear)
    if formats is None or formats[2]:
        return {}
    end = clear.find(b"</" + formats[1] + b"cellXfs", formats.end())
    found = {}
    for index, match in enumerate(tag_pattern("xf").finditer(clear, formats.end(), end if end >= 0 else len(clear))):
        shown = known.get(attributes(match[0]).get("numFmtId", "0"), "")
        if shown:
            found[index] = shown
    return found
