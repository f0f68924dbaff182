"""Purchase Checklist: one row is one order line, planned or bought."""

from kakosheet.sheets.purchases.columns import SHEET

__all__ = ["SHEET"]
