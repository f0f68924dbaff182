"""Page styles: paper, margins, fitting to pages, footers (ODF 1.3 part 3, 16.5 and 16.9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from kakosheet.formats.ods.write.styles import text_properties
from kakosheet.formats.ods.write.xml import element
from kakosheet.formats.palette import FOOTER, MARGIN, Style

_PAPER = {"A4": (8.2681, 11.6929), "A3": (11.6929, 16.5354)}
_FOOTER_STYLE = "Footer"


class PageSetup(NamedTuple):
    """How a sheet is printed. `across` and `down` are pages to fit into, 0 for as many as it takes; `scale` is percent
    where given."""

    paper: str = "A4"
    portrait: bool = False
    across: int = 1
    down: int = 0
    scale: int = 0
    centred: bool = False


def layouts(pages: Mapping[PageSetup, str]) -> str:
    """The automatic styles of the pages, and of their footers."""
    text = f'<style:style style:name="{_FOOTER_STYLE}" style:family="text">{text_properties(Style(size=8, colour=FOOTER))}</style:style>'
    return "".join(_layout(page, name) for page, name in pages.items()) + text


def _layout(page: PageSetup, name: str) -> str:
    width, height = _PAPER[page.paper] if page.portrait else _PAPER[page.paper][::-1]
    fit: dict[str, str | int | float | None] = (
        {"style:scale-to": f"{page.scale}%"}
        if page.scale
        else {"style:scale-to-X": page.across, "style:scale-to-Y": page.down or None}
    )
    edge = f"{MARGIN:.4f}in"
    properties = element(
        "style:page-layout-properties",
        {
            "fo:page-width": f"{width}in",
            "fo:page-height": f"{height}in",
            "style:print-orientation": "portrait" if page.portrait else "landscape",
            "fo:margin-top": edge,
            "fo:margin-bottom": f"{MARGIN / 2:.4f}in",
            "fo:margin-left": edge,
            "fo:margin-right": edge,
            **fit,
            "style:first-page-number": "continue",
            "style:table-centering": "horizontal" if page.centred else None,
            "style:print": "charts drawings objects zero-values",
        },
    )
    footer = element(
        "style:header-footer-properties",
        {
            "fo:min-height": f"{MARGIN / 2:.4f}in",
            "fo:margin-left": "0in",
            "fo:margin-right": "0in",
            "fo:margin-top": "0.1055in",
        },
    )
    return f'<style:page-layout style:name="{name}L">{properties}<style:footer-style>{footer}</style:footer-style></style:page-layout>'


def masters(pages: Mapping[PageSetup, str]) -> str:
    """The page styles: file and sheet on the left, page of pages on the right."""
    left = _spans(
        '<text:file-name text:display="name-and-extension">???</text:file-name> · <text:sheet-name>???</text:sheet-name>'
    )
    right = _spans("<text:page-number>1</text:page-number> / <text:page-count>1</text:page-count>")
    footer = (
        f'<style:header style:display="false"/><style:footer><style:region-left>{left}</style:region-left>'
        f"<style:region-right>{right}</style:region-right></style:footer>"
    )
    return "".join(
        f'<style:master-page style:name="{name}" style:page-layout-name="{name}L">{footer}</style:master-page>'
        for name in pages.values()
    )


def _spans(inside: str) -> str:
    return f'<text:p><text:span text:style-name="{_FOOTER_STYLE}">{inside}</text:span></text:p>'
