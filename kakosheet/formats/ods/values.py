"""What the attributes of a cell say: its type and value, its formula, what it stands for (ODF 1.3 part 3, 9.1.4 and
19.385)."""

from __future__ import annotations

import re
from datetime import date, datetime
from enum import IntEnum
from typing import NamedTuple

from kakosheet.core.raw import ErrorValue, Scalar
from kakosheet.formats.markup import attributes, text
from kakosheet.formats.ods.content import repeated
from kakosheet.formats.ods.dialect import Dialect
from kakosheet.formats.ods.openformula import to_ooxml

_DURATION = re.compile(
    r"(-?)P(?:(\d{1,9})Y)?(?:(\d{1,9})M)?(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d*)?)S)?)?"
)
_ERROR = re.compile(r"#(?:N/A|GETTING_DATA|[A-Z][A-Z0-9/_]*[!?])|Err:\d{3}")
_NUMBERS = frozenset({"float", "percentage", "currency"})
_CACHE = 20_000
# Stands for the formula's own row number while formulas are kept: digits, so that it reads like one, and so many that
# none is it.
_ROW = "7770777077"


class ValueSource(IntEnum):
    """Where a cell's value is found: nowhere or in a text if it has one, in its text, in its attributes; or its text is
    an error; or its attributes state a type, but nothing of it that can be read."""

    NOTHING = 0
    TEXT = 1
    ATTRIBUTE = 2
    ERROR = 3
    UNREADABLE = 4


class Given(NamedTuple):
    """What a start tag says. `formula` is the attribute as written; `matrix` how many rows and columns an array formula
    fills."""

    repeat: int
    source: ValueSource
    value: Scalar
    formula: str | None
    matrix: tuple[int, int] | None
    styled: bool


class Reader:
    """Reads start tags of cells; equal ones once."""

    def __init__(self, dialect: Dialect) -> None:
        o, t, c = (prefix.decode() for prefix in (dialect.office_attribute, dialect.table_attribute, dialect.calcext))
        self._type, self._value, self._text, self._boolean = (
            o + "value-type",
            o + "value",
            o + "string-value",
            o + "boolean-value",
        )
        self._date, self._time = o + "date-value", o + "time-value"
        self._formula, self._style, self._extended = t + "formula", t + "style-name", c + "value-type" if c else ""
        self._matrix = (t + "number-matrix-rows-spanned", t + "number-matrix-columns-spanned")
        self._common = _common(dialect)
        self._known: dict[bytes, Given] = {}
        self._formulas: dict[str, str] = {}

    def given(self, tag: bytes) -> Given:
        """`tag` holds the attributes of a cell."""
        known = self._known.get(tag)
        if known is None:
            if len(self._known) > _CACHE:
                self._known.clear()
            known = self._known[tag] = self._read(tag)
        return known

    def _read(self, tag: bytes) -> Given:
        common = self._common.fullmatch(tag)
        if common is not None:
            style, formula, kind, value = common.groups()
            said = text(value)
            read = moment(said) if kind == b"date" else said if kind == b"string" else number(said)
            if read is not None:
                return Given(
                    1, ValueSource.ATTRIBUTE, read, None if formula is None else text(formula), None, style is not None
                )
        given = attributes(tag)
        source, value = self._typed(given)
        matrix = None
        if self._matrix[0] in given or self._matrix[1] in given:
            matrix = _count(given.get(self._matrix[0])), _count(given.get(self._matrix[1]))
        return Given(repeated(tag), source, value, given.get(self._formula), matrix, self._style in given)

    def _typed(self, given: dict[str, str]) -> tuple[ValueSource, Scalar]:
        kind = given.get(self._type)
        if self._extended and given.get(self._extended) == "error":
            return ValueSource.ERROR, None
        if kind is None or kind == "void":
            return ValueSource.NOTHING, None
        if kind == "string":
            said = given.get(self._text)
            return (ValueSource.TEXT, None) if said is None else (ValueSource.ATTRIBUTE, said)
        value = self._attribute(kind, given)
        return (ValueSource.UNREADABLE, self._written(given)) if value is None else (ValueSource.ATTRIBUTE, value)

    def _written(self, given: dict[str, str]) -> str:
        """What stands where the value should; an error where nothing does."""
        places = (self._value, self._date, self._time, self._boolean)
        return next((given[place] for place in places if given.get(place)), ErrorValue("#VALUE!"))

    def _attribute(self, kind: str, given: dict[str, str]) -> Scalar:
        """None if the attribute of that type is missing or says nothing that can be read."""
        if kind in _NUMBERS:
            return number(given.get(self._value, ""))
        if kind == "date":
            return moment(given.get(self._date, ""))
        if kind == "time":
            return days(given.get(self._time, ""))
        if kind == "boolean":
            word = given.get(self._boolean, "").strip()
            return word == "true" if word in ("true", "false") else None
        return None

    def formula(self, written: str, row: int) -> str:
        """The formula of a cell in that row in the OOXML grammar, without "="."""
        own = str(row)
        pattern = written.replace(own, _ROW)
        known = self._formulas.get(pattern)
        if known is None:
            if len(self._formulas) > _CACHE:
                self._formulas.clear()
            known = self._formulas[pattern] = formula_text(pattern)
        return known.replace(_ROW, own)


def _common(dialect: Dialect) -> re.Pattern[bytes]:
    """Attributes as LibreOffice orders them, of cells whose value they hold: a shorter way to what is read from any
    others."""
    o, t, c = (
        re.escape(prefix) for prefix in (dialect.office_attribute, dialect.table_attribute, dialect.calcext or b"\0")
    )
    kinds = rb"float|percentage|date|string"
    return re.compile(
        rb'( %sstyle-name="[^"]*")?(?: %scontent-validation-name="[^"]*")?(?: %sformula="([^"]*)")? %svalue-type="(%s)"'
        rb' %s(?:value|date-value|string-value)="([^"]*)"(?: %svalue-type="(?:%s)")?' % (t, t, t, o, kinds, o, c, kinds)
    )


def formula_text(written: str) -> str:
    """A formula attribute or expression, in the OOXML grammar and without "=" (19.642: a prefix names the grammar)."""
    prefix, mark, formula = written.partition("=")
    prefix = prefix.strip()
    if not mark or (prefix and not (prefix.endswith(":") and prefix[:-1].isalnum())):
        return to_ooxml(written)
    return formula if prefix == "msoxl:" else to_ooxml(formula)


def number(written: str) -> int | float | None:
    """Digits alone are an int."""
    written = written.strip()
    if not written.isascii():
        return None
    try:
        if written.isdecimal() and len(written) < 309:  # a double holds no more
            return int(written)
        value = float(written)
    except ValueError:
        return None
    return None if value - value != 0.0 or "_" in written else value


def moment(written: str) -> date | datetime | None:
    """An ISO day or moment; a zone is left out, since cells have none."""
    try:
        if "T" in written:
            return datetime.fromisoformat(written.strip()).replace(tzinfo=None)
        return date.fromisoformat(written.strip())
    except ValueError:
        return None


def days(written: str) -> int | float | None:
    """An ISO duration as a number of days, the way a spreadsheet counts times of day."""
    match = _DURATION.fullmatch(written.strip())
    if match is None:
        return None
    sign, years, months, whole, hours, minutes, seconds = match.groups()
    total = (
        int(years or 0) * 365
        + int(months or 0) * 30
        + int(whole or 0)
        + int(hours or 0) / 24
        + int(minutes or 0) / 1440
    )
    total += float(seconds or 0) / 86_400
    return -total if sign else total


def is_error(value: str) -> bool:
    """Whether a text is how programs show an error; older ones say so in no other way."""
    return value[:1] in ("#", "E") and _ERROR.fullmatch(value) is not None


def valued(given: Given, said: str | None) -> tuple[Scalar, bool]:
    """(value, whether the file holds one) of a cell with that text.

    LibreOffice writes a formula that gives "" with a blank paragraph and no type; one that was never computed has no
    paragraph.
    """
    if given.source is ValueSource.ATTRIBUTE:
        if given.formula is not None and said is not None and given.value in ("", 0) and is_error(said):
            return ErrorValue(said), True
        return given.value, True
    if given.source is ValueSource.ERROR:
        return (ErrorValue(said), True) if said else (None, False)
    if given.source is ValueSource.UNREADABLE and given.formula is None and not said:
        return given.value, True
    if said is None:
        return ("", True) if given.source is ValueSource.TEXT and given.formula is None else (None, False)
    if given.formula is not None and is_error(said):
        return ErrorValue(said), True
    return said, True


def _count(written: str | None) -> int:
    return int(written) if written is not None and written.isdecimal() and 0 < len(written) < 8 else 1
