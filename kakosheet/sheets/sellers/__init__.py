"""Seller Scores: one row is one seller; those named in the Purchase Checklist are added by themselves."""

from kakosheet.sheets.sellers.columns import SHEET
from kakosheet.sheets.sellers.scores import named, scores

__all__ = ["SHEET", "named", "scores"]
