"""Where everything stands on Start: one page on the grid of six tiles."""

from __future__ import annotations

from kakosheet.core.layout import Links, Look, Placed, Text, ViewLayout
from kakosheet.sheets.start.columns import ALERTS, LINES, TOP

TILES = (2, 4, 6, 8, 10, 12)
_NAMES = ("overdue", "due_soon", "open_disputes", "at_stake", "evidence_missing", "high_risk")
_LOOKS = (Look.TILE_BAD, Look.TILE_WARN, Look.TILE_REVIEW, Look.TILE_REVIEW, Look.TILE_GAP, Look.TILE_PREVENTION)

TILE, NEXT = 6, 11
LOOP = NEXT + TOP + 3
HELP = LOOP + LINES + 3
TOOLS = HELP + 10
SHEETS = (
    "alerts",
    "purchases",
    "sales",
    "disputes",
    "offers",
    "deadlines",
    "evidence",
    "log",
    "sellers",
    "carriers",
    "customers",
    "improvements",
    "dashboard",
    "settings",
    "rules",
)

_LOOP = (
    (
        2,
        4,
        "prevention",
        Look.SECTION_PREVENTION,
        (
            ("to_check", "purchases"),
            ("to_ask", "purchases"),
            ("on_the_way", "purchases"),
            ("windows", "purchases"),
            ("proposals", "sellers"),
        ),
    ),
    (
        6,
        8,
        "handling",
        Look.SECTION_HANDLING,
        tuple((stage, "disputes") for stage in ("initiation", "evidence", "negotiation", "appeal", "closure")),
    ),
    (
        10,
        12,
        "review",
        Look.SECTION_REVIEW,
        (
            ("closed", "dashboard"),
            ("no_cause", "disputes"),
            ("messages", "log"),
            ("to_decide", "improvements"),
            ("running", "improvements"),
        ),
    ),
)
_LEGEND = (
    Look.LEGEND_USER,
    Look.LEGEND_TOOL,
    Look.LEGEND_FORMULA,
    Look.LEGEND_BAD,
    Look.LEGEND_WARN,
    Look.LEGEND_GOOD,
    Look.LEGEND_GAP,
    Look.LEGEND_DONE,
)


def _head() -> tuple[Text, ...]:
    fixed = ((10, "evidence_missing"), (12, "high_risk"))
    return (
        Text(2, 2, Look.START_TITLE, text="start.title"),
        *(Text(TILE + 3, column, Look.TILE_NOTE, text=f"start.note_{name}") for column, name in fixed),
        Text(NEXT, 2, Look.SECTION, text="start.next_dates", last_column=12),
    )


def _loop(visible: tuple[str, ...]) -> tuple[Text, ...]:
    """The three blocks of the loop; a line leads to its sheet where that can be seen."""
    texts: list[Text] = []
    for left, right, name, look, lines in _LOOP:
        texts.append(Text(LOOP, left, look, text=f"start.{name}", last_column=right))
        for at, (line, sheet) in enumerate(lines):
            shown = sheet in visible
            texts.append(
                Text(
                    LOOP + 2 + at,
                    left,
                    Look.RULED_LINK if shown else Look.RULED,
                    text=f"start.{name}_{line}",
                    link=sheet if shown else "",
                    last_column=right - 1,
                )
            )
    return tuple(texts)


def _help() -> tuple[Text, ...]:
    texts = [
        Text(HELP, 2, Look.SECTION, text="start.how_to", last_column=6),
        Text(HELP, 8, Look.SECTION, text="start.colours", last_column=12),
    ]
    texts += [Text(HELP + at, 2, Look.LINE, text=f"start.use_{at}") for at in range(1, 7)]
    for at, look in enumerate(_LEGEND, start=1):
        texts.append(Text(HELP + at, 8, look, text=f"start.{look.value}"))
        texts.append(Text(HELP + at, 10, Look.LINE_SOFT, text=f"start.{look.value}_means"))
    return tuple(texts)


def _blocks() -> tuple[Placed, ...]:
    tiles = dict(zip(_NAMES, TILES, strict=True))
    return (
        Placed("start_age", row=3, columns={"line": 2}, header=Look.GHOST, value=Look.SUBTITLE),
        Placed(
            "start_tiles",
            row=TILE,
            columns=tiles,
            headers=dict(zip(_NAMES, _LOOKS, strict=True)),
            value=Look.TILE_NUMBER,
            values={"overdue": Look.TILE_NUMBER_BAD},
        ),
        Placed(
            "start_notes",
            row=TILE + 2,
            columns={name: tiles[name] for name in _NAMES[:4]},
            header=Look.GHOST,
            value=Look.TILE_NOTE,
        ),
        Placed(
            "start_alerts",
            row=NEXT + 1,
            columns=dict(zip(ALERTS.by_key, (2, 4, 6, 10, 12, 15, 16), strict=True)),
            value=Look.PAPER,
            spans={"state": 3, "due": 5, "what_to_do": 9, "dispute": 11},
        ),
        *(
            Placed(f"start_{name}", row=LOOP + 1, columns={"count": right}, header=Look.GHOST, value=Look.COUNT)
            for _, right, name, _, _ in _LOOP
        ),
    )


def layout(visible: tuple[str, ...] = SHEETS) -> ViewLayout:
    """The layout for a book with these visible sheets: its links stand in two columns of equal length."""
    shown = [sheet for sheet in SHEETS if sheet in visible]
    lines = max(1, (len(shown) + 1) // 2)
    tools = Links(TOOLS + 1, ((2, 4), (8, 10)), lines, SHEETS, "start.about_")
    return ViewLayout(
        sheet="start",
        print_area=(1, 1, TOOLS + lines + 1, 13),
        portrait=True,
        last_white_row=TOOLS + lines + 20,
        heights=(
            (1, 1, 6),
            (2, 2, 30),
            (3, 3, 3),
            (4, 4, 18),
            (5, 5, 12),
            (TILE, TILE, 18),
            (TILE + 1, TILE + 1, 33),
            (TILE + 2, TILE + 2, 3),
            (TILE + 3, TILE + 3, 16),
            (NEXT, NEXT, 24),
            (LOOP, LOOP, 24),
            (LOOP + 1, LOOP + 1, 3),
        ),
        texts=(*_head(), *_loop(visible), *_help(), Text(TOOLS, 2, Look.SECTION, text="start.tools", last_column=12)),
        links=(tools,),
        blocks=_blocks(),
    )


LAYOUT = layout()
