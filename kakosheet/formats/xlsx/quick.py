"""The common edits of cells written in the common way: numbers and texts over numbers and texts, cached values of formulas that stay.

Everything else goes the general way (`cells`), which this must agree with: same bytes, only sooner.
"""

from __future__ import annotations

import math

from kakosheet.core.patch import Cached, CellInput, Formula
from kakosheet.formats.xlsx.cells import MAX_TEXT, SAME_NUMBER, clean, known_cell
from kakosheet.formats.xlsx.markup import escape, text, xstring
from kakosheet.formats.xlsx.strings import StringTable

Edit = tuple[int, int, bytes]


class Quick:
    """Edits of the cells of one part; the part's rows must not need a parser."""

    def __init__(self, xml: bytes, prefix: bytes, strings: StringTable | None) -> None:
        self._xml, self._strings, self._match = xml, strings, known_cell(prefix).match
        self._element = b'<%sc r="%%s"%%s%%s>%%s<%sv>%%s</%sv></%sc>' % ((prefix,) * 4)

    def edit(self, start: int, wanted: CellInput) -> Edit | bool:
        """The edit of the cell at `start`; True if it holds the value already, False if the general way must be gone."""
        match = self._match(self._xml, start)
        if match is None:
            return False
        address, keep, kind, tag, _, formula, raw = match.groups()
        value: object = wanted
        if isinstance(wanted, Cached | Formula):
            if tag is None or (isinstance(wanted, Formula) and text(formula) != wanted.text):
                return False
            value = wanted.value
        elif tag is not None:
            return False
        if type(value) is str:
            found = self._text(value, kind, tag, raw)
        elif type(value) is float or type(value) is int:
            found = self._number(value, kind, raw)
        else:
            return False
        if isinstance(found, bool):
            return found
        if kind == b"s" and self._strings is not None:
            self._strings.references -= 1
        return start, match.end(), self._element % (address, keep, found[0], tag or b"", found[1])

    def _text(self, value: str, kind: bytes | None, tag: bytes | None, raw: bytes | None) -> tuple[bytes, bytes] | bool:
        """(type, content), or what `edit` says."""
        if not value or len(value) > MAX_TEXT // 2:
            return False
        value = clean(value)
        if tag is not None:
            escaped = escape(value)
            if kind == b"str" and raw is not None and (raw == escaped or (b"&" in raw and xstring(raw) == value)):
                return True
            return b' t="str"', escaped
        strings = self._strings
        if strings is None or kind == b"str":
            return False
        if kind == b"s" and raw:
            index = int(raw)
            if index < len(strings.texts) and strings.texts[index] == value:
                return True
        strings.references += 1
        return b' t="s"', b"%d" % strings.index(value)

    def _number(self, value: int | float, kind: bytes | None, raw: bytes | None) -> tuple[bytes, bytes] | bool:
        if isinstance(value, int):
            if abs(value) >= 10**15:
                return False
            written = b"%d" % value
        elif value - value != 0.0:
            return False
        else:
            written = b"%d" % value if value.is_integer() and abs(value) < 1e15 else repr(value).encode()
        if raw and kind in (None, b"n"):
            if raw == written:
                return True
            try:
                if math.isclose(float(raw), value, rel_tol=SAME_NUMBER):
                    return True
            except ValueError:
                return False
        return b"", written
