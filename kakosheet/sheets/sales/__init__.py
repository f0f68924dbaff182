"""Sales & Dispatch: one row is one line of an order that we sold."""

from kakosheet.sheets.sales.columns import SHEET

__all__ = ["SHEET"]
