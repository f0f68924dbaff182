"""The look: the one table of colours and of what each style role means, the same for every file format. No other file
names a colour."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kakosheet.core.layout import Emphasis, Ink, Look
from kakosheet.core.schema import Kind, Owner

FONT, SIZE = "Arial", 10
ROW_HEIGHT, HEADER_HEIGHT = 18.0, 33.0
MARGIN = 11 / 25.4
"""Inches of a printed page."""

WHITE = "FFFFFF"
INK, SLATE, MUTE = "1F2933", "52606D", "616E7C"
HAIRLINE, GROUP_RULE, ROW_TINT = "DDE2E7", "B8C2CC", "FDF3F1"
USER_TEXT, USER_FILL, USER_HEADER, USER_RULE = "0B4F9E", "DCE8F5", "0B3D78", "2F6DA8"
LANE, LANE_TEXT, TOOL_FILL, TOOL_RULE = "F3F5F7", "3E4C59", "E4E7EB", "8A949E"
DATA_BAR = "C5D9EE"
GRIDLINE, AXIS = "E3E7EB", "B8C2CC"
FOOTER = MUTE

TABS = {"start": "1F2933", "prevention": "2E8B6F", "handling": "E0A030", "review": "2F6DA8", "settings": "8A949E"}
INKS = {
    Ink.BLUE: "2F6DA8",
    Ink.ORANGE: "CF7A14",
    Ink.GREY: "84909C",
    Ink.LOST: "B5432A",
    Ink.PALE: "A9C6E3",
    Ink.DARK: "1F4E79",
}

Rule = tuple[str, str]
"""A border line: weight ("hair", "thin", "medium", "thick") and colour."""


@dataclass(frozen=True)
class Style:
    """A cell's style in terms that every format has. `fill` "" is none; `numbers` is a number format ("" General).

    `shrink` makes a text smaller that is too wide: in a tile there is no room beside it.
    """

    size: float = SIZE
    bold: bool = False
    italic: bool = False
    underline: bool = False
    colour: str = INK
    fill: str = WHITE
    align: str = "left"
    middle: bool = True
    indent: int = 0
    wrap: bool = False
    shrink: bool = False
    top: Rule | None = None
    bottom: Rule | None = None
    left: Rule | None = None
    numbers: str = ""


@dataclass(frozen=True)
class Tone:
    """What a severity does to a cell: None leaves the cell's own. `icon` stands before the word, as part of the number
    format."""

    fill: str | None
    colour: str
    bold: bool = False
    icon: str = ""


TONES = {
    Emphasis.BAD: Tone("FADBD5", "8C1D10", True, "■"),
    Emphasis.WARN: Tone("FCEBC5", "6B4500", False, "▲"),
    Emphasis.GAP: Tone("E8DCF2", "553080", False, "○"),
    Emphasis.GOOD: Tone(None, "0B5560", False, "●"),
    Emphasis.DONE: Tone(None, "66727F", False, "✓"),
    Emphasis.STRONG: Tone(None, INK, True, ""),
}

TEXT = "@"
DAY, MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
MONEY, WHOLE_MONEY = "#,##0.00_ ;-#,##0.00_ ", "#,##0_ ;-#,##0_ "
NUMBERS = {
    Kind.TEXT: TEXT,
    Kind.DATE: DAY,
    Kind.DATETIME: MOMENT,
    Kind.INTEGER: "#,##0_ ",
    Kind.NUMBER: "#,##0.##_ ",
    Kind.DAYS: "0_ ;-0_ ",
    Kind.MONEY: MONEY,
    Kind.CURRENCY: TEXT,
    Kind.PERCENT: "0%_ ",
    Kind.SCORE: "0_ ",
    Kind.CHOICE: TEXT,
    Kind.YESNO: TEXT,
    Kind.LINK: TEXT,
}
RATE = "0.0%_ "
RIGHT = frozenset({Kind.INTEGER, Kind.NUMBER, Kind.DAYS, Kind.MONEY, Kind.PERCENT, Kind.SCORE})
"""Kinds that stand right, padded by their number format: right indents get lost in LibreOffice 7.4."""

WHOLE_CURRENCIES = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
"""ISO 4217 codes without minor units (list one of 2024-06-25; checked 2026-11-21)."""


def numbers_of(kind: Kind, *, live: bool = False, rate: bool = False) -> str:
    """The number format of a kind. A live text is General: a formula in a cell formatted as text would be shown as its
    own text."""
    if live and NUMBERS[kind] == TEXT:
        return ""
    return RATE if rate and kind is Kind.PERCENT else NUMBERS[kind]


def with_icon(tone: Tone, numbers: str) -> str:
    """The number format under a tone: words get its icon, numbers keep theirs."""
    return f'"{tone.icon} "@' if tone.icon and numbers in (TEXT, "") else numbers


def cell_style(owner: Owner, kind: Kind, *, ours_links: bool = False, rate: bool = False) -> Style:
    """A register's data cell: what is people's is blue on white, what is ours stands on the grey lane."""
    right = kind in RIGHT
    live = owner is Owner.FORMULA or ours_links
    base = Style(
        align="right" if right else "left",
        indent=0 if right else 1,
        bottom=("hair", HAIRLINE),
        numbers=numbers_of(kind, live=live, rate=rate),
    )
    if owner is Owner.USER:
        return replace(base, colour=USER_TEXT, fill=WHITE, underline=kind is Kind.LINK)
    if ours_links:
        return replace(base, colour=USER_TEXT, fill=LANE, underline=True)
    return replace(base, colour=INK if owner is Owner.FORMULA else LANE_TEXT, fill=LANE)


def header_style(owner: Owner, kind: Kind) -> Style:
    """A header cell: wrapped, at the top (the filter button sits at the bottom), a rule below in its owner's colour."""
    user, right = owner is Owner.USER, kind in RIGHT
    return Style(
        bold=True,
        italic=owner is Owner.FORMULA,
        wrap=True,
        middle=False,
        align="right" if right else "left",
        indent=0 if right else 1,
        colour=USER_HEADER if user else LANE_TEXT,
        fill=USER_FILL if user else TOOL_FILL,
        bottom=("medium", USER_RULE if user else TOOL_RULE),
    )


def grouped(style: Style) -> Style:
    """The style of a band's first column: a rule on its left."""
    return replace(style, left=("thin", GROUP_RULE))


BAND = Style(size=8, bold=True, colour=MUTE, indent=1)
REGISTER_TITLE = Style(size=15, bold=True, indent=1)
REGISTER_INTRO = Style(colour=SLATE, indent=1)
REGISTER_BACK = Style(size=9, colour=USER_TEXT, underline=True, indent=1)
CANVAS = Style()

_HAIR: Rule = ("hair", HAIRLINE)
_SECTION = Style(size=11, bold=True)
_TILE = Style(size=9, colour=SLATE, shrink=True)
_NUMBER = Style(size=22, bold=True)
_LEGEND = Style(indent=1, bottom=_HAIR)


def _ruled(colour: str) -> Style:
    return replace(_SECTION, bottom=("medium", colour))


def _tile(colour: str) -> Style:
    return replace(_TILE, top=("thick", colour))


def _toned(severity: Emphasis) -> Style:
    tone = TONES[severity]
    return Style(indent=1, colour=tone.colour, fill=tone.fill or WHITE, bold=tone.bold, bottom=_HAIR)


LOOKS = {
    Look.CANVAS: CANVAS,
    Look.GHOST: Style(size=8, colour=WHITE, numbers=";;;"),
    Look.START_TITLE: Style(size=20, bold=True),
    Look.BOARD_TITLE: Style(size=18, bold=True),
    Look.TITLE: Style(size=15, bold=True),
    Look.SUBTITLE: Style(colour=SLATE),
    Look.NOTE: Style(size=9, colour=MUTE),
    Look.STRONG: _SECTION,
    Look.SECTION: _ruled(TOOL_RULE),
    Look.SECTION_PREVENTION: _ruled(TABS["prevention"]),
    Look.SECTION_HANDLING: _ruled(TABS["handling"]),
    Look.SECTION_REVIEW: _ruled(TABS["review"]),
    Look.LINE: Style(),
    Look.LINE_SOFT: Style(colour=SLATE),
    Look.RULED: Style(bottom=_HAIR),
    Look.RULED_LINK: Style(colour=USER_TEXT, underline=True, bottom=_HAIR),
    Look.COUNT: Style(bold=True, align="right", bottom=_HAIR),
    Look.LINK: Style(colour=USER_TEXT, underline=True),
    Look.LINK_SMALL: Style(size=9, colour=USER_TEXT, underline=True, align="right"),
    Look.TILE_BAD: _tile("B5432A"),
    Look.TILE_WARN: _tile(TABS["handling"]),
    Look.TILE_REVIEW: _tile(TABS["review"]),
    Look.TILE_GAP: _tile("7A4FA3"),
    Look.TILE_PREVENTION: _tile(TABS["prevention"]),
    Look.TILE_NUMBER: _NUMBER,
    Look.TILE_NUMBER_BAD: _NUMBER,
    Look.TILE_NOTE: _TILE,
    Look.HEADLINE: Style(size=11, bold=True),
    Look.SUBLINE: Style(size=9, colour=MUTE),
    Look.LEGEND_USER: replace(_LEGEND, colour=USER_TEXT),
    Look.LEGEND_TOOL: replace(_LEGEND, colour=LANE_TEXT, fill=LANE),
    Look.LEGEND_FORMULA: replace(_LEGEND, italic=True, fill=LANE),
    Look.LEGEND_BAD: _toned(Emphasis.BAD),
    Look.LEGEND_WARN: _toned(Emphasis.WARN),
    Look.LEGEND_GOOD: _toned(Emphasis.GOOD),
    Look.LEGEND_GAP: _toned(Emphasis.GAP),
    Look.LEGEND_DONE: _toned(Emphasis.DONE),
}
"""Looks of views, `HEADER`, `LANE` and `PAPER` aside: those follow from the column."""

_FREE_ALIGN = frozenset({Look.LANE, Look.PAPER})


def look_style(
    look: Look, owner: Owner = Owner.TOOL, kind: Kind = Kind.TEXT, *, ours_links: bool = False, rate: bool = False
) -> Style:
    """The style of a view's cell: its look, with the number format of what stands there."""
    if look is Look.HEADER:
        return header_style(owner, kind)
    if look in _FREE_ALIGN:
        lane = cell_style(owner, kind, ours_links=ours_links, rate=rate)
        return lane if look is Look.LANE else replace(lane, fill=WHITE, bottom=None, colour=lane.colour)
    numbers = numbers_of(kind, live=owner is Owner.FORMULA or ours_links, rate=rate)
    if look in (Look.TILE_NUMBER, Look.TILE_NUMBER_BAD):
        numbers = numbers.replace("_ ", "") if kind is not Kind.MONEY else "#,##0"
    return replace(LOOKS[look], numbers=LOOKS[look].numbers or numbers)
