"""Purchase Checklist: one row is one order line, planned or bought."""

from kakosheet.sheets.purchases.checks import currency_known, dates, days_ahead, problem_known
from kakosheet.sheets.purchases.columns import SHEET
from kakosheet.sheets.purchases.money import dispute, expected_loss, suggested_budget
from kakosheet.sheets.purchases.promises import ask_the_seller, checklist_percent, return_window_ends, vague
from kakosheet.sheets.purchases.risk import do_next, risk

__all__ = [
    "SHEET",
    "ask_the_seller",
    "checklist_percent",
    "currency_known",
    "dates",
    "days_ahead",
    "dispute",
    "do_next",
    "expected_loss",
    "problem_known",
    "return_window_ends",
    "risk",
    "suggested_budget",
    "vague",
]
