"""One cell of a sheet: what stands in it, whether that is what is wanted, and the element to write."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import NamedTuple

from kakosheet.core.issues import KakosheetError
from kakosheet.core.patch import Cached, CellInput, Formula
from kakosheet.core.raw import ErrorValue, Scalar
from kakosheet.formats.formula import same
from kakosheet.formats.markup import quoted
from kakosheet.formats.ods.content import Content, RowRun, cell_starts, is_even, repeated
from kakosheet.formats.ods.dialect import ATTRIBUTES
from kakosheet.formats.ods.openformula import from_ooxml
from kakosheet.formats.ods.paragraphs import Allowance, cell_text, children, clean, paragraphs, plain_text
from kakosheet.formats.ods.values import Given, Reader, valued
from kakosheet.formats.values import MAX_TEXT, equal

_ATTRIBUTE = re.compile(rb"\s+([^\s=]+)\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_START_TAG = re.compile(b"<" + ATTRIBUTES + b">")
_ID = re.compile(rb"\s+xml:id\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_REPEATS = (b":number-columns-repeated", b":number-rows-repeated")
_REPEAT = re.compile(rb"(\s+[^\s=:]+:number-(?:columns|rows)-repeated\s*=\s*[\"'])\s*\d*\s*([\"'])")
_VALUES = (b"value-type", b"value", b"date-value", b"time-value", b"boolean-value", b"string-value", b"currency")
_BEFORE_TEXT = frozenset({b"annotation", b"cell-range-source", b"detective"})
_LARGEST = sys.float_info.max
_BOOLEAN_CALLS = ("TRUE()", "FALSE()")
_EPOCH_1900, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)


class CellSpan(NamedTuple):
    """A cell element for `repeat` columns from `column` on; `tag` its attributes, `inner` its content as written."""

    column: int
    repeat: int
    start: int
    end: int
    name: bytes
    tag: bytes
    simple: bytes | None
    inner: bytes

    @property
    def covered(self) -> bool:
        return self.name.endswith(b"covered-table-cell")


class CellContent(NamedTuple):
    """What a cell says; `formula` is in the OOXML grammar."""

    given: Given
    formula: str | None
    value: Scalar
    cached: bool


def cell_spans(content: Content, span: RowRun, wanted: Iterable[int] | None = None) -> Iterator[CellSpan]:
    """The cells of a row; with `wanted`, only those that stand in these columns."""
    if wanted is not None and is_even(content, span):
        yield from _counted(content, span, sorted(wanted))
        return
    starts, columns = cell_starts(content, span)
    if wanted is None:
        for index, start in enumerate(starts):
            yield cell_at(content, start, columns[index] if columns else index + 1)
        return
    done = -1
    for column in sorted(wanted):
        index = bisect_right(columns, column) - 1 if columns else column - 1
        if done < index < len(starts):
            cell = cell_at(content, starts[index], columns[index] if columns else column)
            if column < cell.column + cell.repeat:
                done = index
                yield cell


def _counted(content: Content, span: RowRun, wanted: list[int]) -> Iterator[CellSpan]:
    position, at, find = span.open_end - 1, 0, content.clear.find
    cell = b"<" + content.dialect.table + b"table-cell"
    for column in wanted:
        while at < column:
            position = find(cell, position + 1, span.close)
            if position < 0:
                return
            at += 1
        yield cell_at(content, position, column)


def cell_at(content: Content, start: int, column: int) -> CellSpan:
    """The cell that starts there. Raises K104."""
    match = content.dialect.cell.match(content.clear, start)
    if match is None or (match[3] and content.dialect.cell_start.search(match[3])):
        raise KakosheetError("K104", "a cell of a worksheet cannot be read")
    tag, simple, rich = match.groups()
    table = content.dialect.table
    name = table + (
        b"covered-table-cell" if content.clear.startswith(b"covered", start + 1 + len(table)) else b"table-cell"
    )
    if tag[-1:] == b"/":
        return CellSpan(column, repeated(tag), start, match.end(), name, tag[:-1], None, b"")
    inner = (
        content.xml[match.end(1) + 1 : content.xml.rindex(b"</", match.end(1), match.end())] if simple or rich else b""
    )
    return CellSpan(column, repeated(tag), start, match.end(), name, tag, None if content.odd else simple, inner)


class OdsCellWriter:
    """Reads and writes the cells of one file."""

    def __init__(self, content: Content, date1904: bool) -> None:
        self._content, self.dialect = content, content.dialect
        self.reader = Reader(content.dialect)
        self._allowance = Allowance()
        self._epoch = _EPOCH_1904 if date1904 else _EPOCH_1900
        o, t, c = self.dialect.office_attribute, self.dialect.table_attribute, self.dialect.calcext
        values = {o + name for name in _VALUES}
        self._values = frozenset(values | {c + b"value-type"})
        self._formula = self._values | {
            t + b"formula",
            t + b"number-matrix-rows-spanned",
            t + b"number-matrix-columns-spanned",
        }
        self._currency = re.compile(rb"\s%scurrency\s*=\s*[\"']([^\"']*)" % re.escape(o))
        self._types = (o + b"value-type", c + b"value-type" if self.dialect.extends else b"")

    def existing(self, cell: CellSpan, row: int) -> CellContent:
        given = self.reader.given(cell.tag)
        text = None
        if cell.inner:
            text = plain_text(cell.simple) if cell.simple else cell_text(cell.inner, self.dialect, self._allowance)
        value, cached = valued(given, text)
        return CellContent(
            given, None if given.formula is None else self.reader.formula(given.formula, row), value, cached
        )

    def stored(self, value: Scalar, is_formula: bool = False) -> Scalar:
        """The value in the types that a cell holds: None for an empty text, numbers that are none as an error."""
        if isinstance(value, ErrorValue):
            return value if is_formula or self.dialect.extends else str(value)
        if isinstance(value, str):
            return clean(value) if value else None
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value if abs(value) <= _LARGEST else self.stored(ErrorValue("#NUM!"), is_formula)
        return value.replace(tzinfo=None) if isinstance(value, datetime) else value

    def wanted(self, cell: CellInput, old: CellContent | None) -> tuple[Scalar, str | None, bool]:
        """(value, formula in the OOXML grammar, whether the formula is the one that stands there)."""
        formula = old.formula if old is not None else None
        if isinstance(cell, Cached):
            return self.stored(cell.value, formula is not None), formula, True
        if isinstance(cell, Formula):
            kept = formula is not None and same(formula, cell.text)
            return self.stored(cell.value, True), formula if kept else cell.text, kept
        return self.stored(cell), None, formula is None

    def holds(self, old: CellContent, value: Scalar, formula: str | None, kept: bool) -> bool:
        """Whether the cell holds this value already, its formula and all."""
        if not kept:  # a boolean that came from .xlsx may be a call
            return (
                formula is None
                and isinstance(value, bool)
                and old.value is value
                and (old.formula or "").upper() in _BOOLEAN_CALLS
            )
        if formula is not None and not old.cached:
            return False
        return self.equal(old.value, value, formula is not None)

    def equal(self, held: Scalar, value: Scalar, is_formula: bool) -> bool:
        """A day is its midnight; the result of a formula may be a day's number, as the file counts."""
        held = None if held == "" else held
        if isinstance(held, date) and isinstance(value, date):
            return _instant(held) == _instant(value)
        if is_formula and isinstance(value, date) and isinstance(held, int | float) and not isinstance(held, bool):
            span = _instant(value) - self._epoch
            return equal(held, span.days + (span.seconds + span.microseconds / 1e6) / 86_400)
        return equal(held, value)

    def element(self, cell: CellSpan, value: Scalar, formula: str | None, kept: bool, more: bytes = b"") -> bytes:
        """The cell with another value, for one column; `more` are attributes that it gets besides."""
        head = self._without(cell.tag, self._values if kept and formula is not None else self._formula) + more
        if formula is not None and not kept:
            head += b' %sformula="of:=%s"' % (self.dialect.table_attribute, quoted(from_ooxml(formula)))
        attributes, shown = self._typed(value, formula is not None, cell.tag)
        inner = self._content_with(cell, b"" if shown is None else paragraphs(shown, self.dialect))
        return self._whole(cell.name, head + attributes, inner)

    def stripped(self, cell: CellSpan) -> bytes:
        """The formula cell without its cached value, for one column."""
        return self._whole(cell.name, self._without(cell.tag, self._values), self._content_with(cell, b""))

    def _without(self, tag: bytes, names: frozenset[bytes]) -> bytes:
        """The tag of one cell without these attributes, and without what `content.repeated` takes for a repeat."""
        return _ATTRIBUTE.sub(
            lambda match: b"" if match[1] in names or match[1].endswith(_REPEATS) else match[0], tag
        ).rstrip()

    def blank(self, attributes: bytes) -> bytes:
        return b"<%stable-cell%s/>" % (self.dialect.table, attributes)

    def _whole(self, name: bytes, head: bytes, inner: bytes) -> bytes:
        return b"<%s%s>%s</%s>" % (name, head, inner, name) if inner else b"<%s%s/>" % (name, head)

    def _typed(self, value: Scalar, is_formula: bool, tag: bytes) -> tuple[bytes, str | None]:
        """(attributes, the text that shows the value)."""
        if value is None:
            return (self._type(b"string", b"string-value", b""), None) if is_formula else (b"", None)
        if isinstance(value, bool):
            word = "true" if value else "false"
            return self._type(b"boolean", b"boolean-value", word.encode()), word.upper()
        if isinstance(value, int | float):
            return self._number(value, tag)
        if isinstance(value, date):
            written = value.isoformat()
            return self._type(b"date", b"date-value", written.encode()), written.replace("T", " ")
        if isinstance(value, ErrorValue):
            return self._type(b"string", b"string-value", b"", extended=b"error"), str(value)
        if len(value) > MAX_TEXT // 2 and len(value.encode("utf-16-le", "replace")) > 2 * MAX_TEXT:
            raise KakosheetError(
                "K310", f"a text of {len(value)} characters is longer than a cell can hold ({MAX_TEXT})"
            )
        return (self._type(b"string", b"string-value", quoted(value)) if is_formula else self._type(b"string")), value

    def _number(self, value: int | float, tag: bytes) -> tuple[bytes, str]:
        """A number stays a percentage or an amount of money where it was one."""
        whole = float(value).is_integer() and abs(value) < 1e15
        written = str(int(value)) if whole else repr(float(value))
        if b'"percentage"' in tag:
            return self._type(b"percentage", b"value", written.encode()), f"{value * 100:.15g}%"
        currency = self._currency.search(tag) if b'"currency"' in tag else None
        if currency is not None:
            code = b' %scurrency="%s"' % (self.dialect.office_attribute, currency[1])
            return code + self._type(b"currency", b"value", written.encode()), written
        return self._type(b"float", b"value", written.encode()), written

    def _type(self, kind: bytes, name: bytes = b"", value: bytes = b"", extended: bytes = b"") -> bytes:
        own, extension = self._types
        written = b' %s="%s"' % (own, kind)
        if name:
            written += b' %s%s="%s"' % (self.dialect.office_attribute, name, value)
        return written + b' %s="%s"' % (extension, extended or kind) if extension else written

    def _content_with(self, cell: CellSpan, text: bytes) -> bytes:
        """The cell's content with this text instead of its own; comments and drawings stay."""
        inner = cell.inner
        if not inner or cell.simple:
            return text
        pieces, position, place, texts = [], 0, 0, self._texts()
        found = False
        for child in children(inner):
            if child.name in texts:
                pieces.append(inner[position : child.start])
                if not found:
                    pieces.append(text)
                position, found = child.end, True
            elif not found and child.name.rpartition(b":")[2] in _BEFORE_TEXT:
                place = child.end
        pieces.append(inner[position:])
        kept = b"".join(pieces) if found else inner[:place] + text + inner[place:]
        return kept if kept.strip() else b""

    def _texts(self) -> tuple[bytes, ...]:
        return tuple(self.dialect.text + name for name in (b"p", b"h", b"list"))


def _instant(day: date) -> datetime:
    return day if isinstance(day, datetime) else datetime.combine(day, time())


def with_repeat(element: bytes, attribute: bytes, count: int) -> bytes:
    """An element whose start tag comes first, standing for so many rows or columns."""
    end = _tag_length(element)
    tag = element[:end]
    match = _REPEAT.search(tag)
    if match is not None:
        tag = (
            tag[: match.start()] + (b"%s%d%s" % (match[1], count, match[2]) if count > 1 else b"") + tag[match.end() :]
        )
    elif count > 1:
        at = len(tag) - (2 if tag.endswith(b"/>") else 1)
        tag = tag[:at].rstrip() + b' %s="%d"' % (attribute, count) + tag[at:]
    return tag + element[end:]


def _tag_length(element: bytes) -> int:
    match = _START_TAG.match(element)
    return match.end() if match else len(element)


def without_ids(element: bytes) -> bytes:
    """A copy of an element must not carry its id."""
    return _ID.sub(b"", element) if b"xml:id" in element else element
