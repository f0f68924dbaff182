"""Improvements: what to change so that it does not happen again, and whether it helped."""

from kakosheet.sheets.improvements.columns import SHEET
from kakosheet.sheets.improvements.effects import effects
from kakosheet.sheets.improvements.proposals import proposed

__all__ = ["SHEET", "effects", "proposed"]
