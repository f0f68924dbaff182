"""Conversation Log: one row is one message or call, in or out."""

from kakosheet.sheets.log.columns import SHEET
from kakosheet.sheets.log.reading import dates, reading

__all__ = ["SHEET", "dates", "reading"]
