"""Review Dashboard: what went wrong, why, what it cost, and whether it gets better. Its rules write tables; charts
follow by themselves."""

from kakosheet.sheets.dashboard.charts import (
    carriers,
    categories,
    causes,
    days,
    money,
    months,
    quarter_counts,
    quarter_outcomes,
    sellers,
    types,
)
from kakosheet.sheets.dashboard.columns import SHEET
from kakosheet.sheets.dashboard.handling import findings, open_ages, quarter_pace
from kakosheet.sheets.dashboard.headlines import headlines
from kakosheet.sheets.dashboard.tiles import before, period, tiles

__all__ = [
    "SHEET",
    "before",
    "carriers",
    "categories",
    "causes",
    "days",
    "findings",
    "headlines",
    "money",
    "months",
    "open_ages",
    "period",
    "quarter_counts",
    "quarter_outcomes",
    "quarter_pace",
    "sellers",
    "tiles",
    "types",
]
