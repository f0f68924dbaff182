"""Style roles as ODF styles. Cell styles are common styles, so that conditional styles can have them as parents;
columns, rows and tables have automatic ones."""

from __future__ import annotations

from collections.abc import Iterator

from kakosheet.formats.ods.write.numbers import data_style
from kakosheet.formats.ods.write.xml import element
from kakosheet.formats.palette import FONT, SIZE, Rule, Style
from kakosheet.formats.plan.conditions import Condition
from kakosheet.formats.plan.widths import pixels

_WEIGHTS = {"hair": 0.74, "thin": 0.74, "medium": 1.76, "thick": 2.49}
"""Points. A hairline is a thin line in a pale colour."""
DIGIT = 0.07709
"""Inches that a digit of the default font takes: Arial's is 5.55 points wide at ten. (Excel counts 7 pixels of 96 an
inch.)"""
INDENT = "0.1165in"
"""What LibreOffice makes of one step of indent."""
DEFAULT = "Default"


def inches(width: float) -> float:
    """A column's width, from the width in characters that it shows, counted as .xlsx counts it (ECMA-376 part 1,
    18.3.1.13)."""
    return round(int(pixels(width) / 7 * 256) / 256 * DIGIT, 4)


class OdsStyles:
    """The styles of one workbook, named when first asked for. `automatic` ones must all be asked for before the content
    begins."""

    def __init__(self) -> None:
        self._cells: dict[tuple[Style, str], str] = {}
        self._numbers: dict[str, str] = {}
        self._automatic: dict[str, str] = {}

    # -- cells ---------------------------------------------------------------------------------------------------------

    def cell(self, style: Style) -> str:
        """The name of a cell style."""
        key = (style, DEFAULT)
        if key not in self._cells:
            self._cells[key] = f"cell{len(self._cells) + 1}"
        return self._cells[key]

    def conditional(self, base: Style, rule: Condition) -> str:
        """A conditional style. The cell's own is its parent and all its properties are named: LibreOffice takes them
        all from it."""
        key = (conditional_style(base, rule), self.cell(base))
        if key not in self._cells:
            self._cells[key] = f"rule{len(self._cells) + 1}"
        return self._cells[key]

    def common(self) -> Iterator[str]:
        """The elements of all common cell styles and their data styles."""
        cells = [
            _cell(name, style, parent, self.numbers(style.numbers)) for (style, parent), name in self._cells.items()
        ]
        for code, name in self._numbers.items():
            yield data_style(name, code)
        yield from cells

    def numbers(self, code: str) -> str:
        """The name of a data style."""
        return self._numbers.setdefault(code, f"number{len(self._numbers) + 1}")

    # -- columns, rows, tables -----------------------------------------------------------------------------------------

    def column(self, width: float) -> str:
        """The name of the style of columns of that many characters."""
        return self._named(
            "column",
            "table-column",
            element("style:table-column-properties", {"style:column-width": f"{inches(width)}in"}),
        )

    def row(self, height: float, *, new_page: bool = False) -> str:
        """The name of the style of rows of that many points."""
        return self._named(
            "row",
            "table-row",
            element(
                "style:table-row-properties",
                {
                    "style:row-height": f"{height:g}pt",
                    "style:use-optimal-row-height": "false",
                    "fo:break-before": "page" if new_page else "auto",
                },
            ),
        )

    def table(self, master: str, *, visible: bool, colour: str) -> str:
        properties = element(
            "style:table-properties",
            {
                "table:display": "true" if visible else "false",
                "style:writing-mode": "lr-tb",
                "table:tab-color": f"#{colour}" if colour else None,
            },
        )
        return self._named("table", "table", properties, f' style:master-page-name="{master}"')

    def _named(self, stem: str, family: str, properties: str, more: str = "") -> str:
        key = f' style:family="{family}"{more}>{properties}</style:style>'
        return self._automatic.setdefault(key, f"{stem}{len(self._automatic) + 1}")

    def automatic(self) -> Iterator[str]:
        for key, name in self._automatic.items():
            yield f'<style:style style:name="{name}"{key}'


def conditional_style(base: Style, rule: Condition) -> Style:
    """What a cell of style `base` looks like while a rule holds."""
    return Style(
        **{
            **vars(base),
            "fill": rule.fill or base.fill,
            "colour": rule.colour or base.colour,
            "bold": rule.bold or base.bold,
            "numbers": rule.numbers or base.numbers,
            "bottom": rule.line or base.bottom,
        }
    )


def _cell(name: str, style: Style, parent: str, numbers: str) -> str:
    attributes = {
        "style:name": name,
        "style:family": "table-cell",
        "style:parent-style-name": parent,
        "style:data-style-name": numbers,
    }
    return element(
        "style:style", attributes, _cell_properties(style) + _paragraph_properties(style) + text_properties(style)
    )


def _cell_properties(style: Style) -> str:
    return element(
        "style:table-cell-properties",
        {
            "fo:background-color": f"#{style.fill}" if style.fill else "transparent",
            "fo:border-top": _border(style.top),
            "fo:border-bottom": _border(style.bottom),
            "fo:border-left": _border(style.left),
            "fo:border-right": "none",
            "fo:wrap-option": "wrap" if style.wrap else "no-wrap",
            "style:shrink-to-fit": "true" if style.shrink else "false",
            "style:vertical-align": "middle" if style.middle else "top",
            "style:text-align-source": "fix" if style.align else "value-type",
            "style:repeat-content": "false",
        },
    )


def _border(rule: Rule | None) -> str:
    return f"{_WEIGHTS[rule[0]]}pt solid #{rule[1]}" if rule is not None else "none"


def _paragraph_properties(style: Style) -> str:
    return element(
        "style:paragraph-properties",
        {
            "fo:text-align": {"left": "start", "right": "end"}.get(style.align),
            "fo:margin-left": INDENT if style.indent else "0in",
        },
    )


def text_properties(style: Style) -> str:
    """Font properties, for each of the three scripts that ODF tells apart: else Chinese would keep another size."""
    size, weight, slant = (
        f"{style.size:g}pt",
        "bold" if style.bold else "normal",
        "italic" if style.italic else "normal",
    )
    found: dict[str, str | int | float | None] = {
        "fo:color": f"#{style.colour}" if style.colour else None,
        "fo:font-family": FONT,
    }
    for script in ("", "-asian", "-complex"):
        space = "style" if script else "fo"
        found |= {
            f"{space}:font-size{script}": size,
            f"{space}:font-weight{script}": weight,
            f"{space}:font-style{script}": slant,
        }
    found["style:text-underline-style"] = "solid" if style.underline else "none"
    if style.underline:
        found |= {"style:text-underline-width": "auto", "style:text-underline-color": "font-color"}
    return element("style:text-properties", found)


def default_styles() -> str:
    """The default of all cells, which also says how wide a digit is."""
    plain = text_properties(Style(size=SIZE, colour=""))
    return (
        '<style:default-style style:family="table-cell">' + plain + "</style:default-style>"
        f'<style:style style:name="{DEFAULT}" style:family="table-cell"/>'
    )
