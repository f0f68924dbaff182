"""The layouts of the views for a book with certain visible sheets."""

from __future__ import annotations

from kakosheet.core.layout import ViewLayout
from kakosheet.sheets import alerts, dashboard, start


def layouts(visible: tuple[str, ...]) -> dict[str, ViewLayout]:
    """By sheet key; links lead to visible sheets only."""
    return {"start": start.layout(visible), "alerts": alerts.LAYOUT, "dashboard": dashboard.LAYOUT}
