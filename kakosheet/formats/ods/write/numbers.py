"""Number formats: the codes that the house uses as data styles of ODF (1.3 part 3, 16.29), and values as they are
shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from kakosheet.core.raw import Scalar
from kakosheet.formats.ods.write.xml import escape
from kakosheet.formats.palette import DAY, MOMENT

_PART = re.compile(
    r'(?P<literal>"[^"]*"|\\.|_.)|(?P<text>@)|(?P<date>yyyy|yy|mm|m|dd|d|hh|h|ss)|(?P<number>[#0][#0,.]*)|(?P<other>.)'
)
_DATES = {
    "yyyy": '<number:year number:style="long"/>',
    "yy": "<number:year/>",
    "mm": '<number:month number:style="long"/>',
    "m": "<number:month/>",
    "dd": '<number:day number:style="long"/>',
    "d": "<number:day/>",
    "hh": '<number:hours number:style="long"/>',
    "h": "<number:hours/>",
    "MM": '<number:minutes number:style="long"/>',
    "ss": '<number:seconds number:style="long"/>',
}
_SHOWN = {
    "yyyy": "%Y",
    "yy": "%y",
    "mm": "%m",
    "m": "%m",
    "dd": "%d",
    "d": "%d",
    "hh": "%H",
    "h": "%H",
    "MM": "%M",
    "ss": "%S",
}


class FormatPart(NamedTuple):
    """A piece of a format: kind "literal", "text", "date" or "number"."""

    kind: str
    text: str


class FormatSection(NamedTuple):
    """One section of a format code. `kind` is "number", "percentage", "date" or "text"."""

    kind: str
    parts: tuple[FormatPart, ...]


@lru_cache(maxsize=256)
def parse(code: str) -> FormatSection:
    """The section for what is not negative. Those for negative numbers only set the minus before it, as programs do by
    themselves.

    ValueError for a code that says more.
    """
    sections = code.split(";")
    if any(section not in ("", f"-{sections[0]}") for section in sections[1:]):
        raise ValueError(f"number format {code}")
    parts = tuple(_parts(sections[0]))
    kinds = {part.kind for part in parts}
    if "date" in kinds:
        return FormatSection("date", parts)
    if "number" in kinds:
        return FormatSection("percentage" if FormatPart("literal", "%") in parts else "number", parts)
    return FormatSection("text", parts)


def _parts(section: str) -> Iterator[FormatPart]:
    hours = False
    for match in _PART.finditer(section):
        kind, text = match.lastgroup or "", match[0]
        if kind == "date":
            yield FormatPart("date", "MM" if text == "mm" and hours else text)
            hours = text in ("h", "hh")
        elif kind == "literal":
            yield FormatPart("literal", text.strip('"') if text[0] == '"' else " " if text[0] == "_" else text[1:])
        else:
            yield FormatPart("literal" if kind == "other" else kind, text)


def data_style(name: str, code: str) -> str:
    """The data style element of a format code; "" stands for numbers as they come."""
    if not code:
        return f'<number:number-style style:name="{name}"><number:number number:min-integer-digits="1"/></number:number-style>'
    if not code.strip(";"):
        return _hiding(name)
    if code[0] == "[":
        return _conditional(name, code)
    kind, parts = parse(code)
    inside = "".join(_element(part) for part in _joined(parts))
    return f'<number:{kind}-style style:name="{name}">{inside}</number:{kind}-style>'


def _conditional(name: str, code: str) -> str:
    """A format with tests: the first that a number meets; "General" stands for numbers as they come, '""' for
    nothing."""
    *tested, other = code.split(";")
    parts, maps = "", ""
    for at, section in enumerate(tested):
        test, _, shown_as = section[1:].partition("]")
        parts += _section(f"{name}P{at}", shown_as).replace(">", ' style:volatile="true">', 1)
        maps += f'<style:map style:condition="value(){escape(test)}" style:apply-style-name="{name}P{at}"/>'
    rest = _section(name, other)
    return parts + rest.replace("</number:number-style>", maps + "</number:number-style>")


def _section(name: str, code: str) -> str:
    if code == '""':
        return f'<number:number-style style:name="{name}"><number:text/></number:number-style>'
    return data_style(name, "" if code == "General" else code)


def _joined(parts: tuple[FormatPart, ...]) -> Iterator[FormatPart]:
    """Texts side by side as one: a style has no room for two (ODF 1.3 part 3, 16.29)."""
    for kind, alike in groupby(parts, lambda part: part.kind):
        if kind == "literal":
            yield FormatPart(kind, "".join(part.text for part in alike))
        else:
            yield from alike


def _hiding(name: str) -> str:
    """A format that shows nothing: empty for each sign, and for text. A style without content would be taken for the
    general one."""
    signs = {f"{name}P{i}": f"value(){test}0" for i, test in enumerate(("&gt;", "&lt;", "="))}
    empty = 'style:volatile="true"><number:text/></number:number-style>'
    parts = "".join(f'<number:number-style style:name="{sign}" {empty}' for sign in signs)
    maps = "".join(
        f'<style:map style:condition="{test}" style:apply-style-name="{sign}"/>' for sign, test in signs.items()
    )
    return f'{parts}<number:text-style style:name="{name}"><number:text/>{maps}</number:text-style>'


def _element(part: FormatPart) -> str:
    if part.kind == "literal":
        return f"<number:text>{escape(part.text)}</number:text>"
    if part.kind == "text":
        return "<number:text-content/>"
    if part.kind == "date":
        return _DATES[part.text]
    whole, _, decimals = part.text.partition(".")
    grouping = ' number:grouping="true"' if "," in whole else ""
    return (
        f'<number:number number:decimal-places="{len(decimals)}" number:min-decimal-places="{decimals.count("0")}"'
        f' number:min-integer-digits="{whole.count("0")}"{grouping}/>'
    )


@lru_cache(maxsize=256)
def shown(code: str) -> Callable[[Scalar], str]:
    """How a number or date is shown in a format, for readers that do not format by themselves. Blanks at the end are
    left out."""
    form = parse(code) if code else FormatSection("text", ())
    if form.kind == "date":
        if code == DAY:
            return lambda value: value.isoformat()[:10] if isinstance(value, date) else _plain(value)
        pattern = "".join(
            _SHOWN[part.text] if part.kind == "date" else part.text.replace("%", "%%") for part in form.parts
        )
        if code == MOMENT:
            return lambda value: (
                value.isoformat(" ", "minutes") if isinstance(value, datetime) else _year(value, pattern)
            )
        return lambda value: _year(value, pattern)
    number = next((part.text for part in form.parts if part.kind == "number"), None)
    if number is None:
        return _plain
    whole, _, decimals = number.partition(".")
    template = f"{{:{',' if ',' in whole else ''}.{len(decimals)}f}}"
    factor, end = (100, "%") if form.kind == "percentage" else (1, "")
    optional = decimals.count("#")
    return lambda value: (
        _rounded(template, value, factor, optional) + end if isinstance(value, int | float) else _plain(value)
    )


def _rounded(template: str, value: float, factor: int, optional: int) -> str:
    text = template.format(value * factor)
    return text.rstrip("0").rstrip(".") if optional else text


def _plain(value: Scalar) -> str:
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    return "" if value is None else str(value)


def _year(value: Scalar, pattern: str) -> str:
    """strftime leaves years before 1000 without their zeros."""
    if not isinstance(value, date):
        return _plain(value)
    return value.strftime(pattern.replace("%Y", f"{value.year:04}"))
