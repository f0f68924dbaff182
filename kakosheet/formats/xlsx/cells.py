"""One cell: what stands in it, whether that is what is wanted, and the element to write."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from xml.parsers import expat

from kakosheet.core.issues import KakosheetError
from kakosheet.core.patch import Cached, CellInput, Formula
from kakosheet.core.raw import ErrorValue, Scalar
from kakosheet.formats.formula import same
from kakosheet.formats.values import MAX_TEXT as MAX_TEXT
from kakosheet.formats.values import SAME_NUMBER as SAME_NUMBER
from kakosheet.formats.values import equal as equal
from kakosheet.formats.xlsx.loose import LooseCell, parse_row
from kakosheet.formats.xlsx.markup import TAG_END, escape, keeps_space, plain_escape, raw_attributes, text
from kakosheet.formats.xlsx.scanner import has_cache, loose_value
from kakosheet.formats.xlsx.strings import StringTable

_WRAPPER = b'<row r="1">'
_PEEKS = (1 << 11, 1 << 16, 1 << 62)
_EPOCH_1900, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
_LEAP_BUG = 61  # serial 60 is the 29 February 1900 that never was: days before it count one less


class CellSource(NamedTuple):
    """A cell as it stands. `keep` are the raw attributes that survive a new value, `formula_tag` the whole `f` element,
    `tail` its extension list. `shared` is the group of a shared formula whose text stands elsewhere, None otherwise."""

    start: int
    end: int
    address: bytes
    keep: bytes
    metadata: bytes
    type: str
    formula_tag: bytes
    formula: str | None
    shared: str | None
    value: Scalar
    cached: bool
    tail: bytes


@lru_cache(maxsize=64)
def known_cell(prefix: bytes) -> re.Pattern[bytes]:
    """Cells written in the common way.

    Groups: address, style attribute, type, `f` element, its shared group, formula (None if it stands elsewhere), value.
    """
    p = re.escape(prefix)
    return re.compile(
        rb'<%sc r="([A-Z]+\d+)"((?: s="\d+")?)(?: t="(s|str|b|e|n)")?'
        rb'(?: ?/>| ?>(<%sf(?: aca="false"| t="shared"(?: ref="[^"]*")? si="(\d+)")?(?:/>|>([^<]*)</%sf>))?'
        rb"(?:<%sv>([^<]*)</%sv>|<%sv ?/>)?</%sc>)" % ((p,) * 7)
    )


@lru_cache(maxsize=64)
def _elements(prefix: bytes) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """The `f` element and the extension list of a cell."""
    p = re.escape(prefix)
    return (
        re.compile(rb"<%sf(?=[\s/>])[^<>]*?(?:/>|>.*?</%sf\s*>)" % (p, p), re.DOTALL),
        re.compile(rb"<%sextLst(?=[\s/>]).*</%sextLst\s*>" % (p, p), re.DOTALL),
    )


def read_existing(xml: bytes, start: int, end: int, prefix: bytes, strings: StringTable | None) -> CellSource:
    """The cell that starts at `start`; `end` bounds the search."""
    match = known_cell(prefix).match(xml, start, end)
    if match is not None:
        found = _from_match(match, strings)
        if found is not None:
            return found
    return _read_loose(xml, start, end, prefix, strings)


def _from_match(match: re.Match[bytes], strings: StringTable | None) -> CellSource | None:
    address, keep, kind, tag, group, formula, raw = match.groups()
    name = kind.decode() if kind else "n"
    value: Scalar = None
    cached = raw is not None and (raw != b"" or name == "str")
    if cached:
        loose = LooseCell(0, 0, 0, name, None if tag is None else "", {}, text(raw), None, False)
        value = loose_value(loose, strings.texts if strings else [])
    return CellSource(
        match.start(),
        match.end(),
        address,
        keep,
        b"",
        name,
        tag or b"",
        None if tag is None else text(formula or b""),
        group.decode() if group and not formula else None,
        value,
        cached,
        b"",
    )


def _read_loose(xml: bytes, start: int, end: int, prefix: bytes, strings: StringTable | None) -> CellSource:
    fragment = xml[start : _cell_end(xml, start, end)]
    cell = parse_row(_WRAPPER + fragment + b"</row>").cells[0]
    given = raw_attributes(fragment[: fragment.index(b">") + 1])
    keep = b"".join(b' %s="%s"' % (name, value) for name, value in given if name not in (b"r", b"t", b"cm", b"vm"))
    metadata = b"".join(b' cm="%s"' % value for name, value in given if name == b"cm")
    formula_pattern, tail_pattern = _elements(prefix)
    tag = formula_pattern.search(fragment) if cell.formula is not None else None
    tail = tail_pattern.search(fragment)
    shared = cell.formula_attributes.get("si") if cell.formula_attributes.get("t") == "shared" else None
    return CellSource(
        start,
        start + len(fragment),
        dict(given).get(b"r", b""),
        keep,
        metadata,
        cell.type,
        tag[0] if tag else b"",
        cell.formula,
        shared if cell.formula == "" else None,
        loose_value(cell, strings.texts if strings else []),
        has_cache(cell),
        tail[0] if tail else b"",
    )


def _cell_end(xml: bytes, start: int, end: int) -> int:
    """Where the element that starts at `start` ends, whatever stands in it."""
    opened = TAG_END.match(xml, start + 1, end)
    if opened is not None and xml[opened.end() - 2] == 47:
        return opened.end()
    for size in _PEEKS:
        closing = _closing(xml[start : min(start + size, end)])
        tag = TAG_END.match(xml, start + closing + 1, end) if closing >= 0 else None
        if tag is not None:
            return tag.end()
    raise KakosheetError("K104", "a cell of a worksheet cannot be read")


def _closing(fragment: bytes) -> int:
    """Where the end tag of the fragment's first element starts; negative if it is not in the fragment."""
    parser = expat.ParserCreate()
    open_elements, closing = 0, -1

    def opened(_name: str, _attributes: dict[str, str]) -> None:
        nonlocal open_elements
        open_elements += 1

    def closed(_name: str) -> None:
        nonlocal open_elements, closing
        open_elements -= 1
        closing = parser.CurrentByteIndex if open_elements == 0 else closing

    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    with suppress(expat.ExpatError):  # of what follows the element, or of a fragment cut short
        parser.Parse(fragment, True)
    return closing


def serial(moment: date, date1904: bool) -> int | float | None:
    """The number that stands for a day or a moment (18.17.4.1); None before the epoch of the file."""
    full = moment if isinstance(moment, datetime) else datetime(moment.year, moment.month, moment.day)
    span: timedelta = full.replace(tzinfo=None) - (_EPOCH_1904 if date1904 else _EPOCH_1900)
    days = span.days
    if not date1904 and days < _LEAP_BUG:
        days -= 1
    if days < 0:
        return None
    rest = (span.seconds + span.microseconds / 1e6) / 86_400
    return days + rest if rest else days


class XlsxCellWriter:
    """Elements for the cells of one sheet: its namespace prefix, the shared strings and the epoch of the file.

    In cells whose style is not one of `date_styles` a date becomes ISO text; None lets every date be a number.
    """

    def __init__(
        self, prefix: bytes, strings: StringTable | None, date1904: bool, date_styles: frozenset[int] | None = None
    ) -> None:
        self._prefix, self._strings, self._date1904, self._date_styles = prefix, strings, date1904, date_styles

    def stored(self, value: Scalar, style: bytes | None = None) -> Scalar:
        """The value in the types that a cell holds: dates as serials, blank for an empty text."""
        if isinstance(value, date):
            number = serial(value, self._date1904)
            readable = style is None or self._date_styles is None or int(style or b"0") in self._date_styles
            return number if number is not None and readable else value.isoformat()
        if isinstance(value, str) and not isinstance(value, ErrorValue):
            return clean(value) if value else None
        return value

    def wanted(self, cell: CellInput, old: CellSource | None, style: bytes) -> tuple[Scalar, bytes, bool]:
        """(value, `f` element, whether the element is the one that stands there)."""
        kept = old.formula_tag if old is not None else b""
        if isinstance(cell, Cached):
            return self.stored(cell.value, style), kept, True
        if isinstance(cell, Formula):
            if old is not None and old.formula is not None and same(old.formula, cell.text):
                return self.stored(cell.value, style), kept, True
            return self.stored(cell.value, style), self._formula(cell.text), False
        return self.stored(cell, style), b"", not kept

    def _formula(self, formula: str) -> bytes:
        return b"<%sf>%s</%sf>" % (self._prefix, plain_escape(formula), self._prefix)

    def holds(self, old: CellSource, value: Scalar, formula_tag: bytes, kept: bool) -> bool:
        """Whether the cell holds this value already, its formula and all."""
        if not kept and not (isinstance(value, bool) and not formula_tag and _boolean_call(old)):
            return False
        if (formula_tag and not old.cached) or (
            old.type == "n" and isinstance(value, str)
        ):  # a text where a number should stand is none
            return False
        held = self.stored(old.value)
        if formula_tag and value is None:
            return held is None and old.type == "str"
        return equal(held, value)

    def element(self, address: bytes, attributes: bytes, formula_tag: bytes, value: Scalar, tail: bytes = b"") -> bytes:
        p = self._prefix
        kind, content = self._content(value, bool(formula_tag))
        body = formula_tag + content + tail
        head = b'<%sc r="%s"%s%s' % (p, address, attributes, kind) if address else b"<%sc%s%s" % (p, attributes, kind)
        return head + b">" + body + b"</%sc>" % p if body else head + b"/>"

    def _content(self, value: Scalar, is_formula: bool) -> tuple[bytes, bytes]:
        """(type attribute, `v` or `is` element)."""
        p = self._prefix
        if value is None:
            return (b' t="str"', b"<%sv></%sv>" % (p, p)) if is_formula else (b"", b"")
        if isinstance(value, bool):
            return b' t="b"', b"<%sv>%d</%sv>" % (p, value, p)
        if isinstance(value, int | float):
            return self._number(value)
        if isinstance(value, ErrorValue):
            return b' t="e"', b"<%sv>%s</%sv>" % (p, plain_escape(value), p)
        written = str(value)
        if len(written) > MAX_TEXT // 2 and len(written.encode("utf-16-le", "replace")) > 2 * MAX_TEXT:
            raise KakosheetError(
                "K310", f"a text of {len(written)} characters is longer than a cell can hold ({MAX_TEXT})"
            )
        if is_formula:
            return b' t="str"', b"<%sv>%s</%sv>" % (p, escape(written), p)
        if self._strings is not None and self._strings.grows:
            return b' t="s"', b"<%sv>%d</%sv>" % (p, self._strings.index(written), p)
        space = b' xml:space="preserve"' if keeps_space(written) else b""
        return b' t="inlineStr"', b"<%sis><%st%s>%s</%st></%sis>" % (p, p, space, escape(written), p, p)

    def _number(self, value: int | float) -> tuple[bytes, bytes]:
        p = self._prefix
        number = float(value) if isinstance(value, float) or abs(value) < 10**300 else float("inf")
        if number - number != 0.0:
            return b' t="e"', b"<%sv>#NUM!</%sv>" % (p, p)
        whole = number.is_integer() and abs(number) < 1e15
        return b"", b"<%sv>%s</%sv>" % (p, (str(int(value)) if whole else repr(number)).encode(), p)


def clean(value: str) -> str:
    """The text as it will read back: lone surrogates are no characters."""
    return value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _boolean_call(old: CellSource) -> bool:
    """LibreOffice saves a boolean as the formula TRUE() or FALSE()."""
    return (
        isinstance(old.value, bool)
        and old.formula is not None
        and old.formula.upper() in ("TRUE()", "FALSE()", "TRUE", "FALSE")
    )
