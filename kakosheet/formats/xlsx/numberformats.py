"""Which cell styles show a number as a date (ECMA-376 part 1, 18.8.30 and 18.8.31)."""

from __future__ import annotations

import re

from kakosheet.formats.xlsx.markup import attributes, blanked, tag_pattern

# Built-in formats that show a day; 27-36 and 50-58 are those of East Asian programs (18.8.30).
_BUILT_IN = frozenset({14, 15, 16, 17, 22, *range(27, 37), *range(50, 59)})
_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_DAY = re.compile(r"[dy]|m(?!.*[hs])|\be+\b", re.IGNORECASE)


def shows_day(code: str) -> bool:
    """Whether a format code shows a day, month or year."""
    return _DAY.search(_LITERALS.sub("", code.split(";")[0])) is not None


def date_styles(xml: bytes) -> frozenset[int]:
    """The indices of cell formats (`s` of a cell) that show a date; `xml` is the styles part."""
    clear = blanked(xml)
    custom = set()
    for match in tag_pattern("numFmt").finditer(clear):
        given = attributes(match[0])
        if given.get("numFmtId", "").isdigit() and shows_day(given.get("formatCode", "")):
            custom.add(given["numFmtId"])
    formats = tag_pattern("cellXfs").search(clear)
    if formats is None or formats[2]:
        return frozenset()
    end = clear.find(b"</" + formats[1] + b"cellXfs", formats.end())
    found = set()
    for index, match in enumerate(tag_pattern("xf").finditer(clear, formats.end(), end if end >= 0 else len(clear))):
        number = attributes(match[0]).get("numFmtId", "0")
        if number in custom or (number.isdigit() and int(number) in _BUILT_IN):
            found.add(index)
    return frozenset(found)
