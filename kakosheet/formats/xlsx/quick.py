"""The common edits of cells written in the common way: numbers and texts over numbers and texts, cached values of
formulas that stay.

Everything else goes the general way (`cells`), which this must agree with: same bytes, only sooner.
"""

from __future__ import annotations

import re

from kakosheet.core.address import column_letters
from kakosheet.core.patch import Cached, CellInput, Formula
from kakosheet.formats.values import MAX_TEXT, SAME_NUMBER
from kakosheet.formats.xlsx.alike import ColumnGroups
from kakosheet.formats.xlsx.cells import clean, known_cell
from kakosheet.formats.xlsx.markup import escape, text, xstring
from kakosheet.formats.xlsx.strings import StringTable

Edit = tuple[int, int, bytes]
_TYPES = {None: b"", b"n": b"", b"s": b' t="s"', b"str": b' t="str"'}
"""How a type is written that may stay; that of a number may be left out."""
_NUMBERS = (None, b"n")
_KINDS = {"": None, "n": b"n", "s": b"s", "str": b"str", "inlineStr": b"inlineStr"}
_CALCULATED = (Cached, Formula)


class Quick:
    """Edits of the cells of one part; the part's rows must not need a parser."""

    def __init__(self, xml: bytes, prefix: bytes, strings: StringTable | None) -> None:
        self._xml, self._strings, self._match = xml, strings, known_cell(prefix).match
        self._address = b'<%sc r="' % prefix
        self._formula = b"<%sf" % prefix
        self._addresses: dict[int, bytes] = {}
        self._indexes: dict[str, bytes] = {}
        self._element = b'<%sc r="%%b"%%b%%b><%sv>%%b</%sv></%sc>' % ((prefix,) * 4)

    def edit_row(
        self,
        number: int,
        start: int,
        close: int,
        wanted: dict[int, CellInput],
        edits: list[Edit],
        changed: dict[int, list[int]],
        merge: bool = True,
    ) -> list[int]:
        """Adds the edits of the row between `start` and `close`; the columns that must go the general way come back.

        A cell that gets an edit has changed its value: what holds the value already gets none. Without `merge` each
        cell has an edit of its own, for others may lie between.
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
        edits += self._merged(found_edits) if merge and not left and len(found_edits) > 1 else found_edits
        return left

    def edit_alike(
        self,
        number: int,
        found: re.Match[bytes],
        columns: dict[int, ColumnGroups],
        wanted: dict[int, CellInput],
        edits: list[Edit],
        changed: dict[int, list[int]],
    ) -> dict[int, CellInput]:
        """As `edit_row`, for a row that was matched as a whole (see `alike`); the cells that must go another way come
        back."""
        found_edits: list[Edit] = []
        left: dict[int, CellInput] = {}
        for column, cell in wanted.items():
            place = columns.get(column)
            content = self._content(found, place, cell) if place is not None else False
            if content is False or place is None:
                left[column] = cell
            elif content is not True:
                found_edits.append((*found.span(place.value), content))
                try:
                    changed[column].append(number)
                except KeyError:
                    changed[column] = [number]
        edits += found_edits if left or len(found_edits) < 2 else self._merged(found_edits)
        return left

    def _content(self, found: re.Match[bytes], place: ColumnGroups, wanted: CellInput) -> bytes | bool:
        """What is to stand in the `v` of a cell of such a row, whose type stays; True and False as in `_cell`."""
        group, value, written = place
        raw, given = found[value], type(wanted)
        kind, formula = found.group(group, group + 1) if group < value else (_KINDS[written], None)
        if raw is None:
            return formula is None and kind is None and (wanted is None or wanted == "")  # the cell is blank or missing
        if formula is not None:
            if given in _CALCULATED and _TYPES.get(kind) == (b' t="str"' if type(wanted.value) is str else b""):  # type: ignore[union-attr]
                return self._cached(wanted, kind, formula, raw)  # type: ignore[arg-type]
        elif given is str:
            return kind == b"s" and self._string(wanted, raw)  # type: ignore[arg-type]
        elif given is float or given is int:
            return (kind is None or kind == b"n") and self._number(wanted, raw)  # type: ignore[arg-type]
        return False

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
        """The edit: of the value alone where the type stays, else of the element. True if the cell holds the value
        already, False if the general way must be gone."""
        kind, tag, formula, raw = found.group(3, 4, 6, 7)
        given = type(wanted)
        content: bytes | bool = False
        if tag is not None:
            if given in _CALCULATED:
                content = self._cached(wanted, kind, formula or b"", raw)  # type: ignore[arg-type]
                given = type(wanted.value)  # type: ignore[union-attr]
        elif given is str:
            content = kind != b"str" and self._string(wanted, raw if kind == b"s" else None)  # type: ignore[arg-type]
        elif given is float or given is int:
            content = self._number(wanted, raw if kind in _NUMBERS else None)  # type: ignore[arg-type]
        if isinstance(content, bool):
            return content
        becomes = b"" if given is not str else b' t="str"' if tag is not None else b' t="s"'
        if raw is not None and becomes == _TYPES.get(kind):
            return *found.span(7), content
        if tag is not None:
            return False  # what stands on both sides of its `f` element changes
        if self._strings is not None:
            self._strings.references += (given is str) - (kind == b"s")
        return *found.span(), self._element % (found[1], found[2], becomes, content)

    # The content of `v`; True if it stands there already, False if the general way must be gone. `raw` is what stands
    # there, None if it is of another type.

    def _cached(self, wanted: Cached | Formula, kind: bytes | None, formula: bytes, raw: bytes | None) -> bytes | bool:
        if type(wanted) is Formula and text(formula) != wanted.text:
            return False
        value = wanted.value
        if type(value) is str:
            return self._result(value, raw if kind == b"str" else None)
        if type(value) is float or type(value) is int:
            return self._number(value, raw if kind in _NUMBERS else None)
        return False

    def _result(self, value: str, raw: bytes | None) -> bytes | bool:
        if not value or len(value) > MAX_TEXT // 2:
            return False
        value = clean(value)
        escaped = escape(value)
        return True if raw is not None and (raw == escaped or xstring(raw) == value) else escaped

    def _string(self, value: str, raw: bytes | None) -> bytes | bool:
        strings = self._strings
        if not value or len(value) > MAX_TEXT // 2 or strings is None or not strings.grows:
            return False
        if not value.isascii():
            value = clean(value)
        if raw:
            if not raw.isdigit():
                return False
            index = int(raw)
            if index < len(strings.texts) and strings.texts[index] == value:
                return True
        written = self._indexes.get(value)
        if written is None:
            written = self._indexes[value] = b"%d" % strings.index(value)
        return written

    def _number(self, value: int | float, raw: bytes | None) -> bytes | bool:
        if isinstance(value, int):
            if abs(value) >= 10**15:
                return False
            written = b"%d" % value
        elif value - value != 0.0:
            return False
        else:
            written = b"%d" % value if value.is_integer() and abs(value) < 1e15 else repr(value).encode()
        if raw:
            if raw == written:
                return True
            try:
                if abs(float(raw) - value) <= SAME_NUMBER * abs(value):
                    return True
            except ValueError:
                return False
        return written
