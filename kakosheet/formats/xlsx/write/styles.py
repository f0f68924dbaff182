"""Style roles as XlsxWriter formats: one format object per style, however many cells wear it."""

from __future__ import annotations

from typing import Any

from kakosheet.formats.palette import FONT, SIZE, Rule, Style, Tone

_WEIGHTS = {"thin": 1, "medium": 2, "thick": 5, "hair": 1}
"""Border styles of XlsxWriter. A hairline is a thin line in a pale colour: true hairlines are dotted in print."""


class XlsxStyles:
    """The formats of one workbook, made on demand."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._made: dict[object, Any] = {}
        self._last: tuple[Style | None, Any] = (None, None)

    def cell(self, style: Style) -> Any:
        """The format of a cell or a column. Neighbours share one style, and to hash it costs more than to write a
        cell."""
        if style is not self._last[0]:
            if style not in self._made:
                self._made[style] = self._workbook.add_format(_properties(style))
            self._last = (style, self._made[style])
        return self._last[1]

    def tone(self, tone: Tone, numbers: str = "", *, underlined: bool = False) -> Any:
        """The whole style of a conditional rule: fill, font, and the number format if it differs."""
        return self.differential(tone.fill, tone.colour, bold=tone.bold, numbers=numbers, underlined=underlined)

    def differential(
        self,
        fill: str | None = None,
        colour: str | None = None,
        *,
        bold: bool = False,
        numbers: str = "",
        underlined: bool = False,
        line: Rule | None = None,
    ) -> Any:
        """A conditional rule's style; what is not named stays the cell's own."""
        key = (fill, colour, bold, numbers, underlined, line)
        if key not in self._made:
            named: dict[str, Any] = {"bg_color": "#" + fill} if fill else {}
            named |= {"font_color": "#" + colour} if colour else {}
            named |= {"bold": True} if bold else {}
            named |= {"num_format": numbers} if numbers else {}
            named |= {"underline": 1} if underlined else {}
            named |= {"bottom": 1, "bottom_color": "#" + line[1]} if line else {}
            self._made[key] = self._workbook.add_format(named)
        return self._made[key]


def _properties(style: Style) -> dict[str, Any]:
    found: dict[str, Any] = {
        "font_name": FONT,
        "font_size": style.size,
        "font_color": "#" + style.colour,
        "align": style.align,
        "valign": "vcenter" if style.middle else "top",
    }
    if style.size == SIZE:
        del found["font_size"]
    if style.fill:
        found |= {"pattern": 1, "bg_color": "#" + style.fill}
    for name, given in (
        ("bold", style.bold),
        ("italic", style.italic),
        ("text_wrap", style.wrap),
        ("shrink", style.shrink),
    ):
        if given:
            found[name] = True
    if style.underline:
        found["underline"] = 1
    if style.indent:
        found["indent"] = style.indent
    if style.numbers:
        found["num_format"] = style.numbers
    for side, rule in (("top", style.top), ("bottom", style.bottom), ("left", style.left)):
        if rule is not None:
            found |= {side: _WEIGHTS[rule[0]], f"{side}_color": "#" + rule[1]}
    return found
