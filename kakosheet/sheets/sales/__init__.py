"""Sales & Dispatch: one row is one line of an order that we sold."""

from kakosheet.sheets.sales.checks import currency_known, days_ahead, problem_known
from kakosheet.sheets.sales.columns import SHEET
from kakosheet.sheets.sales.dispatch import ready_to_ship
from kakosheet.sheets.sales.risks import contradictions, dispute, region, risks

__all__ = [
    "SHEET",
    "contradictions",
    "currency_known",
    "days_ahead",
    "dispute",
    "problem_known",
    "ready_to_ship",
    "region",
    "risks",
]
