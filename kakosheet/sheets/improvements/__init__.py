"""Improvements: what to change so that it does not happen again, and whether it helped."""

from kakosheet.sheets.improvements.columns import SHEET
from kakosheet.sheets.improvements.effects import days_ahead, effects
from kakosheet.sheets.improvements.proposals import proposed

__all__ = ["SHEET", "days_ahead", "effects", "proposed"]
