"""How Alerts looks: one list of fixed length below a line that counts."""

from __future__ import annotations

from kakosheet.core.layout import Look, Placed, Text, ViewLayout
from kakosheet.sheets.alerts import ALERTS, SLOTS

HEADER_ROW = 4
PLACES = {column.key: at for at, column in enumerate(ALERTS.columns, start=1)}
LAYOUT = ViewLayout(
    sheet="alerts",
    print_area=(1, 1, HEADER_ROW + 22, 10),
    row_height=21,
    frozen_rows=HEADER_ROW,
    last_white_row=HEADER_ROW + SLOTS + 1,
    grid=(
        (1, 1, 15),
        (2, 2, 17),
        (3, 3, 10),
        (4, 4, 42),
        (5, 5, 11),
        (6, 6, 15),
        (7, 7, 38),
        (8, 8, 12),
        (9, 9, 8),
        (10, 10, 44),
    ),
    heights=((1, 1, 27), (2, 2, 3), (3, 3, 20), (HEADER_ROW, HEADER_ROW, 33)),
    texts=(Text(1, 1, Look.TITLE, sheet_title=True), Text(1, 10, Look.LINK_SMALL, text="alerts.back", link="start")),
    blocks=(
        Placed("alerts_count", row=2, columns={"line": 1}, header=Look.GHOST, value=Look.STRONG),
        Placed("alerts", row=HEADER_ROW, columns=PLACES, value=Look.PAPER),
    ),
)
