"""The layouts of the views for a book with certain visible sheets. They are not loaded with the sheets: only a new book
needs them."""

from __future__ import annotations

from kakosheet.core.layout import ViewLayout
from kakosheet.sheets.alerts.layout import LAYOUT as ALERTS
from kakosheet.sheets.dashboard.layout import LAYOUT as DASHBOARD
from kakosheet.sheets.start.layout import layout as start


def layouts(visible: tuple[str, ...]) -> dict[str, ViewLayout]:
    """By sheet key; links lead to visible sheets only."""
    return {"start": start(visible), "alerts": ALERTS, "dashboard": DASHBOARD}
