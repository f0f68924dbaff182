"""The common edits of cells written in the common way: numbers and texts over numbers and texts, cached values of formulas that stay.

Everything else goes the general way (`cells`), which this must agree with: same bytes, only sooner.
"""

from __future__ import annotations

import re

from kakosheet.core.address import column_letters
from kakosheet.core.patch import Cached, CellInput, Formula
from kakosheet.formats.values import MAX_TEXT, SAME_NUMBER
from kakosheet.formats.xlsx.cells import clean, known_cell
from kakosheet.formats.xlsx.markup import escape, text, xstring
from kakosheet.formats.xlsx.strings import StringTable

Edit = tuple[int, int, bytes]
_TYPES = {None: b"", b"s": b' t="s"', b"str": b' t="str"'}
"""How a type is written that may stay: one that is left out where it need not be said is written anew."""


class Quick:
    """Edits of the cells of one part; the part's rows must not need a parser."""

    def __init__(self, xml: bytes, prefix: bytes, strings: StringTable | None) -> None:
        self._xml, self._strings, self._match = xml, strings, known_cell(prefix).match
        self._address = b'<%sc r="' % prefix
        self._formula = b"<%sf" % prefix
        self._addresses: dict[int, bytes] = {}
        self._indexes: dict[str, bytes] = {}
        self._element = b'<%sc r="%%b"%%b%%b>%%b<%sv>%%b</%sv></%sc>' % ((prefix,) * 4)

    def edit_row(self, number: int, start: int, close: int, wanted: dict[int, CellInput], edits: list[Edit],
                 changed: dict[int, list[int]]) -> list[int]:
        """Adds the edits of the row between `start` and `close`; the columns that must go the general way come back.

        A cell that gets an edit has changed its value: what holds the value already gets none.
        """
        addresses, find, match, xml, mark = self._addresses, self._xml.rfind, self._match, self._xml, b'%d"' % number
        found_edits: list[Edit] = []
        left = []
        for column, cell in wanted.items():
            address = addresses.get(column)
            if address is None:
                address = addresses[column] = self._address + column_letters(column).encode()
            at = find(address + mark, start, close)
            found = match(xml, at) if at >= 0 else None
            edit = self._cell(found, cell) if found is not None else False
            if edit is False:
                left.append(column)
            elif edit is not True:
                found_edits.append(edit)
                try:
                    changed[column].append(number)
                except KeyError:
                    changed[column] = [number]
        edits += found_edits if left or len(found_edits) < 2 else self._merged(found_edits)
        return left

    def _merged(self, edits: list[Edit]) -> list[Edit]:
        """The edits of one row as few: a hundred thousand small ones weigh more than the part itself.

        What lies between two of them may be taken in unless it holds a formula, which may get an edit of its own.
        """
        edits.sort()
        merged, pieces = [], [edits[0][2]]
        start, position = edits[0][:2]
        for begin, end, element in edits[1:]:
            if self._xml.find(self._formula, position, begin) >= 0:
                merged.append((start, position, b"".join(pieces)))
                start, pieces = begin, [element]
            else:
                pieces += [self._xml[position:begin], element]
            position = end
        merged.append((start, position, b"".join(pieces)))
        return merged

    def _cell(self, found: re.Match[bytes], wanted: CellInput) -> Edit | bool:
        """The edit: of the value alone where the type stays, else of the element. True if the cell holds the value already, False if the
        general way must be gone."""
        kind, tag, formula, raw = found.group(3, 4, 6, 7)
        value: object = wanted
        given = type(wanted)
        if given is Cached or given is Formula:
            if tag is None or (given is Formula and text(formula or b"") != wanted.text):  # type: ignore[union-attr]
                return False
            value = wanted.value  # type: ignore[union-attr]
            given = type(value)
        elif tag is not None:
            return False
        if given is str:
            content = self._text(value, kind, tag, raw)  # type: ignore[arg-type]
        elif given is float or given is int:
            content = self._number(value, kind, raw)  # type: ignore[arg-type]
        else:
            return False
        if isinstance(content, bool):
            return content
        if kind == b"s" and self._strings is not None:
            self._strings.references -= 1
        if raw is not None and content[0] == _TYPES.get(kind):
            return *found.span(7), content[1]
        return *found.span(), self._element % (found[1], found[2], content[0], tag or b"", content[1])

    def _text(self, value: str, kind: bytes | None, tag: bytes | None, raw: bytes | None) -> tuple[bytes, bytes] | bool:
        """(type, content), or what `_cell` says."""
        if not value or len(value) > MAX_TEXT // 2:
            return False
        if not value.isascii():
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
        written = self._indexes.get(value)
        if written is None:
            written = self._indexes[value] = b"%d" % strings.index(value)
        return b' t="s"', written

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
                if abs(float(raw) - value) <= SAME_NUMBER * abs(value):
                    return True
            except ValueError:
                return False
        return b"", written
